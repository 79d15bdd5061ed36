//! The rhythm of a periodic sender: what every topology takes.

use serde::Serialize;

use crate::document::{Positive, Table};
use crate::engine::model::{Context, Topology};
use crate::engine::random::Purpose;
use crate::engine::time::{Span, Time};

/// How often a node speaks, and when it begins.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rhythm {
    /// The time between two beats. Shorter detects sooner and costs more messages.
    pub interval: Span,
    /// When the first beat is due.
    pub phase: Phase,
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

/// The most bytes that a message may have.
const MOST_BYTES: u64 = 1 << 30;

impl Rhythm {
    /// Reads the keys that every topology takes.
    pub fn read(table: &mut Table<'_>) -> Rhythm {
        let Positive(interval) = table.or("interval", Positive(Span::SECOND));
        let phase = table.word("phase", Phase::Random, &[("random", Phase::Random), ("aligned", Phase::Aligned)]);
        let message_bytes = table.or("message_bytes", 64);
        if message_bytes > MOST_BYTES {
            table.complain("message_bytes", "a message may have at most 1 GiB", "write message_bytes = 64");
        }
        Rhythm { interval, phase, message_bytes }
    }

    /// When the first beat is due of a node that begins now, to or about node number `about`.
    pub fn first_beat<T: Topology>(&self, context: &impl Context<T>, about: u64) -> Time {
        context.now()
            + match self.phase {
                Phase::Random => self.interval.share(context.random(Purpose::Phase, about).unit()),
                Phase::Aligned => Span::ZERO,
            }
    }

    /// When the beat after this one is due. A timer fires exactly when it is due, so the beats of a life lie
    /// on a fixed grid.
    pub fn next_beat<T: Topology>(&self, context: &impl Context<T>) -> Time {
        context.now() + self.interval
    }
}
