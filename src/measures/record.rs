//! What is kept of one run.

use crate::engine::desk::Waiting;
use crate::engine::digest::Digest;
use crate::engine::findings::{Cause, Findings, Leadership, Outcome};
use crate::engine::time::Span;
use crate::engine::traffic::Traffic;
use crate::engine::world::RunOutcome;

/// One replication of a scenario.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// Its number, from 0.
    pub replication: u32,
    /// Truth against opinion.
    pub findings: Findings,
    /// How much was said.
    pub traffic: Traffic,
    /// Seconds that count: the duration less the warm-up.
    pub counted_s: f64,
    /// Nodes of all roles.
    pub nodes: f64,
    /// Events that the loop delivered.
    pub events: u64,
    /// What there can be.
    pub possible: Possible,
    /// A hash over all of it.
    pub digest: Digest,
}

/// What there can be at all under a topology, with the faults of a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// Nodes that are held dead because a third one said so.
    pub hearsay: bool,
    /// Several observers of one crash, who learn of it one after the other.
    pub dissemination: bool,
    /// Nodes that cannot reach each other for a while.
    pub partitions: bool,
    /// Nodes that stand still for a while.
    pub pauses: bool,
}

impl RunRecord {
    /// The record of a run of which `counted` counts, with so many nodes of all roles.
    pub fn new(
        replication: u32,
        outcome: RunOutcome,
        counted: Span,
        nodes: u32,
        possible: Possible,
    ) -> RunRecord {
        let RunOutcome { findings, traffic, events, digest, .. } = outcome;
        let (counted_s, nodes) = (counted.seconds(), f64::from(nodes));
        RunRecord { replication, findings, traffic, counted_s, nodes, events, possible, digest }
    }

    /// Crashes that the authority declared.
    pub fn detected(&self) -> u64 {
        self.crashes_that(Outcome::Detected)
    }

    /// Crashes that were over before they were declared.
    pub fn missed(&self) -> u64 {
        self.crashes_that(Outcome::Missed)
    }

    /// Crashes that were not declared when the run ended.
    pub fn pending(&self) -> u64 {
        self.crashes_that(Outcome::Pending)
    }

    /// Crashes of nodes that were wrongly held dead already.
    pub fn already_dead(&self) -> u64 {
        self.findings.crashes.iter().filter(|crash| crash.already_dead).count() as u64
    }

    fn crashes_that(&self, outcome: Outcome) -> u64 {
        self.findings.crashes.iter().filter(|crash| crash.outcome(crash.acting) == outcome).count() as u64
    }

    /// Mistakes whose length is not known.
    pub fn mistakes_censored(&self) -> u64 {
        self.findings.mistakes_total() - self.findings.mistakes_ended
    }

    /// Messages sent.
    pub fn sent(&self) -> u64 {
        self.traffic.sent.iter().sum()
    }

    /// Whether there can be mistakes and false suspicions of a cause, or were any.
    pub fn has_cause(&self, cause: Cause) -> bool {
        let Findings { mistakes_by_cause, false_suspicions_by_cause, .. } = &self.findings;
        let seen = mistakes_by_cause[cause as usize] + false_suspicions_by_cause[cause as usize] > 0;
        seen || match cause {
            Cause::Relay => self.possible.hearsay,
            Cause::Partition => self.possible.partitions,
            Cause::Pause | Cause::Observer => self.possible.pauses,
            Cause::Overload => self.traffic.waiting.is_some(),
            Cause::Loss | Cause::StartUp | Cause::Latency => true,
        }
    }

    /// Whether messages can be cut off, or were.
    pub fn can_cut(&self) -> bool {
        self.possible.partitions || self.traffic.cut.iter().any(|cut| *cut > 0)
    }

    /// Whether messages can find no room to wait, or did.
    pub fn can_drop(&self) -> bool {
        let seen = self.traffic.dropped.iter().any(|dropped| *dropped > 0);
        seen || self.traffic.waiting.is_some() || self.possible.pauses
    }

    /// Seconds during which two nodes that were up kept each other out of service.
    pub fn two_sides_s(&self) -> f64 {
        self.findings.two_sides_nanos.unwrap_or(0) as f64 / 1e9
    }

    /// Node-seconds during which nobody who was up watched a member.
    pub fn unwatched_s(&self) -> f64 {
        self.findings.unwatched_nanos.unwrap_or(0) as f64 / 1e9
    }

    /// What became known of leaders.
    pub fn leadership(&self) -> Leadership {
        self.findings.leadership.unwrap_or_default()
    }

    /// How long messages waited to be handled.
    pub fn waiting(&self) -> Waiting {
        self.traffic.waiting.unwrap_or_default()
    }

    /// Seconds during which members were up, summed over members.
    pub fn node_s(&self) -> f64 {
        self.findings.node_nanos as f64 / 1e9
    }

    /// Seconds during which both ends of a pair were up, summed over pairs.
    pub fn pair_s(&self) -> f64 {
        self.findings.pair_nanos as f64 / 1e9
    }

    /// Those of them in which a mistake lasted.
    pub fn wrong_s(&self) -> f64 {
        self.findings.wrong_nanos as f64 / 1e9
    }

    /// Those of them in which none did.
    pub fn right_s(&self) -> f64 {
        self.findings.pair_nanos.saturating_sub(self.findings.wrong_nanos) as f64 / 1e9
    }

    /// Gives up what only files hold: the sums are all that is needed from here on.
    pub fn keep_sums_only(&mut self) {
        self.findings.mistakes = Vec::new();
        self.findings.pairs = Vec::new();
        self.traffic.by_second = Vec::new();
    }

    /// What the busiest node handles, as a multiple of what the average node handles.
    pub fn load_imbalance(&self) -> Option<f64> {
        let mean = self.traffic.total_load as f64 / self.nodes;
        (mean > 0.0).then(|| self.traffic.busiest_node_load as f64 / mean)
    }
}
