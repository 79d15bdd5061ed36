//! A witness: notes what befalls one subject, and whoever watches it, while a run goes on, so that the story
//! of a mistake or of a crash can be told.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cluster::{NodeId, Pair};
use super::model::{Blow, Damage, Extent, Grounds, Office, Opinion};
use super::onlooker::{
    Account, Envelope, Hardship, Hold, Holds, OFFICE, Onlooker, Passage, Reading, Seen, Sighting, Strike,
    Verdict,
};
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
    reading: Reading,
    /// Blows on the path that are not over.
    on_path: BTreeMap<u64, Hardship>,
    holds: Holds,
}

impl Witness {
    pub(super) fn new(focus: Focus, through_others: bool) -> Witness {
        Witness {
            focus,
            through_others,
            before: Vec::new(),
            sightings: Vec::new(),
            opinions: BTreeMap::new(),
            reading: Reading::default(),
            on_path: BTreeMap::new(),
            holds: Holds::default(),
        }
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

    fn concerns(&self, pair: Pair) -> bool {
        pair.subject == self.focus.subject && pair.observer != pair.subject
    }

    /// Whether this is the observer that is looked at, or anybody is.
    fn is_looked_at(&self, observer: NodeId) -> bool {
        self.focus.observer.is_none_or(|focus| focus == observer)
    }

    /// Whether a node is the observer or the subject; where nobody in particular observes, the subject.
    fn is_party(&self, node: NodeId) -> bool {
        node == self.focus.subject || Some(node) == self.other()
    }

    /// Whether any wall stands between observer and subject.
    fn is_cut(&self) -> bool {
        self.on_path.values().any(|hardship| *hardship == Hardship::Wall)
    }

    /// Whether observer and subject cannot reach each other, at least one way.
    fn is_apart(&self, cut: &dyn Fn(NodeId, NodeId) -> bool) -> bool {
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

    fn think(&mut self, at: Time, verdict: Verdict) {
        let Verdict { pair: Pair { observer, .. }, opinion, .. } = verdict;
        let before = match opinion {
            Opinion::Trusted => self.opinions.remove(&observer),
            _ => self.opinions.insert(observer, opinion),
        };
        if before.unwrap_or(Opinion::Trusted) != opinion {
            self.note(at, Seen::Thinks(verdict));
        }
    }
}

impl Onlooker for Witness {
    fn message(&mut self, at: Time, envelope: Envelope, passage: Passage) {
        let ends = [envelope.from, envelope.to];
        if matches!(passage, Passage::Sent | Passage::Perishes | Passage::ComesBack) {
            return; // A story is told from what else is seen of it.
        }
        self.reading.note(at, envelope, passage);
        let is_between = ends.contains(&self.focus.subject)
            && self.focus.observer.is_none_or(|observer| ends.contains(&observer));
        let may_matter =
            self.through_others && passage.is_mishap() && ends.iter().any(|node| self.is_party(*node));
        // Whoever hears that another is in office may turn to it.
        let turns = envelope.kind == OFFICE && envelope.to == self.focus.subject && passage == Passage::Read;
        if is_between || may_matter || turns {
            self.note(at, Seen::Message(envelope, passage));
        }
    }

    fn held_up(&mut self, at: Time, node: NodeId) {
        if self.is_party(node) {
            self.note(at, Seen::HeldUp(node));
        }
    }

    fn struck(&mut self, at: Time, strike: Strike<'_>, cut: &dyn Fn(NodeId, NodeId) -> bool) {
        let (strike, node, blow) = strike;
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
            (Some(node), Some(hold)) if !self.holds.begins(node, hold, strike) => return,
            _ => (),
        }
        self.note(at, Seen::Struck(node, hardship));
    }

    fn mended(&mut self, at: Time, (strike, node, blow): Strike<'_>) {
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
        if Hold::of(blow).is_none_or(|hold| self.holds.ends(node, hold, strike)) {
            self.note(at, Seen::Mended(Some(node), hardship));
        }
    }

    fn watches(&mut self, at: Time, pair: Pair, begins: bool) {
        if self.concerns(pair) {
            self.opinions.remove(&pair.observer);
            if self.is_looked_at(pair.observer) {
                self.note(at, if begins { Seen::Watches(pair) } else { Seen::WatchesNoMore(pair) });
            }
        }
    }

    fn closes(&mut self, at: Time, pair: Pair) {
        if self.concerns(pair) {
            self.note(at, Seen::Closed(pair));
        }
    }

    fn judged(&mut self, at: Time, pair: Pair, opinion: Opinion, silence: Option<(Time, Time)>) {
        if self.concerns(pair) {
            let is_wrong = self.holds.belie(pair.subject, opinion);
            self.think(at, Verdict { pair, opinion, silence, hearsay: None, is_wrong });
        }
    }

    fn concluded(&mut self, at: Time, pair: Pair, opinion: Opinion, grounds: Option<Grounds>) {
        if self.concerns(pair) {
            let hearsay = self.reading.hearsay(at, pair.observer, grounds);
            let is_wrong = self.holds.belie(pair.subject, opinion);
            self.think(at, Verdict { pair, opinion, silence: None, hearsay, is_wrong });
        }
    }

    fn stands_in_line(&mut self, at: Time, pair: Pair) {
        if !self.concerns(pair) {
            return;
        }
        let of_pair = |sighting: &&Sighting| match sighting.what {
            Seen::StandsInLine(who) | Seen::Watches(who) => who == pair,
            Seen::Thinks(verdict) => verdict.pair == pair,
            _ => false,
        };
        let last = self.sightings.iter().rev().find(of_pair);
        if last.is_none_or(|last| last.what != Seen::StandsInLine(pair)) {
            self.note(at, Seen::StandsInLine(pair));
        }
    }

    fn hears(&mut self, at: Time, pair: Pair, sent: Time) {
        if self.concerns(pair) && self.is_looked_at(pair.observer) {
            self.note(at, Seen::Hears(pair, sent));
        }
    }

    fn acts(&mut self, at: Time, pair: Pair, dead: bool) {
        if self.concerns(pair) {
            self.note(at, if dead { Seen::Acts(pair) } else { Seen::Retracts(pair) });
        }
    }

    fn takes(&mut self, at: Time, node: NodeId, office: Office) {
        if self.is_party(node) {
            self.note(at, Seen::Takes(node, office));
        }
    }

    /// All that was seen, in the order in which it happened: first what had struck before, and still held.
    fn account(mut self: Box<Self>) -> Account {
        self.before.append(&mut self.sightings);
        Account { sightings: self.before, ..Account::default() }
    }
}

#[cfg(test)]
mod tests;
