//! What a protocol says of itself for closed forms: who speaks how much, and how a death becomes known.

use crate::engine::time::Span;

/// Who says the messages of an interval, of which [`Cost`](super::Cost) tells how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speech {
    /// Who speaks of its own accord.
    pub speaker: Speaker,
    /// How many of the messages for each member and interval are answers.
    pub answers: f64,
    /// How many are said by observers of their own accord, whether that member is up or not.
    pub besides: f64,
    /// What else is said when something happens.
    pub extra: Extra,
    /// How many observers share all messages, each of which one of them sends or receives; none where members
    /// speak to one another.
    pub hubs: Option<u32>,
    /// How many messages reach the busiest observer in an interval, where there are observers of their own.
    pub at_observer: Option<f64>,
    /// Whether all messages are of the same size.
    pub same_size: bool,
}

/// Who speaks of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// A member, to observers.
    Subject,
    /// An observer, to members.
    Observer,
    /// A member, to members.
    Peer,
}

/// What is said when something happens, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Nothing but what is said anyway.
    Nothing,
    /// More than what is said anyway.
    More(&'static str),
    /// Something else, perhaps less.
    Other(&'static str),
    /// Something else; and while nothing happens, at most what is said anyway.
    Fewer(&'static str),
}

impl Speech {
    /// Members beat, and nobody says anything else.
    pub const BEATS: Speech = Speech {
        speaker: Speaker::Peer,
        answers: 0.0,
        besides: 0.0,
        extra: Extra::Nothing,
        hubs: None,
        at_observer: None,
        same_size: true,
    };
}

/// For what the next beat of a node waits, where it is counted from the end of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// Nothing: a beat is finished when it is sent.
    Nothing,
    /// The answer, or this long if none comes.
    Answer(Span),
    /// All the time that answers may take, whether they come sooner or not.
    LastAnswer(Span),
    /// Something of which closed forms know nothing.
    Otherwise,
}

/// How a death becomes known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Discovery {
    /// Several watch a member, and as many of them as agree make a death.
    Watched {
        /// How many watch.
        watchers: u32,
        /// How many must agree.
        agree: u32,
        /// Whether each asks in its own time, and not all hear the same beats.
        in_own_time: bool,
        /// Whether beats wait in a queue before they are heard.
        queues: bool,
    },
    /// One watches, and reports to one above.
    Reported {
        /// The time between two reports.
        every: Span,
        /// Whether news waits for the next of them.
        waits: bool,
    },
    /// All probe one another in turn; whoever fails is suspected for a while.
    Probed {
        /// How many others each probes.
        others: u32,
        /// Whether it probes all of them once before any of them again.
        in_turns: bool,
        /// How long a suspicion lasts: at least, and at most.
        suspicion: (Span, Span),
    },
    /// Followers bear the silence of their leader for a time that each draws between these two.
    Followed {
        /// The least.
        least: Span,
        /// The greatest.
        most: Span,
        /// How many followers there are.
        followers: u32,
        /// Whether they also ask it, each in its own time, so that the newer of its beat and its answer counts.
        ask_too: bool,
    },
    /// Otherwise.
    Unknown(&'static str),
}
