//! What a member says in which situation.

use super::super::Tick;
use super::super::recorder::Recorder;
use super::*;

const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const N3: NodeId = NodeId(3);

/// memberlist's rules for so many members, all in step, without comparing.
fn rules(members: u32) -> Swim {
    Swim {
        rhythm: Rhythm::aligned(Span::SECOND),
        probe_timeout: Span::from_millis(500),
        indirect: 3,
        order: Order::Shuffled,
        gossip_interval: Span::from_millis(200),
        gossip_fanout: 3,
        retransmit_mult: 4,
        suspicion_mult: 4,
        suspicion_max_mult: 6,
        lifeguard: true,
        push_pull_interval: Span::ZERO,
        dead_gossip: Span::from_secs(30),
        fallback: false,
        fallback_rto: None,
        members,
        shuffle: Shuffle::of(members - 1),
    }
}

/// The rules of the paper, and nothing but piggyback.
fn paper(members: u32) -> Swim {
    Swim { lifeguard: false, gossip_interval: Span::ZERO, ..rules(members) }
}

/// A member n0 of so many, on a stage of its own.
struct Stage {
    rules: Swim,
    memory: Memory,
    recorder: Recorder<Update>,
}

impl Stage {
    /// n0 has begun, and what it said then is forgotten.
    fn of(rules: Swim) -> Stage {
        let mut recorder = Recorder::new(Cluster::of_peers(rules.members), N0);
        let memory = rules.start(&mut recorder);
        recorder.heard_saying();
        Stage { rules, memory, recorder }
    }

    /// What n0 says when `due` is due at this many milliseconds.
    fn due(&mut self, millis: u64, due: Due) -> String {
        self.rules.on_timer(&mut self.memory, self.recorder.at(millis), due);
        self.recorder.heard_saying()
    }

    /// What n0 says when it hears this at this many milliseconds.
    fn hears(&mut self, millis: u64, from: NodeId, message: Message) -> String {
        self.rules.on_message(&mut self.memory, self.recorder.at(millis), from, time(0), message);
        self.recorder.heard_saying()
    }

    /// What n0 says when it hears this news.
    fn learns(&mut self, millis: u64, from: NodeId, news: &[Update]) -> String {
        let parcel = self.recorder.parcel(news);
        self.hears(millis, from, Message::new(Word::Gossip, from, 0).with(parcel, news.len()))
    }

    /// n0 probes the next; whom.
    fn probes(&mut self, millis: u64) -> NodeId {
        self.due(millis, Due::Probe(Tick(time(millis))));
        self.memory.probe.target
    }

    /// Probe number `number`, begun at `millis`, is not answered at all. What n0 says in the end.
    fn waits_in_vain(&mut self, millis: u64, number: u32) -> String {
        self.due(millis + 500, Due::Overdue(number));
        self.due(millis + 1_000, Due::Verdict(number))
    }
}

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

fn about(member: NodeId, standing: Standing, incarnation: u64, from: NodeId) -> Update {
    Update { member, from, standing, incarnation }
}

fn ack(number: u32) -> Message {
    Message::new(Word::Ack, N0, number)
}

#[test]
fn a_member_begins_in_its_phase_and_compares_after_a_while() {
    let mut recorder = Recorder::new(Cluster::of_peers(33), N0);
    let rules = Swim { push_pull_interval: Span::from_secs(30), ..rules(33) };
    rules.start(&mut recorder);
    let expected = "wake me at 0s and every 1s for Probe(Tick(Time(0)))\nwake me at 60s for PushPull";
    assert_eq!(recorder.heard_saying(), expected.replace("60s", "1m"));
}

