//! What R independent replications say, and how surely.
//!
//! A simulation run is one draw. Every number the simulator reports is
//! therefore an [`Estimate`]: a value and the 95 % interval that the spread
//! between replications supports, or no interval at all where nothing supports
//! one.
//!
//! | question                               | answer                       |
//! |----------------------------------------|------------------------------|
//! | how large, on average?                 | [`mean`]                     |
//! | what share, what average per unit?     | [`ratio`]                    |
//! | how often does a rare thing happen?    | [`rate()`], [`count`]        |
//! | how long do 99 % of cases take at most? | [`Pooled`], [`quantile`]    |
//! | how much more is it here than there?   | [`paired`], [`unpaired`], [`rates`] |
//! | … of which only the intervals are known? | [`difference()`], [`quotient`] |
//!
//! The unit of evidence is always the replication: what happens inside one run
//! is correlated, so a thousand mistakes of one run weigh less than a thousand
//! mistakes of a thousand runs. [`ratio`] compares replications directly;
//! [`rate()`] and [`Pooled`] measure how much the correlation costs and widen
//! their exact intervals by that much.
//!
//! Results are identical to the last bit on every platform: transcendental
//! functions come from `libm` and sums run from left to right.

// Counts become numbers to compute with, and ranks indices, both within range.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
// Authors' names are not code.
#![allow(clippy::doc_markdown)]
// Test tables hold exact values, and more digits than a float keeps.
#![cfg_attr(test, allow(clippy::float_cmp, clippy::excessive_precision))]

mod apart;
mod paired;
mod quantiles;
mod rare;
mod replications;
pub mod special;

pub use apart::{both_sides, difference, quotient};
pub use paired::{Contrast, Evidence, Gap, paired, rates, unpaired};
pub use quantiles::{Pooled, observations_to_bound, quantile};
pub use rare::{Rate, count, rate, total_within};
pub use replications::{mean, ratio};

/// A value read from replications, with the 95 % interval they support.
///
/// `interval` is `None` when it is *not known*, as after a single replication:
/// that is different from a zero-width interval, which claims certainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// The 95 % interval, or `None` when the replications support none.
    pub interval: Option<Interval>,
}

/// The range that holds the true value in 95 of 100 repetitions of the study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit; `f64::NEG_INFINITY` when no lower bound is known.
    pub low: f64,
    /// The upper limit; `f64::INFINITY` when no upper bound is known.
    pub high: f64,
}

/// The probability a two-sided 95 % interval leaves out on each side.
const TAIL: f64 = 0.025;

/// The fewest replications from which a variance between replications is worth
/// reading as a correction to an exact interval. Below it the correction would
/// be mostly noise, and the exact interval stands uncorrected.
const ENOUGH_REPLICATIONS: usize = 10;

/// The fewest rare events from which the spread between replications is worth
/// reading at all.
const ENOUGH_EVENTS: u64 = 10;
