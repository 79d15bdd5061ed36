//! What every trace must be, whatever it tells: held to on scenarios in which a lot goes wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::*;
use crate::document::{Document, Shelf};
use crate::engine::chronicle::{Scope, Whose};
use crate::engine::onlooker::{Attention, Seen};
use crate::engine::world::{Meter, RunOutcome};
use crate::experiment::Simulation;

/// Hands over a trace of each scenario that only tests have, from 20 s to 80 s, and what came of the run.
fn each_trace(most: usize, does: impl Fn(&str, &Trace<'_>, &RunOutcome)) {
    for folder in ["tests/rich", "tests/trace"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let name = path.to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a text");
            let document = Document::parse(&name, &text).expect("a document");
            let Ok(scenario) = Scenario::read(&document, Shelf::from(&*folder)) else { continue };
            let end = Time::ZERO + scenario.duration;
            let window = [20, 80].map(|seconds| Time::from_nanos(seconds * 1_000_000_000).min(end));
            let (from, until) = (window[0], window[1]);
            let scope = Scope { from, until, of: Whose::All, in_detail: true, most };
            let simulation = Simulation { scenario: &scenario, by_second: false };
            let attention = Some(Attention::Chronicle(scope));
            let outcome = simulation.outcome(0, attention, &Meter::default()).expect("an outcome");
            let window = (from, until);
            let account = &outcome.account;
            let trace = Trace { scenario: &scenario, replication: 0, window, nodes: None, account };
            does(&name, &trace, &outcome);
        }
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// Nanoseconds of a number of microseconds.
fn nanos(value: &Value) -> u64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value}")) * 1000.0).round() as u64
}

#[test]
fn lines_are_objects_in_order_of_time_and_nothing_is_lost() {
    each_trace(usize::MAX, |name, trace, _| {
        let Traced { text: lines, left_out } = trace.lines();
        assert_eq!(left_out, None);
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{name}: {why}")))
            .collect();
        assert_eq!(text(&lines[0], "what"), "trace");
        assert_eq!(text(&lines[0], "scenario"), trace.scenario.name);
        let account = trace.account;
        assert_eq!(lines.len(), 1 + account.before.len() + account.sightings.len(), "{name}");
        let (before, after) = lines[1..].split_at(account.before.len());
        let times = |lines: &[Value]| -> Vec<f64> {
            lines.iter().map(|line| line["t_s"].as_f64().unwrap_or_else(|| panic!("{line}"))).collect()
        };
        for (lines, is_before) in [(before, true), (after, false)] {
            assert!(times(lines).is_sorted(), "{name}");
            assert!(lines.iter().all(|line| (line["before"] == true) == is_before), "{name}");
        }
        assert!(
            times(before).iter().all(|time| *time < 20.0) && times(after).iter().all(|time| *time >= 20.0)
        );
    });
}

