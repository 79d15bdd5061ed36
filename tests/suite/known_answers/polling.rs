//! The monitor asks and nodes answer: FT-06, FT-17.

use super::experiment::Law::{Constant, Exponential};
use super::experiment::{Experiment, misses, pull, pull_with_fixed_delay};
use super::mistaken::Expected;
use super::sheet::Sheet;

/// interval, probe timeout, misses, latency of the question; mean, greatest
const FT_06: [(f64, f64, u32, f64, f64, f64); 5] = [
    (10.0, 5.0, 3, 0.01, 29.99, 34.99),
    (10.0, 3.0, 3, 0.02, 27.98, 32.98),
    (2.0, 2.0, 3, 0.001, 6.999, 7.999),
    (5.0, 1.0, 1, 0.05, 3.45, 5.95),
    (1.0, 0.5, 2, 0.02, 1.98, 2.48),
];

#[test]
fn ft_06_questions_without_answer() {
    let mut sheet = Sheet::of("FT-06");
    for (seed, (interval, patience, count, latency, mean, greatest)) in (601..).zip(FT_06) {
        let (topology, detector, latency) = (pull(patience), misses(count), Constant(latency));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(10, f64::from(count + 3) * interval);
        let label =
            format!("interval={interval} probe_timeout={patience} misses={count} latency={latency:?}");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, interval / 12f64.sqrt(), crashes.count());
        // The look comes one tick of the clock after the deadline. Below the bound, there is always a crash
        // that comes as near as this, but for one experiment in 32 000.
        let nearest = interval * libm::log(32_000.0) / crashes.count() as f64;
        let limits = (crashes.greatest() - 1e-9, crashes.greatest() + nearest);
        sheet.within(&label, "greatest (s)", greatest, crashes.greatest(), limits, crashes.count());
    }
    sheet.close();
}

/// The same where each question waits for the end of the one before. The row whose reply takes longer than
/// its question is left out: here both take equally long.
const FT_06_FIXED_DELAY: [(f64, f64, u32, f64, f64, f64); 4] = [
    (10.0, 5.0, 3, 0.01, 40.0, 45.01),
    (10.0, 3.0, 3, 0.02, 34.0, 39.02),
    (2.0, 2.0, 3, 0.001, 11.0, 12.001),
    (5.0, 1.0, 1, 0.05, 3.5, 6.05),
];

#[test]
fn ft_06_questions_that_wait_for_the_end_of_the_one_before() {
    let mut sheet = Sheet::of("FT-06-fixed-delay");
    for (seed, (interval, patience, count, latency, mean, greatest)) in (651..).zip(FT_06_FIXED_DELAY) {
        let cycle = interval + 2.0 * latency;
        let (topology, detector) = (pull_with_fixed_delay(patience), misses(count));
        let experiment =
            Experiment { seed, interval, topology, detector, latency: Constant(latency), loss: 0.0 };
        let crashes = experiment.crashes_by_cycle(10, cycle, f64::from(count + 3) * (interval + patience));
        let label = format!("interval={interval} probe_timeout={patience} misses={count} latency={latency}");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, cycle / 12f64.sqrt(), crashes.count());
        let nearest = cycle * libm::log(32_000.0) / crashes.count() as f64;
        let limits = (crashes.greatest() - 1e-9, crashes.greatest() + nearest);
        sheet.within(&label, "greatest (s)", greatest, crashes.greatest(), limits, crashes.count());
    }
    sheet.close();
}

/// interval, probe timeout, misses, loss each way, mean latency each way; share of questions without answer
/// in time, mistakes per second, length of a mistake
const FT_17: [(f64, f64, u32, f64, f64, f64, f64, f64); 4] = [
    (10.0, 5.0, 3, 0.05, 0.05, 0.0975, 8.364906e-05, 6.180332),
    (2.0, 0.2, 3, 0.02, 0.05, 0.1275517, 0.0009052498, 2.17627),
    (1.0, 0.1, 1, 0.01, 0.03, 0.171411, 0.1420293, 1.152805),
    (5.0, 1.0, 2, 0.1, 0.2, 0.2227464, 0.007712838, 5.797798),
];

#[test]
fn ft_17_questions_and_answers_lost_or_late() {
    let mut sheet = Sheet::of("FT-17");
    for (seed, (interval, patience, count, loss, delay, failing, rate, length)) in (1701..).zip(FT_17) {
        let latency = Exponential(delay);
        let label = format!(
            "interval={interval} probe_timeout={patience} misses={count} loss={loss} latency={latency:?} each way"
        );
        let watched = |seed, count, horizon| {
            let (topology, detector) = (pull(patience), misses(count));
            let experiment = Experiment { seed, interval, topology, detector, latency, loss };
            experiment.mistakes(20.0 * interval, horizon)
        };
        let horizon = f64::max(250.0 / rate, 1000.0 * interval);
        watched(seed, count, horizon).compare(
            &mut sheet,
            &label,
            &Expected { rate, length, accuracy: None },
            None,
        );
        // When one miss is enough, a mistake lasts from the end of its first failed question to an answer: as
        // many intervals, rounded up, as questions failed.
        let single = watched(seed + 50, 1, 5000.0 * interval);
        let failed =
            |lengths: &Vec<f64>| lengths.iter().map(|length| (length / interval).ceil()).sum::<f64>();
        let failed: f64 = single.lengths().iter().map(failed).sum();
        sheet.share(&label, "share of questions that fail", failing, failed as usize, single.sent() as usize);
    }
    sheet.close();
}
