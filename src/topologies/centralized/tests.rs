use super::super::council::Ballot;
use super::super::recorder::Recorder;
use super::super::succession::Succession;
use super::*;
use crate::document::{Complaints, Document, read_table};
use crate::topologies::Layout;

const CLUSTER: Cluster = Cluster::monitored(2, 1);
const THREE: Cluster = Cluster::monitored(2, 3);
const N1: NodeId = NodeId(1);

fn rules() -> Centralized {
    let (rhythm, monitors) = (Rhythm::aligned(Span::from_secs(5)), Monitors::one());
    Centralized { rhythm, monitors, acknowledge: false, ack_timeout: None, announce: false }
}

/// One of three monitors watches, and a takeover comes after ten seconds.
fn stand_by() -> Centralized {
    let succession = Succession::after(Span::from_secs(5), Span::from_secs(10));
    Centralized { monitors: Monitors::standing_by(succession, 3), ..rules() }
}

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// A node in the midst of its life.
struct Actor {
    rules: Centralized,
    recorder: Recorder,
    memory: Memory,
}

impl Actor {
    fn beginning(rules: Centralized, cluster: Cluster, me: NodeId, millis: u64) -> Actor {
        let mut recorder: Recorder = Recorder::new(cluster, me);
        let memory = rules.start(recorder.at(millis));
        Actor { rules, recorder, memory }
    }

    fn wakes(&mut self, millis: u64) -> String {
        self.recorder.heard_saying();
        let due = Due(Tick(time(millis)));
        self.rules.on_timer(&mut self.memory, self.recorder.at(millis), due);
        self.recorder.heard_saying()
    }

    fn hears(&mut self, millis: u64, from: NodeId, word: Word) -> String {
        self.recorder.heard_saying();
        let Actor { rules, recorder, memory } = self;
        rules.on_message(memory, recorder.at(millis), from, time(millis - 10), Packed::of(word));
        recorder.heard_saying()
    }

    fn concludes(&mut self, subject: NodeId, opinion: Opinion) -> String {
        self.rules.on_verdict(&mut self.memory, &mut self.recorder, subject, opinion);
        self.recorder.heard_saying()
    }
}

fn opinion(subject: NodeId, dead: bool) -> Word {
    Word::Notice(Notice::Opinion(Ballot { subject, dead }))
}

fn office(holder: NodeId) -> Word {
    Word::Notice(Notice::Office(holder))
}

#[test]
fn a_member_beats_and_the_monitor_listens() {
    let mut member = Actor::beginning(rules(), CLUSTER, N1, 0);
    let begun = "wake me at 0s and every 5s for Due(Tick(Time(0)))";
    assert_eq!(member.recorder.heard_saying(), begun);
    assert_eq!(member.wakes(5_000), "to m0: Beat(0)");
    let mut monitor = Actor::beginning(rules(), CLUSTER, CLUSTER.monitor(0), 0);
    assert_eq!(monitor.recorder.heard_saying(), "watch n0\nwatch n1");
    assert_eq!(monitor.hears(7_000, N1, Word::Beat(0)), "heard n1, sent 6.99s");
}

#[test]
fn a_beat_that_is_announced_comes_when_the_monitor_has_said() {
    let jitter = Document::parse(
        "jitter",
        "kind = 'centralized'\njitter = [-0.1, 0.1]\ninterval = '5s'\n\
         pace = 'fixed-delay'\nacknowledge = true\nannounce = true",
    )
    .expect("it is TOML");
    let complaints = Complaints::default();
    let layout =
        read_table(jitter.root(), "[topology]", &complaints, |table| Layout::read_for(table, Some(2), &[]));
    let Some(Layout::Centralized(rules)) = layout else { panic!("it is valid") };
    let monitor = CLUSTER.monitor(0);
    let mut listener = Actor::beginning(rules.clone(), CLUSTER, monitor, 0);
    let mut member = Actor::beginning(rules, CLUSTER, N1, 0);
    // The reply to a beat of 6.99 s sets out at 7 s, and arrives at 7.01 s.
    let said = listener.hears(7_000, N1, Word::Beat(1));
    let [heard, announced, reply] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert_eq!((heard, reply), ("heard n1, sent 6.99s", "to n1: Reply(1)"));
    let period =
        announced.strip_prefix("n1 beats ").and_then(|said| said.strip_suffix(" after that of 6.99s"));
    let period: Span = period.and_then(|period| period.parse().ok()).expect("it is a length");
    assert!((Span::from_millis(4_500)..=Span::from_millis(5_500)).contains(&period), "{period}");
    let Some(Recollection::Member(sender)) = member.memory.as_deref_mut() else { panic!("it is a member") };
    (sender.number, sender.answered) = (1, false);
    let next = time(7_010) + period;
    assert_eq!(
        member.hears(7_010, monitor, Word::Reply(1)),
        format!("wake me at {next} for Due(Tick({next:?}))")
    );
}

