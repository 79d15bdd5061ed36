//! What follows from suspicion: when it becomes a declared death, and the way back.

use serde::{Serialize, Serializer};

use crate::engine::rate::Rate;
use crate::engine::time::Span;

/// When suspicion becomes a declared death, and the way back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
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
    /// How many deaths an observer declares in how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
}

impl Verdict {
    /// Suspicion is death, and one beat is life.
    pub const AT_ONCE: Verdict = Verdict {
        confirm_after: Span::ZERO,
        probation: Span::ZERO,
        successes: 1,
        local_pause_guard: None,
        limit: None,
    };

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

/// How many deaths an observer declares in how long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// As long as all is well; nothing if there is no limit then.
    #[serde(flatten)]
    pub pace: Option<Pace>,
    /// When it finds too many silent to believe it.
    #[serde(flatten)]
    pub alarm: Option<Alarm>,
}

/// So many on average, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pace {
    /// On average; more than none.
    pub rate: Rate,
    /// At once, after a time of calm.
    pub burst: u32,
}

/// An observer that doubts so many of those whom it watches mistrusts itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// The share of them.
    #[serde(rename = "alarm")]
    pub share: f64,
    /// And how many they must be at least.
    #[serde(rename = "alarm_least")]
    pub least: u32,
    /// How many deaths it declares then; perhaps none.
    #[serde(rename = "alarm_rate")]
    pub rate: Rate,
}

impl Limit {
    /// How many deaths an observer who watches so many at least declares without delay, if none was declared for long.
    pub fn at_once(&self, watched: u32) -> u32 {
        let pace = self.pace.map_or(u32::MAX, |pace| pace.burst);
        let raised = |alarm: Alarm| (1..=watched).find(|doubted| alarm.is_raised(*doubted, watched));
        self.alarm.map_or(pace, |alarm| pace.min(raised(alarm).map_or(alarm.least, |count| count) - 1))
    }
}

impl Pace {
    /// The time between two.
    pub(super) fn spacing(&self) -> Span {
        self.rate.spacing().unwrap_or(Span::LONGEST)
    }
}

impl Alarm {
    /// Whether an observer that doubts so many of so many mistrusts itself.
    pub(super) fn is_raised(&self, doubted: u32, watched: u32) -> bool {
        doubted >= self.least && f64::from(doubted) / f64::from(watched) >= self.share
    }
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
