//! The command line: one file for each verb. Data goes to standard output, everything else to standard error.

mod arguments;
mod check;
mod compare;
mod explain;
mod failure;
mod gathering;
mod list;
mod merge;
mod new;
mod order;
mod papers;
#[cfg(not(target_family = "wasm"))]
mod progress;
#[cfg(target_family = "wasm")]
#[path = "no_progress.rs"]
mod progress;
mod records;
mod report;
mod run;
mod schema;
mod show;
mod sweep;
mod together;
mod trace;
mod tune;
mod under;
mod why;

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};
use failure::Failure;

/// Reads the arguments, does what the verb says, says what went wrong, and leaves with a documented code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A failure of the program itself is told like any other, without the noise of a panic.
    set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(|| obey(&arguments.verb)));
    match result.unwrap_or_else(|cause| Err(Failure::of_panic(cause.as_ref()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn obey(verb: &Verb) -> Result<(), Failure> {
    match verb {
        Verb::Run(arguments) => run::run(arguments),
        Verb::Sweep(arguments) => sweep::sweep(arguments),
        Verb::Tune(arguments) => tune::tune(arguments),
        Verb::Merge(arguments) => merge::merge(arguments),
        Verb::Compare(arguments) => compare::compare(arguments),
        Verb::Report(arguments) => report::report(arguments),
        Verb::Explain(arguments) => explain::explain(arguments),
        Verb::Check(arguments) => check::check(arguments),
        Verb::Show(arguments) => show::show(arguments),
        Verb::List(arguments) => list::list(arguments),
        Verb::New(arguments) => new::new(arguments),
        Verb::Schema(arguments) => schema::schema(arguments),
        Verb::Why(arguments) => why::why(arguments),
        Verb::Trace(arguments) => trace::trace(arguments),
        Verb::Completions { shell } => papers::completions(*shell),
        Verb::Man => papers::man(),
    }
}
