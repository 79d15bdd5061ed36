//! How often at most: so many of something in a second, a minute, an hour or a day.

use std::fmt;
use std::str::FromStr;

use super::time::Span;

/// So many of something in so long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    count: f64,
    /// In what, as a place among [`UNITS`].
    unit: usize,
}

/// In how long, as it is written first of all, and what else it may be called.
const UNITS: [(&str, &[&str], Span); 4] = [
    ("s", &["second"], Span::SECOND),
    ("m", &["min", "minute"], Span::from_secs(60)),
    ("h", &["hour"], Span::from_secs(3_600)),
    ("d", &["day"], Span::from_secs(86_400)),
];

impl Rate {
    /// None at all.
    pub const NONE: Rate = Rate { count: 0.0, unit: 0 };

    /// The time between two, to the nearest nanosecond; `None` if there is none at all.
    pub fn spacing(self) -> Option<Span> {
        let (_, _, unit) = UNITS[self.unit];
        (self.count > 0.0).then(|| Span::from_seconds(unit.seconds() / self.count))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, UNITS[self.unit].0)
    }
}

impl serde::Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no rate. The display says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotARate {
    /// There is no number, a slash and a unit.
    Shapeless(String),
    /// The unit is none of s, m, h, d.
    UnknownUnit(String),
    /// More than one a nanosecond, or fewer than one in ten years, but not none.
    Unbounded(String),
}

impl fmt::Display for NotARate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotARate::Shapeless(text) => {
                write!(f, "`{text}` is not a rate; write a number, a slash and a unit, such as \"6/m\"")
            }
            NotARate::UnknownUnit(unit) => {
                write!(
                    f,
                    "`{unit}` is not a unit of time for a rate; use s, m (or min), h (or hour) or d (or day)"
                )
            }
            NotARate::Unbounded(text) => {
                write!(
                    f,
                    "`{text}` is no rate to live by: one in ten years is the least, one a nanosecond the most"
                )
            }
        }
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    /// Reads `6/m`, `0.1/s`, `36/hour`.
    fn from_str(text: &str) -> Result<Rate, NotARate> {
        let shapeless = || NotARate::Shapeless(text.trim().to_owned());
        let (number, unit) = text.split_once('/').ok_or_else(shapeless)?;
        let (number, unit) = (number.trim(), unit.trim());
        let is_plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
        let count: f64 = number.parse().ok().filter(|_| is_plain).ok_or_else(shapeless)?;
        let is_called = |(word, others, _): &(&str, &[&str], Span)| *word == unit || others.contains(&unit);
        let unit = UNITS.iter().position(is_called).ok_or_else(|| NotARate::UnknownUnit(unit.to_owned()))?;
        let apart = UNITS[unit].2.seconds() / count;
        if count > 0.0 && !(Span::NANOSECOND.seconds()..=Span::LONGEST.seconds()).contains(&apart) {
            return Err(NotARate::Unbounded(text.trim().to_owned()));
        }
        Ok(Rate { count, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_written_in_its_own_unit() {
        for (text, written, spacing) in [
            ("6/m", "6/m", Some(Span::from_secs(10))),
            ("6/min", "6/m", Some(Span::from_secs(10))),
            (" 0.1 / s ", "0.1/s", Some(Span::from_secs(10))),
            ("36/hour", "36/h", Some(Span::from_secs(100))),
            ("1/day", "1/d", Some(Span::from_secs(86_400))),
            ("3/s", "3/s", Some(Span::from_nanos(333_333_333))),
            ("1000000000/s", "1000000000/s", Some(Span::NANOSECOND)),
            ("0/s", "0/s", None),
            ("0.0/h", "0/h", None),
        ] {
            let rate: Rate = text.parse().unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!((rate.to_string().as_str(), rate.spacing()), (written, spacing), "{text}");
            assert_eq!(written.parse(), Ok(rate), "it reads back");
        }
    }

    #[test]
    fn what_is_no_rate_says_what_to_write() {
        for (text, words) in [
            ("", "a number, a slash and a unit"),
            ("6", "a number, a slash and a unit"),
            ("/s", "a number, a slash and a unit"),
            ("-1/s", "a number, a slash and a unit"),
            ("1e3/s", "a number, a slash and a unit"),
            ("1.2.3/s", "a number, a slash and a unit"),
            ("6/", "`` is not a unit"),
            ("6/week", "`week` is not a unit"),
            ("10000000000/s", "no rate to live by"),
            ("0.0001/d", "no rate to live by"),
        ] {
            let why = text.parse::<Rate>().expect_err(text).to_string();
            assert!(why.contains(words), "{text}: {why}");
        }
    }
}
