//! `--out`: a folder of results appears whole or not at all, and nothing else is ever lost.

use std::fs;
use std::path::{Path, PathBuf};

use hbsim::experiment::parts::Parts;
use hbsim::results::{Summary, write_csv};

use super::done;
use crate::program::{Said, hbsim, scratch};

fn run_into(target: &Path, more: &[&str]) -> Said {
    let target = target.to_str().expect("a plain path");
    hbsim(&[&["run", "first", "--replications", "2", "--quiet", "--out", target], more].concat())
}

/// The names of what is in a folder, hidden things too.
fn inside(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

const FILES: [&str; 9] = [
    "detections.csv",
    "manifest.toml",
    "messages.csv",
    "mistakes.csv",
    "pairs.csv",
    "records.part",
    "runs.csv",
    "scenario.toml",
    "summary.csv",
];

#[test]
fn results_are_whole_and_the_same_each_time_but_for_the_manifest() {
    let folder = scratch("folders-whole");
    let (one, two) = (folder.join("one"), folder.join("two"));
    for target in [&one, &two] {
        assert_eq!(run_into(target, &[]).code, Some(0));
        assert_eq!(inside(target), FILES);
    }
    for file in FILES {
        let (one, two) =
            (fs::read(one.join(file)).expect("a file"), fs::read(two.join(file)).expect("a file"));
        assert!(!one.is_empty(), "{file} has something in it");
        assert!(one == two || file == "manifest.toml", "{file} is the same both times");
    }
    let manifest = fs::read_to_string(one.join("manifest.toml")).expect("the manifest");
    for key in [
        "version",
        "engine_revision",
        "scenario",
        "set",
        "seed",
        "replications",
        "digest",
        "wall_s",
        "threads",
    ] {
        assert!(manifest.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}\n{manifest}");
    }
    assert_eq!(inside(&folder), ["one", "two"], "nothing hidden is left");
    let resolved = one.join("scenario.toml");
    let again = done(&["run", resolved.to_str().expect("a plain path"), "--format", "csv"]).out;
    assert_eq!(
        again,
        fs::read_to_string(one.join("summary.csv")).expect("the summary"),
        "the scenario is kept with its results"
    );
}

#[test]
fn records_are_kept_exactly_with_the_scenario_that_they_are_of() {
    let folder = scratch("folders-records");
    for (name, set) in [("measured-network", "network.loss=0.1"), ("isolated-leader", "seed=9")] {
        let target = folder.join(name);
        let out = target.to_str().expect("a plain path");
        done(&["run", name, "--set", set, "--replications", "3", "--quiet", "--out", out]);
        let expected = fs::read(target.join("summary.csv")).expect("the summary");
        // Nothing else is needed.
        for entry in fs::read_dir(&target).expect("the folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                fs::remove_dir_all(entry).expect("it is removed");
            } else if !entry.ends_with("records.part") {
                fs::remove_file(entry).expect("it is removed");
            }
        }
        let mut parts = Parts::open(&target).expect("the records");
        assert_eq!(parts.unfinished(), []);
        let (scenario, records) = parts.of_one_scenario().expect("the records of one scenario");
        let mut table = Vec::new();
        write_csv(&[Summary::of(&scenario, &records)], &mut table).expect("a table");
        assert!(table == expected, "{name}: the same row comes from the records");
    }
}

#[test]
fn files_that_the_scenario_names_are_kept_with_its_results() {
    let folder = scratch("folders-files");
    let (ping, other) = (folder.join("ping.log"), folder.join("else/PING.log"));
    fs::create_dir(folder.join("else")).expect("a folder");
    fs::write(&ping, "64 bytes from a: seq=1 time=12 ms\n64 bytes from a: seq=2 time=80 ms\n")
        .expect("a file");
    fs::write(&other, "3ms\n").expect("a file");
    let scenario = folder.join("measured.toml");
    let law = "{ kind = 'mixture', parts = [
        { weight = 1, kind = 'empirical', file = 'ping.log', format = 'ping' },
        { weight = 1, kind = 'empirical', file = 'else/PING.log' },
        { weight = 1, kind = 'empirical', file = 'ping.log', format = 'ping', halve = false } ] }";
    let text = format!(
        "about = 'file = \"ping.log\"'\ncluster.nodes = 5\ntopology.kind = 'centralized'\n\
         detector = {{ kind = 'timeout', timeout = '1010ms' }}\nnetwork.latency = {law}\n"
    );
    fs::write(&scenario, text).expect("a file");
    let (out, again) = (folder.join("out"), folder.join("again"));
    let run = |scenario: &Path, target: &Path| {
        let paths = [scenario, target].map(|path| path.to_str().expect("a plain path"));
        hbsim(&["run", paths[0], "--quiet", "--out", paths[1]])
    };
    assert_eq!(run(&scenario, &out).code, Some(0));
    let files = inside(&out.join("files"));
    assert_eq!(files, ["2-PING.log", "ping.log"], "each once, and those of one name apart");
    assert_eq!(fs::read(out.join("files/ping.log")).expect("a file"), fs::read(&ping).expect("a file"));
    fs::remove_file(&ping).expect("the file can be removed");
    let kept = out.join("scenario.toml");
    assert_eq!(run(&kept, &again).code, Some(0), "the folder needs nothing that is not in it");
    let summary = |folder: &Path| fs::read(folder.join("summary.csv")).expect("the summary");
    assert_eq!(summary(&again), summary(&out));
    let text = fs::read_to_string(&kept).expect("the scenario");
    assert!(text.contains("files/2-PING.log") && text.contains("about = 'file = \"ping.log\"'"), "{text}");

    assert_eq!(run(&kept, &out).code, Some(0), "results may be run again in their own place");
    assert_eq!(inside(&out.join("files")).len(), 2);
    fs::write(out.join("files/mine.txt"), "mine").expect("a file");
    let said = run(&kept, &out);
    assert!(said.code == Some(3) && said.err.contains("it holds files/mine.txt"), "{}", said.err);
    assert!(out.join("files/mine.txt").is_file(), "what was put beside them is not lost");
}

