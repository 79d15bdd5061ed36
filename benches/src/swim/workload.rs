//! What W3 is, apart from any engine: who asks whom, what each message is answered with, when a node is suspected.
//!
//! Every peer in Rust calls this code from its own events, so that only the engines differ.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde::Serialize;
use serde_json::{Value, json};

use crate::chance::{Latency, SECOND, generator, pick};
use crate::comparison::Size;
use crate::plan::Plan;

/// How long a node waits for an ack before it asks others to ping.
pub const PATIENCE: u64 = SECOND / 2;
pub const HELPERS: usize = 3;
pub const LOSS: f64 = 0.01;

/// Nobody crashes.
pub fn plan(size: Size) -> Plan {
    Plan::draw(size, 0, 0..1)
}

/// Sixteen bytes. Each message carries what its answer will need, so a helper keeps nothing.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Message {
    Ping { round: u16, from: u32, to: u32 },
    Ack { round: u16, to: u32 },
    PingRequest { round: u16, from: u32, helper: u32, target: u32 },
    HelpersPing { round: u16, from: u32, helper: u32, target: u32 },
    HelpersAck { round: u16, from: u32, helper: u32 },
    Relay { round: u16, from: u32 },
}

impl Message {
    pub fn receiver(&self) -> u32 {
        match *self {
            Self::Ping { to, .. } | Self::Ack { to, .. } => to,
            Self::PingRequest { helper, .. } | Self::HelpersAck { helper, .. } => helper,
            Self::HelpersPing { target, .. } => target,
            Self::Relay { from, .. } => from,
        }
    }
}

/// What one node knows: whom it probes in this round, and whether it has heard of it.
#[derive(Clone)]
pub struct Node {
    number: u32,
    round: u16,
    target: u32,
    heard: bool,
}

impl Node {
    pub fn all(plan: &Plan) -> Vec<Self> {
        // As if it had heard in the round before the first.
        (0..plan.nodes() as u32)
            .map(|number| Self { number, round: 0, target: number, heard: true })
            .collect()
    }

    /// Ends one round and begins the next with a ping.
    pub fn begin_round(&mut self, air: &mut Air) -> Message {
        if !self.heard {
            air.outcome.suspicions += 1;
        }
        air.outcome.probes += 1;
        let [target] = pick(&mut air.rng, air.nodes, &[self.number]);
        *self = Self { number: self.number, round: self.round + 1, target, heard: false };
        Message::Ping { round: self.round, from: self.number, to: target }
    }

    /// The end of its patience: without an ack it asks helpers.
    pub fn lose_patience(&self, air: &mut Air) -> Option<[Message; HELPERS]> {
        if self.heard {
            return None;
        }
        air.outcome.indirect_rounds += 1;
        let Self { round, number: from, target, .. } = *self;
        let helpers = pick(&mut air.rng, air.nodes, &[from, target]);
        Some(helpers.map(|helper| Message::PingRequest { round, from, helper, target }))
    }

    /// Receives a message that is for it, and returns the answer.
    pub fn receive(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Ping { round, from, .. } => Some(Message::Ack { round, to: from }),
            Message::PingRequest { round, from, helper, target } => {
                Some(Message::HelpersPing { round, from, helper, target })
            }
            Message::HelpersPing { round, from, helper, .. } => {
                Some(Message::HelpersAck { round, from, helper })
            }
            Message::HelpersAck { round, from, .. } => Some(Message::Relay { round, from }),
            Message::Ack { round, .. } | Message::Relay { round, .. } => {
                // One from an earlier round comes too late.
                self.heard |= round == self.round;
                None
            }
        }
    }
}

/// What lies between the nodes: it loses messages or delays them, and counts.
pub struct Air {
    nodes: u32,
    rng: SmallRng,
    latency: Latency,
    outcome: Outcome,
}

/// What a run of W3 is compared by.
#[derive(Default)]
struct Outcome {
    messages: u64,
    probes: u64,
    indirect_rounds: u64,
    suspicions: u64,
}

impl Air {
    pub fn new(plan: &Plan) -> Self {
        Self {
            nodes: plan.nodes() as u32,
            rng: generator(),
            latency: Latency::default(),
            outcome: Outcome::default(),
        }
    }

    /// The time that a message travels, unless it is lost.
    pub fn carry(&mut self) -> Option<u64> {
        self.outcome.messages += 1;
        (!self.rng.random_bool(LOSS)).then(|| self.latency.sample())
    }

    pub fn figures(&self) -> Value {
        json!({
            "messages": self.outcome.messages,
            "probes": self.outcome.probes,
            "indirect_rounds": self.outcome.indirect_rounds,
            "suspicions": self.outcome.suspicions,
        })
    }
}