/// From one probe of a member to the next by the same prober: n on average for n others, with the deviation
/// √((n² − 1) / 6), and never more than 2n − 1 probes.
#[test]
fn between_two_probes_of_a_member() {
    for (members, deviation) in [(4, 1.154_701), (8, 2.828_427), (32, 12.649_11)] {
        const GAPS: u32 = 4_000;
        let mut stage = Stage::of(paper(members));
        let others = members - 1;
        let mut seen = Vec::new();
        for number in 1..=GAPS * others {
            if stage.probes(u64::from(number) * 1_000) == N1 {
                seen.push(number);
            }
            stage.hears(u64::from(number) * 1_000 + 1, N1, ack(number));
        }
        let gaps: Vec<f64> = seen.windows(2).map(|two| f64::from(two[1] - two[0])).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let square = gaps.iter().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / gaps.len() as f64;
        let greatest = gaps.iter().copied().fold(0.0, f64::max);
        assert!((mean - f64::from(others)).abs() < 0.002 * mean, "{members} members: {mean} on average");
        assert!((square.sqrt() / deviation - 1.0).abs() < 0.05, "{members} members: {}", square.sqrt());
        assert!(greatest <= f64::from(2 * others - 1), "{members} members: at most {greatest}");
        assert!(members > 8 || greatest > f64::from(2 * others) - 1.5, "{members} members: {greatest}");
    }
}

#[test]
fn each_pass_probes_all_others_once() {
    let mut stage = Stage::of(rules(5));
    stage.memory.pass.place = 0;
    for pass in 0..3 {
        let mut targets = Vec::new();
        for number in pass * 4 + 1..=pass * 4 + 4 {
            let millis = u64::from(number) * 1_000;
            targets.push(stage.probes(millis));
            stage.hears(millis + 1, targets[0], ack(number));
        }
        targets.sort_unstable();
        assert_eq!(targets, [N1, N2, N3, NodeId(4)]);
    }
}

#[test]
fn an_answered_probe_is_over() {
    let mut stage = Stage::of(rules(2));
    let said = stage.due(1_000, Due::Probe(Tick(time(1_000))));
    assert_eq!(said, "to n1: Ping 1\nwake me at 1.500000001s for Overdue(1)");
    assert_eq!(stage.hears(1_020, N1, ack(1)), "");
    assert_eq!(stage.due(1_500, Due::Overdue(1)), "");
}

#[test]
fn whoever_is_pinged_answers_whoever_asked() {
    let mut stage = Stage::of(rules(3));
    assert_eq!(stage.hears(7, N1, Message::new(Word::Ping, N0, 3)), "to n1: Ack 3");
    assert_eq!(stage.hears(8, N1, Message::new(Word::PingFor, N2, 4)), "to n1: AckFor n2 4");
}

#[test]
fn without_an_answer_others_are_asked_and_an_answer_through_them_counts() {
    let mut stage = Stage::of(rules(4));
    let target = stage.probes(1_000);
    let said = stage.due(1_500, Due::Overdue(1));
    for helper in [N1, N2, N3] {
        let asked = said.contains(&format!("to n{}: PingReq n{} 1", helper.0, target.0));
        assert_eq!(asked, helper != target, "{said}");
    }
    assert!(said.ends_with("wake me at 2s for Verdict(1)"), "{said}");
    assert_eq!(stage.hears(1_600, N3, ack(1)), "");
    assert_eq!(stage.due(2_000, Due::Verdict(1)), "");
}

#[test]
fn an_unanswered_probe_is_judged_at_the_end_of_its_interval() {
    for ends_with_next in [false, true] {
        let mut stage = Stage::of(rules(2));
        stage.probes(1_000);
        assert_eq!(
            stage.due(1_500, Due::Overdue(1)),
            "wake me at 2s for Verdict(1)",
            "there is nobody to help"
        );
        let suspects = "wake me at 2.2s for Gossip\nsuspect n1\nwake me at 6s for Expiry(NodeId(1))";
        if ends_with_next {
            // What falls due at the very end comes after it; the suspect is told what it is accused of.
            let said = stage.due(2_000, Due::Probe(Tick(time(2_000))));
            let next = "to n1: Ping 2 with [n1 Suspect 0 says n0]\nwake me at 2.500000001s for Overdue(2)";
            assert_eq!(said, format!("{suspects}\n{next}"));
            assert_eq!(stage.due(2_000, Due::Verdict(1)), "");
        } else {
            assert_eq!(stage.due(2_000, Due::Verdict(1)), suspects);
        }
    }
}

