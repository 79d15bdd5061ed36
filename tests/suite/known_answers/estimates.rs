//! Detectors that learn when beats come: CH-07, and the last of AD-01. What they compute from given arrivals is tested
//! beside them, in `src/detectors`.

use hbsim::measures::RunRecord;

use super::experiment::Law::{Exponential, LogNormal};
use super::experiment::{Experiment, Law, push, push_together, s, simulate, timeout};
use super::sheet::Sheet;

fn chen(margin: f64, window: u32) -> String {
    format!("kind = \"chen\", margin = {}, window = {window}", s(margin))
}

/// A figure and its standard error.
type Sampled = (f64, f64);

/// margin, window, loss, latency; seconds from mistake to mistake, their length
const CH_07: [(f64, u32, f64, Law, Sampled, Sampled); 6] = [
    (0.98, 32, 0.01, Exponential(0.02), (108.5871, 0.58), (0.032_393_63, 0.000_48)),
    (1.03, 32, 0.01, Exponential(0.02), (1117.585, 17.0), (0.119_646_1, 0.0052)),
    (1.03, 1, 0.01, Exponential(0.02), (844.5861, 12.0), (0.098_435_51, 0.0041)),
    (1.03, 4, 0.01, Exponential(0.02), (997.2177, 17.0), (0.109_324, 0.0049)),
    (1.03, 1000, 0.01, Exponential(0.02), (1110.799, 18.0), (0.121_400_9, 0.0056)),
    (0.1, 32, 0.05, Exponential(0.05), (10.754_48, 0.016), (0.512_104_7, 0.000_76)),
];

/// No formula is known: the figures are those of another simulation, each with its own standard error.
#[test]
fn ch_07_mistakes_of_chens_estimate() {
    const LONGEST: f64 = 40_000.0;
    let mut sheet = Sheet::of("CH-07");
    for (seed, (margin, window, loss, latency, recurrence, length)) in (8701..).zip(CH_07) {
        let (topology, detector) = (push(), chen(margin, window));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss };
        let horizon = f64::min(1000.0 * recurrence.0, LONGEST);
        let mistakes = experiment.mistakes(f64::from(window) * (1.0 + 2.0 * loss) + 20.0, horizon);
        let label = format!("interval=1 margin={margin} window={window} loss={loss} latency={latency:?}");
        let count = mistakes.count();
        let own = [1.0 / mistakes.rate, mistakes.length_deviation()].map(|sd| sd / (count as f64).sqrt());
        for (quantity, (known, error), found, own) in [
            ("recurrence (s)", recurrence, 1.0 / mistakes.rate, own[0]),
            ("length (s)", length, mistakes.length, own[1]),
        ] {
            let allowed = 4.0 * (error * error + own * own).sqrt();
            sheet.within(&label, quantity, known, found, (found - allowed, found + allowed), count);
        }
    }
    sheet.close();
}

/// Without loss the mean is margin + mean delay + half an interval, whatever the window.
#[test]
fn ch_07_detection_by_chens_estimate() {
    const DELAY: f64 = 0.02;
    let mut sheet = Sheet::of("CH-07-detection");
    for (seed, (margin, window)) in (8751..).zip([(1.03, 1), (1.03, 4), (0.98, 32)]) {
        let (topology, detector, latency) = (push(), chen(margin, window), Exponential(DELAY));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(40, 10.0);
        let label = format!("interval=1 margin={margin} window={window} latency={latency:?}");
        let sd = (1.0 / 12.0 + DELAY * DELAY / f64::from(window)).sqrt();
        sheet.mean(&label, "mean (s)", margin + DELAY + 0.5, crashes.mean, sd, crashes.count());
    }
    sheet.close();
}

/// The detection time of each crash between the beat of the 60th second, at which the rule is first applied, and the
/// next one, at which it would be applied again.
fn detected_in_the_61st_second(detector: &str) -> Vec<f64> {
    let experiment = Experiment {
        seed: 8801,
        interval: 2.0,
        topology: push_together(),
        detector: detector.to_owned(),
        latency: LogNormal(0.05, 0.02),
        loss: 0.0,
    };
    let lines = "duration = \"90s\"\nreplications = 10\n[[faults]]\nkind = \"crash\"\nnodes = \"each\"\n\
                 at = { between = [\"60000000001ns\", \"61999999999ns\"] }";
    let records = simulate(&experiment.scenario(2000, lines));
    let times = |run: &RunRecord| {
        let crashes = run.findings.crashes.iter();
        crashes.map(|crash| crash.detection(crash.acting).expect("it is detected").seconds()).collect()
    };
    records.iter().map(times).collect::<Vec<Vec<f64>>>().concat()
}

/// A timeout of 6 s that 30 latencies raise to 9 s, lower to 3 s, or leave alone: which of them, the detection time
/// shows, because it strays by no more than an interval and a delay.
#[test]
fn ad_01_what_chance_makes_of_a_timeout() {
    let (raised, lowered) = (0.334_538_5, 0.044_216_59);
    let mut sheet = Sheet::of("AD-01");
    let rule = "kind = \"percentile\", timeout = \"6s\", min = \"1s\", max = \"30s\", lower_by = 0.5, \
                window = \"59s\", hold = \"60s\"";
    let times = detected_in_the_61st_second(rule);
    let label = "30 beats latency=LogNormal(0.05, 0.02)";
    let share = |from: f64, to: f64| times.iter().filter(|time| (from..to).contains(time)).count();
    sheet.share(label, "share raised", raised, share(7.0, 10.0), times.len());
    sheet.share(label, "share lowered", lowered, share(1.0, 3.5), times.len());
    sheet.share(label, "share left alone", 1.0 - raised - lowered, share(4.0, 7.0), times.len());
    sheet.close();
}

#[test]
fn a_timeout_that_cannot_be_adapted_is_a_timeout() {
    let fixed = "kind = \"percentile\", timeout = \"6s\", min = \"6s\", max = \"6s\", window = \"59s\"";
    assert_eq!(detected_in_the_61st_second(fixed), detected_in_the_61st_second(&timeout(6.0)));
}
