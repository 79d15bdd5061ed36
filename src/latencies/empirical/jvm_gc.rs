//! The unified log of a Java virtual machine (`-Xlog:gc` of Java 9 and later): how long each pause took.
//!
//! A pause is a line whose message begins with `Pause`, after `GC(7)`, and ends in a time. All of them stop the
//! program: young and full collections, remark and cleanup, the short ones of collectors that work beside it.
//! The announcement of a pause, which `-Xlog:gc*` writes too (`gc,start`), has no time and is skipped; so are
//! the phases that a pause consists of, whose lines begin with other words.
//!
//! A collection that begins inside another one (with the serial collector, a full one inside a young one that
//! found no room) is a pause of its own here; the outer one contains it.

use std::collections::BTreeSet;

use super::reading::{Measured, Wrong, quoted};
use crate::engine::time::Span;

/// The pauses in `text`, the text of `file`.
pub(super) fn pauses(file: &str, text: &str) -> Result<Measured, Wrong> {
    let mut measured = Measured::default();
    // A log that is written under two settings tells the same pause twice, with other tags.
    let mut told = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let (when, message) = undecorated(line.trim());
        let Some(last) = pause_in(message).and_then(|pause| pause.split_whitespace().next_back()) else {
            continue;
        };
        // `Pause Young (Normal) (G1 Evacuation Pause)` announces what is still to come.
        if !last.starts_with(|c: char| c.is_ascii_digit()) || !told.insert((when, message)) {
            continue;
        }
        let Some(took) = time_of(last) else {
            let reason = format!("{} is not the time of a pause", quoted(last));
            let remedy = "a pause ends in its time, such as 3.456ms; if the line was cut short, delete it";
            return Err(Wrong::line(file, index + 1, &reason, remedy));
        };
        measured.values.push(took);
    }
    Ok(measured)
}

/// When a line was written, as far as it says so, and what it says. `[12.3s][info][gc] GC(0) …` has three
/// decorations; the last one, the tags, does not tell one pause from another.
fn undecorated(line: &str) -> (&str, &str) {
    let mut message = line;
    let mut ends = Vec::new();
    while let Some((_, rest)) = message.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        message = rest;
        ends.push(line.len() - rest.len());
    }
    let when = ends.len().checked_sub(2).map_or(0, |last| ends[last]);
    (&line[..when], message.trim())
}

/// The part of a message that begins with `Pause`, after the number of the collection and, where there are
/// several, its generation (`GC(7) Y: Pause Mark Start 0.01ms`).
fn pause_in(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("GC(").and_then(|inside| inside.split_once(')'));
    let rest = rest.map_or(message, |(_, rest)| rest.trim_start());
    let rest =
        ["Y: ", "y: ", "O: "].iter().find_map(|generation| rest.strip_prefix(generation)).unwrap_or(rest);
    rest.starts_with("Pause ").then_some(rest)
}

/// A time such as `3.456ms`. Where the machine's language writes a decimal comma, so does its Java.
fn time_of(text: &str) -> Option<Span> {
    let number = text.strip_suffix("ms").or_else(|| text.strip_suffix('s'))?;
    if !number.chars().all(|c| c.is_ascii_digit() || ".,".contains(c)) {
        return None;
    }
    text.replacen(',', ".", 1).parse().ok()
}
