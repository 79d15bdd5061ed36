//! The files of a run, written record by record, so that their size never becomes a size in memory.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

use super::enclosed::Enclosed;
use super::folder::{Folder, FolderError};
use super::manifest::Manifest;
use super::numbers::{exact_seconds, number};
use super::pairs::{PAIR_COLUMNS, pair_cells};
use super::rows::{Summary, run_cells, run_columns, write_csv};
use crate::engine::findings::{Crash, Mistake, Outcome};
use crate::engine::time::Time;
use crate::measures::{Class, RunRecord};
use crate::scenario::Scenario;

/// The tables of a folder of results while they grow.
pub struct RunFiles {
    folder: Folder,
    runs: Table,
    detections: Table,
    mistakes: Table,
    pairs: Table,
    messages: Table,
    traffic: Option<Table>,
    /// Mistakes that were counted but not kept one by one.
    pub mistakes_left_out: u64,
    /// Mistakes and crashes that were counted, but not pair by pair.
    pub pairs_left_out: u64,
}

/// A table while it grows.
struct Table {
    name: &'static str,
    writer: csv::Writer<BufWriter<File>>,
}

impl RunFiles {
    /// Begins all tables in `folder`; `kinds` of messages are kept apart by second if given.
    pub fn begin(folder: Folder, kinds: Option<&[&str]>) -> Result<RunFiles, FolderError> {
        let detections = [
            "replication",
            "node",
            "crash_s",
            "observers",
            "outcome",
            "detection_s",
            "already_dead",
            "restart_s",
        ];
        let mistakes = [
            "replication",
            "observer",
            "subject",
            "start_s",
            "end_s",
            "ending",
            "cause",
            "last_heard_s",
            "missing_lost",
            "missing_cut",
            "missing_waiting",
            "missing_not_sent",
            "late_s",
        ];
        let messages = [
            "replication",
            "kind",
            "messages_sent",
            "messages_delivered",
            "messages_lost",
            "messages_cut",
            "messages_dropped",
            "messages_per_node_per_s",
        ];
        let traffic = match kinds {
            Some(kinds) => {
                let mut columns = vec!["replication".to_owned(), "second".to_owned()];
                columns.extend(kinds.iter().map(|kind| format!("{kind}_sent")));
                Some(Table::begin(&folder, "traffic.csv", &columns)?)
            }
            None => None,
        };
        Ok(RunFiles {
            runs: Table::begin(&folder, "runs.csv", &run_columns())?,
            detections: Table::begin(&folder, "detections.csv", &detections)?,
            mistakes: Table::begin(&folder, "mistakes.csv", &mistakes)?,
            pairs: Table::begin(&folder, "pairs.csv", &PAIR_COLUMNS)?,
            messages: Table::begin(&folder, "messages.csv", &messages)?,
            traffic,
            mistakes_left_out: 0,
            pairs_left_out: 0,
            folder,
        })
    }

    /// Where a file is to be put that others write.
    pub fn place_of(&self, name: &str) -> PathBuf {
        self.folder.place_of(name)
    }

    /// The failure to write a file that others write.
    pub fn failed(&self, name: &str, why: impl Into<io::Error>) -> FolderError {
        self.folder.failed(name, why)
    }

    /// Adds the record of one run.
    pub fn add(&mut self, scenario: &Scenario, record: &RunRecord) -> Result<(), FolderError> {
        let replication = record.replication.to_string();
        let folder = &self.folder;
        self.runs.row(folder, &run_cells(scenario, record))?;
        for crash in &record.findings.crashes {
            for class in Class::ALL {
                self.detections.row(folder, &detection_cells(scenario, &replication, crash, class))?;
            }
        }
        for mistake in &record.findings.mistakes {
            let cells = mistake_cells(scenario, &replication, mistake);
            self.mistakes.row(folder, &cells)?;
        }
        self.mistakes_left_out += record.findings.mistakes_total() - record.findings.mistakes.len() as u64;
        for pair in &record.findings.pairs {
            self.pairs.row(folder, &pair_cells(scenario, &replication, pair))?;
        }
        self.pairs_left_out += record.findings.pairs_left_out;
        for kind in 0..record.traffic.kinds.len() {
            self.messages.row(folder, &message_cells(record, kind))?;
        }
        if let Some(traffic) = &mut self.traffic {
            for (second, counts) in record.traffic.by_second.iter().enumerate() {
                let mut cells = vec![replication.clone(), second.to_string()];
                cells.extend(counts.iter().map(u64::to_string));
                traffic.row(folder, &cells)?;
            }
        }
        Ok(())
    }

