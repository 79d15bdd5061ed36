//! Watching: one watch per pair of observer and subject, each with a deadline that is looked at lazily.
//!
//! A watch has one pending look. If it comes too early, because something was heard meanwhile, it re-arms at
//! the deadline of that moment: one look per deadline, not one timer per beat. A deadline may also move
//! *earlier* than the pending look; then one more look is scheduled, and a look that is no longer the next
//! does nothing.

use super::cluster::{Cluster, NodeId, Pair};
use super::model::{Arrival, Detector};
use super::random::{Purpose, Streams};
use super::referee::Referee;
use super::seating::{Seat, Seating, Slot};
use super::time::{Span, Time};

/// What an observer thinks of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// All is well.
    Trusted,
    /// It has been silent for too long.
    Suspected,
    /// It was declared dead.
    Dead,
}

/// When a deadline is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// By an exact timer, as soon as it has passed.
    Timer,
    /// By a scan of all watches of an observer.
    Every {
        /// The time between two scans.
        every: Span,
        /// When scans begin after the start of the run; `None` for a random phase of each observer.
        phase: Option<Span>,
    },
    /// At the next instant on a grid of this width that begins with the run.
    Bucket(Span),
}

/// From when silence is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// From when the last beat was received.
    Arrival,
    /// From when it was sent.
    Sent,
    /// From the scan that noticed it.
    Noticed,
}

/// When suspicion becomes a declared death, and the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    /// How long a suspicion must last.
    pub confirm_after: Span,
    /// How long beats must flow before a dead node is trusted again.
    pub probation: Span,
    /// How many beats in a row it takes before a dead node is trusted again.
    pub successes: u32,
}

/// All rules by which silence is judged.
#[derive(Clone, Debug)]
pub struct Rules<D> {
    /// Gives the deadline.
    pub detector: D,
    /// Says when it is looked at.
    pub check: Check,
    /// Says from when silence counts.
    pub stamp: Stamp,
    /// Whether a beat older than the newest heard counts.
    pub count_late_beats: bool,
    /// Says what follows from suspicion.
    pub verdict: Verdict,
}

/// What an observer knows of a subject.
struct Watch<M> {
    memory: M,
    /// The sender's stamp of the newest beat.
    newest: Time,
    /// The one look that counts.
    next_look: Time,
    opinion: Opinion,
    heard: bool,
}

/// A dead node's way back.
#[derive(Clone, Copy)]
struct Recovery {
    since: Time,
    successes: u32,
}

const NOT_RECOVERING: Recovery = Recovery { since: Time::NEVER, successes: 0 };

/// Judges all silence of a run by one set of rules.
pub struct Judge<'a, D: Detector> {
    rules: &'a Rules<D>,
    cluster: Cluster,
    watches: Vec<Watch<D::Memory>>,
    /// Empty where a single beat is enough to be trusted again.
    recoveries: Vec<Recovery>,
    /// When each observer's scans begin.
    scan_phases: Vec<Span>,
    streams: Streams,
    /// Compares the opinions with the truth.
    pub referee: Referee,
}

impl<'a, D: Detector> Judge<'a, D> {
    /// Bytes for each pair of observer and subject.
    pub const BYTES_PER_PAIR: usize = size_of::<Watch<D::Memory>>();