#[test]
fn what_a_million_nodes_keep_is_small() {
    assert_eq!(size_of::<Memory>(), 8);
    assert_eq!(size_of::<Packed>(), 4);
    assert_eq!(size_of::<Due>(), 8);
}

#[test]
fn monitors_agree_before_they_declare() {
    let rules = || Centralized { monitors: Monitors::agreeing(2, 3), ..rules() };
    let (m0, m1, m2) = (THREE.monitor(0), THREE.monitor(1), THREE.monitor(2));
    let mut member = Actor::beginning(rules(), THREE, N1, 0);
    assert_eq!(member.wakes(5_000), "to m0: Beat(0)\nto m1: Beat(0)\nto m2: Beat(0)");
    let mut first = Actor::beginning(rules(), THREE, m0, 0);
    first.recorder.heard_saying();
    let ballot = "Notice(Opinion(Ballot { subject: NodeId(1), dead: true }))";
    let review = "wake me at 1s for Alarm";
    assert_eq!(first.concludes(N1, Opinion::Dead), format!("to m1: {ballot}\nto m2: {ballot}\n{review}"));
    assert_eq!(first.hears(9_000, m1, opinion(N1, true)), "declare n1 dead in the name of all");
    assert_eq!(first.hears(9_001, m2, opinion(N1, true)), "");
    assert_eq!(first.hears(9_002, m1, opinion(N1, false)), "");
    assert_eq!(
        first.hears(9_003, m2, Word::Notice(Notice::Question)),
        format!("to m2: {ballot}"),
        "m2 restarted, so it has no vote and is told what m0 holds; what was agreed stands while m0 holds it"
    );
    let mut reborn = Actor::beginning(rules(), THREE, m2, 9_000);
    let asks = "to m0: Notice(Question)\nto m1: Notice(Question)\nwatch n0\nwatch n1";
    assert_eq!(reborn.recorder.heard_saying(), asks);
}

#[test]
fn an_opinion_that_is_not_repeated_lapses() {
    let rules = Centralized { monitors: Monitors::agreeing(2, 3), ..rules() };
    let (m0, m1, m2) = (THREE.monitor(0), THREE.monitor(1), THREE.monitor(2));
    let mut first = Actor::beginning(rules, THREE, m0, 0);
    first.recorder.heard_saying();
    let review = |at: &str| format!("wake me at {at} for Alarm");
    assert_eq!(first.hears(1_000, m1, opinion(N1, true)), review("2s"));
    // Two are enough, though it has no opinion of its own.
    assert_eq!(first.hears(1_500, m2, opinion(N1, true)), "declare n1 dead in the name of all");
    assert_eq!(first.wakes(4_000), review("5s"), "three intervals are just over");
    let back = format!("take back in the name of all that n1 is dead\n{}", review("5.001s"));
    assert_eq!(first.wakes(4_001), back, "m1 has fallen silent, and one is not enough");
    assert_eq!(first.wakes(4_600), "", "m2 has too, so there is nothing left to review");
    let ballot = "Notice(Opinion(Ballot { subject: NodeId(1), dead: true }))";
    let alone = format!("to m1: {ballot}\nto m2: {ballot}\n{}", review("5.6s"));
    assert_eq!(first.concludes(N1, Opinion::Dead), alone, "what has lapsed does not count again");
}

#[test]
fn a_beat_is_answered_and_the_next_one_waits_for_that() {
    let fixed_rate = Centralized { acknowledge: true, ..rules() };
    let mut member = Actor::beginning(fixed_rate, CLUSTER, N1, 0);
    assert_eq!(member.wakes(5_000), "to m0: Beat(1)");
    assert_eq!(member.hears(5_020, CLUSTER.monitor(0), Word::Reply(1)), "", "a grid waits for nothing");
    let rhythm = rules().rhythm.with_fixed_delay();
    let lease =
        || Centralized { rhythm, acknowledge: true, ack_timeout: Some(Span::from_secs(2)), ..rules() };
    let mut member = Actor::beginning(lease(), CLUSTER, N1, 0);
    let overdue = "wake me at 2.000000001s for Due(Tick(Time(2000000001)))";
    assert_eq!(member.wakes(0), format!("to m0: Beat(1)\n{overdue}"));
    let next = "wake me at 5.02s for Due(Tick(Time(5020000000)))";
    assert_eq!(member.hears(20, CLUSTER.monitor(0), Word::Reply(1)), next);
    assert_eq!(member.hears(25, CLUSTER.monitor(0), Word::Reply(1)), "", "it was answered already");
    assert_eq!(member.wakes(2_000), "", "it is not overdue any more");
    assert!(member.wakes(5_020).starts_with("to m0: Beat(2)"));
    assert_eq!(member.hears(5_030, CLUSTER.monitor(0), Word::Reply(1)), "", "not the answer to this one");
    let mut monitor = Actor::beginning(lease(), CLUSTER, CLUSTER.monitor(0), 0);
    assert_eq!(monitor.hears(7_000, N1, Word::Beat(3)), "heard n1, sent 6.99s\nto n1: Reply(3)");
}

