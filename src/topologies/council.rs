//! Observers who decide together: each tells the others what it holds, and a death is declared in the name of
//! all where enough of them agree.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::cluster::NodeId;
use crate::engine::model::{Authority, Context, Opinion, Topology};

/// How many must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Council {
    /// More make fewer mistakes and decide later; as many as there are can be blocked by a single one.
    pub(super) quorum: u32,
}

/// "I hold it dead", or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Whom it is about.
    pub subject: NodeId,
    /// Whether the voter holds it dead.
    pub dead: bool,
}

/// What one member of the council knows of the opinions of all. Nothing, where nobody is held dead.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    holders: BTreeMap<NodeId, BTreeSet<NodeId>>,
}

impl Council {
    /// Whether one opinion is not enough, so that opinions must travel.
    pub(super) fn votes(self) -> bool {
        self.quorum > 1
    }

    /// Who declares deaths in the name of all.
    pub(super) fn authority(self) -> Authority {
        if self.votes() { Authority::Named } else { Authority::WhoeverIsFirst }
    }

    /// My own opinion changed. Says what is to be told to the others, if they need to know.
    pub(super) fn own<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        subject: NodeId,
        opinion: Opinion,
    ) -> Option<Ballot> {
        if !self.votes() {
            return None;
        }
        let ballot = Ballot { subject, dead: opinion == Opinion::Dead };
        self.count(tally, context, context.me(), ballot);
        Some(ballot)
    }

    /// `voter` holds an opinion.
    pub(super) fn count<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        voter: NodeId,
        ballot: Ballot,
    ) {
        let Ballot { subject, dead } = ballot;
        if !dead && !tally.holders.contains_key(&subject) {
            return;
        }
        let holders = tally.holders.entry(subject).or_default();
        let agreed = holders.len() >= self.quorum as usize;
        if dead {
            holders.insert(voter);
        } else {
            holders.remove(&voter);
        }
        match (agreed, holders.len() >= self.quorum as usize) {
            (false, true) => context.act(subject),
            (true, false) => context.retract(subject),
            _ => (),
        }
    }

    /// `voter` has begun anew and holds nobody dead any more.
    pub(super) fn forget<T: Topology>(self, tally: &mut Tally, context: &mut impl Context<T>, voter: NodeId) {
        let held: Vec<NodeId> = tally.held_by(voter).collect();
        for subject in held {
            self.count(tally, context, voter, Ballot { subject, dead: false });
        }
    }
}

impl Tally {
    /// Whom `voter` holds dead.
    pub(super) fn held_by(&self, voter: NodeId) -> impl Iterator<Item = NodeId> {
        let holds = move |(_, holders): &(&NodeId, &BTreeSet<NodeId>)| holders.contains(&voter);
        self.holders.iter().filter(holds).map(|(subject, _)| *subject)
    }
}
