//! A progress bar: only on a terminal, and only where there is something to wait for.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

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
    let waits = |time| matches!(is_done.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
    if !waits(PATIENCE) {
        return;
    }
    let bar = ProgressBar::new(expected);
    let style = ProgressStyle::with_template("{bar:32} {percent:>3} % {msg} {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    // What ran before the bar appeared counts for the rate too.
    let bar = bar.with_elapsed(PATIENCE);
    loop {
        let events = meter.events.load(Ordering::Relaxed);
        bar.set_length(expected.max(events));
        bar.set_position(events);
        bar.set_message(format!("{:.1} million events/s", bar.per_sec() / 1e6));
        if !waits(REFRESH) || stopped(&meter.stop) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
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
