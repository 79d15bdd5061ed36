//! Growth: what a message costs hbsim in clusters of N, 2 N and 4 N nodes, under every topology.

mod scenarios;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use serde::Deserialize;

use crate::measure::{measured, median};
use crate::programs::build_hbsim;
use crate::{Effort, Failure};
use scenarios::{SCENARIOS, Scenario};

const TIMES: [u32; 3] = [1, 2, 4];

/// What a run took, and what it did.
struct Run {
    user_s: f64,
    messages: f64,
    /// None if this hbsim does not tell.
    events: Option<f64>,
}

pub fn compare(effort: Effort) -> Result<(), Failure> {
    let hbsim = build_hbsim()?;
    let folder = Folder::new()?;
    println!("## Growth: what a message costs hbsim in larger clusters\n");
    println!(
        "| topology | nodes | seconds | messages | events | ns per message | ns per event | times that at N |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut failures = Vec::new();
    for scenario in &SCENARIOS {
        if let Some(why) = refusal(&hbsim, scenario, &folder)? {
            println!("| {} | – | – | – | – | – | – | {why} |", scenario.topology);
        } else if let Err(failure) = print_rows(&hbsim, scenario, effort, &folder) {
            println!("| {} | – | – | – | – | – | – | FAILED |", scenario.topology);
            failures.push(format!("{}: {failure}", scenario.topology));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ").into()) }
}

/// Why hbsim does not take a scenario at all, such as when it does not know the topology.
fn refusal(hbsim: &Path, scenario: &Scenario, folder: &Folder) -> Result<Option<String>, Failure> {
    let file = folder.put(scenario, scenario.nodes)?;
    let output = Command::new(hbsim).arg("check").arg(file).output()?;
    if output.status.success() {
        return Ok(None);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    // The file is a temporary one, so what its line says is worth more than where the line is.
    let first = complaint.lines().next().unwrap_or_default();
    Ok(Some(first.split(": ").last().unwrap_or(first).replace('|', "\\|")))
}

fn print_rows(hbsim: &Path, scenario: &Scenario, effort: Effort, folder: &Folder) -> Result<(), Failure> {
    let mut runs: Vec<Vec<Run>> = TIMES.iter().map(|_| Vec::new()).collect();
    for _ in 0..effort.rounds() {
        for (times, runs) in TIMES.iter().zip(&mut runs) {
            runs.push(run(hbsim, scenario, scenario.nodes * times, folder)?);
        }
    }
    let mut at_first = None;
    for (times, runs) in TIMES.iter().zip(&runs) {
        let Some(Run { messages, events, .. }) = runs.first() else { continue };
        let user_s = median(runs.iter().map(|run| run.user_s).collect());
        let ns_per_message = user_s * 1e9 / messages;
        let per_event = events.map_or("–".into(), |events| format!("{:.1}", user_s * 1e9 / events));
        println!(
            "| {} | {} | {user_s:.2} | {messages} | {} | {ns_per_message:.1} | {per_event} | {:.2} |",
            scenario.topology,
            scenario.nodes * times,
            events.map_or("–".into(), |events| events.to_string()),
            ns_per_message / *at_first.get_or_insert(ns_per_message),
        );
    }
    Ok(())
}

fn run(hbsim: &Path, scenario: &Scenario, nodes: u32, folder: &Folder) -> Result<Run, Failure> {
    #[derive(Deserialize)]
    struct Row {
        messages_sent: f64,
    }

    let file = folder.put(scenario, nodes)?;
    let results = folder.results();
    let mut command = Command::new(hbsim);
    command.arg("run").arg(file).arg("--out").arg(&results);
    command.args(["--threads", "1", "--format", "json", "--quiet"]);
    let measured = measured(&command)?;
    let rows: Vec<Row> = serde_json::from_str(&measured.output)?;
    let events = fs::read_to_string(results.join("manifest.toml")).ok().as_deref().and_then(events);
    fs::remove_dir_all(&results)?;
    let messages = rows.first().ok_or("hbsim has printed no row")?.messages_sent;
    eprintln!("{} with {nodes} nodes: {:.2} s", scenario.topology, measured.user_s);
    Ok(Run { user_s: measured.user_s, messages, events })
}

/// The number of events, which stands on a line of its own in the manifest of a result.
fn events(manifest: &str) -> Option<f64> {
    manifest.lines().find_map(|line| line.strip_prefix("events = "))?.trim().parse().ok()
}

/// A folder for the scenarios and what comes out of them, which goes when it is dropped.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!("hbsim-bench-growth-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// Writes a scenario for so many nodes.
    fn put(&self, scenario: &Scenario, nodes: u32) -> Result<PathBuf, Failure> {
        let file = self.path.join(format!("{}.toml", scenario.topology));
        fs::write(&file, scenario.text(nodes))?;
        Ok(file)
    }

    fn results(&self) -> PathBuf {
        self.path.join("results")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, as all in its folder for temporary files.
        let _ = fs::remove_dir_all(&self.path);
    }
}
