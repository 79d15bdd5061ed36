//! Values as TOML writes them within a line: lists in brackets, tables in braces.

use std::fmt::{self, Display, Formatter};

use super::tree::{Entry, Kind};

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Table(entries) if entries.is_empty() => f.write_str("{}"),
            Kind::Table(entries) => {
                f.write_str("{ ")?;
                for (number, (key, entry)) in in_reading_order(entries).enumerate() {
                    let between = if number == 0 { "" } else { ", " };
                    match is_bare(key) {
                        true => write!(f, "{between}{key} = {}", entry.value.kind)?,
                        false => write!(f, "{between}{} = {}", Quoted(key), entry.value.kind)?,
                    }
                }
                f.write_str(" }")
            }
            Kind::List(items) => {
                f.write_str("[")?;
                for (number, item) in items.iter().enumerate() {
                    write!(f, "{}{}", if number == 0 { "" } else { ", " }, item.kind)?;
                }
                f.write_str("]")
            }
            Kind::Text(text) => Quoted(text).fmt(f),
            Kind::Integer(Some(integer)) => integer.fmt(f),
            Kind::Float(float) if float.is_nan() => f.write_str("nan"),
            Kind::Float(float) => write!(f, "{float:?}"),
            Kind::Bool(truth) => truth.fmt(f),
            // Neither has a place in any scenario, and neither is kept.
            Kind::Integer(None) | Kind::Date => f.write_str(&self.described()),
        }
    }
}

/// What a table is comes before what it holds.
pub fn in_reading_order<'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a Entry)> + Clone,
) -> impl Iterator<Item = (&'a String, &'a Entry)> {
    let kind = entries.clone().into_iter().filter(|(key, _)| *key == "kind");
    kind.chain(entries.into_iter().filter(|(key, _)| *key != "kind"))
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A text in quotes, of which nothing is lost.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    #[test]
    fn a_value_is_written_as_it_can_be_read() {
        for (written, inline) in [
            ("a=1", "{ a = 1 }"),
            ("a.z='x'\na.kind='phi'", "{ a = { kind = \"phi\", z = \"x\" } }"),
            ("a=[1.0,1e-9,-inf,nan,true]\n\"b c\"={}", "{ a = [1.0, 1e-9, -inf, nan, true], \"b c\" = {} }"),
            ("\"\"=\"\\u0001\\n\\\"\\\\\"", "{ \"\" = \"\\u0001\\n\\\"\\\\\" }"),
        ] {
            let document = Document::parse("a.toml", written).expect("TOML");
            assert_eq!(document.root().kind.to_string(), inline, "{written}");
            let again = Document::parse("a.toml", &format!("all = {inline}")).expect(inline);
            let all = again.root().at(&["all".to_owned()]).expect("what was written");
            assert_eq!(all.kind.to_string(), inline);
        }
    }
}
