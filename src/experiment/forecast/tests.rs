//! What is foretold beside what happens.

use super::*;
use crate::document::{Document, Shelf};
use crate::engine::world::Meter;
use crate::scenario::shipped;

fn scenario(name: &str, text: &str, sets: &[&str]) -> Scenario {
    scenario_with(Shelf::default(), name, text, sets)
}

fn scenario_with(shelf: impl Into<Shelf>, name: &str, text: &str, sets: &[&str]) -> Scenario {
    let mut document = Document::parse(name, text).expect("it is TOML");
    sets.iter().for_each(|set| document.set(set).expect("it can be set"));
    Scenario::read(&document, shelf).expect("it is valid")
}

#[test]
fn what_is_foretold_is_what_happens_for_every_shipped_scenario() {
    for shipped in shipped::scenarios() {
        let mut scenario = scenario_with(shipped.stock(), shipped.name, shipped.text, &["warmup=0s"]);
        let is_cut = scenario.faults.iter().any(|fault| fault.kind() == "partition");
        let votes = scenario.topology.message_kinds().contains(&"opinion");
        if is_cut || votes || scenario.topology.member().judges_itself() || scenario.network.loses() {
            // Where something is lost it is asked or said again, and what was found out is told; behind a wall
            // a second may lead. A forecast is for when nothing is lost and nobody crashes.
            scenario.network.usual.loss = 0.0;
            scenario.faults.clear();
        }
        let simulation = Simulation { scenario: &scenario, by_second: false };
        let forecast = Forecast::of(&simulation);
        let run = simulation.replication(0, &Meter::default()).expect("nobody says stop");
        let messages = run.sent() as f64 / forecast.messages;
        let events = run.events as f64 / forecast.events;
        // Who is down says nothing, and not every beat needs a look. Elections that nobody needed come on top.
        assert!((0.4..=1.02).contains(&messages), "{}: {messages} of the messages", shipped.name);
        assert!((0.35..=1.05).contains(&events), "{}: {events} of the events", shipped.name);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_the_figure() {
    let small = "cluster = { nodes = 1000 }\ntopology = { kind = \"centralized\" }\n\
                 detector = { kind = \"timeout\", timeout = \"3s\" }";
    for (sets, memory, said) in [
        (&[][..], 1e9, None),
        (&["cluster.nodes=50000000"][..], 1e9, Some("need about 9.7 GB")),
        (&["cluster.nodes=50000000"][..], 1e11, None),
        // Each of 20,000 keeps a table of all.
        (&["topology.kind=gossip", "cluster.nodes=20000"][..], 1e9, Some("need about 3.2 GB")),
        // An hour on the way means 3600 messages in flight for each node.
        (
            &["network.latency={kind=\"constant\",value=\"1h\"}", "duration=2h", "cluster.nodes=10000"][..],
            1e9,
            Some("need about 1.6 GB"),
        ),
        (&["topology.interval=1ns"][..], 1e9, Some("1.2e15 events")),
    ] {
        let scenario = scenario("small", small, sets);
        let forecast = Forecast::of(&Simulation { scenario: &scenario, by_second: false });
        let refusal = forecast.refusal(1, 1, memory);
        match said {
            None => assert_eq!(refusal, None, "{sets:?}"),
            Some(said) => {
                assert!(refusal.as_ref().is_some_and(|text| text.contains(said)), "{refusal:?}")
            }
        }
    }
}

#[test]
fn what_only_some_rules_need_is_counted_where_they_need_it() {
    let plain = "cluster = { nodes = 100000 }\ntopology = { kind = \"centralized\" }\n\
                 detector = { kind = \"timeout\", timeout = \"3s\" }";
    let forecast = |sets: &[&str], by_second| {
        Forecast::of(&Simulation { scenario: &scenario("plain", plain, sets), by_second })
    };
    let more = |sets: &[&str]| (forecast(sets, false).bytes - forecast(&[], false).bytes) / 1e5;
    for (set, bytes) in
        [("network.loss=0.1", 40.0), ("verdict.successes=2", 16.0), ("detector.check={every=\"1s\"}", 8.0)]
    {
        assert!((more(&[set]) - bytes).abs() < 0.1, "{set}: {} bytes for each node", more(&[set]));
    }
    for kind in ["centralized", "gossip"] {
        let set = format!("topology.kind={kind}");
        let sets = [set.as_str(), "cluster.nodes=1000"];
        let second = (forecast(&sets, true).bytes - forecast(&sets, false).bytes) / 600.0;
        let kinds = scenario("plain", plain, &sets).topology.message_kinds().len();
        assert!((second - (24.0 + 8.0 * kinds as f64)).abs() < 0.01, "{kind}: {second} bytes a second");
    }
    let dead = "faults=[{ kind = \"crash\", nodes = \"random:100\", at = \"1m\" }]";
    let small = "topology={ kind = \"gossip\" }";
    let opinions = forecast(&[small, "cluster.nodes=1000", dead], false).bytes
        - forecast(&[small, "cluster.nodes=1000"], false).bytes;
    assert!(opinions > 100.0 * 1000.0 * 100.0, "a thousand opinions of each of the dead: {opinions}");
}

#[test]
fn whoever_may_be_doubted_is_counted() {
    let plain = "cluster = { nodes = 1000 }\ntopology = { kind = \"centralized\" }\n\
                 detector = { kind = \"timeout\", timeout = \"3s\" }";
    let forecast = |faults: &str| {
        let fault = format!("faults=[{{ at = \"1m\", {faults} }}]");
        Forecast::of(&Simulation { scenario: &scenario("plain", plain, &[&fault]), by_second: false })
    };
    let crash = forecast("kind = \"crash\", nodes = \"n0..n99\"");
    for alike in [
        "kind = \"pause\", nodes = \"n0..n99\"",
        "kind = \"partition\", isolate = \"n0..n99\"",
        "kind = \"degrade\", nodes = \"n0..n99\", loss = 0.5",
        "kind = \"partition\", groups = [\"n0..n49\", \"n50..n99\"]",
    ] {
        let forecast = forecast(alike);
        let work = |forecast: &Forecast| (forecast.messages, forecast.events, forecast.kept);
        assert_eq!(work(&forecast), work(&crash), "{alike}");
        let lists = forecast.bytes - crash.bytes;
        assert!((lists / 1000.0 - 40.0).abs() < 0.1, "{alike}: {lists} bytes for what goes missing");
    }
    let one = forecast("kind = \"pause\", nodes = \"n0\"").bytes;
    for (blinds, faults) in [
        (false, "kind = \"crash\", nodes = \"m0\""),
        (true, "kind = \"pause\", nodes = \"m0\""),
        (true, "kind = \"partition\", isolate = \"m0\""),
    ] {
        let more = forecast(faults).bytes - one;
        assert_eq!(more > 998.0 * 40.0, blinds, "{faults}: {more} bytes more");
    }
}

#[test]
fn a_hearing_pays_the_traffic_once_and_each_judge() {
    let plain = "cluster = { nodes = 5000 }\ntopology = { kind = \"centralized\" }\n\
                 detector = { kind = \"timeout\", timeout = \"3s\" }";
    let judged = |timeout: u32| scenario("plain", plain, &[&format!("detector.timeout={timeout}s")]);
    let scenarios: Vec<Scenario> = (3..19).map(judged).collect();
    let scenarios: Vec<&Scenario> = scenarios.iter().collect();
    let of = |scenarios| Forecast::of_hearing(&Hearing { scenarios, by_second: false });
    let alone = |scenario| Forecast::of(&Simulation { scenario, by_second: false });
    assert_eq!(of(&scenarios[..1]), alone(scenarios[0]));
    let all = of(&scenarios);
    let sum = |field: fn(&Forecast) -> f64| scenarios.iter().map(|one| field(&alone(one))).sum::<f64>();
    assert_eq!((all.messages, all.kept), (alone(scenarios[0]).messages, sum(|one| one.kept)));
    assert!(all.bytes > alone(scenarios[0]).bytes + 15.0 * 5000.0 * 40.0 && all.bytes < sum(|one| one.bytes));
    let heard = Hearing { scenarios: &scenarios, by_second: false }.replication(0, &Meter::default());
    let looks = |events: f64| events - 2.0 * all.messages;
    let events = heard.expect("nobody says stop").iter().map(|record| record.events as f64).sum::<f64>();
    let happened = looks(events - 15.0 * 2.0 * all.messages) / looks(all.events);
    assert!((0.8..1.2).contains(&happened), "{happened} of the looks");
}

#[test]
fn fewer_runs_at_once_where_memory_is_short() {
    let forecast = Forecast {
        messages: 0.0,
        events: 0.0,
        read: 0.0,
        bytes: 1e9,
        pairs: 0.0,
        pair_bytes: 0.0,
        kept: 1e6,
    };
    for (memory, runs) in [(5.5e9, 5), (1.0e9, 1), (0.0, 1)] {
        assert_eq!(forecast.runs_at_once(100, memory), runs);
    }
}

#[test]
fn memory_reads_well() {
    for (bytes, text) in
        [(0.0, "0 bytes"), (999.0, "999 bytes"), (1_000.0, "1.0 KB"), (2.5e9, "2.5 GB"), (1.2e14, "120 TB")]
    {
        assert_eq!(memory_text(bytes), text);
    }
}
