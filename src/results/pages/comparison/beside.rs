//! Detection, errors and messages of several scenarios, one below the other and one against the other.

use super::ERRORS;
use crate::figures::{seconds, short};
use crate::measures::Class;
use crate::page::Section;
use crate::page::chart::{Axis, Chart, Drawing, Point, Range};
use crate::results::Compared;
use crate::results::pages::pareto;
use crate::results::pages::pieces::{
    at_most, both_ends, drawn, is_bound, left_out, logarithmic, numbers, range, section, surely_at_most,
    times, told,
};
use crate::results::report::by_whom;
use crate::statistics::Estimate;

/// More scenarios than this nobody reads one below the other.
pub(super) const MOST_DRAWN: usize = 60;
/// More names than this cover one another.
const MOST_LABELS: usize = 20;

/// The mean detection by each class of observers.
const DETECTION: [(Class, &str); 3] = [
    (Class::First, "detection_first_s_mean"),
    (Class::Acting, "detection_s_mean"),
    (Class::All, "detection_all_s_mean"),
];

/// All scenarios one below the other, in the case of this name if there are several.
pub(super) fn beside(compared: &[&Compared], case: &str) -> Section {
    let shown = &compared[..compared.len().min(MOST_DRAWN)];
    let in_case = if case.is_empty() { String::new() } else { format!(" ({case})") };
    let mut charts = Vec::new();
    charts.extend(detection(shown, &in_case));
    let errors = |one: &&Compared| {
        let estimate = one.estimate("false_positives_per_node_day")?;
        Some(range(&one.summary.name, ERRORS, estimate))
    };
    let errors: Vec<Range> = shown.iter().filter_map(errors).collect();
    charts.extend(chart(
        &format!("{}{in_case}", "Errors a node-day"),
        logarithmic(numbers(ERRORS)),
        errors,
        short,
    ));
    let messages = |one: &&Compared| {
        Some(range(&one.summary.name, "messages a second", one.estimate("messages_per_s")?))
    };
    let messages: Vec<Range> = shown.iter().filter_map(messages).collect();
    let axis = logarithmic_if_wide(numbers("messages a second"), &messages);
    charts.extend(chart(&format!("Messages a second{in_case}"), axis, messages, short));
    let mut notes = Vec::new();
    if compared.len() > shown.len() {
        notes.push(left_out(compared.len() - shown.len(), "scenarios are not drawn; the table has them"));
    }
    let text = "Each value with its 95 % interval. Where no error was seen, only what there surely are fewer of is \
                drawn.";
    Section { charts, notes, ..section("Side by side", vec![text.to_owned()]) }
}

/// How soon a crash is known, by each class of observers that does not know at the same moments as who acts.
fn detection(compared: &[&Compared], in_case: &str) -> Option<Chart> {
    let value = |one: &Compared, name: &str| one.estimate(name).map(|estimate| estimate.value);
    let mut ranges = Vec::new();
    for one in compared {
        let acting = value(one, "detection_s_mean");
        for (class, name) in DETECTION {
            let is_told = class == Class::Acting || value(one, name) != acting;
            let estimate = one.estimate(name).filter(|_| is_told);
            ranges.extend(estimate.map(|estimate| range(&one.summary.name, by_whom(class), estimate)));
        }
    }
    let axis = logarithmic_if_wide(times("known after, on average"), &ranges);
    chart(&format!("How soon a crash is known{in_case}"), axis, ranges, seconds)
}

fn chart(title: &str, x: Axis, ranges: Vec<Range>, shown: fn(f64) -> String) -> Option<Chart> {
    let at = |range: &&Range| range.value.or(range.high).unwrap_or(0.0);
    let least = ranges.iter().min_by(|one, other| at(one).total_cmp(&at(other)))?;
    let most = ranges.iter().max_by(|one, other| at(one).total_cmp(&at(other)))?;
    let tell = |range: &Range| match range.value {
        Some(value) => format!("{} ({})", shown(value), range.name),
        None => format!("fewer than {} ({})", shown(at(&range)), range.name),
    };
    let summary = format!("From {} to {}.", tell(least), tell(most));
    Some(Chart { title: title.to_owned(), summary, drawing: Drawing::Ranges { x, ranges } })
}

