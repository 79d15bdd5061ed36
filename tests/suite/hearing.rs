//! Many judges, one traffic: scenarios that differ in nothing but how silence is judged find together what each finds
//! alone, under every topology whose traffic does not depend on verdicts and in any weather.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hbsim::document::{Document, Shelf};
use hbsim::engine::findings::Cause;
use hbsim::engine::world::Meter;
use hbsim::experiment::{Hearing, Simulation};
use hbsim::measures::RunRecord;
use hbsim::scenario::Scenario;
use hbsim::scenario::shipped;

use crate::program::project;

/// Who judges: a detector, and how its verdict follows.
const JUDGES: &[(&str, &str)] = &[
    ("kind = 'timeout', timeout = '1500ms'", ""),
    ("kind = 'timeout', timeout = '3s'", ""),
    ("kind = 'timeout', timeout = '8s'", "flap_within = '5s'"),
    ("kind = 'timeout', timeout = '3s', tie = 'late'", ""),
    ("kind = 'timeout', timeout = '2s', check = { every = '1s' }, stamp = 'noticed', tie = 'late'", ""),
    ("kind = 'misses', misses = 2", "confirm_after = '1s'"),
    ("kind = 'phi', threshold = 3", ""),
    ("kind = 'timeout', timeout = '3s', stamp = 'sent'", "flap_within = '1s'"),
    ("kind = 'timeout', timeout = '2500ms', late_beats = 'count', stamp = 'sent', cutoff = '150ms'", ""),
    ("kind = 'timeout', timeout = '2s', check = { every = '700ms' }", "confirm_after = '900ms'"),
    ("kind = 'timeout', timeout = '2s', check = { every = '1s', phase = '300ms' }", "successes = 3"),
    ("kind = 'timeout', timeout = '2s', check = { every = '1s' }, stamp = 'noticed'", "probation = '4s'"),
    ("kind = 'timeout', timeout = '2s', check = { bucket = '2s' }", "local_pause_guard = '1s'"),
    ("kind = 'misses', misses = 3, check = { bucket = '500ms' }", "successes = 2, probation = '2s'"),
    ("kind = 'misses', misses = 3, counted = 'ticks', phase = '200ms'", ""),
    ("kind = 'timeout', timeout = '2500ms'", "limit = { rate = '6/m', burst = 2 }, confirm_after = '300ms'"),
    (
        "kind = 'timeout', timeout = '2s', check = { every = '1s' }",
        "limit = { alarm = 0.4, alarm_rate = '2/m' }",
    ),
    ("kind = 'phi', threshold = 2", "limit = { rate = '12/m', alarm = 0.5, alarm_least = 2 }"),
    ("kind = 'misses', misses = 3, on_success = 'decrement'", "successes = 2"),
    (
        "kind = 'phi', threshold = 1, window = 30, model = 'exponential'",
        "local_pause_guard = { over = '500ms', hold = '2s' }",
    ),
    ("kind = 'chen', margin = '700ms', window = 10", ""),
    ("kind = 'chen', margin = '2s', check = { every = '1s' }, late_beats = 'count'", "confirm_after = '1s'"),
    ("kind = 'bertier', beta = 1, gamma = 0.2, phi = 6, window = 20", ""),
    ("kind = 'percentile', timeout = '2s', window = '30s'", "probation = '1s', successes = 2"),
];

