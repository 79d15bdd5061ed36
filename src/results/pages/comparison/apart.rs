//! What sets each scenario apart from the first: in words, drawn, and in figures.

use super::beside::MOST_DRAWN;
use crate::figures::{seconds, short};
use crate::measures::Difference;
use crate::page::Section;
use crate::page::chart::{Chart, Drawing, Range};
use crate::results::Compared;
use crate::results::comparison::Apart;
use crate::results::pages::pieces::{
    drawn, ends, left_out, logarithmic, numbers, section, table, times, told,
};
use crate::statistics::Gap;

/// The measures that a reader asks for first.
const ASKED: [&str; 7] = [
    "detection_s_mean",
    "detection_s_p99",
    "detection_all_s_mean",
    "false_positives_per_node_day",
    "healthy_out_of_service_s",
    "dead_in_service_s",
    "messages_per_s",
];

/// Nothing where there is no other.
pub(super) fn apart(compared: &[Compared]) -> Option<Section> {
    let Apart { heading, others: said } = Apart::of(compared)?;
    let (reference, others) = compared.split_first()?;
    let name = &reference.summary.name;
    let mut text = vec![heading];
    let mut notes = Vec::new();
    for (other, sentences) in said.iter().take(MOST_DRAWN) {
        text.push(match sentences.is_empty() {
            true => format!("{other} cannot be told from it."),
            false => format!("{other} {}.", sentences.join("; ")),
        });
    }
    if said.len() > MOST_DRAWN {
        notes.push(left_out(said.len() - MOST_DRAWN, "are told of in differences.csv"));
    }
    let all: Vec<(&Compared, Vec<Difference>)> =
        others.iter().map(|other| (other, other.differences(reference))).collect();
    let drawn_of = |measure: &str, gap: fn(&Difference) -> Option<Gap>| -> Vec<Range> {
        let range = |(other, differences): &(&Compared, Vec<Difference>)| {
            let found = differences.iter().find(|one| one.measure.name == measure)?;
            range_of(&other.summary.name, gap(found)?)
        };
        all.iter().take(MOST_DRAWN).filter_map(range).collect()
    };
    let mut charts = Vec::new();
    let later = drawn_of("detection_s_mean", |found| found.difference);
    let x = times(format!("later than {name}; below zero sooner"));
    charts.extend(chart(
        "How much later a crash is known, on average",
        name,
        Drawing::Ranges { x, ranges: later },
    ));
    for (title, measure, what) in [
        ("How many times as many errors", "false_positives_per_node_day", "errors"),
        ("How many times as many messages", "messages_per_s", "messages"),
    ] {
        let ranges = drawn_of(measure, |found| found.ratio);
        let ranges: Vec<Range> = ranges
            .into_iter()
            .filter(|range| range.value.or(range.high).is_some_and(|at| at > 0.0))
            .collect();
        let x = logarithmic(numbers(format!("times as many {what} as {name}")));
        charts.extend(chart(title, name, Drawing::Ranges { x, ranges }));
    }
    let rows = all.iter().flat_map(|(other, differences)| {
        let asked = differences.iter().filter(|found| ASKED.contains(&found.measure.name));
        asked.filter_map(|found| row(&other.summary.name, found))
    });
    let columns = ["scenario", "measure", "#difference", "#times as much", "made", "to be known"];
    let all_rows = table(&columns, rows.collect());
    notes.push(
        "Paired: from what differs between two runs with the same chances. Welch: from how the runs of each differ \
         among themselves. Counts: from how many there were in all."
            .to_owned(),
    );
    let section = Section { charts, notes, ..section(&format!("Beside {name}"), text) };
    Some(section.with_table(all_rows.folded(), "rows are in differences.csv"))
}

fn chart(title: &str, reference: &str, drawing: Drawing) -> Option<Chart> {
    let is_empty = matches!(&drawing, Drawing::Ranges { ranges, .. } if ranges.is_empty());
    let summary = format!("Each scenario beside {reference}, with the 95 % interval of the difference.");
    (!is_empty).then(|| Chart { title: title.to_owned(), summary, drawing })
}

fn range_of(name: &str, gap: Gap) -> Option<Range> {
    let [low, high] = ends(gap.estimate.interval);
    let value = Some(drawn(gap.estimate.value)).filter(|value| value.is_finite());
    value.or(high)?;
    Some(Range { name: name.to_owned(), group: String::new(), value, low, high, theory: None })
}

/// The row of a difference, if there can be one.
fn row(name: &str, found: &Difference) -> Option<Vec<String>> {
    found.value.or(found.reference)?;
    let shown: fn(f64) -> String = if found.measure.is_time() { seconds } else { short };
    let cell = |gap: Option<Gap>, shown: fn(f64) -> String| {
        gap.map_or_else(String::new, |gap| told(gap.estimate, shown))
    };
    Some(vec![
        name.to_owned(),
        found.measure.name.to_owned(),
        cell(found.difference, shown),
        cell(found.ratio, short),
        found.method.map_or(String::new(), |method| method.word().to_owned()),
        found.doubt.map_or(String::new(), |doubt| doubt.words().to_owned()),
    ])
}
