//! What is wrong with a scenario: where, what, why, and what to write instead.

use std::cell::RefCell;
use std::fmt::Write;
use std::sync::Arc;

use super::outline::Reading;

/// Where a key or a value was written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// Bytes `start..end` of the file.
    File {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
    /// Bytes `start..end` of another file, from which it was taken over.
    Elsewhere {
        /// That file.
        page: Arc<Page>,
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
    /// On the command line: the whole argument. Shared, since all that it holds was written there.
    Argument(Arc<str>),
    /// Nowhere: the document as a whole.
    #[default]
    Whole,
}

impl Origin {
    /// The same place, of what is taken over from this file into another document.
    pub fn from_elsewhere(&self, page: &Arc<Page>) -> Origin {
        match self {
            Origin::File { start, end } => {
                Origin::Elsewhere { page: Arc::clone(page), start: *start, end: *end }
            }
            other => other.clone(),
        }
    }
}

/// A file whose parts were taken over into another document.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Its name as the user gave it.
    pub name: String,
    /// What is written there.
    pub text: Arc<str>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where it was written.
    pub origin: Origin,
    /// What is wrong, and why.
    pub reason: String,
    /// What to write instead.
    pub remedy: Option<String>,
}

/// All mistakes found so far, in the order in which they were found.
///
/// They go wherever a value is read, so an outline of what is asked for goes along with them, for whoever wants one.
#[derive(Debug, Default)]
pub struct Complaints {
    found: RefCell<Vec<Complaint>>,
    /// Nothing in ordinary reading.
    outline: Option<RefCell<Vec<Reading>>>,
}

/// More mistakes than this are counted, not shown: nobody reads a hundred.
const SHOWN: usize = 20;
/// More mistakes than this are not even counted: whatever it is, it is not a scenario.
const COUNTED: usize = 1000;
/// A reason longer than this is cut: it quotes what nobody wrote by hand.
const LONGEST: usize = 1000;
/// A line longer than this is cut around the mistake.
const WIDEST: usize = 100;

impl Complaints {
    /// Complaints that nobody will read, which take an outline of what the tables are asked for.
    pub fn with_outline() -> Complaints {
        Complaints { outline: Some(RefCell::default()), ..Complaints::default() }
    }

    /// The note of one table, to be filled in, where an outline is taken.
    pub(super) fn outlined(&self, table: &str) -> Option<Box<Reading>> {
        self.outline.as_ref().map(|_| Box::new(Reading::of(table)))
    }

    /// Adds the note of one table to the outline.
    pub(super) fn note(&self, reading: Reading) {
        if let Some(outline) = &self.outline {
            outline.borrow_mut().push(reading.finished());
        }
    }

