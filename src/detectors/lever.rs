//! What to set for more patience or less, so that a story can end with advice.

use crate::engine::time::Span;

/// What a detector tells of its own keys.
pub trait Lever {
    /// What to set for deadlines that are later by `extra`, at least, where beats come every `interval` and a silence
    /// of `borne` was borne at that time.
    fn later_by(&self, borne: Span, extra: Span, interval: Span) -> Setting;

    /// What less patience costs or saves: the end of a sentence.
    fn sooner(&self, interval: Span) -> String;

    /// Whether it counts unanswered questions instead of time.
    fn counts_questions(&self) -> bool {
        false
    }

    /// Whether a single sign of life makes good whatever was missed before it.
    fn forgives_at_once(&self) -> bool {
        true
    }
}

/// A setting that would have borne more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In words: `a timeout of 3.42s instead of 3s`.
    pub words: String,
    /// As `--set` takes it; `None` if no single key does it for sure.
    pub remedy: Option<String>,
}

impl Setting {
    /// A length of time that is at least so much longer than now.
    pub fn of_length(key: &str, now: Span, extra: Span) -> Setting {
        let written = in_one_unit(rounded_up(now + extra));
        let article = if key.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        Setting {
            words: format!("{article} {} of at least {written} instead of {now}", key.replace('_', " ")),
            remedy: Some(format!("detector.{key}={written}")),
        }
    }
}

/// A length that is a little longer, and easier to read: in milliseconds, or in microseconds if it is short.
pub fn rounded_up(span: Span) -> Span {
    let unit = if span >= Span::from_millis(100) { 1_000_000 } else { 1_000 };
    Span::from_nanos(span.nanos().div_ceil(unit) * unit)
}

/// A length as one number and one unit, so that a shell need not be told where it ends.
pub fn in_one_unit(span: Span) -> String {
    let nanos = span.nanos();
    let whole = nanos / 1_000_000_000;
    match nanos % 1_000_000_000 {
        0 => format!("{whole}s"),
        rest => format!("{whole}.{}s", format!("{rest:09}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rounded_is_never_shorter_and_can_be_written_in_one_word() {
        for (nanos, written) in [
            (3_420_000_001, "3.421s"),
            (3_420_000_000, "3.42s"),
            (90_000_000_000, "90s"),
            (1_000_001, "0.001001s"),
            (1, "0.000001s"),
        ] {
            assert_eq!(in_one_unit(rounded_up(Span::from_nanos(nanos))), written);
        }
    }
}
