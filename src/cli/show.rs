//! `hbsim show`: print a scenario, as it was written or with every default filled in.

use super::arguments::{ShowArguments, Source};
use super::failure::{Failure, print};
use crate::scenario::sweep::Sweep;

pub(super) fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    // What comes with a scenario can be shown as well, so that it can be had beside a copy of the scenario.
    if let Some(text) = arguments.source.shipped_file().filter(|_| !arguments.resolved) {
        return print(text);
    }
    if let Some(conditions) = arguments.source.shipped_conditions() {
        if arguments.resolved || arguments.source.changes_anything() {
            let reason = "error: conditions change a scenario, and are none; leave the options out";
            return Err(Failure::Input(reason.to_owned()));
        }
        return print(conditions.text);
    }
    let text = arguments.source.text()?;
    if !arguments.resolved {
        if arguments.source.changes_anything() {
            let reason = "error: show prints the file as it was written; to see what --set, --nodes, --seed \
                          and --replications make of it, add --resolved";
            return Err(Failure::Input(reason.to_owned()));
        }
        return must_be_right(&arguments.source, &text).and_then(|()| print(text));
    }
    let resolved = arguments.source.read_with(&text, None)?.resolved();
    print(resolved.map_err(|why| Failure::Machine(format!("cannot write the scenario as TOML: {why}")))?)
}

/// What is wrong with the scenario, of a sweep with the first cell of it.
fn must_be_right(source: &Source, text: &str) -> Result<(), Failure> {
    let mut document = source.document(text, None)?;
    let sweep = Sweep::take(&mut document, &[], &[]).map_err(Failure::Input)?;
    let first = sweep.cells(&document, &source.stock()).next().transpose();
    first.map(drop).map_err(Failure::Input)
}
