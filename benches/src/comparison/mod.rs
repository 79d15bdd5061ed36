//! Sets programs side by side that run the same workload: do they agree, what did each take, are the targets met?

mod check;
mod program;
mod tables;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub use check::Expected;
use program::{Program, Run, programs};

use crate::measure::{self, median};
use crate::{Effort, Failure};

/// A workload, so far as the comparison needs to know it.
pub struct Workload {
    pub title: &'static str,
    /// What the cost is divided by. The first figure counts it.
    pub unit: &'static str,
    pub sizes: &'static [Size],
    pub quick: &'static [Size],
    pub figures: &'static [Figure],
    /// What theory says of each figure.
    pub expected: fn(Size) -> Vec<Expected>,
    pub hbsim: Scenario,
    pub peers: &'static [Peer],
    pub python: Script,
    pub targets: &'static [Target],
}

/// How large a run is, and how often every program runs it, the programs taking turns.
#[derive(Clone, Copy)]
pub struct Size {
    pub nodes: u32,
    pub seconds: u64,
    pub rounds: u32,
}

/// Something that every program counts, by which one sees whether it has run the workload at all.
pub struct Figure {
    pub head: &'static str,
    /// Its name in what a peer prints.
    pub key: &'static str,
    /// Its column in what hbsim prints, if it has one that can be compared.
    pub hbsim: Option<Column>,
    pub decimals: usize,
}

pub struct Column {
    pub name: &'static str,
    /// The part of the expected value by which hbsim may be off, beside what chance allows, because it does more
    /// than the workload asks.
    pub slack: f64,
}

impl Column {
    pub const fn exactly(name: &'static str) -> Self {
        Self { name, slack: 0.0 }
    }
}

/// How hbsim is told to run the workload.
pub struct Scenario {
    pub file: &'static str,
    /// What is set beside the number of nodes and the duration.
    pub settings: fn(Size) -> Vec<String>,
}

/// A peer that runs inside this program, in a process of its own.
pub struct Peer {
    pub name: &'static str,
    /// The verb that starts it.
    pub verb: &'static str,
    /// Runs to the horizon and returns the figures by their keys.
    pub run: fn(Size) -> Value,
    /// The largest cluster that it can run in a time worth waiting for.
    pub largest: u32,
}

/// The peer in Python.
pub struct Script {
    pub name: &'static str,
    pub file: &'static str,
    pub largest: u32,
}

/// What hbsim has to reach.
pub enum Target {
    /// It must be this many times faster than a program.
    Faster { than: &'static str, nodes: u32, times: f64 },
    /// A unit may cost it at most this many times what it costs at the smallest size.
    Growth { nodes: u32, times: f64 },
    /// It may need at most so many bytes per node.
    Memory { nodes: u32, bytes: f64 },
}

/// The medians over the rounds for one program at one size.
struct Cost {
    ns_per_unit: f64,
    seconds: f64,
    bytes_per_node: f64,
}

/// By the name of the program and the number of nodes.
type Costs = BTreeMap<(&'static str, u32), Cost>;

const HBSIM: &str = "hbsim";

/// Runs one peer and prints its figures as one line of JSON.
pub fn run_peer(peer: &Peer, nodes: u32, seconds: u64) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line {
        program: &'static str,
        nodes: u32,
        #[serde(flatten)]
        figures: Value,
        seconds_user: f64,
    }

    let figures = (peer.run)(Size { nodes, seconds, rounds: 1 });
    let line = Line { program: peer.verb, nodes, figures, seconds_user: measure::own_user_seconds() };
    println!("{}", serde_json::to_string(&line)?);
    Ok(())
}

/// Runs every program on the workload and prints the tables.
pub fn compare(workload: &'static Workload, effort: Effort) -> Result<(), Failure> {
    let programs = programs(workload);
    let sizes = if effort.quick { workload.quick } else { workload.sizes };
    let mut costs = Costs::new();
    let mut complaints = Vec::new();
    tables::print_head_of_check(workload);
    for &size in sizes {
        compare_at(size, workload, &programs, &mut costs, &mut complaints);
    }
    tables::print_costs(workload, &programs, sizes, &costs);
    tables::print_targets(workload, &costs);
    if !programs.iter().any(|program| program.name() == HBSIM) {
        complaints.push("hbsim was not measured".into());
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("; ").into()) }
}

/// Every program runs once in each round, one after the other, so that a busy moment of the machine hits all.
fn compare_at(
    size: Size,
    workload: &Workload,
    programs: &[Program],
    costs: &mut Costs,
    complaints: &mut Vec<String>,
) {
    let able: Vec<&Program> = programs.iter().filter(|program| size.nodes <= program.largest()).collect();
    let mut runs: BTreeMap<&str, Result<Vec<Run>, Failure>> = BTreeMap::new();
    for _ in 0..size.rounds {
        for program in &able {
            let so_far = runs.entry(program.name()).or_insert_with(|| Ok(Vec::new()));
            let Ok(done) = so_far else { continue };
            match program.run(workload, size) {
                Ok(run) => {
                    eprintln!("{} with {} nodes: {:.2} s", program.name(), size.nodes, run.user_s);
                    done.push(run);
                }
                Err(why) => *so_far = Err(why),
            }
        }
    }
    let expected = (workload.expected)(size);
    for program in &able {
        let of_which = || format!("{} with {} nodes", program.name(), size.nodes);
        match &runs[program.name()] {
            Ok(runs) => {
                let agrees = program.agrees(workload, &runs[0].figures, &expected);
                tables::print_figures(workload, size, program.name(), &runs[0].figures, agrees);
                if !agrees {
                    complaints.push(format!("{} has run another workload", of_which()));
                }
                costs.insert((program.name(), size.nodes), Cost::of(runs, size));
            }
            Err(why) => {
                tables::print_failure(workload, size, program.name());
                complaints.push(format!("{}: {why}", of_which()));
            }
        }
    }
    tables::print_expected(workload, size, &expected);
}

impl Cost {
    fn of(runs: &[Run], size: Size) -> Self {
        let middle = |of: &dyn Fn(&Run) -> f64| median(runs.iter().map(of).collect());
        Self {
            ns_per_unit: middle(&|run| run.user_s * 1e9 / run.units()),
            seconds: middle(&|run| run.user_s),
            bytes_per_node: middle(&|run| run.peak_bytes as f64 / f64::from(size.nodes)),
        }
    }
}
