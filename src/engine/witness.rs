//! A witness: notes what befalls one subject, and whoever watches it, while a run goes on, so that the story
//! of a mistake or of a crash can be told. An ordinary run has none, and pays nothing for it; a run with a
//! witness has the same outcome.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cluster::NodeId;
use super::model::{Blow, Damage, Depth, Extent, Grounds, Office, Opinion};
use super::time::Time;

/// What a witness looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Who watches; all who do if nobody in particular.
    pub observer: Option<NodeId>,
    /// Where nobody in particular watches, who turned out to know first: what befalls it matters too.
    pub knower: Option<NodeId>,
    /// Who is watched.
    pub subject: NodeId,
    /// From when on.
    pub from: Time,
    /// Until when.
    pub until: Time,
}

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
    /// A blow strikes a node, or the path between observer and subject if no node in particular.
    Struck(Option<NodeId>, Hardship),
    /// It is over.
    Mended(Option<NodeId>, Hardship),
    /// An observer begins to watch the subject, and knows nothing of it any more.
    Watches(NodeId),
    /// An observer watches the subject no more.
    WatchesNoMore(NodeId),
    /// The connection of an observer to the subject is closed.
    Closed(NodeId),
    /// An observer has an opinion of the subject from now on.
    Thinks(Verdict),
    /// The death of the subject is due, and an observer must wait with it for its turn.
    StandsInLine(NodeId),
    /// An observer that suspects the subject or holds it dead hears a sign of life, sent at this moment.
    Hears(NodeId, Time),
    /// A node declares the death of the subject in the name of all.
    Acts(NodeId),
    /// It takes that back.
    Retracts(NodeId),
    /// The observer or the subject holds itself to have an office from now on.
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
}

/// The kind of message by which a node is told who is in office.
pub const OFFICE: &str = "office";

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
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
    /// Its receiver takes note of it.
    Read,
}

impl Passage {
    /// Whether it goes wrong by it.
    pub fn is_mishap(self) -> bool {
        !matches!(self, Passage::SetsOut(_) | Passage::Read)
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

/// What an observer thinks of the subject, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who thinks so.
    pub observer: NodeId,
    /// What.
    pub opinion: Opinion,
    /// From when silence counted, and the last instant at which it was borne, where a detector judged.
    pub silence: Option<(Time, Time)>,
    /// Who told the observer, and by which kind of message, if it only believes another.
    pub hearsay: Option<(NodeId, &'static str)>,
}

/// What several blows on one node do together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Down,
    Stopped,
    Hung,
}

impl Hold {
    fn of(blow: &Blow) -> Option<Hold> {
        match blow {
            Blow::Crash { .. } => Some(Hold::Down),
            Blow::Stop(stop) if stop.depth == Depth::Process => Some(Hold::Stopped),
            Blow::Stop(_) => Some(Hold::Hung),
            Blow::Slow(_) | Blow::Drift(_) | Blow::Wall(_) | Blow::Damage(_) => None,
        }
    }
}

/// Notes what happens within its focus.
#[derive(Debug)]
pub(super) struct Witness {
    focus: Focus,
    /// Whether signs of life may come through others: then what befalls any message of the two matters.
    through_others: bool,
    /// Blows that struck before it began to look, and are not over.
    before: Vec<Sighting>,
    sightings: Vec<Sighting>,
    /// What is thought of the subject, by those who do not trust it.
    opinions: BTreeMap<NodeId, Opinion>,
    /// The message that somebody last took note of, and when.
    reading: Option<(Time, Envelope)>,
    /// Blows on the path that are not over.
    on_path: BTreeMap<u64, Hardship>,
    /// How many blows hold a node down, or stop it: the last of them to be over is the one that counts.
    holds: BTreeMap<(NodeId, Hold), u32>,
}

impl Witness {
    pub(super) fn new(focus: Focus, through_others: bool) -> Witness {
        let (sightings, opinions) = (Vec::new(), BTreeMap::new());
        let (on_path, holds) = (BTreeMap::new(), BTreeMap::new());
        let before = Vec::new();
        Witness { focus, through_others, before, sightings, opinions, reading: None, on_path, holds }
    }

    /// All that was seen, in the order in which it happened: first what had struck before, and still held.
    pub(super) fn into_sightings(mut self) -> Vec<Sighting> {
        self.before.append(&mut self.sightings);
        self.before
    }

    fn note(&mut self, at: Time, what: Seen) {
        if (self.focus.from..=self.focus.until).contains(&at) {
            self.sightings.push(Sighting { at, what });
        } else if at < self.focus.from {
            match what {
                Seen::Struck(node, hardship) => {
                    // Whoever is gone stands still no more.
                    let ends = |seen| matches!(seen, Seen::Struck(who, Hardship::Stop(_)) if who == node);
                    self.before.retain(|sighting| hardship != Hardship::Crash || !ends(sighting.what));
                    self.before.push(Sighting { at, what });
                }
                Seen::Mended(node, hardship) => {
                    let struck = Seen::Struck(node, hardship);
                    if let Some(place) = self.before.iter().rposition(|sighting| sighting.what == struck) {
                        self.before.remove(place);
                    }
                }
                _ => (),
            }
        }
    }

