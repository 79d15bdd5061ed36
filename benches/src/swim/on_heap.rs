//! W3 on the standard library's binary heap: what one writes in an hour without any framework.

use serde_json::Value;

use super::workload::{Air, Message, Node, PATIENCE};
use crate::chance::INTERVAL;
use crate::engines::agenda::Agenda;
use crate::plan::Plan;

enum What {
    Round(u32),
    Patience(u32),
    Arrival(Message),
}

pub fn run(plan: &Plan) -> Value {
    let mut agenda = Agenda::new();
    for (node, &phase) in (0..).zip(&plan.phases) {
        agenda.put(phase, What::Round(node));
    }

    let mut nodes = Node::all(plan);
    let mut air = Air::new(plan);
    while let Some((now, what)) = agenda.take_before(plan.horizon) {
        match what {
            What::Round(node) => {
                let ping = nodes[node as usize].begin_round(&mut air);
                send(ping, now, &mut air, &mut agenda);
                agenda.put(now + PATIENCE, What::Patience(node));
                agenda.put(now + INTERVAL, What::Round(node));
            }
            What::Patience(node) => {
                for request in nodes[node as usize].lose_patience(&mut air).into_iter().flatten() {
                    send(request, now, &mut air, &mut agenda);
                }
            }
            What::Arrival(message) => {
                if let Some(answer) = nodes[message.receiver() as usize].receive(message) {
                    send(answer, now, &mut air, &mut agenda);
                }
            }
        }
    }
    air.figures()
}

fn send(message: Message, now: u64, air: &mut Air, agenda: &mut Agenda<What>) {
    if let Some(latency) = air.carry() {
        agenda.put(now + latency, What::Arrival(message));
    }
}
