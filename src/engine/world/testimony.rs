//! What a witness learns of messages, blows, and what the protocols themselves conclude.

use super::Letter;
use super::land::Land;
use super::standpoint::Standpoint;
use crate::engine::cluster::NodeId;
use crate::engine::model::{Blow, Detector, Grounds, Office, Opinion, Topology};
use crate::engine::seating::Seat;
use crate::engine::witness::{Envelope, Passage};

impl<T: Topology, D: Detector> Land<'_, T, D> {
    /// A message gets somewhere, or does not.
    #[inline]
    pub(super) fn see_letter(&mut self, channel: u8, letter: &Letter<T::Message>, passage: Passage) {
        let (now, seating) = (self.now, &self.seating);
        if let Some(witness) = &mut self.judge.witness {
            let [from, to] = [letter.from, letter.to].map(|seat| seating.node_at(seat));
            let kind = T::MESSAGES.get(T::kind_of(&letter.message)).copied().unwrap_or_default();
            witness.message(now, Envelope { from, to, sent: letter.sent.0, kind, channel }, passage);
        }
    }

    /// What a node was to do now must wait, or is left out, because it stands still.
    pub(super) fn hold_up(&mut self, seat: Seat) {
        self.judge.held_up(seat, self.now);
        if let Some(witness) = &mut self.judge.witness {
            witness.held_up(self.now, self.seating.node_at(seat));
        }
    }

    /// A blow has struck.
    pub(super) fn see_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        let (now, walls) = (self.now, &self.judge.walls);
        if let Some(witness) = &mut self.judge.witness {
            witness.struck(now, (strike, node, blow), |from, to| walls.cut(from, to));
        }
    }

    /// A blow is over.
    pub(super) fn see_end_of_blow(&mut self, strike: u64, node: Option<NodeId>, blow: &Blow) {
        if let Some(witness) = &mut self.judge.witness {
            witness.mended(self.now, (strike, node, blow));
        }
    }
}

impl<T: Topology, D: Detector> Standpoint<'_, '_, T, D> {
    /// The protocol has made up my mind about `subject`.
    #[inline]
    pub(super) fn see_conclusion(&mut self, subject: NodeId, opinion: Opinion, grounds: Option<Grounds>) {
        if let Some(witness) = &mut self.land.judge.witness {
            witness.concluded(self.land.now, (self.me, subject), opinion, grounds);
        }
    }

    /// I declare the death of `subject` in the name of all, or take it back.
    #[inline]
    pub(super) fn see_act(&mut self, subject: NodeId, dead: bool) {
        if let Some(witness) = &mut self.land.judge.witness {
            witness.acts(self.land.now, self.me, subject, dead);
        }
    }

    /// I take an office.
    #[inline]
    pub(super) fn see_office(&mut self, office: Office) {
        if let Some(witness) = &mut self.land.judge.witness {
            witness.takes(self.land.now, self.me, office);
        }
    }
}
