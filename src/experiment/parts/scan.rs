//! What a part holds, found out by walking over its frames.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::shown;
use super::frame::{FORMAT, Flaw, Frame, Kind, MAGIC};
use super::{Identity, PartError, Shard, Unit};

/// What was found.
pub(super) struct Found {
    pub(super) identity: Identity,
    pub(super) shard: Shard,
    /// With what the checksums of its frames begin.
    pub(super) seed: u64,
    /// Where the frame of each unit begins.
    pub(super) units: BTreeMap<Unit, u64>,
    /// Whether it was closed.
    pub(super) finished: bool,
    /// Where the next unit would go: behind all that are whole.
    pub(super) end: u64,
    /// Bytes behind that which mean nothing.
    pub(super) given_up: u64,
}

/// The head of a part: a line by which it is known, and the first frame. And with what all other checksums begin.
pub(super) fn head(identity: &Identity, shard: Shard) -> io::Result<(Vec<u8>, u64)> {
    let text = identity.to_head(shard).map_err(io::Error::other)?;
    let mut bytes = format!("{MAGIC}{FORMAT}\n").into_bytes();
    let seed = Frame::put(Kind::Head, 0, &mut bytes, |to| to.extend(text.as_bytes()))?;
    Ok((bytes, seed))
}

/// Walks over a part; `None` if not even its head is whole, because whoever wrote it was stopped there.
pub(super) fn scan(file: &mut (impl Read + Seek + ?Sized), path: &Path) -> Result<Option<Found>, PartError> {
    let failed = |why| PartError::disk("read", path, why);
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let mut file = BufReader::with_capacity(1 << 16, file);
    if !read_magic(&mut file, path)? {
        return Ok(None);
    }
    let mut at = (MAGIC.len() + 2) as u64;
    let head = match Frame::take(&mut file, length.saturating_sub(at), 0) {
        Ok(head) => head,
        Err(Flaw::Torn) => return Ok(None),
        Err(Flaw::Damaged) => return Err(damaged_head(path)),
        Err(Flaw::Disk(why)) => return Err(failed(why)),
    };
    at += head.length();
    let text = std::str::from_utf8(&head.content).ok().filter(|_| head.kind == Kind::Head);
    let (identity, shard) =
        text.map(Identity::from_head).and_then(Result::ok).ok_or_else(|| damaged_head(path))?;
    let (seed, units) = (head.checksum, BTreeMap::new());
    let mut found = Found { identity, shard, seed, units, finished: false, end: at, given_up: 0 };
    let behind = found.walk(&mut file, length).map_err(failed)?;
    found.given_up = length - behind;
    Ok(Some(found))
}

impl Found {
    /// Walks over the frames of units, up to the close or the first that is not as it was written, and says where that
    /// was.
    fn walk(&mut self, file: &mut impl Read, length: u64) -> io::Result<u64> {
        loop {
            let frame = match Frame::take(file, length - self.end, self.seed) {
                Ok(frame) => frame,
                Err(Flaw::Torn | Flaw::Damaged) => return Ok(self.end),
                Err(Flaw::Disk(why)) => return Err(why),
            };
            let content = &mut &frame.content[..];
            match frame.kind {
                Kind::Unit => match Unit::take(content).filter(|unit| !self.units.contains_key(unit)) {
                    Some(unit) => self.units.insert(unit, self.end),
                    None => return Ok(self.end),
                },
                Kind::Close if *content == close(self.units.len()) => {
                    self.finished = true;
                    return Ok(self.end + frame.length());
                }
                Kind::Close | Kind::Head => return Ok(self.end),
            };
            self.end += frame.length();
        }
    }
}

/// What stands in the last frame: how many units there are.
pub(super) fn close(units: usize) -> [u8; 8] {
    (units as u64).to_le_bytes()
}

/// Reads the line by which a part is known; false if the file ends within it.
fn read_magic(file: &mut impl Read, path: &Path) -> Result<bool, PartError> {
    let expected = format!("{MAGIC}{FORMAT}\n");
    let mut line = Vec::new();
    let taken = file.take(expected.len() as u64).read_to_end(&mut line);
    taken.map_err(|why| PartError::disk("read", path, why))?;
    if line == expected.as_bytes() {
        return Ok(true);
    }
    if expected.as_bytes().starts_with(&line) {
        return Ok(false);
    }
    let path = shown(path);
    Err(PartError::Unfit(match line.starts_with(MAGIC.as_bytes()) {
        true => format!(
            "{path} is a part of another format than {FORMAT}, which this version of hbsim cannot read"
        ),
        false => format!("{path} is not a part that hbsim wrote"),
    }))
}

/// Without a head, nothing in a part can be trusted.
pub(super) fn damaged_head(path: &Path) -> PartError {
    let path = shown(path);
    PartError::Unfit(format!(
        "{path} is damaged at its head, so nothing in it can be used; remove it and begin anew"
    ))
}

/// The content of the frame of `unit`, which begins at `at`, in a file of which nothing behind `end` counts.
pub(super) fn content_at(
    file: &mut (impl Read + Seek + ?Sized),
    (at, end): (u64, u64),
    seed: u64,
) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    match Frame::take(&mut &mut *file, end.saturating_sub(at), seed) {
        Ok(frame) if frame.kind == Kind::Unit => Ok(frame.content),
        Ok(_) | Err(Flaw::Torn | Flaw::Damaged) => Err(changed()),
        Err(Flaw::Disk(why)) => Err(why),
    }
}

/// What was whole when it was written, or looked at before, is not any more.
pub(super) fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is not as it was written: its checksum does not fit")
}

/// It was never there.
pub(super) fn missing() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the records that are asked for are not in it")
}
