//! `hbsim run`: simulate a scenario and report what came out.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::arguments::{Format, RunArguments};
use super::failure::{Failure, note, print};
use super::progress::Progress;
use super::report::{Target, command, lesson, one_run};
use crate::engine::ENGINE_REVISION;
use crate::engine::findings::PAIRS_KEPT;
use crate::engine::world::Meter;
use crate::experiment::parts::{Identity, Journal, Shard, Unit};
use crate::experiment::{Forecast, Simulation, replicate};
use crate::measures::RunRecord;
use crate::results::{
    Course, Enclosed, Folder, FolderError, Manifest, RunFiles, RunPage, Sighted, Summary, judge, report,
    write_csv, write_json,
};
use crate::scenario::Scenario;

pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let scenario = arguments.source.read()?;
    let job = Job::prepare(arguments, &scenario)?;
    if !arguments.quiet {
        scenario.warnings().iter().for_each(|warning| note(format_args!("warning: {warning}")));
    }
    if !arguments.quiet && scenario.replications < 10 && arguments.format != Format::Table {
        note(format_args!("warning: intervals over fewer than 10 replications should not be trusted"));
    }
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    // Before there is anything that an interruption could leave behind.
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let mut files = arguments.out.as_deref().map(|target| job.begin_files(target)).transpose()?;
    let begun = Instant::now();
    let mut sighted = report.as_ref().map(|_| Sighted::of(&scenario));
    let mut course = Course::of(&scenario);
    let seen = Seen { files: files.as_mut(), sighted: sighted.as_mut(), course: &mut course };
    let records = job.simulate(&meter, seen)?;
    let wall_s = begun.elapsed().as_secs_f64();
    let summary = Summary::of(&scenario, &records);
    if let Some(files) = files {
        job.finish_files(files, &summary, &meter, wall_s)?;
    }
    // First what cannot fail any more: what took long to simulate is not lost with a page that cannot be made.
    let printed = print_result(&scenario, (&summary, &records), &course, arguments);
    let judged = judge_all(&scenario, &summary, arguments.quiet);
    let put = match (&report, &sighted) {
        (Some(target), Some(sighted)) => {
            put_page(target, arguments, (&scenario, &summary, &records), sighted, &meter)
        }
        _ => Ok(()),
    };
    match printed {
        // Whoever stopped reading may still want to know by the exit code whether the goals were met.
        Err(Failure::NobodyReads) => put.and(judged),
        printed => printed.and(put).and(judged),
    }
}

/// Makes the page of a run, as its folder would tell it.
fn put_page(
    target: &Target,
    arguments: &RunArguments,
    (scenario, summary, records): (&Scenario, &Summary, &[RunRecord]),
    sighted: &Sighted,
    meter: &Arc<Meter>,
) -> Result<(), Failure> {
    let set = arguments.source.changes.told();
    let told = (lesson(&set), command(arguments.source.name(), &set, scenario));
    let one_run = one_run(scenario, records, meter)?;
    let kept = Enclosed::found_again(scenario).map_err(Failure::Input)?;
    target.put(&RunPage::new(&kept, (summary, records), sighted, told, one_run).page())
}

/// The file that holds the records of all runs, to be read by hbsim itself.
const RECORDS: &str = "records.part";

/// What is written into a folder of results while it grows.
struct Files {
    tables: RunFiles,
    records: Journal,
    enclosed: Enclosed,
}

impl Files {
    /// Adds the record of one run.
    fn add(&mut self, scenario: &Scenario, record: &RunRecord) -> Result<(), FolderError> {
        self.tables.add(scenario, record)?;
        let unit = Unit { group: 0, replication: record.replication };
        let added = self.records.add(unit, std::slice::from_ref(record));
        added.map_err(|why| self.tables.failed(RECORDS, why.into_reason()))
    }

    fn finish(self, summary: &Summary, manifest: &Manifest) -> Result<(), FolderError> {
        let Files { tables, records, enclosed } = self;
        let finished = records.finish(&tables.place_of(RECORDS));
        finished.map_err(|why| tables.failed(RECORDS, why.into_reason()))?;
        tables.finish(&enclosed, summary, manifest)
    }
}

/// Who sees each run before what only they need of it is given up.
struct Seen<'a> {
    files: Option<&'a mut Files>,
    sighted: Option<&'a mut Sighted>,
    course: &'a mut Course,
}

/// A scenario, what was asked for, and what it will take.
struct Job<'a> {
    arguments: &'a RunArguments,
    simulation: Simulation<'a>,
    forecast: Forecast,
    threads: usize,
}

