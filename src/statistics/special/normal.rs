//! The normal distribution, used where a shape is too large to sum.

use core::f64::consts::{PI, SQRT_2};

/// The standard normal distribution function, by the complementary error
/// function so that small tails keep their digits.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The standard normal quantile: infinite at 0 and 1.
///
/// Start: Abramowitz & Stegun 26.2.23, good to 4.5e-4. Each Halley step on the
/// tail probability triples the digits, so three reach full precision.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    if probability > 0.5 {
        return upper_quantile(1.0 - probability);
    }
    -upper_quantile(probability)
}

/// The point that leaves `tail` (at most one half) above it.
fn upper_quantile(tail: f64) -> f64 {
    let t = (-2.0 * libm::log(tail)).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = t - above / below;
    for _ in 0..3 {
        let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        let newton = (tail - normal_cdf(-z)) / density;
        let next = z - newton / (1.0 + 0.5 * z * newton);
        if !next.is_finite() {
            break;
        }
        z = next;
    }
    z
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn quantiles_agree_with_scipy() {
        let table = [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.025, -1.959_963_984_540_054),
            (0.95, 1.644_853_626_951_472_2),
            (1e-10, -6.361_340_902_404_056),
            (1e-300, -37.047_096_299_361_2),
        ];
        for (probability, expected) in table {
            let actual = normal_quantile(probability);
            assert!((actual - expected).abs() < 1e-12, "{probability}: {actual}");
        }
        assert_eq!(normal_quantile(-1.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert_close(normal_cdf(-10.0), 7.619_853_024_160_525e-24, 1e-13, "tail");
    }
}
