//! A progress bar: only on a terminal, and only where there is something to wait for.

#![allow(clippy::disallowed_types, reason = "a progress bar tells how time passes; no result does")]

use std::io::IsTerminal;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::world::Meter;

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
        if !wanted || !std::io::stderr().is_terminal() {
            return Progress { shown: None };
        }
        let meter = Arc::clone(meter);
        let (done, is_done) = mpsc::channel();
        let follower = std::thread::spawn(move || follow(&meter, expected, &is_done));
        Progress { shown: Some((done, follower)) }
    }
}

fn follow(meter: &Meter, expected: u64, is_done: &mpsc::Receiver<()>) {
    let begun = Instant::now();
    let waits = |time| matches!(is_done.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
    if !waits(PATIENCE) {
        return;
    }
    let bar = ProgressBar::new(expected);
    let style = ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    loop {
        let events = meter.events.load(Ordering::Relaxed);
        bar.set_length(expected.max(events));
        bar.set_position(events);
        bar.set_message(pace(events, expected, begun.elapsed()));
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
