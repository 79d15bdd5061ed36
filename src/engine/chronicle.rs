//! A chronicle: everything that is seen of a run for a while, of all nodes or of some, and what held when that while
//! began. How much it keeps is limited; what it leaves out is counted.

mod standing;

use std::ops::Range;

use super::cluster::{NodeId, Pair};
use super::model::{Blow, Grounds, Office, Opinion};
use super::onlooker::{
    Account, Envelope, Hardship, Hold, Holds, Onlooker, Passage, Reading, Seen, Sighting, Strike, Verdict,
};
use super::time::Time;
use standing::Standing;

/// Of what a chronicle takes notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// From when on.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Of whom.
    pub of: Whose,
    /// Whether messages matter, who watches whom, and all else that neither strikes a node nor changes a mind.
    pub in_detail: bool,
    /// How many sightings are kept, at most: the first ones. Of what held before, no more than half as many are.
    pub most: usize,
}

/// Whose affairs matter. Blows that strike the network, and not a node, always do. The ranges may overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    All,
    /// Whatever any of these takes part in.
    Touching(Vec<Range<u32>>),
    /// What is among these, and nobody else has a part in.
    Among(Vec<Range<u32>>),
    /// What becomes of these, what is thought of them, and who leads; not what they think of others.
    About(Vec<Range<u32>>),
}

impl Whose {
    fn of_node(&self, node: NodeId) -> bool {
        match self {
            Whose::All => true,
            Whose::Touching(ranges) | Whose::Among(ranges) | Whose::About(ranges) => includes(ranges, node),
        }
    }

    /// Whether what is between these two matters: of what one thinks, the one who thinks and the other.
    fn of_two(&self, one: NodeId, other: NodeId) -> bool {
        match self {
            Whose::All => true,
            Whose::Touching(ranges) => includes(ranges, one) || includes(ranges, other),
            Whose::Among(ranges) => includes(ranges, one) && includes(ranges, other),
            Whose::About(ranges) => includes(ranges, other),
        }
    }
}

fn includes(ranges: &[Range<u32>], node: NodeId) -> bool {
    ranges.iter().any(|range| range.contains(&node.0))
}

/// Notes everything within its scope.
#[derive(Debug)]
pub(super) struct Chronicle {
    scope: Scope,
    /// What holds at this moment; no more than the run itself keeps of it.
    standing: Standing,
    holds: Holds,
    reading: Reading,
    /// The message that was just handed over, until its first copy sets out.
    handed_over: Option<Envelope>,
    /// Whether it has begun to take notes.
    has_begun: bool,
    account: Account,
}

impl Chronicle {
    pub(super) fn new(scope: Scope) -> Chronicle {
        Chronicle {
            scope,
            standing: Standing::default(),
            holds: Holds::default(),
            reading: Reading::default(),
            handed_over: None,
            has_begun: false,
            account: Account::default(),
        }
    }

    /// Something happens that holds from now on, or ends what held.
    fn turn(&mut self, at: Time, what: Seen) {
        self.begin_by(at);
        self.standing.update(Sighting { at, what });
        self.note(at, what);
    }

    /// Something happens.
    fn note(&mut self, at: Time, what: Seen) {
        self.begin_by(at);
        if !(self.scope.from..=self.scope.until).contains(&at) {
            return;
        }
        if self.has_room() {
            self.account.sightings.push(Sighting { at, what });
        } else {
            self.account.left_out += 1;
        }
    }

    fn has_room(&self) -> bool {
        self.account.before.len() + self.account.sightings.len() < self.scope.most
    }

    /// The first thing that happens within its time ends what was before.
    fn begin_by(&mut self, at: Time) {
        if !self.has_begun && at >= self.scope.from {
            self.has_begun = true;
            self.standing.tell(self.scope.most / 2, &mut self.account);
        }
    }

    fn concerns(&self, pair: Pair) -> bool {
        pair.observer != pair.subject && self.scope.of.of_two(pair.observer, pair.subject)
    }

    fn think(&mut self, at: Time, verdict: Verdict) {
        let before = self.standing.opinion(verdict.pair);
        // Silence may still be judged while the protocol knows more: whoever holds a node dead does not suspect it.
        let is_new =
            verdict.opinion != before && (verdict.opinion, before) != (Opinion::Suspected, Opinion::Dead);
        if is_new && self.concerns(verdict.pair) {
            self.turn(at, Seen::Thinks(verdict));
        }
    }

    /// Whether a blow that strikes nodes, or the network around one, matters.
    fn matters(&self, node: Option<NodeId>) -> bool {
        node.is_none_or(|node| self.scope.of.of_node(node))
    }
}

/// What a blow does to a node, if it strikes nodes and not the network.
fn hardship(blow: &Blow) -> Option<Hardship> {
    match blow {
        Blow::Crash { .. } => Some(Hardship::Crash),
        Blow::Stop(stop) => Some(Hardship::Stop(stop.depth)),
        Blow::Slow(_) => Some(Hardship::Slow),
        Blow::Drift(ppm) => Some(Hardship::Drift(*ppm)),
        Blow::Wall(_) | Blow::Damage(_) => None,
    }
}

