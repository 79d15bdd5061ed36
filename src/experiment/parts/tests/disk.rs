//! A disk that fails.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard};

use super::*;
use crate::experiment::parts::medium::Medium;

/// A file in memory that outlives whoever writes it, on a disk that can fail.
#[derive(Clone, Default)]
pub(super) struct Disk(Arc<Mutex<Platter>>);

#[derive(Default)]
struct Platter {
    bytes: Vec<u8>,
    /// What it does before it fails, if it does.
    patience: Option<u32>,
    failure: Failure,
}

/// How it fails.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Failure {
    /// Once, and has done nothing.
    #[default]
    Once,
    /// From then on, each time half-way.
    ForGood,
}

/// One who has it open.
struct Opened {
    disk: Disk,
    at: u64,
}

impl Disk {
    pub(super) fn holding(bytes: &[u8]) -> Disk {
        let disk = Disk::default();
        disk.platter().bytes = bytes.to_vec();
        disk
    }

    pub(super) fn open(&self) -> Box<dyn Medium> {
        Box::new(Opened { disk: self.clone(), at: 0 })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.platter().bytes.clone()
    }

    /// Changes what is on it behind the back of whoever has it open.
    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
        change(&mut self.platter().bytes);
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().expect("a disk")
    }
}

impl Platter {
    /// Whether the next thing fails.
    fn fails(&mut self) -> io::Result<()> {
        match &mut self.patience {
            None => Ok(()),
            Some(0) => {
                if self.failure == Failure::Once {
                    self.patience = None;
                }
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            Some(patience) => {
                *patience -= 1;
                Ok(())
            }
        }
    }
}

impl Read for Opened {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut platter = self.disk.platter();
        platter.fails()?;
        let mut from = Cursor::new(&platter.bytes[..]);
        from.set_position(self.at);
        let count = from.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Write for Opened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut platter = self.disk.platter();
        let failure = platter.fails().err();
        let begin = self.at as usize;
        let count = match (&failure, platter.failure) {
            (None, _) => bytes.len(),
            (Some(_), Failure::Once) => 0,
            (Some(_), Failure::ForGood) => bytes.len() / 2,
        };
        let room = platter.bytes.len().max(begin + count);
        platter.bytes.resize(room, 0);
        platter.bytes[begin..begin + count].copy_from_slice(&bytes[..count]);
        self.at += count as u64;
        failure.map_or(Ok(count), Err)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.disk.platter().fails()
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut platter = self.disk.platter();
        platter.fails()?;
        let mut there = Cursor::new(&platter.bytes[..]);
        there.set_position(self.at);
        self.at = there.seek(to)?;
        Ok(self.at)
    }
}

impl Medium for Opened {
    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut platter = self.disk.platter();
        platter.fails()?;
        platter.bytes.truncate(length as usize);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.platter().fails()
    }

    fn rename(&mut self, _: &Path, _: &Path) -> io::Result<()> {
        self.disk.platter().fails()
    }
}

/// Does all that is left to be done. What was added before the disk failed, if it did, is in `added`.
fn work(disk: &Disk, begin: bool, added: &mut Vec<Unit>) -> Result<(), PartError> {
    let path = Path::new("a.journal");
    let mut journal = match begin {
        true => Journal::start(disk.open(), path, &small(), Shard::WHOLE)?,
        false => Journal::go_on(disk.open(), path, &small(), Shard::WHOLE)?,
    };
    for unit in units() {
        if !journal.has(unit) {
            journal.add(unit, &records_of(unit))?;
            added.push(unit);
        }
    }
    for unit in units() {
        journal.read_all(unit, kinds())?;
    }
    journal.finish(Path::new("a.part"))
}

/// The units on a disk that works again, after all of them were compared with what they were.
fn units_on(disk: &Disk, what: &str) -> Vec<Unit> {
    let disk = Disk::holding(&disk.bytes());
    let mut journal = Journal::go_on(disk.open(), Path::new("a.journal"), &small(), Shard::WHOLE)
        .expect("it is gone on with");
    let found: Vec<Unit> = units().into_iter().filter(|unit| journal.has(*unit)).collect();
    assert_holds(&mut journal, &found, what);
    found
}

#[test]
fn whichever_touch_of_the_disk_fails_what_was_added_is_there_and_true() {
    let whole = Disk::default();
    work(&whole, true, &mut Vec::new()).expect("this disk does not fail");
    for failure in [Failure::Once, Failure::ForGood] {
        for patience in 0.. {
            let disk = Disk::default();
            (disk.platter().patience, disk.platter().failure) = (Some(patience), failure);
            let mut added = Vec::new();
            let done = work(&disk, true, &mut added);
            disk.platter().patience = None;
            let what = format!("touch {patience}");
            let found = units_on(&disk, &what);
            assert!(added.iter().all(|unit| found.contains(unit)), "{what}: {added:?} {found:?}");
            assert!(found.len() <= added.len() + 1, "{what}: one may be whole although the disk complained");
            work(&disk, false, &mut Vec::new()).expect("this disk does not fail any more");
            assert!(disk.bytes() == whole.bytes(), "{what}: nothing is left of the failure");
            if done.is_ok() {
                assert!(patience > 30, "there was something to fail");
                break;
            }
            assert_eq!(done.expect_err("it failed").to_string().split(": ").nth(1), Some("no storage space"));
        }
    }
}

#[test]
fn going_on_may_fail_too_and_loses_nothing() {
    let whole = Disk::default();
    work(&whole, true, &mut Vec::new()).expect("this disk does not fail");
    let mut torn = whole.bytes();
    torn.truncate(torn.len() * 2 / 3);
    let before = units_on(&Disk::holding(&torn), "before");
    assert!(!before.is_empty() && before.len() < units().len());
    for patience in 0.. {
        let disk = Disk::holding(&torn);
        (disk.platter().patience, disk.platter().failure) = (Some(patience), Failure::ForGood);
        let done = work(&disk, false, &mut Vec::new());
        disk.platter().patience = None;
        let found = units_on(&disk, &format!("touch {patience}"));
        assert!(before.iter().all(|unit| found.contains(unit)), "touch {patience}");
        work(&disk, false, &mut Vec::new()).expect("this disk does not fail any more");
        assert!(disk.bytes() == whole.bytes(), "touch {patience}: nothing is left of the failure");
        if done.is_ok() {
            break;
        }
    }
}

#[test]
fn after_a_failure_nothing_more_is_added() {
    let disk = Disk::default();
    let path = Path::new("a.journal");
    let mut journal = Journal::start(disk.open(), path, &small(), Shard::WHOLE).expect("a journal");
    let [one, two, three, ..] = units();
    journal.add(one, &records_of(one)).expect("it is added");
    disk.platter().patience = Some(1);
    let why = journal.add(two, &records_of(two)).expect_err("the disk is full");
    assert_eq!(why.to_string(), "cannot write a.journal: no storage space");
    let why = journal.add(three, &records_of(three)).expect_err("it is not known what is there");
    assert_eq!(why.to_string(), "cannot write a.journal: an earlier attempt to write failed");
    assert_holds(&mut journal, &[one], "what was added can be read");
    assert!(journal.finish(Path::new("a.part")).is_err(), "it is not finished");
}
