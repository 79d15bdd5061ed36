//! What a person reads of what only some topologies have.

use std::path::Path;

use super::*;
use crate::document::Document;
use crate::engine::desk::Waiting;
use crate::engine::findings::{Cause, Leadership};
use crate::engine::time::Span;
use crate::engine::world::Meter;
use crate::experiment::Simulation;

const TEXT: &str = "duration = \"2m\"\ncluster = { nodes = 8 }\ntopology = { kind = \"gossip\", exchange = \"push-pull\" }\n\
                    detector = { kind = \"timeout\", timeout = \"6s\" }\n\
                    faults = [{ kind = \"crash\", nodes = \"n3\", at = \"1m\" }]";

/// The report of two runs, each changed by `change`.
fn report_of(change: impl Fn(&mut RunRecord)) -> String {
    let document = Document::parse("gossip.toml", TEXT).expect("it is TOML");
    let scenario = Scenario::read(&document, Path::new("")).expect("it is valid");
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let mut records: Vec<RunRecord> = (0..2)
        .map(|number| simulation.replication(number, &Meter::default()).expect("nobody says stop"))
        .collect();
    records.iter_mut().for_each(change);
    let mut course = Course::of(&scenario);
    records.iter().for_each(|record| course.add(record));
    report(&scenario, (&Summary::of(&scenario, &records), &records), &course, Lesson::Holds)
}

/// The words of a line that begins with `label`, if there is one.
fn line(report: &str, label: &str) -> Option<String> {
    let line = report.lines().find(|line| line.starts_with(label))?;
    Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn what_there_is_not_is_not_told() {
    let report = report_of(|_| ());
    let nowhere = [
        "nobody led",
        "elections",
        "watched by nobody",
        "two nodes held",
        "flaps",
        "  stopped",
        "  dropped",
        "  waiting",
        "  because",
    ];
    for label in nowhere {
        assert_eq!(line(&report, label), None, "{label}\n{report}");
    }
    for label in ["  by all, mean", "  from the first to all", "  of kind table", "  of kind offer"] {
        assert!(line(&report, label).is_some(), "{label}\n{report}");
    }
    assert!(report.contains("All who are up know it after "), "{report}");
}

#[test]
fn queues_leaders_and_causes_are_told_where_there_are_any() {
    let nanos = |seconds| u128::from(Span::from_secs(seconds).nanos());
    let report = report_of(|run| {
        let longest = Span::from_millis(40);
        run.traffic.waiting = Some(Waiting { begun: 1000, waited: 250, nanos: nanos(5), longest });
        run.traffic.dropped = run.traffic.sent.iter().map(|sent| sent / 10).collect();
        let (leaderless_nanos, two_leaders_nanos) = (nanos(6), 0);
        run.findings.leadership =
            Some(Leadership { leaderless_nanos, two_leaders_nanos, elections: 3, needless_elections: 0 });
        for cause in Cause::ALL {
            run.findings.mistakes_by_cause[cause as usize] = 2;
        }
        run.findings.two_sides_nanos = Some(nanos(7));
        run.findings.flaps = 2;
        run.traffic.cut = run.traffic.sent.iter().map(|sent| sent / 4).collect();
    });
    for (label, said) in [
        ("nobody led", "nobody led 12 s the same in all runs"),
        ("more than one led", "more than one led 0 s none seen"),
        ("elections", "elections 6 2.202 … 13.06"),
        ("  while a leader was up", "while a leader was up 0 none seen; below 2.996"),
        ("  that had to wait", "that had to wait 25 % the same in all runs"),
        ("  waiting, mean", "waiting, mean of all 5 ms the same in all runs"),
        ("  waiting, the longest", "waiting, the longest 40 ms 40 ms … no upper bound"),
        ("  because others said so", "because others said so 4 1.09 … 10.24"),
        ("  because the path", "because the path was cut 4 1.09 … 10.24"),
        ("  because the node", "because the node stood still 4 1.09 … 10.24"),
        ("  because the observer", "because the observer stood still 4 1.09 … 10.24"),
        ("  because of waiting", "because of waiting in a queue 4 1.09 … 10.24"),
        ("  because beats were lost", "because beats were lost 4 1.09 … 10.24"),
        ("  before the first beat", "before the first beat 4 1.09 … 10.24"),
        ("  because beats were late", "because beats were late 4 1.09 … 10.24"),
        ("two nodes held", "two nodes held each other dead 14 s the same in all runs"),
        ("flaps", "flaps: dead again within 1m 4 1.09 … 10.24"),
    ] {
        assert_eq!(line(&report, label).as_deref(), Some(said), "{report}");
    }
    for label in ["  dropped at a full queue", "  stopped where the path was cut"] {
        assert!(line(&report, label).is_some_and(|line| line.ends_with("% of those sent")), "{label}");
    }
    let column =
        |label| report.lines().find(|line| line.starts_with(label)).and_then(|line| line.find("1.09"));
    assert_eq!(column("  because the observer"), column("  because the node"), "{report}");
    assert!(report.contains("Nobody led for 5 % of the time."), "{report}");
    assert!(report.lines().all(|line| line.chars().count() <= WIDTH), "{report}");
}

#[test]
fn the_sentence_names_the_cause_of_most_mistakes() {
    for (counts, said) in [
        ([0, 3, 0, 0, 0, 0, 0, 0], "per node and day, because the path was cut."),
        ([0, 0, 0, 1, 0, 3, 0, 0], "per node and day, mostly because beats were lost."),
        ([0, 0, 2, 0, 0, 2, 0, 0], "per node and day."),
    ] {
        let report = report_of(|run| {
            run.findings.false_positives = 1;
            run.findings.mistakes_by_cause = counts;
        });
        let words: Vec<&str> = report.split_whitespace().collect();
        assert!(words.join(" ").contains(said), "{said}\n{report}");
    }
}

#[test]
fn the_head_tells_who_there_is() {
    for (monitors, coordinators, globals, said) in [
        (0, 0, 0, "1000 nodes"),
        (1, 0, 1, "1000 nodes"),
        (3, 0, 0, "1000 nodes, 3 monitors"),
        (0, 4, 2, "1000 nodes, 4 coordinators, 2 globals"),
    ] {
        assert_eq!(who(Cluster { members: 1000, monitors, coordinators, globals }), said);
    }
}
