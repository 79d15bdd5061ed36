//! Figures that were computed elsewhere: mpmath with thirty digits, checked against scipy.

use super::{LAWS, law};
use crate::engine::model::Latency;
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::Span;

/// Keys of a law; a delay and its cdf; a level and its quantile; the mean.
type Row = (&'static str, (f64, f64), (f64, f64), f64);

const FIGURES: &[Row] = &[
    // The laws of the known answers' section 0: lognormal(m, s), exp(m), uniform(a, b), gamma(shape, scale).
    (
        "kind = \"log-normal\"\nmean = \"50ms\"\ndeviation = \"20ms\"",
        (0.08, 0.921_115_225_945_52),
        (0.99, 0.113_754_872_973_17),
        0.05,
    ),
    (
        "kind = \"exponential\"\nmean = \"20ms\"",
        (0.05, 0.917_915_001_376_1),
        (0.99, 0.092_103_403_719_762),
        0.02,
    ),
    ("kind = \"uniform\"\nmin = \"5ms\"\nmax = \"15ms\"", (0.0075, 0.25), (0.9, 0.014), 0.01),
    (
        "kind = \"gamma\"\nmean = \"20ms\"\nshape = 2.5",
        (0.05, 0.971_456_876_673_83),
        (0.99, 0.060_345_089_877_556),
        0.02,
    ),
    ("kind = \"constant\"\nvalue = \"10ms\"", (0.01, 1.0), (0.5, 0.01), 0.01),
    // lomax(2.5, 1) at 5 is this law at 6.
    (
        "kind = \"pareto\"\nscale = \"1s\"\nshape = 2.5",
        (6.0, 0.988_659_769_709_34),
        (0.99, 6.309_573_444_801_9),
        1.666_666_666_666_7,
    ),
    // The others, and caps.
    (
        "kind = \"log-normal\"\nmean = \"50ms\"\ndeviation = \"20ms\"\ncap = \"60ms\"",
        (0.055, 0.670_039_706_470_81),
        (0.5, 0.046_423_834_544_263),
        0.045_689_718_267_095,
    ),
    (
        "kind = \"log-normal\"\nmedian = \"50ms\"\nsigma = 0.4",
        (0.1, 0.958_440_429_129_59),
        (0.999, 0.172_106_922_806_28),
        0.054_164_353_383_748,
    ),
    (
        "kind = \"log-normal\"\nmedian = \"50ms\"\np99 = \"120ms\"",
        (0.03, 0.087_327_647_298_974),
        (0.9, 0.080_988_416_157_48),
        0.053_668_927_803_011,
    ),
    (
        "kind = \"log-normal\"\nmedian = \"50ms\"\np99 = \"120ms\"",
        (0.12, 0.99),
        (0.99, 0.12),
        0.053_668_927_803_011,
    ),
    (
        "kind = \"exponential\"\nmean = \"20ms\"\nfloor = \"5ms\"\ncap = \"40ms\"",
        (0.025, 0.632_120_558_828_56),
        (0.5, 0.018_862_943_611_199),
        0.021_524_521_130_991,
    ),
    (
        "kind = \"gamma\"\nmean = \"20ms\"\nshape = 2.5\ncap = \"30ms\"",
        (0.01, 0.223_504_928_876_68),
        (0.25, 0.010_698_411_237_729),
        0.018_006_156_887_122,
    ),
    (
        "kind = \"gamma\"\nmean = \"20ms\"\nshape = 0.3",
        (0.001, 0.314_997_812_793_25),
        (0.9, 0.058_987_384_890_683),
        0.02,
    ),
    (
        "kind = \"weibull\"\nscale = \"20ms\"\nshape = 0.7",
        (0.05, 0.850_303_367_429_85),
        (0.99, 0.177_224_528_854_78),
        0.025_316_470_121_146,
    ),
    (
        "kind = \"weibull\"\nscale = \"20ms\"\nshape = 0.7\ncap = \"30ms\"",
        (0.01, 0.459_668_374_526_81),
        (0.25, 0.003_373_248_062_070_5),
        0.014_639_373_658_327,
    ),
    (
        "kind = \"pareto\"\nscale = \"1s\"\nshape = 2.5\ncap = \"4s\"",
        (2.0, 0.823_223_304_703_36),
        (0.5, 1.319_507_910_772_9),
        1.583_333_333_333_3,
    ),
    (
        "kind = \"pareto\"\nscale = \"10ms\"\nshape = 1\ncap = \"2s\"",
        (0.05, 0.8),
        (0.9, 0.1),
        0.062_983_173_665_48,
    ),
    (
        "kind = \"normal\"\nmean = \"30ms\"\ndeviation = \"20ms\"",
        (0.01, 0.158_655_253_931_46),
        (0.99, 0.076_526_957_480_817),
        0.030_586_135_875_252,
    ),
    (
        "kind = \"normal\"\nmean = \"30ms\"\ndeviation = \"20ms\"\ncap = \"40ms\"",
        (0.02, 0.308_537_538_725_99),
        (0.1, 0.004_368_968_689_108),
        0.026_630_204_727_226,
    ),
    ("kind = \"empirical\"\nfile = \"durations.txt\"", (0.0015, 0.6), (0.8, 0.0123), 0.053_24),
    ("kind = \"empirical\"\nfile = \"numbers.txt\"\nunit = \"ms\"", (0.2, 0.75), (0.5, 0.001), 0.066_05),
    (
        "kind = \"mixture\"\nparts = [{ weight = 9, kind = \"constant\", value = \"1ms\" }, \
      { weight = 1, kind = \"uniform\", min = \"0s\", max = \"10ms\" }]",
        (0.001, 0.91),
        (0.95, 0.005),
        0.001_4,
    ),
];

#[test]
fn the_closed_forms_give_the_figures_computed_elsewhere() {
    for (keys, (delay, share), (level, quantile), mean) in FIGURES {
        let law = law(keys);
        for (what, actual, expected) in [
            ("cdf", law.cdf(*delay), *share),
            ("quantile", law.quantile(*level), *quantile),
            ("mean", law.mean(), *mean),
        ] {
            assert!((actual - expected).abs() <= 1e-11 * expected, "{law}: {what} {actual}, not {expected}");
        }
    }
}

#[test]
fn the_ends_are_the_least_and_the_greatest_delay() {
    let infinite = f64::INFINITY;
    for (keys, least, greatest, mean) in [
        ("kind = \"pareto\"\nscale = \"1s\"\nshape = 1", 1.0, infinite, infinite),
        ("kind = \"pareto\"\nscale = \"1s\"\nshape = 0.5\nfloor = \"1s\"", 2.0, infinite, infinite),
        ("kind = \"pareto\"\nscale = \"2s\"\nshape = 1\ncap = \"1s\"", 1.0, 1.0, 1.0),
        ("kind = \"exponential\"\nmean = \"1s\"\nfloor = \"1s\"", 1.0, infinite, 2.0),
        ("kind = \"uniform\"\nmin = \"1s\"\nmax = \"3s\"\nfloor = \"1s\"", 2.0, 4.0, 3.0),
        ("kind = \"uniform\"\nmin = \"1s\"\nmax = \"3s\"\ncap = \"500ms\"", 0.5, 0.5, 0.5),
        ("kind = \"empirical\"\nfile = \"durations.txt\"\ncap = \"100ms\"", 0.0009, 0.1, 0.023_24),
        (
            "kind = \"mixture\"\nparts = [{ weight = 1, kind = \"constant\", value = \"2s\" }, \
             { weight = 1, kind = \"pareto\", scale = \"1s\", shape = 1 }]",
            1.0,
            infinite,
            infinite,
        ),
    ] {
        let law = law(keys);
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (least, greatest), "{law}");
        assert!(law.mean() == mean || (law.mean() - mean).abs() < 1e-12, "{law}: mean {}", law.mean());
    }
}

