//! What one member remembers: of most others, nothing.
//!
//! Whoever is not remembered is alive and has never had to say so: incarnation 0. So a member of a quiet
//! cluster of a hundred thousand remembers as little as one of ten.

use super::rumors::Rumors;
use super::speech::{Standing, Update};
use super::timing::Patience;
use crate::engine::cluster::NodeId;
use crate::engine::time::{Span, Time};

/// What one member remembers.
#[derive(Clone, Debug)]
pub struct Memory {
    pub(super) probe: Probe,
    pub(super) pass: Pass,
    /// With what number it says that it is alive. Only the member itself raises it: so it overrules what
    /// others say.
    pub(super) incarnation: u64,
    /// How bad it believes its own state to be.
    pub(super) score: u8,
    /// How many members it counts, itself included: all but those who have been dead for long.
    pub(super) members: u32,
    pub(super) rumors: Rumors,
    /// Whether it will be woken to spread news.
    pub(super) will_gossip: bool,
    /// The grid of instants at which it spreads news, by the first of them.
    pub(super) gossip_phase: Span,
    /// The members that it knows something of, by number.
    pub(super) known: Vec<Known>,
    /// Probes of others with which it helps.
    pub(super) errands: Vec<Errand>,
}

/// The probe that runs, or the one that ran last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    pub(super) target: NodeId,
    pub(super) number: u32,
    pub(super) begun: Time,
    /// When its time is over.
    pub(super) ends: Time,
    /// The incarnation of the target when it began.
    pub(super) incarnation: u64,
    pub(super) runs: bool,
    /// How many helpers were asked.
    pub(super) helpers: u16,
    /// How many of them got no answer either.
    pub(super) nacks: u16,
}

/// Where a member is in its walk over the list of all others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    /// Names the order.
    pub(super) key: u64,
    pub(super) place: u32,
}

/// What is remembered of a member.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) member: NodeId,
    pub(super) standing: Standing,
    pub(super) incarnation: u64,
    /// When its standing last changed.
    pub(super) since: Time,
    pub(super) suspicion: Option<Box<Suspicion>>,
}

/// A member that is suspected, and who suspects it.
#[derive(Clone, Debug)]
pub(super) struct Suspicion {
    patience: Patience,
    begun: Time,
    /// Whoever accused first, then those who confirmed it.
    accusers: Vec<NodeId>,
    /// When it turns into certainty.
    pub(super) ends: Time,
    /// Since when my own probe has had no answer; `None` while all I have is what others say.
    pub(super) silent_since: Option<Time>,
}

/// A ping on behalf of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errand {
    pub(super) origin: NodeId,
    pub(super) number: u32,
}

impl Memory {
    /// What is known of a member: nothing means alive, incarnation 0.
    #[inline]
    pub(super) fn of(&self, member: NodeId) -> Option<&Known> {
        if self.known.is_empty() {
            return None; // As nearly always.
        }
        self.place_of(member).ok().map(|place| &self.known[place])
    }

    /// What a member is held to be.
    #[inline]
    pub(super) fn standing(&self, member: NodeId) -> Standing {
        self.of(member).map_or(Standing::Alive, |known| known.standing)
    }

    /// The incarnation of a member.
    pub(super) fn incarnation_of(&self, member: NodeId) -> u64 {
        self.of(member).map_or(0, |known| known.incarnation)
    }

    /// What is known of a member, where it is suspected.
    pub(super) fn suspicion(&mut self, member: NodeId) -> Option<&mut Suspicion> {
        let place = self.place_of(member).ok()?;
        self.known[place].suspicion.as_deref_mut()
    }

    /// Remembers what an update says. Says what the member was held to be before.
    pub(super) fn learn(&mut self, update: Update, suspicion: Option<Suspicion>, now: Time) -> Standing {
        let Update { member, standing, incarnation, .. } = update;
        let suspicion = suspicion.map(Box::new);
        let fresh = Known { member, standing, incarnation, since: now, suspicion };
        match self.place_of(member) {
            Ok(place) => {
                let before = std::mem::replace(&mut self.known[place], fresh);
                if before.standing == standing {
                    self.known[place].since = before.since;
                }
                before.standing
            }
            Err(place) => {
                self.known.insert(place, fresh);
                Standing::Alive
            }
        }
    }

    /// Counts the members anew, without those who have been dead for longer than `kept`.
    pub(super) fn recount(&mut self, all: u32, kept: Span, now: Time) {
        let gone = |known: &&Known| known.is_long_dead(kept, now);
        self.members = all - self.known.iter().filter(gone).count() as u32;
    }

    fn place_of(&self, member: NodeId) -> Result<usize, usize> {
        self.known.binary_search_by_key(&member, |known| known.member)
    }
}

impl Known {
    /// Whether it has been dead for longer than `kept`.
    pub(super) fn is_long_dead(&self, kept: Span, now: Time) -> bool {
        self.standing == Standing::Dead && now - self.since > kept
    }
}

impl Probe {
    /// None has run yet. Numbers begin with the time, so that an answer to a probe of an earlier life is none
    /// to a probe of this one.
    pub(super) fn none(now: Time) -> Probe {
        Probe {
            target: NodeId(0),
            number: now.nanos() as u32,
            begun: now,
            ends: now,
            incarnation: 0,
            runs: false,
            helpers: 0,
            nacks: 0,
        }
    }

    /// Whether it is this probe that runs.
    #[inline]
    pub(super) fn is_running(&self, number: u32) -> bool {
        self.runs && self.number == number
    }
}

impl Suspicion {
    /// `accuser` suspects.
    pub(super) fn begin(
        patience: Patience,
        accuser: NodeId,
        silent_since: Option<Time>,
        now: Time,
    ) -> Suspicion {
        let ends = now + patience.shared_by(0);
        Suspicion { patience, begun: now, accusers: vec![accuser], ends, silent_since }
    }

    /// Another one suspects too. True if that counts, and so may bring the end nearer.
    pub(super) fn confirm(&mut self, accuser: NodeId) -> bool {
        let Suspicion { patience, begun, accusers, .. } = self;
        let others = accusers.len() as u32 - 1;
        if others >= patience.confirmations || accusers.contains(&accuser) {
            return false;
        }
        accusers.push(accuser);
        self.ends = *begun + patience.shared_by(others + 1);
        true
    }
}
