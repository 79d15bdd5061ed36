//! The context of a node: what it sees and can do while it acts.

use super::land::Land;
use super::{Event, Letter, Sent};
use crate::engine::cluster::{Cluster, NodeId, Pair};
use crate::engine::conditions::Hindrance;
use crate::engine::model::{Context, Grounds, Missed, Office, Opinion, Parcel, Topology};
use crate::engine::random::{Purpose, Stream};
use crate::engine::rounds::Series;
use crate::engine::seating::Seat;
use crate::engine::time::{Span, Time};
use crate::engine::watch::{Bench, Seats};

/// What one node sees of the land while it acts.
pub(super) struct Standpoint<'l, 'a, T: Topology, B> {
    pub(super) me: NodeId,
    pub(super) seat: Seat,
    /// Whose message is being handled, and where it sits: the node that is most likely spoken of next.
    pub(super) partner: (NodeId, Seat),
    /// By which of the ways that it took that message came.
    pub(super) channel: u8,
    /// How many messages it has sent since it began to act.
    pub(super) sent: u32,
    pub(super) land: &'l mut Land<'a, T, B>,
}

impl<T: Topology, B: Bench> Standpoint<'_, '_, T, B> {
    #[inline]
    fn seat_of(&self, node: NodeId) -> Seat {
        if node == self.partner.0 { self.partner.1 } else { self.land.seating.seat_of(node) }
    }

    #[inline]
    fn seats(&self, subject: NodeId) -> Seats {
        Seats { observer: self.seat, subject: self.seat_of(subject) }
    }

    /// When it really is what will then be `at` by my clock, which I set my timers by.
    fn by_my_clock(&self, at: Time) -> Time {
        let now = self.land.now;
        // Never at once: whoever finds that it was woken too early waits again, and must get there.
        if at > now { (now + self.land.by_clock_of(self.seat, at - now)).max(now.just_after()) } else { at }
    }

    fn pair(&self, subject: NodeId) -> Pair {
        Pair { observer: self.me, subject }
    }
}

impl<T: Topology, B: Bench> Context<T> for Standpoint<'_, '_, T, B> {
    fn me(&self) -> NodeId {
        self.me
    }

    fn cluster(&self) -> Cluster {
        self.land.run.cluster
    }

    fn now(&self) -> Time {
        self.land.now
    }

    fn random(&self, purpose: Purpose, about: NodeId) -> Stream {
        let life = self.land.conditions[self.seat.index()].life();
        self.land.run.streams.of(purpose).at(self.land.run.cluster.identity(about), u64::from(life))
    }

    #[inline]
    fn random_now(&self, purpose: Purpose, about: NodeId) -> Stream {
        self.land.run.streams.of(purpose).at(self.land.run.cluster.identity(about), self.land.now.nanos())
    }

    fn random_at(&self, purpose: Purpose, about: NodeId, at: Time) -> Stream {
        self.land.run.streams.of(purpose).at(self.land.run.cluster.identity(about), at.nanos())
    }

    fn random_for_all(&self, purpose: Purpose) -> Stream {
        self.land.run.streams.of(purpose).at(u64::MAX, 0)
    }

    #[inline(always)]
    fn send(&mut self, to: NodeId, message: T::Message) {
        let letter = Letter { sent: Sent(self.land.now), from: self.seat, to: self.seat_of(to), message };
        let place = self.sent;
        self.sent += 1;
        if self.land.is_open && self.land.paths.is_plain() {
            self.land.send_straight(letter, place);
        } else {
            self.land.send_by_rules(letter, place);
        }
    }

    fn wake(&mut self, at: Time, timer: T::Timer) -> Time {
        let condition = &self.land.conditions[self.seat.index()];
        let (seat, life) = (self.seat, condition.life());
        let at = if condition.is(Hindrance::Drifts) { self.by_my_clock(at) } else { at };
        // Whoever wakes late may ask for what would have been due meanwhile: that is now.
        let at = at.max(self.land.now);
        self.land.schedule(at, Event::Timer { seat, life, timer });
        at
    }

    fn every(&mut self, first: Time, interval: Span, missed: Missed, timer: T::Timer) {
        let (seat, life) = (self.seat, self.land.conditions[self.seat.index()].life());
        let first = self.by_my_clock(first);
        if let Some(number) = self.land.rounds.join(first, Series { seat, life, interval, missed, timer }) {
            self.land.schedule(first, Event::Series(number));
        }
    }

