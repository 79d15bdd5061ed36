//! What a value can be, in the words of JSON Schema and in those of a person.

use super::json::Json;
use super::tables::name_of;
use crate::document::{Bounds, Shape};

/// More words than this are no sentence.
const MOST_WORDS: usize = 12;

/// A number as a duration has it, and one that is not zero.
const NUMBER: &str = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)";
const ABOVE_ZERO: &str = r"([0-9]*[1-9][0-9]*(\.[0-9]*)?|[0-9]*\.[0-9]*[1-9][0-9]*)";
/// The units of durations.
const UNIT: &str = "(ns|us|µs|μs|ms|s|m|h|d)";
/// A rate that is a number of something in a unit.
const RATE: &str = r"^\s*([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*/\s*(s|second|m|min|minute|h|hour|d|day)\s*$";

/// A pattern that fits all durations; those that are too long or too fine fit it too.
pub(super) fn duration(positive: bool) -> String {
    let any = format!(r"{NUMBER}\s*{UNIT}\s*");
    match positive {
        true => format!(r"^\s*({any})*{ABOVE_ZERO}\s*{UNIT}\s*({any})*$"),
        false => format!(r"^\s*({any})+$"),
    }
}

/// The schema of a value.
pub(super) fn schema(shape: &Shape) -> Json {
    let of = |kind: &str| Json::of([("type", Json::from(kind))]);
    match shape {
        Shape::Text(pattern) => of("string").with_any("pattern", *pattern),
        Shape::Span { positive } => of("string").with("pattern", duration(*positive)),
        Shape::Rate => of("string").with("pattern", RATE),
        Shape::Number(bounds) => within(of("number"), *bounds),
        Shape::Whole(bounds) => within(of("integer"), *bounds),
        Shape::Truth => of("boolean"),
        Shape::Words(words) => of("string").with("enum", Json::texts(words.iter().map(String::as_str))),
        Shape::List { of: item, least, most } => {
            let list = of("array").with("items", schema(item));
            list.with_any("minItems", (*least > 0).then_some(*least)).with_any("maxItems", *most)
        }
        Shape::Table(title) => reference(&name_of(title)),
        Shape::Named { pattern, of: item, most } => of("object")
            .with("minProperties", 1usize)
            .with_any("maxProperties", *most)
            .with("propertyNames", Json::of([("pattern", Json::from(*pattern))]))
            .with("additionalProperties", schema(item)),
        Shape::Settings => of("object").with("additionalProperties", true),
        Shape::Either(shapes) => Json::of([("anyOf", Json::List(shapes.iter().map(schema).collect()))]),
    }
}

/// What points to the definition of a table.
pub(super) fn reference(name: &str) -> Json {
    Json::of([("$ref", Json::from(format!("#/definitions/{name}")))])
}

fn within(schema: Json, bounds: Bounds) -> Json {
    let Bounds { least, above, below, most } = bounds.tight();
    let schema = schema.with_any("minimum", least).with_any("exclusiveMinimum", above);
    schema.with_any("exclusiveMaximum", below).with_any("maximum", most)
}

/// What a value can be, as a person would say it; nothing of tables and texts.
pub(super) fn told(shape: &Shape) -> Option<String> {
    Some(match shape {
        Shape::Span { positive: true } => {
            "a duration above zero, such as `\"250ms\"` or `\"1m 30s\"`".to_owned()
        }
        Shape::Span { positive: false } => "a duration, such as `\"250ms\"` or `\"0s\"`".to_owned(),
        Shape::Rate => "a rate, such as `\"6/m\"`".to_owned(),
        Shape::Number(bounds) => format!("a number{}", bounds_told(*bounds)),
        Shape::Whole(bounds) => format!("a whole number{}", bounds_told(*bounds)),
        Shape::Truth => "`true` or `false`".to_owned(),
        Shape::Words(words) if words.len() <= MOST_WORDS => {
            let quoted: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            quoted.join(" or ")
        }
        Shape::List { of, least: 2, most: Some(2) } => format!("a list of two, each {}", told(of)?),
        Shape::List { of, .. } if matches!(**of, Shape::Table(_)) => "tables in double brackets".to_owned(),
        Shape::Table(_) => "a table".to_owned(),
        Shape::Either(shapes) => shapes.iter().map(told).collect::<Option<Vec<String>>>()?.join(", or "),
        Shape::Text(_) | Shape::Words(_) | Shape::List { .. } | Shape::Named { .. } | Shape::Settings => {
            return None;
        }
    })
}

fn bounds_told(bounds: Bounds) -> String {
    let Bounds { least, above, below, most } = bounds.tight();
    let lower = least.map(|least| format!(" from {least}")).or(above.map(|above| format!(" above {above}")));
    let upper = match (&lower, most, below) {
        (Some(_), Some(most), _) => format!(" to {most}"),
        (None, Some(most), _) => format!(" up to {most}"),
        (_, None, Some(below)) => format!(" and below {below}"),
        (_, None, None) => String::new(),
    };
    lower.unwrap_or_default() + &upper
}
