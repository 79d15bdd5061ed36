//! Detection against mistakes: what cannot be had together.

use super::{AFTER, Cell, ERRORS, SweepPage};
use crate::figures::short;
use crate::page::Section;
use crate::page::chart::{Chart, Drawing, Point};
use crate::results::pages::pieces::{
    at_most, both_ends, drawn, is_bound, left_out, logarithmic, numbers, section, times,
};

/// More points than this are a cloud.
const MOST_POINTS: usize = 800;
/// More groups than this cannot be told apart.
const MOST_GROUPS: usize = 8;
/// More names than this cover one another.
const MOST_LABELS: usize = 12;

/// The scatter; nothing where there is no choice.
pub(super) fn scatter(page: &SweepPage) -> Option<Section> {
    let on_front = page.front();
    let fronts = on_front.iter().filter(|is| **is).count();
    let drawable =
        |cell: &Cell| cell.after.is_some() && cell.errors.map(at_most).is_some_and(|errors| errors > 0.0);
    let all: Vec<(&Cell, bool)> =
        page.cells.iter().zip(on_front).filter(|(cell, _)| drawable(cell)).collect();
    if all.len() < 2 {
        return None;
    }
    let mut notes = Vec::new();
    let rest = all.len() - fronts.min(all.len());
    let room = MOST_POINTS.saturating_sub(fronts);
    // All of the front, and of the others as many as can be told apart, evenly.
    let stride = if rest > room { rest.div_ceil(room.max(1)) } else { 1 };
    let mut number = 0;
    let mut is_shown = |on_front: bool| {
        number += usize::from(!on_front);
        on_front || number % stride == 0
    };
    let shown: Vec<(&Cell, bool)> =
        all.iter().copied().filter(|(_, on_front)| is_shown(*on_front)).take(MOST_POINTS).collect();
    if shown.len() < all.len() {
        notes.push(left_out(all.len() - shown.len(), "settings that others beat are not drawn"));
    }
    let group = grouping(page);
    let label = |cell: &Cell, on_front: bool| match on_front && fronts <= MOST_LABELS {
        true => page.setting(cell),
        false => String::new(),
    };
    let point = |(cell, on_front): &(&Cell, bool)| {
        let (after, errors) = (cell.after?, cell.errors?);
        Some(Point {
            x: drawn(after.value),
            x_range: both_ends(after.interval),
            y: drawn(at_most(errors)),
            // The lower end of what was not seen is zero, which has no place on a logarithmic axis.
            y_range: both_ends(errors.interval).filter(|_| !is_bound(errors)),
            is_bound: is_bound(errors),
            group: group.map_or_else(String::new, |key| {
                format!("{} {}", page.keys[key].name(), page.keys[key].values[cell.values[key]])
            }),
            told: cell.told(&page.setting(cell)),
            on_front: *on_front,
            label: label(cell, *on_front),
        })
    };
    let points: Vec<Point> = shown.iter().filter_map(point).collect();
    let summary =
        format!("{} of {} settings are beaten by no other.", short(fronts as f64), short(all.len() as f64));
    let text = "Each point is a setting: the further left, the sooner a crash is known; the further down, the fewer \
                errors. The line joins those that no other setting beats in both, by the upper ends of the intervals. Where no error was seen, the point \
                stands at what there surely are fewer of, at 95 %, and counts as that.";
    let drawing = Drawing::Points { x: times(AFTER), y: logarithmic(numbers(ERRORS)), points };
    let chart = Chart { title: "Detection against errors".to_owned(), summary, drawing };
    Some(Section {
        charts: vec![chart],
        notes,
        ..section("What detection costs in errors", vec![text.to_owned()])
    })
}

/// The key whose values have a colour each: words before sizes, the fewest values first.
fn grouping(page: &SweepPage) -> Option<usize> {
    let keys = page.varied().into_iter().filter(|key| page.keys[*key].values.len() <= MOST_GROUPS);
    keys.min_by_key(|key| (page.keys[*key].is_ordered, page.keys[*key].values.len()))
}
