//! Values that stand below one another: one a line, or in a column of a table. Blank lines and lines that begin
//! with `#` are skipped. A heading without `#` is a mistake where no column is named by it.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::reading::{Measured, Wrong, delay_of, quoted};
use super::{Column, Unit};
use crate::document::nearest;

/// The values of `text`, one a line.
pub(super) fn in_lines(file: &str, text: &str, unit: Option<Unit>) -> Result<Measured, Wrong> {
    let mut measured = Measured::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let value = delay_of(line, unit, "line")
            .map_err(|(reason, remedy)| Wrong::line(file, index + 1, &reason, remedy))?;
        measured.values.push(value);
    }
    Ok(measured)
}

/// The values in a column of the table `text`, whose cells are separated by `separator`.
pub(super) fn in_table(
    file: &str,
    text: &str,
    separator: u8,
    column: &Column,
    unit: Option<Unit>,
) -> Result<Measured, Wrong> {
    let mut rows = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut measured = Measured::default();
    let mut place = match column {
        Column::Numbered(number) => Some(*number as usize - 1),
        Column::Named(_) => None,
    };
    let mut row = StringRecord::new();
    // The text was in memory before, and is UTF-8: reading it cannot fail.
    while rows.read_record(&mut row).unwrap_or(false) {
        if row.iter().all(str::is_empty) && row.len() == 1 {
            continue;
        }
        let Some(place) = place else {
            place = Some(place_in(file, &row, column)?);
            continue;
        };
        let cell = cell_of(&row, place).and_then(|cell| delay_of(cell, unit, "cell"));
        match cell {
            Ok(value) => measured.values.push(value),
            Err((reason, remedy)) => {
                let is_first = measured.values.is_empty();
                let remedy = if is_first && matches!(column, Column::Numbered(_)) && row.get(place).is_some()
                {
                    "if this line is the heading, write the column's name: column = \"…\"".to_owned()
                } else {
                    remedy
                };
                return Err(Wrong::line(file, line_of(text, &row), &reason, remedy));
            }
        }
    }
    Ok(measured)
}

/// Where the column of this name stands in `heading`.
fn place_in(file: &str, heading: &StringRecord, column: &Column) -> Result<usize, Wrong> {
    let Column::Named(name) = column else { return Ok(0) };
    let shown = file.escape_debug();
    let wrong = |reason: String, remedy: String| Err(Wrong { key: "column", reason, remedy });
    let mut places = heading.iter().enumerate().filter(|(_, cell)| cell == name).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => {
            let remedy = "put # before the heading and write the number: column = 3";
            wrong(format!("{shown} has more than one column {}", quoted(name)), remedy.to_owned())
        }
        (None, _) => {
            let listed: Vec<String> = heading.iter().take(20).map(quoted).collect();
            let meant = nearest(name, heading.iter());
            let meant = meant.map_or(String::new(), |meant| format!("did you mean {}? ", quoted(meant)));
            let remedy = format!("{meant}its first line names {}", listed.join(", "));
            wrong(format!("{shown} has no column {}", quoted(name)), remedy)
        }
    }
}

/// The cell at `place` of `row`, or what is wrong with it and what to do.
fn cell_of(row: &StringRecord, place: usize) -> Result<&str, (String, String)> {
    let number = place + 1;
    match row.get(place) {
        Some("") => {
            Err((format!("column {number} is empty"), "delete the line, or write a delay into it".to_owned()))
        }
        Some(cell) => Ok(cell),
        None => {
            let cells = match row.len() {
                1 => "1 cell".to_owned(),
                count => format!("{count} cells"),
            };
            let remedy = "csv has commas between its cells, tsv has tabs, and each row has all cells";
            Err((format!("there is no column {number} in a row of {cells}"), remedy.to_owned()))
        }
    }
}

/// The line of `text` in which `row` begins, counted from 1. The reader gives the place where it began to look
/// for the row, which may be before lines that it skipped.
fn line_of(text: &str, row: &StringRecord) -> usize {
    let looked = row.position().map_or(0, |position| position.byte() as usize).min(text.len());
    let mut begins = looked;
    for line in text.get(looked..).unwrap_or_default().split_inclusive('\n') {
        if !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
        begins += line.len();
    }
    text.as_bytes()[..begins].iter().filter(|byte| **byte == b'\n').count() + 1
}
