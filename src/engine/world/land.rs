//! Everything but the nodes' own memories: the queue, the network, the judge, and who is hindered by what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::standpoint::Standpoint;
use super::standstill::Standstills;
use super::streams::Posted;
use super::{DeliveryOf, Event, EventOf, Letter, Run, terms, whose_opinion_counts};
use crate::engine::cluster::NodeId;
use crate::engine::conditions::{Condition, Hindrance};
use crate::engine::desk::{Desk, Waiting};
use crate::engine::model::{Blow, Circle, Detector, Latency, Topology};
use crate::engine::network::{Paths, Streams};
use crate::engine::parcels::Parcels;
use crate::engine::queue::Queue;
use crate::engine::rounds::Rounds;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::engine::watch::{Judge, Seats};
use crate::engine::witness::Witness;

/// What several blows do to one node, each with its number.
type ByStrike<X> = Vec<(u64, X)>;

/// Everything but the nodes' own memories: what a context needs while a node acts.
pub(super) struct Land<'a, T: Topology, D: Detector> {
    pub(super) run: &'a Run<'a, T, D>,
    pub(super) now: Time,
    pub(super) queue: Queue<EventOf<T>>,
    pub(super) rounds: Rounds<T::Timer>,
    pub(super) seating: Seating,
    pub(super) conditions: Vec<Condition>,
    pub(super) paths: Paths<'a>,
    /// Messages that are sent again if they are lost.
    pub(super) streams: Streams<Posted<T::Message>>,
    pub(super) parcels: Parcels<T::Item>,
    /// Whether no wall stands, and nobody looks on: then messages take the short way.
    pub(super) is_open: bool,
    /// Of nodes that need time for each message.
    pub(super) desks: BTreeMap<Seat, Desk<DeliveryOf<T>>>,
    /// What became known of waiting at desks that are no more.
    pub(super) waiting: Option<Waiting>,
    /// How much longer nodes need for each message, by the blows that slow them.
    pub(super) slowed: BTreeMap<Seat, ByStrike<Arc<dyn Latency>>>,
    /// By how many parts in a million the clocks of nodes run fast, by the blows that do it.
    pub(super) drifts: BTreeMap<Seat, ByStrike<f64>>,
    /// Processes that stand still.
    pub(super) stopped: Standstills<EventOf<T>>,
    /// Applications that stand still.
    pub(super) hung: Standstills<EventOf<T>>,
    pub(super) judge: Judge<'a, D>,
    pub(super) traffic: Traffic,
    /// Of each node, whether its opinion of anybody counts; empty where that of those who watch does.
    pub(super) counts: Vec<bool>,
    /// Blows that are not over, by number, and whom they struck if anybody in particular.
    pub(super) struck: BTreeMap<u64, (Option<NodeId>, &'a Blow)>,
    pub(super) events: u64,
}

impl<'a, T: Topology, D: Detector> Land<'a, T, D> {
    /// Before anything happened.
    pub(super) fn new(run: &'a Run<'a, T, D>) -> Self {
        let Run { topology, cluster, .. } = *run;
        let seconds = if run.by_second { (run.end.nanos() / Span::SECOND.nanos() + 1) as usize } else { 0 };
        let watches = |node| topology.watches(cluster, node);
        let through_others = topology.hears_through_others();
        let mut land = Land {
            run,
            now: Time::ZERO,
            queue: Queue::new(),
            rounds: Rounds::new(),
            seating: Seating::new(cluster, |member| topology.rank(member, run.streams)),
            conditions: vec![Condition::default(); cluster.nodes() as usize],
            paths: Paths::new(run.network, run.streams),
            streams: Streams::new(),
            parcels: Parcels::new(),
            is_open: run.witness.is_none(),
            desks: BTreeMap::new(),
            waiting: None,
            slowed: BTreeMap::new(),
            drifts: BTreeMap::new(),
            stopped: Standstills::new(),
            hung: Standstills::new(),
            judge: Judge::new(
                run.rules,
                cluster,
                watches,
                through_others,
                (run.network.ways(), run.network.alive_if),
                run.streams,
                terms(run),
            ),
            traffic: Traffic::new(T::MESSAGES, seconds),
            counts: whose_opinion_counts(topology, cluster),
            struck: BTreeMap::new(),
            events: 0,
        };
        land.judge.witness = run.witness.map(|focus| Box::new(Witness::new(focus, through_others)));
        for node in cluster.members..cluster.nodes() {
            if let Some(capacity) = topology.capacity(cluster, NodeId(node)) {
                let seat = land.seating.seat_of(NodeId(node));
                land.desks.insert(seat, Desk::new(capacity));
                land.conditions[seat.index()].set(Hindrance::Queues, true);
            }
        }
        land
    }

