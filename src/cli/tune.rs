//! `hbsim tune`: find the settings that meet goals at least traffic.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use clap::Args;

use super::arguments::{Format, Means, Source};
use super::failure::{Failure, note, print};
use super::order::in_shell;
use super::progress::Progress;
use super::report::Target;
use super::run::stop_on_interrupt;
use super::sweep::dearest;
use crate::document::{Document, Origin, Value};
use crate::engine::ENGINE_REVISION;
use crate::engine::world::Meter;
use crate::experiment::parts::{Journal, Shard};
use crate::experiment::{Execution, Pace, Plan, Tuning};
use crate::results::{
    Folder, SearchWords, TuneManifest, search_page, search_verdict, tuned, write_front_csv, write_front_json,
    write_tuned,
};
use crate::scenario::Scenario;
use crate::scenario::sweep::{Sweep, taken_apart};
use crate::tuning::{DetectionGoal, Found, Goals, MistakesGoal, Ranges, usual_ranges};

#[derive(Debug, Args)]
pub(super) struct TuneArguments {
    #[command(flatten)]
    source: Source,
    /// How soon crashes shall be known: 'p99 < 10s', 'majority mean < 5s'
    #[arg(long, value_name = "GOAL", value_parser = DetectionGoal::read, required_unless_present = "mistakes")]
    detect: Option<DetectionGoal>,
    /// How rarely anybody may be wrong: '< 1/day' for all of the cluster, '< 0.01/node-day', '< 1e-3/pair-week'
    #[arg(long, value_name = "GOAL", value_parser = MistakesGoal::read)]
    mistakes: Option<MistakesGoal>,
    /// What to search: topology.interval=500ms..5s,detector.timeout=1s..10s; lists and steps are taken at their word, between the ends of other ranges any value [default: the interval, and the detector's patience]
    #[arg(long = "over", value_name = "PATH=VALUES")]
    overs: Vec<String>,
    /// Only settings of which this holds: 'detector.timeout >= 2 * topology.interval'; may be given often
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<String>,
    /// How often to look closer; each time the steps of a range become half as long
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=8))]
    rounds: u32,
    #[command(flatten)]
    means: Means,
    /// Write the front and the chosen scenario into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write what came out as a page of HTML into this file too
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How to print the front
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn tune(arguments: &TuneArguments) -> Result<(), Failure> {
    let goals = Goals { detection: arguments.detect, mistakes: arguments.mistakes };
    let tuning = arguments.prepare(&goals)?;
    let meter = Arc::new(Meter::default());
    // Before there is anything that an interruption could leave behind.
    stop_on_interrupt(&meter);
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    let folder = arguments.out.as_deref().map(Folder::create).transpose()?;
    let (begun, most_threads) = (Instant::now(), Cell::new(1));
    let mut simulate = |plan: &Plan, journal: &mut Journal| {
        let units = plan.units().count().max(1) as u32;
        let threads = arguments.means.threads(&dearest(plan), units);
        let threads = threads.map_err(|refusal| arguments.source.refused(&refusal))?;
        most_threads.set(threads.max(most_threads.get()));
        let pace = Arc::new(Pace::default());
        let _progress = Progress::show_units(&meter, &pace, !arguments.quiet);
        let execution = Execution { plan, shard: Shard::WHOLE, precision: None, threads };
        Ok::<(), Failure>(execution.run(journal, &meter, &pace)?)
    };
    let found = tuning.search(&mut simulate)?;
    let verdict = search_verdict(&found, &goals, &arguments.command_without_goals());
    if let Some(folder) = folder {
        let manifest = manifest(&found, arguments, &meter, (begun, most_threads.get()));
        write_tuned(folder, &found, (&goals, &verdict), &manifest)?;
    }
    if let Some(target) = report {
        let words = SearchWords {
            scenario: arguments.source.name().to_owned(),
            searched: found.ranges.clone(),
            verdict,
            command: arguments.command(),
            digest: found.tally.digest.to_string(),
        };
        let page = search_page(&found, &goals, words);
        target.put(&page.map_err(|why| Failure::Machine(format!("cannot make a page: {why}")))?)?;
    }
    let told = match arguments.format {
        Format::Table => print(tuned(&found, &goals, &arguments.command_without_goals())),
        Format::Csv => {
            write_front_csv(&found, &goals, io::stdout().lock()).map_err(|why| Failure::of_output(&why))
        }
        Format::Json => {
            write_front_json(&found, &goals, io::stdout().lock()).map_err(|why| Failure::of_output(&why))
        }
    };
    let verdict = if found.chosen.is_some() { Ok(()) } else { Err(Failure::Expectation) };
    if verdict.is_err() && arguments.format != Format::Table {
        note("no setting meets the goals; without --format it is said which is in the way");
    }
    match told {
        // Whoever stopped reading may still want to know by the exit code whether the goals can be met.
        Err(Failure::NobodyReads) => verdict,
        told => told.and(verdict),
    }
}

