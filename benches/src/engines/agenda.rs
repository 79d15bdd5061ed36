//! For those on the standard library: its heap, with the earliest event on top.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What is still to happen, by value.
pub struct Agenda<What> {
    heap: BinaryHeap<Event<What>>,
}

struct Event<What> {
    at: u64,
    what: What,
}

impl<What> Agenda<What> {
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new() }
    }

    pub fn put(&mut self, at: u64, what: What) {
        self.heap.push(Event { at, what });
    }

    /// Takes the earliest event, if it lies before the horizon.
    pub fn take_before(&mut self, horizon: u64) -> Option<(u64, What)> {
        let Event { at, what } = self.heap.pop()?;
        (at < horizon).then_some((at, what))
    }
}

/// The heap gives its greatest first, so the earliest event is the greatest.
impl<What> Ord for Event<What> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at)
    }
}

impl<What> PartialOrd for Event<What> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<What> PartialEq for Event<What> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl<What> Eq for Event<What> {}
