//! What `hbsim compare` takes: scenarios, folders of them, and results.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Changes, Format, Means, Source};
use crate::cli::failure::Failure;
use crate::cli::order::in_shell;
use crate::document::{Document, nearest, printable};
use crate::results::Folder;
use crate::scenario::Conditions;
use crate::scenario::shipped::{self, Shipped};

#[derive(Debug, Args)]
pub(in crate::cli) struct CompareArguments {
    /// Scenario files, folders of them, folders of results, or names of what comes with hbsim; same-crashes are six topologies, same-beats eight detectors. The first is what all others are compared with
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    pub(in crate::cli) means: Means,
    /// Change all of them to these conditions, and compare them case by case in one table: a file, or conditions that come with hbsim [default: for `systems` those of that name]
    #[arg(long, value_name = "CONDITIONS")]
    under: Option<String>,
    /// Write summary.csv and differences.csv into this folder
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Write what came out as a page of HTML into this file too
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// With --format csv or json: how much each measure differs from the first scenario's, instead of the measures
    #[arg(long)]
    pub(in crate::cli) differences: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(in crate::cli) format: Format,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}

/// Where the runs come from that are compared.
pub(in crate::cli) enum Origin {
    /// They are to be simulated.
    Scenario(Source),
    /// They were, and are in this folder of results.
    Results(PathBuf),
}

impl CompareArguments {
    /// As they were named.
    pub(in crate::cli) fn named(&self) -> &[String] {
        &self.scenarios
    }

    /// What the command line sets into all of them.
    pub(in crate::cli) fn sets(&self) -> Vec<String> {
        self.changes.told()
    }

    /// The command that asks for it once more.
    pub(in crate::cli) fn command(&self) -> String {
        let mut words = vec!["hbsim".to_owned(), "compare".to_owned()];
        words.extend(self.scenarios.iter().cloned());
        words.extend(self.changes.words());
        words.extend(self.under.iter().flat_map(|under| ["--under".to_owned(), under.clone()]));
        words.iter().map(|word| in_shell(word)).collect::<Vec<_>>().join(" ")
    }

    /// The conditions under which they are compared: those that are named, or that belong to scenarios which are.
    pub(in crate::cli) fn conditions(&self) -> Result<Option<Conditions>, Failure> {
        let belongs = |named: &&String| !Path::new(named).is_dir() && !Path::new(named).is_file();
        let of_scenarios =
            || self.scenarios.iter().filter(belongs).find_map(|named| find_conditions_of(named));
        let (name, text) = match &self.under {
            Some(named) => (named.as_str(), text_of_conditions(named)?),
            None => match of_scenarios() {
                Some(shipped) => (shipped.name, shipped.text.to_owned()),
                None => return Ok(None),
            },
        };
        let document = Document::parse(name, &text).map_err(Failure::Input)?;
        Conditions::read(&document).map(Some).map_err(Failure::Input)
    }

    /// Each of the scenarios: those of a folder, or of a name that stands for several, in the order of their
    /// names.
    pub(in crate::cli) fn origins(&self) -> Result<Vec<Origin>, Failure> {
        let mut origins = Vec::new();
        for named in &self.scenarios {
            if Folder::holds_results(Path::new(named)) {
                self.refuse_changes_of(named)?;
                origins.push(Origin::Results(named.into()));
                continue;
            }
            let names = match scenarios_in(named)? {
                Some(names) => names,
                None => vec![named.clone()],
            };
            let source = |scenario| Source { scenario, changes: self.changes.clone() };
            origins.extend(names.into_iter().map(source).map(Origin::Scenario));
        }
        if self.scenarios.iter().filter(|named| *named == "-").count() > 1 {
            let reason = "error: standard input can be read only once; write one of the two to a file";
            return Err(Failure::Input(reason.to_owned()));
        }
        Ok(origins)
    }

    /// What was simulated can be changed no more.
    fn refuse_changes_of(&self, results: &str) -> Result<(), Failure> {
        if self.changes.are_none() {
            return Ok(());
        }
        let results = printable(results);
        Err(Failure::Input(format!(
            "error: {results} holds results, which --set, --nodes, --seed and --replications cannot change\n  = to \
             simulate it once more, name {results}/scenario.toml"
        )))
    }
}

/// The conditions of scenarios that come with hbsim, and that this name stands for.
fn find_conditions_of(named: &str) -> Option<&'static Shipped> {
    let folder = named.trim_end_matches('/');
    let conditions = shipped::find_conditions(folder).filter(|conditions| conditions.stem() == folder);
    conditions.filter(|_| shipped::scenarios_in(folder).next().is_some())
}

/// The text of the conditions with this name, or in this file.
fn text_of_conditions(named: &str) -> Result<String, Failure> {
    let path = Path::new(named);
    if let Some(shipped) = shipped::find_conditions(named).filter(|_| !path.is_file()) {
        return Ok(shipped.text.to_owned());
    }
    if named != "-" && !path.exists() {
        let known = || shipped::CONDITIONS.iter().map(Shipped::stem);
        let remedy = match nearest(named, known()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => {
                format!("name a file, or what comes with hbsim: {}", known().collect::<Vec<_>>().join(", "))
            }
        };
        return Err(Failure::Input(format!(
            "error: there are no conditions {}\n  = {remedy}",
            printable(named)
        )));
    }
    Source { scenario: named.to_owned(), changes: Changes::default() }.text()
}

/// The scenarios in a folder, or under a name that stands for several.
fn scenarios_in(named: &str) -> Result<Option<Vec<String>>, Failure> {
    let path = Path::new(named);
    // A folder may have the name of a scenario: that of its results.
    if path.is_dir() && shipped::find(named).is_none() {
        let failed = |why| Failure::Machine(format!("cannot read {}: {why}", printable(named)));
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                names.push(file.to_string_lossy().into_owned());
            }
        }
        names.sort();
        if names.is_empty() {
            let name = printable(named);
            return Err(Failure::Input(format!("error: there is no scenario in the folder {name}")));
        }
        return Ok(Some(names));
    }
    let shipped = shipped::scenarios_in(named.trim_end_matches('/'));
    let names: Vec<String> = shipped.map(|shipped| shipped.name.to_owned()).collect();
    Ok(Some(names).filter(|names| !names.is_empty()))
}