impl Onlooker for Chronicle {
    fn message(&mut self, at: Time, envelope: Envelope, passage: Passage) {
        self.reading.note(at, envelope, passage);
        // That the first copy sets out is told by its being sent.
        let is_told = self.handed_over == Some(envelope) && matches!(passage, Passage::SetsOut(_));
        self.handed_over = (passage == Passage::Sent).then_some(envelope);
        if !is_told && self.scope.in_detail && self.scope.of.of_two(envelope.from, envelope.to) {
            self.note(at, Seen::Message(envelope, passage));
        }
    }

    fn held_up(&mut self, at: Time, node: NodeId) {
        if self.scope.in_detail && self.scope.of.of_node(node) {
            self.note(at, Seen::HeldUp(node));
        }
    }

    fn struck(&mut self, at: Time, strike: Strike<'_>, _: &dyn Fn(NodeId, NodeId) -> bool) {
        let (number, node, blow) = strike;
        // Who is up, and who thinks nothing any more, is known of all: opinions of it, or by it, may matter.
        let begins =
            node.is_none_or(|node| Hold::of(blow).is_none_or(|hold| self.holds.begins(node, hold, number)));
        if let (Some(node), Some(Hardship::Crash)) = (node, hardship(blow)) {
            self.begin_by(at);
            let thought = self.standing.forget(node);
            // Where its crash is not told, the end of what it thought is.
            if !self.matters(Some(node)) {
                let pairs = thought.into_iter().map(|subject| Pair { observer: node, subject });
                pairs.for_each(|pair| self.note(at, Seen::WatchesNoMore(pair)));
            }
        }
        if !self.matters(node) || !begins {
            return;
        }
        match (node, hardship(blow)) {
            (Some(node), Some(hardship)) => self.turn(at, Seen::Struck(Some(node), hardship)),
            (None, Some(_)) => (),
            (_, None) => {
                self.begin_by(at);
                let place = self.account.blows.len() as u32;
                let is_noted = self.has_begun && self.has_room();
                if is_noted && at <= self.scope.until {
                    self.account.blows.push((node, blow.clone()));
                }
                self.standing.worsens(number, (at, node, blow.clone()), is_noted.then_some(place));
                self.note(at, Seen::Worsens(place));
            }
        }
    }

    fn mended(&mut self, at: Time, (number, node, blow): Strike<'_>) {
        let ends =
            node.is_none_or(|node| Hold::of(blow).is_none_or(|hold| self.holds.ends(node, hold, number)));
        if !self.matters(node) || !ends {
            return;
        }
        match (node, hardship(blow)) {
            (Some(node), Some(hardship)) => self.turn(at, Seen::Mended(Some(node), hardship)),
            (None, Some(_)) => (),
            (_, None) => {
                self.begin_by(at);
                match self.standing.heals(number) {
                    Some(place) => self.note(at, Seen::Heals(place)),
                    // It was left out when it began, and so is its end.
                    None => self.account.left_out += u64::from(self.has_begun && at <= self.scope.until),
                }
            }
        }
    }

    fn watches(&mut self, at: Time, pair: Pair, begins: bool) {
        let changes_mind = self.standing.opinion(pair) != Opinion::Trusted;
        if self.concerns(pair) && (changes_mind || self.scope.in_detail) {
            self.turn(at, if begins { Seen::Watches(pair) } else { Seen::WatchesNoMore(pair) });
        }
    }

    fn closes(&mut self, at: Time, pair: Pair) {
        if self.scope.in_detail && self.concerns(pair) {
            self.note(at, Seen::Closed(pair));
        }
    }

    fn judged(&mut self, at: Time, pair: Pair, opinion: Opinion, silence: Option<(Time, Time)>) {
        let is_wrong = self.holds.belie(pair.subject, opinion);
        self.think(at, Verdict { pair, opinion, silence, hearsay: None, is_wrong });
    }

    fn concluded(&mut self, at: Time, pair: Pair, opinion: Opinion, grounds: Option<Grounds>) {
        let hearsay = self.reading.hearsay(at, pair.observer, grounds);
        let is_wrong = self.holds.belie(pair.subject, opinion);
        self.think(at, Verdict { pair, opinion, silence: None, hearsay, is_wrong });
    }

    fn stands_in_line(&mut self, at: Time, pair: Pair) {
        if self.scope.in_detail && self.concerns(pair) && !self.standing.is_in_line(pair) {
            self.turn(at, Seen::StandsInLine(pair));
        }
    }

    fn hears(&mut self, at: Time, pair: Pair, sent: Time) {
        if self.scope.in_detail && self.concerns(pair) {
            self.note(at, Seen::Hears(pair, sent));
        }
    }

    fn acts(&mut self, at: Time, pair: Pair, dead: bool) {
        if self.concerns(pair) {
            self.turn(at, if dead { Seen::Acts(pair) } else { Seen::Retracts(pair) });
        }
    }

    fn takes(&mut self, at: Time, node: NodeId, office: Office) {
        if matches!(self.scope.of, Whose::About(_)) || self.scope.of.of_node(node) {
            self.turn(at, Seen::Takes(node, office));
        }
    }

    fn account(mut self: Box<Self>) -> Account {
        self.begin_by(Time::NEVER);
        self.account
    }
}

#[cfg(test)]
mod tests;
