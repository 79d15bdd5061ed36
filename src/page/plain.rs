//! A page as plain text.

use super::Page;

/// The page, until it is drawn.
pub fn html(page: &Page) -> String {
    format!("{page:#?}\n")
}
