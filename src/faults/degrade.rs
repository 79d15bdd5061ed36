//! Some links are worse than usual: a cable that is half unplugged, a way round through another continent.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::timetable::{Dice, changes};
use super::{Ground, Target, Timetable};
use crate::document::{Bounds, Probability, Table};
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Damage, Extent, Fault};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// Links lose more, or take longer.
#[derive(Clone, Debug, Serialize)]
pub struct Degrade {
    #[serde(flatten)]
    place: Where,
    loss: f64,
    latency_factor: f64,
    #[serde(flatten)]
    timetable: Timetable,
}

/// Which links.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Where {
    /// All links of these nodes, both ways.
    Nodes(Target),
    /// Those from some to others, one way.
    Links(Links),
}

/// The links from some nodes to others.
#[derive(Clone, Debug, Serialize)]
struct Links {
    from: Target,
    to: Target,
}

/// More times longer than this, and nothing arrives any more.
const MOST_FACTOR: f64 = 1e6;

impl Degrade {
    /// Reads `nodes` or `links`, `loss`, `latency_factor` and the timetable.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Degrade> {
        let place = Where::read(table, ground);
        table.chooses(&[&["loss"], &["latency_factor"], &["loss", "latency_factor"]]);
        table.bounded("latency_factor", Bounds::above(0.0).and(Bounds::most(MOST_FACTOR)));
        let Probability(loss) = table.or("loss", Probability(0.0));
        let latency_factor = table.or("latency_factor", 1.0);
        if !(latency_factor > 0.0 && latency_factor <= MOST_FACTOR) {
            let reason =
                format!("latency_factor lies above 0, up to {MOST_FACTOR}; this is {latency_factor}");
            table.complain("latency_factor", reason, "write latency_factor = 10 for ten times as long");
        }
        if !table.has("loss") && !table.has("latency_factor") {
            table.lacks("loss", "0.2 (or latency_factor = 10)");
        }
        let timetable = Timetable::read(table, ground, place.iter().flat_map(Where::targets));
        Some(Degrade { place: place?, loss, latency_factor, timetable: timetable? })
    }
}

impl Where {
    fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Where> {
        table.chooses(&[&["nodes"], &["links"]]);
        let nodes = table.has("nodes").then(|| Target::needed(table, "nodes", ground));
        let links =
            table.has("links").then(|| table.table("links", "links", |links| Links::read(links, ground)));
        match (nodes, links) {
            (Some(_), Some(_)) => {
                table.complain("links", "`nodes` and `links` both say what is degraded", "keep one");
                None
            }
            (Some(nodes), None) => nodes.map(Where::Nodes),
            (None, Some(links)) => links.map(Where::Links),
            (None, None) => {
                table.lacks("nodes", "\"n3\" (or links = { from = \"n0..n4\", to = \"m0\" })");
                None
            }
        }
    }

    fn targets(&self) -> impl Iterator<Item = &Target> {
        let (one, other) = match self {
            Where::Nodes(nodes) => (nodes, None),
            Where::Links(links) => (&links.from, Some(&links.to)),
        };
        std::iter::once(one).chain(other)
    }
}

impl Links {
    fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Links> {
        let mut end = |key| {
            table.shaped(key, Target::shape_of_set);
            let place = table.place(key);
            match table.value(key) {
                Some(value) => Target::read_set(value, ground, &place, "an end of links"),
                None => {
                    table.lacks(key, "\"n0\" or another name, a range, a region or a list of such");
                    None
                }
            }
        };
        let (from, to) = (end("from"), end("to"));
        Some(Links { from: from?, to: to? })
    }
}

impl Fault for Degrade {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        let dice = Dice::new(number, cluster, end, streams);
        let ranges = |target: &Target| -> Vec<Range<u32>> { target.set().unwrap_or_default().to_vec() };
        let (extent, strikes) = match &self.place {
            Where::Nodes(nodes) => {
                let (set, strikes) = self.timetable.strikes_around(nodes, &dice);
                (Extent::Around(set), strikes)
            }
            Where::Links(Links { from, to }) => {
                (Extent::Between(ranges(from), ranges(to)), self.timetable.strikes_at_nobody(&dice))
            }
        };
        let damage = Damage { extent, loss: self.loss, latency_factor: self.latency_factor };
        changes(strikes, &Blow::Damage(Arc::new(damage)))
    }

    /// As many as if each node were struck on its own: each of them may be doubted.
    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        let nodes: f64 = self.place.targets().map(|target| f64::from(target.size(cluster))).sum();
        2.0 * nodes * self.timetable.expected_strikes(duration)
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.place.targets().any(|target| target.includes_observer(cluster))
    }
}
