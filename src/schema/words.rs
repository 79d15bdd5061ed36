//! What a person reads of a table or a key: the sentences of `words.toml`.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The key under which a table, or a kind of it, says what it is itself.
const ITSELF: &str = "self";
/// The key that names the table whose sentences hold too.
const LIKE: &str = "like";

/// All sentences, and which of them were used.
pub(super) struct Words {
    sentences: Table,
    spent: BTreeSet<String>,
}

impl Words {
    pub(super) fn read(text: &str) -> Result<Words, String> {
        let sentences = text.parse().map_err(|why: toml::de::Error| why.to_string())?;
        Ok(Words { sentences, spent: BTreeSet::new() })
    }

    /// What a table is.
    pub(super) fn of_table(&mut self, table: &str) -> Result<String, String> {
        self.find(&[table, ITSELF]).ok_or_else(|| format!("no sentence says what the table {table} is"))
    }

    /// What a table is that is of this kind.
    pub(super) fn of_kind(&mut self, table: &str, kind: &str) -> Result<String, String> {
        let found = self.find(&[table, kind, ITSELF]);
        found
            .or_else(|| self.find(&[&self.like(table)?, kind, ITSELF]))
            .ok_or_else(|| format!("no sentence says what the kind {kind} of {table} is"))
    }

    /// What a key of a table means: for its kind, or for all kinds, or as in the table that it is like.
    pub(super) fn of_key(&mut self, table: &str, kind: &str, key: &str) -> Result<String, String> {
        let mut tables = vec![table.to_owned()];
        tables.extend(self.like(table));
        let mut paths = tables.iter().flat_map(|table| [vec![table.as_str(), kind, key], vec![table, key]]);
        paths
            .find_map(|path| self.find(&path))
            .ok_or_else(|| format!("no sentence says what the key {key} of {table} (kind \"{kind}\") means"))
    }

    fn like(&self, table: &str) -> Option<String> {
        self.sentences.get(table)?.get(LIKE)?.as_str().map(str::to_owned)
    }

    fn find(&mut self, path: &[&str]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let found = rest.iter().try_fold(self.sentences.get(*first)?, |value, step| value.get(*step))?;
        let sentence = found.as_str()?.to_owned();
        self.spent.insert(path.join("."));
        Some(sentence)
    }

    /// Whether every sentence was used, of the tables that are asked for.
    pub(super) fn must_be_spent(&self, of: impl Fn(&str) -> bool) -> Result<(), String> {
        let mut idle = Vec::new();
        for (table, value) in self.sentences.iter().filter(|(table, _)| of(table)) {
            collect(value, table, &mut idle);
        }
        idle.retain(|path| !self.spent.contains(path) && !path.ends_with(".like"));
        match idle.is_empty() {
            true => Ok(()),
            false => Err(format!("sentences about what is not there: {}", idle.join(", "))),
        }
    }
}

fn collect(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                collect(inner, &format!("{path}.{key}"), paths);
            }
        }
        _ => paths.push(path.to_owned()),
    }
}
