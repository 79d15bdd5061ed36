//! Clocks that run fast or slow, by a share d: what lasts a second by such a clock lasts 1 / (1 + d) seconds.

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, push_together, s, simulate, timeout};
use super::sheet::Sheet;

const LATENCY: f64 = 0.01;

/// parts in a million by which the clock of the member runs fast, and that of the monitor
const DRIFTS: [(i32, i32); 5] = [(0, 0), (100_000, 0), (0, -100_000), (-250_000, 300_000), (900_000, 200)];

fn drifts((member, monitor): (i32, i32)) -> String {
    let of = |(nodes, drift): (&str, i32)| match drift {
        0 => String::new(),
        _ => {
            format!("\n[[faults]]\nkind = \"clock\"\nnodes = \"{nodes}\"\nat = \"0s\"\ndrift = {drift}")
        }
    };
    [("all", member), ("m0", monitor)].map(of).concat()
}

/// A second by the clock that runs fast by so much, to the nanosecond.
fn second_by(drift: i32) -> f64 {
    (1e9 / (1.0 + f64::from(drift) / 1e6)).round() / 1e9
}

#[test]
fn a_fast_member_beats_more_often_and_a_slow_monitor_declares_later() {
    const CRASH: f64 = 1000.4;
    let mut sheet = Sheet::of("clocks");
    for drift in DRIFTS {
        let (topology, detector, latency) = (push_together(), timeout(3.0), Constant(LATENCY));
        let experiment = Experiment { seed: 1, interval: 1.0, topology, detector, latency, loss: 0.0 };
        let lines = format!(
            "duration = \"1020s\"{}\n[[faults]]\nkind = \"crash\"\nnodes = \"n0\"\nat = {}",
            drifts(drift),
            s(CRASH)
        );
        let run = simulate(&experiment.scenario(1, &lines)).remove(0);
        let label = format!("drift of member={} of monitor={}", drift.0, drift.1);
        let beats = (CRASH / second_by(drift.0)).floor();
        sheet.exact(&label, "beats", beats + 1.0, run.traffic.sent[0] as f64);
        let patience = (3e9 / (1.0 + f64::from(drift.1) / 1e6)).round();
        let known = ((beats * second_by(drift.0) + LATENCY - CRASH) * 1e9).round() + patience + 1.0;
        let crash = run.findings.crashes[0];
        let found = crash.detection(crash.acting).expect("it was detected").nanos();
        sheet.exact(&label, "detection (ns)", known, found as f64);
    }
    sheet.close();
}

/// With any phase: T / (1 + d of the monitor) + L − η / (1 + d of the member) / 2 on average.
#[test]
fn detection_times_by_clocks_that_drift() {
    let mut sheet = Sheet::of("clocks-mean");
    for (seed, drift) in (6001..).zip(DRIFTS) {
        let (detector, latency) = (timeout(3.0), Constant(LATENCY));
        let experiment = Experiment { seed, interval: 1.0, topology: push(), detector, latency, loss: 0.0 };
        let interval = second_by(drift.0);
        let lines = format!(
            "duration = \"30s\"\nreplications = 10{}\n[[faults]]\nkind = \"crash\"\nnodes = \"each\"\n\
             at = {{ between = [\"10s\", {}] }}",
            drifts(drift),
            s(10.0 + 4.0 * interval)
        );
        let records = simulate(&experiment.scenario(1000, &lines));
        let crashes = records.iter().flat_map(|run| &run.findings.crashes);
        let times: Vec<f64> = crashes
            .map(|crash| crash.detection(crash.acting).expect("every crash is detected").seconds())
            .collect();
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let known = 3.0 / (1.0 + f64::from(drift.1) / 1e6) + LATENCY - interval / 2.0;
        let label = format!("drift of members={} of monitor={}", drift.0, drift.1);
        sheet.mean(&label, "mean (s)", known, mean, interval / 12f64.sqrt(), times.len());
    }
    sheet.close();
}
