//! The tree of a TOML text, and the values that the command line sets into it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::complaint::{Complaint, Complaints, Origin, Page, printable, render};

/// A scenario file as it was written, with what the command line set into it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name as the user gave it.
    pub name: String,
    /// Shared: a sweep makes many documents of one.
    text: Arc<str>,
    root: Value,
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Value {
    /// What was written.
    pub kind: Kind,
    /// Where.
    pub origin: Origin,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `{ key = value }` or `[key]`.
    Table(BTreeMap<String, Entry>),
    /// `[value, value]` or `[[key]]`.
    List(Vec<Value>),
    /// `"text"`.
    Text(String),
    /// `12`; `None` where it has more digits than 64 bits hold.
    Integer(Option<i64>),
    /// `1.5`.
    Float(f64),
    /// `true`.
    Bool(bool),
    /// A date, which no scenario needs.
    Date,
}

/// A key of a table with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the key was written.
    pub key: Origin,
    /// Its value.
    pub value: Value,
}

/// Steps of the longest path that could mean anything.
const DEEPEST: usize = 64;

impl Document {
    /// The most bytes of a scenario. A larger one is a mistake, refused before it is read.
    pub const LARGEST: usize = 1 << 20;

    /// The text of a file. Of a large file, it is enough to read one byte more than `LARGEST`.
    pub fn text_of(name: &str, bytes: &[u8]) -> Result<String, String> {
        if bytes.len() > Self::LARGEST {
            return Err(too_large(name));
        }
        let not_utf_8 = std::str::from_utf8(bytes).err().map(|why| why.valid_up_to());
        let nul = bytes.iter().position(|byte| *byte == 0);
        let text = String::from_utf8_lossy(bytes).into_owned();
        let Some(start) = not_utf_8.into_iter().chain(nul).min() else { return Ok(text) };
        let complaint = Complaint {
            origin: Origin::File { start, end: start },
            reason: "this is not UTF-8 text".to_owned(),
            remedy: Some("a scenario is a TOML file; save it as UTF-8".to_owned()),
        };
        Err(render(name, &text, &[complaint]))
    }

    /// Reads a TOML text. All its mistakes of syntax are found in one go.
    pub fn parse(name: &str, text: &str) -> Result<Document, String> {
        if text.len() > Self::LARGEST {
            return Err(too_large(name));
        }
        let (table, mistakes) = DeTable::parse_recoverable(text);
        let complaints = Complaints::default();
        let mut line_end = 0;
        for mistake in &mistakes {
            let origin = mistake.span().map_or(Origin::Whole, |span| file(&span));
            // One mistake easily looks like several; the first in a line is the one to mend.
            if let Origin::File { start, .. } = origin {
                if start < line_end {
                    continue;
                }
                line_end = text.as_bytes()[start..]
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .map_or(text.len(), |n| start + n);
            }
            let message = mistake.message().trim().trim_end_matches(", expected nothing");
            complaints.add(&origin, format!("this is not TOML: {message}"), syntax_remedy(message));
        }
        if complaints.count() > 0 {
            return Err(render(name, text, &complaints.into_sorted()));
        }
        let origin = Origin::Whole;
        let kind = Kind::Table(entries(table.get_ref(), &file));
        Ok(Document { name: name.to_owned(), text: text.into(), root: Value { kind, origin } })
    }

    /// The outermost table.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Sets `path=value`, as the command line's `--set` does. The value is TOML, or a bare word that stands
    /// for a text: `--set topology.interval=5s`.
    pub fn set(&mut self, argument: &str) -> Result<(), String> {
        let written = format!("--set {argument}");
        match argument.split_once('=') {
            Some((path, text)) => self.put(&written, path, text),
            None => {
                let remedy = "write --set path=value, such as --set topology.interval=5s";
                Err(format!("error: {}: there is no `=`\n  = {remedy}", printable(&written)))
            }
        }
    }

    /// Makes all changes that the command line asks for: values set by their paths, and the seed and the number of
    /// replications if they are given.
    pub fn change(
        &mut self,
        sets: &[String],
        seed: Option<u64>,
        replications: Option<u32>,
    ) -> Result<(), String> {
        sets.iter().try_for_each(|set| self.set(set))?;
        for (key, number) in [("seed", seed), ("replications", replications.map(u64::from))] {
            if let Some(number) = number {
                self.put(&format!("--{key} {number}"), key, &number.to_string())?;
            }
        }
        Ok(())
    }

