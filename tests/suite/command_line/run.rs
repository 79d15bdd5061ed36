//! `hbsim run`: its sources, its formats, its options.

use std::fs;

use super::{cell, digest, done, fed};
use crate::program::{command, hbsim, project, said, scratch};

const QUICK: [&str; 4] = ["run", "first", "--replications", "2"];

fn quick(more: &[&str]) -> Vec<&'static str> {
    // Arguments live as long as a test; a few bytes of them may live as long as the suite.
    let more = more.iter().map(|argument| &*Box::leak(argument.to_string().into_boxed_str()));
    QUICK.into_iter().chain(more).collect()
}

#[test]
fn each_format_says_the_same_and_only_data_goes_to_standard_output() {
    let table = done(&quick(&["--format", "table"]));
    let csv = done(&quick(&["--format", "csv"]));
    let json = done(&quick(&["--format", "json"]));
    assert_eq!(done(&QUICK).out, table.out, "a table is the default");
    let digest = digest(&csv.out);
    assert_eq!(digest.len(), 32, "{}", csv.out);
    assert!(table.out.ends_with(&format!("\ndigest {digest}\n")), "{}", table.out);
    assert!(json.out.contains(&format!("\"digest\": \"{digest}\"")), "{}", json.out);
    assert_eq!(csv.out.lines().count(), 2, "a heading and a row");
    assert!(json.out.starts_with("[\n  {\n") && json.out.ends_with("\n  }\n]\n"), "{}", json.out);
    for column in csv.out.lines().next().expect("a heading").split(',') {
        assert!(json.out.contains(&format!("\"{column}\": ")), "{column} is in the JSON too");
    }
    assert!(table.err.is_empty(), "nothing to say: {}", table.err);
    for said in [&csv, &json] {
        // The table says it in its last sentence.
        assert!(said.err.contains("fewer than 10 replications"), "{}", said.err);
    }
}

#[test]
fn what_is_not_data_goes_to_standard_error_and_quiet_silences_it() {
    let chatty = [
        "--set",
        "detector={ kind = \"timeout\", timeout = \"1s\" }",
        "--set",
        "duration=2m",
        "--set",
        "warmup=0s",
        "--set",
        "faults=[]",
    ];
    let loud = done(&quick(&chatty));
    assert!(loud.err.contains("warning: a silence of 1s is suspect"), "{}", loud.err);
    assert!(loud.err.contains("warning: nothing goes wrong"), "{}", loud.err);
    for quiet in ["--quiet", "-q"] {
        let hushed = done(&quick(&[&chatty[..], &[quiet]].concat()));
        assert_eq!((hushed.err.as_str(), &hushed.out), ("", &loud.out), "{quiet}");
    }
}

#[test]
fn what_is_said_of_a_scenario_is_not_said_of_another() {
    let as_it_came = [&[][..], &["--seed", "3"], &["--set", "name=mine", "--set", "seed=3"]];
    for same in as_it_came {
        let said = done(&quick(same)).out;
        assert!(said.contains("\nNotice: ") && said.contains("\nTry: "), "{same:?}\n{said}");
    }
    let changed = done(&quick(&["--seed", "3", "--set", "detector.misses=2"])).out;
    assert!(!changed.contains("Notice: ") && !changed.contains("Try: "), "{changed}");
    let note = "\nNotice and Try are left out: they speak of the scenario as it came.\n";
    assert!(changed.contains(note), "{changed}");
    let without = done(&quick(&["--set", "detector.misses=2", "--set", "notice=\"\"", "--set", "try=\"\""]));
    assert!(!without.out.contains("left out"), "{}", without.out);
}

#[test]
fn set_seed_and_replications_change_what_they_name() {
    let csv = |more: &[&str]| done(&quick(&[more, &["--format", "csv"]].concat())).out;
    let plain = csv(&[]);
    let three = done(&["run", "first", "--replications", "3", "--format", "csv"]).out;
    assert_eq!((cell(&plain, "replications"), cell(&three, "replications")), ("2", "3"));
    let seeded = csv(&["--seed", "5"]);
    assert_eq!((cell(&plain, "seed"), cell(&seeded, "seed")), ("1", "5"));
    assert_eq!(csv(&["--set", "seed=5"]), seeded, "an option of its own and --set say the same");
    assert_eq!(csv(&["--set", "seed=4", "--seed", "5"]), seeded, "the option is the last word");
    for set in [
        "topology.interval=2s",
        "topology.interval=\"2s\"",
        "detector.misses=2",
        "cluster={ nodes = 50 }",
        "faults.0.nodes=random:2",
        "network.latency={ kind = \"exponential\", mean = \"1s\" }",
        "verdict.confirm_after=1s",
    ] {
        assert_ne!(digest(&csv(&["--set", set])), digest(&plain), "--set {set} changes the result");
    }
    let (bare, quoted) =
        (csv(&["--set", "topology.interval=2s"]), csv(&["--set", "topology.interval=\"2s\""]));
    assert_eq!(bare, quoted, "quotes may be left out");
    assert_eq!(
        csv(&["--set", "detector.misses=2", "--set", "detector.misses=3"]),
        plain,
        "the last one counts"
    );
}

#[test]
fn threads_change_nothing_but_the_time() {
    let one = done(&quick(&["--threads", "1"])).out;
    assert_eq!(done(&quick(&["--threads", "2"])).out, one);
}

