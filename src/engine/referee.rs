//! Truth against opinion. The referee knows who is up; observers only hold opinions; every figure compares
//! the two. Protocols never count anything: they speak, and the referee listens.

mod crashes;
mod ledger;
mod mistakes;
mod offices;
mod service;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::{Cluster, NodeId, Pair};
use super::findings::{Crash, Ending, Findings, Missing, Mistake};
use super::model::{Authority, Office};
use super::time::{Span, Time};
use ledger::Ledger;
use offices::Offices;
use service::Sides;

/// What spoke for a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The sender's stamp of the newest sign of life that was heard.
    pub heard: Option<Time>,
    /// What went missing since then.
    pub missing: Missing,
    /// Whether another node said so.
    pub hearsay: bool,
}

impl Evidence {
    /// Another node said so.
    pub fn hearsay() -> Evidence {
        Evidence { heard: None, missing: Missing::default(), hearsay: true }
    }
}

/// What an observer holds of a subject that it has ever held dead.
#[derive(Clone, Copy, Debug)]
struct Held {
    /// Since when it has held the subject dead.
    dead_since: Time,
    /// When it last trusted it again.
    trusted_at: Time,
}

/// What is known of a subject that anybody has ever held dead.
#[derive(Clone, Debug, Default)]
struct Subject {
    by: BTreeMap<NodeId, Held>,
    /// Those whose word keeps it out of service: who declares its death in the name of all or, where no
    /// authority is named, anybody who holds it dead.
    acting: BTreeSet<NodeId>,
    /// Since when somebody has declared its death in the name of all without a break, if anybody does.
    acted_since: Time,
    /// Since when the subject, though up, has been out of service.
    out_since: Option<Time>,
    /// Wrong opinions that are not over, by observer.
    mistakes: BTreeMap<NodeId, Mistake>,
    /// Who began to watch it only when it was down, and since when.
    watched_since: BTreeMap<NodeId, Time>,
}

/// The referee of one run.
pub struct Referee {
    /// How many nodes, from the first on, are watched so that their deaths count.
    counted: u32,
    authority: Authority,
    flap_within: Span,
    /// Nothing before this instant is counted.
    count_from: Time,
    /// Those whom anybody has ever held dead.
    subjects: BTreeMap<NodeId, Subject>,
    /// Those who have ever held anybody dead.
    accusers: BTreeSet<NodeId>,
    /// The truth: which nodes are down.
    down: Vec<bool>,
    /// When nodes that had crashed began their present life.
    restarted: BTreeMap<NodeId, Time>,
    subjects_up: u32,
    /// Pairs of an observer and a subject that are both up.
    pairs_up: u64,
    /// Whether these are the pairs of subjects and those who watch them.
    pairs_are_watched: bool,
    /// How many of those who are up watch each subject; empty where nobody watches for silence.
    watchers: Vec<u32>,
    /// Subjects whom nobody watches.
    unwatched: u64,
    /// Who leads, where anybody does.
    offices: Option<Offices>,
    /// Who keeps whom out of service and the other way round.
    sides: Sides,
    /// When the numbers of those who are up last changed.
    counted_until: Time,
    /// Crashes that are not over, by node.
    open_crashes: BTreeMap<NodeId, Crash>,
    /// What each pair found out.
    ledger: Ledger,
    findings: Findings,
}

/// How a referee is to judge.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Who declares deaths in the name of all.
    pub authority: Authority,
    /// Dead, trusted and dead again within this time is a flap.
    pub flap_within: Span,
    /// Nothing before this instant is counted.
    pub count_from: Time,
    /// How many nodes, from the first on, are watched so that their deaths count.
    pub subjects: u32,
    /// How many pairs of an observer and a subject there are; `None` if these are those who watch and are watched.
    pub pairs: Option<u64>,
    /// Whether nodes elect a leader.
    pub elects: bool,
    /// Whether observers must ask for signs of life.
    pub asks: bool,
}

impl Referee {
    /// Bytes for each node.
    pub const BYTES_PER_NODE: usize = 1 + size_of::<u32>();
    /// Bytes for each opinion that somebody is dead, in trees that are two thirds full.
    pub const BYTES_PER_OPINION: usize =
        (2 * size_of::<NodeId>() + size_of::<Held>() + size_of::<Time>()) * 3 / 2;

    /// A referee before anything happened.
    ///
    /// `watched` says whether members are watched for silence, each by nodes that can be named.
    pub fn new(cluster: Cluster, terms: Terms, watched: bool) -> Referee {
        let Terms { authority, flap_within, count_from, subjects: counted, pairs, elects, .. } = terms;
        let members_only = cluster.members == cluster.nodes();
        let findings = Findings {
            unwatched_nanos: watched.then_some(0),
            two_sides_nanos: members_only.then_some(0),
            ..Findings::default()
        };
        Referee {
            counted,
            authority,
            flap_within,
            count_from,
            subjects: BTreeMap::new(),
            accusers: BTreeSet::new(),
            down: vec![false; cluster.nodes() as usize],
            restarted: BTreeMap::new(),
            subjects_up: counted,
            pairs_up: pairs.unwrap_or(0),
            pairs_are_watched: pairs.is_none(),
            watchers: if watched { vec![0; counted as usize] } else { Vec::new() },
            unwatched: if watched { u64::from(counted) } else { 0 },
            offices: elects.then(|| Offices::new(count_from)),
            sides: Sides::default(),
            counted_until: Time::ZERO,
            open_crashes: BTreeMap::new(),
            ledger: Ledger::default(),
            findings,
        }
    }

    /// Whether the death of a node counts.
    fn counts(&self, node: NodeId) -> bool {
        node.0 < self.counted
    }

