//! Differences of every kind of measure.

use super::*;
use crate::statistics::Gap;

/// A run with a crash that is known after so many seconds, so many mistakes, and so much of all else.
fn run(detection: &[u64], mistakes: u64, sent: u64, wrong_s: u128) -> RunRecord {
    let mut run = plain();
    let crash = |seconds: &u64| {
        let known = Some(at(10 + seconds));
        let (first, majority, all, acting) = (known, known, known, known);
        Crash {
            node: NodeId(0),
            at: at(10),
            restarted: None,
            already_dead: false,
            first,
            majority,
            all,
            acting,
        }
    };
    run.findings.crashes = detection.iter().map(crash).collect();
    run.findings.mistakes_by_cause[0] = mistakes;
    run.findings.false_positives = mistakes;
    run.findings.wrong_nanos = wrong_s * SECOND;
    run.findings.healthy_out_of_service_nanos = wrong_s * SECOND;
    (run.findings.pair_nanos, run.findings.node_nanos) = (200 * SECOND, 200 * SECOND);
    run.traffic.sent = vec![sent];
    run
}

fn all(reference: &[RunRecord], other: &[RunRecord], are_paired: bool) -> Vec<Difference> {
    let [first, second] = [reference, other].map(|records| (summarise(records), Parts::of(records)));
    let [first, second] = [&first, &second].map(|(estimates, parts)| Told { estimates, parts });
    differences(first, second, are_paired)
}

fn one(all: &[Difference], name: &str) -> Difference {
    *all.iter().find(|difference| difference.measure.name == name).expect("there is such a measure")
}

fn ends(gap: Option<Gap>) -> Option<(f64, f64)> {
    gap.and_then(|gap| gap.estimate.interval).map(|ends| (ends.low, ends.high))
}

fn value(gap: Option<Gap>) -> Option<f64> {
    gap.map(|gap| gap.estimate.value)
}

#[test]
fn each_measure_differs_by_what_its_values_differ_by() {
    let reference = [run(&[3, 5], 2, 100, 4), run(&[4], 12, 120, 9), run(&[6, 6, 7], 7, 90, 2)];
    let other = [run(&[2, 5], 30, 300, 12), run(&[4], 41, 360, 10), run(&[5, 5, 7], 20, 270, 20)];
    for are_paired in [true, false] {
        for Difference { measure, value, reference, difference, ratio, .. } in
            all(&reference, &other, are_paired)
        {
            let name = measure.name;
            let (Some(value), Some(reference)) = (value, reference) else { continue };
            if let Some(gap) = difference {
                let apart = gap.estimate.value - (value - reference);
                assert!(apart.abs() <= 1e-9 * value.abs().max(1.0), "{name}: {gap:?}");
            }
            if let Some(gap) = ratio {
                assert!((gap.estimate.value / (value / reference) - 1.0).abs() <= 1e-9, "{name}: {gap:?}");
            }
            assert_eq!(ratio.is_some(), value > 0.0 && reference > 0.0 && value.is_finite(), "{name}");
        }
    }
}

#[test]
fn totals_are_totals_and_what_is_thrice_is_thrice() {
    let reference = [run(&[], 0, 100, 1), run(&[], 0, 120, 3)];
    let other = [run(&[], 0, 300, 2), run(&[], 0, 360, 6)];
    let all = all(&reference, &other, true);
    let sent = one(&all, "messages_sent");
    // 200 and 240 more: a standard error of 20 for the mean, of 40 for the total.
    let half = 12.706_204_736_174_7 * 40.0;
    let (low, high) = ends(sent.difference).expect("two runs");
    assert!((low - (440.0 - half)).abs() < 1e-9 && (high - (440.0 + half)).abs() < 1e-9, "{low} {high}");
    let (low, high) = ends(sent.ratio).expect("two runs");
    assert!(low == high && (low - 3.0).abs() < 1e-12, "{low} {high}");
    assert_eq!(sent.method, Some(Method::Paired));
    assert_eq!(value(one(&all, "healthy_out_of_service_s").difference), Some(4.0));
    let rate = one(&all, "messages_per_s");
    assert!(value(rate.difference).is_some_and(|gap| (gap - 2.2).abs() < 1e-12) && rate.doubt.is_none());
}

