//! What a sweep has finished is kept, whatever ends it; what is gone on with gives the same bytes as what never
//! stopped; and results are there whole or not at all.

#![allow(
    clippy::print_stdout,
    reason = "what is left out is said, and how often and where the program was killed"
)]

mod company;
mod damage;
mod disk;
mod interruptions;
mod kills;
mod memory;
mod merging;
mod sameness;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hbsim::engine::random::mix;
use hbsim::experiment::parts::Parts;

use crate::program::{Said, command, said, scratch};

/// Twelve groups of two cells each, three runs of each: 36 units, done in some tens of milliseconds.
const SWEEP: &str = r#"
name = "small"
duration = "4m"
replications = 3
cluster = { nodes = 20 }
topology = { kind = "centralized", interval = "1s" }
detector = { kind = "timeout", timeout = "5s" }
network = { loss = 0.05 }
faults = [{ kind = "crash", nodes = "n1", at = "1m" }]

[sweep]
topology.interval = ["1s", "2s", "3s", "4s"]
network.loss = [0.01, 0.05, 0.1]
detector.timeout = ["5s", "9s"]
"#;

/// How many units it has.
const UNITS: usize = 36;

/// A folder in which a sweep is done, with its scenario `small.toml`. Programs are started in it, so that everything
/// has the same name in each of them.
struct Bench(PathBuf);

impl Bench {
    fn new(test: &str) -> Bench {
        Bench::with(test, SWEEP)
    }

    fn with(test: &str, scenario: &str) -> Bench {
        let folder = scratch(&format!("survival-{test}"));
        fs::write(folder.join("small.toml"), scenario).expect("the scenario can be written");
        Bench(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// `hbsim` with these arguments, separated by spaces, in this folder.
    fn hbsim(&self, arguments: &str) -> Command {
        let mut command = command(&arguments.split_whitespace().collect::<Vec<_>>());
        command.current_dir(&self.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// What `hbsim` with these arguments says.
    fn say(&self, arguments: &str) -> Said {
        said(self.hbsim(arguments).output().expect("hbsim can be started"))
    }

    /// Does it, and it succeeds.
    fn done(&self, arguments: &str) -> Said {
        let said = self.say(arguments);
        assert_eq!(said.code, Some(0), "{arguments}: {}", said.err);
        said
    }

    /// The names of all that is in this folder, hidden things too.
    fn names(&self) -> Vec<String> {
        names_in(&self.0)
    }

    /// The files of the results `name`.
    fn results(&self, name: &str) -> Files {
        files_in(&self.path(name))
    }

    /// How many units are stored in the parts and journals of a folder, as far as they can be read.
    fn units(&self, folder: &str) -> usize {
        Parts::open(&self.path(folder)).map_or(0, |parts| parts.units().count())
    }

    /// Takes everything away but the scenario.
    fn clear(&self) {
        for name in self.names().into_iter().filter(|name| name != "small.toml") {
            let path = self.path(&name);
            let taken = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            taken.unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }

    /// Lets a journal stand here that holds the first `bytes` of what the results `from` were made of; all units of it
    /// if there is no number.
    fn leave_journal(&self, from: &Path, bytes: Option<usize>) {
        let records = fs::read(from.join("records.part")).expect("the records can be read");
        let bytes = bytes.unwrap_or(records.len());
        fs::write(self.path("out.journal"), &records[..bytes]).expect("a journal can be written");
    }
}

/// The command of the sweep, to be gone on with whatever there is of it.
const GO_ON: &str = "sweep small.toml --quiet --out out --resume";

/// Files by their names, folders within folders included.
type Files = BTreeMap<String, Vec<u8>>;

/// All files of a folder but the manifest, which tells of the execution.
fn files_in(folder: &Path) -> Files {
    let mut files = all_files_in(folder);
    assert!(files.remove("manifest.toml").is_some(), "{}: {:?}", folder.display(), files.keys());
    files
}

fn all_files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    for name in names_in(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            let within = all_files_in(&path).into_iter();
            files.extend(within.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(&path).expect("the file can be read"));
        }
    }
    files
}

/// The names of what is in a folder, hidden things too.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn assert_same(files: &Files, expected: &Files, what: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(files), names(expected), "{what}");
    for (name, bytes) in files {
        assert!(*bytes == expected[name], "{what}: {name} is not the same");
    }
}

/// The line of a manifest that begins with `key`.
fn of_manifest(folder: &Path, key: &str) -> String {
    let text = fs::read_to_string(folder.join("manifest.toml")).expect("a manifest");
    let line = text.lines().find(|line| line.starts_with(&format!("{key} = ")));
    line.unwrap_or_else(|| panic!("{key} in {text}")).to_owned()
}

/// Numbers that look like chance, and are the same each time.
struct Chance(u64);

impl Chance {
    /// One of 0 … `below` - 1.
    fn below(&mut self, below: usize) -> usize {
        self.0 += 1;
        (mix(self.0 << 20) % below as u64) as usize
    }

    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }
}
