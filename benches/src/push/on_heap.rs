//! W1 on the standard library's binary heap: what one writes in an hour without any framework.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::workload::{INTERVAL, Latency, Look, Monitor, Outcome, Plan, TIMEOUT};

enum What {
    Beat,
    Arrival,
    Look,
    Crash,
}

/// Sixteen bytes, held by value.
struct Event {
    at: u64,
    node: u32,
    what: What,
}

/// The heap gives its greatest first, so the earliest event is the greatest.
impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at)
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Event {}

pub fn run(plan: &Plan) -> Outcome {
    let mut queue = BinaryHeap::new();
    for (node, &first) in (0..).zip(&plan.first_beats) {
        queue.push(Event { at: first, node, what: What::Beat });
        queue.push(Event { at: TIMEOUT, node, what: What::Look });
    }
    for crash in &plan.crashes {
        queue.push(Event { at: crash.at, node: crash.node, what: What::Crash });
    }

    let mut alive = vec![true; plan.nodes()];
    let mut monitor = Monitor::new(plan);
    let mut latency = Latency::default();
    let mut beats = 0;
    while let Some(Event { at, node, what }) = queue.pop() {
        if at >= plan.horizon {
            break;
        }
        match what {
            What::Beat if alive[node as usize] => {
                beats += 1;
                queue.push(Event { at: at + latency.sample(), node, what: What::Arrival });
                queue.push(Event { at: at + INTERVAL, node, what: What::Beat });
            }
            What::Beat => {}
            What::Arrival => {
                if let Some(deadline) = monitor.hear(node, at) {
                    queue.push(Event { at: deadline, node, what: What::Look });
                }
            }
            What::Look => {
                if let Look::Again(deadline) = monitor.look(node, at) {
                    queue.push(Event { at: deadline, node, what: What::Look });
                }
            }
            What::Crash => alive[node as usize] = false,
        }
    }
    monitor.outcome(beats)
}
