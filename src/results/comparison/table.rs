//! A table with a row for each scenario.

use std::fmt::Write as _;

use super::Compared;
use crate::figures::{rough, seconds, short};
use crate::statistics::Interval;

impl Compared {
    pub(super) fn shown(&self, name: &str, shown: fn(f64) -> String) -> String {
        self.estimate(name).map_or_else(|| "-".to_owned(), |estimate| shown(estimate.value))
    }

    /// How far the truth may lie from what is shown, at 95 % confidence; nothing where that is not known or not the
    /// same either way.
    pub(super) fn margin(&self, name: &str, shown: fn(f64) -> String) -> String {
        let half = |interval: Interval| (interval.high - interval.low) / 2.0;
        let margin = self.estimate(name).and_then(|estimate| estimate.interval).map(half);
        margin
            .filter(|half| half.is_finite())
            .map_or_else(String::new, |half| format!("± {}", shown(rough(half))))
    }

    /// What can be said of how sure the cells are.
    fn margins(&self) -> [String; COLUMNS.len()] {
        let errors = self.estimate("false_positives_per_node_day").filter(|rate| rate.value > 0.0);
        let bound =
            errors.and_then(|rate| rate.interval).map(|interval| format!("< {}", short(interval.high)));
        [
            String::new(),
            self.margin("detection_s_mean", seconds),
            String::new(),
            self.margin("detection_all_s_mean", seconds),
            bound.unwrap_or_default(),
            self.margin("messages_per_s", short),
            String::new(),
        ]
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let of = |count: &str| self.shown(count, short);
        [
            format!("{}/{}", of("detected"), of("crashes")),
            self.shown("detection_s_mean", seconds),
            self.shown("detection_s_p99", seconds),
            self.shown("detection_all_s_mean", seconds),
            self.mistaken(),
            self.shown("messages_per_s", short),
            self.shown("load_imbalance", short),
        ]
    }

    /// False positives; where none were seen, what is certain.
    pub(super) fn mistaken(&self) -> String {
        let Some(rate) = self.estimate("false_positives_per_node_day") else { return "-".to_owned() };
        match rate.interval {
            Some(interval) if rate.value == 0.0 => format!("< {}", short(interval.high)),
            _ => short(rate.value),
        }
    }
}

/// Two lines of heading for each column.
const COLUMNS: [[&str; 2]; 7] = [
    ["crashes", "known"],
    ["known", "after"],
    ["99 %", "within"],
    ["all know", "after"],
    ["errors a", "node-day"],
    ["messages", "a second"],
    ["busiest", "/ mean"],
];

/// A table with a row for each scenario.
pub(super) fn table(compared: &[Compared]) -> String {
    let names = compared.iter().map(|one| one.summary.name.chars().count());
    let first = names.max().unwrap_or(0).max("scenario".len());
    let rows: Vec<[[String; COLUMNS.len()]; 2]> =
        compared.iter().map(|one| [one.cells(), one.margins()]).collect();
    let width = |column: usize| {
        let cells = rows.iter().flatten().map(|cells| cells[column].chars().count());
        let heading = COLUMNS[column].iter().map(|line| line.chars().count());
        cells.chain(heading).max().unwrap_or(0)
    };
    let mut page = String::new();
    let mut row = |name: &str, cells: &[&str]| {
        let mut line = format!("{name:<first$}");
        for (column, cell) in cells.iter().enumerate() {
            let width = width(column);
            let _ = write!(line, "  {cell:>width$}");
        }
        let _ = writeln!(page, "{}", line.trim_end());
    };
    for line in 0..2 {
        row(["", "scenario"][line], &COLUMNS.map(|heading| heading[line]));
    }
    for (one, [cells, margins]) in compared.iter().zip(&rows) {
        row(&one.summary.name, &cells.each_ref().map(String::as_str));
        if margins.iter().any(|margin| !margin.is_empty()) {
            row("", &margins.each_ref().map(String::as_str));
        }
    }
    page
}
