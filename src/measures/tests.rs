//! Records with known figures.

mod contrast;

use super::*;
use crate::engine::cluster::NodeId;
use crate::engine::desk::Waiting;
use crate::engine::digest::Digest;
use crate::engine::findings::{Crash, Findings, Leadership};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::statistics::Interval;

const SECOND: u128 = Span::SECOND.nanos() as u128;

/// A run in which nothing happened, and nothing out of the ordinary can.
fn plain() -> RunRecord {
    RunRecord {
        replication: 0,
        findings: Findings::default(),
        traffic: Traffic::new(&["beat"], 0),
        counted_s: 100.0,
        nodes: 4.0,
        events: 0,
        possible: Possible::default(),
        digest: Digest::default(),
    }
}

fn of(records: &[RunRecord], name: &str) -> Option<Estimate> {
    find(&summarise(records), name)
}

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

#[test]
fn every_measure_has_a_name_of_its_own() {
    let mut all: Vec<&str> = names().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), MEASURES.len());
}

#[test]
fn what_a_topology_cannot_have_is_empty_rather_than_zero() {
    let only_somewhere = [
        "dissemination_s_mean",
        "mistakes_relay",
        "mistakes_partition",
        "mistakes_pause",
        "mistakes_observer",
        "mistakes_overload",
        "false_suspicions_relay",
        "false_suspicions_partition",
        "false_suspicions_pause",
        "false_suspicions_observer",
        "false_suspicions_overload",
        "unwatched_s",
        "leaderless_s",
        "two_leaders_s",
        "two_sides_s",
        "messages_cut",
        "elections",
        "needless_elections",
        "messages_dropped",
        "wait_s_mean",
        "wait_s_max",
        "waiting_share",
    ];
    for name in only_somewhere {
        assert_eq!(of(&[plain()], name), None, "{name}");
    }
}

#[test]
fn what_can_be_but_was_not_seen_is_zero_and_says_how_surely() {
    let mut run = plain();
    run.possible = Possible { hearsay: true, dissemination: true, partitions: true, pauses: true };
    (run.findings.unwatched_nanos, run.findings.two_sides_nanos) = (Some(0), Some(0));
    run.traffic.waiting = Some(Waiting { begun: 7, ..Waiting::default() });
    let runs = [run.clone(), run];
    for cause in Cause::ALL {
        let none_of = |what: &str| of(&runs, &format!("{what}_{}", cause.word().replace('-', "_")));
        for none in ["mistakes", "false_suspicions"].map(none_of) {
            let bound = none.and_then(|none| none.interval).map(|interval| interval.high);
            assert!(bound.is_some_and(|high| high > 2.9), "{cause:?}: {none:?}");
        }
    }
    for name in ["mistakes", "false_suspicions"] {
        let none = of(&runs, name).expect("it can be");
        assert!(none.interval.is_some_and(|interval| interval.high > 2.9), "{name}: {none:?}");
    }
    for name in ["unwatched_s", "two_sides_s", "wait_s_mean", "wait_s_max", "waiting_share"] {
        assert_eq!(of(&runs, name), Some(Estimate { value: 0.0, interval: None }), "{name}");
    }
    for name in ["messages_cut", "messages_dropped"] {
        assert_eq!(of(&runs, name).map(|none| none.value), Some(0.0), "{name}");
    }
    assert_eq!(of(&runs, "dissemination_s_mean"), None, "there was no crash");
}

#[test]
fn what_nobody_expected_is_told_all_the_same() {
    for cause in Cause::ALL {
        let mut run = plain();
        run.findings.mistakes_by_cause[cause as usize] = 3;
        run.findings.false_suspicions_by_cause[cause as usize] = 4;
        let counts = ["mistakes", "false_suspicions"].map(|what| {
            let name = format!("{what}_{}", cause.word().replace('-', "_"));
            of(std::slice::from_ref(&run), &name).map(|seen| seen.value)
        });
        assert_eq!(counts, [Some(3.0), Some(4.0)], "{cause:?}");
    }
    let mut run = plain();
    (run.traffic.cut, run.traffic.dropped) = (vec![5], vec![6]);
    let counts = ["messages_cut", "messages_dropped"]
        .map(|name| of(std::slice::from_ref(&run), name).map(|seen| seen.value));
    assert_eq!(counts, [Some(5.0), Some(6.0)]);
}

#[test]
fn the_causes_add_up_to_all_mistakes_and_to_all_false_suspicions() {
    let mut run = plain();
    run.possible = Possible { hearsay: true, dissemination: true, partitions: true, pauses: true };
    run.traffic.waiting = Some(Waiting::default());
    run.findings.mistakes_by_cause = [1, 2, 4, 8, 16, 32, 64, 128];
    run.findings.false_suspicions_by_cause = [128, 64, 32, 16, 8, 4, 2, 1];
    for (what, of_relay) in [("mistakes", 1.0), ("false_suspicions", 128.0)] {
        let value = |name: &str| of(std::slice::from_ref(&run), name).map(|estimate| estimate.value);
        let parts = Cause::ALL.map(|cause| format!("{what}_{}", cause.word().replace('-', "_")));
        assert_eq!(value(&parts[0]), Some(of_relay));
        assert_eq!(parts.iter().filter_map(|part| value(part)).sum::<f64>(), 255.0, "{what}");
        assert_eq!(value(what), Some(255.0));
    }
}

