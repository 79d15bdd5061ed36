//! Patience, candidates and votes.

use super::memory::Memory;
use super::{Due, Leader, Patience, Word, majority, others};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Grounds, Office};
use crate::engine::random::Purpose;
use crate::engine::time::Time;

impl Leader {
    /// From now on it bears the silence of a leader for a while. How long is drawn anew each time.
    pub(super) fn be_patient(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        let Patience(least, greatest) = self.election_timeout;
        let draw = context.random_now(Purpose::Patience, context.me()).unit();
        let from = context.now().max(memory.abstains_until);
        memory.patient_until = from + least + (greatest - least).share(draw);
        self.look_at_patience(memory, context);
    }

    /// Makes sure that it looks as soon as its patience is at an end. A beat at the very end is in time.
    fn look_at_patience(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        let look = memory.patient_until.just_after();
        if look < memory.next_look {
            memory.next_look = context.wake(look, Due::Patience);
        }
    }

    /// Looks whether its patience is at an end. Then it holds the leader dead, and wants to lead itself.
    pub(super) fn on_patience(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        if context.now() < memory.next_look {
            return; // It has looked since this was set, and will again.
        }
        memory.next_look = Time::NEVER;
        if memory.office == Office::Leader {
            return;
        }
        if context.now() <= memory.patient_until {
            self.look_at_patience(memory, context);
            return;
        }
        if let Some(leader) = memory.leader.take() {
            memory.dead.add(leader);
            context.declare(leader, Grounds::Silence(memory.stamp));
        }
        if self.pre_vote {
            self.ask_first(memory, context);
        } else {
            self.stand(memory, context);
        }
    }

    /// Asks who would vote for it, before it disturbs anybody with a new term.
    fn ask_first(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        self.follow(memory, context);
        memory.is_asking = true;
        self.be_patient(memory, context);
        if self.has_majority_with(memory, context, None) {
            self.stand(memory, context);
        } else {
            others(context.cluster(), context.me())
                .for_each(|other| context.send(other, Word::PreVoteRequest(memory.term + 1)));
        }
    }

    /// Begins a new term, votes for itself and asks all others for their votes.
    fn stand(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        memory.term += 1;
        memory.has_voted = true;
        memory.is_asking = false;
        memory.office = Office::Candidate;
        context.office(Office::Candidate);
        self.be_patient(memory, context);
        if self.has_majority_with(memory, context, None) {
            self.take_office(memory, context);
        } else {
            others(context.cluster(), context.me())
                .for_each(|other| context.send(other, Word::VoteRequest(memory.term)));
        }
    }

    /// Counts one more who says yes; without one, begins to count with itself.
    fn has_majority_with(
        &self,
        memory: &mut Memory,
        context: &impl Context<Self>,
        supporter: Option<NodeId>,
    ) -> bool {
        if supporter.is_none() {
            memory.supporters.clear();
        }
        memory.supporters.add(supporter.unwrap_or(context.me()));
        memory.supporters.as_slice().len() >= majority(context.cluster())
    }

    /// Somebody wants to be elected.
    pub(super) fn on_vote_request(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        term: u32,
    ) {
        if self.check_quorum && self.knows_a_leader(memory, context) {
            return;
        }
        self.learn_of_term(memory, context, term);
        let yes = term == memory.term && !memory.has_voted && self.may_vote(memory, context);
        if yes {
            memory.has_voted = true;
            self.be_patient(memory, context);
        }
        context.send(from, Word::Vote(memory.term, yes));
    }

    /// Somebody voted, for me or not.
    pub(super) fn on_vote(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        (term, yes): (u32, bool),
    ) {
        self.learn_of_term(memory, context, term);
        let counts = yes && term == memory.term && memory.office == Office::Candidate;
        if counts && self.has_majority_with(memory, context, Some(from)) {
            self.take_office(memory, context);
        }
    }

    /// Somebody asks whether I would vote for it.
    pub(super) fn on_pre_vote_request(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        term: u32,
    ) {
        let could = term > memory.term || term == memory.term && !memory.has_voted;
        let yes = could && self.may_vote(memory, context) && !self.knows_a_leader(memory, context);
        context.send(from, Word::PreVote(if yes { term } else { memory.term }, yes));
    }

    /// Somebody said whether it would vote for me.
    pub(super) fn on_pre_vote(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        (term, yes): (u32, bool),
    ) {
        if !yes {
            self.learn_of_term(memory, context, term);
        } else if memory.is_asking
            && term == memory.term + 1
            && self.has_majority_with(memory, context, Some(from))
        {
            self.stand(memory, context);
        }
    }

    /// A term above its own makes everyone a follower who has not voted in it.
    pub(super) fn learn_of_term(&self, memory: &mut Memory, context: &mut impl Context<Self>, term: u32) {
        if term > memory.term {
            memory.term = term;
            memory.has_voted = !self.may_vote(memory, context);
            self.follow(memory, context);
        }
    }

    /// Whether it has waited long enough since a restart to be sure that it does not vote twice.
    fn may_vote(&self, memory: &Memory, context: &impl Context<Self>) -> bool {
        context.now() >= memory.abstains_until
    }

    /// Whether it leads, or heard its leader within the least patience.
    fn knows_a_leader(&self, memory: &Memory, context: &impl Context<Self>) -> bool {
        let Patience(least, _) = self.election_timeout;
        let hears_one = memory.leader.is_some() && context.now() <= memory.heard + least;
        memory.office == Office::Leader || hears_one
    }

    /// Neither leads nor wants to.
    pub(super) fn follow(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        memory.is_asking = false;
        let office = std::mem::replace(&mut memory.office, Office::Follower);
        if office != Office::Follower {
            context.office(Office::Follower);
        }
        if office == Office::Leader {
            self.leave_office(memory, context);
            self.be_patient(memory, context);
        }
    }
}
