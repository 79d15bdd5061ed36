//! W1 on simcore: one component for each node and one for the monitor, callbacks, and the framework's ordered
//! events for the beats, whose times never decrease.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::Serialize;
use simcore::{Event, EventHandler, Id, Simulation, SimulationContext, cast};

use super::workload::{Look, Monitor, Outcome, TIMEOUT};
use crate::chance::{INTERVAL, Latency};
use crate::engines::seconds::{in_nanoseconds, in_seconds};
use crate::plan::Plan;

#[derive(Clone, Serialize)]
struct Beat {}

#[derive(Clone, Serialize)]
struct Arrival {
    node: u32,
}

#[derive(Clone, Serialize)]
struct LookAt {
    node: u32,
}

#[derive(Clone, Serialize)]
struct Crash {}

/// What all nodes share.
struct Network {
    latency: RefCell<Latency>,
    beats: Cell<u64>,
}

struct Node {
    number: u32,
    alive: bool,
    monitor: Id,
    network: Rc<Network>,
    ctx: SimulationContext,
}

impl Node {
    fn on_beat(&self) {
        if !self.alive {
            return;
        }
        self.network.beats.set(self.network.beats.get() + 1);
        let latency = self.network.latency.borrow_mut().sample();
        self.ctx.emit(Arrival { node: self.number }, self.monitor, in_seconds(latency));
        self.ctx.emit_ordered_self(Beat {}, in_seconds(INTERVAL));
    }
}

impl EventHandler for Node {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Beat {} => {
                self.on_beat();
            }
            Crash {} => {
                self.alive = false;
            }
        })
    }
}

struct MonitorComponent {
    monitor: Monitor,
    ctx: SimulationContext,
}

impl MonitorComponent {
    fn look_at(&self, node: u32, now: u64, deadline: u64) {
        self.ctx.emit_self(LookAt { node }, in_seconds(deadline - now));
    }
}

impl EventHandler for MonitorComponent {
    fn on(&mut self, event: Event) {
        let now = in_nanoseconds(event.time);
        cast!(match event.data {
            Arrival { node } => {
                if let Some(deadline) = self.monitor.hear(node, now) {
                    self.look_at(node, now, deadline);
                }
            }
            LookAt { node } => {
                if let Look::Again(deadline) = self.monitor.look(node, now) {
                    self.look_at(node, now, deadline);
                }
            }
        })
    }
}

pub fn run(plan: &Plan) -> Outcome {
    let mut sim = Simulation::new(1);
    let ctx = sim.create_context("monitor");
    let monitor = Rc::new(RefCell::new(MonitorComponent { monitor: Monitor::new(plan), ctx }));
    let monitor_id = sim.add_handler("monitor", monitor.clone());

    let network = Rc::new(Network { latency: RefCell::default(), beats: Cell::new(0) });
    let mut nodes = Vec::with_capacity(plan.nodes());
    for number in 0..plan.nodes() as u32 {
        let name = format!("node{number}");
        let ctx = sim.create_context(&name);
        let node = Node { number, alive: true, monitor: monitor_id, network: network.clone(), ctx };
        let node = Rc::new(RefCell::new(node));
        sim.add_handler(name, node.clone());
        nodes.push(node);
    }

    for (number, phase) in plan.by_phase() {
        nodes[number as usize].borrow().ctx.emit_ordered_self(Beat {}, in_seconds(phase));
        monitor.borrow().look_at(number, 0, TIMEOUT);
    }
    for crash in &plan.crashes {
        nodes[crash.node as usize].borrow().ctx.emit_self(Crash {}, in_seconds(crash.at));
    }

    sim.step_until_time(in_seconds(plan.horizon));
    monitor.borrow().monitor.outcome(network.beats.get())
}