    /// Whoever is looked at beside the subject.
    fn other(&self) -> Option<NodeId> {
        self.focus.observer.or(self.focus.knower)
    }

    fn concerns(&self, observer: NodeId, subject: NodeId) -> bool {
        subject == self.focus.subject && observer != subject
    }

    /// Whether a node is the observer or the subject; where nobody in particular observes, the subject.
    fn is_party(&self, node: NodeId) -> bool {
        node == self.focus.subject || Some(node) == self.other()
    }

    /// A message gets somewhere, or does not.
    pub(super) fn message(&mut self, at: Time, envelope: Envelope, passage: Passage) {
        let ends = [envelope.from, envelope.to];
        if passage == Passage::Read {
            self.reading = Some((at, envelope));
        }
        let is_between = match self.focus.observer {
            Some(observer) => ends.contains(&observer) && ends.contains(&self.focus.subject),
            None => ends.contains(&self.focus.subject),
        };
        let may_matter =
            self.through_others && passage.is_mishap() && ends.iter().any(|node| self.is_party(*node));
        // Whoever hears that another is in office may turn to it.
        let turns = envelope.kind == OFFICE && envelope.to == self.focus.subject && passage == Passage::Read;
        if is_between || may_matter || turns {
            self.note(at, Seen::Message(envelope, passage));
        }
    }

    /// A node was to do something, but stands still.
    pub(super) fn held_up(&mut self, at: Time, node: NodeId) {
        if self.is_party(node) {
            self.note(at, Seen::HeldUp(node));
        }
    }

    /// A blow begins. `cut` says whether one node cannot reach another now.
    pub(super) fn struck(
        &mut self,
        at: Time,
        (strike, node, blow): (u64, Option<NodeId>, &Blow),
        cut: impl Fn(NodeId, NodeId) -> bool,
    ) {
        let on_node = |hardship| {
            Some((node, hardship)).filter(|(node, _)| node.is_some_and(|node| self.is_party(node)))
        };
        let struck = match blow {
            Blow::Crash { .. } => on_node(Hardship::Crash),
            Blow::Stop(stop) => on_node(Hardship::Stop(stop.depth)),
            Blow::Slow(_) => on_node(Hardship::Slow),
            Blow::Drift(ppm) => on_node(Hardship::Drift(*ppm)),
            Blow::Wall(_) => self.is_apart(cut).then_some((None, Hardship::Wall)),
            Blow::Damage(damage) => {
                let hardship = Hardship::Damage(damage.loss, damage.latency_factor);
                self.is_damaged(damage, node).then_some((None, hardship))
            }
        };
        let Some((node, hardship)) = struck else { return };
        match (node, Hold::of(blow)) {
            (None, _) => {
                let is_cut = self.is_cut();
                self.on_path.insert(strike, hardship);
                if hardship == Hardship::Wall && is_cut {
                    return;
                }
            }
            (Some(node), Some(hold)) if !self.holds_now(node, hold) => return,
            _ => (),
        }
        self.note(at, Seen::Struck(node, hardship));
    }

    /// A blow is over.
    pub(super) fn mended(&mut self, at: Time, (strike, node, blow): (u64, Option<NodeId>, &Blow)) {
        if let Some(hardship) = self.on_path.remove(&strike) {
            if hardship != Hardship::Wall || !self.is_cut() {
                self.note(at, Seen::Mended(None, hardship));
            }
            return;
        }
        let hardship = match blow {
            Blow::Crash { .. } => Hardship::Crash,
            Blow::Stop(stop) => Hardship::Stop(stop.depth),
            Blow::Slow(_) => Hardship::Slow,
            Blow::Drift(ppm) => Hardship::Drift(*ppm),
            Blow::Wall(_) | Blow::Damage(_) => return,
        };
        let Some(node) = node.filter(|node| self.is_party(*node)) else { return };
        if Hold::of(blow).is_none_or(|hold| self.lets_go(node, hold)) {
            self.note(at, Seen::Mended(Some(node), hardship));
        }
    }

    /// Whether any wall stands between observer and subject.
    fn is_cut(&self) -> bool {
        self.on_path.values().any(|hardship| *hardship == Hardship::Wall)
    }

    /// One more blow holds a node. Whether none did so before; a process that does not run cannot be stopped,
    /// and a crash ends what had stopped it.
    fn holds_now(&mut self, node: NodeId, hold: Hold) -> bool {
        if hold == Hold::Down {
            self.holds.remove(&(node, Hold::Stopped));
            self.holds.remove(&(node, Hold::Hung));
        } else if self.holds.contains_key(&(node, Hold::Down)) {
            return false;
        }
        let blows = self.holds.entry((node, hold)).or_default();
        *blows += 1;
        *blows == 1
    }

    /// One blow less holds a node. Whether none does any more.
    fn lets_go(&mut self, node: NodeId, hold: Hold) -> bool {
        let Some(blows) = self.holds.get_mut(&(node, hold)) else { return false };
        *blows -= 1;
        let free = *blows == 0;
        if free {
            self.holds.remove(&(node, hold));
        }
        free
    }

