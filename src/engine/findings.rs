//! What the referee found out: crashes, mistakes and their causes, sums of time.

mod pairs;

use super::cluster::NodeId;
use super::cluster::Pair;
use super::digest::Digest;
use super::time::{Span, Time};
pub use pairs::{PAIRS_KEPT, PairFindings};

/// Why an observer held dead, or suspected, what was alive: from the truth over the stretch since the last sign of
/// life.
///
/// Exactly one, by precedence from top to bottom: what would have prevented it before what merely contributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Another node said so.
    Relay,
    /// A message between the two was cut off since the last sign of life that was heard.
    Partition,
    /// The subject stood still when it had something to do since the last sign of life that was heard.
    Pause,
    /// The observer stood still: a message since the last sign of life that was heard waits for it, or found its
    /// inbox full, or it was to ask and did not.
    Observer,
    /// A full queue dropped a message between the two since the last sign of life that was heard, or one waits
    /// there.
    Overload,
    /// A message between the two was lost since the last sign of life that was heard.
    Loss,
    /// Nothing went missing, but nothing had been heard yet of the subject's present life since the observer began
    /// to watch.
    StartUp,
    /// Nothing went missing: what would have spoken for the subject came too late.
    Latency,
}

impl Cause {
    /// All causes, in the order of their precedence.
    pub const ALL: [Cause; 8] = [
        Cause::Relay,
        Cause::Partition,
        Cause::Pause,
        Cause::Observer,
        Cause::Overload,
        Cause::Loss,
        Cause::StartUp,
        Cause::Latency,
    ];

    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Cause::Relay => "relay",
            Cause::Partition => "partition",
            Cause::Pause => "pause",
            Cause::Observer => "observer",
            Cause::Overload => "overload",
            Cause::Loss => "loss",
            Cause::StartUp => "start-up",
            Cause::Latency => "latency",
        }
    }
}

/// What became of all that could have spoken for a subject since the last sign of life: how much of it met what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Messages that the network lost.
    pub lost: u32,
    /// Messages that were cut off.
    pub cut: u32,
    /// Messages that wait in a queue, or were dropped at a full one.
    pub queued: u32,
    /// Messages that wait for an observer that stands still, or found its inbox full.
    pub behind: u32,
    /// What the subject was to do while it stood still.
    pub not_sent: u32,
    /// Whether the observer could not hear, or did not ask, because it stood still.
    pub observer_stood_still: bool,
}

impl Missing {
    /// Messages that wait at the observer, or found no room to wait.
    pub fn waiting(&self) -> u32 {
        self.queued + self.behind
    }

    /// The gravest of what happened.
    pub fn cause(&self) -> Option<Cause> {
        [
            (self.cut > 0, Cause::Partition),
            (self.not_sent > 0, Cause::Pause),
            (self.observer_stood_still, Cause::Observer),
            (self.queued > 0, Cause::Overload),
            (self.lost > 0, Cause::Loss),
        ]
        .into_iter()
        .find_map(|(happened, cause)| happened.then_some(cause))
    }
}

/// How a mistake ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The observer took it back.
    TakenBack,
    /// The subject really crashed.
    CameTrue,
    /// The observer itself crashed. How long it would have lasted is not known.
    ObserverCrashed,
    /// The run ended. How long it would have lasted is not known.
    RunEnded,
}

impl Ending {
    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Ending::TakenBack => "taken-back",
            Ending::CameTrue => "came-true",
            Ending::ObserverCrashed => "observer-crashed",
            Ending::RunEnded => "run-ended",
        }
    }

    /// Whether the length of the mistake is known.
    pub const fn is_known(self) -> bool {
        matches!(self, Ending::TakenBack | Ending::CameTrue)
    }
}

/// An observer held dead a subject that was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Who was wrong about whom.
    pub pair: Pair,
    /// When it was declared.
    pub start: Time,
    /// When it ended.
    pub end: Time,
    /// How it ended.
    pub ending: Ending,
    /// Why it happened.
    pub cause: Cause,
    /// The stamp of the newest beat that the observer had heard.
    pub last_heard: Option<Time>,
    /// What became of all that could have prevented it.
    pub missing: Missing,
    /// How much too late a beat came that had been sent before, if one came while the mistake lasted.
    pub late: Option<Span>,
}

/// A crash and what became known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Who crashed.
    pub node: NodeId,
    /// When.
    pub at: Time,
    /// When it came back, if it did.
    pub restarted: Option<Time>,
    /// Whether the authority wrongly held it dead already.
    pub already_dead: bool,
    /// When the first observer declared it, not to take it back.
    pub first: Option<Time>,
    /// When the majority of the observers that were up had.
    pub majority: Option<Time>,
    /// When all of them had.
    pub all: Option<Time>,
    /// When the authority had.
    pub acting: Option<Time>,
}

/// What became of a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was declared.
    Detected,
    /// The node restarted before it was declared.
    Missed,
    /// The run ended first.
    Pending,
}

impl Crash {
    /// What became of it for a class of observers whose declaration is `declared`.
    pub fn outcome(&self, declared: Option<Time>) -> Outcome {
        match (declared, self.restarted) {
            (Some(_), _) => Outcome::Detected,
            (None, Some(_)) => Outcome::Missed,
            (None, None) => Outcome::Pending,
        }
    }

    /// The detection time for a class of observers whose declaration is `declared`.
    pub fn detection(&self, declared: Option<Time>) -> Option<Span> {
        declared.map(|time| time - self.at)
    }

