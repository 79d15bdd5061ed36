//! When the next beat is expected: the estimate that [`super::chen`] and [`super::bertier`] share.
//!
//! Beats are numbered, and beat i is due one interval after beat i − 1. What an arrival is late by that schedule,
//! on average over the last so many, is what the next will be late too. No clocks need to agree: a sender's clock
//! that is wrong by any amount makes all beats late by the same.

use super::window::{Window, value_of};
use crate::engine::model::Arrival;
use crate::engine::time::{Span, Time};

/// What is remembered of the arrivals from one subject.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The last arrival, or when watching began.
    pub(super) last: Time,
    /// The first arrival: number 0 of the schedule.
    origin: Time,
    /// The number of the newest beat.
    newest: i64,
    /// When the newest beat was due to be sent, in nanoseconds after the start.
    due: i64,
    /// How much later than by the schedule the last so many arrived; empty until something was heard.
    late: Window,
}

/// The schedule of the sender follows its stamps slowly: each moves it by one part in so many of its distance. So
/// jitter hardly moves it, and a sender whose beats come a little too fast or too slowly keeps its numbers. From stamp
/// to stamp instead, jitter of more than a quarter of an interval would lose count; from the first stamp on, any drift.
const FOLLOWS: i64 = 8;

impl Expected {
    /// Nothing was heard yet.
    pub(super) fn begin(now: Time) -> Expected {
        Expected { last: now, origin: now, newest: 0, due: 0, late: Window::default() }
    }

    /// Whether nothing was heard yet.
    pub(super) fn is_unheard(&self) -> bool {
        self.late.len() == 0
    }

    /// A beat arrived. `most` is how many count. Returns how many nanoseconds later it came than was expected of it,
    /// whichever beat it is; nothing was expected of the first.
    #[inline]
    pub(super) fn heard(&mut self, arrival: Arrival, interval: Span, most: u32) -> Option<f64> {
        self.last = arrival.counted;
        let sent = nanos_of(arrival.sent);
        if self.is_unheard() {
            (self.origin, self.due) = (arrival.counted, sent);
            self.late.push(0, most);
            return None;
        }
        let ahead = steps(sent - self.due, interval);
        let number = self.newest + ahead;
        if ahead >= 0 {
            self.newest = number;
            self.due += ahead * value_of(interval);
            self.due += (sent - self.due) / FOLLOWS;
        }
        let due = number.saturating_mul(value_of(interval));
        let late = (nanos_of(arrival.counted) - nanos_of(self.origin)).saturating_sub(due);
        let unexpected = late as f64 - self.late.mean();
        self.late.push(late, most);
        Some(unexpected)
    }

    /// When the next beat is expected. Before the first one, an interval after watching began.
    #[inline]
    pub(super) fn next(&self, interval: Span) -> Time {
        if self.is_unheard() {
            return self.last.saturating_add(interval);
        }
        let due = (self.newest + 1).saturating_mul(value_of(interval));
        later(self.origin, due.saturating_add(libm::round(self.late.mean()) as i64))
    }

    /// Bytes that are kept beside it once so many beats were heard.
    pub(super) fn bytes(most: u32, beats: f64) -> f64 {
        Window::bytes(most, beats)
    }
}

/// How many beats fit into such a length, to the nearest: what a sequence number would say.
fn steps(apart: i64, interval: Span) -> i64 {
    let steps = apart.unsigned_abs().saturating_add(interval.nanos() / 2) / interval.nanos();
    i64::try_from(steps).unwrap_or(i64::MAX) * apart.signum()
}

/// An instant as nanoseconds after the start.
pub(super) fn nanos_of(time: Time) -> i64 {
    value_of(time.since_start())
}

/// The instant so many nanoseconds after `time`, or before it; never before the start.
pub(super) fn later(time: Time, nanos: i64) -> Time {
    match u64::try_from(nanos) {
        Ok(nanos) => time.saturating_add(Span::from_nanos(nanos)),
        Err(_) => Time::from_nanos(time.nanos().saturating_sub(nanos.unsigned_abs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, Streams};

    const SECOND: Span = Span::from_secs(1);

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    fn expected(most: u32, beats: &[(u64, u64)]) -> Time {
        let mut expected = Expected::begin(Time::ZERO);
        for (sent, arrived) in beats {
            let (sent, arrived) = (at(*sent), at(*arrived));
            expected.heard(Arrival { sent, arrived, counted: arrived, since: sent }, SECOND, most);
        }
        expected.next(SECOND)
    }

    #[test]
    fn the_next_beat_is_as_late_as_the_last_so_many_were_on_average() {
        for (what, most, beats, next) in [
            ("nothing was heard", 4, &[][..], 1000),
            ("one beat", 4, &[(300, 310)][..], 1310),
            ("beats as they should be", 4, &[(300, 310), (1300, 1310), (2300, 2310)], 3310),
            ("one was 40 ms late", 4, &[(300, 310), (1300, 1350)], 2330),
            ("only the last counts", 1, &[(300, 310), (1300, 1350)], 2350),
            ("one is missing", 4, &[(300, 310), (2300, 2310)], 3310),
            (
                "after a pause the sender goes on along its grid",
                1,
                &[(0, 0), (2400, 2400), (3000, 3000)],
                4000,
            ),
            ("one overtook another", 2, &[(0, 0), (2000, 2010), (1000, 2030)], 3520),
            ("one is a long way too early", 1, &[(2000, 2010), (3000, 3010), (1000, 1000)], 4000),
        ] {
            assert_eq!(expected(most, beats), at(next), "{what}");
        }
    }

    /// Beats that stray by a share of the interval, of a sender whose intervals are as long as `paced` says: how far
    /// the expectation is off at most, in shares of an interval, once a hundred were heard.
    fn strays(jitter: f64, paced: f64) -> f64 {
        let source = Streams::new(1, 0).of(Purpose::Jitter);
        let mut expected = Expected::begin(Time::ZERO);
        let mut most = 0.0_f64;
        for beat in 0..2000_u64 {
            let due = 10.0 + beat as f64 * paced;
            if beat > 100 {
                most = most.max((expected.next(SECOND).seconds() - due).abs());
            }
            let sent =
                Time::ZERO + Span::from_seconds(due + jitter * (2.0 * source.at(0, beat).unit() - 1.0));
            expected.heard(Arrival { sent, arrived: sent, counted: sent, since: sent }, SECOND, 20);
        }
        most
    }

    #[test]
    fn numbers_are_kept_under_jitter_and_under_drift() {
        for (jitter, paced, bound) in
            [(0.0, 1.0, 1e-9), (0.3, 1.0, 0.25), (0.0, 1.001, 0.02), (0.2, 1.001, 0.2), (0.0, 0.98, 0.25)]
        {
            let off = strays(jitter, paced);
            assert!(off <= bound, "jitter {jitter}, intervals of {paced}: off by {off}");
        }
    }
}
