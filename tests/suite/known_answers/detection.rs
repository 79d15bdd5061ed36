//! How long a crash stays unknown when nodes push their beats and an exact timer waits: FT-01, FT-02, FT-11,
//! FT-12.

use super::experiment::Law::{Constant, Exponential, LogNormal, Uniform, Written};
use super::experiment::{Experiment, Law, push, timeout};
use super::sheet::Sheet;

/// interval, timeout, latency; mean, deviation, quantiles at 5, 50, 95 and 99 %
const FT_01: [(f64, f64, Law, f64, f64, [f64; 4]); 8] = [
    (1.0, 3.0, Constant(0.1), 2.6, 0.2886751, [2.15, 2.6, 3.05, 3.09]),
    (2.0, 6.0, Constant(0.05), 5.05, 0.5773503, [4.15, 5.05, 5.95, 6.03]),
    (5.0, 15.0, Constant(0.1), 12.6, 1.443376, [10.35, 12.6, 14.85, 15.05]),
    (10.0, 40.0, Exponential(0.05), 35.05, 2.887184, [30.55, 35.05, 39.55, 39.95]),
    (1.0, 5.0, Exponential(0.2), 4.7, 0.3511885, [4.160244, 4.693769, 5.275907, 5.597794]),
    (2.0, 10.0, LogNormal(0.05, 0.02), 9.05, 0.5776966, [8.149979, 9.05, 9.95, 10.03073]),
    (0.5, 2.0, LogNormal(0.2, 0.1), 1.95, 0.1755942, [1.677319, 1.947499, 2.235891, 2.381454]),
    (2.0, 6.0, Uniform(0.05, 0.1), 5.075, 0.5775307, [4.175, 5.075, 5.975, 6.055279]),
];

#[test]
fn ft_01_a_timeout_after_the_last_arrival() {
    let mut sheet = Sheet::of("FT-01");
    for (seed, (interval, after, latency, mean, sd, quantiles)) in (101..).zip(FT_01) {
        let (topology, detector) = (push(), timeout(after));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(10, after + 10.0);
        let label = format!("interval={interval} timeout={after} latency={latency:?}");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, sd, crashes.count());
        for (level, expected) in [0.05, 0.5, 0.95, 0.99].into_iter().zip(quantiles) {
            sheet.quantile(&label, level, expected, &crashes.times);
        }
    }
    sheet.close();
}

