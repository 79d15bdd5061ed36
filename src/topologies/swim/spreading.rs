//! How news gets round: beside other messages, in messages of its own, and by comparing all that is known.

use super::memory::Memory;
use super::speech::{Message, Standing, Update, Word};
use super::timing::{push_pull_scaled, retransmit_limit};
use super::{Due, Swim};
use crate::engine::cluster::NodeId;
use crate::engine::model::Context;
use crate::engine::random::Purpose;
use crate::engine::time::{Span, Time};
use crate::engine::watch::grid_at_or_after;
use crate::topologies::rhythm::Phase;

impl Swim {
    /// A member begins: when it will spread news and compare.
    pub(super) fn begin_spreading(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        let now = context.now();
        let mut phases = context.random(Purpose::Phase, context.me());
        phases.bits(); // That of its probes.
        let mut share = || match self.rhythm.phase {
            Phase::Random => phases.unit(),
            Phase::Aligned => 0.0,
        };
        memory.gossip_phase = (now + self.gossip_interval.share(share())).since_start();
        let comparing = now + self.push_pull_interval.share(share());
        self.await_push_pull(memory, context, comparing);
    }

    /// Says something, with the news if there is any.
    #[inline]
    pub(super) fn say(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        to: NodeId,
        message: Message,
    ) {
        if memory.rumors.is_empty() {
            context.send(to, message);
        } else {
            self.say_with_news(memory, context, to, message);
        }
    }

    #[cold]
    fn say_with_news(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        to: NodeId,
        message: Message,
    ) {
        let news = memory.rumors.tell(retransmit_limit(self.retransmit_mult, memory.members));
        let parcel = context.pack(news.updates());
        context.send(to, message.with(parcel, news.updates().len()));
    }

    /// There is news: it rides on whatever is said from now on, and is sent by itself at the next
    /// opportunity.
    pub(super) fn spread(&self, memory: &mut Memory, context: &mut impl Context<Self>, update: Update) {
        memory.rumors.add(update);
        self.await_gossip(memory, context);
    }

    fn await_gossip(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        if self.gossip_interval > Span::ZERO && !memory.will_gossip && !memory.rumors.is_empty() {
            memory.will_gossip = true;
            let after = context.now().just_after();
            context.wake(grid_at_or_after(memory.gossip_phase, self.gossip_interval, after), Due::Gossip);
        }
    }

    /// It is time to spread news, as long as there is any: also to suspects and to those who died only
    /// lately, for they may live and want to contradict.
    pub(super) fn gossip(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        memory.will_gossip = false;
        let (me, now) = (context.me(), context.now());
        let is_fit = |memory: &Memory, member| {
            memory.of(member).is_none_or(|known| !known.is_long_dead(self.dead_gossip, now))
        };
        if !memory.rumors.is_empty() {
            let stream = context.random_now(Purpose::Spread, me);
            let picked = self.pick(memory, context, stream, self.gossip_fanout, is_fit);
            for member in picked.members() {
                if !memory.rumors.is_empty() {
                    self.say(memory, context, *member, Message::new(Word::Gossip, me, 0));
                }
            }
        }
        self.await_gossip(memory, context);
    }

    /// Sets when to compare next.
    pub(super) fn await_push_pull(&self, memory: &mut Memory, context: &mut impl Context<Self>, from: Time) {
        if self.push_pull_interval > Span::ZERO {
            let wait = push_pull_scaled(self.push_pull_interval, memory.members);
            context.wake(from + wait, Due::PushPull);
        }
    }

    /// Compares all that is known with somebody who is alive.
    pub(super) fn push_pull(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        if self.push_pull_interval == Span::ZERO {
            return;
        }
        let lives = |memory: &Memory, member| memory.standing(member) == Standing::Alive;
        let stream = context.random_now(Purpose::Exchange, context.me());
        if let Some(member) = self.pick(memory, context, stream, 1, lives).members().first() {
            self.tell_all(memory, context, *member, Word::Push);
        }
    }

    /// Tells all that is known. Whoever is not named is alive, incarnation 0.
    pub(super) fn tell_all(&self, memory: &Memory, context: &mut impl Context<Self>, to: NodeId, word: Word) {
        let (me, incarnation) = (context.me(), memory.incarnation);
        let myself = Update { member: me, from: me, standing: Standing::Alive, incarnation };
        let others = memory.known.iter().map(|known| Update {
            member: known.member,
            from: me,
            standing: known.standing,
            incarnation: known.incarnation,
        });
        let message = Message::new(word, me, 0);
        if memory.known.is_empty() && incarnation == 0 {
            return context.send(to, message);
        }
        let all: Vec<Update> = std::iter::once(myself).chain(others).collect();
        let parcel = context.pack(&all);
        context.send(to, message.with(parcel, all.len()));
    }
}
