use super::super::recorder::Recorder;
use super::uplink::Reporting;
use super::*;
use crate::document::{Complaints, Document, read_table};

/// Two regions: n0 and n1, and n2.
const MEMBERS: u32 = 3;

/// One coordinator in each region unless told otherwise, one global; beats every 2 s, reports every 5 s.
fn rules(keys: &str) -> Hierarchical {
    let text = format!("interval = '2s'\nphase = 'aligned'\n{keys}");
    let document = Document::parse("a.toml", &text).expect("TOML");
    let complaints = Complaints::default();
    let regions = [("eu".to_owned(), 0..2), ("us".to_owned(), 2..3)];
    let rules = read_table(document.root(), "[topology]", &complaints, |table| {
        let rhythm = Rhythm::read(table);
        Hierarchical::read(table, Site { rhythm, members: Some(MEMBERS), regions: &regions })
    });
    let said: Vec<String> = complaints.into_sorted().into_iter().map(|complaint| complaint.reason).collect();
    assert_eq!(said, [""; 0]);
    rules.expect("they are valid")
}

const UPLINK: &str = "uplink = { interval = '5s' }";
const PERIODIC: &str = "uplink = { interval = '5s', report = 'periodic' }";
const TWO_COORDINATORS: &str =
    "coordinators = 2\ntakeover = '6s'\nelection_delay = '1s'\nuplink.interval = '5s'";
const TWO_GLOBALS: &str = "globals = 2\nquorum = 2\nuplink = { interval = '5s' }";

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// A node with its rules and its memory.
struct Actor {
    rules: Hierarchical,
    recorder: Recorder<NodeId>,
    node: Node,
}

impl Actor {
    /// The node that `who` names begins, so long after the start.
    fn beginning(keys: &str, who: &str, millis: u64) -> Actor {
        let rules = rules(keys);
        let me = named(&rules, who);
        let mut recorder = Recorder::new(rules.cluster(MEMBERS), me);
        let node = rules.start(recorder.at(millis));
        Actor { rules, recorder, node }
    }

    fn hears(&mut self, millis: u64, from: &str, word: Word) -> &mut Actor {
        let (from, sent) = (named(&self.rules, from), time(millis - 10));
        self.rules.on_message(&mut self.node, self.recorder.at(millis), from, sent, word);
        self
    }

    /// Hears a list.
    fn reads(&mut self, millis: u64, from: &str, dead: &[NodeId], complete: bool) -> &mut Actor {
        let list = List { dead: self.recorder.parcel(dead), count: dead.len() as u32, complete };
        self.hears(millis, from, if from.starts_with('g') { Word::Votes(list) } else { Word::Report(list) })
    }

    fn wakes(&mut self, millis: u64, due: Due) -> &mut Actor {
        self.rules.on_timer(&mut self.node, self.recorder.at(millis), due);
        self
    }

    fn judges(&mut self, millis: u64, member: NodeId, opinion: Opinion) -> &mut Actor {
        self.rules.on_verdict(&mut self.node, self.recorder.at(millis), member, opinion);
        self
    }

    /// What it said since the last time, in one line.
    fn says(&mut self) -> String {
        self.recorder.heard_saying().replace('\n', "; ")
    }
}

fn named(rules: &Hierarchical, name: &str) -> NodeId {
    let cluster = rules.cluster(MEMBERS);
    (0..cluster.nodes()).map(NodeId).find(|node| cluster.name(*node).to_string() == name).expect("it exists")
}

const N0: NodeId = NodeId(0);
const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const TICK: Due = Due::Beat(Tick(Time::ZERO));

fn news(subject: NodeId, dead: bool) -> Word {
    Word::News(Ballot { subject, dead })
}

#[test]
fn a_member_beats_to_the_coordinator_of_its_region() {
    for (member, coordinator) in [("n0", "c0"), ("n1", "c0"), ("n2", "c1")] {
        let mut member = Actor::beginning(UPLINK, member, 0);
        assert_eq!(member.says(), "wake me at 0s and every 2s for Beat(Tick(Time(0)))");
        assert_eq!(member.wakes(0, TICK).says(), format!("to {coordinator}: Beat"));
    }
}

#[test]
fn a_coordinator_watches_its_region_and_reports_at_once_or_with_the_next_report() {
    for (keys, at_once) in
        [(UPLINK, "to g0: News(Ballot { subject: NodeId(1), dead: true })"), (PERIODIC, "")]
    {
        let mut coordinator = Actor::beginning(keys, "c0", 0);
        assert_eq!(
            coordinator.says(),
            "watch n0; watch n1; wake me at 0s and every 5s for Beat(Tick(Time(0)))"
        );
        assert_eq!(coordinator.hears(100, "n0", Word::Beat).says(), "heard n0, sent 90ms");
        assert_eq!(coordinator.judges(6_001, N1, Opinion::Dead).says(), at_once);
        let report = "to g0: Report(List { dead: Parcel(0), count: 1, complete: true }) with [NodeId(1)]";
        assert_eq!(coordinator.wakes(10_000, TICK).says(), report);
        coordinator.judges(12_000, N1, Opinion::Trusted).says();
        let report = "to g0: Report(List { dead: Parcel(1), count: 0, complete: true }) with []";
        assert_eq!(coordinator.wakes(15_000, TICK).says(), report);
    }
}

