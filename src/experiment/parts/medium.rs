//! What a journal is written on: the one seam through which it touches a disk, so that tests can let each touch fail.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;

/// A file, or what serves as one.
pub(super) trait Medium: Read + Write + Seek + Send {
    /// Leaves the first `length` bytes and nothing behind them.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Waits until what was written would survive a loss of power.
    fn sync(&mut self) -> io::Result<()>;

    /// Calls itself `to`.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
}

impl Medium for File {
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

/// Memory, where nothing is to be kept.
impl Medium for Cursor<Vec<u8>> {
    fn cut(&mut self, length: u64) -> io::Result<()> {
        // What is longer than memory is not in it.
        self.get_mut().truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn rename(&mut self, _: &Path, _: &Path) -> io::Result<()> {
        Ok(())
    }
}
