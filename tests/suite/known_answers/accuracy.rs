//! How often and for how long a living node is held dead, when nodes push their beats: FT-08 with FT-15, FT-09,
//! FT-16.

use super::experiment::Law::{Constant, Exponential, LogNormal, Uniform};
use super::experiment::{Experiment, Law, misses, push, push_together, s, timeout};
use super::mistaken::Expected;
use super::sheet::Sheet;

/// Whether a silence exactly as long as the timeout is suspect.
#[derive(Clone, Copy, Debug)]
enum Silence {
    /// No: only longer ones.
    Longer,
    /// Yes, and the look comes before a beat that arrives at that very instant.
    AsLong,
}
use Silence::{AsLong, Longer};

/// interval, timeout, loss, reading; mistakes per second, mean and deviation of their length, accuracy; mean and deviation
/// of a good period, mean of the rest of a good period
const FT_08: [(f64, f64, f64, Silence, f64, (f64, f64), f64, [f64; 3]); 11] = [
    (1.0, 3.0, 0.1, Longer, 0.0009, (1.111111, 0.3513642), 0.999, [1110.0, 1107.606, 1107.608]),
    (1.0, 3.0, 0.1, AsLong, 0.009, (0.1111111, 0.3513642), 0.999, [111.0, 108.5818, 108.6081]),
    (1.0, 2.5, 0.1, Longer, 0.009, (0.6111111, 0.3513642), 0.9945, [110.5, 108.5818, 108.5984]),
    (1.0, 3.0, 0.3, Longer, 0.0189, (1.428571, 0.7824608), 0.973, [51.48148, 49.27972, 49.32681]),
    (1.0, 3.0, 0.3, AsLong, 0.063, (0.4285714, 0.7824608), 0.973, [15.44444, 13.11394, 13.28977]),
    (2.0, 8.0, 0.25, Longer, 0.001464844, (2.666667, 1.333333), 0.9960938, [680.0, 673.6052, 673.6353]),
    (2.0, 8.0, 0.25, AsLong, 0.005859375, (0.6666667, 1.333333), 0.9960938, [170.0, 163.5115, 163.6353]),
    (1.0, 2.0, 0.05, Longer, 0.002375, (1.052632, 0.2353756), 0.9975, [420.0, 418.5451, 418.5476]),
    (1.0, 2.0, 0.05, AsLong, 0.0475, (0.05263158, 0.2353756), 0.9975, [21.0, 19.49359, 19.54762]),
    (5.0, 15.0, 0.2, Longer, 0.00128, (6.25, 2.795085), 0.992, [775.0, 763.5444, 763.629]),
    (5.0, 15.0, 0.2, AsLong, 0.0064, (1.25, 2.795085), 0.992, [155.0, 143.1782, 143.629]),
];

#[test]
fn ft_08_a_timeout_when_beats_are_lost() {
    /// A look comes one tick of the clock after its deadline. To come before a beat that arrives when the
    /// silence is as long as the timeout, it needs two.
    const TWO_TICKS: f64 = 2e-9;
    let mut sheet = Sheet::of("FT-08");
    for (seed, (interval, silence, loss, reading, rate, (length, sd), accuracy, good)) in (801..).zip(FT_08) {
        let after = match reading {
            Longer => silence,
            AsLong => silence - TWO_TICKS,
        };
        let (topology, detector, latency) = (push(), timeout(after), Constant(0.01));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let mistakes = experiment.mistakes(silence + 20.0 * interval, 300.0 / rate);
        let label = format!("interval={interval} timeout={silence} loss={loss} reading={reading:?}");
        let expected = Expected { rate, length, accuracy: Some(accuracy) };
        mistakes.compare(&mut sheet, &label, &expected, Some(sd));
        let [mean, deviation, left] = good;
        mistakes.compare_good_periods(&mut sheet, &label, mean, deviation, left);
    }
    sheet.close();
}

/// interval, timeout, loss, latency; mistakes per beat received, mistakes per second, length, accuracy
const FT_09: [(f64, f64, f64, Law, f64, f64, f64, f64); 8] = [
    (1.0, 2.0, 0.01, Exponential(0.02), 0.00505, 0.0049995, 0.03960596, 0.99980199),
    (1.0, 2.0, 0.1, Exponential(0.02), 0.055, 0.0495, 0.2183838, 0.98919),
    (1.0, 3.0, 0.1, Exponential(0.05), 0.0055, 0.00495, 0.2429293, 0.9987975),
    (1.0, 1.05, 0.01, Exponential(0.02), 0.05063207, 0.05012575, 0.205673, 0.9896905),
    (2.0, 4.0, 0.1, LogNormal(0.05, 0.02), 0.055, 0.02475, 0.4216065, 0.9895652),
    (1.0, 1.1, 0.02, Uniform(0.01, 0.2), 0.1299446, 0.1273457, 0.1670443, 0.9787276),
    (1.0, 1.0, 0.01, Exponential(0.02), 0.505, 0.49995, 0.03960596, 0.980199),
    (1.0, 2.03, 0.05, Uniform(0.0, 0.1), 0.0141375, 0.01343063, 0.2000439, 0.9973133),
];

#[test]
fn ft_09_a_timeout_when_beats_are_lost_or_late() {
    let mut sheet = Sheet::of("FT-09");
    for (seed, (interval, after, loss, latency, per_beat, rate, length, accuracy)) in (901..).zip(FT_09) {
        let (topology, detector) = (push(), timeout(after));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let mistakes =
            experiment.mistakes(after + 20.0 * interval, f64::max(300.0 / rate, 40_000.0 * interval));
        let label = format!("interval={interval} timeout={after} loss={loss} latency={latency:?}");
        mistakes.compare_per_beat(&mut sheet, &label, per_beat);
        mistakes.compare(&mut sheet, &label, &Expected { rate, length, accuracy: Some(accuracy) }, None);
    }
    sheet.close();
}

/// interval, misses, loss, time from an arrival to the next tick; mistakes per second, mean and deviation of their length
const FT_16: [(f64, u32, f64, f64, f64, (f64, f64)); 4] = [
    (1.0, 3, 0.1, 0.5, 0.0009, (0.6111111, 0.3513642)),
    (5.0, 3, 0.2, 2.5, 0.00128, (3.75, 2.795085)),
    (1.0, 2, 0.05, 0.2, 0.002375, (0.8526316, 0.2353756)),
    (10.0, 4, 0.3, 5.0, 0.000567, (9.285714, 7.824608)),
];

#[test]
fn ft_16_ticks_that_count_misses_when_beats_are_lost() {
    const LATENCY: f64 = 0.01;
    let mut sheet = Sheet::of("FT-16");
    for (seed, (interval, count, loss, offset, rate, (length, sd))) in (1601..).zip(FT_16) {
        // Beats are sent at multiples of the interval, so they arrive a latency later.
        let detector = format!("{}, counted = \"ticks\", phase = {}", misses(count), s(LATENCY + offset));
        let (topology, latency) = (push_together(), Constant(LATENCY));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let mistakes = experiment.mistakes(20.0 * interval, 250.0 / rate);
        let label = format!("interval={interval} misses={count} loss={loss} tick after={offset}");
        mistakes.compare(&mut sheet, &label, &Expected { rate, length, accuracy: None }, Some(sd));
    }
    sheet.close();
}
