//! Sweeps: one scenario that stands for many, a cell for each combination of the values of its axes.
//!
//! A sweep is taken out of the document, so that what is left is an ordinary scenario. The document of a cell is
//! that with values planted into it, each with the place at which it was written; so whatever is wrong with a
//! cell is told of the axis that brought it. No list of cells is kept: each is made when it is asked for, and a
//! hundred thousand of them take no more memory than one.

mod axis;
pub(super) mod cases;
mod cells;
mod condition;
mod joined;
mod range;
mod reading;

use super::Scenario;
use crate::document::{Complaints, Document, Stock, printable};
pub use axis::Axis;
use axis::Planted;
pub use cells::Cells;
use condition::Condition;
pub use joined::taken_apart;
use reading::Purpose;

/// The axes of a sweep, and which places of their product are wanted.
#[derive(Clone, Debug)]
pub struct Sweep {
    axes: Vec<Axis>,
    conditions: Vec<Condition>,
    places: u64,
}

impl Sweep {
    /// The most axes.
    pub const MOST_AXES: usize = 16;
    /// The most values of one axis.
    pub const MOST_VALUES: usize = 100_000;
    /// The most places of the product of all axes.
    pub const MOST_PLACES: u64 = 10_000_000;

    /// Takes `[sweep]` out of the document, and adds what `--sweep path=values` and `--where condition` say. An
    /// axis of the command line replaces that of the same path in the file. Where neither says anything, there
    /// are no axes and one place.
    ///
    /// All mistakes are found in one go and come back as a text to show.
    pub fn take(document: &mut Document, sweeps: &[String], conditions: &[String]) -> Result<Sweep, String> {
        Sweep::take_for(document, sweeps, conditions, Purpose { option: "--sweep", halvings: 0 })
    }

    /// Takes it as a search wants it: `--over path=values` names an axis, and between two values of a range lie as
    /// many more as come of halving it `halvings` times (of those that only judge more often), or fewer if there would be
    /// too many places.
    pub fn take_to_search(
        document: &mut Document,
        overs: &[String],
        conditions: &[String],
        halvings: u32,
    ) -> Result<Sweep, String> {
        for fewer in (2..=halvings).rev() {
            let mut rest = document.clone();
            let purpose = Purpose { option: "--over", halvings: fewer };
            if let Ok(sweep) = Sweep::take_for(&mut rest, overs, conditions, purpose) {
                *document = rest;
                return Ok(sweep);
            }
        }
        Sweep::take_for(document, overs, conditions, Purpose { option: "--over", halvings: 1 })
    }

    fn take_for(
        document: &mut Document,
        sweeps: &[String],
        conditions: &[String],
        purpose: Purpose,
    ) -> Result<Sweep, String> {
        let complaints = Complaints::default();
        let sweep = reading::take(document, sweeps, conditions, purpose, &complaints);
        match sweep {
            Some(sweep) if complaints.count() == 0 => Ok(sweep),
            _ => Err(document.render(complaints)),
        }
    }

    /// The axes: named cases, then the others in the order in which they were written; the last is the fastest.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Places of the product, wanted or not.
    pub fn places(&self) -> u64 {
        self.places
    }

    /// Of each axis, the number of its value at `place`.
    pub fn indices(&self, place: u64) -> Vec<usize> {
        let mut rest = place;
        let mut indices = vec![0; self.axes.len()];
        for (index, axis) in indices.iter_mut().zip(&self.axes).rev() {
            let count = axis.values.len() as u64;
            *index = (rest % count) as usize;
            rest /= count;
        }
        indices
    }

    /// The names of the columns that tell which cell it is. An axis of plain values is a column; an axis of
    /// tables is one for each key that any of them has.
    pub fn columns(&self) -> Vec<String> {
        self.axes.iter().flat_map(|axis| axis.columns.iter().cloned()).collect()
    }

    /// What stands in these columns at `place`; nothing where a table has no such key.
    pub fn labels(&self, place: u64) -> Vec<String> {
        let mut cells = Vec::new();
        for (axis, index) in self.axes.iter().zip(self.indices(place)) {
            axis.tell(index, &mut cells);
        }
        cells
    }

    /// The document with the values of `place` planted into it.
    pub fn document(&self, base: &Document, place: u64) -> Result<Document, String> {
        let mut document = base.clone();
        let indices = self.indices(place);
        let axes = self.axes.iter().zip(&indices);
        let mut planted: Vec<Planted<'_>> = axes.flat_map(|(axis, index)| axis.planted(*index)).collect();
        // Values of a whole table before those of its keys.
        planted.sort_by_key(|planted| planted.steps.len());
        for Planted { steps, key, value } in planted {
            document.plant(steps, value.clone(), key).map_err(|reason| {
                let complaints = Complaints::default();
                complaints.add(key, reason, None);
                self.of_cell(base.render(complaints), place)
            })?;
        }
        Ok(document)
    }

    /// The scenario at `place`, if it is wanted. Files that it names are looked for on `stock`.
    ///
    /// `where` is judged by what the cell's document says, as far as that decides it, so that the scenario of a
    /// cell that is not wanted need not be valid; otherwise by its scenario with every default filled in.
    pub fn scenario(&self, base: &Document, stock: &Stock, place: u64) -> Result<Option<Scenario>, String> {
        self.judged(base, stock, place, None)
    }

    /// All wanted cells, each with its place, in the order of their places. After a mistake there are no more.
    ///
    /// Only whoever looks at all of them can tell that a path of `where` is in none, or that none is wanted; so
    /// that comes last.
    pub fn cells<'a>(&'a self, base: &'a Document, stock: &'a Stock) -> Cells<'a> {
        Cells::new(self, base, stock)
    }

    /// A page of mistakes, and which cell it is that has them.
    fn of_cell(&self, page: String, place: u64) -> String {
        if self.axes.is_empty() {
            return page;
        }
        let cells = self.columns().into_iter().zip(self.labels(place));
        let told = cells.filter(|(_, label)| !label.is_empty());
        let texts: Vec<String> =
            told.map(|(column, label)| format!("{} = {}", printable(&column), printable(&label))).collect();
        format!("{page}\nthis is the cell {}", texts.join(", "))
    }
}

#[cfg(test)]
mod tests;
