//! Differences between two estimates of which nothing but their own intervals is known, and between two numbers of
//! rare events.
//!
//! Both are taken for independent. Common random numbers make most pairs alike, and what is alike differs less than
//! this says: these intervals are rather too wide than too narrow.

use super::paired::{Contrast, Gap};
use super::rare::{dispersion, total};
use super::special::{clopper_pearson, poisson_limits};
use super::{Estimate, Interval, TAIL};

/// The difference of two estimates, `other` less `reference`, from the interval of each (G. Y. Zou and A. Donner,
/// "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008): each end of it is as
/// far from the difference as the two ends are, squared and added, that could have caused it.
///
/// No interval where one of the two has none, or is open on the side that matters.
#[must_use]
pub fn difference(reference: Estimate, other: Estimate) -> Estimate {
    let value = other.value - reference.value;
    let interval = reference.interval.zip(other.interval).map(|(first, second)| Interval {
        low: value - far(other.value - second.low, first.high - reference.value),
        high: value + far(second.high - other.value, reference.value - first.low),
    });
    let is_bounded = |ends: &Interval| ends.low.is_finite() && ends.high.is_finite();
    Estimate { value, interval: interval.filter(is_bounded) }
}

/// The quotient of two positive estimates, `other` over `reference`, in the same way on the scale of logarithms.
#[must_use]
pub fn quotient(reference: Estimate, other: Estimate) -> Option<Estimate> {
    if !(reference.value > 0.0 && other.value > 0.0) {
        return None;
    }
    let logarithm = |estimate: Estimate| Estimate {
        value: libm::log(estimate.value),
        interval: estimate
            .interval
            .filter(|ends| ends.low > 0.0)
            .map(|ends| Interval { low: libm::log(ends.low), high: libm::log(ends.high) }),
    };
    let interval = difference(logarithm(reference), logarithm(other)).interval;
    let interval = interval.map(|ends| Interval { low: libm::exp(ends.low), high: libm::exp(ends.high) });
    Some(Estimate { value: other.value / reference.value, interval })
}

fn far(first: f64, second: f64) -> f64 {
    (first * first + second * second).sqrt()
}

/// What sets the rate of rare events `other` apart from that of `reference`, over replications `(count, exposure)`.
///
/// The ratio: of all events that both saw, those of `other` are a share that is binomial, whatever the rates are
/// (J. Przyborowski and H. Wilenski, Biometrika 31, 1940); its exact limits are those of Clopper and Pearson. Where
/// events come in bursts they are worth fewer ([`rate`](super::rate()) says how that is seen), by the worse of both
/// lists. If one saw none, the other end of the interval is all that there is, at 95 % on that side alone.
///
/// The difference: [`difference`] of the two exact Poisson intervals.
///
/// `None` where nobody watched; no ratio where neither saw any.
#[must_use]
pub fn both_sides(reference: &[(u64, f64)], other: &[(u64, f64)]) -> Option<Contrast> {
    let (first, second) = (Rare::of(reference)?, Rare::of(other)?);
    let difference = difference(first.estimate(), second.estimate());
    Some(Contrast { difference: Gap::alone(difference), ratio: first.ratio(&second).map(Gap::alone) })
}

/// Rare events of one list.
struct Rare {
    count: f64,
    exposure: f64,
    dispersion: f64,
}

impl Rare {
    fn of(events: &[(u64, f64)]) -> Option<Rare> {
        let (count, exposure) = (total(events), events.iter().fold(0.0, |sum, (_, time)| sum + time));
        let watched = exposure > 0.0 && exposure.is_finite();
        watched.then(|| Rare {
            count: count as f64,
            exposure,
            dispersion: dispersion(events, count, exposure),
        })
    }

    /// The rate, with limits on both sides even of none.
    fn estimate(&self) -> Estimate {
        let bursts = poisson_limits(self.count / self.dispersion, TAIL);
        let scale = self.dispersion / self.exposure;
        let interval = Some(Interval { low: bursts.low * scale, high: bursts.high * scale });
        Estimate { value: self.count / self.exposure, interval }
    }

