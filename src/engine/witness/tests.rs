//! What a witness takes note of.

use std::sync::Arc;

use super::*;
use crate::engine::model::{Depth, Direction, Stop, WakesTo, Wall};

const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const M0: NodeId = NodeId(9);

/// An observer and its subject.
fn pair(observer: NodeId, subject: NodeId) -> Pair {
    Pair { observer, subject }
}

/// Looks at what `m0` holds of `n0`.
fn witness(through_others: bool) -> Witness {
    let (from, until) = (Time::from_nanos(10), Time::from_nanos(100));
    Witness::new(Focus { observer: Some(M0), knower: None, subject: N0, from, until }, through_others)
}

fn at(nanos: u64) -> Time {
    Time::from_nanos(nanos)
}

fn letter(from: NodeId, to: NodeId) -> Envelope {
    Envelope { from, to, sent: at(5), kind: "beat", channel: 0, is_sent_again: false }
}

/// How many of the sightings there are, by what was done.
fn seen(through_others: bool, does: impl Fn(&mut Witness)) -> Vec<Seen> {
    let mut witness = Box::new(witness(through_others));
    does(&mut witness);
    witness.account().sightings.into_iter().map(|sighting| sighting.what).collect()
}

#[test]
fn it_looks_at_two_nodes_for_a_while() {
    for (time, from, to, passage, through_others, counts) in [
        (10, N0, M0, Passage::Read, false, true),
        (100, M0, N0, Passage::Lost, false, true),
        (9, N0, M0, Passage::Read, false, false),
        (101, N0, M0, Passage::Read, false, false),
        (50, N1, M0, Passage::Lost, false, false),
        (50, N1, M0, Passage::Lost, true, true),
        (50, N1, M0, Passage::Read, true, false),
        (50, N1, N2, Passage::Lost, true, false),
    ] {
        let seen = seen(through_others, |witness| witness.message(at(time), letter(from, to), passage));
        assert_eq!(seen.len(), usize::from(counts), "{time} {from:?} {to:?} {passage:?}");
    }
}

#[test]
fn opinions_are_noted_when_they_change_and_hearsay_names_whoever_said_so() {
    let seen = seen(false, |witness| {
        witness.concluded(at(20), pair(M0, N0), Opinion::Trusted, None);
        witness.judged(at(21), pair(N2, N0), Opinion::Suspected, None);
        witness.judged(at(22), pair(N2, N1), Opinion::Suspected, None);
        witness.message(at(30), letter(N2, M0), Passage::Read);
        witness.concluded(at(30), pair(M0, N0), Opinion::Dead, Some(Grounds::Hearsay));
        witness.concluded(at(31), pair(M0, N0), Opinion::Dead, Some(Grounds::Hearsay));
        witness.concluded(at(32), pair(M0, N0), Opinion::Trusted, None);
    });
    let verdict = |observer, opinion, hearsay| {
        Seen::Thinks(Verdict {
            pair: pair(observer, N0),
            opinion,
            silence: None,
            hearsay,
            is_wrong: opinion != Opinion::Trusted,
        })
    };
    let expected = [
        verdict(N2, Opinion::Suspected, None),
        verdict(M0, Opinion::Dead, Some((N2, "beat"))),
        verdict(M0, Opinion::Trusted, None),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn of_several_blows_the_first_begins_and_the_last_ends_it() {
    let crash = Blow::Crash { refuses: false };
    let stop = Blow::Stop(Stop { depth: Depth::Process, inbox: 9, first: WakesTo::Clock });
    let wall = Blow::Wall(Arc::new(Wall { sides: Vec::new(), direction: Direction::Both }));
    let cut: &dyn Fn(NodeId, NodeId) -> bool = &|_, _| true;
    let (stops, crashes) = (Hardship::Stop(Depth::Process), Hardship::Crash);
    let on_n0 = |hardship, begins| {
        if begins { Seen::Struck(Some(N0), hardship) } else { Seen::Mended(Some(N0), hardship) }
    };
    for (blows, expected) in [
        // Two pauses are one.
        (
            &[(&stop, 1, true), (&stop, 2, true), (&stop, 1, false), (&stop, 2, false)][..],
            vec![on_n0(stops, true), on_n0(stops, false)],
        ),
        // A crash ends a pause, and what is down cannot be stopped.
        (
            &[(&stop, 1, true), (&crash, 2, true), (&stop, 3, true), (&stop, 1, false), (&crash, 2, false)],
            vec![on_n0(stops, true), on_n0(crashes, true), on_n0(crashes, false)],
        ),
        // A path is open when the last wall falls.
        (
            &[(&wall, 1, true), (&wall, 2, true), (&wall, 1, false), (&wall, 2, false)],
            vec![Seen::Struck(None, Hardship::Wall), Seen::Mended(None, Hardship::Wall)],
        ),
    ] {
        let seen = seen(false, |witness| {
            for (blow, strike, begins) in blows {
                match begins {
                    true => witness.struck(at(20), (*strike, Some(N0), blow), cut),
                    false => witness.mended(at(30), (*strike, Some(N0), blow)),
                }
            }
        });
        assert_eq!(seen, expected);
    }
    let elsewhere = seen(false, |witness| witness.struck(at(20), (1, Some(N1), &crash), cut));
    assert!(elsewhere.is_empty());
}

#[test]
fn damage_is_noted_where_it_touches_the_path() {
    let one = |node: u32| std::iter::once(node..node + 1).collect::<Vec<_>>();
    let around = |node| Extent::Around(one(node));
    let between = |from, to| Extent::Between(one(from), one(to));
    for (extent, counts) in [
        (around(0), true),
        (around(9), true),
        (around(1), false),
        (between(0, 9), true),
        (between(9, 0), true),
        (between(0, 1), false),
    ] {
        let blow = Blow::Damage(Arc::new(Damage { extent: extent.clone(), loss: 0.5, latency_factor: 2.0 }));
        let seen = seen(false, |witness| witness.struck(at(20), (1, None, &blow), &|_, _| false));
        assert_eq!(seen.len(), usize::from(counts), "{extent:?}");
    }
}

#[test]
fn what_had_struck_before_and_still_holds_comes_first() {
    let stop = || Blow::Stop(Stop { depth: Depth::Process, inbox: 9, first: WakesTo::Clock });
    let stood_still = Seen::Struck(Some(M0), Hardship::Stop(Depth::Process));
    let woke = Seen::Mended(Some(M0), Hardship::Stop(Depth::Process));
    for (begins, ends, expected) in [
        (2, 5, vec![]),
        (2, 50, vec![stood_still, woke]),
        (2, 200, vec![stood_still]),
        (20, 50, vec![stood_still, woke]),
    ] {
        let seen = seen(false, |witness| {
            witness.struck(at(begins), (1, Some(M0), &stop()), &|_, _| false);
            witness.mended(at(ends), (1, Some(M0), &stop()));
        });
        assert_eq!(seen, expected, "{begins} {ends}");
    }
}
