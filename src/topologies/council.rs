//! Observers who decide together: each tells the others what it holds, and a death is declared in the name of
//! all where enough of them agree.
//!
//! An opinion is told at once, and repeated while it lasts: with what the council tells anyway, or every
//! interval in a review. One that was not repeated for three intervals has lapsed, so that neither a lost word
//! nor a voter that crashed leaves the others in error for long.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::cluster::NodeId;
use crate::engine::model::{Authority, Context, Opinion, Topology};
use crate::engine::time::{Span, Time};

/// How many must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Council {
    /// More make fewer mistakes and decide later; as many as there are can be blocked by a single one.
    pub quorum: u32,
    /// How often opinions are repeated.
    #[serde(skip)]
    pub repeat: Span,
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
    /// Who holds whom dead, and until when that is to be believed.
    votes: BTreeMap<NodeId, BTreeMap<NodeId, Time>>,
    /// Whose death it declares in the name of all.
    acting: BTreeSet<NodeId>,
    /// Whether a review is due some time.
    awaits_review: bool,
}

/// An opinion is believed for so many intervals after it was told: two of its repetitions may be lost.
const BELIEVED_FOR: u64 = 3;

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

    /// `voter` holds an opinion until it says otherwise.
    pub(super) fn count<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        voter: NodeId,
        ballot: Ballot,
    ) {
        self.note(tally, context, (voter, Some(Time::NEVER)), ballot);
    }

    /// `voter` holds an opinion, and will repeat it while it lasts.
    pub(super) fn count_for_a_while<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        voter: NodeId,
        ballot: Ballot,
    ) {
        let believed = context.now() + self.repeat.times(BELIEVED_FOR);
        self.note(tally, context, (voter, Some(believed)), ballot);
    }

    /// Some time has passed: what was not repeated lapses, and my own opinions are to be told again.
    pub(super) fn review<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        review: T::Timer,
    ) -> Vec<Ballot> {
        tally.awaits_review = false;
        let (me, now) = (context.me(), context.now());
        for (subject, voter) in tally.lapsed(now) {
            self.note(tally, context, (voter, None), Ballot { subject, dead: false });
        }
        self.await_review(tally, context, review);
        tally.held_by(me).map(|subject| Ballot { subject, dead: true }).collect()
    }

    /// `voter` has begun anew, or fallen silent: what it held is of no account any more.
    pub(super) fn forget<T: Topology>(self, tally: &mut Tally, context: &mut impl Context<T>, voter: NodeId) {
        let held: Vec<NodeId> = tally.held_by(voter).collect();
        for subject in held {
            self.note(tally, context, (voter, None), Ballot { subject, dead: false });
        }
    }

    /// Writes an opinion down, with the time until when it is to be believed: nothing if it has only lapsed. That
    /// alone does not undo what I hold myself: a voter that dies has not changed its mind.
    fn note<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        (voter, believed): (NodeId, Option<Time>),
        Ballot { subject, dead }: Ballot,
    ) {
        if !dead && !tally.votes.contains_key(&subject) {
            return;
        }
        let votes = tally.votes.entry(subject).or_default();
        match believed.filter(|_| dead) {
            Some(believed) => votes.insert(voter, believed),
            None => votes.remove(&voter),
        };
        let agree = votes.len() >= self.quorum as usize;
        let held_by_me = believed.is_none() && votes.contains_key(&context.me());
        if votes.is_empty() {
            tally.votes.remove(&subject);
        }
        if agree && tally.acting.insert(subject) {
            context.act(subject);
        } else if !agree && !held_by_me && tally.acting.remove(&subject) {
            context.retract(subject);
        }
    }

    /// Makes sure that there will be a review while anybody is held dead. `review` is the timer that brings it to
    /// [`Council::review`].
    pub(super) fn await_review<T: Topology>(
        self,
        tally: &mut Tally,
        context: &mut impl Context<T>,
        review: T::Timer,
    ) {
        if !tally.awaits_review && !tally.votes.is_empty() {
            tally.awaits_review = true;
            context.wake(context.now() + self.repeat, review);
        }
    }
}

impl Tally {
    /// Whom `voter` holds dead.
    pub(super) fn held_by(&self, voter: NodeId) -> impl Iterator<Item = NodeId> {
        let holds = move |(_, votes): &(&NodeId, &BTreeMap<NodeId, Time>)| votes.contains_key(&voter);
        self.votes.iter().filter(holds).map(|(subject, _)| *subject)
    }

    /// Opinions that are no longer to be believed: about whom, and whose.
    fn lapsed(&self, now: Time) -> Vec<(NodeId, NodeId)> {
        let mut lapsed = Vec::new();
        for (subject, votes) in &self.votes {
            let past = votes.iter().filter(|(_, believed)| **believed < now);
            lapsed.extend(past.map(|(voter, _)| (*subject, *voter)));
        }
        lapsed
    }
}
