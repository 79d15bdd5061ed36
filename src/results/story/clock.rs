//! How a story tells the time.

use super::UNBROKEN;
use crate::engine::time::{Span, Time};

/// Tells times as exactly as it takes to tell them apart, and how long after a certain moment they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::results) struct Clock {
    zero: Option<Time>,
    decimals: usize,
}

impl Clock {
    /// A clock that counts from `zero`, if there is anything to count from, and shows these times.
    pub(in crate::results) fn new(zero: Option<Time>, shown: impl Iterator<Item = Time>) -> Clock {
        const MICROS: u64 = 1_000;
        const MILLIS: u64 = 1_000_000;
        let mut last: Option<u64> = None;
        let mut decimals = 3;
        for time in shown {
            let micros = time.nanos() / MICROS;
            // One microsecond apart is as good as together: a deadline is looked at one nanosecond late.
            if last
                .is_some_and(|last| micros > last + 1 && micros * MICROS / MILLIS == last * MICROS / MILLIS)
            {
                decimals = 6;
            }
            last = Some(micros);
        }
        Clock { zero, decimals }
    }

    /// `12.345 s`, unbroken.
    pub(in crate::results) fn time(&self, time: Time) -> String {
        format!("{}{UNBROKEN}s", self.seconds(time.since_start()))
    }

    /// `+3.001 s`, or nothing where there is nothing to count from.
    pub(super) fn after(&self, time: Time) -> String {
        match self.zero {
            Some(zero) if time >= zero => format!("+{}{UNBROKEN}s", self.seconds(time - zero)),
            Some(zero) => {
                let before = self.seconds(zero - time);
                let sign = if before.chars().all(|c| c == '0' || c == '.') { '+' } else { '-' };
                format!("{sign}{before}{UNBROKEN}s")
            }
            None => String::new(),
        }
    }

    fn seconds(&self, span: Span) -> String {
        const NANOS: u64 = Span::SECOND.nanos();
        let (unit, decimals) = if self.decimals == 3 { (1_000_000, 3) } else { (1_000, 6) };
        let rounded = (span.nanos() + unit / 2) / unit * unit;
        format!("{}.{:0decimals$}", rounded / NANOS, rounded % NANOS / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_milliseconds_unless_that_is_too_coarse() {
        let at = |micros: u64| Time::from_nanos(micros * 1000);
        for (shown, text, after) in [
            (vec![0, 1_000, 2_000], "3.000 s", "+1.000 s"),
            (vec![1_000, 1_001], "3.000 s", "+1.000 s"),
            (vec![1_000, 1_250], "3.000499 s", "+1.000499 s"),
        ] {
            let clock = Clock::new(Some(at(2_000_000)), shown.into_iter().map(at));
            let told = [clock.time(at(3_000_499)), clock.after(at(3_000_499))]
                .map(|text| text.replace(UNBROKEN, " "));
            assert_eq!(told, [text, after]);
        }
        let clock = Clock::new(Some(at(2_000_000)), std::iter::empty());
        assert_eq!(clock.after(at(500_000)), "-1.500\u{a0}s");
        assert_eq!(Clock::new(None, std::iter::empty()).after(at(1)), "");
    }
}
