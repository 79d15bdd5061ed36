//! Truth against opinion. The referee knows who is up; observers only hold opinions; every figure compares
//! the two. Protocols never count anything: they speak, and the referee listens.

use std::collections::BTreeMap;

use super::cluster::{Cluster, NodeId, Pair};
use super::findings::{Cause, Crash, Ending, Findings, MISTAKES_KEPT, Mistake};
use super::time::{Span, Time};

impl Pair {
    /// Where the referee keeps the pair: by number, not by seat, because it is asked seldom.
    fn place(self, cluster: Cluster) -> usize {
        (self.observer.0 - cluster.members) as usize * cluster.members as usize + self.subject.index()
    }
}

/// What the referee keeps of a pair.
#[derive(Clone, Copy)]
struct Opinion {
    /// Since when the observer has held the subject dead.
    dead_since: Time,
    /// Since when a subject that is up has been out of service.
    out_since: Time,
    /// When the observer last trusted it again.
    trusted_at: Time,
    /// The sender's stamp of the last message between the two that was lost.
    last_lost: Option<Time>,
}

const NO_OPINION: Opinion =
    Opinion { dead_since: Time::NEVER, out_since: Time::NEVER, trusted_at: Time::NEVER, last_lost: None };

/// The referee of one run.
pub struct Referee {
    cluster: Cluster,
    flap_within: Span,
    /// Nothing before this instant is counted.
    count_from: Time,
    opinions: Vec<Opinion>,
    /// The truth: which nodes are down.
    down: Vec<bool>,
    /// When nodes that had crashed began their present life.
    restarted: BTreeMap<NodeId, Time>,
    members_up: u32,
    monitors_up: u32,
    /// When the numbers of those who are up last changed.
    counted_until: Time,
    /// Crashes that are not over, by node.
    open_crashes: BTreeMap<NodeId, Crash>,
    /// Mistakes that are not over, by slot.
    open_mistakes: BTreeMap<usize, Mistake>,
    /// How many observers wrongly hold a subject dead.
    accusers: BTreeMap<NodeId, u32>,
    findings: Findings,
}

impl Referee {
    /// Bytes for each pair of observer and subject.
    pub const BYTES_PER_PAIR: usize = size_of::<Opinion>() + 1;

    /// A referee who counts from `count_from`.
    pub fn new(cluster: Cluster, count_from: Time, flap_within: Span) -> Referee {
        Referee {
            cluster,
            flap_within,
            count_from,
            opinions: vec![NO_OPINION; cluster.pairs()],
            down: vec![false; cluster.nodes() as usize],
            restarted: BTreeMap::new(),
            members_up: cluster.members,
            monitors_up: cluster.monitors,
            counted_until: Time::ZERO,
            open_crashes: BTreeMap::new(),
            open_mistakes: BTreeMap::new(),
            accusers: BTreeMap::new(),
            findings: Findings::default(),
        }
    }

    /// A node crashed.
    pub fn crash(&mut self, node: NodeId, now: Time) {
        self.count_time(now);
        self.down[node.index()] = true;
        if !self.cluster.is_member(node) {
            self.monitors_up -= 1;
            for subject in self.cluster.all_members() {
                let slot = Pair { observer: node, subject }.place(self.cluster);
                self.end_mistake(slot, now, Ending::ObserverCrashed);
            }
            return;
        }
        self.members_up -= 1;
        let mut already_dead = false;
        for observer in self.cluster.all_monitors() {
            let slot = Pair { observer, subject: node }.place(self.cluster);
            already_dead |= self.opinions[slot].dead_since != Time::NEVER;
            self.end_mistake(slot, now, Ending::CameTrue);
            self.back_in_service(slot, now);
        }
        let (restarted, first, majority, all, acting) = (None, None, None, None, None);
        let crash = Crash { node, at: now, restarted, already_dead, first, majority, all, acting };
        self.open_crashes.insert(node, crash);
    }

    /// A node that had crashed is up again.
    pub fn restart(&mut self, node: NodeId, now: Time) {
        self.count_time(now);
        self.down[node.index()] = false;
        if !self.cluster.is_member(node) {
            self.monitors_up += 1;
            return;
        }
        self.members_up += 1;
        self.restarted.insert(node, now);
        if let Some(mut crash) = self.open_crashes.remove(&node) {
            crash.restarted = Some(now);
            self.close_crash(crash, now);
        }
        for observer in self.cluster.all_monitors() {
            let opinion = &mut self.opinions[Pair { observer, subject: node }.place(self.cluster)];
            if opinion.dead_since != Time::NEVER {
                opinion.out_since = now;
            }
        }
    }

    /// An observer suspects a subject.
    pub fn suspect(&mut self, pair: Pair, now: Time) {
        if !self.down[pair.subject.index()] && now >= self.count_from {
            self.findings.false_suspicions += 1;
        }
    }

