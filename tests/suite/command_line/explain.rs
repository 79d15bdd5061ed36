//! `hbsim explain` tells what theory says, and no run of a shipped scenario contradicts it.

use std::fs;

use super::{done, fed};
use crate::program::{hbsim, project};

/// What is asked, and the file that holds the answer.
const EXPLAINED: &[(&str, &[&str])] = &[
    ("push", &["first"]),
    ("push-and-run", &["first", "--run", "--replications", "10"]),
    ("rare", &["rare-mistakes"]),
    ("asked", &["pull"]),
    ("probed", &["swim"]),
    ("two-storeys", &["hierarchical"]),
    ("followed", &["leader"]),
    ("overloaded", &["overload"]),
    ("unknown", &["bad-hour"]),
    ("json", &["ties", "--format", "json"]),
];

#[test]
fn what_theory_says_is_told_as_ever() {
    for (name, arguments) in EXPLAINED {
        let told = done(&[&["explain", "--quiet"], *arguments].concat());
        assert_eq!(told.err, "", "{name}");
        let file = project().join("tests/explain").join(format!("{name}.txt"));
        if std::env::var_os("HBSIM_REWRITE_EXPLANATIONS").is_some() {
            fs::write(&file, &told.out).expect("a file");
        }
        let is_page = !arguments.contains(&"json");
        let fits = told.out.lines().all(|line| line.chars().count() <= 80);
        assert!(fits || !is_page, "{name}\n{}", told.out);
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(told.out, expected, "{name}: hbsim explain {}", arguments.join(" "));
    }
}

/// Scenarios that take long, with what makes them shorter.
const SHORTER: &[(&str, &[&str])] = &[
    ("lease", &["--set", "duration=30m", "--set", "faults.0.at.between=[\"2m\",\"28m\"]"]),
    ("replicated-monitors", &["--set", "duration=20m", "--set", "faults.0.at.between=[\"2m\",\"18m\"]"]),
    ("fall-and-rise", &["--set", "duration=1h", "--set", "faults.0.at.between=[\"5m\",\"50m\"]"]),
];

/// How many claims agree in a shipped scenario at least, so that theory does not fall silent unnoticed.
const AT_LEAST: &[(&str, usize)] = &[
    ("first", 6),
    ("scan", 6),
    ("timeout-or-misses", 6),
    ("pull", 6),
    ("hierarchical", 3),
    ("leader", 1),
    ("peers", 4),
    ("same-crashes/centralized", 5),
    ("same-crashes/gossip", 1),
    ("same-crashes/swim", 1),
];

#[test]
fn no_run_of_a_shipped_scenario_contradicts_theory() {
    let list = done(&["list"]).out;
    // The list ends with an empty line, and what to do next.
    let scenarios = list.lines().take_while(|line| !line.is_empty());
    let names: Vec<&str> = scenarios.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 30, "{list}");
    let mut agreed = Vec::new();
    for name in names {
        let shorter = SHORTER.iter().find(|(long, _)| *long == name).map_or(&[][..], |(_, sets)| sets);
        let asked = ["explain", name, "--run", "--quiet", "--format", "json", "--replications", "6"];
        let told = done(&[&asked[..], shorter].concat());
        let count = |verdict: &str| told.out.matches(&format!("\"verdict\": \"{verdict}\"")).count();
        assert_eq!(count("disagrees"), 0, "{name}\n{}", told.out);
        agreed.push((name.to_owned(), count("agrees")));
    }
    for (name, least) in AT_LEAST {
        let found = agreed.iter().find(|(known, _)| known == name).map_or(0, |(_, found)| *found);
        assert!(found >= *least, "{name}: {found} claims agree, not {least}; {agreed:?}");
    }
}

const QUIET: &str = "replications = 3\nduration = '5m'\nwarmup = '1m'\nnetwork.latency = { kind = 'constant', value = \
                     '1ms' }\n";

