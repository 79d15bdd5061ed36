//! What an onlooker learns of messages, blows, and what the protocols themselves conclude.

use super::Letter;
use super::land::Land;
use super::standpoint::Standpoint;
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::model::{Blow, Grounds, Office, Opinion, Topology};
use crate::engine::network::Transport;
use crate::engine::onlooker::{Envelope, Passage};
use crate::engine::seating::Seat;
use crate::engine::watch::Bench;

impl<T: Topology, B: Bench> Land<'_, T, B> {
    /// A message gets somewhere, or does not.
    #[inline]
    pub(super) fn see_letter(&mut self, channel: u8, letter: &Letter<T::Message>, passage: Passage) {
        let (now, seating, paths) = (self.now, &self.seating, &self.paths);
        if let Some((onlooker, _)) = self.bench.onlooker() {
            let [from, to] = [letter.from, letter.to].map(|seat| seating.node_at(seat));
            let kind = T::MESSAGES.get(T::kind_of(&letter.message)).copied().unwrap_or_default();
            let is_sent_again = matches!(paths.transport([from, to], channel), Transport::Stream { .. });
            let envelope = Envelope { from, to, sent: letter.sent.0, kind, channel, is_sent_again };
            onlooker.message(now, envelope, passage);
        }
    }

    /// What a node was to do now must wait, or is left out, because it stands still.
    pub(super) fn hold_up(&mut self, seat: Seat) {
        let now = self.now;
        self.bench.each(|_, judge| judge.held_up(seat, now));
        if let Some((onlooker, _)) = self.bench.onlooker() {
            onlooker.held_up(self.now, self.seating.node_at(seat));
        }
    }

    /// A blow has struck.
    pub(super) fn see_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        let now = self.now;
        if let Some((onlooker, walls)) = self.bench.onlooker() {
            onlooker.struck(now, (strike, node, blow), &|from, to| walls.cut(from, to));
        }
    }

    /// A blow is over.
    pub(super) fn see_end_of_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        if let Some((onlooker, _)) = self.bench.onlooker() {
            onlooker.mended(self.now, (strike, node, blow));
        }
    }
}

impl<T: Topology, B: Bench> Standpoint<'_, '_, T, B> {
    /// The protocol has made up my mind about `subject`.
    #[inline]
    pub(super) fn see_conclusion(&mut self, subject: NodeId, opinion: Opinion, grounds: Option<Grounds>) {
        if let Some((onlooker, _)) = self.land.bench.onlooker() {
            onlooker.concluded(self.land.now, Pair { observer: self.me, subject }, opinion, grounds);
        }
    }

    /// I declare the death of `subject` in the name of all, or take it back.
    #[inline]
    pub(super) fn see_act(&mut self, subject: NodeId, dead: bool) {
        if let Some((onlooker, _)) = self.land.bench.onlooker() {
            onlooker.acts(self.land.now, Pair { observer: self.me, subject }, dead);
        }
    }

    /// I take an office.
    #[inline]
    pub(super) fn see_office(&mut self, office: Office) {
        if let Some((onlooker, _)) = self.land.bench.onlooker() {
            onlooker.takes(self.land.now, self.me, office);
        }
    }
}
