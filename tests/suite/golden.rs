//! What the shipped scenarios give, to the last digit: a change of any figure shows here, as a difference.
//!
//! A change that is meant is taken over with `HBSIM_REWRITE_GOLDEN=1 cargo test` and read in the diff.

use std::fs;
use std::path::Path;

use crate::program::{hbsim, project};

/// Fewer replications than a scenario asks for: every figure is still there, and the suite stays fast.
const REPLICATIONS: &str = "2";

/// The names of all scenarios in `scenarios/` and its folders but for the sweeps and conditions, in order.
pub(crate) fn scenarios() -> Vec<String> {
    let mut names = files_in(&project().join("scenarios"), "toml", "");
    names.retain(|name| !name.starts_with(SWEEPS) && !name.starts_with(CONDITIONS));
    names.sort_unstable();
    names
}

/// The names of the sweeps in `scenarios/`, in order.
pub(crate) fn sweeps() -> Vec<String> {
    let mut names = files_in(&project().join("scenarios").join(SWEEPS), "toml", SWEEPS);
    names.sort_unstable();
    names
}

/// Their folder: a sweep is not one scenario.
const SWEEPS: &str = "sweeps/";
/// The folder of conditions under which scenarios are compared: they are none themselves.
const CONDITIONS: &str = "conditions/";

/// The names of all files in a folder and its folders.
fn files_in(folder: &Path, extension: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("there is such a folder") {
        let path = entry.expect("the folder can be read").path();
        let name = format!("{prefix}{}", path.file_stem().expect("a name").to_string_lossy());
        if path.is_dir() {
            names.extend(files_in(&path, extension, &format!("{name}/")));
        } else if path.extension().is_some_and(|found| found == extension) {
            names.push(name);
        }
    }
    names
}

/// Says what is different, unless `text` is what the golden file `path` holds. `HBSIM_REWRITE_GOLDEN=1` puts
/// `text` into it instead.
pub(crate) fn difference(path: &Path, text: &str) -> Option<String> {
    if std::env::var_os("HBSIM_REWRITE_GOLDEN").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of golden files can be made");
        fs::write(path, text).expect("a golden file can be written");
        return None;
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    let shown = path.strip_prefix(project()).unwrap_or(path).display();
    (golden != text).then(|| format!("--- {shown}\n{golden}--- now\n{text}"))
}

/// Fails with all differences, and says how to take them over.
pub(crate) fn must_all_agree(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{}\n{} golden file(s) differ. If that is meant: HBSIM_REWRITE_GOLDEN=1 cargo test, and read the diff",
        differences.join("\n"),
        differences.len()
    );
}

#[test]
fn every_scenario_gives_what_it_gave() {
    let mut differences = Vec::new();
    for name in scenarios() {
        let file = format!("scenarios/{name}.toml");
        let run = hbsim(&["run", &file, "--format", "csv", "--replications", REPLICATIONS, "--quiet"]);
        // An expectation may fail on two runs where it holds on all.
        assert!(matches!(run.code, Some(0 | 1)), "{name}: {:?} {}", run.code, run.err);
        differences
            .extend(difference(&project().join(format!("tests/golden/{name}.csv")), &upright(&run.out)));
    }
    must_all_agree(&differences);
}

/// A table of one row as lines of `column = cell`, so that a difference is a line.
fn upright(table: &str) -> String {
    let mut rows = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (heading, row) = (rows.next().expect("a heading"), rows.next().expect("a row"));
    assert_eq!(heading.len(), row.len(), "{table}");
    heading.iter().zip(row).map(|(column, cell)| format!("{column} = {cell}\n")).collect()
}

#[test]
fn every_golden_file_belongs_to_a_scenario() {
    let names = scenarios();
    for golden in files_in(&project().join("tests/golden"), "csv", "") {
        assert!(names.contains(&golden), "no scenario belongs to tests/golden/{golden}.csv: delete it");
    }
}
