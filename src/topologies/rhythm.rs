//! The rhythm of a periodic sender: what every topology takes.

use serde::Serialize;

use crate::document::{Positive, Table};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Topology};
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::Span;

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
        let phase =
            table.word("phase", Phase::Random, &[("random", Phase::Random), ("aligned", Phase::Aligned)]);
        let message_bytes = table.or("message_bytes", 64);
        if message_bytes > MOST_BYTES {
            table.complain("message_bytes", "a message may have at most 1 GiB", "write message_bytes = 64");
        }
        Rhythm { interval, phase, message_bytes }
    }

    /// Sets `timer` to the beats between `member` and the node that begins now, which may be itself. The
    /// phase belongs to the member, whoever keeps its time. The beats of a life lie on a fixed grid.
    pub fn begin<T: Topology>(&self, context: &mut impl Context<T>, member: NodeId, timer: T::Timer) {
        let wait = match self.phase {
            Phase::Random => self.interval.share(context.random(Purpose::Phase, member).unit()),
            Phase::Aligned => Span::ZERO,
        };
        context.every(context.now() + wait, self.interval, timer);
    }

    /// Whether members beat at random moments of the interval.
    pub fn is_random(&self) -> bool {
        self.phase == Phase::Random
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
