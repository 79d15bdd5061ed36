//! The records of several scenarios in the folder of their comparison, so that it can be told again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::document::printable;
use crate::experiment::parts::{Identity, Journal, Parts, Shard, Unit};
use crate::measures::RunRecord;
use crate::results::{Enclosed, Folder, FolderError};
use crate::scenario::Scenario;

/// The file of the records of one scenario; the same as in the folder of its runs.
const RECORDS: &str = "records.part";

/// The folder, within the folder of results, of the scenario with this number.
fn place_of(number: usize) -> String {
    format!("{}/{number:03}", Folder::RECORDS)
}

/// Writes records into a folder of results that grows. They come from where nothing can fail: what did is told in the
/// end.
pub(super) struct RecordsWriter<'a> {
    folder: &'a Folder,
    failed: Option<FolderError>,
}

impl<'a> RecordsWriter<'a> {
    pub(super) fn new(folder: &'a Folder) -> RecordsWriter<'a> {
        RecordsWriter { folder, failed: None }
    }

    /// Adds the runs of the scenario with this number.
    pub(super) fn add(&mut self, number: usize, scenario: &Scenario, records: &[RunRecord]) {
        if self.failed.is_none() {
            self.failed = self.write(number, scenario, records).err();
        }
    }

    /// Whether all were written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.failed.map_or(Ok(()), |why| Err(why.into()))
    }

    fn write(&self, number: usize, scenario: &Scenario, records: &[RunRecord]) -> Result<(), FolderError> {
        let name = format!("{}/{RECORDS}", place_of(number));
        let failed = |why: io::Error| self.folder.failed(&name, why);
        let place = self.folder.place_of(&place_of(number));
        fs::create_dir_all(&place).map_err(failed)?;
        let enclosed = Enclosed::of(scenario).map_err(|why| failed(io::Error::other(why)))?;
        let identity = Identity::of(&scenario.name, &enclosed.text, &enclosed.files);
        let part = |why: crate::experiment::parts::PartError| failed(why.into_reason());
        let mut journal =
            Journal::begin(&place.join("records.journal"), &identity, Shard::WHOLE).map_err(part)?;
        for record in records {
            let unit = Unit { group: 0, replication: record.replication };
            journal.add(unit, std::slice::from_ref(record)).map_err(part)?;
        }
        journal.finish(&place.join(RECORDS)).map_err(part)
    }
}

/// The records in a folder, all of them.
pub(super) fn whole(folder: &Path) -> Result<Parts, Failure> {
    let parts = Parts::open(folder)?;
    if parts.damage().is_empty() && parts.unfinished().is_empty() {
        return Ok(parts);
    }
    let records = printable(&folder.join(RECORDS).to_string_lossy());
    Err(Failure::Machine(format!(
        "{records} is not as it was when it was finished\n  = simulate it again; a folder of results is whole or not \
         at all"
    )))
}

/// The scenarios of a comparison with their runs, in their order.
pub(super) fn of_comparison(folder: &Path) -> Result<Vec<(Scenario, Vec<RunRecord>)>, Failure> {
    let places = (0..).map(|number| folder.join(place_of(number)));
    let there: Vec<PathBuf> = places.take_while(|place| place.is_dir()).collect();
    if there.is_empty() {
        let name = printable(&folder.to_string_lossy());
        return Err(Failure::Input(format!(
            "error: {name} holds a comparison without the records of its runs, of which pages are made\n  = compare \
             again: this hbsim keeps them"
        )));
    }
    there.iter().map(|place| Ok(whole(place)?.of_one_scenario()?)).collect()
}
