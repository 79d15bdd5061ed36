//! The test suite of what ships: one binary, one file for each promise.

mod bad_input;
mod causes;
mod command_line;
mod contributing;
mod determinism;
mod golden;
mod hearing;
mod known_answers;
mod lessons;
#[cfg(unix)]
mod pages;
mod program;
mod reports;
mod schema;
mod studies;
mod survival;
mod sweeps;
mod systems;
mod tracing;
