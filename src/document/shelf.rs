//! The files that a scenario names: where they are looked for, and what was found.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The files that a scenario names, and which of them were taken, so that they can be kept with the results.
#[derive(Debug, Default)]
pub struct Shelf {
    stock: Stock,
    taken: RefCell<Vec<NamedFile>>,
}

/// Where the files are that a scenario names: one place for many scenarios.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    folder: PathBuf,
    /// Files that come with hbsim, each with its name as the scenario has it. They are found first.
    shipped: &'static [(&'static str, &'static str)],
    /// Files that are at hand already. Then no other is looked for.
    held: Option<Arc<[NamedFile]>>,
    /// Files that were read: a sweep names the same ones in each of its cells.
    read: Arc<Mutex<BTreeMap<String, Arc<str>>>>,
}

/// A file that a scenario names.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// As the scenario names it.
    pub name: String,
    /// What is in it.
    pub text: Arc<str>,
}

/// Why a file cannot be read, and what to do about it.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// What is wrong with it.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

/// A file larger than this is not what a scenario needs, or says no more than a tenth of it would.
const LARGEST: u64 = 64 << 20;

impl<S: Into<Stock>> From<S> for Shelf {
    fn from(stock: S) -> Shelf {
        Shelf { stock: stock.into(), ..Shelf::default() }
    }
}

impl From<&Path> for Stock {
    /// Files are looked for in this folder.
    fn from(folder: &Path) -> Stock {
        Stock { folder: folder.to_path_buf(), ..Stock::default() }
    }
}

impl Stock {
    /// The files that come with a scenario of hbsim's own, and those of the current folder, which `--set` may
    /// name.
    pub fn shipped(files: &'static [(&'static str, &'static str)]) -> Stock {
        Stock { shipped: files, ..Stock::default() }
    }

    /// These files and no others.
    pub fn held(files: Vec<NamedFile>) -> Stock {
        Stock { held: Some(files.into()), ..Stock::default() }
    }

    /// The text of the file `name`.
    fn find(&self, name: &str) -> Result<Arc<str>, Unreadable> {
        if let Some(held) = &self.held {
            let found = held.iter().find(|file| file.name == name).map(|file| Arc::clone(&file.text));
            return found.ok_or_else(|| Unreadable {
                reason: format!("there is no file {} in what was stored", name.escape_debug()),
                remedy: "name one of the files that the scenario named when it was stored".to_owned(),
            });
        }
        match self.shipped.iter().find(|(shipped, _)| *shipped == name) {
            Some((_, text)) => Ok((*text).into()),
            None => self.read(name),
        }
    }

    /// The text of a file in the folder, which is read once.
    fn read(&self, name: &str) -> Result<Arc<str>, Unreadable> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(name) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = read(name, &self.folder)?.into();
        known.insert(name.to_owned(), Arc::clone(&text));
        Ok(text)
    }
}

impl Shelf {
    /// The text of the file that the scenario calls `name`.
    pub fn take(&self, name: &str) -> Result<Arc<str>, Unreadable> {
        if let Some(file) = self.taken.borrow().iter().find(|file| file.name == name) {
            return Ok(Arc::clone(&file.text));
        }
        let text = self.stock.find(name)?;
        self.taken.borrow_mut().push(NamedFile { name: name.to_owned(), text: Arc::clone(&text) });
        Ok(text)
    }

    /// The files that were taken, each once, in the order in which they were first asked for.
    pub fn into_taken(self) -> Vec<NamedFile> {
        self.taken.into_inner()
    }
}

/// The text of the file `name` in `folder`.
fn read(name: &str, folder: &Path) -> Result<String, Unreadable> {
    let path = folder.join(name);
    let name = name.escape_debug();
    let refused = |reason: String, remedy: &str| Err(Unreadable { reason, remedy: remedy.to_owned() });
    // Asked before it is opened: a pipe would be waited for.
    let size = match path.metadata() {
        Ok(about) if about.is_file() => about.len(),
        Ok(_) => return refused(format!("{name} is not a file"), "name a file of what was measured"),
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let folder = folder.to_string_lossy();
            let folder = if folder.is_empty() { ".".into() } else { folder };
            let remedy = format!("it is looked for in the scenario's folder, {}", folder.escape_debug());
            return refused(format!("there is no file {name}"), &remedy);
        }
        Err(why) => return refused(format!("{name} cannot be read: {why}"), "check the path and its rights"),
    };
    let mut bytes = Vec::new();
    if size <= LARGEST {
        // Read no further than allowed, even if the file grows meanwhile.
        let opened = File::open(&path).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut bytes));
        if let Err(why) = opened {
            return refused(format!("{name} cannot be read: {why}"), "check the path and its rights");
        }
    }
    if size.max(bytes.len() as u64) > LARGEST {
        return refused(format!("{name} is larger than 64 MiB"), "keep a random sample of its lines");
    }
    if bytes.starts_with(b"\xff\xfe") {
        let remedy = "save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8 FILE";
        return refused(format!("{name} is UTF-16, as PowerShell's > writes it"), remedy);
    }
    String::from_utf8(bytes).or_else(|why| {
        let before = why.utf8_error().valid_up_to();
        let line = why.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count() + 1;
        refused(format!("line {line} of {name} is not UTF-8"), "save it as plain text in UTF-8")
    })
}
