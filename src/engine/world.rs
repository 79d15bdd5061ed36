//! The world: takes the next event and lets one node act through its context.
//!
//! **The order of what happens at one instant**: first the changes of the plan of faults, then the beats at a
//! fixed interval that began with the run (in the order of their nodes), then everything else in the order in
//! which it was scheduled.
//!
//! Monomorphised once per run for a topology and a detector, so that the hot path is one piece of code with
//! events by value and no allocation.

mod blows;
mod closings;
mod court;
mod land;
mod post;
mod standpoint;
mod standstill;
mod streams;
mod testimony;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::chronicle::Chronicle;
use super::cluster::{Cluster, NodeId, Pair};
use super::conditions::{Condition, Hindrance};
use super::digest::Digest;
use super::findings::Findings;
use super::model::{Change, Circle, Detector, Topology};
use super::network::{Network, Ticket};
use super::onlooker::{Account, Attention, Onlooker, Passage};
use super::queue::Queue;
use super::random::Streams;
use super::referee::{Referee, Terms};
use super::rounds::Rounds;
use super::seating::{Seat, Seating};
use super::time::{Span, Time};
use super::traffic::Traffic;
use super::watch::{Bench, Chair, Judge, News, Rules, Seats};
use super::witness::Witness;
use closings::Closing;
pub use court::Court;
use land::Land;
use standpoint::Standpoint;
use standstill::Order;

/// One run, fully described: the same run has the same outcome, always and everywhere.
pub struct Run<'a, T> {
    /// Who speaks to whom.
    pub topology: &'a T,
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
    /// Whether to keep the messages of each second apart.
    pub by_second: bool,
    /// What to look at closely, where the story of something is to be told, or everything.
    pub attention: Option<Attention>,
}

