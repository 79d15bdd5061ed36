//! The verbs beside `run`: check, show, list, new, completions, man.

use std::fs;

use super::done;
use crate::golden::{scenarios, sweeps};
use crate::program::{command, hbsim, project, said, scratch};

#[test]
fn check_foretells_the_cost_and_writes_nothing() {
    let folder = scratch("verbs-check");
    let mut check = command(&["check", "first"]);
    let said = said(check.current_dir(&folder).output().expect("hbsim can be started"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for label in [
        "scenario ",
        "nodes ",
        "runs ",
        "latency ",
        "messages a run ",
        "events a run ",
        "memory a run ",
        "time, roughly ",
    ] {
        assert!(said.out.lines().any(|line| line.starts_with(label)), "{label}\n{}", said.out);
    }
    assert!(said.out.contains("1,000") || said.out.contains("1000"), "{}", said.out);
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0, "nothing is written");
    let more = done(&[
        "check",
        "first",
        "--set",
        "cluster.nodes=500000",
        "--replications",
        "3",
        "--threads",
        "1",
        "--memory",
        "1TB",
    ])
    .out;
    assert!(more.contains("500,000") && more.contains("3 of 30m"), "{more}");
}

#[test]
fn nodes_make_a_scenario_larger_and_regions_keep_their_proportions() {
    let resolved = |arguments: &[&str]| done(&[&["show", "--resolved"], arguments].concat()).out;
    let plain = resolved(&["first", "--set", "cluster.nodes=70"]);
    assert_eq!(resolved(&["first", "--nodes", "70"]), plain);
    assert_eq!(resolved(&["first", "--set", "cluster.nodes=5", "--nodes", "70"]), plain);
    let regions = resolved(&["three-regions", "--nodes", "100"]);
    for line in ["ap = 33", "eu = 34", "us = 33"] {
        assert!(regions.lines().any(|found| found == line), "{line}\n{regions}");
    }
    assert!(done(&["check", "first", "--nodes", "70"]).out.contains("70"));
    let sweep = ["sweep", "first", "--nodes", "70", "--sweep", "topology.interval=1s,2s", "--format", "csv"];
    let as_set = sweep.map(|word| if word == "70" { "cluster.nodes=70" } else { word });
    let as_set = as_set.map(|word| if word == "--nodes" { "--set" } else { word });
    let few = ["--set", "faults=[]", "--set", "duration=90s", "--replications", "1", "--quiet"];
    assert_eq!(done(&[&sweep[..], &few].concat()).out, done(&[&as_set[..], &few].concat()).out);
    for (arguments, says) in [
        (["three-regions", "--nodes", "2"], "--nodes 2: each of the 3 regions needs a node"),
        (["first", "--nodes", "400000000"], "--nodes 400000000: "),
        (["first", "--nodes", "0"], "0 is not in 1.."),
    ] {
        let refused = hbsim(&[&["check"], &arguments[..]].concat());
        assert!(refused.code == Some(2) && refused.err.contains(says), "{arguments:?}: {}", refused.err);
    }
    let out = scratch("verbs-nodes").join("out");
    let path = out.to_str().expect("a plain path");
    done(&["run", "first", "--nodes", "70", "--replications", "1", "--out", path, "--quiet"]);
    let manifest = fs::read_to_string(out.join("manifest.toml")).expect("a manifest");
    assert!(manifest.contains("set = [\"--nodes 70\"]"), "{manifest}");
}

#[test]
fn check_warns_of_what_is_hardly_meant() {
    let said = done(&["check", "first", "--set", "faults=[]"]);
    assert!(said.err.contains("warning: nothing goes wrong"), "{}", said.err);
}

#[test]
fn check_says_what_a_law_was_made_of() {
    let said = done(&["check", "measured-network"]).out;
    assert!(said.contains("empirical, half of 177 round trips from measured/ping.log"), "{said}");
    let whole = done(&["check", "measured-network", "--set", "network.latency.halve=false"]).out;
    assert!(whole.contains("empirical, 177 round trips from measured/ping.log"), "{whole}");
}

#[test]
fn a_scenario_that_comes_with_a_file_runs_from_any_folder_and_can_be_copied() {
    let folder = scratch("verbs-file");
    let elsewhere = |arguments: &[&str]| {
        said(command(arguments).current_dir(&folder).output().expect("hbsim can be started"))
    };
    let run = ["run", "measured-network", "--replications", "1", "--format", "csv"];
    assert_eq!(elsewhere(&run).code, Some(0));
    fs::create_dir(folder.join("measured")).expect("a folder");
    for name in ["measured-network", "measured/ping.log"] {
        let copy = if name.ends_with(".log") { name.to_owned() } else { format!("{name}.toml") };
        fs::write(folder.join(copy), elsewhere(&["show", name]).out).expect("a file");
    }
    let copy = ["run", "measured-network.toml", "--replications", "1", "--format", "csv"];
    assert_eq!(elsewhere(&copy).out, elsewhere(&run).out);
    // What the command line names is the user's own, in the folder where they are.
    fs::write(folder.join("mine.log"), "Reply from 192.0.2.1: bytes=32 time=40ms TTL=57\n").expect("a file");
    let mine = elsewhere(&["check", "measured-network", "--set", "network.latency.file=mine.log"]);
    assert!(mine.out.contains("half of 1 round trip from mine.log"), "{}{}", mine.out, mine.err);
}

#[test]
fn show_prints_the_file_as_it_was_written() {
    for name in scenarios() {
        let text = fs::read_to_string(project().join(format!("scenarios/{name}.toml"))).expect("a scenario");
        assert_eq!(done(&["show", &format!("scenarios/{name}.toml")]).out, text, "{name}");
    }
    let refused = hbsim(&["show", "first", "--seed", "3"]);
    assert!(refused.code == Some(2) && refused.err.contains("--resolved"), "{}", refused.err);
}

#[test]
fn list_names_every_scenario_and_every_name_works() {
    let list = done(&["list"]).out;
    let (systems, questions): (Vec<String>, Vec<String>) =
        scenarios().into_iter().partition(|name| name.starts_with("systems/"));
    for name in &systems {
        let (_, stem) = name.split_once('/').expect("a folder");
        assert!(
            list.split_whitespace().any(|word| word == stem),
            "{name} is in scenarios/ but not in\n{list}"
        );
        let text = done(&["show", &format!("scenarios/{name}.toml")]).out;
        assert_eq!((done(&["show", stem]).out, done(&["show", name]).out), (text.clone(), text));
    }
    for name in &questions {
        let name = name.as_str();
        let line = list.lines().find(|line| line.split_whitespace().next() == Some(name));
        let line = line.unwrap_or_else(|| panic!("{name} is in scenarios/ but not in\n{list}"));
        assert!(line.split_whitespace().count() > 3, "{name} says what it asks: {line}");
        assert_eq!(done(&["show", name]).out, done(&["show", &format!("scenarios/{name}.toml")]).out);
    }
    let sweeps = sweeps();
    for name in &sweeps {
        let (_, stem) = name.split_once('/').expect("a folder");
        let line = list.lines().find(|line| line.split_whitespace().next() == Some(stem));
        let line = line.unwrap_or_else(|| panic!("{name} is in scenarios/ but not in\n{list}"));
        assert!(line.split_whitespace().count() > 3, "{name} says what it asks: {line}");
        let text = done(&["show", &format!("scenarios/{name}.toml")]).out;
        assert_eq!((done(&["show", stem]).out, done(&["show", name]).out), (text.clone(), text));
        assert!(done(&["sweep", stem, "--dry-run"]).out.contains(" cells in "), "{name}");
        assert!(hbsim(&["run", stem]).err.contains(&format!("hbsim sweep {stem} takes them all")), "{name}");
    }
    let named = list.lines().filter(|line| line.contains("  ")).count();
    assert_eq!(named, questions.len() + sweeps.len(), "{list}");
    let (some, others) = (done(&["list", "scenarios"]).out, done(&["list", "sweeps"]).out);
    assert_eq!((some.lines().count(), others.lines().count()), (questions.len(), sweeps.len()));
    assert!(done(&["list", "sweeps", "--format", "csv"]).out.starts_with("name,about\ninterval-timeout,"));
    assert_eq!(hbsim(&["list", "--format", "csv"]).code, Some(2), "a list of what?");
}

#[test]
fn a_table_tells_what_theory_predicts_of_each_real_system() {
    let systems: Vec<String> = scenarios().into_iter().filter(|name| name.starts_with("systems/")).collect();
    let table = done(&["list", "systems"]).out;
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    let csv = done(&["list", "systems", "--format", "csv"]).out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let columns = rows.headers().expect("a heading").clone();
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), systems.len());
    for row in &rows {
        let cell = |name: &str| &row[columns.iter().position(|column| column == name).expect("the column")];
        let name = cell("scenario");
        assert!(systems.contains(&format!("systems/{name}")), "{name}");
        assert!(table.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}\n{table}");
        let number = |column: &str| cell(column).parse::<f64>().ok();
        assert!(number("interval_s") > Some(0.0) && number("nodes") >= Some(2.0), "{row:?}");
        for column in ["detection_s_best", "detection_s_mean", "detection_s_worst", "messages_per_s"] {
            let known = cell(&format!("{column}_known"));
            assert!(["exact", "at least", "at most", "unknown"].contains(&known), "{name}: {known}");
            // Nothing can be infinitely late, and is then no number.
            assert!(known != "unknown" || number(column).is_none(), "{name} {column}: {row:?}");
        }
        if let (Some(best), Some(worst)) = (number("detection_s_best"), number("detection_s_worst")) {
            assert!(best <= worst, "{name}");
        }
    }
    let json = done(&["list", "systems", "--format", "json"]).out;
    assert_eq!(json.matches("\"messages_per_s\": ").count(), rows.len());
    assert!(json.contains("\"messages_per_s_known\": \"exact\""), "{json}");
}

