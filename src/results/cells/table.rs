//! Cells for people to read: a table with two lines for each, or matrices where two sizes were swept.

use super::map::maps;
use super::matrix::matrices;
use super::{CellRow, aligned};
use crate::figures::{rough, seconds, short};
use crate::measures;
use crate::scenario::sweep::Axis;
use crate::statistics::{Estimate, Interval};

/// The width of the page.
pub(super) const WIDTH: usize = 80;

/// A table to read: the swept keys, and what a reader wants first.
pub struct CellTable {
    pub(super) keys: Vec<Key>,
    pub(super) rows: Vec<Row>,
}

/// A swept key. Of tables there is one too, whatever keys they have.
pub(super) struct Key {
    pub(super) path: String,
    /// How many columns of a row tell its value.
    columns: usize,
    /// Its values, if they are sizes that rise, and not too many to stand side by side.
    pub(super) sizes: Vec<String>,
}

/// What is shown of a cell.
pub(super) struct Row {
    /// The values of the keys.
    pub(super) labels: Vec<String>,
    pub(super) crashes: Option<f64>,
    pub(super) detected: Option<f64>,
    pub(super) after: Option<Estimate>,
    pub(super) within: Option<f64>,
    pub(super) errors: Option<Estimate>,
    pub(super) calculated: Option<f64>,
    pub(super) messages: Option<f64>,
}

/// The columns after the swept keys, each with two lines of heading.
const SHOWN: [[&str; 2]; 5] = [
    ["crashes", "known"],
    ["known", "after"],
    ["99 %", "within"],
    ["errors a", "node-day"],
    ["messages", "a second"],
];

impl CellTable {
    /// A table without rows.
    pub fn new(axes: &[Axis]) -> CellTable {
        let key = |axis: &Axis| Key {
            path: axis.path.clone(),
            columns: axis.width(),
            sizes: match axis.is_ordered() && axis.values.len() < WIDTH {
                true => (0..axis.values.len()).map(|index| axis.label(index)).collect(),
                false => Vec::new(),
            },
        };
        CellTable { keys: axes.iter().map(key).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, row: &CellRow) {
        let mut told = row.labels.iter().map(String::as_str);
        let mut label = |key: &Key| {
            // Of a table, the values of all its keys: phi 8 normal.
            let values = told.by_ref().take(key.columns).filter(|value| !value.is_empty());
            values.collect::<Vec<_>>().join(" ")
        };
        let estimate = |name: &str| measures::find(&row.summary.estimates, name);
        let value = |name: &str| estimate(name).map(|estimate| estimate.value);
        self.rows.push(Row {
            labels: self.keys.iter().map(&mut label).collect(),
            crashes: value("crashes"),
            detected: value("detected"),
            after: estimate("detection_s_mean"),
            within: value("detection_s_p99"),
            errors: estimate("false_positives_per_node_day"),
            calculated: row.calculated,
            messages: value("messages_per_s"),
        });
    }

    /// The table, or the matrices.
    pub fn page(&self) -> String {
        let matrices = matrices(self);
        let has_figures = matrices.is_some();
        let (mut page, mark) = match matrices {
            Some(page) => (page, "*"),
            None => (self.table(), "calc."),
        };
        let messages = self.common_messages();
        let messages = messages.map(|rate| format!("Messages a second: {} in all cells.", short(rate)));
        let calculated = self.rows.iter().any(Row::is_calculated);
        let theory = calculated
            .then(|| format!("No mistakes were seen where {mark} stands: that is what theory says."));
        let notes: Vec<String> = self.known_crashes().into_iter().chain(messages).chain(theory).collect();
        if !notes.is_empty() {
            page.push('\n');
        }
        for line in notes {
            page.push_str(&line);
            page.push('\n');
        }
        if let Some(maps) = maps(self, has_figures) {
            page.push('\n');
            page.push_str(&maps);
        }
        page
    }

    /// What became of the crashes, if they are as many in all rows, and known in all or all the same.
    fn known_crashes(&self) -> Option<String> {
        let known = |row: &Row| Some((row.detected?, row.crashes?));
        let all = self.rows.iter().map(known).collect::<Option<Vec<(f64, f64)>>>()?;
        let (_, crashes) = *all.first().filter(|(_, crashes)| *crashes > 0.0)?;
        let least = all.iter().map(|(detected, _)| *detected).fold(f64::INFINITY, f64::min);
        if all.len() < 2 || all.iter().any(|(_, other)| *other != crashes) {
            return None;
        }
        let those = match least == crashes {
            true => format!("all {}", short(crashes)),
            false => format!("at least {} of {}", short(least), short(crashes)),
        };
        Some(format!("Crashes known: {those} in each cell."))
    }

    /// Whether the column of crashes tells the rows apart.
    fn shows_crashes(&self) -> bool {
        self.known_crashes().is_none_or(|_| self.rows.iter().any(|row| row.detected != row.crashes))
    }

    /// The messages in a second, if they are the same in all rows and there are several.
    pub(super) fn common_messages(&self) -> Option<f64> {
        let (first, others) = self.rows.split_first()?;
        let same = |row: &Row| row.messages.map(short) == first.messages.map(short);
        first.messages.filter(|_| !others.is_empty() && others.iter().all(same))
    }

    fn table(&self) -> String {
        let mut lines = vec![Vec::new(), Vec::new()];
        for key in &self.keys {
            let (table, name) = key.path.rsplit_once('.').unwrap_or(("", &key.path));
            lines[0].push(table.to_owned());
            lines[1].push(name.to_owned());
        }
        let shows = [self.shows_crashes(), true, true, true, self.common_messages().is_none()];
        for [first, second] in shown(shows, SHOWN.map(|heading| heading.map(str::to_owned))) {
            lines[0].push(first);
            lines[1].push(second);
        }
        let mut above: &[String] = &[];
        for row in &self.rows {
            let mut both = [row.labels_below(above), vec![String::new(); row.labels.len()]];
            for [value, margin] in shown(shows, row.cells()) {
                both[0].push(value);
                both[1].push(margin);
            }
            let [values, margins] = both;
            lines.push(values);
            if margins.iter().any(|margin| !margin.is_empty()) {
                lines.push(margins);
            }
            above = &row.labels;
        }
        aligned(lines.iter())
    }
}

/// Those of the cells of which the columns are shown.
fn shown<T>(shows: [bool; SHOWN.len()], cells: [T; SHOWN.len()]) -> impl Iterator<Item = T> {
    cells.into_iter().zip(shows).filter(|(_, shows)| *shows).map(|(cell, _)| cell)
}

impl Row {
    /// Its labels; nothing for those that are as in the row above, and need not be said again.
    fn labels_below(&self, above: &[String]) -> Vec<String> {
        let same = self.labels.iter().zip(above).take_while(|(label, above)| label == above).count();
        let labels = self.labels.iter().enumerate();
        labels.map(|(place, label)| if place < same { String::new() } else { label.clone() }).collect()
    }