    fn pack(&mut self, items: &[T::Item]) -> Parcel {
        self.land.parcels.pack(items)
    }

    fn open(&self, parcel: Parcel) -> &[T::Item] {
        self.land.parcels.open(parcel)
    }

    fn watch(&mut self, subject: NodeId) {
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, mut diary) = self.land.court();
        bench.each(|chair, judge| {
            if let Some(time) = judge.watch(seating, seats, now) {
                diary.look(chair, seats, time);
            }
        });
    }

    fn watch_all(&mut self) {
        let (seat, now) = (self.seat, self.land.now);
        let (bench, seating, mut diary) = self.land.court();
        bench.each(|chair, judge| diary.survey(chair, seat, judge.watch_all(seating, seat, now)));
    }

    fn unwatch(&mut self, subject: NodeId) {
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, _) = self.land.court();
        bench.each(|_, judge| judge.unwatch(seating, seats, now));
    }

    #[inline(always)]
    fn heard(&mut self, subject: NodeId, sent: Time) {
        self.answered(subject, sent, sent);
    }

    #[inline(always)]
    fn answered(&mut self, subject: NodeId, asked: Time, sent: Time) {
        let (seats, now, channel) = (self.seats(subject), self.land.now, self.channel);
        let (bench, seating, mut diary) = self.land.court();
        let look = |chair, time| diary.look(chair, seats, time);
        bench.heard(seating, seats, channel, (asked, sent), now, look);
    }

    fn announced(&mut self, subject: NodeId, sent: Time, period: Span) {
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, mut diary) = self.land.court();
        bench.each(|chair, judge| {
            if let Some(time) = judge.announced(seating, seats, (sent, period), now) {
                diary.look(chair, seats, time);
            }
        });
    }

    #[inline]
    fn heard_of(&mut self, first: u32, members: &[bool], sent: Time) {
        let (seat, now) = (self.seat, self.land.now);
        let (bench, seating, mut diary) = self.land.court();
        bench.each(|chair, judge| {
            let mut look = |seats, time| diary.look(chair, seats, time);
            let next = judge.heard_of(seating, seat, (first, members), (sent, now), &mut look);
            diary.survey(chair, seat, next);
        });
    }

    fn missed(&mut self, subject: NodeId, since: Time) {
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, mut diary) = self.land.court();
        bench.each(|chair, judge| {
            if let Some(time) = judge.missed(seating, seats, since, now) {
                diary.look(chair, seats, time);
            }
        });
    }

    fn suspect(&mut self, subject: NodeId, grounds: Grounds) {
        self.see_conclusion(subject, Opinion::Suspected, Some(grounds));
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, _) = self.land.court();
        bench.each(|_, judge| judge.suspect_by_protocol(seating, seats, grounds, now));
    }

    fn declare(&mut self, subject: NodeId, grounds: Grounds) {
        self.see_conclusion(subject, Opinion::Dead, Some(grounds));
        let (seats, now) = (self.seats(subject), self.land.now);
        let (bench, seating, _) = self.land.court();
        bench.each(|_, judge| judge.declare_by_protocol(seating, seats, grounds, now));
    }

    fn trust(&mut self, subject: NodeId) {
        self.see_conclusion(subject, Opinion::Trusted, None);
        let (pair, now) = (self.pair(subject), self.land.now);
        self.land.bench.each(|_, judge| judge.referee().trust(pair, now));
    }

    fn act(&mut self, subject: NodeId) {
        self.see_act(subject, true);
        let (pair, now) = (self.pair(subject), self.land.now);
        self.land.bench.each(|_, judge| judge.referee().act(pair, now));
    }

    fn retract(&mut self, subject: NodeId) {
        self.see_act(subject, false);
        let (pair, now) = (self.pair(subject), self.land.now);
        self.land.bench.each(|_, judge| judge.referee().retract(pair, now));
    }

    fn office(&mut self, office: Office) {
        self.see_office(office);
        let (me, now) = (self.me, self.land.now);
        self.land.bench.each(|_, judge| judge.referee().office(me, office, now));
    }
}