#[test]
fn a_report_is_complete_once_every_member_was_heard_or_held_dead() {
    let mut coordinator = Actor::beginning(PERIODIC, "c0", 0);
    let is_complete = |coordinator: &mut Actor| {
        coordinator.says();
        coordinator.wakes(5_000, TICK).says().contains("complete: true")
    };
    assert!(!is_complete(&mut coordinator));
    assert!(!is_complete(coordinator.hears(5_100, "n0", Word::Beat)));
    assert!(is_complete(coordinator.judges(6_001, N1, Opinion::Dead)));
    assert!(is_complete(coordinator.judges(6_002, N0, Opinion::Dead)));
}

#[test]
fn a_global_believes_the_newest_that_coordinators_say_and_acts() {
    let mut global = Actor::beginning(UPLINK, "g0", 0);
    assert_eq!(
        global.says(),
        "wake me at 15.000000001s for Overdue(0); wake me at 15.000000001s for Overdue(1)"
    );
    let dead = "declare n1 dead, by hearsay; declare n1 dead in the name of all";
    let alive = "trust n1; take back in the name of all that n1 is dead";
    assert_eq!(global.hears(2_000, "c0", news(N1, true)).says(), dead);
    assert_eq!(global.reads(2_500, "c0", &[N1], true).says(), "", "it knows that");
    assert_eq!(global.reads(2_600, "c1", &[], true).says(), "", "that is about another region");
    assert_eq!(global.reads(3_000, "c0", &[], true).says(), alive);
    assert_eq!(global.hears(2_900, "c0", news(N1, true)).says(), "", "that is old");
    assert_eq!(global.reads(8_000, "c0", &[N1], true).says(), dead, "the news of it was lost");
    assert_eq!(global.reads(13_000, "c0", &[], false).says(), "", "the coordinator has only begun");
    assert_eq!(global.hears(13_500, "c0", news(N1, false)).says(), alive);
}

#[test]
fn a_silent_coordinator_is_dead_but_its_members_are_not() {
    let mut global = Actor::beginning(UPLINK, "g0", 0);
    global.reads(5_000, "c0", &[N1], true).says();
    assert_eq!(global.wakes(15_001, Due::Overdue(0)).says(), "wake me at 20.000000001s for Overdue(0)");
    assert_eq!(global.wakes(20_001, Due::Overdue(0)).says(), "declare c0 dead, silent since 5s");
    let back = "wake me at 45.000000001s for Overdue(0); trust c0";
    assert_eq!(global.reads(30_000, "c0", &[N1], false).says(), back);
}

#[test]
fn several_globals_tell_one_another_and_act_when_enough_agree() {
    let mut global = Actor::beginning(TWO_GLOBALS, "g0", 0);
    assert!(global.says().starts_with("wake me at 0s and every 5s for Beat"));
    let vote = "declare n1 dead, by hearsay; to g1: Vote(Ballot { subject: NodeId(1), dead: true })";
    assert_eq!(global.hears(2_000, "c0", news(N1, true)).says(), vote);
    let agreed = Word::Vote(Ballot { subject: N1, dead: true });
    assert_eq!(global.hears(2_010, "g1", agreed).says(), "declare n1 dead in the name of all");
    assert_eq!(global.reads(5_000, "g1", &[N1, N2], true).says(), "", "one alone does not decide on n2");
    let list = "to g1: Votes(List { dead: Parcel(1), count: 1, complete: false }) with [NodeId(1)]";
    assert_eq!(global.wakes(5_000, TICK).says(), list, "it has no report yet, only news");
    global.reads(5_500, "c0", &[N1], true).reads(5_600, "c1", &[], true).says();
    assert!(global.wakes(10_000, TICK).says().contains("complete: true"));
    let taken_back = "take back in the name of all that n1 is dead";
    assert_eq!(global.reads(10_010, "g1", &[], true).says(), taken_back);
}

