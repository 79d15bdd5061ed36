//! What a timeline shows of runs.

use super::*;
use crate::document::{Document, Shelf};
use crate::engine::chronicle::{Scope, Whose};
use crate::engine::onlooker::Attention;
use crate::engine::world::Meter;
use crate::experiment::Simulation;

fn scenario(text: &str) -> Scenario {
    let document = Document::parse("test", text).expect("a document");
    Scenario::read(&document, Shelf::from(std::path::Path::new("."))).expect("a scenario")
}

/// The timeline of the first run of a scenario.
fn timeline(text: &str) -> (Timeline, Vec<Lane>) {
    let scenario = scenario(text);
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let findings = simulation.outcome(0, None, &Meter::default()).expect("an outcome").findings;
    let choice = Choice::of(&scenario, 0, &findings);
    let outcome = simulation.outcome(0, Some(choice.attention()), &Meter::default()).expect("an outcome");
    let timeline = Timeline::of(&scenario, &choice, &outcome.account);
    let Drawing::Lanes { lanes, .. } = timeline.chart.drawing.clone() else { panic!("no lanes") };
    (timeline, lanes)
}

const CENTRAL: &str = r#"
duration = "60s"
[topology]
kind = "centralized"
interval = "1s"
[detector]
kind = "timeout"
timeout = "3s"
[network]
latency = { kind = "constant", value = "1ms" }
"#;

fn central(nodes: u32, faults: &str) -> String {
    format!("{CENTRAL}[cluster]\nnodes = {nodes}\n{faults}")
}

fn lane<'a>(lanes: &'a [Lane], name: &str) -> &'a Lane {
    lanes.iter().find(|lane| lane.name == name).expect("a lane")
}

fn states(lane: &Lane) -> Vec<(Condition, f64, f64)> {
    lane.states.iter().map(|state| (state.what, state.from, state.until)).collect()
}

#[test]
fn a_crash_is_down_until_it_is_over_and_held_dead_until_the_node_is_heard_again() {
    let crash = "[[faults]]\nkind = \"crash\"\nnodes = \"n1\"\nat = \"20s\"\nfor = \"10s\"\n";
    let (timeline, lanes) = timeline(&central(3, crash));
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["m0", "n0", "n1", "n2"], "those who watch are on top");
    let n1 = lane(&lanes, "n1");
    assert_eq!(states(n1), [(Condition::Crashed, 20.0, 30.0)]);
    let [belief] = &n1.beliefs[..] else { panic!("{:?}", n1.beliefs) };
    assert!(belief.dead && !belief.wrong && belief.observer == "m0");
    assert!(
        belief.from > 22.0 && belief.from < 23.1 && belief.until > 30.0 && belief.until < 31.1,
        "{belief:?}"
    );
    assert!(timeline.notes.is_empty(), "{:?}", timeline.notes);
    assert_eq!(timeline.table.rows.len(), 2);
    assert_eq!(timeline.table.rows[0][..4], ["n1", "crashed", "20", "30"]);
    assert!(
        timeline.chart.summary.contains("4 nodes over 60 s: once crashed, once held dead"),
        "{timeline:?}"
    );
}

#[test]
fn who_is_cut_from_its_monitor_is_cut_and_so_is_the_monitor_but_nobody_else() {
    let wall = "[[faults]]\nkind = \"partition\"\nisolate = \"n0\"\nat = \"20s\"\nfor = \"10s\"\n";
    let (timeline, lanes) = timeline(&central(3, wall));
    for (name, expected) in [("n0", 1), ("m0", 1), ("n1", 0), ("n2", 0)] {
        let seen = states(lane(&lanes, name));
        assert_eq!(seen, vec![(Condition::Cut, 20.0, 30.0); expected], "{name}");
    }
    assert!(lane(&lanes, "n0").beliefs.iter().all(|belief| belief.dead && belief.wrong));
    assert_eq!(timeline.notes.len(), 1, "what it means to be cut off: {:?}", timeline.notes);
}

#[test]
fn pauses_and_what_hinders_end_when_they_are_over_and_a_crash_ends_a_pause() {
    let faults = "
        [[faults]]\nkind = \"pause\"\nnodes = \"n0\"\nat = \"10s\"\nfor = \"20s\"
        [[faults]]\nkind = \"crash\"\nnodes = \"n0\"\nat = \"15s\"\nfor = \"1s\"
        [[faults]]\nkind = \"clock\"\nnodes = \"n1\"\nat = \"40s\"\ndrift = 100
        [[faults]]\nkind = \"degrade\"\nnodes = \"n2\"\nat = \"5s\"\nfor = \"5s\"\nloss = 0.5";
    let (_, lanes) = timeline(&central(3, faults));
    let (paused, crashed) = (Condition::Paused, Condition::Crashed);
    assert_eq!(states(lane(&lanes, "n0")), [(paused, 10.0, 15.0), (crashed, 15.0, 16.0)]);
    assert_eq!(states(lane(&lanes, "n1")), [(Condition::Hindered, 40.0, 60.0)]);
    assert_eq!(lane(&lanes, "n1").states[0].note, "its clock runs 100 ppm fast");
    assert_eq!(states(lane(&lanes, "n2")), [(Condition::Hindered, 5.0, 10.0)]);
    assert_eq!(lane(&lanes, "n2").states[0].note, "its links lose 50 % more");
}

