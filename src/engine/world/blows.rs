//! Blows: what faults do to the world, and how several on one node compose.

use std::sync::Arc;

use super::land::Land;
use super::standstill::{Order, Standstill};
use super::{Event, EventOf, Letter, World};
use crate::engine::cluster::NodeId;
use crate::engine::conditions::Hindrance;
use crate::engine::desk::{Desk, UNBOUNDED};
use crate::engine::model::{Blow, Change, Depth, Latency, Missed, Stop, Topology, WakesTo, Whom};
use crate::engine::onlooker::Passage;
use crate::engine::rounds::Series;
use crate::engine::seating::Seat;
use crate::engine::time::Time;
use crate::engine::watch::Bench;

impl<'a, T: Topology, B: Bench> World<'a, T, B> {
    /// Something goes wrong, or is mended.
    pub(super) fn change(&mut self, change: &'a Change) {
        match change {
            Change::Begin { strike, whom, blow } => self.begin_blow(*strike, *whom, blow),
            Change::End { strike } => self.end_blow(*strike),
        }
    }

    fn begin_blow(&mut self, strike: u64, whom: Whom, blow: &'a Blow) {
        let land = &mut self.land;
        let node = match whom {
            Whom::Node(node) => Some(node),
            Whom::World => None,
            Whom::Leader => match land.bench.any().leader() {
                Some(leader) => Some(leader),
                None => return, // Nobody leads, so nobody is struck.
            },
        };
        let seat = node.map(|node| land.seating.seat_of(node));
        land.struck.insert(strike, (node, blow));
        if let Blow::Wall(wall) = blow {
            let cluster = land.run.cluster;
            land.bench.each(|_, judge| judge.walls().raise(strike, wall, cluster, node));
            land.is_open = false;
        }
        land.see_blow(strike, node, blow);
        match (blow, node.zip(seat)) {
            (Blow::Crash { refuses }, Some((node, seat))) => land.crash(node, seat, *refuses),
            (Blow::Stop(stop), Some((_, seat))) => land.stop(seat, strike, *stop),
            (Blow::Slow(law), Some((_, seat))) => land.slow_down(seat, strike, law),
            (Blow::Drift(ppm), Some((_, seat))) => {
                land.drifts.entry(seat).or_default().push((strike, *ppm));
                land.set_clock(seat);
            }
            (Blow::Damage(damage), _) => land.paths.begin_damage(strike, damage, node),
            (Blow::Crash { .. } | Blow::Stop(_) | Blow::Slow(_) | Blow::Drift(_), None)
            | (Blow::Wall(_), _) => (),
        }
    }

    fn end_blow(&mut self, strike: u64) {
        let land = &mut self.land;
        let Some((node, blow)) = land.struck.remove(&strike) else { return };
        let seat = node.map(|node| land.seating.seat_of(node));
        land.see_end_of_blow(strike, node, blow);
        match (blow, node.zip(seat)) {
            (Blow::Crash { .. }, Some((node, seat))) => self.restart(node, seat),
            (Blow::Stop(stop), Some((_, seat))) => self.end_stop(seat, strike, stop.depth),
            (Blow::Slow(_), Some((_, seat))) => land.speed_up(seat, strike),
            (Blow::Drift(_), Some((_, seat))) => {
                if let Some(drifts) = land.drifts.get_mut(&seat) {
                    drifts.retain(|(blow, _)| *blow != strike);
                }
                land.set_clock(seat);
            }
            (Blow::Wall(_), _) => {
                let now = land.now;
                land.bench.each(|_, judge| judge.walls().fall(strike, now));
                land.is_open = land.bench.walls().is_empty() && land.run.attention.is_none();
            }
            (Blow::Damage(_), _) => land.paths.end_damage(strike, node),
            (Blow::Crash { .. } | Blow::Stop(_) | Blow::Slow(_) | Blow::Drift(_), None) => (),
        }
    }

    fn restart(&mut self, node: NodeId, seat: Seat) {
        let land = &mut self.land;
        if land.conditions[seat.index()].restart() {
            let circle = land.circle_of(node);
            let pairs = land.pairs_of(node);
            let now = land.now;
            land.bench.each(|_, judge| judge.referee().restart(node, pairs, &circle, now));
            self.nodes[seat.index()] = land.begin(self.topology, seat);
            self.tell_news();
        }
    }

