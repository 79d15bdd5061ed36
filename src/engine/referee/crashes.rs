//! Crashes: who is down, and who found out when.

use super::spread::Spread;
use super::{Referee, Subject};
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Crash, Ending};
use crate::engine::model::Authority;
use crate::engine::time::Time;

impl Referee {
    /// A node crashed, and with it this many pairs besides those of watchers.
    pub fn crash(&mut self, node: NodeId, pairs: u64, now: Time) {
        self.count_time(now);
        self.leave_sides(node, now);
        self.ledger.crash(node, now);
        self.down[node.index()] = true;
        self.pairs_up -= pairs + self.pairs_of_watched(node);
        if let Some(offices) = &mut self.offices {
            offices.leave(node, now);
        }
        for subject in self.subjects_of(node) {
            let pair = Pair { observer: node, subject };
            self.end_mistake(pair, now, Ending::ObserverCrashed);
            // What it found out stands, and what it was wrong about if nobody is left who could say otherwise.
            let is_last = self.watchers.get(subject.index()).is_some_and(|watchers| *watchers <= 1);
            if !self.down[subject.index()] && !is_last {
                self.drop_opinion(pair, now);
            }
        }
        if !self.counts(node) {
            return;
        }
        self.subjects_up -= 1;
        let mut already_dead = false;
        if let Some(known) = self.subjects.get(&node) {
            already_dead = !known.acting.is_empty();
            let wrong: Vec<NodeId> = known.mistakes.keys().copied().collect();
            for observer in wrong {
                self.end_mistake(Pair { observer, subject: node }, now, Ending::CameTrue);
            }
            self.back_in_service(node, now);
        }
        let (restarted, first, majority, all, acting) = (None, None, None, None, None);
        let crash = Crash { node, at: now, restarted, already_dead, first, majority, all, acting };
        self.open_crashes.insert(node, crash);
    }

    /// A node that had crashed is up again, and with it this many pairs besides those of watchers. `circle` are
    /// those whose opinion of it counts.
    pub fn restart(&mut self, node: NodeId, pairs: u64, circle: &[NodeId], now: Time) {
        self.count_time(now);
        self.pairs_up += pairs + self.pairs_of_watched(node);
        self.forget_all(node, now);
        self.ledger.restart(node, now);
        self.down[node.index()] = false;
        self.restarted.insert(node, now);
        if !self.counts(node) {
            return;
        }
        self.subjects_up += 1;
        if let Some(mut crash) = self.open_crashes.remove(&node) {
            crash.restarted = Some(now);
            self.close_crash(crash, circle, now);
            if let Some(known) = self.subjects.get_mut(&node) {
                known.watched_since.clear();
            }
        }
        if self.watchers.get(node.index()) != Some(&0) {
            let holders = self.subjects.get(&node).into_iter().flat_map(|known| known.by.keys());
            let gone: Vec<NodeId> = holders.filter(|observer| self.down[observer.index()]).copied().collect();
            for observer in gone {
                self.drop_opinion(Pair { observer, subject: node }, now);
            }
        }
        if let Some(known) = self.subjects.get_mut(&node).filter(|known| !known.acting.is_empty()) {
            known.out_since = Some(now);
        }
    }

    /// Those who are down.
    pub fn open_crashes(&self) -> Vec<NodeId> {
        self.open_crashes.keys().copied().collect()
    }

    pub(super) fn close_crash(&mut self, mut crash: Crash, circle: &[NodeId], now: Time) {
        if crash.at < self.count_from {
            return;
        }
        let nobody = Subject::default();
        let known = self.subjects.get(&crash.node).unwrap_or(&nobody);
        let since = |time: Time| time.max(crash.at);
        let holds = |node: &NodeId| known.by.get(node).filter(|held| held.dead_since != Time::NEVER);
        // Those who hold it dead, even if they crashed since, and those who are up and could say otherwise: each
        // counts from the beginning of its life, or of its watching.
        let holders = known.by.keys().filter(|node| holds(node).is_some());
        let silent = circle.iter().filter(|node| holds(node).is_none() && !self.down[node.index()]);
        let born = |node: &NodeId| {
            let begun = known.watched_since.get(node).or_else(|| self.restarted.get(node));
            begun.copied().unwrap_or(Time::ZERO)
        };
        for observer in holders.clone().chain(silent.clone()).copied() {
            let declared = holds(&observer).map(|held| since(held.dead_since));
            self.ledger.close_crash(observer, &crash, declared);
        }
        let lives = holders.clone().chain(silent).map(born).collect();
        let declared = holders.filter_map(holds).map(|held| since(held.dead_since)).collect();
        let Spread { first, majority, all } = Spread::of(lives, declared);
        (crash.first, crash.majority, crash.all) = (first, majority, all);
        crash.acting = match self.authority {
            Authority::WhoeverIsFirst => crash.first,
            Authority::Named => (!known.acting.is_empty()).then_some(since(known.acted_since)),
        };
        let dead_until = crash.acting.unwrap_or(now);
        self.findings.dead_in_service_nanos += u128::from((dead_until - crash.at).nanos());
        self.findings.crashes.push(crash);
    }
}
