//! What follows from suspicion: when it becomes a declared death, and the way back.

use serde::{Serialize, Serializer};

use crate::engine::time::Span;

/// When suspicion becomes a declared death, and the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How long a suspicion must last.
    pub confirm_after: Span,
    /// How long beats must flow before a dead node is trusted again.
    pub probation: Span,
    /// How many beats in a row it takes before a dead node is trusted again.
    pub successes: u32,
    /// An observer that stood still holds its verdicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_pause_guard: Option<PauseGuard>,
}

impl Verdict {
    /// Suspicion is death, and one beat is life.
    pub const AT_ONCE: Verdict =
        Verdict { confirm_after: Span::ZERO, probation: Span::ZERO, successes: 1, local_pause_guard: None };

    /// Whether it takes more than a single beat to be trusted again.
    pub fn returns_slowly(&self) -> bool {
        self.successes > 1 || self.probation > Span::ZERO
    }
}

/// What an observer does that stood still: it mistrusts its own clock for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseGuard {
    /// It notices when it stood still for longer than this.
    pub over: Span,
    /// It holds its verdicts for so long after it woke.
    pub hold: Span,
}

impl Serialize for PauseGuard {
    /// As a scenario writes it, in short where both are the same.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both {
            over: Span,
            hold: Span,
        }
        let PauseGuard { over, hold } = *self;
        if over == hold { over.serialize(serializer) } else { Both { over, hold }.serialize(serializer) }
    }
}
