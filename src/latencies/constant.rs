//! Every message travels equally long: a network without jitter, or a first rough idea of one.
//!
//! `value` moves every figure by the same length and nothing else: detection is later, and no message is ever
//! overtaken. What depends on jitter (false suspicions of a tight timeout) cannot be seen with it.

use std::fmt;

use serde::Serialize;

use super::Delay;
use crate::document::{Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// Every message travels for `value`.
#[derive(Clone, Debug, Serialize)]
pub struct Constant {
    value: Span,
}

impl Constant {
    /// The law of one value.
    pub const fn of(value: Span) -> Constant {
        Constant { value }
    }

    /// Reads `value`.
    pub fn read(table: &mut Table<'_>, _shelf: &Shelf) -> Option<Constant> {
        let value = table.needed("value", "\"10ms\"");
        Some(Constant { value: value? })
    }
}

impl Delay for Constant {
    #[inline]
    fn draw(&self, _stream: &mut Stream) -> Span {
        self.value
    }

    fn cdf(&self, seconds: f64) -> f64 {
        if seconds >= self.value.seconds() { 1.0 } else { 0.0 }
    }

    fn quantile(&self, _level: f64) -> f64 {
        self.value.seconds()
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        self.value.seconds().min(limit)
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "constant {}", self.value)
    }
}
