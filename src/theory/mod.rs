//! What theory says beside the simulation: closed forms, each with its formula and its numbers, and where none is
//! known, why.

mod calculated;
mod capacity;
mod claim;
mod closed_form;
mod detection;
mod errors;
pub mod false_alarms;
mod limits;
mod messages;
mod prediction;
mod sum;

pub use calculated::{Calculated, calculated_mistakes};
pub use claim::{Claim, Moment, Seen, Topic, Unit, Value};
pub use closed_form::ClosedForm;
pub use false_alarms::{FalseAlarms, false_alarms};
pub use prediction::Prediction;

use crate::scenario::Scenario;

/// What is known of the faults of some runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Presence {
    /// Which share of the members was up on average.
    pub up: f64,
    /// How many runs there are.
    pub runs: u32,
}

/// What is known of false alarms, or why nothing is.
type Alarms = Result<FalseAlarms, String>;

/// All that theory says of a scenario: of as many runs as it asks for, in which all are up unless `presence` says
/// otherwise.
pub fn claims(scenario: &Scenario, presence: Option<Presence>) -> Vec<Claim> {
    let presence = presence.unwrap_or(Presence { up: 1.0, runs: scenario.replications });
    let alarms = false_alarms(scenario);
    let mut claims = messages::claims(scenario, presence, &alarms);
    claims.extend(detection::claims(scenario, &alarms));
    claims.extend(errors::claims(scenario, presence, alarms));
    claims.extend(capacity::claims(scenario));
    claims
}
