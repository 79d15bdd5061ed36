use super::super::recorder::Recorder;
use super::super::succession::Succession;
use super::*;

const CLUSTER: Cluster = Cluster::monitored(2, 1);
const N1: NodeId = NodeId(1);

fn rules() -> Pull {
    let (rhythm, monitors) = (Rhythm::aligned(Span::from_secs(5)), Monitors::one());
    Pull { rhythm, monitors, probe_timeout: Span::from_secs(1), depth: Depth::Process }
}

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// A monitor that has just asked n1 at five seconds.
fn asking() -> (Recorder, Memory) {
    let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
    let mut open = rules().start(&mut monitor);
    monitor.heard_saying();
    rules().on_timer(&mut open, monitor.at(5_000), Due::Ask(N1, Tick(time(5_000))));
    (monitor, open)
}

#[test]
fn the_monitor_watches_and_asks_each_member() {
    let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
    rules().start(&mut monitor);
    let expected = "watch n0\nwake me at 0s and every 5s for Ask(NodeId(0), Tick(Time(0)))\n\
                    watch n1\nwake me at 0s and every 5s for Ask(NodeId(1), Tick(Time(0)))";
    assert_eq!(monitor.heard_saying(), expected);
    let (mut monitor, _) = asking();
    let expected =
        "to n1: Request(Process)\nwake me at 6.000000001s for Overdue(NodeId(1), Time(5000000000))";
    assert_eq!(monitor.heard_saying(), expected);
}

#[test]
fn a_member_answers_the_question_that_it_was_asked() {
    let mut member: Recorder = Recorder::new(CLUSTER, N1);
    let mut memory = rules().start(&mut member);
    let monitor = CLUSTER.monitor(0);
    rules().on_message(&mut memory, member.at(5_100), monitor, time(5_000), Word::Request(Depth::Process));
    assert_eq!(member.heard_saying(), "to m0: Reply(Time(5000000000))");
}

#[test]
fn an_answer_counts_until_its_question_is_overdue_and_not_after() {
    for (overdue, arrives, says) in [(false, 5_300, "heard n1, asked 5s, sent 5.1s"), (true, 6_001, "")] {
        let (mut monitor, mut open) = asking();
        if overdue {
            rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
        }
        monitor.heard_saying();
        let reply = Word::Reply(time(5_000));
        rules().on_message(&mut open, monitor.at(arrives), N1, time(5_100), reply);
        assert_eq!(monitor.heard_saying(), says, "arriving at {arrives} ms");
    }
}

#[test]
fn a_question_without_an_answer_is_missed_once_its_timeout_has_passed() {
    for (answers, says) in [(true, ""), (false, "missed n1 since 6s")] {
        let (mut monitor, mut open) = asking();
        if answers {
            let reply = Word::Reply(time(5_000));
            rules().on_message(&mut open, monitor.at(5_200), N1, time(5_100), reply);
        }
        monitor.heard_saying();
        rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
        assert_eq!(monitor.heard_saying(), says);
    }
}

#[test]
fn a_refusal_is_a_miss_at_once_and_only_once() {
    let (mut monitor, mut open) = asking();
    monitor.heard_saying();
    rules().on_refusal(&mut open, monitor.at(5_020), N1, time(5_000), Word::Request(Depth::Process));
    assert_eq!(monitor.heard_saying(), "missed n1 since 5.02s");
    rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
    assert_eq!(monitor.heard_saying(), "");
}

#[test]
fn a_refusal_that_comes_too_late_or_belongs_to_an_earlier_life_settles_nothing() {
    let (mut monitor, mut open) = asking();
    rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
    rules().on_timer(&mut open, monitor.at(10_000), Due::Ask(N1, Tick(time(10_000))));
    monitor.heard_saying();
    rules().on_refusal(&mut open, monitor.at(10_100), N1, time(5_000), Word::Request(Depth::Process));
    assert_eq!(monitor.heard_saying(), "", "that question was given up already");
    rules().on_timer(&mut open, monitor.at(11_000), Due::Overdue(N1, time(10_000)));
    assert_eq!(monitor.heard_saying(), "missed n1 since 11s", "and the newer one still counts");
    let mut reborn = rules().start(monitor.at(20_000));
    monitor.heard_saying();
    rules().on_refusal(&mut reborn, monitor.at(20_100), N1, time(19_900), Word::Request(Depth::Process));
    rules().on_message(&mut reborn, monitor.at(20_100), N1, time(20_000), Word::Reply(time(19_900)));
    assert_eq!(monitor.heard_saying(), "", "it never asked");
}

