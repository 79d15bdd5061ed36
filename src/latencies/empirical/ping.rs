//! What `ping` prints, on Linux, macOS and Windows: the `time=` of each reply.
//!
//! Everything else is skipped: heading, statistics, requests that were not answered, errors that routers
//! report. A second reply to the same request (`DUP!`) is skipped too. What is a reply but says no time, or
//! one that cannot be read, is a mistake.

use super::reading::{Measured, Wrong, quoted};
use crate::engine::time::Span;

/// The round trips in `text`, the text of `file`.
pub(super) fn round_trips(file: &str, text: &str) -> Result<Measured, Wrong> {
    let mut measured = Measured::default();
    for (index, line) in text.lines().enumerate() {
        let time = match Reply::in_line(line) {
            Reply::None => continue,
            Reply::WithoutTime => {
                let reason = format!("{} is a reply without a time", quoted(line.trim()));
                let remedy = "if the line was cut short, delete it; ping -s 56 makes packets that are timed";
                return Err(Wrong::line(file, index + 1, &reason, remedy));
            }
            Reply::Took(time) => time,
        };
        match milliseconds(&time[1..]) {
            // Windows knows no less than a millisecond: half of it is the middle of what it may be.
            Some(most) if time.starts_with('<') => {
                measured.values.push(Span::from_nanos(most.nanos() / 2));
                measured.tiny += 1;
            }
            Some(value) => measured.values.push(value),
            None => {
                let reason = format!("{} is not the time of a reply", quoted(&format!("time{time}")));
                let remedy = "ping writes time=12.3 ms or time<1ms; if the line was cut short, delete it";
                return Err(Wrong::line(file, index + 1, &reason, remedy));
            }
        }
    }
    Ok(measured)
}

/// What a line says.
enum Reply<'a> {
    /// It is none.
    None,
    /// It is one, but does not say how long it took.
    WithoutTime,
    /// What follows the word `time`, from `=` or `<` on.
    Took(&'a str),
}

impl Reply<'_> {
    fn in_line(line: &str) -> Reply<'_> {
        if line.trim_start().starts_with('#') || line.contains("DUP!") {
            return Reply::None;
        }
        let marks = [" time=", " time<"];
        if let Some(at) = marks.iter().filter_map(|mark| line.find(mark)).min() {
            return Reply::Took(&line[at + " time".len()..]);
        }
        if line.contains(" bytes from ") && line.contains("seq=") { Reply::WithoutTime } else { Reply::None }
    }
}

/// The number of milliseconds with which `text` begins. No ping has another unit, so another one is a line that
/// was cut short.
fn milliseconds(text: &str) -> Option<Span> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at(digits);
    let after = rest.trim_start().strip_prefix("ms")?;
    if after.starts_with(|c: char| !c.is_whitespace()) {
        return None;
    }
    format!("{number}ms").parse().ok()
}
