//! By hand where that can be done, coverage by Monte Carlo.

use super::*;
use crate::statistics::special::{normal_quantile, student_quantile};
use crate::statistics::{TAIL, mean};

fn near(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() <= 1e-12 * expected.abs().max(1.0)
}

fn assert_gap(gap: Gap, value: f64, variance: f64, degrees: f64, gain: Option<f64>) {
    let Interval { low, high } = gap.estimate.interval.expect("an interval");
    let half = student_quantile(1.0 - TAIL, degrees) * variance.sqrt();
    assert!(near(gap.estimate.value, value), "{gap:?}");
    assert!(near(low, value - half) && near(high, value + half), "{gap:?} {half}");
    match (gap.variance_ratio, gain) {
        (Some(actual), Some(expected)) => assert!(near(actual, expected), "{gap:?}"),
        (actual, expected) => assert_eq!(actual, expected, "{gap:?}"),
    }
}

/// Values that are to be averaged.
fn values<const R: usize>(values: [f64; R]) -> [(f64, f64); R] {
    values.map(|value| (value, 1.0))
}

#[test]
fn for_means_it_is_the_paired_t_test() {
    let (first, second) = ([3.0, 8.0, 4.0, 9.0], [5.0, 9.0, 7.0, 11.0]);
    let contrast = paired(&values(first), &values(second)).expect("values");
    // Differences 2, 1, 3, 2: a variance of 2/3 by 4. Alone: 26/3 by 4 and 20/3 by 4.
    assert_gap(contrast.difference, 2.0, 1.0 / 6.0, 3.0, Some(46.0 / 2.0));
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
    let ends = mean(&differences).and_then(|mean| mean.interval).expect("values");
    let Interval { low, high } = contrast.difference.estimate.interval.expect("values");
    assert!(near(low, ends.low) && near(high, ends.high));
}

#[test]
fn ratios_by_hand() {
    // First: 2/1, 4/3: 6/4, without one 4/3 and 2. Second: 6/2, 4/2: 10/4, without one 2 and 3.
    let contrast = paired(&[(2.0, 1.0), (4.0, 3.0)], &[(6.0, 2.0), (4.0, 2.0)]).expect("units");
    // Differences 2/3 and 1, half of (1/3)²/2; alone half of (2/3)²/2 and of 1/2.
    assert_gap(contrast.difference, 1.0, 1.0 / 36.0, 1.0, Some((4.0 / 9.0 + 1.0) * 9.0));
    // Quotients 3/2 and 3/2: nothing is left to chance.
    let ratio = contrast.ratio.expect("both are positive");
    let value = 5.0 / 3.0;
    assert_eq!(ratio.estimate, Estimate { value, interval: Some(Interval { low: value, high: value }) });
    assert_eq!(ratio.variance_ratio, None);
}

#[test]
fn ratios_on_the_scale_of_logarithms() {
    // Without one: 4 and 1 of the first, 2 and 8 of the second; quotients 1/2 and 8, apart by ln 16.
    let contrast = paired(&values([1.0, 4.0]), &values([8.0, 2.0])).expect("values");
    let ratio = contrast.ratio.expect("both are positive");
    let Interval { low, high } = ratio.estimate.interval.expect("two replications");
    let half = student_quantile(1.0 - TAIL, 1.0) * libm::log(16.0) / 2.0;
    assert!(near(ratio.estimate.value, 2.0));
    assert!(near(libm::log(low), libm::log(2.0) - half) && near(libm::log(high), libm::log(2.0) + half));
    // (ln 4)² twice by (ln 16)²: seeds of their own would have done better.
    assert!(near(ratio.variance_ratio.expect("a spread"), 0.5));
}

