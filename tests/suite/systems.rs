//! What the defaults of real systems give: each preset in `scenarios/systems/` against the bounds and the mean that follow from
//! the rule of the system. The table that comes of it stands in `docs/validation.md`; a change that is meant is taken over
//! with `HBSIM_REWRITE_SYSTEMS=1 cargo test --release --test suite systems` and read in the diff.

use std::fmt::Write as _;
use std::fs;

use hbsim::document::Document;
use hbsim::engine::findings::Crash;
use hbsim::engine::time::Span;
use hbsim::engine::world::Meter;
use hbsim::experiment::{Interrupted, Simulation, replicate};
use hbsim::measures::RunRecord;
use hbsim::scenario::Scenario;
use hbsim::scenario::shipped;
use hbsim::theory::{Prediction, Value};

use crate::program::project;

/// How far the mean may be from the known one.
const SHARE: f64 = 0.02;
/// Messages take a tenth of a millisecond, some rules ask and are answered, and a look comes a tick of the clock late.
const WAYS: f64 = 0.0011;

/// Whose knowledge of a crash is meant.
#[derive(Clone, Copy)]
enum Whose {
    /// That of whoever decides.
    Acting,
    /// That of the first observer who declared it.
    First,
    /// That of all.
    All,
}

/// What is known of how soon a crash is known.
#[derive(Clone, Copy)]
enum Known {
    /// Least, mean, greatest: no crash may leave the bounds.
    Bounded(f64, f64, f64),
    /// The mean alone; the rule has no useful bounds.
    Mean(f64),
    /// The mean of an independent model of the rule, whose least and greatest were seen in few runs.
    Modelled(f64, f64, f64),
}
use Known::{Bounded, Mean, Modelled};
use Whose::{Acting, All, First};

