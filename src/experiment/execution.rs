//! The units of a plan over the cores. Nothing of what follows can tell how many there were: units are stored as
//! they come, and read back in the order of the plan.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::parts::{Journal, Kept, PartError, Shard, Unit};
use super::{Assembled, Hearing, Interrupted, Plan, Precision};
use crate::engine::world::Meter;
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// What is to be done of a plan.
pub struct Execution<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Which part of it.
    pub shard: Shard,
    /// How precise the results shall be, if as many runs as the scenarios say are not enough.
    pub precision: Option<Precision>,
    /// On how many threads.
    pub threads: usize,
}

/// How far an execution has come, for whoever watches it from outside.
#[derive(Debug, Default)]
pub struct Pace {
    /// Units that are done, those of earlier executions included.
    pub units: AtomicU64,
    /// Those of earlier executions.
    pub before: AtomicU64,
    /// Units that are known to be needed.
    pub of: AtomicU64,
}

/// Why an execution ended before all was done.
#[derive(Debug)]
pub enum Stopped {
    /// The meter said so.
    Interrupted,
    /// A unit could not be stored or read back.
    Part(PartError),
    /// A scenario cannot be read any more: a file that it names has changed.
    Scenario(String),
}

impl From<Interrupted> for Stopped {
    fn from(_: Interrupted) -> Stopped {
        Stopped::Interrupted
    }
}

impl From<PartError> for Stopped {
    fn from(why: PartError) -> Stopped {
        Stopped::Part(why)
    }
}

/// A group of which more runs are wanted.
struct Open {
    group: u32,
    /// The next replication to look at.
    next: u32,
    /// How many are wanted for now.
    wanted: u32,
    /// How many are being simulated.
    away: u32,
}

/// How long a thread that waits for others goes without asking whether all shall stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the threads share.
struct Ledger<'a> {
    journal: &'a mut Journal,
    /// The next group to open.
    next: u32,
    open: VecDeque<Open>,
    failed: Option<Stopped>,
}

