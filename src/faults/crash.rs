//! A process stops for good, or until it restarts with empty memory.
//!
//! Messages that it had sent still arrive; messages to it are lost.

use serde::Serialize;

use super::timetable::Dice;
use super::{Ground, Schedule};
use crate::document::Table;
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Fault, Outage};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// The process is gone.
#[derive(Clone, Debug, Serialize)]
pub struct Crash {
    #[serde(flatten)]
    schedule: Schedule,
    leaves: Leaves,
}

/// What is left of a crashed process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Leaves {
    /// Nothing answers: the machine is gone too.
    Silence,
    /// The host answers "connection refused".
    Refusal,
}

impl Crash {
    /// Reads `leaves` and the schedule.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Crash> {
        let words = [("silence", Leaves::Silence), ("refusal", Leaves::Refusal)];
        let leaves = table.word("leaves", Leaves::Silence, &words);
        let schedule = Schedule::read(table, ground);
        Some(Crash { schedule: schedule?, leaves })
    }
}

impl Fault for Crash {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        let blow = Blow::Crash { refuses: self.refuses() };
        self.schedule.plan(&blow, &Dice::new(number, cluster, end, streams))
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.schedule.strikes_observers(cluster)
    }

    fn refuses(&self) -> bool {
        self.leaves == Leaves::Refusal
    }

    fn outage(&self) -> Outage {
        self.schedule.outage()
    }

    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        self.schedule.expected_changes(cluster, duration)
    }
}
