//! The report fits a terminal of 80 columns and is plain text wherever it does not go to a terminal.

use super::done;
use crate::golden::scenarios;
use crate::program::{command, hbsim, said};

const WIDTH: usize = 80;

fn fits(name: &str, report: &str) {
    for line in report.lines() {
        assert!(line.chars().count() <= WIDTH, "{name}: {} columns\n{line}", line.chars().count());
    }
}

#[test]
fn every_report_fits_80_columns() {
    for name in scenarios() {
        let file = format!("scenarios/{name}.toml");
        fits(&name, &hbsim(&["run", &file, "--replications", "2", "--quiet"]).out);
        fits(&name, &hbsim(&["run", &file, "--replications", "1", "--quiet"]).out);
    }
}

#[test]
fn long_names_and_large_numbers_fit_too() {
    let long = format!("name={}", "very-long-".repeat(50));
    let about = format!("about={}", "a few words and oneverylong".repeat(40));
    for (name, sets) in [
        ("long texts", &[long.as_str(), &about][..]),
        ("many crashes", &["faults.0.nodes=each", "faults.0.every=61s", "faults.0.for=59s", "duration=3h"]),
        ("strange lengths", &["topology.interval=7s 123456789ns", "duration=1h 59m 59s 999999999ns"]),
        (
            "theory of strange lengths",
            &["network.latency.value=1s 234567891ns", "topology.interval=17s 123456789ns"],
        ),
        ("many mistakes", &["network.loss=0.4", "duration=5m", "faults.0.at=3m"]),
    ] {
        let mut arguments = vec!["run", "first", "--replications", "2", "--set", "cluster.nodes=200"];
        sets.iter().for_each(|set| arguments.extend(["--set", set]));
        fits(name, &done(&arguments).out);
    }
}

#[test]
fn nothing_but_plain_text_is_printed_into_a_pipe() {
    for no_colour in [None, Some("1")] {
        for arguments in [
            &["run", "first", "--replications", "2"][..],
            &["run", "first", "--replications", "2", "--set", "topology.interval=5"],
            &["check", "first"],
            &["list"],
            &["--help"],
            &["run", "--help"],
            &["flly"],
        ] {
            let mut command = command(arguments);
            command.env_remove("NO_COLOR").env("TERM", "xterm-256color");
            no_colour.map(|value| command.env("NO_COLOR", value));
            let said = said(command.output().expect("hbsim can be started"));
            assert!(!said.out.is_empty() || !said.err.is_empty(), "{arguments:?}");
            assert!(
                !said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'),
                "{arguments:?}\n{}{}",
                said.out,
                said.err
            );
        }
    }
}
