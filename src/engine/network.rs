//! What the network does to messages.

mod bursts;
mod damage;
mod exceptions;
mod paths;
mod register;
mod streams;

use std::ops::Range;

use super::model::Latency;
use super::random::mix;
use super::time::{Span, Time};
pub use paths::{Attempt, Paths};
pub use streams::{Due, Streams, Ticket};

/// What the network does to every message: the rules, shared by all runs.
#[derive(Debug)]
pub struct Network<'a> {
    /// How messages travel where nothing else is said.
    pub usual: Way<'a>,
    /// Where something else is said, at most [`Network::MOST_LINKS`] times. The last that names a link rules
    /// it.
    pub links: Vec<Exception<'a>>,
    /// Several ways, at most [`Network::MOST_CHANNELS`], which all messages take at once, instead of the
    /// usual one; empty for that one.
    pub channels: Vec<Way<'a>>,
    /// How many of the channels must be trusted for a subject to be; means nothing without channels.
    pub alive_if: u32,
    /// Whether whoever watches a node suspects it as soon as the connection to it is closed. Only streams are
    /// connections.
    pub closing_counts: bool,
}

/// How messages travel.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// For how long.
    pub latency: &'a dyn Latency,
    /// The probability that a message is lost, each on its own.
    pub loss: f64,
    /// The probability that a message that is not lost arrives twice. Streams hide that.
    pub duplicate: f64,
    /// Losses that come in bursts, besides the others.
    pub bursts: Option<Bursts>,
    /// What becomes of a message that was lost.
    pub transport: Transport,
}

/// Links that have rules of their own.
#[derive(Clone, Debug)]
pub struct Exception<'a> {
    /// From these nodes.
    pub from: Vec<Range<u32>>,
    /// To those.
    pub to: Vec<Range<u32>>,
    /// How messages travel there.
    pub way: Way<'a>,
}

/// A link is good or bad, and changes with the messages that it carries (Gilbert 1960, Elliott 1963). It
/// begins as in the long run.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Bursts {
    /// The probability that a good link is bad for the next message.
    pub good_to_bad: f64,
    /// The probability that a bad link is good for the next message.
    pub bad_to_good: f64,
    /// The probability that a good link loses a message.
    pub loss_good: f64,
    /// The probability that a bad link loses a message.
    pub loss_bad: f64,
}

/// What becomes of a message that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Nothing: it is lost.
    Datagrams,
    /// It is sent again after `rto`, then after twice that, and so on; messages of one link arrive in the
    /// order in which they were sent.
    Stream {
        /// The first time-out.
        rto: Span,
    },
}

impl<'a> Network<'a> {
    /// The most tables of links. A node knows in one word which of them speak of it.
    pub const MOST_LINKS: usize = 64;
    /// The most channels.
    pub const MOST_CHANNELS: usize = 8;

    /// Where every message takes the same way.
    pub fn of(way: Way<'a>) -> Network<'a> {
        Network { usual: way, links: Vec::new(), channels: Vec::new(), alive_if: 1, closing_counts: false }
    }

    /// How many ways each message takes.
    pub fn ways(&self) -> u8 {
        self.channels.len().max(1) as u8
    }
}

impl<'a> Way<'a> {
    /// Messages travel for as long as the law says, and none is lost.
    pub fn along(latency: &'a dyn Latency) -> Way<'a> {
        Way { latency, loss: 0.0, duplicate: 0.0, bursts: None, transport: Transport::Datagrams }
    }

    /// Whether all that can happen to a message is that it is lost on its own, or arrives.
    fn is_plain(&self) -> bool {
        self.duplicate == 0.0 && self.bursts.is_none() && self.transport == Transport::Datagrams
    }
}

/// What happens to a message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives after this long.
    Arrives(Span),
    /// It does, and once more after this long.
    ArrivesTwice(Span, Span),
    /// It never does.
    Lost,
}

/// The way from one node to another, by what names their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who sends.
    pub from: u64,
    /// To whom.
    pub to: u64,
}

impl Link {
    /// As an entity that draws belong to.
    #[inline]
    fn number(self) -> u64 {
        self.from << 32 | self.to
    }
}

/// What tells apart a message from all others on its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it is sent.
    pub time: Time,
    /// Which kind of message it is.
    pub kind: usize,
    /// How many its sender had sent before in the same act.
    pub place: u32,
}

impl Moment {
    /// As an index: kind and place from the top, where no time has bits.
    #[inline]
    fn number(self) -> u64 {
        self.time.nanos() ^ u64::from(self.place << 3 | self.kind as u32 & 7).reverse_bits()
    }
}

/// The name of one thing of several that an entity has; the first has the entity's own.
fn named(entity: u64, which: u64) -> u64 {
    if which == 0 { entity } else { mix(entity ^ mix(which)) }
}
