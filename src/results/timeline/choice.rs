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
    /// How many there are of whom there is something to tell, and how many of these are shown.
    pub(super) affected: (u64, u64),
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
        let strikes = strikes(scenario, replication);
        let mut chosen = BTreeSet::new();
        if cluster.nodes() as usize <= MOST_LANES {
            chosen.extend(all());
        } else {
            chosen.extend(all().skip(cluster.members as usize).take(MOST_OBSERVERS));
            let by_turns = [
                first_of_each(findings.crashes.iter().map(|crash| crash.node)),
                most_wronged(findings),
                struck(&strikes),
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
        let nodes: Vec<NodeId> = others.into_iter().chain(members).collect();
        let affected = affected(findings, &strikes);
        let count = affected.iter().map(|range| u64::from(range.end - range.start)).sum();
        let is_affected = |node: &&NodeId| affected.iter().any(|range| range.contains(&node.0));
        let shown = nodes.iter().filter(is_affected).count() as u64;
        Choice { nodes, affected: (count, shown) }
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

/// A node as a range.
fn one(node: NodeId) -> Range<u32> {
    node.0..node.0 + 1
}

/// Whom faults strike, each time, in the order of time.
fn strikes(scenario: &Scenario, replication: u32) -> Vec<Vec<Range<u32>>> {
    let streams = Streams::new(scenario.seed, u64::from(replication));
    let end = Time::ZERO + scenario.duration;
    let changes = plan_all(&scenario.faults, &scenario.cluster(), end, streams);
    let strikes = changes.iter().filter_map(|(_, change)| match change {
        Change::Begin { whom: Whom::Node(node), .. } => Some(vec![one(*node)]),
        Change::Begin { blow: Blow::Wall(wall), .. } => wall.sides.first().cloned(),
        Change::Begin { blow: Blow::Damage(damage), .. } => match &damage.extent {
            Extent::Around(ranges) | Extent::Between(ranges, _) => Some(ranges.clone()),
        },
        Change::Begin { .. } | Change::End { .. } => None,
    });
    strikes.collect()
}

/// Those who are struck by anything that faults do: of each strike a few, since it is one thing, however many it
/// strikes.
fn struck(strikes: &[Vec<Range<u32>>]) -> Vec<NodeId> {
    let few = |ranges: &Vec<Range<u32>>| ranges.clone().into_iter().flatten().take(MOST_OF_ONE_STRIKE);
    first_of_each(strikes.iter().flat_map(few).map(NodeId))
}

/// All who crashed, were wrongly held dead or were struck by anything else, in ranges that do not overlap.
fn affected(findings: &Findings, strikes: &[Vec<Range<u32>>]) -> Vec<Range<u32>> {
    let crashed = findings.crashes.iter().map(|crash| one(crash.node));
    let wronged = findings.mistakes.iter().map(|mistake| one(mistake.pair.subject));
    let mut all: Vec<Range<u32>> = strikes.iter().flatten().cloned().chain(crashed).chain(wronged).collect();
    all.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<u32>> = Vec::new();
    for range in all {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// So many of those who are struck together are shown before others.
const MOST_OF_ONE_STRIKE: usize = 4;
