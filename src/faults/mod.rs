//! What goes wrong: the list of faults. A new fault is one new file and one line here.

mod length;
mod schedule;
mod selector;
#[cfg(test)]
mod tests;
mod timetable;

use std::ops::Range;

use crate::document::Shelf;
use crate::engine::cluster::Cluster;
use crate::engine::model::{Change, Fault};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
pub use schedule::Schedule;
pub use selector::Target;
pub use timetable::{Onset, Timetable};

crate::family! {
    /// A fault, as `[[faults]] kind = …` names it.
    pub enum Trouble, a "fault" read with (ground: &Ground<'_>), seen as dyn Fault;
    "crash" => crash::Crash,
    "pause" => pause::Pause,
    "slow" => slow::Slow,
    "partition" => partition::Partition,
    "degrade" => degrade::Degrade,
    "clock" => clock::Clock,
}

impl Trouble {
    /// Whether all that it does is to end lives. Then every node that lives beats, and is heard, as if nothing went
    /// wrong.
    pub fn only_ends_lives(&self) -> bool {
        matches!(self, Trouble::Crash(_))
    }
}

/// What a fault must know of the scenario that it strikes.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Who there is.
    pub cluster: Cluster,
    /// The members of each region, by name; `None` if the scenario names them wrongly.
    pub regions: Option<&'a [(String, Range<u32>)]>,
    /// Whether one of them leads.
    pub has_leader: bool,
    /// How long the run lasts.
    pub duration: Span,
    /// Where files that the scenario names are found.
    pub shelf: &'a Shelf,
}

/// The plan of all faults of a scenario for one replication, in the order of time; changes at the same
/// instant come in the order in which the scenario names their faults.
pub fn plan_all(faults: &[Trouble], cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
    let mut changes: Vec<(Time, Change)> = Vec::new();
    for (number, fault) in faults.iter().enumerate() {
        changes.extend(fault.member().plan(number as u64, cluster, end, streams));
    }
    changes.sort_by_key(|(time, _)| *time);
    changes
}
