//! Silence judged by phi accrual: PH-04 where delays are normal, PH-06. What gaps drawn by themselves and
//! single silences say is in `src/detectors/phi/`.

use super::experiment::Law::{Constant, Written};
use super::experiment::{Experiment, push, s};
use super::mistaken::Expected;
use super::sheet::Sheet;

/// interval, least deviation, threshold, model, latency; mean and greatest detection time
const PH_06: [(f64, Option<f64>, f64, &str, f64, f64, f64); 5] = [
    (1.0, Some(0.1), 8.0, "normal", 0.05, 1.1112, 1.6112),
    (1.0, Some(0.1), 8.0, "logistic", 0.05, 1.072599, 1.572599),
    (1.0, None, 8.0, "exponential", 0.05, 17.97068, 18.47068),
    (1.0, None, 12.0, "exponential", 0.05, 27.18102, 27.68102),
    (5.0, Some(0.5), 3.0, "normal", 0.1, 4.145116, 6.645116),
];

#[test]
fn ph_06_gaps_that_never_differ() {
    /// The known answers have seven digits.
    const LAST_DIGIT: f64 = 1e-5;
    let mut sheet = Sheet::of("PH-06");
    for (seed, (interval, least, threshold, model, latency, mean, greatest)) in (2801..).zip(PH_06) {
        let least = least.map_or(String::new(), |least| format!(", min_deviation = {}", s(least)));
        let detector = format!("kind = \"phi\", model = \"{model}\", threshold = {threshold:?}{least}");
        let label = format!("interval={interval} latency={latency} {}", detector.replace('"', ""));
        let topology = push();
        let experiment =
            Experiment { seed, interval, topology, detector, latency: Constant(latency), loss: 0.0 };
        // So many beats that the first estimate, a quarter of an interval off, no longer matters.
        let crashes = experiment.crashes(20, greatest + 10.0);
        let (sd, count) = (interval / 12f64.sqrt(), crashes.count());
        sheet.mean(&label, "mean (s)", mean, crashes.mean, sd, count);
        let seen = crashes.greatest();
        // A hard bound, to which 100 000 crashes come near.
        let near = (seen - LAST_DIGIT, seen + interval / 2000.0);
        sheet.within(&label, "greatest (s)", greatest, seen, near, count);
    }
    sheet.close();
}

/// threshold; mistakes per second, mean length in seconds. Beats come every second with normal delays.
const PH_04: [(f64, f64, f64); 2] = [(1.0, 0.1, 0.03347668), (2.0, 0.01, 0.02396147)];

/// Two delays that differ by chance make a gap that deviates √2 times as much as one of them, and gaps of
/// which two that follow one another differ the other way. The detector knows neither, and learns the
/// deviation.
#[test]
fn ph_04_delays_that_are_normal() {
    /// Gaps from which the deviation is learnt before anything counts.
    const HISTORY: f64 = 20_000.0;
    let mut sheet = Sheet::of("PH-04");
    for (seed, (threshold, rate, length)) in (2901..).zip(PH_04) {
        let detector = format!(
            "kind = \"phi\", threshold = {threshold:?}, window = 1000000, min_deviation = \"0s\", outages = \"learn\""
        );
        let latency = Written(r#"{ kind = "normal", mean = "300ms", deviation = "50ms" }"#);
        let experiment = Experiment { seed, interval: 1.0, topology: push(), detector, latency, loss: 0.0 };
        let mistakes = experiment.mistakes(HISTORY, 250.0 / rate);
        let label = format!("interval=1 delay=normal(0.3, 0.05) threshold={threshold}");
        mistakes.compare_per_beat(&mut sheet, &label, rate);
        mistakes.compare(&mut sheet, &label, &Expected { rate, length, accuracy: None }, None);
    }
    sheet.close();
}
