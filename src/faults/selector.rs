//! Whom a fault strikes.

mod advice;

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::Ground;
use super::timetable::Dice;
use crate::document::{Kind, Place, Shape, Table, Value, nearest, printable};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::Whom;
use crate::engine::random::Purpose;
use advice::Adviser;
pub(super) use advice::{Wanted, example_of_groups};

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
    /// The nodes with these numbers, struck together, as by one cause. The ranges are in order and apart;
    /// a list of all nodes would be made before anybody asked whether there is memory for it.
    Together(Vec<Range<u32>>),
    /// So many members, drawn anew for each occurrence, each struck on its own.
    Random(u32),
    /// Every member, each struck on its own.
    Each,
    /// Every node of any role, each struck on its own.
    Everybody,
    /// Whoever leads at that moment.
    Leader,
}

/// A selector, in letters that every editor knows. What it names must be there besides.
const ANY: &str = "^\\s*(all|each|everybody|monitors|coordinators|globals|leader|random:\\s*(\\+?0*[1-9][0-9]*|[^%]+%)|\
     region:.+|([nmg][0-9]+|c-.+-[0-9]+)(\\s*\\.\\.\\s*([nmg][0-9]+|c-.+-[0-9]+))?)\\s*$";
/// A selector of a set.
const SET: &str = "^\\s*(all|monitors|coordinators|globals|\
     region:.+|([nmg][0-9]+|c-.+-[0-9]+)(\\s*\\.\\.\\s*([nmg][0-9]+|c-.+-[0-9]+))?)\\s*$";

impl Target {
    /// Reads the selector under `key`, which must be given.
    pub(super) fn needed(table: &mut Table<'_>, key: &'static str, ground: &Ground<'_>) -> Option<Target> {
        let place = table.place(key);
        table.shaped(key, Target::shape);
        match table.value(key) {
            Some(value) => Target::read(value, ground, &place, Wanted::Struck(key)),
            None => {
                table.lacks(key, "\"n3\", \"random:5\", \"each\", \"all\" or another selector");
                None
            }
        }
    }

