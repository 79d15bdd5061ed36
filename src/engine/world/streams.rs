//! Messages of streams: sent again until they arrive, and delivered in the order in which they were sent.

use super::land::Land;
use super::{Event, Letter, World};
use crate::engine::conditions::Hindrance;
use crate::engine::model::Topology;
use crate::engine::network::{Attempt, Due, Fate, Moment, Ticket, Transport};
use crate::engine::onlooker::Passage;
use crate::engine::seating::Seat;
use crate::engine::watch::{Bench, Mishap};

/// A message of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posted<M> {
    channel: u8,
    /// How many its sender had sent before in the same act.
    place: u32,
    letter: Letter<M>,
}

impl<T: Topology, B: Bench> Land<'_, T, B> {
    /// A message sets out on a stream.
    pub(super) fn post(&mut self, channel: u8, letter: Letter<T::Message>, place: u32) {
        let life = self.conditions[letter.from.index()].life();
        let (link, posted) = (self.link(letter.from, letter.to), Posted { channel, place, letter });
        let ticket = self.streams.send(link, channel, life, posted);
        self.attempt(ticket, posted, 0);
    }

    /// A message is sent, for the first time or again.
    fn attempt(&mut self, ticket: Ticket, posted: Posted<T::Message>, before: u8) {
        let Posted { channel, place, letter } = posted;
        let ends = self.ends(&letter);
        if self.bench.walls().cut(ends[0], ends[1]) {
            return self.attempt_failed(ticket, posted, Mishap::Cut);
        }
        let link = self.link(letter.from, letter.to);
        let moment = Moment { time: self.now, kind: T::kind_of(&letter.message), place };
        match self.paths.attempt(Attempt { ends, link, channel, before }, moment) {
            Fate::Arrives(travel) | Fate::ArrivesTwice(travel, _) => {
                self.see_letter(channel, &letter, Passage::SetsOut(self.now + travel));
                self.schedule(self.now + travel, Event::Copy(ticket));
            }
            Fate::Lost => self.attempt_failed(ticket, posted, Mishap::Lost),
        }
    }

    /// A message will not arrive by this attempt. Its sender knows it when the time is out.
    fn attempt_failed(&mut self, ticket: Ticket, posted: Posted<T::Message>, why: Mishap) {
        let Posted { channel, letter, .. } = posted;
        let passage = if why == Mishap::Cut { Passage::Cut } else { Passage::Lost };
        self.see_letter(channel, &letter, passage);
        if self.streams.meets(ticket, why as u8) {
            self.went_missing(&letter, why); // However often it is sent, it is one message.
        }
        if let Transport::Stream { rto } = self.paths.transport(self.ends(&letter), channel) {
            let out = letter.sent.0 + self.streams.failed(ticket, rto);
            self.schedule(out.max(self.now), Event::Again(ticket));
        }
    }
}

impl<T: Topology, B: Bench> World<'_, T, B> {
    /// The time-out of a message that was lost is over.
    pub(super) fn send_again(&mut self, ticket: Ticket) {
        let land = &mut self.land;
        let Some(Posted { letter, .. }) = land.streams.letter(ticket) else { return };
        let sender = land.life_of(letter.from);
        match land.streams.again(ticket, sender) {
            Some((posted, before)) => land.attempt(ticket, posted, before),
            None => self.settle(ticket, letter.to),
        }
    }

    /// A message of a stream reaches the host of its receiver.
    pub(super) fn copy_arrives(&mut self, ticket: Ticket) {
        let land = &mut self.land;
        let Some(posted) = land.streams.letter(ticket) else { return };
        let letter = posted.letter;
        let [from, to] = land.ends(&letter);
        if land.bench.walls().cut(from, to) {
            return land.attempt_failed(ticket, posted, Mishap::Cut);
        }
        match land.life_of(letter.to) {
            Some(life) => land.streams.arrived(ticket, life),
            None => {
                land.streams.missed(ticket);
                land.see_letter(posted.channel, &letter, Passage::FindsNobody);
                land.lose(&letter);
                if land.conditions[letter.to.index()].is(Hindrance::Refuses) {
                    land.send_back(letter);
                }
            }
        }
        self.settle(ticket, letter.to);
    }

    /// What need not wait any more is delivered, or lost for good.
    fn settle(&mut self, ticket: Ticket, to: Seat) {
        while let Some(due) = self.land.streams.next(ticket, self.land.life_of(to)) {
            match due {
                Due::Delivered(Posted { channel, letter, .. }) => {
                    let now = self.land.now;
                    self.accept(channel, letter, now);
                }
                Due::Lost(Posted { channel, letter, .. }) => self.land.perish(channel, &letter),
            }
        }
    }
}