#[test]
fn what_was_seen_in_neither_has_a_difference_and_no_certainty() {
    let runs = [run(&[3], 0, 1, 0), run(&[4], 0, 1, 0)];
    let all = all(&runs, &runs, true);
    for name in ["missed", "dead_in_service_s", "healthy_out_of_service_s", "query_accuracy"] {
        let none = one(&all, name);
        assert_eq!((value(none.difference), ends(none.difference)), (Some(0.0), None), "{name}");
        assert_eq!((none.method, none.doubt), (None, Some(Doubt::Nothing)), "{name}");
    }
    // The exact limits of no events in two runs: 3.689 in all, more or less.
    let mistakes = one(&all, "mistakes");
    let (low, high) = ends(mistakes.difference).expect("they are counted");
    assert!((high - 3.688_879).abs() < 1e-5 && low == -high, "{low} {high}");
    assert_eq!((mistakes.method, value(mistakes.ratio)), (Some(Method::Counts), None));
    let certain = one(&all, "detection_s_mean");
    assert_eq!((ends(certain.difference), certain.method), (Some((0.0, 0.0)), Some(Method::Paired)));
}

#[test]
fn rare_events_are_told_by_their_number() {
    let (none, some) = (run(&[], 0, 1, 0), run(&[], 12, 1, 3));
    let all = all(&[none], &[some], true);
    for name in ["mistakes", "mistakes_per_pair_day", "false_positives", "false_positives_per_node_day"] {
        let found = one(&all, name);
        let (low, high) = ends(found.ratio).expect("one run is enough for an exact limit");
        assert!((low - 3.53).abs() < 0.01 && high.is_infinite(), "{name} {low} {high}");
        assert_eq!(found.method, Some(Method::Counts));
    }
    // 200 s to each of no mistakes is for ever.
    let between = one(&all, "mistake_recurrence_s_mean");
    let (low, high) = ends(between.ratio).expect("the inverse of a rate");
    assert!(low == 0.0 && (high - 1.0 / 3.53).abs() < 0.01, "{low} {high}");
    assert_eq!((between.difference, between.doubt), (None, Some(Doubt::Open)));
    let alone = one(&all, "messages_per_s");
    assert_eq!((value(alone.difference), alone.doubt, alone.method), (Some(0.0), Some(Doubt::OneRun), None));
}

#[test]
fn quantiles_are_told_from_their_intervals_where_those_are_closed() {
    let times = |from: u64| (0..60).map(|number| from + number).collect::<Vec<u64>>();
    let runs = |from: u64| [run(&times(from), 0, 1, 0), run(&times(from), 0, 1, 0)];
    let all = all(&runs(100), &runs(300), true);
    let median = one(&all, "detection_s_p50");
    let (low, high) = ends(median.difference).expect("there are enough crashes");
    assert!(value(median.difference) == Some(200.0) && low < 193.0 && high > 207.0, "{low} {high}");
    assert_eq!(median.method, Some(Method::Intervals));
    assert_eq!(median.difference.and_then(|gap| gap.variance_ratio), None);
    for name in ["detection_s_p999", "detection_s_max"] {
        let open = one(&all, name);
        assert_eq!((value(open.difference), ends(open.difference)), (Some(200.0), None), "{name}");
        assert_eq!((open.method, open.doubt), (None, Some(Doubt::Open)), "{name}");
    }
}

#[test]
fn totals_of_other_numbers_of_runs_are_not_compared_and_rates_are() {
    let (two, three) = ([run(&[3], 20, 9, 1), run(&[4], 19, 8, 1)], run(&[5], 60, 7, 2));
    let all = all(&two, &[two[0].clone(), two[1].clone(), three], false);
    for name in ["mistakes", "messages_sent", "healthy_out_of_service_s"] {
        let total = one(&all, name);
        assert_eq!(
            (total.difference, total.ratio, total.doubt),
            (None, None, Some(Doubt::OtherRuns)),
            "{name}"
        );
    }
    for name in ["mistakes_per_pair_day", "messages_per_s", "detection_s_mean"] {
        let rate = one(&all, name);
        assert_eq!((rate.method, rate.doubt), (Some(Method::Unpaired), None), "{name}");
    }
    assert_eq!(one(&all, "leaderless_s").doubt, Some(Doubt::NotInBoth));
}

#[test]
fn what_one_run_alone_had_is_known_but_not_how_surely() {
    let reference = [run(&[3], 0, 1, 0), run(&[], 0, 1, 0)];
    let other = [run(&[5], 0, 1, 0), run(&[], 0, 1, 0)];
    let found = one(&all(&reference, &other, true), "detection_s_mean");
    assert_eq!((value(found.difference), found.doubt), (Some(2.0), Some(Doubt::OneSource)));
}