    /// A judge who watches nobody yet.
    pub fn new(rules: &'a Rules<D>, cluster: Cluster, streams: Streams, referee: Referee) -> Judge<'a, D> {
        let pairs = cluster.pairs();
        let slow_return = rules.verdict.successes > 1 || rules.verdict.probation > Span::ZERO;
        Judge {
            rules,
            cluster,
            watches: (0..pairs).map(|_| Watch::unbegun(&rules.detector)).collect(),
            recoveries: if slow_return { vec![NOT_RECOVERING; pairs] } else { Vec::new() },
            scan_phases: vec![Span::ZERO; cluster.monitors as usize],
            streams,
            referee,
        }
    }

    /// An observer begins its life number `life`: its scans get their phase.
    pub fn begin_observer(&mut self, observer: NodeId, life: u32, now: Time) {
        let Check::Every { every, phase } = self.rules.check else { return };
        let offset = phase.unwrap_or_else(|| {
            let mut stream =
                self.streams.of(Purpose::Scan).at(self.cluster.identity(observer), u64::from(life));
            every.share(stream.unit())
        });
        let start = if phase.is_some() { Time::ZERO } else { now };
        self.scan_phases[(observer.0 - self.cluster.members) as usize] = (start + offset).since_start();
    }

    /// An observer crashed: it looks no more. Its opinions stand as it left them.
    pub fn end_observer(&mut self, seating: &Seating, observer: Seat) {
        for subject in 0..self.cluster.members {
            self.watches[seating.slot(observer, Seat(subject)).index()].next_look = Time::NEVER;
        }
    }

    /// A watch will be asked about soon. Reading it now, with others, lets the memory fetch many at once
    /// instead of one after the other; with a million nodes that is most of what an event costs.
    #[inline]
    pub fn expect(&self, slot: Slot) {
        std::hint::black_box(self.watches[slot.index()].next_look);
    }

    /// An observer begins to watch a subject, knowing nothing. Returns when to look.
    pub fn watch(&mut self, seating: &Seating, slot: Slot, now: Time) -> Option<Time> {
        self.referee.forget(pair_at(seating, slot), now);
        self.watches[slot.index()] = Watch::begun(&self.rules.detector, now);
        self.end_recovery(slot);
        self.look_by_deadline(slot, now)
    }

    /// An observer heard a sign of life. Returns when to look, if that is earlier than the pending look.
    #[inline]
    pub fn heard(&mut self, seating: &Seating, slot: Slot, sent: Time, now: Time) -> Option<Time> {
        let counted = match self.rules.stamp {
            Stamp::Arrival => now,
            Stamp::Sent => sent,
            Stamp::Noticed => self.scan_at_or_after(slot, now),
        };
        let watch = &mut self.watches[slot.index()];
        if watch.heard && sent <= watch.newest {
            if !self.rules.count_late_beats {
                return None;
            }
        } else {
            watch.newest = sent;
            watch.heard = true;
        }
        self.rules.detector.heard(&mut watch.memory, Arrival { sent, arrived: now, counted });
        match watch.opinion {
            Opinion::Trusted => self.look_by_deadline(slot, now),
            _ => self.reconsider(seating, slot, now),
        }
    }

    /// A question to a subject was not answered in time. Returns when to look, if earlier than pending.
    pub fn missed(&mut self, slot: Slot, since: Time, now: Time) -> Option<Time> {
        self.rules.detector.missed(&mut self.watches[slot.index()].memory, since);
        match self.watches[slot.index()].opinion {
            Opinion::Trusted => self.look_by_deadline(slot, now),
            Opinion::Suspected => None,
            Opinion::Dead => {
                self.end_recovery(slot);
                None
            }
        }
    }

    /// A look that was scheduled for now. Returns when to look again.
    pub fn look(&mut self, seating: &Seating, slot: Slot, now: Time) -> Option<Time> {
        let watch = &mut self.watches[slot.index()];
        if watch.next_look != now {
            return None;
        }
        watch.next_look = Time::NEVER;
        match watch.opinion {
            Opinion::Suspected => {
                self.declare(seating, slot, now);
                None
            }
            _ if now <= self.rules.detector.deadline(&watch.memory) => self.look_by_deadline(slot, now),
            Opinion::Trusted => self.suspect(seating, slot, now),
            Opinion::Dead => {
                self.end_recovery(slot);
                None
            }
        }
    }

    fn suspect(&mut self, seating: &Seating, slot: Slot, now: Time) -> Option<Time> {
        self.referee.suspect(pair_at(seating, slot), now);
        self.watches[slot.index()].opinion = Opinion::Suspected;
        if self.rules.verdict.confirm_after == Span::ZERO {
            self.declare(seating, slot, now);
            return None;
        }
        let look = now + self.rules.verdict.confirm_after;
        self.watches[slot.index()].next_look = look;
        Some(look)
    }

    fn declare(&mut self, seating: &Seating, slot: Slot, now: Time) {
        let watch = &mut self.watches[slot.index()];
        watch.opinion = Opinion::Dead;
        let newest = watch.heard.then_some(watch.newest);
        self.end_recovery(slot);
        self.referee.declare(pair_at(seating, slot), now, newest);
    }

    /// Something was heard of a suspect or of the dead.
    fn reconsider(&mut self, seating: &Seating, slot: Slot, now: Time) -> Option<Time> {
        let watch = &self.watches[slot.index()];
        if now > self.rules.detector.deadline(&watch.memory) {
            return None; // An old stamp: the deadline that it gives has passed already.
        }
        if watch.opinion == Opinion::Dead && !self.recovers(slot, now) {
            return self.look_by_deadline(slot, now);
        }
        self.watches[slot.index()].opinion = Opinion::Trusted;
        // The look that would have confirmed the suspicion is void: deadlines are looked at as `check` says.
        self.watches[slot.index()].next_look = Time::NEVER;
        self.end_recovery(slot);
        self.referee.trust(pair_at(seating, slot), now);
        self.look_by_deadline(slot, now)
    }

    /// Counts a beat of a dead node and says whether it may be trusted again.
    fn recovers(&mut self, slot: Slot, now: Time) -> bool {
        let Some(recovery) = self.recoveries.get_mut(slot.index()) else { return true };
        recovery.since = recovery.since.min(now);
        recovery.successes += 1;
        let verdict = &self.rules.verdict;
        recovery.successes >= verdict.successes && now - recovery.since >= verdict.probation
    }

    fn end_recovery(&mut self, slot: Slot) {
        if let Some(recovery) = self.recoveries.get_mut(slot.index()) {
            *recovery = NOT_RECOVERING;
        }
    }

    /// Makes sure that there is a look as soon as the deadline has passed.
    #[inline]
    fn look_by_deadline(&mut self, slot: Slot, now: Time) -> Option<Time> {
        let watch = &self.watches[slot.index()];
        let deadline = self.rules.detector.deadline(&watch.memory);
        if deadline.just_after() >= watch.next_look {
            return None;
        }
        let look = self.first_look(slot, deadline).max(now);
        if look >= watch.next_look {
            return None;
        }
        self.watches[slot.index()].next_look = look;
        Some(look)
    }

    /// The first instant after `deadline` at which the observer looks.
    fn first_look(&self, slot: Slot, deadline: Time) -> Time {
        match self.rules.check {
            Check::Timer => deadline.just_after(),
            Check::Every { .. } => self.scan_at_or_after(slot, deadline.just_after()),
            Check::Bucket(width) => grid_at_or_after(Span::ZERO, width, deadline.just_after()),
        }
    }

    fn scan_at_or_after(&self, slot: Slot, time: Time) -> Time {
        let Check::Every { every, .. } = self.rules.check else { return time };
        let phase = self.scan_phases[(slot.0 / self.cluster.members) as usize];
        grid_at_or_after(phase, every, time)
    }
}

/// The pair at a slot, by number.
fn pair_at(seating: &Seating, slot: Slot) -> Pair {
    let (observer, subject) = seating.pair_at(slot);
    Pair { observer: seating.node_at(observer), subject: seating.node_at(subject) }
}

impl<M> Watch<M> {
    fn unbegun(detector: &impl Detector<Memory = M>) -> Watch<M> {
        let memory = detector.begin(Time::ZERO);
        Watch { memory, newest: Time::ZERO, next_look: Time::NEVER, opinion: Opinion::Trusted, heard: false }
    }

    fn begun(detector: &impl Detector<Memory = M>, now: Time) -> Watch<M> {
        Watch { memory: detector.begin(now), ..Watch::unbegun(detector) }
    }
}

/// The first instant of the grid `phase + k × width` that is not before `time`.
pub fn grid_at_or_after(phase: Span, width: Span, time: Time) -> Time {
    let phase = Time::ZERO + phase;
    if time <= phase || time == Time::NEVER {
        return time.max(phase);
    }
    let steps = (time - phase).nanos().div_ceil(width.nanos());
    phase.saturating_add(Span::from_nanos(steps.saturating_mul(width.nanos())))
}

#[cfg(test)]
mod tests;
