//! What can go wrong with parts.

use std::fmt;
use std::io;
use std::path::Path;

use crate::document::printable;

/// Why a part cannot be written or read.
#[derive(Debug)]
pub enum PartError {
    /// The machine failed: no room, no right, a file that cannot be read.
    Disk {
        /// What was to be done, and with which file.
        what: String,
        /// Why it was not.
        why: io::Error,
    },
    /// What is there is not what it must be: another sweep's, of another shard, damaged. The text says so, and what
    /// to do about it.
    Unfit(String),
    /// Another process is writing it.
    Busy(String),
}

impl PartError {
    /// The failure to do `what` with a file.
    pub(super) fn disk(what: &str, path: &Path, why: io::Error) -> PartError {
        PartError::Disk { what: format!("{what} {}", shown(path)), why }
    }

    /// The machine's own reason, for those who tell of the file themselves.
    pub fn into_reason(self) -> io::Error {
        match self {
            PartError::Disk { why, .. } => why,
            PartError::Unfit(text) => io::Error::other(text),
            PartError::Busy(name) => io::Error::other(format!("another process is writing {name}")),
        }
    }
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartError::Disk { what, why } => write!(f, "cannot {what}: {why}"),
            PartError::Unfit(text) => f.write_str(text),
            PartError::Busy(name) => write!(f, "another process is writing {name}"),
        }
    }
}

/// A path, safe to print.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
