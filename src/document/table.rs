//! Reading a table: every key that is asked for is a key that exists; the rest is misspelt.

use std::collections::BTreeMap;

use super::complaint::{Complaints, Origin, printable};
use super::outline::{Bounds, Reading, Shape};
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
    /// Keys whose values are wrong by themselves.
    wrong: Vec<&'static str>,
    /// Keys that are missing, each with the complaint about it. It is kept back to the end: where the key is
    /// only misspelt, one complaint is enough.
    missing: Vec<(&'static str, String, String)>,
    /// Keys that others give another name, and the key that is meant by it.
    other_names: Vec<(&'static str, &'static str)>,
    /// What the table is was not understood, so nothing can be said about its other keys.
    forgiven: bool,
    /// What it is asked for, where an outline is taken.
    outline: Option<Box<Reading>>,
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
        let reason = format!("{title} must be a table, found {}", value.kind.described());
        let remedy = match value.kind {
            Kind::List(_) => "there is one of it: use single brackets",
            _ => "a table is written { key = value, … }",
        };
        complaints.add(&value.origin, reason, Some(remedy.to_owned()));
        return None;
    };
    let mut table = Table {
        title: title.to_owned(),
        origin: value.origin.clone(),
        entries,
        asked: Vec::new(),
        complaints,
        wrong: Vec::new(),
        missing: Vec::new(),
        other_names: Vec::new(),
        forgiven: false,
        outline: complaints.outlined(title),
    };
    let result = read(&mut table);
    if let Some(outline) = table.outline.take() {
        complaints.note(*outline);
    }
    let strangers = table.strangers();
    table.complain_about_missing(&strangers);
    table.complain_about_strangers(&strangers);
    result
}

impl<'a> Table<'a> {
    /// The value of `key`, if it was given and is right.
    pub fn given<T: FromValue>(&mut self, key: &'static str) -> Option<T> {
        self.note(|outline| outline.typed(key, T::shape()));
        self.watched(key, |value, place| T::from_value(value, place))
    }

    /// The value of `key`, or `default` if it was not given.
    pub fn or<T: FromValue>(&mut self, key: &'static str, default: T) -> T {
        self.note(|outline| outline.defaults(key, default.written()));
        self.given(key).unwrap_or(default)
    }

    /// The value of `key`, which must be given; `example` shows how.
    pub fn needed<T: FromValue>(&mut self, key: &'static str, example: &str) -> Option<T> {
        self.note(|outline| outline.typed(key, T::shape()));
        if !self.has(key) {
            self.lacks(key, example);
            return None;
        }
        self.given(key)
    }

    /// One of a few words.
    pub fn word<T: Copy + PartialEq>(&mut self, key: &'static str, default: T, words: &[(&str, T)]) -> T {
        self.note(|outline| {
            outline.typed(key, Shape::words(words.iter().map(|(word, _)| *word)));
            let usual = words.iter().find(|(_, meaning)| *meaning == default);
            outline.defaults(key, usual.map(|(word, _)| Kind::Text((*word).to_owned())));
        });
        self.watched(key, |value, place| word_of(value, words, place)).unwrap_or(default)
    }