/// FT-07 and HI-01: who speaks, and the messages of a second, which the runs agree with to the last one.
#[test]
fn theory_counts_the_messages_of_every_topology() {
    let timeout = "detector = { kind = 'timeout', timeout = '60s' }\n";
    let regions = "cluster.regions = { a = 250, b = 250 }\n";
    for (topology, judged, members, messages) in [
        ("kind = 'centralized', interval = '2s'", timeout, "cluster.nodes = 500\n", "250"),
        (
            "kind = 'centralized', interval = '2s', acknowledge = true",
            timeout,
            "cluster.nodes = 500\n",
            "500",
        ),
        ("kind = 'pull', interval = '2s'", timeout, "cluster.nodes = 500\n", "500"),
        ("kind = 'peers', interval = '2s', watchers = 2", timeout, "cluster.nodes = 100\n", "100"),
        ("kind = 'peers', interval = '2s', watchers = 'all'", timeout, "cluster.nodes = 100\n", "4950"),
        (
            "kind = 'peers', interval = '2s', watchers = 2, direction = 'pull'",
            timeout,
            "cluster.nodes = 100\n",
            "200",
        ),
        ("kind = 'gossip', interval = '2s', fanout = 3", timeout, "cluster.nodes = 100\n", "150"),
        (
            "kind = 'gossip', interval = '2s', fanout = 3, exchange = 'push-pull'",
            timeout,
            "cluster.nodes = 100\n",
            "300",
        ),
        ("kind = 'swim', interval = '2s', push_pull_interval = '0s'", "", "cluster.nodes = 100\n", "100"),
        ("kind = 'hierarchical', interval = '2s', uplink = { interval = '5s' }", timeout, regions, "250.4"),
    ] {
        let text = format!("{QUIET}{members}{judged}topology = {{ {topology} }}");
        let told = fed(&text, &["explain", "-", "--run", "--quiet", "--format", "json"]);
        assert_eq!(told.code, Some(0), "{topology}\n{}", told.err);
        let first = told.out.split("\n    }").next().unwrap_or_default();
        assert!(first.contains(&format!("\"value\": {messages},\n")), "{topology}\n{first}");
        assert!(first.contains("\"verdict\": \"agrees\""), "{topology}\n{first}");
    }
}