    /// Writes what belongs to all runs together and puts the folder in its place.
    pub fn finish(
        self,
        enclosed: &Enclosed,
        summary: &Summary,
        manifest: &Manifest,
    ) -> Result<(), FolderError> {
        let folder = self.folder;
        let tables = [self.runs, self.detections, self.mistakes, self.pairs, self.messages];
        for table in tables.into_iter().chain(self.traffic) {
            table.finish(&folder)?;
        }
        let file = folder.file("summary.csv")?;
        write_csv(std::slice::from_ref(summary), file).map_err(|why| folder.failed("summary.csv", why))?;
        for file in &enclosed.files {
            folder.write(&file.name, &file.text)?;
        }
        folder.write("scenario.toml", &enclosed.text)?;
        folder.write("manifest.toml", &manifest.to_toml())?;
        folder.finish()
    }
}

impl Table {
    fn begin(
        folder: &Folder,
        name: &'static str,
        columns: &[impl AsRef<[u8]>],
    ) -> Result<Table, FolderError> {
        let mut writer = csv::Writer::from_writer(folder.file(name)?);
        writer.write_record(columns).map_err(|why| folder.failed(name, why))?;
        Ok(Table { name, writer })
    }

    fn row(&mut self, folder: &Folder, cells: &[String]) -> Result<(), FolderError> {
        self.writer.write_record(cells).map_err(|why| folder.failed(self.name, why))
    }

    fn finish(mut self, folder: &Folder) -> Result<(), FolderError> {
        self.writer.flush().map_err(|why| folder.failed(self.name, why))
    }
}

fn detection_cells(scenario: &Scenario, replication: &str, crash: &Crash, class: Class) -> [String; 8] {
    let declared = class.declared(crash);
    let outcome = match crash.outcome(declared) {
        Outcome::Detected => "detected",
        Outcome::Missed => "missed",
        Outcome::Pending => "pending",
    };
    [
        replication.to_owned(),
        scenario.name_of(crash.node),
        time_cell(Some(crash.at)),
        class.word().to_owned(),
        outcome.to_owned(),
        crash.detection(declared).map_or(String::new(), exact_seconds),
        crash.already_dead.to_string(),
        time_cell(crash.restarted),
    ]
}

fn mistake_cells(scenario: &Scenario, replication: &str, mistake: &Mistake) -> [String; 13] {
    let Mistake { pair, start, end, ending, cause, last_heard, missing, late } = *mistake;
    [
        replication.to_owned(),
        scenario.name_of(pair.observer),
        scenario.name_of(pair.subject),
        time_cell(Some(start)),
        time_cell(Some(end)),
        ending.word().to_owned(),
        cause.word().to_owned(),
        time_cell(last_heard),
        missing.lost.to_string(),
        missing.cut.to_string(),
        missing.waiting().to_string(),
        missing.not_sent.to_string(),
        late.map_or(String::new(), exact_seconds),
    ]
}

fn message_cells(record: &RunRecord, kind: usize) -> [String; 8] {
    let traffic = &record.traffic;
    let count_if = |there_is: bool, counts: &[u64]| match there_is {
        true => counts[kind].to_string(),
        false => String::new(),
    };
    [
        record.replication.to_string(),
        traffic.kinds[kind].to_owned(),
        traffic.sent[kind].to_string(),
        traffic.delivered[kind].to_string(),
        traffic.lost[kind].to_string(),
        count_if(record.can_cut(), &traffic.cut),
        count_if(record.can_drop(), &traffic.dropped),
        number(traffic.sent[kind] as f64 / (record.counted_s * record.nodes)),
    ]
}

fn time_cell(time: Option<Time>) -> String {
    time.map_or(String::new(), |time| exact_seconds(time.since_start()))
}
