//! The files of a sweep, written cell by cell, so that their size never becomes a size in memory.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

use serde::Serialize;

use super::cells::{CellColumns, CellCsv, CellRow};
use super::enclosed::Enclosed;
use super::folder::{Folder, FolderError};

/// The tables of a sweep's folder while they grow.
pub struct SweepFiles {
    folder: Folder,
    summary: CellCsv<BufWriter<File>>,
}

/// What may vary from one execution to the next: the only file of a sweep's results that is not a pure function of
/// scenario, seed and engine revision.
#[derive(Debug, Serialize)]
pub struct SweepManifest {
    /// The program's version.
    pub version: String,
    /// The engine's revision: it changes whenever a digest may.
    pub engine_revision: u32,
    /// The command that does it again.
    pub command: String,
    /// How many cells there are.
    pub cells: u32,
    /// In how many groups that share their traffic.
    pub groups: u32,
    /// How many runs of all cells count.
    pub runs: u64,
    /// A hash over all results.
    pub digest: String,
    /// Seconds since 1970 at the end of the runs.
    pub finished_unix_s: u64,
    /// Seconds that this execution took; an earlier one that was interrupted is not counted.
    pub wall_s: f64,
    /// Threads that it ran on.
    pub threads: usize,
    /// Events that it simulated.
    pub events: u64,
    /// The kind of machine.
    pub machine: String,
}

impl SweepFiles {
    /// Begins the tables in `folder`.
    pub fn begin(folder: Folder, columns: CellColumns) -> Result<SweepFiles, FolderError> {
        let file = folder.file(SUMMARY)?;
        let summary = CellCsv::begin(columns, file).map_err(|why| folder.failed(SUMMARY, why))?;
        Ok(SweepFiles { folder, summary })
    }

    /// Adds the results of a cell.
    pub fn add(&mut self, row: &CellRow) -> Result<(), FolderError> {
        self.summary.add(row).map_err(|why| self.folder.failed(SUMMARY, why))
    }

    /// Where a file is that others write.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.place_of(name)
    }

    /// The failure to write a file that others write.
    pub fn failed(&self, name: &str, why: io::Error) -> FolderError {
        self.folder.failed(name, why)
    }

    /// Writes what is left and puts the folder in its place. All of it is on the disk before what it was made of may be
    /// given up.
    pub fn finish(self, scenario: &Enclosed, manifest: &SweepManifest) -> Result<(), FolderError> {
        let SweepFiles { folder, summary } = self;
        summary.finish().map_err(|why| folder.failed(SUMMARY, why))?;
        for file in &scenario.files {
            folder.write(&file.name, &file.text)?;
        }
        folder.write("scenario.toml", &scenario.text)?;
        // Plain texts and numbers always have a TOML form.
        let manifest = toml::to_string(manifest).unwrap_or_default();
        folder.write("manifest.toml", &format!("{HEAD}{manifest}"))?;
        folder.settle()?;
        folder.finish()
    }
}

const SUMMARY: &str = "summary.csv";
const HEAD: &str = "# What may vary from one execution to the next; the other files never do.\n";
