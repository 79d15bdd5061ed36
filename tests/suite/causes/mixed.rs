//! Everything goes wrong at once, to a few nodes, under every topology: whatever comes of it, the books balance and the
//! parts sum to the totals. The scenarios are made up by lot, always the same ones.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hbsim::engine::findings::{Cause, Missing};
use hbsim::engine::random::{Purpose, Stream, Streams};
use hbsim::measures::{RunRecord, find, summarise};

use super::{run, scenario};

/// How many scenarios are made up.
const SCENARIOS: u64 = 200;

/// Draws by lot.
struct Lot(Stream);

impl Lot {
    fn below(&mut self, bound: usize) -> usize {
        (self.0.unit() * bound as f64) as usize
    }

    fn happens(&mut self, probability: f64) -> bool {
        self.0.unit() < probability
    }

    fn pick(&mut self, items: &[&'static str]) -> &'static str {
        items[self.below(items.len())]
    }

    /// A number of milliseconds between these.
    fn millis(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least)
    }
}

/// Topologies: their keys, and which nodes there are besides members.
const TOPOLOGIES: [(&str, &[&str]); 18] = [
    ("kind = \"centralized\"", &["m0"]),
    ("kind = \"centralized\", phase = \"aligned\", catch_up = \"all\"", &["m0"]),
    ("kind = \"centralized\", monitors = 3, quorum = 2, jitter = [-0.2, 0.2]", &["m0", "m1..m2", "monitors"]),
    (
        "kind = \"centralized\", monitors = 2, replication = \"standby\", acknowledge = true",
        &["m0", "m1", "monitors"],
    ),
    ("kind = \"centralized\", acknowledge = true, pace = \"fixed-delay\"", &["m0"]),
    ("kind = \"centralized\", capacity = { per_message = \"80ms\", queue = 6 }", &["m0"]),
    ("kind = \"pull\", probe_timeout = \"400ms\"", &["m0"]),
    ("kind = \"pull\", depth = \"application\", pace = \"fixed-delay\", probe_timeout = \"400ms\"", &["m0"]),
    (
        "kind = \"pull\", monitors = 2, replication = \"standby\", catch_up = \"none\"",
        &["m0", "m1", "monitors"],
    ),
    ("kind = \"peers\", watchers = \"all\", quorum = 2", &["n4"]),
    ("kind = \"peers\", watchers = 2, direction = \"pull\"", &["n4"]),
    ("kind = \"pairs\"", &["n4"]),
    ("kind = \"gossip\", fanout = 1", &["n4"]),
    ("kind = \"gossip\", fanout = 2, exchange = \"pull\"", &["n4"]),
    ("kind = \"swim\"", &["n4"]),
    ("kind = \"swim\", lifeguard = false, suspicion_mult = 1, gossip_interval = \"0s\"", &["n4"]),
    (
        "kind = \"hierarchical\", coordinators = 2, globals = 2, quorum = 2, capacity = { per_message = \"30ms\" }",
        &["c-all-0", "coordinators", "globals"],
    ),
    ("kind = \"leader\", pre_vote = true, check_quorum = true", &["leader", "n4"]),
];

const NETWORKS: [&str; 8] = [
    "latency = { kind = \"exponential\", mean = \"40ms\" }",
    "loss = 0.1",
    "latency = { kind = \"pareto\", scale = \"5ms\", shape = 1.2, cap = \"1s\" }, loss = 0.02",
    "latency = { kind = \"exponential\", mean = \"40ms\" }, duplicate = 0.2, loss = 0.05",
    "bursts = { good_to_bad = 0.05, bad_to_good = 0.3 }, duplicate = 0.1",
    "transport = \"tcp\", rto = \"200ms\", loss = 0.1, latency = { kind = \"exponential\", mean = \"40ms\" }",
    "transport = \"tcp\", rto = \"1s\", bursts = { good_to_bad = 0.05, bad_to_good = 0.3 }",
    "links = [{ from = \"n0..n1\", to = \"all\", transport = \"tcp\", loss = 0.3 }, \
     { from = \"n2\", to = \"n0\", latency = { kind = \"constant\", value = \"900ms\" } }]",
];

const CHANNELS: &str = "alive_if = 2, channels = [{ name = \"one\", loss = 0.1 }, { name = \"two\", transport = \"tcp\" }, \
                        { name = \"three\", duplicate = 0.2, latency = { kind = \"exponential\", mean = \"100ms\" } }]";

const VERDICTS: [&str; 4] =
    ["confirm_after = \"0s\"", "confirm_after = \"400ms\"", "successes = 3", "local_pause_guard = \"700ms\""];

/// All crash at this second, for good, and what they said is settled by the end, whatever is sent again.
const LAST_S: usize = 45;

/// A scenario of a few nodes and many faults.
fn made_up(number: u64) -> String {
    let mut lot = Lot(Streams::new(number, 0).of(Purpose::Choice).at(1, 1));
    let (topology, others) = TOPOLOGIES[(number % TOPOLOGIES.len() as u64) as usize];
    let [leads, swims] = ["leader", "swim"].map(|kind| topology.contains(&format!("\"{kind}\"")));
    let mut lines = vec![
        format!("seed = {number}"),
        format!("duration = \"{}s\"", 2 * LAST_S + 10),
        "replications = 2".to_owned(),
        format!("cluster = {{ nodes = {} }}", 5 + lot.below(8)),
        format!("topology = {{ {topology} }}"),
    ];
    if !swims {
        let timeout = if leads { lot.millis(100, 600) } else { lot.millis(900, 4000) };
        lines.push(format!("detector = {{ kind = \"timeout\", timeout = \"{timeout}ms\" }}"));
        lines.push(format!("verdict = {{ {} }}", lot.pick(&VERDICTS)));
    }
    let takes_channels = topology == TOPOLOGIES[0].0 || topology == TOPOLOGIES[9].0;
    let network = if takes_channels && lot.happens(0.5) { CHANNELS } else { lot.pick(&NETWORKS) };
    lines.push(format!("network = {{ {network} }}"));
    for _ in 0..4 + lot.below(8) {
        lines.push(format!("[[faults]]\n{}", fault(&mut lot, others)));
    }
    let roles: Vec<&str> = ["monitors", "coordinators", "globals"]
        .into_iter()
        .filter(|role| others.contains(role) || *role == "monitors" && others[0] == "m0")
        .collect();
    lines.push(format!(
        "[[faults]]\nkind = \"crash\"\nnodes = {:?}\nat = \"{LAST_S}s\"",
        [&["all"], &roles[..]].concat()
    ));
    lines.join("\n")
}

/// A fault of any kind, often of the same few nodes as others.
fn fault(lot: &mut Lot, others: &[&'static str]) -> String {
    let nodes = match lot.below(3) {
        0 => others[lot.below(others.len())],
        1 => lot.pick(&["n0", "n0", "n1", "n0..n2"]),
        _ => lot.pick(&["random:2", "n1..n3", "all", "each"]),
    };
    let strikes = format!("nodes = \"{nodes}\"");
    let what = match lot.below(9) {
        0 | 1 => format!("kind = \"crash\"\n{strikes}\nleaves = \"{}\"", lot.pick(&["silence", "refusal"])),
        2 => format!("kind = \"pause\"\n{strikes}\nfirst = \"{}\"", lot.pick(&["clock", "inbox"])),
        3 => format!("kind = \"pause\"\n{strikes}\ninbox = {}", lot.below(4)),
        4 => format!(
            "kind = \"slow\"\n{strikes}\nadds = {{ kind = \"exponential\", mean = \"{}ms\" }}",
            lot.millis(1, 400)
        ),
        5 if nodes != "all" => format!(
            "kind = \"partition\"\nisolate = \"{nodes}\"\ndirection = \"{}\"",
            lot.pick(&["both", "in", "out"])
        ),
        5 | 6 => "kind = \"partition\"\ngroups = [\"n0..n1\", \"n2..n3\"]".to_owned(),
        7 => format!(
            "kind = \"degrade\"\n{strikes}\nloss = 0.{}\nlatency_factor = {}.5",
            lot.below(10),
            lot.below(3)
        ),
        _ => format!(
            "kind = \"clock\"\n{strikes}\ndrift = {}",
            lot.pick(&["-500000", "-200", "900", "3000000", "9000000"])
        ),
    };
    let when = match lot.below(4) {
        0 if nodes == "each" => format!("mtbf = \"{}ms\"", lot.millis(8000, 60_000)),
        0 => format!("every = \"{}ms\"", lot.millis(3000, 20_000)),
        1 => format!("at = {{ between = [\"1s\", \"{}ms\"] }}", lot.millis(2000, 40_000)),
        _ => format!("at = \"{}ms\"", lot.millis(0, 40_000)),
    };
    let length = match lot.below(3) {
        0 => format!("for = {{ kind = \"exponential\", mean = \"{}ms\" }}", lot.millis(500, 8000)),
        _ => format!("for = \"{}ms\"", lot.millis(300, 9000)),
    };
    format!("{what}\n{when}\n{length}")
}

/// Once nothing is on the way any more, every message has met one end, kind by kind: and those that were shown twice
/// one more.
fn books_balance(run: &RunRecord, duplicates: bool) {
    let traffic = &run.traffic;
    for (kind, name) in traffic.kinds.iter().enumerate() {
        let ends = [&traffic.delivered, &traffic.lost, &traffic.cut, &traffic.dropped];
        let (sent, ended) = (traffic.sent[kind], ends.iter().map(|counts| counts[kind]).sum::<u64>());
        let balance = if duplicates { sent <= ended && ended <= 2 * sent } else { sent == ended };
        assert!(balance, "{sent} messages of kind {name} were sent, and {ended} met their ends: {traffic:?}");
    }
}

fn parts_sum_to_totals(run: &RunRecord) {
    let findings = &run.findings;
    let mut causes = [0; Cause::ALL.len()];
    for mistake in &findings.mistakes {
        causes[mistake.cause as usize] += 1;
        let ours = mistake.missing.cause();
        assert!(ours.is_none_or(|cause| cause == mistake.cause), "{mistake:?}");
        assert!(mistake.cause != Cause::Relay || mistake.missing == Missing::default(), "{mistake:?}");
        assert!(mistake.start <= mistake.end && mistake.last_heard <= Some(mistake.start), "{mistake:?}");
        assert!(mistake.late.is_none_or(|late| late <= mistake.end - mistake.start), "{mistake:?}");
    }
    assert_eq!(causes, findings.mistakes_by_cause);
    assert!(findings.false_positives <= findings.mistakes_total(), "{findings:?}");
    assert!(
        findings.wrong_nanos <= findings.pair_nanos,
        "{} of {}",
        findings.wrong_nanos,
        findings.pair_nanos
    );
    let measures = summarise(std::slice::from_ref(run));
    let value = |name: &str| find(&measures, name).map(|estimate| estimate.value);
    for (total, sum) in
        [("mistakes", findings.mistakes_total()), ("false_suspicions", findings.false_suspicions_total())]
    {
        // What is said to be impossible did not happen.
        let parts = Cause::ALL
            .map(|cause| value(&format!("{total}_{}", cause.word().replace('-', "_"))).unwrap_or(0.0));
        assert_eq!(value(total), Some(sum as f64), "{total}");
        assert_eq!(parts.iter().sum::<f64>(), sum as f64, "{total}: {parts:?}");
    }
    let accuracy = value("query_accuracy").unwrap_or(1.0);
    assert!((0.0..=1.0).contains(&accuracy), "{accuracy}");
}

#[test]
fn whatever_goes_wrong_the_books_balance_and_the_parts_sum_to_the_totals() {
    let mut failures = Vec::new();
    for number in 0..SCENARIOS {
        let text = made_up(number);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let scenario = scenario(&text);
            let runs = run(&scenario, 1);
            for run in &runs {
                books_balance(run, text.contains("duplicate"));
                parts_sum_to_totals(run);
            }
            let digests = |runs: &[RunRecord]| runs.iter().map(|run| run.digest).collect::<Vec<_>>();
            assert_eq!(digests(&runs), digests(&run(&scenario, 2)), "again, and on two threads");
        }));
        if outcome.is_err() {
            failures.push(number);
        }
    }
    let shown: String = failures.iter().take(3).map(|number| format!("{}\n\n", made_up(*number))).collect();
    assert!(failures.is_empty(), "these fail, for reasons told above: {failures:?}\n{shown}");
}

#[test]
fn a_message_that_is_shown_twice_meets_two_ends() {
    let text = "topology = { kind = \"centralized\", phase = \"aligned\" }\nnetwork.duplicate = 1.0\n\
                duration = \"20500ms\"\ndetector = { kind = \"timeout\", timeout = \"3s\" }";
    let faults = "[[faults]]\nkind = \"partition\"\nisolate = \"n0\"\nat = \"5s\"\nfor = \"4500ms\"\n\
                  [[faults]]\nkind = \"pause\"\nnodes = \"m0\"\ninbox = 2\nat = \"11500ms\"\nfor = \"1s\"";
    let runs = run(&scenario(&format!("{text}\n{faults}")), 1);
    let traffic = &runs[0].traffic;
    // Sent at 0 s, 1 s … 20 s. At the wall five beats are stopped, each before there are two of it; of
    // the six at the inbox two find room.
    let counts = [traffic.sent[0], traffic.delivered[0], traffic.lost[0], traffic.cut[0], traffic.dropped[0]];
    assert_eq!(counts, [63, 2 * (63 - 5) - 4, 0, 5, 4]);
}
