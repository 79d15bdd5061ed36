//! Heat maps over two keys.

use super::{AFTER, Cell, ERRORS, Key, SweepPage};
use crate::figures::{seconds, short};
use crate::page::Section;
use crate::page::chart::{Axis, Chart, Drawing, Field, Words};
use crate::results::pages::pieces::{
    at_most, drawn, is_bound, left_out, logarithmic, numbers, section, times,
};
use crate::statistics::Estimate;

/// More values than this are no map that anybody can read; then it shows some of them, evenly.
const MOST_VALUES: usize = 24;
/// As many fields are drawn in all maps together.
const MOST_FIELDS: usize = 2400;
/// More maps than this nobody looks at.
const MOST_MAPS: usize = 12;

/// The maps; nothing where fewer than two keys have several values.
pub(super) fn maps(page: &SweepPage) -> Option<Section> {
    let [rows, columns] = chosen(page)?;
    let others: Vec<usize> =
        page.varied().into_iter().filter(|key| *key != rows && *key != columns).collect();
    let grid = Grid::of(page, [rows, columns]);
    let mut combinations: Vec<Vec<usize>> = Vec::new();
    for cell in &page.cells {
        let combination: Vec<usize> = others.iter().map(|key| cell.values[*key]).collect();
        if !combinations.contains(&combination) {
            combinations.push(combination);
        }
        if combinations.len() > MOST_COMBINATIONS {
            break;
        }
    }
    let fields = 2 * grid.rows.len() * grid.columns.len();
    let most = (MOST_FIELDS / fields.max(1)).clamp(1, MOST_MAPS / 2);
    let mut charts = Vec::new();
    for combination in combinations.iter().take(most) {
        let is_of =
            |cell: &&Cell| others.iter().zip(combination).all(|(key, value)| cell.values[*key] == *value);
        let cells: Vec<&Cell> = page.cells.iter().filter(is_of).collect();
        let of = others.iter().zip(combination).map(|(key, value)| {
            let key = &page.keys[*key];
            format!("{} {}", key.name(), key.values[*value])
        });
        let of = of.collect::<Vec<_>>().join(", ");
        charts.extend(grid.errors(&cells, &of));
        charts.extend(grid.detection(&cells, &of));
    }
    let mut notes = grid.notes.clone();
    if combinations.len() > most {
        let more = if combinations.len() > MOST_COMBINATIONS { "and many" } else { "" };
        let what = format!("combinations of the other keys {more} have no map; the table has them");
        notes.push(left_out(combinations.len() - most, what.replace("  ", " ").trim()));
    }
    let text = format!(
        "Each field is a setting: {} across, {} down. The scale above says which colour stands for how many errors, or how \
         late a crash is known. Where no error was seen, the field shows what there surely are fewer of (<), at 95 %.",
        page.keys[columns].name(),
        page.keys[rows].name()
    );
    let title = format!("{} × {}", page.keys[rows].name(), page.keys[columns].name());
    Some(Section { charts, notes, ..section(&title, vec![text]) })
}

/// So many combinations of the other keys are counted.
const MOST_COMBINATIONS: usize = 100;

/// The two keys with most values, sizes before words, in their order.
fn chosen(page: &SweepPage) -> Option<[usize; 2]> {
    let mut keys = page.varied();
    keys.sort_by_key(|key| {
        let of = &page.keys[*key];
        (!of.is_ordered, std::cmp::Reverse(of.values.len()), *key)
    });
    let [one, other] = keys.get(..2)? else { return None };
    let mut both = [*one, *other];
    both.sort_unstable();
    Some(both)
}

/// Which values are the rows and the columns of a map.
struct Grid<'a> {
    page: &'a SweepPage,
    keys: [usize; 2],
    rows: Vec<usize>,
    columns: Vec<usize>,
    notes: Vec<String>,
}

impl<'a> Grid<'a> {
    fn of(page: &'a SweepPage, keys: [usize; 2]) -> Grid<'a> {
        let mut notes = Vec::new();
        let [rows, columns] = keys.map(|key| {
            let key: &Key = &page.keys[key];
            let shown = evenly(key.values.len());
            if shown.len() < key.values.len() {
                let of = [shown.len(), key.values.len()].map(|count| short(count as f64));
                notes.push(format!("Of {}, {} of {} values are shown.", key.name(), of[0], of[1]));
            }
            shown
        });
        Grid { page, keys, rows, columns, notes }
    }

    fn errors(&self, cells: &[&Cell], of: &str) -> Option<Chart> {
        let shown = |cell: &Cell| {
            let errors = cell.errors?;
            let text = match is_bound(errors) {
                true => format!("<{}", three(at_most(errors))),
                false => three(errors.value),
            };
            Some((errors, text))
        };
        self.map(cells, (ERRORS, of), logarithmic(numbers(ERRORS)), &shown)
    }

    fn detection(&self, cells: &[&Cell], of: &str) -> Option<Chart> {
        let shown = |cell: &Cell| cell.after.map(|after| (after, seconds(rounded(after.value))));
        self.map(cells, (AFTER, of), times(AFTER), &shown)
    }

    fn map(
        &self,
        cells: &[&Cell],
        (what, of): (&str, &str),
        colour: Axis,
        shown: &dyn Fn(&Cell) -> Option<(Estimate, String)>,
    ) -> Option<Chart> {
        let [down, across] = self.keys;
        let mut fields = Vec::new();
        for cell in cells {
            let row = self.rows.iter().position(|value| *value == cell.values[down]);
            let column = self.columns.iter().position(|value| *value == cell.values[across]);
            let (Some(row), Some(column), Some((estimate, text))) = (row, column, shown(cell)) else {
                continue;
            };
            let told = cell.told(&self.page.setting(cell));
            let value = drawn(at_most(estimate));
            fields.push(Field { column, row, value, text, is_bound: is_bound(estimate), told });
        }
        let least = fields.iter().min_by(|one, other| one.value.total_cmp(&other.value))?;
        let most = fields.iter().max_by(|one, other| one.value.total_cmp(&other.value))?;
        let words = |key: usize, shown: &[usize]| Words {
            label: self.page.keys[key].path.clone(),
            words: shown.iter().map(|value| self.page.keys[key].values[*value].clone()).collect(),
        };
        let place = |field: &Field| {
            let row = &self.page.keys[down].values[self.rows[field.row]];
            let column = &self.page.keys[across].values[self.columns[field.column]];
            let [down, across] = self.keys.map(|key| self.page.keys[key].name());
            format!("{} at {down} {row}, {across} {column}", field.text)
        };
        let summary = format!("From {} to {}.", place(least), place(most));
        let of = if of.is_empty() { String::new() } else { format!(": {of}") };
        let title = format!("{}{of}", capital(what));
        let (x, y) = (words(across, &self.columns), words(down, &self.rows));
        Some(Chart { title, summary, drawing: Drawing::Fields { x, y, colour, fields } })
    }
}

/// Places among so many, evenly, the first and the last among them.
fn evenly(count: usize) -> Vec<usize> {
    if count <= MOST_VALUES {
        return (0..count).collect();
    }
    (0..MOST_VALUES).map(|number| number * (count - 1) / (MOST_VALUES - 1)).collect()
}

/// Three significant digits, and all whole ones.
fn three(value: f64) -> String {
    short(rounded(value))
}

fn rounded(value: f64) -> f64 {
    if value < 100.0 { format!("{value:.2e}").parse().unwrap_or(value) } else { value.round() }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
