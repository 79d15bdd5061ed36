//! Quantiles of pooled observations, with intervals from order statistics.
//!
//! Observations must be non-negative times: where no observation bounds a
//! quantile from below, 0 does. They may be infinite ("never").

use super::replications::ratio_variance;
use super::special::order_ranks;
use super::{ENOUGH_REPLICATIONS, Estimate, Interval, TAIL};

/// The observations of all replications, sorted once so that many quantiles can
/// be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pooled {
    /// All observations in ascending order.
    pooled: Vec<f64>,
    /// The observations of each replication in ascending order.
    groups: Vec<Vec<f64>>,
}

impl Pooled {
    /// Pools one group of observations, in any order, per replication.
    ///
    /// A replication without observations must still hand in its empty group:
    /// it counts among the replications.
    #[must_use]
    pub fn new(groups: impl IntoIterator<Item = Vec<f64>>) -> Self {
        let mut groups: Vec<Vec<f64>> = groups.into_iter().collect();
        for group in &mut groups {
            group.sort_unstable_by(f64::total_cmp);
        }
        let mut pooled = groups.concat();
        pooled.sort_unstable_by(f64::total_cmp);
        Self { pooled, groups }
    }

    /// How many observations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pooled.len()
    }

    /// Whether there are no observations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pooled.is_empty()
    }

    /// The quantile at `level` (0.5 is the median, 1.0 the maximum) and its
    /// 95 % interval; `None` without observations.
    ///
    /// The value is the `⌈n·level⌉`-th smallest observation, at least the
    /// first. The limits are observations too, at the ranks that the binomial
    /// distribution gives; they assume no shape of the distribution. With
    /// correlated observations the ranks are those of fewer, independent ones
    /// (L. Kish, "Survey Sampling", section 8.2: the effective sample size).
    /// Fewer than 10 replications cannot show correlation, and their
    /// observations pass for independent.
    ///
    /// If even the largest observation does not bound the quantile, `high` is
    /// infinite; if the smallest does not, `low` is 0. The maximum seen bounds
    /// the true maximum from below only.
    #[must_use]
    pub fn quantile(&self, level: f64) -> Option<Estimate> {
        if self.is_empty() || level.is_nan() {
            return None;
        }
        let level = level.clamp(0.0, 1.0);
        let size = self.len() as f64;
        let value = self.pooled[self.rank(level) - 1];
        let interval = if level >= 1.0 {
            Interval { low: value, high: f64::INFINITY }
        } else if level <= 0.0 {
            Interval { low: 0.0, high: value }
        } else {
            self.interval(level, size / self.design_effect(value))
        };
        Some(Estimate { value, interval: Some(interval) })
    }

    /// `⌈n·level⌉`, at least 1. The product is first lowered by a few units in
    /// the last place, so that 100 · 0.55 = 55.000000000000007 is still 55.
    fn rank(&self, level: f64) -> usize {
        let exact = self.len() as f64 * level * (1.0 - 4.0 * f64::EPSILON);
        (exact.ceil() as usize).clamp(1, self.len())
    }

    /// The observations that enclose the quantile at `level`, at the ranks of
    /// `effective` independent observations stretched to as many as there are.
    /// The `i`-th of the effective observations stands for those from the
    /// `(i - 1)`-fold to the `i`-fold of the stretch; of these, the low limit
    /// takes the first and the high limit the last.
    fn interval(&self, level: f64, effective: f64) -> Interval {
        let ranks = order_ranks(effective, level, TAIL);
        let stretch = self.len() as f64 / effective;
        let low = if ranks.low < 1.0 {
            0.0
        } else {
            let before = ((ranks.low - 1.0) * stretch).floor() as usize;
            self.pooled.get(before).copied().unwrap_or(0.0)
        };
        let high = if ranks.high > effective {
            f64::INFINITY
        } else {
            let rank = (ranks.high * stretch).ceil() as usize;
            let at = self.pooled.get(rank.max(1) - 1);
            at.copied().unwrap_or(f64::INFINITY)
        };
        Interval { low, high }
    }

    /// How many pooled observations are worth one independent observation when
    /// asking about `value`: the variance between replications of the share of
    /// observations up to `value`, relative to that of independent ones (Kish,
    /// section 8.2). At least 1.
    ///
    /// Ties with `value` may leave nothing above it and hence no variance to
    /// see, so the share strictly below is asked as well.
    fn design_effect(&self, value: f64) -> f64 {
        if self.groups.len() < ENOUGH_REPLICATIONS {
            return 1.0;
        }
        let up_to = self.inflation(|&observation| observation <= value);
        let below = self.inflation(|&observation| observation < value);
        up_to.max(below).max(1.0)
    }

    /// The variance between replications of the share of observations in
    /// `lower`, a predicate true up to some point, relative to `p(1 - p)/n`;
    /// 1 if all observations or none are in it.
    fn inflation(&self, lower: impl Fn(&f64) -> bool) -> f64 {
        let size = self.len() as f64;
        let inside = self.pooled.partition_point(&lower);
        if inside == 0 || inside == self.len() {
            return 1.0;
        }
        let share = inside as f64 / size;
        let pairs: Vec<(f64, f64)> = self
            .groups
            .iter()
            .map(|group| (group.partition_point(&lower) as f64, group.len() as f64))
            .collect();
        ratio_variance(&pairs, share) * size / (share * (1.0 - share))
    }
}

/// How many independent observations it takes at least before one of them bounds the quantile at `level` from
/// above: with fewer, all of them may well lie below it.
#[must_use]
pub fn observations_to_bound(level: f64) -> u64 {
    (libm::log(TAIL) / libm::log(level)).ceil().max(1.0) as u64
}

/// The quantile at `level` of the observations of all replications, one group
/// each. To read several levels, sort once with [`Pooled`].
#[must_use]
pub fn quantile(groups: &[Vec<f64>], level: f64) -> Option<Estimate> {
    Pooled::new(groups.iter().cloned()).quantile(level)
}

#[cfg(test)]
mod tests;
