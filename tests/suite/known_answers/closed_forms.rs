//! What `theory::false_alarms` says, beside a simulation of the same scenario: one for each thing that changes the
//! formula, and some for several at once.

use hbsim::measures::RunRecord;
use hbsim::theory::false_alarms::{FalseAlarms, false_alarms};

use super::experiment::{read, simulate};
use super::sheet::Sheet;

/// What is special; topology, detector, network, verdict. Beats come every second.
const SCENARIOS: [(&str, &str, &str, &str, &str); 26] = [
    ("losses alone", "", "kind = 'timeout', timeout = '2500ms'", "loss = 0.2", ""),
    ("two intervals, a tie", "", "kind = 'timeout', timeout = '2s'", "loss = 0.1, LATE = '50ms'", ""),
    (
        "beats overtake one another",
        "",
        "kind = 'timeout', timeout = '2200ms'",
        "loss = 0.1, LATE = '800ms'",
        "",
    ),
    (
        "the sender's stamp",
        "",
        "kind = 'timeout', timeout = '2s', stamp = 'sent'",
        "loss = 0.1, LATE = '500ms'",
        "",
    ),
    (
        "a cut-off",
        "",
        "kind = 'timeout', timeout = '2100ms', cutoff = '150ms'",
        "loss = 0.1, LATE = '80ms'",
        "",
    ),
    ("ticks", "", "kind = 'misses', misses = 2, counted = 'ticks'", "loss = 0.2, LATE = '200ms'", ""),
    (
        "ticks with a margin, in step with beats",
        "phase = 'aligned',",
        "kind = 'misses', misses = 1, counted = 'ticks', margin = '900ms', phase = '300ms'",
        "loss = 0.2, LATE = '200ms'",
        "",
    ),
    (
        "scans",
        "",
        "kind = 'timeout', timeout = '2s', check = { every = '700ms' }",
        "loss = 0.2, LATE = '50ms'",
        "",
    ),
    (
        "scans of the sender's stamp",
        "",
        "kind = 'timeout', timeout = '2s', stamp = 'sent', check = { every = '700ms' }",
        "loss = 0.2, latency = { kind = 'uniform', min = '0s', max = '900ms' }",
        "",
    ),
    (
        "buckets",
        "",
        "kind = 'misses', misses = 2, check = { bucket = '1500ms' }",
        "loss = 0.2, LATE = '50ms'",
        "",
    ),
    (
        "noticed by scans",
        "",
        "kind = 'timeout', timeout = '1s', stamp = 'noticed', check = { every = '800ms' }",
        "loss = 0.2, LATE = '50ms'",
        "",
    ),
    (
        "suspicion must last",
        "",
        "kind = 'timeout', timeout = '1s'",
        "loss = 0.2, LATE = '50ms'",
        "confirm_after = '1300ms'",
    ),
    (
        "it must last, by the sender's stamp",
        "",
        "kind = 'timeout', timeout = '1200ms', stamp = 'sent'",
        "loss = 0.1, LATE = '500ms'",
        "confirm_after = '1500ms'",
    ),
    (
        "bursts and delays",
        "",
        "kind = 'timeout', timeout = '3s'",
        "loss = 0.02, LATE = '100ms', bursts = { good_to_bad = 0.05, bad_to_good = 0.4, loss_bad = 0.9 }",
        "",
    ),
    (
        "beats that come twice",
        "",
        "kind = 'timeout', timeout = '1300ms'",
        "loss = 0.05, duplicate = 0.5, LATE = '200ms'",
        "",
    ),
    (
        "three monitors, two of whom must agree",
        "monitors = 3, quorum = 2,",
        "kind = 'misses'",
        "loss = 0.3",
        "",
    ),
    (
        "peers",
        "kind = 'peers', watchers = 3,",
        "kind = 'misses', misses = 2",
        "loss = 0.2, LATE = '100ms'",
        "",
    ),
    (
        "questions",
        "kind = 'pull', probe_timeout = '300ms',",
        "kind = 'misses', misses = 2",
        "loss = 0.1, LATE = '50ms'",
        "successes = 3",
    ),
    (
        "questions, and answers that forgive one",
        "kind = 'pull', probe_timeout = '300ms',",
        "kind = 'misses', on_success = 'decrement'",
        "loss = 0.15, LATE = '50ms'",
        "",
    ),
    (
        "questions, and a margin",
        "kind = 'pull', probe_timeout = '500ms',",
        "kind = 'misses', misses = 1, margin = '700ms'",
        "loss = 0.1, LATE = '150ms'",
        "",
    ),
    (
        "answers under a timeout",
        "kind = 'pull', probe_timeout = '900ms',",
        "kind = 'timeout', timeout = '2s'",
        "loss = 0.1, LATE = '150ms'",
        "",
    ),
    (
        "expected arrivals",
        "",
        "kind = 'chen', margin = '1100ms', window = 1000",
        "loss = 0.1, LATE = '50ms'",
        "",
    ),
    (
        "expected by the sender's stamp",
        "",
        "kind = 'chen', margin = '1100ms', window = 3, stamp = 'sent'",
        "loss = 0.1, LATE = '500ms'",
        "",
    ),
    (
        "phi, with a deviation that is known",
        "",
        "kind = 'phi', threshold = 2, min_deviation = '40ms'",
        "LATE = '20ms'",
        "",
    ),
    (
        "three channels",
        "",
        "kind = 'timeout', timeout = '2300ms'",
        "alive_if = 2, channels = [{ name = 'a', loss = 0.2 }, { name = 'b', loss = 0.3, latency = { kind = 'constant', \
         value = '400ms' } }, { name = 'c', loss = 0.25, latency = { kind = 'constant', value = '900ms' } }]",
        "",
    ),
    (
        "noticed by scans, and late at the deadline",
        "",
        "kind = 'timeout', timeout = '800ms', tie = 'late', stamp = 'noticed', check = { every = '800ms' }",
        "loss = 0.2, LATE = '50ms'",
        "",
    ),
];

