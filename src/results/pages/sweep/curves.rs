//! Curves over one key, where its values are sizes; values one below the other, where they are words.

use super::{AFTER, Cell, ERRORS, Key, SweepPage};
use crate::figures::{seconds, short};
use crate::page::Section;
use crate::page::chart::{Axis, Chart, Curve, Drawing, Range, Role};
use crate::results::pages::pieces::{
    at_most, both_ends, drawn, is_bound, left_out, logarithmic, numbers, range, section, times,
};
use crate::statistics::Estimate;

/// More lines than this cannot be told apart.
const MOST_LINES: usize = 8;
/// More values one below the other than this nobody reads.
const MOST_RANGES: usize = 80;

/// A measure that is drawn.
struct Drawn {
    title: &'static str,
    axis: Axis,
    of: fn(&Cell) -> Option<Estimate>,
    shown: fn(f64) -> String,
}

fn measures() -> [Drawn; 4] {
    [
        Drawn { title: AFTER, axis: times(AFTER), of: |cell| cell.after, shown: seconds },
        Drawn {
            title: "99 of 100 known within",
            axis: times("99 of 100 known within"),
            of: |cell| cell.within,
            shown: seconds,
        },
        Drawn { title: ERRORS, axis: logarithmic(numbers(ERRORS)), of: |cell| cell.errors, shown: short },
        Drawn {
            title: "messages a second",
            axis: numbers("messages a second"),
            of: |cell| cell.messages,
            shown: short,
        },
    ]
}

/// Curves over the size with most values, a line for each value of the other key; nothing where maps tell more.
pub(super) fn curves(page: &SweepPage) -> Option<Section> {
    let varied = page.varied();
    if varied.is_empty() {
        return None;
    }
    let sizes = varied.iter().copied().filter(|key| page.keys[*key].is_ordered);
    let Some(across) = sizes.max_by_key(|key| page.keys[*key].values.len()) else { return listed(page) };
    let others: Vec<usize> = varied.into_iter().filter(|key| *key != across).collect();
    let mut lines: Vec<(String, Vec<&Cell>)> = Vec::new();
    for cell in &page.cells {
        let name = others.iter().map(|key| {
            let key_of = &page.keys[*key];
            format!("{} {}", key_of.name(), key_of.values[cell.values[*key]])
        });
        let name = name.collect::<Vec<_>>().join(", ");
        match lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, cells)) => cells.push(cell),
            None => lines.push((name, vec![cell])),
        }
    }
    let key = &page.keys[across];
    let mut notes = Vec::new();
    if lines.len() > MOST_LINES {
        notes.push(left_out(lines.len() - MOST_LINES, "lines are not drawn; the table has their values"));
        let all = lines.len();
        lines = (0..MOST_LINES).map(|number| lines[number * (all - 1) / (MOST_LINES - 1)].clone()).collect();
    }
    lines.iter_mut().for_each(|(_, cells)| cells.sort_by_key(|cell| cell.values[across]));
    let charts = measures().into_iter().filter_map(|drawn| chart(key, across, &lines, drawn)).collect();
    let text = format!(
        "Each place is a setting, the band around it the 95 % interval. Where no error was seen, the line stands at \
         what there surely are fewer of. Across: {}.",
        key.path
    );
    Some(Section { charts, notes, ..section(&format!("Over {}", key.name()), vec![text]) })
}

fn chart(key: &Key, across: usize, lines: &[(String, Vec<&Cell>)], what: Drawn) -> Option<Chart> {
    let curve = |(name, cells): &(String, Vec<&Cell>)| {
        let (mut places, mut band) = (Vec::new(), Vec::new());
        for cell in cells {
            let Some(estimate) = (what.of)(cell) else { continue };
            let x = drawn(key.size(cell.values[across]));
            places.push([x, drawn(at_most(estimate))]);
            // The lower end of what was not seen is zero, which has no place on a logarithmic axis.
            if let Some([low, high]) = both_ends(estimate.interval).filter(|_| !is_bound(estimate)) {
                band.push([x, low, high]);
            }
        }
        let name = if name.is_empty() { "simulated" } else { name };
        Curve { name: name.to_owned(), role: Role::Seen, stepped: false, places, band }
    };
    let curves: Vec<Curve> = lines.iter().map(curve).filter(|curve| !curve.places.is_empty()).collect();
    let places = || curves.iter().flat_map(|curve| &curve.places).map(|[_, y]| *y);
    let (least, most) = (places().reduce(f64::min)?, places().reduce(f64::max)?);
    let summary = format!("Between {} and {}.", (what.shown)(least), (what.shown)(most));
    let mut x = if key.is_time() { times(&key.path) } else { numbers(&key.path) };
    // Sizes that grow by factors stand evenly on such an axis.
    let (first, last) = (key.size(0), key.size(key.values.len() - 1));
    x.logarithmic = first > 0.0 && last / first >= 30.0;
    let y = if least > 0.0 { what.axis } else { Axis { logarithmic: false, ..what.axis } };
    let title = format!("{}, by {}", what.title, key.name());
    Some(Chart { title, summary, drawing: Drawing::Curves { x, y, curves, marks: Vec::new() } })
}

/// The settings one below the other.
fn listed(page: &SweepPage) -> Option<Section> {
    let mut notes = Vec::new();
    if page.cells.len() > MOST_RANGES {
        notes.push(left_out(page.cells.len() - MOST_RANGES, "settings are not drawn; the table has them"));
    }
    let chart = |what: Drawn| {
        let cells = page.cells.iter().take(MOST_RANGES);
        let ranges: Vec<Range> =
            cells.filter_map(|cell| Some(range(page.setting(cell), what.title, (what.of)(cell)?))).collect();
        let ends = || ranges.iter().filter_map(|range| range.value.or(range.high));
        let (least, most) = (ends().reduce(f64::min)?, ends().reduce(f64::max)?);
        let summary = format!("Between {} and {}.", (what.shown)(least), (what.shown)(most));
        let shows_all = ranges.iter().all(|range| range.value.is_some_and(|value| value > 0.0));
        let x = Axis { logarithmic: what.axis.logarithmic && shows_all, ..what.axis };
        let title = what.title.to_owned();
        Some(Chart { title, summary, drawing: Drawing::Ranges { x, ranges } })
    };
    let charts = measures().into_iter().filter_map(chart).collect();
    let text = "Each setting with its 95 % interval. Where no error was seen, only its upper end is drawn.";
    Some(Section { charts, notes, ..section("The settings side by side", vec![text.to_owned()]) })
}
