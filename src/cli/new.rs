//! `hbsim new`: a commented scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use super::arguments::NewArguments;
use super::failure::{Failure, note, print};

/// The scenario that `hbsim new` writes.
pub(crate) const STARTER: &str = include_str!("starter.toml");

pub(super) fn new(arguments: &NewArguments) -> Result<(), Failure> {
    let file = &arguments.file;
    if file.as_os_str() == "-" {
        return print(STARTER);
    }
    let text = STARTER.replace("scenario.toml", &file.display().to_string());
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .and_then(|mut open| open.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            note(format_args!("wrote {0}; run it with: hbsim run {0}", file.display()));
            Ok(())
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            let reason = format!(
                "error: {} exists already\n  = name another file: hbsim new NAME.toml",
                file.display()
            );
            Err(Failure::Input(reason))
        }
        Err(why) => Err(Failure::Machine(format!("cannot write {}: {why}", file.display()))),
    }
}
