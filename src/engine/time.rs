//! Simulated time: whole nanoseconds, an instant and a length.
//!
//! `Time + Span` is a `Time`, `Time - Time` is a `Span`, and there is no other way to mix them. Seconds as
//! floating point exist on the way in (a sampled latency) and on the way out (a figure in a table), never
//! in between: two instants are equal exactly when the simulation says so.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant: nanoseconds since the simulation began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The instant at which every simulation begins.
    pub const ZERO: Time = Time(0);
    /// Later than anything that can happen.
    pub const NEVER: Time = Time(u64::MAX);
    /// Later than the end of any run, and early enough that any length of time can be added.
    pub const BEYOND: Time = Time(u64::MAX / 2);

    /// The instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Time {
        Time(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start, for output only.
    pub fn seconds(self) -> f64 {
        self.since_start().seconds()
    }

    /// The length from the start to this instant.
    pub const fn since_start(self) -> Span {
        Span(self.0)
    }

    /// The first instant at which `now > self` holds. Deadlines are strict: what arrives *at* the deadline
    /// is in time, so a deadline is looked at here and no earlier.
    pub const fn just_after(self) -> Time {
        Time(self.0.saturating_add(1))
    }

    /// The instant before this one, if there is one.
    pub const fn just_before(self) -> Time {
        Time(self.0.saturating_sub(1))
    }

    /// This instant plus `span`, or [`Time::NEVER`] where that is not representable.
    pub const fn saturating_add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The smallest step of the simulated clock.
    pub const NANOSECOND: Span = Span(1);
    /// One second.
    pub const SECOND: Span = Span(1_000_000_000);
    /// The longest length that a scenario may name: ten years. Far below what the clock can hold, so that
    /// sums of what a scenario names never overflow.
    pub const LONGEST: Span = Span(10 * 365 * 86_400 * 1_000_000_000);

    /// A length of `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Span {
        Span(nanos)
    }

    /// A length of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis * 1_000_000)
    }

    /// A length of whole seconds.
    pub const fn from_secs(seconds: u64) -> Span {
        Span(seconds * 1_000_000_000)
    }

    /// The nearest whole number of nanoseconds to a sampled length, held within zero and [`Span::LONGEST`]
    /// (a heavy-tailed law can draw a delay longer than history).
    pub fn from_seconds(seconds: f64) -> Span {
        let nanos = seconds * 1e9 + 0.5;
        // The cast saturates: below zero and NaN become 0.
        Span((nanos as u64).min(Self::LONGEST.0))
    }

    /// Nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds, for output and for closed forms only.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// This length `count` times over, held within [`Span::LONGEST`].
    pub fn times(self, count: u64) -> Span {
        Span(self.0.saturating_mul(count).min(Self::LONGEST.0))
    }

    /// This length `factor` times over, to the nearest nanosecond, held within [`Span::LONGEST`].
    pub fn stretched(self, factor: f64) -> Span {
        let nanos = self.0 as f64 * factor + 0.5;
        Span((nanos as u64).min(Self::LONGEST.0))
    }

    /// How long this length of a clock that runs at `rate` really takes: only no length takes no time at all.
    pub fn at_rate(self, rate: f64) -> Span {
        if rate == 1.0 || self == Span::ZERO {
            return self;
        }
        let nanos = libm::round(self.0 as f64 / rate) as u64;
        Span(nanos.clamp(1, Self::LONGEST.0))
    }

    /// The share `fraction` (0 to 1) of this length.
    pub fn share(self, fraction: f64) -> Span {
        Span((self.0 as f64 * fraction) as u64)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0)
    }
}

impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
    }
}

impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0)
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        self.0 += other.0;
    }
}

impl Sub for Span {
    type Output = Span;
    #[inline]
    fn sub(self, other: Span) -> Span {
        Span(self.0 - other.0)
    }
}

/// Units in which lengths are written, longest first.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

impl fmt::Display for Span {
    /// The way a person would write it, and exactly: `1m 30s`, `250ms`, `12.5us`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        let mut between = "";
        for (unit, size) in &UNITS[..3] {
            if rest >= *size {
                write!(f, "{between}{}{unit}", rest / size)?;
                rest %= size;
                between = " ";
            }
        }
        let Some((unit, size)) = UNITS[3..].iter().find(|(_, size)| rest >= *size) else { return Ok(()) };
        write!(f, "{between}{}", rest / size)?;
        let fraction = rest % size;
        if fraction > 0 {
            let digits = format!("{:0width$}", fraction, width = size.ilog10() as usize);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str(unit)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.since_start().fmt(f)
    }
}

/// Why a text is not a length of time. The display says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotASpan {
    /// There was nothing to read.
    Empty,
    /// A number stood without its unit.
    NoUnit(String),
    /// The unit is none of ns, us, ms, s, m, h, d.
    UnknownUnit(String),
    /// A number could not be read.
    NotANumber(String),
    /// More digits than a nanosecond can hold.
    TooFine(String),
    /// Longer than ten years.
    TooLong,
}

