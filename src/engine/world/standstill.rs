//! A process that stands still: what falls due meanwhile waits until it wakes.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::model::{Stop, WakesTo};
use crate::engine::seating::Seat;
use crate::engine::time::Time;

/// All processes that stand still at this moment. `E` is what falls due.
pub(super) struct Standstills<E> {
    by_seat: BTreeMap<Seat, Standstill<E>>,
}

/// A process that stands still.
pub(super) struct Standstill<E> {
    /// Since when.
    pub(super) since: Time,
    /// What it does first when it wakes.
    pub(super) first: WakesTo,
    /// The blows that hold it, and how many messages each lets wait.
    held_by: Vec<(u64, u32)>,
    /// What fell due, in that order, and when.
    waiting: Vec<(Time, E)>,
    /// How many messages are among it.
    messages: u32,
    /// The series of beats of which one waits already.
    owed: BTreeSet<Order>,
}

/// A standing order for beats, by its place in the ring or its number outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Ring(usize),
    Series(u32),
}

impl<E> Standstills<E> {
    pub(super) fn new() -> Standstills<E> {
        Standstills { by_seat: BTreeMap::new() }
    }

    /// Whether nobody stands still.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.by_seat.is_empty()
    }

    /// A blow stops a process that runs.
    pub(super) fn begin(&mut self, seat: Seat, strike: u64, stop: Stop, now: Time) {
        let fresh = || Standstill {
            since: now,
            first: stop.first,
            held_by: Vec::new(),
            waiting: Vec::new(),
            messages: 0,
            owed: BTreeSet::new(),
        };
        self.by_seat.entry(seat).or_insert_with(fresh).held_by.push((strike, stop.inbox));
    }

    /// A blow that may have stopped a process is over. Gives what waits if the process wakes by it.
    pub(super) fn end(&mut self, seat: Seat, strike: u64) -> Option<Standstill<E>> {
        let standstill = self.by_seat.get_mut(&seat)?;
        let before = standstill.held_by.len();
        standstill.held_by.retain(|(holder, _)| *holder != strike);
        let wakes = standstill.held_by.len() < before && standstill.held_by.is_empty();
        if wakes { self.by_seat.remove(&seat) } else { None }
    }

    /// A process that stands still is gone. Gives what waited.
    pub(super) fn clear(&mut self, seat: Seat) -> Vec<E> {
        self.by_seat
            .remove(&seat)
            .map_or(Vec::new(), |gone| gone.waiting.into_iter().map(|(_, event)| event).collect())
    }

    /// Something other than a message or a beat fell due.
    pub(super) fn put_off(&mut self, seat: Seat, event: E, now: Time) {
        if let Some(standstill) = self.by_seat.get_mut(&seat) {
            standstill.waiting.push((now, event));
        }
    }

    /// A message arrived. Gives it back if there is no room.
    pub(super) fn keep(&mut self, seat: Seat, message: E, now: Time) -> Option<E> {
        let Some(standstill) = self.by_seat.get_mut(&seat) else { return Some(message) };
        let room = standstill.held_by.iter().map(|(_, inbox)| *inbox).min().unwrap_or(0);
        if standstill.messages >= room {
            return Some(message);
        }
        standstill.messages += 1;
        standstill.waiting.push((now, message));
        None
    }

    /// Whether no beat of this series waits yet. From now on one does.
    pub(super) fn owes_first(&mut self, seat: Seat, order: Order) -> bool {
        self.by_seat.get_mut(&seat).is_some_and(|standstill| standstill.owed.insert(order))
    }
}

impl<E> Standstill<E> {
    /// What fell due, and when, in the order in which it happens when the process wakes: what is `urgent` comes first.
    pub(super) fn in_order(self, urgent: impl Fn(&E, WakesTo) -> bool) -> impl Iterator<Item = (Time, E)> {
        let first = self.first;
        let is_urgent = |(_, event): &(Time, E)| urgent(event, first);
        let (soon, later): (Vec<_>, Vec<_>) = self.waiting.into_iter().partition(is_urgent);
        soon.into_iter().chain(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::model::Depth;

    const N0: Seat = Seat(0);

    fn stop(inbox: u32) -> Stop {
        Stop { depth: Depth::Process, inbox, first: WakesTo::Clock }
    }

    fn waiting(standstill: Standstill<char>) -> String {
        standstill.in_order(|event, _| event.is_uppercase()).map(|(_, event)| event).collect()
    }

    #[test]
    fn it_wakes_when_the_last_blow_is_over_and_what_is_urgent_comes_first() {
        let mut standstills = Standstills::new();
        standstills.begin(N0, 1, stop(9), Time::ZERO);
        standstills.begin(N0, 2, stop(9), Time::ZERO);
        for event in "abCdE".chars() {
            standstills.put_off(N0, event, Time::ZERO);
        }
        assert!(standstills.end(N0, 1).is_none() && standstills.end(N0, 7).is_none());
        assert_eq!(standstills.end(N0, 2).map(waiting), Some("CEabd".to_owned()));
        assert!(standstills.end(N0, 2).is_none() && standstills.is_empty());
    }

    #[test]
    fn the_smallest_inbox_holds_and_what_is_no_message_always_finds_room() {
        let mut standstills = Standstills::new();
        standstills.begin(N0, 1, stop(3), Time::ZERO);
        standstills.begin(N0, 2, stop(2), Time::ZERO);
        let kept: Vec<Option<char>> =
            "abc".chars().map(|message| standstills.keep(N0, message, Time::ZERO)).collect();
        assert_eq!(kept, [None, None, Some('c')]);
        standstills.put_off(N0, 'd', Time::ZERO);
        assert!(standstills.end(N0, 2).is_none());
        assert_eq!(
            (standstills.keep(N0, 'e', Time::ZERO), standstills.keep(N0, 'f', Time::ZERO)),
            (None, Some('f'))
        );
        assert_eq!(standstills.clear(N0), ['a', 'b', 'd', 'e']);
    }

    #[test]
    fn of_each_series_one_beat_is_owed() {
        let mut standstills: Standstills<char> = Standstills::new();
        standstills.begin(N0, 1, stop(0), Time::ZERO);
        let owed = [Order::Ring(3), Order::Series(3), Order::Ring(3), Order::Ring(4)];
        assert_eq!(owed.map(|order| standstills.owes_first(N0, order)), [true, true, false, true]);
    }
}