/// An axis on which neither small values nor large ones are lost.
fn logarithmic_if_wide(axis: Axis, ranges: &[Range]) -> Axis {
    let values = || ranges.iter().filter_map(|range| range.value);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    if least > 0.0 && most / least >= 30.0 { logarithmic(axis) } else { axis }
}

/// Detection against messages, and against errors, in the case of this name if there are several.
pub(super) fn scatter(compared: &[&Compared], case: &str) -> Option<Section> {
    let in_case = if case.is_empty() { String::new() } else { format!(": {case}") };
    let charts: Vec<Chart> =
        [("messages a second", "messages_per_s"), (ERRORS, "false_positives_per_node_day")]
            .into_iter()
            .filter_map(|(what, name)| against(compared, what, name))
            .collect();
    let text = "The further left, the sooner a crash is known on average; the further down, the cheaper. The line joins \
                those that no other beats in both, by the upper ends of the intervals. Where no error was seen, the point stands at what there surely are \
                fewer of, at 95 %.";
    let is_some = !charts.is_empty();
    is_some.then(|| Section {
        charts,
        ..section(&format!("What soon is worth{in_case}"), vec![text.to_owned()])
    })
}

fn against(compared: &[&Compared], what: &str, name: &str) -> Option<Chart> {
    let of = |one: &&Compared| {
        let (after, other) = (one.estimate("detection_s_mean")?, one.estimate(name)?);
        Some((one.summary.name.clone(), after, other)).filter(|_| at_most(other) > 0.0)
    };
    let known: Vec<(String, Estimate, Estimate)> = compared.iter().filter_map(of).take(MOST_POINTS).collect();
    if known.len() < 2 {
        return None;
    }
    let front = pareto::front(
        &known.iter().map(|(_, after, other)| [after.value, surely_at_most(*other)]).collect::<Vec<_>>(),
    );
    let is_labelled = |on_front: bool| on_front || known.len() <= MOST_LABELS;
    let point = |((name, after, other), on_front): (&(String, Estimate, Estimate), &bool)| Point {
        x: drawn(after.value),
        x_range: both_ends(after.interval),
        y: drawn(at_most(*other)),
        y_range: both_ends(other.interval).filter(|_| !is_bound(*other)),
        is_bound: is_bound(*other),
        group: String::new(),
        told: format!("{name}: known after {}; {what}: {}", told(*after, seconds), told(*other, short)),
        on_front: *on_front,
        label: if is_labelled(*on_front) { name.clone() } else { String::new() },
    };
    let points: Vec<Point> = known.iter().zip(&front).map(point).collect();
    let ys = || points.iter().map(|point| point.y);
    let (least, most) = (ys().fold(f64::INFINITY, f64::min), ys().fold(0.0, f64::max));
    let y = if most / least >= 10.0 { logarithmic(numbers(what)) } else { numbers(what) };
    let xs = || points.iter().map(|point| point.x);
    let is_wide = xs().fold(0.0, f64::max) >= 30.0 * xs().fold(f64::INFINITY, f64::min);
    let x = times("known after, on average");
    let x = if is_wide { logarithmic(x) } else { x };
    let names: Vec<&str> =
        known.iter().zip(&front).filter(|(_, on)| **on).map(|((name, ..), _)| name.as_str()).collect();
    let summary = format!("No other beats {}.", names.join(", "));
    let title = format!("Detection against {what}");
    Some(Chart { title, summary, drawing: Drawing::Points { x, y, points } })
}

/// More points than this are a cloud.
const MOST_POINTS: usize = 500;
