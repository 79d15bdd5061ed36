//! The page of a sweep: maps over two keys, curves over one, and what detection costs in mistakes.

mod curves;
mod maps;
mod scatter;
mod table;

use super::pieces::{at_most, is_bound, section, surely_at_most, version};
use super::{pareto, pieces};
use crate::engine::digest::Digest;
use crate::engine::time::Span;
use crate::figures::{seconds, short};
use crate::measures;
use crate::page::Page;
use crate::results::CellRow;
use crate::scenario::sweep::Axis;
use crate::statistics::Estimate;

/// The cells of a sweep, as far as a page shows them.
pub struct SweepPage {
    keys: Vec<Key>,
    cells: Vec<Cell>,
    runs: u64,
    digest: Digest,
    few_runs: bool,
}

/// What is told of a sweep besides its cells.
pub struct SweepWords {
    /// What it is called.
    pub name: String,
    /// What it asks.
    pub about: String,
    /// What its author wants seen.
    pub said: Vec<String>,
    /// The command that does it again.
    pub command: String,
}

/// A swept key.
struct Key {
    path: String,
    /// How many columns of a row tell its value.
    columns: usize,
    /// Whether its values are sizes that rise.
    is_ordered: bool,
    /// Those of its values of which there are cells, in their order.
    values: Vec<String>,
}

/// What is shown of a cell.
struct Cell {
    /// Of each key, which of its values.
    values: Vec<usize>,
    crashes: f64,
    detected: f64,
    after: Option<Estimate>,
    within: Option<Estimate>,
    errors: Option<Estimate>,
    calculated: Option<f64>,
    messages: Option<Estimate>,
}

/// What errors are, on every axis and in every heading.
const ERRORS: &str = "errors a node-day";
/// What the mean detection time is.
const AFTER: &str = "known after, on average";

impl SweepPage {
    /// A page without cells.
    pub fn new(axes: &[Axis]) -> SweepPage {
        let key = |axis: &Axis| Key {
            path: axis.path.clone(),
            columns: axis.width(),
            is_ordered: axis.is_ordered() && axis.width() == 1,
            values: Vec::new(),
        };
        SweepPage {
            keys: axes.iter().map(key).collect(),
            cells: Vec::new(),
            runs: 0,
            digest: Digest::default(),
            few_runs: false,
        }
    }

    /// Adds a cell. They come in the order of their numbers, so the values of keys are seen in theirs.
    pub fn add(&mut self, row: &CellRow) {
        let mut told = row.labels.iter().map(String::as_str);
        let mut values = Vec::new();
        for key in &mut self.keys {
            // Of a table, the values of all its keys: phi 8 normal.
            let words = told.by_ref().take(key.columns).filter(|value| !value.is_empty());
            let label = words.collect::<Vec<_>>().join(" ");
            values.push(key.place_of(label));
        }
        let estimate = |name: &str| measures::find(&row.summary.estimates, name);
        let value = |name: &str| estimate(name).map_or(0.0, |estimate| estimate.value);
        self.runs += u64::from(row.summary.replications);
        self.few_runs |= row.summary.replications < 10;
        self.digest.add_digest(row.summary.digest);
        self.cells.push(Cell {
            values,
            crashes: value("crashes"),
            detected: value("detected"),
            after: estimate("detection_s_mean"),
            within: estimate("detection_s_p99"),
            errors: estimate("false_positives_per_node_day"),
            calculated: row.calculated,
            messages: estimate("messages_per_s"),
        });
    }

    /// The page.
    pub fn page(mut self, words: SweepWords) -> Page {
        self.keys.iter_mut().zip(0..).for_each(|(key, number)| key.put_in_order(number, &mut self.cells));
        let mut sections = Vec::new();
        if !words.said.is_empty() {
            sections.push(section("What its author says", words.said));
        }
        sections.extend(maps::maps(&self));
        sections.extend(curves::curves(&self));
        sections.extend(scatter::scatter(&self));
        sections.push(table::table_of(&self));
        Page {
            title: words.name,
            subtitle: words.about,
            headline: self.headline(),
            facts: self.facts(),
            sections,
            foot: vec![words.command, format!("digest {}", self.digest), version()],
        }
    }

    /// The keys of which there is more than one value, by their numbers.
    fn varied(&self) -> Vec<usize> {
        (0..self.keys.len()).filter(|key| self.keys[*key].values.len() > 1).collect()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        for key in &self.keys {
            let values = &key.values;
            let told = match (values.first(), values.last()) {
                (Some(first), Some(last)) if values.len() > 6 => {
                    format!("{} values, {first} … {last}", short(values.len() as f64))
                }
                _ => values.join(", "),
            };
            facts.push((key.path.clone(), told));
        }
        let cells = short(self.cells.len() as f64);
        facts.push(("Cells".to_owned(), cells));
        let trusted = if self.few_runs { "; intervals of fewer than 10 cannot be trusted" } else { "" };
        facts.push(("Runs".to_owned(), format!("{} in all{trusted}", short(self.runs as f64))));
        facts
    }

