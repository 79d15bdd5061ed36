//! Any delay between two bounds is as likely as any other: jitter of which only the range is known.
//!
//! `min` is the way of a lucky message, `max` that of an unlucky one. A wider range costs false suspicions of
//! a tight timeout, but a timeout that allows for `max` is never wrong: there is no tail.

use std::fmt;

use serde::Serialize;

use super::Delay;
use crate::document::{Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// Delays spread evenly from `min` to `max`.
#[derive(Clone, Debug, Serialize)]
pub struct Uniform {
    min: Span,
    max: Span,
    /// `max` less `min`, in seconds.
    #[serde(skip)]
    width: f64,
}

impl Uniform {
    /// Reads `min` and `max`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Uniform> {
        let min = table.needed("min", "\"5ms\"");
        let max = table.needed("max", "\"15ms\"");
        let (min, max): (Span, Span) = (min?, max?);
        if max <= min {
            let reason = format!("max {max} must exceed min {min}");
            table.complain("max", reason, "raise max; for equal delays write kind = \"constant\"");
            return None;
        }
        Some(Uniform { min, max, width: (max - min).seconds() })
    }
}

impl Delay for Uniform {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        self.min + Span::from_seconds(stream.unit() * self.width)
    }

    fn cdf(&self, seconds: f64) -> f64 {
        ((seconds - self.min.seconds()) / self.width).clamp(0.0, 1.0)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        ((self.max.seconds() - seconds) / self.width).clamp(0.0, 1.0)
    }

    fn quantile(&self, level: f64) -> f64 {
        // In this form both ends are met exactly.
        self.min.seconds() * (1.0 - level) + self.max.seconds() * level
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        // Below the limit the delays are uniform again, from `min` to the limit.
        let top = self.max.seconds().min(limit);
        let min = self.min.seconds();
        if top <= min {
            return limit;
        }
        0.5 * (min + top) * self.cdf(top) + top * (1.0 - self.cdf(top))
    }
}

impl fmt::Display for Uniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uniform from {} to {}", self.min, self.max)
    }
}
