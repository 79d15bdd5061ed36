//! Reading a table: every key that is asked for is a key that exists; the rest is misspelt.

use std::collections::BTreeMap;

use super::complaint::{Complaints, Origin, printable};
use super::spelling::nearest;
use super::tree::{Entry, Kind, Value};
use super::values::FromValue;

/// A table that is being read. Ask for all its keys before using any of the answers, so that one run finds
/// all the mistakes.
pub struct Table<'a> {
    title: String,
    origin: Origin,
    entries: &'a BTreeMap<String, Entry>,
    asked: Vec<&'static str>,
    complaints: &'a Complaints,
    /// What the table is was not understood, so nothing can be said about its other keys.
    forgiven: bool,
}

/// Where a value stands, for whoever must complain about it.
pub struct Place<'a> {
    key: String,
    complaints: &'a Complaints,
}

/// Reads `value` as a table with `read`, then complains about every key that `read` did not ask for.
///
/// `title` names the table in complaints: `[topology]`.
pub fn read_table<'a, T>(
    value: &'a Value,
    title: &str,
    complaints: &'a Complaints,
    read: impl FnOnce(&mut Table<'a>) -> Option<T>,
) -> Option<T> {
    let Kind::Table(entries) = &value.kind else {
        let found = value.kind.described();
        complaints.add(&value.origin, format!("{title} must be a table, found {found}"), None);
        return None;
    };
    let origin = value.origin.clone();
    let title = title.to_owned();
    let mut table = Table { title, origin, entries, asked: Vec::new(), complaints, forgiven: false };
    let result = read(&mut table);
    table.complain_about_strangers();
    result
}

impl<'a> Table<'a> {
    /// The value of `key`, if it was given and is right.
    pub fn given<T: FromValue>(&mut self, key: &'static str) -> Option<T> {
        let value = self.value(key)?;
        T::from_value(value, &self.place(key))
    }

    /// The value of `key`, or `default` if it was not given.
    pub fn or<T: FromValue>(&mut self, key: &'static str, default: T) -> T {
        self.given(key).unwrap_or(default)
    }

    /// The value of `key`, which must be given; `example` shows how.
    pub fn needed<T: FromValue>(&mut self, key: &'static str, example: &str) -> Option<T> {
        if !self.has(key) {
            self.asked.push(key);
            self.lacks(key, example);
            return None;
        }
        self.given(key)
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, key: &'static str, default: T, words: &[(&str, T)]) -> T {
        let Some(value) = self.value(key) else { return default };
        word_of(value, words, &self.place(key)).unwrap_or(default)
    }

    /// Which member of a family the table is: the value of `kind`, one of `kinds`. From here on, complaints
    /// name the table by it: `latency kind "normal"`.
    pub fn kind(&mut self, what: &str, kinds: &'static [&'static str]) -> Option<&'static str> {
        let found = match self.value("kind") {
            Some(value) => {
                let words: Vec<(&str, &'static str)> = kinds.iter().map(|kind| (*kind, *kind)).collect();
                word_of(value, &words, &Place { key: format!("{what} kind"), complaints: self.complaints })
            }
            None => {
                let first = kinds.first().copied().unwrap_or_default();
                self.lacks("kind", &format!("\"{first}\"; it can be {}", kinds.join(", ")));
                None
            }
        };
        match found {
            Some(kind) => self.title = format!("{what} kind \"{kind}\""),
            None => self.forgiven = true,
        }
        found
    }

    /// Whether `key` was written, rightly or not. Counts as asking for it.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// The value of `key` as it was written. Counts as asking for it.
    pub fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Reads the table under `key`, if there is one.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        title: &str,
        read: impl FnOnce(&mut Table<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        read_table(value, title, self.complaints, read)
    }

    /// Reads each table of the list under `key`.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        title: &str,
        mut read: impl FnMut(&mut Table<'a>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Kind::List(items) = &value.kind else {
            let found = value.kind.described();
            let remedy = Some(format!("write {title} above each of them"));
            self.complaints.add(&value.origin, format!("{title} must be a list of tables, found {found}"), remedy);
            return Vec::new();
        };
        items.iter().filter_map(|item| read_table(item, title, self.complaints, &mut read)).collect()
    }

    /// What complaints call this table.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Complains that a key is missing.
    pub fn lacks(&self, key: &str, example: &str) {
        let reason = format!("{} needs `{key}`", self.title);
        self.complaints.add(&self.origin, reason, Some(format!("write {key} = {example}")));
    }

    /// Complains about the value of `key`, or about the table where the key was not written.
    pub fn complain(&self, key: &str, reason: impl Into<String>, remedy: impl Into<String>) {
        let origin = self.entries.get(key).map_or(&self.origin, |entry| &entry.value.origin);
        self.complaints.add(origin, reason, Some(remedy.into()));
    }

    /// All complaints so far, for readers of values that are not tables.
    pub fn complaints(&self) -> &'a Complaints {
        self.complaints
    }

    /// The place of the value of `key`.
    pub fn place(&self, key: &str) -> Place<'a> {
        Place { key: key.to_owned(), complaints: self.complaints }
    }

    fn complain_about_strangers(&self) {
        if self.forgiven {
            return;
        }
        for (key, entry) in self.entries {
            if self.asked.iter().any(|asked| asked == key) {
                continue;
            }
            let reason = format!("`{}` is not a key of {}", printable(key), self.title);
            let remedy = match nearest(key, self.asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if self.asked.is_empty() => "it takes no keys".to_owned(),
                None => {
                    let mut known = self.asked.clone();
                    known.sort_unstable();
                    known.dedup();
                    format!("its keys are {}", known.join(", "))
                }
            };
            self.complaints.add(&entry.key, reason, Some(remedy));
        }
    }
}

impl Place<'_> {
    /// The key under which the value stands.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// All complaints so far, for values that are read as tables.
    pub fn complaints(&self) -> &Complaints {
        self.complaints
    }

    /// Complains about `value`.
    pub fn complain(&self, value: &Value, reason: impl Into<String>) {
        self.complaints.add(&value.origin, reason, None);
    }

    /// Complains about `value` and says what to write instead.
    pub fn advise(&self, value: &Value, reason: impl Into<String>, remedy: impl Into<String>) {
        self.complaints.add(&value.origin, reason, Some(remedy.into()));
    }
}

/// Reads a text that must be one of `words`.
pub fn word_of<T: Copy>(value: &Value, words: &[(&str, T)], place: &Place<'_>) -> Option<T> {
    let known = || words.iter().map(|(word, _)| *word);
    let Kind::Text(text) = &value.kind else {
        let list: Vec<String> = known().map(|word| format!("\"{word}\"")).collect();
        place.complain(value, format!("expected {}, found {}", list.join(" or "), value.kind.described()));
        return None;
    };
    if let Some((_, meaning)) = words.iter().find(|(word, _)| word == text) {
        return Some(*meaning);
    }
    let remedy = match nearest(text, known()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("it can be {}", known().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")),
    };
    place.advise(value, format!("\"{}\" is not a {}", printable(text), place.key()), remedy);
    None
}
