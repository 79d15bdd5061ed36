//! W3 on desque: one event type for each thing that happens, shared state in the simulation, and the clock of the
//! crate's examples.

use desque::SimState;
use desque::serial::{OkEvent, Simulation};
use serde_json::Value;

use super::workload::{Air, Message, Node, PATIENCE};
use crate::chance::INTERVAL;
use crate::engines::clock::{Clock, Float, schedule};
use crate::plan::Plan;

struct Cluster {
    horizon: u64,
    nodes: Vec<Node>,
    air: Air,
}

impl SimState<Float> for Cluster {
    fn is_complete(&self, now: &Float) -> bool {
        now.nanos() >= self.horizon
    }
}

#[derive(Debug)]
struct Round(u32);

#[derive(Debug)]
struct Patience(u32);

#[derive(Debug)]
struct Arrival(Message);

impl OkEvent<Cluster, Float> for Round {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        let ping = cluster.nodes[self.0 as usize].begin_round(&mut cluster.air);
        send(sim, ping, now);
        schedule(sim, Patience(self.0), now + PATIENCE);
        schedule(sim, Round(self.0), now + INTERVAL);
    }
}

impl OkEvent<Cluster, Float> for Patience {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        let requests = cluster.nodes[self.0 as usize].lose_patience(&mut cluster.air);
        for request in requests.into_iter().flatten() {
            send(sim, request, now);
        }
    }
}

impl OkEvent<Cluster, Float> for Arrival {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let nodes = &mut sim.state_mut().nodes;
        if let Some(answer) = nodes[self.0.receiver() as usize].receive(self.0) {
            send(sim, answer, now);
        }
    }
}

fn send(sim: &mut Simulation<Cluster, Float>, message: Message, now: u64) {
    if let Some(latency) = sim.state_mut().air.carry() {
        schedule(sim, Arrival(message), now + latency);
    }
}

pub fn run(plan: &Plan) -> Value {
    let cluster = Cluster { horizon: plan.horizon, nodes: Node::all(plan), air: Air::new(plan) };
    let mut sim = Simulation::new(cluster, Float::from_nanos(0));
    for (node, &phase) in (0..).zip(&plan.phases) {
        schedule(&mut sim, Round(node), phase);
    }
    sim.run().expect("no event fails");
    sim.state().air.figures()
}
