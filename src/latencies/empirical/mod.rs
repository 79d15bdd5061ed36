//! What was measured: delays of a real network or pauses of a real program, drawn again and again.
//!
//! Every measured value is as likely as any other, and every message draws afresh. Nothing longer than the
//! longest one ever happens, so the file must hold far more of them than the rarity that one wants to see; and
//! what connects one value with the next (bursts, hours of the day) is lost.
//!
//! `format` says how the file is to be read, and nothing about it is guessed: the values are the same whatever
//! else is in the file, or the file is refused with the line that is wrong.

mod jvm_gc;
mod ping;
mod reading;
mod rows;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::Delay;
use crate::document::{Bounds, FromValue, Kind, Place, Shape, Shelf, Table, Value};
use crate::engine::random::Stream;
use crate::engine::time::Span;
use reading::{Measured, Wrong};

/// Delays drawn from a file.
#[derive(Clone, Debug, Serialize)]
pub struct Empirical {
    file: String,
    format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    /// Whether the file holds ways there and back, of which half is one way. Pauses have no way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    halve: Option<bool>,
    /// The delays in ascending order, at least one. Their order in the file does not matter.
    #[serde(skip)]
    delays: Arc<[Span]>,
    /// How many of them the file only says to be below a millisecond.
    #[serde(skip)]
    tiny: usize,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    /// One value a line.
    Lines,
    /// A column of a table whose cells are separated by commas.
    Csv,
    /// The same with tabs.
    Tsv,
    /// What `ping` prints.
    Ping,
    /// The unified log of a Java virtual machine.
    JvmGc,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Column {
    /// By its name in the first line.
    Named(String),
    /// By its number, counted from 1. Then the first line is no heading.
    Numbered(u32),
}

/// A unit of bare numbers.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Ns,
    Us,
    Ms,
    S,
}

impl Empirical {
    /// Reads `file`, which is looked for on `shelf`, `format`, `column`, `unit` and `halve`.
    pub fn read(table: &mut Table<'_>, shelf: &Shelf) -> Option<Empirical> {
        let file: Option<String> = table.needed("file", "\"delays.txt\"");
        let format = table.word("format", Format::Lines, &Format::ALL.map(|format| (format.word(), format)));
        let column: Option<Column> = table.given("column");
        let words = [("ns", Unit::Ns), ("us", Unit::Us), ("ms", Unit::Ms), ("s", Unit::S)];
        let unit = table.word("unit", None, &words.map(|(word, unit)| (word, Some(unit))));
        let halve: Option<bool> = table.given("halve");
        let file = file?;
        let keys = ["file", "format", "column", "unit", "halve"];
        if !table.is_right("format")
            || !format.takes_the_keys(table)
            || !keys.iter().all(|key| table.is_right(key))
        {
            return None;
        }
        let read = shelf.take(&file).map_err(Wrong::from);
        let read = read.and_then(|text| format.values_in(&file, &text, column.as_ref(), unit));
        let Measured { mut values, tiny } = match read {
            Ok(measured) => measured,
            Err(Wrong { key, reason, remedy }) => {
                table.complain(key, reason, remedy);
                return None;
            }
        };
        let halve = (format != Format::JvmGc).then_some(halve.unwrap_or(format == Format::Ping));
        if halve == Some(true) {
            values.iter_mut().for_each(|value| *value = Span::from_nanos(value.nanos() / 2));
        }
        values.sort_unstable();
        Some(Empirical { file, format, column, unit, halve, delays: values.into(), tiny })
    }
}

impl Format {
    const ALL: [Format; 5] = [Format::Lines, Format::Csv, Format::Tsv, Format::Ping, Format::JvmGc];

