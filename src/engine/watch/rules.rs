//! By what silence is judged: the detector, when its deadline is looked at, and what follows from it.

use super::Verdict;
use crate::engine::time::{Span, Time};

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

/// What becomes of silence that has lasted for exactly as long as is borne.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// It is borne: `now - last > timeout` is too long.
    InTime,
    /// It is too long: `now - last >= timeout` is. Since time is whole nanoseconds, that is a deadline one nanosecond
    /// earlier.
    Late,
}

impl Tie {
    /// The longest silence that is borne by a detector that bears `span` where what comes at the deadline is in time.
    pub fn borne(self, span: Span) -> Span {
        match self {
            Tie::InTime => span,
            Tie::Late => Span::from_nanos(span.nanos().saturating_sub(1)),
        }
    }

    /// The deadline that is kept, of one by which the silence itself is in time.
    #[inline]
    pub(super) fn deadline(self, deadline: Time) -> Time {
        match self {
            Tie::InTime => deadline,
            Tie::Late => deadline.just_before(),
        }
    }
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

/// All rules by which silence is judged.
#[derive(Clone, Debug)]
pub struct Rules<D> {
    /// Gives the deadline.
    pub detector: D,
    /// Says when it is looked at.
    pub check: Check,
    /// Says whether the deadline itself is in time.
    pub tie: Tie,
    /// Says from when silence counts.
    pub stamp: Stamp,
    /// Whether a beat older than the newest heard counts.
    pub count_late_beats: bool,
    /// A beat that travelled for longer is not heard.
    pub cutoff: Span,
    /// Says what follows from suspicion.
    pub verdict: Verdict,
}

/// The first instant of the grid `phase + k × width` that is not before `time`.
pub fn grid_at_or_after(phase: Span, width: Span, time: Time) -> Time {
    let phase = Time::ZERO + phase;
    if time <= phase || time >= Time::BEYOND {
        return time.max(phase);
    }
    let steps = (time - phase).nanos().div_ceil(width.nanos());
    phase.saturating_add(Span::from_nanos(steps.saturating_mul(width.nanos())))
}