    fn ratio(&self, other: &Rare) -> Option<Estimate> {
        let both = self.count + other.count;
        if both == 0.0 {
            return None;
        }
        let bursts = self.dispersion.max(other.dispersion);
        let tail = if self.count == 0.0 || other.count == 0.0 { 2.0 * TAIL } else { TAIL };
        let share = clopper_pearson(other.count / bursts, both / bursts, tail);
        let odds = |share: f64| share / (1.0 - share) * (self.exposure / other.exposure);
        let interval = Interval {
            low: if other.count == 0.0 { 0.0 } else { odds(share.low) },
            high: if self.count == 0.0 { f64::INFINITY } else { odds(share.high) },
        };
        let value = other.count / self.count * (self.exposure / other.exposure);
        Some(Estimate { value, interval: Some(interval) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(actual: f64, expected: f64) -> bool {
        (actual - expected).abs() <= 1e-9 * expected.abs().max(1.0)
    }

    fn estimate(low: f64, value: f64, high: f64) -> Estimate {
        Estimate { value, interval: Some(Interval { low, high }) }
    }

    #[test]
    fn the_ends_of_a_difference_are_those_of_right_triangles() {
        // 3 and 4 below, 5 and 12 above.
        let gap = difference(estimate(-2.0, 10.0, 14.0), estimate(27.0, 30.0, 35.0));
        assert_eq!(gap, estimate(15.0, 20.0, 33.0));
        let certain = estimate(10.0, 10.0, 10.0);
        assert_eq!(difference(certain, certain), estimate(0.0, 0.0, 0.0));
    }

    #[test]
    fn what_is_open_has_no_difference_that_is_not() {
        let open = estimate(1.0, 2.0, f64::INFINITY);
        let closed = estimate(1.0, 2.0, 3.0);
        let none = Estimate { value: 2.0, interval: None };
        for (first, second) in [(open, closed), (closed, open), (none, closed), (closed, none)] {
            assert_eq!(difference(first, second), Estimate { value: 0.0, interval: None });
            assert_eq!(quotient(first, second), Some(Estimate { value: 1.0, interval: None }));
        }
        assert_eq!(quotient(estimate(0.0, 0.0, 1.0), closed), None);
    }

    #[test]
    fn quotients_are_differences_of_logarithms() {
        // Twice as much to either side of 10, and of 30: a factor of 2^√2.
        let gap = quotient(estimate(5.0, 10.0, 20.0), estimate(15.0, 30.0, 60.0)).expect("both are positive");
        let ends = gap.interval.expect("both have an interval");
        let factor = libm::pow(2.0, core::f64::consts::SQRT_2);
        assert!(near(gap.value, 3.0) && near(ends.low, 3.0 / factor) && near(ends.high, 3.0 * factor));
    }

    #[test]
    fn a_ratio_of_few_events_is_a_share_of_all_of_them() {
        // 1 and 9 of 10, watched twice as long: scipy's Clopper–Pearson of 9 in 10.
        let (reference, other) = ([(1, 4.0)], [(9, 8.0)]);
        let ratio = both_sides(&reference, &other).and_then(|both| both.ratio).expect("events").estimate;
        let ends = ratio.interval.expect("events");
        let odds = |share: f64| share / (1.0 - share) / 2.0;
        assert!(near(ratio.value, 4.5));
        assert!(near(ends.low, odds(1.0 - 0.445_016_117_028_195_4)), "{ends:?}");
        assert!((ends.high / odds(1.0 - 0.002_528_578_544_461_784_8) - 1.0).abs() < 1e-7, "{ends:?}");
    }

    #[test]
    fn none_against_twelve_is_bounded_on_one_side() {
        let (none, twelve) = ([(0, 1.0); 3], [(4, 1.0); 3]);
        // 0.05^(1/12) of the twelve would all be of one side with a probability of 5 %.
        let share = libm::pow(0.05, 1.0 / 12.0);
        let odds = share / (1.0 - share);
        let more = both_sides(&none, &twelve).and_then(|both| both.ratio).expect("events").estimate;
        let ends = more.interval.expect("events");
        assert_eq!((more.value, ends.high), (f64::INFINITY, f64::INFINITY));
        assert!(near(ends.low, odds), "{ends:?} {odds}");
        let fewer = both_sides(&twelve, &none).and_then(|both| both.ratio).expect("events").estimate;
        let ends = fewer.interval.expect("events");
        assert_eq!((fewer.value, ends.low), (0.0, 0.0));
        assert!(near(ends.high, 1.0 / odds), "{ends:?}");
    }

    #[test]
    fn bursts_are_worth_fewer() {
        // One replication in ten has all of the twenty: they are worth one.
        let even = [(2, 1.0); 10];
        let mut burst = [(0, 1.0); 10];
        burst[3].0 = 20;
        let ends = |reference: &[(u64, f64)], other: &[(u64, f64)]| {
            both_sides(reference, other).and_then(|both| both.ratio?.estimate.interval).expect("events")
        };
        let (narrow, wide) = (ends(&even, &even), ends(&even, &burst));
        let one_of_two = clopper_pearson(1.0, 2.0, TAIL);
        assert!(near(wide.low, one_of_two.low / (1.0 - one_of_two.low)), "{wide:?}");
        assert!(narrow.low > 0.5 && wide.low < 0.1 && narrow.high < 2.0 && wide.high > 10.0);
    }

    #[test]
    fn of_nothing_nothing_is_known_but_a_bound() {
        let none = both_sides(&[(0, 2.0)], &[(0, 2.0)]).expect("somebody watched");
        assert_eq!(none.ratio, None);
        let ends = none.difference.estimate.interval.expect("both are bounded");
        assert!(near(ends.high, 3.688_879_454_113_935_4 / 2.0) && near(ends.low, -ends.high));
        assert_eq!(both_sides(&[(0, 0.0)], &[(1, 1.0)]), None);
    }
}
