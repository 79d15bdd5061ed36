//! What all formats have in common: values, and what is wrong with a line.

use super::Unit;
use crate::document::Unreadable;
use crate::engine::time::{NotASpan, Span};

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Measured {
    /// In the order of the file.
    pub(super) values: Vec<Span>,
    /// How many of them the file only says to be below a millisecond.
    pub(super) tiny: usize,
}

/// What is wrong with a file, and what to do about it.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The key that it is said about.
    pub(super) key: &'static str,
    pub(super) reason: String,
    pub(super) remedy: String,
}

impl From<Unreadable> for Wrong {
    fn from(unreadable: Unreadable) -> Wrong {
        Wrong::file(unreadable.reason, unreadable.remedy)
    }
}

impl Wrong {
    /// Something is wrong with the file.
    pub(super) fn file(reason: String, remedy: impl Into<String>) -> Wrong {
        Wrong { key: "file", reason, remedy: remedy.into() }
    }

    /// Something is wrong with a line of the file, counted from 1.
    pub(super) fn line(file: &str, line: usize, reason: &str, remedy: impl Into<String>) -> Wrong {
        Wrong::file(format!("line {line} of {}: {reason}", file.escape_debug()), remedy)
    }
}

/// As much of `text` as is worth quoting, safe to print.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    format!("`{shown}`")
}

impl Unit {
    fn seconds(self) -> f64 {
        match self {
            Unit::Ns => 1e-9,
            Unit::Us => 1e-6,
            Unit::Ms => 1e-3,
            Unit::S => 1.0,
        }
    }
}

/// The delay that `text` says, a duration or a number of `unit`; or what is wrong with it, and what to do.
/// `each` is what should hold one value: a line, a cell.
pub(super) fn delay_of(text: &str, unit: Option<Unit>, each: &str) -> Result<Span, (String, String)> {
    let shown = quoted(text);
    let refused = |reason: String, remedy: String| Err((reason, remedy));
    match (text.parse::<f64>(), unit) {
        (Ok(number), Some(unit)) => {
            let seconds = number * unit.seconds();
            if (0.0..=Span::LONGEST.seconds()).contains(&seconds) {
                return Ok(Span::from_seconds(seconds));
            }
            refused(format!("{shown} is no delay"), "a delay lies between 0 and ten years".to_owned())
        }
        (Ok(_), None) => {
            let remedy = "name the unit of all of them beside file: unit = \"ms\" (or ns, us, s)";
            refused(format!("{shown} is a number without a unit"), remedy.to_owned())
        }
        (Err(_), None) => text.parse().or_else(|why| {
            let reason = match why {
                NotASpan::TooFine(_) | NotASpan::TooLong => why.to_string(),
                _ => format!("{shown} is not a duration"),
            };
            let remedy =
                format!("write one duration a {each}, such as 12.3ms; put # before headings and remarks");
            refused(reason, remedy)
        }),
        (Err(_), Some(_)) => {
            let remedy = if text.parse::<Span>().is_ok() {
                format!("its {each}s name their units: leave out unit")
            } else {
                format!("write one number a {each}, such as 12.3; put # before headings and remarks")
            };
            refused(format!("{shown} is not a number"), remedy)
        }
    }
}
