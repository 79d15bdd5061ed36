//! Which links have rules of their own.

use super::Exception;
use crate::engine::cluster::NodeId;

/// Which tables speak of each node, as bits: one word says it for those who send, one for those who receive.
///
/// So the tables of a link are what two words have in common, however many tables there are, and however many
/// nodes each of them names.
pub(super) struct Exceptions {
    /// Up to the last node that any table names.
    of: Vec<Tables>,
}

#[derive(Clone, Copy, Default)]
struct Tables {
    from: u64,
    to: u64,
}

impl Exceptions {
    /// The tables as they follow one another.
    pub(super) fn new(links: &[Exception<'_>]) -> Exceptions {
        let ranges = links.iter().flat_map(|link| link.from.iter().chain(&link.to));
        let nodes = ranges.map(|range| range.end).max().unwrap_or(0);
        let mut of = vec![Tables::default(); nodes as usize];
        for (number, link) in links.iter().enumerate() {
            let bit = 1 << number;
            link.from.iter().cloned().flatten().for_each(|node| of[node as usize].from |= bit);
            link.to.iter().cloned().flatten().for_each(|node| of[node as usize].to |= bit);
        }
        Exceptions { of }
    }

    /// The number of the last table that speaks of the link.
    #[inline]
    pub(super) fn last(&self, from: NodeId, to: NodeId) -> Option<usize> {
        let (from, to) = (self.of.get(from.index())?, self.of.get(to.index())?);
        (from.from & to.to).checked_ilog2().map(|number| number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::network::Way;
    use crate::latencies::LatencyLaw;

    #[test]
    fn the_last_table_that_names_a_link_rules_it() {
        let law = LatencyLaw::constant(crate::engine::time::Span::ZERO);
        let ranges = |ends: &[(u32, u32)]| ends.iter().map(|(first, end)| *first..*end).collect();
        let link = |from: &[(u32, u32)], to: &[(u32, u32)]| Exception {
            from: ranges(from),
            to: ranges(to),
            way: Way::along(&law),
        };
        let exceptions = Exceptions::new(&[
            link(&[(0, 10)], &[(0, 10)]),
            link(&[(2, 4), (6, 8)], &[(5, 6)]),
            link(&[(5, 6)], &[(2, 4)]),
            link(&[(3, 4)], &[(0, 10)]),
            link(&[(20, 21)], &[(0, 1)]),
        ]);
        for (from, to, table) in [
            (0, 1, Some(0)),
            (2, 4, Some(0)),
            (2, 5, Some(1)),
            (5, 2, Some(2)),
            (5, 4, Some(0)),
            (7, 5, Some(1)),
            (3, 5, Some(3)),
            (5, 3, Some(2)),
            (20, 0, Some(4)),
            (20, 1, None),
            (0, 20, None),
            (0, 30, None),
            (30, 0, None),
            (12, 13, None),
        ] {
            assert_eq!(exceptions.last(NodeId(from), NodeId(to)), table, "{from} to {to}");
        }
    }

    #[test]
    fn there_is_room_for_as_many_tables_as_a_network_may_have() {
        let law = LatencyLaw::constant(crate::engine::time::Span::ZERO);
        let range = |number| std::iter::once(0..number + 1).collect();
        let links: Vec<Exception<'_>> = (0..crate::engine::network::Network::MOST_LINKS as u32)
            .map(|number| Exception { from: range(63 - number), to: range(0), way: Way::along(&law) })
            .collect();
        let exceptions = Exceptions::new(&links);
        for node in 0..64 {
            assert_eq!(exceptions.last(NodeId(node), NodeId(0)), Some(63 - node as usize));
        }
    }
}
