//! The phi accrual detector: how improbable a silence must be, and how often one is as improbable as that.
//!
//! Where the parameters of its law are right, a silence is suspected with probability 10^−φ, by definition.
//! Where they are learnt from a window of W gaps, the tail is that of Student's t (or, for the exponential
//! law, a power), which is the heavier the shorter the window. And where gaps do not follow its law, because
//! the network has one of its own and beats are lost, it is a timeout like any other: the mean gap, the pause
//! that is accepted, and so many deviations.

use crate::statistics::special::{normal_cdf, normal_quantile, student_cdf};

/// By what law gaps between beats are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// A normal law.
    Normal,
    /// A logistic curve near it, as Akka computes it.
    Logistic,
    /// An exponential law, which has a mean and nothing else, as Cassandra has it.
    Exponential,
}

/// A phi accrual detector, in plain numbers; times in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Accrual {
    /// The threshold of φ.
    pub threshold: f64,
    /// By what law gaps are judged.
    pub model: Model,
    /// How many gaps are learnt from.
    pub window: u32,
    /// The mean gap, as it is learnt in the long run.
    pub mean: f64,
    /// The deviation of gaps, as it is learnt in the long run.
    pub deviation: f64,
    /// The least deviation that is believed.
    pub min_deviation: f64,
    /// What is added to the mean.
    pub acceptable_pause: f64,
}

impl Accrual {
    /// The silence that it bears once it has learnt, if its window is long.
    pub fn timeout(&self) -> f64 {
        let factor = self.model.factor(self.threshold);
        self.acceptable_pause
            + match self.model {
                Model::Exponential => factor * self.mean,
                _ => self.mean + factor * self.deviation.max(self.min_deviation),
            }
    }
}

impl Model {
    /// The model of this name in a scenario.
    pub fn named(word: &str) -> Option<Model> {
        match word {
            "normal" => Some(Model::Normal),
            "logistic" => Some(Model::Logistic),
            "exponential" => Some(Model::Exponential),
            _ => None,
        }
    }

    /// How many deviations above the mean φ crosses the threshold; of the exponential law, how many means
    /// above nothing.
    pub fn factor(self, threshold: f64) -> f64 {
        match self {
            Model::Normal => -normal_quantile(right(threshold)),
            Model::Logistic => logistic_factor(threshold),
            Model::Exponential => threshold * core::f64::consts::LN_10,
        }
    }

    /// The probability that a gap is suspected where mean and deviation are learnt from the `window` gaps
    /// before it, and gaps follow the model: for the logistic curve, the normal law that it stands for.
    pub fn learnt(self, threshold: f64, window: u32) -> f64 {
        let count = f64::from(window);
        match self {
            Model::Exponential => {
                let factor = self.factor(threshold);
                libm::exp(-count * libm::log1p(factor / count))
            }
            // The deviation of a window is that of its values, without correction for their number.
            _ if window < 2 => 0.5,
            _ => {
                let t = self.factor(threshold) * ((count - 1.0) / (count + 1.0)).sqrt();
                student_cdf(-t, count - 1.0)
            }
        }
    }

    /// The mean length of a mistake where gaps follow the model with this mean and deviation, and nothing is
    /// lost.
    pub fn mistake(self, threshold: f64, mean: f64, deviation: f64) -> f64 {
        if self == Model::Exponential {
            return mean;
        }
        let factor = self.factor(threshold);
        let density = libm::exp(-0.5 * factor * factor) / (2.0 * core::f64::consts::PI).sqrt();
        deviation * (density / normal_cdf(-factor) - factor)
    }
}

/// The probability that a gap is suspected where the parameters are right: 10^−φ.
pub fn right(threshold: f64) -> f64 {
    libm::exp(-threshold * core::f64::consts::LN_10)
}

/// The y with y · (1.5976 + 0.070566 y²) = ln(10^φ − 1): where Akka's curve crosses the threshold.
fn logistic_factor(threshold: f64) -> f64 {
    const LINEAR: f64 = 1.5976;
    const CUBIC: f64 = 0.070_566;
    let power = threshold * core::f64::consts::LN_10;
    let goal = power + libm::log1p(-libm::exp(-power));
    // The cubic rises everywhere and has one root: Cardano's.
    let (third, half) = (LINEAR / (3.0 * CUBIC), goal / (2.0 * CUBIC));
    let root = (half * half + third * third * third).sqrt();
    libm::cbrt(root + half) - libm::cbrt(root - half)
}

#[cfg(test)]
mod tests {
    use super::Model::{Exponential, Logistic, Normal};
    use super::*;

    fn agrees(what: &str, found: f64, known: f64) {
        assert!((found - known).abs() <= 1e-6 * known.abs(), "{what}: {found}, not {known}");
    }

