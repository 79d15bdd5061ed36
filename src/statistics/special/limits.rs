//! Exact limits for counts, shares and ranks.
//!
//! All take `tail`, the probability left out on each side (0.025 for a
//! two-sided 95 % interval), and real-valued counts: an over-dispersed count is
//! worth fewer, generally not whole, independent ones.

use super::super::Interval;
use super::beta::{inverse_regularised_beta, regularised_beta};
use super::gamma::inverse_regularised_gamma;

/// The exact limits of a Poisson mean after observing `count` events.
///
/// Source: F. Garwood, "Fiducial limits for the Poisson distribution",
/// Biometrika 28 (1936), as gamma quantiles.
#[must_use]
pub fn poisson_limits(count: f64, tail: f64) -> Interval {
    let count = count.max(0.0);
    Interval {
        low: inverse_regularised_gamma(count, tail),
        high: inverse_regularised_gamma(count + 1.0, 1.0 - tail),
    }
}

/// The exact limits of a success probability after `successes` of `trials`.
///
/// Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial
/// limits", Biometrika 26 (1934), as beta quantiles.
#[must_use]
pub fn clopper_pearson(successes: f64, trials: f64, tail: f64) -> Interval {
    let successes = successes.max(0.0).min(trials);
    let failures = trials - successes;
    Interval {
        low: inverse_regularised_beta(successes, failures + 1.0, tail),
        high: inverse_regularised_beta(successes + 1.0, failures, 1.0 - tail),
    }
}

/// The real-valued ranks, between 0 and `trials + 1`, of the order statistics
/// that enclose the quantile at `level`.
///
/// How many of `trials` observations fall below the quantile is binomial. The
/// low rank is the highest that as few observations would reach with
/// probability `tail`, the high rank the lowest that as many would (H. A. David
/// and H. N. Nagaraja, "Order Statistics", section 7.1). A low rank below 1 or a
/// high rank above `trials` means that no observation bounds the quantile.
#[must_use]
pub fn order_ranks(trials: f64, level: f64, tail: f64) -> Interval {
    Interval { low: rank_reached(trials, level, 1.0 - tail), high: rank_reached(trials, level, tail) }
}

/// The rank that the number of observations below the quantile reaches with the
/// given probability: the falling function `I_level(rank, trials + 1 - rank)`,
/// halved down to the last bits.
fn rank_reached(trials: f64, level: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, trials + 1.0);
    for _ in 0..64 {
        let rank = f64::midpoint(low, high);
        if regularised_beta(rank, trials + 1.0 - rank, level) > probability {
            low = rank;
        } else {
            high = rank;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn poisson_limits_agree_with_scipy() {
        let table = [
            (0.0, 0.0, 3.688_879_454_113_935_4),
            (0.5, 0.000_491_034_558_587_627_8, 4.674_201_802_248_074),
            (1.0, 0.025_317_807_984_289_876, 5.571_643_390_938_898),
            (10.0, 4.795_388_696_132_433_5, 18.390_356_042_017_78),
            (100.0, 81.363_991_250_923_14, 121.626_793_792_426_38),
            (12_345.0, 12_128.180_907_899_08, 12_564.722_206_913_333),
            (1e6, 998_040.983_340_293_9, 1_001_961.911_945_432_2),
        ];
        for (count, low, high) in table {
            let limits = poisson_limits(count, 0.025);
            assert_close(limits.low, low, 1e-8, "low");
            assert_close(limits.high, high, 1e-8, "high");
        }
    }

    #[test]
    fn clopper_pearson_agrees_with_scipy() {
        let table = [
            (0.0, 10.0, 0.0, 0.308_497_107_818_760_7),
            (1.0, 10.0, 0.002_528_578_544_461_784_8, 0.445_016_117_028_195_4),
            (5.0, 10.0, 0.187_086_028_447_398_55, 0.812_913_971_552_601_5),
            (10.0, 10.0, 0.691_502_892_181_239_2, 1.0),
            (990.0, 1000.0, 0.981_686_756_944_887_5, 0.995_194_489_308_950_7),
            (12_345.0, 1e5, 0.121_417_106_707_981_31, 0.125_504_760_848_671_96),
            (0.5, 7.5, 6.332_441_033_110_28e-5, 0.476_149_515_718_598_76),
        ];
        for (successes, trials, low, high) in table {
            let limits = clopper_pearson(successes, trials, 0.025);
            assert_close(limits.low, low, 1e-11, "low");
            assert_close(limits.high, high, 1e-11, "high");
        }
    }

    #[test]
    fn ranks_round_to_those_of_the_binomial_tables() {
        // The last rank that at most 2.5 % stay below and the first that at
        // most 2.5 % reach, by scipy.stats.binom.
        let table = [
            (100.0, 0.01, 0.0, 4.0),
            (100.0, 0.5, 40.0, 61.0),
            (100.0, 0.9, 84.0, 96.0),
            (100.0, 0.99, 97.0, 101.0),
            (20.0, 0.9, 15.0, 21.0),
        ];
        for (trials, level, low, high) in table {
            let ranks = order_ranks(trials, level, 0.025);
            assert_eq!((ranks.low.floor(), ranks.high.ceil()), (low, high));
        }
    }
}
