//! What every law has in common: the shortest way (`floor`) and the longest wait (`cap`).

use std::fmt;

use serde::Serialize;

use super::constant::Constant;
use super::{Delay, Law};
use crate::document::{Shelf, Table};
use crate::engine::model::Latency;
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// A latency law as a scenario gives it: one of [`Law`], with `floor` added to every delay and delays above
/// `cap` cut to it.
///
/// `floor` is the way itself, which no luck shortens: the speed of light in the fibre. `cap` is where
/// something gives up waiting: a transport that retries elsewhere, a queue that is bounded. The cap holds for
/// the whole delay, floor included.
#[derive(Clone, Debug, Serialize)]
pub struct LatencyLaw {
    #[serde(flatten)]
    law: Law,
    #[serde(skip_serializing_if = "is_nothing")]
    floor: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<Span>,
}

fn is_nothing(floor: &Span) -> bool {
    *floor == Span::ZERO
}

impl LatencyLaw {
    /// Every message travels for `value`.
    pub const fn constant(value: Span) -> LatencyLaw {
        LatencyLaw { law: Law::Constant(Constant::of(value)), floor: Span::ZERO, cap: None }
    }

    /// Reads `kind`, the keys of that kind, `floor` and `cap`. Files are looked for on `shelf`.
    pub fn read(table: &mut Table<'_>, shelf: &Shelf) -> Option<LatencyLaw> {
        let law = Law::read(table, shelf);
        let floor = table.or("floor", Span::ZERO);
        let cap: Option<Span> = table.given("cap");
        if let Some(cap) = cap.filter(|cap| *cap <= floor) {
            table.complain(
                "cap",
                format!("cap {cap} must exceed floor {floor}, which is a part of every delay"),
                "raise cap or lower floor; for equal delays write kind = \"constant\"",
            );
            return None;
        }
        Some(LatencyLaw { law: law?, floor, cap })
    }

    /// The mean in seconds of delays that are cut to `limit`, which may be infinite, besides the cap.
    pub(super) fn mean_up_to(&self, limit: f64) -> f64 {
        let (floor, limit) = (self.floor.seconds(), limit.min(self.limit()));
        if limit <= floor { limit } else { floor + self.law.mean_up_to(limit - floor) }
    }

    /// The mean of [`Latency::beyond`] over a stretch of seconds, where it is not too small beside 1 to be known
    /// from means: laws that jump would be hard to integrate.
    pub fn mean_beyond(&self, from: f64, to: f64) -> Option<f64> {
        const DIGITS: f64 = 1e-4;
        let (before, through) = (self.mean_up_to(from), self.mean_up_to(to));
        let between = through - before;
        (between >= DIGITS * through).then(|| (between / (to - from)).clamp(0.0, 1.0))
    }

    /// What of a delay the law itself drew.
    fn above_floor(&self, seconds: f64) -> f64 {
        if self.floor == Span::ZERO {
            return seconds;
        }
        // Where the law jumps at x, it must be seen to have jumped at floor + x, though that sum was rounded.
        seconds + seconds.abs() * (2.0 * f64::EPSILON) - self.floor.seconds()
    }

    /// The greatest delay in seconds, infinite if there is no cap.
    fn limit(&self) -> f64 {
        self.cap.map_or(f64::INFINITY, Span::seconds)
    }
}

impl Latency for LatencyLaw {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> Span {
        (self.floor + self.law.draw(stream)).min(self.cap.unwrap_or(Span::LONGEST))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        if seconds >= self.limit() {
            return 1.0;
        }
        let above = self.above_floor(seconds);
        if above >= 0.0 { self.law.cdf(above) } else { 0.0 }
    }

    fn beyond(&self, seconds: f64) -> f64 {
        if seconds >= self.limit() {
            return 0.0;
        }
        let above = self.above_floor(seconds);
        if above >= 0.0 { self.law.beyond(above) } else { 1.0 }
    }

    fn quantile(&self, level: f64) -> f64 {
        // What is not a number counts as 0.
        let level = if level > 0.0 { level.min(1.0) } else { 0.0 };
        (self.floor.seconds() + self.law.quantile(level)).min(self.limit())
    }

    fn mean(&self) -> f64 {
        self.mean_up_to(f64::INFINITY)
    }
}

impl fmt::Display for LatencyLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.law)?;
        if self.floor > Span::ZERO {
            write!(f, ", floor {}", self.floor)?;
        }
        self.cap.map_or(Ok(()), |cap| write!(f, ", cap {cap}"))
    }
}
