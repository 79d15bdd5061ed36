//! A progress bar: only on a terminal, and only where there is something to wait for.

#![allow(clippy::disallowed_types, reason = "a progress bar tells how time passes; no result does")]

use std::io::IsTerminal;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::world::Meter;
use crate::experiment::Pace;

/// A bar that follows a meter until it is dropped.
pub(super) struct Progress {
    shown: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

/// Shorter runs show no bar.
const PATIENCE: Duration = Duration::from_millis(500);
const REFRESH: Duration = Duration::from_millis(100);

impl Progress {
    /// Follows `meter` towards `expected` events.
    pub(super) fn show(meter: &Arc<Meter>, expected: u64, wanted: bool) -> Progress {
        let course =
            move |events: u64, elapsed| (events, expected.max(events), pace(events, expected, elapsed));
        Progress::follow(meter, wanted, course)
    }

    /// Follows the units of a sweep.
    pub(super) fn show_units(meter: &Arc<Meter>, units: &Arc<Pace>, wanted: bool) -> Progress {
        let units = Arc::clone(units);
        Progress::follow(meter, wanted, move |events, elapsed| {
            let (done, of) = (units.units.load(Ordering::Relaxed), units.of.load(Ordering::Relaxed));
            let before = units.before.load(Ordering::Relaxed);
            (done, of.max(done), pace_of_units(events, (done.saturating_sub(before), done, of), elapsed))
        })
    }

    /// Follows something that has a course: how far it has come, of how much, and what is to be said of it.
    fn follow(meter: &Arc<Meter>, wanted: bool, course: impl Course) -> Progress {
        if !wanted || !std::io::stderr().is_terminal() {
            return Progress { shown: None };
        }
        let meter = Arc::clone(meter);
        let (done, is_done) = mpsc::channel();
        let follower = std::thread::spawn(move || follow(&meter, &course, &is_done));
        Progress { shown: Some((done, follower)) }
    }
}

/// How far something has come after so many events and so much time, of how much, and what is to be said of it.
trait Course: Fn(u64, Duration) -> (u64, u64, String) + Send + 'static {}

impl<F: Fn(u64, Duration) -> (u64, u64, String) + Send + 'static> Course for F {}

fn follow(meter: &Meter, course: &impl Course, is_done: &mpsc::Receiver<()>) {
    let begun = Instant::now();
    let waits = |time| matches!(is_done.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
    if !waits(PATIENCE) {
        return;
    }
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    loop {
        let events = meter.events.load(Ordering::Relaxed);
        let (done, of, said) = course(events, begun.elapsed());
        bar.set_length(of);
        bar.set_position(done);
        bar.set_message(said);
        if !waits(REFRESH) || meter.stop.load(Ordering::Relaxed) {
            break;
        }
    }
    bar.finish_and_clear();
}

/// How fast it goes and how long it will take, from all that was done so far.
fn pace(events: u64, expected: u64, elapsed: Duration) -> String {
    let rate = events as f64 / elapsed.as_secs_f64();
    let left = expected.saturating_sub(events) as f64 / rate;
    let left = if left.is_finite() { format!(", {left:.0} s left") } else { String::new() };
    format!("{:.1} million events/s{left}", rate / 1e6)
}

/// How fast a sweep goes and how long it will take, from what was done since it began or was resumed.
fn pace_of_units(events: u64, (new, done, of): (u64, u64, u64), elapsed: Duration) -> String {
    let rate = events as f64 / elapsed.as_secs_f64() / 1e6;
    let left = of.saturating_sub(done) as f64 / (new as f64 / elapsed.as_secs_f64());
    let left = if left.is_finite() { format!(", {left:.0} s left") } else { String::new() };
    format!("{done} of {of} runs, {rate:.1} million events/s{left}")
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, follower)) = self.shown.take() {
            drop(done);
            // A bar that failed is no reason to fail.
            let _ = follower.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_tells_rate_and_time_left() {
        for (events, expected, said) in [
            (20_000_000, 60_000_000, "10.0 million events/s, 4 s left"),
            (70_000_000, 60_000_000, "35.0 million events/s, 0 s left"),
            (0, 60_000_000, "0.0 million events/s"),
        ] {
            assert_eq!(pace(events, expected, Duration::from_secs(2)), said);
        }
    }
}