impl fmt::Display for NotASpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotASpan::Empty => {
                f.write_str("a duration is empty; write a number and a unit, such as \"250ms\"")
            }
            NotASpan::NoUnit(number) => {
                write!(f, "a duration needs a unit; write \"{number}s\" or \"{number}ms\"")
            }
            NotASpan::UnknownUnit(unit) => {
                write!(f, "`{unit}` is not a unit of time; use ns, us, ms, s, m, h or d")
            }
            NotASpan::NotANumber(text) => {
                write!(f, "`{text}` is not a duration; write a number and a unit, such as \"250ms\"")
            }
            NotASpan::TooFine(text) => {
                write!(f, "`{text}` is finer than a nanosecond, the smallest step of the simulated clock")
            }
            NotASpan::TooLong => f.write_str("a duration may be at most ten years (3650d)"),
        }
    }
}

impl std::str::FromStr for Span {
    type Err = NotASpan;

    /// Reads `250ms`, `1m 30s`, `1.5h`: numbers with units, added up.
    fn from_str(text: &str) -> Result<Span, NotASpan> {
        let mut total: u64 = 0;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(NotASpan::Empty);
        }
        while !rest.is_empty() {
            let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, after) = rest.split_at(number_end);
            let unit_text = after.trim_start();
            let unit_end =
                unit_text.find(|c: char| !c.is_alphabetic() && c != 'µ').unwrap_or(unit_text.len());
            let (unit, after) = unit_text.split_at(unit_end);
            if number.is_empty() {
                return Err(NotASpan::NotANumber(text.trim().to_owned()));
            }
            if unit.is_empty() {
                return Err(NotASpan::NoUnit(number.to_owned()));
            }
            total = total.checked_add(nanos_of(number, unit)?).ok_or(NotASpan::TooLong)?;
            rest = after.trim_start();
        }
        if total > Span::LONGEST.0 { Err(NotASpan::TooLong) } else { Ok(Span(total)) }
    }
}

/// `number` of `unit` in nanoseconds, exactly.
fn nanos_of(number: &str, unit: &str) -> Result<u64, NotASpan> {
    let unit = if unit == "µs" || unit == "μs" { "us" } else { unit };
    let size = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, size)| u128::from(*size))
        .ok_or_else(|| NotASpan::UnknownUnit(unit.to_owned()))?;
    let not_a_number = || NotASpan::NotANumber(format!("{number}{unit}"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return Err(not_a_number());
    }
    if whole.len() > 20 {
        return Err(NotASpan::TooLong);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 15 {
        return Err(NotASpan::TooFine(format!("{number}{unit}")));
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| not_a_number())? };
    let scale = 10u128.pow(fraction.len() as u32);
    let part: u128 = if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| not_a_number())? };
    let scaled = (whole * scale + part) * size;
    if !scaled.is_multiple_of(scale) {
        return Err(NotASpan::TooFine(format!("{number}{unit}")));
    }
    u64::try_from(scaled / scale).map_err(|_| NotASpan::TooLong)
}

impl serde::Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_exactly() {
        for (text, nanos) in [
            ("0s", 0),
            ("1ns", 1),
            ("250ms", 250_000_000),
            ("1m 30s", 90_000_000_000),
            ("1m30s", 90_000_000_000),
            (" 1.5 h ", 5_400_000_000_000),
            ("0.1s", 100_000_000),
            ("12.5us", 12_500),
            ("12.5µs", 12_500),
            (".5s", 500_000_000),
            ("3650d", 315_360_000_000_000_000),
        ] {
            assert_eq!(text.parse(), Ok(Span(nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_length_is_refused_with_a_reason() {
        for (text, why) in [
            ("", NotASpan::Empty),
            ("  ", NotASpan::Empty),
            ("5", NotASpan::NoUnit("5".into())),
            ("5 parsecs", NotASpan::UnknownUnit("parsecs".into())),
            ("5S", NotASpan::UnknownUnit("S".into())),
            ("-5s", NotASpan::NotANumber("-5s".into())),
            ("s", NotASpan::NotANumber("s".into())),
            ("1.2.3s", NotASpan::NotANumber("1.2.3s".into())),
            (".s", NotASpan::NotANumber(".s".into())),
            ("1e9s", NotASpan::UnknownUnit("e".into())),
            ("0.5ns", NotASpan::TooFine("0.5ns".into())),
            ("3651d", NotASpan::TooLong),
            ("99999999999999999999s", NotASpan::TooLong),
            ("999999999999999999999999s", NotASpan::TooLong),
        ] {
            assert_eq!(text.parse::<Span>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_length_prints_as_a_person_would_write_it_and_reads_back() {
        for (nanos, text) in [
            (0, "0s"),
            (1, "1ns"),
            (12_500, "12.5us"),
            (250_000_000, "250ms"),
            (90_000_000_000, "1m 30s"),
            (86_400_000_000_000, "1d"),
            (3_600_000_000_001, "1h 1ns"),
            (10_100_000_000, "10.1s"),
        ] {
            assert_eq!(Span(nanos).to_string(), text);
            assert_eq!(text.parse(), Ok(Span(nanos)));
        }
    }

    #[test]
    fn a_sampled_length_is_rounded_and_held_within_bounds() {
        for (seconds, nanos) in [
            (0.0, 0),
            (-1.0, 0),
            (f64::NAN, 0),
            (1e-9, 1),
            (0.4e-9, 0),
            (0.05, 50_000_000),
            (f64::INFINITY, Span::LONGEST.0),
        ] {
            assert_eq!(Span::from_seconds(seconds), Span(nanos), "{seconds}");
        }
    }
}
