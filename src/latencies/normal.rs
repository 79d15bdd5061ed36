//! Many small independent delays add up, and none dominates: a quiet network with symmetric jitter.
//!
//! `mean` is the usual way, `deviation` the jitter around it. The tail is so thin that ten deviations never
//! happen, so this law flatters every timeout; real networks have the tail of the log-normal or worse.
//!
//! It is cut at zero: a draw below zero travels no time at all. With a mean of three deviations one draw in
//! 741 is cut; the mean and the deviation are those before cutting.

use std::f64::consts::PI;
use std::fmt;

use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use super::Delay;
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;
use crate::statistics::special::{normal_cdf, normal_quantile};

/// Normal delays; those below zero are zero.
#[derive(Clone, Debug, Serialize)]
pub struct Normal {
    mean: Span,
    deviation: Positive<Span>,
    /// The mean in seconds.
    #[serde(skip)]
    centre: f64,
    /// The deviation in seconds.
    #[serde(skip)]
    spread: f64,
}

impl Normal {
    /// Reads `mean` and `deviation`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Normal> {
        let mean = table.needed("mean", "\"50ms\"");
        let deviation = table.needed("deviation", "\"10ms\"");
        let (mean, deviation): (Span, Positive<Span>) = (mean?, deviation?);
        Some(Normal { mean, deviation, centre: mean.seconds(), spread: deviation.0.seconds() })
    }

    /// How much delays exceed `from` on average, where one that does not exceed it counts as 0.
    fn mean_beyond(&self, from: f64) -> f64 {
        let z = (self.centre - from) / self.spread;
        let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        self.spread * (density + z * normal_cdf(z))
    }
}

impl Delay for Normal {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        let z: f64 = StandardNormal.sample(stream);
        // Below zero is held at zero by the conversion.
        Span::from_seconds(self.centre + self.spread * z)
    }

    fn cdf(&self, seconds: f64) -> f64 {
        normal_cdf((seconds - self.centre) / self.spread)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        normal_cdf((self.centre - seconds) / self.spread)
    }

    fn quantile(&self, level: f64) -> f64 {
        (self.centre + self.spread * normal_quantile(level)).max(0.0)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        let lost = if limit < f64::INFINITY { self.mean_beyond(limit) } else { 0.0 };
        self.mean_beyond(0.0) - lost
    }
}

impl fmt::Display for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "normal, mean {}, deviation {}", self.mean, self.deviation.0)
    }
}
