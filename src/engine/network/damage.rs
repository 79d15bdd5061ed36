//! Links that are worse for a while.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::engine::cluster::NodeId;
use crate::engine::model::{Damage, Extent};
use crate::engine::time::Span;

/// All damage at the moment.
#[derive(Default)]
pub(super) struct Damages {
    /// Damage that names its links, by its strike, in the order in which it was done.
    named: Vec<(u64, Arc<Damage>)>,
    /// Damage to all links of one node, by the node, each by its strike and in the order in which it was done.
    around: BTreeMap<NodeId, Vec<(u64, Worse)>>,
    /// What that makes of the links of each node, up to the last that was ever struck.
    struck: Vec<Worse>,
}

/// How much worse a link is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Worse {
    /// The probability that a message is not lost by it.
    passes: f64,
    /// How many times longer it travels.
    factor: f64,
}

impl Worse {
    const NOT: Worse = Worse { passes: 1.0, factor: 1.0 };

    /// Losses are independent of one another, factors multiply.
    fn and(self, other: Worse) -> Worse {
        Worse { passes: self.passes * other.passes, factor: self.factor * other.factor }
    }

    /// The probability that a message is lost, by this or as usual.
    pub(super) fn loss(self, usual: f64) -> f64 {
        if self.passes == 1.0 { usual } else { 1.0 - (1.0 - usual) * self.passes }
    }

    /// How long a message travels that would travel for `usual`.
    pub(super) fn travel(self, usual: Span) -> Span {
        if self.factor == 1.0 { usual } else { usual.stretched(self.factor) }
    }
}

impl Damage {
    fn worse(&self) -> Worse {
        Worse { passes: 1.0 - self.loss, factor: self.latency_factor }
    }

    /// Whether it names the link.
    fn names(&self, from: NodeId, to: NodeId) -> bool {
        match &self.extent {
            Extent::Around(nodes) => has(nodes, from) || has(nodes, to),
            Extent::Between(senders, receivers) => has(senders, from) && has(receivers, to),
        }
    }
}

/// Whether a node is in one of `ranges`.
fn has(ranges: &[Range<u32>], node: NodeId) -> bool {
    ranges.iter().any(|range| range.contains(&node.0))
}

impl Damages {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.around.is_empty()
    }

    /// Some is done. Whom it strikes matters only if it names nobody.
    pub(super) fn begin(&mut self, strike: u64, damage: &Arc<Damage>, struck: Option<NodeId>) {
        match (&damage.extent, struck) {
            (Extent::Around(nodes), Some(node)) if nodes.is_empty() => {
                self.around.entry(node).or_default().push((strike, damage.worse()));
                self.review(node);
            }
            _ => self.named.push((strike, damage.clone())),
        }
    }

    /// Some is made good. What was never done is nothing.
    pub(super) fn end(&mut self, strike: u64, struck: Option<NodeId>) {
        let Some((node, around)) = struck.and_then(|node| Some((node, self.around.get_mut(&node)?))) else {
            return self.named.retain(|(number, _)| *number != strike);
        };
        around.retain(|(number, _)| *number != strike);
        if around.is_empty() {
            self.around.remove(&node);
        }
        self.review(node);
    }

    /// How much worse a node's links are now. All anew, because a product that is divided again is not what
    /// it was.
    fn review(&mut self, node: NodeId) {
        if self.struck.len() <= node.index() {
            self.struck.resize(node.index() + 1, Worse::NOT);
        }
        let on_it = self.around.get(&node).into_iter().flatten();
        self.struck[node.index()] = on_it.fold(Worse::NOT, |sum, (_, worse)| sum.and(*worse));
    }

    /// How much worse the link is at the moment.
    pub(super) fn on(&self, [from, to]: [NodeId; 2]) -> Worse {
        let at = |node: NodeId| self.struck.get(node.index()).copied().unwrap_or(Worse::NOT);
        // A node's way to itself is struck once.
        let ends = if from == to { at(from) } else { at(from).and(at(to)) };
        let named = self.named.iter().filter(|(_, damage)| damage.names(from, to));
        named.fold(ends, |sum, (_, damage)| sum.and(damage.worse()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(extent: Extent, loss: f64, latency_factor: f64) -> Arc<Damage> {
        Arc::new(Damage { extent, loss, latency_factor })
    }

    fn one(node: u32) -> Vec<Range<u32>> {
        std::iter::once(node..node + 1).collect()
    }

    #[test]
    fn losses_are_independent_and_factors_multiply() {
        let mut damages = Damages::default();
        let at = |damages: &Damages, from, to| {
            let worse = damages.on([NodeId(from), NodeId(to)]);
            (worse.loss(0.0), worse.factor)
        };
        damages.begin(1, &damage(Extent::Around(Vec::new()), 0.5, 3.0), Some(NodeId(4)));
        damages.begin(2, &damage(Extent::Around(one(1)), 0.25, 1.0), None);
        damages.begin(3, &damage(Extent::Between(one(1), one(4)), 0.0, 2.0), None);
        damages.begin(4, &damage(Extent::Around(Vec::new()), 0.5, 1.0), Some(NodeId(4)));
        for (from, to, worse) in [
            (0, 2, (0.0, 1.0)),
            (0, 1, (0.25, 1.0)),
            (1, 0, (0.25, 1.0)),
            (4, 0, (0.75, 3.0)),
            (4, 4, (0.75, 3.0)),
            (4, 1, (0.8125, 3.0)),
            (1, 4, (0.8125, 6.0)),
            (9, 9, (0.0, 1.0)),
        ] {
            assert_eq!(at(&damages, from, to), worse, "{from} to {to}");
        }
        damages.end(1, Some(NodeId(4)));
        damages.end(1, Some(NodeId(4)));
        assert_eq!(at(&damages, 1, 4), (0.625, 2.0));
        let rest = [(2, None), (3, None), (4, Some(NodeId(4)))];
        rest.into_iter().for_each(|(strike, struck)| damages.end(strike, struck));
        assert!(damages.is_empty());
        assert_eq!(at(&damages, 1, 4), (0.0, 1.0), "what was made good leaves no trace");
    }

    #[test]
    fn damage_comes_on_top_of_what_is_usual() {
        let worse = Worse { passes: 0.5, factor: 2.5 };
        assert_eq!(worse.loss(0.5), 0.75);
        assert_eq!(worse.travel(Span::from_millis(10)), Span::from_millis(25));
        assert_eq!(worse.travel(Span::LONGEST), Span::LONGEST, "longer than history is as long as history");
        assert_eq!(Worse::NOT.loss(0.1), 0.1);
        assert_eq!(Worse::NOT.travel(Span::from_nanos(7)), Span::from_nanos(7));
    }
}
