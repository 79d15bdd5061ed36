//! What can be written on the command line, and how it becomes a scenario.

mod changes;
mod compare;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::failure::Failure;
use super::list::ListArguments;
use super::report::ReportArguments;
use super::schema::SchemaArguments;
use super::trace::TraceArguments;
use super::tune::TuneArguments;
use crate::document::{Document, Stock, nearest, printable};
use crate::experiment::parts::Shard;
use crate::experiment::{Forecast, Precision, Simulation, memory_available};
use crate::scenario::Scenario;
use crate::scenario::shipped::{self, Shipped};
pub(super) use changes::Changes;
pub(super) use compare::{CompareArguments, Origin};

/// How a cluster learns that a node has died: a deterministic simulator of heartbeats and failure detection.
#[derive(Debug, Parser)]
#[command(name = "hbsim", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 a goal or an [[expect]] was not met, 2 wrong usage or scenario, \
    3 something could not be read or written or hbsim itself failed, 4 incomplete, 130 interrupted";

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Simulate a scenario and report what came out
    Run(Box<RunArguments>),
    /// Simulate a scenario over ranges of its values: which interval, which timeout, which detector?
    Sweep(Box<SweepArguments>),
    /// Find the settings that meet goals at least traffic: which timeout should I use?
    Tune(Box<TuneArguments>),
    /// Put the parts of a sweep that was shared out with --shard together
    Merge(MergeArguments),
    /// Simulate several scenarios, set them side by side and tell how surely each differs from the first; goals are not judged
    Compare(CompareArguments),
    /// Make a page of HTML of results: charts and tables in one file that opens without a network
    Report(ReportArguments),
    /// Tell why one mistake was made, or how one crash became known, event by event
    Why(WhyArguments),
    /// Tell everything that happened in one run, or for a while: as JSON lines, for Perfetto, or as a Mermaid diagram
    Trace(Box<TraceArguments>),
    /// Tell what theory says of a scenario, formula by formula, and with --run whether the simulation agrees
    Explain(ExplainArguments),
    /// Read a scenario and foretell its cost; runs and writes nothing
    Check(CheckArguments),
    /// Print a scenario
    Show(ShowArguments),
    /// List the scenarios that come with hbsim, and what theory predicts of the real systems among them
    List(ListArguments),
    /// Write a commented scenario to start from
    New(NewArguments),
    /// Print a JSON schema of the scenario file, for completion and hover in editors
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) means: Means,
    /// Write the tables of results into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Also write traffic.csv: messages by kind for each simulated second
    #[arg(long, requires = "out")]
    pub(super) traffic: bool,
    /// Write what came out as a page of HTML into this file too
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct SweepArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// Values of a key: topology.interval=1s,2s,5s, or 'detector.timeout=1s..10s log 5'; may be given often
    #[arg(long = "sweep", value_name = "PATH=VALUES")]
    pub(super) sweeps: Vec<String>,
    /// Only cells of which this holds: 'detector.timeout >= 2 * topology.interval'; may be given often
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) conditions: Vec<String>,
    /// Add runs to a cell until its interval is as narrow: 5%, '5% of mistakes_per_pair_day, at most 200 runs'
    #[arg(long, value_name = "SHARE", value_parser = Precision::read)]
    pub(super) precision: Option<Precision>,
    #[command(flatten)]
    pub(super) means: Means,
    /// List the cells and what they will cost; simulate nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write the tables of results into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Go on where an earlier execution was interrupted; its runs are in DIR.journal
    #[arg(long, requires = "out")]
    pub(super) resume: bool,
    /// Do one share of the work, such as 3/16, and write it as a part into DIR, for hbsim merge
    #[arg(long, value_name = "I/N", requires = "out")]
    pub(super) shard: Option<Shard>,
    /// Write what came out as a page of HTML into this file too
    #[arg(long, value_name = "FILE", conflicts_with_all = ["shard", "dry_run"])]
    pub(super) report: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct MergeArguments {
    /// The folder with the parts
    #[arg(value_name = "DIR")]
    pub(super) parts: PathBuf,
    /// Write the tables of results into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write what came out as a page of HTML into this file too
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct WhyArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// Which run: the number in the column `replication` of the tables
    #[arg(long, value_name = "R", default_value_t = 0)]
    pub(super) replication: u32,
    /// Which mistake: the how manieth row of that run in mistakes.csv [default: the first]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "crash")]
    pub(super) mistake: Option<u32>,
    /// Which crash of that run, in the order of time [default: the first, if there are no mistakes]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) crash: Option<u32>,
    /// How to print the story
    #[arg(long, value_enum, default_value_t = Telling::Text)]
    pub(super) format: Telling,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// Simulate it too, and say of each claim whether the runs agree
    #[arg(long)]
    pub(super) run: bool,
    #[command(flatten)]
    pub(super) means: Means,
    /// How to print the claims
    #[arg(long, value_enum, default_value_t = Telling::Text)]
    pub(super) format: Telling,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// How to print a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Telling {
    /// A text to read
    Text,
    /// An object
    Json,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) means: Means,
}

