//! Numbers that a detector takes, and how large they may be.

use crate::document::{Bounds, Table};

/// The number under `key`, or the `usual` one, which must lie between `least` and `most`.
pub(super) fn number(
    table: &mut Table<'_>,
    key: &'static str,
    usual: f64,
    (least, most): (f64, f64),
) -> Option<f64> {
    table.bounded(key, Bounds::within(least, most));
    let number = table.or(key, usual);
    if (least..=most).contains(&number) {
        return Some(number);
    }
    let reason = format!("{key} must lie between {least} and {most}; this is {number}");
    table.complain(key, reason, format!("write a number such as {key} = {usual}"));
    None
}