    /// An observer declares a subject dead. `newest` is the stamp of the newest beat that it has heard.
    pub fn declare(&mut self, pair: Pair, now: Time, newest: Option<Time>) {
        let slot = pair.place(self.cluster);
        let opinion = &mut self.opinions[slot];
        opinion.dead_since = now;
        let trusted_at = opinion.trusted_at;
        if trusted_at != Time::NEVER && now - trusted_at <= self.flap_within && now >= self.count_from {
            self.findings.flaps += 1;
        }
        if self.down[pair.subject.index()] {
            return;
        }
        opinion.out_since = now;
        // A beat of an earlier life says nothing about this one.
        let born = self.restarted.get(&pair.subject).copied().unwrap_or(Time::ZERO);
        let cause = match (newest.filter(|heard| *heard >= born), opinion.last_lost) {
            (None, _) => Cause::StartUp,
            (Some(heard), Some(lost)) if lost > heard => Cause::Loss,
            _ => Cause::Latency,
        };
        let (end, ending, last_heard) = (Time::NEVER, Ending::RunEnded, newest);
        self.open_mistakes.insert(slot, Mistake { pair, start: now, end, ending, cause, last_heard });
        let accusers = self.accusers.entry(pair.subject).or_default();
        *accusers += 1;
        if *accusers == 1 && now >= self.count_from {
            self.findings.false_positives += 1;
        }
    }

    /// An observer trusts a subject again.
    pub fn trust(&mut self, pair: Pair, now: Time) {
        let slot = pair.place(self.cluster);
        if self.opinions[slot].dead_since == Time::NEVER {
            return; // It was suspected only.
        }
        self.opinions[slot].dead_since = Time::NEVER;
        self.opinions[slot].trusted_at = now;
        self.end_mistake(slot, now, Ending::TakenBack);
        self.back_in_service(slot, now);
    }

    /// An observer restarted and knows nothing any more.
    pub fn forget(&mut self, pair: Pair, now: Time) {
        self.trust(pair, now);
        self.opinions[pair.place(self.cluster)] = NO_OPINION;
    }

    /// A message between two nodes was lost: the cause of what an observer among them may conclude.
    pub fn lost(&mut self, from: NodeId, to: NodeId, sent: Time) {
        let pair = if self.cluster.is_member(from) {
            Pair { observer: to, subject: from }
        } else {
            Pair { observer: from, subject: to }
        };
        self.opinions[pair.place(self.cluster)].last_lost = Some(sent);
    }

    /// The run is over.
    pub fn finish(mut self, end: Time) -> Findings {
        self.count_time(end);
        while let Some((_, crash)) = self.open_crashes.pop_first() {
            self.close_crash(crash, end);
        }
        while let Some((slot, _)) = self.open_mistakes.first_key_value() {
            let slot = *slot;
            self.end_mistake(slot, end, Ending::RunEnded);
        }
        for slot in 0..self.opinions.len() {
            self.back_in_service(slot, end);
        }
        self.findings.crashes.sort_by_key(|crash| (crash.at, crash.node));
        self.findings.seal();
        self.findings
    }

    /// Adds up node time and pair time until `now`.
    fn count_time(&mut self, now: Time) {
        let nanos = u128::from(self.counted(self.counted_until, now).nanos());
        self.counted_until = now;
        self.findings.node_nanos += nanos * u128::from(self.members_up);
        self.findings.pair_nanos += nanos * u128::from(self.members_up) * u128::from(self.monitors_up);
    }

    /// The part of the stretch `start..end` that counts.
    fn counted(&self, start: Time, end: Time) -> Span {
        let start = start.max(self.count_from);
        if end > start { end - start } else { Span::ZERO }
    }

    fn close_crash(&mut self, mut crash: Crash, now: Time) {
        if crash.at < self.count_from {
            return;
        }
        let mut declared: Vec<Option<Time>> = Vec::new();
        for observer in self.cluster.all_monitors() {
            let since = self.opinions[Pair { observer, subject: crash.node }.place(self.cluster)].dead_since;
            if since != Time::NEVER {
                declared.push(Some(since.max(crash.at)));
            } else if !self.down[observer.index()] {
                declared.push(None);
            }
        }
        // Those who never declared come last.
        declared.sort_by_key(|time| time.unwrap_or(Time::NEVER));
        crash.first = declared.first().copied().flatten();
        crash.majority = declared.get(declared.len() / 2).copied().flatten();
        crash.all = declared.last().copied().flatten();
        crash.acting = crash.first;
        let dead_until = crash.acting.unwrap_or(now);
        self.findings.dead_in_service_nanos += u128::from((dead_until - crash.at).nanos());
        self.findings.crashes.push(crash);
    }

    fn end_mistake(&mut self, slot: usize, now: Time, ending: Ending) {
        let Some(mut mistake) = self.open_mistakes.remove(&slot) else { return };
        mistake.end = now;
        mistake.ending = ending;
        if let Some(accusers) = self.accusers.get_mut(&mistake.pair.subject) {
            *accusers -= 1;
        }
        self.findings.wrong_nanos += u128::from(self.counted(mistake.start, now).nanos());
        if mistake.start < self.count_from {
            return;
        }
        self.findings.mistakes_by_cause[mistake.cause as usize] += 1;
        if ending.is_known() {
            self.findings.mistakes_ended += 1;
            self.findings.mistake_nanos += u128::from((now - mistake.start).nanos());
        }
        mistake.add_to(&mut self.findings.digest);
        if self.findings.mistakes.len() < MISTAKES_KEPT {
            self.findings.mistakes.push(mistake);
        }
    }

    fn back_in_service(&mut self, slot: usize, now: Time) {
        let since = std::mem::replace(&mut self.opinions[slot].out_since, Time::NEVER);
        if since != Time::NEVER {
            self.findings.healthy_out_of_service_nanos += u128::from(self.counted(since, now).nanos());
        }
    }
}

#[cfg(test)]
mod tests;