/// Topologies whose traffic depends on no verdict, with what each asks of its members.
const TOPOLOGIES: &[&str] = &[
    "kind = 'centralized'",
    "kind = 'centralized', monitors = 2, capacity = { per_message = '30ms', queue = 8 }",
    "kind = 'centralized', acknowledge = true, pace = 'fixed-delay', ack_timeout = '300ms', jitter = [-0.1, 0.2]",
    "kind = 'pull', probe_timeout = '400ms'",
    "kind = 'pull', monitors = 3, replication = 'standby', depth = 'application', pace = 'fixed-delay'",
    "kind = 'pull', monitors = 2, catch_up = 'all', capacity = { per_message = '20ms', queue = 10 }",
    "kind = 'peers', watchers = 2",
    "kind = 'peers', watchers = 'all', catch_up = 'none'",
    "kind = 'peers', watchers = 3, pick = 'random', direction = 'pull'",
    "kind = 'pairs'",
    "kind = 'gossip', fanout = 1",
    "kind = 'gossip', exchange = 'push-pull', jitter = [-0.2, 0.2]",
    "kind = 'gossip', exchange = 'pull'",
    "kind = 'gossip', exchange = 'digests', seeds = 2, fanout = 1",
];

/// What the network is like, and what goes wrong.
const WEATHERS: &[&str] = &[
    r#"
    network = { latency = { kind = "exponential", mean = "120ms" }, loss = 0.1 }
    faults = [
        { kind = "crash", nodes = "each", mtbf = "90s", for = { kind = "exponential", mean = "12s" } },
        { kind = "crash", nodes = "random:2", at = "1m", leaves = "refusal", for = "15s" },
        { kind = "crash", nodes = "n0", at = "100s" },
    ]"#,
    r#"
    network = { latency = { kind = "log-normal", median = "20ms", p99 = "100ms" }, loss = 0.02 }
    faults = [
        { kind = "pause", nodes = "each", mtbf = "40s", for = { kind = "log-normal", median = "2s", p99 = "10s" } },
        { kind = "pause", nodes = "random:3", at = "30s", for = "20s", stops = "application" },
        { kind = "pause", nodes = "all", at = "80s", for = "5s", inbox = 4, first = "inbox" },
        { kind = "slow", nodes = "n1..n3", at = "20s", for = "40s", adds = { kind = "exponential", mean = "300ms" } },
        { kind = "clock", nodes = "n0..n4", drift = -90000, at = "0s" },
        { kind = "clock", nodes = "all", drift = 70000, at = "30s", for = "50s" },
        { kind = "crash", nodes = "each", mtbf = "3m", for = "10s" },
    ]"#,
    r#"
    faults = [
        { kind = "partition", groups = ["n0..n4", "n5..n9"], at = "30s", for = "12s" },
        { kind = "partition", isolate = "random:2", direction = "in", every = "40s", for = "10s" },
        { kind = "partition", isolate = "n1..n4", direction = "out", at = "70s", for = "20s" },
        { kind = "degrade", nodes = "n2..n6", loss = 0.5, latency_factor = 8, at = "50s", for = "30s" },
        { kind = "crash", nodes = "random:2", at = "65s", for = "30s" },
    ]
    [network]
    latency = { kind = "uniform", min = "1ms", max = "300ms" }
    loss = 0.05
    duplicate = 0.1
    bursts = { good_to_bad = 0.03, bad_to_good = 0.2 }
    [[network.links]]
    from = "n0..n4"
    to = "all"
    transport = "tcp"
    rto = "700ms""#,
];

/// Beats on three channels, for those that push.
const CHANNELS: &str = r#"
    faults = [
        { kind = "crash", nodes = "each", mtbf = "90s", for = "12s" },
        { kind = "clock", nodes = "all", drift = 50000, at = "30s", for = "40s" },
    ]
    [network]
    alive_if = 2
    channels = [
        { name = "first", latency = { kind = "gamma", mean = "80ms", shape = 2 }, duplicate = 0.05 },
        { name = "second", loss = 0.3 },
        { name = "third", loss = 0.2, transport = "tcp", rto = "500ms" },
    ]"#;

fn scenario(name: &str, text: &str, shelf: impl Into<Shelf>, sets: &[String]) -> Result<Scenario, String> {
    let mut document = Document::parse(name, text)?;
    for set in sets {
        document.set(set)?;
    }
    Scenario::read(&document, shelf)
}