    /// From where to where the front goes.
    fn headline(&self) -> String {
        let on_front = self.front();
        let mut front: Vec<&Cell> =
            self.cells.iter().zip(&on_front).filter(|(_, is)| **is).map(|(cell, _)| cell).collect();
        front.sort_by(|one, other| one.point()[0].total_cmp(&other.point()[0]));
        let (Some(first), Some(last)) = (front.first(), front.last()) else {
            return format!("No crash was known in any of {} settings.", short(self.cells.len() as f64));
        };
        let told = |cell: &Cell| {
            let errors = match cell.errors {
                Some(errors) if is_bound(errors) => {
                    format!("none seen, so fewer than {}", short(at_most(errors)))
                }
                errors => errors.map_or(String::new(), |errors| short(errors.value)),
            };
            format!("{} with {errors}", seconds(cell.point()[0]))
        };
        let all = short(self.cells.len() as f64);
        match front.len() {
            1 => format!(
                "One of {all} settings beats all others, both in how soon a crash is known on average and in errors \
                 per node and day: {}, {}.",
                self.setting(first),
                told(first)
            ),
            count => format!(
                "Of {all} settings, no other beats {} both in how soon a crash is known on average and in errors per \
                 node and day: from {} ({}) to {} ({}).",
                short(count as f64),
                told(first),
                self.setting(first),
                told(last),
                self.setting(last)
            ),
        }
    }

    /// Which cells no other beats.
    fn front(&self) -> Vec<bool> {
        pareto::front(&self.cells.iter().map(Cell::point).collect::<Vec<_>>())
    }

    /// What sets a cell apart from the others: `interval 5s, timeout 10s`.
    fn setting(&self, cell: &Cell) -> String {
        let one = |key: usize| {
            let value = &self.keys[key].values[cell.values[key]];
            format!("{} {value}", self.keys[key].name())
        };
        let told: Vec<String> = self.varied().into_iter().map(one).collect();
        if told.is_empty() { "the only one".to_owned() } else { told.join(", ") }
    }
}

impl Key {
    fn place_of(&mut self, label: String) -> usize {
        // Neighbours share most values, and there are few of each.
        let found = self.values.iter().rposition(|value| *value == label);
        found.unwrap_or_else(|| {
            self.values.push(label);
            self.values.len() - 1
        })
    }

    /// Puts sizes in their order. They may have come in another one, where some combinations are left out.
    fn put_in_order(&mut self, number: usize, cells: &mut [Cell]) {
        if !self.is_ordered {
            return;
        }
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by(|one, other| self.size(*one).total_cmp(&self.size(*other)));
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
        cells.iter_mut().for_each(|cell| cell.values[number] = place[cell.values[number]]);
        self.values = order.iter().map(|old| self.values[*old].clone()).collect();
    }

    /// The last word of its path.
    fn name(&self) -> &str {
        self.path.rsplit_once('.').map_or(&self.path, |(_, name)| name)
    }

    /// A value as a number: seconds, if it is a length of time.
    fn size(&self, value: usize) -> f64 {
        let text = &self.values[value];
        text.parse::<Span>().map(Span::seconds).or_else(|_| text.parse()).unwrap_or(f64::NAN)
    }

    /// Whether its values are lengths of time.
    fn is_time(&self) -> bool {
        self.values.first().is_some_and(|value| value.parse::<Span>().is_ok())
    }
}

impl Cell {
    /// How soon a crash is known and how many errors there surely are at most.
    fn point(&self) -> [f64; 2] {
        let after = self.after.map_or(f64::NAN, |after| after.value);
        [after, self.errors.map_or(f64::NAN, surely_at_most)]
    }

    /// Errors as they are told: a rate, or what it is surely below, and what theory says where none was seen.
    fn errors_told(&self) -> String {
        let Some(errors) = self.errors else { return "not known".to_owned() };
        let told = pieces::told(errors, short);
        match self.calculated.filter(|_| errors.value == 0.0) {
            Some(rate) => format!("{told}; in theory {}", short(rate)),
            None => told,
        }
    }

    /// All of it, in a line.
    fn told(&self, setting: &str) -> String {
        let after = self.after.map_or("never".to_owned(), |after| pieces::told(after, seconds));
        let messages = self.messages.map_or(0.0, |messages| messages.value);
        format!(
            "{setting}: known after {after}; {ERRORS}: {}; {} messages a second",
            self.errors_told(),
            short(messages)
        )
    }
}
