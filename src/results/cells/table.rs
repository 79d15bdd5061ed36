//! Cells for people to read: a table with two lines for each, or matrices where two sizes were swept.

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
const SHOWN: [[&str; 2]; 4] =
    [["crashes", "known"], ["known", "after"], ["99 %", "within"], ["errors a", "node-day"]];
/// The last one, which is left out where it is the same in all rows.
const MESSAGES: [&str; 2] = ["messages", "a second"];

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
        let mut page = matrices(self).unwrap_or_else(|| self.table());
        let messages =
            self.common_messages().map(|rate| format!("Messages a second: {} in all cells.\n", short(rate)));
        if self.rows.iter().any(|row| row.is_calculated()) {
            page.push_str(
                "\nWhere nothing was seen, calc. or * is what theory says, and < what is certain.\n",
            );
        }
        if let Some(messages) = messages {
            page.push('\n');
            page.push_str(&messages);
        }
        page
    }

    /// The messages in a second, if they are the same in all rows and there are several.
    pub(super) fn common_messages(&self) -> Option<f64> {
        let (first, others) = self.rows.split_first()?;
        let same = |row: &Row| row.messages.map(short) == first.messages.map(short);
        first.messages.filter(|_| !others.is_empty() && others.iter().all(same))
    }

    fn table(&self) -> String {
        let shows_messages = self.common_messages().is_none();
        let mut lines = vec![Vec::new(), Vec::new()];
        for key in &self.keys {
            let (table, name) = key.path.rsplit_once('.').unwrap_or(("", &key.path));
            lines[0].push(table.to_owned());
            lines[1].push(name.to_owned());
        }
        for column in SHOWN.into_iter().chain(shows_messages.then_some(MESSAGES)) {
            (0..2).for_each(|line| lines[line].push(column[line].to_owned()));
        }
        let mut before: &[String] = &[];
        for row in &self.rows {
            // What is as in the row above need not be said again.
            let same = row.labels.iter().zip(before).take_while(|(label, above)| label == above).count();
            let known = match same == row.labels.len() {
                true => 0,
                false => same,
            };
            let labels = row.labels.iter().enumerate();
            let mut first: Vec<String> = labels
                .map(|(place, label)| if place < known { String::new() } else { label.clone() })
                .collect();
            let mut second = vec![String::new(); first.len()];
            for [value, margin] in row.cells().into_iter().take(SHOWN.len() + usize::from(shows_messages)) {
                first.push(value);
                second.push(margin);
            }
            lines.push(first);
            if second.iter().any(|margin| !margin.is_empty()) {
                lines.push(second);
            }
            before = &row.labels;
        }
        aligned(lines.iter())
    }
}

impl Row {
    /// Each cell, and how sure it is.
    fn cells(&self) -> [[String; 2]; SHOWN.len() + 1] {
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
        Some(Interval { high, .. }) if rate.value == 0.0 => {
            [format!("< {}", short(rough(high))), String::new()]
        }
        Some(Interval { high, .. }) => [short(rate.value), format!("< {}", short(high))],
        None => [short(rate.value), String::new()],
    }
}
