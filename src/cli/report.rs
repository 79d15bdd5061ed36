//! `hbsim report`: results as a page of HTML that can be mailed; and `--report` of the verbs that make them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::arguments::{Changes, Format};
use super::failure::{Failure, print};
use super::gathering::Gathering;
use super::order::{Order, in_shell};
use super::records::{of_comparison, whole};
use super::run::stop_on_interrupt;
use crate::document::{Document, printable};
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Interrupted, Simulation};
use crate::measures::RunRecord;
use crate::page::{self, Page};
use crate::results::{
    Cases, Choice, Compared, ComparisonWords, Lesson, OneRun, RunPage, SearchWords, Sighted, Summary, Tested,
    Timeline, cases_page, compared_page, page_of_settings,
};
use crate::scenario::{Conditions, Scenario};
use crate::tuning::{DetectionGoal, Goals, MistakesGoal};

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// Folders of results, as run, sweep, merge, compare and tune write them with --out; several of run are set side by side
    #[arg(value_name = "RESULTS", required = true)]
    results: Vec<PathBuf>,
    /// The file to write, or - for standard output; an earlier file of that name is replaced
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    out: PathBuf,
}

pub(super) fn report(arguments: &ReportArguments) -> Result<(), Failure> {
    let target = Target::of(&arguments.out)?;
    let meter = Arc::new(Meter::default());
    // Before there is anything that an interruption could leave behind.
    stop_on_interrupt(&meter);
    let page = match &arguments.results[..] {
        [folder] => of_folder(folder, &meter)?,
        folders => of_several(folders)?,
    };
    target.put(&page)
}

/// Where a page is to be put.
#[derive(Debug)]
pub(super) enum Target {
    /// To whoever reads standard output.
    Output,
    /// Into this file.
    File(PathBuf),
}

impl Target {
    /// Where `--report` says. Standard output is where the result itself goes.
    pub(super) fn beside_result(path: &Path) -> Result<Target, Failure> {
        match Target::of(path)? {
            Target::Output => Err(Failure::Input(
                "error: --report -: standard output is where the result goes\n  = name a file; hbsim report RESULTS \
                 -o - prints a page"
                    .to_owned(),
            )),
            target => Ok(target),
        }
    }

    /// Refuses a place where nothing can be put, before anything is done for it.
    pub(super) fn of(path: &Path) -> Result<Target, Failure> {
        if path == Path::new("-") {
            return Ok(Target::Output);
        }
        let name = printable(&path.to_string_lossy());
        let refused = |reason: &str, remedy: &str| {
            Err(Failure::Machine(format!("cannot write {name}: {reason}\n  = {remedy}")))
        };
        if path.file_name().is_none() {
            return refused("it has no name", "name a file, such as report.html");
        }
        // What a link leads to is what counts.
        match fs::metadata(path) {
            Ok(about) if !about.is_file() => {
                return refused("it is there, and no file", "name a file, such as report.html");
            }
            _ => {}
        }
        if !beside(path).is_dir() {
            return refused("there is no such folder", "make it, or name a file elsewhere");
        }
        Ok(Target::File(path.to_path_buf()))
    }

    /// Puts a page there, all of it or nothing.
    pub(super) fn put(&self, page: &Page) -> Result<(), Failure> {
        self.put_text(&page::html(page))
    }

    /// Puts a text there, all of it or nothing.
    pub(super) fn put_text(&self, text: &str) -> Result<(), Failure> {
        match self {
            Target::Output => print(text),
            Target::File(path) => write_whole(path, text).map_err(|why| {
                Failure::Machine(format!("cannot write {}: {why}", printable(&path.to_string_lossy())))
            }),
        }
    }
}

/// The folder in which a file is.
fn beside(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Writes a file beside its place, and puts it there when it is whole.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    // A link stays what it is; what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = beside(&path).join(format!(".{name}.{}.partial", std::process::id()));
    let written = fs::File::create(&partial)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    let put = written.and_then(|()| fs::rename(&partial, &path));
    if put.is_err() {
        // Nothing better can be done about a failure here than to leave the hidden file.
        let _ = fs::remove_file(&partial);
    }
    put
}

/// The page of what is in a folder.
pub(super) fn of_folder(folder: &Path, meter: &Meter) -> Result<Page, Failure> {
    known(folder)?;
    if folder.join("runs.csv").is_file() {
        return RunFolder::read(folder)?.page(meter);
    }
    if folder.join("settings.csv").is_file() {
        return of_search(folder);
    }
    if folder.join("conditions.toml").is_file() {
        return of_cases(folder);
    }
    if folder.join("differences.csv").is_file() {
        let named: ComparisonNamed = manifest(folder)?;
        let compared: Vec<Compared> = of_comparison(folder)?
            .iter()
            .map(|(scenario, records)| Compared::of(scenario, records))
            .collect();
        return Ok(compared_page(&compared, ComparisonWords { command: named.command, conditions: None }));
    }
    if folder.join("records.part").is_file() {
        return of_sweep(folder, meter);
    }
    let name = printable(&folder.to_string_lossy());
    Err(Failure::Input(format!(
        "error: {name} holds results of a kind that is not known\n  = simulate it again with this version"
    )))
}

