//! Ranges: many values in a few words.

use crate::document::Kind;

/// The values of a range, or what is wrong with it and what to write instead.
pub(super) fn values(_text: &str) -> Result<Vec<Kind>, (String, String)> {
    Err(("ranges are not there yet".to_owned(), "write a list".to_owned()))
}
