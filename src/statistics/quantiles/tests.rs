//! Ranks by table, coverage by Monte Carlo.

use super::*;

#[test]
fn values_and_limits_by_rank() {
    // The numbers 1 to 100 in two groups. Limits: binomial tails from scipy.
    let groups: Vec<Vec<f64>> =
        (0..2).map(|odd| (0..50).map(|i| f64::from(2 * (50 - i) - odd)).collect()).collect();
    let table = [
        (0.0, 1.0, 0.0, 1.0),
        (0.01, 1.0, 0.0, 4.0),
        (0.5, 50.0, 40.0, 61.0),
        (0.55, 55.0, 45.0, 66.0),
        (0.9, 90.0, 84.0, 96.0),
        (0.99, 99.0, 97.0, f64::INFINITY),
        (1.0, 100.0, 100.0, f64::INFINITY),
    ];
    let pooled = Pooled::new(groups);
    for (level, value, low, high) in table {
        let interval = Some(Interval { low, high });
        assert_eq!(pooled.quantile(level), Some(Estimate { value, interval }), "{level}");
    }
}

#[test]
fn nothing_to_read() {
    assert_eq!(quantile(&[], 0.5), None);
    assert_eq!(quantile(&[vec![], vec![]], 0.5), None);
    assert_eq!(quantile(&[vec![1.0]], f64::NAN), None);
    assert!(Pooled::default().is_empty());
}

#[test]
fn one_observation_bounds_nothing() {
    let interval = Some(Interval { low: 0.0, high: f64::INFINITY });
    assert_eq!(quantile(&[vec![4.0]], 0.9), Some(Estimate { value: 4.0, interval }));
}

#[test]
fn it_takes_so_many_observations_and_no_fewer_to_bound_a_quantile() {
    for (level, least) in [(0.5, 6), (0.9, 36), (0.99, 368), (0.999, 3688)] {
        assert_eq!(observations_to_bound(level), least);
        let is_bound = |count: u64| {
            let group: Vec<f64> = (0..count).map(|number| number as f64).collect();
            let interval = quantile(&[group], level).and_then(|estimate| estimate.interval);
            interval.is_some_and(|interval| interval.high.is_finite())
        };
        assert_eq!((is_bound(least - 1), is_bound(least)), (false, true), "{level}");
    }
}

#[test]
fn fifteen_clusters_cannot_bound_the_99th_percentile() {
    let groups: Vec<Vec<f64>> = (1..=15).map(|i| vec![f64::from(i); 100]).collect();
    let estimate = quantile(&groups, 0.99).expect("observations");
    assert_eq!(estimate.value, 15.0);
    assert_eq!(estimate.interval.map(|i| i.high), Some(f64::INFINITY));
}

/// Sebastiano Vigna's splitmix64, so that the studies below never change.
struct SplitMix(u64);

impl SplitMix {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.uniform())
    }
}

/// How often the interval at `level` covers the exponential quantile when each
/// of `replications` groups holds `distinct` draws, each repeated `copies` times.
fn coverage(level: f64, replications: usize, distinct: usize, copies: usize) -> f64 {
    const STUDIES: u32 = 1000;
    let truth = -libm::log(1.0 - level);
    let mut random = SplitMix(20_240_501);
    let mut covered = 0;
    for _ in 0..STUDIES {
        let groups = (0..replications).map(|_| {
            let draws: Vec<f64> = (0..distinct).map(|_| random.exponential()).collect();
            draws.repeat(copies)
        });
        let estimate = Pooled::new(groups).quantile(level).expect("observations");
        let interval = estimate.interval.expect("an interval");
        covered += u32::from(interval.low <= truth && truth <= interval.high);
    }
    f64::from(covered) / f64::from(STUDIES)
}

#[test]
fn ninety_five_percent_intervals_cover_about_ninety_five_percent() {
    let table = [
        // level, replications, distinct, copies, at least, at most
        (0.5, 5, 40, 1, 0.93, 0.98),
        (0.9, 5, 40, 1, 0.93, 0.98),
        (0.5, 20, 20, 1, 0.93, 0.98),
        (0.9, 20, 20, 1, 0.93, 0.98),
        (0.5, 40, 1, 10, 0.93, 0.99),
        (0.9, 40, 1, 10, 0.93, 0.99),
        (0.5, 30, 5, 6, 0.93, 0.99),
        (0.9, 30, 5, 6, 0.93, 0.99),
        (0.99, 10, 30, 1, 0.95, 1.0),
    ];
    for (level, replications, distinct, copies, least, most) in table {
        let share = coverage(level, replications, distinct, copies);
        let case = (level, replications, distinct, copies);
        assert!((least..=most).contains(&share), "{case:?}: {share}");
    }
}