#[test]
fn with_a_fixed_delay_the_next_question_waits_for_the_end_of_the_one_before() {
    let rules = Pull { rhythm: rules().rhythm.with_fixed_delay(), ..rules() };
    for (answers, says) in [
        (true, "wake me at 10.2s for Ask(NodeId(1), Tick(Time(10200000000)))\nheard n1, asked 5s, sent 5.1s"),
        (false, "wake me at 11s for Ask(NodeId(1), Tick(Time(11000000000)))\nmissed n1 since 6s"),
    ] {
        let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
        let mut memory = rules.start(&mut monitor);
        rules.on_timer(&mut memory, monitor.at(5_000), Due::Ask(N1, Tick(time(5_000))));
        monitor.heard_saying();
        if answers {
            let reply = Word::Reply(time(5_000));
            rules.on_message(&mut memory, monitor.at(5_200), N1, time(5_100), reply);
        } else {
            rules.on_timer(&mut memory, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
        }
        assert_eq!(monitor.heard_saying(), says);
    }
}

#[test]
fn a_stand_by_asks_nobody_until_it_takes_over() {
    const TWO: Cluster = Cluster::monitored(1, 2);
    let (n0, m0, m1) = (NodeId(0), TWO.monitor(0), TWO.monitor(1));
    let succession = Succession::after(Span::from_secs(5), Span::from_secs(10));
    let rules = Pull { monitors: Monitors::standing_by(succession, 2), ..rules() };
    let mut second: Recorder = Recorder::new(TWO, m1);
    let mut memory = rules.start(&mut second);
    assert_eq!(second.heard_saying(), "wake me at 10.000000001s for Alarm");
    second.now = time(10_000).just_after();
    rules.on_timer(&mut memory, &mut second, Due::Alarm);
    let expected = "wake me at 15.000000001s for Alarm\nto m0: Notice(Office(NodeId(2)))\nwatch n0\n\
                    wake me at 10.000000001s and every 5s for Ask(NodeId(0), Tick(Time(10000000001)))";
    assert_eq!(second.heard_saying(), expected);
    let office = Word::Notice(Notice::Office(m0));
    rules.on_message(&mut memory, second.at(12_000), m0, time(11_990), office);
    assert_eq!(second.heard_saying(), "wake me at 22.000000001s for Alarm\nwatch n0 no more");
    rules.on_timer(&mut memory, second.at(15_000), Due::Ask(n0, Tick(time(15_000))));
    assert_eq!(second.heard_saying(), "", "its rhythm runs on, but it does not ask");
}

#[test]
fn only_a_question_to_the_application_needs_it() {
    let words = |depth| [Word::Request(depth), Word::Reply(time(5_000)), Word::Notice(Notice::Question)];
    for (depth, needed) in [(Depth::Process, [false; 3]), (Depth::Application, [true, false, false])] {
        let rules = Pull { depth, ..rules() };
        assert_eq!(words(depth).map(|word| rules.needs_application(&word)), needed, "{depth:?}");
        assert_eq!(rules.asks_application(), needed[0]);
    }
}

fn mutual() -> Pull {
    Pull { monitors: Monitors::one().mutual(), ..rules() }
}

#[test]
fn a_member_that_watches_the_monitors_asks_them_as_it_is_asked() {
    let mut member: Recorder = Recorder::new(CLUSTER, N1);
    let mut memory = mutual().start(&mut member);
    let m0 = CLUSTER.monitor(0);
    let expected = "watch m0\nwake me at 0s and every 5s for Ask(NodeId(2), Tick(Time(0)))";
    assert_eq!(member.heard_saying(), expected);
    mutual().on_timer(&mut memory, member.at(5_000), Due::Ask(m0, Tick(time(5_000))));
    let expected =
        "to m0: Request(Process)\nwake me at 6.000000001s for Overdue(NodeId(2), Time(5000000000))";
    assert_eq!(member.heard_saying(), expected);
    // It is asked too, and its own question is open all the same.
    mutual().on_message(&mut memory, member.at(5_100), m0, time(5_000), Word::Request(Depth::Process));
    assert_eq!(member.heard_saying(), "to m0: Reply(Time(5000000000))");
    mutual().on_timer(&mut memory, member.at(6_000), Due::Overdue(m0, time(5_000)));
    assert_eq!(member.heard_saying(), "missed m0 since 6s");
    mutual().on_message(&mut memory, member.at(6_001), m0, time(5_900), Word::Reply(time(5_000)));
    assert_eq!(member.heard_saying(), "", "too late");
}

#[test]
fn a_monitor_answers_members_and_each_is_watched_by_the_other() {
    let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
    let mut memory = mutual().start(&mut monitor);
    monitor.heard_saying();
    mutual().on_message(&mut memory, monitor.at(100), N1, time(50), Word::Request(Depth::Process));
    assert_eq!(monitor.heard_saying(), "to n1: Reply(Time(50000000))");
    assert_eq!(mutual().watches(CLUSTER, N1), Watches::All(2..3));
    assert_eq!(mutual().watches(CLUSTER, CLUSTER.monitor(0)), Watches::All(0..2));
    assert_eq!((mutual().subjects(CLUSTER), rules().subjects(CLUSTER)), (3, 2));
}

#[test]
fn where_monitors_must_agree_a_member_alone_declares_the_death_of_one() {
    for (quorum, dead, alive) in [
        (1, "", ""),
        (2, "declare m0 dead in the name of all", "take back in the name of all that m0 is dead"),
    ] {
        let cluster = Cluster::monitored(2, 3);
        let rules = Pull { monitors: Monitors::agreeing(quorum, 3).mutual(), ..rules() };
        let mut member: Recorder = Recorder::new(cluster, N1);
        let mut memory = rules.start(&mut member);
        member.heard_saying();
        for (opinion, says) in [(Opinion::Suspected, ""), (Opinion::Dead, dead), (Opinion::Trusted, alive)] {
            rules.on_verdict(&mut memory, &mut member, cluster.monitor(0), opinion);
            assert_eq!(member.heard_saying(), says, "{opinion:?}");
        }
    }
}
