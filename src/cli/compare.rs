//! `hbsim compare`: simulate several scenarios and set them side by side.

use std::sync::Arc;

use super::arguments::{CompareArguments, Format};
use super::failure::{Failure, note, print};
use super::progress::Progress;
use super::run::stop_on_interrupt;
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Simulation, replicate};
use crate::results::{Compared, comparison, write_csv, write_json};
use crate::scenario::Scenario;

pub(super) fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    // All of them are read, and all that cannot be done is refused, before anything is begun.
    let mut jobs: Vec<(Scenario, usize)> = Vec::new();
    for source in arguments.sources()? {
        let scenario = source.read()?;
        let forecast = Forecast::of(&Simulation { scenario: &scenario, by_second: false });
        let threads = arguments.means.threads(&forecast, scenario.replications);
        jobs.push((scenario, threads.map_err(|refusal| source.refused(&refusal))?));
    }
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let mut compared = Vec::new();
    for (scenario, threads) in &jobs {
        if !arguments.quiet {
            let warnings = scenario.warnings().into_iter();
            warnings.for_each(|warning| note(format_args!("warning: {}: {warning}", scenario.name)));
        }
        compared.push(one(scenario, *threads, &meter, arguments.quiet)?);
    }
    // That chance makes a difference too is told even to the quiet.
    if arguments.format != Format::Table && (!arguments.quiet || Compared::stranger(&compared).is_some()) {
        note(Compared::sameness(&compared));
    }
    let too_few = jobs.iter().any(|(scenario, _)| scenario.replications < 10);
    if too_few && !arguments.quiet && arguments.format != Format::Table {
        note("warning: intervals over fewer than 10 replications should not be trusted");
    }
    let out = std::io::stdout().lock();
    let summaries =
        |compared: Vec<Compared>| -> Vec<_> { compared.into_iter().map(|one| one.summary).collect() };
    match arguments.format {
        Format::Table => return print(comparison(&compared)),
        Format::Json => write_json(&summaries(compared), out),
        Format::Csv => write_csv(&summaries(compared), out),
    }
    .map_err(|why| Failure::of_output(&why))
}

/// Simulates one of the scenarios.
fn one(scenario: &Scenario, threads: usize, meter: &Arc<Meter>, quiet: bool) -> Result<Compared, Failure> {
    let simulation = Simulation { scenario, by_second: false };
    let done = meter.events.load(std::sync::atomic::Ordering::Relaxed);
    let expected = Forecast::of(&simulation).events * f64::from(scenario.replications);
    let _progress = Progress::show(meter, done + expected as u64, !quiet);
    let mut records = Vec::new();
    replicate::<Failure>(simulation, threads, meter, |mut record| {
        record.keep_sums_only();
        records.push(record);
        Ok(())
    })?;
    Ok(Compared::of(scenario, &records))
}