#[test]
fn a_helper_pings_and_passes_the_answer_on_or_says_that_there_is_none() {
    let request = Message::new(Word::PingReq, N2, 9);
    let answer = Message::new(Word::AckFor, N1, 9);
    let mut helper = Stage::of(rules(3));
    let helps = "to n2: PingFor n1 9\nwake me at 1.500000001s for Fruitless(NodeId(1), 9)";
    assert_eq!(helper.hears(1_000, N1, request), helps);
    assert_eq!(helper.hears(1_100, N2, answer), "to n1: Ack 9");
    assert_eq!(helper.due(1_500, Due::Fruitless(N1, 9)), "");
    helper.hears(2_000, N1, request);
    assert_eq!(helper.due(2_500, Due::Fruitless(N1, 9)), "to n1: Nack 9");
    assert_eq!(helper.hears(2_600, N2, answer), "", "it said already that there is none");

    let mut helper = Stage::of(paper(3));
    assert_eq!(helper.hears(1_000, N1, request), "to n2: PingFor n1 9");
    assert_eq!(helper.hears(1_100, N2, answer), "to n1: Ack 9");
}

/// n0 of so many, whose probe 1 of n1, begun at one second, has had no direct answer.
fn falls_back(members: u32) -> (Stage, String) {
    let rto = Some(Span::from_millis(100));
    let mut stage = Stage::of(Swim { fallback: true, fallback_rto: rto, ..rules(members) });
    stage.probes(1_000);
    let said = stage.due(1_500, Due::Overdue(1));
    (stage, said)
}

#[test]
fn without_a_direct_answer_a_stream_is_tried_beside_the_helpers() {
    let (mut stage, said) = falls_back(4);
    assert_eq!(said.matches("PingReq").count(), 2, "{said}");
    let target = stage.memory.probe.target;
    let stream = format!("to n{}: StreamPing 1\nwake me at 1.6s for Again(1, Span(200000000))", target.0);
    assert!(said.ends_with(&stream), "{said}");
    assert_eq!(stage.hears(1_550, target, Message::new(Word::StreamAck, N0, 1)), "");
    assert_eq!(stage.due(1_600, Due::Again(1, Span::from_millis(200))), "", "it was answered");
    assert_eq!(stage.due(2_000, Due::Verdict(1)), "");
}

#[test]
fn what_is_lost_on_a_stream_is_sent_again_until_the_probe_is_over() {
    let (mut stage, _) = falls_back(2);
    let again = |wait| Due::Again(1, Span::from_millis(wait));
    let said = stage.due(1_600, again(200));
    assert_eq!(said, "to n1: StreamPing 1\nwake me at 1.8s for Again(1, Span(400000000))");
    assert_eq!(stage.due(1_800, again(400)), "to n1: StreamPing 1", "the next would be too late");
    assert!(stage.due(2_000, Due::Verdict(1)).contains("suspect n1"));
    assert_eq!(stage.hears(2_050, N1, Message::new(Word::StreamAck, N0, 1)), "", "too late");
}

#[test]
fn whoever_is_pinged_over_a_stream_answers_over_it_and_tells_no_news() {
    let mut stage = Stage::of(rules(3));
    stage.learns(100, N1, &[about(N2, Standing::Suspect, 0, N1)]);
    assert_eq!(stage.hears(200, N1, Message::new(Word::StreamPing, N0, 3)), "to n1: StreamAck 3");
}

#[test]
fn a_member_of_whom_helpers_tell_nothing_doubts_itself_and_takes_more_time() {
    for (nacks, score) in [(0, 3), (1, 2), (3, 0), (4, 0)] {
        let mut stage = Stage::of(rules(9));
        stage.probes(1_000);
        stage.due(1_500, Due::Overdue(1));
        for _ in 0..nacks {
            stage.hears(1_900, N3, Message::new(Word::Nack, N0, 1));
        }
        stage.due(2_000, Due::Verdict(1));
        assert_eq!(stage.memory.score, score, "after {nacks} nacks");
    }
    let mut stage = Stage::of(rules(9));
    stage.memory.score = 2;
    stage.probes(1_000);
    assert_eq!(stage.due(2_000, Due::Probe(Tick(time(2_000)))), "", "this one is left out");
    let said = stage.due(1_500, Due::Overdue(1));
    assert!(
        said.ends_with("wake me at 4s for Verdict(1)"),
        "three intervals, and the same probe timeout: {said}"
    );
    stage.hears(3_000, N1, ack(1));
    assert_eq!(stage.memory.score, 1, "an answer makes it better");
    for number in 2..5 {
        stage.memory.score = 6;
        stage.probes(u64::from(number) * 10_000);
        stage.waits_in_vain(u64::from(number) * 10_000 + 7_000, number);
        assert_eq!(stage.memory.score, 7, "and no worse");
    }
    let mut stage = Stage::of(Swim { lifeguard: false, ..rules(9) });
    stage.probes(1_000);
    stage.waits_in_vain(1_000, 1);
    assert_eq!(stage.memory.score, 0);
}

