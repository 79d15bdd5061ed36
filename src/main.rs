//! The `hbsim` command: read the arguments, do what the verb says, say what went wrong, leave with a code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hbsim::cli::main()
}
