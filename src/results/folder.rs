//! A folder of results that appears whole or not at all.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Files are written into a folder beside the final one, which takes its place in the end. Dropped before
/// that, it takes everything with it.
pub struct Folder {
    target: PathBuf,
    partial: PathBuf,
    finished: bool,
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

impl Folder {
    /// Makes ready to fill `target`, which must not exist, or be empty, or hold earlier results.
    pub fn create(target: &Path) -> Result<Folder, FolderError> {
        let failed = |why| FolderError { what: format!("write results to {}", target.display()), why };
        if target.exists() {
            let mut inside = fs::read_dir(target).map_err(failed)?;
            if inside.next().is_some() && !target.join(MARK).is_file() {
                let why = io::Error::other("it holds something else; choose an empty folder or a new one");
                return Err(failed(why));
            }
        }
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| failed(io::Error::other("it has no name")))?;
        let partial = target.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        fs::create_dir_all(&partial).map_err(failed)?;
        Ok(Folder { target: target.to_path_buf(), partial, finished: false })
    }

    /// Makes a file in the folder.
    pub fn file(&self, name: &str) -> Result<BufWriter<File>, FolderError> {
        let path = self.partial.join(name);
        File::create(&path).map(BufWriter::new).map_err(|why| self.failed(name, why))
    }

    /// The failure to write the file `name`.
    pub fn failed(&self, name: &str, why: impl Into<io::Error>) -> FolderError {
        FolderError { what: format!("write {}", self.target.join(name).display()), why: why.into() }
    }

    /// Puts the folder in its place. Earlier results there give way in the same moment.
    pub fn finish(mut self) -> Result<(), FolderError> {
        let failed = |why| FolderError { what: format!("put results into {}", self.target.display()), why };
        let earlier = self.partial.with_extension("earlier");
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &earlier).map_err(failed)?;
        }
        if let Err(why) = fs::rename(&self.partial, &self.target) {
            if replaces {
                let _ = fs::rename(&earlier, &self.target);
            }
            return Err(failed(why));
        }
        self.finished = true;
        if replaces {
            fs::remove_dir_all(&earlier).map_err(failed)?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing better can be done about a failure here than to leave the hidden folder.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}