    /// What a selector can be, for outlines.
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text(Some(ANY)), Shape::Text(Some(SET)).list_of(1, None)])
    }

    /// What a selector of a set can be, for outlines.
    pub fn shape_of_set() -> Shape {
        Shape::Either(vec![Shape::Text(Some(SET)), Shape::Text(Some(SET)).list_of(1, None)])
    }

    /// Reads a selector of a set of nodes, which is `what`.
    pub fn read_set(value: &Value, ground: &Ground<'_>, place: &Place<'_>, what: &str) -> Option<Target> {
        Target::read_some(value, ground, place, Wanted::Set(what, place.key()))
    }

    /// Reads a selector of one of the groups of a partition.
    pub(super) fn read_group(value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Target> {
        Target::read_some(value, ground, place, Wanted::Group)
    }

    fn read_some(
        value: &Value,
        ground: &Ground<'_>,
        place: &Place<'_>,
        wanted: Wanted<'_>,
    ) -> Option<Target> {
        let target = Target::read(value, ground, place, wanted)?;
        if target.set().is_none() {
            let what = wanted.described();
            let remedy = "random, each, everybody and leader are for faults that strike nodes one by one";
            place.advise(value, format!("{what} can hold only names, ranges and regions"), remedy);
            return None;
        }
        Some(target)
    }

    /// Reads a selector: a text or a list of them.
    fn read(value: &Value, ground: &Ground<'_>, place: &Place<'_>, wanted: Wanted<'_>) -> Option<Target> {
        let adviser = Adviser { ground, wanted, in_list: false };
        let Kind::List(items) = &value.kind else {
            let (text, chosen) = choose(value, &adviser, place)?;
            return Some(Target { written: vec![text], chosen });
        };
        if items.is_empty() {
            let reason = format!("expected {}, found an empty list", wanted.described());
            place.advise(value, reason, adviser.remedy());
            return None;
        }
        let adviser = Adviser { in_list: true, ..adviser };
        // All of them before any is given up, so that every mistake is found.
        let read: Vec<_> = items.iter().map(|item| choose_some(item, &adviser, place)).collect();
        let some: Vec<(String, Vec<Range<u32>>)> = read.into_iter().collect::<Option<_>>()?;
        let (written, ranges): (Vec<String>, Vec<_>) = some.into_iter().unzip();
        Some(Target { written, chosen: Chosen::Together(joined(ranges.concat())) })
    }

    /// Whether a node that is there only to watch is among them.
    pub(super) fn includes_observer(&self, cluster: &Cluster) -> bool {
        match &self.chosen {
            Chosen::Together(ranges) => ranges.iter().any(|range| range.end > cluster.members),
            Chosen::Everybody => cluster.others() > 0,
            Chosen::Random(_) | Chosen::Each | Chosen::Leader => false,
        }
    }

    /// Whether whoever leads is meant.
    pub(super) fn is_leader(&self) -> bool {
        self.chosen == Chosen::Leader
    }

    /// The set that they are, if they are one, and are struck at one moment.
    pub fn set(&self) -> Option<&[Range<u32>]> {
        match &self.chosen {
            Chosen::Together(ranges) => Some(ranges),
            _ => None,
        }
    }

    /// Whether both are sets, and share a node.
    pub(super) fn meets(&self, other: &Target) -> bool {
        let (Some(mine), Some(theirs)) = (self.set(), other.set()) else { return false };
        mine.iter().any(|mine| theirs.iter().any(|theirs| mine.start < theirs.end && theirs.start < mine.end))
    }

    /// Each selector, as the scenario wrote it.
    pub(super) fn names(&self) -> &[String] {
        &self.written
    }

    /// As the scenario wrote it.
    pub(super) fn written(&self) -> String {
        self.written.join(", ")
    }

    /// Whom an occurrence strikes.
    pub(super) fn struck(&self, occurrence: u64, dice: &Dice) -> Vec<Whom> {
        let cluster = dice.cluster;
        match &self.chosen {
            Chosen::Together(ranges) => {
                ranges.iter().cloned().flatten().map(NodeId).map(Whom::Node).collect()
            }
            Chosen::Random(count) => {
                draw_members(*count, occurrence, dice).into_iter().map(Whom::Node).collect()
            }
            Chosen::Each => cluster.all_members().map(Whom::Node).collect(),
            Chosen::Everybody => (0..cluster.nodes()).map(NodeId).map(Whom::Node).collect(),
            Chosen::Leader => vec![Whom::Leader],
        }
    }

    /// How they are chosen.
    pub(super) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// How many are struck at each occurrence.
    pub(super) fn size(&self, cluster: &Cluster) -> u32 {
        match &self.chosen {
            Chosen::Together(ranges) => ranges.iter().map(|range| range.end - range.start).sum(),
            Chosen::Random(count) => *count,
            Chosen::Each => cluster.members,
            Chosen::Everybody => cluster.nodes(),
            Chosen::Leader => 1,
        }
    }
}

/// The `count` members that a fault strikes at an occurrence: those whose lot is lowest. A lot is drawn by
/// each member for itself, so a larger cluster changes the choice as little as possible.
fn draw_members(count: u32, occurrence: u64, dice: &Dice) -> Vec<NodeId> {
    let source = dice.streams.of(Purpose::FaultChoice);
    let entity = |node: NodeId| dice.number << 32 | u64::from(node.0);
    let mut lots: Vec<(u64, NodeId)> =
        dice.cluster.all_members().map(|node| (source.at(entity(node), occurrence).bits(), node)).collect();
    let count = (count as usize).min(lots.len());
    if count < lots.len() {
        lots.select_nth_unstable(count);
        lots.truncate(count);
    }
    let mut chosen: Vec<NodeId> = lots.into_iter().map(|(_, node)| node).collect();
    chosen.sort_unstable();
    chosen
}

