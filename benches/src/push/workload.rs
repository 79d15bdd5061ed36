//! What W1 is, apart from any engine: who beats when, how long a beat travels, what the monitor concludes.
//!
//! Every peer in Rust calls this code from its own events, so that only the engines differ.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng, seq};
use rand_distr::{Distribution, LogNormal};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::measure;

/// Nanoseconds, the unit of all times here.
pub const SECOND: u64 = 1_000_000_000;
pub const INTERVAL: u64 = SECOND;
pub const TIMEOUT: u64 = 3 * SECOND;
pub const MEDIAN_LATENCY: u64 = SECOND / 20;
pub const SIGMA: f64 = 0.4;
/// One node in this many crashes.
pub const NODES_PER_CRASH: u32 = 100;

const SEED: u64 = 1;

/// What is settled before the run: the phase of each node and who crashes when.
pub struct Plan {
    pub horizon: u64,
    pub first_beats: Vec<u64>,
    pub crashes: Vec<Crash>,
}

pub struct Crash {
    pub node: u32,
    pub at: u64,
}

impl Plan {
    pub fn draw(nodes: u32, horizon_s: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(SEED);
        let horizon = horizon_s * SECOND;
        let first_beats = (0..nodes).map(|_| rng.random_range(0..INTERVAL)).collect();
        let doomed = seq::index::sample(&mut rng, nodes as usize, (nodes / NODES_PER_CRASH) as usize);
        let crashes = doomed
            .into_iter()
            .map(|node| Crash { node: node as u32, at: rng.random_range(0..horizon) })
            .collect();
        Self { horizon, first_beats, crashes }
    }

    pub fn nodes(&self) -> usize {
        self.first_beats.len()
    }

    /// The nodes with their first beats, the earliest first.
    pub fn by_phase(&self) -> Vec<(u32, u64)> {
        let mut order: Vec<_> = (0..).zip(self.first_beats.iter().copied()).collect();
        order.sort_unstable_by_key(|&(_, first)| first);
        order
    }
}

/// The one-way latency of a beat.
pub struct Latency {
    law: LogNormal<f64>,
    rng: SmallRng,
}

impl Latency {
    pub fn seeded(seed: u64) -> Self {
        let law = LogNormal::new(0.0, SIGMA).expect("the deviation is finite and positive");
        Self { law, rng: SmallRng::seed_from_u64(seed) }
    }

    pub fn sample(&mut self) -> u64 {
        (self.law.sample(&mut self.rng) * MEDIAN_LATENCY as f64) as u64
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::seeded(SEED)
    }
}

/// What a look at a node's deadline concludes.
pub enum Look {
    /// The node was heard since: look again at this time.
    Again(u64),
    /// The deadline has passed, and no look is pending any more.
    Dead,
}

/// Stands in the place of the last arrival of a node that is held dead.
const HELD_DEAD: u64 = u64::MAX;

/// The monitor: the last arrival from each node, and what it concluded, judged against the truth.
#[derive(Default, Serialize, Deserialize)]
pub struct Monitor {
    last_arrival: Vec<u64>,
    crashed_at: Vec<Option<u64>>,
    outcome: Outcome,
}

impl Monitor {
    pub fn new(plan: &Plan) -> Self {
        let mut crashed_at = vec![None; plan.nodes()];
        for crash in &plan.crashes {
            crashed_at[crash.node as usize] = Some(crash.at);
        }
        Self { last_arrival: vec![0; plan.nodes()], crashed_at, outcome: Outcome::default() }
    }

    /// Records a beat. A node that was held dead is watched anew, with a look at the time returned.
    pub fn hear(&mut self, node: u32, now: u64) -> Option<u64> {
        let before = std::mem::replace(&mut self.last_arrival[node as usize], now);
        (before == HELD_DEAD).then_some(now + TIMEOUT)
    }

    /// Looks whether a node has been silent for the whole timeout.
    pub fn look(&mut self, node: u32, now: u64) -> Look {
        let last = &mut self.last_arrival[node as usize];
        let deadline = *last + TIMEOUT;
        if now < deadline {
            return Look::Again(deadline);
        }
        *last = HELD_DEAD;
        match self.crashed_at[node as usize] {
            Some(crash) if crash <= now => {
                self.outcome.detections += 1;
                self.outcome.detection_sum_s += (now - crash) as f64 / SECOND as f64;
            }
            _ => self.outcome.false_positives += 1,
        }
        Look::Dead
    }

    pub fn outcome(&self, beats: u64) -> Outcome {
        Outcome { beats, ..self.outcome }
    }
}

/// What a run of W1 is compared by.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Outcome {
    pub beats: u64,
    pub detections: u64,
    pub detection_sum_s: f64,
    pub false_positives: u64,
}

impl Outcome {
    pub fn to_json(self, program: &str, nodes: u32) -> serde_json::Value {
        json!({
            "program": program,
            "nodes": nodes,
            "beats": self.beats,
            "detections": self.detections,
            "detection_mean_s": self.detection_sum_s / self.detections as f64,
            "false_positives": self.false_positives,
            "seconds_user": measure::own_user_seconds(),
        })
    }
}
