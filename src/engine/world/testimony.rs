//! What a witness learns of messages, blows, and what the protocols themselves conclude.

use super::Letter;
use super::land::Land;
use super::standpoint::Standpoint;
use crate::engine::cluster::NodeId;
use crate::engine::model::{Blow, Grounds, Office, Opinion, Topology};
use crate::engine::seating::Seat;
use crate::engine::watch::Bench;
use crate::engine::witness::{Envelope, Passage};

impl<T: Topology, B: Bench> Land<'_, T, B> {
    /// A message gets somewhere, or does not.
    #[inline]
    pub(super) fn see_letter(&mut self, channel: u8, letter: &Letter<T::Message>, passage: Passage) {
        let (now, seating) = (self.now, &self.seating);
        if let Some((witness, _)) = self.bench.witness() {
            let [from, to] = [letter.from, letter.to].map(|seat| seating.node_at(seat));
            let kind = T::MESSAGES.get(T::kind_of(&letter.message)).copied().unwrap_or_default();
            witness.message(now, Envelope { from, to, sent: letter.sent.0, kind, channel }, passage);
        }
    }

    /// What a node was to do now must wait, or is left out, because it stands still.
    pub(super) fn hold_up(&mut self, seat: Seat) {
        let now = self.now;
        self.bench.each(|_, judge| judge.held_up(seat, now));
        if let Some((witness, _)) = self.bench.witness() {
            witness.held_up(self.now, self.seating.node_at(seat));
        }
    }

    /// A blow has struck.
    pub(super) fn see_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        let now = self.now;
        if let Some((witness, walls)) = self.bench.witness() {
            witness.struck(now, (strike, node, blow), |from, to| walls.cut(from, to));
        }
    }

    /// A blow is over.
    pub(super) fn see_end_of_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        if let Some((witness, _)) = self.bench.witness() {
            witness.mended(self.now, (strike, node, blow));
        }
    }
}

impl<T: Topology, B: Bench> Standpoint<'_, '_, T, B> {
    /// The protocol has made up my mind about `subject`.
    #[inline]
    pub(super) fn see_conclusion(&mut self, subject: NodeId, opinion: Opinion, grounds: Option<Grounds>) {
        if let Some((witness, _)) = self.land.bench.witness() {
            witness.concluded(self.land.now, (self.me, subject), opinion, grounds);
        }
    }

    /// I declare the death of `subject` in the name of all, or take it back.
    #[inline]
    pub(super) fn see_act(&mut self, subject: NodeId, dead: bool) {
        if let Some((witness, _)) = self.land.bench.witness() {
            witness.acts(self.land.now, self.me, subject, dead);
        }
    }

    /// I take an office.
    #[inline]
    pub(super) fn see_office(&mut self, office: Office) {
        if let Some((witness, _)) = self.land.bench.witness() {
            witness.takes(self.land.now, self.me, office);
        }
    }
}