    /// Adds the crash to a digest.
    pub fn add_to(&self, digest: &mut Digest) {
        digest.add(u64::from(self.node.0) << 1 | u64::from(self.already_dead));
        for time in [Some(self.at), self.restarted, self.first, self.majority, self.all, self.acting] {
            digest.add_time(time);
        }
    }
}

/// Mistakes kept in full for each run. All are counted; later ones are not kept one by one.
pub const MISTAKES_KEPT: usize = 100_000;

/// What the referee found out in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// All crashes that count, in the order in which they happened.
    pub crashes: Vec<Crash>,
    /// The first mistakes, in the order in which they ended, at most [`MISTAKES_KEPT`].
    pub mistakes: Vec<Mistake>,
    /// The pairs that were wrong or had a crash to find out, in the order of their numbers, at most [`PAIRS_KEPT`].
    pub pairs: Vec<PairFindings>,
    /// Mistakes, and crashes to be found out, of pairs that are not kept one by one.
    pub pairs_left_out: u64,
    /// Number of mistakes by cause, in the order of [`Cause::ALL`].
    pub mistakes_by_cause: [u64; Cause::ALL.len()],
    /// Stretches in which at least one observer wrongly held a subject dead.
    pub false_positives: u64,
    /// How often a pair wrongly suspected, by cause, in the order of [`Cause::ALL`].
    pub false_suspicions_by_cause: [u64; Cause::ALL.len()],
    /// Mistakes whose length is known, and their total length.
    pub mistakes_ended: u64,
    /// Total length in nanoseconds of mistakes whose length is known.
    pub mistake_nanos: u128,
    /// Time in nanoseconds during which pairs held a mistake, those of the warm-up that lasted included.
    pub wrong_nanos: u128,
    /// How many of these mistakes came to an end that is known.
    pub wrong_ended: u64,
    /// Time in nanoseconds during which both ends of a pair were up, summed over pairs.
    pub pair_nanos: u128,
    /// Time in nanoseconds during which members were up, summed over members.
    pub node_nanos: u128,
    /// Node-nanoseconds between a crash and its declaration.
    pub dead_in_service_nanos: u128,
    /// Node-nanoseconds during which a node that was up was held dead by the authority.
    pub healthy_out_of_service_nanos: u128,
    /// Time in nanoseconds during which two nodes that were up kept each other out of service; `None` where members
    /// do not declare one another.
    pub two_sides_nanos: Option<u128>,
    /// Dead, trusted and dead again within the flap window.
    pub flaps: u64,
    /// Node-nanoseconds during which nobody who was up watched a member; `None` where nobody watches for silence.
    pub unwatched_nanos: Option<u128>,
    /// What became known of leaders; `None` where nobody leads.
    pub leadership: Option<Leadership>,
    /// A hash over all that was found out, every mistake included; not over what follows from the same events pair
    /// by pair.
    pub digest: Digest,
}

/// What became known of leaders in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leadership {
    /// Time in nanoseconds during which nobody led.
    pub leaderless_nanos: u128,
    /// Time in nanoseconds during which more than one node held itself to be the leader.
    pub two_leaders_nanos: u128,
    /// Elections that were started.
    pub elections: u64,
    /// Those that were started while a leader was up.
    pub needless_elections: u64,
}

impl Mistake {
    /// Adds the mistake to a digest.
    pub fn add_to(&self, digest: &mut Digest) {
        digest.add(u64::from(self.pair.observer.0) << 32 | u64::from(self.pair.subject.0));
        digest.add_time(Some(self.start));
        digest.add_time(Some(self.end));
        digest.add((self.cause as u64) << 8 | self.ending as u64);
        digest.add_time(self.last_heard);
        let Missing { lost, cut, queued, behind, not_sent, observer_stood_still } = self.missing;
        digest.add(u64::from(lost) << 32 | u64::from(cut));
        digest.add(u64::from(queued) << 32 | u64::from(behind));
        digest.add(u64::from(not_sent) << 1 | u64::from(observer_stood_still));
        digest.add_time(self.late.map(|late| Time::ZERO + late));
    }
}

impl Findings {
    /// All mistakes.
    pub fn mistakes_total(&self) -> u64 {
        self.mistakes_by_cause.iter().sum()
    }

    /// All wrong suspicions.
    pub fn false_suspicions_total(&self) -> u64 {
        self.false_suspicions_by_cause.iter().sum()
    }

    /// Adds to the digest what was not added while it was found.
    pub fn seal(&mut self) {
        let mut digest = self.digest;
        self.crashes.iter().for_each(|crash| crash.add_to(&mut digest));
        for counts in [self.mistakes_by_cause, self.false_suspicions_by_cause] {
            counts.into_iter().for_each(|count| digest.add(count));
        }
        for count in [self.false_positives, self.mistakes_ended, self.flaps] {
            digest.add(count);
        }
        for nanos in [
            self.mistake_nanos,
            self.wrong_nanos,
            self.pair_nanos,
            self.node_nanos,
            self.dead_in_service_nanos,
            self.healthy_out_of_service_nanos,
        ] {
            digest.add_wide(nanos);
        }
        [self.unwatched_nanos, self.two_sides_nanos]
            .into_iter()
            .flatten()
            .for_each(|nanos| digest.add_wide(nanos));
        if let Some(leadership) = self.leadership {
            digest.add_wide(leadership.leaderless_nanos);
            digest.add_wide(leadership.two_leaders_nanos);
            digest.add(leadership.elections);
            digest.add(leadership.needless_elections);
        }
        self.digest = digest;
    }
}
