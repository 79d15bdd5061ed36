//! What several blows on one node do together.

use std::collections::{BTreeMap, BTreeSet};

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

/// Which blows hold each node down, or stop it: the first of them begins it, and the last to be over ends it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Holds(BTreeMap<(NodeId, Hold), BTreeSet<u64>>);

impl Holds {
    /// One more blow holds a node: this one, by its number. Whether none did so before; a process that does not run
    /// cannot be stopped, and a crash ends what had stopped it.
    pub(in crate::engine) fn begins(&mut self, node: NodeId, hold: Hold, strike: u64) -> bool {
        if hold == Hold::Down {
            self.0.remove(&(node, Hold::Stopped));
            self.0.remove(&(node, Hold::Hung));
        } else if self.0.contains_key(&(node, Hold::Down)) {
            return false;
        }
        let blows = self.0.entry((node, hold)).or_default();
        blows.insert(strike);
        blows.len() == 1
    }

    /// Whether a node is not what an opinion of it says.
    pub(in crate::engine) fn belie(&self, node: NodeId, opinion: Opinion) -> bool {
        let is_up = !self.0.contains_key(&(node, Hold::Down));
        is_up != (opinion == Opinion::Trusted)
    }

    /// A blow holds a node no more. Whether it was the last of those that did: one that never held it, or that a crash
    /// had ended, ends nothing.
    pub(in crate::engine) fn ends(&mut self, node: NodeId, hold: Hold, strike: u64) -> bool {
        let Some(blows) = self.0.get_mut(&(node, hold)) else { return false };
        let is_free = blows.remove(&strike) && blows.is_empty();
        if is_free {
            self.0.remove(&(node, hold));
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    //! Which blow begins what, and which ends it.

    use super::*;

    const N0: NodeId = NodeId(0);

    #[test]
    fn a_blow_that_never_held_a_node_ends_nothing() {
        let mut holds = Holds::default();
        assert!(holds.begins(N0, Hold::Down, 1));
        assert!(!holds.begins(N0, Hold::Stopped, 2), "it was down");
        assert!(holds.ends(N0, Hold::Down, 1));
        assert!(holds.begins(N0, Hold::Stopped, 3));
        assert!(!holds.ends(N0, Hold::Stopped, 2), "another blow stops it");
        assert!(holds.ends(N0, Hold::Stopped, 3));
    }

    #[test]
    fn the_first_of_several_begins_what_the_last_to_be_over_ends() {
        let mut holds = Holds::default();
        assert!(holds.begins(N0, Hold::Stopped, 1));
        assert!(!holds.begins(N0, Hold::Stopped, 2));
        assert!(!holds.ends(N0, Hold::Stopped, 1));
        assert!(holds.ends(N0, Hold::Stopped, 2));
    }

    #[test]
    fn a_crash_ends_what_had_stopped_a_node() {
        let mut holds = Holds::default();
        assert!(holds.begins(N0, Hold::Hung, 1));
        assert!(holds.begins(N0, Hold::Down, 2));
        assert!(holds.ends(N0, Hold::Down, 2));
        assert!(holds.begins(N0, Hold::Hung, 3));
        assert!(!holds.ends(N0, Hold::Hung, 1));
        assert!(holds.ends(N0, Hold::Hung, 3));
    }
}