impl<'a> Job<'a> {
    /// Refuses what cannot be done before anything is begun.
    fn prepare(arguments: &'a RunArguments, scenario: &'a Scenario) -> Result<Job<'a>, Failure> {
        let simulation = Simulation { scenario, by_second: arguments.traffic };
        let forecast = Forecast::of(&simulation);
        let threads = arguments.means.threads(&forecast, scenario.replications);
        let threads = threads.map_err(|refusal| arguments.source.refused(&refusal))?;
        Ok(Job { arguments, simulation, forecast, threads })
    }

    fn begin_files(&self, target: &Path) -> Result<Files, Failure> {
        let scenario = self.simulation.scenario;
        let kinds = scenario.topology.message_kinds();
        let tables = RunFiles::begin(Folder::create(target)?, self.arguments.traffic.then_some(kinds))?;
        let enclosed =
            Enclosed::of(scenario).map_err(|why| tables.failed("scenario.toml", io::Error::other(why)))?;
        let identity = Identity::of(&scenario.name, &enclosed.text, &enclosed.files);
        let records = Journal::begin(&tables.place_of("records.journal"), &identity, Shard::WHOLE);
        let records = records.map_err(|why| tables.failed(RECORDS, why.into_reason()))?;
        Ok(Files { tables, records, enclosed })
    }

    /// Simulates all replications and writes each down as it comes.
    fn simulate(&self, meter: &Arc<Meter>, mut seen: Seen<'_>) -> Result<Vec<RunRecord>, Failure> {
        let scenario = self.simulation.scenario;
        let events = self.forecast.events * f64::from(scenario.replications);
        let _progress = Progress::show(meter, events as u64, !self.arguments.quiet);
        let mut records: Vec<RunRecord> = Vec::new();
        replicate::<_, Failure>(self.simulation, self.threads, meter, |mut record| {
            if let Some(files) = &mut seen.files {
                files.add(scenario, &record)?;
            }
            if let Some(sighted) = &mut seen.sighted {
                sighted.add(&record);
            }
            seen.course.add(&record);
            // Written down or not wanted.
            record.keep_sums_only();
            records.push(record);
            Ok(())
        })?;
        Ok(records)
    }

    fn finish_files(
        &self,
        files: Files,
        summary: &Summary,
        meter: &Meter,
        wall_s: f64,
    ) -> Result<(), Failure> {
        let (mistakes_left_out, pairs_left_out) =
            (files.tables.mistakes_left_out, files.tables.pairs_left_out);
        if mistakes_left_out > 0 && !self.arguments.quiet {
            note(format_args!("note: {mistakes_left_out} mistakes were counted but are not in mistakes.csv"));
        }
        if pairs_left_out > 0 && !self.arguments.quiet {
            note(format_args!(
                "note: {pairs_left_out} mistakes and crashes were counted, but not pair by pair: pairs.csv has room \
                 for {PAIRS_KEPT} pairs of each run"
            ));
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine_revision: ENGINE_REVISION,
            scenario: self.arguments.source.name().to_owned(),
            set: self.arguments.source.changes.told(),
            seed: summary.seed,
            replications: summary.replications,
            digest: summary.digest.to_string(),
            finished_unix_s: now.map_or(0, |age| age.as_secs()),
            wall_s,
            threads: self.threads,
            events: meter.events.load(Ordering::Relaxed),
            mistakes_left_out,
            pairs_left_out,
            machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        };
        Ok(files.finish(summary, &manifest)?)
    }
}

fn print_result(
    scenario: &Scenario,
    (summary, records): (&Summary, &[RunRecord]),
    course: &Course,
    arguments: &RunArguments,
) -> Result<(), Failure> {
    let out = std::io::stdout().lock();
    let lesson = lesson(&arguments.source.changes.told());
    match arguments.format {
        Format::Table => return print(report(scenario, (summary, records), course, lesson)),
        Format::Json => write_json(std::slice::from_ref(summary), out),
        Format::Csv => write_csv(std::slice::from_ref(summary), out),
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
pub(super) fn stop_on_interrupt(meter: &Arc<Meter>) {
    let meter = Arc::clone(meter);
    // Where no handler can be set, Ctrl-C ends the program the hard way, which leaves nothing behind either.
    let _ = ctrlc::set_handler(move || meter.stop.store(true, Ordering::Relaxed));
}

#[cfg(target_family = "wasm")]
pub(super) fn stop_on_interrupt(_: &Arc<Meter>) {}
