//! A delay that gets likelier, or less likely, to end the longer it lasts: retries, bursts, congestion.
//!
//! `scale` is the delay that 63 % of the messages do not exceed, whatever the shape. `shape` trades the tail:
//! 1 is the exponential, above 1 late messages become rare quickly (3.6 is nearly symmetric), below 1 what is
//! late gets later still, as measured on congested wide-area paths.

use std::fmt;

use rand_distr::{Distribution, Exp1};
use serde::Serialize;

use super::{Delay, cut_to, shape};
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;
use crate::statistics::special::regularised_gamma;

/// Weibull delays: exponential ones to the power of 1 / `shape`.
#[derive(Clone, Debug, Serialize)]
pub struct Weibull {
    scale: Positive<Span>,
    shape: f64,
    /// The scale in seconds.
    #[serde(skip)]
    seconds: f64,
    /// 1 / `shape`.
    #[serde(skip)]
    power: f64,
}

impl Weibull {
    /// Reads `scale` and `shape`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Weibull> {
        let scale = table.needed("scale", "\"20ms\"");
        let shape = shape(table);
        let (scale, shape): (Positive<Span>, f64) = (scale?, shape?);
        Some(Weibull { scale, shape, seconds: scale.0.seconds(), power: 1.0 / shape })
    }

    /// The exponential wait that a delay of `seconds` comes from.
    fn waits(&self, seconds: f64) -> f64 {
        libm::pow(seconds / self.seconds, self.shape)
    }
}

impl Delay for Weibull {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        let waits: f64 = Exp1.sample(stream);
        Span::from_seconds(self.seconds * libm::pow(waits, self.power))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        -libm::expm1(-self.waits(seconds))
    }

    fn beyond(&self, seconds: f64) -> f64 {
        libm::exp(-self.waits(seconds))
    }

    fn quantile(&self, level: f64) -> f64 {
        self.seconds * libm::pow(-libm::log1p(-level), self.power)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        let power = 1.0 + self.power;
        let waits = self.waits(limit);
        let below = self.seconds * libm::tgamma(power) * regularised_gamma(power, waits);
        below + cut_to(limit, libm::exp(-waits))
    }
}

impl fmt::Display for Weibull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "weibull, scale {}, shape {}", self.scale.0, self.shape)
    }
}
