//! Brakes on declared deaths: an observer declares only so many in so long, and fewer while it doubts too many of
//! those whom it watches.
//!
//! Whoever's death is due stands in line, and is declared when it is its turn: at that very instant if nothing is in
//! the way, but after all who are suspected at that instant, so that an observer that finds many silent at once knows
//! of all of them before it declares the first. A sign of life leads out of the line.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judge, Limit, News, Seats};
use crate::engine::cluster::NodeId;
use crate::engine::model::Detector;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::{Span, Time};

/// The lines of all observers.
pub(super) struct Lines {
    limit: Limit,
    by_observer: Vec<Line>,
}

/// Those whose deaths an observer would declare if it might.
#[derive(Clone)]
struct Line {
    /// How many it watches.
    watched: u32,
    /// How many of them it suspects or holds dead.
    doubted: u32,
    /// When nothing that was declared counts any more.
    rested_at: Time,
    /// When the last death was declared.
    last: Option<Time>,
    /// When it is the next one's turn, as far as it was asked for.
    turn: Time,
    /// Who waits, in the order in which they were due, and of those who were due at once of their numbers.
    waiting: BTreeSet<(Time, NodeId)>,
    /// Since when each of them does.
    since: BTreeMap<NodeId, Time>,
}

/// Bytes for each observer.
pub const BYTES_PER_LINE: usize = size_of::<Line>();
/// Bytes for each who stands in a line, in trees that are two thirds full.
pub const BYTES_PER_PLACE_IN_LINE: usize = 2 * size_of::<(Time, NodeId)>() * 3 / 2;

impl Lines {
    pub(super) fn new(limit: Limit, nodes: u32) -> Lines {
        Lines { limit, by_observer: vec![Line::new(0); nodes as usize] }
    }

    /// An observer begins anew, and watches so many.
    pub(super) fn begin(&mut self, observer: Seat, watched: u32) {
        self.by_observer[observer.index()] = Line::new(watched);
    }

    /// An observer watches one more, or one less, whom it may have doubted.
    pub(super) fn watches(
        &mut self,
        (observer, subject): (Seat, NodeId),
        (did, does): (bool, bool),
        doubted: bool,
    ) {
        let line = &mut self.by_observer[observer.index()];
        line.watched += u32::from(does);
        line.watched -= u32::from(did);
        if doubted {
            line.relieve(subject);
        }
    }

    /// An observer begins to suspect a subject.
    pub(super) fn doubt(&mut self, observer: Seat) {
        self.by_observer[observer.index()].doubted += 1;
    }

    /// Those who stand in the line of an observer, for an onlooker, in the order of their numbers.
    pub(super) fn waiting(&self, observer: Seat) -> impl Iterator<Item = NodeId> + '_ {
        self.by_observer[observer.index()].since.keys().copied()
    }

    /// It trusts it again.
    pub(super) fn trust(&mut self, observer: Seat, subject: NodeId) {
        self.by_observer[observer.index()].relieve(subject);
    }
}

impl Line {
    fn new(watched: u32) -> Line {
        Line {
            watched,
            doubted: 0,
            rested_at: Time::ZERO,
            last: None,
            turn: Time::NEVER,
            waiting: BTreeSet::new(),
            since: BTreeMap::new(),
        }
    }

    /// Whoever was doubted is so no more.
    fn relieve(&mut self, subject: NodeId) {
        self.doubted -= 1;
        if let Some(since) = self.since.remove(&subject) {
            self.waiting.remove(&(since, subject));
        }
    }

    fn join(&mut self, subject: NodeId, now: Time) {
        let since = *self.since.entry(subject).or_insert(now);
        self.waiting.insert((since, subject));
    }

    /// When the next death may be declared as things stand.
    fn may_from(&self, limit: &Limit) -> Time {
        let after = |from: Time, spacing: Option<Span>| {
            spacing.map_or(Time::NEVER, |spacing| from.saturating_add(spacing))
        };
        match (&limit.alarm, &limit.pace) {
            (Some(alarm), _) if alarm.is_raised(self.doubted, self.watched) => match alarm.rate.spacing() {
                None => Time::NEVER,
                spacing => self.last.map_or(Time::ZERO, |last| after(last, spacing)),
            },
            (_, None) => Time::ZERO,
            (_, Some(pace)) => {
                let ahead = pace.spacing().times(u64::from(pace.burst - 1));
                Time::from_nanos(self.rested_at.nanos().saturating_sub(ahead.nanos()))
            }
        }
    }

    /// Whose turn it is, if it is anybody's.
    fn call(&mut self, limit: &Limit, now: Time) -> Option<NodeId> {
        if self.may_from(limit) > now {
            return None;
        }
        let (_, subject) = self.waiting.pop_first()?;
        self.since.remove(&subject);
        self.last = Some(now);
        if let Some(pace) = &limit.pace {
            self.rested_at = self.rested_at.max(now).saturating_add(pace.spacing());
        }
        Some(subject)
    }
}

impl<D: Detector> Judge<D> {
    /// Whether deaths are declared at a limited rate.
    pub(super) fn has_lines(&self) -> bool {
        self.lines.is_some()
    }

    /// A suspicion has lasted for as long as it must: the death is declared, or stands in line for it.
    #[inline]
    pub(super) fn conclude(&mut self, seating: &Seating, at: Seats, place: Option<usize>, now: Time) {
        let Some(lines) = &mut self.lines else { return self.declare(seating, at, place, now) };
        lines.by_observer[at.observer.index()].join(seating.node_at(at.subject), now);
        self.ask_for_turn(at.observer, now);
        if self.turn_of(at.observer) > Some(now) {
            self.see_line(seating, at.observer, now);
        }
    }

    /// When it is the next one's turn in the line of an observer, if there are lines.
    fn turn_of(&self, observer: Seat) -> Option<Time> {
        self.lines.as_deref().map(|lines| lines.by_observer[observer.index()].turn)
    }

    /// Makes sure that somebody is called as soon as an observer may declare a death, if anybody waits for that.
    pub(super) fn ask_for_turn(&mut self, observer: Seat, now: Time) {
        let Some(Lines { limit, by_observer }) = self.lines.as_deref_mut() else { return };
        let line = &mut by_observer[observer.index()];
        let held_until = self.special.held_until(observer, now).unwrap_or(now);
        let turn = line.may_from(limit).max(held_until);
        if !line.waiting.is_empty() && turn < line.turn.min(Time::BEYOND) {
            line.turn = turn;
            self.news.push(News::Turn { chair: self.chair, observer, time: turn });
        }
    }

    /// A turn that was asked for has come: those are declared dead who may be.
    pub fn take_turn(&mut self, seating: &Seating, observer: Seat, now: Time) {
        if self.turn_of(observer).is_none_or(|turn| turn > now) {
            return; // Another was asked for since.
        }
        let held = self.special.held_until(observer, now).is_some();
        loop {
            let Some(Lines { limit, by_observer }) = self.lines.as_deref_mut() else { return };
            let line = &mut by_observer[observer.index()];
            line.turn = Time::NEVER;
            let Some(subject) = (!held).then(|| line.call(limit, now)).flatten() else { break };
            let at = Seats { observer, subject: seating.seat_of(subject) };
            self.declare(seating, at, self.list.place(seating, observer, at.subject), now);
        }
        self.see_line(seating, observer, now);
        self.ask_for_turn(observer, now);
    }
}

#[cfg(test)]
mod tests;
