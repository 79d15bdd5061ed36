//! What a member says in which situation.

mod assembly;
mod beating;

use super::super::recorder::Recorder;
use super::*;
use crate::engine::time::Time;

const CLUSTER: Cluster = Cluster::of_peers(3);
const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);

/// Beats every second, and a patience of exactly three seconds, so that every instant is known.
fn rules() -> Leader {
    let rhythm = Rhythm { phase: Phase::Random, ..Rhythm::aligned(Span::SECOND) };
    let three = Span::from_secs(3);
    let election_timeout = Patience(three, three);
    Leader { rhythm, election_timeout, pre_vote: false, check_quorum: false, beats: Beats::Leader }
}

fn asking_first() -> Leader {
    Leader { pre_vote: true, ..rules() }
}

fn with_quorum() -> Leader {
    Leader { check_quorum: true, ..rules() }
}

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// One member, what it remembers, and the rules that it follows.
struct Scene {
    rules: Leader,
    member: Recorder<NodeId>,
    memory: Memory,
}

impl Scene {
    /// `me` begins with the run, and what it says at once is passed over.
    fn of(rules: Leader, me: NodeId) -> Scene {
        let mut member = Recorder::new(CLUSTER, me);
        let memory = rules.start(&mut member);
        member.heard_saying();
        Scene { rules, member, memory }
    }

    /// What it says to a word of `from` that arrives at this many milliseconds, sent ten before.
    fn hears(&mut self, millis: u64, from: NodeId, word: Word) -> String {
        let member = self.member.at(millis);
        self.rules.on_message(&mut self.memory, member, from, time(millis - 10), word);
        self.member.heard_saying()
    }

    /// What it says to a beat with news.
    fn hears_of_the_dead(&mut self, millis: u64, from: NodeId, term: u32, dead: &[NodeId]) -> String {
        let parcel = self.member.parcel(dead);
        self.hears(millis, from, Word::Beat(term, Some(News(parcel, dead.len() as u32))))
    }

    /// What it says when a timer is due, a nanosecond after this many milliseconds.
    fn wakes(&mut self, millis: u64, due: Due) -> String {
        let member = self.member.at(millis);
        member.now = member.now.just_after();
        self.rules.on_timer(&mut self.memory, member, due);
        self.member.heard_saying()
    }

    /// What it says when a patience ends that began with a timer, so a nanosecond later.
    fn wakes_again(&mut self, millis: u64) -> String {
        self.member.now = time(millis).just_after().just_after();
        self.rules.on_timer(&mut self.memory, &mut self.member, Due::Patience);
        self.member.heard_saying()
    }

    /// What it says when the next beat is due.
    fn beats(&mut self, millis: u64) -> String {
        let member = self.member.at(millis);
        self.rules.on_timer(&mut self.memory, member, Due::Beat(Tick(time(millis))));
        self.member.heard_saying()
    }

    fn verdict(&mut self, subject: NodeId, opinion: Opinion) -> String {
        self.rules.on_verdict(&mut self.memory, &mut self.member, subject, opinion);
        self.member.heard_saying()
    }
}

/// n0 lost patience at 3 s, stood, and got the vote of n1 at 3.02 s.
fn leader(rules: Leader) -> Scene {
    let mut scene = Scene::of(rules, N0);
    scene.wakes(3_000, Due::Patience);
    if scene.memory.is_asking {
        scene.hears(3_010, N1, Word::PreVote(1, true));
    }
    scene.hears(3_020, N1, Word::Vote(1, true));
    scene
}

/// n1 follows n0, whose beat of term 1 it heard at 1 s.
fn follower(rules: Leader) -> Scene {
    let mut scene = Scene::of(rules, N1);
    scene.hears(1_000, N0, Word::Beat(1, None));
    scene
}

#[test]
fn at_the_start_nobody_leads_and_everybody_waits() {
    let mut member: Recorder<NodeId> = Recorder::new(CLUSTER, N0);
    rules().start(&mut member);
    assert_eq!(member.heard_saying(), "wake me at 3.000000001s for Patience");
}

