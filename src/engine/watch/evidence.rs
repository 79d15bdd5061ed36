//! What speaks for what an observer concludes: what it heard last, and what went missing since.

use super::{Judge, Mishap, Seats};
use crate::engine::cluster::Pair;
use crate::engine::model::{Detector, Grounds};
use crate::engine::referee::Evidence;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

impl<D: Detector> Judge<D> {
    /// The protocol itself declares a subject dead.
    pub fn declare_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time) {
        let evidence = self.evidence(seating, at, grounds);
        self.referee.declare(at.pair(seating), now, evidence);
    }

    /// The protocol itself suspects a subject.
    pub fn suspect_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time) {
        let evidence = self.evidence(seating, at, grounds);
        self.referee.suspect(at.pair(seating), now, evidence);
    }

    /// A message between two nodes was lost, cut off or dropped, or it waits: the cause of what an observer among
    /// them may conclude.
    pub fn went_missing(&mut self, seating: &Seating, from: Seat, to: Seat, what: Mishap, sent: Time) {
        let end = |observer, subject| {
            let place = self.list.place(seating, observer, subject)?;
            let from = self.special.silent_from(Some(place));
            Some((place, from.unwrap_or_else(|| self.watches[place].silent_from())))
        };
        // Where nobody asks, nothing that an observer says to a subject makes it speak.
        let asked = self.mishaps.are_of_who_asks().then(|| end(from, to)).flatten();
        let ends = [end(to, from), asked];
        self.mishaps.note((from, to), ends, what, sent);
    }

    /// What a node was to do by itself at `due` must wait, or is left out, because it stands still.
    pub fn held_up(&mut self, node: Seat, due: Time) {
        self.mishaps.hold_up(node, due);
    }

    /// What speaks for what follows from silence.
    pub(super) fn evidence_of_silence(
        &mut self,
        seating: &Seating,
        at: Seats,
        place: Option<usize>,
    ) -> Evidence {
        let special = &self.special;
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        let heard = watch.heard.then_some(watch.newest);
        let from = special.silent_from(place).unwrap_or_else(|| watch.silent_from());
        self.evidence_from(seating, at, place, (heard, from))
    }

    /// What speaks for what the protocol itself concludes.
    fn evidence(&self, seating: &Seating, at: Seats, grounds: Grounds) -> Evidence {
        match grounds {
            // What was said at that very moment, such as the question, may be what went missing.
            Grounds::Silence(since) => {
                let place = self.list.place(seating, at.observer, at.subject);
                self.evidence_from(seating, at, place, (Some(since), since))
            }
            Grounds::Hearsay => Evidence::hearsay(),
        }
    }

    /// What was heard last, and what went missing from then on. What was said in an earlier life of the subject
    /// could not have spoken for this one.
    fn evidence_from(
        &self,
        seating: &Seating,
        at: Seats,
        place: Option<usize>,
        (heard, from): (Option<Time>, Time),
    ) -> Evidence {
        let Pair { observer, subject } = at.pair(seating);
        let from = from.max(self.referee.born(subject));
        let mut missing = self.mishaps.since(at, place, from);
        // Where signs of life come through others, most of what is cut concerns somebody else.
        if self.mishaps.are_by_node() && !self.walls.stood_between(observer, subject, from) {
            missing.cut = 0;
        }
        Evidence { heard, missing, hearsay: false }
    }
}

#[cfg(test)]
mod tests;