/// The same experiment before all judges that can judge it.
fn before_all<S: Into<Shelf>>(name: &str, text: &str, shelf: impl Fn() -> S, sets: &[&str]) -> Vec<Scenario> {
    let judged = |(detector, verdict): &(&str, &str)| {
        let mut all: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        all.push(format!("detector={{ {detector} }}").replace('\'', "\""));
        all.push(format!("verdict={{ {verdict} }}").replace('\'', "\""));
        scenario(name, text, shelf(), &all).ok()
    };
    JUDGES.iter().filter_map(judged).collect()
}

/// What was seen where judges agree with themselves.
#[derive(Default)]
struct Seen {
    judges: usize,
    declared: u64,
    mistakes: u64,
    returned: u64,
    causes: [u64; Cause::ALL.len()],
}

/// Each finds together with the others what it finds alone, in every field.
fn agree(name: &str, scenarios: &[Scenario], seen: &mut Seen) {
    let together: Vec<&Scenario> = scenarios.iter().collect();
    assert!(scenarios.iter().all(|other| scenarios[0].shares_traffic_with(other)), "{name}: other traffic");
    let hearing = Hearing { scenarios: &together, by_second: true };
    let heard = hearing.replication(1, &Meter::default()).expect("nobody says stop");
    assert_eq!(heard.len(), scenarios.len());
    for (number, (scenario, heard)) in scenarios.iter().zip(&heard).enumerate() {
        let alone = Simulation { scenario, by_second: true }.replication(1, &Meter::default());
        let alone: RunRecord = alone.expect("nobody says stop");
        assert_eq!(heard.digest, alone.digest, "{name}: judge {number} finds something else");
        assert_eq!(format!("{heard:?}"), format!("{alone:?}"), "{name}: judge {number} finds something else");
        seen.judges += 1;
        seen.declared += alone.detected();
        seen.mistakes += alone.findings.mistakes_total();
        seen.returned += alone.findings.mistakes_ended;
        for (sum, count) in seen.causes.iter_mut().zip(alone.findings.mistakes_by_cause) {
            *sum += count;
        }
    }
}

#[test]
fn judges_find_together_what_they_find_alone_under_every_topology_and_in_any_weather() {
    for topology in TOPOLOGIES {
        let mut seen = Seen::default();
        let pushes = topology.contains("centralized") && !topology.contains("acknowledge")
            || topology.contains("peers") && !topology.contains("pull");
        let topology_text = topology.replace('\'', "\"");
        for weather in WEATHERS.iter().chain(pushes.then_some(&CHANNELS)) {
            let text = format!(
                "duration = \"2m\"\nwarmup = \"10s\"\ncluster.nodes = 10\ntopology = {{ {topology_text} }}\n{weather}"
            );
            let place = [("topology.interval", "1s")].map(|(key, value)| format!("{key}={value}"));
            let scenarios = before_all("made-up.toml", &text, || Path::new("."), &[place[0].as_str()]);
            assert!(
                scenarios.len() >= 10,
                "{topology}: only {} judges can judge\n{weather}",
                scenarios.len()
            );
            assert!(!scenarios[0].topology.heeds_verdicts(), "{topology}");
            agree(topology, &scenarios, &mut seen);
        }
        assert!(seen.judges >= 30 && seen.declared > 100, "{topology}: {} deaths declared", seen.declared);
        assert!(seen.mistakes > 100 && seen.returned > 100, "{topology}: {} mistakes", seen.mistakes);
        for cause in [Cause::Loss, Cause::Latency, Cause::Partition, Cause::Pause] {
            assert!(seen.causes[cause as usize] > 0, "{topology}: no mistake by {cause:?}");
        }
    }
}

