//! The post: what becomes of a message between the node that sends it and the one that handles it.

use super::land::Land;
use super::{DeliveryOf, Event, Letter};
use crate::engine::cluster::NodeId;
use crate::engine::desk::{Admission, Waiting};
use crate::engine::model::Topology;
use crate::engine::network::{Fate, Link, Moment, Transport};
use crate::engine::onlooker::Passage;
use crate::engine::random::Purpose;
use crate::engine::seating::Seat;
use crate::engine::time::{Span, Time};
use crate::engine::watch::{Bench, Mishap};

impl<T: Topology, B: Bench> Land<'_, T, B> {
    /// Whether what happens now counts.
    #[inline]
    pub(super) fn counts_now(&self) -> bool {
        self.now >= self.run.count_from
    }

    /// Counts a message that a node sends.
    #[inline(always)]
    pub(super) fn count_sent(&mut self, letter: &Letter<T::Message>) {
        let now = self.now;
        if self.counts_now() {
            self.conditions[letter.from.index()].handle(now);
            let second = now.nanos() / Span::SECOND.nanos();
            let bytes = self.run.topology.bytes_of(&letter.message);
            self.traffic.count_sent(T::kind_of(&letter.message), bytes, second);
        }
    }

    /// A message sets out on the one way that there is, and nothing stands in it.
    #[inline(always)]
    pub(super) fn send_straight(&mut self, letter: Letter<T::Message>, place: u32) {
        self.count_sent(&letter);
        self.load(&letter);
        let moment = Moment { time: self.now, kind: T::kind_of(&letter.message), place };
        match self.paths.carry(self.link(letter.from, letter.to), moment) {
            Fate::Arrives(travel) => self.set_out(0, letter, travel),
            _ => self.lose_on_the_way(&letter),
        }
    }

    /// A message sets out on all ways that there are, unless a wall stands in them.
    #[cold]
    pub(super) fn send_by_rules(&mut self, letter: Letter<T::Message>, place: u32) {
        let (link, kind) = (self.link(letter.from, letter.to), T::kind_of(&letter.message));
        let moment = Moment { time: self.now, kind, place };
        for channel in 0..self.paths.channels() {
            self.count_sent(&letter);
            self.see_letter(channel, &letter, Passage::Sent);
            self.load(&letter);
            let [from, to] = self.ends(&letter);
            if self.paths.transport([from, to], channel) != Transport::Datagrams {
                self.post(channel, letter, place);
                continue;
            }
            if self.bench.walls().cut(from, to) {
                self.see_letter(channel, &letter, Passage::Cut);
                self.cut(&letter);
                continue;
            }
            match self.paths.carry_by_rules([from, to], link, channel, moment) {
                Fate::Arrives(travel) => {
                    self.see_letter(channel, &letter, Passage::SetsOut(self.now + travel));
                    self.set_out(channel, letter, travel);
                }
                Fate::ArrivesTwice(travel, again) => {
                    self.load(&letter);
                    self.see_letter(channel, &letter, Passage::SetsOut(self.now + travel));
                    self.set_out(channel, letter, travel);
                    self.see_letter(channel, &letter, Passage::SetsOut(self.now + again));
                    self.set_out(channel, letter, again);
                }
                Fate::Lost => {
                    self.see_letter(channel, &letter, Passage::Lost);
                    self.lose_on_the_way(&letter);
                }
            }
        }
    }

    /// What the letter carries travels with it.
    #[inline(always)]
    fn load(&mut self, letter: &Letter<T::Message>) {
        if let Some(parcel) = T::parcel_of(&letter.message) {
            self.parcels.carry(parcel);
        }
    }

    #[inline(always)]
    fn set_out(&mut self, channel: u8, letter: Letter<T::Message>, travel: Span) {
        let arrival = self.now + travel;
        if arrival <= self.run.end {
            self.queue.push(arrival, Event::Arrival { channel, letter });
        } else {
            self.unload(&letter);
        }
    }

    /// The network lost a message.
    #[cold]
    fn lose_on_the_way(&mut self, letter: &Letter<T::Message>) {
        self.went_missing(letter, Mishap::Lost);
        self.lose(letter);
    }

    /// A wall stands in the way of a message.
    pub(super) fn cut(&mut self, letter: &Letter<T::Message>) {
        if self.counts_now() {
            self.traffic.cut[T::kind_of(&letter.message)] += 1;
        }
        self.went_missing(letter, Mishap::Cut);
        self.unload(letter);
    }

    /// A message waits for a process, or an application, that stands still.
    pub(super) fn leave_in_inbox(&mut self, channel: u8, letter: Letter<T::Message>, of_application: bool) {
        let inboxes = if of_application { &mut self.hung } else { &mut self.stopped };
        let kept = inboxes.keep(letter.to, Event::Arrival { channel, letter }, self.now);
        self.went_missing(&letter, Mishap::Behind);
        let has_room = kept.is_none();
        let passage = if has_room { Passage::WaitsBehind } else { Passage::TurnedAway };
        self.see_letter(channel, &letter, passage);
        if !has_room {
            self.drop(&letter);
        }
    }

    /// There is no room for a message.
    fn drop(&mut self, letter: &Letter<T::Message>) {
        if self.counts_now() {
            self.traffic.dropped[T::kind_of(&letter.message)] += 1;
        }
        self.unload(letter);
    }

    pub(super) fn went_missing(&mut self, letter: &Letter<T::Message>, what: Mishap) {
        let (seating, Letter { from, to, sent, .. }) = (&self.seating, *letter);
        self.bench.each(|_, judge| judge.went_missing(seating, from, to, what, sent.0));
    }

    /// A message takes its place in the queue of a node, or is dropped.
    pub(super) fn queue_up(&mut self, channel: u8, letter: Letter<T::Message>, arrived: Time) {
        let (now, seat, count_from) = (self.now, letter.to, self.run.count_from);
        let life = self.conditions[seat.index()].life();
        let longer = self.longer(seat);
        let Some(desk) = self.desks.get_mut(&seat) else { return };
        match desk.admit((arrived, now), count_from, longer, (channel, letter)) {
            Admission::Waits => {
                self.see_letter(channel, &letter, Passage::Queues);
                self.went_missing(&letter, Mishap::Queued);
            }
            Admission::UntilDone(done) => {
                if longer > Span::ZERO {
                    self.went_missing(&letter, Mishap::Queued);
                }
                self.schedule(done, Event::Handled { seat, life });
            }
            Admission::Dropped => {
                self.see_letter(channel, &letter, Passage::QueueFull);
                self.went_missing(&letter, Mishap::Queued);
                self.drop(&letter);
            }
        }
    }

    /// The message that a node has just handled; the next one is begun.
    pub(super) fn next_at_desk(&mut self, seat: Seat) -> Option<DeliveryOf<T>> {
        let (now, count_from) = (self.now, self.run.count_from);
        let longer = self.longer(seat);
        let desk = self.desks.get_mut(&seat)?;
        let (handled, next) = desk.finish(now, count_from, longer)?;
        if let Some(done) = next {
            let life = self.conditions[seat.index()].life();
            self.schedule(done, Event::Handled { seat, life });
        }
        self.close_desk_if_needless(seat);
        Some(handled)
    }

    /// How much longer than usual a node needs for the message that it begins to handle now.
    fn longer(&self, seat: Seat) -> Span {
        let identity = self.seating.identity_at(seat);
        let slowness = self.run.streams.of(Purpose::Slowness);
        let laws = self.slowed.get(&seat).into_iter().flatten();
        let draws = laws.map(|(strike, law)| {
            // Its fault and the node name the streams, and the strike its own among them.
            let (fault, number) = (strike >> 32 << 32, strike & u64::from(u32::MAX));
            law.sample(&mut slowness.at(fault | identity, self.now.nanos() ^ number.reverse_bits()))
        });
        draws.fold(Span::ZERO, |sum, longer| {
            Span::from_nanos(sum.nanos().saturating_add(longer.nanos())).min(Span::LONGEST)
        })
    }

    /// What waited in the queue of a node that crashed is lost.
    pub(super) fn clear_desk(&mut self, seat: Seat) {
        let Some(desk) = self.desks.get_mut(&seat) else { return };
        let waiting: Vec<DeliveryOf<T>> = desk.clear().collect();
        waiting.iter().for_each(|(channel, letter)| self.perish(*channel, letter));
        self.close_desk_if_needless(seat);
    }

    /// Adds up how long messages waited.
    pub(super) fn count_waiting(&mut self) {
        let all = self.desks.values().map(|desk| desk.waiting).chain(self.waiting);
        let sum = |sum: Option<Waiting>, waiting| {
            let mut sum = sum.unwrap_or_default();
            sum.add(waiting);
            Some(sum)
        };
        self.traffic.waiting = all.fold(None, sum);
    }

    /// A message finds nobody.
    pub(super) fn lose(&mut self, letter: &Letter<T::Message>) {
        if self.counts_now() {
            self.traffic.lost[T::kind_of(&letter.message)] += 1;
        }
        self.unload(letter);
    }

    /// A message that had arrived will never be read.
    pub(super) fn perish(&mut self, channel: u8, letter: &Letter<T::Message>) {
        self.see_letter(channel, letter, Passage::Perishes);
        self.lose(letter);
    }

    /// A message is no more, and what it carried with it.
    #[inline]
    pub(super) fn unload(&mut self, letter: &Letter<T::Message>) {
        if let Some(parcel) = T::parcel_of(&letter.message) {
            self.parcels.drop_off(parcel);
        }
    }

    /// The host of a crashed process answers "connection refused".
    pub(super) fn send_back(&mut self, letter: Letter<T::Message>) {
        let [from, to] = [letter.to, letter.from].map(|seat| self.seating.node_at(seat));
        let link = self.link(letter.to, letter.from);
        let moment = Moment { time: self.now, kind: T::kind_of(&letter.message), place: 0 };
        let fate = match self.paths.is_plain() {
            _ if self.bench.walls().cut(from, to) => return,
            true => self.paths.carry(link, moment),
            false => self.paths.carry_by_rules([from, to], link, 0, moment),
        };
        if let Fate::Arrives(travel) | Fate::ArrivesTwice(travel, _) = fate {
            self.schedule(self.now + travel, Event::Refusal(letter));
        }
    }

    /// Who sent a message, and to whom.
    pub(super) fn ends(&self, letter: &Letter<T::Message>) -> [NodeId; 2] {
        [letter.from, letter.to].map(|seat| self.seating.node_at(seat))
    }

    #[inline]
    pub(super) fn link(&self, from: Seat, to: Seat) -> Link {
        Link { from: self.seating.identity_at(from), to: self.seating.identity_at(to) }
    }
}