#[test]
fn a_suspicion_that_others_share_ends_sooner() {
    let mut stage = Stage::of(rules(5));
    let said = stage.learns(0, N1, &[about(N3, Standing::Suspect, 0, N1)]);
    assert_eq!(
        said,
        "wake me at 0.2s for Gossip\nsuspect n3, by hearsay\nwake me at 24s for Expiry(NodeId(3))"
            .replace("0.2s", "200ms")
    );
    // Not the first accuser again, but another, and that is news.
    assert_eq!(stage.learns(100, N2, &[about(N3, Standing::Suspect, 0, N1)]), "");
    assert_eq!(
        stage.learns(1_000, N2, &[about(N3, Standing::Suspect, 0, N2)]),
        "wake me at 11.381s for Expiry(NodeId(3))"
    );
    let said = stage.due(1_200, Due::Gossip);
    assert!(said.contains("with [n3 Suspect 0 says n2]"), "{said}");
    assert_eq!(stage.learns(1_300, N2, &[about(N3, Standing::Suspect, 0, N2)]), "");
    // The last that counts comes late: what is left of the time is over.
    let said = stage.learns(9_000, N1, &[about(N3, Standing::Suspect, 0, NodeId(4))]);
    assert_eq!(said, "declare n3 dead, by hearsay");
    assert_eq!(stage.due(11_381, Due::Expiry(N3)), "");
}

#[test]
fn a_suspicion_of_the_paper_lasts_equally_long_whoever_shares_it() {
    let mut stage = Stage::of(paper(5));
    let said = stage.learns(0, N1, &[about(N3, Standing::Suspect, 0, N1)]);
    assert_eq!(said, "suspect n3, by hearsay\nwake me at 4s for Expiry(NodeId(3))");
    assert_eq!(stage.learns(1_000, N2, &[about(N3, Standing::Suspect, 0, N2)]), "");
    assert_eq!(stage.due(4_000, Due::Expiry(N3)), "declare n3 dead, by hearsay");
}

#[test]
fn whoever_got_no_answer_itself_declares_by_what_it_found() {
    let mut stage = Stage::of(paper(2));
    stage.probes(1_000);
    stage.waits_in_vain(1_000, 1);
    assert_eq!(stage.due(5_999, Due::Expiry(N1)), "", "not yet");
    assert_eq!(stage.due(6_000, Due::Expiry(N1)), "declare n1 dead, silent since 1s");
    assert_eq!(stage.due(7_000, Due::Probe(Tick(time(7_000)))), "", "nobody probes the dead");
}

#[test]
fn without_a_suspicion_an_unanswered_probe_is_death() {
    let mut stage = Stage::of(Swim { suspicion_mult: 0, ..rules(2) });
    stage.probes(1_000);
    let said = stage.waits_in_vain(1_000, 1);
    assert_eq!(said, "wake me at 2.2s for Gossip\ndeclare n1 dead, silent since 1s");
}

#[test]
fn the_accused_contradicts_in_its_very_answer() {
    for (standing, incarnation, contradicts) in
        [(Standing::Suspect, 0, Some(1)), (Standing::Dead, 4, Some(5)), (Standing::Alive, 3, None)]
    {
        let mut stage = Stage::of(paper(3));
        let parcel = stage.recorder.parcel(&[about(N0, standing, incarnation, N1)]);
        let said = stage.hears(50, N1, Message::new(Word::Ping, N0, 3).with(parcel, 1));
        let news = contradicts.map(|higher| format!(" with [n0 Alive {higher} says n0]"));
        assert_eq!(said, format!("to n1: Ack 3{}", news.unwrap_or_default()));
    }
    let mut stage = Stage::of(rules(3));
    stage.learns(50, N1, &[about(N0, Standing::Suspect, 0, N1)]);
    stage.learns(60, N2, &[about(N0, Standing::Suspect, 0, N2)]);
    assert_eq!((stage.memory.incarnation, stage.memory.score), (1, 1), "once is enough");
}

