//! Where everybody beats to everybody.

use super::*;

fn all_beat() -> Leader {
    Leader { beats: Beats::All, ..rules() }
}

#[test]
fn everybody_begins_to_beat_in_its_own_phase() {
    let mut member: Recorder<NodeId> = Recorder::new(CLUSTER, N0);
    let rhythm = Rhythm::aligned(Span::SECOND);
    Leader { rhythm, ..all_beat() }.start(&mut member);
    let expected = "wake me at 3.000000001s for Patience\nwake me at 0s and every 1s for Beat(Tick(Time(0)))";
    assert_eq!(member.heard_saying(), expected);
}

#[test]
fn only_beats_of_the_leader_say_that_it_leads() {
    let mut scene = follower(all_beat());
    assert_eq!(scene.beats(2_000), "to n0: Sign(1)\nto n2: Sign(1)");
    let mut scene = leader(all_beat());
    assert_eq!(scene.beats(4_000), "to n1: Beat(1, None)\nto n2: Beat(1, None)");
}

#[test]
fn whoever_is_elected_says_so_at_once_and_its_own_beats_go_on_as_before() {
    let mut scene = Scene::of(all_beat(), N0);
    scene.wakes(3_000, Due::Patience);
    let expected = "watch n1\nwatch n2\nI am Leader\nto n1: Beat(1, None)\nto n2: Beat(1, None)";
    assert_eq!(scene.hears(3_020, N1, Word::Vote(1, true)), expected);
}

#[test]
fn a_sign_is_answered_and_the_answer_of_a_leader_says_that_it_leads() {
    let mut scene = leader(all_beat());
    let expected = "heard n2, sent 3.49s\nto n2: LeaderReply(1)";
    assert_eq!(scene.hears(3_500, N2, Word::Sign(1)), expected);
    let mut scene = follower(all_beat());
    assert_eq!(scene.hears(1_500, N2, Word::Sign(1)), "to n2: Reply(1)");
    assert_eq!(scene.hears(1_600, N2, Word::Sign(2)), "to n2: Reply(2)", "and tells of a newer term");
}

#[test]
fn an_answer_of_the_leader_renews_patience() {
    let mut scene = follower(all_beat());
    assert_eq!(scene.hears(2_000, N0, Word::LeaderReply(1)), "");
    // It looks where its patience would have ended, and finds that it has some left.
    assert_eq!(scene.wakes(4_000, Due::Patience), "wake me at 5.000000001s for Patience");
    let said = scene.wakes(5_000, Due::Patience);
    assert!(said.starts_with("declare n0 dead, silent since 1.99s"), "{said}");
}

#[test]
fn no_other_answer_does() {
    for (from, word) in
        [(N2, Word::Reply(1)), (N2, Word::Sign(1)), (N0, Word::Reply(1)), (N0, Word::LeaderReply(0))]
    {
        let mut scene = follower(all_beat());
        scene.hears(2_000, from, word);
        let said = scene.wakes(4_000, Due::Patience);
        assert!(said.starts_with("declare n0 dead, silent since 990ms"), "{word:?}: {said}");
    }
    let mut scene = Scene::of(all_beat(), N1);
    scene.hears(1_000, N0, Word::LeaderReply(0));
    assert_eq!(scene.memory.leader, None, "it takes a beat to become the leader of anybody");
}

#[test]
fn a_beat_that_an_answer_overtook_still_tells_who_is_dead() {
    let mut scene = follower(all_beat());
    scene.hears(2_000, N0, Word::LeaderReply(1));
    // Sent at 1.9 s, before that answer.
    let parcel = scene.member.parcel(&[N2]);
    let word = Word::Beat(1, Some(News(parcel, 1)));
    let member = scene.member.at(2_005);
    scene.rules.on_message(&mut scene.memory, member, N0, time(1_900), word);
    let said = scene.member.heard_saying();
    assert!(said.contains("declare n2 dead, by hearsay"), "{said}");
}

#[test]
fn whom_the_leader_holds_dead_followers_hold_dead_though_they_hear_it() {
    let mut scene = follower(all_beat());
    scene.hears_of_the_dead(2_000, N0, 1, &[N2]);
    assert_eq!(scene.hears(2_100, N2, Word::Sign(1)), "to n2: Reply(1)");
    assert!(scene.memory.dead.contains(N2));
    // Nobody leads any more: then what it hears itself counts.
    scene.wakes(5_000, Due::Patience);
    let said = scene.hears(5_100, N2, Word::Reply(1));
    assert_eq!(said, "trust n2");
}

#[test]
fn a_sign_counts_for_the_majority_that_a_leader_needs() {
    let mut scene = leader(Leader { check_quorum: true, ..all_beat() });
    scene.hears(5_000, N2, Word::Sign(1));
    let said = scene.wakes(6_020, Due::Quorum);
    assert_eq!(said, "wake me at 8.000000001s for Quorum");
    assert!(scene.wakes(8_000, Due::Quorum).contains("I am Follower"));
}