#[test]
fn what_is_the_same_in_each_replication_leaves_nothing_to_chance() {
    let rough = [0.1, 0.7, 0.3, 1.9].map(|value| (value, 3.7));
    let same = paired(&rough, &rough).expect("values");
    assert_eq!(
        same.difference.estimate,
        Estimate { value: 0.0, interval: Some(Interval { low: 0.0, high: 0.0 }) }
    );
    let thrice = paired(&rough, &rough.map(|(x, n)| (3.0 * x, n))).and_then(|contrast| contrast.ratio);
    let ends = thrice.and_then(|gap| gap.estimate.interval).expect("values");
    assert!(ends.low == ends.high && near(ends.low, 3.0), "{ends:?}");
    let shifted = paired(&rough, &rough.map(|(x, n)| (x + 2.0 * n, n))).expect("values").difference;
    let ends = shifted.estimate.interval.expect("values");
    assert!(ends.low == ends.high && near(ends.low, 2.0), "rounding is no chance: {ends:?}");
}

#[test]
fn what_cannot_be_said_is_not() {
    let (one, two) = (values([1.0]), values([1.0, 3.0]));
    let interval = |contrast: Option<Contrast>| contrast.and_then(|it| it.difference.estimate.interval);
    assert_eq!(paired(&one, &two), None, "not the same number of replications");
    assert_eq!(paired(&[], &[]), None);
    assert_eq!(paired(&two, &[(0.0, 0.0), (0.0, 0.0)]), None, "no units");
    let alone = paired(&one, &values([4.0])).expect("values");
    assert_eq!((alone.difference.estimate.value, interval(Some(alone))), (3.0, None), "one replication");
    assert_eq!(interval(unpaired(&one, &two)), None, "one replication has no variance of its own");
    let single = [(5.0, 2.0), (0.0, 0.0)];
    assert_eq!(interval(paired(&single, &two)), None, "all comes from one replication");
    let none = paired(&values([0.0, 0.0]), &two).expect("values");
    assert!(none.ratio.is_none() && interval(Some(none)).is_some(), "nothing has no multiple");
    let rare =
        paired(&values([0.0, 3.0]), &two).and_then(|contrast| contrast.ratio).expect("both are positive");
    assert_eq!(rare.estimate.interval, None, "without one of them there is nothing");
}

#[test]
fn welch_by_hand() {
    // Means 2 and 10, variances 1/3 and 4: Welch's degrees are (13/3)² by (1/18 + 16).
    let contrast = unpaired(&values([1.0, 2.0, 3.0]), &values([8.0, 12.0])).expect("values");
    let degrees = (13.0_f64 / 3.0) * (13.0 / 3.0) / (1.0 / 18.0 + 16.0);
    assert_gap(contrast.difference, 8.0, 13.0 / 3.0, degrees, None);
    let certain = unpaired(&values([1.0, 1.0]), &values([3.0, 3.0, 3.0])).expect("values").difference;
    assert_eq!(certain.estimate.interval, Some(Interval { low: 2.0, high: 2.0 }));
}

#[test]
fn few_events_are_told_from_their_totals() {
    let few = [(1, 1.0), (2, 1.0), (0, 1.0)];
    let many = [(9, 1.0), (12, 1.0), (15, 1.0)];
    let evidence = |first: &[(u64, f64)], second: &[(u64, f64)]| rates(first, second, true).map(|it| it.1);
    assert_eq!(evidence(&few, &many), Some(Evidence::Totals));
    assert_eq!(evidence(&many, &many), Some(Evidence::Replications));
    assert_eq!(evidence(&many[..1], &many[..1]), Some(Evidence::Totals), "one run has no spread");
    assert_eq!(
        evidence(&[(20, 1.0), (0, 1.0)], &many[..2]),
        Some(Evidence::Totals),
        "all comes from one run"
    );
    assert_eq!(evidence(&[(0, 0.0)], &many[..1]), None, "nobody watched");
}

