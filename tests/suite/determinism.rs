//! The same scenario and seed give the same results, to the last byte, whatever else is different.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{hbsim, project, scratch};

/// Loss and jitter enough for mistakes of every cause, and crashes and restarts by chance.
const TROUBLED: &str = r#"
name = "troubled"
duration = "4m"
warmup = "10s"
replications = 9
cluster.nodes = 40
topology = { kind = "centralized", interval = "1s" }
detector = { kind = "timeout", timeout = "2s" }
network = { latency = { kind = "exponential", mean = "300ms" }, loss = 0.1 }

[[faults]]
kind = "crash"
nodes = "each"
mtbf = "3m"
for = { kind = "exponential", mean = "20s" }

[[faults]]
kind = "crash"
nodes = "random:3"
at = { between = ["30s", "3m"] }
"#;

/// The tables of a run, by the names of their files. The manifest is the one file that may vary.
fn results(folder: &Path, stem: &str, more: &[&str]) -> BTreeMap<String, String> {
    let file = folder.join("troubled.toml");
    fs::write(&file, TROUBLED).expect("a scenario can be written");
    let out = folder.join(stem);
    let (file, out) = (file.to_str().expect("a plain path"), out.to_str().expect("a plain path"));
    let said = hbsim(&[&["run", file, "--quiet", "--traffic", "--out", out], more].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let files = fs::read_dir(out).expect("results").map(|entry| entry.expect("a file").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut tables: BTreeMap<String, String> =
        files.map(|path| (name(&path), text_of(fs::read(&path).expect("a file")))).collect();
    tables.remove("manifest.toml").expect("a manifest");
    tables.insert("standard output".to_owned(), said.out);
    tables
}

/// A file as text; the numbers of its bytes if it is none.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|why| format!("{:?}", why.as_bytes()))
}

fn column<'a>(table: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = table.lines();
    let place = lines.next().and_then(|heading| heading.split(',').position(|column| column == name));
    let place = place.unwrap_or_else(|| panic!("there is a column {name}"));
    lines.map(|line| line.split(',').nth(place).expect("a cell")).collect()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = scratch("determinism-threads");
    let one = results(&folder, "1", &["--threads", "1"]);
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    let all = [
        "detections.csv",
        "messages.csv",
        "mistakes.csv",
        "pairs.csv",
        "records.part",
        "runs.csv",
        "scenario.toml",
        "standard output",
        "summary.csv",
        "traffic.csv",
    ];
    assert_eq!(names, all);
    assert!(one["mistakes.csv"].lines().count() > 100, "there are mistakes to differ in");
    for cause in ["loss", "latency"] {
        assert!(column(&one["mistakes.csv"], "cause").contains(&cause), "there are mistakes by {cause}");
    }
    for threads in ["2", "3", "7"] {
        let many = results(&folder, threads, &["--threads", threads]);
        for (name, table) in &one {
            assert!(many[name] == *table, "{name} is different on {threads} threads");
        }
    }
}

#[test]
fn another_seed_gives_another_digest() {
    let folder = scratch("determinism-seeds");
    let digests = ["1", "2", "3"].map(|seed| {
        let results = results(&folder, seed, &["--seed", seed, "--replications", "2"]);
        column(&results["summary.csv"], "digest")[0].to_owned()
    });
    assert!(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2], "{digests:?}");
}

#[test]
fn a_replication_is_the_same_among_few_and_among_many() {
    let folder = scratch("determinism-replications");
    let few = results(&folder, "few", &["--replications", "3"]);
    let many = results(&folder, "many", &[]);
    for table in ["runs.csv", "detections.csv", "mistakes.csv", "pairs.csv", "messages.csv", "traffic.csv"] {
        assert!(many[table].starts_with(&few[table]), "the first three replications of {table} are the same");
        assert!(many[table].len() > few[table].len());
    }
    let digests = column(&many["runs.csv"], "digest");
    assert!((1..9).all(|run| digests[run] != digests[0]), "each replication is another one: {digests:?}");
}

#[test]
fn who_crashes_when_does_not_depend_on_who_watches_and_how() {
    let folder = scratch("determinism-crashes");
    let crashes = |stem: &str, sets: &[&str]| {
        let more: Vec<&str> =
            sets.iter().flat_map(|set| ["--set", set]).chain(["--replications", "3"]).collect();
        let table = &results(&folder, stem, &more)["detections.csv"];
        let rows = column(table, "replication").into_iter().zip(column(table, "node"));
        let mut crashes: Vec<String> = rows
            .zip(column(table, "crash_s").into_iter().zip(column(table, "restart_s")))
            .map(|((run, node), (crash, restart))| format!("{run} {node} {crash} {restart}"))
            .collect();
        crashes.sort_unstable();
        crashes
    };
    let plain = crashes("plain", &[]);
    assert!(plain.len() > 100, "there are crashes to differ in");
    for (stem, sets) in [
        ("pull", &["topology={ kind = \"pull\", interval = \"2s\" }", "detector={ kind = \"misses\" }"][..]),
        ("misses", &["detector={ kind = \"misses\", misses = 5 }"]),
        ("ticks", &["detector={ kind = \"misses\", counted = \"ticks\" }"]),
        ("scan", &["detector.check={ every = \"5s\" }"]),
        ("bucket", &["detector.check={ bucket = \"5s\" }"]),
        ("verdict", &["verdict={ confirm_after = \"3s\", probation = \"5s\" }"]),
        (
            "network",
            &["network={ loss = 0.5, latency = { kind = \"pareto\", scale = \"1ms\", shape = 1.1 } }"],
        ),
        ("interval", &["topology.interval=500ms"]),
    ] {
        assert!(crashes(stem, sets) == plain, "crashes are different under {stem}");
    }
}

#[test]
fn no_part_of_the_program_takes_its_maths_from_the_platform() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--workspace",
            "--offline",
            "--locked",
            "-e",
            "features,normal,build,dev",
            "-i",
            "num-traits",
        ])
        .current_dir(project())
        .output()
        .expect("cargo can be started");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let features = String::from_utf8_lossy(&tree.stdout);
    assert!(features.contains("num-traits v"), "{features}");
    assert!(
        !features.contains("num-traits feature \"std\""),
        "it would choose the platform's maths\n{features}"
    );
}
