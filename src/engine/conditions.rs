//! The state of the world that protocols cannot see: who is up, and what the network does to messages.

use super::model::Latency;
use super::random::{Purpose, Source, Streams};
use super::seating::{Seat, Seating};
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
    /// How many messages went from each member to each monitor, and back: the index of the next draw.
    numbers: Vec<[u32; 2]>,
}

/// What happens to a message on its way.
pub enum Fate {
    /// It arrives after this long.
    Arrives(Span),
    /// It never does.
    Lost,
}

impl<'a> Paths<'a> {
    /// Bytes for each pair of member and monitor.
    pub const BYTES_PER_PAIR: usize = size_of::<[u32; 2]>();

    /// Paths between all members and all monitors on which nothing was sent yet.
    pub fn new(network: &'a Network<'a>, pairs: usize, streams: Streams) -> Paths<'a> {
        let (latency, loss) = (streams.of(Purpose::Latency), streams.of(Purpose::Loss));
        Paths { network, latency, loss, numbers: vec![[0; 2]; pairs] }
    }

    /// Sends one message and says what becomes of it: a function of the link and of the message's number on
    /// that link, so the same under every topology that uses the link.
    #[inline]
    pub fn carry(&mut self, seating: &Seating, from: Seat, to: Seat) -> Fate {
        let outward = seating.seats_member(from);
        let slot = if outward { seating.slot(to, from) } else { seating.slot(from, to) };
        let number = &mut self.numbers[slot.index()][usize::from(!outward)];
        *number = number.wrapping_add(1);
        let number = u64::from(*number);
        let link = seating.identity_at(from) << 32 | seating.identity_at(to);
        if self.network.loss > 0.0 && self.loss.at(link, number).happens(self.network.loss) {
            return Fate::Lost;
        }
        Fate::Arrives(self.network.latency.sample(&mut self.latency.at(link, number)))
    }
}
