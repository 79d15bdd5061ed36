//! The folder of a search.

use std::io;

use serde::Serialize;

use super::rows::{write_front_csv, write_settings};
use super::words;
use crate::results::{Enclosed, Folder, FolderError};
use crate::scenario::Scenario;
use crate::tuning::{Finding, Found, Goals, Status};

/// What may vary from one execution of a search to the next.
#[derive(Debug, Serialize)]
pub struct TuneManifest {
    /// The program's version.
    pub version: String,
    /// The engine's revision: it changes whenever a digest may.
    pub engine_revision: u32,
    /// The command that does it again.
    pub command: String,
    /// What was searched for a setting, as it was named on the command line.
    pub scenario: String,
    /// How soon a crash shall be known, if that is a goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detect: Option<String>,
    /// How rarely anybody may be wrong, if that is a goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistakes: Option<String>,
    /// What was searched, in words.
    pub searched: Vec<String>,
    /// How many settings were simulated.
    pub settings: u64,
    /// How many simulations of a traffic that took.
    pub passes: u64,
    /// How many runs of all settings.
    pub runs: u64,
    /// A hash over all results.
    pub digest: String,
    /// Seconds since 1970 at the end of the runs.
    pub finished_unix_s: u64,
    /// Seconds that the runs took.
    pub wall_s: f64,
    /// Threads that they ran on.
    pub threads: usize,
    /// Events of all runs.
    pub events: u64,
    /// The kind of machine.
    pub machine: String,
}

/// Fills the folder and puts it in its place. `verdict` is what was found, in words.
pub fn write_tuned(
    folder: Folder,
    found: &Found,
    (goals, verdict): (&Goals, &str),
    manifest: &TuneManifest,
) -> Result<(), FolderError> {
    let file = folder.file("front.csv")?;
    write_front_csv(found, goals, file).map_err(|why| folder.failed("front.csv", why))?;
    let file = folder.file("settings.csv")?;
    write_settings(found, goals, file).map_err(|why| folder.failed("settings.csv", why))?;
    folder.write("verdict.txt", verdict)?;
    if let Some(text) = chosen(found, goals, &manifest.command) {
        let enclosed = text.and_then(|text| Enclosed::with(text, found.files()));
        let enclosed = enclosed.map_err(|why| folder.failed("chosen.toml", io::Error::other(why)))?;
        for file in &enclosed.files {
            folder.write(&file.name, &file.text)?;
        }
        folder.write("chosen.toml", &enclosed.text)?;
    }
    let head = "# What may vary from one execution to the next; the other files never do.\n";
    // Plain texts and numbers always have a TOML form.
    let text = format!("{head}{}", toml::to_string(manifest).unwrap_or_default());
    folder.write("manifest.toml", &text)?;
    folder.finish()
}

/// The chosen scenario as a file, if there is one. It expects those goals to be met that its own runs can judge.
fn chosen(found: &Found, goals: &Goals, command: &str) -> Option<Result<String, String>> {
    let (scenario, place) = (found.scenario.as_ref()?, found.chosen?);
    let tried = &found.tried[place];
    let shows =
        |finding: &Finding| finding.status == Some(Status::Met) && !finding.is_judged_by_calculation();
    let detection =
        goals.detection.as_ref().filter(|_| shows(&tried.detection)).map(|goal| goal.expectation());
    let mistakes = goals.mistakes.filter(|_| shows(&tried.mistakes));
    let mistakes = mistakes.map(|goal| goal.expectation(tried.members));
    let scenario = Scenario {
        about: words::aims(goals).replacen("for", "Tuned for", 1),
        notice: String::new(),
        suggestion: String::new(),
        expectations: detection.into_iter().chain(mistakes).collect(),
        ..scenario.clone()
    };
    let preface = words::preface(found, goals, command);
    Some(scenario.resolved().map(|text| format!("{preface}{text}")).map_err(|why| why.to_string()))
}
