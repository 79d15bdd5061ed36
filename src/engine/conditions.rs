//! The state of the nodes that protocols cannot see: who is up, and who does not act as usual.

use super::time::{Span, Time};

/// How one node is: all that an event at the node touches, on one cache line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Condition {
    /// Messages sent and received while counting.
    pub load: u64,
    /// The life of the node above all that hinders it, so that the usual case is one comparison: this life, and
    /// nothing hinders it.
    standing: u64,
    /// The second in which `in_second` counts.
    second: u32,
    in_second: u32,
    /// Messages in the node's busiest second.
    pub busiest: u32,
    /// How many crashes hold the node down at this moment.
    crashes: u32,
}

/// Why a node does not act at once, as usual, when something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Hindrance {
    /// The process does not run.
    Down = 1,
    /// The host of the crashed process answers "connection refused".
    Refuses = 2,
    /// The process stands still.
    Stopped = 4,
    /// The application stands still, but the thread that beats and listens does not.
    Hung = 8,
    /// Messages wait their turn, because handling them takes time.
    Queues = 16,
    /// Its clock runs fast or slow.
    Drifts = 32,
}

impl Condition {
    /// How often the node has begun anew. A timer of an earlier life is void.
    #[inline]
    pub fn life(&self) -> u32 {
        (self.standing >> 32) as u32
    }

    /// Whether this is life number `life`, and nothing hinders the node.
    #[inline]
    pub fn acts_in(&self, life: u32) -> bool {
        self.standing == u64::from(life) << 32
    }

    /// Whether nothing hinders the node.
    #[inline]
    pub fn acts(&self) -> bool {
        self.standing as u32 == 0
    }

    /// Whether something hinders it.
    #[inline]
    pub fn is(&self, hindrance: Hindrance) -> bool {
        self.standing & hindrance as u64 != 0
    }

    /// Something hinders the node from now on, or does so no more.
    pub fn set(&mut self, hindrance: Hindrance, hinders: bool) {
        self.standing &= !(hindrance as u64);
        self.standing |= u64::from(hinders) * hindrance as u64;
    }

    /// Whether the process runs.
    #[inline]
    pub fn is_up(&self) -> bool {
        !self.is(Hindrance::Down)
    }

    /// Counts a message that the node sent or received.
    #[inline]
    pub fn handle(&mut self, now: Time) {
        self.load += 1;
        let second = (now.nanos() / Span::SECOND.nanos()) as u32;
        if self.second != second {
            self.second = second;
            self.in_second = 0;
        }
        self.in_second += 1;
        self.busiest = self.busiest.max(self.in_second);
    }

    /// One more crash. True if it was this one that took the node down.
    pub fn crash(&mut self, refuses: bool) -> bool {
        self.crashes += 1;
        self.set(Hindrance::Refuses, refuses);
        self.set(Hindrance::Down, true);
        let fell = self.crashes == 1;
        self.standing += u64::from(fell) << 32;
        fell
    }

    /// One crash is over. True if the node comes back by it.
    pub fn restart(&mut self) -> bool {
        self.crashes -= 1;
        let back = self.crashes == 0;
        self.set(Hindrance::Down, !back);
        self.set(Hindrance::Refuses, !back && self.is(Hindrance::Refuses));
        back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hinders_a_node_is_told_apart_and_none_of_it_changes_its_life() {
        let mut condition = Condition::default();
        assert!(condition.acts_in(0) && condition.acts() && condition.is_up());
        condition.set(Hindrance::Stopped, true);
        condition.set(Hindrance::Queues, true);
        assert!(!condition.acts_in(0) && condition.is(Hindrance::Stopped) && !condition.is(Hindrance::Hung));
        condition.set(Hindrance::Stopped, false);
        assert!(!condition.acts() && condition.life() == 0);
        condition.set(Hindrance::Queues, false);
        assert!(condition.acts_in(0));
    }

    #[test]
    fn two_crashes_are_one_fall_and_one_return() {
        let mut condition = Condition::default();
        assert!(condition.crash(false) && !condition.crash(true));
        assert!(!condition.is_up() && condition.is(Hindrance::Refuses) && condition.life() == 1);
        assert!(!condition.restart() && !condition.is_up());
        assert!(condition.restart() && condition.acts_in(1), "and its host has nothing to refuse any more");
    }

    #[test]
    fn a_condition_is_half_a_cache_line() {
        assert_eq!(size_of::<Condition>(), 32);
    }
}
