//! The cells of a sweep, one after the other: those that `where` wants.

use std::collections::BTreeSet;

use super::Sweep;
use super::condition::{Condition, Ground, Wrong};
use crate::document::{Complaints, Document, Stock, Value, nearest};
use crate::scenario::Scenario;

/// All wanted cells, each with its place, in the order of their places. After a mistake there are no more.
pub struct Cells<'a> {
    sweep: &'a Sweep,
    base: &'a Document,
    stock: &'a Stock,
    next: u64,
    seen: Seen,
}

/// What was seen in the cells so far. Only whoever has looked at all of them can say that there is no such
/// path.
pub(super) struct Seen {
    /// Of each condition, whether each of its paths was in any cell.
    met: Vec<Vec<bool>>,
    /// Paths that there are, kept as long as one of `met` is missing.
    known: BTreeSet<String>,
    any: bool,
}

impl<'a> Cells<'a> {
    pub(super) fn new(sweep: &'a Sweep, base: &'a Document, stock: &'a Stock) -> Cells<'a> {
        Cells { sweep, base, stock, next: 0, seen: Seen::nothing(&sweep.conditions) }
    }

    /// What can be said against the conditions as a whole by whoever has looked at all cells by himself, and knows
    /// whether `any` is wanted.
    pub fn check_conditions(mut self, any: bool) -> Result<(), String> {
        self.seen.any = any;
        while any && self.next < self.sweep.places && self.seen.misses_any() {
            self.sweep.judged(self.base, self.stock, self.next, Some(&mut self.seen))?;
            self.next += 1;
        }
        self.complain()
    }

    /// What can be said against the paths of the conditions by whoever looks at some cells here and there, of which
    /// some need not be valid.
    pub fn check_paths(mut self) -> Result<(), String> {
        self.seen.any = true;
        let stride = self.sweep.places.div_ceil(MOST_LOOKED_AT).max(1);
        while self.next < self.sweep.places && self.seen.misses_any() {
            // What is wrong with a cell is told by whoever simulates it.
            let _ = self.sweep.judged(self.base, self.stock, self.next, Some(&mut self.seen));
            self.next += stride;
        }
        self.complain()
    }

    /// What can be said against the conditions when all cells were seen.
    fn complain(&self) -> Result<(), String> {
        let complaints = Complaints::default();
        let conditions = &self.sweep.conditions;
        if let (Some(first), false) = (conditions.first(), self.seen.any) {
            let reason = format!("no cell of {} is wanted", self.sweep.places);
            complaints.add(&first.value.origin, reason, Some("weaken the condition".to_owned()));
            return Err(self.base.render(complaints));
        }
        for (condition, met) in conditions.iter().zip(&self.seen.met) {
            for (path, _) in condition.paths.iter().zip(met).filter(|(_, met)| !**met) {
                let name = path.steps.join(".");
                let remedy = self.seen.remedy(&name);
                let reason = format!("no cell has `{name}`");
                complaints.add(&self.base.within(&condition.value, &path.part), reason, Some(remedy));
            }
        }
        if complaints.count() > 0 { Err(self.base.render(complaints)) } else { Ok(()) }
    }
}

impl Iterator for Cells<'_> {
    type Item = Result<(u64, Scenario), String>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.sweep.places {
            let place = self.next;
            self.next += 1;
            match self.sweep.judged(self.base, self.stock, place, Some(&mut self.seen)) {
                Ok(None) => {}
                Ok(Some(scenario)) => {
                    self.seen.any = true;
                    return Some(Ok((place, scenario)));
                }
                Err(page) => {
                    self.next = u64::MAX;
                    return Some(Err(page));
                }
            }
        }
        if self.next == u64::MAX {
            return None;
        }
        self.next = u64::MAX;
        self.complain().err().map(Err)
    }
}

