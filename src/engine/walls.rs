//! Walls: who cannot reach whom at this moment.

use std::sync::Arc;

use super::cluster::{Cluster, NodeId};
use super::model::{Direction, Wall};

/// All walls that stand.
#[derive(Default)]
pub(super) struct Walls {
    standing: Vec<Standing>,
}

/// A wall that stands.
struct Standing {
    /// The blow that raised it.
    strike: u64,
    direction: Direction,
    /// Of each node, the number of its side; [`NO_SIDE`] if it is on none.
    sides: Vec<u16>,
}

/// A node on no side reaches everybody.
const NO_SIDE: u16 = u16::MAX;

impl Walls {
    /// Whether none stands.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// A wall is raised, by a blow that struck `node` if anybody in particular.
    pub(super) fn raise(&mut self, strike: u64, wall: &Arc<Wall>, cluster: Cluster, node: Option<NodeId>) {
        let alone = node.into_iter().map(|node| node.0..node.0 + 1).collect();
        let groups = if wall.sides.is_empty() { vec![alone] } else { wall.sides.clone() };
        let others = if groups.len() == 1 { 1 } else { NO_SIDE };
        let mut sides = vec![others; cluster.nodes() as usize];
        for (side, ranges) in groups.into_iter().enumerate() {
            ranges.into_iter().flatten().for_each(|node| sides[node as usize] = side as u16);
        }
        self.standing.push(Standing { strike, direction: wall.direction, sides });
    }

    /// A wall falls.
    pub(super) fn fall(&mut self, strike: u64) {
        self.standing.retain(|wall| wall.strike != strike);
    }

    /// Whether a wall stands between two nodes, for what goes from the one to the other.
    pub(super) fn cut(&self, from: NodeId, to: NodeId) -> bool {
        self.standing.iter().any(|wall| {
            let (from, to) = (wall.sides[from.index()], wall.sides[to.index()]);
            let apart = from != to && from != NO_SIDE && to != NO_SIDE;
            apart
                && match wall.direction {
                    Direction::Both => true,
                    Direction::In => to == 0,
                    Direction::Out => from == 0,
                }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who of five nodes cannot reach whom.
    fn cut(sides: &[(u32, u32)], direction: Direction, node: Option<u32>) -> Vec<(u32, u32)> {
        let sides = sides.iter().map(|(first, end)| std::iter::once(*first..*end).collect()).collect();
        let mut walls = Walls::default();
        let cluster = Cluster::monitored(4, 1);
        walls.raise(1, &Arc::new(Wall { sides, direction }), cluster, node.map(NodeId));
        pairs(&walls)
    }

    fn pairs(walls: &Walls) -> Vec<(u32, u32)> {
        let pairs = (0..5).flat_map(|from| (0..5).map(move |to| (from, to)));
        pairs.filter(|(from, to)| walls.cut(NodeId(*from), NodeId(*to))).collect()
    }

    #[test]
    fn sides_are_cut_from_one_another_and_whoever_is_on_none_reaches_all() {
        let both = cut(&[(0, 1), (2, 4)], Direction::Both, None);
        assert_eq!(both, [(0, 2), (0, 3), (2, 0), (3, 0)], "n1 and the monitor are on no side");
        assert_eq!(cut(&[(0, 1), (2, 4)], Direction::Out, None), [(0, 2), (0, 3)]);
        assert_eq!(cut(&[(0, 1), (2, 4)], Direction::In, None), [(2, 0), (3, 0)]);
        assert_eq!(cut(&[(0, 1), (1, 2), (2, 3)], Direction::Both, None).len(), 6);
    }

    #[test]
    fn one_side_is_cut_from_all_others_and_its_nodes_still_reach_one_another() {
        let expected = [(0, 3), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4)];
        assert_eq!(cut(&[(0, 3)], Direction::Out, None), expected);
        let n1 = cut(&[], Direction::Both, Some(1));
        assert_eq!(n1, [(0, 1), (1, 0), (1, 2), (1, 3), (1, 4), (2, 1), (3, 1), (4, 1)]);
    }

    #[test]
    fn what_any_wall_cuts_is_cut_until_the_last_of_them_falls() {
        let mut walls = Walls::default();
        let wall =
            |node: u32| Arc::new(Wall { sides: vec![vec![node..node + 1]], direction: Direction::Out });
        for (strike, node) in [(1, 0), (2, 1), (3, 0)] {
            walls.raise(strike, &wall(node), Cluster::monitored(4, 1), None);
        }
        assert_eq!(pairs(&walls).len(), 8);
        walls.fall(1);
        assert_eq!(pairs(&walls).len(), 8, "another wall stands around n0");
        walls.fall(3);
        assert_eq!(pairs(&walls), [(1, 0), (1, 2), (1, 3), (1, 4)]);
        walls.fall(2);
        assert!(walls.is_empty());
    }
}
