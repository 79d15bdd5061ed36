//! What the network does to messages.

use std::ops::Range;
use std::sync::Arc;

use super::cluster::NodeId;
use super::model::{Damage, Latency};
use super::random::{Purpose, Source, Streams};
use super::time::{Span, Time};

/// What the network does to every message: the rules, shared by all runs.
#[derive(Debug)]
pub struct Network<'a> {
    /// How messages travel where nothing else is said.
    pub usual: Way<'a>,
    /// Where something else is said. The last that names a link rules it.
    pub links: Vec<Exception<'a>>,
    /// Several ways, which all messages take at once, instead of the usual one; empty for that one.
    pub channels: Vec<Way<'a>>,
    /// How many of the channels must be trusted for a subject to be; means nothing without channels.
    pub alive_if: u32,
}

/// How messages travel.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// For how long.
    pub latency: &'a dyn Latency,
    /// The probability that a message is lost, each on its own.
    pub loss: f64,
    /// The probability that a message that is not lost arrives twice.
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

/// A link is good or bad, and changes with the messages that it carries (Gilbert 1960, Elliott 1963). It begins as
/// in the long run.
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
    /// It is sent again after `rto`, then after twice that, and so on; messages of one link arrive in the order in
    /// which they were sent.
    Stream {
        /// The first time-out.
        rto: Span,
    },
}

/// The network of one run: its rules and its dice.
pub struct Paths<'a> {
    network: &'a Network<'a>,
    latency: Source,
    loss: Source,
}

impl<'a> Network<'a> {
    /// Where every message takes the same way.
    pub fn of(way: Way<'a>) -> Network<'a> {
        Network { usual: way, links: Vec::new(), channels: Vec::new(), alive_if: 1 }
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
}

/// What happens to a message on its way.
pub enum Fate {
    /// It arrives after this long.
    Arrives(Span),
    /// It arrives twice, after so long each.
    ArrivesTwice(Span, Span),
    /// It never does.
    Lost,
}

impl<'a> Paths<'a> {
    /// The network before anything was sent.
    pub fn new(network: &'a Network<'a>, streams: Streams) -> Paths<'a> {
        let (latency, loss) = (streams.of(Purpose::Latency), streams.of(Purpose::Loss));
        Paths { network, latency, loss }
    }

    /// What becomes of a message: a function of the link and of the moment, so the same whatever else is sent,
    /// under every topology that uses the link at that moment.
    #[inline]
    pub fn carry(&self, link: Link, moment: Moment) -> Fate {
        let link = link.from << 32 | link.to;
        let moment = moment.number();
        if self.network.usual.loss > 0.0 && self.loss.at(link, moment).happens(self.network.usual.loss) {
            return Fate::Lost;
        }
        Fate::Arrives(self.network.usual.latency.sample(&mut self.latency.at(link, moment)))
    }
}

impl Paths<'_> {
    pub fn is_plain(&self) -> bool {
        true
    }
    pub fn channels(&self) -> u8 {
        1
    }
    pub fn carry_by_rules(&mut self, _ends: [NodeId; 2], link: Link, _channel: u8, moment: Moment) -> Fate {
        self.carry(link, moment)
    }
    pub fn begin_damage(&mut self, _strike: u64, _damage: &Arc<Damage>, _struck: Option<NodeId>) {}
    pub fn end_damage(&mut self, _strike: u64) {}
}

/// The way from one node to another, by what names their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who sends.
    pub from: u64,
    /// To whom.
    pub to: u64,
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
