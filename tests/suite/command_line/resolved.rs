//! `hbsim show --resolved` prints a scenario that reads back, unchanged and with the same result.

use std::fs;
use std::path::Path;

use super::{digest, done};
use crate::golden::scenarios;
use crate::program::project;

/// The scenarios that use what no shipped one does.
fn rich() -> Vec<String> {
    let folder = fs::read_dir(project().join("tests/rich")).expect("there are rich scenarios");
    let files = folder.map(|entry| entry.expect("the folder can be read").file_name());
    let mut names: Vec<String> = files.map(|name| format!("tests/rich/{}", name.to_string_lossy())).collect();
    names.retain(|name| name.ends_with(".toml"));
    names.sort_unstable();
    names
}

#[test]
fn every_scenario_reads_back_from_its_resolved_form() {
    let shipped = scenarios().into_iter().map(|name| format!("scenarios/{name}.toml"));
    let rich = rich();
    assert!(rich.len() >= 5, "{rich:?}");
    for file in shipped.chain(rich) {
        let resolved = done(&["show", "--resolved", &file]).out;
        // Beside the scenario, because the files that it names are looked for there.
        let again = Path::new(&file).with_extension(format!("resolved-{}", std::process::id()));
        let path = project().join(&again);
        fs::write(&path, &resolved).expect("a file can be written");
        let again = again.to_str().expect("a plain path");
        let twice = std::panic::catch_unwind(|| {
            assert_eq!(
                done(&["show", "--resolved", again]).out,
                resolved,
                "{file}: the resolved form is resolved"
            );
            let run = |file: &str| {
                crate::program::hbsim(&["run", file, "--replications", "1", "--format", "csv"]).out
            };
            let (first, second) = (run(&file), run(again));
            assert_eq!(digest(&second), digest(&first), "{file}\n{resolved}");
            assert_eq!(second, first, "{file}: even the name is kept");
        });
        fs::remove_file(&path).expect("the file can be removed");
        twice.unwrap_or_else(|cause| std::panic::resume_unwind(cause));
    }
}

#[test]
fn rich_scenarios_use_all_that_a_scenario_can_hold() {
    let all: String =
        rich().iter().map(|file| fs::read_to_string(project().join(file)).expect("a scenario")).collect();
    let laws = hbsim::latencies::Law::KINDS.iter();
    let kinds = laws.chain(hbsim::topologies::Layout::KINDS).chain(hbsim::detectors::Suspicion::KINDS);
    for kind in kinds.chain(hbsim::faults::Trouble::KINDS) {
        assert!(all.contains(&format!("kind = \"{kind}\"")), "no rich scenario has kind = \"{kind}\"");
    }
    for words in [
        "mtbf", "regions", "every", "bucket", "between", "region:", "random:", "each", "monitors", "unit",
        "lines", "csv", "tsv", "ping", "jvm-gc", "column", "halve",
    ] {
        assert!(all.contains(words), "no rich scenario has {words}");
    }
}

#[test]
fn the_command_line_shows_in_the_resolved_form() {
    let resolved = done(&[
        "show",
        "--resolved",
        "first",
        "--set",
        "detector.misses=4",
        "--seed",
        "9",
        "--replications",
        "3",
    ])
    .out;
    for line in ["misses = 4", "seed = 9", "replications = 3", "flap_within = \"1m\"", "check = \"timer\""] {
        assert!(resolved.lines().any(|found| found == line), "{line}\n{resolved}");
    }
}
