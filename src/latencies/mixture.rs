//! Sometimes one network, sometimes another: a fast path and a detour, a cache hit and a miss.
//!
//! Each of the `parts` is a whole law of its own (with `floor` and `cap`, or another mixture) and a `weight`.
//! Only the ratio of the weights counts: 9 and 1 are 90 % and 10 %. A small weight of a slow part is the
//! plainest model of the tail that no single law fits.

use std::fmt;

use serde::Serialize;

use super::{Delay, LatencyLaw, lies_within, within};
use crate::document::{Kind, Shape, Shelf, Table};
use crate::engine::model::Latency;
use crate::engine::random::Stream;
use crate::engine::time::Span;

/// Every message draws one of the parts, by weight, and from it its delay.
#[derive(Clone, Debug, Serialize)]
pub struct Mixture {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    weight: f64,
    #[serde(flatten)]
    law: LatencyLaw,
    /// The share of messages that draw this part.
    #[serde(skip)]
    share: f64,
    /// The share of messages that draw this part or one before it.
    #[serde(skip)]
    up_to: f64,
}

const EXAMPLE: &str = "[{ weight = 9, kind = \"constant\", value = \"1ms\" }, { weight = 1, kind = \"exponential\", mean = \"1s\" }]";
/// Weights beyond these would be lost in, or swallow, all the others.
const WEIGHTS: (f64, f64) = (1e-9, 1e9);

impl Mixture {
    /// Reads `parts`, a list of laws each with its `weight`.
    pub fn read(table: &mut Table<'_>, shelf: &Shelf) -> Option<Mixture> {
        table.shaped("parts", || Shape::Table("a part of a mixture".to_owned()).list_of(1, None));
        let count = match table.value("parts").map(|value| &value.kind) {
            None => {
                table.lacks("parts", EXAMPLE);
                return None;
            }
            Some(Kind::List(items)) => items.len(),
            Some(other) => {
                let reason = format!("parts must be a list of laws, found {}", other.described());
                table.complain("parts", reason, format!("write parts = {EXAMPLE}"));
                return None;
            }
        };
        if count == 0 {
            table.complain("parts", "a mixture needs at least one part", format!("write parts = {EXAMPLE}"));
            return None;
        }
        let parts = table.tables("parts", "a part of a mixture", |part| Part::read(part, shelf));
        (parts.len() == count).then(|| Mixture::of(parts))
    }

    fn of(mut parts: Vec<Part>) -> Mixture {
        let total: f64 = parts.iter().map(|part| part.weight).sum();
        let mut up_to = 0.0;
        for part in &mut parts {
            part.share = part.weight / total;
            up_to += part.weight;
            part.up_to = up_to / total;
        }
        Mixture { parts }
    }

    fn average(&self, of: impl Fn(&LatencyLaw) -> f64) -> f64 {
        self.parts.iter().map(|part| part.share * of(&part.law)).sum()
    }
}

impl Part {
    fn read(table: &mut Table<'_>, shelf: &Shelf) -> Option<Part> {
        lies_within(table, "weight", WEIGHTS);
        let weight: Option<f64> = table.needed("weight", "1");
        let law = LatencyLaw::read(table, shelf);
        let weight = weight.and_then(|weight| within(table, "weight", weight, WEIGHTS));
        Some(Part { weight: weight?, law: law?, share: 0.0, up_to: 0.0 })
    }
}

impl Delay for Mixture {
    fn draw(&self, stream: &mut Stream) -> Span {
        let chance = stream.unit();
        // A mixture has at least one part, and the last one also takes what rounding left above it.
        let part = self.parts.iter().find(|part| chance < part.up_to).or(self.parts.last());
        part.map_or(Span::ZERO, |part| part.law.sample(stream))
    }

    fn cdf(&self, seconds: f64) -> f64 {
        self.average(|law| law.cdf(seconds)).min(1.0)
    }

    fn beyond(&self, seconds: f64) -> f64 {
        self.average(|law| law.beyond(seconds)).min(1.0)
    }

    fn quantile(&self, level: f64) -> f64 {
        let of_parts = self.parts.iter().map(|part| part.law.quantile(level));
        let (low, high) =
            of_parts.fold((f64::INFINITY, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        // At the ends, the least and the greatest of the parts; between them, somewhere between theirs.
        if level <= 0.0 {
            return low;
        }
        if level >= 1.0 {
            return high;
        }
        // Numbers above zero are ordered like their bits, so halving the bits finds the very least number
        // at which the level is reached, jumps included.
        let (mut low, mut high) = (low.to_bits(), high.to_bits());
        while low < high {
            let middle = low.midpoint(high);
            if self.cdf(f64::from_bits(middle)) >= level {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        f64::from_bits(high)
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        self.average(|law| law.mean_up_to(limit))
    }
}

impl fmt::Display for Mixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mixture of ")?;
        for (number, part) in self.parts.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            // Ten digits, so that a third is not shown with sixteen.
            let percent = libm::round(part.share * 1e10) / 1e8;
            write!(f, "{comma}{percent}% ({})", part.law)?;
        }
        Ok(())
    }
}
