//! Everything but the nodes' own memories: the queue, the network, the judge, and who is hindered by what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::standpoint::Standpoint;
use super::standstill::Standstills;
use super::streams::Posted;
use super::{DeliveryOf, Event, EventOf, Letter, Run, whose_opinion_counts};
use crate::engine::cluster::NodeId;
use crate::engine::conditions::{Condition, Hindrance};
use crate::engine::desk::{Desk, Waiting};
use crate::engine::model::{Blow, Circle, Latency, Topology};
use crate::engine::network::{Paths, Streams};
use crate::engine::parcels::Parcels;
use crate::engine::queue::Queue;
use crate::engine::rounds::Rounds;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::engine::watch::{Bench, Chair, Seats};

/// What several blows do to one node, each with its number.
type ByStrike<X> = Vec<(u64, X)>;

/// Everything but the nodes' own memories: what a context needs while a node acts.
pub(super) struct Land<'a, T: Topology, B> {
    pub(super) run: &'a Run<'a, T>,
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
    pub(super) bench: B,
    pub(super) traffic: Traffic,
    /// Of each node, whether its opinion of anybody counts; empty where that of those who watch does.
    pub(super) counts: Vec<bool>,
    /// Blows that are not over, by number, and whom they struck if anybody in particular.
    pub(super) struck: BTreeMap<u64, (Option<NodeId>, &'a Blow)>,
    pub(super) events: u64,
    /// How many of them were looks, by whose they were; empty where there is one judge.
    pub(super) looks: Vec<u64>,
}

/// Where judges ask for looks.
pub(super) struct Diary<'l, T: Topology> {
    queue: &'l mut Queue<EventOf<T>>,
    end: Time,
}

impl<T: Topology> Diary<'_, T> {
    #[inline(always)]
    pub(super) fn look(&mut self, chair: Chair, at: Seats, time: Time) {
        if time <= self.end {
            self.queue.push(time, Event::Look(chair, at));
        }
    }

    pub(super) fn survey(&mut self, chair: Chair, observer: Seat, time: Option<Time>) {
        if let Some(time) = time.filter(|time| *time <= self.end) {
            self.queue.push(time, Event::Survey(chair, observer));
        }
    }
}

impl<'a, T: Topology, B: Bench> Land<'a, T, B> {
    /// Before anything happened.
    pub(super) fn new(run: &'a Run<'a, T>, bench: B) -> Self {
        let Run { topology, cluster, .. } = *run;
        let seconds = if run.by_second { (run.end.nanos() / Span::SECOND.nanos() + 1) as usize } else { 0 };
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
            is_open: run.attention.is_none(),
            desks: BTreeMap::new(),
            waiting: None,
            slowed: BTreeMap::new(),
            drifts: BTreeMap::new(),
            stopped: Standstills::new(),
            hung: Standstills::new(),
            bench,
            traffic: Traffic::new(run.topology.kinds(), seconds),
            counts: whose_opinion_counts(topology, cluster),
            struck: BTreeMap::new(),
            events: 0,
            looks: Vec::new(),
        };
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
        let (seating, now) = (&self.seating, self.now);
        self.bench.each(|_, judge| judge.begin_observer(seating, seat, life, now));
        topology.start(&mut self.standpoint(seat))
    }

    /// Those whose opinion of a node counts.
    pub(super) fn circle_of(&self, subject: NodeId) -> Vec<NodeId> {
        match self.run.topology.circle(self.run.cluster, subject) {
            Circle::Watchers => self.bench.any().watchers_of(&self.seating, self.seating.seat_of(subject)),
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
        let is_up = |other: &u32| {
            let seat = self.seating.seat_of(NodeId(*other));
            *other != node.0 && self.conditions[seat.index()].is_up()
        };
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
        span.at_rate(self.bench.any().rate(seat))
    }

    /// Those who judge, who sits where, and where looks are asked for.
    #[inline(always)]
    pub(super) fn court(&mut self) -> (&mut B, &Seating, Diary<'_, T>) {
        let Land { bench, seating, queue, run, .. } = self;
        (bench, seating, Diary { queue, end: run.end })
    }

    /// A judge looks at the table of an observer.
    pub(super) fn survey(&mut self, chair: Chair, observer: Seat) {
        let now = self.now;
        let (bench, seating, mut diary) = self.court();
        let next = bench.one(chair).survey(seating, observer, now, &mut |seats, time| {
            diary.look(chair, seats, time);
        });
        diary.survey(chair, observer, next);
    }

    /// Counts whose look an event is, where there are several judges.
    #[inline(always)]
    pub(super) fn count_look(&mut self, event: &EventOf<T>) {
        if !B::ALONE
            && let Event::Look(chair, _) | Event::Survey(chair, _) | Event::Turn(chair, _) = event
        {
            if self.looks.len() <= chair.index() {
                self.looks.resize(chair.index() + 1, 0);
            }
            self.looks[chair.index()] += 1;
        }
    }

    /// What the node at `seat` sees.
    #[inline]
    pub(super) fn standpoint(&mut self, seat: Seat) -> Standpoint<'_, 'a, T, B> {
        let me = self.seating.node_at(seat);
        Standpoint { me, seat, partner: (me, seat), channel: 0, sent: 0, land: self }
    }

    /// The next event of the queue that lies before `limit`.
    #[inline(always)]
    pub(super) fn next_before(&mut self, limit: Time) -> Option<(Time, EventOf<T>)> {
        let Land { queue, bench, seating, .. } = self;
        queue.pop_before(limit, |event| match *event {
            Event::Arrival { letter: Letter { from, to, .. }, .. } => {
                bench.expect(seating, None, Seats { observer: to, subject: from })
            }
            Event::Look(chair, seats) => bench.expect(seating, Some(chair), seats),
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
    pub(super) fn schedule_look(&mut self, chair: Chair, seats: Seats, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Look(chair, seats));
        }
    }
}
