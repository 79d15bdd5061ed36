//! `hbsim compare --under`: all scenarios under the same conditions, case by case.

use std::fs;
use std::path::Path;

use super::{done, fed};
use crate::program::{hbsim, scratch};

/// Conditions under which a test can wait for a comparison.
const SHORT: &str = r#"
about = "a minute"

[set]
duration = "90s"
warmup = "10s"
replications = 2
faults = [{ kind = "crash", nodes = "random:3", at = { between = ["20s", "40s"] } }]

[set_if_elected]
faults = [{ kind = "crash", nodes = "leader", at = "30s" }]

[cases.quiet]

[cases."two in ten are lost"]
network.loss = 0.2

[cases.paused]
"faults.1" = { kind = "pause", nodes = "everybody", mtbf = "20s", for = "5s" }
"#;

/// Three scenarios of which one elects a leader.
const THREE: [&str; 4] = ["compare", "first", "raft-paper", "peers"];

fn written(test: &str, text: &str) -> String {
    let file = scratch(test).join("conditions.toml");
    fs::write(&file, text).expect("a file can be written");
    file.to_str().expect("a plain path").to_owned()
}

/// The rows of a table, each as its scenario, its case and a column.
fn cells(table: &str, column: &str) -> Vec<[String; 3]> {
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let columns = rows.headers().expect("a heading").clone();
    let place = |name: &str| columns.iter().position(|column| column == name).expect("the column");
    let row = |row: csv::StringRecord| ["scenario", "case", column].map(|name| row[place(name)].to_owned());
    rows.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn one_table_has_a_row_for_each_scenario_and_a_column_for_each_case() {
    let file = written("under-table", SHORT);
    let table = done(&[&THREE[..], &["--nodes", "20", "--under", &file, "--quiet"]].concat());
    assert_eq!(table.err, "");
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 120), "{}", table.out);
    assert!(lines[1].starts_with("scenario") && lines[1].contains("two in ten are lost"), "{}", table.out);
    for (line, begins) in [(2, "first "), (3, "raft-paper * "), (4, "peers ")] {
        assert!(lines[line].starts_with(begins), "{}", table.out);
    }
    // Nothing was seen in two runs, of which a bound is certain.
    assert!(lines[2].contains("6/6") && lines[2].contains("< "), "{}", table.out);
    assert!(
        table.out.contains("The same 6 crashes: the same nodes at the same moments. * Its leader"),
        "{}",
        table.out
    );
    assert!(table.out.contains("3 scenarios, 3 cases, 18 runs;"), "{}", table.out);
}

#[test]
fn a_row_is_what_the_scenario_gives_when_it_is_changed_by_hand() {
    let file = written("under-rows", SHORT);
    let under = ["--nodes", "20", "--under", &file, "--quiet", "--format", "csv"];
    let all = done(&[&THREE[..], &under].concat()).out;
    let digests = cells(&all, "digest");
    assert_eq!(digests.len(), 9);
    let fault = "{ kind = 'crash', nodes = 'random:3', at = { between = ['20s', '40s'] } }";
    let pause = "{ kind = 'pause', nodes = 'everybody', mtbf = '20s', for = '5s' }";
    for (case, change) in [
        ("quiet", format!("faults=[{fault}]")),
        ("two in ten are lost", format!("network.loss=0.2;faults=[{fault}]")),
        ("paused", format!("faults=[{fault}, {pause}]")),
    ] {
        let mut run =
            vec!["run", "first", "--nodes", "20", "--replications", "2", "--format", "csv", "--quiet"];
        let sets = ["duration=90s", "warmup=10s"].into_iter().chain(change.split(';'));
        sets.for_each(|set| run.extend(["--set", set]));
        let alone = hbsim(&run);
        let row = ["first", case, super::digest(&alone.out)].map(str::to_owned);
        assert!(digests.contains(&row), "{row:?} {digests:?}\n{}", alone.err);
    }
    let leaders = cells(&all, "elections");
    for [scenario, _, elections] in &leaders {
        assert_eq!(scenario == "raft-paper", !elections.is_empty(), "{leaders:?}");
    }
    let json = done(&[&THREE[..], &under[..5], &["--format", "json"]].concat()).out;
    assert_eq!(json.matches("\"case\": \"paused\"").count(), 3, "{json}");
}

