//! Every region has coordinators that watch its members, and global monitors that coordinators report to.
//!
//! Beats stay in their region, so no node takes all the traffic and little of it crosses between regions. Its
//! price is a second hop to the top, and one more kind of node whose death makes a whole region invisible.

mod bulletin;
mod coordinator;
mod global;
mod uplink;

use std::ops::Range;

use serde::Serialize;

use super::council::{Ballot, Council};
use super::{Cost, Plan, Rhythm, Site, Tick};
use crate::document::{Count, Table};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Authority, Capacity, Circle, Context, Opinion, Parcel, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
pub use coordinator::Coordinator;
pub use global::Global;
use uplink::Uplink;

/// Members beat to their region's coordinator, coordinators report to the globals.
#[derive(Clone, Debug, Serialize)]
pub struct Hierarchical {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// In each region.
    coordinators: u32,
    /// Each hears from all coordinators. More survive the death of some, for as many more reports.
    globals: u32,
    /// How many globals must agree.
    quorum: Council,
    uplink: Uplink,
    /// How fast coordinators and globals handle what they receive, if that takes time.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<Capacity>,
    /// The rhythm of reports.
    #[serde(skip)]
    reports: Rhythm,
    /// The numbers of the members of each region.
    #[serde(skip)]
    regions: Vec<Range<u32>>,
}

/// What a node remembers, by what it is there for.
#[derive(Clone, Debug)]
pub enum Node {
    /// To whom it beats.
    Member(NodeId),
    /// Its region.
    Coordinator(Box<Coordinator>),
    /// All regions.
    Global(Box<Global>),
}

/// What one node says to another.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// A member to its coordinator: "I am alive."
    Beat,
    /// A coordinator to a global: "I am alive, and these of my region are dead."
    Report(List),
    /// A coordinator to a global: "I changed my mind about this one."
    News(Ballot),
    /// A global to another: "I changed my mind about this one."
    Vote(Ballot),
    /// A global to another: "I hold these dead."
    Votes(List),
}

/// All whom a node holds dead.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Who they are, in ascending order.
    dead: Parcel,
    /// How many they are.
    count: u32,
    /// Whether all others are alive; else it may only not know of them yet.
    complete: bool,
}

/// What a node waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// Its beat, its report or its list of votes, by what it is there for.
    Beat(Tick),
    /// The report of this coordinator may be overdue.
    Overdue(NodeId),
}

/// More coordinators in a region, or more globals, are a slip of the finger.
const MOST_OBSERVERS: u32 = 100;
/// What a name in a list adds to its message.
const BYTES_PER_NAME: u64 = 8;

impl Hierarchical {
    /// Reads `coordinators`, `globals`, `quorum`, `uplink` and `capacity`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Hierarchical> {
        let rhythm = site.rhythm;
        let coordinators = read_observers(table, "coordinators");
        let globals = read_observers(table, "globals");
        let Count(quorum) = table.or("quorum", Count(1));
        if let Some(globals) = globals
            && quorum > globals
        {
            let reason = format!("a quorum of {quorum} can never agree where there are {globals} globals");
            table.complain("quorum", reason, format!("write quorum = {globals} or less, or raise globals"));
        }
        let uplink = Uplink::read(table, rhythm.interval)?;
        let reports = Rhythm { interval: uplink.interval, ..rhythm };
        let of_name = |(_, members): &(String, Range<u32>)| members.clone();
        let mut regions: Vec<Range<u32>> = site.regions.iter().map(of_name).collect();
        if regions.is_empty() {
            regions.push(0..site.members.unwrap_or(1));
        }
        Some(Hierarchical {
            rhythm,
            coordinators: coordinators?,
            globals: globals?,
            quorum: Council { quorum },
            uplink,
            capacity: None,
            reports,
            regions,
        })
    }

    /// Which region a coordinator belongs to.
    fn region_number(&self, cluster: Cluster, coordinator: NodeId) -> usize {
        (cluster.number(coordinator) / self.coordinators) as usize
    }

    /// The members of a coordinator's region.
    fn region_of_coordinator(&self, cluster: Cluster, coordinator: NodeId) -> Range<u32> {
        self.regions[self.region_number(cluster, coordinator)].clone()
    }

    /// The coordinators of a member's region.
    fn coordinators_of(&self, cluster: Cluster, member: NodeId) -> Range<u32> {
        let region = self.regions.partition_point(|members| members.end <= member.0) as u32;
        let first = cluster.range(Role::Coordinator).start + region * self.coordinators;
        first..first + self.coordinators
    }
}

/// Reads how many observers of one kind there are.
fn read_observers(table: &mut Table<'_>, key: &'static str) -> Option<u32> {
    let Count(count) = table.or(key, Count(1));
    if count > MOST_OBSERVERS {
        let reason = format!("{count} {key} are more than {MOST_OBSERVERS}");
        table.complain(key, reason, format!("one to five {key} are usual"));
        return None;
    }
    table.is_right(key).then_some(count)
}

impl Topology for Hierarchical {
    type Node = Node;
    type Message = Word;
    type Timer = Due;
    type Item = NodeId;

