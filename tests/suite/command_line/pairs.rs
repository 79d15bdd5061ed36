//! `pairs.csv`: the same figures as in the summary, pair by pair.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::done;
use crate::program::{command, hbsim, said, scratch};

/// A table by the names of its columns.
struct Table {
    columns: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(folder: &Path, name: &str) -> Table {
        let text = fs::read_to_string(folder.join(name)).expect("a table");
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let heading = lines.next().expect("a heading");
        let columns = heading.into_iter().enumerate().map(|(place, name)| (name, place)).collect();
        Table { columns, rows: lines.collect() }
    }

    fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        &row[self.columns[column]]
    }

    fn number(&self, row: &[String], column: &str) -> f64 {
        self.cell(row, column).parse().unwrap_or(0.0)
    }

    fn sum(&self, column: &str) -> f64 {
        self.rows.iter().map(|row| self.number(row, column)).sum()
    }

    /// The rows of which these columns hold these texts.
    fn of(&self, observer: &str, subject: &str) -> Vec<&Vec<String>> {
        let is_it = |row: &&Vec<String>| {
            self.cell(row, "observer") == observer && self.cell(row, "subject") == subject
        };
        self.rows.iter().filter(is_it).collect()
    }
}

/// Runs a scenario into a folder of this name.
fn results(name: &str, text: &str) -> std::path::PathBuf {
    let folder = scratch(name);
    let (file, out) = (folder.join("scenario.toml"), folder.join("out"));
    fs::write(&file, text).expect("a scenario can be written");
    let paths = [&file, &out].map(|path| path.to_str().expect("a plain path"));
    done(&["run", paths[0], "--quiet", "--out", paths[1]]);
    out
}

/// Five nodes of which every second beat is lost, so that every pair makes mistakes; both ends crash, and the end of
/// the warm-up and that of the run cut mistakes off.
fn troubled(topology: &str, observer: &str) -> String {
    format!(
        "duration = \"10m\"\nwarmup = \"30s\"\nreplications = 3\ncluster.nodes = 5\ntopology = {{ {topology} }}\n\
         detector = {{ kind = \"timeout\", timeout = \"2500ms\" }}\nnetwork.loss = 0.5\n\
         [[faults]]\nkind = \"crash\"\nnodes = \"n1\"\nat = \"2m\"\nfor = \"30s\"\n\
         [[faults]]\nkind = \"crash\"\nnodes = \"{observer}\"\nat = \"135s\"\nfor = \"1m\"\n"
    )
}

#[test]
fn the_sums_over_all_pairs_are_the_figures_of_the_summary() {
    for (kind, topology, observer, pairs) in [
        ("centralized", "kind = \"centralized\", monitors = 2", "m0", 10),
        ("pull", "kind = \"pull\"", "m0", 5),
        ("peers", "kind = \"peers\", watchers = \"all\"", "n2", 20),
        ("gossip", "kind = \"gossip\", fanout = 1", "n2", 20),
        ("hierarchical", "kind = \"hierarchical\"", "c-all-0", 10),
    ] {
        let out = results(&format!("pairs-{kind}"), &troubled(topology, observer));
        let (table, summary) = (Table::read(&out, "pairs.csv"), Table::read(&out, "summary.csv"));
        assert_eq!(table.rows.len(), 3 * pairs, "{kind}: every pair errs in every run");
        let (watched, wrong, mistakes) =
            (table.sum("watched_s"), table.sum("wrong_s"), table.sum("mistakes"));
        let ends: f64 = table
            .rows
            .iter()
            .map(|row| (table.number(row, "wrong_s"), table.number(row, "mistake_s_mean")))
            .map(|(wrong, mean)| if mean > 0.0 { (wrong / mean).round() } else { 0.0 })
            .sum();
        let censored = table.sum("mistakes_censored");
        assert!(censored > 0.0, "{kind}: something is cut off");
        for (column, expected) in [
            ("mistakes", mistakes),
            ("mistakes_censored", censored),
            ("mistakes_per_pair_day", mistakes / watched * 86_400.0),
            ("mistake_s_mean", wrong / ends),
            ("mistake_recurrence_s_mean", watched / mistakes),
            ("good_s_mean", (watched - wrong) / mistakes),
            ("query_accuracy", 1.0 - wrong / watched),
        ] {
            let found = summary.number(&summary.rows[0], column);
            assert!((found / expected - 1.0).abs() < 1e-8, "{kind} {column}: {found} is not {expected}");
        }
    }
}

