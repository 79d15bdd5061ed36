//! A small scenario, written as a table of numbers.

use std::fmt;
use std::path::Path;

use hbsim::document::Document;
use hbsim::engine::world::Meter;
use hbsim::experiment::{Interrupted, Simulation, replicate};
use hbsim::measures::RunRecord;
use hbsim::scenario::Scenario;

/// How long a message travels, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    Constant(f64),
    Uniform(f64, f64),
    Exponential(f64),
    /// Mean and deviation of the delay itself.
    LogNormal(f64, f64),
    /// As the scenario file has it.
    Written(&'static str),
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Law::Constant(value) => write!(f, "{{ kind = \"constant\", value = {} }}", s(value)),
            Law::Uniform(min, max) => {
                write!(f, "{{ kind = \"uniform\", min = {}, max = {} }}", s(min), s(max))
            }
            Law::Exponential(mean) => write!(f, "{{ kind = \"exponential\", mean = {} }}", s(mean)),
            Law::LogNormal(mean, deviation) => {
                write!(f, "{{ kind = \"log-normal\", mean = {}, deviation = {} }}", s(mean), s(deviation))
            }
            Law::Written(law) => f.write_str(law),
        }
    }
}

/// So many seconds, as a scenario file has them.
pub(super) fn s(seconds: f64) -> String {
    format!("\"{}ns\"", (seconds * 1e9).round() as u64)
}

/// What every experiment of a table has in common, and in what its rows differ.
#[derive(Clone, Debug)]
pub(super) struct Experiment {
    pub seed: u64,
    /// The time between two beats, or two questions.
    pub interval: f64,
    /// What the `[topology]` table says besides the interval.
    pub topology: String,
    /// What the `[detector]` table says.
    pub detector: String,
    pub latency: Law,
    pub loss: f64,
}

/// The `[topology]` table of nodes that push their beats, each with a random phase.
pub(super) fn push() -> String {
    "kind = \"centralized\"".to_owned()
}

/// The `[topology]` table of nodes that push their beats all at once, from the start of the run.
pub(super) fn push_together() -> String {
    "kind = \"centralized\", phase = \"aligned\"".to_owned()
}

/// The `[topology]` table of a monitor that asks each node in turn, with a random phase.
pub(super) fn pull(probe_timeout: f64) -> String {
    format!("kind = \"pull\", probe_timeout = {}", s(probe_timeout))
}

/// The same, each question asked one interval after the end of the one before.
pub(super) fn pull_with_fixed_delay(probe_timeout: f64) -> String {
    format!("{}, pace = \"fixed-delay\"", pull(probe_timeout))
}

/// The `[topology]` table of nodes whose beats are answered.
pub(super) fn push_and_reply() -> String {
    format!("{}, acknowledge = true", push())
}

/// The same, each beat as long after the reply as whoever heard the last one has drawn, up to this share of the
/// interval sooner or later.
pub(super) fn announced(share: f64) -> String {
    format!("{}, pace = \"fixed-delay\", jitter = [-{share}, {share}], announce = true", push_and_reply())
}

/// The `[detector]` table of a fixed timeout.
pub(super) fn timeout(seconds: f64) -> String {
    format!("kind = \"timeout\", timeout = {}", s(seconds))
}

/// The `[detector]` table of so many misses in a row.
pub(super) fn misses(misses: u32) -> String {
    format!("kind = \"misses\", misses = {misses}")
}

impl Experiment {
    /// The scenario with so many nodes, other lines and `[[faults]]` added. More of the network is a line
    /// that begins with `network.`.
    pub(super) fn scenario(&self, nodes: u32, lines: &str) -> Scenario {
        let Experiment { seed, interval, topology, detector, latency, loss } = self;
        let interval = s(*interval);
        let text = format!(
            "name = \"known-answer\"\nseed = {seed}\ncluster = {{ nodes = {nodes} }}\n\
             topology = {{ interval = {interval}, {topology} }}\ndetector = {{ {detector} }}\n\
             network.latency = {latency}\nnetwork.loss = {loss:?}\n{lines}"
        );
        read(&text)
    }
}

/// The scenario that is written like this.
pub(super) fn read(text: &str) -> Scenario {
    Document::parse("known-answer.toml", text)
        .and_then(|document| Scenario::read(&document, Path::new(".")))
        .unwrap_or_else(|complaint| panic!("{text}\n{complaint}"))
}

/// All replications of a scenario. Tests run beside one another, so each keeps to one thread.
pub(super) fn simulate(scenario: &Scenario) -> Vec<RunRecord> {
    let mut records = Vec::new();
    let keep = |record| {
        records.push(record);
        Ok::<(), Interrupted>(())
    };
    replicate(Simulation { scenario, by_second: false }, 1, &Meter::default(), keep)
        .expect("nobody interrupts");
    records
}