#[test]
fn who_loses_patience_stands_in_a_new_term() {
    let mut scene = Scene::of(rules(), N0);
    let expected =
        "I am Candidate\nwake me at 6.000000002s for Patience\nto n1: VoteRequest(1)\nto n2: VoteRequest(1)";
    assert_eq!(scene.wakes(3_000, Due::Patience), expected);
}

#[test]
fn the_majority_of_all_elects() {
    let mut scene = Scene::of(rules(), N0);
    scene.wakes(3_000, Due::Patience);
    let expected = "watch n1\nwatch n2\nI am Leader\nto n1: Beat(1, None)\nto n2: Beat(1, None)\n\
                    wake me at 4.02s for Beat(Tick(Time(4020000000)))";
    assert_eq!(scene.hears(3_020, N1, Word::Vote(1, true)), expected);
    assert_eq!(scene.hears(3_030, N2, Word::Vote(1, true)), "heard n2, sent 3.02s", "it leads already");
}

#[test]
fn a_vote_counts_once_and_only_in_its_term() {
    let five = Cluster::of_peers(5);
    let mut scene = Scene { member: Recorder::new(five, N0), ..Scene::of(rules(), N0) };
    scene.wakes(3_000, Due::Patience);
    scene.hears(3_010, N1, Word::Vote(1, true));
    assert_eq!(scene.hears(3_020, N1, Word::Vote(1, true)), "", "the same vote twice");
    scene.wakes_again(6_000);
    assert_eq!(scene.hears(6_010, N1, Word::Vote(1, true)), "", "a vote of the term before");
    assert_eq!(scene.hears(6_020, N2, Word::Vote(2, false)), "", "a refusal");
    assert_eq!(scene.hears(6_030, N2, Word::Vote(2, true)), "");
    assert!(scene.hears(6_040, NodeId(3), Word::Vote(2, true)).contains("I am Leader"), "three of five");
}

#[test]
fn votes_that_are_split_are_cast_again_in_a_new_term() {
    let mut scene = Scene::of(rules(), N0);
    scene.wakes(3_000, Due::Patience);
    assert_eq!(scene.hears(3_010, N1, Word::VoteRequest(1)), "to n1: Vote(1, false)", "it voted for itself");
    let said = scene.wakes_again(6_000);
    assert!(said.starts_with("I am Candidate\n") && said.ends_with("to n2: VoteRequest(2)"), "{said}");
}

#[test]
fn a_member_votes_once_in_a_term_and_is_patient_with_whom_it_elects() {
    let mut scene = Scene::of(rules(), N1);
    assert_eq!(scene.hears(2_000, N0, Word::VoteRequest(1)), "to n0: Vote(1, true)");
    assert_eq!(scene.memory.patient_until, time(5_000));
    assert_eq!(scene.hears(2_100, N2, Word::VoteRequest(1)), "to n2: Vote(1, false)");
    assert_eq!(
        scene.hears(2_200, N2, Word::VoteRequest(2)),
        "to n2: Vote(2, true)",
        "a new term, a new vote"
    );
    assert_eq!(scene.hears(2_300, N0, Word::VoteRequest(1)), "to n0: Vote(2, false)", "a term that is over");
}

#[test]
fn a_beat_is_answered_and_begins_patience_anew() {
    let mut scene = Scene::of(rules(), N1);
    assert_eq!(scene.hears(1_000, N0, Word::Beat(1, None)), "to n0: Reply(1)");
    assert_eq!(scene.wakes(3_000, Due::Patience), "wake me at 4.000000001s for Patience");
    assert_eq!(scene.hears(4_000, N0, Word::Beat(1, None)), "to n0: Reply(1)", "at the very end is in time");
    assert_eq!(scene.wakes(4_000, Due::Patience), "wake me at 7.000000001s for Patience");
}

