//! The rows of a table as JSON: an array of objects with the names of the columns.

use std::io::{self, Write};

use super::rows::Summary;

/// Writes the summary as an array of one object. Numbers are numbers, what is empty is null.
pub fn write_json(summary: &Summary, mut to: impl Write) -> io::Result<()> {
    writeln!(to, "[")?;
    writeln!(to, "  {{")?;
    let columns = Summary::columns();
    let last = columns.len() - 1;
    for (place, (column, cell)) in columns.iter().zip(summary.cells()).enumerate() {
        let comma = if place == last { "" } else { "," };
        writeln!(to, "    {}: {}{comma}", quoted(column), value(column, &cell))?;
    }
    writeln!(to, "  }}")?;
    writeln!(to, "]")
}

/// The columns that hold texts, even where they look like numbers.
const TEXTS: [&str; 2] = ["scenario", "digest"];

fn value(column: &str, cell: &str) -> String {
    match cell {
        _ if TEXTS.contains(&column) => quoted(cell),
        "" => "null".to_owned(),
        number => number.to_owned(),
    }
}

fn quoted(text: &str) -> String {
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
