//! Running the shipped program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What the program said and how it left.
#[derive(Clone)]
pub(crate) struct Said {
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
}

/// Runs `hbsim` with these arguments in the project's folder.
pub(crate) fn hbsim(arguments: &[&str]) -> Said {
    said(command(arguments).stdin(Stdio::null()).output().expect("hbsim can be started"))
}

/// The command `hbsim` with these arguments, in the project's folder, not yet started.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbsim"));
    command.args(arguments).current_dir(project());
    command
}

/// The output of a finished program as texts.
pub(crate) fn said(output: Output) -> Said {
    Said {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

/// The project's folder.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fresh folder for the files of one test.
pub(crate) fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a scratch folder can be made");
    folder
}

/// The most memory that a program under [`limited`] gets, in kibibytes of address space.
#[cfg(target_os = "linux")]
const MOST_MEMORY: u32 = 256 * 1024;

/// The command `hbsim` with these arguments and, on Linux, no more than 256 MB of address space, which
/// bounds its memory from above: asking for more ends it by a signal, which no test takes for an answer.
#[cfg(target_os = "linux")]
pub(crate) fn limited(arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MOST_MEMORY} && exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_hbsim")]).args(arguments).current_dir(project());
    command
}

/// The command `hbsim` with these arguments; only Linux has a limit of memory that can be relied on.
#[cfg(not(target_os = "linux"))]
pub(crate) fn limited(arguments: &[&str]) -> Command {
    command(arguments)
}
