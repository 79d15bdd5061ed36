//! The world with a topology that writes down in which order things happen.

mod blows;

use std::sync::{Arc, Mutex};

use super::*;
use crate::engine::cluster::NodeId;
use crate::engine::model::{Arrival, Blow, Context, Latency, Missed, Office, Whom};
use crate::engine::network::Way;
use crate::engine::random::Stream;
use crate::engine::watch::{Check, Stamp, Tie, Verdict};

/// Two members and a monitor to whom everything happens at whole seconds.
struct Diary {
    lines: Mutex<Vec<String>>,
    missed: Missed,
}

impl Diary {
    fn new() -> Diary {
        Diary { lines: Mutex::new(Vec::new()), missed: Missed::One }
    }

    fn written(self) -> Vec<String> {
        self.lines.into_inner().expect("nobody panicked")
    }

    fn write(&self, context: &impl Context<Diary>, what: &str) {
        let line = format!("{} {} {what}", context.now(), context.cluster().name(context.me()));
        self.lines.lock().expect("nobody panics while writing").push(line);
    }
}

impl Topology for Diary {
    type Node = ();
    type Message = u8;
    type Timer = &'static str;
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["word"];

    fn kind_of(_: &u8) -> usize {
        0
    }

    fn bytes_of(&self, _: &u8) -> u64 {
        1
    }

    fn needs_application(&self, message: &u8) -> bool {
        *message == 1
    }

    fn start(&self, context: &mut impl Context<Self>) {
        self.write(context, "starts");
        let now = context.now();
        context.wake(now + Span::from_secs(2), "alarm");
        context.every(now + Span::SECOND, Span::from_secs(2), self.missed, "beat");
    }

    fn on_message(&self, _: &mut (), context: &mut impl Context<Self>, from: NodeId, _: Time, message: u8) {
        let from = context.cluster().name(from);
        self.write(context, &format!("hears {message} from {from}"));
    }

    fn on_timer(&self, _: &mut (), context: &mut impl Context<Self>, timer: &'static str) {
        self.write(context, timer);
        if timer == "beat" && context.cluster().is_member(context.me()) {
            let monitor = context.cluster().monitor(0);
            context.send(monitor, context.me().0 as u8);
        }
    }

    fn on_refusal(&self, _: &mut (), context: &mut impl Context<Self>, to: NodeId, _: Time, message: u8) {
        let to = context.cluster().name(to);
        self.write(context, &format!("is refused {message} by {to}"));
    }
}

#[derive(Clone)]
struct Patient;

impl Detector for Patient {
    type Memory = ();
    fn begin(&self, _: Time) {}
    fn heard(&self, _: &mut (), _: Arrival) {}
    fn deadline(&self, _: &()) -> Time {
        Time::NEVER
    }
    fn last(&self, _: &()) -> Time {
        Time::ZERO
    }
}

/// Every message travels for two seconds.
#[derive(Debug)]
struct TwoSeconds;

impl Latency for TwoSeconds {
    fn sample(&self, _: &mut Stream) -> Span {
        Span::from_secs(2)
    }
    fn cdf(&self, _: f64) -> f64 {
        1.0
    }
    fn quantile(&self, _: f64) -> f64 {
        2.0
    }
    fn mean(&self) -> f64 {
        2.0
    }
}

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// What was written in a run with these changes, and its outcome unless the meter said to stop.
fn told(changes: &[(Time, Change)], end: u64, meter: &Meter) -> (Vec<String>, Option<RunOutcome>) {
    let diary = Diary::new();
    let outcome = of(&diary, changes, end, meter);
    (diary.written(), outcome)
}

/// What comes of a run with these changes, unless the meter said to stop.
fn of<T: Topology>(topology: &T, changes: &[(Time, Change)], end: u64, meter: &Meter) -> Option<RunOutcome> {
    let verdict = Verdict {
        confirm_after: Span::ZERO,
        probation: Span::ZERO,
        successes: 1,
        local_pause_guard: None,
        limit: None,
    };
    let rules = Rules {
        detector: Patient,
        check: Check::Timer,
        tie: Tie::InTime,
        stamp: Stamp::Arrival,
        count_late_beats: false,
        cutoff: Span::LONGEST,
        verdict,
    };
    let run = Run {
        topology,
        cluster: Cluster::monitored(2, 1),
        network: &Network::of(Way::along(&TwoSeconds)),
        changes,
        streams: Streams::new(1, 0),
        count_from: Time::ZERO,
        end: at(end),
        by_second: end < 100,
        attention: None,
    };
    simulate(&run, &Standard { rules, flap_within: Span::SECOND }, meter)
}

/// Node number `node` crashes.
fn crash(strike: u64, node: u32, refuses: bool) -> Change {
    Change::Begin { strike, whom: Whom::Node(NodeId(node)), blow: Blow::Crash { refuses } }
}

fn story(changes: &[(Time, Change)], end: u64) -> (Vec<String>, RunOutcome) {
    let (lines, outcome) = told(changes, end, &Meter::default());
    (lines, outcome.expect("nobody says stop"))
}

