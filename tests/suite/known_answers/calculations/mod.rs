//! What can be calculated without simulating: the formulas, exact chains and naive twins behind the tables.
//!
//! Nothing in here knows the simulator. Each calculation is checked against figures that were computed with
//! other programs; the tests next to this folder then hold the simulator against the same calculation with
//! other parameters. A *twin* is a second simulation of one narrow model, written as plainly as possible,
//! for what has no formula; its answers come with a standard error.

pub(crate) mod chance;
pub(crate) mod clocks;
mod clocks_figures;
pub(crate) mod councils;
pub(crate) mod freshness;
pub(crate) mod gossip;
mod gossip_figures;
pub(crate) mod hierarchy;
pub(crate) mod memberlist;
pub(crate) mod piggyback_twin;
pub(crate) mod probing;
mod probing_figures;
pub(crate) mod probing_twin;
pub(crate) mod queueing;
pub(crate) mod queueing_twin;
pub(crate) mod rounds;
mod rounds_figures;
mod rounds_twin;

/// Figures are published with seven digits.
const SEVEN_DIGITS: f64 = 1e-6;

/// Fails unless both are equal to seven digits.
#[track_caller]
pub(crate) fn agrees(label: &str, published: f64, calculated: f64) {
    let error = (published - calculated).abs();
    // Written so that what is not a number disagrees.
    let fits = error <= SEVEN_DIGITS * published.abs();
    assert!(fits, "{label}: {published} is published, {calculated} is calculated");
}

/// Fails unless both are within four standard errors, where each has its own error.
#[track_caller]
fn agrees_within(label: &str, (published, error): (f64, f64), (sampled, own): (f64, f64)) {
    let fits = (published - sampled).abs() <= 4.0 * (error * error + own * own).sqrt();
    assert!(fits, "{label}: {published} ± {error} is published, {sampled} ± {own} is sampled");
}
