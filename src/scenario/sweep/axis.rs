//! One axis: a path, and the values that stand there one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Case;
use crate::document::{Kind, Origin, Value, in_reading_order};
use crate::engine::time::Span;

/// A path of the scenario, and the values that stand there one after the other.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The path with dots, such as `topology.interval`.
    pub path: String,
    /// Its values, no two of them the same.
    pub values: Vec<Value>,
    /// How far apart those of them are that were asked for; those between are for whoever searches.
    pub stride: usize,
    target: Target,
    /// Where the path was written.
    pub(super) key: Origin,
    /// The columns in which its values are told.
    pub(super) columns: Vec<String>,
}

/// What the values of an axis do to a scenario.
#[derive(Clone, Debug)]
enum Target {
    /// They stand at this path.
    Path(Vec<String>),
    /// They are names of cases.
    Cases(Vec<Case>),
}

/// A value to be planted.
pub(super) struct Planted<'a> {
    pub(super) steps: &'a [String],
    pub(super) key: &'a Origin,
    pub(super) value: &'a Value,
}

impl Axis {
    /// The column of named cases.
    pub const CASE: &'static str = "case";

    pub(super) fn new(steps: Vec<String>, key: Origin, values: Vec<Value>, stride: usize) -> Axis {
        let path = steps.join(".");
        let mut columns = Vec::new();
        let mut known = BTreeSet::new();
        for value in &values {
            leaves(&path, &value.kind, &mut |column, _| {
                if known.insert(column.to_owned()) {
                    columns.push(column.to_owned());
                }
            });
        }
        Axis { path, values, stride, target: Target::Path(steps), key, columns }
    }

    /// Whether its values are sizes of one thing, each above the one before it, so that a search can tell what lies
    /// between two of them.
    pub fn is_ordered(&self) -> bool {
        if !matches!(self.target, Target::Path(_)) {
            return false;
        }
        let size = |value: &Value| match &value.kind {
            Kind::Text(text) => Some((true, text.parse::<Span>().ok()?.seconds())),
            Kind::Integer(Some(number)) => Some((false, *number as f64)),
            Kind::Float(number) => Some((false, *number)),
            _ => None,
        };
        let is_path = matches!(self.target, Target::Path(_));
        is_path
            && self.values.windows(2).all(|pair| match (size(&pair[0]), size(&pair[1])) {
                (Some((is_span, low)), Some((is_span_too, high))) => is_span == is_span_too && low < high,
                _ => false,
            })
    }

    /// How many columns tell its values.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// What stands in its first column for its value number `index`.
    pub fn label(&self, index: usize) -> String {
        plain(&self.values[index].kind)
    }

    /// The axis of named cases, which were written at `key`.
    pub(super) fn of_cases(cases: Vec<Case>, key: Origin) -> Axis {
        let name = |case: &Case| Value { kind: Kind::Text(case.name.clone()), origin: case.key.clone() };
        Axis {
            path: Axis::CASE.to_owned(),
            values: cases.iter().map(name).collect(),
            stride: 1,
            target: Target::Cases(cases),
            key,
            columns: vec![Axis::CASE.to_owned()],
        }
    }

    /// Its path; that of named cases has no steps.
    pub(super) fn steps(&self) -> &[String] {
        match &self.target {
            Target::Path(steps) => steps,
            Target::Cases(_) => &[],
        }
    }

    /// What is planted for its value number `index`.
    pub(super) fn planted(&self, index: usize) -> Vec<Planted<'_>> {
        match &self.target {
            Target::Path(steps) => vec![Planted { steps, key: &self.key, value: &self.values[index] }],
            Target::Cases(cases) => {
                let settings = cases[index].settings.iter();
                settings.map(|set| Planted { steps: &set.steps, key: &set.key, value: &set.value }).collect()
            }
        }
    }

    /// Whether it changes nothing but how silence is judged: never who sends what to whom, as long as nothing
    /// flows back from verdicts into the traffic.
    pub fn judges_only(&self) -> bool {
        match &self.target {
            Target::Path(steps) => is_of_judges(steps),
            Target::Cases(cases) => {
                cases.iter().flat_map(|case| &case.settings).all(|setting| is_of_judges(&setting.steps))
            }
        }
    }

    /// Adds the cells of its columns for its value number `index` to `cells`.
    pub(super) fn tell(&self, index: usize, cells: &mut Vec<String>) {
        let value = &self.values[index].kind;
        if self.columns.len() == 1 && !matches!(value, Kind::Table(_)) {
            return cells.push(plain(value));
        }
        let mut told = BTreeMap::new();
        leaves(&self.path, value, &mut |column, value| drop(told.insert(column.to_owned(), plain(value))));
        cells.extend(self.columns.iter().map(|column| told.remove(column).unwrap_or_default()));
    }
}

/// Whether a path leads to what judges silence.
pub(super) fn is_of_judges(steps: &[String]) -> bool {
    steps.first().is_some_and(|step| step == "detector" || step == "verdict")
}

/// Hands each value of a table, and of the tables in it, over with its path; anything else as it is.
fn leaves(path: &str, value: &Kind, take: &mut dyn FnMut(&str, &Kind)) {
    match value {
        Kind::Table(entries) if !entries.is_empty() => {
            for (key, entry) in in_reading_order(entries) {
                leaves(&format!("{path}.{key}"), &entry.value.kind, take);
            }
        }
        other => take(path, other),
    }
}

/// A value as a cell of a table holds it.
fn plain(value: &Kind) -> String {
    match value {
        Kind::Text(text) => text.clone(),
        // Without the `.0` that TOML wants of whole numbers, and without a hundred digits.
        Kind::Float(number) if *number == 0.0 || (1e-9..1e15).contains(&number.abs()) => number.to_string(),
        other => other.to_string(),
    }
}

/// The value in a form in which the same things look the same: `1000ms` and `1s`, `8` and `8.0`.
pub(super) fn normal(value: &Kind) -> Kind {
    match value {
        Kind::Text(text) => match text.parse::<Span>() {
            Ok(span) => Kind::Text(span.to_string()),
            Err(_) => value.clone(),
        },
        // Beyond this, not every whole number is a float.
        Kind::Integer(Some(number)) if number.unsigned_abs() < 1 << 53 => Kind::Float(*number as f64),
        Kind::Float(0.0) => Kind::Float(0.0),
        Kind::List(items) => {
            let same = |item: &Value| Value { kind: normal(&item.kind), origin: Origin::Whole };
            Kind::List(items.iter().map(same).collect())
        }
        Kind::Table(entries) => {
            let mut entries = entries.clone();
            entries.values_mut().for_each(|entry| entry.value.kind = normal(&entry.value.kind));
            Kind::Table(entries)
        }
        other => other.clone(),
    }
}