#[test]
fn of_many_nodes_those_are_shown_of_whom_there_is_something_to_tell() {
    let faults = "
        [[faults]]\nkind = \"crash\"\nnodes = [\"n500\", \"n700\"]\nat = \"20s\"
        [[faults]]\nkind = \"pause\"\nnodes = \"n900\"\nat = \"20s\"\nfor = \"1s\"";
    let (timeline, lanes) = timeline(&central(1000, faults));
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["m0", "n0", "n1", "n2", "n3", "n500", "n700", "n900"]);
    let befell = "that crashed, were wrongly held dead or were struck by something else, and some others.";
    assert_eq!(timeline.notes, [format!("8 of 1001 nodes are shown: all 3 {befell}")]);
}

#[test]
fn of_those_of_whom_there_is_something_to_tell_it_is_said_how_many_are_shown() {
    for (faults, who) in [
        ("", "8 of 1001 nodes are shown: none crashed, was "),
        (
            "[[faults]]\nkind = \"crash\"\nnodes = \"n9\"\nat = \"20s\"\n",
            "8 of 1001 nodes are shown: the one that ",
        ),
        (
            "[[faults]]\nkind = \"crash\"\nnodes = \"n1..n50\"\nat = \"20s\"\nfor = \"5s\"
             [[faults]]\nkind = \"clock\"\nnodes = \"n41..n60\"\nat = \"30s\"\ndrift = 100\n",
            "24 of 1001 nodes are shown: 23 of the 60 that ",
        ),
    ] {
        let (timeline, lanes) = timeline(&central(1000, faults));
        assert!(timeline.notes.iter().any(|note| note.starts_with(who)), "{who}: {:?}", timeline.notes);
        assert!(timeline.notes[0].starts_with(&lanes.len().to_string()));
    }
}

#[test]
fn of_many_observers_those_are_shown_who_knew_first_and_it_is_said_how_many_are_not() {
    let text = r#"
        duration = "60s"
        [cluster]
        nodes = 20
        [topology]
        kind = "gossip"
        interval = "1s"
        [detector]
        kind = "timeout"
        timeout = "8s"
        [[faults]]
        kind = "crash"
        nodes = "n3"
        at = "20s"
    "#;
    let (timeline, lanes) = timeline(text);
    let n3 = lane(&lanes, "n3");
    let observers: BTreeSet<&str> = n3.beliefs.iter().map(|belief| belief.observer.as_str()).collect();
    assert_eq!(observers.len(), MOST_OBSERVERS);
    assert!(
        timeline.notes.iter().any(|note| note.starts_with("11 beliefs are not shown")),
        "{:?}",
        timeline.notes
    );
}

#[test]
fn of_some_nodes_the_same_is_thought_as_where_all_are_looked_at() {
    let scenario = scenario(
        r#"
        duration = "300s"
        [cluster]
        nodes = 8
        [topology]
        kind = "gossip"
        interval = "1s"
        [detector]
        kind = "timeout"
        timeout = "6s"
        [[faults]]
        kind = "crash"
        nodes = "all"
        mtbf = "60s"
        for = "40s"
        "#,
    );
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let (from, until) = (Time::ZERO, Time::ZERO + scenario.duration);
    let doubts = |of: Whose| -> Vec<Stretch<Doubt>> {
        let scope = Scope { from, until, of, in_detail: false, most: usize::MAX };
        let attention = Some(Attention::Chronicle(scope));
        let account = simulation.outcome(0, attention, &Meter::default()).expect("an outcome").account;
        let all = Lives::of(&scenario, &account, &BTreeSet::new(), (from, until)).doubts;
        all.into_iter().filter(|doubt| doubt.what.pair.subject == NodeId(1)).collect()
    };
    let whole = doubts(Whose::All);
    assert!(whole.len() > 10, "{whole:?}");
    let n1 = || std::iter::once(1..2).collect();
    assert_eq!(doubts(Whose::About(n1())), whole);
    assert_eq!(doubts(Whose::Touching(n1())), whole);
}