    /// The outline of all tables that were read.
    pub fn into_outline(self) -> Vec<Reading> {
        self.outline.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Adds a mistake.
    pub fn add(&self, origin: &Origin, reason: impl Into<String>, remedy: Option<String>) {
        if self.count() < COUNTED {
            self.found.borrow_mut().push(Complaint { origin: origin.clone(), reason: reason.into(), remedy });
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// The mistakes in the order of their places, without those that say the same of the same place.
    pub fn into_sorted(self) -> Vec<Complaint> {
        let mut all = self.found.into_inner();
        all.sort_by_key(|complaint| match complaint.origin {
            Origin::File { start, end } => (0, start, end),
            Origin::Elsewhere { start, end, .. } => (1, start, end),
            Origin::Argument(_) => (2, 0, 0),
            Origin::Whole => (3, 0, 0),
        });
        all.dedup();
        all
    }
}

/// Shows mistakes of the text `text` of the file `name` as a person wants to see them: file, line, column,
/// reason, the line itself with the place marked, and the remedy.
pub(super) fn render(name: &str, text: &str, complaints: &[Complaint]) -> String {
    let mut page = String::new();
    for complaint in complaints.iter().take(SHOWN) {
        render_one(&mut page, name, text, complaint);
        page.push('\n');
    }
    if complaints.len() > SHOWN {
        let _ = writeln!(page, "… and {} more mistakes like these\n", complaints.len() - SHOWN);
    }
    let count = match complaints.len() {
        1 => "1 mistake".to_owned(),
        COUNTED.. => format!("{COUNTED} mistakes or more"),
        count => format!("{count} mistakes"),
    };
    let _ = write!(page, "{count} in {}; nothing was run", shown(name, LONGEST));
    page
}

fn render_one(page: &mut String, name: &str, text: &str, complaint: &Complaint) {
    let reason = shown(&complaint.reason, LONGEST);
    match &complaint.origin {
        Origin::Whole => {
            let _ = writeln!(page, "error: {}: {reason}", shown(name, LONGEST));
        }
        Origin::Argument(argument) => {
            let _ = writeln!(page, "error: {}: {reason}", printable(argument));
        }
        Origin::File { start, end } => render_spot(page, name, &Spot::of(text, *start, *end), &reason),
        Origin::Elsewhere { page: other, start, end } => {
            render_spot(page, &other.name, &Spot::of(&other.text, *start, *end), &reason);
        }
    }
    if let Some(remedy) = &complaint.remedy {
        let _ = writeln!(page, "  = {}", shown(remedy, LONGEST));
    }
}

fn render_spot(page: &mut String, name: &str, spot: &Spot, reason: &str) {
    let (line, column, name) = (spot.line, spot.column, shown(name, LONGEST));
    let _ = writeln!(page, "error: {name}:{line}:{column}: {reason}");
    let margin = " ".repeat(line.to_string().len());
    let _ = writeln!(page, "{margin} |");
    let _ = writeln!(page, "{line} | {}", spot.shown);
    let _ = writeln!(page, "{margin} | {}{}", " ".repeat(spot.before), "^".repeat(spot.marked));
}

/// A place in a text as a person counts: lines and columns from one, in characters.
struct Spot {
    line: usize,
    column: usize,
    /// The line, or the part of a long line around the mistake.
    shown: String,
    /// Characters of `shown` before the mistake.
    before: usize,
    /// Characters of `shown` that are the mistake.
    marked: usize,
}

impl Spot {
    fn of(text: &str, start: usize, end: usize) -> Spot {
        let start = floor_boundary(text, start.min(text.len()));
        let end = floor_boundary(text, end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let line_text = text[line_start..line_end].trim_end_matches('\r');
        let line = text[..start].matches('\n').count() + 1;
        // A byte order mark is not a column.
        let head = text[line_start..start].trim_start_matches('\u{feff}');
        let line_text = line_text.trim_start_matches('\u{feff}');
        let column = head.chars().count() + 1;
        let length = text[start..end.min(line_end).max(start)].trim_end().chars().count().max(1);
        let skipped = if column > WIDEST { column - WIDEST / 2 } else { 0 };
        let shown: String = line_text.chars().skip(skipped).take(WIDEST).map(visible).collect();
        let before = column - 1 - skipped;
        let marked = length.min(WIDEST.saturating_sub(before)).max(1);
        Spot { line, column, shown, before, marked }
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Control characters would move the terminal's cursor, and marks of direction would turn the text round;
/// tabs would move the marks.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// A text from outside, safe to print and short enough to quote.
pub fn printable(text: &str) -> String {
    shown(text, WIDEST)
}

/// At most `most` characters of a text, safe to print.
fn shown(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(visible).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, start: usize, end: usize) -> String {
        let complaint = Complaint {
            origin: Origin::File { start, end },
            reason: "is wrong".into(),
            remedy: Some("write it right".into()),
        };
        render("a.toml", text, &[complaint])
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands() {
        assert_eq!(
            page("one = 1\ntwo = 22 # so\n", 14, 16),
            "error: a.toml:2:7: is wrong\n  |\n2 | two = 22 # so\n  |       ^^\n  = write it right\n\n\
             1 mistake in a.toml; nothing was run"
        );
    }

    #[test]
    fn odd_texts_and_places_are_shown_without_harm() {
        for (text, start, end) in [
            ("", 0, 0),
            ("a", 5, 9),
            ("\u{feff}a = 1\r\n", 3, 4),
            ("ä = \"ö\"", 1, 3),
            ("a\tb\u{7}c", 2, 3),
            (&"x".repeat(5_000), 4_000, 4_900),
        ] {
            assert!(page(text, start, end).contains('^'), "{text:?}");
        }
    }

    #[test]
    fn nothing_from_outside_reaches_the_terminal_raw_or_at_any_length() {
        for (text, safe) in [
            ("plain — ütf", "plain — ütf"),
            ("\u{1b}[2J\r\n\u{7}\u{9b}\0", "\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("a\tb", "a b"),
            ("\u{202e}evil\u{2066}", "\u{fffd}evil\u{fffd}"),
        ] {
            assert_eq!(printable(text), safe);
            let complaint =
                Complaint { origin: Origin::Whole, reason: text.into(), remedy: Some(text.into()) };
            assert_eq!(
                render(text, "", &[complaint]),
                format!("error: {safe}: {safe}\n  = {safe}\n\n1 mistake in {safe}; nothing was run")
            );
        }
        assert_eq!(printable(&"ä".repeat(101)), format!("{}…", "ä".repeat(100)));
    }

    #[test]
    fn a_flood_of_mistakes_is_dammed() {
        let complaints = Complaints::default();
        for start in 0..100_000 {
            complaints.add(&Origin::File { start, end: start + 1 }, "is wrong", None);
        }
        let page = render("a.toml", "", &complaints.into_sorted());
        assert!(page.ends_with(
            "… and 980 more mistakes like these\n\n1000 mistakes or more in a.toml; nothing was run"
        ));
    }
}
