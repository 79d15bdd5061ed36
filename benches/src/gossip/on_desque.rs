//! W2 on desque: one event type for each thing that happens, shared state in the simulation, and the clock of the
//! crate's examples.
//!
//! Twice, because most of the work is the merge of the tables, and it matters more than the engine how it is written.

use std::rc::Rc;

use desque::SimState;
use desque::serial::{OkEvent, Simulation};
use serde_json::Value;

use super::workload::{Air, Node, Referee, TIMEOUT};
use crate::chance::INTERVAL;
use crate::engines::clock::{Clock, Float, schedule};
use crate::plan::Plan;

type Merge = fn(&mut Node, &[u32], u64);

struct Cluster {
    horizon: u64,
    alive: Vec<bool>,
    nodes: Vec<Node>,
    merge: Merge,
    air: Air,
    referee: Referee,
}

impl SimState<Float> for Cluster {
    fn is_complete(&self, now: &Float) -> bool {
        now.nanos() >= self.horizon
    }
}

#[derive(Debug)]
struct Beat(u32);

#[derive(Debug)]
struct Arrival {
    to: u32,
    table: Rc<[u32]>,
}

#[derive(Debug)]
struct LookAround(u32);

#[derive(Debug)]
struct Crash(u32);

impl OkEvent<Cluster, Float> for Beat {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        if cluster.alive[self.0 as usize] {
            let table = cluster.nodes[self.0 as usize].beat(now);
            for (to, latency) in cluster.air.send(self.0) {
                schedule(sim, Arrival { to, table: table.clone() }, now + latency);
            }
            schedule(sim, Beat(self.0), now + INTERVAL);
        }
    }
}

impl OkEvent<Cluster, Float> for Arrival {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        if cluster.alive[self.to as usize] {
            (cluster.merge)(&mut cluster.nodes[self.to as usize], &self.table, now);
        }
    }
}

impl OkEvent<Cluster, Float> for LookAround {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        if cluster.alive[self.0 as usize] {
            let next = cluster.nodes[self.0 as usize].look(now, &mut cluster.referee);
            schedule(sim, LookAround(self.0), next);
        }
    }
}

impl OkEvent<Cluster, Float> for Crash {
    fn execute(&mut self, sim: &mut Simulation<Cluster, Float>) {
        sim.state_mut().alive[self.0 as usize] = false;
    }
}

pub fn run(plan: &Plan) -> Value {
    simulate(plan, Node::merge)
}

pub fn run_in_vectors(plan: &Plan) -> Value {
    simulate(plan, Node::merge_in_vectors)
}

fn simulate(plan: &Plan, merge: Merge) -> Value {
    let cluster = Cluster {
        horizon: plan.horizon,
        alive: vec![true; plan.nodes()],
        nodes: Node::all(plan),
        merge,
        air: Air::new(plan),
        referee: Referee::new(plan),
    };
    let mut sim = Simulation::new(cluster, Float::from_nanos(0));
    for (node, &phase) in (0..).zip(&plan.phases) {
        schedule(&mut sim, Beat(node), phase);
        schedule(&mut sim, LookAround(node), TIMEOUT);
    }
    for crash in &plan.crashes {
        schedule(&mut sim, Crash(crash.node), crash.at);
    }
    sim.run().expect("no event fails");
    let cluster = sim.state();
    cluster.referee.figures(cluster.air.messages)
}
