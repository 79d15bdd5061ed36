//! What readings say of each table when they are held against each other.

use std::collections::BTreeMap;

use crate::document::{Kind, Reading, Shape};

/// A table: what it can hold, by its kind.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Whether it says of which kind it is.
    pub(super) has_kinds: bool,
    /// What it can hold if it is of a kind; where it says of none, there is one form for all.
    pub(super) forms: Vec<(&'static str, Form)>,
}

/// What a table can hold.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) keys: Vec<Key>,
    /// Sets of keys of which one must be given, whole, and none of the others.
    pub(super) choices: Vec<&'static [&'static [&'static str]]>,
    /// Keys that mean nothing without another.
    pub(super) pairs: Vec<(&'static str, &'static str)>,
    /// Keys that must be left out beside some kinds of another table, and be given beside the others.
    pub(super) outcasts: Vec<(&'static str, &'static str, String)>,
}

/// A key of a table.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// Nothing if nobody said what its value can be.
    pub(super) shape: Option<Shape>,
    /// What stands for it, if that is always the same.
    pub(super) default: Option<Kind>,
    /// Whether the table is wrong without it, whatever else it holds.
    pub(super) is_needed: bool,
    /// What stood for it in each reading.
    defaults: Vec<Kind>,
    /// Whether it was missed each time that it was not there; nothing as long as it always was.
    missed: Option<bool>,
}

/// All tables, by their names.
pub(super) fn tables(readings: Vec<Reading>) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for reading in readings {
        let table = tables.entry(name_of(&reading.table)).or_default();
        table.has_kinds |= reading.has_kinds;
        if reading.has_kinds && reading.kind.is_none() {
            continue;
        }
        let kind = reading.kind.unwrap_or_default();
        let place = table.forms.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            table.forms.push((kind, Form::default()));
            table.forms.len() - 1
        });
        table.forms[place].1.learn(reading);
    }
    for table in tables.values_mut() {
        table.forms.iter_mut().for_each(|(_, form)| form.conclude());
        table.sort();
    }
    tables
}

/// The name of a table in the schema: `[[network.links]]` is `network.links`, `the latency law` is `latency-law`.
pub(super) fn name_of(title: &str) -> String {
    let title = title.trim_matches(['[', ']']);
    let bare = title.strip_prefix("the ").or_else(|| title.strip_prefix("a ")).unwrap_or(title);
    bare.replace(" of a ", "-of-").replace(" of ", "-of-").replace(' ', "-")
}

impl Table {
    /// Puts the kinds into the order in which the reader lists them.
    fn sort(&mut self) {
        let kinds = self.forms.iter().flat_map(|(_, form)| &form.keys).find(|key| key.name == "kind");
        let Some(Shape::Words(words)) = kinds.and_then(|key| key.shape.clone()) else { return };
        self.forms.sort_by_key(|(kind, _)| words.iter().position(|word| word == kind));
    }
}

impl Form {
    fn learn(&mut self, reading: Reading) {
        add(&mut self.choices, reading.choices);
        add(&mut self.pairs, reading.pairs);
        add(&mut self.outcasts, reading.outcasts);
        for asked in reading.keys {
            let place = self.keys.iter().position(|key| key.name == asked.key).unwrap_or_else(|| {
                self.keys.push(Key {
                    name: asked.key,
                    shape: None,
                    default: None,
                    is_needed: false,
                    defaults: Vec::new(),
                    missed: None,
                });
                self.keys.len() - 1
            });
            let key = &mut self.keys[place];
            key.shape = match (key.shape.take(), asked.shape) {
                (Some(known), Some(new)) if known != new => Some(Shape::Either(vec![known, new])),
                (known, new) => known.or(new),
            };
            key.defaults.extend(asked.default);
            if !asked.given {
                key.missed = Some(key.missed.unwrap_or(true) && asked.missed);
            }
        }
    }

    fn conclude(&mut self) {
        // What a table is comes before what it holds.
        self.keys.sort_by_key(|key| key.name != "kind");
        for key in &mut self.keys {
            let written = |kind: &Kind| kind.to_string();
            let first = key.defaults.first().map(written);
            if key.defaults.iter().all(|default| Some(written(default)) == first) {
                key.default = key.defaults.pop();
            }
            let is_chosen = self.choices.iter().any(|sets| sets.concat().contains(&key.name));
            let is_cast_out = self.outcasts.iter().any(|(outcast, _, _)| *outcast == key.name);
            key.is_needed = key.missed == Some(true) && !is_chosen && !is_cast_out;
        }
    }
}

fn add<T: PartialEq>(known: &mut Vec<T>, new: Vec<T>) {
    for item in new {
        if !known.contains(&item) {
            known.push(item);
        }
    }
}
