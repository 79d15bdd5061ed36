//! The rhythm of a periodic sender: what every topology takes.

use serde::Serialize;

use crate::document::{Bounds, FromValue, Kind, Place, Positive, Shape, Table, Value};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Missed, Topology};
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::{Span, Time};

/// How often a node speaks, and when it begins.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rhythm {
    /// The time between two beats. Shorter detects sooner and costs more messages.
    pub interval: Span,
    /// When the first beat is due.
    pub phase: Phase,
    /// From what the next beat is counted.
    pub pace: Pace,
    /// How far a beat strays, as a share of the interval. Spreads what would otherwise come all at once.
    #[serde(skip_serializing_if = "Jitter::is_none")]
    pub jitter: Jitter,
    /// What becomes of beats that fell due while the sender stood still.
    pub catch_up: Missed,
    /// How many bytes a message has.
    pub message_bytes: u64,
}

/// When the first beat is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Anywhere in the first interval, each node on its own.
    Random,
    /// At once, all together.
    Aligned,
}

/// From what the next beat is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// From a fixed grid that begins with the first beat.
    FixedRate,
    /// From the moment at which the one before was finished.
    FixedDelay,
}

/// A uniform random share of the interval, between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Jitter(f64, f64);

/// A beat that is due, by its place on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick(pub Time);

/// The most bytes that a message may have.
const MOST_BYTES: u64 = 1 << 30;

impl Rhythm {
    /// Reads the keys that every topology takes.
    pub fn read(table: &mut Table<'_>) -> Rhythm {
        let Positive(interval) = table.or("interval", Positive(Span::SECOND));
        let phase =
            table.word("phase", Phase::Random, &[("random", Phase::Random), ("aligned", Phase::Aligned)]);
        let paces = [("fixed-rate", Pace::FixedRate), ("fixed-delay", Pace::FixedDelay)];
        let pace = table.word("pace", Pace::FixedRate, &paces);
        let jitter = table.or("jitter", Jitter::NONE);
        let words = [("one", Missed::One), ("none", Missed::None), ("all", Missed::All)];
        let catch_up = table.word("catch_up", Missed::One, &words);
        if catch_up != Missed::One && (pace == Pace::FixedDelay || !jitter.is_none()) {
            let reason = "only beats on a fixed grid, without jitter, can be caught up with or left out";
            table.complain("catch_up", reason, "leave catch_up out: one beat comes at once after a pause");
        }
        table.bounded("message_bytes", Bounds::most(MOST_BYTES as f64));
        let message_bytes = table.or("message_bytes", 64);
        if message_bytes > MOST_BYTES {
            table.complain("message_bytes", "a message may have at most 1 GiB", "write message_bytes = 64");
        }
        Rhythm { interval, phase, pace, jitter, catch_up, message_bytes }
    }

