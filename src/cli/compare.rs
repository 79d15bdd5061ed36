//! `hbsim compare`: set several scenarios side by side, and tell how surely each differs from the first.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::arguments::{CompareArguments, Format, Origin};
use super::failure::{Failure, note, print};
use super::records::RecordsWriter;
use super::report::Target;
use super::run::stop_on_interrupt;
use super::together::Together;
use super::under;
use crate::document::printable;
use crate::engine::ENGINE_REVISION;
use crate::engine::world::Meter;
use crate::experiment::parts::Parts;
use crate::measures::RunRecord;
use crate::results::{
    Compared, ComparisonManifest, ComparisonWords, Folder, Summary, compared_page, comparison,
    write_comparison, write_csv, write_differences_csv, write_differences_json, write_json,
};
use crate::scenario::Scenario;

pub(super) fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    if let Some(conditions) = arguments.conditions()? {
        return under::compare_under(arguments, &conditions);
    }
    if arguments.differences && arguments.format == Format::Table {
        let reason = "error: --differences is for --format csv or json; the table tells them in words";
        return Err(Failure::Input(reason.to_owned()));
    }
    let jobs = prepare(arguments)?;
    let due = jobs.iter().enumerate().filter(|(_, job)| job.done.is_none());
    let together = Together::prepare(due.map(|(place, job)| (place, &job.scenario)), &arguments.means)?;
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    // Before there is anything that an interruption could leave behind.
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let folder = arguments.out.as_deref().map(Folder::create).transpose()?;
    let begun = Instant::now();
    let mut kept = folder.as_ref().map(RecordsWriter::new);
    let compared = simulate(&jobs, &together, (&meter, arguments.quiet), kept.as_mut())?;
    kept.map_or(Ok(()), RecordsWriter::finish)?;
    tell(arguments, &compared);
    if let Some(folder) = folder {
        let manifest = manifest(arguments, compared.iter(), &meter, begun.elapsed().as_secs_f64());
        write_comparison(folder, &compared, &manifest)?;
    }
    if let Some(target) = report {
        let words = ComparisonWords { command: arguments.command(), conditions: None };
        target.put(&compared_page(&compared, words))?;
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
    /// Its runs, if they were simulated before.
    done: Option<Vec<RunRecord>>,
}

/// All scenarios are read, and all that cannot be done is refused, before anything is begun.
fn prepare(arguments: &CompareArguments) -> Result<Vec<Job>, Failure> {
    let mut jobs = Vec::new();
    for origin in arguments.origins()? {
        jobs.push(match origin {
            Origin::Scenario(source) => {
                let scenario = source.read()?;
                arguments.means.must_do(&scenario, &source)?;
                Job { scenario, done: None }
            }
            Origin::Results(folder) => {
                let (scenario, records) = records_of_results(&folder)?;
                Job { scenario, done: Some(records) }
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

/// The scenarios with their runs, in their order.
fn simulate(
    jobs: &[Job],
    together: &Together<'_>,
    (meter, quiet): (&Arc<Meter>, bool),
    mut kept: Option<&mut RecordsWriter<'_>>,
) -> Result<Vec<Compared>, Failure> {
    let mut compared: Vec<Option<Compared>> = Vec::new();
    for (place, Job { scenario, done }) in jobs.iter().enumerate() {
        if !quiet {
            let warnings = scenario.warnings().into_iter();
            warnings.for_each(|warning| note(format_args!("warning: {}: {warning}", scenario.name)));
        }
        compared.push(done.as_ref().map(|records| {
            kept.iter_mut().for_each(|kept| kept.add(place, scenario, records));
            Compared::of(scenario, records)
        }));
    }
    together.simulate(meter, quiet, |place, records| {
        let scenario = &jobs[place].scenario;
        kept.iter_mut().for_each(|kept| kept.add(place, scenario, &records));
        compared[place] = Some(Compared::of(scenario, &records));
    })?;
    Ok(compared.into_iter().flatten().collect())
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

pub(super) fn manifest<'a>(
    arguments: &CompareArguments,
    compared: impl Iterator<Item = &'a Compared> + Clone,
    meter: &Meter,
    wall_s: f64,
) -> ComparisonManifest {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    ComparisonManifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine_revision: ENGINE_REVISION,
        command: arguments.command(),
        compared: arguments.named().to_vec(),
        set: arguments.sets(),
        under: None,
        scenarios: compared.clone().map(|one| one.summary.name.clone()).collect(),
        digests: compared.map(|one| one.summary.digest.to_string()).collect(),
        finished_unix_s: now.map_or(0, |age| age.as_secs()),
        wall_s,
        events: meter.events.load(Ordering::Relaxed),
        machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
    }
}
