//! What is settled before a run: the phase of each node, and who crashes when.

use std::ops::Range;

use rand::{RngExt, seq};

use crate::chance::{INTERVAL, SECOND, generator};
use crate::comparison::Size;

pub struct Plan {
    pub horizon: u64,
    /// When each node acts for the first time.
    pub phases: Vec<u64>,
    pub crashes: Vec<Crash>,
}

pub struct Crash {
    pub node: u32,
    pub at: u64,
}

impl Plan {
    /// Phases uniform over an interval, and as many crashes of distinct nodes, each at a time uniform within `when`.
    pub fn draw(size: Size, crashes: u32, when: Range<u64>) -> Self {
        let mut rng = generator();
        let phases = (0..size.nodes).map(|_| rng.random_range(0..INTERVAL)).collect();
        let doomed = seq::index::sample(&mut rng, size.nodes as usize, crashes as usize);
        let crashes = doomed
            .into_iter()
            .map(|node| Crash { node: node as u32, at: rng.random_range(when.clone()) })
            .collect();
        Self { horizon: size.seconds * SECOND, phases, crashes }
    }

    pub fn nodes(&self) -> usize {
        self.phases.len()
    }

    /// The nodes with their phases, the earliest first.
    pub fn by_phase(&self) -> Vec<(u32, u64)> {
        let mut order: Vec<_> = (0..).zip(self.phases.iter().copied()).collect();
        order.sort_unstable_by_key(|&(_, phase)| phase);
        order
    }

    /// When each node crashes, if it does.
    pub fn crashed_at(&self) -> Vec<Option<u64>> {
        let mut crashed_at = vec![None; self.nodes()];
        for crash in &self.crashes {
            crashed_at[crash.node as usize] = Some(crash.at);
        }
        crashed_at
    }
}
