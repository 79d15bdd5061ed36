//! Who there is: members, and the observers that are nodes too.

use std::fmt;
use std::ops::Range;

/// A node: a dense index into everything that is kept per node. Members come first.
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

/// How many nodes of each role there are. Nodes are numbered role after role, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The nodes that are watched: `n0`, `n1`, …
    pub members: u32,
    /// The nodes that watch them: `m0`, …
    pub monitors: u32,
    /// The nodes that watch one region each: `c0`, …, region after region.
    pub coordinators: u32,
    /// The nodes to which coordinators report: `g0`, …
    pub globals: u32,
}

/// What a node is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is watched, and in some topologies watches others.
    Member,
    /// It watches members.
    Monitor,
    /// It watches the members of a region.
    Coordinator,
    /// Coordinators report to it.
    Global,
}

impl Role {
    /// All roles, in the order of the numbers of their nodes.
    pub const ALL: [Role; 4] = [Role::Member, Role::Monitor, Role::Coordinator, Role::Global];

    /// The letter with which the names of its nodes begin.
    pub const fn letter(self) -> char {
        match self {
            Role::Member => 'n',
            Role::Monitor => 'm',
            Role::Coordinator => 'c',
            Role::Global => 'g',
        }
    }
}

impl Cluster {
    /// Members and the monitors that watch them.
    pub const fn monitored(members: u32, monitors: u32) -> Cluster {
        Cluster { members, monitors, coordinators: 0, globals: 0 }
    }

    /// Members that watch one another.
    pub const fn of_peers(members: u32) -> Cluster {
        Cluster::monitored(members, 0)
    }

    /// All nodes of all roles.
    pub const fn nodes(self) -> u32 {
        self.members + self.others()
    }

    /// All nodes that are not members.
    pub const fn others(self) -> u32 {
        self.monitors + self.coordinators + self.globals
    }

    /// The numbers of the nodes of a role.
    pub const fn range(self, role: Role) -> Range<u32> {
        let monitors = self.members;
        let coordinators = monitors + self.monitors;
        let globals = coordinators + self.coordinators;
        match role {
            Role::Member => 0..monitors,
            Role::Monitor => monitors..coordinators,
            Role::Coordinator => coordinators..globals,
            Role::Global => globals..globals + self.globals,
        }
    }

    /// All nodes of a role.
    pub fn all(self, role: Role) -> impl Iterator<Item = NodeId> + Clone {
        ids(self.range(role))
    }

    /// The members.
    pub fn all_members(self) -> impl Iterator<Item = NodeId> + Clone {
        self.all(Role::Member)
    }

    /// The monitors.
    pub fn all_monitors(self) -> impl Iterator<Item = NodeId> + Clone {
        self.all(Role::Monitor)
    }

    /// Monitor `m<number>`.
    pub const fn monitor(self, number: u32) -> NodeId {
        NodeId(self.members + number)
    }

    /// Whether `node` is a member.
    #[inline]
    pub const fn is_member(self, node: NodeId) -> bool {
        node.0 < self.members
    }

    /// What `node` is there for.
    pub fn role(self, node: NodeId) -> Role {
        let its = |role: &Role| self.range(*role).contains(&node.0);
        Role::ALL.into_iter().find(its).unwrap_or(Role::Member)
    }

    /// Its number among the nodes of its role.
    pub fn number(self, node: NodeId) -> u32 {
        node.0 - self.range(self.role(node)).start
    }

    /// What names a node's streams: the same however many nodes of other roles there are.
    #[inline]
    pub fn identity(self, node: NodeId) -> u64 {
        const ROLE_BITS: u32 = 29;
        if self.is_member(node) {
            return u64::from(node.0);
        }
        let role = match self.role(node) {
            Role::Member => 0,
            Role::Monitor => 4, // The number that monitors have always had.
            Role::Coordinator => 5,
            Role::Global => 6,
        };
        u64::from(role << ROLE_BITS | self.number(node))
    }

    /// The name of a node.
    pub fn name(self, node: NodeId) -> Name {
        Name(self.role(node).letter(), self.number(node))
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
