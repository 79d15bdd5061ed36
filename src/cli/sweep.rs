//! `hbsim sweep`: simulate all cells of a sweep on all cores, and go on where an earlier execution stopped.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::arguments::SweepArguments;
use super::check::time_text;
use super::failure::{Failure, note, print};
use super::gathering::{Circumstances, Gathering};
use super::order::Order;
use super::progress::Progress;
use super::report::{Target, of_folder};
use super::run::stop_on_interrupt;
use crate::document::printable;
use crate::engine::world::Meter;
use crate::experiment::parts::{Journal, PartError, Shard};
use crate::experiment::{Execution, Forecast, Pace, Plan, Stopped, memory_text};
use crate::results::{Folder, aligned, short};

pub(super) fn sweep(arguments: &SweepArguments) -> Result<(), Failure> {
    let mut order = Order::of(arguments)?;
    let plan = order.plan()?;
    if arguments.dry_run {
        return foretell(&plan, arguments);
    }
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    let is_adaptive = order.precision.is_some();
    let units = plan.units().filter(|unit| plan.shard_of(*unit, shard.of, is_adaptive) == shard).count();
    let threads = threads(&plan, arguments, units).map_err(|refusal| arguments.source.refused(&refusal))?;
    if let (Some(target), None) = (&arguments.out, arguments.shard) {
        // What cannot be written in the end is refused before anything is done for it.
        drop(Folder::create(target)?);
    }
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    let place = Place::of(arguments, shard);
    let (meter, pace) = (Arc::new(Meter::default()), Arc::new(Pace::default()));
    // Before there is anything that an interruption could leave behind.
    stop_on_interrupt(&meter);
    let circumstances = Circumstances::begin(threads);
    let Some(mut journal) = place.open(&order, shard, arguments, &meter)? else {
        // What is finished already can be told all the same.
        let page = report.zip(arguments.out.as_deref());
        return page.map_or(Ok(()), |(target, folder)| target.put(&of_folder(folder, &meter)?));
    };
    let execution = Execution { plan: &plan, shard, precision: order.precision, threads };
    {
        let _progress = Progress::show_units(&meter, &pace, !arguments.quiet);
        execution.run(&mut journal, &meter, &pace).map_err(|why| place.stopped(why, &pace))?;
    }
    let (format, quiet) = (arguments.format, arguments.quiet);
    let gathering =
        Gathering { plan: &plan, order: &order, format, quiet, meter: &meter, report: report.as_ref() };
    match &place {
        Place::Memory => gathering.print(&mut journal),
        Place::Part { finished, .. } => Ok(journal.finish(finished)?),
        Place::Results { target, journal: path } => {
            let done = gathering.write(&mut journal, target, &circumstances);
            if matches!(done, Ok(()) | Err(Failure::NobodyReads)) {
                // The results are in their place: nobody misses it. It goes while it is still ours, so that whoever
                // waits for it finds it gone and not left over.
                let _ = std::fs::remove_file(path);
            }
            done.map_err(|why| match why {
                Failure::Interrupted(_) => place.stopped(Stopped::Interrupted, &pace),
                why => why,
            })
        }
    }
}

/// How long to wait before asking again whether another process has ended.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where units are stored, and what becomes of them.
enum Place {
    /// Nowhere but in memory: they are printed and forgotten.
    Memory,
    /// In a part of a sweep that is shared out.
    Part { journal: PathBuf, finished: PathBuf },
    /// Beside the folder of results until that is there.
    Results { journal: PathBuf, target: PathBuf },
}

impl Place {
    fn of(arguments: &SweepArguments, shard: Shard) -> Place {
        match (&arguments.out, arguments.shard) {
            (None, _) => Place::Memory,
            (Some(folder), Some(_)) => {
                let name = format!("{}-of-{}", shard.number, shard.of);
                Place::Part {
                    journal: folder.join(format!("{name}.journal")),
                    finished: folder.join(format!("{name}.part")),
                }
            }
            (Some(target), None) => {
                let mut name = target.file_name().unwrap_or_default().to_os_string();
                name.push(".journal");
                Place::Results { journal: target.with_file_name(name), target: target.clone() }
            }
        }
    }

    fn journal(&self) -> Option<&PathBuf> {
        match self {
            Place::Memory => None,
            Place::Part { journal, .. } | Place::Results { journal, .. } => Some(journal),
        }
    }

