//! Tables: observers who hear of everybody at once.
//!
//! An observer's row holds the memories of all subjects side by side, so that a table that arrives is a linear
//! pass over it, and one look serves the whole row: it comes at the earliest deadline, finds who is overdue,
//! and learns when to come again. Who is doubted leaves the row and gets a watch of its own, until it is
//! trusted again.

use std::collections::BTreeMap;

use super::{Judge, NOT_RECOVERING, Recovery, Seats, Watch};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Arrival, Detector, Opinion};
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

/// The tables of all members, by seat.
pub(super) struct Tables<M> {
    rows: Vec<Row<M>>,
    /// Those who are doubted: observer and subject, by seat.
    doubts: BTreeMap<(Seat, Seat), (Watch<M>, Recovery)>,
}

/// What one observer remembers.
struct Row<M> {
    /// By the number of the subject.
    memories: Vec<M>,
    begun: Time,
    /// The one look that counts.
    next_look: Time,
    doubted: Vec<Seat>,
}

impl<M> Tables<M> {
    pub(super) fn new(members: u32) -> Tables<M> {
        let row = |_| Row { memories: Vec::new(), begun: Time::ZERO, next_look: Time::NEVER, doubted: Vec::new() };
        Tables { rows: (0..members).map(row).collect(), doubts: BTreeMap::new() }
    }

    /// Whether an observer doubts a subject.
    pub(super) fn doubts(&self, at: Seats) -> bool {
        self.doubts.contains_key(&(at.observer, at.subject))
    }

    /// The watch of a subject that is doubted.
    pub(super) fn doubted(&mut self, at: Seats) -> &mut Watch<M> {
        &mut self.doubt(at).0
    }

    /// The way back of a subject that is doubted.
    pub(super) fn recovery(&mut self, at: Seats) -> &mut Recovery {
        &mut self.doubt(at).1
    }

    fn doubt(&mut self, at: Seats) -> &mut (Watch<M>, Recovery) {
        self.doubts.get_mut(&(at.observer, at.subject)).expect("who is asked about is doubted")
    }

    /// An observer crashed.
    pub(super) fn end(&mut self, observer: Seat) {
        if let Some(row) = self.rows.get_mut(observer.index()) {
            row.next_look = Time::NEVER;
            for subject in &row.doubted {
                if let Some((watch, _)) = self.doubts.get_mut(&(observer, *subject)) {
                    watch.next_look = Time::NEVER;
                }
            }
        }
    }
}

