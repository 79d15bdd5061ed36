//! The rows of `summary.csv` and `runs.csv`.

use std::borrow::Borrow;
use std::io;

use super::numbers::number;
use crate::engine::digest::Digest;
use crate::measures::{MEASURES, RunRecord, summarise};
use crate::scenario::Scenario;
use crate::statistics::{Estimate, Interval};
use crate::theory::{Calculated, calculated_mistakes};

/// All measures of a scenario, over all its replications.
pub struct Summary {
    /// What the scenario is called.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// How many runs there were.
    pub replications: u32,
    /// The measures, in the order of [`MEASURES`].
    pub estimates: Vec<Option<Estimate>>,
    /// How often one observer is wrong about one subject, where that is calculated: nothing that was simulated is in it.
    pub calculated: Option<Calculated>,
    /// A hash over the records of all runs.
    pub digest: Digest,
}

impl Summary {
    /// The summary of all runs of a scenario.
    pub fn of(scenario: &Scenario, records: &[RunRecord]) -> Summary {
        let mut digest = Digest::default();
        records.iter().for_each(|record| digest.add_digest(record.digest));
        Summary {
            name: scenario.name.clone(),
            seed: scenario.seed,
            replications: records.len() as u32,
            estimates: summarise(records),
            calculated: calculated_mistakes(scenario),
            digest,
        }
    }

    /// The names of the columns of `summary.csv`.
    pub fn columns() -> Vec<String> {
        let mut columns = vec!["scenario".to_owned(), "seed".to_owned(), "replications".to_owned()];
        for measure in MEASURES {
            columns.push(measure.name.to_owned());
            if measure.formula.is_estimate() {
                columns.push(format!("{}_low", measure.name));
                columns.push(format!("{}_high", measure.name));
            }
        }
        columns.push("mistakes_per_pair_day_calculated".to_owned());
        columns.push("digest".to_owned());
        columns
    }

    /// The row of `summary.csv`.
    pub fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.name.clone(), self.seed.to_string(), self.replications.to_string()];
        for (measure, estimate) in MEASURES.iter().zip(&self.estimates) {
            cells.push(value_cell(*estimate));
            if measure.formula.is_estimate() {
                let interval = estimate.and_then(|estimate| estimate.interval);
                let Interval { low, high } = interval.unwrap_or(Interval { low: f64::NAN, high: f64::NAN });
                cells.push(number(low));
                cells.push(number(high));
            }
        }
        cells.push(self.calculated.map_or(String::new(), |known| number(known.mistakes_per_pair_day)));
        cells.push(self.digest.to_string());
        cells
    }
}

/// The names of the columns of `runs.csv`.
pub(super) fn run_columns() -> Vec<String> {
    let mut columns = vec!["scenario".to_owned(), "seed".to_owned(), "replication".to_owned()];
    columns.extend(MEASURES.iter().map(|measure| measure.name.to_owned()));
    columns.push("digest".to_owned());
    columns
}

/// The row of one run in `runs.csv`.
pub(super) fn run_cells(scenario: &Scenario, record: &RunRecord) -> Vec<String> {
    let mut cells = vec![scenario.name.clone(), scenario.seed.to_string(), record.replication.to_string()];
    cells.extend(summarise(std::slice::from_ref(record)).into_iter().map(value_cell));
    cells.push(record.digest.to_string());
    cells
}

fn value_cell(estimate: Option<Estimate>) -> String {
    estimate.map_or(String::new(), |estimate| number(estimate.value))
}

/// Writes a table with its heading and a row for each summary.
pub fn write_csv(summaries: &[impl Borrow<Summary>], to: impl io::Write) -> io::Result<()> {
    write_rows(&Summary::columns(), summaries.iter().map(|summary| summary.borrow().cells()), to)
}

/// Writes a table with its heading and its rows.
pub fn write_rows(
    columns: &[String],
    rows: impl IntoIterator<Item = Vec<String>>,
    to: impl io::Write,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    table.write_record(columns)?;
    for row in rows {
        table.write_record(row)?;
    }
    table.flush()
}