#[test]
fn what_perfetto_is_given_keeps_to_its_format() {
    each_trace(usize::MAX, |name, trace, outcome| {
        let perfetto = trace.perfetto().text;
        let file: Value = serde_json::from_str(&perfetto).unwrap_or_else(|why| panic!("{name}: {why}"));
        let events = file["traceEvents"].as_array().expect("events");
        let pid = |event: &Value| event["pid"].as_u64().expect("a process");
        let of = |phase: &'static str| events.iter().filter(move |event| event["ph"] == phase);
        let times: Vec<u64> = events.iter().map(|event| nanos(&event["ts"])).collect();
        assert!(times.is_sorted(), "{name}");

        // Each process has one name, and every event is of a process that has one.
        let titles: Vec<&Value> = of("M").filter(|event| event["name"] == "process_name").collect();
        let named: BTreeMap<u64, &str> =
            titles.iter().map(|event| (pid(event), text(&event["args"], "name"))).collect();
        assert_eq!(named.len(), titles.len(), "{name}");
        assert!(events.iter().all(|event| named.contains_key(&pid(event))), "{name}");
        for (pid, title) in &named {
            assert_eq!(*title, trace.scenario.name_of(NodeId(*pid as u32 - 1)), "{name}");
        }

        // Slices of one track neither overlap nor lie in one another.
        let mut slices: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        for event in of("X") {
            slices.entry(pid(event)).or_default().push((nanos(&event["ts"]), nanos(&event["dur"])));
        }
        for track in slices.values() {
            let apart = |pair: &[(u64, u64)]| pair[0].0 + pair[0].1 <= pair[1].0 && pair[0].1 > 0;
            assert!(track.windows(2).all(apart), "{name}");
        }

        // Each arrow has one beginning and one end, later, and both are bound to slices.
        let arrows = |phase| -> BTreeMap<u64, &Value> {
            of(phase).map(|event| (event["id"].as_u64().expect("an id"), event)).collect()
        };
        let (leave, arrive) = (arrows("s"), arrows("f"));
        assert_eq!((leave.len(), arrive.len()), (of("s").count(), of("f").count()), "{name}");
        assert!(leave.keys().eq(arrive.keys()), "{name}");
        let is_bound = |event: &Value| {
            slices[&pid(event)].binary_search_by_key(&nanos(&event["ts"]), |(from, _)| *from).is_ok()
        };
        for (leave, arrive) in leave.values().zip(arrive.values()) {
            assert!(nanos(&leave["ts"]) <= nanos(&arrive["ts"]) && leave["name"] == arrive["name"], "{name}");
            assert!(is_bound(leave) && is_bound(arrive), "{name}");
        }

        // Each stretch begins once and ends once, later.
        let mut open: BTreeMap<u64, (&Value, u64)> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for event in events {
            let id = || event["id"].as_u64().expect("an id");
            match text(event, "ph") {
                "b" => {
                    assert!(known.insert(id()), "{name}: {event}");
                    open.insert(id(), (&event["name"], nanos(&event["ts"])));
                }
                "e" => {
                    let (begun, from) = open.remove(&id()).unwrap_or_else(|| panic!("{name}: {event}"));
                    assert!(begun == &event["name"] && from < nanos(&event["ts"]), "{name}: {event}");
                }
                "X" | "M" | "s" | "f" => (),
                "i" => assert_eq!(event["s"], "t", "{name}: {event}"),
                phase => panic!("{name}: {phase}"),
            }
        }
        assert!(open.is_empty(), "{name}");
        assert!(outcome.account.sightings.is_empty() || of("X").count() > 0, "{name}");
    });
}

#[test]
fn a_diagram_names_whoever_has_a_part_once_and_means_nothing_but_what_it_says() {
    each_trace(usize::MAX, |name, trace, _| {
        let diagram = trace.mermaid(100);
        let lines: Vec<&str> = diagram.text.lines().collect();
        assert_eq!(lines[0], "sequenceDiagram", "{name}");
        assert!(lines[1].starts_with("    %% hbsim trace of ") && !lines[1].contains("%%{"), "{name}");
        let participants: Vec<&str> =
            lines.iter().filter_map(|line| line.strip_prefix("    participant ")).collect();
        let ids: BTreeSet<&str> = participants.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(ids.len(), participants.len(), "{name}");
        let told = &lines[2 + participants.len()..];
        for line in told {
            let (ends, words) =
                line.trim_start().split_once(": ").unwrap_or_else(|| panic!("{name}: {line}"));
            let ends = ends.trim_start_matches("Note over ");
            let ends =
                ["--x", "->>", "-)", ","].iter().fold(ends.to_owned(), |ends, mark| ends.replace(mark, " "));
            assert!(ends.split(' ').all(|end| ids.contains(end)), "{name}: {line}");
            assert!(!words.contains(['<', '>', '{', '}', '%', '"', '`', '\\']), "{name}: {line}");
        }
        let told_of = diagram.left_out.map_or(told.len(), |left_out| {
            assert!(told.last().is_some_and(|last| last.contains("more events are left out")), "{name}");
            assert_eq!(left_out.told + left_out.told_before, 100, "{name}");
            told.len() - 1
        });
        assert!(told_of <= 100, "{name}");
    });
}

