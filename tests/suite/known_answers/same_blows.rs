//! What goes wrong is the same whatever watches over it: the moments of crashes and pauses are those of the
//! faults, the seed and the node.

use hbsim::engine::cluster::NodeId;
use hbsim::engine::time::Time;

use super::experiment::{read, simulate};
use super::sheet::Sheet;

/// Every topology, and a detector that it can have.
const WATCHES: [(&str, &str); 12] = [
    ("kind = \"centralized\"", TIMEOUT),
    ("kind = \"centralized\", monitors = 3, quorum = 2, phase = \"aligned\"", TICKS),
    ("kind = \"centralized\", monitors = 2, replication = \"standby\"", MISSES),
    ("kind = \"pull\"", MISSES),
    ("kind = \"peers\"", TIMEOUT),
    ("kind = \"peers\", direction = \"pull\", quorum = 2", MISSES),
    ("kind = \"pairs\"", TIMEOUT),
    ("kind = \"gossip\"", TIMEOUT),
    ("kind = \"swim\"", ""),
    ("kind = \"swim\", lifeguard = false, suspicion_mult = 0", ""),
    ("kind = \"hierarchical\", coordinators = 2, globals = 2", TIMEOUT),
    ("kind = \"leader\", election_timeout = [\"3s\", \"6s\"]", TIMEOUT),
];
const TIMEOUT: &str = "detector = { kind = \"timeout\", timeout = \"2.5s\" }";
const MISSES: &str = "detector = { kind = \"misses\", misses = 3 }";
const TICKS: &str = "detector = { kind = \"misses\", misses = 2, counted = \"ticks\" }";

