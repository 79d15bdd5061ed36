//! Runs W1 on every program, checks that they agree, and prints the tables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::check::{Counts, Expected};
use crate::measure::{measured, median};
use crate::programs::{build_hbsim, folder, python_with_simpy};
use crate::{Effort, Failure, this_program};

/// The sizes of cluster with the horizon in seconds. At a given size all programs have the same horizon; it is
/// shorter for the large ones, which the slow programs could not finish otherwise.
const SIZES: [(u32, u64); 4] = [(1_000, 600), (10_000, 600), (100_000, 60), (1_000_000, 20)];

/// hbsim must be this many times faster than a peer at a size. They were set on desque with the clock of its examples.
const TARGETS: [(&str, u32, f64); 6] = [
    ("desque", 1_000, 2.5),
    ("desque", 10_000, 3.0),
    ("desque", 100_000, 6.0),
    ("desque", 1_000_000, 8.0),
    ("SimPy", 1_000, 25.0),
    ("SimPy", 10_000, 40.0),
];

/// At a size, a beat may cost hbsim this many times what it costs at the smallest.
const GROWTH: [(u32, f64); 2] = [(100_000, 1.5), (1_000_000, 3.0)];

/// The most bytes that hbsim may need per node at a size.
const MEMORY: (u32, f64) = (1_000_000, 250.0);

const HBSIM: &str = "hbsim";

/// A program that runs W1.
struct Program {
    name: &'static str,
    kind: Kind,
    /// The largest cluster that it can run in a time worth waiting for.
    largest: u32,
}

