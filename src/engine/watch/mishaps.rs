//! What went missing on the way to an observer: the causes of what it may conclude.

use super::Seats;
use crate::engine::findings::Missing;
use crate::engine::seating::Seat;
use crate::engine::time::Time;

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    /// The network lost it.
    Lost,
    /// It waits in a queue, or the queue was full and dropped it.
    Queued,
    /// It waits for an observer that stands still, or there was no room for it to wait.
    Behind,
    /// The path was cut.
    Cut,
}

/// How many messages of one mishap are kept for each pair or node, and how many duties of each node: those that
/// went missing last. A silence that swallows more is not judged differently for it.
const KEPT: usize = 32;

/// Which messages last went missing, and what nodes last had to leave undone.
///
/// Where an observer hears of a subject from the subject itself, messages are kept per pair. Where it may hear
/// through others, per node: there a message of either that went missing may have been the decisive one.
/// Nothing is kept where nothing goes missing, and of a pair little more than what nobody has made up for yet.
pub(super) struct Mishaps {
    by_node: bool,
    asks: bool,
    nodes: usize,
    places: usize,
    /// One log for each pair or node, by mishap; empty until it first befalls a message.
    logs: [Vec<Vec<Message>>; 4],
    /// When each node was to do what it could not, because it stood still; empty until one stands still.
    undone: Vec<Vec<Time>>,
}

/// A message that went missing.
#[derive(Clone, Copy, Debug)]
struct Message {
    sent: Time,
    from: Seat,
    to: Seat,
}

impl Mishaps {
    /// For so many nodes and pairs. `by_node` says whether signs of life come through others, `asks` whether an
    /// observer must ask for them.
    pub(super) fn new(by_node: bool, asks: bool, nodes: usize, places: usize) -> Mishaps {
        Mishaps { by_node, asks, nodes, places, logs: Default::default(), undone: Vec::new() }
    }

    /// Whether signs of life come through others.
    pub(super) fn are_by_node(&self) -> bool {
        self.by_node
    }

    /// Whether an observer must ask for signs of life.
    pub(super) fn are_of_who_asks(&self) -> bool {
        self.asks
    }

    /// A message went missing. `ends` are the pair in which its receiver is the observer, and the one in which its
    /// sender is: the place of each, and from when on messages matter to it.
    pub(super) fn note(
        &mut self,
        (from, to): (Seat, Seat),
        ends: [Option<(usize, Time)>; 2],
        what: Mishap,
        sent: Time,
    ) {
        let log = &mut self.logs[what as usize];
        if log.is_empty() {
            log.resize_with(if self.by_node { self.nodes } else { self.places }, Vec::new);
        }
        let nodes = [to, from].map(|seat| Some((seat.index(), Time::ZERO)));
        let ends = if self.by_node { nodes } else { ends };
        for (index, settled) in ends.into_iter().flatten() {
            keep(&mut log[index], Message { sent, from, to }, |message| message.sent >= settled);
        }
    }

    /// What a node was to do at `due` must wait, or is left out.
    pub(super) fn hold_up(&mut self, node: Seat, due: Time) {
        if self.undone.is_empty() {
            self.undone.resize_with(self.nodes, Vec::new);
        }
        keep(&mut self.undone[node.index()], due, |_| true);
    }

    /// What became of all that could have spoken for a subject from `from` on.
    pub(super) fn since(&self, at: Seats, place: Option<usize>, from: Time) -> Missing {
        let count = |what| self.count(what, at, place, from, |_| true);
        let behind_at = |node| self.count(Mishap::Behind, at, place, from, |message| message.to == node);
        let undone = self.undone_by(at.subject).filter(|due| *due >= from).count() as u32;
        let unanswered = if self.asks { behind_at(at.subject) } else { 0 };
        let behind = behind_at(at.observer);
        Missing {
            lost: count(Mishap::Lost),
            cut: count(Mishap::Cut),
            queued: count(Mishap::Queued),
            behind,
            not_sent: undone + unanswered,
            observer_stood_still: behind > 0 || self.did_not_ask(at, place, from),
        }
    }