    /// A blow that stopped a process, or an application, is over. Unless another holds it, it wakes, and what fell
    /// due meanwhile happens now.
    fn end_stop(&mut self, seat: Seat, strike: u64, depth: Depth) {
        let land = &mut self.land;
        let condition = &mut land.conditions[seat.index()];
        let standstill = match depth {
            Depth::Process => {
                let Some(standstill) = land.stopped.end(seat, strike) else { return };
                condition.set(Hindrance::Stopped, false);
                land.rounds.keeps_places = !land.stopped.is_empty();
                let now = land.now;
                land.bench.each(|_, judge| judge.woke(seat, standstill.since, now));
                standstill
            }
            Depth::Application => {
                let Some(standstill) = land.hung.end(seat, strike) else { return };
                condition.set(Hindrance::Hung, false);
                standstill
            }
        };
        self.catch_up(standstill);
    }

    fn catch_up(&mut self, standstill: Standstill<EventOf<T>>) {
        let is_urgent = |event: &EventOf<T>, first| match first {
            WakesTo::Clock => matches!(event, Event::Look(..) | Event::Survey(..) | Event::Turn(..)),
            WakesTo::Inbox => {
                matches!(event, Event::Arrival { .. } | Event::Refusal(_) | Event::Handled { .. })
            }
        };
        for (due, event) in standstill.in_order(is_urgent) {
            match event {
                // It has arrived already.
                Event::Arrival { channel, letter } => self.accept(channel, letter, due),
                Event::Refusal(letter) => self.refuse(letter),
                event => self.deliver_late(event),
            }
        }
    }

    #[cold]
    fn deliver_late(&mut self, event: EventOf<T>) {
        self.deliver(event);
    }

    /// A message arrives where something is not as usual.
    #[cold]
    pub(super) fn arrive_despite(&mut self, channel: u8, letter: Letter<T::Message>) {
        let land = &mut self.land;
        if land.bench.walls().cut(land.seating.node_at(letter.from), land.seating.node_at(letter.to)) {
            land.see_letter(channel, &letter, Passage::Cut);
            land.cut(&letter);
        } else {
            let now = land.now;
            self.accept(channel, letter, now);
        }
    }

    /// A message is read by the process of a node. It arrived at the host at `arrived`.
    pub(super) fn accept(&mut self, channel: u8, letter: Letter<T::Message>, arrived: Time) {
        let land = &mut self.land;
        let condition = &land.conditions[letter.to.index()];
        if condition.is(Hindrance::Down) {
            let refuses = condition.is(Hindrance::Refuses);
            land.see_letter(channel, &letter, Passage::FindsNobody);
            land.lose(&letter);
            if refuses {
                land.send_back(letter);
            }
        } else if condition.is(Hindrance::Stopped) {
            land.leave_in_inbox(channel, letter, false);
        } else if condition.is(Hindrance::Hung) && self.topology.needs_application(&letter.message) {
            land.leave_in_inbox(channel, letter, true);
        } else if condition.is(Hindrance::Queues) {
            land.queue_up(channel, letter, arrived);
        } else {
            land.see_letter(channel, &letter, Passage::Read);
            self.hand_over(channel, letter);
        }
    }

    /// A timer is due at a node that does not act as usual, or has lost the life in which it set it.
    #[cold]
    pub(super) fn wake_despite(&mut self, seat: Seat, life: u32, timer: T::Timer) {
        let land = &mut self.land;
        if land.conditions[seat.index()].life() != life {
            return;
        }
        if land.puts_off(seat, Event::Timer { seat, life, timer }) {
            if self.topology.speaks(&timer) {
                land.hold_up(seat);
            }
        } else {
            self.wake(seat, timer);
        }
    }

    /// A beat of the ring is due at a node that does not act as usual, or has lost the life in which it joined.
    #[cold]
    pub(super) fn beat_despite(&mut self, seat: Seat) {
        let land = &mut self.land;
        let condition = &land.conditions[seat.index()];
        let order = land.rounds.last_order();
        let Some(series) = order.filter(|_| condition.life() == 0) else {
            return land.rounds.leave(seat);
        };
        let mut place = Order::Ring(land.rounds.last_place());
        if condition.is(Hindrance::Drifts) {
            // Its beats keep another time from now on.
            land.rounds.leave(seat);
            let next = land.now + land.by_clock_of(seat, series.interval);
            if let Some(number) = land.rounds.join(next, series) {
                place = Order::Series(number);
                land.schedule(next, Event::Series(number));
            }
        }
        self.beat_or_owe(series, place);
    }

