//! Several channels at once: MC-01, and what of MC-02 beats that take all channels at the same moment can
//! show. The rest of MC-02 is a test of the rule alone, in `engine::watch::special`.

use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, s, simulate, timeout};
use super::sheet::Sheet;

/// `network.channels` with so much loss and latency each.
fn channels(each: [(f64, f64); 3], alive_if: u32) -> String {
    let tables: Vec<String> = (0..)
        .zip(each)
        .map(|(number, (loss, latency)): (u32, _)| {
            format!("{{ name = \"way-{number}\", loss = {loss:?}, latency = {} }}", Constant(latency))
        })
        .collect();
    format!("network.alive_if = {alive_if}\nnetwork.channels = [{}]", tables.join(", "))
}

/// Chance of a mistake on each of three channels; share of time in which a node is held dead unless two of
/// them are trusted, and unless one is; nodes. What is once in 10⁶ intervals or less is left out.
const MC_01: [([f64; 3], f64, Option<f64>, u32); 5] = [
    ([0.01, 0.01, 0.01], 0.000298, None, 50),
    ([0.1, 0.1, 0.1], 0.028, Some(0.001), 10),
    ([0.05, 0.1, 0.2], 0.033, Some(0.001), 10),
    ([0.01, 0.001, 0.02], 0.0002296, None, 50),
    ([0.3, 0.3, 0.3], 0.216, Some(0.027), 5),
];

/// A silence of just two intervals is in time where beats travel equally long: two in a row must be lost for
/// it. So the chance q of a mistake on a channel at any moment is the square of its loss.
#[test]
fn mc_01_mistakes_of_three_channels() {
    const RUNS: u32 = 40;
    const HORIZON: f64 = 1000.0;
    let mut sheet = Sheet::of("MC-01");
    for (seed, (chances, two_of_three, one_of_three, nodes)) in (5701..).zip(MC_01) {
        for (alive_if, known) in [(2, Some(two_of_three)), (1, one_of_three)] {
            let Some(known) = known else { continue };
            let (topology, detector, latency) = (push(), timeout(2.0), Constant(0.0));
            let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss: 0.0 };
            let ways = channels(chances.map(|chance| (chance.sqrt(), 0.01)), alive_if);
            let lines =
                format!("{ways}\nduration = {}\nwarmup = \"10s\"\nreplications = {RUNS}", s(10.0 + HORIZON));
            let records = simulate(&experiment.scenario(nodes, &lines));
            let wrong = |run: &RunRecord| (run.findings.wrong_nanos as f64, run.findings.pair_nanos as f64);
            let wrong: Vec<(f64, f64)> = records.iter().map(wrong).collect();
            let label = format!("each={chances:?} alive_if={alive_if}");
            sheet.ratio(&label, "share of time", known, &wrong);
        }
    }
    sheet.close();
}

/// interval, timeout, latency of each channel; mean time until two of them are silent for too long
const MC_02: [(f64, f64, [f64; 3], f64); 3] = [
    (1.0, 2.0, [1.0, 1.0, 1.0], 2.5),
    (5.0, 14.0, [1.0, 1.0, 1.0], 12.5),
    // Where the times on the channels never overlap, the second is always the same one.
    (2.0, 5.0, [0.0, 5.0, 22.0], 9.0),
];

#[test]
fn mc_02_detection_by_three_channels() {
    let mut sheet = Sheet::of("MC-02");
    for (seed, (interval, after, latencies, mean)) in (5801..).zip(MC_02) {
        let (topology, detector, latency) = (push(), timeout(after), Constant(0.0));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss: 0.0 };
        let (from, to) = (20.0 * interval, 24.0 * interval);
        let lines = format!(
            "{}\nduration = {}\nreplications = 10\n[[faults]]\nkind = \"crash\"\nnodes = \"each\"\n\
             at = {{ between = [{}, {}] }}",
            channels(latencies.map(|latency| (0.0, latency)), 2),
            s(to + 40.0),
            s(from),
            s(to)
        );
        let records = simulate(&experiment.scenario(1000, &lines));
        let crashes = records.iter().flat_map(|run| &run.findings.crashes);
        let times: Vec<f64> = crashes
            .map(|crash| crash.detection(crash.acting).expect("every crash is detected").seconds())
            .collect();
        let label = format!("interval={interval} timeout={after} latencies={latencies:?}");
        let found = times.iter().sum::<f64>() / times.len() as f64;
        sheet.mean(&label, "mean (s)", mean, found, interval / 12f64.sqrt(), times.len());
        let (least, greatest) =
            times.iter().fold((f64::MAX, 0.0f64), |(least, most), one| (least.min(*one), most.max(*one)));
        let [below, above] = [mean - interval / 2.0, mean + interval / 2.0];
        sheet.within(&label, "least (s)", below, least, (f64::NEG_INFINITY, least), times.len());
        sheet.within(&label, "greatest (s)", above, greatest, (greatest - 2e-9, f64::INFINITY), times.len());
    }
    sheet.close();
}
