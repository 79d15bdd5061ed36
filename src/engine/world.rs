//! The world: takes the next event and lets one node act through its context.
//!
//! **The order of what happens at one instant**: first the changes of the plan of faults, then the beats at a
//! fixed interval that began with the run (in the order of their nodes), then everything else in the order in
//! which it was scheduled.
//!
//! Monomorphised once per run for a topology and a detector, so that the hot path is one piece of code with
//! events by value and no allocation.

mod standpoint;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cluster::{Cluster, NodeId, Pair};
use super::conditions::Condition;
use super::desk::{Admission, Desk, Waiting};
use super::digest::Digest;
use super::findings::Findings;
use super::model::{Blow, Change, Circle, Detector, Topology, Whom};
use super::network::{Fate, Link, Moment, Network, Paths};
use super::parcels::Parcels;
use super::queue::Queue;
use super::random::Streams;
use super::referee::{Referee, Terms};
use super::rounds::Rounds;
use super::seating::{Seat, Seating};
use super::time::{Span, Time};
use super::traffic::Traffic;
use super::watch::{Judge, Mishap, Rules, Seats};
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
pub fn footprint<T: Topology, D: Detector>(detector: &D) -> Footprint {
    Footprint {
        node: size_of::<Condition>()
            + size_of::<T::Node>()
            + Seating::BYTES_PER_NODE
            + Referee::BYTES_PER_NODE,
        pair: Judge::<D>::BYTES_PER_PAIR,
        entry: Judge::bytes_per_entry(detector),
        opinion: Referee::BYTES_PER_OPINION,
        doubt: Judge::<D>::BYTES_PER_DOUBT,
        event: Queue::<EventOf<T>>::BYTES_PER_EVENT,
        beat: Rounds::<T::Timer>::BYTES_PER_BEAT,
    }
}

/// Bytes for one of each thing that a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// A node of any role.
    pub node: usize,
    /// A pair of observer and subject, where each has a watch.
    pub pair: usize,
    /// An entry of a table, where observers keep tables.
    pub entry: usize,
    /// An opinion that somebody is dead.
    pub opinion: usize,
    /// An entry of a table whose subject is doubted, besides the entry.
    pub doubt: usize,
    /// A waiting event.
    pub event: usize,
    /// A standing order for a timer.
    pub beat: usize,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
enum Event<M, K> {
    /// A message reaches its destination.
    Arrival(Letter<M>),
    /// A message comes back: where it went, the host lives, but nobody listens.
    Refusal(Letter<M>),
    /// A node has handled the message that it was at, in its life number `life`.
    Handled { seat: Seat, life: u32 },
    /// A timer that a node set in its life number `life`.
    Timer { seat: Seat, life: u32, timer: K },
    /// The next beat of a series outside the ring.
    Series(u32),
    /// A watch wants its deadline looked at.
    Look(Seats),
    /// An observer's table wants its deadlines looked at.
    Survey(Seat),
}

/// A message and its ends.
#[derive(Clone, Copy, Debug)]
struct Letter<M> {
    sent: Sent,
    from: Seat,
    to: Seat,
    message: M,
}

/// When a message was sent, without the padding of a word of eight bytes: letters are most of what waits.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(4))]
struct Sent(Time);

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
    parcels: Parcels<T::Item>,
    /// Of nodes that are not members and need time for each message, by their number behind the members.
    desks: Vec<Option<Desk<Letter<T::Message>>>>,
    judge: Judge<'a, D>,
    traffic: Traffic,
    /// Of each node, whether its opinion of anybody counts; empty where that of those who watch does.
    counts: Vec<bool>,
    /// Whom blows that are not over struck, by number.
    struck: BTreeMap<u64, NodeId>,
    events: u64,
}

