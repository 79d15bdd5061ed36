//! When silence becomes suspicion: the list of detectors. A new detector is one new file and one line here, and a
//! word in `learning` if it learns from what it hears.

mod bounds;
mod expected;
mod learning;
mod lever;
mod rules;
mod verdict;
mod window;

use crate::engine::model::{Detector, Silence, Steady};
use crate::engine::time::Span;
pub use lever::{Lever, Setting, in_one_unit, rounded_up};
pub use rules::Judging;
pub use verdict::read_verdict;

crate::family! {
    /// A detector, as `[detector] kind = …` names it.
    pub enum Suspicion, a "detector" read with (beats: &Beats), seen as dyn Lever;
    "timeout" => timeout::Timeout,
    "misses" => misses::Misses,
    "phi" => phi::Phi,
    "chen" => chen::Chen,
    "bertier" => bertier::Bertier,
    "percentile" => percentile::Percentile,
}

/// What a detector must know of the beats that it will hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beats {
    /// The time between two of them.
    pub interval: Span,
    /// How long an answer may take, where beats are answers to questions.
    pub probe_timeout: Option<Span>,
    /// The least and the greatest time to the next of them, where each is announced with the one before.
    pub announced: Option<(Span, Span)>,
}

/// Something to do with a detector of any type, compiled once for each.
pub trait DetectorVisitor {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<D: Detector>(self, detector: &D) -> Self::Output;
}

/// Something to do with several detectors, one after the other those of one type.
pub trait AlikeVisitor<'a> {
    /// Does it with these, each with its place among all; at least one.
    fn visit<D: Detector + 'a>(&mut self, detectors: &[(usize, D)]);
}

/// How long a detector bears silence once beats have come like this for long, where that is known beforehand.
pub struct SilenceWith(pub Steady);

impl DetectorVisitor for SilenceWith {
    type Output = Option<Silence>;

    fn visit<D: Detector>(self, detector: &D) -> Option<Silence> {
        detector.silence(&self.0)
    }
}

/// Bytes that a detector keeps of a pair, beside what is the same for all, once it has heard so many beats.
pub struct HistoryOf(pub f64);

impl DetectorVisitor for HistoryOf {
    type Output = f64;

    fn visit<D: Detector>(self, detector: &D) -> f64 {
        detector.history(self.0)
    }
}
