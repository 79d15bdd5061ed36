//! The world: takes the next event and lets one node act through its context.
//!
//! **The order of what happens at one instant**: first the changes of the plan of faults, then the beats at a
//! fixed interval that began with the run (in the order of their nodes), then everything else in the order in
//! which it was scheduled. A standing order counts as scheduled when it was given.
//!
//! Monomorphised once per run for a topology and a detector, so that the hot path is one piece of code with
//! events by value and no allocation.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cluster::{Cluster, NodeId};
use super::conditions::{Fate, Network, Paths, Seat};
use super::digest::Digest;
use super::model::{Change, Context, Detector, Topology};
use super::queue::Queue;
use super::random::{Purpose, Stream, Streams};
use super::referee::{Findings, Referee};
use super::rounds::{Rounds, Series};
use super::time::{Span, Time};
use super::traffic::Traffic;
use super::watch::{Judge, Pair, Rules};

/// One run, fully described: the same run has the same outcome, always and everywhere.
pub struct Run<'a, T, D> {
    /// Who speaks to whom.
    pub topology: &'a T,
    /// How silence is judged.
    pub rules: &'a Rules<D>,
    /// Who there is.
    pub cluster: Cluster,
    /// How messages travel.
    pub network: &'a Network<'a>,
    /// What goes wrong, in the order of time.
    pub changes: &'a [(Time, Change)],
    /// All randomness.
    pub streams: Streams,
    /// Nothing before this instant is counted.
    pub count_from: Time,
    /// The last instant of the run.
    pub end: Time,
    /// Dead, trusted and dead again within this time is a flap.
    pub flap_within: Span,
    /// Whether to keep the messages of each second apart.
    pub by_second: bool,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// Truth against opinion.
    pub findings: Findings,
    /// How much was said.
    pub traffic: Traffic,
    /// Events that the loop delivered.
    pub events: u64,
    /// A hash over all of it.
    pub digest: Digest,
}

/// How far runs have come, for whoever watches them from outside. Nothing flows back but the wish to stop.
#[derive(Debug, Default)]
pub struct Meter {
    /// Events delivered so far, over all runs.
    pub events: AtomicU64,
    /// Set to make all runs stop.
    pub stop: AtomicBool,
}

/// Events between two looks at the meter.
const METER_EVERY: u64 = 1 << 16;

/// Simulates one run to its outcome; `None` if the meter said to stop.
pub fn simulate<T: Topology, D: Detector>(run: &Run<'_, T, D>, meter: &Meter) -> Option<RunOutcome> {
    let mut world = World::new(run);
    world.turn(meter).then(|| world.finish())
}

/// Bytes that a run needs for each thing that it keeps.
pub fn footprint<T: Topology, D: Detector>() -> Footprint {
    Footprint {
        node: size_of::<Seat>() + size_of::<T::Node>() + 1,
        pair: Judge::<D>::BYTES_PER_PAIR + Referee::BYTES_PER_PAIR + Paths::BYTES_PER_PAIR,
        event: Queue::<Event<T::Message, T::Timer>>::BYTES_PER_EVENT,
        beat: Rounds::<T::Timer>::BYTES_PER_BEAT,
    }
}

/// Bytes for one of each thing that a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// A node of any role.
    pub node: usize,
    /// A pair of observer and subject.
    pub pair: usize,
    /// A waiting event.
    pub event: usize,
    /// A standing order for a timer.
    pub beat: usize,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
enum Event<M, K> {
    /// A message reaches its destination.
    Arrival { from: NodeId, to: NodeId, sent: Time, message: M },
    /// The news that nobody listens at `from` reaches `to`, who had sent `message` there.
    Refusal { from: NodeId, to: NodeId, message: M },
    /// A timer that a node set in its life number `life`.
    Timer { node: NodeId, life: u32, timer: K },
    /// The next beat of a series outside the ring.
    Series(u32),
    /// A watch wants its deadline looked at.
    Look { slot: u32 },
}

struct World<'a, T: Topology, D: Detector> {
    topology: &'a T,
    nodes: Vec<T::Node>,
    land: Land<'a, T, D>,
}

/// Everything but the nodes' own memories: what a context needs while a node acts.
struct Land<'a, T: Topology, D: Detector> {
    run: &'a Run<'a, T, D>,
    now: Time,
    queue: Queue<Event<T::Message, T::Timer>>,
    rounds: Rounds<T::Timer>,
    seats: Vec<Seat>,
    paths: Paths<'a>,
    judge: Judge<'a, D>,
    traffic: Traffic,
    events: u64,
}