#[test]
fn a_stand_by_takes_over_and_says_so_to_all() {
    let (m0, m1) = (THREE.monitor(0), THREE.monitor(1));
    let mut first = Actor::beginning(stand_by(), THREE, m0, 0);
    let begun = "wake me at 5s for Alarm\nto m1: Notice(Office(NodeId(2)))\n\
                 to m2: Notice(Office(NodeId(2)))\nwatch n0\nwatch n1";
    assert_eq!(first.recorder.heard_saying(), begun, "who is in office at the start is known to all members");
    let mut second = Actor::beginning(stand_by(), THREE, m1, 0);
    assert_eq!(second.recorder.heard_saying(), "wake me at 10.000000001s for Alarm");
    assert_eq!(second.hears(4_000, N1, Word::Beat(1)), "to n1: Notice(Office(NodeId(2)))", "not I: m0");
    second.recorder.now = time(10_000).just_after();
    second.rules.on_timer(&mut second.memory, &mut second.recorder, VOICE.alarm);
    let mine = "Notice(Office(NodeId(3)))";
    let expected = format!(
        "wake me at 15.000000001s for Alarm\nto m0: {mine}\nto m2: {mine}\n\
         watch n0\nwatch n1\nto n0: {mine}\nto n1: {mine}"
    );
    assert_eq!(second.recorder.heard_saying(), expected);
    assert_eq!(second.hears(11_000, N1, Word::Beat(1)), "heard n1, sent 10.99s");
    second.recorder.now = time(15_000).just_after();
    second.rules.on_timer(&mut second.memory, &mut second.recorder, VOICE.alarm);
    let again = format!("wake me at 20.000000001s for Alarm\nto m0: {mine}\nto m2: {mine}\nto n0: {mine}");
    assert_eq!(second.recorder.heard_saying(), again, "n0 was not heard of");
    assert_eq!(second.hears(15_500, N1, Word::Notice(Notice::Question)), format!("to n1: {mine}"));
    assert_eq!(second.concludes(N1, Opinion::Dead), "", "it knows");
    assert_eq!(second.concludes(NodeId(0), Opinion::Dead), format!("to n0: {mine}"), "perhaps it does not");
    let left = "wake me at 26.000000001s for Alarm\nwatch n0 no more\nwatch n1 no more";
    assert_eq!(second.hears(16_000, m0, office(m0)), left, "m0 stands earlier in line");
    assert_eq!(second.hears(16_500, N1, Word::Notice(Notice::Question)), "", "whoever is in office answers");
}

#[test]
fn a_member_beats_to_whoever_is_in_office() {
    let m1 = THREE.monitor(1);
    let mut member = Actor::beginning(stand_by(), THREE, N1, 0);
    assert_eq!(member.wakes(0), "to m0: Beat(1)");
    assert_eq!(member.hears(10_050, m1, office(m1)), "");
    assert_eq!(member.wakes(15_000), "to m1: Beat(2)");
    let asks = "to m0: Notice(Question)\nto m1: Notice(Question)\nto m2: Notice(Question)";
    let mut reborn = Actor::beginning(stand_by(), THREE, N1, 20_000);
    let begun = format!("wake me at 20s and every 5s for Due(Tick(Time(20000000000)))\n{asks}");
    assert_eq!(reborn.recorder.heard_saying(), begun);
    let answered = Centralized { acknowledge: true, ..stand_by() };
    let mut member = Actor::beginning(answered, THREE, N1, 0);
    assert_eq!(member.wakes(0), "to m0: Beat(1)");
    assert_eq!(member.wakes(5_000), format!("{asks}\nto m0: Beat(2)"), "nobody answered");
}

#[test]
fn monitors_that_members_watch_beat_to_all_of_them() {
    for acknowledge in [false, true] {
        let rules = || Centralized { monitors: Monitors::one().mutual(), acknowledge, ..rules() };
        let m0 = CLUSTER.monitor(0);
        let mut monitor = Actor::beginning(rules(), CLUSTER, m0, 0);
        let begun = "watch n0\nwatch n1\nwake me at 0s and every 5s for Due(Tick(Time(0)))";
        assert_eq!(monitor.recorder.heard_saying(), begun);
        assert_eq!(monitor.wakes(5_000), "to n0: Beat(0)\nto n1: Beat(0)");
        let mut member = Actor::beginning(rules(), CLUSTER, N1, 0);
        let begun = "watch m0\nwake me at 0s and every 5s for Due(Tick(Time(0)))";
        assert_eq!(member.recorder.heard_saying(), begun);
        assert_eq!(member.hears(5_010, m0, Word::Beat(0)), "heard m0, sent 5s", "and it does not answer");
    }
}
