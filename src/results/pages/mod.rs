//! What the HTML report says: pages of what runs, sweeps, comparisons and searches found. How a page looks is the
//! business of [`crate::page`].
//!
//! A page is a function of what a folder of results holds, and of nothing else: no clock, no machine. It stays small
//! whatever it is about, because lines are thinned, times are binned and tables are cut, and says so where they are.

mod comparison;
mod detection;
mod distribution;
mod mistakes;
mod parameters;
mod pareto;
mod pieces;
mod run;
mod sighted;
mod sweep;
#[cfg(test)]
mod tests;
mod theory;
mod traffic;
mod tuning;

pub use comparison::{ComparisonWords, cases_page, compared_page};
pub use run::{OneRun, RunPage};
pub use sighted::Sighted;
pub(super) use sighted::round_width;
pub use sweep::{SweepPage, SweepWords};
pub use tuning::{SearchWords, page_of_settings, search_page, search_verdict};