#[test]
fn a_follower_that_loses_patience_holds_its_leader_dead_until_it_hears_it_again() {
    let mut scene = follower(rules());
    scene.wakes(3_000, Due::Patience);
    let said = scene.wakes(4_000, Due::Patience);
    assert!(said.starts_with("declare n0 dead, silent since 990ms\nI am Candidate"), "{said}");
    assert_eq!(
        scene.hears(4_100, N0, Word::Beat(1, None)),
        "trust n0\nto n0: Reply(2)",
        "and it knows a newer term"
    );
}

#[test]
fn a_higher_term_makes_everyone_a_follower() {
    let mut candidate = Scene::of(rules(), N0);
    candidate.wakes(3_000, Due::Patience);
    assert_eq!(candidate.hears(3_010, N1, Word::Vote(7, false)), "I am Follower");
    let mut leader = leader(rules());
    leader.wakes_again(6_000);
    let expected = "heard n2, sent 6.49s\nI am Follower\nwatch n1 no more\nwatch n2 no more\n\
                    wake me at 9.500000001s for Patience";
    assert_eq!(leader.hears(6_500, N2, Word::Reply(2)), expected);
    assert_eq!(leader.beats(4_020), "", "it beats no more");
}

#[test]
fn a_candidate_that_hears_the_leader_of_its_term_follows() {
    let mut scene = Scene::of(rules(), N1);
    scene.wakes(3_000, Due::Patience);
    assert_eq!(scene.hears(3_100, N0, Word::Beat(1, None)), "I am Follower\nto n0: Reply(1)");
}

#[test]
fn a_leader_beats_and_hears_the_answers() {
    let mut scene = leader(rules());
    let expected =
        "to n1: Beat(1, None)\nto n2: Beat(1, None)\nwake me at 5.02s for Beat(Tick(Time(5020000000)))";
    assert_eq!(scene.beats(4_020), expected);
    assert_eq!(scene.hears(4_040, N1, Word::Reply(1)), "heard n1, sent 4.03s");
    assert_eq!(scene.beats(4_020), "", "a beat of an earlier time in office");
    assert_eq!(scene.wakes(6_000, Due::Patience), "", "it needs no patience");
}

#[test]
fn a_leader_tells_whom_it_holds_dead() {
    let mut scene = leader(rules());
    assert_eq!(scene.verdict(N2, Opinion::Dead), "declare n2 dead in the name of all");
    assert!(scene.beats(4_020).starts_with("to n1: Beat(1, Some(News(Parcel(0), 1))) with [NodeId(2)]\n"));
    assert_eq!(scene.hears(4_100, N2, Word::Reply(1)), "heard n2, sent 4.09s", "the verdict decides");
    assert_eq!(scene.verdict(N2, Opinion::Trusted), "take back in the name of all that n2 is dead");
    assert!(scene.beats(5_020).starts_with("to n1: Beat(1, None)\n"));
}

#[test]
fn followers_believe_their_leader() {
    let mut scene = follower(rules());
    let said = scene.hears_of_the_dead(2_000, N0, 1, &[N1, N2]);
    assert_eq!(said, "declare n2 dead, by hearsay\nto n0: Reply(1)", "but not of themselves");
    assert_eq!(scene.hears_of_the_dead(3_000, N0, 1, &[N2]), "to n0: Reply(1)", "nothing new");
    assert_eq!(scene.hears(3_100, N2, Word::VoteRequest(1)), "trust n2\nto n2: Vote(1, false)", "it speaks");
    assert_eq!(scene.hears_of_the_dead(4_000, N0, 1, &[N2]), "declare n2 dead, by hearsay\nto n0: Reply(1)");
    assert_eq!(scene.hears(5_000, N0, Word::Beat(1, None)), "trust n2\nto n0: Reply(1)");
}

#[test]
fn a_beat_that_was_overtaken_brings_no_news() {
    let mut scene = follower(rules());
    scene.hears_of_the_dead(3_000, N0, 1, &[N2]);
    let member = scene.member.at(3_005);
    scene.rules.on_message(&mut scene.memory, member, N0, time(2_000), Word::Beat(1, None));
    assert_eq!(scene.member.heard_saying(), "to n0: Reply(1)");
}

