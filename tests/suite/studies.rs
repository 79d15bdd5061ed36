//! The published studies in `results/`, and the tables of the notebooks in `results/lessons`: the command that is
//! written beside each gives its files again, to the last byte.
//!
//! A change that is meant is taken over with `HBSIM_REWRITE_STUDIES=1 cargo test studies` and read in the diff.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{hbsim, project, scratch};

/// Where the studies are.
const FOLDER: &str = "results";

/// Where the tables of the notebooks are, and what tells the command that makes each.
const LESSONS: &str = "lessons";
const COMMAND: &str = "command.txt";

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
    names.retain(|name| !UNPUBLISHED.iter().any(|unpublished| Path::new(name).ends_with(unpublished)));
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

/// The folders of the notebooks' tables, in order.
fn lessons() -> Vec<PathBuf> {
    let entries = fs::read_dir(project().join(FOLDER).join(LESSONS)).expect("there are lessons");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    folders.sort_unstable();
    folders
}

/// The words of a command as a shell takes them apart, as far as these commands need it.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (piece, text) in command.trim().split('\'').enumerate() {
        let mut parts = text.split(' ');
        let joined = if piece % 2 == 1 { text } else { parts.next().unwrap_or_default() };
        words.last_mut().expect("one at least").push_str(joined);
        if piece % 2 == 0 {
            words.extend(parts.map(str::to_owned));
        }
    }
    words
}

/// Makes the tables of a lesson again, and says which are not as they are published. Only those that a notebook
/// reads are.
fn stale_tables(published: &Path, made: &Path) -> Vec<String> {
    let command = fs::read_to_string(published.join(COMMAND)).expect("the command that makes the tables");
    let words = words(&command);
    let (asked, place) = words.split_at(words.len() - 2);
    let mut asked: Vec<&str> = asked.iter().skip(1).map(String::as_str).collect();
    let target = made.join(published.file_name().expect("a name"));
    fs::create_dir_all(&target).expect("a scratch folder can be made");
    let folder = target.to_string_lossy().into_owned();
    if place[0] == "--out" {
        asked.extend(["--out", &folder, "--quiet"]);
    }
    let said = hbsim(&asked);
    // 1 says that a goal of the scenario was not met.
    assert!(matches!(said.code, Some(0 | 1)), "{command}: {}", said.err);
    if place[0] == ">" {
        let name = Path::new(&place[1]).file_name().expect("a file");
        fs::write(target.join(name), said.out).expect("a table can be written");
    }
    let tables = files(published).into_iter().filter(|name| name != COMMAND);
    let stale = tables.filter(|name| fs::read(published.join(name)).ok() != fs::read(target.join(name)).ok());
    let stale: Vec<String> = stale.collect();
    if are_rewritten() {
        for name in &stale {
            fs::copy(target.join(name), published.join(name)).expect("a table can be published");
        }
        return Vec::new();
    }
    stale
        .iter()
        .map(|name| format!("{}: not what `{}` gives", published.join(name).display(), command.trim()))
        .collect()
}

#[test]
fn every_table_of_the_notebooks_is_what_its_command_gives() {
    let lessons = lessons();
    assert!(lessons.len() >= 50, "only {} lessons were found", lessons.len());
    let made = scratch("lessons");
    let all: Vec<String> = lessons.iter().flat_map(|lesson| stale_tables(lesson, &made)).collect();
    assert!(
        all.is_empty(),
        "{}\nIf that is meant: HBSIM_REWRITE_STUDIES=1 cargo test studies, read the diff, and see with notebooks/run \
         whether the notebooks still tell what is so",
        all.join("\n")
    );
}

#[test]
fn quotes_keep_words_together() {
    assert_eq!(
        words("hbsim run a --set 'x={y=\"b c\"}' --out d\n"),
        ["hbsim", "run", "a", "--set", "x={y=\"b c\"}", "--out", "d"]
    );
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
    told.push(LESSONS.to_owned());
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