    /// Whether a node is down.
    pub fn is_down(&self, node: NodeId) -> bool {
        self.down[node.index()]
    }

    /// Whoever leads, if anybody does: of several, the one who took office last.
    pub fn leader(&self) -> Option<NodeId> {
        self.offices.as_ref().and_then(Offices::leader)
    }

    /// When a node began its present life.
    pub fn born(&self, node: NodeId) -> Time {
        self.restarted.get(&node).copied().unwrap_or(Time::ZERO)
    }

    /// Those who are not in their first life, and when their present one began.
    pub fn reborn(&self) -> impl Iterator<Item = (NodeId, Time)> + '_ {
        self.restarted.iter().map(|(node, born)| (*node, *born))
    }

    /// An observer begins to watch a subject anew and knows nothing of it any more.
    pub fn forget(&mut self, pair: Pair, now: Time) {
        self.trust(pair, now);
        self.act_no_more(pair, now);
        self.drop_opinion(pair, now);
        if self.down[pair.subject.index()] {
            let known = self.subjects.entry(pair.subject).or_default();
            known.watched_since.insert(pair.observer, now);
        }
    }

    /// What an observer holds of a subject is of no account any more, but what it declared in the name of all is.
    fn drop_opinion(&mut self, pair: Pair, now: Time) {
        if let Some(known) = self.subjects.get_mut(&pair.subject) {
            known.by.remove(&pair.observer);
        }
        if self.authority == Authority::WhoeverIsFirst {
            self.act_no_more(pair, now);
        }
    }

    /// An observer restarted and knows nothing any more.
    fn forget_all(&mut self, observer: NodeId, now: Time) {
        for subject in self.subjects_of(observer) {
            self.forget(Pair { observer, subject }, now);
        }
    }

    /// Those whom an observer may ever have held dead.
    fn subjects_of(&self, observer: NodeId) -> Vec<NodeId> {
        if self.accusers.contains(&observer) { self.subjects.keys().copied().collect() } else { Vec::new() }
    }

    /// One more of those who are up watches a subject.
    pub fn watched(&mut self, Pair { observer, subject }: Pair, now: Time) {
        let Some(watchers) = self.watchers.get(subject.index()).copied() else { return };
        self.count_time(now);
        if now != self.born(observer) {
            self.ledger.changes_its_mind(observer);
        }
        self.watchers[subject.index()] = watchers + 1;
        self.unwatched -= u64::from(watchers == 0);
        self.pairs_up += u64::from(self.pairs_are_watched && !self.down[subject.index()]);
    }

    /// One of them does so no more.
    pub fn unwatched(&mut self, Pair { observer, subject }: Pair, now: Time) {
        let Some(watchers) = self.watchers.get(subject.index()).copied() else { return };
        self.count_time(now);
        if !self.down[observer.index()] {
            self.ledger.changes_its_mind(observer);
        }
        self.watchers[subject.index()] = watchers - 1;
        self.unwatched += u64::from(watchers == 1);
        self.pairs_up -= u64::from(self.pairs_are_watched && !self.down[subject.index()]);
    }

    /// Pairs of a subject and those who watch it.
    fn pairs_of_watched(&self, node: NodeId) -> u64 {
        let watchers = self.watchers.get(node.index()).filter(|_| self.pairs_are_watched);
        watchers.map_or(0, |watchers| u64::from(*watchers))
    }

    /// A node holds itself to have an office from now on. What leaders who are down declared ends when another
    /// leads.
    pub fn office(&mut self, node: NodeId, office: Office, now: Time) {
        if office == Office::Leader {
            self.silence_the_dead(now);
        }
        if let Some(offices) = &mut self.offices {
            offices.take(node, office, now);
        }
    }

    /// The run is over. `circles` are those whose opinions of the nodes that are down count.
    pub fn finish(mut self, end: Time, circles: &[Vec<NodeId>]) -> Findings {
        self.count_time(end);
        for ((_, crash), circle) in std::mem::take(&mut self.open_crashes).into_iter().zip(circles) {
            self.close_crash(crash, circle, end);
        }
        let subjects: Vec<NodeId> = self.subjects.keys().copied().collect();
        for subject in subjects {
            while let Some(observer) = self.subjects[&subject].mistakes.keys().next().copied() {
                self.end_mistake(Pair { observer, subject }, end, Ending::RunEnded);
            }
            self.back_in_service(subject, end);
        }
        self.count_sides(end);
        let (pairs, left_out) = self.ledger.finish((self.count_from, end), !self.pairs_are_watched);
        (self.findings.pairs, self.findings.pairs_left_out) = (pairs, left_out);
        self.findings.leadership = self.offices.map(|offices| offices.finish(end));
        self.findings.crashes.sort_by_key(|crash| (crash.at, crash.node));
        self.findings.seal();
        self.findings
    }

    /// Adds up node time and pair time until `now`.
    fn count_time(&mut self, now: Time) {
        let nanos = u128::from(self.counted(self.counted_until, now).nanos());
        self.counted_until = now;
        self.findings.node_nanos += nanos * u128::from(self.subjects_up);
        self.findings.pair_nanos += nanos * u128::from(self.pairs_up);
        if let Some(unwatched) = &mut self.findings.unwatched_nanos {
            *unwatched += nanos * u128::from(self.unwatched);
        }
    }

    /// The part of the stretch `start..end` that counts.
    fn counted(&self, start: Time, end: Time) -> Span {
        let start = start.max(self.count_from);
        if end > start { end - start } else { Span::ZERO }
    }
}

#[cfg(test)]
mod tests;
