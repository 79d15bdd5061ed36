//! The two layers of a schema: what a table can hold, and what it must.

use std::collections::BTreeMap;

use super::json::Json;
use super::tables::{Form, Key, Table, name_of};
use super::values::{reference, schema, told};
use super::words::Words;
use crate::document::Shape;

/// All tables, and which of them is the document itself.
pub(super) struct Layers {
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) root: &'static str,
}

/// The tables of which the schema says by hand what they hold.
const BY_HAND: [&str; 1] = ["sweep"];

/// What stands between what a key means and what its value can be.
const PARAGRAPH: &str = "\n\n";

impl Layers {
    /// What the document can hold.
    pub(super) fn root(&self, words: &mut Words) -> Result<Json, String> {
        self.can_hold(self.root, self.table(self.root)?, words)
    }

    /// What the document must hold.
    pub(super) fn whole_root(&self) -> Result<Json, String> {
        self.must_hold(self.table(self.root)?)
    }

    /// The definitions of both layers.
    pub(super) fn definitions(&self, words: &mut Words) -> Result<Vec<(String, Json)>, String> {
        let mut definitions = Vec::new();
        for (name, table) in self.tables.iter().filter(|(name, _)| *name != self.root) {
            definitions.push((name.clone(), self.can_hold(name, table, words)?));
        }
        for (name, table) in &self.tables {
            definitions.push((format!("whole-{name}"), self.must_hold(table)?));
        }
        Ok(definitions)
    }

    fn table(&self, name: &str) -> Result<&Table, String> {
        self.tables.get(name).ok_or_else(|| format!("no document was read that has the table {name}"))
    }

    /// A table with all keys that any kind of it has, and by its kind those that it has indeed.
    fn can_hold(&self, name: &str, table: &Table, words: &mut Words) -> Result<Json, String> {
        let mut names: Vec<&'static str> = Vec::new();
        for key in table.forms.iter().flat_map(|(_, form)| &form.keys) {
            if !names.contains(&key.name) {
                names.push(key.name);
            }
        }
        let mut properties = Vec::new();
        let mut of_kinds: Vec<(&str, Vec<(String, Json)>)> =
            table.forms.iter().map(|(kind, _)| (*kind, Vec::new())).collect();
        for key in names {
            let having: Vec<(&str, &Key)> = table
                .forms
                .iter()
                .filter_map(|(kind, form)| Some((*kind, form.keys.iter().find(|other| other.name == key)?)))
                .collect();
            let mut distinct: Vec<(Vec<&str>, Json)> = Vec::new();
            for (kind, key) in &having {
                let property = self.property(name, kind, key, table, words)?;
                match distinct.iter_mut().find(|(_, known)| *known == property) {
                    Some((kinds, _)) => kinds.push(kind),
                    None => distinct.push((vec![kind], property)),
                }
            }
            if let [(kinds, property)] = &distinct[..] {
                let property = with_kinds(property.clone(), kinds, table);
                properties.push((key.to_owned(), property));
                continue;
            }
            for (kinds, property) in &distinct {
                for (_, own) in of_kinds.iter_mut().filter(|(kind, _)| kinds.contains(kind)) {
                    own.push((key.to_owned(), property.clone()));
                }
            }
            properties.push((key.to_owned(), any_of(distinct)));
        }
        let schema = Json::of([
            ("type", Json::from("object")),
            ("description", Json::from(words.of_table(name)?)),
            ("properties", Json::Object(properties)),
            ("additionalProperties", Json::Truth(false)),
        ]);
        if !table.has_kinds {
            return Ok(schema);
        }
        let forms = table.forms.iter().zip(of_kinds).map(|((kind, form), (_, own))| {
            let keys = form.keys.iter().map(|key| key.name);
            let then = Json::of([("propertyNames", Json::of([("enum", Json::texts(keys))]))]);
            let then = if own.is_empty() { then } else { then.with("properties", Json::Object(own)) };
            (*kind, then)
        });
        Ok(schema.and(by_kind(forms.collect())))
    }

