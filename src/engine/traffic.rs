//! How much was said: one choke point for counting messages.

use super::desk::Waiting;
use super::digest::Digest;

/// What became of messages, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The names of the kinds.
    pub kinds: &'static [&'static str],
    /// Sent, by kind.
    pub sent: Vec<u64>,
    /// Arrived at a running process, by kind.
    pub delivered: Vec<u64>,
    /// Lost on the way, or arrived where no process runs, by kind.
    pub lost: Vec<u64>,
    /// Dropped at a full queue, or for want of room where a process stands still, by kind.
    pub dropped: Vec<u64>,
    /// Stopped at a wall between sender and receiver, by kind.
    pub cut: Vec<u64>,
    /// How long messages waited to be handled; `None` where handling takes no time.
    pub waiting: Option<Waiting>,
    /// Bytes sent.
    pub bytes: u64,
    /// Messages sent in each simulated second, by kind; empty unless asked for.
    pub by_second: Vec<Vec<u64>>,
    /// Messages sent and received by the node that handled the most.
    pub busiest_node_load: u64,
    /// Messages sent and received, over all nodes.
    pub total_load: u64,
    /// Messages sent and received in the busiest second of the busiest node.
    pub peak_per_s: u64,
}

impl Traffic {
    /// Nothing was said yet. `seconds` is the number of seconds to keep apart, 0 for none.
    pub fn new(kinds: &'static [&'static str], seconds: usize) -> Traffic {
        let none = vec![0; kinds.len()];
        Traffic {
            kinds,
            sent: none.clone(),
            delivered: none.clone(),
            lost: none.clone(),
            dropped: none.clone(),
            cut: none.clone(),
            by_second: vec![none; seconds],
            ..Traffic::default()
        }
    }

    /// Adds all counts to a digest.
    pub fn add_to(&self, digest: &mut Digest) {
        for counts in [&self.sent, &self.delivered, &self.lost, &self.dropped, &self.cut] {
            counts.iter().for_each(|count| digest.add(*count));
        }
        for count in [self.bytes, self.busiest_node_load, self.total_load, self.peak_per_s] {
            digest.add(count);
        }
        if let Some(waiting) = self.waiting {
            digest.add(waiting.begun);
            digest.add(waiting.waited);
            digest.add_wide(waiting.nanos);
            digest.add(waiting.longest.nanos());
        }
    }

    /// Counts a message that was sent.
    #[inline]
    pub fn count_sent(&mut self, kind: usize, bytes: u64, second: u64) {
        self.sent[kind] += 1;
        self.bytes += bytes;
        if let Some(counts) = self.by_second.get_mut(second as usize) {
            counts[kind] += 1;
        }
    }
}