enum Kind {
    Hbsim(PathBuf),
    Inside(&'static str),
    Python(PathBuf),
}

/// The medians over the rounds for one program at one size.
struct Cost {
    ns_per_beat: f64,
    bytes_per_node: f64,
}

type Costs = BTreeMap<(&'static str, u32), Cost>;

pub fn compare(effort: Effort) -> Result<(), Failure> {
    let programs = programs();
    let sizes = if effort.quick { &SIZES[..2] } else { &SIZES[..] };
    let mut costs = Costs::new();
    let mut disagreements = Vec::new();
    println!("## W1, push: do the programs agree?\n");
    println!("| nodes | seconds | program | beats | detections | mean detection (s) | false positives | |");
    println!("|---|---|---|---|---|---|---|---|");
    for &(nodes, seconds) in sizes {
        compare_at(nodes, seconds, effort, &programs, &mut costs, &mut disagreements)?;
    }
    print_speed(&programs, sizes, &costs);
    print_memory(&programs, sizes, &costs);
    print_targets(&costs);
    if !disagreements.is_empty() {
        return Err(format!("these do not run the same workload: {}", disagreements.join(", ")).into());
    }
    if !programs.iter().any(|program| program.name == HBSIM) {
        return Err("hbsim was not measured".into());
    }
    Ok(())
}

/// Every program that can be run here; for each that cannot, a line says why.
fn programs() -> Vec<Program> {
    let mut programs = Vec::new();
    match build_hbsim() {
        Ok(path) => programs.push(Program { name: HBSIM, kind: Kind::Hbsim(path), largest: u32::MAX }),
        Err(why) => eprintln!("hbsim is left out: {why}"),
    }
    for (name, verb, largest) in [
        ("std BinaryHeap", "w1-heap", u32::MAX),
        ("desque", "w1-desque", u32::MAX),
        ("desque, integer clock", "w1-desque-integers", u32::MAX),
        ("simcore", "w1-simcore", u32::MAX),
        ("nexosim", "w1-nexosim", 100_000),
    ] {
        programs.push(Program { name, kind: Kind::Inside(verb), largest });
    }
    match python_with_simpy() {
        Ok(path) => programs.push(Program { name: "SimPy", kind: Kind::Python(path), largest: 100_000 }),
        Err(why) => eprintln!("SimPy is left out: {why}"),
    }
    programs
}

fn compare_at(
    nodes: u32,
    seconds: u64,
    effort: Effort,
    programs: &[Program],
    costs: &mut Costs,
    disagreements: &mut Vec<String>,
) -> Result<(), Failure> {
    let expected = Expected::of(nodes, seconds);
    let able: Vec<&Program> = programs.iter().filter(|program| nodes <= program.largest).collect();
    let mut runs: BTreeMap<&str, Vec<(Cost, Counts)>> = BTreeMap::new();
    for _ in 0..effort.rounds() {
        for program in &able {
            let run = program.run(nodes, seconds)?;
            eprintln!("{} with {nodes} nodes: {:.0} ns per beat", program.name, run.0.ns_per_beat);
            runs.entry(program.name).or_default().push(run);
        }
    }
    for program in &able {
        let runs = &runs[program.name];
        let counts = &runs[0].1;
        let agrees = expected.agrees(counts);
        println!(
            "| {nodes} | {seconds} | {} | {} | {} | {:.3} | {} | {} |",
            program.name,
            counts.beats,
            counts.detections,
            counts.detection_mean_s,
            counts.false_positives,
            if agrees { "agrees" } else { "DISAGREES" },
        );
        if !agrees {
            disagreements.push(format!("{} with {nodes} nodes", program.name));
        }
        let cost = Cost {
            ns_per_beat: median(runs.iter().map(|(cost, _)| cost.ns_per_beat).collect()),
            bytes_per_node: median(runs.iter().map(|(cost, _)| cost.bytes_per_node).collect()),
        };
        costs.insert((program.name, nodes), cost);
    }
    println!(
        "| {nodes} | {seconds} | *expected* | {:.0} | {:.0} | {:.3} | 0 | |",
        expected.beats, expected.detections, expected.detection_mean_s
    );
    Ok(())
}

impl Program {
    fn run(&self, nodes: u32, seconds: u64) -> Result<(Cost, Counts), Failure> {
        let run = measured(&self.command(nodes, seconds)?)?;
        let counts = self.counts(&run.output)?;
        let cost = Cost {
            ns_per_beat: run.user_s * 1e9 / counts.beats as f64,
            bytes_per_node: run.peak_bytes as f64 / f64::from(nodes),
        };
        Ok((cost, counts))
    }

    fn command(&self, nodes: u32, seconds: u64) -> Result<Command, Failure> {
        let command = match &self.kind {
            Kind::Hbsim(path) => {
                let mut command = Command::new(path);
                command.arg("run").arg(folder().join("w1.toml"));
                for setting in [
                    format!("cluster.nodes={nodes}"),
                    format!("duration={seconds}s"),
                    format!("faults.0.at={{ between = [\"0s\", \"{seconds}s\"] }}"),
                ] {
                    command.args(["--set", &setting]);
                }
                command.args(["--threads", "1", "--format", "json", "--quiet"]);
                command
            }
            Kind::Inside(verb) => {
                let mut command = Command::new(this_program()?);
                command.args([verb, &nodes.to_string()[..], &seconds.to_string()]);
                command
            }
            Kind::Python(python) => {
                let mut command = Command::new(python);
                command
                    .arg(folder().join("peers/w1_simpy.py"))
                    .args([nodes.to_string(), seconds.to_string()]);
                command
            }
        };
        Ok(command)
    }

    fn counts(&self, output: &str) -> Result<Counts, Failure> {
        #[derive(Deserialize)]
        struct Row {
            messages_sent: f64,
            detected: f64,
            detection_s_mean: f64,
            mistakes: f64,
        }

        if let Kind::Hbsim(_) = self.kind {
            let rows: Vec<Row> = serde_json::from_str(output)?;
            let row = rows.first().ok_or("hbsim has printed no row")?;
            return Ok(Counts {
                beats: row.messages_sent as u64,
                detections: row.detected as u64,
                detection_mean_s: row.detection_s_mean,
                false_positives: row.mistakes as u64,
            });
        }
        Ok(serde_json::from_str(output)?)
    }
}

fn print_speed(programs: &[Program], sizes: &[(u32, u64)], costs: &Costs) {
    print_table("W1: nanoseconds of processor time per beat", programs, sizes, |program, nodes| {
        costs.get(&(program, nodes)).map(|cost| cost.ns_per_beat)
    });
}

fn print_memory(programs: &[Program], sizes: &[(u32, u64)], costs: &Costs) {
    print_table("W1: peak memory, bytes per node", programs, sizes, |program, nodes| {
        costs.get(&(program, nodes)).map(|cost| cost.bytes_per_node)
    });
}

fn print_table(
    title: &str,
    programs: &[Program],
    sizes: &[(u32, u64)],
    cell: impl Fn(&'static str, u32) -> Option<f64>,
) {
    println!("\n## {title}\n");
    let heads: Vec<String> = sizes.iter().map(|(nodes, _)| format!("N = {nodes}")).collect();
    println!("| | {} |", heads.join(" | "));
    println!("|---|{}", "---|".repeat(sizes.len()));
    for program in programs {
        let cells: Vec<String> = sizes
            .iter()
            .map(|&(nodes, _)| cell(program.name, nodes).map_or("–".into(), |value| format!("{value:.0}")))
            .collect();
        println!("| {} | {} |", program.name, cells.join(" | "));
    }
}

fn print_targets(costs: &Costs) {
    println!("\n## W1: targets\n");
    println!("| what | nodes | reached | target | |");
    println!("|---|---|---|---|---|");
    let ns = |program, nodes| costs.get(&(program, nodes)).map(|cost| cost.ns_per_beat);
    for (peer, nodes, target) in TARGETS {
        if let (Some(hbsim), Some(peer_ns)) = (ns(HBSIM, nodes), ns(peer, nodes)) {
            let faster = peer_ns / hbsim;
            print_target(&format!("times faster than {peer}"), nodes, faster, target, faster >= target);
        }
    }
    for (nodes, target) in GROWTH {
        if let (Some(smallest), Some(large)) = (ns(HBSIM, SIZES[0].0), ns(HBSIM, nodes)) {
            let growth = large / smallest;
            print_target("cost of a beat, times that at 1000 nodes", nodes, growth, target, growth <= target);
        }
    }
    let (nodes, target) = MEMORY;
    if let Some(cost) = costs.get(&(HBSIM, nodes)) {
        let bytes = cost.bytes_per_node;
        print_target("peak memory, bytes per node", nodes, bytes, target, bytes <= target);
    }
}

fn print_target(what: &str, nodes: u32, reached: f64, target: f64, met: bool) {
    println!("| {what} | {nodes} | {reached:.1} | {target:.1} | {} |", if met { "pass" } else { "FAIL" });
}
