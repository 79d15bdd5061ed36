//! How often a beat comes too late by chance, where gaps are drawn independently from the law that the model
//! takes them for. (Senders that beat at a fixed rate have no such gaps; those are compared through the
//! program.)

use rand_distr::{Distribution, StandardNormal};

use super::tests::phi;
use super::*;
use crate::engine::random::{Purpose, Stream, Streams};

/// The law of gaps: mean and deviation of a normal one, or the mean of an exponential one, in seconds.
#[derive(Clone, Copy, Debug)]
enum Law {
    Normal(f64, f64),
    Exponential(f64),
}
use Law::{Exponential, Normal};

impl Law {
    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Normal(mean, deviation) => {
                let z: f64 = StandardNormal.sample(stream);
                mean + deviation * z
            }
            Exponential(mean) => -mean * libm::log1p(-stream.unit()),
        }
    }

    /// The detector that takes gaps to come like this.
    fn judged_by(self, keys: &str) -> Phi {
        let model = match self {
            Normal(..) => "'normal'\nmin_deviation = '0s'",
            Exponential(_) => "'exponential'",
        };
        phi(&format!("model = {model}\n{keys}"))
    }
}

fn assert_within(errors: f64, found: f64, known: f64, error: f64, what: &str) {
    assert!((found - known).abs() <= errors * error, "{what}: {found} ± {error}, not {known}");
}

/// law, threshold; gaps too long, seconds from one such to the next, seconds by which they are too long
const PH_04: [(Law, f64, [f64; 3]); 6] = [
    (Normal(1.0, 0.1), 1.0, [0.1, 10.0, 0.047_343_18]),
    (Normal(1.0, 0.1), 2.0, [0.01, 100.0, 0.033_886_63]),
    (Normal(1.0, 0.1), 3.0, [0.001, 1000.0, 0.027_685_78]),
    (Exponential(1.0), 1.0, [0.1, 10.0, 1.0]),
    (Exponential(1.0), 2.0, [0.01, 100.0, 1.0]),
    (Exponential(2.0), 3.0, [0.001, 2000.0, 2.0]),
];

#[test]
fn ph_04_a_threshold_is_a_number_of_nines_where_mean_and_deviation_are_known() {
    const GAPS: u32 = 2_000_000;
    for (row, (law, threshold, [share, recurrence, excess])) in (0..).zip(PH_04) {
        let (mean, deviation) = match law {
            Normal(mean, deviation) => (mean, deviation),
            Exponential(mean) => (mean, 0.0),
        };
        let borne = law.judged_by(&format!("threshold = {threshold:?}")).patience(mean, deviation).seconds();
        let mut stream = Streams::new(4, 0).of(Purpose::Latency).at(row, 0);
        let (mut passed, mut count, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..GAPS {
            let gap = law.draw(&mut stream);
            passed += gap;
            if gap > borne {
                count += 1.0;
                sum += gap - borne;
                squares += (gap - borne) * (gap - borne);
            }
        }
        let (all, what) = (f64::from(GAPS), format!("{law:?} at {threshold}"));
        assert_within(4.0, count / all, share, (share / all).sqrt(), &what);
        assert_within(4.0, passed / count, recurrence, recurrence / (share * all).sqrt(), &what);
        let (found, square): (f64, f64) = (sum / count, squares / count);
        assert_within(4.0, found, excess, ((square - found * found) / count).sqrt(), &what);
    }
}

/// law, gaps in the window, threshold; gaps too long, and how many gaps to draw: none where it would take too
/// many
const PH_05: [(Law, u32, f64, f64, u32); 11] = [
    (Normal(1.0, 0.1), 10, 2.0, 0.032_334_76, 300_000),
    (Normal(1.0, 0.1), 10, 3.0, 0.010_437_51, 300_000),
    (Normal(1.0, 0.1), 100, 3.0, 0.001_426_432, 1_000_000),
    (Normal(1.0, 0.1), 1000, 3.0, 0.001_038_314, 1_000_000),
    (Normal(1.0, 0.1), 100, 8.0, 1.164_738e-7, 0),
    (Normal(1.0, 0.1), 1000, 8.0, 1.336_248e-8, 0),
    (Exponential(1.0), 10, 3.0, 0.005_237_698, 300_000),
    (Exponential(1.0), 100, 3.0, 0.001_256_258, 1_000_000),
    (Exponential(1.0), 1000, 3.0, 0.001_024_033, 1_000_000),
    (Exponential(1.0), 1000, 8.0, 1.182_47e-8, 0),
    (Exponential(1.0), 100, 8.0, 4.541_974e-8, 0),
];

#[test]
fn ph_05_what_was_learnt_from_few_gaps_promises_too_much() {
    for (law, window, threshold, share, _) in PH_05 {
        let model = law.judged_by("").model;
        let found = model.false_alarm(threshold, window);
        assert!(
            (found - share).abs() < 1e-6 * share,
            "{law:?} {window} {threshold}: {found:e}, not {share:e}"
        );
    }
}

/// Windows overlap, so gaps that are too long come together: what is left to chance is taken from batches.
#[test]
fn ph_05_a_detector_makes_as_many_mistakes_as_that() {
    const BATCHES: u32 = 50;
    for (row, (law, window, threshold, share, gaps)) in (0..).zip(PH_05).filter(|(_, row)| row.4 > 0) {
        let judge = law.judged_by(&format!("window = {window}\nthreshold = {threshold:?}"));
        let mut stream = Streams::new(5, 0).of(Purpose::Latency).at(row, 0);
        let (mut memory, mut now) = (judge.begin(Time::ZERO), Time::ZERO);
        let mut beat = || {
            now += Span::from_seconds(law.draw(&mut stream));
            let too_late = now > judge.deadline(&memory);
            judge.heard(&mut memory, Arrival { sent: now, arrived: now, counted: now, since: now });
            too_late
        };
        // The estimates leave the window.
        for _ in 0..window + 2 {
            beat();
        }
        let of_each = gaps / BATCHES;
        let shares: Vec<f64> = (0..BATCHES)
            .map(|_| (0..of_each).filter(|_| beat()).count() as f64 / f64::from(of_each))
            .collect();
        let batches = f64::from(BATCHES);
        let mean = shares.iter().sum::<f64>() / batches;
        let variance =
            shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / (batches - 1.0);
        let what = format!("{law:?} {window} {threshold}");
        assert_within(4.0, mean, share, (variance / batches).sqrt(), &what);
    }
}
