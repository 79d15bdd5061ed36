//! Who there is: members, and the observers that are nodes too.

use std::fmt;
use std::ops::Range;

/// A node: a dense index into everything that is kept per node. Members come first, then monitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// As an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A pair of observer and subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who watches.
    pub observer: NodeId,
    /// Who is watched.
    pub subject: NodeId,
}

/// How many nodes of each role there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The nodes that are watched: `n0`, `n1`, …
    pub members: u32,
    /// The nodes that watch them: `m0`, …
    pub monitors: u32,
}

impl Cluster {
    /// All nodes of all roles.
    pub const fn nodes(self) -> u32 {
        self.members + self.monitors
    }

    /// All pairs of a monitor and a member.
    pub const fn pairs(self) -> usize {
        self.members as usize * self.monitors as usize
    }

    /// The members.
    pub fn all_members(self) -> impl Iterator<Item = NodeId> + Clone {
        ids(0..self.members)
    }

    /// The monitors.
    pub fn all_monitors(self) -> impl Iterator<Item = NodeId> + Clone {
        ids(self.members..self.nodes())
    }

    /// Monitor `m<number>`.
    pub const fn monitor(self, number: u32) -> NodeId {
        NodeId(self.members + number)
    }

    /// Whether `node` is a member rather than a monitor.
    #[inline]
    pub const fn is_member(self, node: NodeId) -> bool {
        node.0 < self.members
    }

    /// What names a node's streams: the same however many nodes of other roles there are.
    #[inline]
    pub const fn identity(self, node: NodeId) -> u64 {
        const MONITOR: u32 = 1 << 31;
        (if self.is_member(node) { node.0 } else { MONITOR | (node.0 - self.members) }) as u64
    }

    /// The name of a node as scenarios and tables write it.
    pub fn name(self, node: NodeId) -> Name {
        if self.is_member(node) { Name('n', node.0) } else { Name('m', node.0 - self.members) }
    }
}

fn ids(range: Range<u32>) -> impl Iterator<Item = NodeId> + Clone {
    range.map(NodeId)
}

/// A node's name: `n12`, `m0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name(char, u32);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0, self.1)
    }
}