#[test]
fn a_real_system_is_found_by_its_bare_name_from_any_folder_in_every_verb() {
    let folder = scratch("verbs-systems");
    let elsewhere = |arguments: &[&str]| {
        said(command(arguments).current_dir(&folder).output().expect("hbsim can be started"))
    };
    let short = [
        "--set",
        "duration=3m",
        "--set",
        "faults=[{kind='crash',nodes='n3',at='2m'}]",
        "--replications",
        "1",
    ];
    for (verb, more) in [
        ("run", &[][..]),
        ("why", &[]),
        ("explain", &[]),
        ("check", &[]),
        ("show", &["--resolved"]),
        ("compare", &[]),
        ("sweep", &["--sweep", "topology.interval=1s,2s", "--dry-run"]),
    ] {
        for name in ["haproxy", "systems/haproxy"] {
            let said = elsewhere(&[&[verb, name], &short[..], more].concat());
            assert_eq!(said.code, Some(0), "{verb} {name}: {}{}", said.out, said.err);
        }
    }
    let resolved = elsewhere(&["show", "haproxy", "--resolved", "--set", "cluster.nodes=1000"]).out;
    assert!(resolved.contains("nodes = 1000"), "{resolved}");
    let misspelt = elsewhere(&["run", "haproxi"]);
    assert!(misspelt.code == Some(2) && misspelt.err.contains("did you mean haproxy?"), "{}", misspelt.err);
    let several = elsewhere(&["run", "systems"]);
    let meant = "systems are several: hbsim compare systems sets them side by side";
    assert!(several.code == Some(2) && several.err.contains(meant), "{}", several.err);
}

