//! A run that is looked at is the run that it would have been, and a chronicle misses nothing of it.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::document::{Document, Shelf};
use crate::engine::chronicle::{Scope, Whose};
use crate::engine::model::Opinion;
use crate::engine::onlooker::{Account, Hardship, Passage, Seen, Sighting, Verdict};
use crate::engine::witness::Focus;
use crate::scenario::shipped;

/// Hands over every scenario that is shipped, shortened and with losses, and every one that tests alone have.
fn each_scenario(mut does: impl FnMut(&str, &Scenario)) {
    let mut read = |name: &str, text: &str, sets: &[&str], shelf: Shelf| {
        let mut document = Document::parse(name, text).expect("a document");
        sets.iter().for_each(|set| document.set(set).expect("a change"));
        if let Ok(scenario) = Scenario::read(&document, shelf) {
            does(name, &scenario);
        }
    };
    for shipped in shipped::scenarios() {
        let sets = ["duration=90s", "warmup=0s", "network.loss=0.05"];
        read(shipped.name, shipped.text, &sets, shipped.stock().into());
    }
    let rich = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rich");
    for entry in std::fs::read_dir(&rich).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).expect("a text");
            read(&path.to_string_lossy(), &text, &[], (&*rich).into());
        }
    }
}

/// A chronicle of everything.
fn everything() -> Scope {
    Scope { from: Time::ZERO, until: Time::NEVER, of: Whose::All, in_detail: true, most: usize::MAX }
}

fn outcome(scenario: &Scenario, attention: Option<Attention>) -> RunOutcome {
    let simulation = Simulation { scenario, by_second: false };
    simulation.outcome(0, attention, &Meter::default()).expect("an outcome")
}

fn chronicle(scenario: &Scenario, scope: Scope) -> Account {
    outcome(scenario, Some(Attention::Chronicle(scope))).account
}

#[test]
fn a_run_that_is_looked_at_has_the_same_outcome() {
    each_scenario(|name, scenario| {
        let plain = outcome(scenario, None);
        assert!(plain.account.sightings.is_empty());
        let last = NodeId(scenario.cluster().nodes() - 1);
        let focus = |observer| {
            let (from, until) = (Time::ZERO, Time::NEVER);
            Attention::Witness(Focus { observer, knower: None, subject: NodeId(0), from, until })
        };
        for (attention, sees_messages) in [
            (focus(None), true),
            (focus(Some(last)), false),
            (Attention::Chronicle(everything()), true),
            (Attention::Chronicle(Scope { most: 1, in_detail: false, ..everything() }), false),
        ] {
            let seen = outcome(scenario, Some(attention));
            assert_eq!((seen.digest, seen.events), (plain.digest, plain.events), "{name}");
            let is_message = |sighting: &Sighting| matches!(sighting.what, Seen::Message(..));
            assert!(!sees_messages || seen.account.sightings.iter().any(is_message), "{name}");
        }
    });
}

#[test]
fn a_chronicle_sees_every_message_crash_and_mistake() {
    let (mut lost, mut cut, mut dropped, mut crashes, mut mistakes) = (0, 0, 0, 0, 0);
    each_scenario(|name, scenario| {
        let RunOutcome { findings, traffic, account, .. } =
            outcome(scenario, Some(Attention::Chronicle(everything())));
        assert_eq!(account.left_out, 0, "{name}");
        let from = Time::ZERO + scenario.warmup;
        let count = |is_one: &dyn Fn(Seen) -> bool| {
            account.sightings.iter().filter(|sighting| sighting.at >= from && is_one(sighting.what)).count()
                as u64
        };
        let messages = |passages: &[Passage], for_good: bool| {
            count(&|seen| {
                matches!(seen, Seen::Message(envelope, passage)
                if passages.contains(&passage) && !(for_good && envelope.is_sent_again))
            })
        };
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        assert_eq!(messages(&[Passage::Sent], false), sum(&traffic.sent), "sent in {name}");
        assert_eq!(messages(&[Passage::Read], false), sum(&traffic.delivered), "delivered in {name}");
        let found_nobody = messages(&[Passage::FindsNobody, Passage::Perishes], false);
        assert_eq!(found_nobody + messages(&[Passage::Lost], true), sum(&traffic.lost), "lost in {name}");
        assert_eq!(messages(&[Passage::Cut], true), sum(&traffic.cut), "cut in {name}");
        let full = [Passage::TurnedAway, Passage::QueueFull];
        assert_eq!(messages(&full, false), sum(&traffic.dropped), "dropped in {name}");

        let struck: BTreeSet<(Time, NodeId)> =
            findings.crashes.iter().map(|crash| (crash.at, crash.node)).collect();
        let seen = account.sightings.iter().filter_map(|sighting| match sighting.what {
            Seen::Struck(Some(node), Hardship::Crash) => Some((sighting.at, node)),
            _ => None,
        });
        let seen: BTreeSet<(Time, NodeId)> = seen.collect();
        assert!(struck.is_subset(&seen), "crashes in {name}");
        assert_eq!(wrong(&account, scenario), findings.mistakes_total(), "mistakes in {name}");
        lost += sum(&traffic.lost);
        cut += sum(&traffic.cut);
        dropped += sum(&traffic.dropped);
        crashes += struck.len() as u64;
        mistakes += findings.mistakes_total();
    });
    let all = [lost, cut, dropped, crashes, mistakes];
    assert!(all.into_iter().all(|count| count > 20), "scenarios in which something goes wrong: {all:?}");
}

/// How often a node that is up is declared dead, of those whose deaths count.
fn wrong(account: &Account, scenario: &Scenario) -> u64 {
    let from = Time::ZERO + scenario.warmup;
    let is_mistake = |sighting: &&Sighting| match sighting.what {
        Seen::Thinks(Verdict { pair, opinion: Opinion::Dead, is_wrong, .. }) => {
            is_wrong && sighting.at >= from && pair.subject.0 < scenario.subjects()
        }
        _ => false,
    };
    account.sightings.iter().filter(is_mistake).count() as u64
}

#[test]
fn a_chronicle_of_a_while_knows_what_held_when_it_began_and_is_the_whole_one_from_then_on() {
    each_scenario(|name, scenario| {
        let from = Time::ZERO + scenario.duration.times(2).share(0.25);
        let until = Time::ZERO + scenario.duration.times(3).share(0.25);
        let whole = chronicle(scenario, everything());
        let part = chronicle(scenario, Scope { from, until, ..everything() });
        let plain = |account: &Account| {
            let within = account.sightings.iter().filter(|sighting| (from..=until).contains(&sighting.at));
            // Blows on the network are numbered from the beginning of each chronicle.
            let network = |seen| matches!(seen, Seen::Worsens(_) | Seen::Heals(_));
            within.filter(|sighting| !network(sighting.what)).copied().collect::<Vec<Sighting>>()
        };
        assert_eq!(plain(&part), plain(&whole), "{name}");
        assert!(part.sightings.iter().all(|sighting| (from..=until).contains(&sighting.at)), "{name}");
        assert!(part.before.iter().all(|sighting| sighting.at < from), "{name}");
        let struck = |account: &Account| {
            let all = account.before.iter().chain(&account.sightings);
            all.filter(|sighting| sighting.at < from).fold(BTreeSet::new(), |mut down, sighting| {
                match sighting.what {
                    Seen::Struck(Some(node), Hardship::Crash) => _ = down.insert(node),
                    Seen::Mended(Some(node), Hardship::Crash) => _ = down.remove(&node),
                    _ => (),
                }
                down
            })
        };
        assert_eq!(struck(&part), struck(&whole), "{name}");
    });
}
