//! Many independent causes multiply: the usual law of one-way delays in data centres and on the internet.
//!
//! The median is the way of a typical message. The tail is set by one of three keys that say the same in
//! different words: `p99`, the delay that one message in a hundred exceeds; `sigma`, the deviation of the
//! delay's logarithm (0.1 is a quiet rack, 0.4 a busy data centre, 1 a bad radio link); or `deviation`, that
//! of the delay itself, beside `mean`, its mean. A heavier tail forces a longer timeout for the same rate of
//! false suspicions, while the median hardly shows it.

use std::f64::consts::LOG2_E;
use std::fmt;

use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use super::{Delay, cut_to, lies_within, within};
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;
use crate::statistics::special::{normal_cdf, normal_quantile};

/// Delays whose logarithm is normal.
#[derive(Clone, Debug, Serialize)]
pub struct LogNormal {
    #[serde(flatten)]
    given: Given,
    /// Mean of the logarithm of the delay in seconds.
    #[serde(skip)]
    mu: f64,
    /// Deviation of the logarithm.
    #[serde(skip)]
    sigma: f64,
    /// Mean and deviation of the logarithm to base 2, whose power `libm` finds a third faster.
    #[serde(skip)]
    binary: (f64, f64),
}

/// The pair of keys that was written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
enum Given {
    Tail { median: Span, p99: Span },
    Spread { median: Span, sigma: f64 },
    Moments { mean: Span, deviation: Span },
}

const KEYS: [&str; 5] = ["median", "p99", "sigma", "mean", "deviation"];
const PAIRS: &str = "write median and p99, or median and sigma, or mean and deviation";
/// The deviations that a logarithm may have. Below, the law is a constant; above, longer than history.
const SIGMAS: (f64, f64) = (1e-6, 20.0);

impl LogNormal {
    /// Reads one of the pairs `median` and `p99`, `median` and `sigma`, `mean` and `deviation`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<LogNormal> {
        lies_within(table, "sigma", SIGMAS);
        table.chooses(&[&["median", "p99"], &["median", "sigma"], &["mean", "deviation"]]);
        let median: Option<Positive<Span>> = table.given("median");
        let p99: Option<Positive<Span>> = table.given("p99");
        let sigma: Option<f64> = table.given("sigma");
        let mean: Option<Positive<Span>> = table.given("mean");
        let deviation: Option<Positive<Span>> = table.given("deviation");
        let written: Vec<&str> = KEYS.into_iter().filter(|key| table.has(key)).collect();
        match written[..] {
            ["median", "p99"] => Self::with_tail(table, median?.0, p99?.0),
            ["median", "sigma"] => {
                let (median, sigma) = (median?.0, within(table, "sigma", sigma?, SIGMAS)?);
                let mu = libm::log(median.seconds());
                Some(Self::of(Given::Spread { median, sigma }, mu, sigma))
            }
            ["mean", "deviation"] => Self::with_moments(table, mean?.0, deviation?.0),
            [] | [_] => {
                let found =
                    written.first().map_or("it has neither".to_owned(), |key| format!("it has only {key}"));
                let reason =
                    format!("a log-normal latency needs a pair of keys that set middle and tail; {found}");
                table.complain("kind", reason, PAIRS);
                None
            }
            [.., last] => {
                let found = written.join(", ");
                let reason = format!("a log-normal latency takes exactly one pair of keys; found {found}");
                table.complain(last, reason, PAIRS);
                None
            }
        }
    }

    fn with_tail(table: &Table<'_>, median: Span, p99: Span) -> Option<LogNormal> {
        if p99 <= median {
            let reason = format!("p99 {p99} must exceed median {median}");
            table.complain("p99", reason, "raise p99; for equal delays write kind = \"constant\"");
            return None;
        }
        let mu = libm::log(median.seconds());
        let sigma = (libm::log(p99.seconds()) - mu) / normal_quantile(0.99);
        let sigma = implied(table, "p99", sigma)?;
        Some(Self::of(Given::Tail { median, p99 }, mu, sigma))
    }

    fn with_moments(table: &Table<'_>, mean: Span, deviation: Span) -> Option<LogNormal> {
        let relative = deviation.seconds() / mean.seconds();
        let variance = libm::log1p(relative * relative);
        let sigma = implied(table, "deviation", variance.sqrt())?;
        let mu = libm::log(mean.seconds()) - 0.5 * variance;
        Some(Self::of(Given::Moments { mean, deviation }, mu, sigma))
    }

    fn of(given: Given, mu: f64, sigma: f64) -> LogNormal {
        LogNormal { given, mu, sigma, binary: (mu * LOG2_E, sigma * LOG2_E) }
    }
}

/// The sigma that `key` implies, if it is within bounds.
fn implied(table: &Table<'_>, key: &str, sigma: f64) -> Option<f64> {
    let (least, most) = SIGMAS;
    if (least..=most).contains(&sigma) {
        return Some(sigma);
    }
    let reason = format!("this {key} implies a sigma of {sigma:e}; it must lie between {least} and {most}");
    table.complain(key, reason, "for (nearly) equal delays write kind = \"constant\"");
    None
}

impl Delay for LogNormal {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        let z: f64 = StandardNormal.sample(stream);
        let (mu, sigma) = self.binary;
        Span::from_seconds(libm::exp2(mu + sigma * z))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        normal_cdf((libm::log(seconds) - self.mu) / self.sigma)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        normal_cdf((self.mu - libm::log(seconds)) / self.sigma)
    }

    fn quantile(&self, level: f64) -> f64 {
        libm::exp(self.mu + self.sigma * normal_quantile(level))
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        // Weighting each delay by itself shifts the normal below by sigma.
        let z = (libm::log(limit) - self.mu) / self.sigma;
        let mean = libm::exp(self.mu + 0.5 * self.sigma * self.sigma);
        mean * normal_cdf(z - self.sigma) + cut_to(limit, normal_cdf(-z))
    }
}

impl fmt::Display for LogNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given {
            Given::Tail { median, p99 } => write!(f, "log-normal, median {median}, p99 {p99}"),
            Given::Spread { median, sigma } => write!(f, "log-normal, median {median}, sigma {sigma}"),
            Given::Moments { mean, deviation } => write!(f, "log-normal, mean {mean}, deviation {deviation}"),
        }
    }
}