#[test]
fn judges_find_together_what_they_find_alone_in_every_scenario_that_ships_or_is_rich() {
    let mut by_kind: BTreeMap<String, Seen> = BTreeMap::new();
    for shipped in shipped::scenarios() {
        let cluster = scenario(shipped.name, shipped.text, Shelf::from(shipped.stock()), &[])
            .expect("it is valid")
            .cluster();
        // Large ones would take long, and are not more than small ones.
        if cluster.members > 300 {
            continue;
        }
        let scenarios = before_all(
            shipped.name,
            shipped.text,
            || Shelf::from(shipped.stock()),
            &["duration=100s", "warmup=5s"],
        );
        hear(shipped.name, &scenarios, &mut by_kind);
    }
    let rich = project().join("tests/rich");
    for entry in fs::read_dir(&rich).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).expect("a text");
            let name = path.to_string_lossy().into_owned();
            hear(&name, &before_all(&name, &text, || rich.as_path(), &[]), &mut by_kind);
        }
    }
    let kinds: Vec<&str> = by_kind.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["centralized", "gossip", "pairs", "peers", "pull"]);
    assert!(by_kind.values().all(|seen| seen.judges >= 10 && seen.declared > 0 && seen.mistakes > 0));
}

fn hear(name: &str, scenarios: &[Scenario], by_kind: &mut BTreeMap<String, Seen>) {
    if let Some(first) = scenarios.first()
        && !first.topology.heeds_verdicts()
    {
        agree(name, scenarios, by_kind.entry(first.topology.kind().to_owned()).or_default());
    }
}

/// What is said where a death makes nodes speak depends on who is held dead.
#[test]
fn where_verdicts_are_heeded_nobody_shares_a_traffic() {
    for topology in [
        "kind = 'centralized', monitors = 2, replication = 'standby'",
        "kind = 'centralized', monitors = 3, quorum = 2",
        "kind = 'pull', monitors = 2, quorum = 2",
        "kind = 'gossip', shuns = 'dead'",
        "kind = 'peers', watchers = 3, quorum = 2",
        "kind = 'hierarchical'",
        "kind = 'leader'",
    ] {
        let topology = topology.replace('\'', "\"");
        let text = format!("cluster.nodes = 10\ntopology = {{ {topology} }}");
        let scenarios = before_all("heeds.toml", &text, || Path::new("."), &[]);
        assert!(!scenarios.is_empty(), "{topology}");
        assert!(!scenarios[0].shares_traffic_with(&scenarios[0]), "{topology}");
    }
    let swim = "cluster.nodes = 10\ntopology.kind = \"swim\"";
    let swim = scenario("swim.toml", swim, Path::new("."), &[]).expect("it is valid");
    assert!(!swim.shares_traffic_with(&swim));
}

/// What is said of an experiment, and what must come out, changes nothing that happens.
#[test]
fn scenarios_share_their_traffic_unless_something_else_is_different() {
    let text = "cluster.nodes = 10\ntopology.kind = \"centralized\"\ndetector = { kind = \"timeout\", timeout = \"3s\" }";
    let read = |sets: &[&str]| {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        scenario("one.toml", text, Path::new("."), &sets).unwrap_or_else(|complaint| panic!("{complaint}"))
    };
    let plain = read(&[]);
    for same in [
        "detector.timeout=4s",
        "detector={ kind = \"phi\" }",
        "detector.check={ every = \"1s\" }",
        "verdict.confirm_after=2s",
        "verdict.flap_within=2s",
        "name=other",
        "about=something else",
        "try=that",
    ] {
        assert!(plain.shares_traffic_with(&read(&[same])), "{same}");
    }
    for other in [
        "seed=2",
        "duration=5m",
        "warmup=1m",
        "replications=2",
        "cluster.nodes=11",
        "topology.interval=2s",
        "topology.monitors=2",
        "topology.message_bytes=1000",
        "network.loss=0.1",
        "faults=[{ kind = \"crash\", nodes = \"n0\", at = \"1m\" }]",
    ] {
        assert!(!plain.shares_traffic_with(&read(&[other])), "{other}");
    }
}
