//! Measures the speed of hbsim beside that of its peers and prints the tables as Markdown.
//!
//! `hbsim-bench [w1|w2|w3|w4|all|growth] [--quick]`. Some more verbs are how it starts itself: `measure COMMAND…`,
//! `w1-… NODES SECONDS` and the like for W2 and W3, `w4-… PENDING HOLDS`, each in a process of its own.

mod chance;
mod comparison;
mod engines;
mod gossip;
mod growth;
mod hold;
mod measure;
mod plan;
mod programs;
mod push;
mod swim;

use std::env;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use comparison::Workload;

pub type Failure = Box<dyn Error>;

const USAGE: &str = "usage: hbsim-bench [w1|w2|w3|w4|all|growth] [--quick]";

/// The workloads that whole programs are compared on, by name.
const WORKLOADS: [(&str, &Workload); 3] = [("w1", &push::PUSH), ("w2", &gossip::GOSSIP), ("w3", &swim::SWIM)];

/// How much to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub quick: bool,
}

impl Effort {
    /// Every program runs once in each round, one after the other, so that a busy moment of the machine hits all.
    pub fn rounds(self) -> u32 {
        if self.quick { 1 } else { 3 }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match act(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hbsim-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn act(arguments: &[String]) -> Result<(), Failure> {
    if let Some((verb, rest)) = arguments.split_first() {
        if verb == "measure" {
            return measure::measure_child(rest);
        }
        let mut peers = WORKLOADS.iter().flat_map(|(_, workload)| workload.peers);
        if let Some(peer) = peers.find(|peer| peer.verb == verb) {
            let [nodes, seconds] = rest else { return Err(USAGE.into()) };
            return comparison::run_peer(peer, nodes.parse()?, seconds.parse()?);
        }
        if let Some((name, run)) = hold::QUEUES.iter().find(|(name, _)| name == verb) {
            let [pending, holds] = rest else { return Err(USAGE.into()) };
            hold::run_queue(name, *run, pending.parse()?, holds.parse()?);
            return Ok(());
        }
    }

    let (flags, workloads): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with('-'));
    let effort = match flags[..] {
        [] => Effort { quick: false },
        ["--quick"] => Effort { quick: true },
        _ => return Err(USAGE.into()),
    };
    match workloads[..] {
        [] | ["all"] => compare_all(effort),
        ["w4"] => hold::compare(effort),
        ["growth"] => growth::compare(effort),
        [asked] => match WORKLOADS.iter().find(|(name, _)| *name == asked) {
            Some((_, workload)) => comparison::compare(workload, effort),
            None => Err(USAGE.into()),
        },
        _ => Err(USAGE.into()),
    }
}

/// A workload that goes wrong does not keep the others from being measured.
fn compare_all(effort: Effort) -> Result<(), Failure> {
    let mut failures = Vec::new();
    for (name, workload) in WORKLOADS {
        if let Err(failure) = comparison::compare(workload, effort) {
            failures.push(format!("{name}: {failure}"));
        }
        println!();
    }
    if let Err(failure) = hold::compare(effort) {
        failures.push(format!("w4: {failure}"));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

/// The file that holds this program.
pub fn this_program() -> io::Result<PathBuf> {
    env::current_exe()
}
