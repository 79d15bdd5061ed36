//! Drawn and written agree: draws against cdf and mean, cdf against quantile, mean against cdf.

use super::{LAWS, law};
use crate::engine::model::Latency;
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::Span;

const DRAWS: usize = 200_000;

fn draws(law: &impl Latency) -> Vec<Span> {
    let source = Streams::new(1, 0).of(Purpose::Latency);
    (0..DRAWS as u64).map(|number| law.sample(&mut source.at(0, number))).collect()
}

#[test]
fn draws_follow_the_cdf() {
    for (keys, _) in LAWS {
        let law = law(keys);
        let mut draws = draws(&law);
        draws.sort_unstable();
        // Draws are rounded: a draw of n nanoseconds was between n - ½ and n + ½.
        let share = |count: usize| count as f64 / DRAWS as f64;
        let written = |nanos: f64| law.cdf(nanos * 1e-9);
        let mut distance: f64 = 0.0;
        let mut before = 0;
        for equal in draws.chunk_by(|a, b| a == b) {
            let nanos = equal[0].nanos() as f64;
            distance = distance.max((share(before) - written(nanos - 0.5)).abs());
            before += equal.len();
            distance = distance.max((share(before) - written(nanos + 0.5)).abs());
        }
        let allowed = 1.95 / (DRAWS as f64).sqrt();
        assert!(distance < allowed, "{law}: Kolmogorov–Smirnov distance {distance}, allowed {allowed}");
    }
}

#[test]
fn draws_follow_the_mean() {
    for (keys, _) in LAWS {
        let law = law(keys);
        let seconds: Vec<f64> = draws(&law).into_iter().map(Span::seconds).collect();
        let mean = seconds.iter().sum::<f64>() / DRAWS as f64;
        let squares: f64 = seconds.iter().map(|delay| (delay - mean) * (delay - mean)).sum();
        let error = (squares / DRAWS as f64).sqrt() / (DRAWS as f64).sqrt();
        let (difference, allowed) = ((mean - law.mean()).abs(), 4.0 * error + 1e-9);
        assert!(difference < allowed, "{law}: drawn {mean}, written {}, error {error}", law.mean());
    }
}

#[test]
fn draws_stay_between_the_least_and_the_greatest() {
    for (keys, _) in LAWS {
        let law = law(keys);
        let (least, greatest) = (law.quantile(0.0), law.quantile(1.0));
        for draw in draws(&law) {
            let seconds = draw.seconds();
            assert!(least - 1e-9 <= seconds && seconds <= greatest + 1e-9, "{law}: {draw}");
        }
    }
}

#[test]
fn the_quantile_is_the_least_delay_at_which_the_cdf_reaches_the_level() {
    for (keys, _) in LAWS {
        let law = law(keys);
        for level in [1e-6, 0.001, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.75, 0.9, 0.99, 0.9999, 1.0] {
            let delay = law.quantile(level);
            let reached = law.cdf(delay * (1.0 + 1e-11));
            assert!(reached >= level - 1e-10, "{law}: the cdf is {reached} at the quantile of {level}");
            if delay > law.quantile(0.0) {
                let below = law.cdf(delay.min(1e300) * (1.0 - 1e-11) - 1e-18);
                assert!(below <= level + 1e-10, "{law}: the cdf is {below} below the quantile of {level}");
            }
        }
    }
}

#[test]
fn the_mean_is_the_area_above_the_cdf() {
    for (keys, _) in LAWS {
        for cap in ["5.5ms", "17ms", "60ms", "900ms"] {
            let lines = keys.lines().filter(|line| !line.starts_with("cap")).collect::<Vec<_>>().join("\n");
            let law = law(&format!("cap = \"{cap}\"\n{lines}"));
            let top = law.quantile(1.0);
            // Cubed steps, so that densities that are infinite at zero are met by fine ones.
            let steps = 300_000;
            let at = |step: f64| law.quantile(0.0) + (top - law.quantile(0.0)) * step * step * step;
            let area: f64 = (0..steps)
                .map(|step| {
                    let share = |offset: f64| (f64::from(step) + offset) / f64::from(steps);
                    (at(share(1.0)) - at(share(0.0))) * (1.0 - law.cdf(at(share(0.5))))
                })
                .sum();
            let mean = law.quantile(0.0) + area;
            let difference = (mean - law.mean()).abs();
            assert!(difference < 2e-5 * mean, "{law}: area {mean}, mean {}", law.mean());
        }
    }
}

