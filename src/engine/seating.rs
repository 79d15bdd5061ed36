//! Where nodes sit: members side by side with those who act when they act.
//!
//! A node's number is its identity; its seat is where the engine keeps what belongs to it. With a million
//! nodes the cost of an event is the cost of fetching what it touches from memory. Members speak in the order
//! of their phases, so they are seated in that order, and the next event finds its data beside the last one's.
//! Seats are the engine's own business: protocols, faults, streams and results know nodes by number only.

use super::cluster::{Cluster, NodeId};

/// An index into everything that the engine keeps for each node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(pub u32);

impl Seat {
    /// As an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who sits where. Members sit before all others, as their numbers do.
#[derive(Debug)]
pub struct Seating {
    cluster: Cluster,
    seats: Vec<Seat>,
    nodes: Vec<NodeId>,
    /// What names the streams of those who are not members.
    others: Vec<u64>,
}

impl Seating {
    /// Seats members in the order of `rank`, equals in the order of their numbers, and all others behind them.
    pub fn new(cluster: Cluster, rank: impl Fn(NodeId) -> u64) -> Seating {
        let mut ranked: Vec<(u64, NodeId)> = cluster.all_members().map(|node| (rank(node), node)).collect();
        ranked.sort_unstable();
        let mut nodes: Vec<NodeId> = ranked.into_iter().map(|(_, node)| node).collect();
        nodes.extend((cluster.members..cluster.nodes()).map(NodeId));
        let mut seats = vec![Seat(0); nodes.len()];
        for (seat, node) in nodes.iter().enumerate() {
            seats[node.index()] = Seat(seat as u32);
        }
        let others = (cluster.members..cluster.nodes()).map(|node| cluster.identity(NodeId(node))).collect();
        Seating { cluster, seats, nodes, others }
    }

    /// Who there is.
    pub fn cluster(&self) -> Cluster {
        self.cluster
    }

    /// Where a node sits.
    #[inline]
    pub fn seat_of(&self, node: NodeId) -> Seat {
        self.seats[node.index()]
    }

    /// Who sits there.
    #[inline]
    pub fn node_at(&self, seat: Seat) -> NodeId {
        self.nodes[seat.index()]
    }

    /// What names the streams of whoever sits there.
    #[inline]
    pub fn identity_at(&self, seat: Seat) -> u64 {
        match seat.0.checked_sub(self.cluster.members) {
            Some(other) => self.others[other as usize],
            None => u64::from(self.node_at(seat).0),
        }
    }

    /// Whether a member sits there.
    #[inline]
    pub fn seats_member(&self, seat: Seat) -> bool {
        seat.0 < self.cluster.members
    }

    /// Bytes for each node.
    pub const BYTES_PER_NODE: usize = size_of::<Seat>() + size_of::<NodeId>();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_sit_by_rank_and_all_others_behind_them() {
        let cluster = Cluster::monitored(4, 2);
        let seating = Seating::new(cluster, |node| [7, 3, 7, 0][node.index()]);
        let row: Vec<u32> = (0..6).map(|seat| seating.node_at(Seat(seat)).0).collect();
        assert_eq!(row, [3, 1, 0, 2, 4, 5]);
        for node in (0..6).map(NodeId) {
            assert_eq!(seating.node_at(seating.seat_of(node)), node);
        }
    }
}
