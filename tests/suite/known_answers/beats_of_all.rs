//! When a leader's death is first noticed where everybody beats to everybody: the last sign of it is its own beat or
//! its answer to a follower's, whichever is younger.

use super::experiment::Law::Constant;
use super::experiment::{Experiment, simulate, timeout};

const INTERVAL: f64 = 2.0;
const PATIENCE: [f64; 2] = [10.0, 11.5];
const RUNS: usize = 2000;

/// The mean of the least of `followers` patiences, each less the age of the last sign: that of the leader's beat, which
/// all followers share, or that of the answer to their own, if it is younger.
fn known(followers: i32) -> f64 {
    const STEPS: u32 = 150;
    let [least, most] = PATIENCE;
    let grid = |from: f64, to: f64| {
        (0..STEPS).map(move |step| from + (to - from) * (f64::from(step) + 0.5) / f64::from(STEPS))
    };
    // The probability that one follower is still patient so long after the crash.
    let patient = |time: f64, beat: f64| {
        let one = |answer: f64| ((most - time - beat.min(answer)) / (most - least)).clamp(0.0, 1.0);
        grid(0.0, INTERVAL).map(one).sum::<f64>() / f64::from(STEPS)
    };
    let first = least - INTERVAL;
    let all = |time: f64| {
        grid(0.0, INTERVAL).map(|beat| libm::pow(patient(time, beat), f64::from(followers))).sum::<f64>()
            / f64::from(STEPS)
    };
    first + grid(first, most).map(all).sum::<f64>() * (most - first) / f64::from(STEPS)
}

#[test]
fn the_younger_of_two_signs_counts() {
    for (seed, nodes) in [(4901, 3u32), (4902, 7)] {
        let topology = "kind = \"leader\", beats = \"all\", election_timeout = [\"10s\", \"11500ms\"], \
                        pre_vote = true, check_quorum = true"
            .to_owned();
        let (detector, latency) = (timeout(10.0), Constant(0.0001));
        let experiment = Experiment { seed, interval: INTERVAL, topology, detector, latency, loss: 0.0 };
        let lines = format!(
            "replications = {RUNS}\nduration = \"60s\"\n\
             [[faults]]\nkind = \"crash\"\nnodes = \"leader\"\nat = {{ between = [\"40s\", \"42s\"] }}"
        );
        let runs = simulate(&experiment.scenario(nodes, &lines));
        let times: Vec<f64> = runs
            .iter()
            .flat_map(|run| &run.findings.crashes)
            .map(|crash| (crash.first.expect("the run is long enough") - crash.at).seconds())
            .collect();
        let (mean, error) = super::calculations::chance::estimate(&times);
        let known = known(nodes as i32 - 1);
        assert!((mean - known).abs() <= 4.0 * error, "{nodes} nodes: {mean} ± {error}, not {known}");
    }
}
