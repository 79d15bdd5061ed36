//! Every verb and every option does what it says, and the program leaves with the code that it documents.

mod codes;
mod compare;
mod explain;
mod folders;
mod pairs;
mod report;
mod resolved;
mod run;
mod tune;
mod under;
mod verbs;
mod why;

use std::io::Write;
use std::process::Stdio;

use crate::program::{Said, command, hbsim, said};

/// Runs `hbsim` and expects it to be done, with code 0.
fn done(arguments: &[&str]) -> Said {
    let said = hbsim(arguments);
    assert_eq!(said.code, Some(0), "{arguments:?}\n{}{}", said.out, said.err);
    said
}

/// Runs `hbsim` with `text` on its standard input.
fn fed(text: &str, arguments: &[&str]) -> Said {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("hbsim can be started");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("hbsim reads it all");
    said(child.wait_with_output().expect("hbsim ends"))
}

/// The digest in a CSV table of one row.
fn digest(csv: &str) -> &str {
    csv.trim_end().rsplit(',').next().unwrap_or_default()
}

/// The cell of `column` in a CSV table of one row.
fn cell<'a>(csv: &'a str, column: &str) -> &'a str {
    let (heading, row) = csv.trim_end().split_once('\n').expect("a heading and a row");
    let place = heading.split(',').position(|name| name == column).expect("the column");
    row.split(',').nth(place).expect("the cell")
}
