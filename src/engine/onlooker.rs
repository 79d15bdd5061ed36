//! What can be seen of a run from outside, and whoever looks on: a [`Witness`](super::witness) of what befalls one
//! subject, or a [`Chronicle`](super::chronicle) of everything for a while. An ordinary run has neither, and pays
//! nothing for it; a run that is looked at has the same outcome.

mod holds;

use super::chronicle::Scope;
use super::cluster::{NodeId, Pair};
use super::model::{Blow, Depth, Grounds, Office, Opinion};
use super::time::Time;
use super::witness::Focus;
pub(super) use holds::{Hold, Holds};

/// How a run is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attention {
    /// What befalls one subject.
    Witness(Focus),
    /// Everything for a while.
    Chronicle(Scope),
}

/// What an onlooker has to tell when the run is over.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What had happened before it began to take notes, and still held then, in that order.
    pub before: Vec<Sighting>,
    /// What it saw then, in the order in which it happened.
    pub sightings: Vec<Sighting>,
    /// How much of it is not told, all of it later than what is.
    pub left_out: u64,
    /// How much of what held before is not told.
    pub left_out_before: u64,
    /// The blows that struck the network, and around whom if anybody in particular.
    pub blows: Vec<(Option<NodeId>, Blow)>,
}

/// Looks on. What it is told of comes from the two files called testimony; it tells nobody before the run is over.
pub(super) trait Onlooker {
    /// A message gets somewhere, or does not.
    fn message(&mut self, at: Time, envelope: Envelope, passage: Passage);
    /// A node was to do something, but stands still.
    fn held_up(&mut self, at: Time, node: NodeId);
    /// A blow begins. `cut` says whether one node cannot reach another now.
    fn struck(&mut self, at: Time, strike: Strike<'_>, cut: &dyn Fn(NodeId, NodeId) -> bool);
    /// A blow is over.
    fn mended(&mut self, at: Time, strike: Strike<'_>);
    /// An observer begins to watch, or does so no more.
    fn watches(&mut self, at: Time, pair: Pair, begins: bool);
    /// The connection of an observer to a subject is closed.
    fn closes(&mut self, at: Time, pair: Pair);
    /// A detector has made up the mind of an observer.
    fn judged(&mut self, at: Time, pair: Pair, opinion: Opinion, silence: Option<(Time, Time)>);
    /// The protocol has made up the mind of an observer, which may have been of that mind before.
    fn concluded(&mut self, at: Time, pair: Pair, opinion: Opinion, grounds: Option<Grounds>);
    /// An observer would declare a subject dead, but declares only so many in so long. It may be told so often.
    fn stands_in_line(&mut self, at: Time, pair: Pair);
    /// Something was heard of a subject that is not trusted.
    fn hears(&mut self, at: Time, pair: Pair, sent: Time);
    /// A node declares a death in the name of all, or takes it back.
    fn acts(&mut self, at: Time, pair: Pair, dead: bool);
    /// A node takes an office.
    fn takes(&mut self, at: Time, node: NodeId, office: Office);
    /// The run is over.
    fn account(self: Box<Self>) -> Account;
}

/// A blow, its number, and whom it strikes if anybody in particular.
pub(super) type Strike<'a> = (u64, Option<NodeId>, &'a Blow);

/// Something that was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// When.
    pub at: Time,
    /// What.
    pub what: Seen,
}