#[test]
fn a_higher_incarnation_overrules_and_an_old_one_does_not() {
    let mut stage = Stage::of(paper(5));
    for (update, says) in [
        (about(N3, Standing::Alive, 0, N3), ""),
        (about(N3, Standing::Suspect, 0, N1), "suspect n3, by hearsay\nwake me at 4s for Expiry(NodeId(3))"),
        (about(N3, Standing::Alive, 0, N3), ""),
        (about(N3, Standing::Alive, 1, N3), "trust n3"),
        (about(N3, Standing::Suspect, 0, N2), ""),
        (about(N3, Standing::Dead, 0, N2), ""),
        (about(N3, Standing::Alive, 2, N3), ""),
        (about(N3, Standing::Dead, 2, N2), "declare n3 dead, by hearsay"),
        (about(N3, Standing::Dead, 2, N1), ""),
        (about(N3, Standing::Suspect, 2, N1), ""),
        (about(N3, Standing::Alive, 2, N3), ""),
        (about(N3, Standing::Alive, 3, N3), "trust n3"),
        (about(N3, Standing::Suspect, 3, N3), "suspect n3, by hearsay\nwake me at 4s for Expiry(NodeId(3))"),
        (about(N3, Standing::Dead, 3, N1), "declare n3 dead, by hearsay"),
    ] {
        assert_eq!(stage.learns(0, N1, &[update]), says, "{update:?}");
    }
    assert_eq!(stage.due(4_000, Due::Expiry(N3)), "", "what was suspected is settled");
}

#[test]
fn an_accusation_is_about_the_incarnation_that_was_probed() {
    let mut stage = Stage::of(paper(2));
    stage.probes(1_000);
    stage.due(1_500, Due::Overdue(1));
    stage.learns(1_600, N1, &[about(N1, Standing::Alive, 1, N1)]);
    assert_eq!(stage.due(2_000, Due::Verdict(1)), "", "it spoke for itself meanwhile");
}

#[test]
fn news_is_sent_by_itself_only_while_there_is_any_and_a_limited_number_of_times() {
    let mut stage = Stage::of(rules(5));
    let said = stage.learns(130, N1, &[about(N3, Standing::Dead, 0, N1)]);
    assert_eq!(said, "wake me at 200ms for Gossip\ndeclare n3 dead, by hearsay");
    let count = |said: &str| said.matches("with [n3 Dead 0 says n1]").count();
    let first = stage.due(200, Due::Gossip);
    assert_eq!(count(&first), 3, "to three: {first}");
    assert!(first.ends_with("wake me at 400ms for Gossip"), "{first}");
    let second = stage.due(400, Due::Gossip);
    assert_eq!(count(&second), 1, "four times in all: {second}");
    assert!(!second.contains("wake me"), "and then there is nothing to say: {second}");
}

#[test]
fn news_rides_on_whatever_is_said() {
    let mut stage = Stage::of(Swim { lifeguard: true, ..paper(5) });
    let news = " with [n3 Dead 0 says n1]";
    assert_eq!(stage.learns(0, N1, &[about(N3, Standing::Dead, 0, N1)]), "declare n3 dead, by hearsay");
    assert_eq!(stage.hears(1, N1, Message::new(Word::Ping, N0, 1)), format!("to n1: Ack 1{news}"));
    let said = stage.hears(2, N1, Message::new(Word::PingReq, N2, 1));
    assert!(said.starts_with(&format!("to n2: PingFor n1 1{news}")), "{said}");
    assert_eq!(stage.due(502, Due::Fruitless(N1, 1)), format!("to n1: Nack 1{news}"));
    let said = stage.due(1_000, Due::Probe(Tick(time(1_000))));
    assert!(said.contains(news), "{said}");
    assert_eq!(stage.hears(1_100, N1, Message::new(Word::Ping, N0, 2)), "to n1: Ack 2", "four times in all");
}

