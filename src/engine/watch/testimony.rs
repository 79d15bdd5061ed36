//! What a witness learns of observers: whom they watch, what they hear and what they think.

use super::{Judge, Seats, Watch};
use crate::engine::cluster::Pair;
use crate::engine::model::{Detector, Opinion};
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

impl<D: Detector> Judge<D> {
    /// An observer begins to watch a subject, or does so no more.
    #[inline]
    pub(super) fn see_watching(&mut self, pair: Pair, now: Time, begins: bool) {
        if let Some(witness) = &mut self.witness {
            witness.watches(now, pair.observer, pair.subject, begins);
        }
    }

    /// A deadline has passed, or the connection to the subject is closed.
    #[inline]
    pub(super) fn see_suspicion(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let Judge { witness, watches, tables, rules, special, .. } = self;
        let Some(witness) = witness else { return };
        let Pair { observer, subject } = at.pair(seating);
        let Watch { memory, newest, .. } = Self::watch_at(watches, tables, at, place);
        if special.is_closed(at, *newest) {
            witness.closes(now, observer, subject);
            return witness.judged(now, (observer, subject), Opinion::Suspected, None);
        }
        let deadline = Self::deadline(rules, special, at, place, memory);
        // With several channels, what the detector remembers of each of them counts.
        let since = special.silent_from(place).unwrap_or_else(|| rules.detector.last(memory));
        let silence = Some((since, deadline));
        witness.judged(now, (observer, subject), Opinion::Suspected, silence);
    }

    /// An observer has made up its mind.
    #[inline]
    pub(super) fn see_opinion(&mut self, pair: Pair, now: Time, opinion: Opinion) {
        if let Some(witness) = &mut self.witness {
            witness.judged(now, (pair.observer, pair.subject), opinion, None);
        }
    }

    /// Those whom the witness looks at, and whose deaths are due, may have to wait for their turn.
    #[inline]
    pub(super) fn see_line(&mut self, seating: &Seating, observer: Seat, now: Time) {
        let Some(subject) = self.witness.as_ref().map(|witness| witness.subject()) else { return };
        if self.stands_in_line(observer, subject)
            && let Some(witness) = &mut self.witness
        {
            witness.stands_in_line(now, seating.node_at(observer));
        }
    }

    /// Something was heard of a suspect or of the dead.
    #[inline]
    pub(super) fn see_hearing(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let Judge { witness, watches, tables, .. } = self;
        if let Some(witness) = witness {
            let sent = Self::watch_at(watches, tables, at, place).newest;
            let Pair { observer, subject } = at.pair(seating);
            witness.hears(now, observer, subject, sent);
        }
    }
}
