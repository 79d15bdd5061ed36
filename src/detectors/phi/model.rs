//! What φ a silence has, and which silence has a given φ.

use core::f64::consts::LN_10;

use serde::Serialize;

use crate::statistics::special::{log_normal_tail, normal_quantile_of_depth, student_cdf};

/// By which law gaps between beats are taken to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// A normal law with the mean and deviation of the gaps: its tail, to full precision.
    Normal,
    /// What Akka computes instead: a logistic curve through an approximation of the normal law. From 3
    /// deviations on it departs from that: what the normal law calls φ = 8 it calls 9.3, and 10 it calls
    /// 12.3.
    ///
    /// Akka first takes e = exp(−y(1.5976 + 0.070566 y²)), which is too small for a double from y = 21.6 on,
    /// so that there φ jumps from 323.6 to infinity. Here it does not: φ and its inverse are exact
    /// everywhere. So for thresholds above 323.6, and for no others, Akka suspects sooner, at 21.6
    /// deviations.
    Logistic,
    /// An exponential law with the mean of the gaps, as in Cassandra: no deviation is learnt.
    Exponential,
}

impl Model {
    /// Whether the deviation of gaps matters.
    pub fn has_deviation(self) -> bool {
        self != Model::Exponential
    }

    /// φ of a silence that lasts `silence` so far, where gaps have this mean and deviation; all in the same
    /// unit.
    pub fn phi(self, silence: f64, mean: f64, deviation: f64) -> f64 {
        if self == Model::Exponential {
            return silence / (mean * LN_10);
        }
        if deviation == 0.0 {
            return if silence > mean { f64::INFINITY } else { 0.0 };
        }
        let y = (silence - mean) / deviation;
        match self {
            Model::Normal => -log_normal_tail(y) / LN_10,
            _ => {
                // The logarithm of 1 + exp(exponent), without computing what may not fit into a double.
                let exponent = logistic_exponent(y).0;
                (exponent.max(0.0) + libm::log1p(libm::exp(-exponent.abs()))) / LN_10
            }
        }
    }

    /// How many deviations after the mean φ gets to `threshold`; how many means after the last beat, where
    /// only the mean matters. Finite however large the threshold.
    pub fn factor(self, threshold: f64) -> f64 {
        /// Where the cube of what is searched still fits into a double. Nothing beyond is told apart.
        const DEEPEST: f64 = 1e300;
        let depth = (threshold * LN_10).min(DEEPEST);
        match self {
            Model::Normal => normal_quantile_of_depth(depth),
            // The logarithm of 10^threshold − 1, without computing what may not fit into a double.
            Model::Logistic if depth < 1.0 => logistic_root(libm::log(libm::expm1(depth))),
            Model::Logistic => logistic_root(depth + libm::log1p(-libm::exp(-depth))),
            Model::Exponential => depth,
        }
    }

    /// The chance that a gap makes its subject suspect, where it and the last `window` gaps before it are
    /// drawn independently from the very law that `self` takes them for, and no pause or least deviation
    /// helps.
    ///
    /// It is more than 10 to the power of −`threshold`, because mean and deviation are estimates: for a
    /// normal law the gap follows Student's law instead (Hahn, "Factors for calculating two-sided prediction
    /// intervals", 1969).
    pub fn false_alarm(self, threshold: f64, window: u32) -> f64 {
        let (factor, count) = (self.factor(threshold), f64::from(window));
        if self.has_deviation() {
            let t = factor * ((count - 1.0) / (count + 1.0)).sqrt();
            student_cdf(-t, count - 1.0)
        } else {
            libm::exp(-count * libm::log1p(factor / count))
        }
    }
}

/// Akka's y(1.5976 + 0.070566 y²), and its slope.
fn logistic_exponent(y: f64) -> (f64, f64) {
    const LINEAR: f64 = 1.5976;
    const CUBIC: f64 = 0.070_566;
    (y * (LINEAR + CUBIC * y * y), LINEAR + 3.0 * CUBIC * y * y)
}

/// The y whose exponent this is. The curve is odd and gets steeper away from zero, so Newton's method from
/// beyond the root comes nearer with every step, until there is no nearer number.
fn logistic_root(exponent: f64) -> f64 {
    /// Far more than it takes.
    const MOST_STEPS: u32 = 100;
    let target = exponent.abs();
    let mut y = libm::cbrt(target / 0.070_566).min(target / 1.5976);
    for _ in 0..MOST_STEPS {
        let (found, slope) = logistic_exponent(y);
        let next = y - (found - target) / slope;
        if next >= y || next <= 0.0 {
            break;
        }
        y = next;
    }
    y.copysign(exponent)
}

#[cfg(test)]
mod tests;
