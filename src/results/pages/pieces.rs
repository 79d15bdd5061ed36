//! What all pages are put together from.

use crate::engine::ENGINE_REVISION;
use crate::figures::short;
use crate::page::Table;
use crate::page::chart::{Axis, Range, Unit};
use crate::page::{Column, Section};
use crate::statistics::{Estimate, Interval};

/// More rows than this nobody reads on a page.
pub(super) const MOST_ROWS: usize = 300;

/// A section without a chart yet.
pub(super) fn section(title: &str, text: Vec<String>) -> Section {
    Section { title: title.to_owned(), text, ..Section::default() }
}

/// A table of these columns; the names of those with figures begin with `#`.
pub(super) fn table(columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    let column = |name: &&str| match name.strip_prefix('#') {
        Some(name) => Column { name: name.to_owned(), is_figures: true },
        None => Column { name: (*name).to_owned(), is_figures: false },
    };
    Table { columns: columns.iter().map(column).collect(), rows, folded: false }
}

impl Table {
    /// The same, folded away until somebody wants to read it.
    pub(super) fn folded(self) -> Table {
        Table { folded: true, ..self }
    }
}

impl Section {
    /// The same with a table, of which no more than the first rows are kept; `of` says what they are, and where the
    /// others can be read.
    pub(super) fn with_table(mut self, mut table: Table, of: &str) -> Section {
        let rows = table.rows.len();
        if rows > MOST_ROWS {
            table.rows.truncate(MOST_ROWS);
            self.notes.push(left_out(rows - MOST_ROWS, of));
        }
        self.table = Some(table);
        self
    }
}

/// That so many were left out.
pub(super) fn left_out(count: usize, of: &str) -> String {
    format!("{} more {of}.", short(count as f64))
}

/// An axis of plain numbers.
pub(super) fn numbers(label: impl Into<String>) -> Axis {
    Axis { label: label.into(), unit: Unit::Number, logarithmic: false }
}

/// An axis of lengths of time.
pub(super) fn times(label: impl Into<String>) -> Axis {
    Axis { label: label.into(), unit: Unit::Seconds, logarithmic: false }
}

/// An axis of shares of one.
pub(super) fn shares(label: impl Into<String>) -> Axis {
    Axis { label: label.into(), unit: Unit::Share, logarithmic: false }
}

/// The same axis, each step of which is so many times the last one.
pub(super) fn logarithmic(axis: Axis) -> Axis {
    Axis { logarithmic: true, ..axis }
}

/// A number as finely as it can be drawn: nobody sees the seventh digit, and files grow by it.
pub(super) fn drawn(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.5e}").parse().unwrap_or(value) } else { value }
}

/// The ends of an interval as they are drawn; an end that is not known is none.
pub(super) fn ends(interval: Option<Interval>) -> [Option<f64>; 2] {
    let finite = |end: f64| Some(drawn(end)).filter(|end| end.is_finite());
    interval.map_or([None; 2], |Interval { low, high }| [finite(low), finite(high)])
}

/// The ends of an interval that is known at both.
pub(super) fn both_ends(interval: Option<Interval>) -> Option<[f64; 2]> {
    match ends(interval) {
        [Some(low), Some(high)] => Some([low, high]),
        _ => None,
    }
}

/// An estimate as a value with its interval. Of what may be seen and was not, only the upper bound is drawn.
pub(super) fn range(name: impl Into<String>, group: impl Into<String>, estimate: Estimate) -> Range {
    let [low, high] = ends(estimate.interval);
    let is_bound = is_bound(estimate);
    Range {
        name: name.into(),
        group: group.into(),
        value: (!is_bound).then(|| drawn(estimate.value)),
        low: low.filter(|_| !is_bound),
        high,
        theory: None,
    }
}

/// Whether nothing of it was seen, and only an upper bound is known.
pub(super) fn is_bound(estimate: Estimate) -> bool {
    estimate.value == 0.0 && estimate.interval.is_some_and(|interval| interval.high > 0.0)
}

/// Where an estimate is drawn: where nothing was seen, at what it is surely below.
pub(super) fn at_most(estimate: Estimate) -> f64 {
    match estimate.interval {
        Some(interval) if is_bound(estimate) => interval.high,
        _ => estimate.value,
    }
}

/// What it is surely below, seen or not: so what was never seen is not held against what was seen once.
pub(super) fn surely_at_most(estimate: Estimate) -> f64 {
    estimate.interval.map(|interval| interval.high).filter(|high| high.is_finite()).unwrap_or(estimate.value)
}

/// A rate and how sure it is, in a line.
pub(super) fn told(estimate: Estimate, shown: impl Fn(f64) -> String) -> String {
    match estimate.interval {
        Some(Interval { high, .. }) if is_bound(estimate) => format!("none seen; below {}", shown(high)),
        Some(Interval { low, high }) if low == high => shown(estimate.value),
        Some(Interval { low, high }) if high.is_infinite() => {
            format!("{} ({} … no upper bound)", shown(estimate.value), shown(low))
        }
        Some(Interval { low, high }) => {
            format!("{} ({} … {})", shown(estimate.value), shown(low), shown(high))
        }
        None => shown(estimate.value),
    }
}

/// What made the page.
pub(super) fn version() -> String {
    format!("hbsim {}, engine revision {ENGINE_REVISION}", env!("CARGO_PKG_VERSION"))
}
