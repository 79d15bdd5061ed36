//! Matrices, where two sizes were swept: a row for each value of the one, a column for each value of the other.

use std::fmt::Write as _;

use super::table::{CellTable, Row, WIDTH, margin, tiny};
use crate::figures::{multiple, rough, short};
use crate::statistics::{Estimate, Interval};

/// Fewer rows than this are read more easily one below the other.
const FEW: usize = 9;

/// What is shown of a cell: a value, and below it how sure it is.
type Shown<'a> = dyn Fn(&Row) -> [String; 2] + 'a;

/// Cells by two of the keys: of which values there are any, and which cell stands where.
pub(super) struct Grid<'a> {
    pub(super) table: &'a CellTable,
    pub(super) keys: [usize; 2],
    pub(super) rows: Vec<&'a str>,
    pub(super) columns: Vec<&'a str>,
    pub(super) cells: Vec<&'a Row>,
}

/// The matrices, if two sizes were swept, over enough values, and they fit onto the page.
pub(super) fn matrices(table: &CellTable) -> Option<String> {
    let [slow, fast] = &table.keys[..] else { return None };
    let are_sizes = [slow, fast].iter().all(|key| key.sizes.len() > 2);
    if !are_sizes || table.rows.len() < FEW {
        return None;
    }
    let grid = Grid::of(table, table.rows.iter().collect(), [0, 1]);
    let mut page = String::new();
    if table.rows.iter().any(|row| row.after.is_some()) {
        let (factor, unit) = unit(table);
        grid.draw(&mut page, &format!("known after, mean, in {unit}"), &|row| known(row, factor))?;
        page.push('\n');
    }
    grid.draw(&mut page, "errors a node-day, and what they are surely below", &mistaken)?;
    if table.common_messages().is_none() {
        page.push('\n');
        grid.draw_messages(&mut page)?;
    }
    Some(page)
}

impl<'a> Grid<'a> {
    /// These cells by these two keys.
    pub(super) fn of(table: &'a CellTable, cells: Vec<&'a Row>, keys: [usize; 2]) -> Grid<'a> {
        // Of some values there may be no cell.
        let there = |key: usize| {
            let labels = table.keys[key].sizes.iter().map(String::as_str);
            labels.filter(|label| cells.iter().any(|row| row.labels[key] == *label)).collect()
        };
        let [rows, columns] = keys.map(there);
        Grid { table, keys, rows, columns, cells }
    }

    /// The cell of two values, if there is one.
    pub(super) fn cell(&self, values: [&str; 2]) -> Option<&'a Row> {
        let is_here = |row: &&Row| self.keys.iter().zip(values).all(|(key, value)| row.labels[*key] == value);
        self.cells.iter().copied().find(is_here)
    }

    /// Draws a matrix, if it fits.
    fn draw(&self, page: &mut String, title: &str, shown: &Shown<'_>) -> Option<()> {
        let mut lines = vec![self.heading(&self.columns)];
        for label in &self.rows {
            let mut both = [vec![(*label).to_owned()], vec![String::new()]];
            for column in &self.columns {
                let cell = self.cell([label, column]).map_or_else(|| ["", ""].map(str::to_owned), shown);
                both.iter_mut().zip(cell).for_each(|(line, cell)| line.push(cell));
            }
            let [first, second] = both;
            lines.push(first);
            if second.iter().any(|cell| !cell.is_empty()) {
                lines.push(second);
            }
        }
        self.print(page, title, &lines)
    }

    /// Draws what is sent: one column, where it is the same in all.
    fn draw_messages(&self, page: &mut String) -> Option<()> {
        let sent = |row: &Row| row.messages.map_or_else(|| "-".to_owned(), short);
        let of = |label: &str| {
            let rows = self.table.rows.iter().filter(move |row| row.labels[0] == label);
            rows.map(sent).collect::<Vec<_>>()
        };
        let is_same = |label: &&str| of(label).windows(2).all(|pair| pair[0] == pair[1]);
        if !self.rows.iter().all(is_same) {
            return self.draw(page, "messages a second", &|row| [sent(row), String::new()]);
        }
        let key = last_word(&self.table.keys[0].path);
        let names = std::iter::once(key.to_owned()).chain(self.rows.iter().map(|label| (*label).to_owned()));
        let rates = std::iter::once("messages a second".to_owned());
        let rates = rates.chain(self.rows.iter().map(|label| of(label).swap_remove(0)));
        let lines: Vec<Vec<String>> = vec![names.collect(), rates.collect()];
        self.print(page, "", &lines)
    }

    fn heading(&self, columns: &[&str]) -> Vec<String> {
        let key = last_word(&self.table.keys[0].path).to_owned();
        std::iter::once(key).chain(columns.iter().map(|column| (*column).to_owned())).collect()
    }

    fn print(&self, page: &mut String, title: &str, lines: &[Vec<String>]) -> Option<()> {
        let text = super::aligned(lines.iter());
        if text.lines().any(|line| line.chars().count() > WIDTH) {
            return None;
        }
        if !title.is_empty() {
            let _ = writeln!(page, "{title}, by {}:", last_word(&self.table.keys[1].path));
        }
        page.push_str(&text);
        Some(())
    }
}

pub(super) fn last_word(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

/// The unit in which all lengths are shown: what a second is in it, and its name.
pub(super) fn unit(table: &CellTable) -> (f64, &'static str) {
    let longest = table.rows.iter().filter_map(|row| row.after).map(|after| after.value).fold(0.0, f64::max);
    if longest < 1.0 { (1e3, "milliseconds") } else { (1.0, "seconds") }
}

/// How soon a crash is known, and how sure that is.
fn known(row: &Row, factor: f64) -> [String; 2] {
    let Some(after) = row.after else { return ["-".to_owned(), String::new()] };
    match margin(after) {
        Some(half) => {
            let half = rough(half * factor);
            [multiple(after.value * factor, half), format!("±{}", short(half))]
        }
        None => [short(after.value * factor), String::new()],
    }
}

/// How many errors there are, and what they are surely below.
fn mistaken(row: &Row) -> [String; 2] {
    let Some(Estimate { value, interval, .. }) = row.errors else { return ["-".to_owned(), String::new()] };
    let below = interval.map_or_else(String::new, |Interval { high, .. }| format!("<{}", three(high)));
    match row.calculated.filter(|_| row.is_calculated()) {
        Some(calculated) => [below, format!("{}*", tiny(calculated))],
        None if value == 0.0 => [below, String::new()],
        None => [three(value), below],
    }
}

/// Three significant digits, and all whole ones.
fn three(value: f64) -> String {
    let rounded = if value < 100.0 { format!("{value:.2e}").parse().unwrap_or(value) } else { value.round() };
    short(rounded)
}
