//! A clock runs fast or slow, and with it all that a node times by itself.

use serde::Serialize;

use super::timetable::Dice;
use super::{Ground, Schedule};
use crate::document::{Bounds, Table};
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Fault};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// The clock drifts.
#[derive(Clone, Debug, Serialize)]
pub struct Clock {
    #[serde(flatten)]
    schedule: Schedule,
    /// Parts in a million; fast if above zero.
    drift: f64,
}

/// From a tenth of the speed of time to ten times as fast.
const DRIFTS: (f64, f64) = (-900_000.0, 9_000_000.0);

impl Clock {
    /// Reads `drift` and the schedule.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Clock> {
        let drift: Option<f64> = table.needed("drift", "200 (parts in a million; negative for a slow clock)");
        let (least, most) = DRIFTS;
        table.bounded("drift", Bounds::within(least, most));
        if let Some(drift) = drift.filter(|drift| !(least..=most).contains(drift)) {
            let reason =
                format!("a drift lies between {least} and {most} parts in a million; this is {drift}");
            table.complain(
                "drift",
                reason,
                "a cheap quartz drifts by 100, a bad virtual machine by some 1000",
            );
        }
        let schedule = Schedule::read(table, ground);
        Some(Clock { schedule: schedule?, drift: drift? })
    }
}

impl Fault for Clock {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        self.schedule.plan(&Blow::Drift(self.drift), &Dice::new(number, cluster, end, streams))
    }

    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        self.schedule.expected_changes(cluster, duration)
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.schedule.strikes_observers(cluster)
    }
}
