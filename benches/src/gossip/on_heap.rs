//! W2 on the standard library's binary heap: what one writes in an hour without any framework.

use std::rc::Rc;

use serde_json::Value;

use super::workload::{Air, Node, Referee, TIMEOUT};
use crate::chance::INTERVAL;
use crate::engines::agenda::Agenda;
use crate::plan::Plan;

enum What {
    Beat(u32),
    Arrival { to: u32, table: Rc<[u32]> },
    Look(u32),
    Crash(u32),
}

pub fn run(plan: &Plan) -> Value {
    let mut agenda = Agenda::new();
    for (node, &phase) in (0..).zip(&plan.phases) {
        agenda.put(phase, What::Beat(node));
        agenda.put(TIMEOUT, What::Look(node));
    }
    for crash in &plan.crashes {
        agenda.put(crash.at, What::Crash(crash.node));
    }

    let mut alive = vec![true; plan.nodes()];
    let mut nodes = Node::all(plan);
    let mut air = Air::new(plan);
    let mut referee = Referee::new(plan);
    while let Some((now, what)) = agenda.take_before(plan.horizon) {
        match what {
            What::Beat(node) if alive[node as usize] => {
                let table = nodes[node as usize].beat(now);
                for (to, latency) in air.send(node) {
                    agenda.put(now + latency, What::Arrival { to, table: table.clone() });
                }
                agenda.put(now + INTERVAL, What::Beat(node));
            }
            What::Arrival { to, table } if alive[to as usize] => nodes[to as usize].merge(&table, now),
            What::Look(node) if alive[node as usize] => {
                let next = nodes[node as usize].look(now, &mut referee);
                agenda.put(next, What::Look(node));
            }
            What::Crash(node) => alive[node as usize] = false,
            What::Beat(_) | What::Arrival { .. } | What::Look(_) => {}
        }
    }
    referee.figures(air.messages)
}
