//! Health checks that fail by themselves, and the counters that make them a verdict: HC-01.
//!
//! A check fails if its question or its answer is lost, each with probability p: f = 1 − (1 − p)², so
//! p = 1 − √(1 − f). The two take as long as the probe's timeout, which is in time. Then a failed check and an
//! answered one are settled at the same instant of their interval, and any stretch of time is as many intervals
//! as it has checks.

use std::collections::BTreeMap;

use hbsim::engine::findings::Ending;
use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, misses, pull, s, simulate};
use super::sheet::Sheet;

const INTERVAL: f64 = 10.0;
const PROBE_TIMEOUT: f64 = 2.0;
const RUNS: u32 = 40;
/// Independent of one another, since each has a link of its own.
const NODES: u32 = 5;

/// A counter that is down after `fall` failed checks and up again after `rise` answered ones in a row.
#[derive(Clone, Copy, Debug)]
struct Counter {
    fall: u32,
    rise: u32,
    on_success: &'static str,
}

/// Checks of one node from the first on: how many it was up or down for, and how often it changed.
#[derive(Clone, Copy, Debug, Default)]
struct Passages {
    up: f64,
    falls: f64,
    down: f64,
    rises: f64,
}

impl Counter {
    fn detector(self) -> String {
        format!("{}, on_success = \"{}\"", misses(self.fall), self.on_success)
    }

    /// `checks` checks of each node, all at the multiples of the interval.
    fn simulate(self, seed: u64, failing: f64, checks: u64, runs: u32) -> Vec<RunRecord> {
        let topology = format!("{}, phase = \"aligned\"", pull(PROBE_TIMEOUT));
        let (detector, latency) = (self.detector(), Constant(PROBE_TIMEOUT / 2.0));
        let loss = 1.0 - (1.0 - failing).sqrt();
        let experiment = Experiment { seed, interval: INTERVAL, topology, detector, latency, loss };
        let duration = s(checks as f64 * INTERVAL);
        let lines = format!(
            "duration = {duration}\nreplications = {runs}\nverdict = {{ successes = {} }}",
            self.rise
        );
        simulate(&experiment.scenario(NODES, &lines))
    }
}

/// For each node the numbers of the checks at which it went down and up again, by turns.
fn turns(run: &RunRecord) -> BTreeMap<u32, Vec<u64>> {
    let number = |seconds: f64| ((seconds - PROBE_TIMEOUT) / INTERVAL).round() as u64;
    let mut turns: BTreeMap<u32, Vec<u64>> = (0..NODES).map(|node| (node, Vec::new())).collect();
    for mistake in &run.findings.mistakes {
        let of = turns.entry(mistake.pair.subject.0).or_default();
        of.push(number(mistake.start.seconds()));
        if mistake.ending == Ending::TakenBack {
            of.push(number(mistake.end.seconds()));
        }
    }
    turns
}

/// What the turns of a node divide its `checks` checks into. The last stretch counts too, though no turn ends
/// it: without it, long stretches would be missing.
fn passages(turns: &[u64], checks: u64) -> Passages {
    let mut passages = Passages::default();
    let mut from = 0;
    for (index, turn) in turns.iter().map(|turn| turn + 1).chain([checks]).enumerate() {
        let (length, ends) = ((turn - from) as f64, f64::from(u8::from(index < turns.len())));
        if index % 2 == 0 {
            (passages.up, passages.falls) = (passages.up + length, passages.falls + ends);
        } else {
            (passages.down, passages.rises) = (passages.down + length, passages.rises + ends);
        }
        from = turn;
    }
    passages
}

/// Checks until `count` in a row have come out as they do with probability `p` each: mean and deviation.
fn until_in_a_row(p: f64, count: u32) -> (f64, f64) {
    let (q, length) = (1.0 - p, f64::from(count));
    let all = libm::pow(p, length);
    let variance = (1.0 - (2.0 * length + 1.0) * q * all - p * all * all) / (q * q * all * all);
    ((1.0 - all) / (q * all), variance.sqrt())
}

