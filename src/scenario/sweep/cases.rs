//! Named cases: several keys that vary together, under a name. A sweep has them, and conditions.

use std::collections::BTreeSet;

use super::axis::Axis;
use super::reading::said_by;
use crate::document::{Complaints, Document, Entry, Kind, Origin, Value, nearest, printable, steps_of};

/// One case: its name, and what it sets.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Case {
    pub(in crate::scenario) name: String,
    /// Where the name was written.
    pub(in crate::scenario) key: Origin,
    pub(in crate::scenario) settings: Vec<Setting>,
}

/// A value that a case sets.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Setting {
    pub(in crate::scenario) steps: Vec<String>,
    /// Where the path was written.
    pub(in crate::scenario) key: Origin,
    pub(in crate::scenario) value: Value,
}

/// What cases are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Home {
    Sweep,
    Conditions,
}

impl Home {
    /// How cases are written, for those who wrote something else.
    pub(in crate::scenario) fn example(self) -> &'static str {
        match self {
            Home::Sweep => {
                "write [sweep.cases.NAME], and below it the values that are set together: \"network.loss\" = 0.1"
            }
            Home::Conditions => "write [cases.NAME], and below it what it sets: \"network.loss\" = 0.1",
        }
    }

    /// Why none can set a sweep.
    fn sweeps_nothing(self) -> &'static str {
        match self {
            Home::Sweep => "a sweep cannot sweep itself",
            Home::Conditions => "conditions change a scenario, and cannot make many of it",
        }
    }
}

/// Reads the `cases` of a sweep.
pub(super) fn read(entry: &Entry, document: &Document, complaints: &Complaints) -> Vec<Case> {
    let cases = read_all(entry, Home::Sweep, document, complaints);
    if let Some((first, others)) = cases.split_first() {
        let in_all = |steps: &[String]| others.iter().all(|case| case.sets(steps));
        complain_about_arguments(
            first.settings.iter().filter(|setting| in_all(&setting.steps)),
            document,
            complaints,
        );
    }
    cases
}

/// Reads `cases`: a table of each. They come in the order in which they are written.
pub(in crate::scenario) fn read_all(
    entry: &Entry,
    home: Home,
    document: &Document,
    complaints: &Complaints,
) -> Vec<Case> {
    let example = || Some(home.example().to_owned());
    let Kind::Table(entries) = &entry.value.kind else {
        let reason =
            format!("`cases` must be a table of named cases, found {}", entry.value.kind.described());
        complaints.add(&entry.key, reason, example());
        return Vec::new();
    };
    if entries.is_empty() {
        complaints.add(&entry.key, "there are no cases", example());
    }
    let mut named: Vec<(&String, &Entry)> = entries.iter().collect();
    // Keys of a table are kept by name.
    named.sort_by_key(|(_, entry)| match entry.key {
        Origin::File { start, .. } => (0, start),
        _ => (1, 0),
    });
    let read = |(name, entry): (&String, &Entry)| read_one(name, entry, home, document, complaints);
    named.into_iter().filter_map(read).collect()
}

fn read_one(
    name: &str,
    entry: &Entry,
    home: Home,
    document: &Document,
    complaints: &Complaints,
) -> Option<Case> {
    if name.trim().is_empty() || name.contains(char::is_control) {
        let remedy = "name it by a word or a few, such as \"GC pauses\"";
        complaints.add(&entry.key, "this is no name for a case", Some(remedy.to_owned()));
        return None;
    }
    let what = format!("the case `{}`", printable(name));
    let settings = read_settings(entry, &what, home, document, complaints)?;
    Some(Case { name: name.to_owned(), key: entry.key.clone(), settings })
}

/// Reads a table of what is set, which is `what`.
pub(in crate::scenario) fn read_settings(
    entry: &Entry,
    what: &str,
    home: Home,
    document: &Document,
    complaints: &Complaints,
) -> Option<Vec<Setting>> {
    let Kind::Table(entries) = &entry.value.kind else {
        let reason = format!("{what} must be a table, found {}", entry.value.kind.described());
        complaints.add(&entry.key, reason, Some(home.example().to_owned()));
        return None;
    };
    let mut settings = Vec::new();
    collect(entries, &[], home, document, &mut settings, complaints);
    complain_about_twice(&settings, &format!("in {what}"), complaints);
    Some(settings)
}

