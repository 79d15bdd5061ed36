//! What a sweep of many cells keeps in memory.
#![cfg(target_os = "linux")]

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use super::Bench;

/// As little as can be simulated.
const LEAST: &str = r#"
name = "small"
duration = "2s"
cluster = { nodes = 2 }
topology = { kind = "centralized", interval = "1s" }
detector = { kind = "timeout", timeout = "3s" }
"#;

/// The most memory that a sweep of so many cells takes, in bytes.
fn peak(bench: &Bench, cells: usize, more: &str) -> f64 {
    bench.clear();
    let step = 0.5 / cells as f64;
    let mut command = bench.hbsim(&format!("sweep small.toml --quiet {more}"));
    command.args(["--sweep", &format!("network.loss=0..{:.9} step {step:.9}", 0.5 - step)]);
    let mut child = command.spawn().expect("hbsim can be started");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    while child.try_wait().expect("it can be asked").is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
        peak = kibibytes.map_or(peak, |kibibytes| kibibytes * 1024.0);
        sleep(Duration::from_millis(2));
    }
    assert!(child.wait().expect("it ended").success());
    peak
}

/// Bytes that a cell more may take: its place, its group, and where its unit is.
const MOST_FOR_A_CELL: f64 = 600.0;

#[test]
fn a_cell_more_takes_its_place_in_the_plan_and_no_more() {
    let bench = Bench::with("memory", LEAST);
    let [few, many] = [200, 2_000].map(|cells| peak(&bench, cells, "--out out"));
    println!("{:.1} MB for 200 cells, {:.1} MB for 2,000", few / 1e6, many / 1e6);
    assert!(many - few < 1_800.0 * MOST_FOR_A_CELL + 2e6, "{few} bytes for 200 cells, {many} for 2,000");
}

/// `cargo test --release -- --ignored memory`
#[test]
#[ignore = "takes minutes"]
fn a_hundred_thousand_cells_keep_memory_flat() {
    let bench = Bench::with("memory-large", LEAST);
    for more in ["--dry-run", "--shard 1/1 --out parts", "--out out"] {
        for cells in [1_000, 10_000, 100_000] {
            let peak = peak(&bench, cells, more);
            println!("{more}: {cells} cells: {:.1} MB", peak / 1e6);
            assert!(peak < 30e6 + cells as f64 * MOST_FOR_A_CELL, "{more}: {cells} cells: {peak}");
        }
    }
}
