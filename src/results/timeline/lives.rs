//! What became of nodes, and what others thought of them, as stretches of time: what a chronicle tells, put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reach::Reach;
use crate::engine::cluster::{Cluster, NodeId, Pair};
use crate::engine::model::{Blow, Damage, Depth, Extent, Office, Opinion};
use crate::engine::onlooker::{Account, Hardship, Seen, Sighting, Verdict};
use crate::engine::time::Time;
use crate::engine::walls::Walls;
use crate::figures::short;
use crate::page::chart::Condition;
use crate::scenario::Scenario;

/// A stretch of time in which something held.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::results) struct Stretch<X> {
    pub(in crate::results) from: Time,
    pub(in crate::results) until: Time,
    pub(in crate::results) what: X,
}

/// What a node was, if it was not as usual.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::results) struct Plight {
    pub(in crate::results) node: NodeId,
    pub(in crate::results) condition: Condition,
    pub(in crate::results) note: String,
}

/// What an observer thought of a node that it did not trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::results) struct Doubt {
    pub(in crate::results) pair: Pair,
    pub(in crate::results) dead: bool,
    pub(in crate::results) wrong: bool,
    pub(in crate::results) told_by: Option<NodeId>,
}

/// All that there is to tell of some nodes, in the order in which it began.
#[derive(Debug, Default)]
pub(in crate::results) struct Lives {
    /// What they were.
    pub(in crate::results) plights: Vec<Stretch<Plight>>,
    /// What was thought, of whomever the chronicle is about.
    pub(in crate::results) doubts: Vec<Stretch<Doubt>>,
    /// Who led.
    pub(in crate::results) terms: Vec<Stretch<NodeId>>,
}

/// Why a node is not as usual. Each holds once; those with a number may hold several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Down,
    Stopped,
    Hung,
    Cut,
    Slow(u32),
    Drifts(u32),
    Damaged(u32),
}

/// A run while it is gone through once more.
struct Replay<'a> {
    account: &'a Account,
    cluster: Cluster,
    nodes: &'a BTreeSet<NodeId>,
    reach: Reach,
    walls: Walls,
    from: Time,
    /// What holds, and since when.
    plights: BTreeMap<(NodeId, Reason), (Time, Plight)>,
    doubts: BTreeMap<(NodeId, NodeId), (Time, Doubt)>,
    terms: BTreeMap<NodeId, Time>,
    /// How many blows of the kinds with numbers there were.
    count: u32,
    lives: Lives,
}

impl Lives {
    /// The lives of these nodes in a stretch of time.
    pub(in crate::results) fn of(
        scenario: &Scenario,
        account: &Account,
        nodes: &BTreeSet<NodeId>,
        (from, until): (Time, Time),
    ) -> Lives {
        let has_walls = account.blows.iter().any(|(_, blow)| matches!(blow, Blow::Wall(_)));
        let nobody = BTreeSet::new();
        let mut replay = Replay {
            account,
            cluster: scenario.cluster(),
            nodes,
            reach: Reach::of(scenario, if has_walls { nodes } else { &nobody }),
            walls: Walls::default(),
            from,
            plights: BTreeMap::new(),
            doubts: BTreeMap::new(),
            terms: BTreeMap::new(),
            count: 0,
            lives: Lives::default(),
        };
        account.before.iter().chain(&account.sightings).for_each(|sighting| replay.see(*sighting));
        replay.finish(until)
    }
}

