//! What went missing on the way to an observer: the causes of what it may conclude.

use super::Seats;
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

/// When messages last went missing.
///
/// Where an observer hears of a subject from the subject itself, per pair. Where it may hear through others, per
/// node: there a message of either that went missing may have been the decisive one.
pub(super) struct Mishaps {
    by_node: bool,
    len: usize,
    /// One for each pair or node; empty until the first message goes missing.
    lost: Vec<Time>,
    queued: Vec<Time>,
}

impl Mishaps {
    /// For so many nodes if signs of life come through others, else for so many pairs.
    pub(super) fn new(nodes: usize, places: usize) -> Mishaps {
        let by_node = nodes > 0;
        let len = if by_node { nodes } else { places };
        Mishaps { by_node, len, lost: Vec::new(), queued: Vec::new() }
    }

    /// A message between two nodes, whose pairs have these places, went missing.
    pub(super) fn note(&mut self, ends: [Seat; 2], places: [Option<usize>; 2], what: Mishap, now: Time) {
        let list = match what {
            Mishap::Lost => &mut self.lost,
            Mishap::Queued => &mut self.queued,
            Mishap::Behind | Mishap::Cut => return,
        };
        if list.is_empty() {
            list.resize(self.len, Time::ZERO);
        }
        let nodes = ends.map(|seat| Some(seat.index()));
        for index in if self.by_node { nodes } else { places }.into_iter().flatten() {
            // One nanosecond later, so that zero means never.
            list[index] = now.just_after();
        }
    }

    /// The gravest mishap after `since`.
    pub(super) fn since(&self, at: Seats, place: Option<usize>, since: Time) -> Option<Mishap> {
        let indices = match (self.by_node, place) {
            (true, _) => [Some(at.observer.index()), Some(at.subject.index())],
            (false, place) => [place, None],
        };
        let happened = |list: &Vec<Time>| {
            indices
                .into_iter()
                .flatten()
                .any(|index| list.get(index).is_some_and(|time| *time > since.just_after()))
        };
        if happened(&self.queued) {
            return Some(Mishap::Queued);
        }
        happened(&self.lost).then_some(Mishap::Lost)
    }
}
