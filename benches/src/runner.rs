//! Measures the speed of hbsim beside that of its peers and prints the tables as Markdown.
//!
//! `hbsim-bench [w1|w4|all] [--quick]`. Three more verbs are how it starts itself: `measure COMMAND…`,
//! `w1-… NODES SECONDS` and `w4-… PENDING HOLDS`, each in a process of its own.

mod hold;
mod measure;
mod programs;
mod push;

use std::env;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

pub type Failure = Box<dyn Error>;

const USAGE: &str = "usage: hbsim-bench [w1|w4|all] [--quick]";

/// How much to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub quick: bool,
}

impl Effort {
    /// Every program runs once in each round, one after the other, so that a busy moment of the machine hits all.
    pub fn rounds(self) -> usize {
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
        if let Some((name, run)) = push::PEERS.iter().find(|(name, _)| name == verb) {
            let [nodes, seconds] = rest else { return Err(USAGE.into()) };
            push::run_peer(name, *run, nodes.parse()?, seconds.parse()?);
            return Ok(());
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
        ["w1"] => push::compare(effort),
        ["w4"] => hold::compare(effort),
        [] | ["all"] => {
            push::compare(effort)?;
            println!();
            hold::compare(effort)
        }
        _ => Err(USAGE.into()),
    }
}

/// The file that holds this program.
pub fn this_program() -> io::Result<PathBuf> {
    env::current_exe()
}