/// A generator of its own, since statistics know of nobody else's (SplitMix64).
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        ((word >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    fn poisson(&mut self, mean: f64) -> u64 {
        let (mut count, mut left) = (0, libm::exp(-mean));
        loop {
            left /= self.uniform();
            if left >= 1.0 {
                return count;
            }
            count += 1;
        }
    }
}

const STUDIES: u32 = 1000;

/// How many of a thousand studies have an interval that holds the truth, and how much pairing gained on average.
fn held(truth: f64, mut study: impl FnMut(&mut Chance) -> Option<Gap>) -> (u32, f64) {
    let mut chance = Chance(0x5eed);
    let (mut held, mut gains) = (0, 0.0);
    for _ in 0..STUDIES {
        let gap = study(&mut chance).expect("a study");
        let ends = gap.estimate.interval.expect("an interval");
        held += u32::from((ends.low..=ends.high).contains(&truth));
        gains += gap.variance_ratio.unwrap_or(0.0);
    }
    (held, gains / f64::from(STUDIES))
}

/// 950 of a thousand, and four standard errors.
const AS_PROMISED: std::ops::RangeInclusive<u32> = 922..=978;

#[test]
fn ninety_five_of_a_hundred_intervals_of_a_difference_hold_the_truth() {
    // Means of times that are alike for nine tenths, 2 apart, over 12 replications; units differ.
    let mut study = |chance: &mut Chance| {
        let pairs = (0..12).map(|_| {
            let (common, units) = (chance.normal(), 1.0 + (5.0 * chance.uniform()).floor());
            let mut of = |mean: f64| {
                let own = (mean + 3.0 * common + chance.normal()) * units;
                (own, units)
            };
            (of(20.0), of(22.0))
        });
        let (first, second): (Vec<_>, Vec<_>) = pairs.unzip();
        paired(&first, &second).map(|contrast| contrast.difference)
    };
    let (held, gain) = held(2.0, &mut study);
    assert!(AS_PROMISED.contains(&held), "{held}");
    // Variances of 10 each against 2; an estimate of a variance in the denominator makes the mean somewhat larger.
    assert!((10.0..14.0).contains(&gain), "{gain}");
}

#[test]
fn ninety_five_of_a_hundred_intervals_of_a_ratio_of_rates_hold_the_truth() {
    for (mean, replications, evidence) in [
        (4.0, 20, Evidence::Replications),
        (1.5, 20, Evidence::Replications),
        (100.0, 5, Evidence::Replications),
    ] {
        let mut study = |chance: &mut Chance| {
            let pairs = (0..replications).map(|_| {
                let common = chance.poisson(mean / 2.0);
                let time = 1.0 + chance.uniform();
                ((common + chance.poisson(mean / 2.0), time), (common + chance.poisson(2.5 * mean), time))
            });
            let (first, second): (Vec<_>, Vec<_>) = pairs.unzip();
            let (contrast, by) = rates(&first, &second, true)?;
            assert_eq!(by, evidence);
            contrast.ratio
        };
        let (held, gain) = held(3.0, &mut study);
        assert!(AS_PROMISED.contains(&held), "{held} with a mean of {mean}");
        assert!(gain > 1.0, "{gain}");
    }
}

#[test]
fn intervals_of_few_events_hold_the_truth_at_least_as_often() {
    // Common chances make the two alike, and discreteness makes exact intervals wider: more than 95 of a hundred.
    for common_share in [0.0, 0.5] {
        let mut study = |chance: &mut Chance| {
            let pairs = (0..5).map(|_| {
                let common = chance.poisson(common_share);
                let mut of = |mean: f64| (common + chance.poisson(mean - common_share), 1.0);
                (of(1.0), of(2.0))
            });
            let (first, second): (Vec<_>, Vec<_>) = pairs.unzip();
            let none = Gap::alone(Estimate {
                value: f64::NAN,
                interval: Some(Interval { low: 0.0, high: f64::INFINITY }),
            });
            let both = both_sides(&first, &second)?;
            Some(both.ratio.unwrap_or(none))
        };
        let (held, _) = held(2.0, &mut study);
        assert!(held >= *AS_PROMISED.start(), "{held}");
    }
}

#[test]
fn ninety_five_of_a_hundred_intervals_of_unpaired_lists_hold_the_truth() {
    let mut study = |chance: &mut Chance| {
        let mut list = |count: usize, mean: f64, spread: f64| -> Vec<(f64, f64)> {
            (0..count).map(|_| (mean + spread * chance.normal(), 1.0)).collect()
        };
        let (first, second) = (list(8, 5.0, 1.0), list(15, 8.0, 4.0));
        unpaired(&first, &second).map(|contrast| contrast.difference)
    };
    let (held, _) = held(3.0, &mut study);
    assert!(AS_PROMISED.contains(&held), "{held}");
}
