//! What a member says and takes over, round by round.

use super::super::recorder::Recorder;
use super::*;
use crate::engine::time::Span;

const CLUSTER: Cluster = Cluster::of_peers(4);
const ME: NodeId = NodeId(1);

fn rules(exchange: Exchange) -> Gossip {
    Gossip {
        rhythm: Rhythm::aligned(Span::SECOND),
        fanout: 2,
        exchange,
        seeds: 0,
        shuns: Shuns::Nobody,
        members: 4,
    }
}

/// A member that knows these counts.
fn knowing(rules: &Gossip, counts: [u32; 4]) -> (Recorder<u32>, Knowledge) {
    let mut member = Recorder::new(CLUSTER, ME);
    let mut knowledge = rules.start(&mut member);
    knowledge.counts.copy_from_slice(&counts);
    member.heard_saying();
    (member, knowledge)
}

#[test]
fn a_member_watches_all_others_and_begins_its_rounds() {
    let mut member = Recorder::<u32>::new(CLUSTER, ME);
    let knowledge = rules(Exchange::Push).start(&mut member);
    let expected = "watch all others\nwake me at 0s and every 1s for RoundDue(Tick(Time(0)))";
    assert_eq!(member.heard_saying(), expected);
    assert_eq!(knowledge.counts, [0; 4]);
}

#[test]
fn a_round_counts_and_turns_to_different_others() {
    for (exchange, word) in [
        (Exchange::Push, "Table(Parcel(0)) with [7, 4, 5, 6]"),
        (Exchange::PushPull, "Offer(Parcel(0)) with [7, 4, 5, 6]"),
        (Exchange::Pull, "Request"),
    ] {
        let rules = rules(exchange);
        let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
        rules.on_timer(&mut knowledge, member.at(3_000), RoundDue(Tick(Time::ZERO)));
        let said = member.heard_saying();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_ne!(lines[0], lines[1], "two different partners");
        assert!(lines.iter().all(|line| line.ends_with(word) && !line.contains("n1")), "{said}");
    }
}

#[test]
fn what_is_higher_is_taken_over_and_heard_of() {
    let rules = rules(Exchange::Push);
    let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
    let parcel = member.parcel(&[8, 2, 5, 9]);
    rules.on_message(&mut knowledge, member.at(50), NodeId(0), Time::ZERO, Word::Table(parcel));
    assert_eq!(member.heard_saying(), "heard of n0 n3, sent 0s");
    assert_eq!(knowledge.counts, [8, 3, 5, 9]);
}

#[test]
fn an_offer_and_a_request_are_answered_with_what_is_known_by_then() {
    let rules = rules(Exchange::PushPull);
    let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
    let parcel = member.parcel(&[8, 2, 4, 6]);
    rules.on_message(&mut knowledge, member.at(50), NodeId(0), Time::ZERO, Word::Offer(parcel));
    let expected = "heard of n0, sent 0s\nto n0: Table(Parcel(1)) with [8, 3, 5, 6]";
    assert_eq!(member.heard_saying(), expected);
    rules.on_message(&mut knowledge, member.at(60), NodeId(3), Time::ZERO, Word::Request);
    assert_eq!(member.heard_saying(), "to n3: Table(Parcel(2)) with [8, 3, 5, 6]");
}

#[test]
fn who_restarts_counts_on_from_the_clock() {
    let mut member = Recorder::<u32>::new(CLUSTER, ME);
    let knowledge = rules(Exchange::Push).start(member.at(42_500));
    assert_eq!(knowledge.counts, [0, 42, 0, 0]);
}

#[test]
fn a_digest_is_answered_with_what_is_newer_and_asks_for_the_rest() {
    let rules = rules(Exchange::Digests);
    let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
    rules.on_timer(&mut knowledge, member.at(3_000), RoundDue(Tick(Time::ZERO)));
    let said = member.heard_saying();
    assert!(said.lines().all(|line| line.ends_with("Digest(Parcel(0)) with [7, 4, 5, 6]")), "{said}");
    let digest = member.parcel(&[8, 2, 5, 9]);
    rules.on_message(&mut knowledge, member.at(3_050), NodeId(3), Time::ZERO, Word::Digest(digest));
    // It asks for two, n0 and n3, and knows n1 newer: itself. Nothing was heard yet.
    let expected = "to n3: Answer(Entries([3, 0, 0]), Parcel(2)) with [2, 0, 3, 1, 4]";
    assert_eq!(member.heard_saying(), expected);
    assert_eq!(knowledge.counts, [7, 4, 5, 6]);
}

