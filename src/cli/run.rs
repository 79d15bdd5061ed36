//! `hbsim run`: simulate a scenario and report what came out.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::arguments::{Format, RunArguments};
use super::failure::{Failure, note, print};
use super::progress::Progress;
use crate::engine::ENGINE_REVISION;
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Simulation, replicate};
use crate::measures::RunRecord;
use crate::results::{Folder, Manifest, RunFiles, Summary, judge, report, write_csv, write_json};
use crate::scenario::Scenario;

pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let scenario = arguments.source.read()?;
    let simulation = Simulation { scenario: &scenario, by_second: arguments.traffic };
    let forecast = Forecast::of(&simulation);
    let threads = arguments.means.threads(&forecast, scenario.replications);
    let threads = threads.map_err(|refusal| arguments.source.refused(&refusal))?;
    if !arguments.quiet {
        scenario.warnings().iter().for_each(|warning| note(format_args!("warning: {warning}")));
    }
    // Before there is anything that an interruption could leave behind.
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let mut files = match &arguments.out {
        Some(target) => {
            let kinds = scenario.topology.message_kinds();
            Some(RunFiles::begin(Folder::create(target)?, arguments.traffic.then_some(kinds))?)
        }
        None => None,
    };
    let begun = Instant::now();
    let events = forecast.events * f64::from(scenario.replications);
    let progress = Progress::show(&meter, events as u64, !arguments.quiet);
    let mut records: Vec<RunRecord> = Vec::new();
    let result = replicate::<Failure>(simulation, threads, &meter, |mut record| {
        if let Some(files) = &mut files {
            files.add(&scenario, &record)?;
        }
        // Written down or not wanted: only their sums are needed from here on.
        record.findings.mistakes = Vec::new();
        record.traffic.by_second = Vec::new();
        records.push(record);
        Ok(())
    });
    drop(progress);
    result?;
    let summary = Summary::of(&scenario, &records);
    if let Some(files) = files {
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine_revision: ENGINE_REVISION,
            scenario: arguments.source.name().to_owned(),
            set: arguments.source.sets.clone(),
            seed: scenario.seed,
            replications: scenario.replications,
            digest: summary.digest.to_string(),
            finished_unix_s: SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |age| age.as_secs()),
            wall_s: begun.elapsed().as_secs_f64(),
            threads,
            events: meter.events.load(Ordering::Relaxed),
            mistakes_left_out: files.mistakes_left_out,
            machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        };
        if files.mistakes_left_out > 0 && !arguments.quiet {
            note(format_args!(
                "note: {} mistakes were counted but are not in mistakes.csv",
                files.mistakes_left_out
            ));
        }
        files.finish(&scenario, &summary, &manifest)?;
    }
    print_result(&scenario, &summary, &records, arguments.format)?;
    judge_all(&scenario, &summary, arguments.quiet)
}

fn print_result(
    scenario: &Scenario,
    summary: &Summary,
    records: &[RunRecord],
    format: Format,
) -> Result<(), Failure> {
    let out = std::io::stdout().lock();
    match format {
        Format::Table => return print(report(scenario, summary, records)),
        Format::Json => write_json(summary, out),
        Format::Csv => write_csv(summary, out),
    }
    .map_err(|why| Failure::of_output(&why))
}

/// Judges every `[[expect]]` and says so. The verdict is told even to the quiet if it is bad.
fn judge_all(scenario: &Scenario, summary: &Summary, quiet: bool) -> Result<(), Failure> {
    let mut all_met = true;
    for expectation in &scenario.expectations {
        let judgement = judge(expectation, summary);
        if !quiet || !judgement.met {
            note(format_args!("expect {}", judgement.text));
        }
        all_met &= judgement.met;
    }
    if all_met { Ok(()) } else { Err(Failure::Expectation) }
}

#[cfg(not(target_family = "wasm"))]
fn stop_on_interrupt(meter: &Arc<Meter>) {
    let meter = Arc::clone(meter);
    // Where no handler can be set, Ctrl-C ends the program the hard way, which leaves nothing behind either.
    let _ = ctrlc::set_handler(move || meter.stop.store(true, Ordering::Relaxed));
}

#[cfg(target_family = "wasm")]
fn stop_on_interrupt(_: &Arc<Meter>) {}
