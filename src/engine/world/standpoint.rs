//! The context of a node: what it sees and can do while it acts.

use super::{Event, Land};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::conditions::Fate;
use crate::engine::model::{Context, Detector, Topology};
use crate::engine::random::{Purpose, Stream};
use crate::engine::rounds::Series;
use crate::engine::seating::{Seat, Slot};
use crate::engine::time::{Span, Time};

/// What one node sees of the land while it acts.
pub(super) struct Standpoint<'l, 'a, T: Topology, D: Detector> {
    pub(super) me: NodeId,
    pub(super) seat: Seat,
    /// Whose message is being handled, and where it sits: the node that is most likely spoken of next.
    pub(super) partner: (NodeId, Seat),
    pub(super) land: &'l mut Land<'a, T, D>,
}

impl<T: Topology, D: Detector> Standpoint<'_, '_, T, D> {
    #[inline]
    fn seat_of(&self, node: NodeId) -> Seat {
        if node == self.partner.0 { self.partner.1 } else { self.land.seating.seat_of(node) }
    }

    /// Where my watch on `subject` is kept.
    #[inline]
    fn slot_of(&self, subject: NodeId) -> Slot {
        self.land.seating.slot(self.seat, self.seat_of(subject))
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

    fn random(&self, purpose: Purpose, about: NodeId) -> Stream {
        let life = self.land.conditions[self.seat.index()].life;
        self.land.run.streams.of(purpose).at(self.land.run.cluster.identity(about), u64::from(life))
    }

    #[inline]
    fn send(&mut self, to: NodeId, message: T::Message) {
        let to_seat = self.seat_of(to);
        let (from, land) = (self.seat, &mut *self.land);
        let now = land.now;
        let kind = T::kind_of(&message);
        let counts = now >= land.run.count_from;
        if counts {
            land.conditions[from.index()].handle(now);
            let second = now.nanos() / Span::SECOND.nanos();
            land.traffic.count_sent(kind, land.run.topology.bytes_of(&message), second);
        }
        match land.paths.carry(&land.seating, from, to_seat) {
            Fate::Arrives(travel) => {
                land.schedule(now + travel, Event::Arrival { from, to: to_seat, sent: now, message });
            }
            Fate::Lost => {
                if counts {
                    land.traffic.lost[kind] += 1;
                }
                land.judge.referee.lost(self.me, to, now);
            }
        }
    }

    fn wake(&mut self, at: Time, timer: T::Timer) {
        let (seat, life) = (self.seat, self.land.conditions[self.seat.index()].life);
        self.land.schedule(at, Event::Timer { seat, life, timer });
    }

    fn every(&mut self, first: Time, interval: Span, timer: T::Timer) {
        let (seat, life) = (self.seat, self.land.conditions[self.seat.index()].life);
        if let Some(number) = self.land.rounds.join(first, Series { seat, life, interval, timer }) {
            self.land.schedule(first, Event::Series(number));
        }
    }

    fn watch(&mut self, subject: NodeId) {
        let slot = self.slot_of(subject);
        let look = self.land.judge.watch(&self.land.seating, slot, self.land.now);
        self.land.schedule_look(slot, look);
    }

    #[inline]
    fn heard(&mut self, subject: NodeId, sent: Time) {
        let slot = self.slot_of(subject);
        let look = self.land.judge.heard(&self.land.seating, slot, sent, self.land.now);
        self.land.schedule_look(slot, look);
    }

    fn missed(&mut self, subject: NodeId, since: Time) {
        let slot = self.slot_of(subject);
        let look = self.land.judge.missed(slot, since, self.land.now);
        self.land.schedule_look(slot, look);
    }
}