/// Overlapping and touching ranges as one.
fn joined(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// An item of a list: nodes that are struck together.
fn choose_some(value: &Value, adviser: &Adviser<'_>, place: &Place<'_>) -> Option<(String, Vec<Range<u32>>)> {
    let (text, chosen) = choose(value, adviser, place)?;
    let Chosen::Together(ranges) = chosen else {
        let remedy = "give random, each, everybody and leader a [[faults]] table of their own";
        place.advise(value, "a list can hold only names, ranges and regions", remedy);
        return None;
    };
    Some((text, ranges))
}

/// A selector and whom it chooses.
fn choose(value: &Value, adviser: &Adviser<'_>, place: &Place<'_>) -> Option<(String, Chosen)> {
    let text = match &value.kind {
        Kind::Text(text) if !text.trim().is_empty() => printable(text.trim()),
        other => {
            let found = other.described();
            place.advise(
                value,
                format!("expected {}, found {found}", adviser.wanted.described()),
                adviser.remedy(),
            );
            return None;
        }
    };
    let together = |range: Range<u32>| Chosen::Together(vec![range]);
    let chosen = match text.as_str() {
        "all" => Some(together(adviser.ground.cluster.range(Role::Member))),
        "each" => Some(Chosen::Each),
        "everybody" => Some(Chosen::Everybody),
        "monitors" => observers(&text, Role::Monitor, value, adviser, place).map(together),
        "coordinators" => observers(&text, Role::Coordinator, value, adviser, place).map(together),
        "globals" => observers(&text, Role::Global, value, adviser, place).map(together),
        "leader" if adviser.ground.has_leader => Some(Chosen::Leader),
        "leader" => {
            let remedy = "name a node, or use a topology whose nodes elect a leader: kind = \"leader\"";
            place.advise(value, "nobody leads in this topology", remedy);
            None
        }
        word => {
            if let Some(share) = word.strip_prefix("random:") {
                random(share.trim(), value, adviser.ground.cluster, place).map(Chosen::Random)
            } else if let Some(name) = word.strip_prefix("region:") {
                region(name.trim(), value, adviser, place).map(together)
            } else if let Some((first, last)) = word.split_once("..") {
                range(word, (first.trim(), last.trim()), value, adviser, place).map(together)
            } else {
                node(word, value, adviser, place).map(|node| together(node.0..node.0 + 1))
            }
        }
    };
    Some((text, chosen?))
}

fn range(
    word: &str,
    (first, last): (&str, &str),
    value: &Value,
    adviser: &Adviser<'_>,
    place: &Place<'_>,
) -> Option<Range<u32>> {
    if !first.is_empty() && !last.is_empty() {
        let first = node(first, value, adviser, place)?;
        let last = node(last, value, adviser, place)?;
        if first <= last && adviser.ground.cluster.role(first) == adviser.ground.cluster.role(last) {
            return Some(first.0..last.0 + 1);
        }
    }
    let remedy = "write two nodes of a kind, the lower one first: \"n0..n9\"";
    place.advise(value, format!("`{word}` is not a range"), remedy);
    None
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
            place.advise(
                value,
                format!("`random:{share}` is neither a number nor a share"),
                "write \"random:5\" or \"random:2%\"",
            );
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

fn region(name: &str, value: &Value, adviser: &Adviser<'_>, place: &Place<'_>) -> Option<Range<u32>> {
    let regions = adviser.ground.regions?;
    if let Some((_, members)) = regions.iter().find(|(region, _)| region == name) {
        return Some(members.clone());
    }
    let known: Vec<&str> = regions.iter().map(|(region, _)| region.as_str()).collect();
    let remedy = match (nearest(name, known.iter().copied()), known.is_empty()) {
        (Some(meant), _) => format!("did you mean \"region:{meant}\"?"),
        (None, true) => "name the regions: [cluster] regions = { eu = 200, us = 300 }".to_owned(),
        (None, false) => format!("the regions are {}", known.join(", ")),
    };
    place.advise(value, format!("nobody is in the region `{name}`"), remedy);
    None
}

/// All nodes of a role that is not the members'.
fn observers(
    word: &str,
    role: Role,
    value: &Value,
    adviser: &Adviser<'_>,
    place: &Place<'_>,
) -> Option<Range<u32>> {
    let range = adviser.ground.cluster.range(role);
    if !range.is_empty() {
        return Some(range);
    }
    place.advise(value, format!("this topology has no {word}"), who_watches(adviser));
    None
}

/// Whom to strike instead of an observer that there is not.
fn who_watches(adviser: &Adviser<'_>) -> String {
    let cluster = adviser.ground.cluster;
    let words = [
        (cluster.monitors, "monitors"),
        (cluster.coordinators, "coordinators"),
        (cluster.globals, "globals"),
    ];
    let there: Vec<&str> = words.into_iter().filter(|(count, _)| *count > 0).map(|(_, word)| word).collect();
    match there[..] {
        [] => format!("its members watch one another: {}", adviser.example()),
        _ => format!("it has {}", there.join(" and ")),
    }
}

fn node(word: &str, value: &Value, adviser: &Adviser<'_>, place: &Place<'_>) -> Option<NodeId> {
    if let Some(name) = word.strip_prefix("c-") {
        return coordinator(word, name, value, adviser, place);
    }
    let letter = word.get(..1).unwrap_or_default();
    let digits = word.get(1..).filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let number: Option<u32> = digits.map(|digits| digits.parse().unwrap_or(u32::MAX));
    let role = [Role::Member, Role::Monitor, Role::Global]
        .into_iter()
        .find(|role| letter == role.letter().to_string());
    let range = role.map_or(0..0, |role| adviser.ground.cluster.range(role));
    match number {
        Some(number) if number < range.end - range.start => Some(NodeId(range.start + number)),
        Some(_) if !range.is_empty() => {
            let last = format!("the last one is {letter}{}", range.end - range.start - 1);
            place.advise(value, format!("there is no node `{word}`"), last);
            None
        }
        _ => {
            let remedy = match adviser.meant(word) {
                _ if word.bytes().all(|b| b.is_ascii_digit()) => format!("did you mean n{word}?"),
                _ if number.is_some() && role.is_some() => who_watches(adviser),
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => adviser.remedy(),
            };
            place.advise(value, format!("`{word}` is nobody's name"), remedy);
            None
        }
    }
}

/// The coordinator with this name, which is its region and its number there: `eu-0`.
fn coordinator(
    word: &str,
    name: &str,
    value: &Value,
    adviser: &Adviser<'_>,
    place: &Place<'_>,
) -> Option<NodeId> {
    let Range { start, end } = observers("coordinators", Role::Coordinator, value, adviser, place)?;
    let regions = adviser.ground.regions?;
    // Without regions all members are in one, which is called that.
    let names: Vec<&str> = regions.iter().map(|(region, _)| region.as_str()).collect();
    let names = if names.is_empty() { vec!["all"] } else { names };
    let each = (end - start) / names.len() as u32;
    let (region, digits) = name.rsplit_once('-').unwrap_or((name, ""));
    let number = digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
    match (names.iter().position(|known| *known == region), number) {
        (Some(region), Some(number)) if number < each => Some(NodeId(start + region as u32 * each + number)),
        (known, _) => {
            let region = if known.is_some() {
                region
            } else {
                nearest(region, names.iter().copied()).unwrap_or(names[0])
            };
            let (reason, last) = (format!("there is no coordinator `{word}`"), each.saturating_sub(1));
            place.advise(value, reason, format!("the last one of {region} is c-{region}-{last}"));
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

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn ranges_are_joined_where_they_overlap_or_touch() {
        for (ranges, one) in [
            (&[][..], &[][..]),
            (&[(3, 4)], &[(3, 4)]),
            (&[(5, 8), (3, 4)], &[(3, 4), (5, 8)]),
            (&[(3, 5), (5, 8), (6, 7), (9, 10)], &[(3, 8), (9, 10)]),
            (&[(0, 9), (2, 3), (0, 9)], &[(0, 9)]),
        ] {
            let joined = joined(ranges.iter().map(|(first, end)| *first..*end).collect());
            let joined: Vec<(u32, u32)> = joined.into_iter().map(|range| (range.start, range.end)).collect();
            assert_eq!(joined, one);
        }
    }
}