/// Changes, then beats, then the rest by scheduling: at 3 s the beats of the ring come before the messages
/// that were sent at 1 s, and these arrive in the order in which they were sent.
#[test]
fn at_one_instant_changes_come_first_then_beats_then_the_rest_as_scheduled() {
    let crash = crash(1, 1, false);
    let (lines, _) = story(&[(at(3), crash)], 3);
    let expected = [
        "0s n0 starts",
        "0s n1 starts",
        "0s m0 starts",
        "1s n0 beat",
        "1s n1 beat",
        "1s m0 beat",
        "2s n0 alarm",
        "2s n1 alarm",
        "2s m0 alarm",
        "3s n0 beat",
        "3s m0 beat",
        "3s m0 hears 0 from n0",
        "3s m0 hears 1 from n1",
    ];
    assert_eq!(lines, expected, "n1 crashed at 3 s, before its beat; what it had sent still arrives");
}

#[test]
fn a_restart_begins_anew_and_what_was_set_before_is_void() {
    let changes = [(at(1), crash(1, 0, false)), (at(4), Change::End { strike: 1 })];
    let (lines, _) = story(&changes, 8);
    let of_n0: Vec<&String> = lines.iter().filter(|line| line.contains("n0 ")).collect();
    assert_eq!(of_n0, ["0s n0 starts", "4s n0 starts", "5s n0 beat", "6s n0 alarm", "7s n0 beat"]);
}

#[test]
fn overlapping_crashes_hold_a_node_down_until_all_are_over() {
    let over = |strike| Change::End { strike };
    let changes =
        [(at(1), crash(1, 0, false)), (at(2), crash(2, 0, false)), (at(3), over(1)), (at(5), over(2))];
    let (lines, outcome) = story(&changes, 9);
    assert!(lines.contains(&"5s n0 starts".to_owned()) && !lines.contains(&"3s n0 starts".to_owned()));
    assert_eq!(outcome.findings.crashes.len(), 1, "one stretch of being down is one crash");
}

#[test]
fn a_message_to_the_dead_is_lost_and_refused_only_if_the_host_answers() {
    for refuses in [false, true] {
        let monitor = Cluster::monitored(2, 1).monitor(0);
        let (lines, outcome) = story(&[(at(2), crash(1, monitor.0, refuses))], 5);
        assert_eq!(lines.contains(&"5s n0 is refused 0 by m0".to_owned()), refuses);
        assert_eq!(
            (outcome.traffic.sent[0], outcome.traffic.delivered[0], outcome.traffic.lost[0]),
            (6, 0, 4)
        );
    }
}

#[test]
fn traffic_is_kept_apart_by_second_and_by_node() {
    let (_, outcome) = story(&[], 6);
    let by_second: Vec<u64> = outcome.traffic.by_second.iter().map(|counts| counts[0]).collect();
    assert_eq!(by_second, [0, 2, 0, 2, 0, 2, 0]);
    assert_eq!(outcome.traffic.delivered[0], 4);
    assert_eq!((outcome.traffic.busiest_node_load, outcome.traffic.peak_per_s), (4, 2));
    assert_eq!(outcome.traffic.total_load, 6 + 4);
}

#[test]
fn a_run_that_is_told_to_stop_has_no_outcome() {
    let meter = Meter::default();
    meter.stop.store(true, Ordering::Relaxed);
    let (_, outcome) = told(&[], 1_000_000, &meter);
    assert!(outcome.is_none());
}

/// n0 leads from 2 s on, n1 from 4 s on as well.
struct Reign;

impl Topology for Reign {
    type Node = ();
    type Message = u8;
    type Timer = ();
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["word"];

    fn kind_of(_: &u8) -> usize {
        0
    }

    fn bytes_of(&self, _: &u8) -> u64 {
        1
    }

    fn elects(&self) -> bool {
        true
    }

    fn start(&self, context: &mut impl Context<Self>) {
        if context.now() == Time::ZERO {
            context.wake(at(2 + 2 * u64::from(context.me().0)), ());
        }
    }

    fn on_message(&self, _: &mut (), _: &mut impl Context<Self>, _: NodeId, _: Time, _: u8) {}

    fn on_timer(&self, _: &mut (), context: &mut impl Context<Self>, (): ()) {
        context.office(Office::Leader);
    }
}

#[test]
fn the_end_of_a_strike_at_the_leader_finds_whom_its_beginning_found_or_nobody() {
    let blow = Blow::Crash { refuses: false };
    let crash = |strike| Change::Begin { strike, whom: Whom::Leader, blow: blow.clone() };
    let restart = |strike| Change::End { strike };
    let changes = [
        (at(1), crash(1)), // Nobody leads yet.
        (at(3), restart(1)),
        (at(5), crash(2)), // n1, who took office last.
        (at(6), crash(3)), // n0.
        (at(7), crash(4)), // Nobody is left.
        (at(8), restart(2)),
        (at(9), restart(3)),
        (at(9), restart(4)),
    ];
    let outcome = of(&Reign, &changes, 10, &Meter::default()).expect("nobody says stop");
    let crashes = outcome.findings.crashes.iter();
    let struck: Vec<_> = crashes.map(|crash| (crash.node, crash.at, crash.restarted)).collect();
    assert_eq!(struck, [(NodeId(1), at(5), Some(at(8))), (NodeId(0), at(6), Some(at(9)))]);
}
