//! `hbsim explain`: the closed form beside the simulation.

use std::sync::Arc;

use super::arguments::{ExplainArguments, Telling};
use super::failure::{Failure, note, print};
use super::progress::Progress;
use super::run::stop_on_interrupt;
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Simulation, replicate};
use crate::measures::RunRecord;
use crate::results::{Explanation, Summary};
use crate::scenario::Scenario;

/// Leaves with code 0 even where runs contradict theory: it explains, and judges nobody's goals.
pub(super) fn explain(arguments: &ExplainArguments) -> Result<(), Failure> {
    let scenario = arguments.source.read()?;
    if !arguments.quiet {
        scenario.warnings().iter().for_each(|warning| note(format_args!("warning: {warning}")));
    }
    let explanation = match arguments.run {
        true => {
            let records = simulate(arguments, &scenario)?;
            Explanation::with_runs(&scenario, &Summary::of(&scenario, &records), &records)
        }
        false => Explanation::of(&scenario),
    };
    print(match arguments.format {
        Telling::Text => explanation.text(),
        Telling::Json => explanation.json(),
    })
}

/// Simulates all replications.
fn simulate(arguments: &ExplainArguments, scenario: &Scenario) -> Result<Vec<RunRecord>, Failure> {
    let simulation = Simulation { scenario, by_second: false };
    let forecast = Forecast::of(&simulation);
    let threads = arguments.means.threads(&forecast, scenario.replications);
    let threads = threads.map_err(|refusal| arguments.source.refused(&refusal))?;
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let events = forecast.events * f64::from(scenario.replications);
    let _progress = Progress::show(&meter, events as u64, !arguments.quiet);
    let mut records = Vec::new();
    replicate::<_, Failure>(simulation, threads, &meter, |mut record| {
        record.findings.mistakes = Vec::new();
        records.push(record);
        Ok(())
    })?;
    Ok(records)
}
