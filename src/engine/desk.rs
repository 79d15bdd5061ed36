//! A node that needs time for each message: what arrives waits its turn, and a full queue drops it.

use std::collections::VecDeque;

use super::model::Capacity;
use super::time::{Span, Time};

/// The queue in front of one node. `W` is what waits.
pub(super) struct Desk<W> {
    capacity: Capacity,
    /// What is being handled, and behind it what waits, each with its time of arrival.
    queue: VecDeque<(Time, W)>,
    /// What became known of waiting so far.
    pub(super) waiting: Waiting,
}

/// How long messages waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Messages that were handled, or whose handling had begun.
    pub begun: u64,
    /// Those of them that had to wait.
    pub waited: u64,
    /// How long they waited, in all.
    pub nanos: u128,
    /// How long the one that waited longest did.
    pub longest: Span,
}

/// What becomes of a message that arrives at a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is handled at once, until then.
    UntilDone(Time),
    /// It waits behind others.
    Waits,
    /// The queue is full.
    Dropped,
}

/// The capacity of a node that needs no time of its own.
pub(super) const UNBOUNDED: Capacity = Capacity { per_message: Span::ZERO, queue: u32::MAX };

impl<W> Desk<W> {
    pub(super) fn new(capacity: Capacity) -> Desk<W> {
        Desk { capacity, queue: VecDeque::new(), waiting: Waiting::default() }
    }

    /// Something arrives. If it need not wait, it takes this much longer than the capacity says.
    pub(super) fn admit(&mut self, now: Time, counts: bool, longer: Span, what: W) -> Admission {
        if self.queue.len() >= self.capacity.queue as usize {
            return Admission::Dropped;
        }
        self.queue.push_back((now, what));
        if self.queue.len() > 1 {
            return Admission::Waits;
        }
        self.waiting.begun += u64::from(counts);
        Admission::UntilDone(now + self.capacity.per_message + longer)
    }

    /// What was being handled is done. Says what it was, and when the next will be done, if one waits; that takes
    /// this much longer than the capacity says.
    pub(super) fn finish(&mut self, now: Time, count_from: Time, longer: Span) -> Option<(W, Option<Time>)> {
        let (_, done) = self.queue.pop_front()?;
        let next = self.queue.front().map(|(arrived, _)| {
            if *arrived >= count_from {
                let wait = now - *arrived;
                self.waiting.begun += 1;
                self.waiting.waited += u64::from(wait > Span::ZERO);
                self.waiting.nanos += u128::from(wait.nanos());
                self.waiting.longest = self.waiting.longest.max(wait);
            }
            now + self.capacity.per_message + longer
        });
        Some((done, next))
    }

    /// Whether nothing waits, and nothing would.
    pub(super) fn is_needless(&self) -> bool {
        self.queue.is_empty() && self.capacity == UNBOUNDED
    }

    /// The node crashed: everything in its house is lost.
    pub(super) fn clear(&mut self) -> impl Iterator<Item = W> {
        self.queue.drain(..).map(|(_, what)| what)
    }
}

impl Waiting {
    /// Adds what became known at another desk.
    pub fn add(&mut self, other: Waiting) {
        self.begun += other.begun;
        self.waited += other.waited;
        self.nanos += other.nanos;
        self.longest = self.longest.max(other.longest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    #[test]
    fn messages_are_handled_one_after_another_and_a_full_queue_drops() {
        let mut desk = Desk::new(Capacity { per_message: Span::from_nanos(10), queue: 2 });
        assert_eq!(desk.admit(at(0), true, Span::ZERO, 'a'), Admission::UntilDone(at(10)));
        assert_eq!(desk.admit(at(4), true, Span::ZERO, 'b'), Admission::Waits);
        assert_eq!(desk.admit(at(5), true, Span::ZERO, 'c'), Admission::Dropped);
        assert_eq!(desk.finish(at(10), at(0), Span::ZERO), Some(('a', Some(at(20)))));
        assert_eq!(desk.admit(at(10), true, Span::ZERO, 'd'), Admission::Waits, "there is room again");
        assert_eq!(desk.finish(at(20), at(0), Span::ZERO), Some(('b', Some(at(30)))));
        assert_eq!(desk.finish(at(30), at(0), Span::ZERO), Some(('d', None)));
        let waiting = Waiting { begun: 3, waited: 2, nanos: 6 + 10, longest: Span::from_nanos(10) };
        assert_eq!(desk.waiting, waiting);
    }

    #[test]
    fn a_crash_empties_the_house() {
        let mut desk = Desk::new(Capacity { per_message: Span::from_nanos(10), queue: 5 });
        desk.admit(at(0), true, Span::ZERO, 'a');
        desk.admit(at(1), true, Span::ZERO, 'b');
        assert_eq!(desk.clear().collect::<String>(), "ab");
        assert_eq!(desk.admit(at(2), true, Span::ZERO, 'c'), Admission::UntilDone(at(12)));
    }
}
