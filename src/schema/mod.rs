//! The schema of the scenario file, for editors: completion, hover, and a wavy line below what is wrong.
//!
//! It is taken from the reader itself (`readings`), so the two cannot part. What a reader does not know is what a
//! person wants to read of a key: that is in `words.toml`, a sentence for each, of which none may be missing and none
//! be too many.
//!
//! The schema has two layers. What a table *can* hold is always checked. What it *must* hold is checked in a scenario
//! without `[sweep]` only, because what a sweep sets need not be set elsewhere; it is in the definitions whose names
//! begin with `whole`. In each layer, a table that has kinds holds one of them against the other by `if` and `then`,
//! not by `oneOf`, because then editors name the key that is wrong, and not only the table.

mod json;
mod layers;
mod readings;
mod sweep;
mod tables;
mod values;
mod words;

use json::Json;
use layers::Layers;
use words::Words;

/// What the table of conditions is called.
const CONDITIONS: &str = "file-of-conditions";

/// The schema of a scenario, as JSON.
pub fn of_scenarios() -> Result<String, String> {
    let readings = readings::of_scenarios()?;
    let mut words = Words::read(include_str!("words.toml"))?;
    let layers = Layers { tables: tables::tables(readings), root: "scenario" };
    let root = layers.root(&mut words)?;
    let mut definitions = layers.definitions(&mut words)?;
    definitions.extend(sweep::definitions(&mut words)?);
    let sweeps =
        Json::of([("required", Json::texts(["sweep"])), ("additionalProperties", Json::Truth(true))]);
    let root = root
        .with("if", sweeps)
        .with("then", Json::of([("additionalProperties", Json::Truth(true))]))
        .with("else", values::reference("whole-scenario"));
    words.must_be_spent(|table| table != CONDITIONS)?;
    Ok(headed("scenario", "A scenario of hbsim", root, definitions).pretty())
}

/// The schema of a file of conditions, as JSON.
pub fn of_conditions() -> Result<String, String> {
    let readings = readings::of_conditions()?;
    let mut words = Words::read(include_str!("words.toml"))?;
    let layers = Layers { tables: tables::tables(readings), root: CONDITIONS };
    let root = layers.root(&mut words)?.and(layers.whole_root()?.without("additionalProperties"));
    words.must_be_spent(|table| table == CONDITIONS)?;
    Ok(headed("conditions", "Conditions under which hbsim compares scenarios", root, Vec::new()).pretty())
}

/// The schema with its heading.
fn headed(what: &str, title: &str, root: Json, definitions: Vec<(String, Json)>) -> Json {
    let schema = Json::of([
        ("$schema", Json::from("http://json-schema.org/draft-07/schema#")),
        ("$id", Json::from(format!("urn:hbsim:{what}"))),
        ("title", Json::from(title)),
    ]);
    let schema = schema.and(root);
    if definitions.is_empty() { schema } else { schema.with("definitions", Json::Object(definitions)) }
}
