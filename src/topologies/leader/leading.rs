//! What a leader does, and what its followers make of it.

use super::memory::Memory;
use super::{Beats, Due, Leader, News, Patience, Tick, Word, majority, others};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Grounds, Office};
use crate::engine::time::Time;

impl Leader {
    /// Whoever speaks is alive.
    pub(super) fn notice(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
    ) {
        if memory.office != Office::Leader {
            if memory.dead.remove(from) {
                self.take_back(memory, context, from);
            }
            return;
        }
        if memory.dead.contains(from) && !memory.judged.contains(from) {
            memory.dead.remove(from);
            context.trust(from);
            context.retract(from);
            context.watch(from);
        }
        context.heard(from, sent);
    }

    /// As follower: trusts again whom it held dead.
    fn take_back(&self, memory: &mut Memory, context: &mut impl Context<Self>, node: NodeId) {
        context.trust(node);
        if memory.word_stands {
            context.retract(node);
        }
        if memory.judged.remove(node) {
            context.unwatch(node);
        }
    }

    /// Begins to lead: whom it holds dead is now dead in the name of all, and everybody else is watched. Whom
    /// it has not judged dead itself it watches from the next sign of life on.
    pub(super) fn take_office(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        memory.office = Office::Leader;
        memory.leader = None;
        memory.word_stands = true;
        for other in others(context.cluster(), context.me()) {
            if memory.dead.contains(other) {
                context.act(other);
            } else {
                context.watch(other);
            }
        }
        context.office(Office::Leader);
        if self.check_quorum {
            memory.answers.clear();
            memory.answers.resize(context.cluster().members as usize, context.now());
            memory.answers[context.me().index()] = Time::NEVER;
            self.count_later(memory, context, context.now());
        }
        self.tell_that_it_leads(memory, context);
        if self.beats == Beats::Leader {
            self.set_next_beat(memory, context, Tick(context.now()));
        }
    }

    /// Leads no more. Whom it held dead it still holds dead, in the name of all until there is another
    /// leader.
    pub(super) fn leave_office(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        others(context.cluster(), context.me())
            .filter(|other| !memory.dead.contains(*other))
            .for_each(|other| context.unwatch(other));
    }

    /// Tells all others that it leads, and sets when it will again.
    pub(super) fn beat(&self, memory: &mut Memory, context: &mut impl Context<Self>, tick: Tick) {
        self.tell_that_it_leads(memory, context);
        self.set_next_beat(memory, context, tick);
    }

    fn set_next_beat(&self, memory: &mut Memory, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        memory.next_beat = Some(self.rhythm.set_next(context, me, tick, Due::Beat));
    }

    /// Tells all others that it leads, and whom it holds dead.
    fn tell_that_it_leads(&self, memory: &Memory, context: &mut impl Context<Self>) {
        let dead = memory.dead.as_slice();
        let count = dead.len() as u32;
        let news = if count == 0 { None } else { Some(News(context.pack(dead), count)) };
        others(context.cluster(), context.me())
            .for_each(|other| context.send(other, Word::Beat(memory.term, news)));
    }

