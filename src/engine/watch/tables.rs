//! Tables: observers who hear of everybody at once.
//!
//! An observer's row holds the memories of all subjects side by side, so that a table that arrives is a linear
//! pass over it, and one look serves the whole row: it comes at the earliest deadline, finds who is overdue,
//! and learns when to come again. Who is doubted leaves the row and gets a watch of its own, until it is
//! trusted again.

mod row;

use std::collections::BTreeMap;

use row::Row;

use super::{Judge, NOT_RECOVERING, Recovery, Seats, Stamp, Watch};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Arrival, Detector, Opinion};
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

/// The tables of all members, by seat.
pub(super) struct Tables<M> {
    tables: Vec<Table<M>>,
    /// Those who are doubted: observer and subject, by seat.
    doubts: BTreeMap<(Seat, Seat), (Watch<M>, Recovery)>,
}

/// The table of one observer.
struct Table<M> {
    row: Row<M>,
    begun: Time,
    /// The one look that counts.
    next_look: Time,
    doubted: Vec<Seat>,
}

impl<M> Tables<M> {
    pub(super) fn new(members: u32) -> Tables<M> {
        let table = |_| Table {
            row: Row::Memories(Vec::new()),
            begun: Time::ZERO,
            next_look: Time::NEVER,
            doubted: Vec::new(),
        };
        Tables { tables: (0..members).map(table).collect(), doubts: BTreeMap::new() }
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
        if let Some(table) = self.tables.get_mut(observer.index()) {
            table.next_look = Time::NEVER;
            for subject in &table.doubted {
                if let Some((watch, _)) = self.doubts.get_mut(&(observer, *subject)) {
                    watch.next_look = Time::NEVER;
                }
            }
        }
    }
}

impl<D: Detector> Judge<D> {
    /// Bytes for each entry of a table.
    pub fn bytes_per_entry(detector: &D) -> usize {
        Row::<D::Memory>::bytes_per_entry(detector.forgets())
    }

    /// A member begins to watch all others. Returns when to look at its table.
    pub fn watch_all(&mut self, seating: &Seating, observer: Seat, now: Time) -> Option<Time> {
        let me = seating.node_at(observer).index();
        let members = self.cluster.members;
        let table = self.tables.tables.get_mut(observer.index())?;
        for subject in table.doubted.drain(..) {
            self.tables.doubts.remove(&(observer, subject));
        }
        // By the senders' stamps, a later arrival may be of an earlier moment.
        let in_order = self.rules.stamp != Stamp::Sent;
        table.row = Row::begin(&self.rules.detector, in_order, (members, me), now);
        table.begun = now;
        if let Some(lines) = &mut self.lines {
            lines.begin(observer, members - 1);
        }
        table.next_look = Time::NEVER;
        self.look_by_earliest(observer, now)
    }

    /// An observer heard of all members that are marked, from number `first` on. Returns when to look at its
    /// table, if that is earlier than the pending look, and tells `look` when to look at those who are doubted.
    #[inline]
    pub fn heard_of(
        &mut self,
        seating: &Seating,
        observer: Seat,
        (first, marked): (u32, &[bool]),
        (sent, now): (Time, Time),
        look: impl FnMut(Seats, Time),
    ) -> Option<Time> {
        if now > sent.saturating_add(self.rules.cutoff) {
            return None;
        }
        let counted = self.counted(observer, sent, now);
        let arrival = Arrival { sent, arrived: now, counted, since: sent };
        let paced = self.special.paced(&self.rules.detector, observer);
        let table = self.tables.tables.get_mut(observer.index())?;
        if paced.learns_by_life() {
            table.row.begin_anew(&paced, self.referee.reborn(), (first as usize, marked), counted);
        }
        // Unless hearing something can bring a deadline forward, the pending look comes early enough.
        let hastened = table.row.hear(&paced, first as usize, marked, arrival);
        let returned = !table.doubted.is_empty()
            && self.heard_of_doubted(seating, observer, (first, marked), arrival, look);
        if returned {
            return self.look_by_earliest(observer, now);
        }
        self.look_by(observer, hastened?, now)
    }

