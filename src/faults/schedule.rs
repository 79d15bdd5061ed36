//! Who, when, how long: what every fault says that strikes nodes one by one.

use serde::Serialize;

use super::timetable::{Dice, Onset, changes};
use super::{Ground, Target, Timetable};
use crate::document::Table;
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Outage};
use crate::engine::time::{Span, Time};

/// Who, when, how long.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    nodes: Target,
    #[serde(flatten)]
    timetable: Timetable,
}

impl Schedule {
    /// Reads `nodes`, `at`, `every`, `mtbf` and `for`.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Schedule> {
        let nodes = Target::needed(table, "nodes", ground);
        let timetable = Timetable::read(table, ground, &nodes);
        Some(Schedule { nodes: nodes?, timetable: timetable? })
    }

    /// All changes of a fault that deals this blow to each whom it strikes.
    pub fn plan(&self, blow: &Blow, dice: &Dice) -> Vec<(Time, Change)> {
        changes(self.timetable.strikes(&self.nodes, dice), blow)
    }

    /// About how many changes these are.
    pub fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        2.0 * f64::from(self.nodes.size(cluster)) * self.timetable.expected_strikes(duration)
    }

    /// When, and how long.
    pub fn timetable(&self) -> &Timetable {
        &self.timetable
    }

    /// How many are struck at each occurrence.
    pub fn size(&self, cluster: &Cluster) -> u32 {
        self.nodes.size(cluster)
    }

    /// How it strikes, for closed forms.
    pub fn outage(&self) -> Outage {
        let (shortest, by_chance) = (self.timetable.shortest(), self.timetable.is_by_chance());
        let spread = match self.timetable.onset() {
            Onset::ByChance(_) => Span::LONGEST,
            Onset::Between { first: [earliest, latest], .. } => latest - earliest,
        };
        Outage { shortest, by_chance, of_leader: self.nodes.is_leader(), spread }
    }

    /// Whether a node that is there only to watch is struck.
    pub fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.nodes.includes_observer(cluster)
    }
}
