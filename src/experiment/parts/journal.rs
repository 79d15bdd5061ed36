//! A part that grows.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Cursor, Read, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::shown;
use super::frame::{Frame, Kind};
use super::medium::Medium;
use super::scan::{Found, changed, close, content_at, damaged_head, head, missing, scan};
use super::{Identity, Kept, PartError, Shard, Unit};
use crate::measures::RunRecord;

/// A part while units are added to it. All that it needs in memory is where each unit is.
///
/// What was added is in the file before `add` returns, in one piece, so that whatever ends the program takes at most
/// the unit with it that is being written.
pub struct Journal {
    file: Box<dyn Medium>,
    path: PathBuf,
    /// With what the checksums of its frames begin.
    seed: u64,
    /// Where the frame of each unit begins.
    units: BTreeMap<Unit, u64>,
    /// Where the next one goes.
    end: u64,
    given_up: u64,
    /// Whether writing failed: what is behind the end is not known any more.
    failed: bool,
    /// The frame that is being written.
    frame: Vec<u8>,
}

impl Journal {
    /// Begins the part `shard` in a new file.
    pub fn begin(path: &Path, identity: &Identity, shard: Shard) -> Result<Journal, PartError> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let file = file.map_err(|why| PartError::disk("begin", path, why))?;
        claim(&file, path)?;
        let journal = Journal::start(Box::new(file), path, identity, shard);
        if journal.is_err() {
            // Nothing is in it yet, so nothing is lost.
            let _ = fs::remove_file(path);
        }
        journal
    }

    /// Goes on with the part `shard` in a file that was begun: what is torn or damaged at its end is cut off.
    pub fn resume(path: &Path, identity: &Identity, shard: Shard) -> Result<Journal, PartError> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        let file = file.map_err(|why| PartError::disk("go on with", path, why))?;
        claim(&file, path)?;
        Journal::go_on(Box::new(file), path, identity, shard)
    }

    /// Whether the part in a file, which must be of this experiment and this share of it, is finished and as it was
    /// then.
    pub fn is_finished(path: &Path, identity: &Identity, shard: Shard) -> Result<bool, PartError> {
        let mut file = fs::File::open(path).map_err(|why| PartError::disk("read", path, why))?;
        let found = scan(&mut file, path)?.ok_or_else(|| damaged_head(path))?;
        is_fit(&found, path, identity, shard)?;
        Ok(found.finished && found.given_up == 0)
    }

    /// A journal of what is not to be kept.
    pub fn in_memory() -> Journal {
        Journal::empty(Box::new(Cursor::new(Vec::new())), Path::new("memory"))
    }

    fn empty(file: Box<dyn Medium>, path: &Path) -> Journal {
        Journal {
            file,
            path: path.to_path_buf(),
            seed: 0,
            units: BTreeMap::new(),
            end: 0,
            given_up: 0,
            failed: false,
            frame: Vec::new(),
        }
    }

    /// Writes the head into an empty file.
    pub(super) fn start(
        file: Box<dyn Medium>,
        path: &Path,
        identity: &Identity,
        shard: Shard,
    ) -> Result<Journal, PartError> {
        let failed = |why| PartError::disk("begin", path, why);
        let mut journal = Journal::empty(file, path);
        (journal.frame, journal.seed) = head(identity, shard).map_err(failed)?;
        journal.append().and_then(|()| journal.file.sync()).map_err(failed)?;
        Ok(journal)
    }

    /// Finds out what is in a file, and makes ready to add to it.
    pub(super) fn go_on(
        mut file: Box<dyn Medium>,
        path: &Path,
        identity: &Identity,
        shard: Shard,
    ) -> Result<Journal, PartError> {
        let failed = |why| PartError::disk("go on with", path, why);
        let Some(found) = scan(&mut *file, path)? else {
            return Journal::start_again(file, path, identity, shard);
        };
        is_fit(&found, path, identity, shard)?;
        file.cut(found.end).map_err(failed)?;
        let journal = Journal::empty(file, path);
        let (seed, units, end, given_up) = (found.seed, found.units, found.end, found.given_up);
        Ok(Journal { seed, units, end, given_up, ..journal })
    }

    /// Begins anew in a file whose writer was stopped within the head. Only of such a one it is certain that no unit
    /// was in it.
    fn start_again(
        mut file: Box<dyn Medium>,
        path: &Path,
        identity: &Identity,
        shard: Shard,
    ) -> Result<Journal, PartError> {
        let failed = |why| PartError::disk("go on with", path, why);
        let (head, _) = head(identity, shard).map_err(failed)?;
        let mut there = Vec::new();
        file.rewind().map_err(failed)?;
        (&mut *file).take(head.len() as u64 + 1).read_to_end(&mut there).map_err(failed)?;
        if !head.starts_with(&there) {
            return Err(damaged_head(path));
        }
        file.cut(0).map_err(failed)?;
        let journal = Journal::start(file, path, identity, shard)?;
        Ok(Journal { given_up: there.len() as u64, ..journal })
    }

    /// Bytes at the end that were torn or damaged, and were cut off when it was gone on with.
    pub fn given_up(&self) -> u64 {
        self.given_up
    }

    /// How many units are in it.
    pub fn count(&self) -> usize {
        self.units.len()
    }

    /// Adds the records of a unit, in the order of the cells of its group; of each, what is left of it when it keeps
    /// its sums only. After a failure nothing more is added.
    pub fn add(&mut self, unit: Unit, records: &[RunRecord]) -> Result<(), PartError> {
        self.write_unit(unit, records).map_err(|why| PartError::disk("write", &self.path, why))
    }

    fn write_unit(&mut self, unit: Unit, records: &[RunRecord]) -> io::Result<()> {
        if self.units.contains_key(&unit) {
            let Unit { group, replication } = unit;
            return Err(io::Error::other(format!(
                "replication {replication} of group {group} is in it already"
            )));
        }
        self.frame.clear();
        Frame::put(Kind::Unit, self.seed, &mut self.frame, |to| unit.put(records, to))?;
        let begin = self.end;
        self.append()?;
        self.units.insert(unit, begin);
        Ok(())
    }

    /// Writes the frame behind all others, in one piece.
    fn append(&mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier attempt to write failed"));
        }
        self.failed = true;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&self.frame)?;
        self.file.flush()?;
        self.end += self.frame.len() as u64;
        self.failed = false;
        Ok(())
    }

    /// Closes it: from now on it is a part, and called `path`.
    pub fn finish(mut self, path: &Path) -> Result<(), PartError> {
        let done = self.write_close().and_then(|()| self.file.sync());
        done.map_err(|why| PartError::disk("write", &self.path, why))?;
        self.file.rename(&self.path, path).map_err(|why| PartError::disk("write", path, why))
    }

    fn write_close(&mut self) -> io::Result<()> {
        self.frame.clear();
        let count = close(self.units.len());
        Frame::put(Kind::Close, self.seed, &mut self.frame, |to| to.extend(count))?;
        self.append()
    }
}