    /// Whether the observer stood still when it was to ask, and nothing that was said since went missing
    /// otherwise: else it has been up to its task again, in vain.
    fn did_not_ask(&self, at: Seats, place: Option<usize>, from: Time) -> bool {
        if !self.asks {
            return false;
        }
        let Some(last) = self.undone_by(at.observer).max().filter(|due| *due >= from) else { return false };
        let else_missing = |what| self.count(what, at, place, last.just_after(), |_| true);
        [Mishap::Lost, Mishap::Queued, Mishap::Cut].map(else_missing) == [0; 3]
    }

    fn undone_by(&self, node: Seat) -> impl Iterator<Item = Time> {
        self.undone.get(node.index()).into_iter().flatten().copied()
    }

    /// How many messages of a pair, or of its two nodes, met this mishap from `from` on: those that `counts`.
    fn count(
        &self,
        what: Mishap,
        at: Seats,
        place: Option<usize>,
        from: Time,
        counts: impl Fn(&Message) -> bool,
    ) -> u32 {
        let log = &self.logs[what as usize];
        let kept = |index: usize| {
            let messages = log.get(index).into_iter().flatten();
            messages.filter(|message| message.sent >= from && counts(message))
        };
        let count = match (self.by_node, place) {
            (false, None) => 0,
            (false, Some(place)) => kept(place).count(),
            (true, _) => {
                let is_new = |message: &&Message| message.from != at.observer && message.to != at.observer;
                let of_subject = kept(at.subject.index()).filter(is_new).count();
                kept(at.observer.index()).count() + of_subject
            }
        };
        count as u32
    }
}

/// Adds to a list, which grows only as far as it must.
fn keep<W>(list: &mut Vec<W>, what: W, still_matters: impl Fn(&W) -> bool) {
    if list.len() == list.capacity() {
        list.retain(still_matters);
    }
    if list.len() == KEPT {
        list.remove(0);
    }
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Seats = Seats { observer: Seat(1), subject: Seat(0) };

    fn at(second: u64) -> Time {
        Time::from_nanos(second)
    }

    #[test]
    fn nothing_is_kept_where_nothing_goes_missing() {
        let mishaps = Mishaps::new(false, true, 1000, 1000);
        assert_eq!(mishaps.since(AT, Some(7), Time::ZERO), Missing::default());
        assert_eq!(mishaps.logs.iter().map(Vec::capacity).sum::<usize>() + mishaps.undone.capacity(), 0);
    }

    #[test]
    fn what_was_made_up_for_is_forgotten_before_more_room_is_taken() {
        let mut mishaps = Mishaps::new(false, false, 2, 1);
        for second in 1..1000 {
            let ends = [Some((0, at(second))), None]; // All before was followed by a beat that came.
            mishaps.note((Seat(0), Seat(1)), ends, Mishap::Lost, at(second));
        }
        assert!(mishaps.logs[Mishap::Lost as usize][0].capacity() <= 4);
        assert_eq!(mishaps.since(AT, Some(0), at(999)).lost, 1);
    }

    #[test]
    fn of_a_long_silence_the_last_messages_are_counted_and_nothing_is_judged_differently() {
        let mut mishaps = Mishaps::new(true, false, 2, 0);
        mishaps.note((Seat(0), Seat(1)), [None; 2], Mishap::Cut, at(10));
        for second in 11..1000 {
            mishaps.note((Seat(0), Seat(1)), [None; 2], Mishap::Lost, at(second));
            mishaps.hold_up(Seat(0), at(second));
        }
        let missing = mishaps.since(AT, None, at(10));
        assert_eq!((missing.cut, missing.lost, missing.not_sent), (1, KEPT as u32, KEPT as u32));
        assert_eq!(mishaps.since(AT, None, at(11)).cut, 0);
    }

    #[test]
    fn a_message_between_the_two_counts_once_and_one_of_either_with_a_third_too() {
        let mut mishaps = Mishaps::new(true, false, 4, 0);
        for (from, to) in [(0, 1), (1, 0), (0, 2), (3, 1), (2, 3)] {
            mishaps.note((Seat(from), Seat(to)), [None; 2], Mishap::Lost, at(5));
            mishaps.note((Seat(from), Seat(to)), [None; 2], Mishap::Behind, at(5));
        }
        let missing = mishaps.since(AT, None, at(1));
        assert_eq!((missing.lost, missing.behind), (4, 2), "only what waits for the observer is behind");
        assert_eq!(missing.not_sent, 0, "nobody must ask");
    }
}
