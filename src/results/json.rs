//! The rows of a table as JSON: an array of objects with the names of the columns.

use std::io::{self, Write};

use super::rows::Summary;

/// Writes the summaries as an array of objects. Numbers are numbers, what is empty is null.
pub fn write_json(summaries: &[Summary], mut to: impl Write) -> io::Result<()> {
    writeln!(to, "[")?;
    let columns = Summary::columns();
    let comma_unless = |last: bool| if last { "" } else { "," };
    for (number, summary) in summaries.iter().enumerate() {
        writeln!(to, "  {{")?;
        for (place, (column, cell)) in columns.iter().zip(summary.cells()).enumerate() {
            let comma = comma_unless(place == columns.len() - 1);
            writeln!(to, "    {}: {}{comma}", quoted(column), value(column, &cell))?;
        }
        writeln!(to, "  }}{}", comma_unless(number == summaries.len() - 1))?;
    }
    writeln!(to, "]")
}

/// The columns that hold texts, even where they look like numbers.
const TEXTS: [&str; 2] = ["scenario", "digest"];

pub(super) fn value(column: &str, cell: &str) -> String {
    match cell {
        _ if TEXTS.contains(&column) => quoted(cell),
        "" => "null".to_owned(),
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
    }
}
