//! W3 on simcore: one component for each node, callbacks, and the framework's ordered events for the rounds, whose
//! times never decrease.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;
use simcore::{Event, EventHandler, Id, Simulation, SimulationContext, cast};

use super::workload::{Air, Message, Node, PATIENCE};
use crate::chance::INTERVAL;
use crate::engines::seconds::in_seconds;
use crate::plan::Plan;

#[derive(Clone, Serialize)]
struct Round {}

#[derive(Clone, Serialize)]
struct Patience {}

#[derive(Clone, Serialize)]
struct Arrival {
    message: Message,
}

/// What all nodes share.
struct Cluster {
    components: Vec<Id>,
    air: RefCell<Air>,
}

struct Component {
    node: Node,
    cluster: Rc<Cluster>,
    ctx: SimulationContext,
}

impl Component {
    fn on_round(&mut self) {
        let ping = self.node.begin_round(&mut self.cluster.air.borrow_mut());
        self.send(ping);
        self.ctx.emit_self(Patience {}, in_seconds(PATIENCE));
        self.ctx.emit_ordered_self(Round {}, in_seconds(INTERVAL));
    }

    fn on_patience(&self) {
        let requests = self.node.lose_patience(&mut self.cluster.air.borrow_mut());
        for request in requests.into_iter().flatten() {
            self.send(request);
        }
    }

    fn on_arrival(&mut self, message: Message) {
        if let Some(answer) = self.node.receive(message) {
            self.send(answer);
        }
    }

    fn send(&self, message: Message) {
        if let Some(latency) = self.cluster.air.borrow_mut().carry() {
            let to = self.cluster.components[message.receiver() as usize];
            self.ctx.emit(Arrival { message }, to, in_seconds(latency));
        }
    }
}

impl EventHandler for Component {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Round {} => {
                self.on_round();
            }
            Patience {} => {
                self.on_patience();
            }
            Arrival { message } => {
                self.on_arrival(message);
            }
        })
    }
}

pub fn run(plan: &Plan) -> Value {
    let mut sim = Simulation::new(1);
    let names: Vec<String> = (0..plan.nodes()).map(|number| format!("node{number}")).collect();
    let contexts: Vec<_> = names.iter().map(|name| sim.create_context(name)).collect();
    let cluster = Rc::new(Cluster {
        components: contexts.iter().map(SimulationContext::id).collect(),
        air: RefCell::new(Air::new(plan)),
    });
    let mut components = Vec::with_capacity(plan.nodes());
    for ((name, ctx), node) in names.into_iter().zip(contexts).zip(Node::all(plan)) {
        let component = Rc::new(RefCell::new(Component { node, cluster: cluster.clone(), ctx }));
        sim.add_handler(name, component.clone());
        components.push(component);
    }

    for (number, phase) in plan.by_phase() {
        components[number as usize].borrow().ctx.emit_ordered_self(Round {}, in_seconds(phase));
    }
    sim.step_until_time(in_seconds(plan.horizon));
    cluster.air.borrow().figures()
}