    /// What the value of a key can be, and what a person reads of it.
    fn property(
        &self,
        table_name: &str,
        kind: &str,
        key: &Key,
        table: &Table,
        words: &mut Words,
    ) -> Result<Json, String> {
        let no_shape = || format!("nobody says what the key {} of {table_name} ({kind}) can be", key.name);
        let shape = key.shape.as_ref().ok_or_else(no_shape)?;
        let mut text = words.of_key(table_name, kind, key.name)?;
        if key.name == "kind" {
            for (kind, _) in &table.forms {
                text.push_str(&format!("\n- `{kind}`: {}", words.of_kind(table_name, kind)?));
            }
        } else if let Some(told) = told(shape) {
            let (first, rest) = told.split_at(told.chars().next().map_or(0, char::len_utf8));
            text.push_str(&format!("{PARAGRAPH}{}{rest}.", first.to_uppercase()));
        }
        if let Some(default) = &key.default {
            let default = default.to_string();
            if default != "\"\"" {
                text.push_str(&format!(" Default: `{default}`."));
            }
        } else if key.is_needed {
            text.push_str(" Must be given.");
        }
        let described = Json::of([("description", Json::from(text))]);
        Ok(described.and(schema(shape)).with_any("default", key.default.as_ref()))
    }

    /// What a table must hold, by its kind.
    fn must_hold(&self, table: &Table) -> Result<Json, String> {
        let mut forms = Vec::new();
        for (kind, form) in &table.forms {
            forms.push((*kind, self.demands(form)?));
        }
        let open = Json::of([("additionalProperties", Json::Truth(true))]);
        if table.has_kinds {
            return Ok(open.with("required", Json::texts(["kind"])).and(by_kind(forms)));
        }
        Ok(forms.into_iter().fold(open, |all, (_, form)| all.and(form)))
    }

    fn demands(&self, form: &Form) -> Result<Json, String> {
        let mut demands = Json::of([]);
        let needed: Vec<&str> = form.keys.iter().filter(|key| key.is_needed).map(|key| key.name).collect();
        if !needed.is_empty() {
            demands = demands.with("required", Json::texts(needed));
        }
        let mut inner = Vec::new();
        for key in &form.keys {
            if let Some(whole) = key.shape.as_ref().map(|shape| self.inner(shape)).transpose()?.flatten() {
                inner.push((key.name.to_owned(), whole));
            }
        }
        if !inner.is_empty() {
            demands = demands.with("properties", Json::Object(inner));
        }
        if !form.pairs.is_empty() {
            let pairs = form.pairs.iter().map(|(key, other)| ((*key).to_owned(), Json::texts([*other])));
            demands = demands.with("dependencies", Json::Object(pairs.collect()));
        }
        let choices = form.choices.iter().map(|sets| chosen(sets));
        let all: Vec<Json> = choices.chain(form.outcasts.iter().map(cast_out)).collect();
        Ok(if all.is_empty() { demands } else { demands.with("allOf", all) })
    }

    /// What the tables in a value must hold, if there are any.
    fn inner(&self, shape: &Shape) -> Result<Option<Json>, String> {
        Ok(match shape {
            Shape::Table(title) => {
                let name = name_of(title);
                if BY_HAND.contains(&name.as_str()) {
                    return Ok(None);
                }
                self.table(&name)?;
                Some(reference(&format!("whole-{name}")))
            }
            Shape::List { of, .. } => self.inner(of)?.map(|item| Json::of([("items", item)])),
            Shape::Either(shapes) => {
                let mut found = None;
                for shape in shapes {
                    found = found.or(self.inner(shape)?);
                }
                found
            }
            _ => None,
        })
    }
}

/// What is asked of a table if it is of one of these kinds.
fn by_kind(forms: Vec<(&str, Json)>) -> Json {
    let wanted = forms.into_iter().filter(|(_, then)| !then.is_empty());
    wanted.rev().fold(Json::of([]), |otherwise, (kind, then)| {
        let is_kind = Json::of([
            ("properties", Json::of([("kind", Json::of([("const", Json::from(kind))]))])),
            ("required", Json::texts(["kind"])),
            ("additionalProperties", Json::Truth(true)),
        ]);
        let then = then.with("additionalProperties", true);
        let schema = Json::of([("if", is_kind), ("then", then)]);
        if otherwise.is_empty() { schema } else { schema.with("else", otherwise) }
    })
}

