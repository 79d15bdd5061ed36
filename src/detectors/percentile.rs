//! A timeout that follows the latency: raised where the slow messages take much longer than the usual ones, lowered
//! where they do not.
//!
//! Of all that arrived within the last `window`, the rule compares how long the slow ones were under way (95 % were
//! not slower) with the median. More than `raise_above` times as long is a network that strays: the timeout is raised
//! by half. Less than `lower_below` times as long is one that keeps step: it is lowered by a quarter. Between the two
//! nothing happens, and after each change nothing for as long as `hold`, so that it does not swing.
//!
//! It looks at how latencies *spread*, not at how long they are, and not at losses at all: a network that loses every
//! tenth beat and delays none gets the shortest timeout. A wide window and a long hold trade learning for
//! steadiness; the percentiles of few values are noisy, and a rule that is asked often enough will be told anything.
//! Narrow bounds trade what can be gained for what can go wrong.

mod latencies;

use serde::Serialize;

use self::latencies::Latencies;
use super::bounds::number;
use super::{Beats, Lever, Setting};
use crate::document::{Positive, Table};
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};

/// Last arrival + a timeout that is adapted.
#[derive(Clone, Debug, Serialize)]
pub struct Percentile {
    /// The timeout to begin with.
    timeout: Span,
    /// It is never shorter. Sane: two intervals and the worst delay.
    min: Span,
    /// It is never longer.
    max: Span,
    /// The latencies of how long ago still count. Sane: a hundred beats; a few make it noise.
    window: Span,
    /// The least time between two changes.
    hold: Span,
    /// Which share of messages is not slow. Sane: 0.95.
    percentile: f64,
    /// How many times the median the slow ones must take for the timeout to be raised.
    raise_above: f64,
    /// By which share of itself it is raised.
    raise_by: f64,
    /// How many times the median they may take for it to be lowered.
    lower_below: f64,
    /// By which share of itself it is lowered.
    lower_by: f64,
    #[serde(skip)]
    interval: Span,
}

/// What is remembered of a subject.
#[derive(Clone, Debug)]
pub struct Memory {
    /// From when silence counts.
    last: Time,
    /// At present.
    timeout: Span,
    /// When it was last changed; or when watching began, or the end of a silence that left nothing to judge by.
    unchanged_since: Time,
    latencies: Latencies,
}

impl Percentile {
    /// Reads `timeout`, `min`, `max`, `window`, `hold` and the figures of the rule.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Percentile> {
        let interval = beats.interval;
        let timeout = table.needed("timeout", &format!("\"{}\"", interval.times(3)));
        let least = table.given("min").map(|Positive(min)| min);
        let most = table.given("max").map(|Positive(max)| max);
        let window = read_window(table, interval);
        let hold = table.or("hold", Span::from_secs(300));
        let percentile = number(table, "percentile", 0.95, (0.5, 1.0));
        let raise_above = number(table, "raise_above", 2.0, (1.0, 1e6));
        let raise_by = number(table, "raise_by", 0.5, (0.001, 1000.0));
        let lower_below = number(table, "lower_below", 1.5, (1.0, 1e6));
        let lower_by = number(table, "lower_by", 0.25, (0.001, 0.999));
        let Positive(timeout) = timeout?;
        if let Some(min) = least.filter(|min| *min > timeout) {
            let reason = format!("min {min} exceeds timeout {timeout}, with which it begins");
            table.complain("min", reason, "lower min or raise timeout");
        }
        if let Some(max) = most.filter(|max| *max < timeout) {
            let reason = format!("max {max} is below timeout {timeout}, with which it begins");
            table.complain("max", reason, "raise max or lower timeout");
        }
        let (raise_above, lower_below) = (raise_above?, lower_below?);
        if lower_below >= raise_above {
            let reason = format!(
                "lower_below {lower_below} must be less than raise_above {raise_above}: between the two nothing is \
                 changed"
            );
            table.complain("lower_below", reason, "lower lower_below or raise raise_above");
        }
        let min = least.unwrap_or_else(|| timeout.share(0.5).max(interval.times(2)).min(timeout));
        let max = most.unwrap_or_else(|| timeout.times(5));
        let (percentile, raise_by, lower_by) = (percentile?, raise_by?, lower_by?);
        let window = window?;
        Some(Percentile {
            timeout,
            min,
            max,
            window,
            hold,
            percentile,
            raise_above,
            raise_by,
            lower_below,
            lower_by,
            interval,
        })
    }

    /// The timeout that follows when the slow take so many nanoseconds and the median is so many.
    fn adapted(&self, timeout: Span, slow: u64, median: u64) -> Span {
        let (slow, median) = (slow as f64, median as f64);
        if slow > self.raise_above * median {
            timeout.stretched(1.0 + self.raise_by).min(self.max)
        } else if slow < self.lower_below * median {
            timeout.stretched(1.0 - self.lower_by).max(self.min)
        } else {
            timeout
        }
    }
}