    /// Tells all others that it is alive, as all do: as leader, that it leads.
    pub(super) fn beat_as_all_do(&self, memory: &Memory, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, Due::Beat);
        if memory.office == Office::Leader {
            self.tell_that_it_leads(memory, context);
        } else {
            others(context.cluster(), me).for_each(|other| context.send(other, Word::Sign(memory.term)));
        }
        self.rhythm.finished(context, me, Due::Beat);
    }

    /// Whether a word is no reason to trust whom the leader holds dead: where all beat, a follower may well hear
    /// whom its leader does not, and it is the leader who judges.
    pub(super) fn leaves_it_to_the_leader(&self, memory: &Memory, word: Word) -> bool {
        self.beats == Beats::All
            && memory.leader.is_some()
            && matches!(word, Word::Sign(_) | Word::Reply(_) | Word::LeaderReply(_))
    }

    /// A beat of somebody who does not lead.
    pub(super) fn on_sign(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        term: u32,
    ) {
        self.learn_of_term(memory, context, term);
        self.count_answer(memory, context, from, term);
        let leads = memory.office == Office::Leader;
        let answer = if leads { Word::LeaderReply(memory.term) } else { Word::Reply(memory.term) };
        context.send(from, answer);
    }

    /// Whoever leads has answered. It is a sign of its life; but it takes a beat to become anybody's leader.
    pub(super) fn on_leader_reply(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        (from, sent): (NodeId, Time),
        term: u32,
    ) {
        self.learn_of_term(memory, context, term);
        if term == memory.term && memory.leader == Some(from) {
            memory.heard = context.now();
            memory.stamp = memory.stamp.max(sent);
            self.be_patient(memory, context);
        }
    }

    /// A beat of whoever leads, or once led.
    pub(super) fn on_beat(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        (from, sent): (NodeId, Time),
        term: u32,
        news: Option<News>,
    ) {
        self.learn_of_term(memory, context, term);
        if term == memory.term && memory.office != Office::Leader {
            self.follow(memory, context);
            // A vote for another in this term would be worth nothing.
            memory.has_voted = true;
            let is_new = memory.leader != Some(from);
            let is_news = is_new || sent >= memory.told_at;
            memory.leader = Some(from);
            memory.heard = context.now();
            self.be_patient(memory, context);
            if std::mem::take(&mut memory.word_stands) {
                memory.dead.as_slice().iter().for_each(|node| context.retract(*node));
            }
            if is_news {
                memory.stamp = if is_new { sent } else { memory.stamp.max(sent) };
                memory.told_at = sent;
                self.believe(memory, context, news);
            }
        }
        context.send(from, Word::Reply(memory.term));
    }

    /// Holds dead whom the leader holds dead, and nobody else.
    fn believe(&self, memory: &mut Memory, context: &mut impl Context<Self>, news: Option<News>) {
        memory.told.clear();
        if let Some(News(parcel, _)) = news {
            let me = context.me();
            context.open(parcel).iter().filter(|node| **node != me).for_each(|node| {
                memory.told.add(*node);
            });
        }
        if memory.told == memory.dead {
            return;
        }
        for node in memory.told.as_slice().iter().filter(|node| !memory.dead.contains(**node)) {
            context.declare(*node, Grounds::Hearsay);
        }
        std::mem::swap(&mut memory.told, &mut memory.dead);
        let before = std::mem::take(&mut memory.told);
        for node in before.as_slice() {
            if !memory.dead.contains(*node) {
                self.take_back(memory, context, *node);
            }
        }
        memory.told = before;
    }

    /// A follower answers a beat, or knows better.
    pub(super) fn on_reply(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        term: u32,
    ) {
        self.learn_of_term(memory, context, term);
        self.count_answer(memory, context, from, term);
    }

    /// As leader: somebody is with me in this term.
    fn count_answer(&self, memory: &mut Memory, context: &impl Context<Self>, from: NodeId, term: u32) {
        if self.check_quorum && memory.office == Office::Leader && term == memory.term {
            memory.answers[from.index()] = context.now();
        }
    }

    /// Looks again when the majority, which last answered at `answered`, has been silent for too long. An
    /// answer at the very end is in time.
    fn count_later(&self, memory: &mut Memory, context: &mut impl Context<Self>, answered: Time) {
        let Patience(least, _) = self.election_timeout;
        memory.next_count = context.wake((answered + least).just_after(), Due::Quorum);
    }

    /// Gives up its office if the majority has not answered within the least patience.
    pub(super) fn on_quorum(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        if memory.office != Office::Leader || context.now() < memory.next_count {
            return; // Of an office that it has lost.
        }
        let answered = majority_since(memory, majority(context.cluster()));
        if answered == Time::NEVER {
            return; // It is a majority by itself.
        }
        let Patience(least, _) = self.election_timeout;
        if context.now() > answered + least {
            self.follow(memory, context);
        } else {
            self.count_later(memory, context, answered);
        }
    }
}

/// The last instant since which so many members have answered, the leader itself included.
fn majority_since(memory: &mut Memory, majority: usize) -> Time {
    memory.ranked.clone_from(&memory.answers);
    let (_, answered, _) = memory.ranked.select_nth_unstable_by(majority - 1, |one, other| other.cmp(one));
    *answered
}
