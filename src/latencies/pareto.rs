//! The heavy tail: most messages are as fast as can be, and now and then one is late without any bound.
//!
//! `scale` is the least delay, and the typical one. `shape` trades the tail: twice the delay is exceeded
//! 2^shape times less often. At or below 2 the deviation is infinite, at or below 1 the mean is too. No
//! timeout is long enough to be safe, which is what this law is for: give it a `cap` to see the price.

use std::f64::consts::LOG2_E;
use std::fmt;

use rand_distr::{Distribution, Exp1};
use serde::Serialize;

use super::{Delay, shape};
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// Pareto delays, from `scale` upwards.
#[derive(Clone, Debug, Serialize)]
pub struct Pareto {
    scale: Positive<Span>,
    shape: f64,
    /// The scale in seconds.
    #[serde(skip)]
    seconds: f64,
    /// How many times a delay doubles with each exponential wait of 1.
    #[serde(skip)]
    doublings: f64,
}

impl Pareto {
    /// Reads `scale` and `shape`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Pareto> {
        let scale = table.needed("scale", "\"20ms\"");
        let shape = shape(table);
        let (scale, shape): (Positive<Span>, f64) = (scale?, shape?);
        Some(Pareto { scale, shape, seconds: scale.0.seconds(), doublings: LOG2_E / shape })
    }
}

impl Delay for Pareto {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        // The logarithm of a Pareto variable is exponential.
        let waits: f64 = Exp1.sample(stream);
        Span::from_seconds(self.seconds * libm::exp2(waits * self.doublings))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        if seconds <= self.seconds {
            return 0.0;
        }
        -libm::expm1(-self.shape * libm::log(seconds / self.seconds))
    }

    fn beyond(&self, seconds: f64) -> f64 {
        if seconds <= self.seconds {
            return 1.0;
        }
        libm::exp(-self.shape * libm::log(seconds / self.seconds))
    }

    fn quantile(&self, level: f64) -> f64 {
        self.seconds * libm::exp(-libm::log1p(-level) / self.shape)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        if limit <= self.seconds {
            return limit;
        }
        let logarithm = libm::log(limit / self.seconds);
        let excess = self.shape - 1.0;
        let beyond = if excess == 0.0 { logarithm } else { -libm::expm1(-excess * logarithm) / excess };
        self.seconds * (1.0 + beyond)
    }
}

impl fmt::Display for Pareto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pareto, scale {}, shape {}", self.scale.0, self.shape)
    }
}
