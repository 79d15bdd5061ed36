//! The rows of a table as JSON: an array of objects with the names of the columns.

use std::borrow::Borrow;
use std::io::{self, Write};

use super::rows::Summary;

/// Writes the summaries as an array of objects. Numbers are numbers, what is empty is null.
pub fn write_json(summaries: &[impl Borrow<Summary>], to: impl Write) -> io::Result<()> {
    let rows = summaries.iter().map(|summary| summary.borrow().cells()).collect();
    write_objects(&Summary::columns(), rows, to)
}

/// Writes rows as an array of objects.
pub(super) fn write_objects(
    columns: &[String],
    rows: Vec<Vec<String>>,
    mut to: impl Write,
) -> io::Result<()> {
    writeln!(to, "[")?;
    let comma_unless = |last: bool| if last { "" } else { "," };
    let last_row = rows.len().saturating_sub(1);
    for (number, row) in rows.into_iter().enumerate() {
        writeln!(to, "  {{")?;
        for (place, (column, cell)) in columns.iter().zip(row).enumerate() {
            let comma = comma_unless(place == columns.len() - 1);
            writeln!(to, "    {}: {}{comma}", quoted(column), value(column, &cell))?;
        }
        writeln!(to, "  }}{}", comma_unless(number == last_row))?;
    }
    writeln!(to, "]")
}

/// The columns that hold texts, even where they look like numbers.
const TEXTS: [&str; 4] = ["scenario", "digest", "reference", "measure"];
/// Those that hold texts or nothing.
const REMARKS: [&str; 2] = ["method", "note"];

pub(super) fn value(column: &str, cell: &str) -> String {
    match cell {
        _ if TEXTS.contains(&column) => quoted(cell),
        "" => "null".to_owned(),
        text if REMARKS.contains(&column) => quoted(text),
        number => number.to_owned(),
    }
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_safely() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
        assert_eq!(value("scenario", "12"), "\"12\"");
        assert_eq!(value("crashes", "12"), "12");
        assert_eq!(value("crashes", ""), "null");
        assert_eq!((value("note", ""), value("note", "12")), ("null".to_owned(), "\"12\"".to_owned()));
    }
}
