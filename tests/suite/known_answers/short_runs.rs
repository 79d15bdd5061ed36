//! FT-08 once more, by runs that are far too short: what their ends cut off must not bias the figures.
//!
//! A good period is longer than a run, so those that are seen whole are the short ones, and so are the mistakes. A mean
//! of what was seen whole would be far too small; the time by what happened in it is right.

use hbsim::engine::cluster::NodeId;
use hbsim::engine::findings::Mistake;
use hbsim::measures::{RunRecord, find, summarise};

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, s, simulate, timeout};
use super::sheet::Sheet;

/// interval, timeout, loss; seconds that count in each run; recurrence, length, good period, accuracy, as in FT-08
const SHORT: [(f64, f64, f64, f64, [f64; 4]); 4] = [
    (1.0, 3.0, 0.3, 15.0, [52.91005, 1.428571, 51.48148, 0.973]),
    (1.0, 2.5, 0.1, 20.0, [111.1111, 0.6111111, 110.5, 0.9945]),
    (2.0, 8.0, 0.25, 40.0, [682.6667, 2.666667, 680.0, 0.9960938]),
    (5.0, 15.0, 0.2, 60.0, [781.25, 6.25, 775.0, 0.992]),
];

const RUNS: u32 = 40;
const NODES: u32 = 2000;
const DAY: f64 = 86_400.0;

#[test]
fn ft_08_by_runs_shorter_than_a_good_period() {
    let mut sheet = Sheet::of("FT-08-short");
    for (seed, (interval, patience, loss, horizon, known)) in (8801..).zip(SHORT) {
        let [recurrence, length, good, accuracy] = known;
        let (topology, detector, latency) = (push(), timeout(patience), Constant(0.1));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let warmup = 20.0 * interval;
        let lines =
            format!("duration = {}\nwarmup = {}\nreplications = {RUNS}\n", s(warmup + horizon), s(warmup));
        let records = simulate(&experiment.scenario(NODES, &lines));
        let label = format!("interval={interval} timeout={patience} loss={loss} seconds={horizon}");
        let mut compare = |quantity: &str, name: &str, expected: f64, parts: fn(&RunRecord) -> (f64, f64)| {
            let runs: Vec<(f64, f64)> = records.iter().map(parts).collect();
            sheet.ratio(&label, quantity, expected, &runs);
            let sum = |of: fn(&(f64, f64)) -> f64| runs.iter().map(of).sum::<f64>();
            let ratio = sum(|(above, _)| *above) / sum(|(_, below)| *below);
            let column = find(&summarise(&records), name).expect("mistakes were made").value;
            let column = if name == "query_accuracy" { 1.0 - column } else { column };
            assert!((column / ratio - 1.0).abs() < 1e-9, "{name}: {column} is not {ratio}");
            ratio
        };
        compare("mistakes a day", "mistakes_per_pair_day", DAY / recurrence, |run| {
            (run.findings.mistakes_total() as f64, run.pair_s() / DAY)
        });
        compare("recurrence (s)", "mistake_recurrence_s_mean", recurrence, |run| {
            (run.pair_s(), run.findings.mistakes_total() as f64)
        });
        compare("share of time wrong", "query_accuracy", 1.0 - accuracy, |run| (run.wrong_s(), run.pair_s()));
        let ours = compare("length (s)", "mistake_s_mean", length, |run| {
            (run.wrong_s(), run.findings.wrong_ended as f64)
        });
        let our_good = compare("good period (s)", "good_s_mean", good, |run| {
            (run.right_s(), run.findings.mistakes_total() as f64)
        });
        let whole = mean(records.iter().flat_map(lengths_seen_whole));
        assert!(whole < ours, "{label}: mistakes seen whole last {whole} s, and all of them {ours} s");
        let whole = mean(records.iter().flat_map(good_periods_seen_whole));
        assert!(whole < our_good / 3.0, "{label}: good periods seen whole last {whole} s, all {our_good} s");
    }
    sheet.close();
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// How long those mistakes lasted that began and ended while time was counted.
fn lengths_seen_whole(run: &RunRecord) -> Vec<f64> {
    let ended = run.findings.mistakes.iter().filter(|mistake| mistake.ending.is_known());
    ended.map(|mistake| (mistake.end - mistake.start).seconds()).collect()
}

/// From the end of a mistake to the beginning of the next of the same pair.
fn good_periods_seen_whole(run: &RunRecord) -> Vec<f64> {
    let mut of_pairs: Vec<(NodeId, &Mistake)> =
        run.findings.mistakes.iter().map(|mistake| (mistake.pair.subject, mistake)).collect();
    of_pairs.sort_by_key(|(subject, mistake)| (*subject, mistake.start));
    let same = of_pairs.windows(2).filter(|two| two[0].0 == two[1].0);
    same.map(|two| (two[1].1.start - two[0].1.end).seconds()).collect()
}
