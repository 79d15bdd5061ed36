//! A scenario: everything about an experiment, in types that can only hold a valid one.

mod conditions;
mod expectation;
mod network;
mod regions;
mod selection;
pub mod shipped;
mod size;
mod steady;
pub mod sweep;
mod traffic;
mod warnings;

use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use crate::detectors::{Beats, Judging, read_verdict};
use crate::document::{
    Bounds, Complaints, Count, Document, NamedFile, Positive, Reading, Shape, Shelf, Table, printable,
    read_table,
};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::Topology;
use crate::engine::time::Span;
use crate::engine::watch::Verdict;
use crate::faults::{Ground, Trouble};
use crate::topologies::{Layout, TopologyVisitor};
pub use conditions::Conditions;
pub use expectation::{Bound, Expectation};
pub use network::{ChannelRules, LinkRules, NetworkRules, WayRules};
pub use size::setting_of_size;
use sweep::Sweep;

/// Everything about an experiment.
#[derive(Clone, Debug, Serialize)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// The question that it asks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What to look for in the answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notice: String,
    /// What to change next.
    #[serde(rename = "try", skip_serializing_if = "String::is_empty")]
    pub suggestion: String,
    /// Names all randomness.
    pub seed: u64,
    /// How long each run lasts.
    pub duration: Span,
    /// Nothing before this instant is counted.
    pub warmup: Span,
    /// Independent runs.
    pub replications: u32,
    /// Who there is.
    #[serde(rename = "cluster")]
    pub members: Members,
    /// Who speaks to whom.
    pub topology: Layout,
    /// When silence becomes suspicion.
    #[serde(skip_serializing_if = "Judging::is_idle")]
    pub detector: Judging,
    /// When suspicion becomes a declared death.
    pub verdict: Verdicts,
    /// How messages travel.
    pub network: NetworkRules,
    /// What goes wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Trouble>,
    /// What must come out.
    #[serde(rename = "expect", skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<Expectation>,
    /// The files that it names, as they were when it was read.
    #[serde(skip)]
    pub files: Vec<NamedFile>,
}

/// The `[cluster]` table.
#[derive(Clone, Debug, Serialize)]
pub struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<u32>,
    #[serde(serialize_with = "regions::write", skip_serializing_if = "Vec::is_empty")]
    regions: Vec<(String, Range<u32>)>,
}

/// The `[verdict]` table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Verdicts {
    /// When suspicion becomes a declared death, and the way back; nothing where the protocol judges itself.
    #[serde(flatten)]
    pub rules: Option<Verdict>,
    /// Dead, trusted and dead again within this time is a flap.
    pub flap_within: Span,
}

/// The most bytes of a text for people.
const LONGEST_STORY: usize = 4_000;

impl Scenario {
    /// Reads a document. `shelf` is where files that it names are found; a folder will do.
    ///
    /// All mistakes are found in one go and come back as a text to show.
    pub fn read(document: &Document, shelf: impl Into<Shelf>) -> Result<Scenario, String> {
        let complaints = Complaints::default();
        if document.root().at(&["sweep".to_owned()]).is_some() {
            complain_about_sweep(document, &complaints);
            return Err(document.render(complaints));
        }
        let shelf = shelf.into();
        let scenario = read_table(document.root(), "the scenario", &complaints, |table| {
            Scenario::read_from(table, document, &shelf)
        });
        match scenario {
            Some(scenario) if complaints.count() == 0 => {
                Ok(Scenario { files: shelf.into_taken(), ..scenario })
            }
            _ => Err(document.render(complaints)),
        }
    }

    /// The outline of what this document is asked for, however wrong it is.
    pub fn outline(document: &Document) -> Vec<Reading> {
        let complaints = Complaints::with_outline();
        read_table(document.root(), "the scenario", &complaints, |table| {
            Scenario::read_from(table, document, &Shelf::default())
        });
        complaints.into_outline()
    }

