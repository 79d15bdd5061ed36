//! `hbsim compare`: set several scenarios side by side, and tell how surely each differs from the first.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::arguments::{CompareArguments, Format, Origin};
use super::failure::{Failure, note, print};
use super::progress::Progress;
use super::run::stop_on_interrupt;
use crate::document::printable;
use crate::engine::ENGINE_REVISION;
use crate::engine::world::Meter;
use crate::experiment::parts::Parts;
use crate::experiment::{Forecast, Hearing, Simulation, replicate};
use crate::measures::RunRecord;
use crate::results::{
    Compared, ComparisonManifest, Folder, Summary, comparison, write_comparison, write_csv,
    write_differences_csv, write_differences_json, write_json,
};
use crate::scenario::Scenario;

pub(super) fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    if arguments.differences && arguments.format == Format::Table {
        let reason = "error: --differences is for --format csv or json; the table tells them in words";
        return Err(Failure::Input(reason.to_owned()));
    }
    let jobs = prepare(arguments)?;
    // Before there is anything that an interruption could leave behind.
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let folder = arguments.out.as_deref().map(Folder::create).transpose()?;
    let begun = Instant::now();
    let compared = simulate(&jobs, &meter, arguments.quiet)?;
    tell(arguments, &compared);
    if let Some(folder) = folder {
        let manifest = manifest(arguments, &compared, &meter, begun.elapsed().as_secs_f64());
        write_comparison(folder, &compared, &manifest)?;
    }
    let out = std::io::stdout().lock();
    let summaries: Vec<&Summary> = compared.iter().map(|one| &one.summary).collect();
    match (arguments.format, arguments.differences) {
        (Format::Table, _) => return print(comparison(&compared)),
        (Format::Json, false) => write_json(&summaries, out),
        (Format::Csv, false) => write_csv(&summaries, out),
        (Format::Json, true) => write_differences_json(&compared, out),
        (Format::Csv, true) => write_differences_csv(&compared, out),
    }
    .map_err(|why| Failure::of_output(&why))
}

/// One of the scenarios that are compared.
struct Job {
    scenario: Scenario,
    work: Work,
}

/// How its runs are had.
enum Work {
    /// They are simulated on so many threads.
    Simulate { threads: usize },
    /// They were simulated before.
    Done(Vec<RunRecord>),
}

/// All scenarios are read, and all that cannot be done is refused, before anything is begun.
fn prepare(arguments: &CompareArguments) -> Result<Vec<Job>, Failure> {
    let mut jobs = Vec::new();
    for origin in arguments.origins()? {
        jobs.push(match origin {
            Origin::Scenario(source) => {
                let scenario = source.read()?;
                let forecast = Forecast::of(&Simulation { scenario: &scenario, by_second: false });
                let threads = arguments.means.threads(&forecast, scenario.replications);
                let threads = threads.map_err(|refusal| source.refused(&refusal))?;
                Job { scenario, work: Work::Simulate { threads } }
            }
            Origin::Results(folder) => {
                let (scenario, records) = records_of_results(&folder)?;
                Job { scenario, work: Work::Done(records) }
            }
        });
    }
    Ok(jobs)
}

/// The scenario of a folder of results, and the records of its runs.
fn records_of_results(folder: &Path) -> Result<(Scenario, Vec<RunRecord>), Failure> {
    if !folder.join("records.part").is_file() {
        let folder = printable(&folder.to_string_lossy());
        return Err(Failure::Input(format!(
            "error: {folder} holds results, and no records of their runs that could be compared\n  = to simulate them \
             once more, name {folder}/scenario.toml"
        )));
    }
    Ok(Parts::open(folder)?.of_one_scenario()?)
}

