//! Means and ratios over replications, with Student intervals.
//!
//! Replications are independent by construction (each has its own random
//! stream), so their spread is all that an interval needs.

use super::special::student_quantile;
use super::{Estimate, Interval, TAIL};

/// The mean over replications and its 95 % Student interval with `R - 1`
/// degrees of freedom (A. M. Law, "Simulation Modeling and
/// Analysis").
///
/// `None` without values. One value is an estimate without an interval; equal
/// values have an interval of zero width.
#[must_use]
pub fn mean(values: &[f64]) -> Option<Estimate> {
    let first = *values.first()?;
    let size = values.len() as f64;
    // Summing the distances from the first value makes the mean of equal
    // values exact, so that they have no spread at all.
    let value = first + sum(values.iter().map(|v| v - first)) / size;
    let squares = sum(values.iter().map(|v| (v - value) * (v - value)));
    let variance = squares / (size * (size - 1.0));
    Some(Estimate { value, interval: student_interval(value, variance, values.len()) })
}

/// The ratio `Σx / Σn` over replications `(x_r, n_r)` and its 95 % Student
/// interval with `R - 1` degrees of freedom.
///
/// The ratio of sums weighs each unit of `n` alike, where a mean of ratios
/// would let a replication with little evidence speak as loudly as one with
/// much. Replications with `n_r = 0` count in `R`: that they saw nothing is
/// part of the spread. `None` when `Σn` is 0.
///
/// A share of exactly 0 or 1 has no spread and hence a zero-width interval,
/// which is too good to be true: ask [`rate`](super::rate()) about rare things.
#[must_use]
pub fn ratio(pairs: &[(f64, f64)]) -> Option<Estimate> {
    let units = sum(pairs.iter().map(|&(_, n)| n));
    if units == 0.0 || units.is_nan() {
        return None;
    }
    let value = sum(pairs.iter().map(|&(x, _)| x)) / units;
    let variance = ratio_variance(pairs, value);
    Some(Estimate { value, interval: student_interval(value, variance, pairs.len()) })
}

/// The linearised variance of a ratio estimate, `1/(R(R-1)) Σ(x_r - r n_r)²`
/// over the square of the mean `n` (W. G. Cochran, "Sampling Techniques",
/// on ratio estimators). Not finite for fewer than two replications.
pub(super) fn ratio_variance(pairs: &[(f64, f64)], ratio: f64) -> f64 {
    let size = pairs.len() as f64;
    let mean_units = sum(pairs.iter().map(|&(_, n)| n)) / size;
    let residuals = pairs.iter().map(|&(x, n)| (x - ratio * n) / mean_units);
    sum(residuals.map(|residual| residual * residual)) / (size * (size - 1.0))
}

/// The interval of `value` when its own variance was estimated from
/// `replications`; `None` if there are too few, or the spread overflows.
fn student_interval(value: f64, variance: f64, replications: usize) -> Option<Interval> {
    student_interval_of(value, variance, replications as f64 - 1.0)
}

/// The interval of `value` when its own variance was estimated with so many degrees of freedom.
pub(super) fn student_interval_of(value: f64, variance: f64, degrees: f64) -> Option<Interval> {
    if degrees < 1.0 || degrees.is_nan() {
        return None;
    }
    let quantile = student_quantile(1.0 - TAIL, degrees);
    let half_width = quantile * variance.sqrt();
    half_width.is_finite().then_some(Interval { low: value - half_width, high: value + half_width })
}

/// The sum from left to right, starting from positive zero.
fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |total, term| total + term)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value and its limits.
    type Known = (f64, Option<(f64, f64)>);

    fn known(value: f64, low: f64, high: f64) -> Known {
        (value, Some((low, high)))
    }

    fn assert_estimate(actual: Option<Estimate>, expected: Option<Known>) {
        let Some((value, interval)) = expected else {
            assert_eq!(actual, None);
            return;
        };
        let actual = actual.expect("an estimate");
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(actual.value, value), "{actual:?}");
        assert_eq!(actual.interval.is_some(), interval.is_some(), "{actual:?}");
        if let (Some(got), Some((low, high))) = (actual.interval, interval) {
            assert!(near(got.low, low) && near(got.high, high), "{got:?}");
        }
    }

    #[test]
    fn means() {
        let half = 12.706_204_736_174_7;
        let table: [(&[f64], _); 4] = [
            (&[], None),
            (&[7.0], Some((7.0, None))),
            (&[0.1, 0.1, 0.1], Some(known(0.1, 0.1, 0.1))),
            (&[1.0, 3.0], Some(known(2.0, 2.0 - half, 2.0 + half))),
        ];
        for (values, expected) in table {
            assert_estimate(mean(values), expected);
        }
        let endless = mean(&[1.0, f64::INFINITY]).expect("an estimate");
        assert_eq!((endless.value, endless.interval), (f64::INFINITY, None));
    }

    #[test]
    fn equal_values_have_no_width_at_all() {
        let certain = mean(&[0.1; 7]).and_then(|estimate| estimate.interval);
        assert_eq!(certain, Some(Interval { low: 0.1, high: 0.1 }));
    }

    #[test]
    fn ratios() {
        // Residuals of (1, 2), (4, 4), (0, 0) around 5/6: -2/3, 2/3, 0;
        // variance (8/9) / 6 / 4 = 1/27.
        let half = 4.302_652_729_749_46 / 27.0_f64.sqrt();
        let centre = 5.0 / 6.0;
        let table: [(&[(f64, f64)], _); 5] = [
            (&[], None),
            (&[(0.0, 0.0), (0.0, 0.0)], None),
            (&[(1.0, 4.0)], Some((0.25, None))),
            (&[(2.0, 4.0), (1.0, 2.0)], Some(known(0.5, 0.5, 0.5))),
            (&[(1.0, 2.0), (4.0, 4.0), (0.0, 0.0)], Some(known(centre, centre - half, centre + half))),
        ];
        for (pairs, expected) in table {
            assert_estimate(ratio(pairs), expected);
        }
    }
}
