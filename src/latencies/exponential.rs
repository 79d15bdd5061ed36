//! How long a delay has lasted says nothing about how long it will last: waiting behind one busy server.
//!
//! `mean` is also the deviation, so one key sets the usual way and its tail together. With a `floor` for the
//! way itself it is a plain model of queueing. Messages overtake one another easily, and each further `mean`
//! of timeout makes a false suspicion e times rarer.

use std::fmt;

use rand_distr::{Distribution, Exp1};
use serde::Serialize;

use super::Delay;
use crate::document::{Positive, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// Exponential delays of mean `mean`.
#[derive(Clone, Debug, Serialize)]
pub struct Exponential {
    mean: Positive<Span>,
    /// The mean in seconds.
    #[serde(skip)]
    seconds: f64,
}

impl Exponential {
    /// Reads `mean`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Exponential> {
        let mean: Positive<Span> = table.needed("mean", "\"20ms\"")?;
        Some(Exponential { mean, seconds: mean.0.seconds() })
    }
}

impl Delay for Exponential {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        let waits: f64 = Exp1.sample(stream);
        Span::from_seconds(self.seconds * waits)
    }

    fn cdf(&self, seconds: f64) -> f64 {
        -libm::expm1(-seconds / self.seconds)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        libm::exp(-seconds / self.seconds)
    }

    fn quantile(&self, level: f64) -> f64 {
        -self.seconds * libm::log1p(-level)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        self.seconds * self.cdf(limit)
    }
}

impl fmt::Display for Exponential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exponential, mean {}", self.mean.0)
    }
}