    /// Each cell, and how sure it is.
    fn cells(&self) -> [[String; 2]; SHOWN.len()] {
        let plain =
            |value: Option<f64>, shown: fn(f64) -> String| value.map_or_else(|| "-".to_owned(), shown);
        let nothing = String::new;
        let margin =
            self.after.and_then(margin).map_or_else(nothing, |half| format!("± {}", seconds(rough(half))));
        let mut errors = self.errors.map_or_else(|| ["-".to_owned(), nothing()], mistaken);
        if let Some(calculated) = self.calculated.filter(|_| self.is_calculated()) {
            errors[1] = format!("{} calc.", tiny(calculated));
        }
        [
            [format!("{}/{}", plain(self.detected, short), plain(self.crashes, short)), nothing()],
            [plain(self.after.map(|after| after.value), seconds), margin],
            [plain(self.within, seconds), nothing()],
            errors,
            [plain(self.messages, short), nothing()],
        ]
    }

    /// Whether no mistake was seen, and theory says how rare they are.
    pub(super) fn is_calculated(&self) -> bool {
        self.errors.is_some_and(|errors| errors.value == 0.0) && self.calculated.is_some()
    }
}

/// A rate that is too small for anything else, in two digits.
pub(super) fn tiny(rate: f64) -> String {
    if rate == 0.0 || rate >= 0.01 { short(rough(rate)) } else { format!("{rate:.1e}") }
}

/// How far the truth may lie from what is shown, at 95 % confidence.
pub(super) fn margin(estimate: Estimate) -> Option<f64> {
    let half = |Interval { low, high }: Interval| (high - low) / 2.0;
    estimate.interval.map(half).filter(|half| half.is_finite())
}

/// A rate of mistakes, and what it is surely below; where none were seen, that alone.
fn mistaken(rate: Estimate) -> [String; 2] {
    match rate.interval {
        Some(Interval { high, .. }) if rate.value == 0.0 => [format!("< {}", short(high)), String::new()],
        Some(Interval { high, .. }) => [short(rate.value), format!("< {}", short(high))],
        None => [short(rate.value), String::new()],
    }
}
