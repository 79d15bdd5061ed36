//! Processor time and memory, measured one process at a time.
//!
//! The operating system keeps these figures for the children of a process together, so each measured program is
//! run by a process of its own: this same program under the verb `measure`, which has no other child.

use std::io;
use std::process::{Command, Stdio};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};

use crate::{Failure, this_program};

/// What one run of a program took, and what it printed.
#[derive(Serialize, Deserialize)]
pub struct Measured {
    pub user_s: f64,
    pub peak_bytes: u64,
    pub output: String,
}

/// Runs `program` with `arguments` under a process that measures it.
pub fn measured(program: &Command) -> Result<Measured, Failure> {
    let mut wrapper = Command::new(this_program()?);
    wrapper.arg("measure").arg(program.get_program()).args(program.get_args());
    if let Some(folder) = program.get_current_dir() {
        wrapper.current_dir(folder);
    }
    let output = wrapper.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{program:?} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The verb `measure`: runs the command given and prints what it took and what it said as one line of JSON.
pub fn measure_child(command: &[String]) -> Result<(), Failure> {
    let [program, arguments @ ..] = command else {
        return Err("measure needs a command".into());
    };
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{program} ended with {}", output.status).into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(io::Error::from)?;
    let measured = Measured {
        user_s: user_seconds(&usage),
        peak_bytes: peak_bytes(&usage),
        output: String::from_utf8(output.stdout)?,
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

/// The processor time that this process has spent in its own code so far.
pub fn own_user_seconds() -> f64 {
    getrusage(UsageWho::RUSAGE_SELF).map(|usage| user_seconds(&usage)).unwrap_or(f64::NAN)
}

fn user_seconds(usage: &Usage) -> f64 {
    usage.user_time().num_microseconds() as f64 / 1e6
}

/// The peak is told in bytes on one family of systems and in kibibytes on the others.
fn peak_bytes(usage: &Usage) -> u64 {
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    usage.max_rss() as u64 * unit
}

/// The middle value, or the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}
