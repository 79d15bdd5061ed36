//! Who speaks to whom and who watches whom: the list of topologies. A new topology is one new file and one
//! line here.

mod account;
mod capacity;
mod council;
mod monitors;
#[cfg(test)]
mod recorder;
mod rhythm;
mod succession;

use std::ops::Range;

use crate::document::Table;
use crate::engine::cluster::Cluster;
use crate::engine::model::Topology;
use crate::engine::time::Span;
pub use account::{Awaited, Discovery, Extra, Speaker, Speech};
pub use rhythm::{Pace, Phase, Rhythm, Tick};

crate::family! {
    /// A topology, as `[topology] kind = …` names it.
    pub enum Layout, a "topology" read with (site: Site<'_>), seen as dyn Plan, visited by TopologyVisitor;
    "centralized" => centralized::Centralized,
    "pull" => pull::Pull,
    "peers" => peers::Peers,
    "pairs" => pairs::Pairs,
    "gossip" => gossip::Gossip,
    "swim" => swim::Swim,
    "hierarchical" => hierarchical::Hierarchical,
    "leader" => leader::Leader,
}

/// Where a topology is to stand.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The rhythm of its beats.
    pub rhythm: Rhythm,
    /// How many members there are; `None` if the scenario says it wrongly.
    pub members: Option<u32>,
    /// The members of each region, by name, in the order of their numbers; empty where there are no regions.
    pub regions: &'a [(String, Range<u32>)],
}

/// What a topology asks of the cluster and tells the detectors and the forecast.
pub trait Plan {
    /// The rhythm of its beats.
    fn rhythm(&self) -> &Rhythm;

    /// Who there is, if there are so many members.
    fn cluster(&self, members: u32) -> Cluster;

    /// Whether its protocol judges silence itself, so that there is nothing for a detector to do.
    fn judges_itself(&self) -> bool {
        false
    }

    /// Whether a node may hold another dead because a third one said so.
    fn takes_hearsay(&self) -> bool {
        false
    }

    /// Whether every member is watched by one observer at a time, and nobody else has an opinion of it.
    fn is_watched_by_one(&self) -> bool {
        false
    }

    /// Whether that observer hears beats as they arrive, as closed forms have it.
    fn is_simple(&self) -> bool {
        self.is_watched_by_one()
    }

    /// Whether it asks for signs of life that the application itself must give.
    fn asks_application(&self) -> bool {
        false
    }

    /// Whether all signs of life are beats that go from who is watched to who watches, and nothing answers anything;
    /// then messages can take several channels at once.
    fn takes_channels(&self) -> bool {
        false
    }

    /// Whether whoever judges a node speaks with it itself, so that there may be a connection that can be closed.
    fn keeps_connections(&self) -> bool {
        true
    }

    /// How long an answer may take, where signs of life are answers.
    fn probe_timeout(&self) -> Option<Span> {
        None
    }

    /// For what the next beat waits under `pace = "fixed-delay"`, for closed forms.
    fn awaited(&self) -> Awaited {
        Awaited::Otherwise
    }

    /// The least and the greatest time from one beat to the next, where whoever hears a beat announces the next.
    fn announced(&self) -> Option<(Span, Span)> {
        None
    }

    /// What one member costs on average when nothing is lost and nobody crashes.
    fn cost(&self, cluster: &Cluster) -> Cost;

    /// Who says those messages, for closed forms.
    fn speech(&self, _cluster: &Cluster) -> Option<Speech> {
        None
    }

    /// How a death becomes known, for closed forms.
    fn discovery(&self, _cluster: &Cluster) -> Discovery {
        Discovery::Unknown("nobody has worked it out for this topology")
    }
}

/// What one member costs, its share of all observers included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Messages in one interval.
    pub messages: f64,
    /// Events of the loop in one interval, looks apart.
    pub events: f64,
    /// Events that wait at any moment besides messages on their way.
    pub timers: f64,
    /// Watches on it, each with its own look.
    pub watches: f64,
    /// Places for watches on it that are kept free, because it may be watched from there.
    pub free_places: f64,
    /// Entries of tables that observers keep of it.
    pub entries: f64,
    /// Bytes that all nodes together remember of it, besides watches and tables.
    pub bytes: f64,
    /// Bytes of a parcel beside each message on its way.
    pub parcel_bytes: f64,
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
            fn visit<T: Topology>(self, topology: &T) -> Self::Output {
                topology.kinds()
            }
        }
        self.visit(Kinds)
    }

    /// Whether its members elect a leader.
    pub fn elects(&self) -> bool {
        struct Elects;
        impl TopologyVisitor for Elects {
            type Output = bool;
            fn visit<T: Topology>(self, topology: &T) -> bool {
                topology.elects()
            }
        }
        self.visit(Elects)
    }

    /// Whether its traffic may depend on verdicts.
    pub fn heeds_verdicts(&self) -> bool {
        struct HeedsVerdicts;
        impl TopologyVisitor for HeedsVerdicts {
            type Output = bool;
            fn visit<T: Topology>(self, topology: &T) -> bool {
                topology.heeds_verdicts()
            }
        }
        self.visit(HeedsVerdicts)
    }

    /// Reads the `[topology]` table.
    pub fn read_for(
        table: &mut Table<'_>,
        members: Option<u32>,
        regions: &[(String, Range<u32>)],
    ) -> Option<Layout> {
        let rhythm = Rhythm::read(table);
        Layout::read(table, Site { rhythm, members, regions })
    }
}