#[test]
fn the_command_line_has_its_say_before_a_case_and_after_what_is_set_in_all() {
    let file = written("under-changes", SHORT);
    let with = |more: &[&str]| {
        let rest = ["--under", &file, "--quiet", "--format", "csv"];
        done(&[&["compare", "first", "--nodes", "20"], more, &rest[..]].concat()).out
    };
    let runs = cells(&with(&["--replications", "1"]), "replications");
    assert!(runs.iter().all(|[_, _, runs]| runs == "1"), "{runs:?}");
    let (plain, lossless) =
        (cells(&with(&[]), "digest"), cells(&with(&["--set", "network.loss=0"]), "digest"));
    assert_eq!(plain, lossless, "a case has the last word");
    assert_ne!(plain, cells(&with(&["--seed", "5"]), "digest"));
}

#[test]
fn results_are_the_same_on_any_number_of_threads_and_can_be_kept() {
    let file = written("under-threads", SHORT);
    let folder = scratch("under-out");
    let kept = |threads: &str| {
        let out = folder.join(threads);
        let path = out.to_str().expect("a plain path");
        let more = ["--nodes", "20", "--under", &file, "--quiet", "--threads", threads, "--out", path];
        let table = done(&[&THREE[..], &more].concat()).out;
        let read = |name: &str| fs::read_to_string(out.join(name)).expect("it was written");
        assert_eq!(read("conditions.toml"), SHORT);
        assert!(read("manifest.toml").contains("under = "), "{}", read("manifest.toml"));
        (table, read("summary.csv"))
    };
    let one = kept("1");
    assert_eq!(one.1.lines().count(), 1 + 9);
    for threads in ["2", "5"] {
        assert_eq!(kept(threads), one, "{threads} threads");
    }
}

#[test]
fn who_cannot_be_under_the_conditions_is_left_out_and_that_is_told() {
    let file = written("under-left-out", &SHORT.replace("\"everybody\"", "\"m0\""));
    let told =
        done(&["compare", "first", "peers", "--nodes", "20", "--under", &file, "--quiet", "--format", "csv"]);
    assert_eq!(cells(&told.out, "digest").iter().filter(|[name, ..]| name == "first").count(), 3);
    assert!(!told.out.contains("peers"), "{}", told.out);
    let reason = format!("note: peers is left out: {file}:19:");
    assert!(told.err.starts_with(&reason) && told.err.lines().count() == 1, "{}", told.err);
    let none = hbsim(&["compare", "peers", "--nodes", "20", "--under", &file]);
    assert_eq!((none.code, none.out.as_str()), (Some(2), ""));
    for says in [":19:", "`m0` is nobody's name", "\n19 | \"faults.1\"", "this is peers in the case paused"] {
        assert!(none.err.contains(says), "{says}\n{}", none.err);
    }
}