    /// Makes ready to store units; `None` if all of them are stored already. Where another process is at it, waits
    /// until it has ended.
    fn open(
        &self,
        order: &Order,
        shard: Shard,
        arguments: &SweepArguments,
        meter: &Meter,
    ) -> Result<Option<Journal>, Failure> {
        let Some(path) = self.journal() else { return Ok(Some(Journal::in_memory())) };
        let mut waits = false;
        loop {
            if let Place::Part { finished, .. } = self
                && finished.exists()
            {
                let name = printable(&finished.to_string_lossy());
                if Journal::is_finished(finished, &order.identity, shard)? {
                    // Whoever asks for the same again, as a scheduler does, finds it done.
                    note(format_args!("{name} is finished already"));
                    return Ok(None);
                }
                if !arguments.resume {
                    return Err(Failure::Input(format!(
                        "error: {name} is not as it was when it was finished\n  = go on with --resume, which does again \
                         what is damaged"
                    )));
                }
                // What is whole of it is worth as much as a journal.
                std::fs::rename(finished, path)
                    .map_err(|why| Failure::Machine(format!("cannot go on with {name}: {why}")))?;
            }
            if let (Place::Results { target, .. }, true, false) = (self, arguments.resume, path.exists()) {
                let records = target.join("records.part");
                if records.is_file()
                    && Journal::is_finished(&records, &order.identity, shard).is_ok_and(|is| is)
                {
                    note(format_args!("{} is finished already", printable(&target.to_string_lossy())));
                    return Ok(None);
                }
            }
            let opened = match path.exists() {
                true if arguments.resume => Journal::resume(path, &order.identity, shard),
                true => return Err(left_behind(path)),
                false => begin(path, order, shard)?,
            };
            match opened {
                Ok(journal) => {
                    tell_given_up(path, journal.given_up());
                    return Ok(Some(journal));
                }
                // Another process began it at the same moment.
                Err(PartError::Disk { why, .. }) if why.kind() == ErrorKind::AlreadyExists => {}
                Err(PartError::Busy(name)) => {
                    if !std::mem::replace(&mut waits, true) {
                        note(format_args!("another process is writing {name}; waiting until it has ended"));
                    }
                    std::thread::sleep(PATIENCE);
                }
                Err(why) => return Err(why.into()),
            }
            if meter.stop.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted(None));
            }
        }
    }

    /// The failure of an execution that ended too early. What it did is not lost.
    fn stopped(&self, why: Stopped, pace: &Pace) -> Failure {
        match (why, self.journal()) {
            (Stopped::Scenario(text), _) => Failure::Input(text),
            (Stopped::Part(why), _) => why.into(),
            (Stopped::Interrupted, None) => Failure::Interrupted(None),
            (Stopped::Interrupted, Some(journal)) => Failure::Interrupted(Some(format!(
                "interrupted; {} of {} runs are kept in {}: go on with --resume",
                pace.units.load(Ordering::Relaxed),
                pace.of.load(Ordering::Relaxed),
                printable(&journal.to_string_lossy())
            ))),
        }
    }
}

fn left_behind(journal: &Path) -> Failure {
    let name = printable(&journal.to_string_lossy());
    Failure::Input(format!(
        "error: {name} holds what an earlier execution finished\n  = go on with --resume, or remove it to begin anew"
    ))
}

/// How many threads to use for so many units, or why they cannot be done.
fn threads(plan: &Plan, arguments: &SweepArguments, units: usize) -> Result<usize, String> {
    let dearest = dearest(plan);
    // What is written into a journal is not kept in memory.
    let kept = if arguments.out.is_some() { 0.0 } else { dearest.kept };
    let units = u32::try_from(units.max(1)).unwrap_or(u32::MAX);
    arguments.means.threads(&Forecast { kept, ..dearest }, units)
}

/// What the runs of the dearest group cost.
pub(super) fn dearest(plan: &Plan) -> Forecast {
    let forecasts = (0..plan.groups()).map(|group| *plan.forecast(group));
    forecasts.max_by(|a, b| a.bytes.total_cmp(&b.bytes)).unwrap_or_default()
}

/// Begins a journal, in a folder that need not be there yet.
fn begin(path: &Path, order: &Order, shard: Shard) -> Result<Result<Journal, PartError>, Failure> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.map_or(Ok(()), std::fs::create_dir_all).map_err(|why| {
        let name = printable(&path.to_string_lossy());
        Failure::Machine(format!("cannot make the folder of {name}: {why}"))
    })?;
    Ok(Journal::begin(path, &order.identity, shard))
}

fn tell_given_up(path: &Path, given_up: u64) {
    if given_up > 0 {
        let name = printable(&path.to_string_lossy());
        note(format_args!(
            "note: the last {given_up} bytes of {name} were not written to the end, or have changed since; what they \
             held is done again"
        ));
    }
}

/// Lists the cells and what they cost; simulates nothing.
fn foretell(plan: &Plan, arguments: &SweepArguments) -> Result<(), Failure> {
    let possible = threads(plan, arguments, plan.units().count());
    let threads = *possible.as_ref().unwrap_or(&1);
    let mut lines = vec![["cell".to_owned()].into_iter().chain(plan.columns()).collect::<Vec<_>>()];
    lines[0].extend(["runs", "events a run", "time, roughly", "memory a run", "pass"].map(str::to_owned));
    let (mut events, mut seconds) = (0.0, 0.0);
    for cell in 0..plan.cells() {
        let (group, seat) = plan.seat(cell);
        let (forecast, runs) = (plan.forecast(group), plan.replications(group));
        let mut line = vec![cell.to_string()];
        line.extend(plan.labels(cell));
        line.push(runs.to_string());
        if seat == 0 {
            let time = forecast.seconds(runs, 1);
            (events, seconds) = (events + forecast.events * f64::from(runs), seconds + time);
            line.extend([
                short(forecast.events),
                time_text(time),
                memory_text(forecast.bytes),
                group.to_string(),
            ]);
        } else {
            // One simulation of the traffic serves all cells of the group.
            line.extend(["with".to_owned(), "that".to_owned(), "of pass".to_owned(), group.to_string()]);
        }
        lines.push(line);
    }
    print(format!(
        "{}\n{} cells in {} passes, {} events, roughly {} on {threads} threads; up to {} of memory\n",
        aligned(lines.iter()),
        short(f64::from(plan.cells())),
        short(f64::from(plan.groups())),
        short(events),
        time_text(seconds / threads as f64),
        memory_text(dearest(plan).bytes * threads as f64),
    ))?;
    possible.map(|_| ()).map_err(|refusal| arguments.source.refused(&refusal))
}
