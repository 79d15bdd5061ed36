//! Looks at deadlines: when they come, and what follows where one has passed.

use super::{Check, Judge, News, Seats, grid_at_or_after};
use crate::engine::cluster::Pair;
use crate::engine::model::{Detector, Opinion};
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::{Span, Time};

impl<D: Detector> Judge<D> {
    /// A look that was scheduled for now. Returns when to look again.
    pub fn look(&mut self, seating: &Seating, at: Seats, now: Time) -> Option<Time> {
        let place = self.list.place(seating, at.observer, at.subject);
        if place.is_none() && !self.tables.doubts(at) {
            return None;
        }
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        if watch.next_look > now {
            return None;
        }
        watch.next_look = Time::NEVER;
        let opinion = watch.opinion;
        let deadline = Self::deadline(&self.rules, &self.special, at, place, &watch.memory);
        let is_closed = opinion == Opinion::Trusted && self.special.is_closed(at, watch.newest);
        let is_due = opinion == Opinion::Suspected || now > deadline || is_closed;
        if is_due
            && opinion != Opinion::Dead
            && let Some(until) = self.special.held_until(at.observer, now)
        {
            Self::watch_at(&mut self.watches, &mut self.tables, at, place).next_look = until;
            return Some(until);
        }
        match opinion {
            Opinion::Suspected => {
                self.conclude(seating, at, place, now);
                None
            }
            _ if !is_due => self.look_by_deadline(at, place, now),
            Opinion::Trusted => self.suspect(seating, at, place, now),
            Opinion::Dead => {
                self.end_recovery(at, place);
                None
            }
        }
    }

    pub(super) fn suspect(
        &mut self,
        seating: &Seating,
        at: Seats,
        place: Option<usize>,
        now: Time,
    ) -> Option<Time> {
        let evidence = self.evidence_of_silence(seating, at, place);
        self.referee.suspect(at.pair(seating), now, evidence);
        self.see_suspicion(seating, at, place, now);
        let confirm_after = self.rules.verdict.confirm_after;
        Self::watch_at(&mut self.watches, &mut self.tables, at, place).opinion = Opinion::Suspected;
        if let Some(lines) = &mut self.lines {
            lines.doubt(at.observer);
        }
        if confirm_after == Span::ZERO {
            self.conclude(seating, at, place, now);
            return None;
        }
        let look = now + confirm_after;
        Self::watch_at(&mut self.watches, &mut self.tables, at, place).next_look = look;
        Some(look)
    }

    /// The connection to a subject that crashed at `crashed` is closed: it is suspected whatever its deadline.
    /// Returns when to look.
    pub fn disconnected(&mut self, seating: &Seating, at: Seats, crashed: Time, now: Time) -> Option<Time> {
        let place = self.place(seating, at)?;
        // Whoever restarted meanwhile has other connections.
        let is_another = self.referee.born(seating.node_at(at.observer)) > crashed;
        let watch = &mut self.watches[place];
        // Something of its next life was heard, or watching began after the crash.
        let is_back = watch.newest >= crashed;
        if is_another || !watch.watching || watch.opinion != Opinion::Trusted || is_back {
            return None;
        }
        // What it had sent before is history, though it may arrive after this.
        let held_until = self.special.held_until(at.observer, now);
        (watch.newest, watch.heard) = (crashed, true);
        watch.next_look = held_until.unwrap_or(Time::NEVER);
        self.special.close(at, crashed);
        held_until.or_else(|| self.suspect(seating, at, Some(place), now))
    }

    pub(super) fn declare(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        watch.opinion = Opinion::Dead;
        self.end_recovery(at, place);
        let evidence = self.evidence_of_silence(seating, at, place);
        self.referee.declare(at.pair(seating), now, evidence);
        self.see_opinion(at.pair(seating), now, Opinion::Dead);
        self.tell(at.pair(seating), Opinion::Dead);
    }

    /// An observer is to be told of a verdict.
    pub(super) fn tell(&mut self, pair: Pair, opinion: Opinion) {
        if !self.is_hushed {
            self.news.push(News::Verdict(pair, opinion));
        }
    }

    /// Makes sure that there is a look as soon as the deadline has passed.
    #[inline(always)]
    pub(super) fn look_by_deadline(&mut self, at: Seats, place: Option<usize>, now: Time) -> Option<Time> {
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        let deadline = Self::deadline(&self.rules, &self.special, at, place, &watch.memory);
        if deadline.just_after() >= watch.next_look {
            return None; // As after nearly every beat.
        }
        self.look_soon_after(deadline, at, place, now)
    }

    /// Makes sure that there is a look as soon as `deadline` has passed, which is before the pending one.
    fn look_soon_after(
        &mut self,
        deadline: Time,
        at: Seats,
        place: Option<usize>,
        now: Time,
    ) -> Option<Time> {
        let look = self.first_look(at.observer, deadline).max(now);
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        if look >= watch.next_look {
            return None;
        }
        watch.next_look = look;
        Some(look)
    }

    /// The first instant after `deadline` at which the observer looks.
    pub(super) fn first_look(&self, observer: Seat, deadline: Time) -> Time {
        match self.rules.check {
            Check::Timer => deadline.just_after(),
            Check::Every { .. } => self.scan_at_or_after(observer, deadline.just_after()),
            Check::Bucket(width) => grid_at_or_after(Span::ZERO, width, deadline.just_after()),
        }
    }

    pub(super) fn scan_at_or_after(&self, observer: Seat, time: Time) -> Time {
        let Check::Every { every, .. } = self.rules.check else { return time };
        grid_at_or_after(self.scan_phases[observer.index()], every, time)
    }
}