/// A preset, how it was changed, how often it runs, whose knowledge is meant, and what is known of it.
type Row = (&'static str, &'static [&'static str], u32, Whose, Known);

const PLATFORMS: &[Row] = &[
    ("kubernetes-node", &[], 40, Acting, Bounded(39.6, 47.4, 55.0)),
    ("kubernetes-node-40s", &[], 40, Acting, Bounded(29.6, 37.4, 45.0)),
    ("kubernetes-eviction", &[], 200, Acting, Mean(352.0)),
    ("kubernetes-eviction", &["detector.timeout=40s"], 200, Acting, Mean(342.0)),
    ("kubernetes-liveness", &[], 40, Acting, Bounded(21.0, 26.0, 31.0)),
    ("kubernetes-liveness", &["topology.probe_timeout=5s"], 40, Acting, Bounded(25.0, 30.0, 35.0)),
    ("kubernetes-readiness", &[], 40, Acting, Bounded(20.0, 25.0, 30.0)),
    (
        "kubernetes-readiness",
        &["topology.interval=5s", "detector.misses=2"],
        40,
        Acting,
        Bounded(5.0, 7.5, 10.0),
    ),
    ("docker-swarm", &[], 40, Acting, Bounded(9.0, 12.541_667, 16.5)),
    ("docker-swarm-managers", &[], 80, First, Modelled(8.0, 11.8, 18.9)),
    ("aws-target", &[], 40, Acting, Bounded(35.0, 50.0, 65.0)),
    ("aws-ec2-status", &[], 60, Acting, Bounded(0.0, 30.0, 60.0)),
    ("eureka", &[], 400, Acting, Bounded(150.0, 195.0, 240.0)),
    ("hdfs-stale", &[], 20, Acting, Bounded(27.0, 28.5, 30.0)),
    ("hdfs-datanode", &[], 40, Acting, Bounded(627.0, 778.5, 930.0)),
    ("yarn", &[], 40, Acting, Bounded(599.0, 700.0, 800.0)),
];

const MEMBERS: &[Row] = &[
    ("cassandra", &["cluster.nodes=3"], 400, First, Mean(18.5)),
    ("cassandra", &["cluster.nodes=3"], 400, All, Mean(19.0)),
    ("cassandra", &["cluster.nodes=10"], 200, First, Mean(19.4)),
    ("cassandra", &["cluster.nodes=10"], 200, All, Mean(22.7)),
    ("cassandra", &[], 40, First, Mean(20.4)),
    ("cassandra", &[], 40, All, Mean(26.4)),
    ("akka-cluster", &["topology.watchers=1"], 20, First, Bounded(3.523, 4.523, 5.523)),
    ("akka-cluster", &[], 40, First, Bounded(3.523, 3.924, 5.523)),
    ("akka-remote", &[], 40, First, Bounded(10.6, 11.6, 12.6)),
    ("memberlist-lan", &["cluster.nodes=10"], 300, First, Modelled(5.0, 5.9, 8.3)),
    ("memberlist-lan", &[], 300, First, Modelled(9.0, 10.1, 16.6)),
    ("memberlist-lan", &["cluster.nodes=1000"], 60, First, Modelled(13.0, 14.0, 17.4)),
    ("memberlist-wan", &[], 100, First, Modelled(65.0, 70.0, 90.0)),
    ("memberlist-local", &["cluster.nodes=10"], 300, First, Modelled(4.0, 5.0, 8.0)),
    ("memberlist-local", &[], 300, First, Modelled(7.0, 8.0, 10.8)),
];

const AGREEMENT: &[Row] = &[
    ("jgroups", &[], 40, Acting, Bounded(33.5, 41.5, 49.5)),
    ("infinispan", &[], 40, Acting, Bounded(9.0, 10.5, 12.0)),
    ("orleans", &[], 40, Acting, Bounded(15.0, 15.4545, 20.0)),
    ("zookeeper-session", &[], 40, Acting, Bounded(20.0, 26.0, 32.0)),
    ("zookeeper-quorum", &[], 20, First, Bounded(9.0, 9.5, 10.0)),
    ("etcd-lease", &[], 20, Acting, Bounded(6.5, 8.5, 10.5)),
    ("etcd-raft", &[], 120, First, Modelled(0.8, 1.05, 1.8)),
    ("etcd-raft", &["cluster.nodes=3"], 120, First, Modelled(0.8, 1.18, 1.88)),
    ("raft-paper", &[], 40, First, Bounded(0.1, 0.155, 0.3)),
    ("raft-paper", &["cluster.nodes=3"], 40, First, Bounded(0.1, 0.175, 0.3)),
    ("kafka-broker-kraft", &[], 40, Acting, Bounded(7.0, 8.5625, 10.125)),
    ("kafka-broker-kraft-3", &[], 40, Acting, Bounded(7.0, 8.0, 9.0)),
    ("kafka-broker-zk", &[], 40, Acting, Bounded(12.0, 16.0, 20.0)),
    ("kafka-broker-zk", &["detector.check.bucket=3s"], 40, Acting, Bounded(12.0, 16.5, 21.0)),
    ("kafka-broker-zk-6s", &[], 40, Acting, Bounded(4.0, 6.0, 8.0)),
    ("kafka-consumer", &[], 20, Acting, Bounded(42.0, 43.5, 45.0)),
    ("kafka-consumer", &["topology.interval=5s"], 20, Acting, Bounded(40.0, 42.5, 45.0)),
    ("kafka-consumer-10s", &[], 20, Acting, Bounded(7.0, 8.5, 10.0)),
];

const STORES: &[Row] = &[
    ("elasticsearch", &[], 20, Acting, Bounded(32.0, 32.5, 33.0)),
    ("elasticsearch", &["faults.0.leaves=refusal"], 20, Acting, Bounded(0.0, 0.0001, 0.001)),
    ("elasticsearch", &["faults.0.nodes=m0"], 100, First, Bounded(32.0, 32.0099, 33.0)),
    ("elasticsearch", &["faults.0.nodes=m0"], 100, All, Bounded(32.0, 32.99, 33.0)),
    ("mongodb", &[], 60, First, Bounded(8.0, 9.51, 11.5)),
    ("mongodb", &["cluster.nodes=3"], 60, First, Bounded(8.0, 9.764, 11.5)),
    ("redis-sentinel", &[], 40, First, Bounded(30.0, 30.29, 31.1)),
    ("redis-sentinel", &[], 40, Acting, Bounded(30.0, 30.54, 31.1)),
    ("cockroachdb", &[], 40, Acting, Bounded(3.0, 4.5, 6.0)),
    ("cockroachdb", &["topology.interval=4.5s", "detector.timeout=9s"], 40, Acting, Bounded(4.5, 6.75, 9.0)),
    ("ceph-osd", &[], 100, Acting, Bounded(20.0, 21.074, 26.9)),
    ("tikv-region", &[], 80, First, Modelled(7.0, 11.3, 18.9)),
    ("tikv-store", &[], 40, Acting, Bounded(10.0, 15.0, 20.0)),
];

const NETWORKS: &[Row] = &[
    ("haproxy", &[], 40, Acting, Bounded(4.0, 5.0, 6.0)),
    ("haproxy", &["faults.0.leaves=silence"], 40, Acting, Bounded(10.0, 11.0, 12.0)),
    ("consul-check", &[], 40, Acting, Bounded(10.0, 15.0, 20.0)),
    ("consul-check", &["faults.0.leaves=refusal"], 80, Acting, Bounded(0.0, 5.0, 10.0)),
    ("bfd", &[], 80, Acting, Bounded(0.6, 0.77, 0.9)),
    ("vrrp", &[], 40, Acting, Bounded(2.609, 3.109, 3.609)),
    ("memcache-pool", &[], 20, Acting, Bounded(4.0, 5.0, 6.01)),
    ("replicated-monitor", &[], 60, Acting, Mean(5.0)),
    ("three-regions", &[], 20, First, Bounded(4.0, 5.0, 6.0)),
    ("three-regions", &[], 20, Acting, Bounded(4.05, 5.076, 6.101)),
    ("two-of-three", &[], 20, Acting, Mean(12.5)),
];

/// The scenario of a row.
fn scenario((name, sets, replications, ..): &Row) -> Scenario {
    let shipped = shipped::find(name).unwrap_or_else(|| panic!("{name} is not shipped"));
    let mut document = Document::parse(name, shipped.text).unwrap_or_else(|page| panic!("{page}"));
    for set in *sets {
        document.set(set).unwrap_or_else(|page| panic!("{page}"));
    }
    document.set(&format!("replications={replications}")).unwrap_or_else(|page| panic!("{page}"));
    Scenario::read(&document, shipped.stock()).unwrap_or_else(|page| panic!("{page}"))
}

/// All detection times of a row, and half of the width of the 95 % interval of their mean.
fn simulate(scenario: &Scenario, whose: Whose) -> (Vec<f64>, f64) {
    let mut times = Vec::new();
    let mut runs = Vec::new();
    let keep = |record: RunRecord| {
        let found: Vec<f64> =
            record.findings.crashes.iter().filter_map(|crash| time_of(crash, whose)).collect();
        runs.push((found.iter().sum::<f64>(), found.len() as f64));
        times.extend(found);
        Ok::<(), Interrupted>(())
    };
    replicate(Simulation { scenario, by_second: false }, 1, &Meter::default(), keep)
        .expect("nobody interrupts");
    let (all, count) = (times.iter().sum::<f64>(), times.len() as f64);
    let (mean, per_run) = (all / count, count / runs.len() as f64);
    let squares: f64 = runs.iter().map(|(sum, n)| (sum - mean * n) * (sum - mean * n)).sum();
    let error = (squares / (runs.len() as f64 - 1.0) / runs.len() as f64).sqrt() / per_run;
    (times, 1.96 * error)
}

/// The detection time of a crash, for those whose knowledge is meant.
fn time_of(crash: &Crash, whose: Whose) -> Option<f64> {
    let declared = match whose {
        Acting => crash.acting,
        First => crash.first,
        All => crash.all,
    };
    crash.detection(declared).map(Span::seconds)
}

/// What a value is, as a cell of the table.
fn cell(value: &Value) -> String {
    match value {
        Value::Is(number) => figure(*number),
        Value::AtLeast(bound) => format!("≥ {}", figure(*bound)),
        Value::AtMost(bound) => format!("≤ {}", figure(*bound)),
        Value::Unknown(_) => "–".to_owned(),
    }
}

/// A time with the digits that the known ones have.
fn figure(seconds: f64) -> String {
    let digits = if seconds.abs() >= 100.0 {
        1
    } else if seconds.abs() >= 2.0 {
        2
    } else {
        3
    };
    format!("{seconds:.digits$}")
}

/// Holds each row against what is known, and returns its lines of the table.
fn compare(rows: &[Row], wrong: &mut Vec<String>) -> String {
    let mut lines = String::new();
    for row in rows {
        let (name, sets, _, whose, known) = *row;
        let scenario = scenario(row);
        let (times, half) = simulate(&scenario, whose);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = times.iter().copied().fold(0.0, f64::max);
        let (expected, written, bounded) = match known {
            Bounded(least, mean, greatest) => {
                (mean, [least, mean, greatest].map(figure).join(" / "), Some((least, greatest)))
            }
            Mean(mean) => (mean, format!("– / {} / –", figure(mean)), None),
            Modelled(least, mean, greatest) => (
                mean,
                format!("≈ {}", [least, mean, greatest].map(figure).join(" / ")),
                Some((0.98 * least, f64::INFINITY)),
            ),
        };
        let who = match whose {
            Acting => "",
            First => ", the first",
            All => ", all",
        };
        let changed = sets.iter().fold(String::new(), |text, set| format!("{text} `{set}`"));
        let theory = if matches!(whose, All) { None } else { Some(Prediction::of(&scenario)) };
        let theory = theory.map_or_else(
            || "–".to_owned(),
            |theory| [&theory.earliest, &theory.mean, &theory.latest].map(cell).join(" / "),
        );
        let line = format!(
            "| {name}{changed}{who} | {written} | {theory} | {} / {} ± {} / {} | {} |",
            figure(least),
            figure(mean),
            figure(half).trim_start_matches('-'),
            figure(greatest),
            times.len()
        );
        let inside = bounded.is_none_or(|(from, to)| least >= from - WAYS && greatest <= to + WAYS);
        let is_near = (mean - expected).abs() <= SHARE * expected; // Not if there was nothing.
        if !inside || !is_near {
            wrong.push(line.clone());
        }
        let _ = writeln!(lines, "{line}");
    }
    lines
}

const HEADING: &str = "| preset | expected (s) | `explain` (s) | simulated: least / mean ± 95 % / greatest (s) | crashes |\n|---|---:|---:|---:|---:|\n";

/// The part of `docs/validation.md` between the marks of this name.
fn must_stand_in_the_docs(part: &str, table: &str) {
    let path = project().join("docs/validation.md");
    let page = fs::read_to_string(&path).expect("docs/validation.md can be read");
    let (begin, end) = (format!("<!-- {part} -->\n"), format!("<!-- end of {part} -->"));
    let from = page.find(&begin).unwrap_or_else(|| panic!("no {begin} in docs/validation.md")) + begin.len();
    let to = page.find(&end).unwrap_or_else(|| panic!("no {end} in docs/validation.md"));
    let text = format!("\n{HEADING}{table}\n");
    if page[from..to] == text {
        return;
    }
    assert!(
        std::env::var_os("HBSIM_REWRITE_SYSTEMS").is_some_and(|value| value == "1"),
        "docs/validation.md has another table of {part}; now it is\n{text}\nIf that is meant: HBSIM_REWRITE_SYSTEMS=1"
    );
    fs::write(&path, format!("{}{text}{}", &page[..from], &page[to..]))
        .expect("docs/validation.md can be written");
}

/// Holds a part against what is known, and its table against that in the docs.
fn must_keep_to_their_rules(part: &str, rows: &[Row]) {
    let mut wrong = Vec::new();
    let table = compare(rows, &mut wrong);
    assert!(wrong.is_empty(), "not within 2 % of the mean, or out of bounds:\n{}", wrong.join("\n"));
    must_stand_in_the_docs(part, &table);
}

#[test]
fn platforms_keep_to_their_rules() {
    must_keep_to_their_rules("platforms", PLATFORMS);
}

#[test]
fn members_who_gossip_or_probe_keep_to_their_rules() {
    must_keep_to_their_rules("members", MEMBERS);
}

#[test]
fn those_who_agree_keep_to_their_rules() {
    must_keep_to_their_rules("agreement", AGREEMENT);
}

#[test]
fn stores_keep_to_their_rules() {
    must_keep_to_their_rules("stores", STORES);
}

#[test]
fn networks_keep_to_their_rules() {
    must_keep_to_their_rules("networks", NETWORKS);
}

#[test]
fn every_preset_is_held_against_something_that_is_known() {
    let known: Vec<&str> =
        [PLATFORMS, MEMBERS, AGREEMENT, STORES, NETWORKS].concat().iter().map(|row| row.0).collect();
    for file in fs::read_dir(project().join("scenarios/systems")).expect("there are presets") {
        let path = file.expect("the folder can be read").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(
            known.contains(&name.as_str()),
            "nothing is known of {name}: add it to tests/suite/systems.rs"
        );
    }
}
