//! When silence becomes suspicion: the list of detectors. A new detector is one new file and one line here.

mod rules;

use crate::engine::model::{Detector, Silence};
use crate::engine::time::Span;
pub use rules::{Judging, read_verdict};

crate::family! {
    /// A detector, as `[detector] kind = …` names it.
    pub enum Suspicion, a "detector" read with (beats: &Beats), visited by DetectorVisitor;
    "timeout" => timeout::Timeout,
    "misses" => misses::Misses,
}

/// What a detector must know of the beats that it will hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beats {
    /// The time between two of them.
    pub interval: Span,
    /// How long an answer may take, where beats are answers to questions.
    pub probe_timeout: Option<Span>,
}

/// Something to do with a detector of any type, compiled once for each.
pub trait DetectorVisitor {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<D: Detector>(self, detector: &D) -> Self::Output;
}

/// How long a detector bears silence, where that is known beforehand.
pub struct SilenceOf;

impl DetectorVisitor for SilenceOf {
    type Output = Option<Silence>;

    fn visit<D: Detector>(self, detector: &D) -> Option<Silence> {
        detector.silence()
    }
}
