//! What W1 is, apart from any engine: who beats when, how long a beat travels, what the monitor concludes.
//!
//! Every peer in Rust calls this code from its own events, so that only the engines differ.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chance::{SECOND, in_seconds};
use crate::comparison::Size;
use crate::plan::Plan;

pub const TIMEOUT: u64 = 3 * SECOND;
/// One node in this many crashes.
const NODES_PER_CRASH: u32 = 100;

pub fn crashes(size: Size) -> u32 {
    size.nodes / NODES_PER_CRASH
}

/// The crashes fall anywhere in the run.
pub fn plan(size: Size) -> Plan {
    Plan::draw(size, crashes(size), 0..size.seconds * SECOND)
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
        Self {
            last_arrival: vec![0; plan.nodes()],
            crashed_at: plan.crashed_at(),
            outcome: Outcome::default(),
        }
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
                self.outcome.detection_sum_s += in_seconds(now - crash);
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
    pub fn figures(self) -> Value {
        json!({
            "beats": self.beats,
            "detections": self.detections,
            "detection_mean_s": self.detection_sum_s / self.detections as f64,
            "false_positives": self.false_positives,
        })
    }
}
