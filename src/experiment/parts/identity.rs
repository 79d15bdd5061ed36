//! What parts belong to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::frame::FORMAT;
use super::{PartError, Shard};
use crate::document::{Document, NamedFile, Stock, printable};
use crate::engine::ENGINE_REVISION;

/// Everything that records depend on: what must be the same for parts to belong together, and enough to make the plan
/// again without the scenario file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// The program's version.
    pub version: String,
    /// The engine's revision.
    pub engine_revision: u32,
    /// The format of parts.
    pub format: u32,
    /// The scenario as it was named.
    pub name: String,
    /// What the command line set into it.
    pub sets: Vec<String>,
    /// The seed of the command line, if it gave one.
    pub seed: Option<u64>,
    /// The number of replications of the command line, if it gave one.
    pub replications: Option<u32>,
    /// What the command line swept, besides the scenario's own `[sweep]`.
    pub sweeps: Vec<String>,
    /// Which cells the command line chose.
    pub conditions: Vec<String>,
    /// How precise the command line wanted it.
    pub precision: Option<String>,
    /// The text of the scenario file.
    pub text: String,
    /// The files that it names.
    #[serde(with = "written_files")]
    pub files: Vec<NamedFile>,
}

/// Files as tables.
mod written_files {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::document::NamedFile;

    #[derive(Serialize, Deserialize)]
    struct Written {
        name: String,
        text: String,
    }

    pub(super) fn serialize<S: Serializer>(files: &[NamedFile], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(
            files.iter().map(|file| Written { name: file.name.clone(), text: file.text.to_string() }),
        )
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<NamedFile>, D::Error> {
        let files = Vec::<Written>::deserialize(from)?.into_iter();
        Ok(files.map(|Written { name, text }| NamedFile { name, text: text.into() }).collect())
    }
}

/// Which part it is: what stands in the head besides the identity.
#[derive(Deserialize)]
struct WhichPart {
    part: String,
}

impl Identity {
    /// A scenario of this program as it stands in its file, with nothing from the command line.
    pub fn of(name: &str, text: &str, files: &[NamedFile]) -> Identity {
        Identity {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine_revision: ENGINE_REVISION,
            format: FORMAT,
            name: name.to_owned(),
            sets: Vec::new(),
            seed: None,
            replications: None,
            sweeps: Vec::new(),
            conditions: Vec::new(),
            precision: None,
            text: text.to_owned(),
            files: files.to_vec(),
        }
    }

    /// The first difference to another one, in words; `None` if there is none. This one is here, the other there.
    pub fn difference(&self, there: &Identity) -> Option<String> {
        let Difference { what, there, here } = self.first_difference(there)?;
        Some(format!("{what} {there} there, {here} here"))
    }

    /// The first difference, to be told in other words.
    pub(super) fn first_difference(&self, there: &Identity) -> Option<Difference> {
        let here = self;
        let mut aspects = there.aspects().into_iter().zip(here.aspects());
        let aspect = aspects.find_map(|((what, there), (_, here))| {
            let (_, there, here) = first_different(there.iter(), here.iter())?;
            Some(Difference { what: what.to_owned(), there, here })
        });
        let in_scenario = || text_difference("the scenario", &there.text, &here.text);
        let in_files = || {
            let mut files = there.files.iter().zip(&here.files);
            files.find_map(|(there, here)| text_difference(&printable(&here.name), &there.text, &here.text))
        };
        aspect.or_else(in_scenario).or_else(in_files)
    }

    /// All but the long texts: what each is called, and what is said of it.
    fn aspects(&self) -> [(&'static str, Vec<String>); 11] {
        let number = |number: Option<u64>| number.map_or(not_given(), |number| number.to_string());
        [
            ("format", vec![self.format.to_string()]),
            ("engine revision", vec![self.engine_revision.to_string()]),
            ("version", vec![self.version.clone()]),
            ("scenario", vec![self.name.clone()]),
            ("--set", self.sets.clone()),
            ("--seed", vec![number(self.seed)]),
            ("--replications", vec![number(self.replications.map(u64::from))]),
            ("--sweep", self.sweeps.clone()),
            ("--where", self.conditions.clone()),
            ("--precision", vec![self.precision.clone().unwrap_or_else(not_given)]),
            ("a file that it names:", self.files.iter().map(|file| file.name.clone()).collect()),
        ]
    }

    /// Refuses records that this engine would not have made.
    pub fn must_be_of_this_engine(&self) -> Result<(), PartError> {
        let here = Identity::of("", "", &[]);
        if (self.engine_revision, self.format) == (here.engine_revision, here.format) {
            return Ok(());
        }
        Err(PartError::Unfit(format!(
            "the records are of version {} with revision {} of the engine, and this is version {} with revision {}; \
             simulate them again",
            printable(&self.version),
            self.engine_revision,
            here.version,
            here.engine_revision
        )))
    }

    /// The scenario with what the command line set into it.
    pub fn document(&self) -> Result<Document, String> {
        let mut document = Document::parse(&self.name, &self.text)?;
        document.change(&self.sets, self.seed, self.replications)?;
        Ok(document)
    }

    /// The files that it names, to be looked for nowhere else.
    pub fn stock(&self) -> Stock {
        Stock::held(self.files.clone())
    }

    /// As the text at the head of a part.
    pub(super) fn to_head(&self, shard: Shard) -> Result<String, String> {
        let text = toml::to_string_pretty(self).map_err(|why| why.to_string())?;
        Ok(format!("{EXPLANATION}\npart = \"{shard}\"\n{text}"))
    }

    /// From the text at the head of a part.
    pub(super) fn from_head(text: &str) -> Result<(Identity, Shard), String> {
        let wrong = |why: toml::de::Error| why.message().to_owned();
        let WhichPart { part } = toml::from_str(text).map_err(wrong)?;
        Ok((toml::from_str(text).map_err(wrong)?, part.parse()?))
    }
}

const EXPLANATION: &str = "# What the records in this file belong to. They follow, and are not text.";

fn not_given() -> String {
    "not given".to_owned()
}

/// What is not the same in two identities.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    what: String,
    there: String,
    here: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { what, there, here } = self;
        write!(f, "{what} {there} in the one, {here} in the other")
    }
}

/// The first line in which two texts differ.
fn text_difference(what: &str, there: &str, here: &str) -> Option<Difference> {
    let (place, there, here) = first_different(there.split('\n'), here.split('\n'))?;
    Some(Difference { what: format!("line {} of {what}:", place + 1), there, here })
}

/// The first place in which two lists differ, and what each has there.
fn first_different(
    there: impl Iterator<Item = impl AsRef<str>>,
    here: impl Iterator<Item = impl AsRef<str>>,
) -> Option<(usize, String, String)> {
    let (mut there, mut here) = (there.fuse(), here.fuse());
    let shown = |text: Option<&str>| match text {
        None => "nothing".to_owned(),
        Some("") => "empty".to_owned(),
        // The ends of lines make a difference too, and must be seen to.
        Some(text) => printable(&text.replace('\r', "\\r")),
    };
    for place in 0.. {
        let (there, here) = (there.next(), here.next());
        let (there, here) = (there.as_ref().map(AsRef::as_ref), here.as_ref().map(AsRef::as_ref));
        if there.is_none() && here.is_none() {
            break;
        }
        if there != here {
            return Some((place, shown(there), shown(here)));
        }
    }
    None
}