#[test]
fn what_does_not_fit_is_counted_and_the_trace_says_so() {
    each_trace(50, |name, trace, outcome| {
        let Account { before: held, sightings, left_out: events, left_out_before: before, .. } =
            &outcome.account;
        let (events, before) = (*events, *before);
        assert!(held.len() <= 25 && held.len() + sightings.len() <= 50, "{name}");
        if events == 0 {
            return;
        }
        assert_eq!(held.len() + sightings.len(), 50, "{name}");
        let after = sightings.last().expect("at least half of it").at;
        let (told, told_before) = (sightings.len() as u64, held.len() as u64);
        let expected = Some(LeftOut { after, told, events, told_before, before });
        for traced in [trace.lines(), trace.perfetto()] {
            assert_eq!(traced.left_out, expected, "{name}");
        }
        let lines = trace.lines().text;
        let last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("an object");
        assert_eq!((text(&last, "what"), last["events"].as_u64()), ("left-out", Some(events)), "{name}");
        let file: Value = serde_json::from_str(&trace.perfetto().text).expect("an object");
        assert_eq!(file["otherData"]["left_out"].as_u64(), Some(events), "{name}");
        assert!(trace.mermaid(100).text.contains("more events are left out"), "{name}");
    });
}

/// Half of 30 nodes cannot hear the other half, and holds it dead, long before the while that is traced.
const APART: &str = r#"
    duration = "70s"
    [cluster]
    nodes = 30
    [topology]
    kind = "gossip"
    interval = "1s"
    [detector]
    kind = "timeout"
    timeout = "5s"
    [[faults]]
    kind = "partition"
    isolate = "n0..n14"
    at = "20s"
"#;

#[test]
fn a_diagram_tells_its_while_and_of_what_held_before_only_what_it_needs() {
    let document = Document::parse("apart", APART).expect("a document");
    let scenario = Scenario::read(&document, Shelf::from(Path::new("."))).expect("a scenario");
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let window = [60_000_000_000, 60_200_000_000].map(Time::from_nanos);
    let window = (window[0], window[1]);
    for (most, is_whole) in [(100, true), (8, false)] {
        let scope =
            Scope { from: window.0, until: window.1, of: Whose::All, in_detail: true, most: 50 * most };
        let attention = Some(Attention::Chronicle(scope));
        let account = &simulation.outcome(0, attention, &Meter::default()).expect("an outcome").account;
        let opinions =
            account.before.iter().filter(|sighting| matches!(sighting.what, Seen::Thinks(_))).count();
        assert!(opinions > 100, "{opinions}");
        let trace = Trace { scenario: &scenario, replication: 0, window, nodes: None, account };
        let Traced { text, left_out } = trace.mermaid(most);
        let arrows: Vec<&str> = text
            .lines()
            .filter(|line| ["-)", "->>", "--x"].iter().any(|arrow| line.contains(arrow)))
            .collect();
        let notes: Vec<&str> = text.lines().filter(|line| line.contains("Note over")).collect();
        assert!(notes[0].contains("s a wall around n0..n14"), "{text}");
        assert!(notes.len() <= 1 + most / 4 && arrows.len() >= 3 * most.min(8) / 4, "{text}");
        // What is told of a node is told over one that has an arrow, once.
        let over: Vec<&str> = notes[1..].iter().filter_map(|note| note.trim().split(": ").next()).collect();
        let over: Vec<&str> = over.into_iter().filter(|over| !over.contains(',')).collect();
        let once: BTreeSet<&&str> = over.iter().collect();
        assert_eq!(once.len(), over.len(), "{text}");
        for over in over {
            let node = over.trim_start_matches("Note over ");
            let has_part = |arrow: &&str| {
                let ends = arrow.trim().split(": ").next().unwrap_or_default();
                ends.starts_with(&format!("{node}-"))
                    || ends.ends_with(&format!(">{node}"))
                    || ends.ends_with(&format!("x{node}"))
                    || ends.ends_with(&format!("){node}"))
            };
            assert!(arrows.iter().any(has_part), "{over} in {text}");
        }
        assert_eq!(left_out.is_none_or(|left_out| left_out.events == 0), is_whole, "{left_out:?}");
    }
}
