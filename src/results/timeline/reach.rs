//! Who is cut off: whom a wall parts from somebody that matters to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Circle, Topology, Watches};
use crate::engine::walls::Walls;
use crate::scenario::Scenario;
use crate::topologies::TopologyVisitor;

/// Of some nodes, who matters to each: those whom it may watch and those who may watch it, and those whose opinion of
/// it counts, or of whom its opinion does.
pub(super) struct Reach(BTreeMap<NodeId, Vec<Range<u32>>>);

impl Reach {
    pub(super) fn of(scenario: &Scenario, nodes: &BTreeSet<NodeId>) -> Reach {
        scenario.topology.visit(Partners { cluster: scenario.cluster(), nodes })
    }

    /// Whether a wall stands between a node and anybody who matters to it, in either direction.
    pub(super) fn is_cut(&self, node: NodeId, walls: &Walls) -> bool {
        let mut partners = self.0.get(&node).into_iter().flatten().cloned().flatten().map(NodeId);
        partners.any(|other| other != node && (walls.cut(node, other) || walls.cut(other, node)))
    }
}

struct Partners<'a> {
    cluster: Cluster,
    nodes: &'a BTreeSet<NodeId>,
}

impl TopologyVisitor for Partners<'_> {
    type Output = Reach;

    fn visit<T: Topology>(self, topology: &T) -> Reach {
        let Partners { cluster, nodes } = self;
        let mut partners: BTreeMap<NodeId, Vec<Range<u32>>> = BTreeMap::new();
        let mut join = |one: NodeId, others: Range<u32>| {
            if nodes.contains(&one) {
                add(partners.entry(one).or_default(), others.clone());
            }
            for other in nodes.range(NodeId(others.start)..NodeId(others.end)) {
                add(partners.entry(*other).or_default(), one.0..one.0 + 1);
            }
        };
        for observer in (0..cluster.nodes()).map(NodeId) {
            match topology.watches(cluster, observer) {
                Watches::Nobody => (),
                Watches::All(subjects) => join(observer, subjects),
                Watches::Some(_) | Watches::Table => join(observer, 0..topology.subjects(cluster)),
            }
        }
        for subject in (0..topology.subjects(cluster)).map(NodeId) {
            if let Circle::Nodes(ranges) = topology.circle(cluster, subject) {
                ranges.into_iter().for_each(|range| join(subject, range));
            }
        }
        Reach(partners)
    }
}

/// Adds nodes that mostly follow those that are there already.
fn add(ranges: &mut Vec<Range<u32>>, more: Range<u32>) {
    match ranges.last_mut() {
        _ if more.is_empty() => (),
        Some(last) if last.start <= more.start && more.start <= last.end => last.end = last.end.max(more.end),
        _ => ranges.push(more),
    }
}
