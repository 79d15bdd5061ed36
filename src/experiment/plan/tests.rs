//! Which cells share their traffic, and who does what.

use std::collections::BTreeMap;
use std::path::Path;

use super::Plan;
use crate::document::Document;
use crate::experiment::Hearing;
use crate::experiment::parts::{Shard, Unit};
use crate::scenario::sweep::Sweep;

const SMALL: &str = "duration = \"1m\"\ncluster = { nodes = 5 }\ntopology = { kind = \"centralized\" }\n\
                     detector = { kind = \"timeout\", timeout = \"3s\" }\n";

fn plan(topology: &str, sweeps: &[&str], threads: usize) -> Result<Plan, String> {
    let mut document = Document::parse("small", SMALL).expect("it is TOML");
    document.set(&format!("topology={topology}")).expect("it can be set");
    let sweeps: Vec<String> = sweeps.iter().map(|sweep| (*sweep).to_owned()).collect();
    let sweep = Sweep::take(&mut document, &sweeps, &[])?;
    Plan::new(document, Path::new("no-such-folder").into(), sweep, threads)
}

/// The cells of each group.
fn groups(topology: &str, sweeps: &[&str]) -> Vec<Vec<u32>> {
    let plan = plan(topology, sweeps, 1).expect("all cells are valid");
    (0..plan.groups()).map(|group| plan.members(group).to_vec()).collect()
}

const ONE_MONITOR: &str = "{ kind = \"centralized\" }";
/// Monitors tell each other whom they hold dead.
const QUORUM: &str = "{ kind = \"centralized\", monitors = 3, quorum = 2 }";

#[test]
fn cells_that_only_judge_differently_make_a_group() {
    let judges = "detector.timeout=2s,3s";
    let traffics = "topology.interval=500ms,1s";
    for (topology, sweeps, known) in [
        (ONE_MONITOR, &[judges][..], vec![vec![0, 1]]),
        (ONE_MONITOR, &[traffics], vec![vec![0], vec![1]]),
        (ONE_MONITOR, &[traffics, judges], vec![vec![0, 1], vec![2, 3]]),
        // The slow axis judges: the cells of a group do not lie side by side.
        (ONE_MONITOR, &[judges, traffics], vec![vec![0, 2], vec![1, 3]]),
        (ONE_MONITOR, &["verdict.confirm_after=0s,1s", judges], vec![vec![0, 1, 2, 3]]),
        (ONE_MONITOR, &["seed=1,2", judges], vec![vec![0, 1], vec![2, 3]]),
        (ONE_MONITOR, &["replications=3,4", judges], vec![vec![0, 1], vec![2, 3]]),
        (QUORUM, &[judges], vec![vec![0], vec![1]]),
    ] {
        assert_eq!(groups(topology, sweeps), known, "{topology} {sweeps:?}");
    }
}

#[test]
fn a_group_is_no_larger_than_a_hearing() {
    let sizes: Vec<usize> =
        groups(ONE_MONITOR, &["detector.timeout=1s..150s step 1s"]).iter().map(Vec::len).collect();
    assert_eq!(sizes, [Hearing::MOST_JUDGES, Hearing::MOST_JUDGES, 150 - 2 * Hearing::MOST_JUDGES]);
}

#[test]
fn every_cell_finds_its_seat_whatever_the_number_of_threads() {
    let sweeps = ["detector.timeout=1s..9s step 1s", "topology.interval=100ms..1s log 30"];
    let seats = |threads| {
        let plan = plan(ONE_MONITOR, &sweeps, threads).expect("all cells are valid");
        for cell in 0..plan.cells() {
            let (group, seat) = plan.seat(cell);
            assert_eq!(plan.members(group)[seat], cell);
        }
        (0..plan.cells()).map(|cell| plan.seat(cell)).collect::<Vec<_>>()
    };
    assert_eq!(seats(1), seats(4));
}

#[test]
fn of_several_mistakes_the_first_is_told_whatever_the_number_of_threads() {
    // From the two-hundredth cell on the warm-up leaves nothing to count.
    let sweeps = ["warmup=1s..2m log 400"];
    let told = |threads| plan(ONE_MONITOR, &sweeps, threads).err().expect("many cells are wrong");
    assert_eq!(told(1), told(4));
    assert!(told(1).contains("leaves nothing"), "{}", told(1));
}

#[test]
fn shards_share_out_all_the_work_and_nothing_twice() {
    let plan = plan(ONE_MONITOR, &["topology.interval=100ms..1s log 7", "replications=10"], 1);
    let plan = plan.expect("all cells are valid");
    for (of, together) in [(1, false), (3, false), (16, false), (3, true), (16, true)] {
        let mut work: BTreeMap<u32, Vec<Unit>> = BTreeMap::new();
        for unit in plan.units() {
            let Shard { number, of: whole } = plan.shard_of(unit, of, together);
            assert!((1..=of).contains(&number) && whole == of);
            work.entry(number).or_default().push(unit);
        }
        assert_eq!(work.values().map(Vec::len).sum::<usize>(), 70);
        if together {
            // How many runs a cell has depends on its results, so whoever does one of them does all.
            assert!(work.values().all(|units| units.len().is_multiple_of(10)));
        } else {
            let sizes = work.values().map(Vec::len);
            assert!(work.len() == of as usize && sizes.clone().max() <= sizes.min().map(|least| least + 1));
        }
    }
}
