//! What a sweep stands for, in tables: axes to cells, ranges to values, conditions to what is wanted.

mod cases;
mod conditions;
mod mistakes;
mod ranges;

use std::path::Path;

use super::*;

/// A small scenario, to which tests add a sweep.
const SMALL: &str = "cluster = { nodes = 4 }\n\
    topology = { kind = \"centralized\", interval = \"1s\" }\n\
    detector = { kind = \"misses\", misses = 3 }\n";

/// A dice of the test's own: the same cases on every machine, for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % count.max(1) as u64) as usize
    }

    fn text(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

fn stock() -> Stock {
    Path::new("no-such-folder").into()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The small scenario with `[sweep]` below it, and what the command line says.
fn taken(sweep: &str, sweeps: &[&str], conditions: &[&str]) -> Result<(Document, Sweep), String> {
    let mut document = Document::parse("a.toml", &format!("{SMALL}{sweep}"))?;
    let sweep = Sweep::take(&mut document, &strings(sweeps), &strings(conditions))?;
    Ok((document, sweep))
}

/// The labels of all places, those of a place with commas between them.
fn labels(sweep: &Sweep) -> Vec<String> {
    (0..sweep.places()).map(|place| sweep.labels(place).join(",")).collect()
}

/// The places of all wanted cells.
fn places(sweep: &str) -> Result<Vec<u64>, String> {
    let (document, sweep) = taken(sweep, &[], &[])?;
    let stock = stock();
    sweep.cells(&document, &stock).map(|cell| cell.map(|(place, _)| place)).collect()
}

#[test]
fn every_swept_key_is_a_column_of_its_own() {
    for (sweep, columns, cells) in [
        ("", &[][..], &[""][..]),
        ("[sweep]\nduration = ['1m', '2m']", &["duration"], &["1m", "2m"]),
        // The last axis is the fastest, and the order is that of the file.
        (
            "[sweep]\n'topology.interval' = ['1s', '2s']\nseed = [1, 2]",
            &["topology.interval", "seed"],
            &["1s,1", "1s,2", "2s,1", "2s,2"],
        ),
        ("[sweep]\n'network.loss' = [0, 0.05, 1.0]", &["network.loss"], &["0", "0.05", "1"]),
        // A path in quotes, with dots, and as a table are the same.
        ("sweep.detector.misses = [2]\n", &["detector.misses"], &["2"]),
        ("[sweep.detector]\nmisses = [2]\n", &["detector.misses"], &["2"]),
        ("sweep = { detector = { misses = '2..3' } }\n", &["detector.misses"], &["2", "3"]),
        // Whole tables: a column for each key that any of them has.
        (
            "[sweep]\ndetector = [{ misses = 2, kind = 'misses' }, { kind = 'phi', window = 9, threshold = 4.0 }]",
            &["detector.kind", "detector.misses", "detector.threshold", "detector.window"],
            &["misses,2,,", "phi,,4,9"],
        ),
        (
            "[[sweep.detector]]\nkind = 'misses'\n[[sweep.detector]]\nkind = 'phi'",
            &["detector.kind"],
            &["misses", "phi"],
        ),
        // Words and tables in one axis.
        (
            "[sweep]\n'detector.check' = ['timer', { every = '1s' }, { every = '2s', phase = 'aligned' }]",
            &["detector.check", "detector.check.every", "detector.check.phase"],
            &["timer,,", ",1s,", ",2s,aligned"],
        ),
        // Lists stay what they are.
        (
            "[sweep]\nfaults = [[], [{ kind = 'crash', nodes = ['n1', 'n2'], at = '1m' }]]",
            &["faults"],
            &["[]", "[{ kind = \"crash\", at = \"1m\", nodes = [\"n1\", \"n2\"] }]"],
        ),
        (
            "[sweep]\n'topology.jitter' = [[0, 0.1], [-0.25, 0]]",
            &["topology.jitter"],
            &["[0, 0.1]", "[-0.25, 0]"],
        ),
    ] {
        let (_, sweep) = taken(sweep, &[], &[]).expect(sweep);
        assert_eq!(sweep.columns(), columns);
        assert_eq!(labels(&sweep), cells);
    }
}

#[test]
fn the_command_line_adds_axes_and_replaces_those_of_the_file() {
    let file = "[sweep]\n'topology.interval' = ['1s', '2s']\nseed = '1..9'";
    for (sweeps, columns, cells) in [
        (&["seed=7"][..], &["topology.interval", "seed"][..], &["1s,7", "2s,7"][..]),
        (&["seed=7", "seed=8", "topology.interval=5s"], &["topology.interval", "seed"], &["5s,8"]),
        (
            &["topology.interval=1s", "seed=1", "network.loss=0, 0.1"],
            &["topology.interval", "seed", "network.loss"],
            &["1s,1,0", "1s,1,0.1"],
        ),
        (
            &["seed=1", "topology.interval=1s..4s step 1.5s"],
            &["topology.interval", "seed"],
            &["1s,1", "2.5s,1", "4s,1"],
        ),
        (
            &["seed=1", "topology.interval=\"1s..9s log 3\""],
            &["topology.interval", "seed"],
            &["1s,1", "3s,1", "9s,1"],
        ),
        (
            &["seed=1", "topology.interval=1s", "detector=[{kind=\"misses\",misses=3},{kind=\"phi\"}]"],
            &["topology.interval", "seed", "detector.kind", "detector.misses"],
            &["1s,1,misses,3", "1s,1,phi,"],
        ),
    ] {
        let (_, sweep) = taken(file, sweeps, &[]).expect(sweeps[0]);
        assert_eq!(sweep.columns(), columns, "{sweeps:?}");
        assert_eq!(labels(&sweep), cells, "{sweeps:?}");
    }
    let (_, none) = taken("", &[], &[]).expect("no sweep at all");
    assert_eq!((none.axes().len(), none.places()), (0, 1));
}

#[test]
fn every_place_is_its_indices() {
    let mut dice = Dice(1);
    for _ in 0..100 {
        let counts: Vec<usize> = (0..1 + dice.below(5)).map(|_| 1 + dice.below(6)).collect();
        let axes = counts.iter().enumerate().map(|(axis, count)| format!("a{axis} = '0..{count}'\n"));
        let (_, sweep) = taken(&format!("[sweep]\n{}", axes.collect::<String>()), &[], &[]).expect("axes");
        let mut before = None;
        for place in 0..sweep.places() {
            let indices = sweep.indices(place);
            let back =
                indices.iter().zip(&counts).fold(0, |place, (index, count)| place * (count + 1) + index);
            assert_eq!(back as u64, place, "{indices:?}");
            let texts: Vec<String> = indices.iter().map(usize::to_string).collect();
            assert_eq!(sweep.labels(place), texts);
            assert!(before < Some(indices.clone()), "the last axis is the fastest");
            before = Some(indices);
        }
    }
}

#[test]
fn a_cell_is_the_scenario_that_would_have_been_written() {
    let sweep = "[sweep]\n'detector.misses' = [2, 5]\n'topology.interval' = ['2s']\n'network.latency' = \
        [{ kind = 'constant', value = '1ms' }]\n'faults' = [[{ kind = 'crash', nodes = 'n1', at = '1m' }]]\n\
        'faults.0.for' = ['3s', '4s']";
    let (document, sweep) = taken(sweep, &[], &[]).expect("a sweep");
    let stock = stock();
    assert_eq!(sweep.places(), 4);
    for (place, misses, length) in [(0, 2, "3s"), (1, 2, "4s"), (2, 5, "3s"), (3, 5, "4s")] {
        let written = format!(
            "cluster = {{ nodes = 4 }}\ntopology = {{ kind = 'centralized', interval = '2s' }}\n\
             detector = {{ kind = 'misses', misses = {misses} }}\n\
             network.latency = {{ kind = 'constant', value = '1ms' }}\n\
             faults = [{{ kind = 'crash', nodes = 'n1', at = '1m', for = '{length}' }}]"
        );
        let alone = Document::parse("a.toml", &written).expect("TOML");
        let alone = Scenario::read(&alone, stock.clone()).expect("a scenario");
        let cell = sweep.scenario(&document, &stock, place).expect("a scenario").expect("wanted");
        assert_eq!(cell.resolved(), alone.resolved());
    }
}

#[test]
fn values_of_tables_stand_in_them_wherever_their_axis_was_written() {
    let sweep = "[sweep]\n'detector.misses' = [4, 7]\ndetector = [{ kind = 'misses', counted = 'ticks' }]";
    let (document, sweep) = taken(sweep, &[], &[]).expect("a sweep");
    for (place, words) in [(0, "misses = 4"), (1, "misses = 7")] {
        let text = sweep.document(&document, place).expect("a document").root().kind.to_string();
        assert!(text.contains(&format!("{{ kind = \"misses\", counted = \"ticks\", {words} }}")), "{text}");
    }
}

#[test]
fn only_what_judges_silence_only_judges() {
    for (path, judges) in [
        ("detector", true),
        ("detector.timeout", true),
        ("detector.check.every", true),
        ("verdict.confirm_after", true),
        ("topology.detector", false),
        ("topology.interval", false),
        ("detectors", false),
        ("seed", false),
    ] {
        let (_, sweep) = taken("", &[&format!("{path}=1,2")], &[]).expect(path);
        assert_eq!(sweep.axes()[0].judges_only(), judges, "{path}");
    }
}

#[test]
fn a_scenario_with_a_sweep_is_not_one_scenario() {
    for (sweep, words) in [
        ("[sweep]\nseed = '1..12'", "a.toml:4:2: [sweep] makes 12 scenarios of this one"),
        ("sweep = 3", "a.toml:4:1: [sweep] makes many scenarios of this one"),
        ("[[sweep]]\nseed = []", "makes many scenarios"),
    ] {
        let document = Document::parse("a.toml", &format!("{SMALL}{sweep}")).expect("TOML");
        let page = Scenario::read(&document, stock()).expect_err("not one scenario");
        assert!(page.contains(words) && page.contains("hbsim sweep a.toml takes them all"), "{page}");
        assert!(page.ends_with("1 mistake in a.toml; nothing was run"), "{page}");
    }
}
