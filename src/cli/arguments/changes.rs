//! What the command line changes in a scenario.

use clap::Args;

use crate::document::{Document, printable};
use crate::scenario::setting_of_size;

/// What is changed in a scenario.
#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct Changes {
    /// Change a value, such as --set topology.interval=2s; may be given often
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(in crate::cli) sets: Vec<String>,
    /// So many nodes in all; regions keep their proportions
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) nodes: Option<u32>,
    /// The seed [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) seed: Option<u64>,
    /// How many independent runs [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) replications: Option<u32>,
}

impl Changes {
    /// Changes a document.
    pub(in crate::cli) fn apply(&self, document: &mut Document) -> Result<(), String> {
        document.change(&self.sets, self.seed, self.replications)?;
        let Some((path, value)) = self.size_of(document)? else { return Ok(()) };
        document.put(&self.of_size(), path, &value)
    }

    /// The path and the value that make a document as large as it shall be, after all other changes.
    fn size_of(&self, document: &Document) -> Result<Option<(&'static str, String)>, String> {
        let size = self.nodes.map(|nodes| setting_of_size(document, nodes)).transpose();
        size.map_err(|reason| format!("error: {}: {}: {reason}", printable(&document.name), self.of_size()))
    }

    /// How the size was asked for.
    fn of_size(&self) -> String {
        self.nodes.map_or_else(String::new, |nodes| format!("--nodes {nodes}"))
    }

    /// The same with the size as one of the values that are set: so it can be stored and told. What is wrong with the
    /// scenario is found when it is read.
    pub(in crate::cli) fn with_size_set(&self, name: &str, text: &str) -> Result<Changes, String> {
        let mut document = Document::parse(name, text)?;
        document.change(&self.sets, None, None)?;
        let size = self.size_of(&document)?.map(|(path, value)| format!("{path}={value}"));
        let sets = self.sets.iter().cloned().chain(size).collect();
        Ok(Changes { sets, nodes: None, ..self.clone() })
    }

    /// What is set, as the files of results tell it.
    pub(in crate::cli) fn told(&self) -> Vec<String> {
        let size = self.nodes.map(|_| self.of_size());
        self.sets.iter().cloned().chain(size).collect()
    }

    /// As the command line has them.
    pub(in crate::cli) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: String| words.extend([format!("--{name}"), value]);
        let Changes { sets, nodes, seed, replications } = self;
        sets.iter().for_each(|set| option("set", set.clone()));
        nodes.iter().for_each(|nodes| option("nodes", nodes.to_string()));
        seed.iter().for_each(|seed| option("seed", seed.to_string()));
        replications.iter().for_each(|count| option("replications", count.to_string()));
        words
    }

    /// Whether there are none.
    pub(in crate::cli) fn are_none(&self) -> bool {
        let Changes { sets, nodes, seed, replications } = self;
        sets.is_empty() && nodes.is_none() && seed.is_none() && replications.is_none()
    }

    /// Whether something else is simulated than what the scenario's author spoke of: not only with other chances,
    /// more often, or under another name.
    pub(in crate::cli) fn changes_the_experiment(&self) -> bool {
        let path = |set: &str| set.split_once('=').map_or(set, |(path, _)| path).trim().to_owned();
        let is_of_it = |set: &String| !["name", "seed", "replications"].contains(&path(set).as_str());
        self.nodes.is_some() || self.sets.iter().any(is_of_it)
    }
}