#[test]
fn the_dead_are_sent_news_for_a_while_and_then_counted_no_more() {
    let sent = |millis| {
        let mut stage = Stage::of(rules(3));
        stage.learns(0, N1, &[about(N2, Standing::Dead, 0, N1)]);
        while stage.memory.will_gossip {
            stage.due(200, Due::Gossip);
        }
        stage.learns(millis, N1, &[about(N1, Standing::Alive, 1, N1)]);
        let said = stage.due(millis, Due::Gossip);
        stage.probes(millis);
        stage.hears(millis, N1, ack(1));
        stage.probes(millis);
        (said.contains("to n2"), stage.memory.members)
    };
    assert_eq!(sent(29_000), (true, 3));
    assert_eq!(sent(31_000), (false, 2));
}

#[test]
fn members_compare_all_that_they_know_and_only_suspect_whom_the_other_holds_dead() {
    let rules = Swim { push_pull_interval: Span::from_secs(30), ..rules(4) };
    let mut stage = Stage::of(rules);
    let said = stage.due(30_000, Due::PushPull);
    assert!(said.contains(": Push\n") && said.ends_with("wake me at 1m for PushPull"), "{said}");
    stage.learns(31_000, N1, &[about(N1, Standing::Alive, 7, N1)]);
    let theirs = [
        about(N2, Standing::Dead, 0, N3),
        about(N1, Standing::Alive, 8, N3),
        about(N0, Standing::Suspect, 0, N3),
    ];
    let parcel = stage.recorder.parcel(&theirs);
    let said = stage.hears(32_000, N3, Message::new(Word::Push, N3, 0).with(parcel, 3));
    let expected = "to n3: Pull with [n0 Alive 0 says n0, n1 Alive 7 says n0]\nsuspect n2, by hearsay\n\
                    wake me at 56s for Expiry(NodeId(2))";
    assert_eq!(said, expected);
    assert_eq!((stage.memory.incarnation_of(N1), stage.memory.incarnation), (8, 1));
    let large = Message::new(Word::Push, N0, 0);
    assert_eq!(stage.rules.bytes_of(&large), 64 + 4 * 12, "an entry for every member");
}

#[test]
fn whoever_restarts_says_so_under_a_higher_incarnation_and_others_believe_it() {
    let rules = Swim { push_pull_interval: Span::from_secs(30), ..rules(2) };
    let mut recorder: Recorder<Update> = Recorder::new(Cluster::of_peers(2), N0);
    rules.start(recorder.at(90_000));
    let said = recorder.heard_saying();
    assert!(said.contains("to n1: Push with [n0 Alive 90000000000 says n0]"), "{said}");
    let mut other = Stage::of(paper(4));
    other.learns(0, N1, &[about(N3, Standing::Dead, 5, N1)]);
    assert_eq!(other.learns(0, N3, &[about(N3, Standing::Alive, 90_000_000_000, N3)]), "trust n3");
}

#[test]
fn a_message_grows_with_its_news() {
    let mut stage = Stage::of(rules(5));
    let ping = Message::new(Word::Ping, N1, 1);
    let news = [about(N3, Standing::Dead, 0, N1); 2];
    let parcel = stage.recorder.parcel(&news);
    assert_eq!(stage.rules.bytes_of(&ping), 64);
    assert_eq!(stage.rules.bytes_of(&ping.with(parcel, 2)), 64 + 2 * 12);
    assert_eq!((size_of::<Message>(), size_of::<Update>()), (16, 24), "both are moved about a lot");
}

#[test]
fn a_lonely_member_has_nobody_to_ask() {
    let mut stage = Stage::of(Swim { shuffle: Shuffle::of(1), ..rules(2) });
    stage.recorder = Recorder::new(Cluster::of_peers(1), N0);
    assert_eq!(stage.due(1_000, Due::Probe(Tick(time(1_000)))), "");
    assert_eq!(stage.due(1_000, Due::PushPull), "");
}