#[test]
fn an_answer_is_taken_over_and_what_it_asks_for_is_brought() {
    let rules = rules(Exchange::Digests);
    let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
    let answer = member.parcel(&[2, 1, 2, 0, 9, 3, 8]);
    let word = Word::Answer(Entries::of(4), answer);
    rules.on_message(&mut knowledge, member.at(50), NodeId(3), Time::ZERO, word);
    let expected =
        "heard of n0 n3, sent 0s\nto n3: Delta(Entries([2, 0, 0]), Parcel(1)) with [0, 1, 3, 2, 5]";
    assert_eq!(member.heard_saying(), expected);
    assert_eq!(knowledge.counts, [9, 3, 5, 8]);
    // Nothing asked for, and nothing newer: nothing is said.
    let answer = member.parcel(&[0, 2, 5]);
    let word = Word::Answer(Entries::of(1), answer);
    rules.on_message(&mut knowledge, member.at(60), NodeId(3), Time::ZERO, word);
    assert_eq!(member.heard_saying(), "");
}

#[test]
fn what_was_asked_for_ends_the_exchange() {
    let rules = rules(Exchange::Digests);
    let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
    // n1 is itself: a count of an earlier life is no news, but it goes on from there.
    let delta = member.parcel(&[0, 0, 9, 1, 12, 2, 4]);
    let word = Word::Delta(Entries::of(3), delta);
    rules.on_message(&mut knowledge, member.at(50), NodeId(3), Time::ZERO, word);
    assert_eq!(member.heard_saying(), "heard of n0, sent 0s");
    assert_eq!(knowledge.counts, [9, 12, 5, 6]);
}

#[test]
fn only_what_is_newer_counts_on_the_wire() {
    let rules = rules(Exchange::Digests);
    let entries = Entries::of;
    for (word, bytes) in [
        (Word::Digest(Parcel(0)), 64 + 4 * 8),
        (Word::Answer(entries(3), Parcel(0)), 64 + 3 * 8),
        (Word::Delta(entries(0), Parcel(0)), 64),
    ] {
        assert_eq!(rules.bytes_of(&word), bytes, "{word:?}");
    }
    assert_eq!(size_of::<Word>(), 8, "no larger than what carries a table");
}

#[test]
fn a_member_that_shuns_the_dead_turns_to_those_it_trusts() {
    let rules = Gossip { shuns: Shuns::Dead, ..rules(Exchange::Push) };
    assert!(rules.heeds_verdicts());
    let (mut member, mut knowledge) = knowing(&rules, [0; 4]);
    rules.on_verdict(&mut knowledge, &mut member, NodeId(0), Opinion::Dead);
    rules.on_verdict(&mut knowledge, &mut member, NodeId(2), Opinion::Suspected);
    for millis in 0..20 {
        rules.on_timer(&mut knowledge, member.at(millis), RoundDue(Tick(Time::ZERO)));
        let said = member.heard_saying();
        // One dead of three: two are trusted, and with one more the dead is turned to a third of the time.
        let to = |name: &str| said.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!((to("to n2"), to("to n3")), (1, 1), "{said}");
        assert!(to("to n0") <= 1, "{said}");
    }
    rules.on_verdict(&mut knowledge, &mut member, NodeId(0), Opinion::Trusted);
    let everybody: String = (20..40)
        .map(|millis| {
            rules.on_timer(&mut knowledge, member.at(millis), RoundDue(Tick(Time::ZERO)));
            member.heard_saying()
        })
        .collect();
    assert!(["to n0", "to n2", "to n3"].iter().all(|name| everybody.contains(name)));
}
