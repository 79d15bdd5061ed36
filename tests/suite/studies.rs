//! The published studies in `results/`: the command that is written beside each gives its files again, to the last
//! byte.
//!
//! A change that is meant is taken over with `HBSIM_REWRITE_STUDIES=1 cargo test studies` and read in the diff.

use std::fs;
use std::path::Path;

use crate::program::{hbsim, project, scratch};

/// Where the studies are.
const FOLDER: &str = "results";

/// What differs from one execution to the next is not published, and neither is what is large.
const UNPUBLISHED: [&str; 2] = ["manifest.toml", "records.part"];

/// A study: the folder in `results/`, and the command that makes it.
struct Study {
    folder: String,
    command: String,
}

/// The studies, as `results/README.md` tells of them.
fn studies() -> Vec<Study> {
    let page =
        fs::read_to_string(project().join(FOLDER).join("README.md")).expect("the page about the studies");
    let spans = page.split('`').skip(1).step_by(2);
    let study = |command: &str| {
        let (_, folder) = command.split_once("--out results/")?;
        let folder = folder.split_whitespace().next()?;
        Some(Study { folder: folder.to_owned(), command: command.to_owned() })
    };
    spans.filter(|span| span.starts_with("hbsim ")).filter_map(study).collect()
}

/// The names of the files in a folder and its folders, in order.
fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).expect("there is such a folder") {
            let path = entry.expect("the folder can be read").path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    names.push(path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned())
                }
            }
        }
    }
    names.retain(|name| !UNPUBLISHED.contains(&name.as_str()));
    names.sort_unstable();
    names
}

/// Whether the studies are made anew instead of being compared.
fn are_rewritten() -> bool {
    std::env::var_os("HBSIM_REWRITE_STUDIES").is_some_and(|value| value == "1")
}

/// Does a study again, and says which files are not as they are published.
fn differences(study: &Study, made: &Path) -> Vec<String> {
    let target = made.join(&study.folder);
    let place = format!("{FOLDER}/{}", study.folder);
    let command = study.command.replace(&place, &target.to_string_lossy());
    let words: Vec<&str> = command.split_whitespace().skip(1).chain(["--quiet"]).collect();
    let said = hbsim(&words);
    assert_eq!(said.code, Some(0), "{}: {}", study.command, said.err);
    let published = project().join(&place);
    if are_rewritten() {
        let _ = fs::remove_dir_all(&published);
        for name in files(&target) {
            let copy = published.join(&name);
            fs::create_dir_all(copy.parent().expect("a folder")).expect("the folder can be made");
            fs::copy(target.join(&name), copy).expect("a file can be published");
        }
        return Vec::new();
    }
    let (now, before) = (files(&target), files(&published));
    let gone = before.iter().filter(|name| !now.contains(name));
    let gone = gone.map(|name| format!("{place}/{name}: the command does not write it"));
    let other =
        now.iter().filter(|name| fs::read(published.join(name)).ok() != fs::read(target.join(name)).ok());
    gone.chain(other.map(|name| format!("{place}/{name}: not what `{}` gives", study.command))).collect()
}

#[test]
fn every_study_is_what_its_command_gives() {
    let studies = studies();
    assert!(studies.len() >= 3, "only {} studies were found", studies.len());
    let made = scratch("studies");
    let all: Vec<String> = studies.iter().flat_map(|study| differences(study, &made)).collect();
    assert!(
        all.is_empty(),
        "{}\nIf that is meant: HBSIM_REWRITE_STUDIES=1 cargo test studies, read the diff, and see whether \
         results/README.md still tells what is so",
        all.join("\n")
    );
}

#[test]
fn every_folder_of_results_has_its_command() {
    if are_rewritten() {
        // Folders come and go meanwhile.
        return;
    }
    let mut told: Vec<String> = studies().into_iter().map(|study| study.folder).collect();
    told.sort_unstable();
    let entries = fs::read_dir(project().join(FOLDER)).expect("there are studies");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut there: Vec<String> = paths
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    there.sort_unstable();
    assert_eq!(
        there, told,
        "each folder of results/ is in results/README.md once, with the command that makes it"
    );
}
