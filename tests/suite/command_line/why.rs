//! `hbsim why` tells stories that end in what would have prevented them, and that is true.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::done;
use crate::program::{hbsim, project, scratch};

/// What is asked, and the file that holds the answer.
const STORIES: &[(&str, &[&str])] = &[
    ("latency", &["heavy-tail", "--mistake", "2"]),
    ("loss", &["lossy-network"]),
    ("start-up", &["restarting-nodes"]),
    ("overload", &["overload", "--mistake", "3"]),
    ("relay", &["swim", "--set", "network.loss=0.3"]),
    ("pause", &["tests/why/pause.toml"]),
    ("observer", &["tests/why/observer.toml"]),
    ("partition", &["tests/why/partition.toml", "--mistake", "2"]),
    ("tcp", &["tests/why/tcp.toml"]),
    ("fast-clock", &["tests/why/fast-clock.toml"]),
    ("stand-by", &["tests/why/stand-by.toml"]),
    ("channels", &["tests/why/channels.toml"]),
    ("phi", &["tests/why/phi.toml", "--mistake", "20"]),
    ("crash-by-phi", &["tests/why/phi.toml", "--crash", "1"]),
    ("no-advice", &["tests/why/no-advice.toml"]),
    ("crash", &["first", "--replication", "3", "--crash", "2"]),
    ("crash-asked-in-vain", &["pull"]),
    ("crash-scanned", &["scan"]),
    ("crash-by-gossip", &["gossip"]),
    ("crash-of-a-leader", &["leader"]),
    ("crash-in-line", &["tests/why/in-line.toml", "--crash", "5"]),
    ("crash-unseen", &["tests/why/crash-unseen.toml", "--crash", "1"]),
    ("crash-seen-twice", &["tests/why/crash-seen-twice.toml", "--crash", "1", "--replication", "1"]),
    ("crash-seen-too-early", &["tests/why/crash-seen-twice.toml", "--crash", "1"]),
];

