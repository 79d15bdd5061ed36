//! How much a measure differs between two lists of replications.
//!
//! A measure is a sum over a sum: `Σx / Σn` over its replications `(x_r, n_r)`. If replication `r` of both lists
//! met the same chances, the lists are *paired*: what chance does to both at once falls out of the difference.
//! Deleting one replication from both lists at a time (the jackknife: B. Efron, "The Jackknife, the Bootstrap and
//! Other Resampling Plans", 1982) shows how much of the difference is left to chance. For means that is exactly the
//! paired t-test; for ratios and rates it is right as the replications become many.

use super::apart::both_sides;
use super::replications::student_interval_of;
use super::{ENOUGH_EVENTS, Estimate, Interval};

/// What sets one list of replications apart from another, its reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// Its value less that of the reference.
    pub difference: Gap,
    /// Its value over that of the reference, with an interval that is made on the scale of logarithms. `None` unless
    /// both are positive, or one of two counts is.
    pub ratio: Option<Gap>,
}

/// A difference or a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// How large it is, and how surely.
    pub estimate: Estimate,
    /// The variance that it would have over independent replications, by the variance that it has over these. `None`
    /// where nothing is paired, or where nothing is left to chance.
    pub variance_ratio: Option<f64>,
}

impl Gap {
    /// A gap between what is not paired.
    pub(super) fn alone(estimate: Estimate) -> Gap {
        Gap { estimate, variance_ratio: None }
    }

    /// Whether nothing is left to chance.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.estimate.interval.is_some_and(|ends| ends.low == ends.high)
    }
}

/// What sets `other` apart from `reference`, replication by replication.
///
/// `None` where a measure has no value, or where the lists are not equally long. Intervals are Student's, with
/// `R - 1` degrees of freedom; there are none of fewer than two replications, nor where all that there is comes from
/// a single one.
#[must_use]
pub fn paired(reference: &[(f64, f64)], other: &[(f64, f64)]) -> Option<Contrast> {
    if reference.len() != other.len() {
        return None;
    }
    contrast(reference, other, Scale::pair)
}

/// What sets `other` apart from `reference` if no replication of the one has anything to do with any of the other.
///
/// Each list shows its own variance, and Student's t has the degrees of freedom that both together are worth (B. L.
/// Welch, Biometrika 34, 1947).
#[must_use]
pub fn unpaired(reference: &[(f64, f64)], other: &[(f64, f64)]) -> Option<Contrast> {
    contrast(reference, other, Scale::apart)
}

fn contrast(
    reference: &[(f64, f64)],
    other: &[(f64, f64)],
    gap: fn(&Scale, &Scale) -> Gap,
) -> Option<Contrast> {
    let (reference, other) = (Scale::plain(reference)?, Scale::plain(other)?);
    let difference = gap(&reference, &other);
    let ratio = (reference.value > 0.0 && other.value > 0.0).then(|| {
        let gap = gap(&reference.logarithm(), &other.logarithm());
        // The quotient itself, not the power of a logarithm: three times is three times.
        let value = other.value / reference.value;
        let interval = gap
            .estimate
            .interval
            .map(|ends| Interval { low: libm::exp(ends.low), high: libm::exp(ends.high) })
            .map(|ends| if gap.is_certain() { Interval { low: value, high: value } } else { ends });
        Gap { estimate: Estimate { value, interval }, ..gap }
    });
    Some(Contrast { difference, ratio })
}

/// A measure over all replications, and over all but one of them.
struct Scale {
    value: f64,
    without: Vec<f64>,
    /// How large the numbers are of which differences are taken: what is far below it is rounding.
    size: f64,
}

/// What is smaller than this, relative to the numbers that it is a difference of, is how they were rounded.
const ROUNDING: f64 = 1e-12;

