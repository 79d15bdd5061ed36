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
    /// The number of the newest beat, and when it was sent.
    newest: Option<(i64, Time)>,
    /// How much later than by the schedule the last so many arrived.
    late: Window,
}

impl Expected {
    /// Nothing was heard yet.
    pub(super) fn begin(now: Time) -> Expected {
        Expected { last: now, origin: now, newest: None, late: Window::default() }
    }

    /// A beat arrived. `most` is how many count.
    #[inline]
    pub(super) fn heard(&mut self, arrival: Arrival, interval: Span, most: u32) {
        self.last = arrival.counted;
        let Some((newest, sent)) = self.newest else {
            self.origin = arrival.counted;
            self.newest = Some((0, arrival.sent));
            self.late.push(0, most);
            return;
        };
        let number = newest + steps(sent, arrival.sent, interval);
        if number >= newest {
            self.newest = Some((number, arrival.sent));
        }
        let due = number.saturating_mul(value_of(interval));
        self.late.push(between(self.origin, arrival.counted).saturating_sub(due), most);
    }

    /// When the next beat is expected. Before the first one, an interval after watching began.
    #[inline]
    pub(super) fn next(&self, interval: Span) -> Time {
        let Some((newest, _)) = self.newest else { return self.last.saturating_add(interval) };
        let due = (newest + 1).saturating_mul(value_of(interval));
        let late = libm::round(self.late.mean()) as i64;
        let after_origin = due.saturating_add(late);
        // A mean that is far earlier than the schedule lies before the first beat.
        match u64::try_from(after_origin) {
            Ok(nanos) => self.origin.saturating_add(Span::from_nanos(nanos)),
            Err(_) => Time::from_nanos(self.origin.nanos().saturating_sub(after_origin.unsigned_abs())),
        }
    }

    /// Bytes that are kept beside it once so many beats were heard.
    pub(super) fn bytes(most: u32, beats: f64) -> f64 {
        Window::bytes(most, beats)
    }
}

/// How many beats one is after another: what a sequence number would say.
fn steps(from: Time, to: Time, interval: Span) -> i64 {
    let apart = between(from, to);
    let steps = apart.unsigned_abs().saturating_add(interval.nanos() / 2) / interval.nanos();
    i64::try_from(steps).unwrap_or(i64::MAX) * apart.signum()
}

/// How much later `to` is than `from`.
pub(super) fn between(from: Time, to: Time) -> i64 {
    if to >= from { value_of(to - from) } else { -value_of(from - to) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(expected(most, beats), at(next), "{what}");
        }
    }
}