    const MESSAGES: &'static [&'static str] = &["beat", "report", "news", "vote"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Beat => 0,
            Word::Report(_) => 1,
            Word::News(_) => 2,
            Word::Vote(_) | Word::Votes(_) => 3,
        }
    }

    fn bytes_of(&self, message: &Word) -> u64 {
        let names = match message {
            Word::Report(list) | Word::Votes(list) => list.count,
            Word::Beat | Word::News(_) | Word::Vote(_) => 0,
        };
        self.rhythm.message_bytes + u64::from(names) * BYTES_PER_NAME
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn parcel_of(message: &Word) -> Option<Parcel> {
        match message {
            Word::Report(list) | Word::Votes(list) => Some(list.dead),
            Word::Beat | Word::News(_) | Word::Vote(_) => None,
        }
    }

    fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        match cluster.role(observer) {
            Role::Coordinator => Watches::All(self.region_of_coordinator(cluster, observer)),
            Role::Member | Role::Monitor | Role::Global => Watches::Nobody,
        }
    }

    fn circle(&self, cluster: Cluster, subject: NodeId) -> Circle {
        Circle::Nodes([self.coordinators_of(cluster, subject), cluster.range(Role::Global)])
    }

    fn authority(&self) -> Authority {
        Authority::Named
    }

    fn capacity(&self, cluster: Cluster, node: NodeId) -> Option<Capacity> {
        self.capacity.filter(|_| !cluster.is_member(node))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Node {
        let (me, cluster) = (context.me(), context.cluster());
        match cluster.role(me) {
            Role::Member | Role::Monitor => {
                self.rhythm.begin(context, me, Due::Beat);
                Node::Member(NodeId(self.coordinators_of(cluster, me).start))
            }
            Role::Coordinator => {
                let coordinator = Coordinator::start(self, context);
                self.reports.begin(context, me, Due::Beat);
                Node::Coordinator(Box::new(coordinator))
            }
            Role::Global => {
                if self.quorum.votes() {
                    self.reports.begin(context, me, Due::Beat);
                }
                Node::Global(Box::new(Global::start(self, context)))
            }
        }
    }

    fn on_timer(&self, node: &mut Node, context: &mut impl Context<Self>, due: Due) {
        let me = context.me();
        let tick = match (due, &mut *node) {
            (Due::Beat(tick), _) => tick,
            (Due::Overdue(coordinator), Node::Global(global)) => {
                return global.suspect(self, context, coordinator);
            }
            (Due::Overdue(_), _) => return,
        };
        let rhythm = if let Node::Member(_) = node { &self.rhythm } else { &self.reports };
        rhythm.beat(context, me, tick, Due::Beat);
        match node {
            Node::Member(coordinator) => context.send(*coordinator, Word::Beat),
            Node::Coordinator(coordinator) => coordinator.report(context),
            Node::Global(global) => global.vote(self, context),
        }
        rhythm.finished(context, me, Due::Beat);
    }

    fn on_message(
        &self,
        node: &mut Node,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        match (node, word) {
            (Node::Coordinator(coordinator), Word::Beat) => coordinator.hear(context, from, sent),
            (Node::Global(global), Word::Report(list)) => {
                global.hear(self, context, from);
                global.read_report(self, context, from, sent, list);
            }
            (Node::Global(global), Word::News(news)) => {
                global.hear(self, context, from);
                global.read_news(self, context, from, sent, news);
            }
            (Node::Global(global), Word::Vote(vote)) => global.read_vote(self, context, from, sent, vote),
            (Node::Global(global), Word::Votes(list)) => global.read_votes(self, context, from, sent, list),
            (_, Word::Beat | Word::Report(_) | Word::News(_) | Word::Vote(_) | Word::Votes(_)) => (),
        }
    }

    fn on_verdict(
        &self,
        node: &mut Node,
        context: &mut impl Context<Self>,
        member: NodeId,
        opinion: Opinion,
    ) {
        if let Node::Coordinator(coordinator) = node {
            coordinator.judge(self, context, member, opinion);
        }
    }
}

impl Plan for Hierarchical {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        let coordinators = self.regions.len() as u32 * self.coordinators;
        Cluster { members, monitors: 0, coordinators, globals: self.globals }
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let members = f64::from(cluster.members);
        let (coordinators, globals) = (f64::from(cluster.coordinators), f64::from(cluster.globals));
        let share = |interval: Span| self.rhythm.interval.seconds() / interval.seconds() / members;
        let (per_report, per_look) = (share(self.uplink.interval), share(self.uplink.patience()));
        let reporters = if self.quorum.votes() { coordinators + globals } else { coordinators };
        let votes = if self.quorum.votes() { globals * (globals - 1.0) } else { 0.0 };
        let lines = coordinators * globals;
        let messages = 1.0 + (lines + votes) * per_report;
        let handled = if self.capacity.is_some() { messages } else { 0.0 };
        let known =
            size_of::<global::Global>() as f64 * globals + size_of::<Coordinator>() as f64 * coordinators;
        Cost {
            messages,
            events: 1.0 + messages + handled + reporters * per_report + lines * per_look,
            timers: (reporters + lines) / members,
            watches: f64::from(self.coordinators),
            bytes: f64::from(self.coordinators) + (known + lines * Global::BYTES_PER_LINE) / members,
            ..Cost::default()
        }
    }
}

#[cfg(test)]
mod tests;
