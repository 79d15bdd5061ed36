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

use super::capacity::read_capacity;
use super::council::{Ballot, Council};
use super::succession::Succession;
use super::{Cost, Discovery, Extra, Plan, Rhythm, Site, Speaker, Speech, Tick};
use crate::document::{Bounds, Count, Table};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Authority, Capacity, Circle, Context, Opinion, Parcel, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
pub use coordinator::Coordinator;
pub use global::Global;
use uplink::{Reporting, Uplink};

/// Members beat to their region's coordinator, coordinators report to the globals.
#[derive(Clone, Debug, Serialize)]
pub struct Hierarchical {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// In each region. One of them is in office, the others stand by.
    coordinators: u32,
    /// When a stand-by takes over; nothing where each coordinator is alone.
    #[serde(flatten)]
    succession: Option<Succession>,
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
    /// A member.
    Member(Member),
    /// A coordinator.
    Coordinator(Box<Coordinator>),
    /// A global.
    Global(Box<Global>),
}

/// What a member remembers.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Who is in office in its region, as far as it knows.
    holder: Option<NodeId>,
    /// When that was said.
    told: Time,
}

/// What one node says to another.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// A member to its coordinator: "I am alive."
    Beat,
    /// A member to all coordinators of its region: "I am alive. Who is in office?"
    Query,
    /// A coordinator to another or to a member: "This one is in office."
    InOffice(NodeId),
    /// A coordinator to globals and stand-bys: "I am alive, and these of my region are dead."
    Report(List),
    /// A coordinator to globals and stand-bys: "I changed my mind about this one."
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
    /// A word of somebody in office may be overdue.
    Alarm,
    /// The report of this region may be overdue.
    Overdue(u32),
}

/// More coordinators in a region, or more globals, are a slip of the finger.
const MOST_OBSERVERS: u32 = 100;
/// What a name in a list adds to its message.
const BYTES_PER_NAME: u64 = 8;

impl Hierarchical {
    /// Reads `coordinators`, `takeover`, `election_delay`, `globals`, `quorum`, `uplink` and `capacity`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Hierarchical> {
        let rhythm = site.rhythm;
        let coordinators = read_observers(table, "coordinators");
        let globals = read_observers(table, "globals");
        let Count(quorum) = table.or("quorum", Count(1));
        if let Some(globals) = globals.filter(|globals| quorum > *globals) {
            let reason = format!("a quorum of {quorum} can never agree: there are {globals} global(s)");
            table.complain("quorum", reason, "make quorum at most globals; a majority is usual");
        }
        let succession = read_succession(table, coordinators, rhythm.interval);
        let capacity = read_capacity(table);
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
            succession,
            globals: globals?,
            quorum: Council { quorum, repeat: rhythm.interval },
            uplink,
            capacity,
            reports,
            regions,
        })
    }

    /// Which region a coordinator belongs to.
    fn region_number(&self, cluster: Cluster, coordinator: NodeId) -> usize {
        (cluster.number(coordinator) / self.coordinators) as usize
    }

    /// The coordinators of a member's region, in the order in which they are to be in office.
    fn line_of(&self, cluster: Cluster, member: NodeId) -> Range<u32> {
        let region = self.regions.partition_point(|members| members.end <= member.0) as u32;
        let first = cluster.range(Role::Coordinator).start + region * self.coordinators;
        first..first + self.coordinators
    }

    /// A member says that it is alive.
    #[inline]
    fn beat(&self, context: &mut impl Context<Self>, member: Member) {
        match member.holder {
            Some(holder) => context.send(holder, Word::Beat),
            None => {
                let line = self.line_of(context.cluster(), context.me());
                line.for_each(|coordinator| context.send(NodeId(coordinator), Word::Query));
            }
        }
    }
}

/// Reads the rules of succession, where there is anybody to succeed.
fn read_succession(table: &mut Table<'_>, coordinators: Option<u32>, interval: Span) -> Option<Succession> {
    if coordinators != Some(1) {
        return Some(Succession::read(table, interval));
    }
    for key in ["takeover", "election_delay"] {
        if table.has(key) {
            let reason = format!("`{key}` means nothing where each region has one coordinator");
            table.complain(key, reason, "leave it out, or write coordinators = 2");
        }
    }
    None
}