/// What can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// A message, and how far it has come.
    Message(Envelope, Passage),
    /// A node was to do something by itself, but stands still.
    HeldUp(NodeId),
    /// A blow strikes a node or, seen by a witness, the path between observer and subject if no node in particular.
    /// A node that crashes stands still no more, and thinks nothing any more.
    Struck(Option<NodeId>, Hardship),
    /// It is over.
    Mended(Option<NodeId>, Hardship),
    /// A blow strikes the network: its place among those of the account. Seen by a chronicle.
    Worsens(u32),
    /// It is over.
    Heals(u32),
    /// An observer begins to watch a subject, and knows nothing of it any more.
    Watches(Pair),
    /// An observer watches a subject no more, and has no opinion of it.
    WatchesNoMore(Pair),
    /// The connection of an observer to a subject is closed.
    Closed(Pair),
    /// An observer has an opinion of a subject from now on.
    Thinks(Verdict),
    /// The death of a subject is due, and an observer must wait with it for its turn.
    StandsInLine(Pair),
    /// An observer that suspects a subject or holds it dead hears a sign of life, sent at this moment.
    Hears(Pair, Time),
    /// A node declares the death of another in the name of all.
    Acts(Pair),
    /// It takes that back.
    Retracts(Pair),
    /// A node holds itself to have an office from now on.
    Takes(NodeId, Office),
}

/// A message, seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Envelope {
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When.
    pub sent: Time,
    /// Which kind of message it is.
    pub kind: &'static str,
    /// By which of the ways that it took.
    pub channel: u8,
    /// Whether it is sent again when it is lost on the way.
    pub is_sent_again: bool,
}

/// The kind of message by which a node is told who is in office.
pub const OFFICE: &str = "office";

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Its sender hands it over to the network.
    Sent,
    /// It sets out, and will be there at this moment.
    SetsOut(Time),
    /// The network loses it.
    Lost,
    /// A wall stands in its way.
    Cut,
    /// It waits because its receiver stands still.
    WaitsBehind,
    /// Its receiver stands still, and has no room for it.
    TurnedAway,
    /// It waits because its receiver is at others.
    Queues,
    /// The queue of its receiver is full.
    QueueFull,
    /// Nobody is there any more.
    FindsNobody,
    /// It had arrived and waited, or those before it were given up, and it will never be read.
    Perishes,
    /// It comes back to its sender: where it went, nobody listens.
    ComesBack,
    /// Its receiver takes note of it.
    Read,
}

impl Passage {
    /// Whether it goes wrong by it.
    pub fn is_mishap(self) -> bool {
        !matches!(self, Passage::Sent | Passage::SetsOut(_) | Passage::Read)
    }
}

/// What a blow does to a node or a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hardship {
    /// The process is gone.
    Crash,
    /// The process, or the application, stands still.
    Stop(Depth),
    /// Handling messages takes longer.
    Slow,
    /// The clock runs fast by so many parts in a million.
    Drift(f64),
    /// The path is cut, at least one way.
    Wall,
    /// The path loses more messages, and takes so many times longer.
    Damage(f64, f64),
}

/// What an observer thinks of a subject, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who thinks so, of whom.
    pub pair: Pair,
    /// What.
    pub opinion: Opinion,
    /// From when silence counted, and the last instant at which it was borne, where a detector judged.
    pub silence: Option<(Time, Time)>,
    /// Who told the observer, and by which kind of message, if it only believes another.
    pub hearsay: Option<(NodeId, &'static str)>,
    /// Whether it does not trust a subject that is up, or trusts one that is down.
    pub is_wrong: bool,
}

/// The message that was read last: what a node concludes at that instant, it may have been told by it.
#[derive(Debug, Default)]
pub(super) struct Reading(Option<(Time, Envelope)>);

impl Reading {
    /// A message gets somewhere.
    pub(super) fn note(&mut self, at: Time, envelope: Envelope, passage: Passage) {
        if passage == Passage::Read {
            self.0 = Some((at, envelope));
        }
    }

    /// Who told `observer` what it concludes now, and by which kind of message, if it only believes another.
    pub(super) fn hearsay(
        &self,
        at: Time,
        observer: NodeId,
        grounds: Option<Grounds>,
    ) -> Option<(NodeId, &'static str)> {
        let (_, letter) = self.0.filter(|(when, letter)| *when == at && letter.to == observer)?;
        (grounds == Some(Grounds::Hearsay)).then_some((letter.from, letter.kind))
    }
}
