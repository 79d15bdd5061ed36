//! What several blows on one node do together.

use std::collections::BTreeMap;

use crate::engine::cluster::NodeId;
use crate::engine::model::{Blow, Depth, Opinion};

/// What a blow may do to a node that several do no worse than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Hold {
    Down,
    Stopped,
    Hung,
}

impl Hold {
    pub(in crate::engine) fn of(blow: &Blow) -> Option<Hold> {
        match blow {
            Blow::Crash { .. } => Some(Hold::Down),
            Blow::Stop(stop) if stop.depth == Depth::Process => Some(Hold::Stopped),
            Blow::Stop(_) => Some(Hold::Hung),
            Blow::Slow(_) | Blow::Drift(_) | Blow::Wall(_) | Blow::Damage(_) => None,
        }
    }
}

/// How many blows hold each node down, or stop it: the first of them begins it, and the last to be over ends it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Holds(BTreeMap<(NodeId, Hold), u32>);

impl Holds {
    /// One more blow holds a node. Whether none did so before; a process that does not run cannot be stopped,
    /// and a crash ends what had stopped it.
    pub(in crate::engine) fn begins(&mut self, node: NodeId, hold: Hold) -> bool {
        if hold == Hold::Down {
            self.0.remove(&(node, Hold::Stopped));
            self.0.remove(&(node, Hold::Hung));
        } else if self.0.contains_key(&(node, Hold::Down)) {
            return false;
        }
        let blows = self.0.entry((node, hold)).or_default();
        *blows += 1;
        *blows == 1
    }

    /// Whether a node is not what an opinion of it says.
    pub(in crate::engine) fn belie(&self, node: NodeId, opinion: Opinion) -> bool {
        let is_up = !self.0.contains_key(&(node, Hold::Down));
        is_up != (opinion == Opinion::Trusted)
    }

    /// One blow less holds a node. Whether none does any more.
    pub(in crate::engine) fn ends(&mut self, node: NodeId, hold: Hold) -> bool {
        let Some(blows) = self.0.get_mut(&(node, hold)) else { return false };
        *blows -= 1;
        let is_free = *blows == 0;
        if is_free {
            self.0.remove(&(node, hold));
        }
        is_free
    }
}
