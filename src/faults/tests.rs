//! What each fault plans, read from a scenario as users write it.

use std::path::Path;

use super::plan_all;
use crate::document::Document;
use crate::engine::model::{Change, Whom};
use crate::engine::random::Streams;
use crate::engine::time::Time;
use crate::scenario::Scenario;
use crate::topologies::Layout;

const TIMEOUT: &str = "detector = { kind = 'timeout', timeout = '3s' }";
const MONITORED: &str = "topology = { kind = 'centralized', monitors = 2 }";
const REGIONS: &str = "cluster.regions = { eu = 4, us = 6 }";

/// A scenario of an hour with these faults, after other lines.
fn scenario(head: &[&str], faults: &[&str]) -> Scenario {
    let tables: String = faults.iter().map(|fault| format!("[[faults]]\n{fault}\n")).collect();
    let text = format!("duration = '1h'\n{}\n{tables}", head.join("\n"));
    let document = Document::parse("faults", &text).expect("it is TOML");
    Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}"))
}

fn plan(scenario: &Scenario, replication: u64) -> Vec<(Time, Change)> {
    let streams = Streams::new(scenario.seed, replication);
    plan_all(&scenario.faults, &scenario.cluster(), Time::ZERO + scenario.duration, streams)
}

/// The plan of one fault in a cluster of ten nodes in two regions with two monitors.
fn plan_of(fault: &str) -> Vec<(Time, Change)> {
    plan(&scenario(&[REGIONS, MONITORED, TIMEOUT], &[fault]), 0)
}

fn begins(plan: &[(Time, Change)]) -> Vec<(Time, u64, Whom, String)> {
    let begin = |(time, change): &(Time, Change)| match change {
        Change::Begin { strike, whom, blow } => Some((*time, *strike, *whom, format!("{blow:?}"))),
        Change::End { .. } => None,
    };
    plan.iter().filter_map(begin).collect()
}

#[test]
fn each_fault_deals_the_blow_that_its_keys_say() {
    for (keys, whom, blow) in [
        (
            "kind = 'pause'\nnodes = 'n3'",
            "Node(NodeId(3))",
            "Stop(Stop { depth: Process, inbox: 4294967295, first: Clock })",
        ),
        (
            "kind = 'pause'\nnodes = 'm1'\ninbox = 0\nfirst = 'inbox'",
            "Node(NodeId(11))",
            "Stop(Stop { depth: Process, inbox: 0, first: Inbox })",
        ),
        (
            "kind = 'pause'\nnodes = 'n3'\nstops = 'application'\ninbox = 9",
            "Node(NodeId(3))",
            "Stop(Stop { depth: Application, inbox: 9, first: Clock })",
        ),
        ("kind = 'slow'\nnodes = 'm0'\nadds = '5ms'", "Node(NodeId(10))", "Slow(LatencyLaw { law: Constant("),
        (
            "kind = 'slow'\nnodes = 'm0'\nadds = { kind = 'exponential', mean = '5ms' }",
            "Node(NodeId(10))",
            "Slow(LatencyLaw { law: Exponential(",
        ),
        ("kind = 'clock'\nnodes = 'n3'\ndrift = -150", "Node(NodeId(3))", "Drift(-150.0)"),
        (
            "kind = 'partition'\ngroups = ['region:eu', ['n4..n5', 'n7', 'm0']]",
            "World",
            "Wall(Wall { sides: [[0..4], [4..6, 7..8, 10..11]], direction: Both })",
        ),
        (
            "kind = 'partition'\ngroups = ['n0', 'n1', 'monitors']",
            "World",
            "Wall(Wall { sides: [[0..1], [1..2], [10..12]], direction: Both })",
        ),
        (
            "kind = 'partition'\ngroups = ['n0', 'm0']\ndirection = 'out'",
            "World",
            "Wall(Wall { sides: [[0..1], [10..11]], direction: Out })",
        ),
        (
            "kind = 'partition'\nisolate = 'region:us'\ndirection = 'in'",
            "World",
            "Wall(Wall { sides: [[4..10]], direction: In })",
        ),
        (
            "kind = 'degrade'\nnodes = 'region:us'\nloss = 0.2",
            "World",
            "Damage(Damage { extent: Around([4..10]), loss: 0.2, latency_factor: 1.0 })",
        ),
        (
            "kind = 'degrade'\nlinks = { from = 'all', to = ['m0', 'm1'] }\nlatency_factor = 0.5",
            "World",
            "Damage(Damage { extent: Between([0..10], [10..12]), loss: 0.0, latency_factor: 0.5 })",
        ),
    ] {
        let plan = plan_of(&format!("{keys}\nat = '2m'\nfor = '30s'"));
        let [
            (begin, Change::Begin { strike, whom: struck, blow: dealt }),
            (end, Change::End { strike: over }),
        ] = &plan[..]
        else {
            panic!("{keys}: {plan:?}");
        };
        assert_eq!((begin.seconds(), end.seconds(), strike), (120.0, 150.0, over), "{keys}");
        assert_eq!(format!("{struck:?}"), whom, "{keys}");
        assert!(format!("{dealt:?}").starts_with(blow), "{keys}: {dealt:?}");
    }
}

