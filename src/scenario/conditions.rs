//! Conditions under which scenarios are compared: what is set in all of them, and cases of what happens to them.

use std::sync::Arc;

use super::read_story;
use super::sweep::cases::{Case, Home, Setting, read_all, read_settings};
use crate::document::{
    Bounds, Complaints, Document, Entry, Kind, Origin, Page, Reading, Shape, Table, Value, read_table,
};

/// What scenarios are changed to before they are compared.
#[derive(Debug)]
pub struct Conditions {
    /// What they are about.
    pub about: String,
    page: Arc<Page>,
    /// What is set in all scenarios.
    set: Vec<Setting>,
    /// What is set on top of that where the nodes elect a leader.
    set_if_elected: Vec<Setting>,
    cases: Vec<Case>,
}

/// More cases than this have no room side by side.
const MOST_CASES: usize = 8;

impl Conditions {
    /// Reads conditions. All mistakes are found in one go and come back as a text to show.
    pub fn read(document: &Document) -> Result<Conditions, String> {
        let complaints = Complaints::default();
        let conditions = read_table(document.root(), "a file of conditions", &complaints, |table| {
            Conditions::read_from(table, document)
        });
        match conditions {
            Some(conditions) if complaints.count() == 0 => Ok(conditions),
            _ => Err(document.render(complaints)),
        }
    }

    /// The outline of what this document is asked for, however wrong it is.
    pub fn outline(document: &Document) -> Vec<Reading> {
        let complaints = Complaints::with_outline();
        read_table(document.root(), "a file of conditions", &complaints, |table| {
            Conditions::read_from(table, document)
        });
        complaints.into_outline()
    }

    fn read_from(table: &mut Table<'_>, document: &Document) -> Option<Conditions> {
        let complaints = table.complaints();
        let about = read_story(table, "about", String::new());
        for key in ["set", "set_if_elected"] {
            table.shaped(key, || Shape::Settings);
        }
        table.shaped("cases", || Shape::Named { pattern: r"\S", of: Box::new(Shape::Settings), most: None });
        table.bounded("cases", Bounds::most(MOST_CASES as f64));
        let mut settings = |key: &'static str| {
            let entry = entry_of(table, key, document)?;
            read_settings(&entry, &format!("[{key}]"), Home::Conditions, document, complaints)
        };
        let (set, set_if_elected) = (settings("set"), settings("set_if_elected"));
        if !table.has("cases") {
            table.lacks("cases", "{ quiet = {}, lossy = { \"network.loss\" = 0.02 } }");
        }
        let entry = entry_of(table, "cases", document)?;
        let cases = read_all(&entry, Home::Conditions, document, complaints);
        if cases.len() > MOST_CASES {
            let reason = format!("{} cases are more than {MOST_CASES}", cases.len());
            complaints.add(&entry.key, reason, Some("compare under fewer at once".to_owned()));
        }
        let (set, set_if_elected) = (set.unwrap_or_default(), set_if_elected.unwrap_or_default());
        Some(Conditions { about, page: document.page(), set, set_if_elected, cases })
    }

    /// The names of the cases, in their order.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = &str> {
        self.cases.iter().map(|case| case.name.as_str())
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.page.text
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.page.name
    }

    /// Whether anything else is set where the nodes elect a leader.
    pub fn regard_elections(&self) -> bool {
        !self.set_if_elected.is_empty()
    }

    /// Sets in a scenario what is set in all, and then what is set in those of which the nodes elect a leader.
    pub fn set(&self, document: &mut Document, elects: bool) -> Result<(), String> {
        self.plant(self.set.iter(), document)?;
        let more = if elects { &self.set_if_elected[..] } else { &[] };
        self.plant(more.iter(), document)
    }

    /// Sets in a scenario what the case with this number sets.
    pub fn set_case(&self, case: usize, document: &mut Document) -> Result<(), String> {
        let settings = self.cases.get(case).map_or(&[][..], |case| &case.settings);
        self.plant(settings.iter(), document)
    }

    /// Values of a whole table come before those of its keys; of the same path, the last is what counts.
    fn plant<'a>(
        &self,
        settings: impl Iterator<Item = &'a Setting>,
        document: &mut Document,
    ) -> Result<(), String> {
        let mut settings: Vec<&Setting> = settings.collect();
        settings.sort_by_key(|setting| setting.steps.len());
        for Setting { steps, key, value } in settings {
            let key = key.from_elsewhere(&self.page);
            let planted = document.plant(steps, value.from_elsewhere(&self.page), &key);
            planted.map_err(|reason| {
                let complaints = Complaints::default();
                complaints.add(&key, reason, None);
                document.render(complaints)
            })?;
        }
        Ok(())
    }
}

/// A key of the outermost table with its value.
fn entry_of(table: &mut Table<'_>, key: &'static str, document: &Document) -> Option<Entry> {
    let value: &Value = table.value(key)?;
    let Kind::Table(entries) = &document.root().kind else { return None };
    let origin = entries.get(key).map_or_else(Origin::default, |entry| entry.key.clone());
    Some(Entry { key: origin, value: value.clone() })
}