    /// A node begins its life, at the start or after a restart.
    pub(super) fn begin(&mut self, topology: &T, seat: Seat) -> T::Node {
        let life = self.conditions[seat.index()].life();
        self.judge.begin_observer(&self.seating, seat, life, self.now);
        topology.start(&mut self.standpoint(seat))
    }

    /// Those whose opinion of a node counts.
    pub(super) fn circle_of(&self, subject: NodeId) -> Vec<NodeId> {
        match self.run.topology.circle(self.run.cluster, subject) {
            Circle::Watchers => self.judge.watchers_of(&self.seating, self.seating.seat_of(subject)),
            Circle::Nodes(ranges) => {
                ranges.into_iter().flatten().map(NodeId).filter(|node| *node != subject).collect()
            }
        }
    }

    /// How many pairs of two nodes that are up `node` is part of, besides those that are watched.
    pub(super) fn pairs_of(&self, node: NodeId) -> u64 {
        let Run { topology, cluster, .. } = *self.run;
        if self.counts.is_empty() {
            return 0;
        }
        let is_up = |other: &u32| *other != node.0 && !self.judge.referee.is_down(NodeId(*other));
        let ranges = |subject| match topology.circle(cluster, subject) {
            Circle::Watchers => [0..0, 0..0],
            Circle::Nodes(ranges) => ranges,
        };
        let mut pairs = 0;
        if cluster.is_member(node) {
            pairs += ranges(node).into_iter().flatten().filter(is_up).count();
        }
        if self.counts[node.index()] {
            let asks = |subject: &u32| ranges(NodeId(*subject)).iter().any(|range| range.contains(&node.0));
            pairs += (0..cluster.members).filter(|subject| is_up(subject) && asks(subject)).count();
        }
        pairs as u64
    }

    /// In which life a node is, if it is up.
    pub(super) fn life_of(&self, seat: Seat) -> Option<u32> {
        let condition = &self.conditions[seat.index()];
        condition.is_up().then(|| condition.life())
    }

    /// Whether an event must wait because the process stands still. Then it does.
    #[inline]
    pub(super) fn puts_off(&mut self, seat: Seat, event: EventOf<T>) -> bool {
        let stands_still = !self.stopped.is_empty() && self.conditions[seat.index()].is(Hindrance::Stopped);
        if stands_still {
            self.stopped.put_off(seat, event, self.now);
        }
        stands_still
    }

    /// How long a stretch of a node's clock really takes.
    pub(super) fn by_clock_of(&self, seat: Seat, span: Span) -> Span {
        span.at_rate(self.judge.rate(seat))
    }

    /// Looks at the table of an observer.
    pub(super) fn survey(&mut self, observer: Seat) {
        let Land { judge, seating, queue, run, now, .. } = self;
        let look = |seats, time| {
            if time <= run.end {
                queue.push(time, Event::Look(seats));
            }
        };
        let next = judge.survey(seating, observer, *now, look);
        self.schedule_survey(observer, next);
    }

    pub(super) fn schedule_survey(&mut self, observer: Seat, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Survey(observer));
        }
    }

    /// What the node at `seat` sees.
    #[inline]
    pub(super) fn standpoint(&mut self, seat: Seat) -> Standpoint<'_, 'a, T, D> {
        let me = self.seating.node_at(seat);
        Standpoint { me, seat, partner: (me, seat), channel: 0, sent: 0, land: self }
    }

    /// The next event of the queue that lies before `limit`.
    #[inline(always)]
    pub(super) fn next_before(&mut self, limit: Time) -> Option<(Time, EventOf<T>)> {
        let Land { queue, judge, seating, .. } = self;
        queue.pop_before(limit, |event| match *event {
            Event::Arrival { letter: Letter { from, to, .. }, .. } => {
                judge.expect(seating, Seats { observer: to, subject: from })
            }
            Event::Look(seats) => judge.expect(seating, seats),
            _ => (),
        })
    }

    /// The clock moves on to the next event.
    #[inline]
    pub(super) fn advance(&mut self, now: Time) {
        assert!(now >= self.now, "time ran backwards");
        self.now = now;
        self.events += 1;
    }

    /// Schedules an event, unless the run will be over by then.
    #[inline]
    pub(super) fn schedule(&mut self, time: Time, event: EventOf<T>) {
        if time <= self.run.end {
            self.queue.push(time, event);
        }
    }

    #[inline]
    pub(super) fn schedule_look(&mut self, seats: Seats, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Look(seats));
        }
    }
}
