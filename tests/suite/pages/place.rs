//! Where commands of a page are executed: an empty folder, into which is put what they name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use super::block::Page;
use crate::program::{Said, project, said, scratch};

/// Where a file that commands name comes from.
enum Source {
    /// A command makes it, in the folder.
    Made(&'static str),
    /// A file or folder of the project.
    Shipped(&'static str),
    /// The page shows it: a block that has this line.
    Shown(&'static str),
}
use Source::{Made, Shipped, Shown};

/// What commands on the pages name and readers have themselves.
const PROVIDED: [(&str, Source); 11] = [
    ("my.toml", Made("hbsim new my.toml")),
    ("other.toml", Made("hbsim show ties > other.toml")),
    ("mine.toml", Made("hbsim show kubernetes-node > mine.toml")),
    ("folder", Made("mkdir folder && hbsim show ties > folder/ties.toml")),
    ("quiet", Made("hbsim run --replications 3 ties --out quiet")),
    ("lossy", Made("hbsim run --replications 3 ties --set network.loss=0.1 --out lossy")),
    ("results", Made("hbsim run --replications 3 ties --out results")),
    ("gc.log", Shipped("scenarios/measured/gc.log")),
    ("ping.log", Shipped("scenarios/measured/ping.log")),
    ("scenarios", Shipped("scenarios")),
    ("conditions.toml", Shown("[cases.paused]                 # one fault more")),
];

/// What was said to commands that need no file and leave none behind, so that each is executed once.
#[derive(Default)]
pub(super) struct Heard(Mutex<BTreeMap<String, Arc<OnceLock<Said>>>>);

/// The folder in which the commands of one block are executed.
pub(super) struct Place<'a> {
    page: &'a Page,
    folder: PathBuf,
    heard: &'a Heard,
}

impl<'a> Place<'a> {
    /// An empty folder; no other block has the same number.
    pub(super) fn new(page: &'a Page, number: usize, heard: &'a Heard) -> Place<'a> {
        Place { page, folder: scratch(&format!("pages/{number}")), heard }
    }

    /// Executes a command; `out` is what it says to either output.
    pub(super) fn execute(&self, command: &str) -> Said {
        let names = PROVIDED.map(|(name, _)| name);
        let touches_files = words(command)
            .any(|word| word.contains(['>', '.', '/']) || names.contains(&word) || word == "--out");
        if touches_files {
            self.provide(command);
            return self.spoken_to(command);
        }
        let mut heard = self.heard.0.lock().expect("no worker fails");
        let once = Arc::clone(heard.entry(command.to_owned()).or_default());
        drop(heard);
        once.get_or_init(|| self.spoken_to(command)).clone()
    }

    fn spoken_to(&self, command: &str) -> Said {
        let program = Path::new(env!("CARGO_BIN_EXE_hbsim")).parent().expect("it is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        // In the order in which both come, as on a terminal.
        shell.args(["-c", &format!("exec 2>&1\n{command}")]);
        shell.env("PATH", format!("{}:{path}", program.display())).env_remove("COLUMNS");
        let output = shell.current_dir(&self.folder).stdin(Stdio::null()).output();
        said(output.expect("a shell can be started"))
    }

    /// Puts what a command names into the folder, unless it is there, or is what the command is to make.
    fn provide(&self, command: &str) {
        for (name, source) in &PROVIDED {
            let mut before = "";
            let mut is_needed = false;
            for word in words(command) {
                let is_this =
                    word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                is_needed |= is_this && !["new", ">", "--out", "-o", "--report"].contains(&before);
                before = word;
            }
            let target = self.folder.join(name);
            if !is_needed || target.exists() {
                continue;
            }
            match source {
                Made(command) => {
                    let made = self.spoken_to(command);
                    assert_eq!(made.code, Some(0), "{command}: {}", made.out);
                }
                Shipped(path) => copy(&project().join(path), &target),
                Shown(line) => {
                    let text = self.page.block_with(line).expect("the page shows what its commands name");
                    fs::write(target, text).expect("a file can be provided");
                }
            }
        }
    }
}

/// The words of a command, those of its settings apart.
fn words(command: &str) -> impl Iterator<Item = &str> {
    command.split([' ', '=', '"', '\'']).filter(|word| !word.is_empty())
}

/// Copies a file, or a folder and all that is in it.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).expect("a file can be provided");
        return;
    }
    fs::create_dir_all(to).expect("a folder can be provided");
    for entry in fs::read_dir(from).expect("there is such a folder") {
        let path = entry.expect("the folder can be read").path();
        copy(&path, &to.join(path.file_name().expect("a name")));
    }
}
