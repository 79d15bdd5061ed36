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

/// What a topology asks of the cluster and tells the detectors and the forecast.
pub trait Plan {
    /// The rhythm of its beats.
    fn rhythm(&self) -> &Rhythm;

    /// How many monitors it needs.
    fn monitors(&self) -> u32;

    /// How long an answer may take, where signs of life are answers.
    fn probe_timeout(&self) -> Option<Span> {
        None
    }

    /// What one member costs when nothing is lost.
    fn cost(&self) -> Cost;
}

/// What one member and its monitors cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Messages in one interval.
    pub messages: f64,
    /// Events of the loop in one interval, looks apart.
    pub events: f64,
    /// Events that wait at any moment besides messages on their way.
    pub timers: f64,
    /// Bytes that each monitor remembers of it.
    pub bytes: f64,
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