/// Reads how many observers of one kind there are.
fn read_observers(table: &mut Table<'_>, key: &'static str) -> Option<u32> {
    table.bounded(key, Bounds::most(f64::from(MOST_OBSERVERS)));
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

    const MESSAGES: &'static [&'static str] = &["beat", "report", "news", "vote", "office"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Beat | Word::Query => 0,
            Word::Report(_) => 1,
            Word::News(_) => 2,
            Word::Vote(_) | Word::Votes(_) => 3,
            Word::InOffice(_) => 4,
        }
    }

    fn bytes_of(&self, message: &Word) -> u64 {
        let names = match message {
            Word::Report(list) | Word::Votes(list) => list.count,
            _ => 0,
        };
        self.rhythm.message_bytes + u64::from(names) * BYTES_PER_NAME
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn parcel_of(message: &Word) -> Option<Parcel> {
        match message {
            Word::Report(list) | Word::Votes(list) => Some(list.dead),
            _ => None,
        }
    }

    fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        match cluster.role(observer) {
            Role::Coordinator => Watches::All(self.regions[self.region_number(cluster, observer)].clone()),
            Role::Member | Role::Monitor | Role::Global => Watches::Nobody,
        }
    }

    fn circle(&self, cluster: Cluster, subject: NodeId) -> Circle {
        Circle::Nodes([self.line_of(cluster, subject), cluster.range(Role::Global)])
    }

    fn authority(&self) -> Authority {
        Authority::Named
    }

    fn capacity(&self, cluster: Cluster, node: NodeId) -> Option<Capacity> {
        self.capacity.filter(|_| !cluster.is_member(node))
    }

    fn speaks(&self, due: &Due) -> bool {
        matches!(due, Due::Beat(_))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Node {
        let (me, cluster) = (context.me(), context.cluster());
        match cluster.role(me) {
            Role::Member | Role::Monitor => {
                self.rhythm.begin(context, me, Due::Beat);
                let line = self.line_of(cluster, me);
                // Whoever begins with the run, or has one coordinator only, need not ask.
                let knows = line.len() == 1 || context.now() == Time::ZERO;
                Node::Member(Member { holder: knows.then_some(NodeId(line.start)), told: Time::ZERO })
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
        match (due, node) {
            (Due::Beat(tick), Node::Member(member)) => {
                self.rhythm.beat(context, me, tick, Due::Beat);
                self.beat(context, *member);
                self.rhythm.finished(context, me, Due::Beat);
            }
            (Due::Beat(tick), Node::Coordinator(coordinator)) => {
                self.reports.beat(context, me, tick, Due::Beat);
                coordinator.report(context);
                self.reports.finished(context, me, Due::Beat);
            }
            (Due::Beat(tick), Node::Global(global)) => {
                self.reports.beat(context, me, tick, Due::Beat);
                global.vote(self, context);
                self.reports.finished(context, me, Due::Beat);
            }
            (Due::Alarm, Node::Coordinator(coordinator)) => coordinator.on_alarm(self, context),
            (Due::Overdue(region), Node::Global(global)) => global.look(self, context, region),
            (Due::Alarm | Due::Overdue(_), _) => (),
        }
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
            (Node::Member(member), Word::InOffice(holder)) if sent >= member.told => {
                *member = Member { holder: Some(holder), told: sent };
            }
            (Node::Coordinator(coordinator), Word::Beat) => {
                coordinator.on_beat(self, context, from, sent, false)
            }
            (Node::Coordinator(coordinator), Word::Query) => {
                coordinator.on_beat(self, context, from, sent, true)
            }
            (Node::Coordinator(coordinator), Word::InOffice(holder)) => {
                coordinator.on_word(self, context, holder);
            }
            (Node::Coordinator(coordinator), Word::Report(list)) => {
                coordinator.read_report(context, sent, list);
            }
            (Node::Coordinator(coordinator), Word::News(news)) => {
                coordinator.read_news(context, sent, news);
            }
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
            (Node::Member(_) | Node::Coordinator(_) | Node::Global(_), _) => (),
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
            coordinator.on_verdict(self, context, member, opinion);
        }
    }
}

impl Plan for Hierarchical {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn takes_hearsay(&self) -> bool {
        true
    }

    fn cluster(&self, members: u32) -> Cluster {
        let coordinators = self.regions.len() as u32 * self.coordinators;
        Cluster { members, monitors: 0, coordinators, globals: self.globals }
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let Cluster { members, coordinators, globals, .. } = cluster;
        let [members, coordinators, globals] =
            [members, coordinators, globals].map(|count| f64::from(*count));
        let (regions, line) = (self.regions.len() as f64, f64::from(self.coordinators));
        let share = |interval: Span| self.rhythm.interval.seconds() / interval.seconds() / members;
        let (per_report, per_look) = (share(self.uplink.interval), share(self.uplink.patience()));
        let (voters, votes) = match self.quorum.votes() {
            true => (globals, globals * (globals - 1.0)),
            false => (0.0, 0.0),
        };
        let reports = (regions * (globals + line - 1.0) + votes) * per_report;
        let (told, alarms) =
            (regions * (line - 1.0) / members, if line > 1.0 { coordinators / members } else { 0.0 });
        let messages = 1.0 + reports + told;
        let handled = if self.capacity.is_some() { messages } else { 0.0 };
        let timers = (coordinators + voters) * per_report + alarms + regions * globals * per_look;
        let known = coordinators * size_of::<Coordinator>() as f64
            + globals * (size_of::<Global>() as f64 + regions * Global::BYTES_PER_REGION);
        Cost {
            messages,
            events: 1.0 + messages + handled + timers,
            timers: (2.0 * coordinators + voters + regions * globals) / members,
            watches: line,
            bytes: line + known / members,
            ..Cost::default()
        }
    }

    fn speech(&self, cluster: &Cluster) -> Option<Speech> {
        let largest = self.regions.iter().map(|members| members.len()).max().unwrap_or(0);
        Some(Speech {
            speaker: Speaker::Subject,
            besides: self.cost(cluster).messages - 1.0,
            extra: Extra::More("what coordinators find out is told at once, which is more messages"),
            at_observer: Some(largest as f64),
            same_size: false,
            ..Speech::BEATS
        })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        if self.globals > 1 {
            return Discovery::Unknown("several globals hear of it at different times");
        }
        if self.capacity.is_some() {
            return Discovery::Unknown("beats and reports wait in a queue");
        }
        let Uplink { interval: every, report, .. } = self.uplink;
        Discovery::Reported { every, waits: report == Reporting::Periodic }
    }
}

#[cfg(test)]
mod tests;