/// The scenarios with their runs, in their order. Those that share their traffic are simulated together.
fn simulate(jobs: &[Job], meter: &Arc<Meter>, quiet: bool) -> Result<Vec<Compared>, Failure> {
    let mut compared: Vec<Option<Compared>> = Vec::new();
    for Job { scenario, work } in jobs {
        if !quiet {
            let warnings = scenario.warnings().into_iter();
            warnings.for_each(|warning| note(format_args!("warning: {}: {warning}", scenario.name)));
        }
        compared.push(match work {
            Work::Simulate { .. } => None,
            Work::Done(records) => Some(Compared::of(scenario, records)),
        });
    }
    for group in groups(jobs) {
        let scenarios: Vec<&Scenario> = group.iter().map(|(_, scenario, _)| *scenario).collect();
        let threads = group.iter().map(|(.., threads)| *threads).min().unwrap_or(1);
        let records = hear(&scenarios, threads, meter, quiet)?;
        for ((place, scenario, _), records) in group.iter().zip(records) {
            compared[*place] = Some(Compared::of(scenario, &records));
        }
    }
    Ok(compared.into_iter().flatten().collect())
}

/// A scenario that is to be simulated: its place among all, and on how many threads.
type Due<'a> = (usize, &'a Scenario, usize);

/// What is to be simulated, in groups that share their traffic.
fn groups(jobs: &[Job]) -> Vec<Vec<Due<'_>>> {
    let mut groups: Vec<Vec<Due<'_>>> = Vec::new();
    for (place, Job { scenario, work }) in jobs.iter().enumerate() {
        let Work::Simulate { threads } = work else { continue };
        let due = (place, scenario, *threads);
        let joins = |group: &&mut Vec<Due<'_>>| {
            group.len() < Hearing::MOST_JUDGES && group[0].1.shares_traffic_with(scenario)
        };
        match groups.iter_mut().find(joins) {
            Some(group) => group.push(due),
            None => groups.push(vec![due]),
        }
    }
    groups
}

/// Simulates scenarios that share their traffic to the records of each.
fn hear(
    scenarios: &[&Scenario],
    threads: usize,
    meter: &Arc<Meter>,
    quiet: bool,
) -> Result<Vec<Vec<RunRecord>>, Failure> {
    let hearing = Hearing { scenarios, by_second: false };
    let done = meter.events.load(Ordering::Relaxed);
    let expected = Forecast::of_hearing(&hearing).events * f64::from(scenarios[0].replications);
    let _progress = Progress::show(meter, done + expected as u64, !quiet);
    let mut records = vec![Vec::new(); scenarios.len()];
    replicate::<_, Failure>(hearing, threads, meter, |heard| {
        for (records, mut record) in records.iter_mut().zip(heard) {
            record.keep_sums_only();
            records.push(record);
        }
        Ok(())
    })?;
    Ok(records)
}

/// Says on standard error what the table says on standard output: tables for programs have no room for it.
fn tell(arguments: &CompareArguments, compared: &[Compared]) {
    if arguments.format == Format::Table {
        return;
    }
    // That chance makes a difference too is told even to the quiet.
    if !arguments.quiet || Compared::stranger(compared).is_some() {
        note(Compared::sameness(compared));
    }
    let too_few = compared.iter().any(|one| one.summary.replications < 10);
    if too_few && !arguments.quiet {
        note("warning: intervals over fewer than 10 replications should not be trusted");
    }
}

fn manifest(
    arguments: &CompareArguments,
    compared: &[Compared],
    meter: &Meter,
    wall_s: f64,
) -> ComparisonManifest {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    ComparisonManifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine_revision: ENGINE_REVISION,
        compared: arguments.named().to_vec(),
        set: arguments.sets(),
        scenarios: compared.iter().map(|one| one.summary.name.clone()).collect(),
        digests: compared.iter().map(|one| one.summary.digest.to_string()).collect(),
        finished_unix_s: now.map_or(0, |age| age.as_secs()),
        wall_s,
        events: meter.events.load(Ordering::Relaxed),
        machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
    }
}