#[test]
fn nodes_that_are_struck_each_on_its_own_have_walls_and_bad_links_of_their_own() {
    for (keys, blow) in [
        ("kind = 'partition'\nisolate", "Wall(Wall { sides: [], direction: Both })"),
        (
            "kind = 'degrade'\nloss = 0.5\nnodes",
            "Damage(Damage { extent: Around([]), loss: 0.5, latency_factor: 1.0 })",
        ),
    ] {
        let each = begins(&plan_of(&format!("{keys} = 'each'\nat = {{ between = ['1m', '50m'] }}")));
        assert_eq!(each.len(), 10);
        let mut nodes: Vec<String> = each.iter().map(|(_, _, whom, _)| format!("{whom:?}")).collect();
        nodes.sort_unstable();
        nodes.dedup();
        assert_eq!(nodes.len(), 10, "each once: {nodes:?}");
        assert!(each.windows(2).all(|pair| pair[0].0 < pair[1].0), "at ten moments: {each:?}");
        let random = begins(&plan_of(&format!("{keys} = 'random:4'\nat = '1m'\nevery = '10m'")));
        assert_eq!(random.len(), 6 * 4, "four of them, six times");
        assert!(each.iter().chain(&random).all(|(_, _, _, dealt)| dealt == blow), "{blow}");
    }
    let elected = scenario(
        &["cluster.nodes = 5", "topology = { kind = 'leader' }", TIMEOUT],
        &["kind = 'partition'\nisolate = 'leader'\nat = '1m'"],
    );
    let begins = begins(&plan(&elected, 0));
    let [(_, _, Whom::Leader, blow)] = &begins[..] else { panic!("{begins:?}") };
    assert_eq!(blow, "Wall(Wall { sides: [], direction: Both })");
}

#[test]
fn everybody_is_each_member_at_the_times_it_had_and_all_who_watch_besides() {
    for timetable in ["mtbf = '10m'\nfor = '5s'", "at = { between = ['1m', '9m'] }\nevery = '10m'"] {
        let of = |whom: &str| {
            let plan = plan_of(&format!("kind = 'pause'\nnodes = '{whom}'\n{timetable}"));
            let when = |(time, _, whom, _): (Time, u64, Whom, String)| (time, format!("{whom:?}"));
            begins(&plan).into_iter().map(when).collect::<Vec<_>>()
        };
        let (mut all, each) = (of("everybody"), of("each"));
        for monitor in ["Node(NodeId(10))", "Node(NodeId(11))"] {
            assert!(all.iter().filter(|(_, whom)| whom == monitor).count() > 2, "{monitor}: {all:?}");
        }
        all.retain(|(_, whom)| !["Node(NodeId(10))", "Node(NodeId(11))"].contains(&whom.as_str()));
        assert_eq!(all, each);
    }
}

/// Every fault that can strike members, by every kind of timetable.
const MIXED: [&str; 10] = [
    "kind = 'pause'\nnodes = 'each'\nmtbf = '10m'\nfor = { kind = 'exponential', mean = '3s' }",
    "kind = 'pause'\nnodes = 'random:3'\nat = { between = ['1m', '9m'] }\nevery = '10m'\nfor = '5s'",
    "kind = 'slow'\nnodes = 'n2..n5'\nadds = '5ms'\nat = { between = ['1m', '50m'] }",
    "kind = 'clock'\nnodes = 'each'\ndrift = 300\nat = '0s'",
    "kind = 'partition'\ngroups = ['n0..n4', 'n5..n9']\nmtbf = '7m'\nfor = { kind = 'gamma', mean = '1m', shape = 2 }",
    "kind = 'partition'\nisolate = 'n1..n3'\nevery = '4m'\nfor = '6m'",
    "kind = 'partition'\nisolate = 'each'\nmtbf = '20m'\nfor = '10s'\ndirection = 'in'",
    "kind = 'degrade'\nnodes = 'random:20%'\nevery = '9m'\nloss = 0.3\nfor = '1m'",
    "kind = 'degrade'\nlinks = { from = 'n0', to = 'n1' }\nmtbf = '5m'\nlatency_factor = 8\nfor = '30s'",
    "kind = 'crash'\nnodes = 'each'\nmtbf = '30m'\nfor = '1m'",
];

