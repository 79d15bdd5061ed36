//! The incomplete beta function and its inverse.

use super::normal::{normal_cdf, normal_quantile};
use super::root::rising_root;
use super::saddle_point::binomial_mass;
use super::{HUGE_SHAPE, MOST_TERMS};

/// The regularised incomplete beta function `I_x(a, b)`: the probability that a
/// beta variable is at most `x`, and also that at least `a` of `a + b - 1`
/// trials of success probability `x` succeed.
#[must_use]
pub fn regularised_beta(a: f64, b: f64, x: f64) -> f64 {
    lower_share(a, b, x, 1.0 - x)
}

/// The `x` at which `I_x(a, b)` reaches `probability`.
#[must_use]
pub fn inverse_regularised_beta(a: f64, b: f64, probability: f64) -> f64 {
    share(inverse_log_odds(a, b, probability))
}

/// The `ln(x / (1 - x))` at which `I_x(a, b)` reaches `probability`.
///
/// Log odds, because they resolve both ends: neither a share of 1e-100 nor one
/// of `1 - 1e-100` loses digits, which Student's t of few degrees needs.
pub(super) fn inverse_log_odds(a: f64, b: f64, probability: f64) -> f64 {
    if probability <= 0.0 || a <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 || b <= 0.0 {
        return f64::INFINITY;
    }
    let start = starting_log_odds(a, b, probability);
    if a.min(b) > HUGE_SHAPE {
        return start;
    }
    rising_root((-700.0, 700.0), start, |log_odds| {
        let (x, y) = (share(log_odds), share(-log_odds));
        let excess = lower_share(a, b, x, y) - probability;
        (excess, leading_factor(a, b, x, y))
    })
}

/// `I_x(a, b)` given both `x` and `y = 1 - x`.
pub(super) fn lower_share(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || b <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 || a <= 0.0 {
        return 1.0;
    }
    if a.min(b) > HUGE_SHAPE {
        return cube_root_share(a, b, x, y);
    }
    let factor = leading_factor(a, b, x, y);
    // The fraction converges fast only below the mean; above it, the
    // complement is below its own mean.
    let sum = if a * y >= b * x {
        factor / fraction_below_mean(a, b, x, y)
    } else {
        1.0 - factor / fraction_below_mean(b, a, y, x)
    };
    sum.clamp(0.0, 1.0)
}

/// The share that `log_odds` stands for.
fn share(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// `x^a y^b / B(a, b)`, which is also the derivative of `I_x(a, b)` by the log
/// odds of `x`.
fn leading_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    binomial_mass(a, b, x, y) * (a / (a + b)) * b
}

/// The continued fraction that divides the leading factor to give `I_x(a, b)`,
/// for `x` up to the mean (A. R. DiDonato and A. H. Morris, "Algorithm 708",
/// ACM TOMS 18 (1992), evaluated by Lentz's method).
///
/// It needs `a - (a + b) x` only in the form `a y - b x`, which keeps its
/// digits when `a` and `b` are of very different size.
fn fraction_below_mean(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let below_mean = a * y - b * x;
    let mut fraction = nonzero(a * (below_mean + 1.0) / (a + 1.0));
    let mut c = fraction;
    let mut d = 0.0;
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let before = a + 2.0 * m - 1.0;
        let scaled = m * (b - m) * x / before;
        let numerator = (a + m - 1.0) / before * (a + b + m - 1.0) * x * scaled;
        let rise = below_mean + 1.0 + m * (1.0 + y);
        let denominator = m + scaled + (a + m) / (before + 2.0) * rise;
        d = 1.0 / nonzero(denominator + numerator * d);
        c = nonzero(denominator + numerator / c);
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    fraction
}

