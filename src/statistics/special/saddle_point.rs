//! Poisson and binomial point probabilities without cancellation.
//!
//! Source: C. Loader, "Fast and Accurate Computation of Binomial
//! Probabilities" (2000). Writing the probability as `exp(-deviance)` times a
//! Stirling correction keeps the exponent small near the mean, where the
//! textbook form subtracts numbers of the size `a ln a` from each other.

use core::f64::consts::PI;

use super::NEGLIGIBLE;

/// `x^a e^-x / Γ(a + 1)`, the Poisson probability of `a` at mean `x`, for any
/// real `a > 0` and `x > 0` (Loader).
pub(super) fn poisson_mass(a: f64, x: f64) -> f64 {
    libm::exp(-stirling_error(a) - deviance(a, x)) / (2.0 * PI * a).sqrt()
}

/// `Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) x^a y^b` with `y = 1 - x`, the binomial
/// probability of `a` successes and `b` failures, for any real `a, b > 0`
/// (Loader). Both `x` and `y` are asked for because `1 - x` loses
/// the digits of a small `y`.
pub(super) fn binomial_mass(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let correction = stirling_error(n) - stirling_error(a) - stirling_error(b);
    let exponent = correction - deviance(a, n * x) - deviance(b, n * y);
    libm::exp(exponent) * (n / a / b / (2.0 * PI)).sqrt()
}

/// `ln Γ(n + 1) - ln(√(2πn) (n/e)^n)`: what Stirling's formula leaves out
/// (Loader's `stirlerr`; the series is Abramowitz & Stegun 6.1.41).
fn stirling_error(n: f64) -> f64 {
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;
    if n < 15.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - HALF_LN_TAU;
    }
    let square = n * n;
    let tail = 1.0 / 1680.0 - 1.0 / 1188.0 / square;
    let tail = 1.0 / 1260.0 - tail / square;
    let tail = 1.0 / 360.0 - tail / square;
    (1.0 / 12.0 - tail / square) / n
}

/// `a ln(a / mean) + mean - a`, by its series where the two are close
/// (Loader's `bd0`).
fn deviance(a: f64, mean: f64) -> f64 {
    let difference = a - mean;
    if difference.abs() >= 0.1 * (a + mean) {
        return a * libm::log(a / mean) - difference;
    }
    let relative = difference / (a + mean);
    let mut power = 2.0 * a * relative;
    let mut sum = difference * relative;
    for term in 1..1000 {
        power *= relative * relative;
        sum += power / f64::from(2 * term + 1);
        if power.abs() <= NEGLIGIBLE * sum {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn masses_agree_with_scipy() {
        let poisson = [
            (3.0, 2.5, 0.213_763_017_249_736_48),
            (100.0, 120.0, 0.006_804_294_803_904_291),
            (1.0, 1e-9, 9.999_999_99e-10),
        ];
        for (a, x, expected) in poisson {
            assert_close(poisson_mass(a, x), expected, 1e-12, "Poisson mass");
        }
        assert_close(binomial_mass(5.0, 5.0, 0.5, 0.5), 252.0 / 1024.0, 1e-13, "binomial");
    }
}
