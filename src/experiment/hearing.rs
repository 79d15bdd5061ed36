//! Many judges, one traffic: scenarios that differ in nothing but how silence is judged, in one simulation.

use super::Simulation;
use super::simulation::{Circumstances, standard};
use crate::detectors::{AlikeVisitor, Suspicion};
use crate::engine::model::{Detector, Topology};
use crate::engine::watch::Chair;
use crate::engine::world::{Court, Meter, RunOutcome, Standard};
use crate::measures::RunRecord;
use crate::scenario::Scenario;
use crate::topologies::TopologyVisitor;

/// Scenarios that share their traffic, ready to be simulated together any number of times.
///
/// Each finds, to the last bit, what it finds in a simulation of its own. At most [`Hearing::MOST_JUDGES`] of them go
/// together, and all share their traffic with the first: [`Scenario::shares_traffic_with`].
#[derive(Clone, Copy)]
pub struct Hearing<'a> {
    /// What is simulated.
    pub scenarios: &'a [&'a Scenario],
    /// Whether to keep the messages of each second apart.
    pub by_second: bool,
}

impl Hearing<'_> {
    /// The most scenarios of one hearing. What they share is paid once; beyond a few dozen that is little of the whole,
    /// while all that they remember must fit into memory at once.
    pub const MOST_JUDGES: usize = 64;

    /// Simulates replication number `number` to one record for each scenario, in their order; `None` if the meter said
    /// to stop.
    pub fn replication(&self, number: u32, meter: &Meter) -> Option<Vec<RunRecord>> {
        let simulation = |scenario| Simulation { scenario, by_second: self.by_second };
        match self.scenarios {
            [] => Some(Vec::new()),
            [scenario] => Some(vec![simulation(scenario).replication(number, meter)?]),
            [first, ..] => {
                let first = simulation(first);
                let outcomes = first.among(number, None, |with| {
                    let heard = WithTopology { scenarios: self.scenarios, with, meter };
                    first.scenario.topology.visit(heard)
                })?;
                let records = self.scenarios.iter().zip(outcomes);
                Some(
                    records.map(|(scenario, outcome)| simulation(scenario).record(number, outcome)).collect(),
                )
            }
        }
    }
}

struct WithTopology<'a> {
    scenarios: &'a [&'a Scenario],
    with: &'a Circumstances<'a>,
    meter: &'a Meter,
}

impl TopologyVisitor for WithTopology<'_> {
    type Output = Option<Vec<RunOutcome>>;

    fn visit<T: Topology>(self, topology: &T) -> Option<Vec<RunOutcome>> {
        let run = self.with.run(topology);
        let mut seating = Seating { scenarios: self.scenarios, court: Court::new(&run) };
        let suspicions: Vec<&Suspicion> =
            self.scenarios.iter().map(|scenario| &scenario.detector.suspicion).collect();
        Suspicion::visit_alike(&suspicions, &mut seating);
        seating.court.hear(self.meter)
    }
}

/// Seats the judges of all scenarios.
struct Seating<'a, 'r, T> {
    scenarios: &'a [&'a Scenario],
    court: Court<'r, T>,
}

impl<'r, 's: 'r, T: Topology> AlikeVisitor<'s> for Seating<'_, 'r, T> {
    fn visit<D: Detector + 's>(&mut self, detectors: &[(usize, D)]) {
        let standard = |(place, detector): &(usize, D)| {
            (Chair(*place as u16), standard(self.scenarios[*place], detector))
        };
        let standards: Vec<(Chair, Standard<D>)> = detectors.iter().map(standard).collect();
        self.court.seat(&standards);
    }
}
