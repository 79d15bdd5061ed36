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
