//! `hbsim tune`: which settings meet goals at least traffic.

use std::fs;

use super::{done, fed};
use crate::program::{Said, hbsim, scratch};

/// Beats that take 100 ms and are lost one time in ten; a fixed timeout.
const LOSSY: &str = r#"
    name = "lossy"
    duration = "150s"
    warmup = "20s"
    replications = 10
    cluster = { nodes = 50 }
    topology = { kind = "centralized", interval = "1s" }
    detector = { kind = "timeout", timeout = "5s" }
    network = { latency = { kind = "constant", value = "100ms" }, loss = 0.1 }

    [[faults]]
    kind = "crash"
    nodes = "random:45"
    at = { between = ["30s", "130s"] }
"#;

const RANGES: [&str; 2] = ["--over", "topology.interval=500ms..5s,detector.timeout=2s..10s"];

fn tuned(arguments: &[&str]) -> Said {
    fed(LOSSY, &[&["tune", "-"], arguments].concat())
}

/// The chosen row of a front, by column.
fn chosen(csv: &str) -> impl Fn(&str) -> String {
    let heading: Vec<String> = csv.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect();
    let row = csv.lines().find(|line| line.ends_with("true")).unwrap_or_default();
    let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
    move |column| {
        let place = heading.iter().position(|name| name == column).expect(column);
        cells.get(place).cloned().unwrap_or_default()
    }
}

fn seconds(text: &str) -> f64 {
    let split = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..split].parse().expect(text);
    if text.ends_with("ms") { number / 1000.0 } else { number }
}

/// A crash is known a timeout and 0.1 s after the last beat, so a p99 below 10 s takes a timeout of no more than
/// 9.92 s. In it, all of k beats are lost (86400 / interval) · 0.9 · 0.1^k times a day: less than once a day needs
/// k = 5, so the best interval is 9.92 / 5 = 1.98 s.
#[test]
fn the_best_interval_is_the_one_that_theory_says() {
    let front = tuned(
        &[&RANGES[..], &["--detect", "p99 < 10s", "--mistakes", "< 1/pair-day", "--format", "csv"]].concat(),
    );
    assert_eq!(front.code, Some(0), "{}", front.err);
    let cell = chosen(&front.out);
    let (interval, timeout) = (seconds(&cell("topology.interval")), seconds(&cell("detector.timeout")));
    // To the last step of both ranges: 10^(1/64) and 5^(1/256).
    assert!((1.985 / 1.037 / 1.007..1.985).contains(&interval), "{interval}\n{}", front.out);
    assert!((5.0 * interval..9.93).contains(&timeout), "{timeout} for {interval}");
    assert_eq!((cell("detection_goal"), cell("mistakes_goal")), ("met".to_owned(), "met".to_owned()));
    let rate = 86_400.0 / interval * 0.9e-5;
    let calculated: f64 = cell("mistakes_per_pair_day_calculated").parse().expect("a rate");
    assert!((calculated / rate - 1.0).abs() < 0.02, "{calculated} instead of {rate}");
}

#[test]
fn the_chosen_scenario_runs_and_meets_what_it_expects() {
    let folder = scratch("tune-out");
    let target = folder.join("found");
    let target = target.to_str().expect("a path");
    let goals = ["--detect", "p99 < 10s", "--mistakes", "< 30/pair-day", "--rounds", "2"];
    let told = tuned(&[&RANGES[..], &goals, &["--out", target]].concat());
    assert_eq!(told.code, Some(0), "{}", told.err);
    for said in [
        "searched topology.interval from 500ms to 5s (17 values)",
        "chosen: topology.interval = ",
        "met at 95 %",
    ] {
        assert!(told.out.contains(said), "{said}\n{}", told.out);
    }
    let run = done(&["run", &format!("{target}/chosen.toml")]);
    assert!(run.err.contains("expect met: detection_s_p99 below 10 s"), "{}", run.err);
    let front = fs::read_to_string(format!("{target}/front.csv")).expect("a front");
    assert_eq!(front.lines().filter(|line| line.ends_with("true")).count(), 1, "{front}");
    // Once more into the same folder, which holds nothing but such results.
    assert_eq!(tuned(&[&RANGES[..], &goals, &["--out", target, "--quiet"]].concat()).code, Some(0));
}

#[test]
fn a_search_is_the_same_on_any_number_of_threads() {
    let goals = ["--detect", "mean < 6s", "--mistakes", "< 100/day", "--rounds", "2"];
    let [one, two] =
        ["1", "2"].map(|threads| tuned(&[&RANGES[..], &goals, &["--threads", threads]].concat()));
    assert_eq!(one.code, two.code);
    assert_eq!(one.out, two.out);
}

#[test]
fn where_no_setting_will_do_it_is_said_which_goal_is_in_the_way_and_how_near_it_came() {
    let over = ["--over", "topology.interval=1s,2s,detector.timeout=3s..12s step 1s"];
    let slow = tuned(&[&over[..], &["--detect", "mean < 1s", "--mistakes", "< 1000/node-day"]].concat());
    assert_eq!(slow.code, Some(1));
    for said in ["no setting meets both goals", "detection is in the way", "(limit 1s)", "--detect \"mean < "]
    {
        assert!(slow.out.contains(said), "{said}\n{}", slow.out);
    }
    let over = ["--over", "detector.timeout=2s,3s"];
    let wrong = tuned(&[&over[..], &["--detect", "mean < 20s", "--mistakes", "< 1e-9/pair-year"]].concat());
    assert_eq!(wrong.code, Some(1));
    for said in ["mistakes are in the way", "because beats were lost", "--mistakes \"< "] {
        assert!(wrong.out.contains(said), "{said}\n{}", wrong.out);
    }
}

#[test]
fn without_ranges_it_searches_the_interval_and_the_patience_of_the_detector() {
    let told = tuned(&["--detect", "p90 < 5s", "--mistakes", "< 50/node-day", "--rounds", "1"]);
    let first = "searched topology.interval from 50ms to 2.5s (9 values), detector.timeout from 100ms to 5s (33 values)\n";
    assert!(told.out.starts_with(first), "{}\n{}", told.out, told.err);
}

#[test]
fn settings_that_cannot_be_are_counted_and_passed_by() {
    let set = ["--set", "detector={kind=\"percentile\",timeout=\"5s\",window=\"2s\"}"];
    let over = ["--over", "topology.interval=500ms,900ms,2s"];
    let told = tuned(&[&set[..], &over, &["--detect", "mean < 6s"]].concat());
    assert!(told.out.contains("\n1 setting cannot be; of the first: error: "), "{}\n{}", told.out, told.err);
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    for (arguments, said) in [
        (&["tune", "first"][..], "--detect"),
        (&["tune", "first", "--detect", "p98 < 1s"], "`p98` is not a statistic"),
        (&["tune", "first", "--mistakes", "< 1/month"], "it can be hour, day, week, year"),
        (&["tune", "first", "--set", "faults=[]", "--detect", "p99 < 10s"], "nobody crashes"),
        (
            &["tune", "first", "--detect", "p99 < 10s", "--over", "topology.intervall=1s..2s"],
            "did you mean `interval`",
        ),
        (
            &["tune", "first", "--detect", "p99 < 10s", "--over", "topology.interval"],
            "write --over path=values",
        ),
        (
            &["tune", "first", "--detect", "p99 < 10s", "--over", "topology.interval=2s..1s"],
            "a range goes up",
        ),
    ] {
        let told = hbsim(arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}\n{}", told.out);
        assert!(told.err.contains(said), "{said}\n{}", told.err);
    }
}
