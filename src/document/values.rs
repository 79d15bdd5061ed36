//! What a single value may be: lengths of time, rates, counts, numbers, probabilities, words.

use serde::Serialize;

use super::complaint::printable;
use super::outline::{Bounds, Shape};
use super::table::Place;
use super::tree::{Kind, Value};
use crate::engine::rate::{NotARate, Rate};
use crate::engine::time::{NotASpan, Span};

/// A type that a value of a scenario can be read as.
pub trait FromValue: Sized {
    /// Reads the value, or complains about it and gives nothing.
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Self>;

    /// What such a value can be, for outlines.
    fn shape() -> Shape;

    /// How this value is written, if it can be.
    fn written(&self) -> Option<Kind> {
        None
    }
}

/// A number or a length above zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Positive<T>(pub T);

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Probability(pub f64);

/// A whole number of things, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Count(pub u32);

/// The most of anything that can be counted in a scenario: nodes, replications, misses.
const MOST: u32 = 100_000_000;

impl FromValue for Span {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Span> {
        match &value.kind {
            // Read as it is shown: what is too long to be quoted, or not safe to print, is no duration.
            Kind::Text(text) => {
                let read: Result<Span, NotASpan> = printable(text).parse();
                read.map_err(|why| place.complain(value, why.to_string())).ok()
            }
            Kind::Integer(Some(number)) if *number >= 0 => {
                let key = place.key();
                place.advise(
                    value,
                    "a duration is a text with a unit, never a bare number",
                    format!("write {key} = \"{number}s\" or {key} = \"{number}ms\""),
                );
                None
            }
            other => {
                place.advise(
                    value,
                    format!("expected a duration, found {}", other.described()),
                    format!("write a number and a unit in quotes: {} = \"250ms\"", place.key()),
                );
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Span { positive: false }
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Text(self.to_string()))
    }
}

impl FromValue for Rate {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Rate> {
        match &value.kind {
            Kind::Text(text) => {
                let read: Result<Rate, NotARate> = printable(text).parse();
                read.map_err(|why| place.complain(value, why.to_string())).ok()
            }
            other => {
                let key = place.key();
                let reason = format!("a rate is a text with a unit, found {}", other.described());
                let remedy = match other {
                    Kind::Integer(Some(number)) if *number >= 0 => {
                        format!("write {key} = \"{number}/s\" or {key} = \"{number}/m\"")
                    }
                    _ => format!("write a number, a slash and a unit in quotes: {key} = \"6/m\""),
                };
                place.advise(value, reason, remedy);
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Rate
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Text(self.to_string()))
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<f64> {
        match &value.kind {
            Kind::Float(number) if number.is_finite() => Some(*number),
            Kind::Integer(Some(number)) => Some(*number as f64),
            Kind::Float(_) => {
                place.complain(value, "expected a number, found one that is infinite or not a number");
                None
            }
            other => {
                let reason = format!("expected a number, found {}", other.described());
                match other.as_number_with(&["", "ppm", "x"]) {
                    Some(number) => place.advise(value, reason, format!("write {} = {number}", place.key())),
                    None => place.complain(value, reason),
                }
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Number(Bounds::default())
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Float(*self))
    }
}

impl Kind {
    /// The number in a text that is a number and one of these units.
    fn as_number_with(&self, units: &[&str]) -> Option<f64> {
        let Kind::Text(text) = self else { return None };
        let stripped = units.iter().filter_map(|unit| text.trim().strip_suffix(unit));
        stripped.filter_map(|number| number.trim_end().parse().ok()).find(|number: &f64| number.is_finite())
    }
}

impl FromValue for u64 {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<u64> {
        let whole = match &value.kind {
            Kind::Integer(Some(number)) => u64::try_from(*number).ok(),
            _ => None,
        };
        if whole.is_none() {
            let found = value.kind.described();
            place.complain(value, format!("expected a whole number from 0 to {}, found {found}", i64::MAX));
        }
        whole
    }

    fn shape() -> Shape {
        Shape::Whole(Bounds::least(0.0))
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Integer(i64::try_from(*self).ok()))
    }
}

impl FromValue for bool {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<bool> {
        match &value.kind {
            Kind::Bool(flag) => Some(*flag),
            other => {
                let remedy = format!("write {0} = true or {0} = false, without quotes", place.key());
                place.advise(value, format!("expected true or false, found {}", other.described()), remedy);
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Truth
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Bool(*self))
    }
}

impl FromValue for String {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<String> {
        match &value.kind {
            Kind::Text(text) => Some(text.clone()),
            other => {
                place.complain(value, format!("expected a text in quotes, found {}", other.described()));
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Text(None)
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Text(self.clone()))
    }
}

impl FromValue for Positive<Span> {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Self> {
        let span = Span::from_value(value, place)?;
        if span == Span::ZERO {
            place.complain(value, format!("{} must be longer than zero", place.key()));
            return None;
        }
        Some(Positive(span))
    }

    fn shape() -> Shape {
        Shape::Span { positive: true }
    }

    fn written(&self) -> Option<Kind> {
        self.0.written()
    }
}

impl FromValue for Probability {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Self> {
        let instead = |percent: f64| {
            let is_share = (0.0..=100.0).contains(&percent);
            is_share.then(|| format!("write {} = {}", place.key(), percent / 100.0))
        };
        if let Some(remedy) = value.kind.as_number_with(&["%"]).and_then(instead) {
            let reason = format!("expected a number from 0 to 1, found {}", value.kind.described());
            place.advise(value, reason, remedy);
            return None;
        }
        let number = f64::from_value(value, place)?;
        if !(0.0..=1.0).contains(&number) {
            let reason = format!("a probability lies between 0 and 1; this is {number}");
            match instead(number) {
                Some(remedy) => place.advise(value, reason, format!("{remedy} for {number} in 100")),
                None => place.complain(value, reason),
            }
            return None;
        }
        Some(Probability(number))
    }

    fn shape() -> Shape {
        Shape::Number(Bounds::within(0.0, 1.0))
    }

    fn written(&self) -> Option<Kind> {
        self.0.written()
    }
}

impl FromValue for Count {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Self> {
        let found = match &value.kind {
            Kind::Integer(Some(number)) => match u32::try_from(*number) {
                Ok(number) if (1..=MOST).contains(&number) => return Some(Count(number)),
                _ => number.to_string(),
            },
            other => other.described(),
        };
        place.complain(value, format!("expected a whole number from 1 to {MOST}, found {found}"));
        None
    }

    fn shape() -> Shape {
        Shape::Whole(Bounds::within(1.0, f64::from(MOST)))
    }

    fn written(&self) -> Option<Kind> {
        Some(Kind::Integer(Some(i64::from(self.0))))
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Self> {
        match &value.kind {
            Kind::List(items) => {
                // All of them before any is given up, so that every mistake is found.
                let read: Vec<Option<T>> = items.iter().map(|item| T::from_value(item, place)).collect();
                read.into_iter().collect()
            }
            other => {
                place.complain(value, format!("expected a list, found {}", other.described()));
                None
            }
        }
    }

    fn shape() -> Shape {
        T::shape().list()
    }
}
