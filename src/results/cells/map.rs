//! Heat maps, where two sizes were swept: a line for each value of the one, a column for each value of the other, and the
//! darker the more. They show where things change, at a glance and for any number of cells that a page is wide.

use std::fmt::Write as _;

use super::matrix::{Grid, last_word, unit};
use super::shades::{NONE, Shades, UNKNOWN};
use super::table::{CellTable, Row, WIDTH};
use crate::results::report::wrapped;

/// With fewer cells than this, figures are as quickly read.
const FEW: usize = 25;
/// Of more than two keys, so many combinations of the others are shown.
const MOST_MAPS: usize = 4;
/// Cells are so many characters wide, if there is room.
const WIDE: usize = 3;
/// What stands between two maps that are side by side.
const GAP: usize = 4;

/// What is mapped.
struct Mapped<'a> {
    title: String,
    size: Box<dyn Fn(&Row) -> f64 + 'a>,
    /// What a cell without any is.
    none: &'static str,
}

/// The maps of a table, if two sizes were swept and there are enough cells. Below figures in the same places, only errors
/// are worth one: they differ by powers of ten, which figures hide.
pub(super) fn maps(table: &CellTable, has_figures: bool) -> Option<String> {
    let sizes: Vec<usize> = (0..table.keys.len()).filter(|key| table.keys[*key].sizes.len() > 2).collect();
    let [.., slow, fast] = sizes[..] else { return None };
    let mut others: Vec<Vec<&str>> = Vec::new();
    for row in &table.rows {
        let other = other_labels(row, [slow, fast]);
        if !others.contains(&other) {
            others.push(other);
        }
    }
    let mut page = String::new();
    let shown: Vec<Mapped<'_>> = mapped(table, has_figures);
    if shown.is_empty() {
        return None;
    }
    for other in others.iter().take(MOST_MAPS) {
        let rows: Vec<&Row> =
            table.rows.iter().filter(|row| other_labels(row, [slow, fast]) == *other).collect();
        if rows.len() < FEW {
            return None;
        }
        let grid = Grid::of(table, rows, [slow, fast]);
        if !page.is_empty() {
            page.push('\n');
        }
        let keys = (0..table.keys.len()).filter(|key| ![slow, fast].contains(key));
        let fixed: Vec<String> =
            keys.zip(other).map(|(key, label)| format!("{} = {label}", table.keys[key].path)).collect();
        if !fixed.is_empty() {
            wrapped(&fixed.join(", "), WIDTH).iter().for_each(|line| {
                let _ = writeln!(page, "{line}");
            });
        }
        page.push_str(&side_by_side(&grid, &shown)?);
    }
    if others.len() > MOST_MAPS {
        let _ = writeln!(page, "\nand {} maps more, which are not shown", others.len() - MOST_MAPS);
    }
    Some(page)
}

/// What a row has for the keys that a map does not show.
fn other_labels(row: &Row, [slow, fast]: [usize; 2]) -> Vec<&str> {
    let labels = row.labels.iter().enumerate().filter(|(key, _)| *key != slow && *key != fast);
    labels.map(|(_, label)| label.as_str()).collect()
}

/// What is worth a map: what is not the same everywhere.
fn mapped(table: &CellTable, has_figures: bool) -> Vec<Mapped<'_>> {
    let (factor, unit) = unit(table);
    let known = move |row: &Row| row.after.map_or(f64::NAN, |after| after.value * factor);
    let errors = |row: &Row| row.errors.map_or(f64::NAN, |errors| errors.value);
    let varies =
        |size: &dyn Fn(&Row) -> f64| table.rows.windows(2).any(|pair| size(&pair[0]) != size(&pair[1]));
    let mut mapped = Vec::new();
    if varies(&known) && !has_figures {
        mapped.push(Mapped { title: format!("known after, {unit}"), size: Box::new(known), none: "at once" });
    }
    if varies(&errors) {
        mapped.push(Mapped {
            title: "errors a node-day".to_owned(),
            size: Box::new(errors),
            none: "none seen",
        });
    }
    mapped
}

/// The maps beside one another if they fit, and otherwise below one another; nothing if not even one fits.
fn side_by_side(grid: &Grid<'_>, mapped: &[Mapped<'_>]) -> Option<String> {
    let half = (WIDTH - GAP) / 2;
    if let [first, second] = mapped
        && let (Some(first), Some(second)) = (picture(grid, first, half), picture(grid, second, half))
    {
        let left = first.iter().map(|line| line.chars().count()).max().unwrap_or(0) + GAP;
        let mut page = String::new();
        for at in 0..first.len().max(second.len()) {
            let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let _ = writeln!(page, "{}", format!("{:<left$}{}", line(&first), line(&second)).trim_end());
        }
        return Some(page);
    }
    let pictures = mapped.iter().map(|one| picture(grid, one, WIDTH)).collect::<Option<Vec<_>>>()?;
    Some(pictures.iter().map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>().join("\n"))
}

/// A map as lines of at most so many characters, if it fits.
fn picture(grid: &Grid<'_>, mapped: &Mapped<'_>, width: usize) -> Option<Vec<String>> {
    let [slow, fast] = grid.keys.map(|key| last_word(&grid.table.keys[key].path));
    let longest = |labels: &[&str]| labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let margin = longest(&grid.rows).max(slow.chars().count());
    let room = width.checked_sub(margin + 1)? / grid.columns.len();
    // Columns are apart where each has room for its label; otherwise they touch, as wide as is good for a picture.
    let is_apart = room > longest(&grid.columns);
    let cell = if is_apart { longest(&grid.columns).max(WIDE).min(room - 1) + 1 } else { room.min(WIDE) };
    if cell == 0 {
        return None;
    }
    let shades = Shades::of(grid.cells.iter().map(|row| (mapped.size)(row)));
    let mut lines = vec![format!("{}, by {fast}", mapped.title)];
    lines.push(format!("{slow:>margin$}{}", heading(&grid.columns, cell)));
    let mut drawn = Vec::new();
    for label in &grid.rows {
        let mut line = format!("{label:>margin$} ");
        for column in &grid.columns {
            let shade = grid.cell([label, column]).map_or(' ', |row| shades.shade((mapped.size)(row)));
            drawn.push(shade);
            let gap = usize::from(is_apart);
            line.extend(std::iter::repeat_n(shade, cell - gap).chain(std::iter::repeat_n(' ', gap)));
        }
        lines.push(line.trim_end().to_owned());
    }
    let special = [(NONE, mapped.none), (UNKNOWN, "not known")];
    let special = special.iter().filter(|(shade, _)| drawn.contains(shade));
    let legend: Vec<String> =
        special.map(|(shade, what)| format!("{shade} {what}")).chain(shades.legend()).collect();
    lines.extend(in_lines(&legend, width));
    Some(lines)
}

/// The labels of the columns: each where its column begins, if the one before and the end of the line leave room.
fn heading(labels: &[&str], cell: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    for (at, label) in labels.iter().enumerate() {
        let from = at * cell + 1;
        let has_room = from + label.chars().count() <= labels.len() * cell + 1;
        if (from > length || at == 0) && has_room {
            let _ = write!(line, "{:>1$}{label}", "", from - length);
            length = from + label.chars().count();
        }
    }
    line
}

/// Words of several parts in lines of at most so many characters, broken only between them.
fn in_lines(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 3 + part.chars().count() <= width => {
                line.push_str("   ");
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}