/// Collects what a case sets. A table in it is a longer path, unless it stands in braces: that is one value.
fn collect<'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a Entry)>,
    before: &[String],
    home: Home,
    document: &Document,
    settings: &mut Vec<Setting>,
    complaints: &Complaints,
) {
    for (key, entry) in entries {
        let path = [before, std::slice::from_ref(key)].concat().join(".");
        match (steps_of(&path), &entry.value.kind) {
            (Err(reason), _) => complaints.add(&entry.key, reason, None),
            (Ok(steps), _) if steps[0] == "sweep" => {
                let remedy = "name a key of the scenario, such as network.loss";
                complaints.add(&entry.key, home.sweeps_nothing(), Some(remedy.to_owned()));
            }
            (Ok(steps), Kind::Table(inner)) if !document.is_in_braces(&entry.value) => {
                collect(inner, &steps, home, document, settings, complaints);
            }
            (Ok(steps), _) => {
                settings.push(Setting { steps, key: entry.key.clone(), value: entry.value.clone() });
            }
        }
    }
}

impl Case {
    fn sets(&self, steps: &[String]) -> bool {
        self.settings.iter().any(|setting| setting.steps == steps)
    }

    /// Complains of what is swept by itself too.
    pub(super) fn complain_about_axes(&self, axes: &[Axis], complaints: &Complaints) {
        let says = |value: &Value, inner: &[String]| inner.is_empty() || value.at(inner).is_some();
        for Setting { steps, key, value } in &self.settings {
            let is_too = |axis: &&Axis| match (
                steps.strip_prefix(axis.steps()),
                axis.steps().strip_prefix(&steps[..]),
            ) {
                (Some(inner), _) => axis.values.iter().any(|value| says(value, inner)),
                (None, Some(inner)) => says(value, inner),
                (None, None) => false,
            };
            if let Some(axis) = axes.iter().filter(|axis| !axis.steps().is_empty()).find(is_too) {
                let (path, name) = (printable(&axis.path), printable(&self.name));
                let reason = format!("`{path}` is swept by itself and set in the case `{name}`");
                complaints.add(key, reason, Some("keep one of the two".to_owned()));
            }
        }
    }
}

/// Complains of what is set twice, which is `within` something.
fn complain_about_twice(settings: &[Setting], within: &str, complaints: &Complaints) {
    for (number, setting) in settings.iter().enumerate() {
        let others = settings.iter().enumerate().filter(|(other, _)| *other != number);
        let is_set = |(other, by): (usize, &Setting)| match setting.steps.strip_prefix(&by.steps[..]) {
            // Of the same path written twice, the second is the one that is too much.
            Some([]) => other < number,
            Some(inner) => by.value.at(inner).is_some(),
            None => false,
        };
        if others.into_iter().any(is_set) {
            let path = printable(&setting.steps.join("."));
            let reason = format!("`{path}` is set twice {within}");
            complaints.add(&setting.key, reason, Some("keep one of the two".to_owned()));
        }
    }
}

/// Complains of arguments that change nothing, because each case sets that.
fn complain_about_arguments<'a>(
    settings: impl Iterator<Item = &'a Setting>,
    document: &Document,
    complaints: &Complaints,
) {
    for Setting { steps, key, .. } in settings {
        if let Some(argument) = document.root().at(steps).and_then(said_by) {
            let path = printable(&steps.join("."));
            let reason = format!("`{}` would change nothing: each case sets `{path}`", printable(argument));
            complaints.add(key, reason, Some("leave the argument out, or change the cases".to_owned()));
        }
    }
}

/// Those of the cases that are named by `value`, in its order.
pub(super) fn picked(cases: Vec<Case>, key: &Origin, value: &Value, complaints: &Complaints) -> Vec<Case> {
    if cases.is_empty() {
        complaints.add(key, "there are no cases to pick from", Some(Home::Sweep.example().to_owned()));
        return cases;
    }
    let names = match &value.kind {
        Kind::List(items) if !items.is_empty() => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for name in names {
        let wanted = match &name.kind {
            Kind::Text(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        match cases.iter().find(|case| case.name == wanted) {
            None => {
                let known = || cases.iter().map(|case| case.name.as_str());
                let remedy = match nearest(&wanted, known()) {
                    Some(meant) => format!("did you mean `{}`?", printable(meant)),
                    None => format!("there are {}", printable(&known().collect::<Vec<_>>().join(", "))),
                };
                complaints.add(
                    &name.origin,
                    format!("there is no case `{}`", printable(&wanted)),
                    Some(remedy),
                );
            }
            Some(_) if !known.insert(wanted.clone()) => {
                let reason = format!("`{}` is there twice", printable(&wanted));
                complaints.add(
                    &name.origin,
                    reason,
                    Some("every value of an axis is another one".to_owned()),
                );
            }
            Some(case) => found.push(case.clone()),
        }
    }
    found
}
