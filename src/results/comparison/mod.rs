//! Several scenarios side by side, and how surely each differs from the first; or all of them under several conditions.

mod cases;
mod files;
mod rows;
mod sentences;
mod table;

pub(super) use cases::EXPLAINED;
pub use cases::{Cases, Tested};
pub use files::{ComparisonManifest, write_cases, write_comparison};
pub use rows::{write_differences_csv, write_differences_json};
pub(super) use sentences::Apart;

use std::fmt::{self, Write as _};

use super::report::wrapped;
use super::rows::Summary;
use crate::engine::cluster::NodeId;
use crate::engine::time::Time;
use crate::figures::short;
use crate::measures::{self, Difference, Parts, RunRecord, Told};
use crate::scenario::Scenario;
use crate::statistics::Estimate;

/// The width of the page.
const WIDTH: usize = 80;

/// One of the scenarios that are compared.
pub struct Compared {
    /// Its measures.
    pub summary: Summary,
    /// What each run contributes to them.
    parts: Parts,
    /// Who crashed when, run by run.
    crashes: Vec<Vec<(NodeId, Time)>>,
}

/// Why the runs of two scenarios cannot be compared one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpaired {
    /// They drew other numbers.
    Seeds,
    /// There are more of one than of the other.
    Replications,
    /// Other nodes crashed, or at other moments.
    Crashes,
}

impl fmt::Display for Unpaired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unpaired::Seeds => "the seeds differ",
            Unpaired::Replications => "the numbers of runs differ",
            Unpaired::Crashes => "the crashes differ",
        })
    }
}

impl Compared {
    /// A scenario and its runs.
    pub fn of(scenario: &Scenario, records: &[RunRecord]) -> Compared {
        let of_run = |record: &RunRecord| {
            record.findings.crashes.iter().map(|crash| (crash.node, crash.at)).collect::<Vec<_>>()
        };
        Compared {
            summary: Summary::of(scenario, records),
            parts: Parts::of(records),
            crashes: records.iter().map(of_run).collect(),
        }
    }

    /// Whether the same nodes crash at the same moments in all of them: only then nothing but the scenarios
    /// themselves makes the difference.
    pub fn sameness(compared: &[Compared]) -> String {
        let Some((first, others)) = compared.split_first() else { return String::new() };
        let count: usize = first.crashes.iter().map(Vec::len).sum();
        match Compared::stranger(compared) {
            None if others.is_empty() => "There is nothing to compare it with.".to_owned(),
            None if count == 0 => "No crash that counts in any of them.".to_owned(),
            None => format!(
                "The same {} crashes in all: the same nodes at the same moments.",
                short(count as f64)
            ),
            Some(other) => format!(
                "Not the same crashes: {} differs from {}, so chance makes a difference too.",
                other.summary.name, first.summary.name
            ),
        }
    }

    /// The first that has not the same crashes as the first of all.
    pub fn stranger(compared: &[Compared]) -> Option<&Compared> {
        let first = compared.first()?;
        compared.iter().find(|other| other.crashes != first.crashes)
    }

    /// Why its runs cannot be compared one by one with those of `reference`, if they cannot.
    pub fn unpaired(&self, reference: &Compared) -> Option<Unpaired> {
        if self.summary.seed != reference.summary.seed {
            Some(Unpaired::Seeds)
        } else if self.summary.replications != reference.summary.replications {
            Some(Unpaired::Replications)
        } else {
            (self.crashes != reference.crashes).then_some(Unpaired::Crashes)
        }
    }

    /// How much each measure differs from that of `reference`.
    pub fn differences(&self, reference: &Compared) -> Vec<Difference> {
        measures::differences(reference.told(), self.told(), self.unpaired(reference).is_none())
    }

    fn told(&self) -> Told<'_> {
        Told { estimates: &self.summary.estimates, parts: &self.parts }
    }

    pub(super) fn estimate(&self, name: &str) -> Option<Estimate> {
        measures::find(&self.summary.estimates, name)
    }
}

/// A table with a row for each scenario, and sentences for each but the first.
pub fn comparison(compared: &[Compared]) -> String {
    let mut page = table::table(compared);
    page.push('\n');
    for line in wrapped(&Compared::sameness(compared), WIDTH) {
        let _ = writeln!(page, "{line}");
    }
    if compared.iter().any(|one| one.summary.replications < 10) {
        page.push_str("For intervals that can be trusted use --replications 10 or more.\n");
    }
    page.push_str(&sentences::sentences(compared));
    let names = compared.iter().map(|one| one.summary.name.chars().count());
    let first = names.max().unwrap_or(0).max("scenario".len());
    for one in compared {
        let _ = writeln!(page, "{:<first$}  digest {}", one.summary.name, one.summary.digest);
    }
    page
}

#[cfg(test)]
mod tests;
