//! The way up: how often coordinators report, what a report waits for, and how long their silence is borne.

use serde::Serialize;

use crate::document::{Count, Positive, Table};
use crate::engine::time::Span;

/// How coordinators report to the globals.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Uplink {
    /// The time between two reports. Shorter repeats what was lost sooner and finds a dead coordinator
    /// sooner; it costs a message for each coordinator and global. One to five times the interval of the
    /// beats is usual.
    pub(super) interval: Span,
    /// What the news of a verdict waits for.
    pub(super) report: Reporting,
    /// When globals hold a silent coordinator dead.
    detector: Silence,
}

/// What the news of a verdict waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reporting {
    /// For nothing. Reports repeat it.
    Event,
    /// For the next report: half an interval on average, and no messages besides.
    Periodic,
}

/// A deadline after the last report.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Silence {
    /// So many intervals of the uplink, and a margin.
    Misses { misses: u32, margin: Span },
    /// So long.
    Timeout { timeout: Span },
}

const USUAL: Silence = Silence::Misses { misses: 3, margin: Span::ZERO };

impl Uplink {
    /// Reads the table under `uplink`. Members beat every `interval`.
    pub(super) fn read(table: &mut Table<'_>, interval: Span) -> Option<Uplink> {
        if !table.has("uplink") {
            return Some(Uplink { interval, report: Reporting::Event, detector: USUAL });
        }
        table.table("uplink", "uplink", |table| {
            let Positive(interval) = table.or("interval", Positive(interval));
            let words = [("event", Reporting::Event), ("periodic", Reporting::Periodic)];
            let report = table.word("report", Reporting::Event, &words);
            let detector = match table.has("detector") {
                true => table.table("detector", "uplink.detector", Silence::read),
                false => Some(USUAL),
            };
            Some(Uplink { interval, report, detector: detector? })
        })
    }

    /// How long a coordinator may be silent.
    pub(super) fn patience(&self) -> Span {
        match self.detector {
            Silence::Misses { misses, margin } => self.interval.times(u64::from(misses)) + margin,
            Silence::Timeout { timeout } => timeout,
        }
    }
}

impl Silence {
    fn read(table: &mut Table<'_>) -> Option<Silence> {
        match table.kind("uplink detector", &["misses", "timeout"])? {
            "misses" => {
                let Count(misses) = table.or("misses", Count(3));
                let margin = table.or("margin", Span::ZERO);
                Some(Silence::Misses { misses, margin })
            }
            _ => {
                let Positive(timeout) = table.needed("timeout", "\"15s\"")?;
                Some(Silence::Timeout { timeout })
            }
        }
    }
}
