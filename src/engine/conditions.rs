//! The state of the nodes that protocols cannot see: who is up, and who does not act as usual.

use super::time::{Span, Time};

/// How one node is: all that an event at the node touches, on one cache line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Condition {
    /// Messages sent and received while counting.
    pub load: u64,
    /// The second in which `in_second` counts.
    second: u32,
    in_second: u32,
    /// Messages in the node's busiest second.
    pub busiest: u32,
    /// How often the node has begun anew. A timer of an earlier life is void.
    pub life: u32,
    /// How many crashes hold the node down at this moment.
    crashes: u32,
    /// Whether the host of the crashed process answers "connection refused".
    pub refuses: bool,
}

impl Condition {
    /// Whether the process runs.
    #[inline]
    pub fn is_up(&self) -> bool {
        self.crashes == 0
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
        self.refuses = refuses;
        let fell = self.crashes == 1;
        self.life += u32::from(fell);
        fell
    }

    /// One crash is over. True if the node comes back by it.
    pub fn restart(&mut self) -> bool {
        self.crashes -= 1;
        self.crashes == 0
    }
}