const CRASHES: &str = "
[[faults]]
kind = \"crash\"
nodes = \"each\"
mtbf = \"2m\"
for = { kind = \"log-normal\", median = \"8s\", p99 = \"60s\" }
[[faults]]
kind = \"crash\"
nodes = \"random:4\"
at = { between = [\"30s\", \"90s\"] }
every = \"2m\"
for = \"20s\"
";

const PAUSES: &str = "
[[faults]]
kind = \"pause\"
nodes = \"each\"
mtbf = \"30s\"
for = { kind = \"exponential\", mean = \"3s\" }
";

const OTHERS: &str = "
[[faults]]
kind = \"partition\"
isolate = \"random:5\"
mtbf = \"60s\"
for = \"9s\"
[[faults]]
kind = \"clock\"
nodes = \"n3..n7\"
at = \"20s\"
drift = -20000
";

fn scenario((topology, detector): (&str, &str), network: &str, faults: &str) -> hbsim::scenario::Scenario {
    read(&format!(
        "name = \"same\"\nseed = 6101\nduration = \"10m\"\nreplications = 3\ncluster = {{ nodes = 24 }}\n\
         topology = {{ interval = \"1s\", {topology} }}\n{detector}\nnetwork = {{ {network} }}\n{faults}"
    ))
}

#[test]
fn crashes_are_the_same_under_every_topology_and_detector() {
    let mut sheet = Sheet::of("same-crashes");
    let crashes =
        |watch: (&str, &str), network: &str, faults: &str| -> Vec<Vec<(NodeId, Time, Option<Time>)>> {
            let of = |run: hbsim::measures::RunRecord| {
                let crashes = run.findings.crashes.iter();
                let mut crashes: Vec<_> =
                    crashes.map(|crash| (crash.node, crash.at, crash.restarted)).collect();
                crashes.sort_unstable();
                crashes
            };
            simulate(&scenario(watch, network, faults)).into_iter().map(of).collect()
        };
    let known = crashes(WATCHES[0], "loss = 0.0", CRASHES);
    let faults = [CRASHES, PAUSES, OTHERS].concat();
    for watch in WATCHES {
        let found = crashes(watch, "loss = 0.1, duplicate = 0.1", &faults);
        assert_eq!(found, known, "{watch:?}");
        for (run, (known, found)) in known.iter().zip(&found).enumerate() {
            let label = format!("{} {} run {run}", watch.0, watch.1).replace('"', "'");
            sheet.exact(&label, "the same crashes", known.len() as f64, found.len() as f64);
        }
    }
    sheet.close();
}

/// Whoever hears the beats of a node hears how long it stood still.
#[test]
fn pauses_are_the_same_for_all_who_hear_beats() {
    let mut sheet = Sheet::of("same-pauses");
    let hearing = ["kind = \"centralized\"", "kind = \"peers\", watchers = 1", "kind = \"pairs\""];
    let mistakes = |topology: &str, timeout: &str| -> Vec<Vec<(NodeId, Time)>> {
        let detector = format!("detector = {{ kind = \"timeout\", timeout = \"{timeout}\" }}");
        let of = |run: hbsim::measures::RunRecord| {
            let mistakes = run.findings.mistakes.iter();
            // One that stands still itself hears later, and so does one who watched it.
            let mut woke: Vec<_> = mistakes.map(|mistake| (mistake.pair.subject, mistake.end)).collect();
            woke.sort_unstable();
            woke
        };
        let faults = PAUSES.replace("each", "n0").replace("mean = \"3s\"", "mean = \"4s\"");
        simulate(&scenario((topology, &detector), "", &faults)).into_iter().map(of).collect()
    };
    let known = mistakes(hearing[0], "3s");
    for topology in hearing {
        for timeout in ["3s", "6s"] {
            for (run, (known, found)) in known.iter().zip(mistakes(topology, timeout)).enumerate() {
                let found: Vec<_> = found.into_iter().filter(|(node, _)| node.0 == 0).collect();
                let again = found.iter().filter(|woke| known.contains(woke)).count();
                let label = format!("{topology} timeout={timeout} run {run}").replace('"', "'");
                let all = if timeout == "3s" { known.len() } else { found.len() };
                sheet.exact(&label, "wakes at the same moments", all as f64, again as f64);
            }
        }
    }
    sheet.close();
}

/// All stand still for a while. When they have woken, each does what it was about to do, and a crash later on
/// is found out like any other.
#[test]
fn whoever_stood_still_watches_again() {
    let mut sheet = Sheet::of("watch-again");
    for watch in WATCHES {
        let pause = |nodes: &str| {
            format!("[[faults]]\nkind = \"pause\"\nnodes = \"{nodes}\"\nat = \"60s\"\nfor = \"15s\"\n")
        };
        let crash = |nodes: &str, at: &str| {
            format!("[[faults]]\nkind = \"crash\"\nnodes = \"{nodes}\"\nat = \"{at}\"\n")
        };
        let mut faults = pause("all") + &crash("n5", "5m");
        if ["kind = \"centralized\"", "kind = \"pull\""].iter().any(|kind| watch.0.starts_with(kind)) {
            faults += &pause("monitors");
        }
        if watch.0.contains("hierarchical") {
            faults += &(pause("coordinators") + &pause("globals"));
        }
        if watch.0.contains("leader") {
            faults += &crash("leader", "4m");
        }
        for run in simulate(&scenario(watch, "", &faults)) {
            let label = format!("{} {} run {}", watch.0, watch.1, run.replication).replace('"', "'");
            // Who leads may be the one that crashes in any case.
            let crashes = run.findings.crashes.len() as f64;
            assert!(crashes > 0.0, "{label}");
            sheet.exact(&label, "crashes that are found out", crashes, run.detected() as f64);
        }
    }
    sheet.close();
}

/// A leader that stood still, with all others, still counts who answers. So it gives up when it is cut off,
/// before another leads.
#[test]
fn a_leader_that_stood_still_still_counts_who_answers() {
    let faults = "[[faults]]\nkind = \"pause\"\nnodes = \"all\"\nat = \"60s\"\nfor = \"15s\"\n\
                  [[faults]]\nkind = \"partition\"\nisolate = \"leader\"\nat = \"3m\"\nfor = \"2m\"\n";
    let topology =
        "kind = \"leader\", election_timeout = [\"3s\", \"6s\"], check_quorum = true, pre_vote = true";
    let mut sheet = Sheet::of("counts-again");
    for run in simulate(&scenario((topology, TIMEOUT), "", faults)) {
        let leadership = run.findings.leadership.expect("somebody leads");
        let label = format!("run {}", run.replication);
        assert!(leadership.elections >= 2, "{label}: another leads: {leadership:?}");
        sheet.exact(&label, "two leaders (s)", 0.0, leadership.two_leaders_nanos as f64 / 1e9);
    }
    sheet.close();
}
