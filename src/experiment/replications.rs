//! Replications over the cores. Whatever the number of threads, records are handed over in the order of
//! their numbers, so that nothing that follows can tell how many cores there were.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use super::{Hearing, Simulation};
use crate::engine::world::Meter;
use crate::measures::RunRecord;

/// The meter said to stop before all replications were done.
#[derive(Debug)]
pub struct Interrupted;

/// What is simulated again and again, each time with other chances.
pub trait Repeated: Copy + Send + Sync {
    /// What comes of one replication.
    type Yield: Send;

    /// How often.
    fn replications(&self) -> u32;

    /// Replication number `number`; `None` if the meter said to stop.
    fn replication(&self, number: u32, meter: &Meter) -> Option<Self::Yield>;
}

impl Repeated for Simulation<'_> {
    type Yield = RunRecord;

    fn replications(&self) -> u32 {
        self.scenario.replications
    }

    fn replication(&self, number: u32, meter: &Meter) -> Option<RunRecord> {
        Simulation::replication(self, number, meter)
    }
}

impl Repeated for Hearing<'_> {
    type Yield = Vec<RunRecord>;

    fn replications(&self) -> u32 {
        self.scenarios.first().map_or(0, |scenario| scenario.replications)
    }

    fn replication(&self, number: u32, meter: &Meter) -> Option<Vec<RunRecord>> {
        Hearing::replication(self, number, meter)
    }
}

/// Simulates all replications on `threads` threads and hands what comes of each to `take` in order.
///
/// An error of `take` stops the rest.
pub fn replicate<R: Repeated, E: From<Interrupted>>(
    simulation: R,
    threads: usize,
    meter: &Meter,
    mut take: impl FnMut(R::Yield) -> Result<(), E>,
) -> Result<(), E> {
    let count = simulation.replications();
    if threads <= 1 || count == 1 {
        for number in 0..count {
            take(one(simulation, number, meter).ok_or(Interrupted)?)?;
        }
        return Ok(());
    }
    let next = AtomicU32::new(0);
    // Bounded, so that a slow taker holds the workers back rather than filling the memory.
    let (send, receive) = mpsc::sync_channel(threads);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(count as usize))
            .map(|_| {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    let _others_stop = StopOthers(meter);
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= count {
                            return;
                        }
                        let record = one(simulation, number, meter);
                        let stopped = record.is_none();
                        if send.send((number, record)).is_err() || stopped {
                            return;
                        }
                    }
                })
            })
            .collect();
        drop(send);
        let result = hand_over_in_order(count, &receive, &mut take);
        if result.is_err() {
            meter.stop.store(true, Ordering::Relaxed);
        }
        // Workers that wait for room must find the door closed rather than wait for ever.
        drop(receive);
        for worker in workers {
            // A failure of the program itself goes on as what it was.
            worker.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause));
        }
        result
    })
}

/// One replication, unless the meter says to stop. A short run never looks at the meter, so it is asked here.
fn one<R: Repeated>(simulation: R, number: u32, meter: &Meter) -> Option<R::Yield> {
    let goes_on = !meter.stop.load(Ordering::Relaxed);
    goes_on.then(|| simulation.replication(number, meter)).flatten()
}

/// Tells the other workers to stop if this one fails.
struct StopOthers<'a>(&'a Meter);

impl Drop for StopOthers<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop.store(true, Ordering::Relaxed);
        }
    }
}

fn hand_over_in_order<Y, E: From<Interrupted>>(
    count: u32,
    receive: &mpsc::Receiver<(u32, Option<Y>)>,
    take: &mut impl FnMut(Y) -> Result<(), E>,
) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut due = 0;
    while due < count {
        let (number, record) = receive.recv().map_err(|_| Interrupted)?;
        early.insert(number, record.ok_or(Interrupted)?);
        while let Some(record) = early.remove(&due) {
            take(record)?;
            due += 1;
        }
    }
    Ok(())
}