#[test]
fn the_draws_are_pinned() {
    let mut wrong = String::new();
    for (keys, pinned) in LAWS {
        let law = law(keys);
        let source = Streams::new(1, 0).of(Purpose::Latency);
        let draws = [0, 1, 2].map(|number| law.sample(&mut source.at(0, number)).nanos());
        if draws != *pinned {
            wrong += &format!("{law}: {draws:?}\n");
        }
    }
    assert!(wrong.is_empty(), "a change here changes every result: a new engine revision\n{wrong}");
}

#[test]
fn rare_draws_deep_in_the_tails_are_pinned_too() {
    // Only these reach the logarithms and exponentials inside the ziggurats of `rand_distr`.
    let sum = |keys: &str| {
        let law = law(keys);
        let source = Streams::new(2, 0).of(Purpose::Latency);
        (0..100_000).map(|number| law.sample(&mut source.at(0, number)).nanos()).fold(0, u64::wrapping_add)
    };
    let sums = [
        sum("kind = \"log-normal\"\nmedian = \"50ms\"\nsigma = 1.5"),
        sum("kind = \"weibull\"\nscale = \"20ms\"\nshape = 0.4"),
        sum("kind = \"gamma\"\nmean = \"20ms\"\nshape = 0.3"),
    ];
    assert_eq!(sums, [15_364_913_685_875, 6_645_883_666_133, 1_990_151_264_247]);
}

#[test]
fn a_constant_of_code_is_a_constant_of_a_scenario() {
    let of_code = super::LatencyLaw::constant(Span::from_millis(10));
    let of_scenario = law("kind = \"constant\"\nvalue = \"10ms\"");
    assert_eq!(format!("{of_code:?}"), format!("{of_scenario:?}"));
}

/// Delays so long that 1 − cdf is nothing, and the logarithm of their probability to base ten.
#[test]
fn delays_that_nobody_will_ever_see() {
    let log_normal = "kind = \"log-normal\"\nmean = \"50ms\"\ndeviation = \"20ms\"";
    for (keys, seconds, known) in [
        (log_normal, 10.0, -43.775_54),
        (log_normal, 8.0, -40.322_2),
        (log_normal, 3.0, -26.860_32),
        // e^−500, 200^−20, e^−400 and 101 e^−100.
        ("kind = \"exponential\"\nmean = \"20ms\"", 10.0, -217.147_241),
        ("kind = \"pareto\"\nscale = \"50ms\"\nshape = 20.0", 10.0, -46.020_600),
        ("kind = \"weibull\"\nscale = \"10ms\"\nshape = 2.0", 0.2, -173.717_793),
        ("kind = \"gamma\"\nmean = \"20ms\"\nshape = 2.0", 1.0, -41.425_127),
    ] {
        let found = libm::log10(law(keys).beyond(seconds));
        assert!((found - known).abs() < 5e-6 * known.abs().max(1.0), "{keys}: {found}, not {known}");
    }
}
