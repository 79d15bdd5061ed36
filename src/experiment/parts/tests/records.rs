//! Records of real runs come back so that nothing can tell the difference.

use super::*;
use crate::engine::cluster::NodeId;
use crate::engine::desk::Waiting;
use crate::engine::digest::Digest;
use crate::engine::findings::{Crash, Findings, Leadership};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::measures::{Possible, summarise};
use crate::results::Summary;
use crate::scenario::shipped;

/// Simulates a few runs, and compares what comes of them with what comes of them when they are read back.
fn compare(name: &str, scenario: &Scenario) {
    let simulation = Simulation { scenario, by_second: false };
    let mut journal = Journal::in_memory();
    let mut runs = Vec::new();
    for replication in 0..2 {
        let mut record = simulation.replication(replication, &Meter::default()).expect("a record");
        journal.add(Unit { group: 5, replication }, std::slice::from_ref(&record)).expect("it is added");
        record.keep_sums_only();
        runs.push(record);
    }
    let kinds = scenario.topology.message_kinds();
    let mut back = |replication| journal.read(Unit { group: 5, replication }, 0, kinds).expect("it is there");
    let back = [back(0), back(1)];
    assert_eq!(said(&back), said(&runs), "{name}");
    assert_eq!(format!("{:?}", summarise(&back)), format!("{:?}", summarise(&runs)), "{name}");
    let (before, after) = (Summary::of(scenario, &runs), Summary::of(scenario, &back));
    assert_eq!(before.cells(), after.cells(), "{name}");
}

#[test]
fn runs_of_every_shipped_scenario_come_back_as_they_were() {
    for shipped in shipped::scenarios() {
        let mut document = Document::parse(shipped.name, shipped.text).expect("a document");
        for set in ["duration=90s", "warmup=0s", "network.loss=0.05"] {
            document.set(set).expect("a change");
        }
        // Some have faults that come later.
        if let Ok(scenario) = Scenario::read(&document, shipped.stock()) {
            compare(shipped.name, &scenario);
        }
    }
}

#[test]
fn runs_in_which_everything_happens_come_back_as_they_were() {
    let rich = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rich");
    for entry in fs::read_dir(&rich).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).expect("a text");
            let name = path.to_string_lossy();
            let document = Document::parse(&name, &text).expect("a document");
            compare(&name, &read_scenario(&document, &*rich));
        }
    }
}

#[test]
fn what_only_files_hold_is_left_out() {
    let run = &runs()[0];
    assert!(!run.findings.mistakes.is_empty() && !run.findings.pairs.is_empty());
    assert!(!run.traffic.by_second.is_empty());
    let mut journal = Journal::in_memory();
    let unit = Unit { group: 0, replication: 0 };
    journal.add(unit, &records_of(unit)).expect("it is added");
    let back = journal.read(unit, 0, kinds()).expect("it is there");
    assert!(back.findings.mistakes.is_empty() && back.findings.pairs.is_empty());
    assert!(back.traffic.by_second.is_empty());
    assert_eq!(back.digest, run.digest);
}

#[test]
fn a_cell_is_found_by_its_place_and_only_under_the_right_kinds() {
    let mut journal = Journal::in_memory();
    let (one, other) = (units()[0], units()[1]);
    for unit in [one, other] {
        journal.add(unit, &records_of(unit)).expect("it is added");
    }
    let all = records_of(one);
    assert_eq!(all.len(), 2);
    for (cell, record) in all.iter().enumerate() {
        let back = journal.read(one, cell, kinds()).expect("it is there");
        assert_eq!(said(&[back]), said(std::slice::from_ref(record)));
    }
    let refused = |result: Result<RunRecord, PartError>| result.expect_err("there is none").to_string();
    let changed = "cannot read memory: it is not as it was written: its checksum does not fit";
    assert_eq!(refused(journal.read(one, 2, kinds())), changed, "there is no such cell");
    assert_eq!(refused(journal.read(one, 0, &["beat"])), changed, "it is of another topology");
    let missing = "cannot read memory: the records that are asked for are not in it";
    assert_eq!(refused(journal.read(units()[2], 0, kinds())), missing);
    let again = journal.add(one, &records_of(one)).expect_err("it is in it");
    assert_eq!(again.to_string(), "cannot write memory: replication 0 of group 1 is in it already");
}

