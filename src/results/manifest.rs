//! What may vary from one execution to the next: the only file of a result that is not a pure function of
//! scenario, seed and engine revision.

use serde::Serialize;

/// What may vary.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// The program's version.
    pub version: String,
    /// The engine's revision: it changes whenever a digest may.
    pub engine_revision: u32,
    /// The scenario as it was named on the command line.
    pub scenario: String,
    /// What the command line set into it.
    pub set: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// How many runs.
    pub replications: u32,
    /// A hash over all results.
    pub digest: String,
    /// Seconds since 1970 at the end of the runs.
    pub finished_unix_s: u64,
    /// Seconds that the runs took.
    pub wall_s: f64,
    /// Threads that they ran on.
    pub threads: usize,
    /// Events of all runs.
    pub events: u64,
    /// Mistakes that were counted but are not in mistakes.csv, because a run made too many.
    pub mistakes_left_out: u64,
    /// Mistakes and crashes of pairs that are not in pairs.csv, because a run has too many pairs to tell of.
    pub pairs_left_out: u64,
    /// The kind of machine.
    pub machine: String,
}

impl Manifest {
    /// As the text of the file.
    pub fn to_toml(&self) -> String {
        let head = "# What may vary from one execution to the next; the other files never do.\n";
        // Plain texts and numbers always have a TOML form.
        format!("{head}{}", toml::to_string(self).unwrap_or_default())
    }
}