    /// Whether observer and subject cannot reach each other, at least one way.
    fn is_apart(&self, cut: impl Fn(NodeId, NodeId) -> bool) -> bool {
        let subject = self.focus.subject;
        self.other().is_some_and(|observer| cut(observer, subject) || cut(subject, observer))
    }

    /// Whether messages between observer and subject suffer.
    fn is_damaged(&self, damage: &Damage, struck: Option<NodeId>) -> bool {
        let among = |ranges: &[Range<u32>], node: NodeId| ranges.iter().any(|range| range.contains(&node.0));
        let subject = self.focus.subject;
        match &damage.extent {
            Extent::Around(ranges) if ranges.is_empty() => struck.is_some_and(|node| self.is_party(node)),
            Extent::Around(ranges) => {
                [Some(subject), self.other()].into_iter().flatten().any(|node| among(ranges, node))
            }
            Extent::Between(from, to) => self.other().is_some_and(|observer| {
                among(from, subject) && among(to, observer) || among(from, observer) && among(to, subject)
            }),
        }
    }

    /// An observer begins to watch, or does so no more.
    pub(super) fn watches(&mut self, at: Time, observer: NodeId, subject: NodeId, begins: bool) {
        if self.concerns(observer, subject) {
            self.opinions.remove(&observer);
            let what = if begins { Seen::Watches(observer) } else { Seen::WatchesNoMore(observer) };
            if self.focus.observer.is_none_or(|focus| focus == observer) {
                self.note(at, what);
            }
        }
    }

    /// The connection of an observer to the subject is closed.
    pub(super) fn closes(&mut self, at: Time, observer: NodeId, subject: NodeId) {
        if self.concerns(observer, subject) {
            self.note(at, Seen::Closed(observer));
        }
    }

    /// A detector has made up the mind of an observer.
    pub(super) fn judged(
        &mut self,
        at: Time,
        (observer, subject): (NodeId, NodeId),
        opinion: Opinion,
        silence: Option<(Time, Time)>,
    ) {
        if self.concerns(observer, subject) {
            self.think(at, Verdict { observer, opinion, silence, hearsay: None });
        }
    }

    /// The protocol has made up the mind of an observer, if it had another before.
    pub(super) fn concluded(
        &mut self,
        at: Time,
        (observer, subject): (NodeId, NodeId),
        opinion: Opinion,
        grounds: Option<Grounds>,
    ) {
        if !self.concerns(observer, subject) {
            return;
        }
        let reading = self.reading.filter(|(when, letter)| *when == at && letter.to == observer);
        let told = reading.map(|(_, letter)| (letter.from, letter.kind));
        let hearsay = told.filter(|_| grounds == Some(Grounds::Hearsay));
        self.think(at, Verdict { observer, opinion, silence: None, hearsay });
    }

    fn think(&mut self, at: Time, verdict: Verdict) {
        let Verdict { observer, opinion, .. } = verdict;
        let before = match opinion {
            Opinion::Trusted => self.opinions.remove(&observer),
            _ => self.opinions.insert(observer, opinion),
        };
        if before.unwrap_or(Opinion::Trusted) != opinion {
            self.note(at, Seen::Thinks(verdict));
        }
    }

    /// An observer would declare the subject dead, but declares only so many in so long. Noted once.
    pub(super) fn stands_in_line(&mut self, at: Time, observer: NodeId) {
        let of_observer = |sighting: &&Sighting| match sighting.what {
            Seen::StandsInLine(who) | Seen::Watches(who) => who == observer,
            Seen::Thinks(verdict) => verdict.observer == observer,
            _ => false,
        };
        let last = self.sightings.iter().rev().find(of_observer);
        let is_known = last.is_some_and(|last| last.what == Seen::StandsInLine(observer));
        if self.concerns(observer, self.focus.subject) && !is_known {
            self.note(at, Seen::StandsInLine(observer));
        }
    }

    /// Whom it looks at.
    pub(super) fn subject(&self) -> NodeId {
        self.focus.subject
    }

    /// Something was heard of a subject that is not trusted.
    pub(super) fn hears(&mut self, at: Time, observer: NodeId, subject: NodeId, sent: Time) {
        if self.concerns(observer, subject) && self.focus.observer.is_none_or(|focus| focus == observer) {
            self.note(at, Seen::Hears(observer, sent));
        }
    }

    /// A node declares a death in the name of all, or takes it back.
    pub(super) fn acts(&mut self, at: Time, node: NodeId, subject: NodeId, dead: bool) {
        if self.concerns(node, subject) {
            self.note(at, if dead { Seen::Acts(node) } else { Seen::Retracts(node) });
        }
    }

    /// A node takes an office.
    pub(super) fn takes(&mut self, at: Time, node: NodeId, office: Office) {
        if self.is_party(node) {
            self.note(at, Seen::Takes(node, office));
        }
    }
}

#[cfg(test)]
mod tests;
