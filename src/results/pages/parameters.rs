//! What was simulated: every value of the scenario, and which of them are not the defaults.

use crate::document::{Document, Entry, Kind, NamedFile, Origin, Stock, Value};
use crate::results::Enclosed;
use crate::scenario::Scenario;

/// A value of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Where it stands: `network.latency.value`, `faults.1.at`.
    pub(super) path: String,
    /// What stands there.
    pub(super) value: String,
    /// Whether it would be the same if nobody had written it.
    pub(super) is_default: bool,
}

/// Texts for people, which are told elsewhere.
const STORIES: [&str; 4] = ["name", "about", "notice", "try"];

/// All values of a scenario with every default filled in, in the order of its text.
pub(super) fn parameters(scenario: &Scenario) -> Vec<Parameter> {
    // As its folder of results holds it, so that both ways of asking say the same.
    let Ok(Enclosed { text, files }) = Enclosed::of(scenario) else { return Vec::new() };
    let (Ok(document), Ok(table)) = (Document::parse("scenario.toml", &text), text.parse::<toml::Table>())
    else {
        return Vec::new();
    };
    let resolved = resolved(&text, &files);
    let mut parameters = Vec::new();
    leaves(document.root(), &mut Vec::new(), &mut |steps, value| {
        if STORIES.contains(&steps[0].as_str()) {
            return;
        }
        let without = without(&table, steps).and_then(|rest| toml::to_string(&rest).ok());
        let without = without.and_then(|text| self::resolved(&text, &files));
        parameters.push(Parameter {
            path: steps.join("."),
            value: plain(value),
            is_default: without.is_some() && without == resolved,
        });
    });
    parameters
}

/// Keys that are told even where they have their defaults: without them nothing is said.
const TOLD: [&str; 6] = ["misses", "timeout", "threshold", "interval", "loss", "value"];

/// The values below `path` that somebody wrote or that matter most, the kind first: `misses, misses 3`.
pub(super) fn in_words(parameters: &[Parameter], path: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for parameter in parameters {
        let Some(name) = parameter.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) else {
            continue;
        };
        let told = name.replace(['.', '_'], " ");
        let value = &parameter.value;
        match (name.rsplit_once('.'), words.last_mut()) {
            (None, _) if name == "kind" => words.insert(0, value.clone()),
            (Some((of, "kind")), _) => words.push(format!("{} {value}", of.replace(['.', '_'], " "))),
            // `latency constant 20ms`
            (Some((_, "value")), Some(kind)) => kind.push_str(&format!(" {value}")),
            (of, _) if of.is_none() && TOLD.contains(&name) => words.push(format!("{told} {value}")),
            _ if !parameter.is_default => words.push(format!("{told} {value}")),
            _ => {}
        }
    }
    words.join(", ")
}

/// The text with every default filled in, if it is that of a scenario.
fn resolved(text: &str, files: &[NamedFile]) -> Option<String> {
    let document = Document::parse("scenario.toml", text).ok()?;
    Scenario::read(&document, Stock::held(files.to_vec())).ok()?.resolved().ok()
}

/// Hands each value that is no table over with the steps that lead to it; those of a list of tables have numbers from
/// 1.
fn leaves(value: &Value, steps: &mut Vec<String>, take: &mut dyn FnMut(&[String], &Value)) {
    let is_table = |value: &Value| matches!(value.kind, Kind::Table(_));
    match &value.kind {
        Kind::Table(entries) => {
            let mut entries: Vec<(&String, &Entry)> = entries.iter().collect();
            entries.sort_by_key(|(_, entry)| place(&entry.key));
            for (key, entry) in entries {
                steps.push(key.clone());
                leaves(&entry.value, steps, take);
                steps.pop();
            }
        }
        Kind::List(items) if !items.is_empty() && items.iter().all(is_table) => {
            for (number, item) in items.iter().enumerate() {
                steps.push((number + 1).to_string());
                leaves(item, steps, take);
                steps.pop();
            }
        }
        _ => take(steps, value),
    }
}

fn place(origin: &Origin) -> usize {
    match origin {
        Origin::File { start, .. } => *start,
        _ => 0,
    }
}

fn plain(value: &Value) -> String {
    match &value.kind {
        Kind::Text(text) => text.clone(),
        Kind::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// The table without the value to which these steps lead.
fn without(table: &toml::Table, steps: &[String]) -> Option<toml::Table> {
    let mut table = table.clone();
    let (last, path) = steps.split_last()?;
    let mut here = &mut table;
    let mut path = path.iter();
    while let Some(step) = path.next() {
        here = match here.get_mut(step)? {
            toml::Value::Table(inner) => inner,
            toml::Value::Array(items) => {
                let number: usize = path.next()?.parse().ok()?;
                items.get_mut(number.checked_sub(1)?)?.as_table_mut()?
            }
            _ => return None,
        };
    }
    here.remove(last)?;
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_was_written_is_told_from_what_was_not() {
        let text = "name = 'a'\ncluster.nodes = 8\ntopology = { kind = 'centralized', interval = '2s' }\n\
                    detector = { kind = 'misses', misses = 4 }\nnetwork.latency = { kind = 'constant', value = '20ms' }\n\
                    [[faults]]\nkind = 'crash'\nnodes = 'n1'\nat = '1m'\n[[faults]]\nkind = 'pause'\n\
                    nodes = 'n2'\nat = '2m'\nfor = '9s'\n";
        let document = Document::parse("a.toml", text).expect("TOML");
        let scenario = Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}"));
        let found = parameters(&scenario);
        let of = |path: &str| found.iter().find(|one| one.path == path).expect(path).clone();
        for (path, value, is_default) in [
            ("cluster.nodes", "8", false),
            ("topology.interval", "2s", false),
            ("topology.phase", "random", true),
            ("detector.misses", "4", false),
            ("detector.margin", "0s", true),
            ("network.loss", "0", true),
            ("faults.1.nodes", "n1", false),
            ("faults.2.kind", "pause", false),
        ] {
            let found = of(path);
            assert_eq!((&found.value[..], found.is_default), (value, is_default), "{path}");
        }
        assert!(found.iter().all(|one| one.path != "name"), "that is the title");
        assert_eq!(in_words(&found, "detector"), "misses, misses 4");
        assert_eq!(in_words(&found, "network"), "loss 0, latency constant 20ms");
    }
}