/// How real systems judge: the topology, the detector, the network, who crashes, and how many claims about detection
/// agree.
const JUDGED: &[(&str, &str, &str, &str, usize)] = &[
    // A lease that is renewed ten seconds after the last renewal was answered, and noticed by a scan.
    (
        "kind = 'centralized', interval = '10s', jitter = [0, 0.04], acknowledge = true, pace = 'fixed-delay'",
        "kind = 'timeout', timeout = '39.999s', stamp = 'noticed', check = { every = '5s' }",
        "kind = 'uniform', min = '1ms', max = '500ms'",
        "",
        3,
    ),
    // Beats that wait for answers which have no greatest delay.
    (
        "kind = 'centralized', interval = '3500ms', acknowledge = true, pace = 'fixed-delay'",
        "kind = 'timeout', timeout = '10s', check = { every = '500ms' }",
        "kind = 'log-normal', mean = '50ms', deviation = '20ms'",
        "",
        2,
    ),
    (
        "kind = 'centralized', interval = '300ms', jitter = [-0.25, 0], pace = 'fixed-delay'",
        "kind = 'timeout', timeout = '900ms'",
        "kind = 'constant', value = '5ms'",
        "",
        3,
    ),
    (
        "kind = 'centralized', interval = '1s', jitter = [-0.3, 0.3]",
        "kind = 'timeout', timeout = '3s', stamp = 'sent'",
        "kind = 'exponential', mean = '20ms'",
        "",
        3,
    ),
    // Questions that wait for the end of the one before, and hosts that refuse them.
    (
        "kind = 'pull', interval = '2s', probe_timeout = '2s', pace = 'fixed-delay'",
        "kind = 'misses', misses = 3",
        "kind = 'uniform', min = '0ms', max = '400ms'",
        "",
        3,
    ),
    (
        "kind = 'pull', interval = '1s', probe_timeout = '10s', pace = 'fixed-delay'",
        "kind = 'misses', misses = 3",
        "kind = 'constant', value = '50ms'",
        "",
        3,
    ),
    (
        "kind = 'pull', interval = '2s', probe_timeout = '2s', pace = 'fixed-delay'",
        "kind = 'misses', misses = 3",
        "kind = 'constant', value = '100ms'",
        "leaves = 'refusal', ",
        3,
    ),
    (
        "kind = 'pull', interval = '10s', probe_timeout = '1s'",
        "kind = 'misses', misses = 3, margin = '500ms'",
        "kind = 'constant', value = '100ms'",
        "leaves = 'refusal', ",
        3,
    ),
    (
        "kind = 'peers', watchers = 1, direction = 'pull', interval = '1s', pace = 'fixed-delay'",
        "kind = 'misses', misses = 3",
        "kind = 'constant', value = '100ms'",
        "",
        3,
    ),
    // Several who ask or scan at moments of their own.
    (
        "kind = 'pull', monitors = 3, quorum = 2, interval = '1s'",
        "kind = 'misses', misses = 1, margin = '29s'",
        "kind = 'constant', value = '50ms'",
        "",
        3,
    ),
    (
        "kind = 'pull', monitors = 4, quorum = 3, interval = '2s'",
        "kind = 'misses', misses = 2, check = { every = '3s' }",
        "kind = 'constant', value = '400ms'",
        "",
        3,
    ),
    (
        "kind = 'peers', watchers = 9, direction = 'pull', interval = '1s'",
        "kind = 'phi', model = 'logistic', threshold = 8, acceptable_pause = '3s', check = { every = '1s' }",
        "kind = 'constant', value = '1ms'",
        "",
        3,
    ),
    (
        "kind = 'centralized', monitors = 5, quorum = 3, interval = '2s'",
        "kind = 'timeout', timeout = '6s', check = { every = '3s' }",
        "kind = 'constant', value = '400ms'",
        "",
        3,
    ),
    (
        "kind = 'peers', watchers = 4, interval = '2s', jitter = [-0.3, 0.3]",
        "kind = 'timeout', timeout = '6s', stamp = 'noticed', check = { every = '3500ms' }",
        "kind = 'constant', value = '5ms'",
        "",
        3,
    ),
];

/// Beside the messages, which are known of all of them.
#[test]
fn theory_knows_how_soon_real_systems_detect_a_crash() {
    for (topology, detector, latency, leaves, known) in JUDGED {
        let text = format!(
            "replications = 20\nduration = '6m'\nwarmup = '1m'\ncluster.nodes = 200\ntopology = {{ {topology} }}\n\
             detector = {{ {detector} }}\nnetwork.latency = {{ {latency} }}\n\
             faults = [{{ kind = 'crash', {leaves}nodes = 'random:8', at = {{ between = ['90s', '5m'] }} }}]"
        );
        let told = fed(&text, &["explain", "-", "--run", "--quiet", "--format", "json"]);
        assert_eq!(told.code, Some(0), "{text}\n{}", told.err);
        let agree = |topic: &str| {
            let claims =
                told.out.split("\n    }").filter(|claim| claim.contains(&format!("\"topic\": \"{topic}\"")));
            claims.filter(|claim| claim.contains("\"verdict\": \"agrees\"")).count()
        };
        assert!(!told.out.contains("\"verdict\": \"disagrees\""), "{text}\n{}", told.out);
        assert_eq!(agree("detection of a crash"), *known, "{text}\n{}", told.out);
        assert!(agree("messages") >= 2, "{text}\n{}", told.out);
    }
}

#[test]
fn runs_that_are_too_short_to_see_a_mistake_are_told_so() {
    let told =
        done(&["explain", "lossy-network", "--set", "detector.timeout=20.5s", "--set", "faults=[]"]).out;
    assert!(told.contains("probability of seeing none"), "{told}");
}

#[test]
fn a_wrong_option_is_refused() {
    for arguments in [&["explain"][..], &["explain", "first", "--format", "csv"], &["explain", "nowhere"]] {
        let said = hbsim(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
    }
}