impl TuneArguments {
    /// The search that is asked for.
    fn prepare(&self, goals: &Goals) -> Result<Tuning, Failure> {
        let mut document = self.source.document(&self.source.text()?, None)?;
        let mut overs: Vec<String> = self.overs.iter().flat_map(|over| taken_apart(over)).collect();
        let mut conditions = self.conditions.clone();
        if overs.is_empty() && !has_sweep(&document) {
            let scenario = Scenario::read(&document, self.source.stock()).map_err(Failure::Input)?;
            let usual: Ranges = usual_ranges(&scenario, goals);
            let is_free = |over: &String| !self.fixes(path_of(over));
            overs = usual.overs.into_iter().filter(is_free).collect();
            conditions.extend(usual.conditions);
            // A table that was set says where the search begins, not that it must stay there.
            overs.iter().for_each(|over| forget_who_said(&mut document, path_of(over)));
        }
        let sweep = Sweep::take_to_search(&mut document, &overs, &conditions, self.rounds);
        let sweep = sweep.map_err(Failure::Input)?;
        let stock = self.source.stock();
        sweep.cells(&document, &stock).check_paths().map_err(Failure::Input)?;
        Ok(Tuning::new(document, self.source.stock(), sweep, goals.clone(), self.rounds))
    }

    /// Whether the command line sets the key at `path` itself: then it is not searched.
    fn fixes(&self, path: &str) -> bool {
        self.source.changes.sets.iter().any(|set| path_of(set) == path)
    }

    /// The command that asks for it once more, but for its goals.
    fn command_without_goals(&self) -> String {
        let mut words = vec!["hbsim".to_owned(), "tune".to_owned(), self.source.name().to_owned()];
        words.extend(self.source.changes.words());
        let mut option = |name: &str, value: String| words.extend([format!("--{name}"), value]);
        self.overs.iter().for_each(|over| option("over", over.clone()));
        self.conditions.iter().for_each(|condition| option("where", condition.clone()));
        if self.rounds != 4 {
            option("rounds", self.rounds.to_string());
        }
        words.iter().map(|word| in_shell(word)).collect::<Vec<_>>().join(" ")
    }

    /// The command that asks for it once more.
    fn command(&self) -> String {
        let mut command = self.command_without_goals();
        let goals = [
            self.detect.map(|goal| format!(" --detect {}", in_shell(&goal.to_string()))),
            self.mistakes.map(|goal| format!(" --mistakes {}", in_shell(&goal.to_string()))),
        ];
        command.extend(goals.into_iter().flatten());
        command
    }
}

/// The path of `path=value`.
fn path_of(argument: &str) -> &str {
    argument.split_once('=').map_or(argument, |(path, _)| path).trim()
}

/// Lets the value at `path` look as if the scenario itself had it.
fn forget_who_said(document: &mut Document, path: &str) {
    let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
    if let Some(value) = document.root().at(&steps).cloned() {
        // It stands there already, so it can be put there.
        let _ = document.plant(&steps, Value { origin: Origin::Whole, ..value }, &Origin::Whole);
    }
}

fn has_sweep(document: &Document) -> bool {
    document.root().at(&["sweep".to_owned()]).is_some()
}

fn manifest(
    found: &Found,
    arguments: &TuneArguments,
    meter: &Meter,
    (begun, threads): (Instant, usize),
) -> TuneManifest {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    TuneManifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine_revision: ENGINE_REVISION,
        command: arguments.command(),
        scenario: arguments.source.name().to_owned(),
        detect: arguments.detect.map(|goal| goal.to_string()),
        mistakes: arguments.mistakes.map(|goal| goal.to_string()),
        searched: found.ranges.clone(),
        settings: found.tried.len() as u64,
        passes: found.tally.passes,
        runs: found.tally.runs,
        digest: found.tally.digest.to_string(),
        finished_unix_s: now.map_or(0, |age| age.as_secs()),
        wall_s: begun.elapsed().as_secs_f64(),
        threads,
        events: meter.events.load(Ordering::Relaxed),
        machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
    }
}