impl<'a, T: Topology, D: Detector> World<'a, T, D> {
    fn new(run: &'a Run<'a, T, D>) -> Self {
        let Run { topology, cluster, .. } = *run;
        let seconds = if run.by_second { (run.end.nanos() / Span::SECOND.nanos() + 1) as usize } else { 0 };
        let watches = |node| topology.watches(cluster, node);
        let others = (cluster.members..cluster.nodes()).map(NodeId);
        let mut land = Land {
            run,
            now: Time::ZERO,
            queue: Queue::new(),
            rounds: Rounds::new(),
            seating: Seating::new(cluster, |member| topology.rank(member, run.streams)),
            conditions: vec![Condition::default(); cluster.nodes() as usize],
            paths: Paths::new(run.network, run.streams),
            parcels: Parcels::new(),
            desks: others.map(|node| topology.capacity(cluster, node).map(Desk::new)).collect(),
            judge: Judge::new(
                run.rules,
                cluster,
                watches,
                topology.hears_through_others(),
                run.streams,
                terms(run),
            ),
            traffic: Traffic::new(T::MESSAGES, seconds),
            counts: whose_opinion_counts(topology, cluster),
            struck: BTreeMap::new(),
            events: 0,
        };
        let nodes = (0..cluster.nodes()).map(|seat| land.begin(topology, Seat(seat))).collect();
        land.rounds.begin();
        World { topology, nodes, land }
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
                self.change(due);
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
            Event::Arrival(letter) => self.arrive(letter),
            Event::Refusal(letter) => self.refuse(letter),
            Event::Handled { seat, life } => {
                if self.land.conditions[seat.index()].life == life {
                    self.finish_handling(seat);
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
            Event::Look(seats) => {
                let look = self.land.judge.look(&self.land.seating, seats, self.land.now);
                self.land.schedule_look(seats, look);
                self.tell_news();
            }
            Event::Survey(observer) => {
                self.land.survey(observer);
                self.tell_news();
            }
        }
    }

    /// Tells the observers what became of their watching.
    #[inline]
    fn tell_news(&mut self) {
        if !self.land.judge.news.is_empty() {
            self.tell_all_news();
        }
    }

    #[cold]
    fn tell_all_news(&mut self) {
        let mut told = 0;
        while let Some((Pair { observer, subject }, opinion)) = self.land.judge.news.get(told).copied() {
            told += 1;
            let seat = self.land.seating.seat_of(observer);
            let mut standpoint = self.land.standpoint(seat);
            self.topology.on_verdict(&mut self.nodes[seat.index()], &mut standpoint, subject, opinion);
        }
        self.land.judge.news.clear();
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
        self.tell_news();
    }

    #[inline]
    fn arrive(&mut self, letter: Letter<T::Message>) {
        let land = &mut self.land;
        let to = letter.to;
        let condition = &land.conditions[to.index()];
        if !condition.is_up() {
            let refuses = condition.refuses;
            land.lose(&letter);
            if refuses {
                land.send_back(letter);
            }
            return;
        }
        match land.desk(to) {
            None => self.hand_over(letter),
            Some(_) => land.queue_up(letter),
        }
    }

    /// A node gets a message.
    #[inline]
    fn hand_over(&mut self, letter: Letter<T::Message>) {
        let land = &mut self.land;
        let Letter { sent: Sent(sent), from, to, message } = letter;
        if land.now >= land.run.count_from {
            land.conditions[to.index()].handle(land.now);
            land.traffic.delivered[T::kind_of(&message)] += 1;
        }
        let parcel = T::parcel_of(&message);
        let partner = (land.seating.node_at(from), from);
        let mut standpoint = Standpoint { partner, ..land.standpoint(to) };
        self.topology.on_message(&mut self.nodes[to.index()], &mut standpoint, partner.0, sent, message);
        if let Some(parcel) = parcel {
            self.land.parcels.drop_off(parcel);
        }
        self.tell_news();
    }

    /// A node has handled a message, and what was in it takes effect.
    fn finish_handling(&mut self, seat: Seat) {
        let land = &mut self.land;
        let (now, count_from) = (land.now, land.run.count_from);
        let Some((letter, next)) = land.desk(seat).and_then(|desk| desk.finish(now, count_from)) else {
            return;
        };
        if let Some(done) = next {
            let life = land.conditions[seat.index()].life;
            land.schedule(done, Event::Handled { seat, life });
        }
        self.hand_over(letter);
    }

    /// A message came back to its sender.
    fn refuse(&mut self, letter: Letter<T::Message>) {
        let Letter { sent: Sent(sent), from, to, message } = letter;
        if self.land.conditions[from.index()].is_up() {
            let nobody = self.land.seating.node_at(to);
            let mut standpoint = self.land.standpoint(from);
            self.topology.on_refusal(&mut self.nodes[from.index()], &mut standpoint, nobody, sent, message);
            self.tell_news();
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Begin { strike, whom, blow } => self.begin_blow(*strike, *whom, blow),
            Change::End { strike } => self.end_blow(*strike),
        }
    }

    fn begin_blow(&mut self, strike: u64, whom: Whom, blow: &Blow) {
        let land = &mut self.land;
        let node = match whom {
            Whom::Node(node) => node,
            Whom::Leader => match land.judge.referee.leader() {
                Some(leader) => leader,
                None => return,
            },
            Whom::World => return,
        };
        match blow {
            Blow::Crash { refuses } => {
                land.struck.insert(strike, node);
                let seat = land.seating.seat_of(node);
                if land.conditions[seat.index()].crash(*refuses) {
                    let pairs = land.pairs_of(node);
                    land.judge.referee.crash(node, pairs, land.now);
                    land.judge.end_observer(&land.seating, seat, land.now);
                    land.clear_desk(seat);
                }
            }
            _ => todo!(),
        }
    }

    fn end_blow(&mut self, strike: u64) {
        let land = &mut self.land;
        let Some(node) = land.struck.remove(&strike) else { return };
        let seat = land.seating.seat_of(node);
        if land.conditions[seat.index()].restart() {
            let circle = land.circle_of(node);
            let pairs = land.pairs_of(node);
            land.judge.referee.restart(node, pairs, &circle, land.now);
            self.nodes[seat.index()] = land.begin(self.topology, seat);
            self.tell_news();
        }
    }

    fn finish(self) -> RunOutcome {
        let mut land = self.land;
        for condition in &land.conditions {
            let traffic = &mut land.traffic;
            traffic.total_load += condition.load;
            traffic.busiest_node_load = traffic.busiest_node_load.max(condition.load);
            traffic.peak_per_s = traffic.peak_per_s.max(u64::from(condition.busiest));
        }
        for desk in land.desks.iter().flatten() {
            land.traffic.waiting.get_or_insert_with(Waiting::default).add(desk.waiting);
        }
        let open = land.judge.referee.open_crashes();
        let circles: Vec<Vec<NodeId>> = open.into_iter().map(|node| land.circle_of(node)).collect();
        let findings = land.judge.referee.finish(land.run.end, &circles);
        let mut digest = findings.digest;
        land.traffic.add_to(&mut digest);
        RunOutcome { findings, traffic: land.traffic, events: land.events, digest }
    }
}

/// By what the referee of a run judges.
fn terms<T: Topology, D: Detector>(run: &Run<'_, T, D>) -> Terms {
    let Run { topology, cluster, count_from, flap_within, .. } = *run;
    let circle = |member| match topology.circle(cluster, member) {
        Circle::Watchers => None,
        Circle::Nodes(ranges) => {
            let others = ranges.iter().map(|range| range.len() - usize::from(range.contains(&member.0)));
            Some(others.sum::<usize>() as u64)
        }
    };
    let pairs = cluster.all_members().map(circle).sum();
    let (authority, elects) = (topology.authority(), topology.elects());
    Terms { authority, flap_within, count_from, pairs, elects }
}

/// Of each node, whether it belongs to anybody's circle; nothing where those who watch do.
fn whose_opinion_counts<T: Topology>(topology: &T, cluster: Cluster) -> Vec<bool> {
    let (mut counts, mut last) = (Vec::new(), Circle::Watchers);
    for subject in cluster.all_members() {
        let circle = topology.circle(cluster, subject);
        // Neighbours mostly have the same circle.
        if let Circle::Nodes(ranges) = &circle
            && circle != last
        {
            counts.resize(cluster.nodes() as usize, false);
            ranges.iter().cloned().flatten().for_each(|node| counts[node as usize] = true);
        }
        last = circle;
    }
    counts
}

impl<'a, T: Topology, D: Detector> Land<'a, T, D> {
    /// A node begins its life, at the start or after a restart.
    fn begin(&mut self, topology: &T, seat: Seat) -> T::Node {
        let life = self.conditions[seat.index()].life;
        self.judge.begin_observer(&self.seating, seat, life, self.now);
        topology.start(&mut self.standpoint(seat))
    }