impl<'a, T: Topology, D: Detector> World<'a, T, D> {
    fn new(run: &'a Run<'a, T, D>) -> Self {
        let cluster = run.cluster;
        let seconds = if run.by_second { (run.end.nanos() / Span::SECOND.nanos() + 1) as usize } else { 0 };
        let referee = Referee::new(cluster, run.count_from, run.flap_within);
        let mut land = Land {
            run,
            now: Time::ZERO,
            queue: Queue::new(),
            rounds: Rounds::new(),
            seats: vec![Seat::default(); cluster.nodes() as usize],
            paths: Paths::new(run.network, cluster, run.streams),
            judge: Judge::new(run.rules, cluster, run.streams, referee),
            traffic: Traffic::new(T::MESSAGES, seconds),
            events: 0,
        };
        let nodes = (0..cluster.nodes()).map(|id| land.begin(run.topology, NodeId(id))).collect();
        land.rounds.begin();
        World { topology: run.topology, nodes, land }
    }

    /// Delivers all events. False if the meter said to stop.
    fn turn(&mut self, meter: &Meter) -> bool {
        let mut reported = 0;
        let mut changes = self.land.run.changes.iter();
        let mut change = changes.next();
        loop {
            let change_time = change.map_or(Time::NEVER, |(time, _)| *time);
            let beat_time = self.land.rounds.next_time();
            let next = change_time.min(beat_time);
            if let Some((now, event)) = self.land.queue.pop_before(next) {
                self.land.advance(now);
                self.deliver(event);
            } else if next > self.land.run.end {
                meter.events.fetch_add(self.land.events - reported, Ordering::Relaxed);
                return true;
            } else if let Some((_, due)) = change.filter(|_| change_time <= beat_time) {
                self.land.advance(next);
                self.change(*due);
                change = changes.next();
            } else if let Some((node, timer)) = self.land.rounds.take() {
                self.land.advance(next);
                self.beat(node, timer);
            }
            if self.land.events - reported >= METER_EVERY {
                meter.events.fetch_add(self.land.events - reported, Ordering::Relaxed);
                reported = self.land.events;
                if meter.stop.load(Ordering::Relaxed) {
                    return false;
                }
            }
        }
    }

    /// A beat of the ring is due.
    #[inline]
    fn beat(&mut self, node: NodeId, timer: T::Timer) {
        // Whoever is in the ring joined it in the first life.
        if self.land.seats[node.index()].life == 0 {
            self.wake(node, timer);
        } else {
            self.land.rounds.leave(node);
        }
    }

    #[inline]
    fn wake(&mut self, node: NodeId, timer: T::Timer) {
        let mut standpoint = Standpoint { me: node, land: &mut self.land };
        self.topology.on_timer(&mut self.nodes[node.index()], &mut standpoint, timer);
    }

    fn deliver(&mut self, event: Event<T::Message, T::Timer>) {
        match event {
            Event::Arrival { from, to, sent, message } => self.arrive(from, to, sent, message),
            Event::Refusal { from, to, message } => {
                if self.land.seats[to.index()].is_up() {
                    let mut standpoint = Standpoint { me: to, land: &mut self.land };
                    self.topology.on_refusal(&mut self.nodes[to.index()], &mut standpoint, from, message);
                }
            }
            Event::Timer { node, life, timer } => {
                if self.land.seats[node.index()].life == life {
                    self.wake(node, timer);
                }
            }
            Event::Series(number) => {
                let series = self.land.rounds.series(number);
                if self.land.seats[series.node.index()].life == series.life {
                    self.land.schedule(self.land.now + series.interval, event);
                    self.wake(series.node, series.timer);
                } else {
                    self.land.rounds.end_series(number);
                }
            }
            Event::Look { slot } => {
                let look = self.land.judge.look(slot, self.land.now);
                self.land.schedule_look(slot, look);
            }
        }
    }

    fn arrive(&mut self, from: NodeId, to: NodeId, sent: Time, message: T::Message) {
        let land = &mut self.land;
        let seat = &mut land.seats[to.index()];
        let kind = T::kind_of(&message);
        let counts = land.now >= land.run.count_from;
        if seat.is_up() {
            if counts {
                seat.handle(land.now);
                land.traffic.delivered[kind] += 1;
            }
            let mut standpoint = Standpoint { me: to, land };
            self.topology.on_message(&mut self.nodes[to.index()], &mut standpoint, from, sent, message);
        } else {
            if counts {
                land.traffic.lost[kind] += 1;
            }
            if seat.refuses
                && let Fate::Arrives(travel) = land.paths.carry(to, from)
            {
                land.schedule(land.now + travel, Event::Refusal { from: to, to: from, message });
            }
        }
    }

    fn change(&mut self, change: Change) {
        let land = &mut self.land;
        match change {
            Change::Crash { node, refuses } => {
                if land.seats[node.index()].crash(refuses) {
                    land.judge.referee.crash(node, land.now);
                    if !land.run.cluster.is_member(node) {
                        land.judge.end_observer(node);
                    }
                }
            }
            Change::Restart { node } => {
                if land.seats[node.index()].restart() {
                    land.judge.referee.restart(node, land.now);
                    self.nodes[node.index()] = land.begin(self.topology, node);
                }
            }
        }
    }

