//! Matrices, where two sizes were swept: a row for each value of the one, a column for each value of the other.

use std::fmt::Write as _;

use super::table::{CellTable, Row, WIDTH, margin, tiny};
use crate::figures::{multiple, rough, short};
use crate::statistics::{Estimate, Interval};

/// Fewer rows than this are read more easily one below the other.
const FEW: usize = 9;

/// What is shown of a cell: a value, and below it how sure it is.
type Shown<'a> = dyn Fn(&Row) -> [String; 2] + 'a;

/// Rows and columns, and which row of the table stands where.
struct Grid<'a> {
    table: &'a CellTable,
    rows: Vec<&'a str>,
    columns: Vec<&'a str>,
}

/// The matrices, if two sizes were swept, over enough values, and they fit onto the page.
pub(super) fn matrices(table: &CellTable) -> Option<String> {
    let [slow, fast] = &table.keys[..] else { return None };
    let are_sizes = [slow, fast].iter().all(|key| key.sizes.len() > 2);
    if !are_sizes || table.rows.len() < FEW {
        return None;
    }
    // Of some values there may be no cell.
    let is_there = |place: usize, label: &str| table.rows.iter().any(|row| row.labels[place] == label);
    let rows = slow.sizes.iter().map(String::as_str).filter(|label| is_there(0, label));
    let columns = fast.sizes.iter().map(String::as_str).filter(|label| is_there(1, label));
    let grid = Grid { table, rows: rows.collect(), columns: columns.collect() };
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

impl Grid<'_> {
    /// Draws a matrix, if it fits.
    fn draw(&self, page: &mut String, title: &str, shown: &Shown<'_>) -> Option<()> {
        let mut lines = vec![self.heading(&self.columns)];
        for label in &self.rows {
            let mut both = [vec![(*label).to_owned()], vec![String::new()]];
            for column in &self.columns {
                let row = self.table.rows.iter().find(|row| row.labels == [*label, *column]);
                let cell = row.map_or_else(|| ["", ""].map(str::to_owned), shown);
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

fn last_word(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

/// The unit in which all lengths are shown: what a second is in it, and its name.
fn unit(table: &CellTable) -> (f64, &'static str) {
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
