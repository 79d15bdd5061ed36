//! How precise results shall be, and in which rounds runs are added until they are.

use std::fmt;

use crate::document::nearest;
use crate::measures::{self, Measure, RunRecord, summarise};

/// How precise the results of each cell shall be.
///
/// Runs are added in rounds, each of which doubles their number. Whether there is another round depends on nothing
/// but the results of the cell, never on threads or on what is done elsewhere.
#[derive(Clone, Copy)]
pub struct Precision {
    /// The half of the interval as a share of the estimate, in percent.
    percent: f64,
    /// Of which measure; `None` for that of detection or, where nobody crashes, of mistakes.
    measure: Option<&'static Measure>,
    /// No cell has more runs than this.
    most: u32,
}

impl Precision {
    /// More runs of a cell than this only if the user says so.
    const USUAL_MOST: u32 = 1000;

    /// Reads `5%`, `5% of mistakes_per_pair_day` or `5%, at most 200 runs`.
    pub fn read(text: &str) -> Result<Precision, String> {
        let wrong = || {
            format!(
                "`{text}` is not a precision; write 5%, 5% of mistakes_per_pair_day, or 5%, at most 200 runs"
            )
        };
        let (goal, most) = match text.split_once(',') {
            Some((goal, most)) => {
                let most = most.trim().strip_prefix("at most ").map(|most| most.trim_end_matches(" runs"));
                let most = most.and_then(|most| most.trim().parse().ok()).filter(|most: &u32| *most > 0);
                (goal, most.ok_or_else(wrong)?)
            }
            None => (text, Precision::USUAL_MOST),
        };
        let (share, measure) = match goal.split_once("of ") {
            Some((share, measure)) => (share, Some(measure.trim())),
            None => (goal, None),
        };
        let percent = share.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        let percent = percent.filter(|percent| *percent > 0.0 && *percent < 100.0).ok_or_else(wrong)?;
        let measure = measure.map(measure_called).transpose()?;
        Ok(Precision { percent, measure, most })
    }

    /// How many runs there are after the next round, if there may be another.
    pub(super) fn next_round(&self, done: u32) -> Option<u32> {
        (done < self.most).then(|| done.saturating_mul(2).min(self.most))
    }

    /// Whether the results of these runs are precise enough. Where nothing at all was seen no number of runs makes
    /// a share of it, so it is bounded instead, and that is enough.
    pub fn is_met(&self, records: &[RunRecord]) -> bool {
        let crashes = records.iter().any(|record| !record.findings.crashes.is_empty());
        let usual = if crashes { "detection_s_mean" } else { "mistakes_per_pair_day" };
        let name = self.measure.map_or(usual, |measure| measure.name);
        let Some(estimate) = measures::find(&summarise(records), name) else { return true };
        if estimate.value == 0.0 {
            return true;
        }
        estimate.interval.is_some_and(|interval| {
            (interval.high - interval.low) / 2.0 <= self.percent / 100.0 * estimate.value.abs()
        })
    }
}

fn measure_called(name: &str) -> Result<&'static Measure, String> {
    let found = measures::named(name).filter(|measure| measure.formula.is_estimate());
    found.ok_or_else(|| {
        let remedy = match nearest(name, measures::names()) {
            Some(meant) => format!("; did you mean {meant}?"),
            None => "; it is a column of summary.csv that has an interval".to_owned(),
        };
        format!("there is no measure {name} that is estimated{remedy}")
    })
}

impl fmt::Debug for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent)?;
        if let Some(measure) = self.measure {
            write!(f, " of {}", measure.name)?;
        }
        write!(f, ", at most {} runs", self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precisions_are_read_and_told() {
        for (text, told) in [
            ("5%", "5%, at most 1000 runs"),
            (" 2.5 %", "2.5%, at most 1000 runs"),
            ("5%, at most 200", "5%, at most 200 runs"),
            (
                "10% of mistakes_per_pair_day, at most 50 runs",
                "10% of mistakes_per_pair_day, at most 50 runs",
            ),
        ] {
            let precision = Precision::read(text).map(|precision| precision.to_string());
            assert_eq!(precision.as_deref(), Ok(told));
            assert_eq!(Precision::read(told).map(|again| again.to_string()).as_deref(), Ok(told));
        }
        for (text, said) in [
            ("5", "is not a precision"),
            ("0%", "is not a precision"),
            ("100%", "is not a precision"),
            ("5%, at least 3 runs", "is not a precision"),
            ("5%, at most 0 runs", "is not a precision"),
            ("5% of mistake", "did you mean mistakes?"),
            ("5% of crashes", "no measure crashes that is estimated"),
        ] {
            let why = Precision::read(text).err().unwrap_or_default();
            assert!(why.contains(said), "{text}: {why}");
        }
    }

    #[test]
    fn rounds_double_until_there_are_too_many() {
        let precision = Precision::read("5%, at most 50").expect("it is one");
        let mut rounds = vec![10];
        while let Some(next) = precision.next_round(rounds[rounds.len() - 1]) {
            rounds.push(next);
        }
        assert_eq!(rounds, [10, 20, 40, 50]);
    }
}