    /// Those of the marked who are doubted hear by their own watches. Says whether anybody is trusted again.
    fn heard_of_doubted(
        &mut self,
        seating: &Seating,
        observer: Seat,
        (first, marked): (u32, &[bool]),
        arrival: Arrival,
        mut look: impl FnMut(Seats, Time),
    ) -> bool {
        let doubted = self.tables.tables[observer.index()].doubted.len();
        for number in 0..doubted {
            let table = &mut self.tables.tables[observer.index()];
            let subject = table.doubted[number];
            let place = seating.node_at(subject).index();
            if place.checked_sub(first as usize).and_then(|mark| marked.get(mark)) == Some(&true) {
                table.row.take(&self.rules.detector, place); // Its deadline is looked at elsewhere.
                let at = Seats { observer, subject };
                if let Some(time) =
                    self.heard_at(seating, at, None, (arrival.sent, arrival.sent), arrival.arrived)
                {
                    look(at, time);
                }
            }
        }
        self.return_trusted(seating, observer)
    }

    /// Those who are trusted again go back to the row. Says whether there was anybody.
    fn return_trusted(&mut self, seating: &Seating, observer: Seat) -> bool {
        let Tables { tables, doubts } = &mut self.tables;
        let Table { row, doubted, .. } = &mut tables[observer.index()];
        let before = doubted.len();
        doubted.retain(|subject| {
            let key = (observer, *subject);
            let trusted = doubts.get(&key).is_some_and(|(watch, _)| watch.opinion == Opinion::Trusted);
            if trusted && let Some((watch, _)) = doubts.remove(&key) {
                row.put_back(seating.node_at(*subject).index(), watch.memory);
            }
            !trusted
        });
        doubted.len() < before
    }

    /// A look at a table that was scheduled for now. Returns when to look again, and tells `look` when to look at
    /// those who are doubted from now on.
    pub fn survey(
        &mut self,
        seating: &Seating,
        observer: Seat,
        now: Time,
        mut look: impl FnMut(Seats, Time),
    ) -> Option<Time> {
        let table = self.tables.tables.get_mut(observer.index())?;
        if table.next_look > now {
            return None;
        }
        table.next_look = Time::NEVER;
        let paced = self.special.paced(&self.rules.detector, observer);
        let earliest = table.row.earliest(&paced)?;
        if earliest >= now {
            return self.look_by(observer, earliest, now); // Everybody was heard of meanwhile.
        }
        if let Some(until) = self.special.held_until(observer, now) {
            table.next_look = until;
            return Some(until);
        }
        for number in table.row.overdue(&paced, now) {
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
        let table = &mut self.tables.tables[at.observer.index()];
        let memory = table.row.take(detector, number);
        let newest = detector.last(&memory);
        let heard = newest > table.begun;
        let watch = Watch { newest, heard, watching: true, ..Watch::of(memory) };
        table.doubted.push(at.subject);
        self.tables.doubts.insert((at.observer, at.subject), (watch, NOT_RECOVERING));
    }

    /// The clock of an observer has changed its pace. Returns when to look at its table, if it keeps one.
    pub fn look_at_table(&mut self, observer: Seat, now: Time) -> Option<Time> {
        self.tables.tables.get(observer.index())?;
        self.look_by_earliest(observer, now)
    }

    /// Makes sure that there is a look at a table as soon as its earliest deadline has passed.
    fn look_by_earliest(&mut self, observer: Seat, now: Time) -> Option<Time> {
        let paced = self.special.paced(&self.rules.detector, observer);
        let earliest = self.tables.tables[observer.index()].row.earliest(&paced)?;
        self.look_by(observer, earliest, now)
    }

    /// Makes sure that there is a look at a table as soon as `earliest` has passed.
    fn look_by(&mut self, observer: Seat, earliest: Time, now: Time) -> Option<Time> {
        let next_look = self.tables.tables[observer.index()].next_look;
        if earliest >= Time::BEYOND || earliest.just_after() >= next_look {
            return None;
        }
        let look = self.first_look(observer, earliest).max(now);
        let table = &mut self.tables.tables[observer.index()];
        if look >= table.next_look {
            return None;
        }
        table.next_look = look;
        Some(look)
    }
}

#[cfg(test)]
mod tests;