/// What the runs may use.
#[derive(Debug, Args)]
pub(super) struct Means {
    /// Threads to use [default: as many as there are cores and memory]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Memory that the runs may use, such as 8GB [default: what is free]
    #[arg(long, value_name = "SIZE", value_parser = memory_size)]
    memory: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// With every default filled in, as a file that can be run
    #[arg(long)]
    pub(super) resolved: bool,
}

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The file to write, or - for standard output
    #[arg(default_value = "scenario.toml")]
    pub(super) file: PathBuf,
}

/// Where a scenario comes from and what is changed in it.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// A scenario file, the name of a scenario that comes with hbsim, or - for standard input
    scenario: String,
    #[command(flatten)]
    pub(super) changes: Changes,
}

/// How to print a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A report to read
    Table,
    /// An array of objects, one for each scenario
    Json,
    /// A heading, and a row for each scenario
    Csv,
}

impl Source {
    /// The scenario as it was named.
    pub(super) fn name(&self) -> &str {
        &self.scenario
    }

    /// The failure of a scenario that asks for too much.
    pub(super) fn refused(&self, refusal: &str) -> Failure {
        Failure::Input(format!("error: {}: {refusal}", self.name()))
    }

    /// Whether the command line changes the scenario.
    pub(super) fn changes_anything(&self) -> bool {
        !self.changes.are_none()
    }

