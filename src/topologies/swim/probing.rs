//! Asking one after another whether they are alive, and helping others to.

use super::memory::{Errand, Memory, Pass, Probe};
use super::speech::{Message, Standing, Update, Word};
use super::{Due, MOST_PICKED, Order, Swim, WORST_SCORE};
use crate::engine::cluster::NodeId;
use crate::engine::model::Context;
use crate::engine::random::{Purpose, Stream};
use crate::engine::time::Span;
use crate::topologies::Tick;

/// A few members, each at most once.
pub(super) struct Picked {
    members: [NodeId; MOST_PICKED as usize],
    count: usize,
}

impl Swim {
    /// The next probe is due. While one runs that takes longer than an interval, those that fall due are left
    /// out.
    pub(super) fn probe_due(&self, memory: &mut Memory, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, Due::Probe);
        if memory.probe.runs {
            if context.now() < memory.probe.ends {
                return;
            }
            self.fail(memory, context);
        }
        match self.next_target(memory, context) {
            Some(target) => self.begin_probe(memory, context, target),
            None => self.rhythm.finished(context, me, Due::Probe),
        }
    }

    fn begin_probe(&self, memory: &mut Memory, context: &mut impl Context<Self>, target: NodeId) {
        let (me, now) = (context.me(), context.now());
        let number = memory.probe.number.wrapping_add(1);
        // Only the interval grows with bad health; the probe timeout does not.
        let ends = now + self.rhythm.interval.times(u64::from(memory.score) + 1);
        let (standing, incarnation) =
            memory.of(target).map_or((Standing::Alive, 0), |known| (known.standing, known.incarnation));
        memory.probe =
            Probe { target, number, begun: now, ends, incarnation, runs: true, helpers: 0, nacks: 0 };
        let ping = Message::new(Word::Ping, target, number);
        if self.lifeguard && standing != Standing::Alive {
            // A suspect is told what it is accused of, to contradict as soon as it can.
            let accusation = Update { member: target, from: me, standing: Standing::Suspect, incarnation };
            let parcel = context.pack(&[accusation]);
            context.send(target, ping.with(parcel, 1));
        } else {
            self.say(memory, context, target, ping);
        }
        // An answer at the very end of the probe timeout is in time.
        context.wake((now + self.probe_timeout).just_after(), Due::Overdue(number));
    }

    /// The direct answer to a probe is overdue: others try.
    pub(super) fn overdue(&self, memory: &mut Memory, context: &mut impl Context<Self>, number: u32) {
        if !memory.probe.is_running(number) {
            return;
        }
        if context.now() >= memory.probe.ends {
            return self.fail(memory, context); // There is no time left for help.
        }
        let (target, ends) = (memory.probe.target, memory.probe.ends);
        let can_help =
            |memory: &Memory, member| member != target && memory.standing(member) == Standing::Alive;
        let stream = context.random_now(Purpose::Help, context.me());
        let helpers = self.pick(memory, context, stream, self.indirect, can_help);
        for helper in helpers.members() {
            self.say(memory, context, *helper, Message::new(Word::PingReq, target, number));
        }
        memory.probe.helpers = helpers.members().len() as u16;
        context.wake(ends, Due::Verdict(number));
        if let Some(rto) = self.fallback_rto {
            self.ping_by_stream(memory, context, number, rto);
        }
    }

    /// Pings over a stream, on which the same is sent again after `wait`, then after twice that, four times that and
    /// so on, until it is answered or the probe is over. What comes twice is answered twice, which stands for the
    /// answers that are sent again.
    pub(super) fn ping_by_stream(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        number: u32,
        wait: Span,
    ) {
        if !memory.probe.is_running(number) {
            return;
        }
        let (target, again) = (memory.probe.target, context.now().saturating_add(wait));
        context.send(target, Message::new(Word::StreamPing, target, number));
        if again < memory.probe.ends {
            context.wake(again, Due::Again(number, wait.times(2)));
        }
    }

    /// Somebody wants to know whether `target` is alive.
    pub(super) fn help(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        origin: NodeId,
        target: NodeId,
        number: u32,
    ) {
        self.say(memory, context, target, Message::new(Word::PingFor, origin, number));
        if self.lifeguard {
            memory.errands.push(Errand { origin, number });
            let overdue = (context.now() + self.probe_timeout).just_after();
            context.wake(overdue, Due::Fruitless(origin, number));
        }
    }

    /// Whom I pinged for somebody else has answered.
    pub(super) fn relay(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        origin: NodeId,
        number: u32,
    ) {
        // Without nacks nobody counts how long it takes.
        if !self.lifeguard || memory.end_errand(Errand { origin, number }) {
            self.say(memory, context, origin, Message::new(Word::Ack, origin, number));
        }
    }

    /// Whom I pinged for somebody else has not answered. That I say so shows that the fault is not with who
    /// asked.
    pub(super) fn fruitless(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        origin: NodeId,
        number: u32,
    ) {
        if memory.end_errand(Errand { origin, number }) {
            self.say(memory, context, origin, Message::new(Word::Nack, origin, number));
        }
    }

    /// A probe was answered, directly or through a helper.
    pub(super) fn succeed(&self, memory: &mut Memory, context: &mut impl Context<Self>, number: u32) {
        if memory.probe.is_running(number) {
            memory.probe.runs = false;
            memory.score = memory.score.saturating_sub(1);
            self.rhythm.finished(context, context.me(), Due::Probe);
        }
    }

    /// The time of the probe that runs is over, and there was no answer.
    pub(super) fn fail(&self, memory: &mut Memory, context: &mut impl Context<Self>) {
        memory.probe.runs = false;
        let Probe { target, begun, incarnation, helpers, nacks, .. } = memory.probe;
        let accusation =
            Update { member: target, from: context.me(), standing: Standing::Suspect, incarnation };
        self.suspect(memory, context, accusation, Some(begun));
        if self.lifeguard {
            // Each helper of whom nothing was heard at all makes it more likely that the fault is with me.
            let worse = if helpers > 0 { helpers - nacks } else { 1 };
            memory.score = memory.worse_by(worse);
        }
        self.rhythm.finished(context, context.me(), Due::Probe);
    }

    /// A walk over all others that is anywhere on its way, as if it had begun long ago. If all began at the
    /// start of their lists, all would be through with them at the same time.
    pub(super) fn anywhere(&self, context: &impl Context<Self>) -> Pass {
        let mut stream = context.random_now(Purpose::Choice, context.me());
        let others = context.cluster().members - 1;
        Pass { key: stream.bits(), place: stream.below(others.max(1)) }
    }

    /// Whom to probe next: nobody who is known to be dead.
    fn next_target(&self, memory: &mut Memory, context: &mut impl Context<Self>) -> Option<NodeId> {
        let (me, members) = (context.me(), context.cluster().members);
        let others = members - 1;
        if others == 0 {
            return None;
        }
        let lives = |memory: &Memory, member| memory.standing(member) != Standing::Dead;
        if self.order == Order::Random {
            memory.pass.place += 1;
            if memory.pass.place >= others {
                memory.pass.place = 0;
                memory.recount(members, self.dead_gossip, context.now());
            }
            let stream = context.random_now(Purpose::Choice, me);
            return self.pick(memory, context, stream, 1, lives).members().first().copied();
        }
        for _ in 0..others {
            if memory.pass.place == others {
                memory.pass = Pass { key: context.random_now(Purpose::Choice, me).bits(), place: 0 };
                memory.recount(members, self.dead_gossip, context.now());
            }
            let target = other(me, self.shuffle.item(memory.pass.key, memory.pass.place));
            memory.pass.place += 1;
            if lives(memory, target) {
                return Some(target);
            }
        }
        None
    }

    /// Picks up to `count` others, each as likely as any other that is fit. Gives up where hardly any is.
    pub(super) fn pick(
        &self,
        memory: &Memory,
        context: &impl Context<Self>,
        mut stream: Stream,
        count: u32,
        is_fit: impl Fn(&Memory, NodeId) -> bool,
    ) -> Picked {
        let (me, members) = (context.me(), context.cluster().members);
        let others = members - 1;
        let mut picked = Picked { members: [me; MOST_PICKED as usize], count: 0 };
        let count = count.min(others) as usize;
        // As often as memberlist tries.
        let mut tries = 3 * u64::from(members);
        while picked.count < count && tries > 0 {
            tries -= 1;
            let member = other(me, stream.below(others));
            if !picked.members().contains(&member) && is_fit(memory, member) {
                picked.members[picked.count] = member;
                picked.count += 1;
            }
        }
        picked
    }
}

/// The member with this number among all but `me`.
#[inline]
fn other(me: NodeId, number: u32) -> NodeId {
    NodeId(number + u32::from(number >= me.0))
}

impl Picked {
    #[inline]
    pub(super) fn members(&self) -> &[NodeId] {
        &self.members[..self.count]
    }
}

impl Memory {
    /// The score after it became worse.
    pub(super) fn worse_by(&self, points: u16) -> u8 {
        (u16::from(self.score) + points).min(u16::from(WORST_SCORE)) as u8
    }

    /// Ends an errand. False if it was over already.
    fn end_errand(&mut self, errand: Errand) -> bool {
        let place = self.errands.iter().position(|open| *open == errand);
        place.map(|place| self.errands.swap_remove(place)).is_some()
    }
}

impl Probe {
    /// A helper has got no answer either.
    pub(super) fn count_nack(&mut self, number: u32) {
        if self.is_running(number) && self.nacks < self.helpers {
            self.nacks += 1;
        }
    }
}
