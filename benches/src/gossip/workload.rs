//! What W2 is, apart from any engine: what a node keeps and sends, and when it holds another dead.
//!
//! Every peer in Rust calls this code from its own events, so that only the engines differ.

use std::collections::BTreeMap;
use std::rc::Rc;

use rand::rngs::SmallRng;
use serde_json::{Value, json};

use crate::chance::{Latency, SECOND, generator, in_seconds, pick};
use crate::comparison::Size;
use crate::plan::Plan;

pub const TIMEOUT: u64 = 10 * SECOND;
/// How many others a node sends its table to in a round.
pub const FANOUT: usize = 3;
pub const CRASHES: u32 = 5;
/// The crashes fall into this part of the run, in seconds: late enough for every counter to have risen everywhere,
/// early enough for the last one to be detected by all.
pub const CRASHES_FROM_S: u64 = 20;
pub const CRASHES_UNTIL_S: u64 = 100;

pub fn plan(size: Size) -> Plan {
    Plan::draw(size, CRASHES, CRASHES_FROM_S * SECOND..CRASHES_UNTIL_S * SECOND)
}

/// What one node knows: of each node the highest heartbeat counter heard of, and when it last rose.
pub struct Node {
    number: u32,
    counters: Vec<u32>,
    rises: Vec<u64>,
    held_dead: Vec<bool>,
}

impl Node {
    pub fn all(plan: &Plan) -> Vec<Self> {
        let nodes = plan.nodes();
        (0..nodes as u32)
            .map(|number| Self {
                number,
                counters: vec![0; nodes],
                rises: vec![0; nodes],
                held_dead: vec![false; nodes],
            })
            .collect()
    }

    /// A heartbeat of its own, and the table to send.
    pub fn beat(&mut self, now: u64) -> Rc<[u32]> {
        self.counters[self.number as usize] += 1;
        self.rises[self.number as usize] = now;
        Rc::from(&self.counters[..])
    }

    /// Merges by maximum, as one writes it.
    pub fn merge(&mut self, table: &[u32], now: u64) {
        for ((mine, rise), &theirs) in self.counters.iter_mut().zip(&mut self.rises).zip(table) {
            if *mine < theirs {
                *mine = theirs;
                *rise = now;
            }
        }
    }

    /// Merges by maximum, as one writes it for the compiler to use vectors: it stores whether or not a counter rises.
    pub fn merge_in_vectors(&mut self, table: &[u32], now: u64) {
        for ((mine, rise), &theirs) in self.counters.iter_mut().zip(&mut self.rises).zip(table) {
            *rise = if *mine < theirs { now } else { *rise };
            *mine = theirs.max(*mine);
        }
    }

    /// Looks at all nodes and returns when to look again: at the earliest deadline. A node has no other pending look,
    /// for deadlines only move away.
    pub fn look(&mut self, now: u64, referee: &mut Referee) -> u64 {
        let mut next = now + TIMEOUT;
        for (subject, (rise, held_dead)) in (0..).zip(self.rises.iter().zip(&mut self.held_dead)) {
            let deadline = rise + TIMEOUT;
            if now < deadline {
                *held_dead = false;
                next = next.min(deadline);
            } else if !*held_dead {
                *held_dead = true;
                referee.declare(self.number, subject, now);
            }
        }
        next
    }
}

/// What lies between the nodes: it finds whom to send to and how long each message travels, and counts them.
pub struct Air {
    nodes: u32,
    rng: SmallRng,
    latency: Latency,
    pub messages: u64,
}

impl Air {
    pub fn new(plan: &Plan) -> Self {
        Self { nodes: plan.nodes() as u32, rng: generator(), latency: Latency::default(), messages: 0 }
    }

    /// The receivers of a table, each with the time that it travels.
    pub fn send(&mut self, from: u32) -> [(u32, u64); FANOUT] {
        self.messages += FANOUT as u64;
        pick::<FANOUT>(&mut self.rng, self.nodes, &[from]).map(|to| (to, self.latency.sample()))
    }
}

/// Judges the verdicts against the truth.
pub struct Referee {
    crashed_at: Vec<Option<u64>>,
    /// When an observer has last found a subject dead that was, by subject and observer.
    verdicts: BTreeMap<(u32, u32), u64>,
    false_positives: u64,
}

impl Referee {
    pub fn new(plan: &Plan) -> Self {
        Self { crashed_at: plan.crashed_at(), verdicts: BTreeMap::new(), false_positives: 0 }
    }

    fn declare(&mut self, observer: u32, subject: u32, now: u64) {
        match self.crashed_at[subject as usize] {
            Some(crash) if crash <= now => {
                self.verdicts.insert((subject, observer), now);
            }
            _ => self.false_positives += 1,
        }
    }

    /// What a run is compared by. Observers that crash themselves do not count.
    pub fn figures(&self, messages: u64) -> Value {
        let mut detections = 0;
        let (mut first_s, mut all_s) = (Vec::new(), Vec::new());
        for (subject, crash) in (0..).zip(&self.crashed_at) {
            let Some(crash) = crash else { continue };
            let times: Vec<u64> = self
                .verdicts
                .range((subject, 0)..=(subject, u32::MAX))
                .filter(|((_, observer), _)| self.crashed_at[*observer as usize].is_none())
                .map(|(_, at)| at - crash)
                .collect();
            detections += times.len();
            first_s.extend(times.iter().min().map(|&time| in_seconds(time)));
            all_s.extend(times.iter().max().map(|&time| in_seconds(time)));
        }
        json!({
            "messages": messages,
            "detections": detections,
            "detection_first_s_mean": mean(&first_s),
            "detection_all_s_mean": mean(&all_s),
            "false_positives": self.false_positives,
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
