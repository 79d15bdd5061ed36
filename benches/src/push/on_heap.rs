//! W1 on the standard library's binary heap: what one writes in an hour without any framework.

use super::workload::{Look, Monitor, Outcome, TIMEOUT};
use crate::chance::{INTERVAL, Latency};
use crate::engines::agenda::Agenda;
use crate::plan::Plan;

/// Eight bytes, and sixteen with the time.
enum What {
    Beat(u32),
    Arrival(u32),
    Look(u32),
    Crash(u32),
}

pub fn run(plan: &Plan) -> Outcome {
    let mut agenda = Agenda::new();
    for (node, &phase) in (0..).zip(&plan.phases) {
        agenda.put(phase, What::Beat(node));
        agenda.put(TIMEOUT, What::Look(node));
    }
    for crash in &plan.crashes {
        agenda.put(crash.at, What::Crash(crash.node));
    }

    let mut alive = vec![true; plan.nodes()];
    let mut monitor = Monitor::new(plan);
    let mut latency = Latency::default();
    let mut beats = 0;
    while let Some((now, what)) = agenda.take_before(plan.horizon) {
        match what {
            What::Beat(node) if alive[node as usize] => {
                beats += 1;
                agenda.put(now + latency.sample(), What::Arrival(node));
                agenda.put(now + INTERVAL, What::Beat(node));
            }
            What::Beat(_) => {}
            What::Arrival(node) => {
                if let Some(deadline) = monitor.hear(node, now) {
                    agenda.put(deadline, What::Look(node));
                }
            }
            What::Look(node) => {
                if let Look::Again(deadline) = monitor.look(node, now) {
                    agenda.put(deadline, What::Look(node));
                }
            }
            What::Crash(node) => alive[node as usize] = false,
        }
    }
    monitor.outcome(beats)
}
