//! The rows of a sweep: one for each cell, every swept key a column of its own.

mod map;
mod matrix;
mod shades;
mod table;

pub use table::CellTable;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::json::{is_number, quoted, value};
use super::rows::Summary;
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// The results of one cell.
pub struct CellRow {
    /// Its number, from 0.
    pub cell: u32,
    /// What it has in the columns of the swept keys.
    pub labels: Vec<String>,
    /// Its measures.
    pub summary: Summary,
    /// How often a node is held dead in a day, where that is calculated: nothing that was simulated is in it.
    pub calculated: Option<f64>,
}

impl CellRow {
    /// The results of the cell with this number, which these runs had.
    pub fn of(cell: u32, labels: Vec<String>, scenario: &Scenario, records: &[RunRecord]) -> CellRow {
        let summary = Summary::of(scenario, records);
        // Of one observer, what is calculated of a pair is true of the node.
        let is_of_node = scenario.topology.member().is_watched_by_one();
        let calculated = summary.calculated.filter(|_| is_of_node);
        let calculated = calculated.map(|known| known.mistakes_per_pair_day);
        CellRow { cell, labels, summary, calculated }
    }
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
            let cell = match is_swept && !is_number(cell) && !cell.is_empty() {
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

/// Lines of cells as a text, each column as wide as its widest cell.
pub fn aligned<'a>(lines: impl Iterator<Item = &'a Vec<String>> + Clone) -> String {
    in_columns(lines, 0)
}

/// The same where each line begins with a name, and names begin where the line does.
pub(super) fn aligned_by_name<'a>(lines: impl Iterator<Item = &'a Vec<String>> + Clone) -> String {
    in_columns(lines, 1)
}

/// Lines of cells, so many of which are names at the left; all others are at the right of their columns.
fn in_columns<'a>(lines: impl Iterator<Item = &'a Vec<String>> + Clone, names: usize) -> String {
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
        for (place, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let _ = match place < names {
                true => write!(text, "{cell:<width$}  "),
                false => write!(text, "{cell:>width$}  "),
            };
        }
        page.push_str(text.trim_end());
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests;
