//! The files that a scenario names, enclosed with its results, so that the folder can be run again wherever it
//! is.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::document::{Document, Kind, NamedFile, Origin, Stock, Value};
use crate::scenario::Scenario;

/// A scenario that needs nothing but what is enclosed with it.
pub struct Enclosed {
    /// The resolved scenario, in which each file is called by its place.
    pub text: String,
    /// The files, each called by its place within the folder of results.
    pub files: Vec<NamedFile>,
}

impl Enclosed {
    /// A scenario as its results keep it.
    pub fn of(scenario: &Scenario) -> Result<Enclosed, String> {
        Enclosed::with(scenario.resolved().map_err(|why| why.to_string())?, &scenario.files)
    }

    /// A scenario as whoever reads its results finds it: its files are called by their places within the folder.
    pub fn found_again(scenario: &Scenario) -> Result<Scenario, String> {
        let Enclosed { text, files } = Enclosed::of(scenario)?;
        Scenario::read(&Document::parse(&scenario.name, &text)?, Stock::held(files))
    }

    /// The text of a scenario file and all files that it names.
    pub fn with(text: String, files: &[NamedFile]) -> Result<Enclosed, String> {
        let places = places(files);
        let text = match files.is_empty() {
            true => text,
            false => with_places(&text, files, &places)?,
        };
        let enclosed = |(file, name): (&NamedFile, String)| NamedFile { name, text: Arc::clone(&file.text) };
        Ok(Enclosed { text, files: files.iter().zip(places).map(enclosed).collect() })
    }
}

/// The folder within the folder of results in which they are.
pub(super) const FOLDER: &str = "files";

/// Where each of `files` is kept, in their order: under its own name in [`FOLDER`], and with a number if another
/// one has that name already.
fn places(files: &[NamedFile]) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    // Some file systems do not tell large letters from small ones.
    let mut used = BTreeSet::new();
    for file in files {
        let name = Path::new(&file.name).file_name().map_or("file".into(), |name| name.to_string_lossy());
        let numbered = (2..).map(|number| format!("{number}-{name}"));
        let free =
            std::iter::once(name.to_string()).chain(numbered).find(|name| used.insert(name.to_lowercase()));
        places.push(format!("{FOLDER}/{}", free.unwrap_or_default()));
    }
    places
}

/// The scenario `text` with each of `files` called by its place instead.
fn with_places(text: &str, files: &[NamedFile], places: &[String]) -> Result<String, String> {
    let mut moved = text.to_owned();
    // From the end, so that what was found earlier in the text stays where it was found.
    for (name, start, end) in names_in(text)?.into_iter().rev() {
        if let Some(found) = files.iter().position(|file| file.name == name) {
            moved.replace_range(start..end, &toml::Value::from(places[found].as_str()).to_string());
        }
    }
    Ok(moved)
}

/// The files that the scenario `text` names: each name, and from where to where in the text it is written.
pub(super) fn names_in(text: &str) -> Result<Vec<(String, usize, usize)>, String> {
    let document = Document::parse("scenario.toml", text)?;
    let mut names = Vec::new();
    collect(document.root(), &mut names);
    names.sort_by_key(|(_, start, _)| *start);
    Ok(names)
}

/// Adds the names of files in `value`: the key `file` of a law that was measured.
fn collect(value: &Value, names: &mut Vec<(String, usize, usize)>) {
    match &value.kind {
        Kind::Table(entries) => {
            let text =
                |key: &str| match entries.get(key).map(|entry| (&entry.value.kind, &entry.value.origin)) {
                    Some((Kind::Text(text), Origin::File { start, end })) => Some((text, *start, *end)),
                    _ => None,
                };
            if text("kind").is_some_and(|(kind, ..)| kind == "empirical") {
                names.extend(text("file").map(|(name, start, end)| (name.clone(), start, end)));
            }
            entries.values().for_each(|entry| collect(&entry.value, names));
        }
        Kind::List(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}
