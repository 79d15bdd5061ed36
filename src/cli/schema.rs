//! `hbsim schema`: what a scenario can hold, for editors.

use clap::{Args, ValueEnum};

use super::failure::{Failure, print};
use crate::schema;

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// Of which files
    #[arg(value_enum, default_value_t = Described::Scenarios)]
    what: Described,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Described {
    /// Scenarios and sweeps
    Scenarios,
    /// Conditions, which hbsim compare --under takes
    Conditions,
}

pub(super) fn schema(arguments: &SchemaArguments) -> Result<(), Failure> {
    let schema = match arguments.what {
        Described::Scenarios => schema::of_scenarios(),
        Described::Conditions => schema::of_conditions(),
    };
    print(schema.map_err(|why| Failure::Machine(format!("hbsim itself failed: {why}")))?)
}
