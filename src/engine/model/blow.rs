//! What can strike the world: the blows that faults deal, and how several on one node compose.

use std::ops::Range;
use std::sync::Arc;

use super::Latency;
use crate::engine::cluster::NodeId;

/// The primitive changes of the world, all that the loop knows of faults.
#[derive(Clone, Debug)]
pub enum Change {
    /// A blow strikes. No two have the same number.
    Begin {
        /// Its number.
        strike: u64,
        /// Whom it strikes.
        whom: Whom,
        /// What it does to them.
        blow: Blow,
    },
    /// The blow with this number is over, for whomever it struck.
    End {
        /// Its number.
        strike: u64,
    },
}

/// Whom a blow strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// This node.
    Node(NodeId),
    /// Whoever leads at that moment, or nobody if nobody does.
    Leader,
    /// Nobody in particular: the blow itself says what it does.
    World,
}

/// What a blow does, for as long as it lasts. How blows on one node compose is said at each.
#[derive(Clone, Debug)]
pub enum Blow {
    /// The process is gone; it begins anew, with empty memory, when no crash holds it down any more.
    Crash {
        /// Whether its host still answers "connection refused".
        refuses: bool,
    },
    /// The process stands still until no such blow holds it any more. A crash ends what had stopped the process;
    /// a process that does not run cannot be stopped.
    Stop(Stop),
    /// Handling each message takes this much longer, one after the other. Several blows add up; they last
    /// through a crash.
    Slow(Arc<dyn Latency>),
    /// Some cannot reach others. What any of the walls that stand cuts is cut.
    Wall(Arc<Wall>),
    /// Some links are worse. Losses are independent of one another, factors multiply.
    Damage(Arc<Damage>),
    /// The clock of the node runs fast by so many parts in a million, or slow if negative. Several add up.
    Drift(f64),
}

/// How a process stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// How much of it.
    pub depth: Depth,
    /// How many messages wait for it at most; what comes beyond is dropped. Of several blows the least.
    pub inbox: u32,
    /// What it does first when it wakes. Of several blows, as the first of them says.
    pub first: WakesTo,
}

/// How much of a process stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All of it.
    Process,
    /// All but the thread that beats and listens.
    Application,
}

/// What a process does first when it wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakesTo {
    /// It looks at its clock, and finds everybody silent for as long as it stood still; only then at the rest, in
    /// the order in which it was due.
    Clock,
    /// It reads the messages that wait; only then it looks at its clock.
    Inbox,
}

/// Who cannot reach whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Those on each side. A node on no side reaches everybody, unless there is one side only: then all others are
    /// on the other. Without any side, the node that is struck is on a side of its own.
    pub sides: Vec<Vec<Range<u32>>>,
    /// Which way is cut, seen from the first side.
    pub direction: Direction,
}

/// Which way is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Nothing passes.
    Both,
    /// Nothing gets in.
    In,
    /// Nothing gets out.
    Out,
}

/// What is worse, and by how much.
#[derive(Clone, Debug, PartialEq)]
pub struct Damage {
    /// On which links.
    pub extent: Extent,
    /// The probability that a message is lost by it.
    pub loss: f64,
    /// How many times longer a message travels.
    pub latency_factor: f64,
}

/// Some links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All from and to these nodes; from and to the node that is struck if there are none.
    Around(Vec<Range<u32>>),
    /// All from these nodes to those.
    Between(Vec<Range<u32>>, Vec<Range<u32>>),
}
