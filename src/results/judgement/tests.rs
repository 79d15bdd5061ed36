//! Every kind of measure is judged on the end of its interval that is less favourable.

use std::path::Path;

use super::*;
use crate::document::Document;
use crate::engine::desk::Waiting;
use crate::engine::digest::Digest;
use crate::engine::findings::{Cause, Crash, Findings};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::measures::{Possible, RunRecord, summarise};
use crate::scenario::Scenario;

const HOUR: u64 = 3600;

/// A run of an hour in which ten nodes are watched, and nothing happened.
fn peace() -> RunRecord {
    let (pair_nanos, node_nanos) = (nanos(10 * HOUR), nanos(10 * HOUR));
    RunRecord {
        replication: 0,
        findings: Findings { pair_nanos, node_nanos, ..Findings::default() },
        traffic: Traffic::new(&["beat"], 0),
        counted_s: HOUR as f64,
        nodes: 11.0,
        events: 0,
        possible: Possible::default(),
        digest: Digest::default(),
    }
}

fn nanos(seconds: u64) -> u128 {
    u128::from(Span::from_secs(seconds).nanos())
}

/// The same, and in it so many mistakes of ten seconds each.
fn mistaken(mistakes: u64) -> RunRecord {
    let mut run = peace();
    run.findings.mistakes_by_cause[Cause::Loss as usize] = mistakes;
    (run.findings.mistakes_ended, run.findings.wrong_ended) = (mistakes, mistakes);
    (run.findings.mistake_nanos, run.findings.wrong_nanos) = (nanos(10 * mistakes), nanos(10 * mistakes));
    run.findings.false_positives = mistakes;
    run.findings.healthy_out_of_service_nanos = nanos(10 * mistakes);
    run
}

/// The same, and in it crashes that are detected after so many seconds.
fn detected(after: impl IntoIterator<Item = u64>) -> RunRecord {
    let mut run = peace();
    let crash = |seconds: u64| {
        let declared = Some(Time::ZERO + Span::from_secs(seconds));
        let (first, majority, all, acting) = (declared, declared, declared, declared);
        let (node, at, restarted, already_dead) =
            (crate::engine::cluster::NodeId(0), Time::ZERO, None, false);
        Crash { node, at, restarted, already_dead, first, majority, all, acting }
    };
    run.findings.crashes = after.into_iter().map(crash).collect();
    run
}

/// The goal `measure`, with `bound` in the words of a scenario.
fn goal(measure: &str, bound: &str) -> Expectation {
    let text = format!(
        "cluster.nodes = 2\ntopology.kind = \"pairs\"\ndetector = {{ kind = \"timeout\", timeout = \"3s\" }}\n\
         expect = [{{ measure = \"{measure}\", {bound} }}]"
    );
    let document = Document::parse("goal.toml", &text).expect("it is TOML");
    let scenario = Scenario::read(&document, Path::new("")).expect("it is valid");
    scenario.expectations[0].clone()
}

fn judged(measure: &str, bound: &str, records: &[RunRecord]) -> Judgement {
    let summary = Summary {
        name: "goal".to_owned(),
        seed: 1,
        replications: records.len() as u32,
        estimates: summarise(records),
        calculated: None,
        digest: Digest::default(),
    };
    judge(&goal(measure, bound), &summary)
}

