//! All parts in a folder, to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::shown;
use super::scan::{Found, changed, content_at, missing, scan};
use super::{Identity, Kept, PartError, Shard, Unit};
use crate::measures::RunRecord;

/// The parts in a folder, finished or not, that belong together.
pub struct Parts {
    identity: Identity,
    /// How many shards there are to be.
    of: u32,
    files: Vec<PartFile>,
    units: BTreeMap<Unit, Place>,
    damage: Vec<Damage>,
}

/// One of them.
struct PartFile {
    path: PathBuf,
    shard: Shard,
    finished: bool,
    seed: u64,
    end: u64,
    open: Option<File>,
}

/// Where a unit is.
#[derive(Clone, Copy)]
struct Place {
    file: u32,
    at: u64,
}

/// Bytes at the end of a part that mean nothing: its writer was stopped there, or they were changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// How many bytes.
    pub given_up: u64,
}

/// What the names of parts end in: that of the finished ones, and that of those that may still grow.
pub const ENDINGS: [&str; 2] = ["part", "journal"];

/// As many files are open at once. A process may have few more.
const MOST_OPEN: usize = 200;

impl Parts {
    /// Finds out what the parts in a folder hold. Those that do not belong together are refused.
    pub fn open(folder: &Path) -> Result<Parts, PartError> {
        let mut parts: Option<Parts> = None;
        let mut damage = Vec::new();
        for path in paths_in(folder)? {
            let mut file = File::open(&path).map_err(|why| PartError::disk("read", &path, why))?;
            let found = scan(&mut file, &path)?;
            let given_up = match &found {
                Some(found) => found.given_up,
                None => file.metadata().map_or(0, |about| about.len()),
            };
            if given_up > 0 {
                damage.push(Damage { path: path.clone(), given_up });
            }
            let Some(found) = found else { continue };
            let parts = parts.get_or_insert_with(|| Parts {
                identity: found.identity.clone(),
                of: found.shard.of,
                files: Vec::new(),
                units: BTreeMap::new(),
                damage: Vec::new(),
            });
            parts.add(path, found)?;
        }
        let none = || PartError::Unfit(format!("there are no parts in {}", shown(folder)));
        Ok(Parts { damage, ..parts.ok_or_else(none)? })
    }

    /// Adds what was found in another file.
    fn add(&mut self, path: PathBuf, found: Found) -> Result<(), PartError> {
        let Found { identity, shard, seed, units, finished, end, .. } = found;
        if let Some(first) = self.files.first() {
            let (one, other) = (shown(&first.path), shown(&path));
            if let Some(difference) = identity.first_difference(&self.identity) {
                let text = format!("{one} and {other} do not belong together: {difference}");
                return Err(PartError::Unfit(text));
            }
            if shard.of != self.of {
                let text = format!(
                    "{one} is part {} and {other} is part {shard}: not of the same whole",
                    first.shard
                );
                return Err(PartError::Unfit(text));
            }
        }
        let file = self.files.len();
        self.files.push(PartFile { path, shard, finished, seed, end, open: None });
        for (unit, at) in units {
            let place = Place { file: file as u32, at };
            match self.units.get(&unit) {
                None => _ = self.units.insert(unit, place),
                Some(earlier) => self.compare(unit, *earlier, place)?,
            }
        }
        Ok(())
    }

    /// A unit that is there twice was simulated twice, and must have come out the same.
    fn compare(&mut self, unit: Unit, one: Place, other: Place) -> Result<(), PartError> {
        if self.content(one)? == self.content(other)? {
            return Ok(());
        }
        let [one, other] = [one, other].map(|place| shown(&self.files[place.file as usize].path));
        let Unit { group, replication } = unit;
        Err(PartError::Unfit(format!(
            "{one} and {other} both hold replication {replication} of group {group}, and not the same of it"
        )))
    }

    /// What belongs to them all.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How many shards there are to be.
    pub fn shards(&self) -> u32 {
        self.of
    }

    /// The units that are there, in the order of groups.
    pub fn units(&self) -> impl Iterator<Item = Unit> {
        self.units.keys().copied()
    }

    /// The shards of which no finished part is here.
    pub fn unfinished(&self) -> Vec<Shard> {
        let finished: BTreeSet<Shard> =
            self.files.iter().filter(|file| file.finished).map(|file| file.shard).collect();
        let all = (1..=self.of).map(|number| Shard { number, of: self.of });
        all.filter(|shard| !finished.contains(shard)).collect()
    }

    /// The parts with an end that means nothing.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// The content of the frame at a place.
    fn content(&mut self, place: Place) -> Result<Vec<u8>, PartError> {
        let file = place.file as usize;
        if self.files[file].open.is_none()
            && self.files.iter().filter(|file| file.open.is_some()).count() >= MOST_OPEN
        {
            self.files.iter_mut().for_each(|file| file.open = None);
        }
        let PartFile { path, seed, end, open, .. } = &mut self.files[file];
        let failed = |why| PartError::disk("read", path, why);
        let file = match open {
            Some(file) => file,
            None => open.insert(File::open(&*path).map_err(failed)?),
        };
        content_at(file, (place.at, *end), *seed).map_err(failed)
    }
}

impl Kept for Parts {
    fn has(&self, unit: Unit) -> bool {
        self.units.contains_key(&unit)
    }

    fn records(
        &mut self,
        unit: Unit,
        cell: Option<usize>,
        kinds: &'static [&'static str],
    ) -> Result<Vec<RunRecord>, PartError> {
        let Some(place) = self.units.get(&unit).copied() else {
            return Err(PartError::disk("read", &self.files[0].path, missing()));
        };
        let records = unit.take_records(&self.content(place)?, cell, kinds);
        records.ok_or_else(|| PartError::disk("read", &self.files[place.file as usize].path, changed()))
    }
}

/// The parts in a folder, in the order of their names.
fn paths_in(folder: &Path) -> Result<Vec<PathBuf>, PartError> {
    let list = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    };
    let mut paths = list().map_err(|why| PartError::disk("read", folder, why))?;
    paths.retain(|path| path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)));
    paths.sort();
    Ok(paths)
}