    /// Sets the value at `path`, because the command line said so with `written`.
    pub fn put(&mut self, written: &str, path: &str, text: &str) -> Result<(), String> {
        let refused = |reason: String| format!("error: {}: {reason}", printable(written));
        let origin = Origin::Argument(written.into());
        let value = Value::from_argument(text, &origin).map_err(refused)?;
        let steps = steps_of(path).map_err(refused)?;
        plant(&mut self.root, &steps, value, &origin).map_err(refused)
    }

    /// Sets the value at the end of `steps`, as if it stood there. What is made on the way has the place
    /// `key`.
    pub fn plant(&mut self, steps: &[String], value: Value, key: &Origin) -> Result<(), String> {
        plant(&mut self.root, steps, value, key)
    }

    /// The file, for what is taken over from it into other documents.
    pub fn page(&self) -> Arc<Page> {
        Arc::new(Page { name: self.name.clone(), text: Arc::clone(&self.text) })
    }

    /// Takes a key of the outermost table away.
    pub fn take(&mut self, key: &str) -> Option<Entry> {
        match &mut self.root.kind {
            Kind::Table(entries) => entries.remove(key),
            _ => None,
        }
    }

    /// Whether a table was written in braces, as one value, and not as a heading or as dots in a key.
    pub fn is_in_braces(&self, value: &Value) -> bool {
        match value.origin {
            Origin::File { start, .. } => self.text.get(start..).is_some_and(|text| text.starts_with('{')),
            _ => true,
        }
    }

    /// The place of a part of the text `value`, or of all of it where it was not written letter for letter.
    pub fn within(&self, value: &Value, part: &Range<usize>) -> Origin {
        let Origin::File { start, end } = value.origin else { return value.origin.clone() };
        let written = self.text.get(start..end).unwrap_or_default();
        match &value.kind {
            Kind::Text(text)
                if written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text) =>
            {
                Origin::File { start: start + 1 + part.start, end: start + 1 + part.end }
            }
            _ => value.origin.clone(),
        }
    }

    /// Shows mistakes found while reading this document.
    pub fn render(&self, complaints: Complaints) -> String {
        render(&self.name, &self.text, &complaints.into_sorted())
    }
}

/// The steps of a path such as `topology.interval`.
pub fn steps_of(path: &str) -> Result<Vec<String>, String> {
    let steps: Vec<String> = path.trim().split('.').map(|step| step.trim().to_owned()).collect();
    if steps.iter().any(String::is_empty) || steps.len() > DEEPEST {
        return Err(format!("`{}` is not a path such as topology.interval", printable(path)));
    }
    Ok(steps)
}

/// Puts `value` at the end of `steps`, making the tables on the way.
fn plant(at: &mut Value, steps: &[String], value: Value, origin: &Origin) -> Result<(), String> {
    let [step, rest @ ..] = steps else {
        *at = value;
        return Ok(());
    };
    match &mut at.kind {
        Kind::Table(entries) => {
            let entry = entries.entry(step.clone()).or_insert_with(|| Entry {
                key: origin.clone(),
                value: Value { kind: Kind::Table(BTreeMap::new()), origin: origin.clone() },
            });
            plant(&mut entry.value, rest, value, origin)
        }
        Kind::List(items) => {
            let count = items.len();
            if rest.is_empty() && step.parse() == Ok(count) {
                // The place after the last: one more.
                items.push(value);
                return Ok(());
            }
            let item = step.parse().ok().and_then(|index: usize| items.get_mut(index)).ok_or_else(|| {
                format!("`{}` is not one of the {count} items; they are counted from 0", printable(step))
            })?;
            plant(item, rest, value, origin)
        }
        other => {
            Err(format!("`{}` is looked for in {}, which has no keys", printable(step), other.described()))
        }
    }
}

