//! Who speaks to whom and who watches whom: the list of topologies. A new topology is one new file and one
//! line here.

#[cfg(test)]
mod recorder;
mod rhythm;

use crate::document::Table;
use crate::engine::model::Topology;
use crate::engine::time::Span;
pub use rhythm::Rhythm;

crate::family! {
    /// A topology, as `[topology] kind = …` names it.
    pub enum Layout, a "topology" read with (rhythm: Rhythm), seen as dyn Plan, visited by TopologyVisitor;
    "centralized" => centralized::Centralized,
    "pull" => pull::Pull,
}

/// What a topology asks of the cluster and tells the detectors.
pub trait Plan {
    /// How many monitors it needs.
    fn monitors(&self) -> u32;

    /// The time between two signs of life of one node.
    fn interval(&self) -> Span;

    /// Whether members beat at random moments of the interval, rather than all together.
    fn has_random_phase(&self) -> bool;

    /// How long an answer may take, where signs of life are answers.
    fn probe_timeout(&self) -> Option<Span>;

    /// Messages that one member and its monitors exchange in one interval when nothing is lost.
    fn messages_per_interval(&self) -> f64;

    /// Events of the loop for one member in one interval, looks apart.
    fn events_per_interval(&self) -> f64;

    /// Timers that wait for one member at any moment.
    fn timers_per_member(&self) -> f64;
}

/// Something to do with a topology of any type, compiled once for each.
pub trait TopologyVisitor {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<T: Topology>(self, topology: &T) -> Self::Output;
}

impl Layout {
    /// The names of its kinds of messages.
    pub fn message_kinds(&self) -> &'static [&'static str] {
        struct Kinds;
        impl TopologyVisitor for Kinds {
            type Output = &'static [&'static str];
            fn visit<T: Topology>(self, _: &T) -> Self::Output {
                T::MESSAGES
            }
        }
        self.visit(Kinds)
    }

    /// Reads the `[topology]` table.
    pub fn read_with_rhythm(table: &mut Table<'_>) -> Option<Layout> {
        let rhythm = Rhythm::read(table);
        Layout::read(table, rhythm)
    }
}