/// probability that a check fails, fall, rise; checks until down if a success resets the count and if it takes
/// one off; checks of each node
const HC_01: [(f64, u32, u32, f64, f64, u64); 6] = [
    (0.1, 3, 2, 1110.0, 1020.0, 15_000),
    (0.05, 3, 2, 8420.0, 8040.0, 15_000),
    (0.2, 2, 3, 30.0, 30.0, 5_000),
    (0.01, 2, 1, 10_100.0, 10_100.0, 15_000),
    (0.3, 5, 4, 586.4609, 285.7202, 15_000),
    (0.5, 3, 3, 14.0, 12.0, 5_000),
];

#[test]
fn hc_01_failed_checks_until_down_and_answered_ones_until_up() {
    let mut sheet = Sheet::of("HC-01");
    for (seed, (failing, fall, rise, reset, decrement, checks)) in (3101..).zip(HC_01) {
        for (offset, on_success, until_down) in [(0, "reset", reset), (50, "decrement", decrement)] {
            let counter = Counter { fall, rise, on_success };
            let records = counter.simulate(seed + offset, failing, checks, RUNS);
            let nodes: Vec<Passages> =
                records.iter().flat_map(turns).map(|(_, turns)| passages(&turns, checks)).collect();
            let label = format!("fails={failing} fall={fall} rise={rise} on_success={on_success}");
            let ups: Vec<(f64, f64)> = nodes.iter().map(|node| (node.up, node.falls)).collect();
            sheet.ratio(&label, "checks until down", until_down, &ups);
            let (until_up, deviation) = until_in_a_row(1.0 - failing, rise);
            let sum = |of: fn(&Passages) -> f64| nodes.iter().map(of).sum::<f64>();
            let (down, rises) = (sum(|node| node.down), sum(|node| node.rises));
            sheet.mean(&label, "checks until up", until_up, down / rises, deviation, rises as usize);
            let wrong = |run: &RunRecord| (run.findings.wrong_nanos as f64, run.findings.pair_nanos as f64);
            let wrong: Vec<(f64, f64)> = records.iter().map(wrong).collect();
            sheet.ratio(&label, "share of time down", until_up / (until_down + until_up), &wrong);
        }
    }
    sheet.close();
}

/// What becomes of a message depends on its link and its moment only, so counters of all kinds see the same
/// checks fail. Which ones, one that believes each check tells.
#[test]
fn hc_01_counters_turn_at_the_very_checks_at_which_they_should() {
    const CHECKS: u64 = 20_000;
    let mut sheet = Sheet::of("HC-01-turns");
    for (seed, (failing, fall, rise, ..)) in (4201..).zip(HC_01) {
        let credulous = Counter { fall: 1, rise: 1, on_success: "reset" };
        let outcomes = credulous.simulate(seed, failing, CHECKS, 1);
        for on_success in ["reset", "decrement"] {
            let counter = Counter { fall, rise, on_success };
            let found = counter.simulate(seed, failing, CHECKS, 1);
            for (node, flips) in turns(&outcomes[0]) {
                let expected = counter.turns_by_hand(&flips, CHECKS);
                let found = &turns(&found[0])[&node];
                let label =
                    format!("fails={failing} fall={fall} rise={rise} on_success={on_success} n{node}");
                assert_eq!(found, &expected, "{label}");
                sheet.exact(&label, "turns", expected.len() as f64, found.len() as f64);
            }
        }
    }
    sheet.close();
}

impl Counter {
    /// The numbers of the checks at which it turns, where the outcome of checks changes at `flips`.
    fn turns_by_hand(self, flips: &[u64], checks: u64) -> Vec<u64> {
        let (mut turns, mut failed, mut answered, mut fails) = (Vec::new(), 0, 0, false);
        for check in 0..checks {
            fails ^= flips.binary_search(&check).is_ok();
            let down = turns.len() % 2 == 1;
            answered = if down && !fails { answered + 1 } else { 0 };
            failed = match (down, fails, self.on_success) {
                (false, true, _) => failed + 1,
                (false, false, "decrement") => u32::saturating_sub(failed, 1),
                _ => 0,
            };
            if failed == self.fall || answered == self.rise {
                turns.push(check);
                (failed, answered) = (0, 0);
            }
        }
        turns
    }
}
