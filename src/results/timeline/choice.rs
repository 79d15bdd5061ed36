//! Which nodes of a run to show, if there are too many.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::engine::chronicle::{Scope, Whose};
use crate::engine::cluster::NodeId;
use crate::engine::findings::Findings;
use crate::engine::model::{Blow, Change, Extent, Whom};
use crate::engine::onlooker::Attention;
use crate::engine::random::Streams;
use crate::engine::time::Time;
use crate::faults::plan_all;
use crate::scenario::Scenario;

/// The nodes that are shown, from top to bottom: those who only watch, then members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub(super) nodes: Vec<NodeId>,
}

/// So many nodes are shown at most.
const MOST_LANES: usize = 24;
/// So many of those who only watch are shown at least, if there are others to show.
const MOST_OBSERVERS: usize = 6;
/// So many nodes are shown at least, though nothing became of them.
const LEAST_LANES: usize = 8;
/// What a chronicle keeps for a timeline at most.
const MOST_SIGHTINGS: usize = 200_000;

impl Choice {
    /// The nodes of which there is most to tell in replication number `replication`, that found this: who crashed, who
    /// was wrongly held dead, who was struck by anything else, and who watched.
    pub fn of(scenario: &Scenario, replication: u32, findings: &Findings) -> Choice {
        let cluster = scenario.cluster();
        let all = || (0..cluster.nodes()).map(NodeId);
        let mut chosen = BTreeSet::new();
        if cluster.nodes() as usize <= MOST_LANES {
            chosen.extend(all());
        } else {
            chosen.extend(all().skip(cluster.members as usize).take(MOST_OBSERVERS));
            let by_turns = [
                first_of_each(findings.crashes.iter().map(|crash| crash.node)),
                most_wronged(findings),
                struck(scenario, replication),
            ];
            let most = by_turns.iter().map(Vec::len).max().unwrap_or(0);
            for candidate in
                (0..most).flat_map(|place| by_turns.iter().filter_map(move |nodes| nodes.get(place)))
            {
                if chosen.len() < MOST_LANES {
                    chosen.insert(*candidate);
                }
            }
            for node in all() {
                if chosen.len() < LEAST_LANES {
                    chosen.insert(node);
                }
            }
        }
        let (members, others): (Vec<NodeId>, Vec<NodeId>) =
            chosen.into_iter().partition(|node| cluster.is_member(*node));
        Choice { nodes: others.into_iter().chain(members).collect() }
    }

    /// How a run must be looked at to show them.
    pub fn attention(&self) -> Attention {
        let of = Whose::About(self.nodes.iter().map(|node| node.0..node.0 + 1).collect());
        let (from, until) = (Time::ZERO, Time::NEVER);
        Attention::Chronicle(Scope { from, until, of, in_detail: false, most: MOST_SIGHTINGS })
    }
}

/// Each once, where it comes first.
fn first_of_each(nodes: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut known = BTreeSet::new();
    nodes.filter(|node| known.insert(*node)).take(MOST_LANES).collect()
}

/// Those who were wrongly held dead most often.
fn most_wronged(findings: &Findings) -> Vec<NodeId> {
    let mut often: BTreeMap<NodeId, u64> = BTreeMap::new();
    findings.mistakes.iter().for_each(|mistake| *often.entry(mistake.pair.subject).or_default() += 1);
    let mut often: Vec<(NodeId, u64)> = often.into_iter().collect();
    often.sort_by_key(|(node, times)| (std::cmp::Reverse(*times), *node));
    often.into_iter().map(|(node, _)| node).take(MOST_LANES).collect()
}

/// Those who are struck by anything that faults do, in the order of time.
fn struck(scenario: &Scenario, replication: u32) -> Vec<NodeId> {
    let streams = Streams::new(scenario.seed, u64::from(replication));
    let end = Time::ZERO + scenario.duration;
    let changes = plan_all(&scenario.faults, &scenario.cluster(), end, streams);
    let one = |node: NodeId| std::iter::once(node.0..node.0 + 1).collect::<Vec<_>>();
    let strikes = changes.iter().filter_map(|(_, change)| match change {
        Change::Begin { whom: Whom::Node(node), .. } => Some(one(*node)),
        Change::Begin { blow: Blow::Wall(wall), .. } => wall.sides.first().cloned(),
        Change::Begin { blow: Blow::Damage(damage), .. } => match &damage.extent {
            Extent::Around(ranges) | Extent::Between(ranges, _) => Some(ranges.clone()),
        },
        Change::Begin { .. } | Change::End { .. } => None,
    });
    // Of each strike a few: it is one thing, however many it strikes.
    let few = |ranges: Vec<Range<u32>>| ranges.into_iter().flatten().take(MOST_OF_ONE_STRIKE).map(NodeId);
    first_of_each(strikes.flat_map(few))
}

/// So many of those who are struck together are shown before others.
const MOST_OF_ONE_STRIKE: usize = 4;
