//! Freshness points, the same with a cut-off, and how to set them: CH-01 to CH-05. In a scenario, freshness points are
//! a timeout of shift + interval after the sender's stamp.

use hbsim::statistics::special::normal_cdf;

use super::calculations::agrees;
use super::calculations::freshness::{Delay, Freshness, Wish, interval_by_law, interval_by_moments};
use super::experiment::Law::{Constant, Exponential, LogNormal};
use super::experiment::{Experiment, Law, push, s, timeout};
use super::mistaken::Expected;
use super::sheet::Sheet;

/// Does something with the delays of a law.
fn with_delay<R>(law: Law, act: impl FnOnce(&Delay<'_>) -> R) -> R {
    match law {
        Constant(value) => act(&Delay { longer: &|x| f64::from(u8::from(value > x)), jump: value }),
        Exponential(mean) => act(&Delay { longer: &|x| libm::exp(-x.max(0.0) / mean), jump: 0.0 }),
        LogNormal(mean, deviation) => {
            let variance = libm::log1p(deviation * deviation / (mean * mean));
            let (mu, sigma) = (libm::log(mean) - 0.5 * variance, variance.sqrt());
            let longer = |x: f64| if x <= 0.0 { 1.0 } else { normal_cdf((mu - libm::log(x)) / sigma) };
            act(&Delay { longer: &longer, jump: 0.0 })
        }
        _ => panic!("no table asks for {law:?}"),
    }
}

fn freshness(interval: f64, shift: f64) -> String {
    format!("{}, stamp = \"sent\"", timeout(shift + interval))
}

/// interval, shift, loss, latency; seconds from mistake to mistake, their length, accuracy
const CH_01: [(f64, f64, f64, Law, f64, f64, f64); 22] = [
    (1.0, 1.5, 0.1, Exponential(0.02), 111.1111, 0.631_111_1, 0.994_32),
    (0.5, 1.2, 0.05, Exponential(0.1), 1158.753, 0.187_412, 0.999_838_264),
    (2.0, 3.0, 0.2, Constant(0.05), 62.5, 1.55, 0.9752),
    (1.0, 0.7, 0.05, Exponential(0.6), 3.233_967, 0.504_827_2, 0.843_898_5),
    (1.0, 2.0, 0.1, LogNormal(0.05, 0.02), 111.1111, 0.161_111_1, 0.998_55),
    (0.2, 0.5, 0.1, Exponential(0.15), 13.620_93, 0.094_984_25, 0.993_026_6),
    (1.0, 0.0, 0.01, Exponential(0.02), 1.010_101, 0.030_101_01, 0.9702),
    (1.0, 0.02, 0.01, Exponential(0.02), 2.699_357, 0.046_459_09, 0.982_788_8),
    (1.0, 0.05, 0.01, Exponential(0.02), 11.067_88, 0.125_200_2, 0.988_688),
    (1.0, 0.1, 0.01, Exponential(0.02), 60.591_88, 0.565_932_8, 0.990_659_9),
    (1.0, 0.25, 0.01, Exponential(0.02), 100.9728, 0.779_820_7, 0.992_276_9),
    (1.0, 0.5, 0.01, Exponential(0.02), 101.0101, 0.530_101, 0.994_752),
    (1.0, 1.0, 0.01, Exponential(0.02), 101.0101, 0.030_101_01, 0.999_702),
    (1.0, 1.02, 0.01, Exponential(0.02), 269.9357, 0.046_459_09, 0.999_827_888_3),
    (1.0, 1.05, 0.01, Exponential(0.02), 1106.788, 0.125_200_2, 0.999_886_879_7),
    (1.0, 1.1, 0.01, Exponential(0.02), 6059.188, 0.565_932_8, 0.999_906_599_2),
    (1.0, 1.5, 0.01, Exponential(0.02), 10_101.01, 0.530_101, 0.999_947_52),
    (1.0, 2.0, 0.01, Exponential(0.02), 10_101.01, 0.030_101_01, 0.999_997_02),
    (1.0, 2.02, 0.01, Exponential(0.02), 26_993.57, 0.046_459_09, 0.999_998_278_9),
    (1.0, 2.05, 0.01, Exponential(0.02), 110_678.8, 0.125_200_2, 0.999_998_868_8),
    (1.0, 2.1, 0.01, Exponential(0.02), 605_918.8, 0.565_932_8, 0.999_999_066),
    (1.0, 2.5, 0.01, Exponential(0.02), 1_010_101.0, 0.530_101, 0.999_999_475_2),
];

/// Mistakes further apart than this are calculated only.
const SAMPLED: f64 = 7000.0;

/// So many seconds of a run as 250 mistakes take, or as many as so many intervals do.
fn horizon(interval: f64, recurrence: f64) -> f64 {
    const MOST: f64 = 25_000.0;
    f64::min(250.0 * recurrence, MOST * interval)
}

#[test]
fn ch_01_freshness_points_are_calculated() {
    for (interval, shift, loss, latency, recurrence, length, accuracy) in CH_01 {
        let label = format!("interval={interval} shift={shift} loss={loss} latency={latency:?}");
        let found = with_delay(latency, |delay| Freshness { interval, shift, loss, delay }.quality());
        agrees(&format!("{label} recurrence"), recurrence, found.recurrence);
        agrees(&format!("{label} length"), length, found.length);
        agrees(&format!("{label} inaccuracy"), accuracy, found.accuracy);
    }
}

#[test]
fn ch_01_freshness_points() {
    let mut sheet = Sheet::of("CH-01");
    for (seed, (interval, shift, loss, latency, recurrence, length, accuracy)) in (8101..).zip(CH_01) {
        if recurrence > SAMPLED {
            continue;
        }
        let (topology, detector) = (push(), freshness(interval, shift));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let mistakes = experiment.mistakes(shift + 20.0 * interval, horizon(interval, recurrence));
        let label = format!("interval={interval} shift={shift} loss={loss} latency={latency:?}");
        let expected = Expected { rate: 1.0 / recurrence, length, accuracy: Some(accuracy) };
        mistakes.compare(&mut sheet, &label, &expected, None);
    }
    sheet.close();
}

/// interval, shift, loss, latency; mean detection time, its deviation
const CH_03: [(f64, f64, f64, Law, f64, f64); 11] = [
    (1.0, 0.0, 0.01, Exponential(0.02), 0.495, 0.291_415_3),
    (1.0, 0.5, 0.01, Exponential(0.02), 0.991_237_5, 0.301_037_8),
    (1.0, 1.0, 0.01, Exponential(0.02), 1.489_95, 0.306_561_9),
    (1.0, 1.5, 0.01, Exponential(0.02), 1.989_912, 0.302_869_8),
    (1.0, 2.5, 0.01, Exponential(0.02), 2.989_899, 0.305_605_6),
    (1.0, 1.5, 0.1, Exponential(0.02), 1.891_125, 0.443_795_7),
    (0.5, 1.2, 0.05, Exponential(0.1), 1.423_698, 0.187_377_2),
    (2.0, 3.0, 0.2, Constant(0.05), 3.528, 1.141_09),
    (1.0, 0.7, 0.05, Exponential(0.6), 1.096_142, 0.414_617_1),
    (1.0, 2.0, 0.1, LogNormal(0.05, 0.02), 2.3895, 0.450_308_9),
    (0.2, 0.5, 0.1, Exponential(0.15), 0.575_727_7, 0.092_591_66),
];

/// A crash that was held true too early, and then not, because a beat was still on its way, counts from the crash.
#[test]
fn ch_03_detection_by_freshness_points() {
    let mut sheet = Sheet::of("CH-03");
    for (seed, (interval, shift, loss, latency, mean, sd)) in (8301..).zip(CH_03) {
        let label = format!("interval={interval} shift={shift} loss={loss} latency={latency:?}");
        let found = with_delay(latency, |delay| Freshness { interval, shift, loss, delay }.detection());
        agrees(&label, mean, found);
        let (topology, detector) = (push(), freshness(interval, shift));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss };
        let crashes = experiment.crashes(20, shift + 10.0);
        sheet.mean(&label, "mean; 0 if held dead before (s)", mean, crashes.mean, sd, crashes.count());
        let (bound, greatest) = (shift + interval, crashes.greatest());
        let bounds = (greatest - 2e-9, f64::INFINITY);
        sheet.within(&label, "greatest (s)", bound, greatest, bounds, crashes.count());
    }
    sheet.close();
}

