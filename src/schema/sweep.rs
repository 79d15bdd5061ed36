//! The schema of `[sweep]`, whose keys are paths of a scenario and not its own.

use super::json::Json;
use super::values::{duration, reference};
use super::words::Words;

/// The definitions of the table and of one axis.
pub(super) fn definitions(words: &mut Words) -> Result<Vec<(String, Json)>, String> {
    let text = || Json::of([("type", Json::from("string")), ("pattern", Json::from(r"\S"))]);
    let list = |items: Json| {
        Json::of([("type", Json::from("array")), ("items", items), ("minItems", Json::from(1usize))])
    };
    let case = Json::of([
        ("type", Json::from("object")),
        ("description", Json::from(words.of_key("sweep", "", "case-by-name")?)),
        ("additionalProperties", Json::Truth(true)),
    ]);
    let wanted = Json::of([
        ("description", Json::from(words.of_key("sweep", "", "where")?)),
        ("anyOf", Json::List(vec![text(), list(text())])),
    ]);
    let cases = Json::of([
        ("type", Json::from("object")),
        ("description", Json::from(words.of_key("sweep", "", "cases")?)),
        ("minProperties", Json::from(1usize)),
        ("propertyNames", text().without("type")),
        ("additionalProperties", case),
    ]);
    let sweep = Json::of([
        ("type", Json::from("object")),
        ("description", Json::from(words.of_table("sweep")?)),
        ("minProperties", Json::from(1usize)),
        ("properties", Json::of([("where", wanted), ("cases", cases)])),
        ("additionalProperties", reference("axis")),
    ]);
    let range = Json::of([("type", Json::from("string")), ("pattern", Json::from(range()))]);
    let deeper = Json::of([
        ("type", Json::from("object")),
        ("minProperties", Json::from(1usize)),
        ("additionalProperties", reference("axis")),
    ]);
    let any = list(Json::Truth(true));
    let axis = Json::of([
        ("description", Json::from(words.of_table("axis")?)),
        ("anyOf", Json::List(vec![any, range, deeper])),
    ]);
    Ok(vec![("sweep".to_owned(), sweep), ("axis".to_owned(), axis)])
}

/// A pattern that fits all ranges: two numbers or two durations, and how to get from one to the other.
fn range() -> String {
    let number = r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?";
    let duration = duration(false);
    let duration = duration.trim_start_matches('^').trim_end_matches('$');
    let whole = r"[-+]?[0-9]+";
    format!(
        r"^\s*(({whole})\s*\.\.\s*({whole})|({number})\s*\.\.\s*({number})\s*(step\s*({number})|log\s*[0-9]+)|{duration}\.\.{duration}(step{duration}|log\s*[0-9]+))\s*$"
    )
}