impl Sweep {
    /// The scenario of `place`, if it is wanted. What was seen on the way is noted in `seen`.
    pub(super) fn judged(
        &self,
        base: &Document,
        stock: &Stock,
        place: u64,
        mut seen: Option<&mut Seen>,
    ) -> Result<Option<Scenario>, String> {
        let document = self.document(base, place)?;
        if let Some(seen) = &mut seen {
            seen.note_written(&self.conditions, document.root());
        }
        let read = || Scenario::read(&document, stock.clone());
        let words: Vec<_> =
            self.conditions.iter().map(|condition| condition.judge(document.root())).collect();
        if words.contains(&Ok(Some(false))) {
            // Its scenario is of no interest, but there may be paths in it that are written nowhere.
            if let Some(seen) = seen.filter(|seen| seen.misses_any())
                && let Ok(resolved) = read().and_then(|scenario| resolved(&scenario))
            {
                seen.note_resolved(&self.conditions, &resolved);
            }
            return Ok(None);
        }
        let scenario = read().map_err(|page| self.of_cell(page, place))?;
        let is_decided = words.iter().all(|word| *word == Ok(Some(true)));
        if is_decided && !seen.as_ref().is_some_and(|seen| seen.misses_any()) {
            return Ok(Some(scenario));
        }
        let resolved = resolved(&scenario).map_err(|page| self.of_cell(page, place))?;
        if let Some(seen) = seen {
            seen.note_resolved(&self.conditions, &resolved);
        }
        let mut is_wanted = true;
        let complaints = Complaints::default();
        for condition in &self.conditions {
            match condition.judge(&resolved) {
                Ok(holds) => is_wanted &= holds != Some(false),
                Err(Wrong { part, reason, remedy }) => {
                    complaints.add(&base.within(&condition.value, &part), reason, remedy);
                }
            }
        }
        match complaints.count() {
            0 => Ok(is_wanted.then_some(scenario)),
            _ => Err(self.of_cell(base.render(complaints), place)),
        }
    }
}

/// The scenario with every default filled in.
fn resolved(scenario: &Scenario) -> Result<toml::Value, String> {
    let value = toml::Value::try_from(scenario);
    value.map_err(|why| format!("error: the scenario cannot be written as TOML: {why}"))
}

impl Seen {
    fn nothing(conditions: &[Condition]) -> Seen {
        let met = conditions.iter().map(|condition| vec![false; condition.paths.len()]).collect();
        Seen { met, known: BTreeSet::new(), any: false }
    }

    fn misses_any(&self) -> bool {
        self.met.iter().flatten().any(|met| !met)
    }

    /// Notes what is written in the document of a cell.
    fn note_written(&mut self, conditions: &[Condition], root: &Value) {
        if self.misses_any() {
            self.note(conditions, |steps| Value::at(root, steps).is_some());
        }
    }

    /// Notes what is in the scenario of a cell.
    fn note_resolved(&mut self, conditions: &[Condition], root: &toml::Value) {
        if self.misses_any() {
            if self.known.len() < MOST_KNOWN {
                collect_paths("", root, &mut self.known);
            }
            self.note(conditions, |steps| root.at(steps).is_some());
        }
    }

    fn note(&mut self, conditions: &[Condition], is_there: impl Fn(&[String]) -> bool) {
        for (condition, met) in conditions.iter().zip(&mut self.met) {
            for (path, met) in condition.paths.iter().zip(met) {
                *met = *met || is_there(&path.steps);
            }
        }
    }

    /// What was most likely meant by a path that is in no cell.
    fn remedy(&self, name: &str) -> String {
        let in_full = self.known.iter().find(|path| path.ends_with(&format!(".{name}")));
        match (nearest(name, self.known.iter().map(String::as_str)), in_full) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Some(path)) => format!("write {path}; or, if it is a text, '{name}' in quotes"),
            (None, None) if !name.contains('.') => format!("a text is written in quotes: '{name}'"),
            (None, None) => "hbsim show --resolved shows the paths of a scenario".to_owned(),
        }
    }
}

/// As many cells tell which paths there are.
const MOST_LOOKED_AT: u64 = 1_000;

/// More paths than this are not kept for a suggestion.
const MOST_KNOWN: usize = 10_000;

/// Collects the paths of all values that are not tables.
fn collect_paths(before: &str, value: &toml::Value, paths: &mut BTreeSet<String>) {
    let longer = |step: &str| if before.is_empty() { step.to_owned() } else { format!("{before}.{step}") };
    match value {
        toml::Value::Table(table) => {
            table.iter().for_each(|(key, value)| collect_paths(&longer(key), value, paths));
        }
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            let numbered = items.iter().enumerate();
            numbered.for_each(|(number, item)| collect_paths(&longer(&number.to_string()), item, paths));
        }
        _ => drop(paths.insert(before.to_owned())),
    }
}
