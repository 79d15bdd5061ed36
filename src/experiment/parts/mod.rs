//! The records of finished units, kept so that nothing that was simulated need be simulated again.
//!
//! A sweep is a plan of groups (cells that share one traffic) × replications; a *unit* is one of these, and yields
//! a record for each cell of its group. A *part* is a file of units. While it grows it is a *journal*; a shard of a
//! sweep writes one part. Tables are always put together from units that are read back in the order of the plan, so
//! whether the work went straight on, was interrupted or shared out makes no difference to a single byte of them.
//!
//! What is read back is either what was written or an error: each frame has a checksum, and nothing that fails it is
//! ever looked at.

mod codec;
mod error;
mod folder;
mod frame;
mod identity;
mod journal;
mod medium;
mod results;
mod scan;
mod shard;
mod unit;

pub use error::PartError;
pub use folder::{Damage, ENDINGS, Parts};
pub use identity::Identity;
pub use journal::Journal;
pub use shard::Shard;

pub use unit::Unit;

use crate::measures::RunRecord;

/// Where the records of units are found again, whoever wrote them.
pub trait Kept {
    /// Whether the records of a unit are here.
    fn has(&self, unit: Unit) -> bool;

    /// The records of a unit, in the order of the cells of its group; only that of one cell, if one is named.
    /// `kinds` are those of the messages of its topology, which no record carries with it.
    fn records(
        &mut self,
        unit: Unit,
        cell: Option<usize>,
        kinds: &'static [&'static str],
    ) -> Result<Vec<RunRecord>, PartError>;

    /// All records of a unit.
    fn read_all(&mut self, unit: Unit, kinds: &'static [&'static str]) -> Result<Vec<RunRecord>, PartError> {
        self.records(unit, None, kinds)
    }

    /// The record of one cell of a unit, by its place within the group.
    fn read(
        &mut self,
        unit: Unit,
        cell: usize,
        kinds: &'static [&'static str],
    ) -> Result<RunRecord, PartError> {
        // There is exactly one, or it is an error.
        self.records(unit, Some(cell), kinds).map(|mut records| records.remove(0))
    }
}

#[cfg(test)]
mod tests;