#[test]
fn bad_conditions_are_refused_with_place_reason_and_remedy() {
    let folder = scratch("under-bad");
    let (set, case) = ("[set]\nduration = '3m'\nfaults = []\n", "[cases.quiet]\n");
    for (text, says) in [
        (set.to_owned(), &["a file of conditions needs `cases`", "write cases = { quiet"][..]),
        (format!("{set}[case.quiet]\n"), &[":4:2: `case` is not a key", "did you mean `cases`?"]),
        (format!("set = 3\n{case}"), &[":1:1: [set] must be a table, found the number 3"]),
        (format!("about = 3\n{set}{case}"), &[":1:9: "]),
        (format!("{set}[cases]\n"), &["there are no cases", "write [cases.NAME]"]),
        (format!("{set}cases = 3\n"), &["`cases`"]),
        (format!("{set}[cases]\nquiet = 3\n"), &[":5:1: the case `quiet` must be a table"]),
        (
            format!("{set}{case}sweep.a = [1]\n"),
            &[":5:1: conditions change a scenario, and cannot make many"],
        ),
        (
            format!("{set}{case}network.loss = 0\n'network.loss' = 1\n"),
            &["`network.loss` is set twice in the case"],
        ),
        (
            format!("{set}{case}network.loss = 3\n"),
            &[":5:16: a probability lies between 0 and 1", "first in the case quiet"],
        ),
        (format!("{set}{case}'faults.4' = {{}}\n"), &[":5:1: `4` is not one of the 0 items"]),
        (format!("{set}{case}network.los = 0\n"), &[":5:9: `los` is not a key of", "did you mean `loss`?"]),
        (
            format!("{set}{}", (0..9).map(|case| format!("[cases.c{case}]\n")).collect::<String>()),
            &["9 cases are more than 8"],
        ),
        ("[set\n".to_owned(), &["this is not TOML"]),
    ] {
        let file = folder.join("bad.toml");
        fs::write(&file, &text).expect("a file can be written");
        let refused = hbsim(&["compare", "first", "--under", file.to_str().expect("a plain path")]);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{text}");
        for words in says {
            assert!(refused.err.contains(words), "{words}\n{text}\n{}", refused.err);
        }
    }
    for (arguments, says) in [
        (&["compare", "first", "--under", "sistems"][..], "did you mean systems?"),
        (&["compare", "first", "--under", "no/such.toml"], "name a file, or what comes with hbsim: systems"),
        (
            &["compare", "first", "--under", "systems", "--differences"],
            "under conditions they are in one table",
        ),
        (&["run", "conditions/systems"], "hbsim compare SCENARIO --under conditions/systems"),
        (&["show", "conditions/systems", "--resolved"], "conditions change a scenario"),
    ] {
        let refused = hbsim(arguments);
        assert!(refused.code == Some(2) && refused.err.contains(says), "{arguments:?}\n{}", refused.err);
    }
    let piped =
        fed(SHORT, &["compare", "first", "--nodes", "20", "--under", "-", "--format", "csv", "--quiet"]);
    assert_eq!((piped.code, piped.out.lines().count()), (Some(0), 4), "{}", piped.err);
}

#[test]
fn results_cannot_be_put_under_conditions() {
    let out = scratch("under-results").join("out");
    let path = out.to_str().expect("a plain path");
    done(&["run", "tests/compare/lonely.toml", "--out", path, "--quiet"]);
    let refused = hbsim(&["compare", path, "--under", "systems"]);
    assert!(
        refused.code == Some(2) && refused.err.contains("which conditions cannot change"),
        "{}",
        refused.err
    );
}

/// The systems come with conditions of their own, which hold for whoever is set beside them.
#[test]
fn real_systems_are_compared_under_their_own_conditions() {
    let text = fs::read_to_string("scenarios/conditions/systems.toml").expect("the conditions");
    assert_eq!(done(&["show", "conditions/systems"]).out, text);
    let few = ["--nodes", "10", "--replications", "1", "--set", "duration=13m", "--format", "csv", "--quiet"];
    let all = done(&[&["compare", "systems", "first"], &few[..]].concat());
    let digests = cells(&all.out, "digest");
    // Others may be at work there, and put files of their own beside them for a moment.
    let files = fs::read_dir(Path::new("scenarios/systems")).expect("the systems");
    let systems =
        files.filter(|file| file.as_ref().is_ok_and(|file| file.path().extension() == Some("toml".as_ref())));
    let systems = systems.count();
    // Some may not fit into so few nodes; then that is told.
    assert_eq!(digests.len() / 3 + all.err.lines().count(), systems + 1, "{}", all.err);
    let cases: Vec<&str> = digests.iter().rev().take(3).map(|[_, case, _]| case.as_str()).collect();
    assert_eq!(cases, ["paused", "lossy", "quiet"]);
    assert_eq!(digests.last().map(|[name, ..]| name.as_str()), Some("first"));
    let named = done(&[&["compare", "first", "--under", "systems"], &few[..]].concat());
    assert_eq!(cells(&named.out, "digest"), digests[digests.len() - 3..]);
}
