//! Whatever is wrong with a scenario, hbsim says where, what and why, with code 2 and nothing on standard
//! output; quickly, in little memory, and never by failing itself.
//!
//! Each file in `tests/bad/` is a scenario with a mistake, and says so itself: `# wrong: …` at the end of a
//! line promises one complaint about that line with these words in it, `# missing: …` one about the whole
//! file. There must be no other complaint, so nothing is said twice and nothing follows from something else.
//! If it has a `[sweep]`, it is wrong in one of its cells, or as a sweep.

mod command_line;
mod generated;
mod mutations;

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use hbsim::document::Document;
use hbsim::scenario::sweep::Sweep;

use crate::golden::{difference, must_all_agree};
use crate::program::{Said, limited, project, said};

/// No mistake takes longer to be found, on a machine that has other things to do too.
const PATIENCE: Duration = Duration::from_secs(1);

/// These are kept word for word: they are read as a user reads them, and changed only on purpose.
const WORD_FOR_WORD: &[&str] = &[
    "check-every-and-bucket",
    "check-is-a-duration",
    "clock-drift-is-a-text",
    "cluster-is-missing",
    "control-characters-in-a-key",
    "degrade-changes-nothing",
    "degrade-loss-is-in-percent",
    "duration-has-an-unknown-unit",
    "duration-is-a-number",
    "eight-mistakes-at-once",
    "empirical-column-is-unknown",
    "empirical-file-is-not-there",
    "empirical-ping-is-cut-short",
    "expect-measure-is-misspelt",
    "fault-at-and-mtbf",
    "fault-at-is-after-the-end",
    "fault-has-a-duration",
    "fault-nodes-is-out-of-range",
    "fault-nodes-range-of-numbers",
    "fault-region-is-misspelt",
    "faults-is-one-table",
    "key-is-written-twice",
    "latency-is-a-text",
    "latency-kind-is-misspelt",
    "loss-is-in-percent",
    "network-links-name-a-bare-region",
    "nodes-and-regions",
    "nodes-is-a-million-millions",
    "partition-group-is-empty",
    "partition-groups-overlap",
    "partition-has-nodes",
    "pull-probe-timeout-exceeds-interval",
    "string-is-unterminated",
    "sweep-path-is-misspelt",
    "sweep-range-of-texts",
    "sweep-value-is-wrong",
    "sweep-where-mixes-units",
    "sweep-where-names-no-key",
    "topology-kind-is-missing",
    "topology-unknown-key",
    "uniform-min-exceeds-max",
    "value-is-a-bare-duration",
    "warmup-exceeds-duration",
];

/// A complaint: the line and column that it is about, if any, and what it says.
type Told = (Option<(usize, usize)>, String);

/// Runs a bad scenario under all promises that do not depend on what is wrong with it.
fn refused(name: &str, arguments: &[&str]) -> Said {
    #[allow(clippy::disallowed_types, reason = "the promise is about the wall clock")]
    let begun = std::time::Instant::now();
    let said = said(limited(arguments).stdin(Stdio::null()).output().expect("hbsim can be started"));
    let took = begun.elapsed();
    assert_eq!(said.code, Some(2), "{name} is refused as wrong input\n{}{}", said.out, said.err);
    assert_eq!(said.out, "", "{name}: nothing on standard output");
    assert!(
        !said.err.contains("hbsim itself failed:") && !said.err.contains("panicked"),
        "{name}\n{}",
        said.err
    );
    must_be_readable(name, &said.err);
    assert!(took < PATIENCE, "{name} took {took:?}");
    said
}

/// What is said of a mistake can be printed, and is worth reading.
fn must_be_readable(name: &str, err: &str) {
    assert!(err.chars().all(|c| c == '\n' || !c.is_control()), "{name}: nothing moves the cursor\n{err:?}");
    assert!(err.len() < 50_000, "{name}: nobody reads {} bytes", err.len());
}

/// What is said of a scenario with a `[sweep]` when all its cells are read; nothing if it has none.
fn refused_as_a_sweep(name: &str, text: &str) -> Option<String> {
    let mut document = Document::parse(name, text).ok()?;
    document.root().at(&["sweep".to_owned()])?;
    let folder = project().join("tests/bad");
    let said = Sweep::take(&mut document, &[], &[]).and_then(|sweep| {
        let shelf = folder.as_path().into();
        let mistake = sweep.cells(&document, &shelf).find_map(Result::err);
        mistake.map_or(Ok(()), Err)
    });
    let err = said.err().unwrap_or_default() + "\n";
    must_be_readable(name, &err);
    Some(err)
}