    /// Which member of a family the table is: the value of `kind`, one of `kinds`. From here on, complaints
    /// name the table by it: `latency kind "normal"`.
    pub fn kind(&mut self, what: &str, kinds: &'static [&'static str]) -> Option<&'static str> {
        self.note(|outline| {
            outline.has_kinds = true;
            outline.typed("kind", Shape::words(kinds.iter().copied()));
        });
        let found = match self.value("kind") {
            Some(value) => {
                let words: Vec<(&str, &'static str)> = kinds.iter().map(|kind| (*kind, *kind)).collect();
                choose(value, &words, &format!("a {what} kind"), &self.place("kind"))
            }
            None => {
                let first = kinds.first().copied().unwrap_or_default();
                self.lacks("kind", format!("\"{first}\"; it can be {}", kinds.join(", ")));
                None
            }
        };
        match found {
            Some(kind) => {
                self.note(|outline| outline.kind = Some(kind));
                self.title = format!("{what} kind \"{kind}\"");
            }
            None => self.forgiven = true,
        }
        found
    }

    /// Whether `key` was written, rightly or not. Counts as asking for it.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// Whoever writes `other`, which is no key, means `key`. Says whether it was written, and `key` was not.
    pub fn takes_for(&mut self, other: &'static str, key: &'static str) -> bool {
        let is_meant = self.entries.contains_key(other) && !self.has(key);
        if is_meant {
            self.other_names.push((other, key));
        }
        is_meant
    }

    /// The value of `key` as it was written. Counts as asking for it.
    pub fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        let value = self.entries.get(key).map(|entry| &entry.value);
        self.note(|outline| outline.asked(key, value.is_some()));
        value
    }

    /// Reads the table under `key`, if there is one.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        title: &str,
        read: impl FnOnce(&mut Table<'a>) -> Option<T>,
    ) -> Option<T> {
        let complaints = self.complaints;
        self.note(|outline| outline.typed(key, Shape::Table(title.to_owned())));
        self.watched(key, |value, _| read_table(value, title, complaints, read))
    }

    /// Reads the table under `key`, which must be given; `example` shows a key of it.
    pub fn needed_table<T>(
        &mut self,
        key: &'static str,
        title: &str,
        example: &str,
        read: impl FnOnce(&mut Table<'a>) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.note(|outline| outline.missed(key));
            let reason = format!("{} needs {title}", self.title);
            self.missing.push((key, reason, format!("write {title} and, on the lines below it, {example}")));
        }
        self.table(key, title, read)
    }

    /// Reads each table of the list under `key`.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        title: &str,
        mut read: impl FnMut(&mut Table<'a>) -> Option<T>,
    ) -> Vec<T> {
        self.note(|outline| outline.typed(key, Shape::Table(title.to_owned()).list()));
        let Some(value) = self.value(key) else { return Vec::new() };
        let Kind::List(items) = &value.kind else {
            let found = value.kind.described();
            let remedy = Some(format!("write {title} above each of them"));
            self.complaints.add(
                &value.origin,
                format!("{title} must be a list of tables, found {found}"),
                remedy,
            );
            return Vec::new();
        };
        items.iter().filter_map(|item| read_table(item, title, self.complaints, &mut read)).collect()
    }

    /// Whether nothing is wrong with the value of `key` by itself, so that it may be held against others.
    pub fn is_right(&self, key: &str) -> bool {
        !self.wrong.contains(&key)
    }

    /// Complains that a key is missing.
    pub fn lacks(&mut self, key: &'static str, example: impl AsRef<str>) {
        self.note(|outline| outline.missed(key));
        let reason = format!("{} needs `{key}`", self.title);
        self.missing.push((key, reason, format!("write {key} = {}", example.as_ref())));
    }

    /// Fills in the outline, where one is taken.
    fn note(&mut self, fill_in: impl FnOnce(&mut Reading)) {
        if let Some(outline) = &mut self.outline {
            fill_in(outline);
        }
    }

    /// Says for the outline which table this is, where several go by its title or it has another one here.
    pub fn is_a(&mut self, table: &str) {
        self.note(|outline| outline.table = table.to_owned());
    }

    /// Says for the outline what the value of `key` can be, where its type does not tell.
    pub fn shaped(&mut self, key: &'static str, shape: impl FnOnce() -> Shape) {
        self.note(|outline| outline.shaped(key, shape()));
    }

    /// Says for the outline how large the value of `key` can be, or how long the list.
    pub fn bounded(&mut self, key: &'static str, bounds: Bounds) {
        self.note(|outline| outline.bounded(key, bounds));
    }

    /// Says for the outline that exactly one of these sets of keys must be given.
    pub fn chooses(&mut self, sets: &'static [&'static [&'static str]]) {
        self.note(|outline| outline.choices.push(sets));
    }

    /// Says for the outline that `key` means nothing where `other` is not given.
    pub fn goes_with(&mut self, key: &'static str, other: &'static str) {
        self.note(|outline| outline.pairs.push((key, other)));
    }

    /// Says for the outline what stands for `key` where it is not given.
    pub fn defaults_to(&mut self, key: &'static str, default: impl FromValue) {
        self.note(|outline| outline.defaults(key, default.written()));
    }

    /// Says for the outline that `key` must be left out where the table under `other` is of this kind, and be given
    /// where it is of any other.
    pub fn is_cast_out(&mut self, key: &'static str, other: &'static str, kind: &str) {
        self.note(|outline| outline.outcasts.push((key, other, kind.to_owned())));
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

    /// Reads the value of `key`, if there is one, and remembers whether it was wrong.
    fn watched<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'a Value, &Place<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let before = self.complaints.count();
        let result = read(value, &self.place(key));
        if result.is_none() || self.complaints.count() > before {
            self.wrong.push(key);
        }
        result
    }

    /// The keys that nobody asked for, each with the key that was most likely meant: rather one that is not
    /// there than one that is.
    fn strangers(&mut self) -> Vec<(&'a str, &'a Origin, Option<&'static str>)> {
        self.asked.sort_unstable();
        self.asked.dedup();
        let free = self.asked.iter().copied().filter(|asked| !self.entries.contains_key(*asked));
        let strange = self.entries.iter().filter(|(key, _)| !self.asked.iter().any(|asked| asked == key));
        strange
            .take(if self.forgiven { 0 } else { MOST_STRANGERS })
            .map(|(key, entry)| {
                let other_name = self.other_names.iter().find(|(other, _)| other == key).map(|(_, key)| *key);
                let near = || nearest(key, free.clone()).or_else(|| nearest(key, self.asked.iter().copied()));
                (key.as_str(), &entry.key, other_name.or_else(near))
            })
            .collect()
    }

    fn complain_about_missing(&self, strangers: &[(&str, &Origin, Option<&str>)]) {
        for (key, reason, remedy) in &self.missing {
            if !strangers.iter().any(|(_, _, meant)| meant == &Some(*key)) {
                self.complaints.add(&self.origin, reason, Some(remedy.clone()));
            }
        }
    }

    fn complain_about_strangers(&self, strangers: &[(&str, &Origin, Option<&str>)]) {
        for (key, origin, meant) in strangers {
            let reason = format!("`{}` is not a key of {}", printable(key), self.title);
            let remedy = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if self.asked.is_empty() => "it takes no keys".to_owned(),
                None => format!("its keys are {}", self.asked.join(", ")),
            };
            self.complaints.add(origin, reason, Some(remedy));
        }
    }
}

