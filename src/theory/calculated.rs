//! How often one observer is wrong about one subject, calculated: for rates that are too rare to be simulated.

use super::errors::returns;
use super::false_alarms::{alarms_of_pauses_within, false_alarms_within};
use crate::detectors::Suspicion;
use crate::faults::Trouble;
use crate::scenario::Scenario;

/// A rate of mistakes that nobody simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calculated {
    /// Mistakes of one observer about one subject in each day in which both are up.
    pub mistakes_per_pair_day: f64,
    /// How it was calculated, in a word or two.
    pub how: &'static str,
}

const SECONDS_PER_DAY: f64 = 86_400.0;
/// A sweep may have very many cells, so each must be done within some milliseconds.
const STEPS: u64 = 60_000;

/// The rate of mistakes of a fixed timeout, where it can be calculated within some milliseconds.
pub fn calculated_mistakes(scenario: &Scenario) -> Option<Calculated> {
    let is_fixed = matches!(scenario.detector.suspicion, Suspicion::Timeout(_) | Suspicion::Misses(_));
    if scenario.detector.is_idle() || !is_fixed || returns(scenario) {
        return None;
    }
    let pauses = scenario.faults.iter().any(|fault| matches!(fault, Trouble::Pause(_)));
    let (recurrence_s, is_exact) = if pauses {
        let alarms = alarms_of_pauses_within(scenario, STEPS).ok()?;
        (alarms.recurrence_s, alarms.is_exact)
    } else {
        (false_alarms_within(scenario, STEPS).ok()?.recurrence_s, true)
    };
    let mistakes_per_pair_day = SECONDS_PER_DAY / recurrence_s;
    let how = if is_exact { "exact" } else { "to three digits" };
    mistakes_per_pair_day.is_finite().then_some(Calculated { mistakes_per_pair_day, how })
}
