//! What is wrong and only the reader sees.

/// Files of `tests/bad`, by the reason why a schema cannot see what is wrong with them, or is not meant to.
pub(super) const FILES: &[(&str, &[&str])] = &[];

/// Changes of good scenarios, by the reason why a schema cannot see what they break.
pub(super) const CHANGES: &[(&str, &[&str])] = &[];