    fn read_from(table: &mut Table<'_>, document: &Document, shelf: &Shelf) -> Option<Scenario> {
        let stem = Path::new(&document.name).file_stem().map(|stem| printable(&stem.to_string_lossy()));
        let name = read_name(table, stem.unwrap_or_default());
        let about = read_story(table, "about", String::new());
        let notice = read_story(table, "notice", String::new());
        let suggestion = read_story(table, "try", String::new());
        let seed = table.or("seed", 1);
        let Positive(duration) = table.or("duration", Positive(Span::from_secs(600)));
        let warmup = table.or("warmup", Span::ZERO);
        if table.is_right("duration") && warmup >= duration {
            let reason = format!("a warmup of {warmup} leaves nothing of a duration of {duration} to count");
            table.complain("warmup", reason, "make warmup shorter than duration");
        }
        table.bounded("replications", Bounds::most(f64::from(MOST_REPLICATIONS)));
        let Count(replications) = table.or("replications", Count(1));
        if replications > MOST_REPLICATIONS {
            let reason = format!("{replications} replications are more than {MOST_REPLICATIONS}");
            table.complain("replications", reason, "ten to a thousand are plenty");
        }
        let members = table.needed_table("cluster", "[cluster]", "nodes = 1000", Members::read);
        let example = "kind = \"centralized\"";
        let count = members.as_ref().map(Members::count);
        let names = members.as_ref().map_or(&[][..], |members| &members.regions[..]);
        let topology = table
            .needed_table("topology", "[topology]", example, |table| Layout::read_for(table, count, names));
        let beats = topology.as_ref().map(beats_of).unwrap_or(Beats {
            interval: Span::SECOND,
            probe_timeout: None,
            announced: None,
        });
        let example = "kind = \"misses\"";
        let judges_itself = topology.as_ref().filter(|topology| topology.member().judges_itself());
        let detector = match judges_itself {
            Some(topology) => read_no_detector(table, topology.kind()),
            None => {
                table.needed_table("detector", "[detector]", example, |table| Judging::read(table, &beats))
            }
        };
        let judged = judges_itself.is_none();
        let verdict = table.table("verdict", "[verdict]", |table| Verdicts::read(table, judged));
        let verdict = verdict.unwrap_or_else(|| Verdicts::usual(judged));
        // Where it is not known who there is, or for how long, nothing can be said against a fault or a link.
        let count = count.unwrap_or(UNKNOWN);
        let unknown = Cluster { monitors: UNKNOWN, coordinators: UNKNOWN, globals: UNKNOWN, members: count };
        let cluster = topology.as_ref().map_or(unknown, |topology| topology.member().cluster(count));
        let regions = members.as_ref().map(|members| &members.regions[..]);
        let end = if table.is_right("duration") { duration } else { Span::LONGEST };
        let has_leader = topology.as_ref().is_none_or(Layout::elects);
        let ground = Ground { cluster, regions, has_leader, duration: end, shelf };
        let network = match table.has("network") {
            true => table
                .table("network", "[network]", |table| NetworkRules::read(table, &ground, topology.as_ref())),
            false => Some(NetworkRules::default()),
        };
        let faults = table.tables("faults", "[[faults]]", |table| Trouble::read(table, &ground));
        let expectations = table.tables("expect", "[[expect]]", Expectation::read);
        // Not there any more: whoever reads a sweep takes it out first. But it is how `sweeps` is spelt.
        table.shaped("sweep", || Shape::Table("[sweep]".to_owned()));
        table.has("sweep");
        Some(Scenario {
            name,
            about,
            notice,
            suggestion,
            seed,
            duration,
            warmup,
            replications,
            members: members?,
            topology: topology?,
            detector: detector?,
            verdict,
            network: network?,
            faults,
            expectations,
            files: Vec::new(),
        })
    }

    /// Whether the nodes of a scenario elect a leader, as far as that can be told before anything else of it is right.
    pub fn elects(document: &Document) -> bool {
        // What is wrong is told by whoever reads all of it.
        let complaints = Complaints::default();
        let topology = read_table(document.root(), "the scenario", &complaints, |table| {
            table.table("topology", "[topology]", |table| Layout::read_for(table, None, &[]))
        });
        topology.is_some_and(|topology| topology.elects())
    }

    /// Who there is.
    pub fn cluster(&self) -> Cluster {
        self.topology.member().cluster(self.members.count())
    }

    /// How many nodes are watched so that their deaths count.
    pub fn subjects(&self) -> u32 {
        struct SubjectsIn(Cluster);
        impl TopologyVisitor for SubjectsIn {
            type Output = u32;
            fn visit<T: Topology>(self, topology: &T) -> u32 {
                topology.subjects(self.0)
            }
        }
        self.topology.visit(SubjectsIn(self.cluster()))
    }

    /// What a node is called: `n12`, `m0`, `c-eu-0`, `g0`.
    pub fn name_of(&self, node: NodeId) -> String {
        let cluster = self.cluster();
        match cluster.role(node) {
            Role::Coordinator => {
                regions::coordinator_name(&self.members.regions, cluster.coordinators, cluster.number(node))
            }
            Role::Member | Role::Monitor | Role::Global => cluster.name(node).to_string(),
        }
    }

