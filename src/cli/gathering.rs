//! The results of a sweep, put together from stored units: the same whoever stored them.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use super::arguments::Format;
use super::failure::{Failure, note, print};
use super::order::Order;
use super::report::Target;
use crate::engine::ENGINE_REVISION;
use crate::engine::digest::Digest;
use crate::engine::world::Meter;
use crate::experiment::parts::{Journal, Kept, PartError, Shard, Unit};
use crate::experiment::{Assembled, Plan};
use crate::page::Page;
use crate::results::{
    CellColumns, CellCsv, CellJson, CellRow, CellTable, Enclosed, Folder, Lesson, SweepFiles, SweepManifest,
    SweepPage, SweepWords, lessons, short, told,
};

/// What is gathered, and how it is shown.
pub(super) struct Gathering<'a> {
    pub(super) plan: &'a Plan,
    pub(super) order: &'a Order,
    pub(super) format: Format,
    pub(super) quiet: bool,
    /// Says whether it shall stop, and how many events were simulated.
    pub(super) meter: &'a Meter,
    /// Where a page of it shall be put, if one is wanted.
    pub(super) report: Option<&'a Target>,
}

/// When an execution began, and with what.
pub(super) struct Circumstances {
    begun: Instant,
    threads: usize,
}

impl Circumstances {
    /// It begins now.
    pub(super) fn begin(threads: usize) -> Circumstances {
        Circumstances { begun: Instant::now(), threads }
    }
}

/// The file that holds the records of all runs.
const RECORDS: &str = "records.part";

/// More cells than this nobody reads on a terminal.
const MOST_SHOWN: u32 = 400;

/// What is known when all cells have been gathered.
#[derive(Default)]
struct Sums {
    runs: u64,
    digest: Digest,
    /// Cells that did not become as precise as they should.
    imprecise: u32,
    few_runs: bool,
    /// Of each group, how many runs the cell with the most of them has.
    most: Vec<u32>,
}

impl Gathering<'_> {
    /// Prints the results.
    pub(super) fn print(&self, kept: &mut impl Kept) -> Result<(), Failure> {
        let mut shown = Shown::begin(self)?;
        let mut page = self.report.map(|_| SweepPage::new(self.plan.axes()));
        let sums = self.gather(kept, |row| {
            page.iter_mut().for_each(|page| page.add(row));
            shown.add(row)
        })?;
        // First what cannot fail any more.
        let told = shown.finish(self, &sums);
        self.put(page)?;
        told
    }

    /// The page of the results.
    pub(super) fn page(&self, kept: &mut impl Kept) -> Result<Page, Failure> {
        let mut page = SweepPage::new(self.plan.axes());
        self.gather(kept, |row| {
            page.add(row);
            Ok(())
        })?;
        self.worded(page)
    }

    fn worded(&self, page: SweepPage) -> Result<Page, Failure> {
        let command = self.order.command(None);
        let (mut name, mut about, mut said) = (self.order.identity.name.clone(), String::new(), Vec::new());
        if self.plan.cells() > 0 {
            let first = self.plan.scenario(0).map_err(Failure::Input)?;
            if !self.order.changes_the_experiment() {
                said = lessons(&first, Lesson::Holds);
            }
            (name, about) = (first.name, first.about);
        }
        Ok(page.page(SweepWords { name, about, said, command }))
    }

    fn put(&self, page: Option<SweepPage>) -> Result<(), Failure> {
        match (self.report, page) {
            (Some(target), Some(page)) => target.put(&self.worded(page)?),
            _ => Ok(()),
        }
    }

    /// Writes the results into a folder that appears whole or not at all, and prints them.
    pub(super) fn write(
        &self,
        kept: &mut impl Kept,
        target: &Path,
        circumstances: &Circumstances,
    ) -> Result<(), Failure> {
        // What the command line changed is told, for the file itself is left as it was.
        let command = self.order.command(None).replace(char::is_control, " ");
        let text = format!("# {command}\n{}", self.order.identity.text);
        let enclosed = Enclosed::with(text, self.plan.files()).map_err(Failure::Input)?;
        let mut files = SweepFiles::begin(Folder::create(target)?, CellColumns::new(self.plan.columns()))?;
        let mut shown = Shown::begin(self)?;
        let mut page = self.report.map(|_| SweepPage::new(self.plan.axes()));
        let sums = self.gather(kept, |row| {
            files.add(row)?;
            page.iter_mut().for_each(|page| page.add(row));
            shown.add(row)
        })?;
        self.keep_records(kept, &files, &sums)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let manifest = SweepManifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine_revision: ENGINE_REVISION,
            command: self.order.command(None),
            cells: self.plan.cells(),
            groups: self.plan.groups(),
            runs: sums.runs,
            digest: sums.digest.to_string(),
            finished_unix_s: now.map_or(0, |age| age.as_secs()),
            wall_s: circumstances.begun.elapsed().as_secs_f64(),
            threads: circumstances.threads,
            events: self.meter.events.load(Ordering::Relaxed),
            machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        };
        files.finish(&enclosed, &manifest)?;
        self.put(page)?;
        shown.finish(self, &sums)
    }

    /// Puts cell after cell together and hands it over, in order.
    fn gather(
        &self,
        kept: &mut impl Kept,
        mut take: impl FnMut(&CellRow) -> Result<(), Failure>,
    ) -> Result<Sums, Failure> {
        let mut sums = Sums { most: vec![0; self.plan.groups() as usize], ..Sums::default() };
        let precision = self.order.precision.as_ref();
        for cell in 0..self.plan.cells() {
            self.go_on()?;
            let assembled = Assembled::read(self.plan, cell, precision, kept)?;
            let Assembled { scenario, records, .. } = &assembled;
            let row = CellRow::of(cell, self.plan.labels(cell), scenario, records);
            sums.runs += records.len() as u64;
            sums.digest.add_digest(row.summary.digest);
            sums.imprecise += u32::from(precision.is_some_and(|precision| !precision.is_met(records)));
            sums.few_runs |= records.len() < 10;
            let most = &mut sums.most[self.plan.seat(cell).0 as usize];
            *most = (*most).max(records.len() as u32);
            take(&row)?;
        }
        Ok(sums)
    }

    /// What the author of a sweep wants seen and tried, if it is the author's sweep.
    fn lesson(&self) -> Result<String, Failure> {
        if self.plan.cells() == 0 || self.order.changes_the_experiment() {
            return Ok(String::new());
        }
        let first = self.plan.scenario(0).map_err(Failure::Input)?;
        Ok(told(&first, Lesson::Holds))
    }

    /// Writes the records that the results were made of, in the order of the plan.
    fn keep_records(&self, kept: &mut impl Kept, files: &SweepFiles, sums: &Sums) -> Result<(), Failure> {
        let failed = |why: PartError| files.failed(RECORDS, why.into_reason());
        let growing = files.path("records.journal");
        let mut part = Journal::begin(&growing, &self.order.identity, Shard::WHOLE).map_err(failed)?;
        for (group, runs) in (0..).zip(&sums.most) {
            let scenario = self.plan.scenario(self.plan.members(group)[0]).map_err(Failure::Input)?;
            for replication in 0..*runs {
                self.go_on()?;
                let unit = Unit { group, replication };
                let records = kept.read_all(unit, scenario.topology.message_kinds())?;
                part.add(unit, &records).map_err(failed)?;
            }
        }
        Ok(part.finish(&files.path(RECORDS)).map_err(failed)?)
    }

    /// Whether it shall go on.
    fn go_on(&self) -> Result<(), Failure> {
        match self.meter.stop.load(Ordering::Relaxed) {
            true => Err(Failure::Interrupted(None)),
            false => Ok(()),
        }
    }
}

