//! `hbsim trace`: everything that happened in one run, in three forms.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::golden::{difference, must_all_agree};
use crate::program::{hbsim, project, scratch};

/// A scenario with names that would be something else in a page, a diagram or a file of JSON.
const TINY: &str = "tests/trace/tiny.toml";

fn trace(arguments: &[&str]) -> String {
    let said = hbsim(&[&["trace"], arguments].concat());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}");
    said.out
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

#[test]
fn the_traces_of_a_tiny_scenario_are_these() {
    let folder = project().join("tests/trace");
    let all = [("json", "jsonl"), ("perfetto", "perfetto.json"), ("mermaid", "mmd")];
    let differences = all.into_iter().filter_map(|(form, extension)| {
        difference(&folder.join(format!("tiny.{extension}")), &trace(&[TINY, "--format", form]))
    });
    must_all_agree(&differences.collect::<Vec<String>>());
}

#[test]
fn a_trace_tells_as_many_messages_and_mistakes_as_the_tables_do() {
    for name in ["all-that-goes-wrong", "everybody-pauses", "tcp-by-default", "gossip-both-ways", "probing"] {
        let scenario = format!("tests/rich/{name}.toml");
        let sets = ["--set", "warmup=0s", "--replications", "1", "-q"];
        let events = lines(&trace(&[&[scenario.as_str(), "--most", "10000000"][..], &sets].concat()));
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        events
            .iter()
            .for_each(|event| *counts.entry(event["what"].as_str().expect("a word")).or_default() += 1);
        let folder = scratch(&format!("tracing-{name}"));
        let out = folder.to_str().expect("a path");
        let run = hbsim(&[&["run", scenario.as_str(), "--out", out][..], &sets].concat());
        assert_eq!(run.code, Some(0), "{}", run.err);
        let messages = fs::read_to_string(folder.join("messages.csv")).expect("a table");
        let mut rows = messages.lines().map(|row| row.split(',').collect::<Vec<&str>>());
        let heads = rows.next().expect("a heading");
        let rows: Vec<Vec<&str>> = rows.collect();
        for what in ["sent", "delivered", "lost", "cut", "dropped"] {
            let head = format!("messages_{what}");
            let place = heads.iter().position(|other| *other == head).expect("a column");
            let sum: u64 = rows.iter().filter_map(|row| row[place].parse::<u64>().ok()).sum();
            assert_eq!(counts.get(what).copied().unwrap_or(0), sum, "{what} in {name}");
        }
        let mistakes = fs::read_to_string(folder.join("mistakes.csv")).expect("a table").lines().count() - 1;
        // Where members alone count, nobody is wrong about those who watch them.
        let is_mistake = |event: &&Value| {
            let is_wrong = event["what"] == "declares-dead" && event["wrong"] == true;
            is_wrong && event["subject"].as_str().is_some_and(|subject| subject.starts_with('n'))
        };
        let wrong = events.iter().filter(is_mistake).count();
        assert_eq!(wrong, mistakes, "mistakes in {name}");
    }
}

#[test]
fn a_while_and_some_nodes_can_be_chosen() {
    let all = lines(&trace(&[TINY]));
    let between = |event: &&Value| (3.0..=9.5).contains(&event["t_s"].as_f64().unwrap_or(-1.0));
    let part = lines(&trace(&[TINY, "--from", "3s", "--until", "9500ms"]));
    let told = part.iter().filter(|event| event["t_s"].is_number() && event["before"] != true);
    assert!(told.eq(all.iter().filter(between)));
    let before: Vec<&Value> = part.iter().filter(|event| event["before"] == true).collect();
    assert!(before.iter().any(|event| event["what"] == "crash" && event["node"] == "n0"), "{before:?}");

    let touches = |event: &&Value, node: &str| {
        ["from", "to", "node", "observer", "subject"].iter().any(|key| event[key] == node)
    };
    let is_message = |event: &&Value| event["kind"].is_string();
    let of = lines(&trace(&[TINY, "--of", "n0"]));
    let messages: Vec<&Value> = all.iter().filter(is_message).filter(|event| touches(event, "n0")).collect();
    assert!(of.iter().filter(is_message).eq(messages) && of[0]["nodes"] == "of n0");
    let among = lines(&trace(&[TINY, "--among", "n0,region:end,coordinators"]));
    let both = |event: &&Value| touches(event, "n0") && touches(event, "c-end-0");
    assert!(among.iter().any(|event| both(&event)));
    assert!(!among.iter().any(|event| touches(&event, "n1")));
}

