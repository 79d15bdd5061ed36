//! Rates and counts of rare events, with exact Poisson intervals.
//!
//! Failures of a failure detector are rare: most replications see none, and the
//! spread between them says nothing. The Poisson interval needs only the total
//! and is honest about zero. Where events come in bursts and there is enough to
//! see it by, the interval is widened.

use super::special::poisson_limits;
use super::{ENOUGH_EVENTS, ENOUGH_REPLICATIONS, Estimate, Interval, TAIL};

/// How often something happens per unit of exposure (usually time).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The events of all replications.
    pub count: u64,
    /// The exposure of all replications.
    pub exposure: f64,
    /// Events per unit of exposure.
    pub value: f64,
    /// The 95 % interval of `value`. After no events it runs from 0 to the
    /// one-sided 95 % bound, since nothing can be left out below 0.
    pub interval: Interval,
    /// How much more the replications differ than Poisson counts would: 1 if
    /// no more, or if there is too little to tell.
    pub dispersion: f64,
}

/// The rate of events over replications `(count, exposure)`.
///
/// `None` when the total exposure is 0: nobody watched. Exposures must be
/// finite and not negative; a total that is not finite is answered by `None`.
#[must_use]
pub fn rate(events: &[(u64, f64)]) -> Option<Rate> {
    let count = total(events);
    let exposure = events.iter().fold(0.0, |sum, &(_, time)| sum + time);
    if !(exposure > 0.0 && exposure.is_finite()) {
        return None;
    }
    let dispersion = dispersion(events, count, exposure);
    let expected = total_interval(count, dispersion, TAIL);
    Some(Rate {
        count,
        exposure,
        value: count as f64 / exposure,
        interval: Interval { low: expected.low / exposure, high: expected.high / exposure },
        dispersion,
    })
}

/// The total count over replications of equal exposure, with the interval of
/// the total to expect from as many replications again.
///
/// The interval is `None` only without replications; one replication suffices
/// for the exact Poisson interval.
#[must_use]
pub fn count(counts: &[u64]) -> Estimate {
    let events: Vec<(u64, f64)> = counts.iter().map(|&count| (count, 1.0)).collect();
    let count = total(&events);
    let dispersion = dispersion(&events, count, events.len() as f64);
    Estimate {
        value: count as f64,
        interval: (!events.is_empty()).then(|| total_interval(count, dispersion, TAIL)),
    }
}

/// The interval of the expected total of events over replications `(count, exposure)` that leaves out `tail` on
/// each side, whatever the exposure.
///
/// `None` when the total exposure is 0: nobody watched.
#[must_use]
pub fn total_within(events: &[(u64, f64)], tail: f64) -> Option<Interval> {
    let count = total(events);
    let exposure = events.iter().fold(0.0, |sum, &(_, time)| sum + time);
    let watched = exposure > 0.0 && exposure.is_finite();
    watched.then(|| total_interval(count, dispersion(events, count, exposure), tail))
}

pub(super) fn total(events: &[(u64, f64)]) -> u64 {
    events.iter().fold(0, |sum, &(count, _)| sum.saturating_add(count))
}

/// The index of dispersion: Pearson's χ² of the counts around their
/// exposure-proportional expectations, per degree of freedom and at least 1
/// (P. McCullagh and J. A. Nelder, "Generalized Linear Models", on over-dispersion).
///
/// Read only from enough replications with exposure and enough events; else 1.
pub(super) fn dispersion(events: &[(u64, f64)], count: u64, exposure: f64) -> f64 {
    let exposed = events.iter().filter(|(_, time)| *time > 0.0);
    let replications = exposed.clone().count();
    if replications < ENOUGH_REPLICATIONS || count < ENOUGH_EVENTS {
        return 1.0;
    }
    let per_unit = count as f64 / exposure;
    let chi_square = exposed.fold(0.0, |sum, &(count, time)| {
        let expected = per_unit * time;
        let difference = count as f64 - expected;
        sum + difference / expected * difference
    });
    let index = chi_square / (replications - 1) as f64;
    if index.is_finite() { index.max(1.0) } else { 1.0 }
}