#[test]
fn a_stand_by_takes_over_and_members_follow() {
    let mut second = Actor::beginning(TWO_COORDINATORS, "c1", 0);
    let begun = "wake me at 6.000000001s for Alarm; wake me at 0s and every 5s for Beat(Tick(Time(0)))";
    assert_eq!(second.says(), begun);
    let (c0, c1) = (named(&second.rules, "c0"), named(&second.rules, "c1"));
    second.hears(10, "c0", Word::InOffice(c0));
    assert_eq!(second.wakes(5_000, TICK).says(), "", "a stand-by reports nothing");
    assert_eq!(second.hears(5_010, "n0", Word::Beat).says(), format!("to n0: InOffice({c0:?})"));
    assert_eq!(second.hears(5_020, "n0", Word::Query).says(), "", "c0 will answer that");
    assert_eq!(second.hears(5_030, "c0", news(N1, true)).says(), "declare n1 dead, by hearsay");
    second.recorder.now = time(6_000).just_after();
    second.rules.on_timer(&mut second.node, &mut second.recorder, Due::Alarm);
    assert_eq!(second.says(), "wake me at 6.010000001s for Alarm");
    for (nanos, says) in [
        (6_010_000_001, "wake me at 7.010000001s for Alarm".to_owned()),
        (
            7_010_000_001,
            format!(
                "wake me at 9.010000001s for Alarm; watch n0; watch n1; declare n1 dead, by hearsay; \
                 to c0: InOffice({c1:?}); to n0: InOffice({c1:?}); to n1: InOffice({c1:?})"
            ),
        ),
    ] {
        second.recorder.now = Time::from_nanos(nanos);
        second.rules.on_timer(&mut second.node, &mut second.recorder, Due::Alarm);
        assert_eq!(second.says(), says);
    }
    assert_eq!(second.hears(8_000, "n0", Word::Beat).says(), "heard n0, sent 7.99s");
    let list = "Report(List { dead: Parcel(0), count: 1, complete: false }) with [NodeId(1)]";
    let report = format!("to g0: {list}; to c0: {list}; to n1: InOffice({c1:?})");
    assert_eq!(second.wakes(10_000, TICK).says(), report);
    let back = "News(Ballot { subject: NodeId(1), dead: false })";
    let says = format!("heard n1, sent 10.19s; trust n1; to g0: {back}; to c0: {back}");
    assert_eq!(second.hears(10_200, "n1", Word::Beat).says(), says, "it was not dead after all");
    second.hears(10_500, "c0", Word::InOffice(c0));
    assert!(second.says().ends_with("watch n0 no more; watch n1 no more"), "c0 stands earlier in line");
}

#[test]
fn a_member_follows_the_newest_word_and_asks_all_after_a_restart() {
    let mut member = Actor::beginning(TWO_COORDINATORS, "n0", 0);
    let (c0, c1) = (named(&member.rules, "c0"), named(&member.rules, "c1"));
    member.says();
    assert_eq!(member.wakes(0, TICK).says(), "to c0: Beat");
    assert_eq!(member.hears(5_000, "c1", Word::InOffice(c1)).wakes(6_000, TICK).says(), "to c1: Beat");
    assert_eq!(member.hears(4_000, "c0", Word::InOffice(c0)).wakes(8_000, TICK).says(), "to c1: Beat");
    let mut reborn = Actor::beginning(TWO_COORDINATORS, "n0", 20_000);
    reborn.says();
    assert_eq!(reborn.wakes(20_500, TICK).says(), "to c0: Query; to c1: Query");
    assert_eq!(reborn.hears(20_600, "c1", Word::InOffice(c1)).wakes(22_500, TICK).says(), "to c1: Beat");
    let mut holder = Actor::beginning(TWO_COORDINATORS, "c0", 0);
    holder.says();
    let answer = format!("heard n0, sent 90ms; to n0: InOffice({c0:?})");
    assert_eq!(holder.hears(100, "n0", Word::Query).says(), answer);
}

#[test]
fn whose_opinion_counts() {
    let rules = rules("coordinators = 2\nglobals = 3");
    let cluster = rules.cluster(MEMBERS);
    assert_eq!((cluster.coordinators, cluster.globals), (4, 3));
    assert_eq!(rules.circle(cluster, N1), Circle::Nodes([3..5, 7..10]));
    assert_eq!(rules.circle(cluster, N2), Circle::Nodes([5..7, 7..10]));
    assert_eq!(rules.watches(cluster, named(&rules, "c3")), Watches::All(2..3));
    assert_eq!(rules.watches(cluster, named(&rules, "g0")), Watches::Nobody);
}

#[test]
fn an_uplink_is_patient_for_so_many_misses_or_so_long() {
    for (keys, patience) in [
        ("", 6),
        (UPLINK, 15),
        ("uplink = { detector = { kind = 'misses', misses = 2, margin = '1s' } }", 5),
        ("uplink = { detector = { kind = 'timeout', timeout = '7s' } }", 7),
    ] {
        assert_eq!(rules(keys).uplink.patience(), Span::from_secs(patience), "{keys}");
    }
    assert_eq!(rules(PERIODIC).uplink.report, Reporting::Periodic);
    assert_eq!(rules("").uplink.report, Reporting::Event);
}
