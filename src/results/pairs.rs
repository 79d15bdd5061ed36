//! The rows of `pairs.csv`: the quality of service of single pairs.

use super::numbers::{exact_seconds, number};
use crate::engine::findings::PairFindings;
use crate::engine::time::Span;
use crate::scenario::Scenario;

/// The names of the columns. Those that `summary.csv` has too are made the same way, of one pair instead of all.
pub(super) const PAIR_COLUMNS: [&str; 17] = [
    "replication",
    "observer",
    "subject",
    "watched_s",
    "wrong_s",
    "mistakes",
    "mistakes_per_pair_day",
    "mistakes_censored",
    "mistake_s_mean",
    "mistake_recurrence_s_mean",
    "good_s_mean",
    "query_accuracy",
    "crashes",
    "detected",
    "missed",
    "pending",
    "detection_s_mean",
];

/// The row of one pair.
pub(super) fn pair_cells(
    scenario: &Scenario,
    replication: &str,
    found: &PairFindings,
) -> [String; PAIR_COLUMNS.len()] {
    let PairFindings { pair, watched, mistakes, censored, wrong_ended, wrong, .. } = *found;
    let per = |time: Option<Span>, count: u64| {
        let mean = time.filter(|_| count > 0).map(|time| time.seconds() / count as f64);
        mean.map_or(String::new(), number)
    };
    let of_watched = |share: fn(f64, f64, f64) -> f64| {
        let watched = watched.map(Span::seconds).filter(|watched| *watched > 0.0);
        watched.map_or(String::new(), |watched| number(share(mistakes as f64, wrong.seconds(), watched)))
    };
    let right = watched.and_then(|watched| (watched >= wrong).then(|| watched - wrong));
    [
        replication.to_owned(),
        scenario.name_of(pair.observer),
        scenario.name_of(pair.subject),
        watched.map_or(String::new(), exact_seconds),
        exact_seconds(wrong),
        mistakes.to_string(),
        of_watched(|mistakes, _, watched| mistakes / watched * 86_400.0),
        censored.to_string(),
        per(Some(wrong), wrong_ended),
        per(watched, mistakes),
        per(right, mistakes),
        of_watched(|_, wrong, watched| 1.0 - wrong / watched),
        found.crashes.to_string(),
        found.detected.to_string(),
        found.missed.to_string(),
        found.pending().to_string(),
        per(Some(found.detection), found.detected),
    ]
}