impl Scale {
    fn plain(parts: &[(f64, f64)]) -> Option<Scale> {
        let (sum, units) = parts.iter().fold((0.0, 0.0), |(sum, units), (x, n)| (sum + x, units + n));
        let value = sum / units;
        if units <= 0.0 || !value.is_finite() {
            return None;
        }
        let without = parts.iter().map(|(x, n)| (sum - x) / (units - n)).collect();
        Some(Scale { value, without, size: value.abs() })
    }

    fn logarithm(&self) -> Scale {
        let without = self.without.iter().map(|value| libm::log(*value)).collect();
        Scale { value: libm::log(self.value), without, size: 1.0 }
    }

    /// The variance of the value.
    fn variance(&self) -> f64 {
        spread(&self.without, self.size)
    }

    fn pair(reference: &Scale, other: &Scale) -> Gap {
        let without: Vec<f64> =
            reference.without.iter().zip(&other.without).map(|(first, second)| second - first).collect();
        let variance = spread(&without, reference.size + other.size);
        let value = other.value - reference.value;
        let degrees = without.len() as f64 - 1.0;
        let gain = (reference.variance() + other.variance()) / variance;
        let interval = student_interval_of(value, variance, degrees);
        Gap {
            estimate: Estimate { value, interval },
            variance_ratio: Some(gain).filter(|gain| interval.is_some() && gain.is_finite() && *gain > 0.0),
        }
    }

    fn apart(reference: &Scale, other: &Scale) -> Gap {
        let variances = [reference.variance(), other.variance()];
        let degrees = [reference, other].map(|scale| scale.without.len() as f64 - 1.0);
        let variance = variances[0] + variances[1];
        let squares = |place: usize| variances[place] * variances[place] / degrees[place];
        // Where neither has any variance, neither has any say in how sure it is.
        let welch = variance * variance / (squares(0) + squares(1));
        let welch = if variance > 0.0 { welch } else { degrees[0].min(degrees[1]) };
        let value = other.value - reference.value;
        let enough = degrees.iter().all(|degrees| *degrees >= 1.0);
        let interval = student_interval_of(value, variance, welch).filter(|_| enough);
        Gap::alone(Estimate { value, interval })
    }
}

/// The variance that the values without one replication each show: `(R-1)/R Σ(θ_r - θ̄)²`. Not a number where one
/// of them is none.
fn spread(without: &[f64], size: f64) -> f64 {
    let count = without.len() as f64;
    let mean = without.iter().fold(0.0, |sum, value| sum + value) / count;
    let squares = without.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    let variance = (count - 1.0) / count * squares;
    if variance.sqrt() <= ROUNDING * size { 0.0 } else { variance }
}

/// What sets the rate of `other` apart from that of `reference`: events over exposures `(count, exposure)`.
///
/// With ten events or more in each list, as [`paired`] or [`unpaired`] does. With fewer, the spread between
/// replications says nothing, but the totals do: see [`both_sides`]. The third says whether it was so.
#[must_use]
pub fn rates(
    reference: &[(u64, f64)],
    other: &[(u64, f64)],
    are_paired: bool,
) -> Option<(Contrast, Evidence)> {
    let parts = |events: &[(u64, f64)]| events.iter().map(|&(count, time)| (count as f64, time)).collect();
    let (first, second): (Vec<_>, Vec<_>) = (parts(reference), parts(other));
    let is_enough =
        |events: &[(u64, f64)]| events.iter().map(|(count, _)| count).sum::<u64>() >= ENOUGH_EVENTS;
    let by_runs = if are_paired { paired(&first, &second) } else { unpaired(&first, &second) };
    let by_runs = by_runs.filter(|_| is_enough(reference) && is_enough(other));
    let has_interval =
        |contrast: &Contrast| contrast.ratio.is_some_and(|gap| gap.estimate.interval.is_some());
    match by_runs.filter(has_interval) {
        Some(contrast) => Some((contrast, Evidence::Replications)),
        None => Some((both_sides(reference, other)?, Evidence::Totals)),
    }
}

/// From what an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// From how replications differ.
    Replications,
    /// From how many events there were in all.
    Totals,
}

#[cfg(test)]
mod tests;
