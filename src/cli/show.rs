//! `hbsim show`: print a scenario, as it was written or with every default filled in.

use super::arguments::ShowArguments;
use super::failure::{Failure, print};

pub(super) fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    // What comes with a scenario can be shown as well, so that it can be had beside a copy of the scenario.
    if let Some(text) = arguments.source.shipped_file().filter(|_| !arguments.resolved) {
        return print(text);
    }
    let scenario = arguments.source.read()?;
    if !arguments.resolved {
        if arguments.source.changes_anything() {
            let reason = "error: show prints the file as it was written; to see what --set, --seed and \
                          --replications make of it, add --resolved";
            return Err(Failure::Input(reason.to_owned()));
        }
        return print(arguments.source.text()?);
    }
    let text = scenario.resolved();
    print(text.map_err(|why| Failure::Machine(format!("cannot write the scenario as TOML: {why}")))?)
}