    /// Begins the beats between `member` and the node that begins now, which may be itself. The phase belongs to
    /// the member, whoever keeps its time.
    pub fn begin<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        self.begin_beside(context, member, 0, timer);
    }

    /// The same where `others` before it keep the time of the same member, each with a phase of its own.
    pub fn begin_beside<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        others: u32,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        let wait = match self.phase {
            Phase::Random => {
                let mut phases = context.random(Purpose::Phase, member);
                (0..others).for_each(|_| _ = phases.unit());
                self.interval.share(phases.unit())
            }
            Phase::Aligned => Span::ZERO,
        };
        let first = context.now() + wait;
        if self.is_steady() {
            context.every(first, self.interval, self.catch_up, timer(Tick(first)));
        } else {
            context.wake(self.strayed(context, member, first), timer(Tick(first)));
        }
    }

    /// A beat is due, so the next is to be set, unless it is set already or must wait for this one to finish.
    #[inline(always)]
    pub fn beat<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        Tick(due): Tick,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        if self.pace == Pace::FixedRate && !self.jitter.is_none() {
            self.set_strayed(context, member, Tick(due), timer);
        }
    }

    fn set_strayed<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        Tick(due): Tick,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        let next = self.next_on_grid(due, context.now());
        context.wake(self.strayed(context, member, next), timer(Tick(next)));
    }

    /// The first beat of the grid after `due` that is still to come: who stood still has missed some.
    fn next_on_grid(&self, due: Time, now: Time) -> Time {
        let next = due + self.interval;
        if next > now {
            next
        } else {
            next + self.interval.times((now - next).nanos() / self.interval.nanos() + 1)
        }
    }

    /// A beat is finished, so the next is to be set if it waited for that.
    pub fn finished<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        let now = context.now();
        self.finished_at(context, member, now, timer);
    }

    /// The same where the beat was finished at `end`, which has just become certain.
    pub fn finished_at<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        end: Time,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) {
        if self.pace == Pace::FixedDelay {
            let next = end + self.interval;
            context.wake(self.strayed(context, member, next), timer(Tick(next)));
        }
    }

    /// A beat that was due is done, and the one that follows it is to be set, by a node that may have ceased to
    /// beat until then. Says when that one is due.
    pub fn set_next<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        member: NodeId,
        Tick(due): Tick,
        timer: impl FnOnce(Tick) -> T::Timer,
    ) -> Tick {
        let next = match self.pace {
            Pace::FixedRate => self.next_on_grid(due, context.now()),
            Pace::FixedDelay => context.now() + self.interval,
        };
        context.wake(self.strayed(context, member, next), timer(Tick(next)));
        Tick(next)
    }

    /// When a beat that is due at `due` really comes.
    fn strayed<T: Topology>(&self, context: &impl Context<T>, member: NodeId, due: Time) -> Time {
        let Jitter(low, high) = self.jitter;
        if self.jitter.is_none() {
            return due;
        }
        let share = low + (high - low) * context.random_now(Purpose::Jitter, member).unit();
        let strayed = if share < 0.0 {
            let early = self.interval.share(-share).nanos();
            Time::from_nanos(due.nanos().saturating_sub(early))
        } else {
            due + self.interval.share(share)
        };
        strayed.max(context.now())
    }

    /// How long it is from a beat of `member` to its next, where whoever heard it at `at` draws that for both.
    pub fn drawn_period<T: Topology>(&self, context: &impl Context<T>, member: NodeId, at: Time) -> Span {
        let Jitter(low, high) = self.jitter;
        let share = low + (high - low) * context.random_at(Purpose::Jitter, member, at).unit();
        self.interval.stretched(1.0 + share)
    }

    /// The least and the greatest time from one beat to the next that may be drawn.
    pub fn periods(&self) -> (Span, Span) {
        let Jitter(low, high) = self.jitter;
        (self.interval.stretched(1.0 + low), self.interval.stretched(1.0 + high))
    }

    /// Whether no beat strays.
    pub fn is_regular(&self) -> bool {
        self.jitter.is_none()
    }

    /// All nodes together, every `interval`, for tests.
    #[cfg(test)]
    pub(super) fn aligned(interval: Span) -> Rhythm {
        let (phase, pace, jitter) = (Phase::Aligned, Pace::FixedRate, Jitter::NONE);
        Rhythm { interval, phase, pace, jitter, catch_up: Missed::One, message_bytes: 64 }
    }

    /// The same, counted from the end of the beat before, for tests.
    #[cfg(test)]
    pub(super) fn with_fixed_delay(self) -> Rhythm {
        Rhythm { pace: Pace::FixedDelay, ..self }
    }

    /// By which share of the interval a beat is late on average, where the next one is counted from it.
    pub fn mean_stray(&self) -> f64 {
        let [low, high] = self.jitter.bounds();
        if self.pace == Pace::FixedDelay { f64::midpoint(low, high) } else { 0.0 }
    }

    /// Whether beats come at a fixed interval, whatever happens.
    pub fn is_steady(&self) -> bool {
        self.pace == Pace::FixedRate && self.jitter.is_none()
    }

    /// Whether members beat at random moments of the interval, and every interval.
    pub fn is_plain(&self) -> bool {
        self.phase == Phase::Random && self.is_steady()
    }

    /// Whether each beat waits for the one before it, and for nothing else.
    pub fn begins_anew(&self) -> bool {
        self.pace == Pace::FixedDelay && self.jitter.is_none()
    }

    /// The order in which members beat in the first interval.
    pub fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        match self.phase {
            Phase::Random => {
                let mut stream = streams.of(Purpose::Phase).at(u64::from(member.0), 0);
                self.interval.share(stream.unit()).nanos()
            }
            Phase::Aligned => 0,
        }
    }
}

impl Jitter {
    /// Beats come when they are due.
    pub const NONE: Jitter = Jitter(0.0, 0.0);

    /// The least and the greatest share of the interval by which a beat strays.
    pub fn bounds(&self) -> [f64; 2] {
        [self.0, self.1]
    }

    fn is_none(&self) -> bool {
        *self == Jitter::NONE
    }
}

impl FromValue for Jitter {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Jitter> {
        const REMEDY: &str = "write jitter = [-0.1, 0.1] for a tenth of the interval either way";
        let Kind::List(items) = &value.kind else {
            let found = value.kind.described();
            place.advise(value, format!("expected the least and the greatest jitter, found {found}"), REMEDY);
            return None;
        };
        let bounds: Vec<f64> = items.iter().filter_map(|item| f64::from_value(item, place)).collect();
        if bounds.len() < items.len() {
            return None; // That was said already.
        }
        match bounds[..] {
            [low, high] if low > high => {
                place.advise(value, format!("the least jitter {low} is above the greatest {high}"), REMEDY);
                None
            }
            [low, high] if low <= -1.0 || high >= 1.0 => {
                place.advise(value, "a beat can stray by less than one interval either way", REMEDY);
                None
            }
            [low, high] => Some(Jitter(low, high)),
            _ => {
                place.advise(value, format!("expected two numbers, found {}", bounds.len()), REMEDY);
                None
            }
        }
    }

    fn shape() -> Shape {
        let share = Shape::Number(Bounds { above: Some(-1.0), below: Some(1.0), ..Bounds::default() });
        share.list_of(2, Some(2))
    }
}
