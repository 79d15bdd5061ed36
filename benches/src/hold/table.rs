//! Measures the queues side by side and sets the result against the target.

use std::process::Command;

use serde::Deserialize;

use crate::measure::{measured, median};
use crate::{Effort, Failure, this_program};

const HOLDS: u64 = 10_000_000;

/// How many times faster than the standard heap a lazy radix wheel was found to be.
const REFERENCE: [(u32, f64); 3] =
    [(1_000, 35.0 / 17.0), (100_000, 79.0 / 20.0), (10_000_000, 1074.0 / 30.0)];
/// The part of the reference that is asked for.
const SLACK: f64 = 1.5;

pub fn compare(effort: Effort) -> Result<(), Failure> {
    println!("## W4, hold: nanoseconds per hold\n");
    println!("| pending | heap of std | hbsim | times faster | target | |");
    println!("|---|---|---|---|---|---|");
    let sizes = if effort.quick { &REFERENCE[..2] } else { &REFERENCE[..] };
    for &(pending, reference) in sizes {
        let mut heap = Vec::new();
        let mut hbsim = Vec::new();
        for _ in 0..effort.rounds() {
            heap.push(ns_per_hold("w4-heap", pending)?);
            hbsim.push(ns_per_hold("w4-hbsim", pending)?);
        }
        let (heap, hbsim) = (median(heap), median(hbsim));
        let faster = heap / hbsim;
        let target = reference / SLACK;
        let verdict = if faster >= target { "pass" } else { "FAIL" };
        println!("| {pending} | {heap:.0} | {hbsim:.0} | {faster:.1} | {target:.1} | {verdict} |");
    }
    Ok(())
}

fn ns_per_hold(queue: &str, pending: u32) -> Result<f64, Failure> {
    #[derive(Deserialize)]
    struct Printed {
        ns_per_hold: f64,
    }

    let mut command = Command::new(this_program()?);
    command.args([queue, &pending.to_string(), &HOLDS.to_string()]);
    let printed: Printed = serde_json::from_str(&measured(&command)?.output)?;
    eprintln!("{queue} with {pending} pending: {:.1} ns per hold", printed.ns_per_hold);
    Ok(printed.ns_per_hold)
}
