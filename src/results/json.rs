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
pub fn write_objects(columns: &[String], rows: Vec<Vec<String>>, mut to: impl Write) -> io::Result<()> {
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
        text if REMARKS.contains(&column) || !is_number(text) => quoted(text),
        number => number.to_owned(),
    }
}

/// Whether a text is a number by the grammar of JSON, which knows neither `nan` nor `007` nor `.5`.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
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
    fn numbers_are_those_of_json() {
        for text in ["0", "-1", "12", "0.5", "-0.25", "1e9", "2.5E-7", "10"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "nan", "inf", "007", "1.", ".5", "+3", "1e", "5s", "0x1", "1_000"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn texts_are_quoted_safely() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
        assert_eq!(value("scenario", "12"), "\"12\"");
        assert_eq!(value("crashes", "12"), "12");
        assert_eq!(value("crashes", ""), "null");
        assert_eq!((value("note", ""), value("note", "12")), ("null".to_owned(), "\"12\"".to_owned()));
    }
}
