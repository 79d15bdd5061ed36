//! The way back: what it takes until a subject that was suspected or dead is trusted again.

use super::{Judge, Seats};
use crate::engine::model::{Detector, Opinion};
use crate::engine::seating::Seating;
use crate::engine::time::Time;

/// A dead node's way back.
#[derive(Clone, Copy)]
pub(super) struct Recovery {
    since: Time,
    successes: u32,
}

pub(super) const NOT_RECOVERING: Recovery = Recovery { since: Time::NEVER, successes: 0 };

impl<D: Detector> Judge<D> {
    /// Something that was sent at `sent` was heard of a suspect or of the dead.
    pub(super) fn reconsider(
        &mut self,
        seating: &Seating,
        at: Seats,
        place: Option<usize>,
        (sent, now): (Time, Time),
    ) -> Option<Time> {
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        let opinion = watch.opinion;
        if opinion == Opinion::Dead {
            self.referee.heard_of_dead(at.pair(seating), sent, now);
        }
        if now > Self::deadline(&self.rules, &self.special, at, place, &watch.memory) {
            return None; // An old stamp: the deadline that it gives has passed already.
        }
        self.see_hearing(seating, at, place, now);
        if opinion == Opinion::Dead && !self.recovers(at, place, now) {
            return self.look_by_deadline(at, place, now);
        }
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        watch.opinion = Opinion::Trusted;
        self.rules.detector.trusted_again(&mut watch.memory);
        // The look that would have confirmed the suspicion is void: deadlines are looked at as `check` says.
        watch.next_look = Time::NEVER;
        self.end_recovery(at, place);
        if let Some(lines) = &mut self.lines {
            lines.trust(at.observer, seating.node_at(at.subject));
            self.ask_for_turn(at.observer, now);
        }
        self.referee.trust(at.pair(seating), now);
        self.see_opinion(at.pair(seating), now, Opinion::Trusted);
        if opinion == Opinion::Dead {
            self.tell(at.pair(seating), Opinion::Trusted);
        }
        self.look_by_deadline(at, place, now)
    }

    /// Counts a beat of a dead node and says whether it may be trusted again.
    fn recovers(&mut self, at: Seats, place: Option<usize>, now: Time) -> bool {
        let verdict = &self.rules.verdict;
        let recovery = match place {
            Some(place) => self.recoveries.get_mut(place),
            None => Some(self.tables.recovery(at)),
        };
        let Some(recovery) = recovery else { return true };
        recovery.since = recovery.since.min(now);
        recovery.successes += 1;
        recovery.successes >= verdict.successes && now - recovery.since >= verdict.probation
    }

    pub(super) fn end_recovery(&mut self, at: Seats, place: Option<usize>) {
        match place {
            Some(place) => {
                if let Some(recovery) = self.recoveries.get_mut(place) {
                    *recovery = NOT_RECOVERING;
                }
            }
            None => *self.tables.recovery(at) = NOT_RECOVERING,
        }
    }
}
