//! A node takes longer for each message that it receives: a machine that swaps, a neighbour that takes the
//! processor.

use std::sync::Arc;

use serde::Serialize;

use super::length::Length;
use super::timetable::Dice;
use super::{Ground, Schedule};
use crate::document::Table;
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Fault};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// Handling takes longer.
#[derive(Clone, Debug, Serialize)]
pub struct Slow {
    #[serde(flatten)]
    schedule: Schedule,
    adds: Length,
}

impl Slow {
    /// Reads `adds` and the schedule.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Slow> {
        table.shaped("adds", Length::shape);
        let adds = match table.value("adds") {
            Some(value) => Length::read(value, ground, &table.place("adds")),
            None => {
                table.lacks("adds", "\"20ms\" (or a law: { kind = \"exponential\", mean = \"20ms\" })");
                None
            }
        };
        let schedule = Schedule::read(table, ground);
        Some(Slow { schedule: schedule?, adds: adds? })
    }
}

impl Fault for Slow {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        let blow = Blow::Slow(Arc::new(self.adds.law()));
        self.schedule.plan(&blow, &Dice::new(number, cluster, end, streams))
    }

    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        self.schedule.expected_changes(cluster, duration)
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.schedule.strikes_observers(cluster)
    }
}