#[test]
fn memory_keeps_what_a_file_keeps() {
    let folder = scratch("memory");
    let mut in_file = Journal::begin(&folder.join("a.journal"), &small(), Shard::WHOLE).expect("a file");
    let mut in_memory = Journal::in_memory();
    for unit in units() {
        in_file.add(unit, &records_of(unit)).expect("it is added");
        in_memory.add(unit, &records_of(unit)).expect("it is added");
    }
    assert_holds(&mut in_file, &units(), "file");
    assert_holds(&mut in_memory, &units(), "memory");
    in_memory.finish(&folder.join("nowhere")).expect("nothing is to be done");
    assert!(!folder.join("nowhere").exists());
}

/// A record in which no two things are the same.
fn made_up() -> RunRecord {
    let at = |seconds| Some(Time::ZERO + Span::from_secs(seconds));
    let crash = Crash {
        node: NodeId(300),
        at: Time::from_nanos(1_000_000_007),
        restarted: None,
        already_dead: true,
        first: at(2),
        majority: at(3),
        all: at(4),
        acting: at(5),
    };
    let mut findings = Findings { crashes: vec![crash], pairs_left_out: 1, ..Findings::default() };
    findings.mistakes_by_cause = [2, 3, 4, 5, 6, 7, 8, 9];
    (findings.false_positives, findings.mistakes_ended, findings.wrong_ended, findings.flaps) =
        (10, 11, 12, 13);
    findings.false_suspicions_by_cause = [14, 15, 16, 17, 18, 19, 20, 21];
    (findings.mistake_nanos, findings.wrong_nanos, findings.pair_nanos) = (1 << 70, 1 << 71, 1 << 72);
    (findings.node_nanos, findings.dead_in_service_nanos) = (1 << 73, 1 << 74);
    findings.healthy_out_of_service_nanos = 1 << 75;
    (findings.two_sides_nanos, findings.unwatched_nanos) = (Some(22), Some(23));
    findings.leadership = Some(Leadership {
        leaderless_nanos: 24,
        two_leaders_nanos: 25,
        elections: 26,
        needless_elections: 27,
    });
    let mut traffic = Traffic::new(&["a", "b"], 0);
    (traffic.sent, traffic.delivered, traffic.lost) = (vec![28, 29], vec![30, 31], vec![32, 33]);
    (traffic.dropped, traffic.cut, traffic.bytes) = (vec![34, 35], vec![36, 37], 38);
    traffic.waiting = Some(Waiting { begun: 39, waited: 40, nanos: 41, longest: Span::from_nanos(42) });
    (traffic.busiest_node_load, traffic.total_load, traffic.peak_per_s) = (43, 44, 45);
    let possible = Possible { hearsay: true, dissemination: false, partitions: true, pauses: false };
    let digest = Digest::of_lanes([48, 49]);
    RunRecord { replication: 46, findings, traffic, counted_s: 0.1, nodes: 4.0, events: 47, possible, digest }
}

/// What stands in the bytes is the format, whatever the types are called.
#[test]
fn the_format_is_pinned() {
    let mut written = Vec::new();
    Unit { group: 50, replication: 46 }.put(&[made_up()], &mut written);
    let mut digest = Digest::default();
    written.iter().for_each(|byte| digest.add(u64::from(*byte)));
    let pinned = "d00c1f1ef1df35cd67ba01e5cc693c90";
    assert_eq!(digest.to_string(), pinned, "this is another format: raise `frame::FORMAT`, and pin it anew");
}
