//! W2 on simcore: one component for each node, callbacks, and the framework's ordered events for the beats, whose
//! times never decrease.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;
use simcore::{Event, EventHandler, Id, Simulation, SimulationContext, cast};

use super::workload::{Air, Node, Referee, TIMEOUT};
use crate::chance::INTERVAL;
use crate::engines::seconds::{in_nanoseconds, in_seconds};
use crate::plan::Plan;

#[derive(Clone, Serialize)]
struct Beat {}

#[derive(Clone, Serialize)]
struct Arrival {
    // It is written out only where events are logged.
    #[serde(skip)]
    table: Rc<[u32]>,
}

#[derive(Clone, Serialize)]
struct LookAround {}

#[derive(Clone, Serialize)]
struct Crash {}

/// What all nodes share.
struct Cluster {
    components: Vec<Id>,
    air: RefCell<Air>,
    referee: RefCell<Referee>,
}

struct Component {
    number: u32,
    alive: bool,
    node: Node,
    cluster: Rc<Cluster>,
    ctx: SimulationContext,
}

impl Component {
    fn on_beat(&mut self, now: u64) {
        let table = self.node.beat(now);
        for (to, latency) in self.cluster.air.borrow_mut().send(self.number) {
            let to = self.cluster.components[to as usize];
            self.ctx.emit(Arrival { table: table.clone() }, to, in_seconds(latency));
        }
        self.ctx.emit_ordered_self(Beat {}, in_seconds(INTERVAL));
    }

    fn on_look(&mut self, now: u64) {
        let next = self.node.look(now, &mut self.cluster.referee.borrow_mut());
        self.ctx.emit_self(LookAround {}, in_seconds(next - now));
    }
}

impl EventHandler for Component {
    fn on(&mut self, event: Event) {
        if !self.alive {
            return;
        }
        let now = in_nanoseconds(event.time);
        cast!(match event.data {
            Beat {} => {
                self.on_beat(now);
            }
            Arrival { table } => {
                self.node.merge(&table, now);
            }
            LookAround {} => {
                self.on_look(now);
            }
            Crash {} => {
                self.alive = false;
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
        referee: RefCell::new(Referee::new(plan)),
    });
    let mut components = Vec::with_capacity(plan.nodes());
    for (((number, name), ctx), node) in (0..).zip(names).zip(contexts).zip(Node::all(plan)) {
        let component = Component { number, alive: true, node, cluster: cluster.clone(), ctx };
        let component = Rc::new(RefCell::new(component));
        sim.add_handler(name, component.clone());
        components.push(component);
    }

    for (number, phase) in plan.by_phase() {
        let component = components[number as usize].borrow();
        component.ctx.emit_ordered_self(Beat {}, in_seconds(phase));
        component.ctx.emit_self(LookAround {}, in_seconds(TIMEOUT));
    }
    for crash in &plan.crashes {
        components[crash.node as usize].borrow().ctx.emit_self(Crash {}, in_seconds(crash.at));
    }

    sim.step_until_time(in_seconds(plan.horizon));
    let messages = cluster.air.borrow().messages;
    cluster.referee.borrow().figures(messages)
}