/// n1 held its leader n0 dead, and took over.
fn successor() -> Scene {
    let mut scene = follower(rules());
    scene.wakes(3_000, Due::Patience);
    scene.wakes(4_000, Due::Patience);
    scene
}

#[test]
fn a_new_leader_holds_the_old_one_dead_in_the_name_of_all() {
    let mut scene = successor();
    let expected = "declare n0 dead in the name of all\nwatch n2\nI am Leader\n\
                    to n0: Beat(2, Some(News(Parcel(0), 1))) with [NodeId(0)]\nto n2: Beat(2, Some(News(Parcel(0), 1))) with [NodeId(0)]\n\
                    wake me at 5.02s for Beat(Tick(Time(5020000000)))";
    assert_eq!(scene.hears(4_020, N2, Word::Vote(2, true)), expected);
    let expected = "trust n0\ntake back in the name of all that n0 is dead\nwatch n0\nheard n0, sent 4.49s";
    assert_eq!(scene.hears(4_500, N0, Word::Reply(2)), expected, "it is alive after all");
    assert!(scene.beats(5_020).starts_with("to n0: Beat(2, None)\n"));
}

#[test]
fn what_a_leader_declared_stands_until_there_is_another() {
    let mut scene = successor();
    scene.hears(4_020, N2, Word::Vote(2, true));
    scene.verdict(N2, Opinion::Dead);
    let said = scene.hears(5_000, N0, Word::VoteRequest(3));
    let expected = "trust n0\ntake back in the name of all that n0 is dead\nwatch n0\nheard n0, sent 4.99s\n\
                    I am Follower\nwatch n0 no more\nto n0: Vote(3, true)";
    assert_eq!(said, expected, "it keeps its opinion of n2");
    let said = scene.hears_of_the_dead(5_020, N0, 3, &[N2]);
    assert_eq!(said, "take back in the name of all that n2 is dead\nto n0: Reply(3)", "n0 says it now");
    assert_eq!(scene.hears(6_000, N0, Word::Beat(3, None)), "trust n2\nwatch n2 no more\nto n0: Reply(3)");
}

#[test]
fn who_led_takes_back_its_word_about_whom_it_hears() {
    let mut scene = leader(rules());
    scene.verdict(N2, Opinion::Dead);
    scene.hears(5_000, N1, Word::VoteRequest(2));
    let expected =
        "trust n2\ntake back in the name of all that n2 is dead\nwatch n2 no more\nto n2: Vote(2, false)";
    assert_eq!(scene.hears(5_500, N2, Word::VoteRequest(2)), expected);
}

#[test]
fn who_asks_first_raises_no_term_until_a_majority_would_follow() {
    let mut scene = Scene::of(asking_first(), N0);
    let expected = "wake me at 6.000000002s for Patience\nto n1: PreVoteRequest(1)\nto n2: PreVoteRequest(1)";
    assert_eq!(scene.wakes(3_000, Due::Patience), expected);
    assert_eq!(scene.hears(3_010, N2, Word::PreVote(0, false)), "");
    assert_eq!((scene.memory.term, scene.memory.is_asking), (0, true));
    let said = scene.hears(3_020, N1, Word::PreVote(1, true));
    assert!(said.starts_with("I am Candidate\n") && said.ends_with("to n2: VoteRequest(1)"), "{said}");
}

#[test]
fn who_hears_a_leader_would_not_vote_for_another() {
    let mut scene = follower(asking_first());
    assert_eq!(
        scene.hears(4_000, N2, Word::PreVoteRequest(2)),
        "to n2: PreVote(1, false)",
        "at the very end"
    );
    assert_eq!(scene.hears(4_001, N2, Word::PreVoteRequest(2)), "to n2: PreVote(2, true)");
    assert_eq!(scene.memory.term, 1, "to be asked changes nothing");
    assert_eq!(
        leader(asking_first()).hears(9_000, N2, Word::PreVoteRequest(2)),
        "heard n2, sent 8.99s\nto n2: PreVote(1, false)"
    );
}

