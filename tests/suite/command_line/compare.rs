//! `hbsim compare`: several scenarios side by side.

use std::fs;

use super::{done, fed};
use crate::golden::difference;
use crate::program::{hbsim, project, scratch};

/// The six topologies, on so few nodes and for so short that a test can wait for it.
const SAME: [&str; 6] = ["compare", "same-crashes", "--replications", "2", "--set", "duration=70s"];

/// A crash in the ten seconds that are left.
const SOON: [&str; 2] = ["--set", "faults.0.at={between=[\"31s\",\"40s\"]}"];

#[test]
fn six_topologies_have_the_same_crashes_and_a_row_each() {
    let table = done(&[&SAME[..], &SOON].concat()).out;
    assert!(table.contains("\nThe same 10 crashes in all: the same nodes at the same moments.\n"), "{table}");
    for topology in ["centralized", "pull", "peers", "gossip", "swim", "hierarchical"] {
        let row = |line: &&str| line.starts_with(topology) && line.contains("10/10");
        assert!(table.lines().any(|line| row(&line)), "{topology}\n{table}");
        assert!(table.lines().any(|line| line.starts_with(topology) && line.contains("digest ")), "{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(table.contains("± "), "no figure without its interval\n{table}");
    assert!(table.contains("use --replications 10 or more"), "{table}");
}

#[test]
fn that_the_crashes_differ_is_told_even_to_the_quiet_and_which_is_the_first() {
    let three = ["compare", "first", "timeout-or-misses", "pull", "--replications", "2", "--quiet"];
    // The first two differ in how many of the nodes crash.
    let csv = done(&[&three[..], &["--format", "csv"]].concat());
    assert_eq!(
        csv.err,
        "Not the same crashes: timeout-or-misses differs from first, so chance makes a difference too.\n"
    );
    assert_eq!(csv.out.lines().count(), 4);
    let none = done(&["compare", "first", "pull", "--set", "faults=[]", "--replications", "2", "--quiet"]);
    assert!(none.out.contains("\nNo crash that counts in any of them.\n"), "{}", none.out);
    assert_eq!(none.err, "");
}

#[test]
fn seeds_and_changes_are_the_same_for_all() {
    let set =
        ["--set", "faults.0.nodes=n3", "--seed", "7", "--replications", "2", "--format", "csv", "--quiet"];
    let both = done(&[&["compare", "first", "timeout-or-misses"], &set[..]].concat());
    assert!(both.err.is_empty(), "the same node at the same moments: {}", both.err);
    for row in both.out.lines().skip(1) {
        assert_eq!(row.split(',').nth(1), Some("7"), "{row}");
    }
}

#[test]
fn a_row_is_what_run_says_of_the_scenario_alone() {
    let changes = ["--replications", "3", "--format", "csv"];
    let both = done(&[&["compare", "first", "pull"], &changes[..]].concat());
    let rows: Vec<&str> = both.out.lines().collect();
    assert_eq!(rows.len(), 3);
    for (row, name) in [(1, "first"), (2, "pull")] {
        let alone = done(&[&["run", name], &changes[..]].concat()).out;
        assert_eq!(alone.lines().collect::<Vec<_>>(), [rows[0], rows[row]], "{name}");
    }
    assert!(both.err.contains("Not the same crashes: pull differs from first"), "{}", both.err);
    let json = done(&["compare", "first", "pull", "--replications", "2", "--format", "json", "--quiet"]);
    assert_eq!((json.out.matches("\"digest\"").count(), json.err.lines().count()), (2, 1), "{}", json.err);
}

#[test]
fn a_folder_stands_for_its_scenarios_in_the_order_of_their_names() {
    let folder = scratch("compare-folder");
    let small = "cluster = { nodes = 5 }\ntopology = { kind = \"pairs\" }\n\
                 detector = { kind = \"timeout\", timeout = \"3s\" }\n";
    for name in ["b.toml", "a.toml", "no-scenario.txt"] {
        fs::write(folder.join(name), small).expect("a file can be written");
    }
    let path = folder.to_str().expect("a plain path");
    let csv = done(&["compare", path, "--format", "csv"]).out;
    let names: Vec<&str> = csv.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(fed(small, &["compare", "-"]).code, Some(0));
}

#[test]
fn what_cannot_be_compared_is_refused_before_anything_runs() {
    let empty = scratch("compare-empty");
    let empty = empty.to_str().expect("a plain path");
    for (arguments, says) in [
        (&["compare"][..], "required"),
        (&["compare", empty], "there is no scenario in the folder"),
        (&["compare", "first", "fist"], "did you mean first?"),
        (&["compare", "-", "-"], "standard input can be read only once"),
        (&["compare", "first", "--format", "html"], "invalid value"),
        (&["compare", "first", "pull", "--differences"], "--differences is for --format csv or json"),
        (&["compare", "first", "pull", "--set", "topology.probe_timeout=2s"], "probe_timeout"),
        (&["compare", "first", "--set", "cluster.nodes=100000000", "--memory", "1GB"], "first: "),
    ] {
        let refused = hbsim(arguments);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(refused.err.contains(says), "{arguments:?}\n{}", refused.err);
    }
}

/// What is compared, and the file in `tests/compare` that holds the answer.
const COMPARED: &[(&str, &[&str])] = &[
    ("timeouts", &["tests/compare/timeouts"]),
    ("one-run", &["tests/compare/timeouts", "--replications", "1"]),
    ("no-crashes", &["tests/compare/timeouts", "--set", "faults=[]"]),
    ("no-mistakes", &["tests/compare/timeouts/stoic.toml", "tests/compare/timeouts/brisk.toml"]),
    ("lonely", &["tests/compare/lonely.toml", "tests/compare/lonely.toml"]),
    ("other-crashes", &["first", "ties", "--replications", "2"]),
];

#[test]
fn the_first_is_what_all_others_are_compared_with() {
    let mut wrong = Vec::new();
    for (name, arguments) in COMPARED {
        let told = done(&[&["compare", "--quiet"], *arguments].concat()).out;
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{name}\n{told}");
        wrong.extend(difference(&project().join("tests/compare").join(format!("{name}.txt")), &told));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_folder_holds_the_measures_and_how_they_differ() {
    let out = scratch("compare-out").join("deep/out");
    let path = out.to_str().expect("a plain path");
    let compare = ["compare", "tests/compare/timeouts", "--format", "csv", "--quiet"];
    let summary = done(&[&compare[..], &["--out", path]].concat()).out;
    let read = |file: &str| fs::read_to_string(out.join(file)).expect("it was written");
    assert_eq!(read("summary.csv"), summary);
    let differences = done(&[&compare[..], &["--differences"]].concat()).out;
    assert_eq!(read("differences.csv"), differences);
    let mut rows = csv::Reader::from_reader(differences.as_bytes());
    let columns = rows.headers().expect("a heading").clone();
    let place = |name: &str| columns.iter().position(|column| column == name).expect("the column");
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let row = |scenario: &str, measure: &str| {
        let is_it = |row: &&csv::StringRecord| {
            &row[place("scenario")] == scenario && &row[place("measure")] == measure
        };
        rows.iter().find(is_it).expect("the row")
    };
    for scenario in ["patient", "stoic"] {
        let mean = row(scenario, "detection_s_mean");
        let number = |column: &str| mean[place(column)].parse::<f64>().expect("a number");
        assert!(
            (number("value") - number("reference_value") - number("difference")).abs() < 1e-7,
            "{mean:?}"
        );
        assert!(number("difference_low") < number("difference") && number("ratio") < number("ratio_high"));
        assert!(number("variance_ratio") > 2.0 && number("replications") == 12.0, "{mean:?}");
        assert_eq!(
            (&mean[place("reference")], &mean[place("method")], &mean[place("note")]),
            ("brisk", "paired", "")
        );
    }
    assert_eq!(&row("stoic", "mistakes")[place("method")], "counts");
    assert_eq!(&row("stoic", "detection_s_max")[place("note")], "too little was seen to bound both");
    let manifest = read("manifest.toml");
    for line in ["scenarios = [\"brisk\", \"patient\", \"stoic\"]", "engine_revision = ", "digests = ["] {
        assert!(manifest.lines().any(|found| found.starts_with(line)), "{line}\n{manifest}");
    }
    let json = [&compare[..2], &["--format", "json", "--differences", "--quiet"]].concat();
    assert_eq!(done(&json).out.matches("\"variance_ratio\"").count(), rows.len());
    // The next ones take their place, and nobody takes them for the runs of a scenario.
    done(&["compare", "tests/compare/lonely.toml", "--out", path]);
    assert_eq!(read("summary.csv").lines().count(), 2);
}

#[test]
fn results_are_told_from_folders_of_scenarios() {
    let out = scratch("compare-results").join("out");
    let path = out.to_str().expect("a plain path");
    done(&["run", "tests/compare/lonely.toml", "--out", path, "--quiet"]);
    // What was simulated before is what would be simulated now.
    let simulated = done(&["compare", "tests/compare/lonely.toml", "tests/compare/lonely.toml", "--quiet"]);
    let read = done(&["compare", "tests/compare/lonely.toml", path, "--quiet"]);
    assert_eq!(read.out, simulated.out);
    let refused = |more: &[&str], says: &str| {
        let refused = hbsim(&[&["compare", "tests/compare/lonely.toml", path], more].concat());
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{more:?}");
        assert!(refused.err.contains(says) && refused.err.contains("/scenario.toml"), "{}", refused.err);
    };
    refused(&["--seed", "2"], "which --set, --nodes, --seed and --replications cannot change");
    fs::remove_file(out.join("records.part")).expect("it is there");
    refused(&[], "holds results, and no records of their runs that could be compared");
    let again = out.join("scenario.toml");
    done(&["compare", again.to_str().expect("a plain path"), "tests/compare/lonely.toml", "--quiet"]);
}