    fn word(self) -> &'static str {
        match self {
            Format::Lines => "lines",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Ping => "ping",
            Format::JvmGc => "jvm-gc",
        }
    }

    /// Whether the keys that were written mean something in this format; otherwise complains.
    fn takes_the_keys(self, table: &mut Table<'_>) -> bool {
        let word = self.word();
        let has = ["column", "unit", "halve"].map(|key| table.has(key));
        let [column, unit, halve] = has;
        let in_columns = matches!(self, Format::Csv | Format::Tsv);
        if in_columns && !column {
            let reason = format!("format \"{word}\" needs `column`");
            table.complain(
                "format",
                reason,
                "write column = \"pause_ms\", or column = 3 where no line names them",
            );
        }
        if column && !in_columns {
            let remedy = match self {
                Format::Lines => "write format = \"csv\" or format = \"tsv\" beside it",
                _ => "leave it out",
            };
            table.complain("column", format!("format \"{word}\" has no columns"), remedy);
        }
        let names_units = matches!(self, Format::Ping | Format::JvmGc);
        if unit && names_units {
            table.complain("unit", format!("format \"{word}\" names its units itself"), "leave unit out");
        }
        if halve && self == Format::JvmGc {
            table.complain("halve", "a pause is no way there and back", "leave halve out");
        }
        column == in_columns && !(unit && names_units) && !(halve && self == Format::JvmGc)
    }

    /// What `text`, the text of `file`, holds.
    fn values_in(
        self,
        file: &str,
        text: &str,
        column: Option<&Column>,
        unit: Option<Unit>,
    ) -> Result<Measured, Wrong> {
        let text = text.trim_start_matches('\u{feff}');
        let measured = match (self, column) {
            (Format::Csv, Some(column)) => rows::in_table(file, text, b',', column, unit),
            (Format::Tsv, Some(column)) => rows::in_table(file, text, b'\t', column, unit),
            (Format::Ping, _) => ping::round_trips(file, text),
            (Format::JvmGc, _) => jvm_gc::pauses(file, text),
            _ => rows::in_lines(file, text, unit),
        }?;
        if !measured.values.is_empty() {
            return Ok(measured);
        }
        let (what, remedy) = match self {
            Format::Lines => ("delays", "write one delay a line, such as 12.3ms"),
            Format::Csv | Format::Tsv => ("rows", "write a row for each delay"),
            Format::Ping => (
                "replies of a ping",
                "a reply is a line such as: 64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=12.3 ms",
            ),
            Format::JvmGc => (
                "pauses",
                "it needs lines of -Xlog:gc (Java 9 or later), such as: [1.2s][info][gc] GC(0) Pause Full 3.4ms",
            ),
        };
        Err(Wrong::file(format!("{} holds no {what}", file.escape_debug()), remedy))
    }
}

impl FromValue for Column {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Column> {
        match &value.kind {
            Kind::Text(name) if !name.trim().is_empty() => Some(Column::Named(name.trim().to_owned())),
            Kind::Integer(Some(number)) if (1..=1_000_000).contains(number) => {
                Some(Column::Numbered(*number as u32))
            }
            Kind::Integer(_) => {
                place.advise(value, "there is no such column", "columns are counted from 1");
                None
            }
            other => {
                let reason =
                    format!("expected the name or the number of a column, found {}", other.described());
                place.advise(value, reason, "write column = \"pause_ms\", or column = 3");
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text(Some(r"\S")), Shape::Whole(Bounds::within(1.0, 1_000_000.0))])
    }
}

impl Delay for Empirical {
    #[inline]
    fn draw(&self, stream: &mut Stream) -> Span {
        // The high half of the product is even over the lines, but for one part in 2⁶⁴ / lines.
        let line = (u128::from(stream.bits()) * self.delays.len() as u128) >> 64;
        self.delays[line as usize]
    }

    fn cdf(&self, seconds: f64) -> f64 {
        self.delays.partition_point(|delay| delay.seconds() <= seconds) as f64 / self.delays.len() as f64
    }

    fn quantile(&self, level: f64) -> f64 {
        // The fewest lines whose share, as `cdf` computes it, reaches the level.
        let count = self.delays.len();
        let mut lines = ((level * count as f64) as usize).clamp(1, count);
        if (lines as f64 / (count as f64)) < level {
            lines = (lines + 1).min(count);
        }
        self.delays[lines - 1].seconds()
    }

    fn mean_up_to(&self, limit: f64) -> f64 {
        let sum: f64 = self.delays.iter().map(|delay| delay.seconds().min(limit)).sum();
        sum / self.delays.len() as f64
    }
}

impl fmt::Display for Empirical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.delays.len();
        let several = if count == 1 { "" } else { "s" };
        let half = if self.halve == Some(true) { "half of " } else { "" };
        let noun = match (self.format, self.halve) {
            (Format::JvmGc, _) => "pause",
            (Format::Ping, _) | (_, Some(true)) => "round trip",
            _ => "delay",
        };
        write!(f, "empirical, {half}{count} {noun}{several} from ")?;
        match &self.column {
            Some(Column::Named(name)) => write!(f, "column {} of ", name.escape_debug())?,
            Some(Column::Numbered(number)) => write!(f, "column {number} of ")?,
            None => {}
        }
        write!(f, "{}", self.file.escape_debug())?;
        if self.tiny > 0 {
            write!(f, " ({} below 1ms, taken as 500us)", self.tiny)?;
        }
        Ok(())
    }
}