/// The 95 % interval of the expected total after observing `count` events that
/// come in bursts of `dispersion`: as if `count / dispersion` independent
/// bursts had been seen (quasi-Poisson scaling, as McCullagh and Nelder).
///
/// After no events the upper limit is the one-sided 95 % bound, `-ln 0.05`
/// (the "rule of three": Hanley and Lippman-Hand, JAMA 249, 1983).
fn total_interval(count: u64, dispersion: f64, tail: f64) -> Interval {
    if count == 0 {
        return Interval { low: 0.0, high: -libm::log(2.0 * tail) };
    }
    let bursts = poisson_limits(count as f64 / dispersion, tail);
    Interval { low: bursts.low * dispersion, high: bursts.high * dispersion }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Events = &'static [(u64, f64)];

    fn near(actual: f64, expected: f64) -> bool {
        (actual - expected).abs() <= 1e-9 * expected.abs()
    }

    #[test]
    fn no_exposure_is_no_rate() {
        let table: [Events; 4] = [&[], &[(0, 0.0)], &[(3, 0.0)], &[(1, f64::INFINITY)]];
        for events in table {
            assert_eq!(rate(events), None, "{events:?}");
        }
    }

    #[test]
    fn exact_intervals_of_few_events() {
        let table: [(Events, f64, f64, f64); 4] = [
            (&[(0, 2.0), (0, 3.0)], 0.0, 0.0, 2.995_732_273_553_991 / 5.0),
            (&[(1, 1.0)], 1.0, 0.025_317_807_984_289_9, 5.571_643_390_938_89),
            (&[(4, 2.0), (6, 2.0)], 2.5, 4.795_388_70 / 4.0, 18.390_356_04 / 4.0),
            (&[(9, 1.0), (1, 0.0)], 10.0, 4.795_388_70, 18.390_356_04),
        ];
        for (events, value, low, high) in table {
            let rate = rate(events).expect("exposure");
            assert!(near(rate.value, value), "{rate:?}");
            assert!(near(rate.interval.low, low), "{rate:?}");
            assert!(near(rate.interval.high, high), "{rate:?}");
            assert_eq!(rate.dispersion, 1.0);
        }
    }

    #[test]
    fn bursts_widen_the_interval() {
        // One replication in ten has all 20 events: χ² = 180 over 9 degrees,
        // so the 20 events are worth one burst of 20.
        let mut events = [(0, 5.0); 10];
        events[3].0 = 20;
        let rate = rate(&events).expect("exposure");
        assert!(near(rate.dispersion, 20.0), "{rate:?}");
        assert!(near(rate.interval.low, 0.025_317_807_984_289_9 * 20.0 / 50.0));
        assert!(near(rate.interval.high, 5.571_643_390_938_89 * 20.0 / 50.0));
    }

    #[test]
    fn bursts_are_not_read_from_too_little() {
        let few_replications = [(20, 1.0), (0, 1.0), (0, 1.0)];
        let mut few_events = [(0, 1.0); 20];
        few_events[0].0 = 9;
        let even = [(2, 1.0); 10];
        for events in [&few_replications[..], &few_events, &even] {
            assert_eq!(rate(events).expect("exposure").dispersion, 1.0);
        }
    }

    #[test]
    fn counts_have_the_interval_of_the_total() {
        let ten = count(&[4, 6]);
        let interval = ten.interval.expect("two replications");
        assert_eq!(ten.value, 10.0);
        assert!(near(interval.low, 4.795_388_70) && near(interval.high, 18.390_356_04));
        assert_eq!(count(&[]), Estimate { value: 0.0, interval: None });
        let most = count(&[u64::MAX, u64::MAX]).interval.expect("two replications");
        assert!(most.low < most.high && most.high.is_finite());
    }
}
