//! Whom a fault strikes.

use serde::{Serialize, Serializer};

use super::Ground;
use crate::document::{Kind, Place, Value, nearest};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::random::{Purpose, Streams};

/// Whom a fault strikes.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As the scenario wrote it.
    written: Vec<String>,
    chosen: Chosen,
}

/// How those who are struck are chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Chosen {
    /// These nodes, struck together, as by one cause.
    Together(Vec<NodeId>),
    /// So many members, drawn anew for each occurrence, each struck on its own.
    Random(u32),
    /// Every member, each struck on its own.
    Each,
}

const WORDS: [&str; 9] =
    ["all", "each", "monitors", "random:5", "random:2%", "region:eu", "n3", "n0..n9", "m0"];

impl Target {
    /// Reads a selector: a text or a list of them.
    pub(super) fn read(value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Target> {
        match &value.kind {
            Kind::Text(text) => {
                let chosen = choose(text, value, ground, place)?;
                Some(Target { written: vec![text.clone()], chosen })
            }
            Kind::List(items) if !items.is_empty() => {
                let targets: Vec<Option<Target>> =
                    items.iter().map(|item| Target::read(item, ground, place)).collect();
                let mut written = Vec::new();
                let mut nodes = Vec::new();
                for (target, item) in targets.into_iter().zip(items) {
                    let target = target?;
                    written.extend(target.written);
                    let Chosen::Together(some) = target.chosen else {
                        let remedy = "give random and each a [[faults]] table of their own";
                        place.advise(item, "a list can hold only names, ranges and regions", remedy);
                        return None;
                    };
                    nodes.extend(some);
                }
                nodes.sort_unstable();
                nodes.dedup();
                Some(Target { written, chosen: Chosen::Together(nodes) })
            }
            other => {
                let found = other.described();
                place.advise(value, format!("expected whom the fault strikes, found {found}"), remedy());
                None
            }
        }
    }

    /// How they are chosen.
    pub(super) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// How many are struck at each occurrence.
    pub(super) fn size(&self, cluster: &Cluster) -> u32 {
        match &self.chosen {
            Chosen::Together(nodes) => nodes.len() as u32,
            Chosen::Random(count) => *count,
            Chosen::Each => cluster.members,
        }
    }
}

/// The `count` members that a fault strikes at an occurrence: those whose lot is lowest. A lot is drawn by
/// each member for itself, so a larger cluster changes the choice as little as possible.
pub(super) fn draw_members(
    count: u32,
    number: u64,
    occurrence: u64,
    cluster: &Cluster,
    streams: Streams,
) -> Vec<NodeId> {
    let source = streams.of(Purpose::FaultChoice);
    let mut lots: Vec<(u64, NodeId)> = cluster
        .all_members()
        .map(|node| (source.at(number << 32 | u64::from(node.0), occurrence).bits(), node))
        .collect();
    let count = (count as usize).min(lots.len());
    if count < lots.len() {
        lots.select_nth_unstable(count);
        lots.truncate(count);
    }
    let mut chosen: Vec<NodeId> = lots.into_iter().map(|(_, node)| node).collect();
    chosen.sort_unstable();
    chosen
}

fn remedy() -> String {
    format!("write nodes = \"n3\", or one of {}", WORDS.join(", "))
}

fn choose(text: &str, value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Chosen> {
    let cluster = ground.cluster;
    match text.trim() {
        "all" => Some(Chosen::Together(cluster.all_members().collect())),
        "each" => Some(Chosen::Each),
        "monitors" => Some(Chosen::Together(cluster.all_monitors().collect())),
        word => {
            if let Some(share) = word.strip_prefix("random:") {
                return random(share.trim(), value, cluster, place).map(Chosen::Random);
            }
            if let Some(name) = word.strip_prefix("region:") {
                return region(name.trim(), value, ground, place).map(Chosen::Together);
            }
            let (first, last) = word.split_once("..").unwrap_or((word, word));
            let first = node(first.trim(), value, cluster, place)?;
            let last = node(last.trim(), value, cluster, place)?;
            if first > last || cluster.is_member(first) != cluster.is_member(last) {
                place.advise(value, format!("`{word}` is not a range"), "write the lower end first: \"n0..n9\"");
                return None;
            }
            Some(Chosen::Together((first.0..=last.0).map(NodeId).collect()))
        }
    }
}

fn random(share: &str, value: &Value, cluster: Cluster, place: &Place<'_>) -> Option<u32> {
    let members = cluster.members;
    let count = match share.strip_suffix('%') {
        Some(percent) => match percent.trim().parse::<f64>() {
            Ok(percent) if percent > 0.0 && percent <= 100.0 => {
                Some((percent / 100.0 * f64::from(members) + 0.5) as u32)
            }
            _ => None,
        },
        None => share.parse::<u32>().ok().filter(|count| *count > 0),
    };
    match count {
        None => {
            place.advise(value, format!("`random:{share}` is neither a number nor a share"), "write \"random:5\" or \"random:2%\"");
            None
        }
        Some(0) => {
            place.complain(value, format!("{share} of {members} nodes is less than one node"));
            None
        }
        Some(count) if count > members => {
            place.complain(value, format!("{count} nodes are more than the {members} that there are"));
            None
        }
        count => count,
    }
}

fn region(name: &str, value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Vec<NodeId>> {
    let found = ground.regions.iter().find(|(region, _)| region == name);
    if let Some((_, members)) = found {
        return Some(members.clone().map(NodeId).collect());
    }
    let known: Vec<&str> = ground.regions.iter().map(|(region, _)| region.as_str()).collect();
    let remedy = match (nearest(name, known.iter().copied()), known.is_empty()) {
        (Some(meant), _) => format!("did you mean \"region:{meant}\"?"),
        (None, true) => "name the regions: [cluster] regions = { eu = 200, us = 300 }".to_owned(),
        (None, false) => format!("the regions are {}", known.join(", ")),
    };
    place.advise(value, format!("nobody is in the region `{name}`"), remedy);
    None
}

fn node(word: &str, value: &Value, cluster: Cluster, place: &Place<'_>) -> Option<NodeId> {
    let role = word.get(..1).unwrap_or_default();
    let number: Option<u32> = word.get(1..).and_then(|digits| digits.parse().ok());
    let (count, first) = match role {
        "n" => (cluster.members, 0),
        "m" => (cluster.monitors, cluster.members),
        _ => (0, 0),
    };
    match number {
        Some(number) if number < count => Some(NodeId(first + number)),
        Some(_) if count > 0 => {
            place.advise(
                value,
                format!("there is no node `{word}`"),
                format!("the last one is {role}{}", count - 1),
            );
            None
        }
        _ => {
            let remedy = match nearest(word, WORDS) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => remedy(),
            };
            place.advise(value, format!("`{word}` is nobody's name"), remedy);
            None
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.written.as_slice() {
            [one] => serializer.serialize_str(one),
            many => many.serialize(serializer),
        }
    }
}