impl Execution<'_> {
    /// Simulates what the journal lacks, and stores it there.
    pub fn run(&self, journal: &mut Journal, meter: &Meter, pace: &Pace) -> Result<(), Stopped> {
        let units = self.plan.units().filter(|unit| self.is_mine(*unit));
        let (done, to_do): (Vec<Unit>, Vec<Unit>) = units.partition(|unit| journal.has(*unit));
        pace.before.store(done.len() as u64, Ordering::Relaxed);
        pace.of.store((done.len() + to_do.len()) as u64, Ordering::Relaxed);
        let ledger = Mutex::new(Ledger { journal, next: 0, open: VecDeque::new(), failed: None });
        let changed = Condvar::new();
        std::thread::scope(|scope| {
            let work = || self.work(&ledger, &changed, meter, pace);
            let workers: Vec<_> = (1..self.threads).map(|_| scope.spawn(work)).collect();
            work();
            for worker in workers {
                // A failure of the program itself goes on as what it was.
                worker.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause));
            }
        });
        let ledger = ledger.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        ledger.failed.map_or(Ok(()), Err)
    }

    fn is_mine(&self, unit: Unit) -> bool {
        self.plan.shard_of(unit, self.shard.of, self.precision.is_some()) == self.shard
    }

    /// One thread takes unit after unit.
    fn work(&self, ledger: &Mutex<Ledger<'_>>, changed: &Condvar, meter: &Meter, pace: &Pace) {
        let _others = WakeOthers { changed, meter };
        // Neighbouring units are mostly of the same group.
        let mut at_hand: Option<(u32, Vec<Scenario>)> = None;
        while let Some(unit) = self.take(ledger, changed, meter, pace) {
            let simulated = self.simulate(unit, &mut at_hand, meter);
            let mut ledger = lock(ledger);
            let stored = simulated.and_then(|records| Ok(ledger.journal.add(unit, &records)?));
            if let Some(open) = ledger.open.iter_mut().find(|open| open.group == unit.group) {
                open.away -= 1;
            }
            match stored {
                Ok(()) => _ = pace.units.fetch_add(1, Ordering::Relaxed),
                // The first failure is told; what follows from it is not.
                Err(why) => {
                    ledger.failed.get_or_insert(why);
                    meter.stop.store(true, Ordering::Relaxed);
                }
            }
            changed.notify_all();
        }
    }

    /// The next unit that is to be done; waits where it depends on others that are being done. `None` when there
    /// is no more to do.
    fn take(
        &self,
        ledger: &Mutex<Ledger<'_>>,
        changed: &Condvar,
        meter: &Meter,
        pace: &Pace,
    ) -> Option<Unit> {
        let mut guard = lock(ledger);
        loop {
            if meter.stop.load(Ordering::Relaxed) {
                guard.failed.get_or_insert(Stopped::Interrupted);
            }
            if guard.failed.is_some() {
                return None;
            }
            match self.look_for_work(&mut guard, pace) {
                Ok(Some(unit)) => return Some(unit),
                Ok(None) if guard.open.is_empty() => return None,
                Ok(None) => {
                    let waited = changed.wait_timeout(guard, PATIENCE);
                    guard = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
                }
                Err(why) => {
                    guard.failed = Some(why);
                    meter.stop.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// The next unit that can be begun at once.
    fn look_for_work(&self, ledger: &mut Ledger<'_>, pace: &Pace) -> Result<Option<Unit>, Stopped> {
        let mut place = 0;
        loop {
            if place == ledger.open.len() {
                if ledger.next == self.plan.groups() {
                    return Ok(None);
                }
                let group = ledger.next;
                ledger.next += 1;
                let wanted = self.plan.replications(group);
                ledger.open.push_back(Open { group, next: 0, wanted, away: 0 });
            }
            let Open { group, next, wanted, away } = ledger.open[place];
            if let Some(replication) = (next..wanted).find(|replication| {
                let unit = Unit { group, replication: *replication };
                self.is_mine(unit) && !self.is_done(ledger.journal, unit, pace)
            }) {
                let open = &mut ledger.open[place];
                (open.next, open.away) = (replication + 1, away + 1);
                return Ok(Some(Unit { group, replication }));
            }
            ledger.open[place].next = wanted;
            if away > 0 {
                place += 1;
                continue;
            }
            match self.more(ledger.journal, group, wanted)? {
                Some(more) => {
                    let units = (wanted..more)
                        .filter(|replication| self.is_mine(Unit { group, replication: *replication }));
                    pace.of.fetch_add(units.count() as u64, Ordering::Relaxed);
                    ledger.open[place].wanted = more;
                }
                None => _ = ledger.open.remove(place),
            }
        }
    }

    /// Whether a unit is there from an earlier execution. Then it counts as done in this one.
    fn is_done(&self, journal: &Journal, unit: Unit, pace: &Pace) -> bool {
        let is_done = journal.has(unit);
        pace.units.fetch_add(u64::from(is_done), Ordering::Relaxed);
        is_done
    }

    /// How many runs of a group are wanted after `done` of them, if its cells want more.
    fn more(&self, journal: &mut Journal, group: u32, done: u32) -> Result<Option<u32>, Stopped> {
        let Some(precision) = &self.precision else { return Ok(None) };
        if !self.is_mine(Unit { group, replication: 0 }) {
            return Ok(None);
        }
        let Some(more) = precision.next_round(done) else { return Ok(None) };
        for cell in self.plan.members(group) {
            if Assembled::read(self.plan, *cell, Some(precision), journal)?.is_short_of_runs {
                return Ok(Some(more));
            }
        }
        Ok(None)
    }

    fn simulate(
        &self,
        unit: Unit,
        at_hand: &mut Option<(u32, Vec<Scenario>)>,
        meter: &Meter,
    ) -> Result<Vec<RunRecord>, Stopped> {
        if at_hand.as_ref().is_none_or(|(group, _)| *group != unit.group) {
            let cells = self.plan.members(unit.group).iter();
            let read = cells.map(|cell| self.plan.scenario(*cell)).collect::<Result<_, _>>();
            *at_hand = Some((unit.group, read.map_err(Stopped::Scenario)?));
        }
        let scenarios = at_hand.iter().flat_map(|(_, scenarios)| scenarios).collect::<Vec<_>>();
        let hearing = Hearing { scenarios: &scenarios, by_second: false };
        let mut records = hearing.replication(unit.replication, meter).ok_or(Interrupted)?;
        records.iter_mut().for_each(RunRecord::keep_sums_only);
        Ok(records)
    }
}

/// Wakes the others, so that nobody waits for whoever has failed.
struct WakeOthers<'a> {
    changed: &'a Condvar,
    meter: &'a Meter,
}

impl Drop for WakeOthers<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.meter.stop.store(true, Ordering::Relaxed);
        }
        self.changed.notify_all();
    }
}

fn lock<'l, 'a>(ledger: &'l Mutex<Ledger<'a>>) -> MutexGuard<'l, Ledger<'a>> {
    ledger.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