#[test]
fn the_same_seed_plans_the_same_under_every_topology_and_detector() {
    let mut plans = Vec::new();
    for kind in Layout::KINDS {
        for detector in [TIMEOUT, "detector = { kind = 'misses', misses = 4 }"] {
            let topology = format!("topology.kind = '{kind}'");
            let mut head = vec!["cluster.nodes = 10", topology.as_str()];
            // It judges silence itself, and takes no detector.
            if *kind != "swim" {
                head.push(detector);
            }
            let scenario = scenario(&head, &MIXED);
            plans.push((format!("{kind}, {detector}"), format!("{:?}", plan(&scenario, 3))));
        }
    }
    let (_, first) = &plans[0];
    assert!(first.matches("Begin").count() > 100, "there is something to compare: {first}");
    for (name, plan) in &plans {
        assert_eq!(plan, first, "{name}");
    }
}

#[test]
fn a_fault_strikes_as_it_does_whatever_comes_after_it_and_however_many_nodes_there_are() {
    let head = |nodes: &'static str| [nodes, MONITORED, TIMEOUT];
    let all = begins(&plan(&scenario(&head("cluster.nodes = 10"), &MIXED), 0));
    for count in 1..MIXED.len() {
        let some = begins(&plan(&scenario(&head("cluster.nodes = 10"), &MIXED[..count]), 0));
        let mut left = all.clone();
        left.retain(|(_, strike, ..)| (strike >> 32) < count as u64);
        assert_eq!(some, left, "the first {count}");
    }
    let each = &MIXED[..1];
    let of_ten = begins(&plan(&scenario(&head("cluster.nodes = 10"), each), 0));
    let mut of_twenty = begins(&plan(&scenario(&head("cluster.nodes = 20"), each), 0));
    of_twenty.retain(|(_, _, whom, _)| matches!(whom, Whom::Node(node) if node.0 < 10));
    let moments = |begins: &[(Time, u64, Whom, String)]| -> Vec<(Time, Whom)> {
        begins.iter().map(|(time, _, whom, _)| (*time, *whom)).collect()
    };
    assert_eq!(moments(&of_ten), moments(&of_twenty));
}

#[test]
fn no_two_strikes_have_the_same_number_and_each_that_ends_has_begun() {
    let scenario = scenario(&["cluster.nodes = 10", MONITORED, TIMEOUT], &MIXED);
    let mut open = std::collections::BTreeSet::new();
    let mut numbers = std::collections::BTreeSet::new();
    for (_, change) in plan(&scenario, 0) {
        match change {
            Change::Begin { strike, .. } => {
                assert!(numbers.insert(strike), "{strike} is new");
                open.insert(strike);
            }
            Change::End { strike } => assert!(open.remove(&strike), "{strike} had begun"),
        }
    }
}

/// Where one fault ends at the instant at which it strikes again, it is over first.
#[test]
fn a_wall_may_come_again_before_it_goes() {
    let times = |lasts: &str| -> Vec<(f64, bool)> {
        let fault = format!("kind = 'partition'\nisolate = 'n1'\nat = '10m'\nevery = '20m'\nfor = '{lasts}'");
        let plan = plan_of(&fault);
        plan.iter()
            .map(|(time, change)| (time.seconds() / 60.0, matches!(change, Change::Begin { .. })))
            .collect()
    };
    let (begins, ends) = (true, false);
    assert_eq!(
        times("20m"),
        [(10.0, begins), (30.0, ends), (30.0, begins), (50.0, ends), (50.0, begins), (70.0, ends)]
    );
    assert_eq!(
        times("30m"),
        [(10.0, begins), (30.0, begins), (40.0, ends), (50.0, begins), (60.0, ends), (80.0, ends)]
    );
}

#[test]
fn all_faults_read_back_from_their_resolved_form() {
    let monitors = [
        "kind = 'pause'\nnodes = ['m0', 'n3']\nstops = 'application'\ninbox = 5\nat = '1m'",
        "kind = 'pause'\nnodes = 'm0'\nfirst = 'inbox'\nat = '1m'",
        "kind = 'slow'\nnodes = 'm0'\nadds = { kind = 'uniform', min = '1ms', max = '2ms', floor = '1ms' }\nat = '1m'",
        "kind = 'partition'\ngroups = ['n0', ['n1', 'monitors']]\ndirection = 'in'\nat = { between = ['1m', '2m'] }",
        "kind = 'degrade'\nlinks = { from = ['n0', 'n3..n5'], to = 'm0' }\nloss = 0.25\nat = '1m'",
        "kind = 'pause'\nnodes = 'everybody'\nmtbf = '5m'\nfor = '1s'",
    ];
    let head = [REGIONS, MONITORED, TIMEOUT];
    let first = scenario(&head, &[&MIXED[..], &monitors[..]].concat());
    let resolved = first.resolved().expect("it can be written");
    let document = Document::parse("faults", &resolved).expect("it is TOML");
    let second = Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}\n{resolved}"));
    assert_eq!(second.resolved().expect("it can be written"), resolved);
    assert_eq!(format!("{:?}", plan(&second, 0)), format!("{:?}", plan(&first, 0)));
}
