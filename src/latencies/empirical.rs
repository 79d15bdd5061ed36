//! What was measured: delays of a real network, one a line, drawn again and again.
//!
//! Every line is as likely as any other, and every message draws afresh. Nothing longer than the longest
//! line ever happens, so the file must hold far more lines than the rarity that one wants to see; and what
//! connects one delay with the next (bursts, hours of the day) is lost.
//!
//! `file` has one column: durations such as `12.3ms`, or bare numbers if `unit` names their unit. Blank lines
//! and lines that begin with `#` are skipped. Nothing is guessed: a heading without `#` is a mistake.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::Delay;
use crate::document::Table;
use crate::engine::random::Stream;
use crate::engine::time::{NotASpan, Span};

/// Delays drawn from the lines of a file.
#[derive(Clone, Debug, Serialize)]
pub struct Empirical {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    /// The delays in ascending order, at least one. Their order in the file does not matter.
    #[serde(skip)]
    delays: Arc<[Span]>,
}

/// A unit of bare numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Ns,
    Us,
    Ms,
    S,
}

/// A file larger than this is not a list of delays, or says no more than a tenth of it would.
const LARGEST: u64 = 64 << 20;

/// What is wrong with a file, and what to do about it.
struct Fault {
    reason: String,
    remedy: String,
}

impl Empirical {
    /// Reads `file`, which is looked for in `folder`, and `unit`.
    pub fn read(table: &mut Table<'_>, folder: &Path) -> Option<Empirical> {
        let file: Option<String> = table.needed("file", "\"delays.txt\"");
        let given = table.has("unit");
        let words = [("ns", Unit::Ns), ("us", Unit::Us), ("ms", Unit::Ms), ("s", Unit::S)];
        let unit = table.word("unit", None, &words.map(|(word, unit)| (word, Some(unit))));
        let file = file?;
        if given && unit.is_none() {
            return None;
        }
        match text_of(&file, folder).and_then(|text| delays_in(&file, &text, unit)) {
            Ok(delays) => Some(Empirical { file, unit, delays: delays.into() }),
            Err(Fault { reason, remedy }) => {
                table.complain("file", reason, remedy);
                None
            }
        }
    }
}

/// The text of `file`.
fn text_of(file: &str, folder: &Path) -> Result<String, Fault> {
    let name = file.escape_debug();
    let refused = |reason: String, remedy: &str| Err(Fault { reason, remedy: remedy.to_owned() });
    let path = folder.join(file);
    // Asked before it is opened: a pipe would be waited for.
    let size = match path.metadata() {
        Ok(about) if about.is_file() => about.len(),
        Ok(_) => return refused(format!("{name} is not a file"), "name a file of delays, one a line"),
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let folder = folder.to_string_lossy();
            let folder = if folder.is_empty() { ".".into() } else { folder };
            let remedy = format!("it is looked for in the scenario's folder, {}", folder.escape_debug());
            return refused(format!("there is no file {name}"), &remedy);
        }
        Err(why) => return refused(format!("{name} cannot be read: {why}"), "check the path and its rights"),
    };
    let mut bytes = Vec::new();
    if size <= LARGEST {
        // Read no further than allowed, even if the file grows meanwhile.
        let opened = File::open(&path).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut bytes));
        if let Err(why) = opened {
            return refused(format!("{name} cannot be read: {why}"), "check the path and its rights");
        }
    }
    if size.max(bytes.len() as u64) > LARGEST {
        return refused(format!("{name} is larger than 64 MiB"), "keep a random sample of its lines");
    }
    String::from_utf8(bytes).or_else(|why| {
        let before = why.utf8_error().valid_up_to();
        let line = why.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count() + 1;
        refused(format!("line {line} of {name} is not UTF-8"), "save it as plain text, one delay a line")
    })
}

/// The delays in `text`, the text of `file`, in ascending order.
fn delays_in(file: &str, text: &str, unit: Option<Unit>) -> Result<Vec<Span>, Fault> {
    let name = file.escape_debug();
    let mut delays = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let delay = delay_of(line, unit).map_err(|fault| {
            let reason = format!("line {} of {name}: {}", index + 1, fault.reason);
            Fault { reason, remedy: fault.remedy }
        })?;
        delays.push(delay);
    }
    if delays.is_empty() {
        let remedy = "write one delay a line, such as 12.3ms".to_owned();
        return Err(Fault { reason: format!("{name} holds no delays"), remedy });
    }
    delays.sort_unstable();
    Ok(delays)
}

/// The delay that `line` says.
fn delay_of(line: &str, unit: Option<Unit>) -> Result<Span, Fault> {
    let shown: String = line.chars().take(40).flat_map(char::escape_debug).collect();
    let refused = |reason: String, remedy: &str| Err(Fault { reason, remedy: remedy.to_owned() });
    match (line.parse::<f64>(), unit) {
        (Ok(number), Some(unit)) => {
            let seconds = number * unit.seconds();
            if (0.0..=Span::LONGEST.seconds()).contains(&seconds) {
                return Ok(Span::from_seconds(seconds));
            }
            refused(format!("`{shown}` is no delay"), "a delay lies between 0 and ten years")
        }
        (Ok(_), None) => {
            let remedy = "name the unit of all lines beside file: unit = \"ms\" (or ns, us, s)";
            refused(format!("`{shown}` is a number without a unit"), remedy)
        }
        (Err(_), None) => line.parse().or_else(|why| {
            let reason = match why {
                NotASpan::TooFine(_) | NotASpan::TooLong => why.to_string(),
                _ => format!("`{shown}` is not a duration"),
            };
            refused(reason, "write one duration a line, such as 12.3ms; put # before headings and remarks")
        }),
        (Err(_), Some(_)) => {
            let remedy = if line.parse::<Span>().is_ok() {
                "its lines name their units: leave out unit"
            } else {
                "write one number a line, such as 12.3; put # before headings and remarks"
            };
            refused(format!("`{shown}` is not a number"), remedy)
        }
    }
}

impl Unit {
    fn seconds(self) -> f64 {
        match self {
            Unit::Ns => 1e-9,
            Unit::Us => 1e-6,
            Unit::Ms => 1e-3,
            Unit::S => 1.0,
        }
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
        let noun = if self.delays.len() == 1 { "delay" } else { "delays" };
        write!(f, "empirical, {} {noun} from {}", self.delays.len(), self.file.escape_debug())
    }
}