#[test]
fn who_is_told_of_a_newer_term_asks_no_more() {
    let mut scene = Scene::of(asking_first(), N0);
    scene.wakes(3_000, Due::Patience);
    assert_eq!(scene.hears(3_010, N2, Word::PreVote(4, false)), "");
    assert_eq!((scene.memory.term, scene.memory.is_asking), (4, false));
    assert_eq!(scene.hears(3_020, N1, Word::PreVote(1, true)), "", "what it had asked is out of date");
}

#[test]
fn who_knows_a_leader_ignores_candidates_where_a_quorum_is_checked() {
    let mut scene = follower(with_quorum());
    assert_eq!(scene.hears(4_000, N2, Word::VoteRequest(2)), "", "at the very end");
    assert_eq!(scene.memory.term, 1);
    assert_eq!(scene.hears(4_001, N2, Word::VoteRequest(2)), "to n2: Vote(2, true)");
    assert_eq!(leader(with_quorum()).hears(3_500, N2, Word::VoteRequest(2)), "heard n2, sent 3.49s");
}

#[test]
fn a_leader_gives_up_when_the_majority_last_answered_one_patience_ago() {
    let mut scene = leader(with_quorum());
    assert_eq!(scene.memory.next_count, time(6_020).just_after());
    scene.hears(4_040, N1, Word::Reply(1));
    scene.hears(5_050, N2, Word::Reply(1));
    assert_eq!(scene.wakes(6_020, Due::Quorum), "wake me at 8.050000001s for Quorum", "one of two is enough");
    scene.hears(8_050, N1, Word::Reply(1));
    assert_eq!(
        scene.wakes(8_050, Due::Quorum),
        "wake me at 11.050000001s for Quorum",
        "at the very end is in time"
    );
    scene.wakes_again(6_000);
    let expected = "I am Follower\nwatch n1 no more\nwatch n2 no more\nwake me at 14.050000002s for Patience";
    assert_eq!(scene.wakes(11_050, Due::Quorum), expected);
    assert_eq!(scene.beats(11_120), "");
}

#[test]
fn answers_of_another_term_count_for_nothing() {
    let mut scene = leader(with_quorum());
    scene.hears(5_000, N1, Word::Reply(0));
    assert!(scene.wakes(6_020, Due::Quorum).starts_with("I am Follower"));
}

#[test]
fn a_member_that_restarts_neither_votes_nor_stands_for_a_whole_patience() {
    let mut scene = Scene::of(rules(), N1);
    scene.member.at(10_000);
    scene.memory = scene.rules.start(&mut scene.member);
    assert_eq!(scene.member.heard_saying(), "wake me at 16.000000001s for Patience");
    assert_eq!(scene.hears(12_990, N0, Word::VoteRequest(5)), "to n0: Vote(5, false)");
    assert_eq!(
        scene.hears(13_000, N2, Word::VoteRequest(5)),
        "to n2: Vote(5, false)",
        "it may have voted in it"
    );
    assert_eq!(scene.hears(13_000, N2, Word::VoteRequest(6)), "to n2: Vote(6, true)");
}

#[test]
fn a_member_that_restarts_follows_whom_it_hears() {
    let mut scene = Scene::of(rules(), N1);
    scene.member.at(10_000);
    scene.memory = scene.rules.start(&mut scene.member);
    scene.member.heard_saying();
    assert_eq!(scene.hears(10_500, N0, Word::Beat(5, None)), "to n0: Reply(5)");
    assert_eq!(scene.memory.patient_until, time(16_000), "but stands no sooner");
    assert_eq!(scene.hears(13_500, N2, Word::VoteRequest(5)), "to n2: Vote(5, false)");
}

#[test]
fn a_member_alone_leads_at_once() {
    let alone = Cluster::of_peers(1);
    let mut scene = Scene { member: Recorder::new(alone, N0), ..Scene::of(with_quorum(), N0) };
    let said = scene.wakes(3_000, Due::Patience);
    assert!(said.contains("I am Leader"), "{said}");
    assert_eq!(scene.wakes(6_000, Due::Quorum), "");
    assert_eq!(scene.memory.office, Office::Leader);
}
