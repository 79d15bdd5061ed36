//! The network of one run: what becomes of each message.

use std::sync::Arc;

use super::bursts::Chains;
use super::damage::Damages;
use super::exceptions::Exceptions;
use super::{Fate, Link, Moment, Network, Transport, Way, named};
use crate::engine::cluster::NodeId;
use crate::engine::model::Damage;
use crate::engine::random::{Purpose, Source, Streams};

/// The network of one run: its rules, its dice, and what is the matter with it at the moment.
pub struct Paths<'a> {
    network: &'a Network<'a>,
    latency: Source,
    loss: Source,
    /// Whether every message takes the usual way at the moment, on which it is lost on its own or arrives.
    is_plain: bool,
    rules: Rules,
}

/// What there is besides loss and latency.
struct Rules {
    duplicate: Source,
    exceptions: Exceptions,
    chains: Chains,
    damages: Damages,
}

/// One of the times that one message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// By whom, to whom.
    pub ends: [NodeId; 2],
    /// What names the draws of the two.
    pub link: Link,
    /// Which channel it takes.
    pub channel: u8,
    /// How often it was sent before.
    pub before: u8,
}

impl<'a> Paths<'a> {
    /// The network before anything was sent.
    pub fn new(network: &'a Network<'a>, streams: Streams) -> Paths<'a> {
        let rules = Rules {
            duplicate: streams.of(Purpose::Duplicate),
            exceptions: Exceptions::new(&network.links),
            chains: Chains::new(streams),
            damages: Damages::default(),
        };
        let (latency, loss) = (streams.of(Purpose::Latency), streams.of(Purpose::Loss));
        let mut paths = Paths { network, latency, loss, is_plain: true, rules };
        paths.review();
        paths
    }

    /// Whether every message takes the usual way at the moment, on which it is lost on its own or arrives.
    /// Then [`Paths::carry`] says what becomes of it.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// What becomes of a message, while the network is plain: a function of the link and of the moment, so
    /// the same whatever else is sent, under every topology that uses the link at that moment.
    #[inline]
    pub fn carry(&self, link: Link, moment: Moment) -> Fate {
        let link = link.number();
        let moment = moment.number();
        if self.network.usual.loss > 0.0 && self.loss.at(link, moment).happens(self.network.usual.loss) {
            return Fate::Lost;
        }
        Fate::Arrives(self.network.usual.latency.sample(&mut self.latency.at(link, moment)))
    }

    /// What becomes of a message under all the rules. Where none but loss and latency matters, it is the same
    /// as on a plain network.
    #[cold]
    pub fn carry_by_rules(&mut self, ends: [NodeId; 2], link: Link, channel: u8, moment: Moment) -> Fate {
        self.attempt(Attempt { ends, link, channel, before: 0 }, moment)
    }

    /// The same for a message that may have been sent before.
    pub fn attempt(&mut self, attempt: Attempt, moment: Moment) -> Fate {
        let way = self.way(attempt.ends, attempt.channel);
        let worse = self.rules.damages.on(attempt.ends);
        let (entity, moment) = (attempt.entity(), moment.number());
        // The chain of the link takes its step in any case.
        let chain = attempt.channel_entity();
        let by_burst =
            way.bursts.is_some_and(|bursts| self.rules.chains.lose(&bursts, chain, entity, moment));
        let loss = worse.loss(way.loss);
        if by_burst || loss > 0.0 && self.loss.at(entity, moment).happens(loss) {
            return Fate::Lost;
        }
        let mut stream = self.latency.at(entity, moment);
        let travel = worse.travel(way.latency.sample(&mut stream));
        let is_shown_twice = way.duplicate > 0.0 && way.transport == Transport::Datagrams;
        if is_shown_twice && self.rules.duplicate.at(entity, moment).happens(way.duplicate) {
            return Fate::ArrivesTwice(travel, worse.travel(way.latency.sample(&mut stream)));
        }
        Fate::Arrives(travel)
    }

    /// How many ways each message takes at once.
    pub fn channels(&self) -> u8 {
        self.network.ways()
    }

    /// What becomes of messages that are lost on the way from one node to another.
    pub fn transport(&self, ends: [NodeId; 2], channel: u8) -> Transport {
        self.way(ends, channel).transport
    }

    /// Some links are worse from now on: those that the damage names, or all of the node that is struck.
    pub fn begin_damage(&mut self, strike: u64, damage: &Arc<Damage>, struck: Option<NodeId>) {
        self.rules.damages.begin(strike, damage, struck);
        self.review();
    }

    /// The damage of this strike is over.
    pub fn end_damage(&mut self, strike: u64, struck: Option<NodeId>) {
        self.rules.damages.end(strike, struck);
        self.review();
    }

    fn review(&mut self) {
        let Network { usual, links, channels, .. } = self.network;
        let no_other_way = links.is_empty() && channels.is_empty();
        self.is_plain = usual.is_plain() && no_other_way && self.rules.damages.is_empty();
    }

    /// The way from one node to another.
    fn way(&self, [from, to]: [NodeId; 2], channel: u8) -> &'a Way<'a> {
        let network = self.network;
        if let Some(way) = network.channels.get(usize::from(channel)) {
            return way;
        }
        match self.rules.exceptions.last(from, to) {
            Some(number) => &network.links[number].way,
            None => &network.usual,
        }
    }
}

impl Attempt {
    /// What draws belong to that are about this channel of the link.
    fn channel_entity(&self) -> u64 {
        named(self.link.number(), u64::from(self.channel))
    }

    /// What draws belong to that are about this attempt: that of the link itself for the first channel's
    /// first.
    fn entity(&self) -> u64 {
        named(self.channel_entity(), u64::from(self.before) << 8)
    }
}

#[cfg(test)]
mod tests;
