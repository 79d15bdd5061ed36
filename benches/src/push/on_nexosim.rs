//! W1 on nexosim: one model for each node and one for the monitor, joined by ports, on the single-threaded executor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, EventSource, Output, SinkState, event_slot};
use nexosim::simulation::{EventKey, Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use super::workload::{Look, Monitor, Outcome};
use crate::chance::{INTERVAL, Latency};
use crate::plan::Plan;

#[derive(Default, Serialize, Deserialize)]
struct Node {
    beat: Output<u32>,
    number: u32,
    first_beat: u64,
    crash_at: Option<u64>,
    beating: Option<EventKey>,
    #[serde(skip)]
    latency: Latency,
    #[serde(skip)]
    beats: Arc<AtomicU64>,
}

#[Model]
impl Node {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        let interval = Duration::from_nanos(INTERVAL);
        let key = cx
            .schedule_keyed_periodic_event(after(cx, self.first_beat), interval, schedulable!(Self::send), ())
            .expect("the first beat lies ahead");
        self.beating = Some(key);
        if let Some(crash) = self.crash_at {
            cx.schedule_event(after(cx, crash), schedulable!(Self::crash), ()).expect("the crash lies ahead");
        }
    }

    #[nexosim(schedulable)]
    fn send(&mut self, _: (), cx: &Context<Self>) {
        self.beats.fetch_add(1, Ordering::Relaxed);
        let latency = Duration::from_nanos(self.latency.sample());
        cx.schedule_event(latency, schedulable!(Self::deliver), ()).expect("a latency is positive");
    }

    #[nexosim(schedulable)]
    async fn deliver(&mut self) {
        self.beat.send(self.number).await;
    }

    #[nexosim(schedulable)]
    fn crash(&mut self) {
        if let Some(key) = self.beating.take() {
            key.cancel();
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
struct MonitorModel {
    outcome: Output<Outcome>,
    nodes: u32,
    monitor: Monitor,
}

#[Model]
impl MonitorModel {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        for node in 0..self.nodes {
            self.look(node, cx);
        }
    }

    fn hear(&mut self, node: u32, cx: &Context<Self>) {
        if let Some(deadline) = self.monitor.hear(node, now(cx)) {
            look_at(cx, node, deadline);
        }
    }

    #[nexosim(schedulable)]
    fn look(&mut self, node: u32, cx: &Context<Self>) {
        if let Look::Again(deadline) = self.monitor.look(node, now(cx)) {
            look_at(cx, node, deadline);
        }
    }

    async fn report(&mut self) {
        self.outcome.send(self.monitor.outcome(0)).await;
    }
}

fn look_at(cx: &Context<MonitorModel>, node: u32, deadline: u64) {
    cx.schedule_event(after(cx, deadline - now(cx)), schedulable!(MonitorModel::look), node)
        .expect("a deadline lies ahead");
}

fn now<M: Model>(cx: &Context<M>) -> u64 {
    cx.time().duration_since(MonotonicTime::EPOCH).as_nanos() as u64
}

/// The instant `nanoseconds` from now, and at least one, for nothing may be scheduled for now itself.
fn after<M: Model>(cx: &Context<M>, nanoseconds: u64) -> MonotonicTime {
    cx.time() + Duration::from_nanos(nanoseconds.max(1))
}

pub fn run(plan: &Plan) -> Outcome {
    simulate(plan).expect("no model fails")
}

fn simulate(plan: &Plan) -> Result<Outcome, SimulationError> {
    // The seconds measured are those of the processor, so a second thread could only add to them.
    let mut bench = SimInit::with_num_threads(1);
    let mut monitor =
        MonitorModel { nodes: plan.nodes() as u32, monitor: Monitor::new(plan), ..Default::default() };
    let monitor_mailbox = Mailbox::new();
    let report = EventSource::new().connect(MonitorModel::report, &monitor_mailbox).register(&mut bench);
    let (sink, mut reported) = event_slot(SinkState::Enabled);
    monitor.outcome.connect_sink(sink);

    let crash_at = plan.crashed_at();
    let beats = Arc::new(AtomicU64::new(0));
    for (number, &first_beat) in (0..).zip(&plan.phases) {
        let mut node = Node {
            number,
            first_beat,
            crash_at: crash_at[number as usize],
            latency: Latency::seeded(number.into()),
            beats: beats.clone(),
            ..Default::default()
        };
        node.beat.connect(MonitorModel::hear, &monitor_mailbox);
        bench = bench.add_model(node, Mailbox::new(), &format!("node{number}"));
    }

    let mut sim = bench.add_model(monitor, monitor_mailbox, "monitor").init(MonotonicTime::EPOCH)?;
    sim.step_until(Duration::from_nanos(plan.horizon))?;
    sim.process_event(&report, ())?;
    let outcome = reported.try_read().expect("the monitor has reported");
    Ok(Outcome { beats: beats.load(Ordering::Relaxed), ..outcome })
}