#[test]
fn stories_are_told_as_they_always_were() {
    for (name, arguments) in STORIES {
        let told = done(&[&["why"], *arguments].concat());
        assert_eq!(told.err, "", "{name}");
        let file = project().join("tests/why").join(format!("{name}.txt"));
        if std::env::var_os("HBSIM_REWRITE_STORIES").is_some() {
            fs::write(&file, &told.out).expect("a file");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert!(told.out.lines().all(|line| line.chars().count() <= 80), "{name}\n{}", told.out);
        assert!(told.out.lines().count() <= 150, "{name}\n{}", told.out);
        assert_eq!(told.out, expected, "{name}: hbsim why {}", arguments.join(" "));
    }
}

/// The mistakes of the first run: observer, subject, start.
fn mistakes(folder: &Path, name: &str, arguments: &[&str]) -> Vec<String> {
    let out = folder.join(name);
    let to = ["--replications", "1", "--quiet", "--out", out.to_str().expect("a plain path")];
    done(&[&["run"], arguments, &to].concat());
    let table = fs::read_to_string(out.join("mistakes.csv")).expect("a table");
    table.lines().skip(1).map(|row| row.split(',').skip(1).take(3).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn the_advice_prevents_the_mistake() {
    let folder = scratch("why-advice");
    for (case, scenario, set) in [
        ("latency", "heavy-tail", "seed=1"),
        ("loss", "lossy-network", "seed=1"),
        ("misses", "lossy-network", "detector={kind=\"misses\",misses=3}"),
        ("scans", "lossy-network", "detector.check={every=\"700ms\"}"),
        ("sent", "heavy-tail", "detector.stamp=\"sent\""),
        ("confirmed", "lossy-network", "verdict.confirm_after=\"300ms\""),
        ("pause", "tests/why/pause.toml", "seed=1"),
        ("observer", "tests/why/observer.toml", "seed=1"),
        ("partition", "tests/why/partition.toml", "seed=1"),
        ("tcp", "tests/why/tcp.toml", "seed=3"),
        ("expected", "lossy-network", "detector={kind=\"chen\",margin=\"1s\"}"),
        ("learnt", "heavy-tail", "detector={kind=\"bertier\"}"),
        (
            "adapted",
            "lossy-network",
            "detector={kind=\"percentile\",timeout=\"4s\",min=\"2s\",hold=\"30s\",lower_below=2,raise_above=3}",
        ),
        ("phi", "tests/why/phi.toml", "seed=1"),
        ("phi-skip", "tests/why/phi.toml", "detector.outages=\"skip\""),
        (
            "phi-mean",
            "heavy-tail",
            "detector={kind=\"phi\",model=\"exponential\",threshold=0.6,outages=\"skip\"}",
        ),
    ] {
        let before = mistakes(&folder, case, &[scenario, "--set", set]);
        for number in BTreeSet::from([1, before.len().div_ceil(2), before.len()]) {
            let mistake = &before[number - 1];
            let told = done(&["why", scenario, "--set", set, "--mistake", &number.to_string()]).out;
            let advice = told.lines().filter_map(|line| line.split_once(": --set ")).map(|(_, set)| set);
            let advice: Vec<&str> = advice.collect();
            assert!(!advice.is_empty() || told.contains("No sign of life"), "{case} {number}\n{told}");
            for (place, advice) in advice.into_iter().enumerate() {
                let name = format!("{case}-{number}-{place}");
                let after = mistakes(&folder, &name, &[scenario, "--set", set, "--set", advice]);
                assert!(!after.contains(mistake), "{name}: {advice} does not prevent {mistake}\n{told}");
            }
        }
    }
}

#[test]
fn the_number_of_a_mistake_is_its_row_in_the_table() {
    let folder = scratch("why-rows");
    let rows = mistakes(&folder, "rows", &["lossy-network"]);
    for number in [1, rows.len()] {
        let told = done(&["why", "lossy-network", "--mistake", &number.to_string()]).out;
        let mut cells = rows[number - 1].split(',');
        let (observer, subject) = (cells.next().expect("an observer"), cells.next().expect("a subject"));
        assert!(told.contains(&format!("{observer} wrongly held {subject} dead from ")), "{told}");
    }
}

#[test]
fn a_story_can_be_had_as_an_object() {
    let told = done(&["why", "lossy-network", "--format", "json"]).out;
    assert!(told.starts_with("{\n  \"title\": [\"lossy-network, replication 0: mistake 1 of "), "{told}");
    assert!(told.contains("{\"time_s\": ") && told.contains("\"remedies\": [\"detector.timeout="), "{told}");
}

#[test]
fn what_cannot_be_told_is_refused() {
    for (arguments, reason, remedy) in [
        (
            &["lossy-network", "--mistake", "5000"][..],
            "error: there is no mistake 5000 in replication 0: there are ",
            "they are numbered from 1",
        ),
        (&["first", "--mistake", "1"], "error: there are no mistakes in replication 0", "runs.csv"),
        (&["lossy-network", "--set", "faults=[]", "--crash", "1"], "there are no crashes", "runs.csv"),
        (&["first", "--set", "faults=[]"], "there are neither mistakes nor crashes", "runs.csv"),
        (&["first", "--replication", "40"], "there are 40, numbered from 0 to 39", "--replications"),
        (
            &["first", "--replications", "1", "--replication", "1"],
            "there is one run, number 0",
            "--replications",
        ),
        (&["first", "--mistake", "1", "--crash", "1"], "cannot be used with", "--crash"),
        (&["first", "--mistake", "0"], "0 is not in 1..", "--help"),
        (&["firts"], "there is no scenario firts", "first"),
    ] {
        let said = hbsim(&[&["why"], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}\n{}", said.err);
        assert!(said.err.contains(reason) && said.err.contains(remedy), "{arguments:?}\n{}", said.err);
    }
}
