//! What a sweep is asked for: by the command line, or by parts that were made of it.

use super::arguments::{Changes, SweepArguments};
use super::failure::Failure;
use crate::document::Stock;
use crate::experiment::parts::{Identity, Shard};
use crate::experiment::{Plan, Precision};
use crate::scenario::sweep::Sweep;

/// What a sweep is asked for.
pub(super) struct Order {
    /// What its parts belong to; the files that the scenarios name are known when there is a plan.
    pub(super) identity: Identity,
    /// How precise it shall be.
    pub(super) precision: Option<Precision>,
    stock: Stock,
}

impl Order {
    /// What the command line asks for.
    pub(super) fn of(arguments: &SweepArguments) -> Result<Order, Failure> {
        let SweepArguments { source, sweeps, conditions, precision, .. } = arguments;
        let text = source.text()?;
        let changes = source.changes.with_size_set(source.name(), &text).map_err(Failure::Input)?;
        let Changes { sets, seed, replications, .. } = changes;
        let identity = Identity {
            sets,
            seed,
            replications,
            sweeps: sweeps.clone(),
            conditions: conditions.clone(),
            precision: precision.map(|precision| precision.to_string()),
            ..Identity::of(source.name(), &text, &[])
        };
        Ok(Order { identity, precision: *precision, stock: source.stock() })
    }

    /// What parts were made of.
    pub(super) fn of_parts(identity: &Identity) -> Result<Order, Failure> {
        identity.must_be_of_this_engine()?;
        let precision = identity.precision.as_deref().map(Precision::read).transpose();
        let precision = precision.map_err(Failure::Input)?;
        Ok(Order { identity: identity.clone(), precision, stock: identity.stock() })
    }

    /// The plan that follows. All cells are read.
    pub(super) fn plan(&mut self) -> Result<Plan, Failure> {
        let Identity { sweeps, conditions, .. } = &self.identity;
        let mut document = self.identity.document().map_err(Failure::Input)?;
        let sweep = Sweep::take(&mut document, sweeps, conditions).map_err(Failure::Input)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let plan = Plan::new(document, self.stock.clone(), sweep, cores).map_err(Failure::Input)?;
        self.identity.files = plan.files().to_vec();
        Ok(plan)
    }

    /// Whether something else is simulated than the author of a sweep spoke of.
    pub(super) fn changes_the_experiment(&self) -> bool {
        let Identity { sets, sweeps, conditions, .. } = self.identity.clone();
        let changes = Changes { sets, nodes: None, seed: None, replications: None };
        !sweeps.is_empty() || !conditions.is_empty() || changes.changes_the_experiment()
    }

    /// The command that asks for it, and for one share of it if a folder of parts is given.
    pub(super) fn command(&self, share: Option<(Shard, &str)>) -> String {
        let Identity { name, sets, seed, replications, sweeps, conditions, precision, .. } = &self.identity;
        let mut words = vec!["hbsim".to_owned(), "sweep".to_owned(), name.clone()];
        let mut option = |name: &str, value: String| words.extend([format!("--{name}"), value]);
        sets.iter().for_each(|set| option("set", set.clone()));
        seed.iter().for_each(|seed| option("seed", seed.to_string()));
        replications.iter().for_each(|count| option("replications", count.to_string()));
        sweeps.iter().for_each(|axis| option("sweep", axis.clone()));
        conditions.iter().for_each(|condition| option("where", condition.clone()));
        precision.iter().for_each(|precision| option("precision", precision.clone()));
        if let Some((shard, folder)) = share {
            option("shard", shard.to_string());
            option("out", folder.to_owned());
            words.push("--resume".to_owned());
        }
        words.iter().map(|word| in_shell(word)).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a shell takes it.
pub(super) fn in_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:%+@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        for (word, quoted) in [
            ("topology.interval=1s,2s", "topology.interval=1s,2s"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("detector={ kind = \"phi\" }", "'detector={ kind = \"phi\" }'"),
            ("", "''"),
        ] {
            assert_eq!(in_shell(word), quoted);
        }
    }
}