#[test]
fn what_is_too_much_is_left_out_with_a_word_about_it() {
    for (form, most) in [("json", "10"), ("perfetto", "10"), ("mermaid", "5")] {
        let said = hbsim(&["trace", TINY, "--format", form, "--most", most]);
        assert_eq!(said.code, Some(0));
        assert!(said.err.starts_with(&format!("the first {most} of ")), "{}", said.err);
        assert!(said.err.contains("--from and --until") && said.err.contains("--of"), "{}", said.err);
        assert!(said.out.contains("left"), "{}", said.out);
        let quiet = hbsim(&["trace", TINY, "--format", form, "--most", most, "-q"]);
        assert_eq!((quiet.out, quiet.err.as_str()), (said.out, ""));
    }
}

#[test]
fn where_too_much_held_before_the_remedy_is_one_that_helps() {
    let folder = scratch("tracing-before");
    let path = folder.join("apart.toml");
    let apart = "duration = \"70s\"\n[cluster]\nnodes = 30\n[topology]\nkind = \"gossip\"\ninterval = \"1s\"\n\
                 [detector]\nkind = \"timeout\"\ntimeout = \"5s\"\n\
                 [[faults]]\nkind = \"partition\"\nisolate = \"n0..n14\"\nat = \"20s\"\n";
    fs::write(&path, apart).expect("a file");
    let path = path.to_str().expect("a path");
    for (until, most, late, lines) in [("60s", "200", false, 102), ("61s", "10", true, 12)] {
        let said = hbsim(&["trace", path, "--from", "60s", "--until", until, "--most", most, "-q"]);
        assert!(said.out.lines().count() <= lines, "{}", said.out);
        let said = hbsim(&["trace", path, "--from", "60s", "--until", until, "--most", most]);
        assert!(said.err.contains("of what held before, "), "{}", said.err);
        assert!(said.err.contains("--of or --among, or tell more with --most"), "{}", said.err);
        assert_eq!(said.err.contains("the first "), late, "{}", said.err);
        assert_eq!(said.err.contains("--from"), late, "{}", said.err);
        let last = self::lines(&said.out).pop().expect("a line");
        assert!(last["events_before"].as_u64().is_some_and(|count| count > 200), "{last}");
    }
}

#[test]
fn what_is_asked_for_and_is_not_there_is_told() {
    for (arguments, reason, remedy) in [
        (&["--of", "n7"][..], "there is no node `n7`", "the last one is n1"),
        (&["--of", "n0,region:mars"], "nobody is in the region `mars`", "the regions are end, über_a-b"),
        (&["--among", "each"], "can hold only names, ranges and regions", "each"),
        (&["--of", ""], "expected nodes", "--of \"n1\""),
        (&["--from", "17s"], "--from 17s: the run ends at 16s", "choose an earlier moment"),
        (&["--from", "9s", "--until", "8s"], "--until 8s is before --from 9s", "write the earlier moment"),
        (&["--replication", "1"], "there is no replication 1", "--replications"),
        (&["--from", "soon"], "invalid value 'soon'", "--from"),
        (&["--of", "n0", "--among", "n1"], "cannot be used with", "--among"),
        (&["--most", "0"], "invalid value '0'", "--most"),
        (&["--format", "xml"], "invalid value 'xml'", "mermaid"),
    ] {
        let said = hbsim(&[&["trace", TINY], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(reason) && said.err.contains(remedy), "{arguments:?}: {}", said.err);
        let is_where = format!("1 mistake in {}; nothing was run", arguments[0]);
        assert!(said.err.contains(&is_where) || !said.err.contains("1 mistake"), "{}", said.err);
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = scratch("tracing-file");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let whole = path("trace.json");
    for _ in 0..2 {
        assert_eq!(trace(&[TINY, "--out", &whole]), "");
        assert_eq!(fs::read_to_string(&whole).expect("a file"), trace(&[TINY]));
    }
    let nowhere = path("missing/trace.json");
    for (place, code) in [(nowhere.as_str(), Some(3)), (folder.to_str().expect("a path"), Some(3))] {
        let said = hbsim(&["trace", TINY, "-o", place]);
        assert_eq!(said.code, code, "{}", said.err);
        assert!(said.err.starts_with("error: cannot write "), "{}", said.err);
    }
    let names: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    assert_eq!(names, ["trace.json"]);
}
