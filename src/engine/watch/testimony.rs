//! What an onlooker learns of observers: whom they watch, what they hear and what they think.

use super::{Judge, Seats, Watch};
use crate::engine::cluster::Pair;
use crate::engine::model::{Detector, Opinion};
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

impl<D: Detector> Judge<D> {
    /// An observer begins to watch a subject, or does so no more.
    #[inline]
    pub(super) fn see_watching(&mut self, pair: Pair, now: Time, begins: bool) {
        if let Some(onlooker) = &mut self.onlooker {
            onlooker.watches(now, pair, begins);
        }
    }

    /// A deadline has passed, or the connection to the subject is closed.
    #[inline]
    pub(super) fn see_suspicion(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let Judge { onlooker, watches, tables, rules, special, .. } = self;
        let Some(onlooker) = onlooker else { return };
        let pair = at.pair(seating);
        let Watch { memory, newest, .. } = Self::watch_at(watches, tables, at, place);
        if special.is_closed(at, *newest) {
            onlooker.closes(now, pair);
            return onlooker.judged(now, pair, Opinion::Suspected, None);
        }
        let deadline = Self::deadline(rules, special, at, place, memory);
        // With several channels, what the detector remembers of each of them counts.
        let since = special.silent_from(place).unwrap_or_else(|| rules.detector.last(memory));
        onlooker.judged(now, pair, Opinion::Suspected, Some((since, deadline)));
    }

    /// An observer has made up its mind.
    #[inline]
    pub(super) fn see_opinion(&mut self, pair: Pair, now: Time, opinion: Opinion) {
        if let Some(onlooker) = &mut self.onlooker {
            onlooker.judged(now, pair, opinion, None);
        }
    }

    /// Those whose deaths are due for an observer may have to wait for their turn.
    #[inline]
    pub(super) fn see_line(&mut self, seating: &Seating, observer: Seat, now: Time) {
        let Judge { onlooker, lines, .. } = self;
        if let (Some(onlooker), Some(lines)) = (onlooker, lines) {
            let node = seating.node_at(observer);
            for subject in lines.waiting(observer) {
                onlooker.stands_in_line(now, Pair { observer: node, subject });
            }
        }
    }

    /// Something was heard of a suspect or of the dead.
    #[inline]
    pub(super) fn see_hearing(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let Judge { onlooker, watches, tables, .. } = self;
        if let Some(onlooker) = onlooker {
            let sent = Self::watch_at(watches, tables, at, place).newest;
            onlooker.hears(now, at.pair(seating), sent);
        }
    }
}