/// What to do about the mistakes of syntax that are made most, where the message does not say it.
fn syntax_remedy(message: &str) -> Option<String> {
    let remedy = match message.split(',').next()? {
        "duplicate key" => "each key and each [table] is written once; only [[lists]] are written again",
        "string values must be quoted" | "invalid boolean" | "invalid float" | "invalid integer" => {
            "texts and durations stand in quotes: \"5s\""
        }
        _ => return None,
    };
    Some(remedy.to_owned())
}

fn too_large(name: &str) -> String {
    let complaint = Complaint {
        origin: Origin::Whole,
        reason: "the file is larger than a scenario may be, which is 1 MiB".to_owned(),
        remedy: Some(
            "long lists of latencies belong into a file of their own: { kind = \"empirical\", file = … }"
                .to_owned(),
        ),
    };
    render(name, "", &[complaint])
}

fn file(span: &Range<usize>) -> Origin {
    Origin::File { start: span.start, end: span.end }
}

type Placed<'a> = dyn Fn(&Range<usize>) -> Origin + 'a;

fn entries(table: &DeTable<'_>, place: &Placed<'_>) -> BTreeMap<String, Entry> {
    table
        .iter()
        .map(|(key, value)| {
            let entry = Entry {
                key: place(&key.span()),
                value: Value { kind: kind_of(value.get_ref(), place), origin: place(&value.span()) },
            };
            (key.get_ref().to_string(), entry)
        })
        .collect()
}

fn kind_of(value: &DeValue<'_>, place: &Placed<'_>) -> Kind {
    match value {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(integer) => {
            Kind::Integer(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
        }
        DeValue::Float(float) => Kind::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Kind::Bool(*truth),
        DeValue::Datetime(_) => Kind::Date,
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| Value { kind: kind_of(item.get_ref(), place), origin: place(&item.span()) })
                .collect(),
        ),
        DeValue::Table(table) => Kind::Table(entries(table, place)),
    }
}

impl Value {
    /// What an argument of the command line says: a TOML value, or a bare word that stands for a text.
    pub fn from_argument(text: &str, origin: &Origin) -> Result<Value, String> {
        let text = text.trim();
        let place = |_: &Range<usize>| origin.clone();
        let kind = match DeValue::parse(text) {
            Ok(value) => kind_of(value.get_ref(), &place),
            Err(_) if text.starts_with(['{', '[', '"', '\'']) => {
                return Err(format!("`{}` is not a TOML value", printable(text)));
            }
            Err(_) => Kind::Text(text.to_owned()),
        };
        Ok(Value { kind, origin: origin.clone() })
    }

    /// The same value, taken over from this file into another document.
    pub fn from_elsewhere(&self, page: &Arc<Page>) -> Value {
        let kind = match &self.kind {
            Kind::Table(entries) => {
                let over = |(key, Entry { key: origin, value }): (&String, &Entry)| {
                    let entry = Entry { key: origin.from_elsewhere(page), value: value.from_elsewhere(page) };
                    (key.clone(), entry)
                };
                Kind::Table(entries.iter().map(over).collect())
            }
            Kind::List(items) => Kind::List(items.iter().map(|item| item.from_elsewhere(page)).collect()),
            plain => plain.clone(),
        };
        Value { kind, origin: self.origin.from_elsewhere(page) }
    }

    /// The value at the end of `steps`, if there is one.
    pub fn at(&self, steps: &[String]) -> Option<&Value> {
        steps.iter().try_fold(self, |value, step| match &value.kind {
            Kind::Table(entries) => entries.get(step).map(|entry| &entry.value),
            Kind::List(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        })
    }
}

impl Kind {
    /// The value in words, for a complaint about its type.
    pub fn described(&self) -> String {
        match self {
            Kind::Table(_) => "a table".to_owned(),
            Kind::List(items) if items.is_empty() => "an empty list".to_owned(),
            Kind::List(_) => "a list".to_owned(),
            Kind::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
            Kind::Text(text) => format!("the text \"{}\"", printable(text)),
            Kind::Integer(Some(integer)) => format!("the number {integer}"),
            Kind::Integer(None) => "a number with too many digits".to_owned(),
            Kind::Float(float) => format!("the number {float:?}"),
            Kind::Bool(truth) => format!("{truth}"),
            Kind::Date => "a date".to_owned(),
        }
    }
}