#[test]
fn odd_questions_have_plain_answers() {
    for (keys, _) in LAWS {
        let law = law(keys);
        assert_eq!(law.cdf(f64::INFINITY), 1.0, "{law}");
        for never in [f64::NEG_INFINITY, -1.0, -1e-9, f64::NAN] {
            assert_eq!(law.cdf(never), 0.0, "{law} at {never}");
        }
        assert_eq!(law.quantile(-1.0), law.quantile(0.0), "{law}");
        assert_eq!(law.quantile(2.0), law.quantile(1.0), "{law}");
        assert_eq!(law.quantile(f64::NAN), law.quantile(0.0), "{law}");
        assert!(law.quantile(0.0) >= 0.0, "{law}");
        let mut last = 0.0;
        for step in 0..=1_000 {
            let share = law.cdf(f64::from(step) * 1e-4);
            assert!((last..=1.0).contains(&share), "{law} falls at step {step}");
            last = share;
        }
    }
}

#[test]
fn at_the_bounds_of_the_parameters_everything_stays_a_number() {
    for keys in [
        "kind = \"constant\"\nvalue = \"3650d\"\nfloor = \"3650d\"",
        "kind = \"constant\"\nvalue = \"0s\"",
        "kind = \"uniform\"\nmin = \"0s\"\nmax = \"1ns\"",
        "kind = \"uniform\"\nmin = \"0s\"\nmax = \"3650d\"\nfloor = \"3650d\"",
        "kind = \"normal\"\nmean = \"0s\"\ndeviation = \"3650d\"",
        "kind = \"normal\"\nmean = \"3650d\"\ndeviation = \"1ns\"",
        "kind = \"log-normal\"\nmedian = \"1ns\"\np99 = \"3650d\"",
        "kind = \"log-normal\"\nmedian = \"3650d\"\nsigma = 20",
        "kind = \"log-normal\"\nmedian = \"1ns\"\nsigma = 0.000001",
        "kind = \"log-normal\"\nmean = \"1ns\"\ndeviation = \"3650d\"",
        "kind = \"exponential\"\nmean = \"3650d\"",
        "kind = \"exponential\"\nmean = \"1ns\"",
        "kind = \"gamma\"\nmean = \"1ns\"\nshape = 1000",
        "kind = \"gamma\"\nmean = \"3650d\"\nshape = 0.01",
        "kind = \"weibull\"\nscale = \"3650d\"\nshape = 0.01",
        "kind = \"weibull\"\nscale = \"1ns\"\nshape = 1000",
        "kind = \"pareto\"\nscale = \"3650d\"\nshape = 0.01",
        "kind = \"pareto\"\nscale = \"1ns\"\nshape = 1000",
        "kind = \"mixture\"\nparts = [{ weight = 1e-9, kind = \"pareto\", scale = \"3650d\", shape = 0.01 }, \
         { weight = 1e9, kind = \"constant\", value = \"0s\" }]",
    ] {
        for more in ["", "\ncap = \"3650d\"", "\ncap = \"1ms\""] {
            if !more.is_empty() && keys.contains("floor") {
                continue;
            }
            let law = law(&format!("{keys}{more}"));
            for draw in draws(&law).into_iter().take(1_000) {
                assert!(draw <= Span::LONGEST, "{law}");
            }
            assert!(law.mean() >= 0.0, "{law}: mean {}", law.mean());
            for level in [0.0, 1e-9, 0.5, 0.999_999, 1.0] {
                let delay = law.quantile(level);
                assert!(delay >= 0.0, "{law}: quantile {delay} of {level}");
                assert!((0.0..=1.0).contains(&law.cdf(delay)), "{law}: cdf at {delay}");
            }
        }
    }
}

#[test]
fn what_is_beyond_is_what_the_cdf_leaves() {
    for (keys, _) in LAWS {
        let law = law(keys);
        for level in [0.0, 0.001, 0.3, 0.5, 0.9, 0.999, 1.0] {
            let delay = law.quantile(level);
            for seconds in [0.0, 0.5 * delay, delay, 1.5 * delay] {
                let sum = law.cdf(seconds) + law.beyond(seconds);
                assert!((sum - 1.0).abs() < 1e-11, "{law}: at {seconds} the two add up to {sum}");
            }
        }
    }
}