impl<D: Detector> Judge<'_, D> {
    /// A member begins to watch all others. Returns when to look at its row.
    pub fn watch_all(&mut self, seating: &Seating, observer: Seat, now: Time) -> Option<Time> {
        let me = seating.node_at(observer);
        let detector = &self.rules.detector;
        let row = self.tables.rows.get_mut(observer.index())?;
        for subject in row.doubted.drain(..) {
            self.tables.doubts.remove(&(observer, subject));
        }
        row.memories.clear();
        row.memories.extend(self.cluster.all_members().map(|subject| {
            // Nobody watches itself: that deadline never comes.
            detector.begin(if subject == me { Time::BEYOND } else { now })
        }));
        row.begun = now;
        row.next_look = Time::NEVER;
        self.look_by_earliest(observer, now)
    }

    /// An observer heard of all members that are marked, from number `first` on. Returns when to look at its row, if that is earlier
    /// than the pending look, and tells `look` when to look at those who are doubted.
    pub fn heard_of(
        &mut self,
        seating: &Seating,
        observer: Seat,
        (first, marked): (u32, &[bool]),
        (sent, now): (Time, Time),
        mut look: impl FnMut(Seats, Time),
    ) -> Option<Time> {
        let counted = self.counted(observer, sent, now);
        let detector = &self.rules.detector;
        let row = self.tables.rows.get_mut(observer.index())?;
        let first = first as usize;
        let heard = &mut row.memories[first..first + marked.len()];
        detector.heard_of(heard, marked, Arrival { sent, arrived: now, counted });
        let doubted = row.doubted.len();
        for number in 0..doubted {
            let subject = self.tables.rows[observer.index()].doubted[number];
            let place = seating.node_at(subject).index();
            if place.checked_sub(first).and_then(|mark| marked.get(mark)) == Some(&true) {
                // It is its watch that hears; in the row its deadline never comes.
                self.tables.rows[observer.index()].memories[place] = self.rules.detector.begin(Time::BEYOND);
                let at = Seats { observer, subject };
                if let Some(time) = self.heard_at(seating, at, None, sent, now) {
                    look(at, time);
                }
            }
        }
        if doubted > 0 {
            self.return_trusted(seating, observer);
        }
        // Hearing something moves deadlines back, so the pending look comes early enough.
        if self.rules.detector.hastens() || doubted > 0 {
            return self.look_by_earliest(observer, now);
        }
        None
    }

    /// Those who are trusted again go back to the row.
    fn return_trusted(&mut self, seating: &Seating, observer: Seat) {
        let Tables { rows, doubts } = &mut self.tables;
        let row = &mut rows[observer.index()];
        let memories = &mut row.memories;
        row.doubted.retain(|subject| {
            let key = (observer, *subject);
            let trusted = doubts.get(&key).is_some_and(|(watch, _)| watch.opinion == Opinion::Trusted);
            if trusted && let Some((watch, _)) = doubts.remove(&key) {
                memories[seating.node_at(*subject).index()] = watch.memory;
            }
            !trusted
        });
    }

    /// A look at a row that was scheduled for now. Returns when to look again, and tells `look` when to look at
    /// those who are doubted from now on.
    pub fn survey(
        &mut self,
        seating: &Seating,
        observer: Seat,
        now: Time,
        mut look: impl FnMut(Seats, Time),
    ) -> Option<Time> {
        let detector = &self.rules.detector;
        let row = self.tables.rows.get_mut(observer.index())?;
        if row.next_look != now {
            return None;
        }
        row.next_look = Time::NEVER;
        let overdue: Vec<usize> = row
            .memories
            .iter()
            .enumerate()
            .filter(|(_, memory)| detector.deadline(memory) < now)
            .map(|(number, _)| number)
            .collect();
        for number in overdue {
            let at = Seats { observer, subject: seating.seat_of(NodeId(number as u32)) };
            self.begin_to_doubt(at, number);
            if let Some(time) = self.suspect(seating, at, None, now) {
                look(at, time);
            }
        }
        self.look_by_earliest(observer, now)
    }

    fn begin_to_doubt(&mut self, at: Seats, number: usize) {
        let detector = &self.rules.detector;
        let row = &mut self.tables.rows[at.observer.index()];
        let memory = std::mem::replace(&mut row.memories[number], detector.begin(Time::BEYOND));
        let newest = detector.last(&memory);
        let heard = newest > row.begun;
        let watch = Watch { newest, heard, watching: true, ..Watch::of(memory) };
        row.doubted.push(at.subject);
        self.tables.doubts.insert((at.observer, at.subject), (watch, NOT_RECOVERING));
    }

    /// Makes sure that there is a look at a row as soon as its earliest deadline has passed.
    fn look_by_earliest(&mut self, observer: Seat, now: Time) -> Option<Time> {
        let detector = &self.rules.detector;
        let row = &self.tables.rows[observer.index()];
        let earliest = detector.earliest(&row.memories)?;
        if earliest >= Time::BEYOND || earliest.just_after() >= row.next_look {
            return None;
        }
        let look = self.first_look(observer, earliest).max(now);
        let row = &mut self.tables.rows[observer.index()];
        if look >= row.next_look {
            return None;
        }
        row.next_look = look;
        Some(look)
    }
}

#[cfg(test)]
mod tests;
