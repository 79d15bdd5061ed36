//! `hbsim completions` and `hbsim man`.

use clap::CommandFactory;

use super::arguments::Arguments;
use super::failure::{Failure, print};

pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "hbsim", &mut text);
    print(String::from_utf8_lossy(&text))
}

pub(super) fn man() -> Result<(), Failure> {
    let mut text = Vec::new();
    let mut all = Arguments::command();
    all.build();
    // One page for the program, then one for each verb with its options.
    let verbs = all.get_subcommands().filter(|verb| verb.get_name() != "help").cloned();
    for page in std::iter::once(all.clone()).chain(verbs.collect::<Vec<_>>()) {
        clap_mangen::Man::new(page).render(&mut text).map_err(|why| Failure::of_output(&why))?;
    }
    print(String::from_utf8_lossy(&text))
}