#[test]
fn too_little_memory_is_refused_with_the_figures() {
    for verb in ["run", "check"] {
        let refused = hbsim(&[verb, "first", "--memory", "3MB"]);
        assert_eq!(refused.code, Some(2));
        assert!(refused.err.contains("first") && refused.err.contains("3.0 MB are free"), "{}", refused.err);
        assert!(
            refused.err.contains("need about ") && refused.err.contains("--threads 1"),
            "{}",
            refused.err
        );
    }
    for enough in ["500MB", "0.5GB", "500000KB", "500000000b", "1TB"] {
        assert!(!done(&quick(&["--memory", enough])).out.is_empty(), "{enough}");
    }
}

#[test]
fn traffic_needs_a_folder_and_adds_a_table_to_it() {
    let folder = scratch("run-traffic");
    let out = folder.join("out");
    let out = out.to_str().expect("a plain path");
    let alone = hbsim(&quick(&["--traffic"]));
    assert!(alone.code == Some(2) && alone.err.contains("--out"), "{}", alone.err);
    let with = done(&quick(&["--traffic", "--out", out]));
    assert_eq!(with.out, done(&QUICK).out, "the report does not change");
    let traffic = fs::read_to_string(folder.join("out/traffic.csv")).expect("traffic.csv");
    assert_eq!(
        traffic.lines().next(),
        Some("replication,second,beat_sent,reply_sent,opinion_sent,office_sent,question_sent")
    );
    assert_eq!(
        traffic.lines().filter(|line| line.starts_with("0,")).count(),
        1801,
        "a row for each second, the last instant included"
    );
}

/// A small scenario of a topology, with a detector if it takes one.
fn small(kind: &str, detector: &str) -> String {
    format!(
        "duration = \"1m\"\nwarmup = \"5500ms\"\nreplications = 2\ncluster = {{ regions = {{ a = 10, b = 10 }} }}\n\
         topology = {{ kind = \"{kind}\" }}\n{detector}\
         network = {{ latency = {{ kind = \"constant\", value = \"10ms\" }}, loss = 0.1 }}\n\
         [[faults]]\nkind = \"crash\"\nnodes = \"random:2\"\nat = \"20s\"\n"
    )
}

/// The sum of the cells of these columns.
fn sum(table: &str, is_one: impl Fn(&str) -> bool) -> u64 {
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let heading = rows.headers().expect("a heading").clone();
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let cells = rows.iter().flat_map(|row| heading.iter().zip(row).filter(|(name, _)| is_one(name)));
    cells.map(|(_, cell)| cell.parse::<u64>().expect("a count")).sum()
}

#[test]
fn messages_are_told_apart_by_kind_and_by_second_and_nothing_is_lost_between_the_tables() {
    let folder = scratch("run-messages");
    for kind in hbsim::topologies::Layout::KINDS {
        let out = folder.join(kind);
        let arguments = ["run", "-", "--quiet", "--traffic", "--out", out.to_str().expect("a plain path")];
        let judged = small(kind, "detector = { kind = \"timeout\", timeout = \"10s\" }\n");
        if fed(&judged, &arguments).code == Some(2) {
            let said = fed(&small(kind, ""), &arguments);
            assert_eq!(
                said.code,
                Some(0),
                "{kind} judges silence itself, or something is wrong\n{}",
                said.err
            );
        }
        let table = |name: &str| fs::read_to_string(out.join(name)).expect("a table");
        let (runs, messages, traffic) = (table("runs.csv"), table("messages.csv"), table("traffic.csv"));
        for column in ["messages_sent", "messages_delivered", "messages_lost"] {
            let total = sum(&runs, |name| name == column);
            assert!(total > 0, "{kind}: {column}");
            assert_eq!(sum(&messages, |name| name == column), total, "{kind}: {column}");
        }
        let by_second = sum(&traffic, |name| name.ends_with("_sent"));
        assert_eq!(by_second, sum(&runs, |name| name == "messages_sent"), "{kind}: second by second");
    }
}

#[test]
fn a_scenario_comes_from_a_file_from_a_name_and_from_standard_input() {
    let folder = scratch("run-sources");
    let from_name = done(&QUICK).out;
    let text = fs::read_to_string(project().join("scenarios/first.toml")).expect("a scenario");
    assert_eq!(fed(&text, &["run", "-", "--replications", "2"]).out, from_name, "standard input");
    let elsewhere = |name: &str| {
        let mut command = command(&["run", name, "--replications", "2"]);
        said(command.current_dir(&folder).output().expect("hbsim can be started"))
    };
    assert_eq!(elsewhere("first").out, from_name, "a shipped name works from any folder");
    fs::create_dir(folder.join("first")).expect("a folder");
    assert_eq!(elsewhere("first").out, from_name, "even beside a folder of that name, such as its results");
    fs::write(folder.join("mine.toml"), text.replace("name = \"first\"\n", "")).expect("a file");
    let mine = elsewhere("mine.toml").out;
    assert!(mine.starts_with("mine\n"), "a scenario without a name has that of its file: {mine}");
}

#[test]
fn mistakes_on_standard_input_have_a_place_too() {
    let said = fed("cluster.nodes = 0\n", &["run", "-"]);
    assert!(said.code == Some(2) && said.err.contains("error: standard input:1:17: "), "{}", said.err);
}
