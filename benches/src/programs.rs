//! The programs that do not live in this one: hbsim itself, and the peers in Python.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::Failure;

/// What the peers in Python need.
const PACKAGES: [&str; 2] = ["simpy>=4.1,<5", "numpy>=2,<3"];

/// The folder of this package, where the scenarios and the peers in Python lie.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Builds hbsim as it is shipped and returns the path of the program.
pub fn build_hbsim() -> Result<PathBuf, Failure> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }

    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--release", "--bin", "hbsim", "--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(folder().join("../Cargo.toml"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("hbsim does not build".into());
    }
    // Cargo itself tells where the program is, wherever the target folder may lie.
    String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .next_back()
        .ok_or_else(|| "cargo has built hbsim but names no program".into())
}

/// An interpreter that has what the peers in Python need, in an environment of its own under the folder for
/// temporary files.
pub fn python() -> Result<PathBuf, Failure> {
    let environment = env::temp_dir().join("hbsim-bench-python");
    let python = environment.join("bin").join("python");
    if succeeds(Command::new(&python).args(["-c", "import numpy, simpy"])) {
        return Ok(python);
    }
    if !succeeds(Command::new("python3").args(["-m", "venv"]).arg(&environment)) {
        return Err("python3 with venv is missing".into());
    }
    if !succeeds(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES)) {
        return Err("pip cannot install simpy and numpy".into());
    }
    Ok(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
