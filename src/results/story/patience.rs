//! What it would have taken to be more patient: the setting of the detector, as `--set` takes it.

use crate::detectors::Suspicion;
use crate::engine::time::Span;
use crate::scenario::Scenario;

/// A setting that would have borne more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// In words: `a timeout of 3.42s instead of 3s`.
    pub(super) words: String,
    /// As `--set` takes it.
    pub(super) remedy: Option<String>,
}

impl Patience {
    /// A deadline that is later by so much, at least.
    pub(super) fn longer_by(scenario: &Scenario, extra: Span) -> Patience {
        match &scenario.detector.suspicion {
            Suspicion::Timeout(detector) => {
                let (now, needed) = (detector.timeout, rounded_up(detector.timeout + extra));
                let written = in_one_unit(needed);
                Patience {
                    words: format!("a timeout of at least {written} instead of {now}"),
                    remedy: Some(format!("detector.timeout={written}")),
                }
            }
            Suspicion::Misses(detector) => {
                let interval = scenario.beats().interval;
                let more = extra.nanos().div_ceil(interval.nanos()).max(1);
                let needed = u64::from(detector.misses) + more;
                Patience {
                    words: format!("{needed} misses instead of {}", detector.misses),
                    remedy: Some(format!("detector.misses={needed}")),
                }
            }
        }
    }
}

/// A length that is a little longer, and easier to read: in milliseconds, or in microseconds if it is short.
pub(super) fn rounded_up(span: Span) -> Span {
    let unit = if span >= Span::from_millis(100) { 1_000_000 } else { 1_000 };
    Span::from_nanos(span.nanos().div_ceil(unit) * unit)
}

/// A length as one number and one unit, so that a shell need not be told where it ends.
pub(super) fn in_one_unit(span: Span) -> String {
    format!("{}s", super::exact_seconds(span))
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