/// The page of a sweep, put together again from the records of its runs.
fn of_sweep(folder: &Path, meter: &Meter) -> Result<Page, Failure> {
    let mut parts = whole(folder)?;
    let mut order = Order::of_parts(parts.identity())?;
    let plan = order.plan()?;
    let (format, quiet) = (Format::Table, true);
    let gathering = Gathering { plan: &plan, order: &order, format, quiet, meter, report: None };
    gathering.page(&mut parts)
}

/// The page of scenarios under the same conditions.
fn of_cases(folder: &Path) -> Result<Page, Failure> {
    let path = folder.join("conditions.toml");
    let text = fs::read_to_string(&path).map_err(|why| unread(&path, &why))?;
    let named: ComparisonNamed = manifest(folder)?;
    let name = named.under.unwrap_or_default();
    let document = Document::parse(&name, &text).map_err(Failure::Input)?;
    let conditions = Conditions::read(&document).map_err(Failure::Input)?;
    let count = conditions.cases().len();
    let all = of_comparison(folder)?;
    let tested: Vec<Tested> = all
        .chunks(count.max(1))
        .map(|cases| Tested {
            elects: conditions.regard_elections()
                && cases.first().is_some_and(|(scenario, _)| scenario.topology.elects()),
            cases: cases.iter().map(|(scenario, records)| Compared::of(scenario, records)).collect(),
        })
        .collect();
    let cases = Cases { names: conditions.cases().collect(), tested: &tested };
    let conditions = Some([name.clone(), conditions.about.clone()]);
    Ok(cases_page(&cases, ComparisonWords { command: named.command, conditions }))
}

/// The page of a search.
fn of_search(folder: &Path) -> Result<Page, Failure> {
    let SearchNamed { scenario, detect, mistakes, searched, command, digest } = manifest(folder)?;
    let unfit = |why: String| Failure::Input(format!("error: manifest.toml: {why}"));
    let goals = Goals {
        detection: detect.as_deref().map(DetectionGoal::read).transpose().map_err(unfit)?,
        mistakes: mistakes.as_deref().map(MistakesGoal::read).transpose().map_err(unfit)?,
    };
    let [settings, verdict] = ["settings.csv", "verdict.txt"].map(|name| folder.join(name));
    let words = fs::read_to_string(&verdict).map_err(|why| unread(&verdict, &why))?;
    let words = SearchWords { scenario, searched, verdict: words, command, digest };
    let table = fs::File::open(&settings).map_err(|why| unread(&settings, &why))?;
    page_of_settings(table, &goals, words).map_err(|why| unread(&settings, &why))
}

/// What the manifest of a search tells.
#[derive(Deserialize)]
struct SearchNamed {
    scenario: String,
    detect: Option<String>,
    mistakes: Option<String>,
    searched: Vec<String>,
    command: String,
    digest: String,
}

/// The page of several folders of runs side by side.
fn of_several(folders: &[PathBuf]) -> Result<Page, Failure> {
    let mut compared = Vec::new();
    for folder in folders {
        known(folder)?;
        if !folder.join("runs.csv").is_file() {
            let name = printable(&folder.to_string_lossy());
            return Err(Failure::Input(format!(
                "error: {name} holds results of several scenarios, which have a page of their own\n  = name it alone; \
                 folders of hbsim run can be set side by side"
            )));
        }
        let (scenario, records) = whole(folder)?.of_one_scenario()?;
        compared.push(Compared::of(&scenario, &records));
    }
    let words = ["hbsim".into(), "report".into()].into_iter();
    let words = words.chain(folders.iter().map(|folder| folder.to_string_lossy()));
    let command = words.map(|word| in_shell(&word)).collect::<Vec<_>>().join(" ");
    Ok(compared_page(&compared, ComparisonWords { command, conditions: None }))
}

/// What the manifest of a comparison tells of the command line.
#[derive(Deserialize)]
struct ComparisonNamed {
    command: String,
    under: Option<String>,
}

/// What the manifest of a folder tells.
fn manifest<T: DeserializeOwned>(folder: &Path) -> Result<T, Failure> {
    let path = folder.join("manifest.toml");
    let text = fs::read_to_string(&path).map_err(|why| unread(&path, &why))?;
    toml::from_str(&text).map_err(|why| {
        let (path, why) = (printable(&path.to_string_lossy()), why.message().trim().to_owned());
        Failure::Input(format!(
            "error: {path} is not as this hbsim writes it: {why}\n  = simulate it again with this version"
        ))
    })
}

