//! What is shown of known crashes and mistakes.

use std::path::Path;

use super::*;
use crate::document::Document;
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Cause, Crash, Ending, Findings, Missing};
use crate::engine::traffic::Traffic;

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

fn course(duration: &str) -> Course {
    let text = format!(
        "duration = \"{duration}\"\nwarmup = \"0s\"\ncluster = {{ nodes = 8 }}\ntopology = {{ kind = \"centralized\" }}\n\
         detector = {{ kind = \"timeout\", timeout = \"6s\" }}"
    );
    let document = Document::parse("a.toml", &text).expect("it is TOML");
    Course::of(&Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}")))
}

/// A run with a crash at each of these seconds, known six seconds later, and a mistake for each stretch of seconds.
fn run(crashes: &[u64], mistakes: &[(u64, u64)]) -> RunRecord {
    let crash = |second: &u64| Crash {
        node: NodeId(1),
        at: at(*second),
        restarted: None,
        already_dead: false,
        first: Some(at(second + 6)),
        majority: None,
        all: None,
        acting: Some(at(second + 6)),
    };
    let mistake = |(from, to): &(u64, u64)| Mistake {
        pair: Pair { observer: NodeId(0), subject: NodeId(1) },
        start: at(*from),
        end: at(*to),
        ending: Ending::TakenBack,
        cause: Cause::Loss,
        last_heard: None,
        missing: Missing::default(),
        late: None,
    };
    let mut findings = Findings {
        crashes: crashes.iter().map(crash).collect(),
        mistakes: mistakes.iter().map(mistake).collect(),
        ..Findings::default()
    };
    findings.mistakes_by_cause[0] = mistakes.len() as u64;
    RunRecord {
        replication: 0,
        findings,
        traffic: Traffic::default(),
        counted_s: 1.0,
        nodes: 9.0,
        events: 0,
        possible: Default::default(),
        digest: Default::default(),
    }
}

#[test]
fn each_line_shows_when_it_happened_and_the_most_there_was() {
    let mut course = course("10m");
    course.add(&run(&[60, 65, 300], &[(120, 180), (120, 150), (150, 240)]));
    course.add(&run(&[300], &[]));
    assert_eq!(course.lines(), "", "it may be chance");
    course.add(&run(&[60; 4], &[]));
    let expected = "
what happened when, in all 3 runs, in steps of 15s
                    0                                    10m                most
  crashes               █               ▃                                      6
  known                 █               ▃                                      6
  wrongly held dead         ████▄▄▄▄                              0.6667 at once
";
    assert_eq!(course.lines(), expected, "\n{}", course.lines());
}

#[test]
fn what_lasted_for_no_time_is_shown_when_it_began() {
    let mut course = course("20s");
    course.add(&run(&[], &[(5, 5); 9]));
    let lines = course.lines();
    assert!(lines.contains("  mistakes ") && lines.contains("█  ") && !lines.contains("wrongly"), "{lines}");
}

#[test]
fn nothing_is_said_of_nothing_and_of_what_happens_all_the_time() {
    let mut steady = course("10m");
    steady.add(&run(&(0..600).collect::<Vec<u64>>(), &[]));
    assert_eq!(steady.lines(), "");
    let mut quiet = course("10m");
    quiet.add(&run(&[], &[]));
    assert_eq!(quiet.lines(), "");
    let mut short = course("1ms");
    short.add(&run(&[], &[]));
    assert_eq!(short.lines(), "");
}

#[test]
fn a_mistake_counts_for_the_time_that_it_lasted_whatever_the_step() {
    let mut course = course("10m");
    course.add(&run(&[], &[(0, 600), (14, 16), (599, 600), (31, 31)]));
    let wrong = course.wrong();
    let mean = wrong.iter().sum::<f64>() * 15.0;
    assert!((mean - 603.0).abs() < 1e-6, "{wrong:?}");
    assert!((wrong[0] - (1.0 + 1.0 / 15.0)).abs() < 1e-9 && wrong[3] == 1.0, "{wrong:?}");
}

#[test]
fn lines_are_plain_and_never_wider_than_the_page() {
    for duration in ["90s", "10m", "17m", "72000s", "3650d"] {
        let mut course = course(duration);
        let many: Vec<(u64, u64)> = (0..2000).map(|_| (0, course.length.nanos() / 1_000_000_000)).collect();
        let mut one = run(&[0; 3000], &many);
        one.findings.mistakes_by_cause[0] += 123_456_789;
        (0..3).for_each(|_| course.add(&one));
        let lines = course.lines();
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH), "{lines}");
        assert!(!lines.contains('\u{1b}') && lines.contains("most"), "{lines}");
        assert!(lines.contains("3.70e8 mistakes"), "{lines}");
    }
}
