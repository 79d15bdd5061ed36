//! Errors case by case, and the table of all scenarios in all cases.

use super::ERRORS;
use super::beside::MOST_DRAWN;
use crate::figures::{seconds, short};
use crate::page::Section;
use crate::page::chart::{Chart, Drawing, Range};
use crate::results::comparison::EXPLAINED;
use crate::results::pages::pieces::{left_out, logarithmic, numbers, range, section, table, told};
use crate::results::{Cases, Compared};

/// Errors of all scenarios, those of each case in a colour of its own.
pub(super) fn errors(cases: &Cases<'_>) -> Section {
    let mut ranges: Vec<Range> = Vec::new();
    for tested in cases.tested.iter().take(MOST_DRAWN) {
        for (name, one) in cases.names.iter().zip(&tested.cases) {
            let estimate = one.estimate("false_positives_per_node_day");
            ranges.extend(estimate.map(|estimate| range(&one.summary.name, *name, estimate)));
        }
    }
    let mut notes = vec![EXPLAINED[1].to_owned()];
    if cases.tested.len() > MOST_DRAWN {
        notes.push(left_out(cases.tested.len() - MOST_DRAWN, "scenarios are not drawn; the table has them"));
    }
    let summary = format!("Errors of {} scenarios in each case.", short(cases.tested.len() as f64));
    let x = logarithmic(numbers(ERRORS));
    let title = "Errors a node-day, case by case".to_owned();
    let charts = vec![Chart { title, summary, drawing: Drawing::Ranges { x, ranges } }];
    let text = "Healthy nodes held dead, per node and day, with 95 % intervals. Where there was none, only what there \
                surely are fewer of is drawn.";
    Section { charts, notes, ..section("What each case does to errors", vec![text.to_owned()]) }
}

/// All scenarios in all cases in figures.
pub(super) fn table_of(cases: &Cases<'_>) -> Section {
    let columns = [
        "scenario",
        "case",
        "#crashes known",
        "#first knows after",
        "#known after",
        "#all know after",
        "#messages a second",
        "#errors a node-day",
    ];
    let row = |(elects, case, one): (bool, &str, &Compared)| {
        let cell = |name: &str, shown: fn(f64) -> String| {
            one.estimate(name).map_or("-".to_owned(), |estimate| told(estimate, shown))
        };
        vec![
            format!("{}{}", one.summary.name, if elects { " *" } else { "" }),
            case.to_owned(),
            format!("{}/{}", cell("detected", short), cell("crashes", short)),
            cell("detection_first_s_mean", seconds),
            cell("detection_s_mean", seconds),
            cell("detection_all_s_mean", seconds),
            cell("messages_per_s", short),
            cell("false_positives_per_node_day", short),
        ]
    };
    let rows = cases.tested.iter().flat_map(|tested| {
        let named = cases.names.iter().zip(&tested.cases);
        named.map(|(name, one)| row((tested.elects, name, one)))
    });
    let all = table(&columns, rows.collect());
    let mut section = section("All in figures", vec!["In brackets 95 % intervals.".to_owned()]);
    section.notes = EXPLAINED.map(str::to_owned).to_vec();
    section.with_table(all.folded(), "rows are in summary.csv")
}
