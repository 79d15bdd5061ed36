//! What holds at a moment of a run: who is struck by what, who does not trust whom, who is in which office.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::cluster::{NodeId, Pair};
use crate::engine::model::{Blow, Depth, Office, Opinion};
use crate::engine::onlooker::{Account, Hardship, Seen, Sighting};
use crate::engine::time::Time;

/// What holds, each with the sighting by which it began.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Crashes and standstills, which hold once however many blows there are.
    holds: BTreeMap<(NodeId, u8), Sighting>,
    /// What else strikes nodes, in the order in which it began.
    hindrances: BTreeMap<NodeId, Vec<Sighting>>,
    /// What strikes the network, by number, and its place among the blows of the account if it has one.
    network: BTreeMap<u64, (NetworkBlow, Option<u32>)>,
    /// By observer and subject, where it is not trusted.
    opinions: BTreeMap<(NodeId, NodeId), Sighting>,
    /// Those whose death is due, and who must wait for it, by observer and subject.
    in_line: BTreeMap<(NodeId, NodeId), Sighting>,
    /// Deaths that were declared in the name of all, by who did so and who is dead.
    acts: BTreeMap<(NodeId, NodeId), Sighting>,
    /// Those who lead or want to.
    offices: BTreeMap<NodeId, Sighting>,
}

/// A blow on the network: when it struck, around whom if anybody in particular, and what it does.
pub(super) type NetworkBlow = (Time, Option<NodeId>, Blow);

/// A pair, in the order of the numbers of observers.
fn key(pair: Pair) -> (NodeId, NodeId) {
    (pair.observer, pair.subject)
}

/// Which of the hardships that hold once it is.
fn hold(hardship: Hardship) -> Option<u8> {
    match hardship {
        Hardship::Crash => Some(0),
        Hardship::Stop(Depth::Process) => Some(1),
        Hardship::Stop(Depth::Application) => Some(2),
        Hardship::Slow | Hardship::Drift(_) | Hardship::Wall | Hardship::Damage(..) => None,
    }
}

impl Standing {
    /// Something was seen.
    pub(super) fn update(&mut self, sighting: Sighting) {
        match sighting.what {
            Seen::Struck(Some(node), hardship) => self.strike(node, hardship, sighting),
            Seen::Mended(Some(node), hardship) => self.mend(node, hardship),
            Seen::Watches(pair) | Seen::WatchesNoMore(pair) => {
                self.opinions.remove(&key(pair));
                self.in_line.remove(&key(pair));
            }
            Seen::Thinks(verdict) => {
                self.in_line.remove(&key(verdict.pair));
                match verdict.opinion {
                    Opinion::Trusted => self.opinions.remove(&key(verdict.pair)),
                    Opinion::Suspected | Opinion::Dead => self.opinions.insert(key(verdict.pair), sighting),
                };
            }
            Seen::StandsInLine(pair) => {
                self.in_line.insert(key(pair), sighting);
            }
            Seen::Acts(pair) => {
                self.acts.insert(key(pair), sighting);
            }
            Seen::Retracts(pair) => {
                self.acts.remove(&key(pair));
            }
            Seen::Takes(node, Office::Follower) => {
                self.offices.remove(&node);
            }
            Seen::Takes(node, Office::Leader | Office::Candidate) => {
                self.offices.insert(node, sighting);
            }
            _ => (),
        }
    }

    fn strike(&mut self, node: NodeId, hardship: Hardship, sighting: Sighting) {
        if hardship == Hardship::Crash {
            // Whoever is gone stands still no more.
            self.mend(node, Hardship::Stop(Depth::Process));
            self.mend(node, Hardship::Stop(Depth::Application));
        }
        match hold(hardship) {
            Some(hold) => drop(self.holds.insert((node, hold), sighting)),
            None => self.hindrances.entry(node).or_default().push(sighting),
        }
    }

    fn mend(&mut self, node: NodeId, hardship: Hardship) {
        if let Some(hold) = hold(hardship) {
            self.holds.remove(&(node, hold));
        } else if let Some(hindrances) = self.hindrances.get_mut(&node) {
            let struck = Seen::Struck(Some(node), hardship);
            let place = hindrances.iter().position(|sighting| sighting.what == struck);
            place.map(|place| hindrances.remove(place));
        }
    }

    /// A node is gone, and with it what it thought. Says of whom.
    pub(super) fn forget(&mut self, node: NodeId) -> BTreeSet<NodeId> {
        let mut thought = BTreeSet::new();
        for opinions in [&mut self.opinions, &mut self.in_line] {
            let its = (node, NodeId(0))..=(node, NodeId(u32::MAX));
            let subjects: Vec<NodeId> = opinions.range(its).map(|((_, subject), _)| *subject).collect();
            for subject in subjects {
                opinions.remove(&(node, subject));
                thought.insert(subject);
            }
        }
        self.offices.remove(&node);
        thought
    }

    /// The network is struck, by a blow that has this place in the account if it is told of there.
    pub(super) fn worsens(&mut self, number: u64, blow: NetworkBlow, place: Option<u32>) {
        self.network.insert(number, (blow, place));
    }

    /// A blow on the network is over. Says its place in the account.
    pub(super) fn heals(&mut self, number: u64) -> Option<u32> {
        self.network.remove(&number)?.1
    }

    /// What an observer thinks of a subject.
    pub(super) fn opinion(&self, pair: Pair) -> Opinion {
        match self.opinions.get(&key(pair)).map(|sighting| sighting.what) {
            Some(Seen::Thinks(verdict)) => verdict.opinion,
            _ => Opinion::Trusted,
        }
    }

    /// Whether the death of a subject is known to be due.
    pub(super) fn is_in_line(&self, pair: Pair) -> bool {
        self.in_line.contains_key(&key(pair))
    }

    /// Tells in the account what held before it, in the order in which it began; of too much, what struck nodes and the
    /// network and who led rather than what was thought, and what began first.
    pub(super) fn tell(&mut self, most: usize, account: &mut Account) {
        let mut all: Vec<Sighting> = self.holds.values().chain(self.offices.values()).copied().collect();
        all.extend(self.hindrances.values().flatten());
        all.sort_by_key(|sighting| sighting.at);
        // Walls and bad links are few, and without them nothing that happens can be understood.
        let room = most.saturating_sub(self.network.len());
        account.left_out_before += all.len().saturating_sub(room) as u64;
        all.truncate(room);
        for ((at, node, blow), place) in self.network.values_mut() {
            if all.len() == most {
                account.left_out_before += 1;
                continue;
            }
            *place = Some(account.blows.len() as u32);
            all.push(Sighting { at: *at, what: Seen::Worsens(account.blows.len() as u32) });
            account.blows.push((*node, blow.clone()));
        }
        let mut thought: Vec<Sighting> = Vec::new();
        for sightings in [&self.opinions, &self.in_line, &self.acts] {
            thought.extend(sightings.values());
        }
        thought.sort_by_key(|sighting| sighting.at);
        let room = most - all.len();
        account.left_out_before += thought.len().saturating_sub(room) as u64;
        all.extend(thought.into_iter().take(room));
        all.sort_by_key(|sighting| sighting.at);
        account.before = all;
    }
}
