//! What a chart shows, as JSON that may stand in a file of HTML: no text in it can end the element that it stands in.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::chart::Drawing;
use crate::figures;

/// A drawing as JSON.
pub(super) fn of(drawing: &Drawing) -> String {
    let mut bytes = Vec::new();
    let written = drawing.serialize(&mut Serializer::with_formatter(&mut bytes, Inert));
    // Neither can a vector refuse bytes, nor has a drawing keys that are no texts.
    debug_assert!(written.is_ok(), "{written:?}");
    String::from_utf8(bytes).unwrap_or_default()
}

/// Numbers as files hold them, and texts without the characters that mean something to HTML or to old scripts.
struct Inert;

impl Formatter for Inert {
    fn write_f64<W: ?Sized + Write>(&mut self, to: &mut W, value: f64) -> io::Result<()> {
        to.write_all(figures::number(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(is_active) {
            let (before, from) = rest.split_at(place);
            to.write_all(before.as_bytes())?;
            let mut after = from.chars();
            if let Some(c) = after.next() {
                write!(to, "\\u{:04x}", c as u32)?;
            }
            rest = after.as_str();
        }
        to.write_all(rest.as_bytes())
    }
}

fn is_active(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\'' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}')
}
