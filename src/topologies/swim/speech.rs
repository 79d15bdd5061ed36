//! What members say to one another, and what they ask to be woken for.

use std::fmt;

use super::super::Tick;
use crate::engine::cluster::NodeId;
use crate::engine::model::Parcel;
use crate::engine::time::Span;

/// What a message asks or answers. News travels beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message {
    pub(super) word: Word,
    /// How many pieces of news are in the parcel; with none there is no parcel.
    updates: u16,
    /// Whom it is about, besides sender and receiver.
    pub(super) about: NodeId,
    /// Which probe of whoever began it.
    pub(super) number: u32,
    parcel: Parcel,
}

/// The kinds of what can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// "Are you alive?"
    Ping,
    /// "Are you alive? This one would like to know."
    PingFor,
    /// "I am", or "it is", to whoever began the probe.
    Ack,
    /// "I am", to a helper of this one.
    AckFor,
    /// "Please ping this one for me."
    PingReq,
    /// "It does not answer me either."
    Nack,
    /// "Did you know?"
    Gossip,
    /// "This is all I know; and you?"
    Push,
    /// "This is all I know."
    Pull,
    /// "Are you alive?", over a stream.
    StreamPing,
    /// "I am", over a stream.
    StreamAck,
}

/// What somebody knows of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Update {
    pub(super) member: NodeId,
    /// Who said so first.
    pub(super) from: NodeId,
    pub(super) standing: Standing,
    /// Of what the member said of itself last, which incarnation this is about.
    pub(super) incarnation: u64,
}

/// What a member is held to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Alive,
    Suspect,
    Dead,
}

/// What a member waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// It is time for the next probe.
    Probe(Tick),
    /// The direct answer to this probe is overdue: others are asked to help.
    Overdue(u32),
    /// The time for this probe is over.
    Verdict(u32),
    /// What was sent over a stream for this probe was not answered for so long: it is sent again.
    Again(u32, Span),
    /// The answer to the ping that this one had asked for, for this probe of its own, is overdue.
    Fruitless(NodeId, u32),
    /// The suspicion of this one may have lasted long enough.
    Expiry(NodeId),
    /// It is time to spread news.
    Gossip,
    /// It is time to compare all that is known with somebody else.
    PushPull,
}

impl Message {
    pub(super) fn new(word: Word, about: NodeId, number: u32) -> Message {
        Message { word, updates: 0, about, number, parcel: Parcel(0) }
    }

    /// The same, with a parcel of so many updates, at least one.
    pub(super) fn with(self, parcel: Parcel, updates: usize) -> Message {
        Message { updates: updates.min(usize::from(u16::MAX)) as u16, parcel, ..self }
    }

    /// The parcel that it carries, if it carries one.
    #[inline]
    pub(super) fn parcel(&self) -> Option<Parcel> {
        (self.updates > 0).then_some(self.parcel)
    }

    /// How many pieces of news it carries.
    pub(super) fn updates(&self) -> u16 {
        self.updates
    }
}

impl Word {
    /// The names of kinds of messages, as tables show them.
    pub(super) const KINDS: &'static [&'static str] =
        &["ping", "ack", "ping-req", "nack", "gossip", "push-pull", "stream_ping", "stream_ack"];
    /// How many of them there are where nobody pings over streams.
    pub(super) const KINDS_WITHOUT_STREAMS: usize = 6;

    /// The place of its kind among [`Word::KINDS`].
    #[inline]
    pub(super) fn kind(self) -> usize {
        match self {
            Word::Ping | Word::PingFor => 0,
            Word::Ack | Word::AckFor => 1,
            Word::PingReq => 2,
            Word::Nack => 3,
            Word::Gossip => 4,
            Word::Push | Word::Pull => 5,
            Word::StreamPing => 6,
            Word::StreamAck => 7,
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { word, about, number, .. } = self;
        match word {
            Word::Ping | Word::Ack | Word::Nack | Word::StreamPing | Word::StreamAck => {
                write!(f, "{word:?} {number}")
            }
            Word::PingFor | Word::AckFor | Word::PingReq => write!(f, "{word:?} n{} {number}", about.0),
            Word::Gossip | Word::Push | Word::Pull => write!(f, "{word:?}"),
        }
    }
}

impl fmt::Debug for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Update { member, from, standing, incarnation } = self;
        write!(f, "n{} {standing:?} {incarnation} says n{}", member.0, from.0)
    }
}
