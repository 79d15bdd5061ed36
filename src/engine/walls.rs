//! Walls: who cannot reach whom at this moment, and who could not.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::cluster::{Cluster, NodeId};
use super::model::{Direction, Wall};
use super::time::Time;

/// All walls that stand, and those that fell last.
#[derive(Default)]
pub struct Walls {
    /// Walls between sets of nodes.
    standing: Vec<Standing>,
    /// Those of them that have fallen, and when; the last few.
    fallen: VecDeque<(Standing, Time)>,
    /// Walls around one node each, by the blow that raised them.
    around: BTreeMap<u64, (NodeId, Direction)>,
    /// Of each node, the walls around it; empty until there is one.
    cells: Vec<Cell>,
}

/// A wall between sets of nodes.
struct Standing {
    /// The blow that raised it.
    strike: u64,
    direction: Direction,
    /// Of each node, the number of its side; [`NO_SIDE`] if it is on none.
    sides: Vec<u32>,
}

/// The walls around one node.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// How many let nothing in.
    inward: u32,
    /// How many let nothing out.
    outward: u32,
    /// When the last one fell.
    fell: Option<Time>,
}

/// A node on no side reaches everybody.
const NO_SIDE: u32 = u32::MAX;

/// So many fallen walls are remembered.
const REMEMBERED: usize = 8;

impl Walls {
    /// Whether none stands.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.standing.is_empty() && self.around.is_empty()
    }

    /// A wall is raised, by a blow that struck `node` if anybody in particular.
    pub fn raise(&mut self, strike: u64, wall: &Arc<Wall>, cluster: Cluster, node: Option<NodeId>) {
        let direction = wall.direction;
        if let (true, Some(node)) = (wall.sides.is_empty(), node) {
            self.cells.resize(cluster.nodes() as usize, Cell::default());
            self.cells[node.index()].count(direction, |walls| *walls += 1);
            self.around.insert(strike, (node, direction));
            return;
        }
        let others = if wall.sides.len() == 1 { 1 } else { NO_SIDE };
        let mut sides = vec![others; cluster.nodes() as usize];
        for (side, ranges) in wall.sides.iter().enumerate() {
            ranges.iter().cloned().flatten().for_each(|node| sides[node as usize] = side as u32);
        }
        self.standing.push(Standing { strike, direction, sides });
    }

    /// A wall falls.
    pub fn fall(&mut self, strike: u64, now: Time) {
        if let Some((node, direction)) = self.around.remove(&strike) {
            let cell = &mut self.cells[node.index()];
            cell.count(direction, |walls| *walls -= 1);
            cell.fell = Some(now);
        }
        if let Some(place) = self.standing.iter().position(|wall| wall.strike == strike) {
            self.fallen.push_back((self.standing.remove(place), now));
            if self.fallen.len() > REMEMBERED {
                self.fallen.pop_front();
            }
        }
    }

    /// Whether a wall stands between two nodes, for what goes from the one to the other.
    pub fn cut(&self, from: NodeId, to: NodeId) -> bool {
        let cell = |node: NodeId| self.cells.get(node.index()).copied().unwrap_or_default();
        from != to && (cell(from).outward > 0 || cell(to).inward > 0)
            || self.standing.iter().any(|wall| wall.cuts(from, to))
    }

    /// Whether a wall between two nodes, in whichever direction, has stood since `since`, or stands.
    pub(super) fn stood_between(&self, one: NodeId, other: NodeId, since: Time) -> bool {
        let ways = [(one, other), (other, one)];
        let fell = |node: NodeId| self.cells.get(node.index()).and_then(|cell| cell.fell);
        let is_new = |fell: Time| fell >= since;
        ways.into_iter().any(|(from, to)| self.cut(from, to))
            || [one, other].into_iter().filter_map(fell).any(is_new)
            || self
                .fallen
                .iter()
                .any(|(wall, fell)| is_new(*fell) && ways.into_iter().any(|(from, to)| wall.cuts(from, to)))
    }
}

impl Standing {
    fn cuts(&self, from: NodeId, to: NodeId) -> bool {
        let (from, to) = (self.sides[from.index()], self.sides[to.index()]);
        let apart = from != to && from != NO_SIDE && to != NO_SIDE;
        apart
            && match self.direction {
                Direction::Both => true,
                Direction::In => to == 0,
                Direction::Out => from == 0,
            }
    }
}

impl Cell {
    fn count(&mut self, direction: Direction, change: impl Fn(&mut u32)) {
        if direction != Direction::Out {
            change(&mut self.inward);
        }
        if direction != Direction::In {
            change(&mut self.outward);
        }
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
        walls.fall(1, Time::from_nanos(1));
        assert_eq!(pairs(&walls).len(), 8, "another wall stands around n0");
        walls.fall(3, Time::from_nanos(3));
        assert_eq!(pairs(&walls), [(1, 0), (1, 2), (1, 3), (1, 4)]);
        walls.fall(2, Time::from_nanos(2));
        assert!(walls.is_empty());
    }

    #[test]
    fn a_wall_that_fell_is_remembered_for_those_whom_it_parted() {
        let at = Time::from_nanos;
        let mut walls = Walls::default();
        let between =
            Arc::new(Wall { sides: vec![std::iter::once(0..2).collect()], direction: Direction::Out });
        let around = Arc::new(Wall { sides: Vec::new(), direction: Direction::Both });
        walls.raise(1, &between, Cluster::monitored(4, 1), None);
        walls.raise(2, &around, Cluster::monitored(4, 1), Some(NodeId(3)));
        let parted = |walls: &Walls, since| {
            let pairs = (0..5).flat_map(|one| (one + 1..5).map(move |other| (one, other)));
            let parted =
                pairs.filter(|(one, other)| walls.stood_between(NodeId(*one), NodeId(*other), at(since)));
            parted.collect::<Vec<(u32, u32)>>()
        };
        assert_eq!(parted(&walls, 0).len(), 8, "all but n0 and n1, n2 and the monitor");
        walls.fall(1, at(10));
        walls.fall(2, at(20));
        assert!(walls.is_empty() && pairs(&walls).is_empty());
        assert_eq!(parted(&walls, 10).len(), 8);
        assert_eq!(parted(&walls, 11), [(0, 3), (1, 3), (2, 3), (3, 4)]);
        assert_eq!(parted(&walls, 21), []);
    }
}