/// Each kind of measure, with a bound between the estimate and the worse end of its interval, which therefore is not
/// met; with one beyond that end, which is; and what decided, in words.
#[test]
fn a_goal_between_the_estimate_and_the_worse_end_is_not_met() {
    let erring = [mistaken(4), mistaken(6), mistaken(5)];
    let crashing = [detected(10..30), detected(11..32), detected(9..30)];
    let mut waiting = erring.clone();
    for (run, waited) in waiting.iter_mut().zip([100, 140, 120]) {
        let longest = Span::SECOND;
        run.traffic.waiting = Some(Waiting { begun: 1000, waited, nanos: nanos(waited), longest });
        (run.traffic.busiest_node_load, run.traffic.total_load) = (waited, 1000);
    }
    let mut wrong = Vec::new();
    for (measure, unmet, met, words, records) in [
        ("mistakes", "below = 16", "below = 25", "it is 15, judged by 24.74, the upper end", &erring),
        ("mistakes", "above = 14", "above = 8", "it is 15, judged by 8.395, the lower end", &erring),
        (
            "mistakes_per_pair_day",
            "below = 13",
            "below = 20",
            "it is 12, judged by 19.79, the upper",
            &erring,
        ),
        ("false_positives_per_node_day", "above = 11", "above = 6", "judged by 6.716, the lower", &erring),
        ("mistake_recurrence_s_mean", "below = \"2h 1m\"", "below = \"4h\"", "7200 s, judged by", &erring),
        ("mistake_recurrence_s_mean", "above = \"1h 59m\"", "above = \"1h\"", "the lower end", &erring),
        ("good_s_mean", "above = \"1h 59m\"", "above = \"1h\"", "it is 7190 s, judged by 4359 s", &erring),
        ("query_accuracy", "above = 0.9985", "above = 0.997", "judged by 0.9979, the lower end", &erring),
        ("query_accuracy", "below = 0.9987", "below = 0.9995", "judged by 0.9993, the upper end", &erring),
        ("healthy_out_of_service_s", "below = 151", "below = 230", "it is 150 s, judged by 224.5 s", &erring),
        (
            "detection_s_mean",
            "below = \"20s\"",
            "below = \"23s\"",
            "it is 19.84 s, judged by 22.46 s",
            &crashing,
        ),
        ("detection_s_mean", "above = \"19s\"", "above = \"16s\"", "the lower end of its 95 %", &crashing),
        ("detection_s_p50", "below = \"21s\"", "below = \"26s\"", "it is 20 s, judged by 23 s", &crashing),
        ("detection_s_p90", "above = \"27s\"", "above = \"20s\"", "it is 28 s, judged by 26 s", &crashing),
        ("waiting_share", "below = 0.121", "below = 0.2", "it is 0.12, judged by 0.1697", &waiting),
        (
            "wait_s_mean",
            "below = \"121ms\"",
            "below = \"200ms\"",
            "it is 120 ms, judged by 169.7 ms",
            &waiting,
        ),
        ("load_imbalance", "above = 1.3", "above = 0.5", "it is 1.32, judged by 0.7735, the lower", &waiting),
        (
            "wait_s_max",
            "above = \"1s\"",
            "above = \"900ms\"",
            "it is 1 s, judged by 1 s, the lower",
            &waiting,
        ),
    ] {
        let (no, yes) = (judged(measure, unmet, records), judged(measure, met, records));
        let says = |judgement: &Judgement| judgement.text.contains(words);
        if no.met || !yes.met || !says(&no) || !says(&yes) {
            wrong.push(format!("{words}\n  {}\n  {}", no.text, yes.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_total_is_a_fact_and_has_no_ends() {
    let run = [detected([1, 2, 3])];
    for (bound, met) in [("below = 4", true), ("below = 3", false), ("above = 2, below = 4", true)] {
        let judgement = judged("crashes", bound, &run);
        assert_eq!(judgement.met, met, "{}", judgement.text);
        assert!(judgement.text.ends_with("; it is 3"), "{}", judgement.text);
    }
}

#[test]
fn two_bounds_are_judged_by_both_ends() {
    let crashing = [detected(10..30), detected(11..32), detected(9..30)];
    for (bound, met) in [
        ("above = \"16s\", below = \"23s\"", true),
        ("above = \"16s\", below = \"20s\"", false),
        ("above = \"19s\", below = \"23s\"", false),
    ] {
        let judgement = judged("detection_s_mean", bound, &crashing);
        assert_eq!(judgement.met, met, "{}", judgement.text);
        assert!(judgement.text.contains("judged by 17."), "{}", judgement.text);
        assert!(judgement.text.ends_with(" s, the ends of its 95 % interval"), "{}", judgement.text);
    }
}

/// In 30 hours of pairs, fewer than 2.996 mistakes: one in ten hours, 2.4 in a day.
#[test]
fn what_was_never_seen_is_judged_by_what_so_little_watching_allows() {
    let peace = [peace(), peace(), peace()];
    for (measure, bound, met, words) in [
        ("mistakes", "below = 3", true, "none was seen, judged by 2.996, the upper end"),
        ("mistakes", "below = 2.9", false, "none was seen, judged by 2.996, the upper end"),
        ("mistakes_loss", "below = 2.9", false, "none was seen, judged by 2.996"),
        ("false_suspicions", "below = 1", false, "none was seen, judged by 2.996"),
        ("flaps", "below = 1", false, "none was seen, judged by 2.996"),
        ("mistakes_per_pair_day", "below = 2.4", true, "none was seen, judged by 2.397"),
        ("false_positives_per_node_day", "below = 2.3", false, "none was seen, judged by 2.397"),
        ("false_positives_per_node_day", "above = 0", false, "none was seen, judged by 0, the lower end"),
        (
            "mistake_recurrence_s_mean",
            "above = \"10h\"",
            true,
            "it is ∞ s, judged by 36,051 s, the lower end",
        ),
        ("good_s_mean", "above = \"11h\"", false, "it is ∞ s, judged by 36,051 s, the lower end"),
        ("good_s_mean", "below = \"1000h\"", false, "nothing bounds it from above: watch longer"),
        ("query_accuracy", "above = 0.5", false, "set a goal for mistakes_per_pair_day"),
        ("healthy_out_of_service_s", "below = 100", false, "such as false_positives_per_node_day"),
        ("mistake_s_mean", "below = \"1h\"", false, "there was nothing to measure: it never happened"),
        ("elections", "below = 1", false, "there was nothing to measure: it never happened, or cannot"),
    ] {
        let judgement = judged(measure, bound, &peace);
        assert_eq!(judgement.met, met, "{}", judgement.text);
        assert!(judgement.text.contains(words), "{}", judgement.text);
    }
}

#[test]
fn where_an_end_is_missing_the_goal_is_not_met_and_a_remedy_is_named() {
    let crashing = [detected(10..30), detected(11..32), detected(9..30)];
    let one_of_three = [detected(10..30), peace(), peace()];
    let waiting = |run: RunRecord| {
        let waiting = Waiting { begun: 9, waited: 1, nanos: nanos(1), longest: Span::SECOND };
        RunRecord { traffic: Traffic { waiting: Some(waiting), ..run.traffic.clone() }, ..run }
    };
    let queues = [waiting(peace()), waiting(peace())];
    let alone = [mistaken(5)];
    for (measure, bound, words, records) in [
        ("detection_s_p99", "below = \"1h\"", "it takes 368 detected crashes or more", &crashing[..]),
        ("detection_s_p999", "below = \"1h\"", "it takes 3688 detected crashes or more", &crashing),
        ("detection_s_max", "below = \"1h\"", "set a goal for a share, such as detection_s_p99", &crashing),
        ("wait_s_max", "below = \"1h\"", "set a goal for the mean", &queues),
        ("detection_s_mean", "below = \"1h\"", "only one run had any of it", &one_of_three),
        ("mistake_s_mean", "below = \"1h\"", "one run gives no interval: use more replications", &alone),
        ("query_accuracy", "above = 0.1", "one run gives no interval: use more replications", &alone),
        ("healthy_out_of_service_s", "below = 1000", "one run gives no interval", &alone),
        ("messages_per_s", "below = 1000", "one run gives no interval", &alone),
    ] {
        let judgement = judged(measure, bound, records);
        assert!(!judgement.met && judgement.text.contains(words), "{}", judgement.text);
    }
    assert!(judged("mistakes", "below = 12", &alone).met, "a count is sure of itself in a single run");
}
