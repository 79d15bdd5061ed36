//! What became known of single pairs of an observer and a subject.

use crate::engine::cluster::Pair;
use crate::engine::time::Span;

/// Pairs kept one by one for each run. What the others do is in all sums, but not told pair by pair.
pub const PAIRS_KEPT: usize = 100_000;

/// What became known of a pair that was wrong, or had a crash to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairFindings {
    /// Who watched whom.
    pub pair: Pair,
    /// For how long both were up and the one watched the other; `None` where it began or gave up watching in the
    /// midst of a life, because only the sum over all pairs is kept of that.
    pub watched: Option<Span>,
    /// Mistakes that began.
    pub mistakes: u64,
    /// Those of them whose length is not known.
    pub censored: u64,
    /// Mistakes that came to an end that is known, those of the warm-up that lasted included.
    pub wrong_ended: u64,
    /// For how long the observer was wrong, those of the warm-up that lasted included.
    pub wrong: Span,
    /// Crashes of the subject that the observer was to find out.
    pub crashes: u64,
    /// Those of them that it declared, not to take it back.
    pub detected: u64,
    /// Those that were over before.
    pub missed: u64,
    /// How long those that were detected took, added up.
    pub detection: Span,
}

impl PairFindings {
    /// A pair of which nothing is known yet.
    pub const fn of(pair: Pair) -> PairFindings {
        PairFindings {
            pair,
            watched: None,
            mistakes: 0,
            censored: 0,
            wrong_ended: 0,
            wrong: Span::ZERO,
            crashes: 0,
            detected: 0,
            missed: 0,
            detection: Span::ZERO,
        }
    }

    /// Crashes that were not declared when the run ended.
    pub const fn pending(&self) -> u64 {
        self.crashes - self.detected - self.missed
    }
}
