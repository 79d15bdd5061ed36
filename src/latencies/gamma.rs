//! Several exponential waits in a row: a path of `shape` busy hops.
//!
//! `mean` is the whole way. `shape` trades spread: the deviation is mean / √shape, so 1 is the exponential,
//! 100 nearly constant, and below 1 most messages are fast and a few very late. The tail stays exponential:
//! long, but not heavy.

use std::fmt;

use rand_distr::Distribution;
use serde::Serialize;

use super::{Delay, cut_to, shape};
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;
use crate::statistics::special::{inverse_regularised_gamma, regularised_gamma, regularised_gamma_beyond};

/// Gamma delays of mean `mean`.
#[derive(Clone, Debug, Serialize)]
pub struct Gamma {
    mean: Positive<Span>,
    shape: f64,
    /// The mean of one of the waits, in seconds.
    #[serde(skip)]
    scale: f64,
    /// The sampler, prepared for these two (Marsaglia and Tsang, 2000).
    #[serde(skip)]
    sampler: rand_distr::Gamma<f64>,
}

impl Gamma {
    /// Reads `mean` and `shape`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Gamma> {
        let mean: Option<Positive<Span>> = table.needed("mean", "\"20ms\"");
        let shape = shape(table);
        let (mean, shape) = (mean?, shape?);
        let scale = mean.0.seconds() / shape;
        // Fails only outside the bounds that were just checked.
        let sampler = rand_distr::Gamma::new(shape, scale).ok()?;
        Some(Gamma { mean, shape, scale, sampler })
    }
}

impl Delay for Gamma {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        Span::from_seconds(self.sampler.sample(stream))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        regularised_gamma(self.shape, seconds / self.scale)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        regularised_gamma_beyond(self.shape, seconds / self.scale)
    }

    fn quantile(&self, level: f64) -> f64 {
        self.scale * inverse_regularised_gamma(self.shape, level)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        // Weighting each delay by itself is a gamma law of one more wait.
        let below = self.mean.0.seconds() * regularised_gamma(self.shape + 1.0, limit / self.scale);
        below + cut_to(limit, 1.0 - self.cdf(limit))
    }
}

impl fmt::Display for Gamma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gamma, mean {}, shape {}", self.mean.0, self.shape)
    }
}
