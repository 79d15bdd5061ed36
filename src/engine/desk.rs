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

    /// Something that arrived at `arrived` takes its place. If it need not wait, it takes this much longer than the
    /// capacity says. Waiting counts from `count_from` on.
    pub(super) fn admit(
        &mut self,
        (arrived, now): (Time, Time),
        count_from: Time,
        longer: Span,
        what: W,
    ) -> Admission {
        if self.queue.len() >= self.capacity.queue as usize {
            return Admission::Dropped;
        }
        self.queue.push_back((arrived, what));
        if self.queue.len() > 1 {
            return Admission::Waits;
        }
        self.waiting.end((arrived, now), count_from);
        Admission::UntilDone(now + self.capacity.per_message + longer)
    }

    /// What was being handled is done. Says what it was, and when the next will be done, if one waits; that takes
    /// this much longer than the capacity says.
    pub(super) fn finish(&mut self, now: Time, count_from: Time, longer: Span) -> Option<(W, Option<Time>)> {
        let (_, done) = self.queue.pop_front()?;
        let next = self.queue.front().map(|(arrived, _)| {
            self.waiting.end((*arrived, now), count_from);
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
    /// A message that arrived at `arrived` need not wait any more.
    fn end(&mut self, (arrived, now): (Time, Time), count_from: Time) {
        if arrived >= count_from {
            let wait = now - arrived;
            self.begun += 1;
            self.waited += u64::from(wait > Span::ZERO);
            self.nanos += u128::from(wait.nanos());
            self.longest = self.longest.max(wait);
        }
    }

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
        assert_eq!(desk.admit((at(0), at(0)), at(0), Span::ZERO, 'a'), Admission::UntilDone(at(10)));
        assert_eq!(desk.admit((at(4), at(4)), at(0), Span::ZERO, 'b'), Admission::Waits);
        assert_eq!(desk.admit((at(5), at(5)), at(0), Span::ZERO, 'c'), Admission::Dropped);
        assert_eq!(desk.finish(at(10), at(0), Span::ZERO), Some(('a', Some(at(20)))));
        assert_eq!(
            desk.admit((at(10), at(10)), at(0), Span::ZERO, 'd'),
            Admission::Waits,
            "there is room again"
        );
        assert_eq!(desk.finish(at(20), at(0), Span::ZERO), Some(('b', Some(at(30)))));
        assert_eq!(desk.finish(at(30), at(0), Span::ZERO), Some(('d', None)));
        let waiting = Waiting { begun: 3, waited: 2, nanos: 6 + 10, longest: Span::from_nanos(10) };
        assert_eq!(desk.waiting, waiting);
    }

    #[test]
    fn what_was_read_late_has_waited_since_it_arrived() {
        let mut desk = Desk::new(Capacity { per_message: Span::from_nanos(10), queue: 5 });
        desk.admit((at(3), at(20)), at(0), Span::ZERO, 'a');
        desk.admit((at(1), at(20)), at(2), Span::ZERO, 'b');
        assert_eq!(desk.finish(at(30), at(2), Span::ZERO), Some(('a', Some(at(40)))));
        let waiting = Waiting { begun: 1, waited: 1, nanos: 17, longest: Span::from_nanos(17) };
        assert_eq!(desk.waiting, waiting, "what arrived before anything counted does not count");
    }

    #[test]
    fn a_crash_empties_the_house() {
        let mut desk = Desk::new(Capacity { per_message: Span::from_nanos(10), queue: 5 });
        desk.admit((at(0), at(0)), at(0), Span::ZERO, 'a');
        desk.admit((at(1), at(1)), at(0), Span::ZERO, 'b');
        assert_eq!(desk.clear().collect::<String>(), "ab");
        assert_eq!(desk.admit((at(2), at(2)), at(0), Span::ZERO, 'c'), Admission::UntilDone(at(12)));
    }
}