/// The complaints on standard error about the file `name`.
fn told(name: &str, err: &str) -> Vec<Told> {
    let complaints = err.lines().filter_map(|line| line.strip_prefix("error: "));
    complaints
        .map(|complaint| {
            let rest = complaint.strip_prefix(name).unwrap_or_else(|| panic!("{name} is not named\n{err}"));
            let rest = rest.strip_prefix(':').expect("a colon after the name");
            match rest.strip_prefix(' ') {
                Some(reason) => (None, reason.to_owned()),
                None => {
                    let mut parts = rest.splitn(3, ':');
                    let mut number =
                        || parts.next().and_then(|part| part.parse().ok()).expect("line:column:");
                    let place = (number(), number());
                    (Some(place), parts.next().expect("a reason").trim().to_owned())
                }
            }
        })
        .collect()
}

/// What a scenario says that is wrong with it: the line, if it is about a line, and words of the complaint.
fn promised(text: &str) -> Vec<(Option<usize>, &str)> {
    let mut promised = Vec::new();
    for (index, line) in text.lines().enumerate() {
        promised.extend(line.split(" # wrong: ").skip(1).map(|words| (Some(index + 1), words)));
        promised.extend(line.strip_prefix("# missing: ").map(|words| (None, words)));
    }
    promised
}

#[test]
fn every_mistake_is_told_once_where_it_stands() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let mut differences = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(project().join("tests/bad")).expect("there are bad scenarios").collect();
    files.sort_by_key(|file| file.as_ref().map(fs::DirEntry::path).ok());
    for file in files {
        let path = file.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        count += 1;
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let name = format!("tests/bad/{stem}.toml");
        let text = fs::read_to_string(&path).expect("what is not text is generated");
        let err = refused_as_a_sweep(&name, &text).unwrap_or_else(|| refused(&name, &["run", &name]).err);
        let told = told(&name, &err);
        if let Some(complaint) = broken_promise(&text, &told) {
            wrong.push(format!("{name}: {complaint}\n{err}"));
        }
        if WORD_FOR_WORD.contains(&stem.as_str()) {
            differences.extend(difference(&path.with_extension("expected"), &err));
        }
    }
    assert!(count >= 170, "only {count} bad scenarios were found");
    assert!(
        wrong.is_empty(),
        "{}\n{} of {count} are told otherwise than they promise",
        wrong.join("\n"),
        wrong.len()
    );
    must_all_agree(&differences);
}

/// What of the promises of `text` was not kept by the complaints `told`.
fn broken_promise(text: &str, told: &[Told]) -> Option<String> {
    let mut left: Vec<&Told> = told.iter().collect();
    let promised = promised(text);
    if promised.is_empty() {
        return Some("it does not say what is wrong with it".to_owned());
    }
    for (line, words) in promised {
        let is_it = |told: &&Told| told.0.map(|(line, _)| line) == line && told.1.contains(words);
        match left.iter().position(is_it) {
            Some(found) => drop(left.remove(found)),
            None => return Some(format!("nothing says `{words}` about line {line:?}")),
        }
    }
    let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
    let outside =
        |place: &Option<(usize, usize)>| place.is_some_and(|(line, column)| column > widths[line - 1] + 1);
    match (left.first(), told.iter().find(|told| outside(&told.0))) {
        (Some((place, reason)), _) => Some(format!("nobody expected `{reason}` at {place:?}")),
        (_, Some((place, _))) => Some(format!("there is no such place: {place:?}")),
        (None, None) => None,
    }
}

#[test]
fn every_message_kept_word_for_word_has_a_scenario() {
    for name in WORD_FOR_WORD {
        assert!(Path::new(&format!("{}/tests/bad/{name}.toml", project().display())).is_file(), "{name}");
    }
    for entry in fs::read_dir(project().join("tests/bad")).expect("there are bad scenarios") {
        let path = entry.expect("the folder can be read").path();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let is_kept = path.extension().is_some_and(|extension| extension == "expected");
        assert!(!is_kept || WORD_FOR_WORD.contains(&stem.as_str()), "{} is kept for nothing", path.display());
    }
}
