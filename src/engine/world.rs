//! The world: takes the next event and lets one node act through its context.
//!
//! **The order of what happens at one instant**: first the changes of the plan of faults, then the beats at a
//! fixed interval that began with the run (in the order of their nodes), then everything else in the order in
//! which it was scheduled.
//!
//! Monomorphised once per run for a topology and a detector, so that the hot path is one piece of code with
//! events by value and no allocation.

mod standpoint;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cluster::Cluster;
use super::conditions::{Condition, Fate, Network, Paths};
use super::digest::Digest;
use super::findings::Findings;
use super::model::{Change, Detector, Topology};
use super::queue::Queue;
use super::random::Streams;
use super::referee::Referee;
use super::rounds::Rounds;
use super::seating::{Seat, Seating, Slot};
use super::time::{Span, Time};
use super::traffic::Traffic;
use super::watch::{Judge, Rules};
use standpoint::Standpoint;

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
        node: size_of::<Condition>() + size_of::<T::Node>() + Seating::BYTES_PER_NODE,
        pair: Judge::<D>::BYTES_PER_PAIR + Referee::BYTES_PER_PAIR + Paths::BYTES_PER_PAIR,
        event: Queue::<EventOf<T>>::BYTES_PER_EVENT,
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
    Arrival { from: Seat, to: Seat, sent: Time, message: M },
    /// The news that nobody listens at `from` reaches `to`, who had sent `message` there at `sent`.
    Refusal { from: Seat, to: Seat, sent: Time, message: M },
    /// A timer that a node set in its life number `life`.
    Timer { seat: Seat, life: u32, timer: K },
    /// The next beat of a series outside the ring.
    Series(u32),
    /// A watch wants its deadline looked at.
    Look(Slot),
}

type EventOf<T> = Event<<T as Topology>::Message, <T as Topology>::Timer>;

struct World<'a, T: Topology, D: Detector> {
    topology: &'a T,
    /// What each node remembers, by seat.
    nodes: Vec<T::Node>,
    land: Land<'a, T, D>,
}

