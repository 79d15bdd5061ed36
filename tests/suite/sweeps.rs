//! A scenario with a `[sweep]` stands for many, each of them an ordinary scenario; where one is wanted, it is
//! refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hbsim::document::Document;
use hbsim::scenario::sweep::Sweep;

use crate::program::{hbsim, project};

/// The scenarios in `tests/sweeps/`, each with how many places it has and how many cells are wanted.
const SWEEPS: [(&str, u64, usize); 4] = [
    ("all-ways-to-write", 72, 48),
    ("cases", 14, 12),
    ("faults", 36, 36),
    ("many-small-cells", 100_000, 74_850),
];

fn taken(name: &str) -> (Document, Sweep) {
    let text = fs::read_to_string(project().join(format!("tests/sweeps/{name}.toml"))).expect("a sweep");
    let mut document = Document::parse(name, &text).expect("TOML");
    let sweep = Sweep::take(&mut document, &[], &[]).unwrap_or_else(|page| panic!("{page}"));
    (document, sweep)
}

#[test]
fn every_cell_is_a_scenario_of_its_own() {
    let folder = fs::read_dir(project().join("tests/sweeps")).expect("there are sweeps");
    assert_eq!(folder.count(), SWEEPS.len(), "all of them are listed here");
    for (name, places, wanted) in SWEEPS {
        let (document, sweep) = taken(name);
        let shelf = Path::new("no-such-folder").into();
        let columns = sweep.columns();
        assert_eq!(columns.iter().collect::<BTreeSet<_>>().len(), columns.len(), "{name}: {columns:?}");
        assert_eq!(sweep.places(), places, "{name}");
        let mut cells = 0;
        let mut labels = BTreeSet::new();
        for cell in sweep.cells(&document, &shelf) {
            let (place, _) = cell.unwrap_or_else(|page| panic!("{page}"));
            let told = sweep.labels(place);
            assert_eq!(told.len(), columns.len(), "{name}: {told:?}");
            assert!(labels.insert(told), "{name}: each cell can be told from the others");
            cells += 1;
        }
        assert_eq!(cells, wanted, "{name}");
    }
}

#[test]
fn the_columns_of_a_sweep_are_those_of_its_keys() {
    let (_, sweep) = taken("all-ways-to-write");
    let columns = [
        "topology.interval",
        "faults.0.at",
        "faults.0.at.between",
        "detector.kind",
        "detector.misses",
        "detector.timeout",
        "detector.model",
        "detector.threshold",
        "detector.check",
        "detector.check.every",
        "network.loss",
    ];
    assert_eq!(sweep.columns(), columns);
    for (place, cells) in [
        (0, "1s|4m||misses|3||||timer||0.001"),
        (7, "1s|4m||timeout||2s|||timer||0.01"),
        (71, "3s||[\"2m\", \"8m\"]|phi|||logistic|8||1s|0.1"),
    ] {
        assert_eq!(sweep.labels(place).join("|"), cells);
    }
}

#[test]
fn where_one_scenario_is_wanted_a_sweep_is_refused() {
    let file = "tests/sweeps/faults.toml";
    for verb in ["run", "why", "explain", "check", "compare"] {
        let said = hbsim(&[verb, file]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{verb}: {}", said.err);
        for words in
            ["faults.toml:10:2: [sweep] makes 36 scenarios", "hbsim sweep tests/sweeps/faults.toml takes"]
        {
            assert!(said.err.contains(words), "{verb}: {}", said.err);
        }
    }
    assert_eq!(hbsim(&["show", "--resolved", file]).code, Some(2));
    let shown = hbsim(&["show", file]);
    let text = fs::read_to_string(project().join(file)).expect("a sweep");
    assert_eq!((shown.code, shown.out), (Some(0), text), "{}", shown.err);
}