impl Kept for Journal {
    fn has(&self, unit: Unit) -> bool {
        self.units.contains_key(&unit)
    }

    fn records(
        &mut self,
        unit: Unit,
        cell: Option<usize>,
        kinds: &'static [&'static str],
    ) -> Result<Vec<RunRecord>, PartError> {
        let at = self.units.get(&unit).copied().ok_or_else(missing);
        let content = at.and_then(|at| content_at(&mut *self.file, (at, self.end), self.seed));
        let records =
            content.and_then(|content| unit.take_records(&content, cell, kinds).ok_or_else(changed));
        records.map_err(|why| PartError::disk("read", &self.path, why))
    }
}

/// Takes care that no other process writes the same journal: its writer may have been started a second time because the
/// first seemed to be dead. It is ours until the file is closed, however that comes about.
fn claim(file: &File, path: &Path) -> Result<(), PartError> {
    let is_there = |()| is_the_file_at(file, path);
    match file.try_lock().map(is_there) {
        Ok(true) => Ok(()),
        // While we waited for it, the other one finished with it.
        Ok(false) | Err(TryLockError::WouldBlock) => Err(PartError::Busy(shown(path))),
        // Where files cannot be locked, nobody is there to lock them.
        Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Whether a file that was opened is still the one that is called so.
fn is_the_file_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(ours), Ok(there)) = (file.metadata(), fs::metadata(path)) {
        use std::os::unix::fs::MetadataExt;
        return (ours.dev(), ours.ino()) == (there.dev(), there.ino());
    }
    path.exists() && file.metadata().is_ok()
}

/// Refuses what is of another experiment, or another share of it.
fn is_fit(found: &Found, path: &Path, identity: &Identity, shard: Shard) -> Result<(), PartError> {
    if let Some(difference) = identity.difference(&found.identity) {
        let text =
            format!("{} cannot be gone on with, for it is of another experiment: {difference}", shown(path));
        return Err(PartError::Unfit(text));
    }
    if found.shard != shard {
        let text =
            format!("{} cannot be gone on with, for it is part {}, not {shard}", shown(path), found.shard);
        return Err(PartError::Unfit(text));
    }
    Ok(())
}