impl Replay<'_> {
    fn see(&mut self, Sighting { at, what }: Sighting) {
        let at = at.max(self.from);
        match what {
            Seen::Struck(Some(node), hardship) => self.struck(at, node, hardship),
            Seen::Mended(Some(node), hardship) => self.mended(at, node, hardship),
            Seen::Worsens(place) | Seen::Heals(place) => {
                self.network(at, place, matches!(what, Seen::Worsens(_)));
            }
            Seen::Thinks(verdict) => self.thinks(at, verdict),
            Seen::Watches(pair) | Seen::WatchesNoMore(pair) => self.trusts(at, pair),
            Seen::Takes(node, Office::Leader) => _ = self.terms.entry(node).or_insert(at),
            Seen::Takes(node, Office::Follower | Office::Candidate) => self.steps_down(at, node),
            _ => (),
        }
    }

    fn struck(&mut self, at: Time, node: NodeId, hardship: Hardship) {
        if hardship == Hardship::Crash {
            self.ends(at, node, Reason::Stopped);
            self.ends(at, node, Reason::Hung);
            self.steps_down(at, node);
            let its = (node, NodeId(0))..=(node, NodeId(u32::MAX));
            let thought: Vec<NodeId> = self.doubts.range(its).map(|((_, subject), _)| *subject).collect();
            thought.into_iter().for_each(|subject| self.trusts(at, Pair { observer: node, subject }));
        }
        self.count += 1;
        let (reason, condition, note) = match hardship {
            Hardship::Crash => (Reason::Down, Condition::Crashed, "its process is gone".to_owned()),
            Hardship::Stop(Depth::Process) => {
                (Reason::Stopped, Condition::Paused, "it stands still".to_owned())
            }
            Hardship::Stop(Depth::Application) => {
                (Reason::Hung, Condition::Paused, "its application stands still, but it beats".to_owned())
            }
            Hardship::Slow => (Reason::Slow(self.count), Condition::Hindered, SLOW.to_owned()),
            Hardship::Drift(ppm) => (Reason::Drifts(self.count), Condition::Hindered, drift(ppm)),
            Hardship::Wall | Hardship::Damage(..) => return,
        };
        self.begins(at, node, reason, condition, note);
    }

    fn mended(&mut self, at: Time, node: NodeId, hardship: Hardship) {
        match hardship {
            Hardship::Crash => self.ends(at, node, Reason::Down),
            Hardship::Stop(Depth::Process) => self.ends(at, node, Reason::Stopped),
            Hardship::Stop(Depth::Application) => self.ends(at, node, Reason::Hung),
            Hardship::Slow => self.ends_one(at, node, SLOW),
            Hardship::Drift(ppm) => self.ends_one(at, node, &drift(ppm)),
            Hardship::Wall | Hardship::Damage(..) => (),
        }
    }

    /// Of several that hinder a node in the same way, one does so no more.
    fn ends_one(&mut self, at: Time, node: NodeId, note: &str) {
        let its = (node, Reason::Slow(0))..=(node, Reason::Drifts(u32::MAX));
        let alike = self.plights.range(its).find(|(_, (_, plight))| plight.note == note);
        if let Some((_, reason)) = alike.map(|(key, _)| *key) {
            self.ends(at, node, reason);
        }
    }

    fn network(&mut self, at: Time, place: u32, begins: bool) {
        match self.account.blows.get(place as usize) {
            Some((node, Blow::Wall(wall))) => {
                if begins {
                    self.walls.raise(u64::from(place), wall, self.cluster, *node);
                } else {
                    self.walls.fall(u64::from(place), at);
                }
                for node in self.nodes {
                    if self.reach.is_cut(*node, &self.walls) {
                        let note = "a wall stands between it and others".to_owned();
                        self.begins(at, *node, Reason::Cut, Condition::Cut, note);
                    } else {
                        self.ends(at, *node, Reason::Cut);
                    }
                }
            }
            Some((struck, Blow::Damage(damage))) => {
                let nodes = self.nodes;
                for node in nodes.iter().filter(|node| is_damaged(damage, *struck, **node)) {
                    let reason = Reason::Damaged(place);
                    if begins {
                        self.begins(at, *node, reason, Condition::Hindered, damaged(damage));
                    } else {
                        self.ends(at, *node, reason);
                    }
                }
            }
            _ => (),
        }
    }

    fn begins(&mut self, at: Time, node: NodeId, reason: Reason, condition: Condition, note: String) {
        if self.nodes.contains(&node) {
            self.plights.entry((node, reason)).or_insert((at, Plight { node, condition, note }));
        }
    }

    fn ends(&mut self, at: Time, node: NodeId, reason: Reason) {
        if let Some((from, what)) = self.plights.remove(&(node, reason)) {
            self.lives.plights.push(Stretch { from, until: at, what });
        }
    }

    fn thinks(&mut self, at: Time, verdict: Verdict) {
        let Verdict { pair, opinion, hearsay, is_wrong, .. } = verdict;
        self.trusts(at, pair);
        if opinion != Opinion::Trusted {
            let told_by = hearsay.map(|(node, _)| node);
            let doubt = Doubt { pair, dead: opinion == Opinion::Dead, wrong: is_wrong, told_by };
            self.doubts.insert((pair.observer, pair.subject), (at, doubt));
        }
    }

    /// What an observer thought of a subject is over. What lasted no time is not told.
    fn trusts(&mut self, at: Time, pair: Pair) {
        if let Some((from, what)) = self.doubts.remove(&(pair.observer, pair.subject))
            && from < at
        {
            self.lives.doubts.push(Stretch { from, until: at, what });
        }
    }

    fn steps_down(&mut self, at: Time, node: NodeId) {
        if let Some(from) = self.terms.remove(&node) {
            self.lives.terms.push(Stretch { from, until: at, what: node });
        }
    }

    fn finish(self, until: Time) -> Lives {
        let mut lives = self.lives;
        let open = self.plights.into_values().map(|(from, what)| Stretch { from, until, what });
        lives.plights.extend(open);
        lives.doubts.extend(self.doubts.into_values().map(|(from, what)| Stretch { from, until, what }));
        lives.terms.extend(self.terms.into_iter().map(|(what, from)| Stretch { from, until, what }));
        lives.plights.sort_by_key(|stretch| (stretch.from, stretch.what.node, stretch.until));
        lives.doubts.sort_by_key(|Stretch { from, until, what }| {
            (*from, what.pair.subject, what.pair.observer, *until)
        });
        lives.terms.sort_by_key(|stretch| (stretch.from, stretch.what));
        lives
    }
}

const SLOW: &str = "it takes longer to handle messages";

fn drift(ppm: f64) -> String {
    let way = if ppm < 0.0 { "slow" } else { "fast" };
    format!("its clock runs {} ppm {way}", short(ppm.abs()))
}

fn damaged(damage: &Arc<Damage>) -> String {
    let mut suffers = Vec::new();
    if damage.loss > 0.0 {
        suffers.push(format!("lose {} % more", short(damage.loss * 100.0)));
    }
    if damage.latency_factor != 1.0 {
        suffers.push(format!("take {} times as long", short(damage.latency_factor)));
    }
    format!("its links {}", suffers.join(" and "))
}

/// Whether messages from or to a node suffer.
fn is_damaged(damage: &Damage, struck: Option<NodeId>, node: NodeId) -> bool {
    let among = |ranges: &[std::ops::Range<u32>]| ranges.iter().any(|range| range.contains(&node.0));
    match &damage.extent {
        Extent::Around(ranges) if ranges.is_empty() => struck == Some(node),
        Extent::Around(ranges) => among(ranges),
        Extent::Between(from, to) => among(from) || among(to),
    }
}
