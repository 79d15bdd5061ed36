//! What executions leave beside a target that were killed while they filled it, and how to tell it from what others
//! are still at.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Held by whoever fills a folder. The system lets go of it whatever ends the process; where folders cannot be locked,
/// it is empty, and nothing is cleared up.
pub(super) struct Claim {
    _lock: Option<File>,
}

const PARTIAL: &str = "partial";
const EARLIER: &str = "earlier";

/// As many processes of the same number, in containers of their own, may fill the same target.
const MOST_NAMESAKES: u32 = 1_000;

/// Makes a folder for the results `name` beside their place, which nobody else has.
pub(super) fn claim_new(beside: &Path, name: &str) -> io::Result<(PathBuf, Claim)> {
    let own = std::process::id();
    let mut namesake = 0;
    loop {
        let path = match namesake {
            0 => beside.join(format!(".{name}.{own}.{PARTIAL}")),
            _ => beside.join(format!(".{name}.{own}-{namesake}.{PARTIAL}")),
        };
        match fs::create_dir(&path) {
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists && namesake < MOST_NAMESAKES => {
                namesake += 1;
                continue;
            }
            made => made?,
        }
        // Whoever clears up may have found it before it was ours.
        let lock = File::open(&path).ok().filter(|folder| folder.lock().is_ok());
        if path.exists() {
            return Ok((path, Claim { _lock: lock }));
        }
    }
}

/// Where the earlier results are put while those in the folder `partial` take their place.
pub(super) fn earlier(partial: &Path) -> PathBuf {
    partial.with_extension(EARLIER)
}

/// Removes what was left by executions that are over. Earlier results that had just been put aside are put back. What
/// fails is left for another time: it is in nobody's way.
pub(super) fn clear_up(beside: &Path, name: &str, target: &Path) {
    let Ok(entries) = fs::read_dir(beside) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let Some(ending) = ending_of(&path, name) else { continue };
        let partial = path.with_extension(PARTIAL);
        if ending == EARLIER && partial.exists() {
            // It goes with the other.
            continue;
        }
        let Some(_lock) = File::open(&path).ok().filter(|folder| folder.try_lock().is_ok()) else { continue };
        let earlier = earlier(&partial);
        if !target.exists() && fs::rename(&earlier, target).is_ok() && ending == EARLIER {
            continue;
        }
        let _ = fs::remove_dir_all(&earlier);
        let _ = fs::remove_dir_all(&partial);
    }
}

/// What the name of a folder that was made for the results `name` ends in; `None` if it is none.
fn ending_of(path: &Path, name: &str) -> Option<&'static str> {
    let rest = path.file_name()?.to_str()?.strip_prefix('.')?.strip_prefix(name)?.strip_prefix('.')?;
    let (number, ending) = rest.split_once('.')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    [PARTIAL, EARLIER].into_iter().find(|known| is_number && !number.is_empty() && *known == ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_what_was_made_for_these_results_is_taken_away() {
        for (name, ending) in [
            (".out.17.partial", Some(PARTIAL)),
            (".out.17-2.partial", Some(PARTIAL)),
            (".out.17.earlier", Some(EARLIER)),
            (".out.1.17.partial", None),
            (".out.partial", None),
            (".out..partial", None),
            (".out.mine.partial", None),
            (".out.17.part", None),
            ("out.17.partial", None),
            (".other.17.partial", None),
        ] {
            assert_eq!(ending_of(Path::new(name), "out"), ending, "{name}");
        }
    }
}