/// cut-off, timeout; seconds from mistake to mistake, their length, accuracy. An interval of 1 s, a loss of 1 %,
/// exponential delays of 20 ms. Mistakes further apart than 7000 s are left out.
const CH_04: [(f64, f64, f64, f64, f64); 14] = [
    (0.08, 0.92, 1.028_947, 0.108_946_8, 0.894_118_1),
    (0.08, 1.02, 5.259_944, 0.158_351_9, 0.969_894_8),
    (0.08, 1.17, 36.575_05, 0.858_946_8, 0.976_515_5),
    (0.08, 1.42, 36.575_05, 0.608_946_8, 0.983_350_8),
    (0.08, 1.92, 36.575_05, 0.108_946_8, 0.997_021_3),
    (0.08, 2.02, 186.9705, 0.158_351_9, 0.999_153_064_8),
    (0.08, 2.42, 1300.1, 0.608_946_8, 0.999_531_615_5),
    (0.08, 2.92, 1300.1, 0.108_946_8, 0.999_916_201_2),
    (0.16, 0.84, 1.010_44, 0.170_44, 0.831_321),
    (0.16, 0.94, 1.035_628, 0.072_667_18, 0.929_832_8),
    (0.16, 1.09, 65.1657, 0.618_917_1, 0.990_502_4),
    (0.16, 1.34, 97.796_11, 0.670_44, 0.993_144_5),
    (0.16, 1.84, 97.796_11, 0.170_44, 0.998_257_2),
    (0.16, 1.94, 100.234, 0.072_667_18, 0.999_275_024_5),
];

