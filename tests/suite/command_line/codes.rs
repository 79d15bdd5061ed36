//! The code with which the program leaves says what happened.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::done;
use crate::program::{command, hbsim, said, scratch};

fn expecting(measure: &str, bound: &str) -> String {
    format!("expect=[{{ measure = \"{measure}\", {bound} }}]")
}

#[test]
fn an_expectation_is_judged_on_the_unfavourable_end() {
    // Five crashes a run, each noticed 10.1 to 15.1 s later, 12.6 s on average.
    let faults = "faults=[{ kind = \"crash\", nodes = \"random:5\", at = { between = [\"2m\", \"25m\"] } }]";
    let run = |measure: &str, bound: &str, replications: &str| {
        let sets = ["--set", "cluster.nodes=50", "--set", faults, "--set", &expecting(measure, bound)];
        hbsim(&[&["run", "first", "--replications", replications], &sets[..]].concat())
    };
    for (measure, bound, replications, code, words) in [
        (
            "detection_s_p99",
            "below = \"20s\"",
            "100",
            0,
            "expect met: detection_s_p99 below 20 s; it is 15.0",
        ),
        ("detection_s_p99", "below = \"14s\"", "100", 1, "expect not met: detection_s_p99 below 14 s"),
        (
            "detection_s_mean",
            "above = 5, below = 20",
            "20",
            0,
            "expect met: detection_s_mean below 20 s above 5 s",
        ),
        // The mean is near 12.6 s, between 12.5 and 12.7: the estimate keeps the goal, its interval does not.
        ("detection_s_mean", "below = \"12700ms\"", "4", 1, "expect not met"),
        ("detection_s_mean", "above = \"12500ms\"", "4", 1, "expect not met"),
        // One run has no interval, so nothing is known of its mean; a count is a fact.
        ("detection_s_mean", "below = \"1h\"", "1", 1, "one run gives no interval"),
        ("crashes", "above = 4, below = 6", "1", 0, "it is 5"),
        // Never seen is not never: the upper end of none in so many node-days.
        ("false_positives_per_node_day", "below = 1e-9", "2", 1, "none was seen, judged by 1."),
        ("false_positives_per_node_day", "below = 10", "2", 0, "the upper end of its 95 % interval"),
        ("mistakes", "below = 2", "2", 1, "none was seen, judged by 2.996, the upper end"),
        ("mistake_recurrence_s_mean", "above = \"1h\"", "2", 0, "the lower end of its 95 % interval"),
        ("good_s_mean", "below = \"10000h\"", "2", 1, "nothing bounds it from above: watch longer"),
        // Nothing was wrong: how wrong it can be is not known, and what can be known is named.
        ("query_accuracy", "above = 0.5", "2", 1, "set a goal for mistakes_per_pair_day"),
        ("detection_s_p99", "below = \"1h\"", "2", 1, "it takes 368 detected crashes or more"),
        ("detection_s_max", "below = \"1h\"", "100", 1, "does not bound the longest possible"),
        ("mistake_s_mean", "below = \"1h\"", "2", 1, "there was nothing to measure"),
    ] {
        let said = run(measure, bound, replications);
        assert!(
            said.code == Some(code) && said.err.contains(words),
            "{measure} {bound}: {:?} {}",
            said.code,
            said.err
        );
        assert!(said.out.contains("\ndigest "), "the report is printed whatever the verdict");
    }
}

#[test]
fn one_unmet_expectation_of_several_is_enough_and_quiet_tells_only_that_one() {
    let both = "expect=[{ measure = \"crashes\", above = 0 }, { measure = \"crashes\", above = 1000 }]";
    let loud = hbsim(&["run", "first", "--replications", "2", "--set", both]);
    assert_eq!((loud.code, loud.err.lines().count()), (Some(1), 2), "{}", loud.err);
    let hushed = hbsim(&["run", "first", "--replications", "2", "--quiet", "--set", both]);
    assert_eq!((hushed.code, hushed.err.lines().count()), (Some(1), 1), "{}", hushed.err);
    assert!(hushed.err.contains("above 1000"), "{}", hushed.err);
}

/// A closed pipe: its reader has gone away before anything was written.
fn to_nobody(arguments: &[&str]) -> Option<i32> {
    let mut child = command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("hbsim can be started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("hbsim ends");
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.status.code()
}

#[test]
fn when_nobody_reads_the_program_ends_quietly() {
    for arguments in [
        &["list"][..],
        &["show", "first"],
        &["show", "--resolved", "first"],
        &["check", "first"],
        &["man"],
        &["completions", "bash"],
        &["new", "-"],
        &["run", "first", "--replications", "2"],
        &["run", "first", "--replications", "2", "--quiet", "--format", "csv"],
        &["run", "first", "--replications", "2", "--quiet", "--format", "json"],
        &["compare", "first", "--replications", "2"],
        &["compare", "first", "--replications", "2", "--quiet", "--format", "csv"],
    ] {
        assert_eq!(to_nobody(arguments), Some(0), "{arguments:?}");
    }
}

#[test]
fn when_nobody_hears_the_complaint_the_code_is_the_same() {
    let mut child = command(&["run", "first", "--set", "seed=x"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("hbsim can be started");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("hbsim ends").code(), Some(2));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure_with_code_3() {
    for arguments in [
        &["list"][..],
        &["show", "first"],
        &["run", "first", "--replications", "2"],
        &["run", "first", "--replications", "2", "--quiet", "--format", "csv"],
        &["run", "first", "--replications", "2", "--quiet", "--format", "json"],
        &["compare", "first", "--replications", "2"],
        &["compare", "first", "--replications", "2", "--quiet", "--format", "json"],
        &["completions", "zsh"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has a full disk");
        let said = said(
            command(arguments).stdout(full).stderr(Stdio::piped()).output().expect("hbsim can be started"),
        );
        assert_eq!(said.code, Some(3), "{arguments:?}");
        assert!(
            said.err.starts_with("error: cannot write to standard output: "),
            "{arguments:?}: {}",
            said.err
        );
    }
}

#[test]
fn what_cannot_be_read_is_a_failure_with_code_3() {
    let said = hbsim(&["run", "scenarios"]);
    assert!(said.code == Some(3) && said.err.starts_with("error: cannot read scenarios: "), "{}", said.err);
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_stops_with_130_and_leaves_nothing() {
    let folder = scratch("codes-interrupted");
    let out = folder.join("out");
    let long = [
        "run",
        "first",
        "--replications",
        "1000000",
        "--memory",
        "1TB",
        "--out",
        out.to_str().expect("a plain path"),
    ];
    let child =
        command(&long).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("hbsim can be started");
    let entries = || fs::read_dir(&folder).expect("the folder").count();
    while entries() == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let kill =
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill can be started");
    assert!(kill.success());
    let said = said(child.wait_with_output().expect("hbsim ends"));
    assert_eq!((said.code, said.out.as_str()), (Some(130), ""), "{}", said.err);
    assert_eq!(said.err, "interrupted; nothing was written\n");
    assert_eq!(entries(), 0, "neither results nor a hidden part of them");
}

#[test]
fn done_is_0() {
    assert!(!done(&["run", "first", "--replications", "2"]).out.is_empty());
}
