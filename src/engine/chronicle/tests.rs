//! What a chronicle takes note of, and what it leaves out.

use std::sync::Arc;

use super::*;
use crate::engine::model::{Depth, Direction, Stop, WakesTo, Wall};

const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);

fn at(nanos: u64) -> Time {
    Time::from_nanos(nanos)
}

fn pair(observer: NodeId, subject: NodeId) -> Pair {
    Pair { observer, subject }
}

fn letter(from: NodeId, to: NodeId) -> Envelope {
    Envelope { from, to, sent: at(5), kind: "beat", channel: 0, is_sent_again: false }
}

/// From 10 ns to 100 ns.
fn scope() -> Scope {
    Scope { from: at(10), until: at(100), of: Whose::All, in_detail: true, most: 100 }
}

fn told(scope: Scope, does: impl Fn(&mut Chronicle)) -> Account {
    let mut chronicle = Box::new(Chronicle::new(scope));
    does(&mut chronicle);
    chronicle.account()
}

fn what(sightings: &[Sighting]) -> Vec<Seen> {
    sightings.iter().map(|sighting| sighting.what).collect()
}

fn thinks(observer: NodeId, subject: NodeId, opinion: Opinion) -> Seen {
    Seen::Thinks(Verdict {
        pair: pair(observer, subject),
        opinion,
        silence: None,
        hearsay: None,
        is_wrong: opinion != Opinion::Trusted,
    })
}

#[test]
fn it_looks_at_nodes_by_what_is_wanted_of_them() {
    let n0 = || vec![0..1, 0..1];
    let both = || vec![0..1, 1..2];
    for (of, from, to, counts) in [
        (Whose::All, N1, N2, true),
        (Whose::Touching(n0()), N0, N1, true),
        (Whose::Touching(n0()), N1, N0, true),
        (Whose::Touching(n0()), N1, N2, false),
        (Whose::Among(both()), N0, N1, true),
        (Whose::Among(both()), N0, N2, false),
        (Whose::About(n0()), N1, N0, true),
        (Whose::About(n0()), N0, N1, false),
    ] {
        let account = told(Scope { of: of.clone(), ..scope() }, |chronicle| {
            chronicle.message(at(20), letter(from, to), Passage::Read);
            chronicle.judged(at(20), pair(from, to), Opinion::Dead, None);
        });
        assert_eq!(account.sightings.len(), 2 * usize::from(counts), "{of:?} {from:?} {to:?}");
    }
}

#[test]
fn what_is_too_much_is_counted_and_later_than_what_is_kept() {
    let account = told(Scope { most: 2, ..scope() }, |chronicle| {
        for time in [9, 10, 20, 30, 100, 101] {
            chronicle.message(at(time), letter(N0, N1), Passage::Read);
        }
    });
    let times: Vec<Time> = account.sightings.iter().map(|sighting| sighting.at).collect();
    assert_eq!((times, account.left_out), (vec![at(10), at(20)], 2));
}

#[test]
fn a_message_is_sent_once_and_its_copies_set_out_besides() {
    let account = told(scope(), |chronicle| {
        let letter = letter(N0, N1);
        chronicle.message(at(20), letter, Passage::Sent);
        chronicle.message(at(20), letter, Passage::SetsOut(at(30)));
        chronicle.message(at(20), letter, Passage::SetsOut(at(40)));
    });
    let copies =
        [Passage::Sent, Passage::SetsOut(at(40))].map(|passage| Seen::Message(letter(N0, N1), passage));
    assert_eq!(what(&account.sightings), copies);
}

#[test]
fn what_held_when_it_began_is_told_first_and_what_was_over_is_not() {
    let crash = Blow::Crash { refuses: false };
    let stop = Blow::Stop(Stop { depth: Depth::Process, inbox: 9, first: WakesTo::Clock });
    let wall = || Blow::Wall(Arc::new(Wall { sides: Vec::new(), direction: Direction::Both }));
    let account = told(scope(), |chronicle| {
        let cut = |_, _| false;
        chronicle.struck(at(1), (1, Some(N0), &stop), &cut);
        chronicle.struck(at(2), (2, Some(N0), &crash), &cut);
        chronicle.struck(at(3), (3, Some(N1), &crash), &cut);
        chronicle.mended(at(4), (3, Some(N1), &crash));
        chronicle.struck(at(4), (4, Some(N1), &wall()), &cut);
        chronicle.struck(at(5), (5, Some(N2), &wall()), &cut);
        chronicle.mended(at(6), (4, Some(N1), &wall()));
        chronicle.judged(at(7), pair(N1, N0), Opinion::Suspected, None);
        chronicle.judged(at(8), pair(N1, N0), Opinion::Dead, None);
        chronicle.judged(at(8), pair(N2, N0), Opinion::Dead, None);
        chronicle.judged(at(9), pair(N2, N0), Opinion::Trusted, None);
        chronicle.mended(at(20), (5, Some(N2), &wall()));
        chronicle.concluded(at(21), pair(N1, N0), Opinion::Dead, None);
    });
    let crashed = Seen::Struck(Some(N0), Hardship::Crash);
    let is_dead =
        Verdict { pair: pair(N1, N0), opinion: Opinion::Dead, silence: None, hearsay: None, is_wrong: false };
    let knows = Seen::Thinks(is_dead);
    assert_eq!(what(&account.before), [crashed, Seen::Worsens(0), knows]);
    assert_eq!(what(&account.sightings), [Seen::Heals(0)], "it was of that mind before");
    assert_eq!(account.blows.len(), 1);
}

#[test]
fn whoever_is_gone_thinks_nothing_even_if_it_does_not_matter_itself() {
    let crash = Blow::Crash { refuses: false };
    let account = told(Scope { of: Whose::About(std::iter::once(0..1).collect()), ..scope() }, |chronicle| {
        chronicle.judged(at(20), pair(N1, N0), Opinion::Dead, None);
        chronicle.struck(at(21), (1, Some(N1), &crash), &|_, _| false);
        chronicle.mended(at(22), (1, Some(N1), &crash));
        chronicle.judged(at(23), pair(N1, N0), Opinion::Dead, None);
    });
    let dead = thinks(N1, N0, Opinion::Dead);
    let is_over = Seen::WatchesNoMore(pair(N1, N0));
    assert_eq!(what(&account.sightings), [dead, is_over, dead], "its crash is not told, but what it ends is");
}

#[test]
fn what_held_before_takes_half_of_what_is_kept_at_most_and_opinions_give_way() {
    let crash = Blow::Crash { refuses: false };
    let wall = Blow::Wall(Arc::new(Wall { sides: Vec::new(), direction: Direction::Both }));
    let account = told(Scope { most: 6, ..scope() }, |chronicle| {
        for observer in 10..15 {
            chronicle.judged(at(u64::from(observer) - 9), pair(NodeId(observer), N0), Opinion::Dead, None);
        }
        chronicle.struck(at(8), (1, Some(N1), &crash), &|_, _| false);
        chronicle.struck(at(9), (2, Some(N2), &wall), &|_, _| false);
        for time in 20..30 {
            chronicle.message(at(time), letter(N0, N1), Passage::Read);
        }
    });
    let first = thinks(NodeId(10), N0, Opinion::Dead);
    let crashed = Seen::Struck(Some(N1), Hardship::Crash);
    assert_eq!(what(&account.before), [first, crashed, Seen::Worsens(0)]);
    assert_eq!((account.left_out_before, account.sightings.len(), account.left_out), (4, 3, 7));
}
