//! W1 on desque: one event type for each thing that happens, shared state in the simulation.
//!
//! Twice, because the clock is the user's choice and matters: its examples wrap a float; its own integers are
//! faster in a small cluster and slower in a large one, where a comparison that the processor can foresee hides
//! the wait for memory.

use desque::SimState;
use desque::serial::{OkEvent, Simulation};

use super::workload::{Look, Monitor, Outcome, TIMEOUT};
use crate::chance::{INTERVAL, Latency};
use crate::engines::clock::{Clock, Float, schedule};
use crate::plan::Plan;

struct Cluster {
    horizon: u64,
    alive: Vec<bool>,
    latency: Latency,
    monitor: Monitor,
    beats: u64,
}

impl<T: Clock> SimState<T> for Cluster {
    fn is_complete(&self, now: &T) -> bool {
        now.nanos() >= self.horizon
    }
}

#[derive(Debug)]
struct Beat(u32);

#[derive(Debug)]
struct Arrival(u32);

#[derive(Debug)]
struct LookAt(u32);

#[derive(Debug)]
struct Crash(u32);

impl<T: Clock> OkEvent<Cluster, T> for Beat {
    fn execute(&mut self, sim: &mut Simulation<Cluster, T>) {
        let now = sim.current_time().nanos();
        let cluster = sim.state_mut();
        if cluster.alive[self.0 as usize] {
            cluster.beats += 1;
            let latency = cluster.latency.sample();
            schedule(sim, Arrival(self.0), now + latency);
            schedule(sim, Beat(self.0), now + INTERVAL);
        }
    }
}

impl<T: Clock> OkEvent<Cluster, T> for Arrival {
    fn execute(&mut self, sim: &mut Simulation<Cluster, T>) {
        let now = sim.current_time().nanos();
        if let Some(deadline) = sim.state_mut().monitor.hear(self.0, now) {
            schedule(sim, LookAt(self.0), deadline);
        }
    }
}

impl<T: Clock> OkEvent<Cluster, T> for LookAt {
    fn execute(&mut self, sim: &mut Simulation<Cluster, T>) {
        let now = sim.current_time().nanos();
        if let Look::Again(deadline) = sim.state_mut().monitor.look(self.0, now) {
            schedule(sim, LookAt(self.0), deadline);
        }
    }
}

impl<T: Clock> OkEvent<Cluster, T> for Crash {
    fn execute(&mut self, sim: &mut Simulation<Cluster, T>) {
        sim.state_mut().alive[self.0 as usize] = false;
    }
}

pub fn run(plan: &Plan) -> Outcome {
    simulate::<Float>(plan)
}

pub fn run_on_integers(plan: &Plan) -> Outcome {
    simulate::<u64>(plan)
}

fn simulate<T: Clock>(plan: &Plan) -> Outcome {
    let cluster = Cluster {
        horizon: plan.horizon,
        alive: vec![true; plan.nodes()],
        latency: Latency::default(),
        monitor: Monitor::new(plan),
        beats: 0,
    };
    let mut sim = Simulation::new(cluster, T::from_nanos(0));
    for (node, &phase) in (0..).zip(&plan.phases) {
        schedule(&mut sim, Beat(node), phase);
        schedule(&mut sim, LookAt(node), TIMEOUT);
    }
    for crash in &plan.crashes {
        schedule(&mut sim, Crash(crash.node), crash.at);
    }
    sim.run().expect("no event fails");
    let cluster = sim.state();
    cluster.monitor.outcome(cluster.beats)
}