#[test]
fn earlier_results_give_way_and_anything_else_does_not() {
    let folder = scratch("folders-replace");
    let target = folder.join("out");
    assert_eq!(run_into(&target, &["--traffic"]).code, Some(0));
    let before = fs::read(target.join("summary.csv")).expect("the summary");
    assert_eq!(run_into(&target, &["--seed", "2"]).code, Some(0));
    assert_ne!(fs::read(target.join("summary.csv")).expect("the summary"), before, "they are replaced");
    assert_eq!(inside(&target), FILES, "nothing of the earlier ones is left");

    let empty = folder.join("empty");
    fs::create_dir(&empty).expect("a folder");
    assert_eq!(run_into(&empty, &[]).code, Some(0), "an empty folder may be filled");

    for (stem, files) in [
        ("notes", &["notes.txt"][..]),
        ("notes-beside", &["manifest.toml", "notes.txt"]),
        ("half", &["summary.csv"]),
    ] {
        let foreign = folder.join(stem);
        fs::create_dir(&foreign).expect("a folder");
        files.iter().for_each(|file| fs::write(foreign.join(file), "mine").expect("a file"));
        let said = run_into(&foreign, &[]);
        assert_eq!(said.code, Some(3), "{stem}");
        assert!(
            said.err.contains("choose an empty folder or a new one") && said.out.is_empty(),
            "{}",
            said.err
        );
        assert!(
            files.iter().all(|file| fs::read(foreign.join(file)).is_ok_and(|text| text == b"mine")),
            "{stem}"
        );
        assert_eq!(inside(&foreign).len(), files.len());
    }
    let own = target.join("mine.txt");
    fs::write(&own, "mine").expect("a file");
    assert_eq!(run_into(&target, &[]).code, Some(3), "what was put beside results is not lost with them");
    assert!(own.is_file());
    assert_eq!(inside(&folder), ["empty", "half", "notes", "notes-beside", "out"], "nothing hidden is left");
}

#[test]
fn folders_on_the_way_are_made_when_there_is_something_to_put_into_them() {
    let folder = scratch("folders-way");
    assert_eq!(run_into(&folder.join("a/b/c"), &[]).code, Some(0));
    assert_eq!(inside(&folder.join("a/b/c")), FILES);
    assert_eq!((inside(&folder), inside(&folder.join("a"))), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn where_nothing_can_be_written_the_code_is_3_and_nothing_is_left() {
    let folder = scratch("folders-unwritable");
    fs::write(folder.join("file"), "mine").expect("a file");
    let targets: [PathBuf; 4] =
        [folder.join("file"), folder.join("file/below"), folder.join("file/far/below"), folder.join("..")];
    for target in targets {
        let said = run_into(&target, &[]);
        assert_eq!((said.code, said.out.as_str()), (Some(3), ""), "{}: {}", target.display(), said.err);
        assert!(said.err.starts_with("error: cannot write results to "), "{}", said.err);
        assert_eq!(inside(&folder), ["file"]);
        assert_eq!(fs::read(folder.join("file")).expect("the file"), b"mine");
    }
}

#[test]
fn what_is_refused_beforehand_leaves_nothing_either() {
    let folder = scratch("folders-refused");
    for more in [&["--set", "network.loss=2"][..], &["--memory", "1MB"]] {
        assert_eq!(run_into(&folder.join("out"), more).code, Some(2));
        assert!(inside(&folder).is_empty(), "{:?}", inside(&folder));
    }
}