    /// Those whose opinion of a node counts.
    fn circle_of(&self, subject: NodeId) -> Vec<NodeId> {
        match self.run.topology.circle(self.run.cluster, subject) {
            Circle::Watchers => self.judge.watchers_of(&self.seating, self.seating.seat_of(subject)),
            Circle::Nodes(ranges) => {
                ranges.into_iter().flatten().map(NodeId).filter(|node| *node != subject).collect()
            }
        }
    }

    /// How many pairs of two nodes that are up `node` is part of, besides those that are watched.
    fn pairs_of(&self, node: NodeId) -> u64 {
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

    /// The queue in front of a node, if it has one.
    #[inline]
    fn desk(&mut self, seat: Seat) -> Option<&mut Desk<Letter<T::Message>>> {
        let number = seat.0.checked_sub(self.run.cluster.members)?;
        self.desks[number as usize].as_mut()
    }

    /// A message takes its place in the queue of a node, or is dropped.
    fn queue_up(&mut self, letter: Letter<T::Message>) {
        let (now, seat) = (self.now, letter.to);
        let counts = now >= self.run.count_from;
        let life = self.conditions[seat.index()].life;
        let Some(desk) = self.desk(seat) else { return };
        match desk.admit(now, counts, letter) {
            Admission::Waits => {
                self.judge.went_missing(&self.seating, letter.from, letter.to, Mishap::Queued, letter.sent.0);
            }
            Admission::UntilDone(done) => self.schedule(done, Event::Handled { seat, life }),
            Admission::Dropped => {
                if counts {
                    self.traffic.dropped[T::kind_of(&letter.message)] += 1;
                }
                self.judge.went_missing(&self.seating, letter.from, letter.to, Mishap::Queued, letter.sent.0);
                self.unload(&letter);
            }
        }
    }

    /// What waited in the queue of a node that crashed is lost.
    fn clear_desk(&mut self, seat: Seat) {
        let Some(desk) = self.desk(seat) else { return };
        let waiting: Vec<Letter<T::Message>> = desk.clear().collect();
        waiting.iter().for_each(|letter| self.lose(letter));
    }

    /// A message finds nobody.
    fn lose(&mut self, letter: &Letter<T::Message>) {
        if self.now >= self.run.count_from {
            self.traffic.lost[T::kind_of(&letter.message)] += 1;
        }
        self.unload(letter);
    }

    /// A message is no more, and what it carried with it.
    #[inline]
    fn unload(&mut self, letter: &Letter<T::Message>) {
        if let Some(parcel) = T::parcel_of(&letter.message) {
            self.parcels.drop_off(parcel);
        }
    }

    /// The host of a crashed process answers "connection refused".
    fn send_back(&mut self, letter: Letter<T::Message>) {
        let link = self.link(letter.to, letter.from);
        let moment = Moment { time: self.now, kind: T::kind_of(&letter.message), place: 0 };
        if let Fate::Arrives(travel) = self.paths.carry(link, moment) {
            self.schedule(self.now + travel, Event::Refusal(letter));
        }
    }

    #[inline]
    fn link(&self, from: Seat, to: Seat) -> Link {
        Link { from: self.seating.identity_at(from), to: self.seating.identity_at(to) }
    }

    /// Looks at the table of an observer.
    fn survey(&mut self, observer: Seat) {
        let Land { judge, seating, queue, run, now, .. } = self;
        let look = |seats, time| {
            if time <= run.end {
                queue.push(time, Event::Look(seats));
            }
        };
        let next = judge.survey(seating, observer, *now, look);
        self.schedule_survey(observer, next);
    }

    fn schedule_survey(&mut self, observer: Seat, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Survey(observer));
        }
    }

    /// What the node at `seat` sees.
    #[inline]
    fn standpoint(&mut self, seat: Seat) -> Standpoint<'_, 'a, T, D> {
        let me = self.seating.node_at(seat);
        Standpoint { me, seat, partner: (me, seat), sent: 0, land: self }
    }

    /// The next event of the queue that lies before `limit`.
    #[inline(always)]
    fn next_before(&mut self, limit: Time) -> Option<(Time, EventOf<T>)> {
        let Land { queue, judge, seating, .. } = self;
        queue.pop_before(limit, |event| match *event {
            Event::Arrival(Letter { from, to, .. }) => {
                judge.expect(seating, Seats { observer: to, subject: from })
            }
            Event::Look(seats) => judge.expect(seating, seats),
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
    fn schedule_look(&mut self, seats: Seats, look: Option<Time>) {
        if let Some(time) = look {
            self.schedule(time, Event::Look(seats));
        }
    }
}

#[cfg(test)]
mod tests;
