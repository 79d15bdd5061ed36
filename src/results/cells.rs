//! The rows of a sweep: one for each cell, every swept key a column of its own.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::json::{quoted, value};
use super::numbers::{seconds, short};
use super::rows::Summary;
use crate::measures;
use crate::statistics::Estimate;

/// The results of one cell.
pub struct CellRow {
    /// Its number, from 0.
    pub cell: u32,
    /// What it has in the columns of the swept keys.
    pub labels: Vec<String>,
    /// Its measures.
    pub summary: Summary,
}

/// The columns of a sweep.
pub struct CellColumns {
    swept: Vec<String>,
    /// Which of the swept keys are no columns of every summary already.
    own: Vec<bool>,
}

impl CellColumns {
    /// The columns of a sweep over these keys.
    pub fn new(swept: Vec<String>) -> CellColumns {
        let usual = Summary::columns();
        let own = swept.iter().map(|key| !usual.contains(key)).collect();
        CellColumns { swept, own }
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<String> {
        let own = self.swept.iter().zip(&self.own).filter(|(_, own)| **own).map(|(key, _)| key.clone());
        std::iter::once("cell".to_owned()).chain(own).chain(Summary::columns()).collect()
    }

    /// A row.
    pub fn cells(&self, row: &CellRow) -> Vec<String> {
        let own = row.labels.iter().zip(&self.own).filter(|(_, own)| **own).map(|(label, _)| label.clone());
        std::iter::once(row.cell.to_string()).chain(own).chain(row.summary.cells()).collect()
    }
}

/// A table of cells, written row by row, so that its size never becomes a size in memory.
pub struct CellCsv<W: Write> {
    columns: CellColumns,
    writer: csv::Writer<W>,
}

impl<W: Write> CellCsv<W> {
    /// Writes the heading.
    pub fn begin(columns: CellColumns, to: W) -> io::Result<CellCsv<W>> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(columns.names())?;
        Ok(CellCsv { columns, writer })
    }

    /// Writes a row.
    pub fn add(&mut self, row: &CellRow) -> io::Result<()> {
        Ok(self.writer.write_record(self.columns.cells(row))?)
    }

    /// All rows are written.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// An array of objects with the names of the columns, written row by row.
pub struct CellJson<W: Write> {
    columns: CellColumns,
    names: Vec<String>,
    to: W,
    is_first: bool,
}

impl<W: Write> CellJson<W> {
    /// Begins the array.
    pub fn begin(columns: CellColumns, mut to: W) -> io::Result<CellJson<W>> {
        write!(to, "[")?;
        Ok(CellJson { names: columns.names(), columns, to, is_first: true })
    }

    /// Writes an object.
    pub fn add(&mut self, row: &CellRow) -> io::Result<()> {
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        writeln!(self.to, "{comma}\n  {{")?;
        let cells = self.columns.cells(row);
        for (place, (name, cell)) in self.names.iter().zip(&cells).enumerate() {
            let comma = if place + 1 == cells.len() { "" } else { "," };
            // What was swept is a text, as it is in the scenario: 5s.
            let is_swept = self.columns.swept.contains(name);
            let cell = match is_swept && cell.parse::<f64>().is_err() && !cell.is_empty() {
                true => quoted(cell),
                false => value(name, cell),
            };
            writeln!(self.to, "    {}: {cell}{comma}", quoted(name))?;
        }
        write!(self.to, "  }}")
    }

    /// Ends the array.
    pub fn finish(mut self) -> io::Result<()> {
        writeln!(self.to, "\n]")?;
        self.to.flush()
    }
}

/// The measures that a reader wants first, each with two lines of heading.
const SHOWN: [[&str; 2]; 5] = [
    ["crashes", "known"],
    ["known after", "(95 %)"],
    ["99 %", "within"],
    ["errors a node-day", "(95 %)"],
    ["messages", "a second"],
];

/// A table to read: the swept keys, and what a reader wants first.
pub struct CellTable {
    heading: [Vec<String>; 2],
    rows: Vec<Vec<String>>,
}

impl CellTable {
    /// A table without rows.
    pub fn new(swept: &[String]) -> CellTable {
        let mut heading = [Vec::new(), Vec::new()];
        for key in swept {
            let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
            heading[0].push(table.to_owned());
            heading[1].push(name.to_owned());
        }
        for column in SHOWN {
            (0..2).for_each(|line| heading[line].push(column[line].to_owned()));
        }
        CellTable { heading, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, row: &CellRow) {
        let Summary { estimates, .. } = &row.summary;
        let estimate = |name: &str| measures::find(estimates, name);
        let plain = |name: &str, shown: fn(f64) -> String| {
            estimate(name).map_or_else(|| "-".to_owned(), |estimate| shown(estimate.value))
        };
        let mut cells = row.labels.clone();
        cells.push(format!("{}/{}", plain("detected", short), plain("crashes", short)));
        cells.push(ranged(estimate("detection_s_mean"), seconds));
        cells.push(plain("detection_s_p99", seconds));
        cells.push(ranged(estimate("false_positives_per_node_day"), short));
        cells.push(plain("messages_per_s", short));
        self.rows.push(cells);
    }

    /// The table.
    pub fn page(&self) -> String {
        aligned(self.heading.iter().chain(&self.rows))
    }
}

/// Lines of cells as a text, each column as wide as its widest cell.
pub fn aligned<'a>(lines: impl Iterator<Item = &'a Vec<String>> + Clone) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines.clone() {
        widths.resize(widths.len().max(line.len()), 0);
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut page = String::new();
    for line in lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            let _ = write!(text, "{cell:>width$}  ");
        }
        page.push_str(text.trim_end());
        page.push('\n');
    }
    page
}

/// An estimate and its interval; where nothing was seen, what is certain.
fn ranged(estimate: Option<Estimate>, shown: fn(f64) -> String) -> String {
    let Some(estimate) = estimate else { return "-".to_owned() };
    match estimate.interval {
        Some(interval) if estimate.value == 0.0 => format!("< {}", shown(interval.high)),
        Some(interval) => {
            format!("{} ({} … {})", shown(estimate.value), shown(interval.low), shown(interval.high))
        }
        None => shown(estimate.value),
    }
}
