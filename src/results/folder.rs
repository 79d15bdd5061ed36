//! A folder of results that appears whole or not at all.

mod remains;

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::enclosed;
use crate::document::printable;
use remains::Claim;

/// Files are written into a folder beside the final one, which takes its place in the end. Dropped before
/// that, it takes everything with it.
pub struct Folder {
    target: PathBuf,
    partial: PathBuf,
    finished: bool,
    /// Tells other executions that somebody is still at it.
    _claim: Claim,
}

/// Why a folder of results could not be written.
#[derive(Debug)]
pub struct FolderError {
    what: String,
    why: io::Error,
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.what, self.why)
    }
}

/// The file by which a folder of results is known.
const MARK: &str = "manifest.toml";
/// All files that results consist of. A folder that holds anything else is not ours to replace.
const FILES: [&str; 16] = [
    MARK,
    "scenario.toml",
    "summary.csv",
    "runs.csv",
    "records.part",
    "detections.csv",
    "mistakes.csv",
    "pairs.csv",
    "messages.csv",
    "traffic.csv",
    "differences.csv",
    "front.csv",
    "settings.csv",
    "chosen.toml",
    "verdict.txt",
    "conditions.toml",
];

impl Folder {
    /// The folder, within a folder of results, of the records of each of several scenarios.
    pub const RECORDS: &str = "records";

    /// Whether there are results in the folder `path`.
    pub fn holds_results(path: &Path) -> bool {
        path.join(MARK).is_file() && path.join("summary.csv").is_file()
    }

    /// Makes ready to fill `target`, which must not exist, or be empty, or hold earlier results.
    pub fn create(target: &Path) -> Result<Folder, FolderError> {
        let failed = |why| FolderError { what: format!("write results to {}", target.display()), why };
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| failed(io::Error::other("it has no name")))?;
        // Beside the target or, where it is to be, beside the first folder on the way that has to be made.
        let here = Path::new(".");
        let mut above =
            target.ancestors().skip(1).map(|above| if above == Path::new("") { here } else { above });
        let beside = above.find(|above| above.exists()).unwrap_or(here);
        remains::clear_up(beside, &name, target);
        if target.exists() {
            refuse_strangers(target).map_err(failed)?;
        }
        let (partial, claim) = remains::claim_new(beside, &name).map_err(failed)?;
        Ok(Folder { target: target.to_path_buf(), partial, finished: false, _claim: claim })
    }

    /// Makes a file in the folder, or in a folder in it.
    pub fn file(&self, name: &str) -> Result<BufWriter<File>, FolderError> {
        let path = self.place_of(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| File::create(&path)).map(BufWriter::new).map_err(|why| self.failed(name, why))
    }

    /// Writes a whole file.
    pub fn write(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let mut file = self.file(name)?;
        file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(|why| self.failed(name, why))
    }

    /// Where the file `name` is until the folder takes its place.
    pub fn place_of(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// The failure to write the file `name`.
    pub fn failed(&self, name: &str, why: impl Into<io::Error>) -> FolderError {
        FolderError { what: format!("write {}", self.target.join(name).display()), why: why.into() }
    }

    /// Waits until its files would survive a loss of power: for those who then give up what they were made of.
    pub fn settle(&self) -> Result<(), FolderError> {
        self.settle_all_in(&self.partial)
    }

    fn settle_all_in(&self, folder: &Path) -> Result<(), FolderError> {
        let failed = |why| FolderError { what: format!("write results to {}", self.target.display()), why };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                self.settle_all_in(&path)?;
                continue;
            }
            let settled = OpenOptions::new().write(true).open(&path).and_then(|file| file.sync_all());
            let name = path.strip_prefix(&self.partial).unwrap_or(&path).to_string_lossy();
            settled.map_err(|why| self.failed(&name, why))?;
        }
        Ok(())
    }

    /// Puts the folder in its place. Earlier results there give way in the same moment.
    pub fn finish(mut self) -> Result<(), FolderError> {
        let failed = |why| FolderError { what: format!("put results into {}", self.target.display()), why };
        let earlier = remains::earlier(&self.partial);
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &earlier).map_err(failed)?;
        }
        let made = self.target.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(why) = made.and_then(|()| fs::rename(&self.partial, &self.target)) {
            if replaces && fs::rename(&earlier, &self.target).is_err() {
                // The next execution with this target puts them back.
                let earlier = printable(&earlier.to_string_lossy());
                return Err(failed(io::Error::other(format!("{why}; the earlier results are in {earlier}"))));
            }
            return Err(failed(why));
        }
        self.finished = true;
        if let Some(Ok(above)) = self.target.parent().map(File::open) {
            // Where a folder cannot be told to wait for the disk, its name is safe a little later.
            let _ = above.sync_all();
        }
        // The results are in their place; what cannot be taken away now is cleared up the next time.
        let _ = fs::remove_dir_all(&earlier);
        Ok(())
    }
}

/// Earlier results, and nothing else, may give way.
fn refuse_strangers(target: &Path) -> io::Result<()> {
    let names: Vec<_> =
        fs::read_dir(target)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    let is_ours = |name: &&OsString| {
        let folders = [enclosed::FOLDER, Folder::RECORDS];
        FILES.iter().chain(&folders).any(|ours| name.as_os_str() == *ours)
    };
    let stranger = match names.iter().find(|name| !is_ours(name)) {
        None if names.is_empty() => return Ok(()),
        None if target.join(MARK).is_file() => {
            match stranger_enclosed(target)?
                .map_or_else(|| stranger_among_records(target), |one| Ok(Some(one)))?
            {
                None => return Ok(()),
                Some(stranger) => stranger,
            }
        }
        None => names[0].to_string_lossy().into_owned(),
        Some(stranger) => stranger.to_string_lossy().into_owned(),
    };
    Err(io::Error::other(format!(
        "it holds {}, which is not of earlier results; choose an empty folder or a new one",
        printable(&stranger)
    )))
}

/// A file among the enclosed ones that the scenario of these results does not name.
fn stranger_enclosed(target: &Path) -> io::Result<Option<String>> {
    let folder = target.join(enclosed::FOLDER);
    if !folder.exists() {
        return Ok(None);
    }
    let mut named = Vec::new();
    for scenario in ["scenario.toml", "chosen.toml"] {
        let scenario = fs::read_to_string(target.join(scenario)).unwrap_or_default();
        named.extend(enclosed::names_in(&scenario).unwrap_or_default());
    }
    for entry in fs::read_dir(folder)? {
        let place = format!("{}/{}", enclosed::FOLDER, entry?.file_name().to_string_lossy());
        if !named.iter().any(|(name, ..)| *name == place) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// What is among the records of several scenarios, and is none.
fn stranger_among_records(target: &Path) -> io::Result<Option<String>> {
    let folder = target.join(Folder::RECORDS);
    if !folder.exists() {
        return Ok(None);
    }
    let is_number = |name: &str| name.chars().all(|c| c.is_ascii_digit());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let place = format!("{}/{}", Folder::RECORDS, entry.file_name().to_string_lossy());
        if !is_number(&entry.file_name().to_string_lossy()) || !entry.path().is_dir() {
            return Ok(Some(place));
        }
        for file in fs::read_dir(entry.path())? {
            let name = file?.file_name();
            if name != "records.part" {
                return Ok(Some(format!("{place}/{}", name.to_string_lossy())));
            }
        }
    }
    Ok(None)
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing better can be done about a failure here than to leave the hidden folder.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}