    fn finish(self) -> RunOutcome {
        let mut land = self.land;
        for seat in &land.seats {
            land.traffic.total_load += seat.load;
            land.traffic.busiest_node_load = land.traffic.busiest_node_load.max(seat.load);
            land.traffic.peak_per_s = land.traffic.peak_per_s.max(u64::from(seat.busiest));
        }
        let findings = land.judge.referee.finish(land.run.end);
        let mut digest = findings.digest;
        digest.add_traffic(&land.traffic);
        RunOutcome { findings, traffic: land.traffic, events: land.events, digest }
    }
}

impl<T: Topology, D: Detector> Land<'_, T, D> {
    /// A node begins its life, at the start or after a restart.
    fn begin(&mut self, topology: &T, node: NodeId) -> T::Node {
        if !self.run.cluster.is_member(node) {
            self.judge.begin_observer(node, self.seats[node.index()].life, self.now);
        }
        topology.start(&mut Standpoint { me: node, land: self })
    }

    /// The clock moves on to the next event.
    #[inline]
    fn advance(&mut self, now: Time) {
        assert!(now >= self.now, "time ran backwards");
        self.now = now;
        self.events += 1;
    }

    /// Schedules an event, unless the run will be over by then.
    #[inline]
    fn schedule(&mut self, time: Time, event: Event<T::Message, T::Timer>) {
        if time <= self.run.end {
            self.queue.push(time, event);
        }
    }

    #[inline]
    fn schedule_look(&mut self, slot: u32, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Look { slot });
        }
    }
}

/// What one node sees of the land while it acts.
struct Standpoint<'l, 'a, T: Topology, D: Detector> {
    me: NodeId,
    land: &'l mut Land<'a, T, D>,
}

impl<T: Topology, D: Detector> Standpoint<'_, '_, T, D> {
    fn pair_with(&self, subject: NodeId) -> Pair {
        Pair { observer: self.me, subject }
    }
}

impl<T: Topology, D: Detector> Context<T> for Standpoint<'_, '_, T, D> {
    fn me(&self) -> NodeId {
        self.me
    }

    fn cluster(&self) -> Cluster {
        self.land.run.cluster
    }

    fn now(&self) -> Time {
        self.land.now
    }

    fn random(&self, purpose: Purpose, about: u64) -> Stream {
        let life = self.land.seats[self.me.index()].life;
        self.land.run.streams.of(purpose).at(about << 32 | u64::from(self.me.0), u64::from(life))
    }

    #[inline]
    fn send(&mut self, to: NodeId, message: T::Message) {
        let land = &mut *self.land;
        let (from, now) = (self.me, land.now);
        let kind = T::kind_of(&message);
        let counts = now >= land.run.count_from;
        if counts {
            land.seats[from.index()].handle(now);
            let second = now.nanos() / Span::SECOND.nanos();
            land.traffic.count_sent(kind, land.run.topology.bytes_of(&message), second);
        }
        match land.paths.carry(from, to) {
            Fate::Arrives(travel) => land.schedule(now + travel, Event::Arrival { from, to, sent: now, message }),
            Fate::Lost => {
                if counts {
                    land.traffic.lost[kind] += 1;
                }
                land.judge.lost(from, to, now);
            }
        }
    }

    fn wake(&mut self, at: Time, timer: T::Timer) {
        let life = self.land.seats[self.me.index()].life;
        self.land.schedule(at, Event::Timer { node: self.me, life, timer });
    }

    fn every(&mut self, first: Time, interval: Span, timer: T::Timer) {
        let life = self.land.seats[self.me.index()].life;
        let order = Series { node: self.me, life, interval, timer };
        if let Some(number) = self.land.rounds.join(first, order) {
            self.land.schedule(first, Event::Series(number));
        }
    }

    fn watch(&mut self, subject: NodeId) {
        let pair = self.pair_with(subject);
        let look = self.land.judge.watch(pair, self.land.now);
        self.land.schedule_look(pair.slot(self.land.run.cluster) as u32, look);
    }

    #[inline]
    fn heard(&mut self, subject: NodeId, sent: Time) {
        let pair = self.pair_with(subject);
        let look = self.land.judge.heard(pair, sent, self.land.now);
        self.land.schedule_look(pair.slot(self.land.run.cluster) as u32, look);
    }

    fn missed(&mut self, subject: NodeId, since: Time) {
        let pair = self.pair_with(subject);
        let look = self.land.judge.missed(pair, since, self.land.now);
        self.land.schedule_look(pair.slot(self.land.run.cluster) as u32, look);
    }
}