/// Two runs of a pair: in the first three mistakes began, of 12 s in all, and two of them ended; the other was wrong
/// for 8 s by a mistake that had begun before, and that ended.
#[test]
fn what_is_cut_off_counts_by_its_time() {
    let run = |mistakes, ended, wrong_ended, wrong| {
        let mut run = plain();
        run.findings.mistakes_by_cause[0] = mistakes;
        (run.findings.mistakes_ended, run.findings.wrong_ended) = (ended, wrong_ended);
        run.findings.wrong_nanos = wrong * SECOND;
        run.findings.pair_nanos = 100 * SECOND;
        run
    };
    let runs = [run(3, 2, 2, 12), run(0, 0, 1, 8)];
    let value = |name| of(&runs, name).map(|estimate| estimate.value);
    assert_eq!(value("mistake_s_mean"), Some(20.0 / 3.0));
    assert_eq!(value("mistake_recurrence_s_mean"), Some(200.0 / 3.0));
    assert_eq!(value("good_s_mean"), Some(180.0 / 3.0));
    assert_eq!(value("query_accuracy"), Some(1.0 - 20.0 / 200.0));
    assert_eq!(value("mistakes_per_pair_day"), Some(3.0 / 200.0 * SECONDS_PER_DAY));
    assert_eq!(value("mistakes_censored"), Some(1.0));
    let endless = [run(3, 0, 0, 30), run(1, 0, 0, 10)];
    assert_eq!(of(&endless, "mistake_s_mean"), None, "none was seen to end");
    let never = of(&[run(0, 0, 0, 0)], "good_s_mean").expect("it was watched");
    let bound = never.interval.map(|interval| interval.low);
    assert!(never.value.is_infinite() && bound.is_some_and(|low| (low - 33.38).abs() < 0.01), "{never:?}");
}

#[test]
fn two_sides_are_measured_in_seconds() {
    let mut run = plain();
    run.findings.two_sides_nanos = Some(3 * SECOND / 2);
    assert_eq!(of(&[run], "two_sides_s").map(|estimate| estimate.value), Some(1.5));
}

#[test]
fn dissemination_runs_from_the_first_to_the_last() {
    let crash = |first: Option<u64>, all: Option<u64>| {
        let (first, all) = (first.map(at), all.map(at));
        let (restarted, majority, acting) = (None, None, first);
        Crash { node: NodeId(0), at: at(10), restarted, already_dead: false, first, majority, all, acting }
    };
    let mut run = plain();
    run.possible.dissemination = true;
    run.findings.crashes =
        vec![crash(Some(14), Some(16)), crash(Some(20), None), crash(None, None), crash(Some(15), Some(19))];
    let mean = |name| of(std::slice::from_ref(&run), name).map(|estimate| estimate.value);
    assert_eq!((mean("dissemination_s_mean"), mean("dissemination_s_max")), (Some(3.0), Some(4.0)));
    assert_eq!(mean("detection_all_s_mean"), Some(7.5));
}

#[test]
fn waiting_is_a_mean_over_messages_and_the_longest_over_all_runs() {
    let run = |begun, waited, longest| {
        let mut run = plain();
        let nanos = u128::from(waited) * SECOND;
        run.traffic.waiting = Some(Waiting { begun, waited, nanos, longest: Span::from_secs(longest) });
        run.traffic.dropped = vec![2];
        run
    };
    let runs = [run(10, 2, 3), run(30, 6, 1)];
    let known = |name| of(&runs, name).expect("there are queues");
    assert_eq!((known("wait_s_mean").value, known("waiting_share").value), (0.2, 0.2));
    let longest = known("wait_s_max");
    assert_eq!(longest.interval, Some(Interval { low: 3.0, high: f64::INFINITY }));
    assert_eq!((longest.value, known("messages_dropped").value), (3.0, 4.0));
}

#[test]
fn where_a_leader_watches_its_absence_is_told_once() {
    let mut run = plain();
    run.findings.unwatched_nanos = Some(5 * SECOND);
    assert_eq!(of(&[run.clone()], "unwatched_s").map(|estimate| estimate.value), Some(5.0));
    let (leaderless_nanos, two_leaders_nanos) = (3 * SECOND, SECOND);
    let found = Leadership { leaderless_nanos, two_leaders_nanos, elections: 2, needless_elections: 1 };
    run.findings.leadership = Some(found);
    let figures = ["leaderless_s", "two_leaders_s", "elections", "needless_elections"]
        .map(|name| of(&[run.clone()], name).map(|estimate| estimate.value));
    assert_eq!(figures, [Some(3.0), Some(1.0), Some(2.0), Some(1.0)]);
    assert_eq!(of(&[run], "unwatched_s"), None);
}