/// Reads `window`, which must hold a few beats, and not too many.
fn read_window(table: &mut Table<'_>, interval: Span) -> Option<Span> {
    const FEWEST: u64 = 2;
    let Positive(window) = table.or("window", Positive(Span::from_secs(60)));
    if window < interval.times(FEWEST) {
        let reason = format!("a window of {window} holds hardly a beat: they come every {interval}");
        table.complain("window", reason, format!("write window = \"{}\"", interval.times(60)));
        return None;
    }
    if window.nanos() / interval.nanos() > u64::from(Latencies::MOST) {
        let reason = format!(
            "a window of {window} holds more than the {} beats that are kept: they come every {interval}",
            Latencies::MOST
        );
        table.complain("window", reason, format!("write window = \"{}\"", interval.times(1000)));
        return None;
    }
    Some(window)
}

impl Detector for Percentile {
    type Memory = Memory;

    fn begin(&self, now: Time) -> Memory {
        Memory { last: now, timeout: self.timeout, unchanged_since: now, latencies: Latencies::default() }
    }

    fn heard(&self, memory: &mut Memory, arrival: Arrival) {
        memory.last = arrival.counted;
        if self.min == self.max {
            return;
        }
        let now = arrival.arrived;
        let was_empty = memory.latencies.len() == 0;
        memory.latencies.forget_until(now, self.window);
        if memory.latencies.len() == 0 && !was_empty {
            memory.unchanged_since = now;
        }
        memory.latencies.push(now, (now.max(arrival.since) - arrival.since).nanos());
        if now < memory.unchanged_since.saturating_add(self.hold) {
            return;
        }
        let (slow, median) = (memory.latencies.at(self.percentile), memory.latencies.at(0.5));
        let timeout = self.adapted(memory.timeout, slow, median);
        if timeout != memory.timeout {
            memory.timeout = timeout;
            memory.unchanged_since = now;
        }
    }

    fn forgets(&self) -> bool {
        self.min == self.max
    }

    fn hastens(&self) -> bool {
        self.min < self.max
    }

    fn history(&self, beats: f64) -> f64 {
        let fit = 1.0 + self.window.seconds() / self.interval.seconds();
        if self.min == self.max { 0.0 } else { Latencies::bytes(beats.min(fit)) }
    }

    fn last(&self, memory: &Memory) -> Time {
        memory.last
    }

    fn deadline(&self, memory: &Memory) -> Time {
        memory.last.saturating_add(memory.timeout)
    }

    /// Known where it can be no other.
    fn silence(&self, _: &Steady) -> Option<Silence> {
        let only = Silence { since: Since::Beat, least: self.timeout, most: self.timeout };
        (self.min == self.max).then_some(only)
    }
}

impl Lever for Percentile {
    /// What is never gone below bears it for sure; but the timeout to begin with is never below that.
    fn later_by(&self, borne: Span, extra: Span, _: Span) -> Setting {
        if borne < self.timeout && borne + extra < self.timeout {
            Setting::of_length("min", self.min, (borne + extra).max(self.min) - self.min)
        } else {
            Setting::of_length("timeout", self.timeout, (borne + extra).max(self.timeout) - self.timeout)
        }
    }

    fn sooner(&self, _: Span) -> String {
        "a smaller max bounds what it is raised to, a larger raise_above or a longer window raises it less often, and a \
         smaller min lets it fall further"
            .to_owned()
    }
}

#[cfg(test)]
mod tests;
