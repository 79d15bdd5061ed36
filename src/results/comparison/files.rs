//! The folder of a comparison.

use std::io::Write as _;

use serde::Serialize;

use super::rows::write_differences_csv;
use super::{Cases, Compared};
use crate::results::rows::{Summary, write_csv, write_rows};
use crate::results::{Folder, FolderError};

/// What may vary from one execution of a comparison to the next.
#[derive(Debug, Serialize)]
pub struct ComparisonManifest {
    /// The program's version.
    pub version: String,
    /// The engine's revision: it changes whenever a digest may.
    pub engine_revision: u32,
    /// The command that does it again.
    pub command: String,
    /// What was compared, as it was named on the command line.
    pub compared: Vec<String>,
    /// What the command line set into all of it.
    pub set: Vec<String>,
    /// Under which conditions it was compared, if under any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
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
    write_manifest(&folder, manifest)?;
    folder.finish()
}

/// Fills the folder of a comparison under conditions, which are kept with it as they were written, and puts it in its
/// place.
pub fn write_cases(
    folder: Folder,
    cases: &Cases<'_>,
    conditions: &str,
    manifest: &ComparisonManifest,
) -> Result<(), FolderError> {
    let (columns, rows) = cases.rows();
    let file = folder.file("summary.csv")?;
    write_rows(&columns, rows, file).map_err(|why| folder.failed("summary.csv", why))?;
    write_text(&folder, "conditions.toml", conditions)?;
    write_manifest(&folder, manifest)?;
    folder.finish()
}

fn write_manifest(folder: &Folder, manifest: &ComparisonManifest) -> Result<(), FolderError> {
    let head = "# What may vary from one execution to the next; the other files never do.\n";
    // Plain texts and numbers always have a TOML form.
    let text = format!("{head}{}", toml::to_string(manifest).unwrap_or_default());
    write_text(folder, "manifest.toml", &text)
}

fn write_text(folder: &Folder, name: &str, text: &str) -> Result<(), FolderError> {
    let mut file = folder.file(name)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
    written.map_err(|why| folder.failed(name, why))
}