#[test]
fn new_writes_a_scenario_that_runs_and_overwrites_nothing() {
    let folder = scratch("verbs-new");
    let new = |arguments: &[&str]| {
        said(command(arguments).current_dir(&folder).output().expect("hbsim can be started"))
    };
    let first = new(&["new"]);
    assert_eq!((first.code, first.out.as_str()), (Some(0), ""), "{}", first.err);
    assert!(first.err.contains("hbsim run scenario.toml"), "{}", first.err);
    let text = fs::read_to_string(folder.join("scenario.toml")).expect("the starter");
    assert_eq!(new(&["new", "-"]).out, text, "- is standard output");
    fs::write(folder.join("scenario.toml"), "mine").expect("a file");
    let second = new(&["new", "scenario.toml"]);
    assert!(second.code == Some(2) && second.err.contains("exists already"), "{}", second.err);
    assert_eq!(
        fs::read_to_string(folder.join("scenario.toml")).ok().as_deref(),
        Some("mine"),
        "it is left alone"
    );
    assert_eq!(new(&["new", "no-such-folder/a.toml"]).code, Some(3));
    assert_eq!(new(&["new", "other.toml"]).code, Some(0));
    let run = new(&["run", "other.toml"]);
    assert!(
        run.code == Some(0) && run.err.is_empty() && run.out.starts_with("other\n"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn completions_and_manual_know_the_verbs() {
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef hbsim"), ("fish", "complete -c hbsim")] {
        let script = done(&["completions", shell]).out;
        assert!(script.contains(mark), "{shell}");
        assert!(
            ["run", "compare", "why", "explain", "check", "show", "list", "new", "replications"]
                .iter()
                .all(|word| script.contains(word)),
            "{shell}"
        );
    }
    let manual = done(&["man"]).out;
    assert!(
        manual.contains(".TH hbsim") && manual.contains("EXIT CODES") | manual.contains("Exit codes"),
        "{manual}"
    );
}

#[test]
fn help_and_version_are_data() {
    for arguments in
        [&["--help"][..], &["run", "--help"], &["compare", "--help"], &["check", "--help"], &["--version"]]
    {
        let said = done(arguments);
        assert!(!said.out.is_empty() && said.err.is_empty(), "{arguments:?}");
    }
    assert!(
        done(&["--help"])
            .out
            .contains("Exit codes: 0 done, 1 a goal or an [[expect]] was not met, 2 wrong usage")
    );
}
