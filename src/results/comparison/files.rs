//! The folder of a comparison.

use std::io::Write as _;

use serde::Serialize;

use super::Compared;
use super::rows::write_differences_csv;
use crate::results::rows::{Summary, write_csv};
use crate::results::{Folder, FolderError};

/// What may vary from one execution of a comparison to the next.
#[derive(Debug, Serialize)]
pub struct ComparisonManifest {
    /// The program's version.
    pub version: String,
    /// The engine's revision: it changes whenever a digest may.
    pub engine_revision: u32,
    /// What was compared, as it was named on the command line.
    pub compared: Vec<String>,
    /// What the command line set into all of it.
    pub set: Vec<String>,
    /// The scenarios, the reference first.
    pub scenarios: Vec<String>,
    /// A hash over the results of each.
    pub digests: Vec<String>,
    /// Seconds since 1970 at the end of the runs.
    pub finished_unix_s: u64,
    /// Seconds that the runs took.
    pub wall_s: f64,
    /// Events of all runs.
    pub events: u64,
    /// The kind of machine.
    pub machine: String,
}

/// Fills the folder and puts it in its place.
pub fn write_comparison(
    folder: Folder,
    compared: &[Compared],
    manifest: &ComparisonManifest,
) -> Result<(), FolderError> {
    let summaries: Vec<&Summary> = compared.iter().map(|one| &one.summary).collect();
    let file = folder.file("summary.csv")?;
    write_csv(&summaries, file).map_err(|why| folder.failed("summary.csv", why))?;
    let file = folder.file("differences.csv")?;
    write_differences_csv(compared, file).map_err(|why| folder.failed("differences.csv", why))?;
    let head = "# What may vary from one execution to the next; the other files never do.\n";
    // Plain texts and numbers always have a TOML form.
    let text = format!("{head}{}", toml::to_string(manifest).unwrap_or_default());
    let mut file = folder.file("manifest.toml")?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
    written.map_err(|why| folder.failed("manifest.toml", why))?;
    folder.finish()
}
