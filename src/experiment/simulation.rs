//! One replication of a scenario: the place where topology and detector get their types.

use crate::detectors::DetectorVisitor;
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Change, Circle, Detector, Topology};
use crate::engine::network::Network;
use crate::engine::onlooker::Attention;
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
use crate::engine::watch::{Rules, Verdict};
use crate::engine::world::{Footprint, Meter, Run, RunOutcome, Standard, footprint, simulate};
use crate::faults::plan_all;
use crate::measures::{Possible, RunRecord};
use crate::scenario::Scenario;
use crate::topologies::TopologyVisitor;

/// A scenario, ready to be simulated any number of times.
#[derive(Clone, Copy)]
pub struct Simulation<'a> {
    /// What is simulated.
    pub scenario: &'a Scenario,
    /// Whether to keep the messages of each second apart.
    pub by_second: bool,
}

impl Simulation<'_> {
    /// Simulates replication number `replication`; `None` if the meter said to stop.
    pub fn replication(&self, replication: u32, meter: &Meter) -> Option<RunRecord> {
        Some(self.record(replication, self.outcome(replication, None, meter)?))
    }

    /// What is kept of what came of replication number `replication`.
    pub(super) fn record(&self, replication: u32, outcome: RunOutcome) -> RunRecord {
        let (scenario, cluster) = (self.scenario, self.scenario.cluster());
        let counted = scenario.duration - scenario.warmup;
        let plan = scenario.topology.member();
        let has_fault = |kind| scenario.faults.iter().any(|fault| fault.kind() == kind);
        let possible = Possible {
            hearsay: plan.takes_hearsay(),
            dissemination: !plan.is_watched_by_one(),
            partitions: has_fault("partition"),
            pauses: has_fault("pause"),
        };
        RunRecord::new(replication, outcome, counted, cluster.nodes(), possible)
    }

    /// Simulates replication number `replication`, and looks closely at what `attention` says.
    pub fn outcome(
        &self,
        replication: u32,
        attention: Option<Attention>,
        meter: &Meter,
    ) -> Option<RunOutcome> {
        self.among(replication, attention, |with| self.scenario.topology.visit(WithTopology { with, meter }))
    }

    /// What comes of a simulation among all that belongs to replication number `replication` but how it is judged.
    pub(super) fn among<O>(
        &self,
        replication: u32,
        attention: Option<Attention>,
        simulate: impl FnOnce(&Circumstances<'_>) -> O,
    ) -> O {
        let scenario = self.scenario;
        let cluster = scenario.cluster();
        let streams = Streams::new(scenario.seed, u64::from(replication));
        let end = Time::ZERO + scenario.duration;
        let changes = plan_all(&scenario.faults, &cluster, end, streams);
        let network = scenario.network.network();
        let (changes, network) = (&changes[..], &network);
        simulate(&Circumstances { simulation: self, cluster, network, changes, streams, attention })
    }

    /// How many opinions of a member count; `None` if these are those of who watches it.
    pub fn observers(&self) -> Option<f64> {
        self.scenario.topology.visit(ObserversIn(self.scenario.cluster()))
    }

    /// Bytes that one run needs for one of each thing.
    pub fn footprint(&self) -> Footprint {
        self.scenario.topology.visit(FootprintOf(self.scenario))
    }
}

/// What a run needs besides a topology and a detector.
pub(super) struct Circumstances<'a> {
    simulation: &'a Simulation<'a>,
    cluster: Cluster,
    network: &'a Network<'a>,
    changes: &'a [(Time, Change)],
    streams: Streams,
    attention: Option<Attention>,
}

impl Circumstances<'_> {
    /// The run, of this topology.
    pub(super) fn run<'r, T: Topology>(&'r self, topology: &'r T) -> Run<'r, T> {
        let scenario = self.simulation.scenario;
        Run {
            topology,
            cluster: self.cluster,
            network: self.network,
            changes: self.changes,
            streams: self.streams,
            count_from: Time::ZERO + scenario.warmup,
            end: Time::ZERO + scenario.duration,
            by_second: self.simulation.by_second,
            attention: self.attention.clone(),
        }
    }
}

/// How a scenario judges silence, with its detector.
pub(super) fn standard<D: Detector>(scenario: &Scenario, detector: &D) -> Standard<D> {
    let rules = Rules {
        detector: detector.clone(),
        check: scenario.detector.check,
        tie: scenario.detector.tie,
        stamp: scenario.detector.stamp,
        count_late_beats: scenario.detector.count_late_beats,
        cutoff: scenario.detector.cutoff.unwrap_or(Span::LONGEST),
        verdict: scenario.verdict.rules.unwrap_or(Verdict::AT_ONCE),
    };
    Standard { rules, flap_within: scenario.verdict.flap_within }
}

struct WithTopology<'a> {
    with: &'a Circumstances<'a>,
    meter: &'a Meter,
}

impl TopologyVisitor for WithTopology<'_> {
    type Output = Option<RunOutcome>;

    fn visit<T: Topology>(self, topology: &T) -> Option<RunOutcome> {
        let suspicion = &self.with.simulation.scenario.detector.suspicion;
        suspicion.visit(WithDetector { topology, with: self.with, meter: self.meter })
    }
}

struct WithDetector<'a, T> {
    topology: &'a T,
    with: &'a Circumstances<'a>,
    meter: &'a Meter,
}

impl<T: Topology> DetectorVisitor for WithDetector<'_, T> {
    type Output = Option<RunOutcome>;

    fn visit<D: Detector>(self, detector: &D) -> Option<RunOutcome> {
        let standard = standard(self.with.simulation.scenario, detector);
        simulate(&self.with.run(self.topology), &standard, self.meter)
    }
}

/// How many opinions of a member count in a cluster.
struct ObserversIn(Cluster);

impl TopologyVisitor for ObserversIn {
    type Output = Option<f64>;

    fn visit<T: Topology>(self, topology: &T) -> Option<f64> {
        match topology.circle(self.0, NodeId(0)) {
            Circle::Watchers => None,
            Circle::Nodes(ranges) => Some(ranges.iter().map(|range| range.len() as f64).sum()),
        }
    }
}

/// The footprint of a scenario's topology with its detector.
struct FootprintOf<'a>(&'a Scenario);

impl TopologyVisitor for FootprintOf<'_> {
    type Output = Footprint;

    fn visit<T: Topology>(self, _topology: &T) -> Footprint {
        self.0.detector.suspicion.visit(FootprintWith::<T>(std::marker::PhantomData))
    }
}

struct FootprintWith<T>(std::marker::PhantomData<T>);

impl<T: Topology> DetectorVisitor for FootprintWith<T> {
    type Output = Footprint;

    fn visit<D: Detector>(self, detector: &D) -> Footprint {
        footprint::<T, D>(detector)
    }
}

#[cfg(test)]
mod tests;