/// More unknown keys than this are no slip of the finger, and not worth a suggestion each.
const MOST_STRANGERS: usize = 1000;

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
    choose(value, words, &format!("a word for {}", place.key()), place)
}

/// Reads a text that must be one of `words`, which are `what`.
fn choose<T: Copy>(value: &Value, words: &[(&str, T)], what: &str, place: &Place<'_>) -> Option<T> {
    let known = || words.iter().map(|(word, _)| *word);
    let listed = || known().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
    let Kind::Text(text) = &value.kind else {
        place
            .complain(value, format!("expected {}, found {}", listed().join(" or "), value.kind.described()));
        return None;
    };
    if let Some((_, meaning)) = words.iter().find(|(word, _)| word == text) {
        return Some(*meaning);
    }
    let remedy = match nearest(text, known()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("it can be {}", listed().join(", ")),
    };
    place.advise(value, format!("\"{}\" is not {what}", printable(text)), remedy);
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Count, Document, Probability};

    /// What is said about a table that has `nodes`, which it needs, `loss` and `kind`.
    fn said(text: &str) -> Vec<String> {
        let document = Document::parse("a.toml", text).expect("TOML");
        let complaints = Complaints::default();
        read_table(document.root(), "[a]", &complaints, |table| {
            table.takes_for("members", "nodes");
            let _: Option<&str> = table.has("kind").then(|| table.kind("thing", &["one", "two"])).flatten();
            let Probability(loss) = table.or("loss", Probability(0.0));
            let nodes: Option<Count> = table.needed("nodes", "3");
            if table.is_right("loss") && loss > 0.5 {
                table.complain("loss", "held against others", "");
            }
            nodes
        });
        complaints.into_sorted().into_iter().map(|complaint| complaint.reason).collect()
    }

    #[test]
    fn each_mistake_is_told_once_and_nothing_follows_from_it() {
        for (text, told) in [
            ("nodes = 3", &[][..]),
            ("", &["[a] needs `nodes`"]),
            ("node = 3", &["`node` is not a key of [a]"]),
            ("members = 3", &["`members` is not a key of [a]"]),
            ("nodes = 3\nmembers = 3", &["`members` is not a key of [a]"]),
            ("colour = 3", &["`colour` is not a key of [a]", "[a] needs `nodes`"]),
            ("nodes = 3\nnode = 3", &["`node` is not a key of [a]"]),
            ("nodes = 3\nloss = 0.6", &["held against others"]),
            ("nodes = 3\nloss = 6", &["a probability lies between 0 and 1; this is 6"]),
            ("nodes = 3\nkind = 'three'\nradius = 1", &["\"three\" is not a thing kind"]),
            ("nodes = 3\nkind = 'one'\nradius = 1", &["`radius` is not a key of thing kind \"one\""]),
        ] {
            assert_eq!(said(text), told, "{text}");
        }
    }
}
