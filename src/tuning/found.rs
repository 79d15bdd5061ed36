//! What comes of a search.

use super::tried::Tried;
use crate::document::NamedFile;
use crate::engine::digest::Digest;
use crate::scenario::Scenario;

/// What came of a search.
#[derive(Default)]
pub struct Found {
    /// The searched keys, in the order of their columns.
    pub columns: Vec<String>,
    /// What was searched, in words.
    pub ranges: Vec<String>,
    /// All settings that were simulated, in the order of their places.
    pub tried: Vec<Tried>,
    /// Those that no other beats, the cheapest first.
    pub front: Vec<usize>,
    /// Which of the front is its knee.
    pub knee: Option<usize>,
    /// Which meets the goals at least traffic, or may.
    pub chosen: Option<usize>,
    /// The chosen one.
    pub scenario: Option<Scenario>,
    /// Keys of which the chosen one, or the one that comes nearest, has the first value or the last.
    pub at_ends: Vec<String>,
    /// How much was done.
    pub tally: Tally,
}

/// How much a search did.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Simulations of one traffic, each with all who judge it.
    pub passes: u64,
    /// Runs of all settings.
    pub runs: u64,
    /// Settings that cannot be, and what is wrong with the first of them.
    pub refused: (u64, Option<String>),
    /// Settings that were foretold to cost more than one that does.
    pub left_out: u64,
    /// Settings of a full grid that is as fine.
    pub grid: u64,
    /// How many traffics these have: as many as settings, if none share theirs.
    pub grid_traffics: u64,
    /// How many traffics were simulated.
    pub traffics: u64,
    /// A hash over all results.
    pub digest: Digest,
}

impl Found {
    /// The files that the chosen scenario names.
    pub fn files(&self) -> &[NamedFile] {
        self.scenario.as_ref().map_or(&[], |scenario| &scenario.files)
    }
}
