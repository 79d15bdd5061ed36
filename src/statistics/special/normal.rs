//! The normal distribution, used where a shape is too large to sum.

use core::f64::consts::{LN_2, PI, SQRT_2};

use super::root::rising_root;

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

/// From here on the tail is a series, of which a double could not hold what is left out.
const FAR: f64 = 20.0;

/// The logarithm of the probability that a standard normal variable exceeds `z`.
///
/// One less the distribution function is nothing from z = 8.3 on, and the tail itself is too small for a
/// double from z = 38 on; its logarithm has 12 digits everywhere.
#[must_use]
pub fn log_normal_tail(z: f64) -> f64 {
    if z < 0.0 {
        return libm::log1p(-normal_cdf(z));
    }
    if z < FAR {
        return libm::log(normal_cdf(-z));
    }
    // Abramowitz & Stegun 26.2.12.
    let s = 1.0 / (z * z);
    let series = -s * (1.0 - s * (3.0 - s * (15.0 - s * (105.0 - s * (945.0 - s * 10_395.0)))));
    -0.5 * z * z - libm::log(z * (2.0 * PI).sqrt()) + libm::log1p(series)
}

/// The point above which a standard normal variable lies with the probability exp(−`depth`): infinite at 0,
/// and finite however deep.
#[must_use]
pub fn normal_quantile_of_depth(depth: f64) -> f64 {
    /// Where squares still fit into a double. What lies deeper is not told apart.
    const DEEPEST: f64 = 1e300;
    if depth <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let depth = depth.min(DEEPEST);
    // Beyond the median, the tail is below exp(−z²/2) / 2; 40 below it lies nothing.
    let (bracket, start) = if depth > LN_2 {
        let most = (2.0 * (depth - LN_2)).sqrt();
        ((0.0, most), most)
    } else {
        ((-40.0, 0.0), normal_quantile(-libm::expm1(-depth)))
    };
    rising_root(bracket, start, |z| {
        let log_tail = log_normal_tail(z);
        let hazard =
            if z < FAR { libm::exp(-0.5 * z * z - log_tail) / (2.0 * PI).sqrt() } else { z + 1.0 / z };
        (-log_tail - depth, hazard)
    })
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

    /// Known to 17 digits, by mpmath.
    #[test]
    fn the_logarithm_of_a_tail_keeps_its_digits_however_deep() {
        for (z, expected) in [
            (-30.0, -4.906_713_927_148_187e-198),
            (-8.0, -6.220_960_574_271_786e-16),
            (-1.0, -0.172_753_779_023_449_9),
            (0.0, -LN_2),
            (0.5, -1.175_911_761_593_618_6),
            (5.0, -15.064_998_393_988_726),
            (8.3, -37.494_217_423_748_25),
            (19.9, -201.917_167_707_332_6),
            (20.1, -205.927_118_401_948_25),
            (37.0, -689.030_585_576_890_6),
            (50.0, -1_254.831_361_139_42),
            (1_000.0, -500_007.826_694_812_2),
            (1e8, -5_000_000_000_000_019.0),
        ] {
            assert_close(log_normal_tail(z), expected, 1e-12, &format!("log tail of {z}"));
        }
    }

    /// Known to 17 digits, by mpmath.
    #[test]
    fn a_depth_has_its_quantile() {
        for (depth, expected) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-10, -6.361_340_902_411_735),
            (0.1, -1.309_617_799_458_493),
            (0.5, -0.270_288_020_738_735_85),
            (0.7, 0.008_559_478_582_480_28),
            (1.0, 0.337_474_963_764_202_46),
            (core::f64::consts::LN_10, 1.281_551_565_544_600_6),
            (18.420_680_743_952_367, 5.612_001_244_174_789),
            (100.0, 13.888_476_033_003_886),
            (300.0, 24.326_438_906_565_587),
            (690.775_527_898_213_7, 37.047_096_299_361_2),
            (745.0, 38.481_948_964_330_2),
            (5_000.0, 99.944_748_174_841_09),
            (1e6, 1_414.207_782_991_017_3),
        ] {
            assert_close(normal_quantile_of_depth(depth), expected, 1e-12, &format!("quantile of {depth}"));
        }
        assert_eq!(normal_quantile_of_depth(0.0), f64::NEG_INFINITY);
        for depth in [5e-324, 1e12, 1e200, 1e300, f64::MAX, f64::INFINITY] {
            let found = normal_quantile_of_depth(depth);
            let deep = (2.0 * depth.min(1e300)).sqrt();
            assert!(
                found.is_finite() && (depth < 1.0 || (found / deep - 1.0).abs() < 1e-6),
                "{depth}: {found}"
            );
        }
    }
}