    /// The scenario, if it is one that comes with hbsim.
    fn shipped(&self) -> Option<&'static Shipped> {
        // A folder may have the name of a scenario: that of its results.
        shipped::find(&self.scenario).filter(|_| !Path::new(&self.scenario).is_file())
    }

    /// The text of a file of such a scenario, if that is what is named, and not the user's own.
    pub(super) fn shipped_file(&self) -> Option<&'static str> {
        shipped::find_file(&self.scenario).filter(|_| !Path::new(&self.scenario).exists())
    }

    /// The conditions of that name that come with hbsim, if no scenario and no file of the user's own is meant.
    pub(super) fn shipped_conditions(&self) -> Option<&'static Shipped> {
        let is_meant = |conditions: &&Shipped| conditions.name == self.scenario;
        shipped::find_conditions(&self.scenario)
            .filter(is_meant)
            .filter(|_| !Path::new(&self.scenario).exists())
    }

    /// The text of the scenario, unchanged.
    pub(super) fn text(&self) -> Result<String, Failure> {
        if self.scenario == "-" {
            return self.text_from(std::io::stdin().lock());
        }
        if let Some(shipped) = self.shipped() {
            return Ok(shipped.text.to_owned());
        }
        match std::fs::File::open(&self.scenario) {
            Ok(file) => self.text_from(file),
            Err(why) => Err(self.not_found(&why)),
        }
    }

    fn text_from(&self, source: impl Read) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        // One byte more than a scenario may have, so that too large is seen without reading it all.
        let taken = source.take(Document::LARGEST as u64 + 1).read_to_end(&mut bytes);
        taken.map_err(|why| Failure::Machine(format!("cannot read {}: {why}", self.file_name())))?;
        Document::text_of(self.file_name(), &bytes).map_err(Failure::Input)
    }

    /// What mistakes in the scenario call its file.
    fn file_name(&self) -> &str {
        if self.scenario == "-" { "standard input" } else { &self.scenario }
    }

    /// The scenario with all changes.
    pub(super) fn read(&self) -> Result<Scenario, Failure> {
        self.read_with(&self.text()?, None)
    }

    /// The scenario of this text, with all changes and one more.
    pub(super) fn read_with(&self, text: &str, more: Option<&str>) -> Result<Scenario, Failure> {
        Scenario::read(&self.document(text, more)?, self.stock()).map_err(Failure::Input)
    }

    /// The document of this text, with nothing changed.
    pub(super) fn unchanged(&self, text: &str) -> Result<Document, Failure> {
        Document::parse(self.file_name(), text).map_err(Failure::Input)
    }

    /// The document of this text, with all changes and one more.
    pub(super) fn document(&self, text: &str, more: Option<&str>) -> Result<Document, Failure> {
        let mut document = self.unchanged(text)?;
        self.changes.apply(&mut document).map_err(Failure::Input)?;
        more.map_or(Ok(()), |more| document.set(more)).map_err(Failure::Input)?;
        Ok(document)
    }

    /// Where the files are that the scenario names.
    pub(super) fn stock(&self) -> Stock {
        match self.shipped() {
            Some(shipped) => shipped.stock(),
            None => Path::new(&self.scenario).parent().unwrap_or(Path::new("")).into(),
        }
    }

    fn not_found(&self, why: &std::io::Error) -> Failure {
        let name = printable(&self.scenario);
        if why.kind() != std::io::ErrorKind::NotFound {
            return Failure::Machine(format!("cannot read {name}: {why}"));
        }
        let remedy = match nearest(&name, shipped::names()) {
            _ if shipped::scenarios_in(&self.scenario).next().is_some() => {
                format!("{name} are several: hbsim compare {name} sets them side by side")
            }
            _ if self.shipped_conditions().is_some() => {
                format!("these are conditions: hbsim compare SCENARIO --under {name}")
            }
            Some(meant) => format!("did you mean {meant}?"),
            None => "hbsim list shows the scenarios that come with it; hbsim new writes one".to_owned(),
        };
        Failure::Input(format!("error: there is no scenario {name}\n  = {remedy}"))
    }
}

impl Means {
    /// Refuses a scenario of which not even one run could be done.
    pub(super) fn must_do(&self, scenario: &Scenario, source: &Source) -> Result<(), Failure> {
        let forecast = Forecast::of(&Simulation { scenario, by_second: false });
        let threads = self.threads(&forecast, scenario.replications);
        threads.map(drop).map_err(|refusal| source.refused(&refusal))
    }

    /// How many threads to use, or why the runs cannot be done.
    pub(super) fn threads(&self, forecast: &Forecast, replications: u32) -> Result<usize, String> {
        let memory = self.memory.unwrap_or_else(memory_available);
        let most = self.threads.map_or_else(
            || {
                let cores = std::thread::available_parallelism().map_or(1, usize::from);
                cores.min(forecast.runs_at_once(replications, memory))
            },
            usize::from,
        );
        let threads = most.min(replications as usize);
        forecast.refusal(replications, threads, memory).map_or(Ok(threads), Err)
    }
}

fn memory_size(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is not a size of memory; write a number and a unit: 500MB, 8GB");
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "B" => 1.0,
        "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "TB" => 1e12,
        _ => return Err(wrong()),
    };
    number.parse::<f64>().map(|number| number * factor).map_err(|_| wrong())
}