/// The mean detection time depends on the mean latency alone, whatever the law: mean and variance of the law.
const FURTHER_LAWS: [(&str, f64, f64); 6] = [
    (r#"{ kind = "gamma", mean = "200ms", shape = 4.0 }"#, 0.2, 0.01),
    (r#"{ kind = "weibull", scale = "200ms", shape = 2.0 }"#, 0.177_245_4, 0.008_584_073),
    (r#"{ kind = "pareto", scale = "100ms", shape = 3.0 }"#, 0.15, 0.0075),
    // The normal is cut at zero, six deviations away.
    (r#"{ kind = "normal", mean = "300ms", deviation = "50ms" }"#, 0.3, 0.0025),
    // 9 in 10 take 1 ms, 1 in 10 an exponential wait of 1 s.
    (
        r#"{ kind = "mixture", parts = [{ weight = 9, kind = "constant", value = "1ms" }, { weight = 1, kind = "exponential", mean = "1s" }] }"#,
        0.1009,
        0.189_820_09,
    ),
    (r#"{ kind = "exponential", mean = "200ms", floor = "100ms" }"#, 0.3, 0.04),
];

#[test]
fn ft_01_holds_for_every_latency_law() {
    let mut sheet = Sheet::of("FT-01-laws");
    for (seed, (law, delay, variance)) in (121..).zip(FURTHER_LAWS) {
        let (latency, detector) = (Written(law), timeout(5.0));
        let experiment = Experiment { seed, interval: 1.0, topology: push(), detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(20, 60.0);
        let label = format!("interval=1 timeout=5 latency={}", law.replace('"', ""));
        let sd = f64::sqrt(variance + 1.0 / 12.0);
        sheet.mean(&label, "mean (s)", 5.0 + delay - 0.5, crashes.mean, sd, crashes.count());
    }
    sheet.close();
}

/// A mean and its deviation.
type Moments = (f64, f64);

/// interval, timeout, loss, latency; mean and deviation, share of crashes that were not known before they
/// happened, mean and deviation when those that were count below zero
const FT_02: [(f64, f64, f64, Law, Moments, f64, Moments); 6] = [
    (1.0, 3.5, 0.01, Constant(0.05), (3.039899, 0.305104), 0.9999995445, (3.039899, 0.3058372)),
    (1.0, 3.5, 0.1, Constant(0.05), (2.939086, 0.4527045), 0.999495, (2.938889, 0.4547418)),
    (2.0, 10.0, 0.05, LogNormal(0.05, 0.02), (8.944737, 0.7437782), 0.9999996949, (8.944737, 0.7452114)),
    (1.0, 2.5, 0.3, Exponential(0.02), (1.63673, 0.688562), 0.94276, (1.591429, 0.8342531)),
    (5.0, 15.0, 0.2, Constant(0.1), (11.37921, 3.00623), 0.992128, (11.35, 3.145764)),
    (1.0, 2.0, 0.5, Exponential(0.05), (0.9128125, 0.713781), 0.75625, (0.55, 1.444241)),
];

#[test]
fn ft_02_a_timeout_when_beats_are_lost() {
    let mut sheet = Sheet::of("FT-02");
    for (seed, (interval, after, loss, latency, mean, unforeseen, signed)) in (201..).zip(FT_02) {
        let (topology, detector) = (push(), timeout(after));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let crashes = experiment.crashes(45, after + 10.0);
        let label = format!("interval={interval} timeout={after} loss={loss} latency={latency:?}");
        sheet.mean(&label, "mean; 0 if held dead before (s)", mean.0, crashes.mean, mean.1, crashes.count());
        sheet.share(&label, "share not held dead before", unforeseen, crashes.unforeseen(), crashes.count());
        let simulated = crashes.signed_mean();
        sheet.mean(
            &label,
            "mean; negative if held dead before (s)",
            signed.0,
            simulated,
            signed.1,
            crashes.count(),
        );
    }
    sheet.close();
}

/// interval, timeout, latency; mean and deviation when every arrival counts, and when only newer beats do
const FT_11: [(f64, f64, Law, Moments, Moments); 6] = [
    (1.0, 5.0, Exponential(0.2), (4.700678, 0.3504012), (4.7, 0.3511885)),
    (1.0, 5.0, Exponential(0.5), (5.038886, 0.5937736), (5.0, 0.5773503)),
    (1.0, 5.0, Exponential(1.0), (5.7762, 1.149954), (5.5, 1.040833)),
    (1.0, 8.0, LogNormal(1.0, 1.0), (8.806593, 1.358701), (8.5, 1.040833)),
    (0.1, 1.0, Exponential(0.2), (1.27816, 0.2389039), (1.15, 0.2020726)),
    (0.5, 3.0, Exponential(0.3), (3.084499, 0.3463967), (3.05, 0.3329164)),
];

#[test]
fn ft_11_beats_that_overtake_one_another() {
    let mut sheet = Sheet::of("FT-11");
    for (seed, (interval, after, latency, any, newer)) in (1101..).zip(FT_11) {
        let label = format!("interval={interval} timeout={after} latency={latency:?}");
        for (late_beats, seed, (mean, sd)) in [("count", seed, any), ("ignore", seed + 50, newer)] {
            let detector = format!("{}, late_beats = \"{late_beats}\"", timeout(after));
            let experiment = Experiment { seed, interval, topology: push(), detector, latency, loss: 0.0 };
            let crashes = experiment.crashes(60, after + 100.0 * interval);
            let label = format!("{label} late_beats={late_beats}");
            sheet.mean(&label, "mean (s)", mean, crashes.mean, sd, crashes.count());
        }
    }
    sheet.close();
}

/// interval, timeout, loss, latency; mean and deviation
const FT_12: [(f64, f64, f64, Law, Moments); 4] = [
    (1.0, 3.0, 0.0, Exponential(0.05), (2.5, 0.2886751)),
    (2.0, 6.0, 0.0, Constant(0.05), (5.0, 0.5773503)),
    (1.0, 3.5, 0.1, Exponential(0.05), (2.888889, 0.4547418)),
    (10.0, 40.0, 0.02, Constant(0.05), (34.79592, 3.227352)),
];

#[test]
fn ft_12_a_timeout_after_the_senders_stamp() {
    let mut sheet = Sheet::of("FT-12");
    for (seed, (interval, after, loss, latency, (mean, sd))) in (1201..).zip(FT_12) {
        let detector = format!("{}, stamp = \"sent\"", timeout(after));
        let experiment = Experiment { seed, interval, topology: push(), detector, latency, loss };
        let crashes = experiment.crashes(45, after + 10.0);
        let label = format!("interval={interval} timeout={after} loss={loss} latency={latency:?} stamp=sent");
        let simulated = crashes.signed_mean();
        sheet.mean(&label, "mean; negative if held dead before (s)", mean, simulated, sd, crashes.count());
    }
    sheet.close();
}
