//! What was added comes back as it was, whatever happens to the file; or it is missed, and never comes back wrong.

mod belonging;
mod damage;
mod disk;
mod records;

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::scan::{Found, scan};
use super::*;
use crate::document::{Document, NamedFile};
use crate::engine::world::Meter;
use crate::experiment::Simulation;
use crate::scenario::Scenario;

/// A folder of its own for a test, empty at first and gone afterwards.
struct Scratch(PathBuf);

fn scratch(name: &str) -> Scratch {
    let folder = std::env::temp_dir().join(format!("hbsim-parts-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    Scratch(folder)
}

impl Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const SMALL: &str = r#"
name = "small"
duration = "1m"
cluster = { nodes = 4 }
topology = { kind = "centralized", interval = "2s" }
detector = { kind = "timeout", timeout = "5s" }
network = { loss = 0.2 }
faults = [{ kind = "crash", nodes = "n1", at = "20s" }]
"#;

fn read_scenario(document: &Document, shelf: impl Into<crate::document::Shelf>) -> Scenario {
    Scenario::read(document, shelf).unwrap_or_else(|why| panic!("{why}"))
}

fn small() -> Identity {
    Identity::of("small", SMALL, &[])
}

/// Runs of a small scenario, to be taken for those of any unit.
fn runs() -> &'static [RunRecord] {
    static RUNS: OnceLock<Vec<RunRecord>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let scenario = read_scenario(&Document::parse("small", SMALL).expect("a document"), Path::new(""));
        let simulation = Simulation { scenario: &scenario, by_second: true };
        (0..12).map(|number| simulation.replication(number, &Meter::default()).expect("a record")).collect()
    })
}

/// The kinds of messages in them.
fn kinds() -> &'static [&'static str] {
    runs()[0].traffic.kinds
}

/// Six units of one or two cells, in an order that is not that of the plan.
fn units() -> [Unit; 6] {
    [(1, 0), (0, 0), (1, 1), (0, 1), (2, 0), (2, 1)].map(|(group, replication)| Unit { group, replication })
}

/// The records of a unit: made of different runs, but always the same.
fn records_of(unit: Unit) -> Vec<RunRecord> {
    let first = (4 * unit.group + 2 * unit.replication) as usize;
    let cells = 1 + unit.group as usize % 2;
    let as_of = |record: &RunRecord| RunRecord { replication: unit.replication, ..record.clone() };
    runs()[first..first + cells].iter().map(as_of).collect()
}

/// All that is left of a record, to be compared.
fn said(records: &[RunRecord]) -> String {
    let sums = |record: &RunRecord| {
        let mut record = record.clone();
        record.keep_sums_only();
        format!("{record:?}\n")
    };
    records.iter().map(sums).collect()
}

/// Whoever keeps the records has those of `expected` as they were, and no others.
fn assert_holds(kept: &mut impl Kept, expected: &[Unit], what: &str) {
    for unit in units() {
        assert_eq!(kept.has(unit), expected.contains(&unit), "{what}: {unit:?}");
        match kept.read_all(unit, kinds()) {
            Ok(records) => assert_eq!(said(&records), said(&records_of(unit)), "{what}: {unit:?}"),
            Err(why) => assert!(!kept.has(unit), "{what}: {unit:?}: {why}"),
        }
    }
}