/// The failure to read a file of results.
fn unread(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Machine(format!("cannot read {}: {why}", printable(&path.to_string_lossy())))
}

/// Refuses a folder that holds no results.
fn known(folder: &Path) -> Result<(), Failure> {
    if folder.join("manifest.toml").is_file() {
        return Ok(());
    }
    let name = printable(&folder.to_string_lossy());
    let reason = if folder.exists() { "holds no results" } else { "is not there" };
    Err(Failure::Input(format!(
        "error: {name} {reason}\n  = name a folder that hbsim run, sweep, merge, compare or tune wrote with --out"
    )))
}

/// What a folder of results of one scenario holds.
struct RunFolder {
    scenario: Scenario,
    records: Vec<RunRecord>,
    sighted: Sighted,
    lesson: Lesson,
    command: String,
}

impl RunFolder {
    fn read(folder: &Path) -> Result<RunFolder, Failure> {
        let mut parts = whole(folder)?;
        let (scenario, records) = parts.of_one_scenario()?;
        let mut sighted = Sighted::of(&scenario);
        let failed = |name: &str, why: &dyn std::fmt::Display| unread(&folder.join(name), why);
        let open = |name: &str| fs::File::open(folder.join(name)).map_err(|why| failed(name, &why));
        sighted.add_mistakes(open("mistakes.csv")?).map_err(|why| failed("mistakes.csv", &why))?;
        if folder.join("traffic.csv").is_file() {
            sighted.add_traffic(open("traffic.csv")?).map_err(|why| failed("traffic.csv", &why))?;
        }
        let Named { scenario: name, set } = manifest(folder)?;
        let (lesson, command) = (lesson(&set), command(&name, &set, &scenario));
        Ok(RunFolder { scenario, records, sighted, lesson, command })
    }

    fn page(&self, meter: &Meter) -> Result<Page, Failure> {
        let RunFolder { scenario, records, sighted, lesson, command } = self;
        let summary = Summary::of(scenario, records);
        let (told, one_run) = ((*lesson, command.clone()), one_run(scenario, records, meter)?);
        Ok(RunPage::new(scenario, (&summary, records), sighted, told, one_run).page())
    }
}

/// More events than this are too many to be looked at once more, and more bytes too much for a page.
const MOST_EVENTS: f64 = 2e7;
const MOST_BYTES: f64 = 2e9;

/// The run that shows most, simulated again: to learn what happened, and to look at those of whom there is most to
/// tell.
/// Whether it is worth it follows from the scenario alone, so that the page does too.
pub(super) fn one_run(scenario: &Scenario, records: &[RunRecord], meter: &Meter) -> Result<OneRun, Failure> {
    let simulation = Simulation { scenario, by_second: false };
    let Forecast { events, bytes, .. } = Forecast::of(&simulation);
    if events > MOST_EVENTS || bytes > MOST_BYTES {
        return Ok(OneRun::TooLong);
    }
    let replication = OneRun::chosen(records);
    let findings = simulation.outcome(replication, None, meter).ok_or(Interrupted)?.findings;
    let choice = Choice::of(scenario, replication, &findings);
    let outcome = simulation.outcome(replication, Some(choice.attention()), meter).ok_or(Interrupted)?;
    Ok(OneRun::Shown(replication, Box::new(Timeline::of(scenario, &choice, &outcome.account))))
}

/// What the manifest of a folder of runs tells of the command line.
#[derive(Deserialize)]
struct Named {
    scenario: String,
    set: Vec<String>,
}

/// Whether what the author of a scenario says of it holds after these changes.
pub(super) fn lesson(set: &[String]) -> Lesson {
    let changes = Changes { sets: set.to_vec(), ..Changes::default() };
    if changes.changes_the_experiment() { Lesson::Outdated } else { Lesson::Holds }
}

/// The command that does runs again: of the scenario as it was named, with what was set.
pub(super) fn command(named: &str, set: &[String], scenario: &Scenario) -> String {
    let mut words = vec!["hbsim".to_owned(), "run".to_owned(), named.to_owned()];
    for set in set {
        match set.strip_prefix("--nodes ") {
            Some(nodes) => words.extend(["--nodes".to_owned(), nodes.to_owned()]),
            None => words.extend(["--set".to_owned(), set.clone()]),
        }
    }
    words.extend(["--seed".to_owned(), scenario.seed.to_string()]);
    words.extend(["--replications".to_owned(), scenario.replications.to_string()]);
    words.iter().map(|word| in_shell(word)).collect::<Vec<_>>().join(" ")
}