    /// A beat is due, of a process that may stand still.
    pub(super) fn beat_or_owe(&mut self, series: Series<T::Timer>, order: Order) {
        let land = &mut self.land;
        let Series { seat, life, missed, timer, .. } = series;
        if !land.conditions[seat.index()].is(Hindrance::Stopped) {
            return self.wake(seat, timer);
        }
        land.hold_up(seat);
        let comes = match missed {
            Missed::One => land.stopped.owes_first(seat, order),
            Missed::None => false,
            Missed::All => true,
        };
        if comes {
            land.stopped.put_off(seat, Event::Timer { seat, life, timer }, land.now);
        }
    }
}

impl<T: Topology, B: Bench> Land<'_, T, B> {
    fn crash(&mut self, node: NodeId, seat: Seat, refuses: bool) {
        if self.conditions[seat.index()].crash(refuses) {
            let pairs = self.pairs_of(node);
            let Land { bench, seating, now, .. } = self;
            bench.each(|_, judge| {
                judge.referee().crash(node, pairs, *now);
                judge.end_observer(seating, seat, *now);
            });
            self.clear_desk(seat);
            self.end_standstills(seat);
            if refuses && self.run.network.closing_counts {
                self.close_all(seat);
            }
        }
    }

    /// A process is gone, and with it what waited for it.
    fn end_standstills(&mut self, seat: Seat) {
        let condition = &mut self.conditions[seat.index()];
        condition.set(Hindrance::Stopped, false);
        condition.set(Hindrance::Hung, false);
        let waiting = self.stopped.clear(seat).into_iter().chain(self.hung.clear(seat));
        let lost: Vec<(u8, Letter<T::Message>)> = waiting
            .filter_map(|event| match event {
                Event::Arrival { channel, letter } => Some((channel, letter)),
                _ => None,
            })
            .collect();
        lost.iter().for_each(|(channel, letter)| self.perish(*channel, letter));
        self.rounds.keeps_places = !self.stopped.is_empty();
    }

    fn stop(&mut self, seat: Seat, strike: u64, stop: Stop) {
        let condition = &mut self.conditions[seat.index()];
        if condition.is(Hindrance::Down) {
            return;
        }
        match stop.depth {
            Depth::Process => {
                condition.set(Hindrance::Stopped, true);
                self.stopped.begin(seat, strike, stop, self.now);
                self.rounds.keeps_places = true;
            }
            Depth::Application => {
                condition.set(Hindrance::Hung, true);
                self.hung.begin(seat, strike, stop, self.now);
            }
        }
    }

    fn slow_down(&mut self, seat: Seat, strike: u64, law: &Arc<dyn Latency>) {
        self.slowed.entry(seat).or_default().push((strike, Arc::clone(law)));
        self.desks.entry(seat).or_insert_with(|| Desk::new(UNBOUNDED));
        self.conditions[seat.index()].set(Hindrance::Queues, true);
    }

    fn speed_up(&mut self, seat: Seat, strike: u64) {
        if let Some(laws) = self.slowed.get_mut(&seat) {
            laws.retain(|(blow, _)| *blow != strike);
            if laws.is_empty() {
                self.slowed.remove(&seat);
            }
        }
        self.close_desk_if_needless(seat);
    }

    /// A node that is as fast as it used to be needs no desk once nothing waits there.
    pub(super) fn close_desk_if_needless(&mut self, seat: Seat) {
        if self.slowed.contains_key(&seat) || !self.desks.get(&seat).is_some_and(Desk::is_needless) {
            return;
        }
        if let Some(desk) = self.desks.remove(&seat) {
            self.waiting.get_or_insert_default().add(desk.waiting);
            self.conditions[seat.index()].set(Hindrance::Queues, false);
        }
    }

    /// The clock of a node begins to run at another rate. Timers that are set already keep their time.
    fn set_clock(&mut self, seat: Seat) {
        if self.drifts.get(&seat).is_some_and(Vec::is_empty) {
            self.drifts.remove(&seat);
        }
        self.conditions[seat.index()].set(Hindrance::Drifts, self.drifts.contains_key(&seat));
        let drifts = self.drifts.get(&seat).into_iter().flatten();
        let rate = 1.0 + drifts.map(|(_, ppm)| ppm).sum::<f64>().max(SLOWEST_CLOCK) / 1e6;
        let now = self.now;
        let (bench, seating, mut diary) = self.court();
        bench.each(|chair, judge| {
            let looks = judge.set_rate(seating, seat, rate, now);
            looks.into_iter().for_each(|(seats, time)| diary.look(chair, seats, time));
            diary.survey(chair, seat, judge.look_at_table(seat, now));
        });
    }
}

/// However many blows slow a clock, it runs: by so many parts in a million fast.
const SLOWEST_CLOCK: f64 = -990_000.0;
