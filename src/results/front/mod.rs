//! What a search found: the front of what no other setting beats, as a table to read, as files, and in words.

mod files;
mod rows;
mod table;
mod words;

pub use files::{TuneManifest, write_tuned};
pub(super) use rows::write_settings;
pub use rows::{write_front_csv, write_front_json};

use std::fmt::Write as _;

use crate::tuning::{Found, Goals};

/// The page that a search prints. `command` is the search as the user asked for it, without its goals.
pub fn tuned(found: &Found, goals: &Goals, command: &str) -> String {
    let mut page = format!("searched {}\n", found.ranges.join(", "));
    let _ = writeln!(page, "{}\n", words::aims(goals));
    page.push_str(&table::page(found, goals));
    page.push('\n');
    page.push_str(&words::verdict(found, goals, command));
    page.push_str(&words::effort(found));
    let _ = writeln!(page, "\ndigest {}", found.tally.digest);
    page
}

/// What a search found, in words alone.
pub(super) fn page_words(found: &Found, goals: &Goals, command: &str) -> String {
    format!("{}{}", words::verdict(found, goals, command), words::effort(found))
}