/// How silence is judged in a run.
pub struct Standard<D> {
    /// What a judge concludes, and when.
    pub rules: Rules<D>,
    /// Dead, trusted and dead again within this time is a flap.
    pub flap_within: Span,
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
    /// What was seen of what the run was to look at closely.
    pub account: Account,
    /// A hash over all of it but what was seen.
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
pub fn simulate<T: Topology, D: Detector>(
    run: &Run<'_, T>,
    standard: &Standard<D>,
    meter: &Meter,
) -> Option<RunOutcome> {
    let mut judge = judge(run, standard);
    let through_others = run.topology.hears_through_others();
    judge.onlooker = run.attention.clone().map(|attention| -> Box<dyn Onlooker> {
        match attention {
            Attention::Witness(focus) => Box::new(Witness::new(focus, through_others)),
            Attention::Chronicle(scope) => Box::new(Chronicle::new(scope)),
        }
    });
    let mut world = World::new(run, judge);
    world.turn(meter).then(|| world.finish().pop()).flatten()
}

/// Who judges a run by this standard.
fn judge<T: Topology, D: Detector>(run: &Run<'_, T>, standard: &Standard<D>) -> Judge<D> {
    let Run { topology, cluster, network, streams, .. } = *run;
    Judge::new(
        &standard.rules,
        cluster,
        |node| topology.watches(cluster, node),
        topology.hears_through_others(),
        (network.ways(), network.alive_if),
        streams,
        terms(run, standard.flap_within),
    )
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
    /// A message reaches its destination, by one of the ways that it took.
    Arrival { channel: u8, letter: Letter<M> },
    /// A message of a stream reaches its destination.
    Copy(Ticket),
    /// The time-out of a message of a stream is over.
    Again(Ticket),
    /// A message comes back: where it went, the host lives, but nobody listens.
    Refusal(Letter<M>),
    /// A host closes, or tries again to close, the connection of a dead process to whoever watches it.
    Closing(Closing),
    /// Whoever watched it is told.
    Closed(Closing),
    /// A node has handled the message that it was at, in its life number `life`.
    Handled { seat: Seat, life: u32 },
    /// A timer that a node set in its life number `life`.
    Timer { seat: Seat, life: u32, timer: K },
    /// The next beat of a series outside the ring.
    Series(u32),
    /// A judge wants to look at the deadline of a watch.
    Look(Chair, Seats),
    /// A judge wants to look at the deadlines of an observer's table.
    Survey(Chair, Seat),
    /// A judge may declare deaths in the name of an observer.
    Turn(Chair, Seat),
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

/// A message, and the channel by which it came.
type DeliveryOf<T> = (u8, Letter<<T as Topology>::Message>);

type EventOf<T> = Event<<T as Topology>::Message, <T as Topology>::Timer>;

struct World<'a, T: Topology, B> {
    topology: &'a T,
    /// What each node remembers, by seat.
    nodes: Vec<T::Node>,
    land: Land<'a, T, B>,
}

impl<'a, T: Topology, B: Bench> World<'a, T, B> {
    fn new(run: &'a Run<'a, T>, bench: B) -> Self {
        let topology = run.topology;
        let mut land = Land::new(run, bench);
        let nodes = (0..run.cluster.nodes()).map(|seat| land.begin(topology, Seat(seat))).collect();
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
                self.land.count_look(&event);
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

    #[inline(always)]
    fn deliver(&mut self, event: EventOf<T>) {
        match event {
            Event::Arrival { channel, letter } => self.arrive(channel, letter),
            Event::Copy(ticket) => self.copy_arrives(ticket),
            Event::Again(ticket) => self.send_again(ticket),
            Event::Refusal(letter) => self.refusal_arrives(letter),
            Event::Closing(closing) => self.land.close(closing),
            Event::Closed(closing) => self.closed(closing),
            Event::Handled { seat, life } => {
                if self.land.conditions[seat.index()].life() == life && !self.land.puts_off(seat, event) {
                    self.finish_handling(seat);
                }
            }
            Event::Timer { seat, life, timer } => {
                if self.land.conditions[seat.index()].acts_in(life) {
                    self.wake(seat, timer);
                } else {
                    self.wake_despite(seat, life, timer);
                }
            }
            Event::Series(number) => self.beat_of_series(number),
            Event::Look(chair, seats) => {
                if !self.land.puts_off(seats.observer, event) {
                    let look = self.land.bench.look(&self.land.seating, chair, seats, self.land.now);
                    self.land.schedule_look(chair, seats, look);
                    self.tell_news();
                }
            }
            Event::Survey(chair, observer) => {
                if !self.land.puts_off(observer, event) {
                    self.land.survey(chair, observer);
                    self.tell_news();
                }
            }
            Event::Turn(chair, observer) => self.take_turn(chair, observer),
        }
    }

    #[cold]
    fn take_turn(&mut self, chair: Chair, observer: Seat) {
        let land = &mut self.land;
        if !land.puts_off(observer, Event::Turn(chair, observer)) {
            land.bench.one(chair).take_turn(&land.seating, observer, land.now);
            self.tell_news();
        }
    }

    /// Tells the observers what became of their watching, and enters the turns that were asked for.
    #[inline]
    fn tell_news(&mut self) {
        if !self.land.bench.news().is_empty() {
            self.tell_all_news();
        }
    }

    #[cold]
    fn tell_all_news(&mut self) {
        let mut told = 0;
        while let Some(news) = self.land.bench.news().get(told).copied() {
            told += 1;
            let (Pair { observer, subject }, opinion) = match news {
                News::Verdict(pair, opinion) => (pair, opinion),
                News::Turn { chair, observer, time } => {
                    self.land.schedule(time, Event::Turn(chair, observer));
                    continue;
                }
            };
            let seat = self.land.seating.seat_of(observer);
            let mut standpoint = self.land.standpoint(seat);
            self.topology.on_verdict(&mut self.nodes[seat.index()], &mut standpoint, subject, opinion);
        }
        self.land.bench.news().clear();
    }

    /// A beat of the ring is due.
    #[inline]
    fn beat(&mut self, seat: Seat, timer: T::Timer) {
        // Whoever is in the ring joined it in the first life.
        if self.land.conditions[seat.index()].acts_in(0) {
            self.wake(seat, timer);
        } else {
            self.beat_despite(seat);
        }
    }

    /// A beat of a series outside the ring is due.
    fn beat_of_series(&mut self, number: u32) {
        let land = &mut self.land;
        let series = land.rounds.series(number);
        let condition = &land.conditions[series.seat.index()];
        if condition.acts_in(series.life) {
            land.schedule(land.now + series.interval, Event::Series(number));
            self.wake(series.seat, series.timer);
        } else if condition.life() == series.life {
            let interval = land.by_clock_of(series.seat, series.interval);
            land.schedule(land.now + interval, Event::Series(number));
            self.beat_or_owe(series, Order::Series(number));
        } else {
            land.rounds.end_series(number);
        }
    }

    #[inline]
    fn wake(&mut self, seat: Seat, timer: T::Timer) {
        let mut standpoint = self.land.standpoint(seat);
        self.topology.on_timer(&mut self.nodes[seat.index()], &mut standpoint, timer);
        self.tell_news();
    }

    #[inline]
    fn arrive(&mut self, channel: u8, letter: Letter<T::Message>) {
        if self.land.conditions[letter.to.index()].acts() && self.land.is_open {
            self.hand_over(channel, letter);
        } else {
            self.arrive_despite(channel, letter);
        }
    }

    /// A node gets a message.
    #[inline]
    fn hand_over(&mut self, channel: u8, letter: Letter<T::Message>) {
        let land = &mut self.land;
        let Letter { sent: Sent(sent), from, to, message } = letter;
        if land.now >= land.run.count_from {
            land.conditions[to.index()].handle(land.now);
            land.traffic.delivered[T::kind_of(&message)] += 1;
        }
        let parcel = T::parcel_of(&message);
        let partner = (land.seating.node_at(from), from);
        let mut standpoint = Standpoint { partner, channel, ..land.standpoint(to) };
        self.topology.on_message(&mut self.nodes[to.index()], &mut standpoint, partner.0, sent, message);
        if let Some(parcel) = parcel {
            self.land.parcels.drop_off(parcel);
        }
        self.tell_news();
    }

    /// A node has handled a message, and what was in it takes effect.
    fn finish_handling(&mut self, seat: Seat) {
        if let Some((channel, letter)) = self.land.next_at_desk(seat) {
            if self.land.conditions[seat.index()].is(Hindrance::Hung)
                && self.topology.needs_application(&letter.message)
            {
                return self.land.leave_in_inbox(channel, letter, true);
            }
            self.land.see_letter(channel, &letter, Passage::Read);
            self.hand_over(channel, letter);
        }
    }

    /// A message comes back to the host of its sender.
    fn refusal_arrives(&mut self, letter: Letter<T::Message>) {
        let [from, to] = self.land.ends(&letter);
        if !self.land.bench.walls().cut(to, from) {
            self.refuse(letter);
        }
    }

    /// A message came back to its sender.
    fn refuse(&mut self, letter: Letter<T::Message>) {
        let Letter { sent: Sent(sent), from, to, message } = letter;
        let is_up = self.land.conditions[from.index()].is_up();
        if is_up && !self.land.puts_off(from, Event::Refusal(letter)) {
            let nobody = self.land.seating.node_at(to);
            self.land.see_letter(0, &letter, Passage::ComesBack);
            let mut standpoint = self.land.standpoint(from);
            self.topology.on_refusal(&mut self.nodes[from.index()], &mut standpoint, nobody, sent, message);
            self.tell_news();
        }
    }

    /// What came of the run for each judge.
    fn finish(self) -> Vec<RunOutcome> {
        let mut land = self.land;
        for condition in &land.conditions {
            let traffic = &mut land.traffic;
            traffic.total_load += condition.load;
            traffic.busiest_node_load = traffic.busiest_node_load.max(condition.load);
            traffic.peak_per_s = traffic.peak_per_s.max(u64::from(condition.busiest));
        }
        land.count_waiting();
        let open = land.bench.any().open_crashes();
        let circles: Vec<Vec<NodeId>> = open.into_iter().map(|node| land.circle_of(node)).collect();
        let Land { bench, traffic, events, looks, run, .. } = land;
        // Of what judges look at, each would have seen its own in a run of its own, and all of the rest.
        let shared = events - looks.iter().sum::<u64>();
        let outcome = |(chair, (findings, account)): (usize, (Findings, Account))| {
            let mut digest = findings.digest;
            traffic.add_to(&mut digest);
            let events = shared + looks.get(chair).copied().unwrap_or(0);
            RunOutcome { findings, traffic: traffic.clone(), events, account, digest }
        };
        bench.finish(run.end, &circles).into_iter().enumerate().map(outcome).collect()
    }
}

/// By what the referee of a run judges.
fn terms<T: Topology>(run: &Run<'_, T>, flap_within: Span) -> Terms {
    let Run { topology, cluster, count_from, .. } = *run;
    let circle = |member| match topology.circle(cluster, member) {
        Circle::Watchers => None,
        Circle::Nodes(ranges) => {
            let others = ranges.iter().map(|range| range.len() - usize::from(range.contains(&member.0)));
            Some(others.sum::<usize>() as u64)
        }
    };
    let pairs = cluster.all_members().map(circle).sum();
    let (authority, elects, asks) = (topology.authority(), topology.elects(), topology.asks());
    Terms { authority, flap_within, count_from, subjects: topology.subjects(cluster), pairs, elects, asks }
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

#[cfg(test)]
mod tests;