    /// threshold; deviations of the normal law and of Akka's curve, means of the exponential law
    const PH_02: [(f64, [f64; 3]); 11] = [
        (0.5, [0.478_273_5, 0.477_88, 1.151_293]),
        (1.0, [1.281_552, 1.282_215, core::f64::consts::LN_10]),
        (2.0, [2.326_348, 2.322_746, 4.605_17]),
        (3.0, [3.090_232, 3.058_938, 6.907_755]),
        (4.0, [3.719_016, 3.638_11, 9.210_34]),
        (5.0, [4.264_891, 4.119_191, 11.512_93]),
        (6.0, [4.753_424, 4.533_127, 13.815_51]),
        (8.0, [5.612_001, 5.225_987, 18.420_68]),
        (10.0, [6.361_341, 5.799_025, 23.025_85]),
        (12.0, [7.034_484, 6.292_124, 27.631_02]),
        (16.0, [8.222_082, 7.119_681, 36.841_36]),
    ];

    #[test]
    fn ph_02_where_the_threshold_is_crossed() {
        for (threshold, known) in PH_02 {
            for (model, known) in [Normal, Logistic, Exponential].into_iter().zip(known) {
                agrees(&format!("{model:?}, {threshold}"), model.factor(threshold), known);
            }
        }
    }

    /// model, mean, deviation, threshold; mistakes per beat, time from one to the next, length
    const PH_04: [(Model, f64, f64, f64, f64, f64, f64); 8] = [
        (Normal, 1.0, 0.1, 1.0, 0.1, 10.0, 0.047_343_18),
        (Normal, 1.0, 0.1, 2.0, 0.01, 100.0, 0.033_886_63),
        (Normal, 1.0, 0.1, 3.0, 0.001, 1000.0, 0.027_685_78),
        (Exponential, 1.0, 1.0, 1.0, 0.1, 10.0, 1.0),
        (Exponential, 1.0, 1.0, 2.0, 0.01, 100.0, 1.0),
        (Exponential, 2.0, 2.0, 3.0, 0.001, 2000.0, 2.0),
        // Normal delays with a deviation of 0.05: gaps have √2 times that.
        (Normal, 1.0, 0.05 * core::f64::consts::SQRT_2, 1.0, 0.1, 10.0, 0.033_476_68),
        (Normal, 1.0, 0.05 * core::f64::consts::SQRT_2, 2.0, 0.01, 100.0, 0.023_961_47),
    ];

    #[test]
    fn ph_04_mistakes_where_the_model_is_right() {
        for (model, mean, deviation, threshold, per_beat, recurrence, length) in PH_04 {
            let label = format!("{model:?}, {deviation}, {threshold}");
            agrees(&label, right(threshold), per_beat);
            agrees(&label, mean / right(threshold), recurrence);
            agrees(&label, model.mistake(threshold, mean, deviation), length);
        }
    }

    /// model, window, threshold; mistakes per beat
    const PH_05: [(Model, u32, f64, f64); 11] = [
        (Normal, 10, 2.0, 0.032_334_76),
        (Normal, 10, 3.0, 0.010_437_51),
        (Normal, 100, 3.0, 0.001_426_432),
        (Normal, 1000, 3.0, 0.001_038_314),
        (Normal, 100, 8.0, 1.164_738e-7),
        (Normal, 1000, 8.0, 1.336_248e-8),
        (Exponential, 10, 3.0, 0.005_237_698),
        (Exponential, 100, 3.0, 0.001_256_258),
        (Exponential, 1000, 3.0, 0.001_024_033),
        (Exponential, 1000, 8.0, 1.182_47e-8),
        (Exponential, 100, 8.0, 4.541_974e-8),
    ];

    #[test]
    fn ph_05_mistakes_where_the_parameters_are_learnt() {
        for (model, window, threshold, per_beat) in PH_05 {
            let found = model.learnt(threshold, window);
            agrees(&format!("{model:?}, {window}, {threshold}"), found, per_beat);
        }
        // The longer the window, the nearer to 10^−φ, down to where a double would have lost it beside 1.
        for model in [Normal, Exponential] {
            let found = model.learnt(20.0, 1 << 30);
            assert!((found / 1e-20 - 1.0).abs() < 1e-4, "{model:?}: {found:e}");
        }
    }

    /// threshold, interval, pause, least deviation, all in seconds; timeout after a regular history
    const PH_03: [(f64, f64, f64, f64, f64); 6] = [
        (8.0, 1.0, 3.0, 0.1, 4.522_599),
        (10.0, 1.0, 3.0, 0.1, 4.579_902),
        (12.0, 1.0, 3.0, 0.1, 4.629_212),
        (8.0, 1.0, 0.0, 0.1, 1.522_599),
        (8.0, 1.0, 10.0, 0.1, 11.522_6),
        (12.0, 2.0, 4.0, 0.2, 7.258_425),
    ];

    #[test]
    fn ph_03_timeouts_after_a_regular_history() {
        for (threshold, mean, acceptable_pause, min_deviation, known) in PH_03 {
            let (model, window, deviation) = (Logistic, 1000, 0.0);
            let accrual =
                Accrual { threshold, model, window, mean, deviation, min_deviation, acceptable_pause };
            agrees(&format!("{accrual:?}"), accrual.timeout(), known);
        }
    }
}
