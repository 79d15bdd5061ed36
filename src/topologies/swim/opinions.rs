//! Who is alive, suspected or dead: how opinions overrule one another.
//!
//! Only a higher incarnation overrules in favour of a member, and only the member itself can raise its own.
//! Suspicion overrules life of the same incarnation, death overrules both (Das, Gupta and Motivala 2002,
//! section 4.2).

use super::memory::{Memory, Suspicion};
use super::speech::{Standing, Update};
use super::timing::Patience;
use super::{Due, Swim};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Grounds, Parcel};
use crate::engine::time::Time;

impl Swim {
    /// Reads the news that came with a message.
    pub(super) fn read_news(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        parcel: Option<Parcel>,
    ) {
        let Some(parcel) = parcel else { return };
        for place in 0..context.open(parcel).len() {
            let update = context.open(parcel)[place];
            match update.standing {
                Standing::Alive => self.alive(memory, context, update),
                Standing::Suspect => self.suspect(memory, context, update, None),
                Standing::Dead => self.dead(memory, context, update, Grounds::Hearsay),
            }
        }
    }

    /// Takes over what another knows. Whom it holds dead I only suspect, as if I had found it out myself: it
    /// may have been away for long.
    pub(super) fn merge(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        parcel: Option<Parcel>,
    ) {
        let Some(parcel) = parcel else { return };
        for place in 0..context.open(parcel).len() {
            let update = context.open(parcel)[place];
            match update.standing {
                Standing::Alive => self.alive(memory, context, update),
                Standing::Suspect | Standing::Dead => {
                    let suspect = Update { from: context.me(), standing: Standing::Suspect, ..update };
                    self.suspect(memory, context, suspect, None);
                }
            }
        }
    }

    /// A member says that it is alive.
    fn alive(&self, memory: &mut Memory, context: &mut impl Context<Self>, update: Update) {
        let Update { member, incarnation, .. } = update;
        if member == context.me() || incarnation <= memory.incarnation_of(member) {
            return;
        }
        let before = memory.learn(update, None, context.now());
        self.spread(memory, context, update);
        if before != Standing::Alive {
            context.trust(member);
        }
    }

    /// Somebody suspects a member; `silent_since` if I do because it has not answered me since then.
    pub(super) fn suspect(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        update: Update,
        silent_since: Option<Time>,
    ) {
        let Update { member, incarnation, .. } = update;
        if member == context.me() {
            return self.refute(memory, context, incarnation);
        }
        if incarnation < memory.incarnation_of(member) {
            return;
        }
        match memory.standing(member) {
            Standing::Dead => (),
            Standing::Suspect => self.confirm(memory, context, update, silent_since),
            Standing::Alive if self.suspicion_mult == 0 => {
                let grounds = silent_since.map_or(Grounds::Hearsay, Grounds::Silence);
                self.dead(memory, context, Update { standing: Standing::Dead, ..update }, grounds);
            }
            Standing::Alive => self.begin_suspicion(memory, context, update, silent_since),
        }
    }

    /// How long a suspicion lasts among so many members.
    pub(super) fn patience(&self, members: u32) -> Patience {
        let (mult, interval) = (self.suspicion_mult, self.rhythm.interval);
        match self.lifeguard {
            true => Patience::shrinking(mult, self.suspicion_max_mult, members, interval),
            false => Patience::fixed(mult, members, interval),
        }
    }

    fn begin_suspicion(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        update: Update,
        silent_since: Option<Time>,
    ) {
        let patience = self.patience(memory.members);
        let suspicion = Suspicion::begin(patience, update.from, silent_since, context.now());
        let ends = suspicion.ends;
        memory.learn(update, Some(suspicion), context.now());
        self.spread(memory, context, update);
        context.suspect(update.member, silent_since.map_or(Grounds::Hearsay, Grounds::Silence));
        self.await_expiry(memory, context, update.member, ends);
    }

    /// Waits until a suspicion has lasted long enough. A clock that runs fast says so sooner.
    fn await_expiry(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        member: NodeId,
        ends: Time,
    ) {
        let woken = context.wake(ends, Due::Expiry(member));
        if let Some(suspicion) = memory.suspicion(member) {
            suspicion.ends = suspicion.ends.min(woken);
        }
    }

    /// Somebody else suspects whom I suspect.
    fn confirm(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        update: Update,
        silent_since: Option<Time>,
    ) {
        let Some(suspicion) = memory.suspicion(update.member) else { return };
        suspicion.silent_since = suspicion.silent_since.or(silent_since);
        if !suspicion.confirm(update.from) {
            return;
        }
        let ends = suspicion.ends;
        // That it is shared is news too.
        self.spread(memory, context, update);
        if ends <= context.now() {
            self.expire(memory, context, update.member);
        } else {
            self.await_expiry(memory, context, update.member, ends);
        }
    }

    /// A suspicion may have lasted long enough, unless it was contradicted or is another one by now.
    pub(super) fn expire(&self, memory: &mut Memory, context: &mut impl Context<Self>, member: NodeId) {
        let incarnation = memory.incarnation_of(member);
        let Some(suspicion) = memory.suspicion(member) else { return };
        if suspicion.ends > context.now() {
            return;
        }
        let grounds = suspicion.silent_since.map_or(Grounds::Hearsay, Grounds::Silence);
        let dead = Update { member, from: context.me(), standing: Standing::Dead, incarnation };
        self.dead(memory, context, dead, grounds);
    }

    /// A member is declared dead.
    fn dead(&self, memory: &mut Memory, context: &mut impl Context<Self>, update: Update, grounds: Grounds) {
        let Update { member, incarnation, .. } = update;
        if member == context.me() {
            return self.refute(memory, context, incarnation);
        }
        if incarnation < memory.incarnation_of(member) || memory.standing(member) == Standing::Dead {
            return;
        }
        memory.learn(update, None, context.now());
        self.spread(memory, context, update);
        context.declare(member, grounds);
    }

    /// I am not. To be believed I need a higher incarnation than the accusation.
    fn refute(&self, memory: &mut Memory, context: &mut impl Context<Self>, accused: u64) {
        if accused < memory.incarnation {
            return; // That was contradicted already.
        }
        let (me, incarnation) = (context.me(), accused + 1);
        memory.incarnation = incarnation;
        if self.lifeguard {
            // To be accused is a sign of being slow.
            memory.score = memory.worse_by(1);
        }
        self.spread(memory, context, Update { member: me, from: me, standing: Standing::Alive, incarnation });
    }
}
