//! What goes wrong: the list of faults. A new fault is one new file and one line here.

mod schedule;
mod selector;

use std::ops::Range;

use crate::document::Shelf;
use crate::engine::cluster::Cluster;
use crate::engine::model::{Change, Fault};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
pub use schedule::Schedule;
pub use selector::Target;

crate::family! {
    /// A fault, as `[[faults]] kind = …` names it.
    pub enum Trouble, a "fault" read with (ground: &Ground<'_>), seen as dyn Fault;
    "crash" => crash::Crash,
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
