//! The state of the world that protocols cannot see: who is up, and what the network does to messages.

use super::model::Latency;
use super::random::{Purpose, Source, Streams};
use super::time::{Span, Time};

/// How one node is: all that an event at the node touches, on one cache line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Condition {
    /// Messages sent and received while counting.
    pub load: u64,
    /// The second in which `in_second` counts.
    second: u32,
    in_second: u32,
    /// Messages in the node's busiest second.
    pub busiest: u32,
    /// How often the node has begun anew. A timer of an earlier life is void.
    pub life: u32,
    /// How many crashes hold the node down at this moment.
    crashes: u32,
    /// Whether the host of the crashed process answers "connection refused".
    pub refuses: bool,
}

impl Condition {
    /// Whether the process runs.
    #[inline]
    pub fn is_up(&self) -> bool {
        self.crashes == 0
    }

    /// Counts a message that the node sent or received.
    #[inline]
    pub fn handle(&mut self, now: Time) {
        self.load += 1;
        let second = (now.nanos() / Span::SECOND.nanos()) as u32;
        if self.second != second {
            self.second = second;
            self.in_second = 0;
        }
        self.in_second += 1;
        self.busiest = self.busiest.max(self.in_second);
    }

    /// One more crash. True if it was this one that took the node down.
    pub fn crash(&mut self, refuses: bool) -> bool {
        self.crashes += 1;
        self.refuses = refuses;
        let fell = self.crashes == 1;
        self.life += u32::from(fell);
        fell
    }

    /// One crash is over. True if the node comes back by it.
    pub fn restart(&mut self) -> bool {
        self.crashes -= 1;
        self.crashes == 0
    }
}

/// What the network does to every message: the rules, shared by all runs.
#[derive(Debug)]
pub struct Network<'a> {
    /// How long a message travels.
    pub latency: &'a dyn Latency,
    /// The probability that a message is lost, each on its own.
    pub loss: f64,
}

/// The network of one run: its rules and its dice.
pub struct Paths<'a> {
    network: &'a Network<'a>,
    latency: Source,
    loss: Source,
}

/// What happens to a message on its way.
pub enum Fate {
    /// It arrives after this long.
    Arrives(Span),
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
        if self.network.loss > 0.0 && self.loss.at(link, moment).happens(self.network.loss) {
            return Fate::Lost;
        }
        Fate::Arrives(self.network.latency.sample(&mut self.latency.at(link, moment)))
    }
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
