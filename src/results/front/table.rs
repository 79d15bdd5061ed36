//! The front as a table to read.

use std::fmt::Write as _;

use super::rows::{shown, word};
use crate::figures::{seconds, short};
use crate::results::aligned;
use crate::tuning::{Finding, Found, Goals, MistakesGoal, Status};

/// More rows than this nobody reads.
const MOST_ROWS: usize = 25;

/// The front; if it is long, what matters most of it.
pub(super) fn page(found: &Found, goals: &Goals) -> String {
    let all = shown(found);
    let rows = picked(found, &all);
    let mut heading = [Vec::new(), Vec::new()];
    for key in &found.columns {
        let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
        heading[0].push(table.to_owned());
        heading[1].push(name.to_owned());
    }
    let statistic = goals.detection.as_ref().map_or("p99".to_owned(), |goal| goal.statistic());
    let unit = goals.mistakes.unwrap_or(MistakesGoal::USUAL).unit();
    for [first, second] in [
        ["messages".to_owned(), "a second".to_owned()],
        [format!("detection {statistic}"), "(95 %)".to_owned()],
        [String::new(), "goal".to_owned()],
        [format!("mistakes a {unit}"), "(95 %)".to_owned()],
        [String::new(), "goal".to_owned()],
        [String::new(), String::new()],
    ] {
        heading[0].push(first);
        heading[1].push(second);
    }
    let line = |place: &usize| {
        let tried = &found.tried[*place];
        let mut line = tried.labels.clone();
        line.push(short(tried.messages));
        line.extend([length(&tried.detection), word(tried.detection.status).to_owned()]);
        line.extend([often(&tried.mistakes), word(tried.mistakes.status).to_owned()]);
        line.push(mark(found, *place));
        line
    };
    let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
    let mut page = aligned(heading.iter().chain(&lines));
    if rows.len() < all.len() {
        let _ = writeln!(page, "and {} more that no other setting beats", all.len() - rows.len());
    }
    page
}

fn mark(found: &Found, place: usize) -> String {
    let marks = [(found.knee, "knee"), (found.chosen, "chosen")];
    let marks = marks.iter().filter(|(one, _)| *one == Some(place)).map(|(_, mark)| *mark);
    marks.collect::<Vec<_>>().join(", ")
}

/// Those that matter most, in their order: the knee, the chosen one, those that do not miss a goal, and others evenly.
fn picked(found: &Found, all: &[usize]) -> Vec<usize> {
    if all.len() <= MOST_ROWS {
        return all.to_vec();
    }
    let is_marked = |place: &usize| found.knee == Some(*place) || found.chosen == Some(*place);
    let mut picked: Vec<usize> = all.iter().copied().filter(is_marked).collect();
    for misses in [false, true] {
        let of_kind =
            |place: &&usize| (found.tried[**place].status() == Status::Missed) == misses && !is_marked(place);
        let kind: Vec<usize> = all.iter().filter(of_kind).copied().collect();
        let room = (MOST_ROWS - picked.len()).min(kind.len());
        picked.extend((0..room).map(|number| kind[number * kind.len() / room]));
    }
    all.iter().copied().filter(|place| picked.contains(place)).collect()
}

/// A length of time, and how sure it is.
pub(super) fn length(finding: &Finding) -> String {
    let value = finding.value;
    if value.is_nan() {
        return "-".to_owned();
    }
    if value == f64::INFINITY {
        return "never".to_owned();
    }
    match finding.interval {
        Some(interval) => {
            let high = if interval.high.is_finite() { seconds(interval.high) } else { "?".to_owned() };
            format!("{} ({} … {high})", seconds(value), seconds(interval.low))
        }
        None => seconds(value),
    }
}

/// A rate, and how sure it is; where nothing was seen, what is certain; where it is calculated, that.
pub(super) fn often(finding: &Finding) -> String {
    if let Some(calculated) = finding.calculated {
        return format!("{} calculated", short(calculated));
    }
    match finding.interval {
        _ if finding.value.is_nan() => "-".to_owned(),
        Some(interval) if finding.value == 0.0 => format!("< {}", short(interval.high)),
        Some(interval) => {
            format!("{} ({} … {})", short(finding.value), short(interval.low), short(interval.high))
        }
        None => short(finding.value),
    }
}