/// The results as they are printed.
enum Shown {
    Table(CellTable),
    Csv(Box<CellCsv<io::StdoutLock<'static>>>),
    Json(CellJson<io::StdoutLock<'static>>),
    /// There are too many to read, or nobody reads any more.
    Nothing {
        nobody_reads: bool,
    },
}

impl Shown {
    fn begin(gathering: &Gathering<'_>) -> Result<Shown, Failure> {
        let columns = gathering.plan.columns();
        let out = || io::stdout().lock();
        let begun = match gathering.format {
            Format::Table if gathering.plan.cells() > MOST_SHOWN => {
                return Ok(Shown::Nothing { nobody_reads: false });
            }
            Format::Table => return Ok(Shown::Table(CellTable::new(gathering.plan.axes()))),
            Format::Csv => {
                CellCsv::begin(CellColumns::new(columns), out()).map(|csv| Shown::Csv(Box::new(csv)))
            }
            Format::Json => CellJson::begin(CellColumns::new(columns), out()).map(Shown::Json),
        };
        begun.or_else(|why| unless_nobody_reads(&why))
    }

    fn add(&mut self, row: &CellRow) -> Result<(), Failure> {
        let added = match self {
            Shown::Table(table) => {
                table.add(row);
                Ok(())
            }
            Shown::Csv(csv) => csv.add(row),
            Shown::Json(json) => json.add(row),
            Shown::Nothing { .. } => Ok(()),
        };
        if let Err(why) = added {
            *self = unless_nobody_reads(&why)?;
        }
        Ok(())
    }

    fn finish(self, gathering: &Gathering<'_>, sums: &Sums) -> Result<(), Failure> {
        let Gathering { plan, order, quiet, .. } = gathering;
        let finished = match self {
            Shown::Table(table) => {
                let (page, closing) = (table.page(), closing(plan, sums, order));
                return print(format!("{page}{}\n{closing}", gathering.lesson()?));
            }
            Shown::Nothing { nobody_reads: true } => return Err(Failure::NobodyReads),
            Shown::Nothing { nobody_reads: false } => {
                return print(format!(
                    "{} cells are too many for a table; use --out DIR, or --format csv\n{}",
                    short(f64::from(plan.cells())),
                    closing(plan, sums, order)
                ));
            }
            Shown::Csv(csv) => csv.finish(),
            Shown::Json(json) => json.finish(),
        };
        if !quiet {
            note(closing(plan, sums, order).trim_end());
        }
        finished.map_err(|why| Failure::of_output(&why))
    }
}

/// Nobody reads what is printed any more, which is no reason not to finish the files.
fn unless_nobody_reads(why: &io::Error) -> Result<Shown, Failure> {
    match Failure::of_output(why) {
        Failure::NobodyReads => Ok(Shown::Nothing { nobody_reads: true }),
        failure => Err(failure),
    }
}

/// What is to be said of all cells together.
fn closing(plan: &Plan, sums: &Sums, order: &Order) -> String {
    let count = |number: u64, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", short(number as f64)),
    };
    let mut text = format!(
        "{}, {}, simulated in {}",
        count(plan.cells().into(), "cell", "cells"),
        count(sums.runs, "run", "runs"),
        count(sums.most.iter().map(|most| u64::from(*most)).sum(), "pass", "passes")
    );
    text.push_str(".\n");
    if let Some(precision) = order.precision.filter(|_| sums.imprecise > 0) {
        text.push_str(&format!(
            "{} did not become as precise as {precision}.\n",
            count(sums.imprecise.into(), "cell", "cells")
        ));
    }
    if sums.few_runs {
        text.push_str("For intervals that can be trusted use --replications 10 or more.\n");
    }
    text.push_str(&format!("digest {}\n", sums.digest));
    text
}
