//! What a condition calculates with: numbers, durations, texts, and what is true or false.

use crate::document::{Kind, printable};
use crate::engine::time::Span;

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario::sweep) enum Quantity {
    Number(f64),
    /// Nanoseconds. They may be below zero on the way.
    Length(f64),
    Text(String),
    Truth(bool),
    /// A list or a table, which is like nothing that can be written in a condition.
    Whole(&'static str),
}

/// What differs by less than this part of itself is equal: 0.1 + 0.2 is 0.3.
const CLOSE: f64 = 1e-12;

impl Quantity {
    /// What a text says: a duration, if it can be read as one.
    pub(super) fn of_text(text: &str) -> Quantity {
        match text.parse::<Span>() {
            Ok(span) => Quantity::Length(span.nanos() as f64),
            Err(_) => Quantity::Text(text.to_owned()),
        }
    }

    /// What is written in a document.
    pub(super) fn written(kind: &Kind) -> Quantity {
        match kind {
            Kind::Table(_) => Quantity::Whole("a table"),
            Kind::List(_) => Quantity::Whole("a list"),
            Kind::Text(text) => Quantity::of_text(text),
            Kind::Integer(Some(number)) => Quantity::Number(*number as f64),
            Kind::Integer(None) => Quantity::Whole("a number with too many digits"),
            Kind::Float(number) => Quantity::Number(*number),
            Kind::Bool(truth) => Quantity::Truth(*truth),
            Kind::Date => Quantity::Whole("a date"),
        }
    }

    /// What a scenario holds, with every default filled in.
    pub(super) fn resolved(value: &toml::Value) -> Quantity {
        match value {
            toml::Value::Table(_) => Quantity::Whole("a table"),
            toml::Value::Array(_) => Quantity::Whole("a list"),
            toml::Value::String(text) => Quantity::of_text(text),
            toml::Value::Integer(number) => Quantity::Number(*number as f64),
            toml::Value::Float(number) => Quantity::Number(*number),
            toml::Value::Boolean(truth) => Quantity::Truth(*truth),
            toml::Value::Datetime(_) => Quantity::Whole("a date"),
        }
    }

    /// It in words.
    pub(super) fn described(&self) -> String {
        match self {
            Quantity::Number(number) => format!("the number {number}"),
            Quantity::Length(nanos) if *nanos >= 0.0 => {
                format!("the duration {}", Span::from_seconds(nanos / 1e9))
            }
            Quantity::Length(_) => "a duration below zero".to_owned(),
            Quantity::Text(text) => format!("the text '{}'", printable(text)),
            Quantity::Truth(truth) => truth.to_string(),
            Quantity::Whole(what) => (*what).to_owned(),
        }
    }

    fn does_not_go_with(&self, sign: &str, other: &Quantity) -> String {
        format!("`{sign}` cannot stand between {} and {}", self.described(), other.described())
    }

    /// The result of `+`, `-`, `*` or `/`, or why there is none.
    pub(super) fn calculate(&self, sign: &str, other: &Quantity) -> Result<Quantity, String> {
        use Quantity::{Length, Number};
        let result = match (self, sign, other) {
            (_, "/", Number(0.0) | Length(0.0)) => return Err("this divides by zero".to_owned()),
            (Number(a), "+", Number(b)) => Number(a + b),
            (Length(a), "+", Length(b)) => Length(a + b),
            (Number(a), "-", Number(b)) => Number(a - b),
            (Length(a), "-", Length(b)) => Length(a - b),
            (Number(a), "*", Number(b)) => Number(a * b),
            (Number(a), "*", Length(b)) | (Length(a), "*", Number(b)) => Length(a * b),
            (Number(a), "/", Number(b)) | (Length(a), "/", Length(b)) => Number(a / b),
            (Length(a), "/", Number(b)) => Length(a / b),
            _ => return Err(self.does_not_go_with(sign, other)),
        };
        match result {
            Number(value) | Length(value) if !value.is_finite() => Err("this is too large".to_owned()),
            result => Ok(result),
        }
    }

    /// Whether a comparison holds, or why nothing can be said.
    pub(super) fn compare(&self, sign: &str, other: &Quantity) -> Result<bool, String> {
        use Quantity::{Length, Number, Text, Truth, Whole};
        let order = match (self, other) {
            (Number(a), Number(b)) | (Length(a), Length(b)) => {
                let is_close = (a - b).abs() <= CLOSE * a.abs().max(b.abs());
                if is_close { Some(std::cmp::Ordering::Equal) } else { a.partial_cmp(b) }
            }
            (Text(a), Text(b)) if matches!(sign, "==" | "!=") => Some(a.cmp(b)),
            (Truth(a), Truth(b)) if matches!(sign, "==" | "!=") => Some(a.cmp(b)),
            // Some keys are a word or a table: `check = "timer"`, `check = { every = "1s" }`.
            (Whole(_), _) | (_, Whole(_)) if matches!(sign, "==" | "!=") => return Ok(sign == "!="),
            _ => return Err(self.does_not_go_with(sign, other)),
        };
        let Some(order) = order else { return Err("this is not a number".to_owned()) };
        Ok(match sign {
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "==" => order.is_eq(),
            _ => order.is_ne(),
        })
    }
}