/// A first guess at the quantile: Carter's normal approximation (Abramowitz &
/// Stegun 26.5.22), or the leading term at the nearer end for shapes below 1.
fn starting_log_odds(a: f64, b: f64, probability: f64) -> f64 {
    if a > 1.0 && b > 1.0 {
        let z = normal_quantile(probability);
        let (p, q) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let lambda = (z * z - 3.0) / 6.0;
        let h = 2.0 / (p + q);
        let w = -z * (h + lambda).max(0.0).sqrt() / h - (q - p) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
        return libm::log(a / b) - 2.0 * w;
    }
    let ln_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let from_below = (libm::log(probability * a) + ln_beta) / a;
    let from_above = (libm::log((1.0 - probability) * b) + ln_beta) / b;
    if from_below < from_above { from_below } else { -from_above }
}

/// `I_x(a, b)` for huge `a` and `b`: the ratio of two nearly normal cube roots
/// (Abramowitz & Stegun 26.5.21).
fn cube_root_share(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let success = libm::cbrt(b * x);
    let failure = libm::cbrt(a * y);
    let difference = success * (1.0 - 1.0 / (9.0 * b)) - failure * (1.0 - 1.0 / (9.0 * a));
    let spread = (success * success / b + failure * failure / a).sqrt();
    normal_cdf(3.0 * difference / spread)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn agrees_with_mpmath() {
        let table = [
            (0.01, 0.5, 0.001, 0.920_559_706_320_951_98),
            (0.5, 0.5, 0.3, 0.369_010_119_565_545_38),
            (2.0, 3.0, 0.4, 0.5248),
            (50.0, 0.5, 0.99, 0.317_304_397_874_197_37),
            (100.0, 200.0, 0.3, 0.108_843_065_644_909_76),
            (1e4, 3.0, 0.9998, 0.676_568_138_031_765_96),
            (3.0, 1e8, 3.615_567_564_005_96e-8, 0.699_999_999_939_74),
        ];
        for (a, b, x, expected) in table {
            assert_close(regularised_beta(a, b, x), expected, 1e-11, "I");
        }
    }

    #[test]
    fn inverse_agrees_with_mpmath() {
        let table = [
            (0.1, 3.0, 0.025, 2.257_253_028_817_092_2e-17),
            (0.5, 0.5, 0.975, 0.998_458_666_866_563_99),
            (2.0, 3.0, 0.5, 0.385_727_568_132_389_55),
            (950.0, 51.0, 0.975, 0.961_794_763_225_313_84),
            (5.0, 6.0, 0.025, 0.187_086_028_447_398_53),
            (3.0, 1e6, 0.025, 6.186_713_128_471_595_9e-7),
        ];
        for (a, b, probability, expected) in table {
            let actual = inverse_regularised_beta(a, b, probability);
            assert_close(actual, expected, 1e-11, "inverse of I");
        }
    }

    #[test]
    fn inverse_undoes_the_function() {
        let shapes: [f64; 9] = [0.02, 0.5, 1.0, 3.3, 70.0, 1e4, 1e6, 1e9, 1e12];
        for a in shapes {
            for b in shapes.into_iter().filter(|&b| a.min(b) >= 0.5) {
                for probability in [1e-3, 0.025, 0.5, 0.975] {
                    let log_odds = inverse_log_odds(a, b, probability);
                    let back = lower_share(a, b, share(log_odds), share(-log_odds));
                    // At 1e12 a share has too few digits to say it closer.
                    assert!((back - probability).abs() < 3e-4, "{a} {b} {back}");
                    let near = a.max(b) > 1e7 || (back - probability).abs() < 1e-10;
                    assert!(near, "{a} {b} {back}");
                }
            }
        }
    }

    #[test]
    fn limits_of_the_domain() {
        let table = [
            (regularised_beta(2.0, 3.0, -0.5), 0.0),
            (regularised_beta(2.0, 3.0, 1.5), 1.0),
            (regularised_beta(0.0, 3.0, 0.5), 1.0),
            (regularised_beta(2.0, 0.0, 0.5), 0.0),
            (inverse_regularised_beta(2.0, 3.0, 0.0), 0.0),
            (inverse_regularised_beta(2.0, 3.0, 1.0), 1.0),
            (inverse_regularised_beta(0.0, 3.0, 0.5), 0.0),
            (inverse_regularised_beta(2.0, 0.0, 0.5), 1.0),
        ];
        for (actual, expected) in table {
            assert_eq!(actual, expected);
        }
    }
}