/// One of these sets of keys is there, whole, and nothing of the others.
fn chosen(sets: &[&[&'static str]]) -> Json {
    let mut all: Vec<&str> = sets.concat();
    all.sort_unstable();
    all.dedup();
    let one = |set: &&[&'static str]| {
        let others =
            all.iter().filter(|key| !set.contains(key)).map(|key| ((*key).to_owned(), Json::Truth(false)));
        let others: Vec<(String, Json)> = others.collect();
        let one = Json::of([("required", Json::texts(set.iter().copied()))]);
        let one = if others.is_empty() { one } else { one.with("properties", Json::Object(others)) };
        one.with("additionalProperties", true)
    };
    Json::of([("anyOf", Json::List(sets.iter().map(one).collect()))])
}

/// A key is not there beside a table of this kind, and is beside one of any other.
fn cast_out((key, other, kind): &(&'static str, &'static str, String)) -> Json {
    let is_kind = Json::of([
        ("properties", Json::of([("kind", Json::of([("const", Json::from(kind.as_str()))]))])),
        ("required", Json::texts(["kind"])),
        ("additionalProperties", Json::Truth(true)),
    ]);
    let beside = Json::of([
        ("properties", Json::Object(vec![((*other).to_owned(), is_kind)])),
        ("required", Json::texts([*other])),
        ("additionalProperties", Json::Truth(true)),
    ]);
    let gone = Json::Object(vec![((*key).to_owned(), Json::Truth(false))]);
    Json::of([
        ("if", beside),
        ("then", Json::of([("properties", gone), ("additionalProperties", Json::Truth(true))])),
        ("else", Json::of([("required", Json::texts([*key])), ("additionalProperties", Json::Truth(true))])),
    ])
}

/// The same, and for which kinds it is, if not for all.
fn with_kinds(property: Json, kinds: &[&str], table: &Table) -> Json {
    if kinds.len() == table.forms.len() {
        return property;
    }
    let Json::Object(mut entries) = property else { return property };
    if let Some((_, Json::Text(text))) = entries.iter_mut().find(|(key, _)| key == "description") {
        let listed: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
        text.push_str(&format!("{PARAGRAPH}Only for kind {}.", listed.join(", ")));
    }
    Json::Object(entries)
}

/// A value that is of another shape, or means something else, in other kinds of its table.
fn any_of(distinct: Vec<(Vec<&str>, Json)>) -> Json {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut shapes: Vec<Json> = Vec::new();
    for (kinds, property) in distinct {
        let Json::Object(entries) = property else { continue };
        let (words, shape): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| key == "description" || key == "default");
        if let Some((_, Json::Text(text))) = words.into_iter().find(|(key, _)| key == "description") {
            let (sentence, facts) = text.split_once(PARAGRAPH).unwrap_or((&text, ""));
            let listed: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
            texts.push((format!("- {}: {sentence}", listed.join(", ")), facts.to_owned()));
        }
        let shape = Json::Object(shape);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    let are_alike = texts.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let lines = texts.iter().map(|(sentence, facts)| match are_alike || facts.is_empty() {
        true => sentence.clone(),
        false => format!("{sentence} {facts}"),
    });
    let mut text = format!("By kind:\n{}", lines.collect::<Vec<_>>().join("\n"));
    if let Some((_, facts)) = texts.first().filter(|(_, facts)| are_alike && !facts.is_empty()) {
        text.push_str(&format!("{PARAGRAPH}{facts}"));
    }
    let described = Json::of([("description", Json::from(text))]);
    match shapes.len() {
        1 => shapes.into_iter().fold(described, Json::and),
        _ => described.with("anyOf", shapes),
    }
}
