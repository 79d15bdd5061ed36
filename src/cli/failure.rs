//! What can go wrong, and the code with which the program leaves.

use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::experiment::parts::PartError;
use crate::experiment::{Interrupted, Stopped};
use crate::results::FolderError;

/// Why a verb was not done, or was done with a bad result.
#[derive(Debug)]
pub(super) enum Failure {
    /// An `[[expect]]` was not met, or no setting meets the goals. Code 1.
    Expectation,
    /// The arguments or the scenario are wrong; the text says how. Code 2.
    Input(String),
    /// Something could not be read or written, or the program itself failed. Code 3.
    Machine(String),
    /// Some of the parts are missing; the text says which. Code 4.
    Incomplete(String),
    /// Ctrl-C. Code 130. The text says what is kept, if anything is.
    Interrupted(Option<String>),
    /// Whoever read standard output has gone away. Not our failure: code 0.
    NobodyReads,
}

impl Failure {
    /// Says what went wrong on standard error.
    pub(super) fn tell(&self) -> ExitCode {
        match self {
            Failure::Expectation => ExitCode::from(1),
            Failure::Input(text) => {
                note(text);
                ExitCode::from(2)
            }
            Failure::Machine(text) => {
                note(format_args!("error: {text}"));
                ExitCode::from(3)
            }
            Failure::Incomplete(text) => {
                note(format_args!("incomplete: {text}"));
                ExitCode::from(4)
            }
            Failure::Interrupted(kept) => {
                note(kept.as_deref().unwrap_or("interrupted; nothing was written"));
                ExitCode::from(130)
            }
            Failure::NobodyReads => ExitCode::SUCCESS,
        }
    }

    /// What it says.
    pub(super) fn into_text(self) -> String {
        match self {
            Failure::Input(text) | Failure::Machine(text) | Failure::Incomplete(text) => text,
            Failure::Interrupted(kept) => kept.unwrap_or_default(),
            Failure::Expectation | Failure::NobodyReads => String::new(),
        }
    }

    /// The failure behind a panic, which is always a mistake in hbsim itself.
    pub(super) fn of_panic(cause: &(dyn Any + Send)) -> Failure {
        let said = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default();
        Failure::Machine(format!(
            "hbsim itself failed: {said}\n  = this is a mistake in hbsim, not in the scenario; please report it \
             with the scenario and the version {}",
            env!("CARGO_PKG_VERSION")
        ))
    }

    /// A failure to write to standard output.
    pub(super) fn of_output(why: &io::Error) -> Failure {
        if why.kind() == io::ErrorKind::BrokenPipe {
            Failure::NobodyReads
        } else {
            Failure::Machine(format!("cannot write to standard output: {why}"))
        }
    }
}

impl From<Interrupted> for Failure {
    fn from(_: Interrupted) -> Failure {
        Failure::Interrupted(None)
    }
}

impl From<Stopped> for Failure {
    fn from(why: Stopped) -> Failure {
        match why {
            Stopped::Interrupted => Failure::Interrupted(None),
            Stopped::Part(why) => why.into(),
            Stopped::Scenario(text) => Failure::Input(text),
        }
    }
}

impl From<PartError> for Failure {
    fn from(why: PartError) -> Failure {
        match why {
            PartError::Disk { .. } | PartError::Busy(_) => Failure::Machine(why.to_string()),
            PartError::Unfit(text) => Failure::Input(format!("error: {text}")),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(why: FolderError) -> Failure {
        Failure::Machine(why.to_string())
    }
}

/// Says something on standard error. Where nobody can hear it, that is no failure of its own.
pub(super) fn note(text: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes a text to standard output.
pub(super) fn print(text: impl fmt::Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    write!(out, "{text}").and_then(|()| out.flush()).map_err(|why| Failure::of_output(&why))
}