    /// What detectors hear.
    pub fn beats(&self) -> Beats {
        beats_of(&self.topology)
    }

    /// The scenario with every default filled in, as a file that reads back to the same scenario.
    pub fn resolved(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// Who reads a scenario wants one. Of the others nothing can be said: what a sweep sets need not be set
/// elsewhere.
fn complain_about_sweep(document: &Document, complaints: &Complaints) {
    let origin = document.clone().take("sweep").map(|entry| entry.key).unwrap_or_default();
    let sweep = Sweep::take(&mut document.clone(), &[], &[]);
    let count = sweep.map_or("many".to_owned(), |sweep| sweep.places().to_string());
    let reason = format!("[sweep] makes {count} scenarios of this one, and one is wanted here");
    let remedy =
        format!("hbsim sweep {} takes them all; for one, leave [sweep] out", printable(&document.name));
    complaints.add(&origin, reason, Some(remedy));
}

/// More replications than this are a slip of the finger.
const MOST_REPLICATIONS: u32 = 1_000_000;

fn beats_of(topology: &Layout) -> Beats {
    let plan = topology.member();
    let (interval, probe_timeout) = (plan.rhythm().interval, plan.probe_timeout());
    Beats { interval, probe_timeout, announced: plan.announced() }
}

/// Where the protocol itself judges silence, a detector would have nothing to do.
fn read_no_detector(table: &mut Table<'_>, kind: &str) -> Option<Judging> {
    table.is_cast_out("detector", "topology", kind);
    if table.has("detector") {
        let reason = format!("topology kind \"{kind}\" judges silence itself, so [detector] means nothing");
        table.complain("detector", reason, "leave [detector] out");
        return None;
    }
    Some(Judging::idle())
}

/// Stands for a number of nodes that is not known.
const UNKNOWN: u32 = u32::MAX / 8;

/// A text for people, of bounded length.
fn read_story(table: &mut Table<'_>, key: &'static str, default: String) -> String {
    let story = table.or(key, default);
    if story.len() > LONGEST_STORY {
        let reason = format!("`{key}` is longer than {LONGEST_STORY} bytes");
        table.complain(key, reason, "put long texts into comments");
    }
    if story.chars().any(|c| c.is_control() && !"\r\n\t".contains(c)) {
        table.complain(key, format!("`{key}` has control characters in it"), "leave them out");
    }
    story
}

/// A name: one line, of which something can be seen.
fn read_name(table: &mut Table<'_>, default: String) -> String {
    table.shaped("name", || Shape::Text(Some(r"\S")));
    let name = read_story(table, "name", default);
    if name.trim().is_empty() {
        table.complain(
            "name",
            "a name needs at least one character",
            "leave it out: the file has a name too",
        );
    }
    if name.lines().count() > 1 {
        table.complain("name", "a name is one line", "write what there is to say into `about`");
    }
    name
}

impl Members {
    fn read(table: &mut Table<'_>) -> Option<Members> {
        table.chooses(&[&["nodes"], &["regions"]]);
        let nodes = table.given("nodes").map(|Count(nodes)| nodes);
        let regions = regions::read(table);
        match (table.has("nodes"), table.has("regions")) {
            (true, true) => {
                table.complain(
                    "nodes",
                    "`nodes` and `regions` both say how many nodes there are",
                    "keep one",
                );
                None
            }
            (false, false) => {
                table.lacks("nodes", "1000");
                None
            }
            _ => match (nodes, regions) {
                (None, None) => None,
                (nodes, regions) => Some(Members { nodes, regions: regions.unwrap_or_default() }),
            },
        }
    }

    /// How many members there are.
    pub fn count(&self) -> u32 {
        self.nodes.unwrap_or_else(|| self.regions.last().map_or(0, |(_, members)| members.end))
    }
}

impl Verdicts {
    fn read(table: &mut Table<'_>, judged: bool) -> Option<Verdicts> {
        let Positive(flap_within) = table.or("flap_within", Positive(Span::from_secs(60)));
        Some(Verdicts { rules: judged.then(|| read_verdict(table)), flap_within })
    }

    fn usual(judged: bool) -> Verdicts {
        Verdicts { rules: judged.then_some(Verdict::AT_ONCE), flap_within: Span::from_secs(60) }
    }
}