/// The scenario of a row, long enough for many mistakes.
fn text(seed: u64, (_, topology, detector, network, verdict): (&str, &str, &str, &str, &str)) -> String {
    let kind = if topology.contains("kind") { "" } else { "kind = 'centralized'," };
    let network = network.replace("LATE =", "latency.kind = 'exponential', latency.mean =");
    format!(
        "name = \"closed-form\"\nseed = {seed}\nduration = '2100s'\nwarmup = '100s'\nreplications = 40\n\
         cluster.nodes = 10\ntopology = {{ {kind} {topology} interval = '1s' }}\ndetector = {{ {detector} }}\n\
         network = {{ {network} }}\nverdict = {{ {verdict} }}"
    )
}

fn compare(sheet: &mut Sheet, label: &str, known: &FalseAlarms, records: &[RunRecord]) {
    let seconds = |run: &RunRecord| run.findings.pair_nanos as f64 / 1e9;
    let mistakes: Vec<(f64, f64)> =
        records.iter().map(|run| (run.findings.mistakes_total() as f64, seconds(run))).collect();
    sheet.ratio(label, "mistakes per second", 1.0 / known.recurrence_s, &mistakes);
    let wrong: Vec<(f64, f64)> =
        records.iter().map(|run| (run.findings.wrong_nanos as f64 / 1e9, seconds(run))).collect();
    sheet.ratio(label, "share of time", 1.0 - known.accuracy.expect("it is known"), &wrong);
    let rate = 1.0 / known.recurrence_s;
    let length = known.mistake_s.expect("there are mistakes");
    let identity = length * rate / (1.0 - known.accuracy.expect("it is known"));
    assert!((identity - 1.0).abs() < 1e-9, "{label}: a share of time is a rate times a length");
}

#[test]
fn closed_forms_are_what_is_simulated() {
    let mut sheet = Sheet::of("closed-forms");
    for (seed, row) in (8101..).zip(SCENARIOS) {
        let scenario = read(&text(seed, row));
        let known = false_alarms(&scenario).unwrap_or_else(|reason| panic!("{}: {reason}", row.0));
        compare(&mut sheet, row.0, &known, &simulate(&scenario));
    }
    sheet.close();
}
