//! A length of time: always the same, or drawn anew each time.

use serde::Serialize;

use super::Ground;
use crate::document::{FromValue, Kind, Place, Positive, Shape, Table, Value, read_table};
use crate::engine::model::Latency;
use crate::engine::random::Stream;
use crate::engine::time::Span;
use crate::latencies::LatencyLaw;

/// A length of time, as the scenario gives it: a duration or a law.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Length {
    Fixed(Span),
    Drawn(LatencyLaw),
}

impl Length {
    /// Reads a duration above zero or a latency law.
    /// What a length can be, for outlines.
    pub(super) fn shape() -> Shape {
        Shape::Either(vec![Positive::<Span>::shape(), Shape::Table("the latency law".to_owned())])
    }

    pub(super) fn read(value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Length> {
        if matches!(value.kind, Kind::Table(_)) {
            let read = |table: &mut Table<'_>| {
                table.is_a("the latency law");
                LatencyLaw::read(table, ground.shelf)
            };
            return read_table(value, place.key(), place.complaints(), read).map(Length::Drawn);
        }
        Positive::<Span>::from_value(value, place).map(|Positive(length)| Length::Fixed(length))
    }

    /// One of its lengths; the stream is asked for only if there is something to draw.
    pub(super) fn sample(&self, stream: impl FnOnce() -> Stream) -> Span {
        match self {
            Length::Fixed(length) => *length,
            Length::Drawn(law) => law.sample(&mut stream()),
        }
    }

    /// As a law.
    pub(super) fn law(&self) -> LatencyLaw {
        match self {
            Length::Fixed(length) => LatencyLaw::constant(*length),
            Length::Drawn(law) => law.clone(),
        }
    }
}