#[test]
fn ch_04_a_timeout_with_a_cut_off() {
    let mut sheet = Sheet::of("CH-04");
    for (seed, (cutoff, after, recurrence, length, accuracy)) in (8401..).zip(CH_04) {
        let detector = format!("{}, cutoff = {}", timeout(after), s(cutoff));
        let (topology, latency) = (push(), Exponential(0.02));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss: 0.01 };
        let mistakes = experiment.mistakes(20.0, horizon(1.0, recurrence));
        let label = format!("interval=1 timeout={after} cutoff={cutoff} loss=0.01 latency={latency:?}");
        let expected = Expected { rate: 1.0 / recurrence, length, accuracy: Some(accuracy) };
        mistakes.compare(&mut sheet, &label, &expected, None);
    }
    sheet.close();
}

/// What is asked for: detection, recurrence, length of mistakes; loss, mean delay; the longest interval by the law of
/// delays, and by mean and variance alone; length of the mistakes that are left
const CH_05: [([f64; 3], f64, f64, f64, f64, f64); 3] = [
    ([30.0, 2_592_000.0, 60.0], 0.01, 0.02, 9.976_436, 9.954_531, 2.593_82),
    ([10.0, 86_400.0, 60.0], 0.01, 0.02, 3.326_931, 3.318_08, 0.105_906),
    ([5.0, 3600.0, 10.0], 0.05, 0.05, 1.634_897, 1.607_195, 0.475_078),
];

#[test]
fn ch_05_interval_and_shift_follow_from_what_is_asked_for() {
    for ([detection, recurrence, length], loss, mean, by_law, by_moments, left) in CH_05 {
        let (wish, latency) = (Wish { detection, recurrence, length }, Exponential(mean));
        let interval = with_delay(latency, |delay| interval_by_law(wish, loss, delay));
        agrees("interval by the law", by_law, interval);
        agrees("interval by moments", by_moments, interval_by_moments(wish, loss, (mean, mean * mean)));
        let shift = detection - interval;
        let found = with_delay(latency, |delay| Freshness { interval, shift, loss, delay }.quality());
        agrees("recurrence", recurrence, found.recurrence);
        // This figure is published with six digits.
        assert!((found.length - left).abs() < 5e-6 * left, "length: {left}, not {}", found.length);
    }
    let wish = Wish { detection: 30.0, recurrence: 2_592_000.0, length: 60.0 };
    agrees("a variance of its own", 9.709_804, interval_by_moments(wish, 0.01, (0.02, 0.02)));
}

/// The last of these, which can be sampled: what comes out is what was asked for.
#[test]
fn ch_05_what_was_asked_for_comes_out() {
    let ([detection, recurrence, _], loss, mean, interval, _, length) = CH_05[2];
    let mut sheet = Sheet::of("CH-05");
    let (topology, detector) = (push(), freshness(interval, detection - interval));
    let latency = Exponential(mean);
    let experiment = Experiment { seed: 8501, interval, topology, detector, latency, loss };
    let label = format!("interval={interval} shift={} loss={loss} latency={latency:?}", detection - interval);
    let mistakes = experiment.mistakes(20.0 * interval, 25.0 * recurrence);
    let expected = Expected { rate: 1.0 / recurrence, length, accuracy: None };
    mistakes.compare(&mut sheet, &label, &expected, None);
    let crashes = experiment.crashes(20, detection + 10.0);
    let greatest = crashes.greatest();
    let bounds = (greatest - 2e-9, f64::INFINITY);
    sheet.within(&label, "greatest detection (s)", detection, greatest, bounds, crashes.count());
    sheet.close();
}
