//! JSON, as far as a schema needs it.

use std::fmt::Write;

use crate::document::Kind;

/// A value of JSON. What an object holds stays in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Truth(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object of these.
    pub(super) fn of<const N: usize>(entries: [(&str, Json); N]) -> Json {
        Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of texts.
    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Json {
        Json::List(texts.into_iter().map(Json::from).collect())
    }

    /// The same object with one entry more.
    pub(super) fn with(mut self, key: &str, value: impl Into<Json>) -> Json {
        if let Json::Object(entries) = &mut self {
            entries.push((key.to_owned(), value.into()));
        }
        self
    }

    /// The same object with one entry more, if there is a value.
    pub(super) fn with_any(self, key: &str, value: Option<impl Into<Json>>) -> Json {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same object with all of this one.
    pub(super) fn and(self, other: Json) -> Json {
        let Json::Object(entries) = other else { return self };
        entries.into_iter().fold(self, |all, (key, value)| all.with(&key, value))
    }

    /// The same object without one entry.
    pub(super) fn without(mut self, key: &str) -> Json {
        if let Json::Object(entries) = &mut self {
            entries.retain(|(name, _)| name != key);
        }
        self
    }

    /// Whether it is an object without entries.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Json::Object(entries) if entries.is_empty())
    }

    /// Its text: an entry a line, and what is short in one.
    pub(super) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        let mut within = |open: char, close: char, items: Vec<(Option<&String>, &Json)>| {
            text.push(open);
            let is_flat = items.iter().all(|(key, item)| key.is_none() && item.is_plain());
            let last = items.len().saturating_sub(1);
            for (number, (key, item)) in items.into_iter().enumerate() {
                match is_flat {
                    true => text.push_str(if number == 0 { "" } else { " " }),
                    false => _ = write!(text, "\n{:indent$}", "", indent = 2 * (depth + 1)),
                }
                if let Some(key) = key {
                    write_text(text, key);
                    text.push_str(": ");
                }
                item.write(text, depth + 1);
                if number < last {
                    text.push(',');
                } else if !is_flat {
                    _ = write!(text, "\n{:indent$}", "", indent = 2 * depth);
                }
            }
            text.push(close);
        };
        match self {
            Json::List(items) => within('[', ']', items.iter().map(|item| (None, item)).collect()),
            Json::Object(entries) => {
                within('{', '}', entries.iter().map(|(key, value)| (Some(key), value)).collect());
            }
            Json::Truth(truth) => _ = write!(text, "{truth}"),
            Json::Number(number) => text.push_str(number),
            Json::Text(plain) => write_text(text, plain),
        }
    }

    fn is_plain(&self) -> bool {
        !matches!(self, Json::List(_) | Json::Object(_))
    }
}

fn write_text(text: &mut String, plain: &str) {
    text.push('"');
    for c in plain.chars() {
        match c {
            '"' | '\\' => _ = write!(text, "\\{c}"),
            '\n' => text.push_str("\\n"),
            c if c.is_control() => _ = write!(text, "\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    text.push('"');
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<bool> for Json {
    fn from(truth: bool) -> Json {
        Json::Truth(truth)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Json {
        Json::Number(number.to_string())
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Json {
        Json::Number(number.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}

impl From<&Kind> for Json {
    fn from(kind: &Kind) -> Json {
        match kind {
            Kind::Table(entries) => {
                let entries = entries.iter().map(|(key, entry)| (key.clone(), Json::from(&entry.value.kind)));
                Json::Object(entries.collect())
            }
            Kind::List(items) => Json::List(items.iter().map(|item| Json::from(&item.kind)).collect()),
            Kind::Text(text) => Json::Text(text.clone()),
            Kind::Bool(truth) => Json::Truth(*truth),
            Kind::Integer(Some(number)) => Json::Number(number.to_string()),
            Kind::Float(number) if number.is_finite() => Json::Number(format!("{number:?}")),
            Kind::Integer(None) | Kind::Float(_) | Kind::Date => Json::Text(kind.to_string()),
        }
    }
}
