//! A fixed timeout: suspected when nothing was heard for longer than this.
//!
//! Detection takes the timeout, plus the delay of the last beat, less the time since that beat was sent.
//! Longer forgives more lost and late beats; every second more is a second later.

use serde::Serialize;

use super::{Beats, Lever, Setting};
use crate::document::{Positive, Table};
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};

/// Last arrival + `timeout`.
#[derive(Clone, Debug, Serialize)]
pub struct Timeout {
    /// How long silence is forgiven. Sane: two to five intervals, plus the worst delay.
    pub timeout: Span,
}

impl Timeout {
    /// Reads `timeout`.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Timeout> {
        let example = format!("\"{}\"", beats.interval.times(3));
        let Positive(timeout) = table.needed("timeout", &example)?;
        Some(Timeout { timeout })
    }
}

impl Detector for Timeout {
    /// From when silence counts.
    type Memory = Time;

    fn begin(&self, now: Time) -> Time {
        now
    }

    fn heard(&self, last: &mut Time, arrival: Arrival) {
        *last = arrival.counted;
    }

    fn forgets(&self) -> bool {
        true
    }

    fn last(&self, last: &Time) -> Time {
        *last
    }

    fn deadline(&self, last: &Time) -> Time {
        *last + self.timeout
    }

    fn silence(&self, _: &Steady) -> Option<Silence> {
        Some(Silence { since: Since::Beat, least: self.timeout, most: self.timeout })
    }
}

impl Lever for Timeout {
    fn later_by(&self, _: Span, extra: Span, _: Span) -> Setting {
        Setting::of_length("timeout", self.timeout, extra)
    }

    fn sooner(&self, _: Span) -> String {
        "a shorter timeout saves as much as it is shorter".to_owned()
    }
}