/// Everything but the nodes' own memories: what a context needs while a node acts.
struct Land<'a, T: Topology, D: Detector> {
    run: &'a Run<'a, T, D>,
    now: Time,
    queue: Queue<EventOf<T>>,
    rounds: Rounds<T::Timer>,
    seating: Seating,
    conditions: Vec<Condition>,
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
            seating: Seating::new(cluster, |member| run.topology.rank(member, run.streams)),
            conditions: vec![Condition::default(); cluster.nodes() as usize],
            paths: Paths::new(run.network, cluster.pairs(), run.streams),
            judge: Judge::new(run.rules, cluster, run.streams, referee),
            traffic: Traffic::new(T::MESSAGES, seconds),
            events: 0,
        };
        let nodes = (0..cluster.nodes()).map(|seat| land.begin(run.topology, Seat(seat))).collect();
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
            if let Some((now, event)) = self.land.next_before(next) {
                self.land.advance(now);
                self.deliver(event);
            } else if next > self.land.run.end {
                meter.events.fetch_add(self.land.events - reported, Ordering::Relaxed);
                return true;
            } else if let Some((_, due)) = change.filter(|_| change_time <= beat_time) {
                self.land.advance(next);
                self.change(*due);
                change = changes.next();
            } else if let Some((seat, timer)) = self.land.rounds.take() {
                self.land.advance(next);
                self.beat(seat, timer);
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

    fn deliver(&mut self, event: EventOf<T>) {
        match event {
            Event::Arrival { from, to, sent, message } => self.arrive(from, to, sent, message),
            Event::Refusal { from, to, sent, message } => {
                if self.land.conditions[to.index()].is_up() {
                    let from = self.land.seating.node_at(from);
                    let mut standpoint = self.land.standpoint(to);
                    self.topology.on_refusal(
                        &mut self.nodes[to.index()],
                        &mut standpoint,
                        from,
                        sent,
                        message,
                    );
                }
            }
            Event::Timer { seat, life, timer } => {
                if self.land.conditions[seat.index()].life == life {
                    self.wake(seat, timer);
                }
            }
            Event::Series(number) => {
                let series = self.land.rounds.series(number);
                if self.land.conditions[series.seat.index()].life == series.life {
                    self.land.schedule(self.land.now + series.interval, event);
                    self.wake(series.seat, series.timer);
                } else {
                    self.land.rounds.end_series(number);
                }
            }
            Event::Look(slot) => {
                let look = self.land.judge.look(&self.land.seating, slot, self.land.now);
                self.land.schedule_look(slot, look);
            }
        }
    }

    /// A beat of the ring is due.
    #[inline]
    fn beat(&mut self, seat: Seat, timer: T::Timer) {
        // Whoever is in the ring joined it in the first life.
        if self.land.conditions[seat.index()].life == 0 {
            self.wake(seat, timer);
        } else {
            self.land.rounds.leave(seat);
        }
    }

    #[inline]
    fn wake(&mut self, seat: Seat, timer: T::Timer) {
        let mut standpoint = self.land.standpoint(seat);
        self.topology.on_timer(&mut self.nodes[seat.index()], &mut standpoint, timer);
    }

    fn arrive(&mut self, from: Seat, to: Seat, sent: Time, message: T::Message) {
        let land = &mut self.land;
        let condition = &mut land.conditions[to.index()];
        let kind = T::kind_of(&message);
        let counts = land.now >= land.run.count_from;
        if condition.is_up() {
            if counts {
                condition.handle(land.now);
                land.traffic.delivered[kind] += 1;
            }
            let partner = (land.seating.node_at(from), from);
            let mut standpoint = Standpoint { partner, ..land.standpoint(to) };
            self.topology.on_message(&mut self.nodes[to.index()], &mut standpoint, partner.0, sent, message);
        } else {
            if counts {
                land.traffic.lost[kind] += 1;
            }
            if condition.refuses
                && let Fate::Arrives(travel) = land.paths.carry(&land.seating, to, from)
            {
                land.schedule(land.now + travel, Event::Refusal { from: to, to: from, sent, message });
            }
        }
    }

    fn change(&mut self, change: Change) {
        let land = &mut self.land;
        match change {
            Change::Crash { node, refuses } => {
                let seat = land.seating.seat_of(node);
                if land.conditions[seat.index()].crash(refuses) {
                    land.judge.referee.crash(node, land.now);
                    if !land.seating.seats_member(seat) {
                        land.judge.end_observer(&land.seating, seat);
                    }
                }
            }
            Change::Restart { node } => {
                let seat = land.seating.seat_of(node);
                if land.conditions[seat.index()].restart() {
                    land.judge.referee.restart(node, land.now);
                    self.nodes[seat.index()] = land.begin(self.topology, seat);
                }
            }
        }
    }

    fn finish(self) -> RunOutcome {
        let mut land = self.land;
        let traffic = &mut land.traffic;
        for condition in &land.conditions {
            traffic.total_load += condition.load;
            traffic.busiest_node_load = traffic.busiest_node_load.max(condition.load);
            traffic.peak_per_s = traffic.peak_per_s.max(u64::from(condition.busiest));
        }
        let findings = land.judge.referee.finish(land.run.end);
        let mut digest = findings.digest;
        land.traffic.add_to(&mut digest);
        RunOutcome { findings, traffic: land.traffic, events: land.events, digest }
    }
}

impl<'a, T: Topology, D: Detector> Land<'a, T, D> {
    /// A node begins its life, at the start or after a restart.
    fn begin(&mut self, topology: &T, seat: Seat) -> T::Node {
        if !self.seating.seats_member(seat) {
            let life = self.conditions[seat.index()].life;
            self.judge.begin_observer(self.seating.node_at(seat), life, self.now);
        }
        topology.start(&mut self.standpoint(seat))
    }

    /// What the node at `seat` sees.
    #[inline]
    fn standpoint(&mut self, seat: Seat) -> Standpoint<'_, 'a, T, D> {
        let me = self.seating.node_at(seat);
        Standpoint { me, seat, partner: (me, seat), land: self }
    }

    /// The next event of the queue that lies before `limit`.
    #[inline(always)]
    fn next_before(&mut self, limit: Time) -> Option<(Time, EventOf<T>)> {
        let Land { queue, judge, seating, .. } = self;
        queue.pop_before(limit, |event| match *event {
            Event::Arrival { from, to, .. } if !seating.seats_member(to) => {
                judge.expect(seating.slot(to, from))
            }
            Event::Look(slot) => judge.expect(slot),
            _ => (),
        })
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
    fn schedule(&mut self, time: Time, event: EventOf<T>) {
        if time <= self.run.end {
            self.queue.push(time, event);
        }
    }

    #[inline]
    fn schedule_look(&mut self, slot: Slot, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Look(slot));
        }
    }
}

#[cfg(test)]
mod tests;