#[test]
fn a_row_tells_of_one_pair_what_the_other_tables_tell_of_all() {
    let out = results("pairs-rows", &troubled("kind = \"centralized\", monitors = 2", "m0"));
    let [pairs, mistakes] = ["pairs.csv", "mistakes.csv"].map(|name| Table::read(&out, name));
    for row in &pairs.rows {
        let [replication, observer, subject] =
            ["replication", "observer", "subject"].map(|column| pairs.cell(row, column));
        let own = mistakes.of(observer, subject);
        let own = own.iter().filter(|row| mistakes.cell(row, "replication") == replication);
        assert_eq!(pairs.number(row, "mistakes") as usize, own.count(), "{row:?}");
        // Of 570 s, n1 is down for 30 and m0 for 60, of which 15 are the same.
        let watched = match (observer, subject) {
            ("m0", "n1") => "495",
            ("m0", _) => "510",
            (_, "n1") => "540",
            _ => "570",
        };
        assert_eq!(pairs.cell(row, "watched_s"), watched, "{row:?}");
        assert_eq!(pairs.cell(row, "crashes"), if subject == "n1" { "1" } else { "0" }, "{row:?}");
        let fates: f64 =
            ["detected", "missed", "pending"].map(|column| pairs.number(row, column)).iter().sum();
        assert_eq!(fates, pairs.number(row, "crashes"), "{row:?}");
    }
}

#[test]
fn a_pair_that_was_never_wrong_and_had_no_crash_to_find_out_has_no_row() {
    let out = results(
        "pairs-quiet",
        "duration = \"5m\"\ncluster.nodes = 9\ntopology.kind = \"centralized\"\n\
         detector = { kind = \"timeout\", timeout = \"3s\" }\n\
         faults = [{ kind = \"crash\", nodes = \"n4\", at = \"1m\" }]\n",
    );
    let [pairs, detections] = ["pairs.csv", "detections.csv"].map(|name| Table::read(&out, name));
    assert_eq!(pairs.rows.len(), 1);
    let row = &pairs.rows[0];
    let cells = ["observer", "subject", "watched_s", "mistakes", "query_accuracy", "crashes", "detected"];
    assert_eq!(cells.map(|column| pairs.cell(row, column)), ["m0", "n4", "60", "0", "1", "1", "1"]);
    assert_eq!(pairs.cell(row, "good_s_mean"), "", "no good period ended");
    let known = detections.number(&detections.rows[0], "detection_s");
    assert!((pairs.number(row, "detection_s_mean") - known).abs() < 1e-8, "{known}");
}

#[test]
fn who_takes_office_in_the_midst_of_its_life_has_no_time_of_its_own() {
    let out = results(
        "pairs-standby",
        "duration = \"5m\"\nwarmup = \"30s\"\ncluster.nodes = 4\nnetwork.loss = 0.5\n\
         topology = { kind = \"centralized\", monitors = 2, replication = \"standby\", takeover = \"20s\" }\n\
         detector = { kind = \"timeout\", timeout = \"2500ms\" }\n\
         faults = [{ kind = \"crash\", nodes = \"m0\", at = \"1m\" }]\n",
    );
    let pairs = Table::read(&out, "pairs.csv");
    let of = |observer: &str| -> Vec<(&str, &str)> {
        let rows = pairs.rows.iter().filter(|row| pairs.cell(row, "observer") == observer);
        rows.map(|row| (pairs.cell(row, "watched_s"), pairs.cell(row, "good_s_mean"))).collect()
    };
    assert!(of("m0").iter().all(|(watched, _)| *watched == "30"), "{:?}", of("m0"));
    assert_eq!(of("m1"), [("", ""); 4]);
    assert!(pairs.sum("mistakes") > 40.0, "its mistakes are told all the same");
}

/// Nobody hears anybody, so each of 330 nodes holds the 329 others dead: 108,570 pairs.
#[test]
fn what_is_too_much_for_the_table_is_counted_and_said() {
    let folder = scratch("pairs-many");
    let (file, out) = (folder.join("deaf.toml"), folder.join("out"));
    let text = "duration = \"10s\"\ncluster.nodes = 330\ntopology = { kind = \"gossip\", interval = \"5s\" }\n\
                detector = { kind = \"timeout\", timeout = \"3s\" }\nnetwork.loss = 1.0\n";
    fs::write(&file, text).expect("a scenario can be written");
    let paths = [&file, &out].map(|path| path.to_str().expect("a plain path"));
    let told = hbsim(&["run", paths[0], "--out", paths[1]]);
    let note = "note: 8570 mistakes and crashes were counted, but not pair by pair: pairs.csv has room for 100000 \
                pairs of each run\n";
    assert!(told.code == Some(0) && told.err.contains(note), "{}", told.err);
    let table = Table::read(&out, "pairs.csv");
    assert_eq!((table.rows.len(), table.sum("mistakes")), (100_000, 100_000.0));
    let manifest = fs::read_to_string(out.join("manifest.toml")).expect("the manifest");
    assert!(manifest.contains("\npairs_left_out = 8570\n"), "{manifest}");
    let quiet = said(command(&["run", paths[0], "--quiet", "--out", paths[1]]).output().expect("it starts"));
    assert_eq!(quiet.err, "");
}
