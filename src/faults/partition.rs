//! Some nodes cannot reach others: a switch that fails, a firewall that forgets a rule.
//!
//! A set that is isolated stands behind one wall, and its members still reach one another.

use std::sync::Arc;

use serde::Serialize;

use super::selector::example_of_groups;
use super::timetable::{Dice, changes};
use super::{Ground, Target, Timetable};
use crate::document::{Kind, Place, Table, Value};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Blow, Change, Direction, Fault, Wall};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// A wall stands between nodes.
#[derive(Clone, Debug, Serialize)]
pub struct Partition {
    #[serde(flatten)]
    cut: Cut,
    direction: Direction,
    #[serde(flatten)]
    timetable: Timetable,
}

/// Who is cut off from whom.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Cut {
    /// Each group from all others.
    Groups(Vec<Target>),
    /// These from all the rest.
    Isolate(Target),
}

impl Partition {
    /// Reads `groups` or `isolate`, `direction` and the timetable.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Partition> {
        let cut = Cut::read(table, ground);
        let words = [("both", Direction::Both), ("in", Direction::In), ("out", Direction::Out)];
        let direction = table.word("direction", Direction::Both, &words);
        if let Some(Cut::Groups(groups)) = &cut
            && direction != Direction::Both
            && groups.len() > 2
        {
            let reason =
                format!("in and out are seen from the first of two groups, and here are {}", groups.len());
            table.complain("direction", reason, "name two groups, or write direction = \"both\"");
        }
        let timetable = Timetable::read(table, ground, cut.iter().flat_map(Cut::targets));
        Some(Partition { cut: cut?, direction, timetable: timetable? })
    }

    /// The nodes that are there only to watch and are in no group, so that they reach all groups.
    pub fn left_out(&self, cluster: &Cluster) -> impl Iterator<Item = NodeId> {
        let groups = match &self.cut {
            Cut::Groups(groups) => groups.as_slice(),
            Cut::Isolate(_) => &[],
        };
        let first = if groups.is_empty() { cluster.nodes() } else { cluster.members };
        let named =
            |node: u32| groups.iter().filter_map(Target::set).flatten().any(|range| range.contains(&node));
        (first..cluster.nodes()).filter(move |node| !named(*node)).map(NodeId)
    }

    /// The groups as the scenario would write them with `others` in the first.
    pub fn groups_with(&self, others: &[String]) -> String {
        let quoted = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            if names.len() == 1 { names.concat() } else { format!("[{}]", names.join(", ")) }
        };
        let groups = self.cut.targets().iter().enumerate().map(|(number, group)| match number {
            0 => quoted(&[group.names(), others].concat()),
            _ => quoted(group.names()),
        });
        format!("[{}]", groups.collect::<Vec<_>>().join(", "))
    }
}

impl Cut {
    fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Cut> {
        let place = table.place("groups");
        table.chooses(&[&["groups"], &["isolate"]]);
        table.shaped("groups", || Target::shape_of_set().list_of(2, None));
        let groups = table.value("groups").map(|value| read_groups(value, ground, &place));
        let isolated = table.has("isolate").then(|| read_isolated(table, ground));
        match (groups, isolated) {
            (Some(_), Some(_)) => {
                let reason = "`groups` and `isolate` both say who is cut off";
                table.complain("isolate", reason, "keep one; isolate cuts a set off from all the rest");
                None
            }
            (Some(groups), None) => groups.map(Cut::Groups),
            (None, Some(isolated)) => isolated.map(Cut::Isolate),
            (None, None) => {
                match table.takes_for("nodes", "isolate") {
                    true => table.lacks("isolate", "\"n0\""),
                    false => {
                        let groups = example_of_groups(ground);
                        table.lacks("groups", format!("{groups} (or isolate = \"n0\")"));
                    }
                }
                None
            }
        }
    }

    /// Who is cut off.
    fn targets(&self) -> &[Target] {
        match self {
            Cut::Groups(groups) => groups,
            Cut::Isolate(isolated) => std::slice::from_ref(isolated),
        }
    }
}

/// Reads `isolate`.
fn read_isolated(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Target> {
    let isolated = Target::needed(table, "isolate", ground)?;
    if isolated.set().is_some() && isolated.size(&ground.cluster) == ground.cluster.nodes() {
        let remedy = "isolate fewer, or each on its own: isolate = \"each\"";
        table.complain("isolate", "this is everybody: there is nobody to be cut off from", remedy);
    }
    Some(isolated)
}

/// Reads two or more sets of nodes of which no two share one.
fn read_groups(value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Vec<Target>> {
    let remedy = || format!("write groups = {}, or isolate = \"n0\"", example_of_groups(ground));
    let Kind::List(items) = &value.kind else {
        place.advise(value, format!("expected a list of groups, found {}", value.kind.described()), remedy());
        return None;
    };
    if items.len() < 2 {
        place.advise(value, format!("it takes two groups or more; here are {}", items.len()), remedy());
        return None;
    }
    // All of them before any is given up, so that every mistake is found.
    let read: Vec<_> = items.iter().map(|item| Target::read_group(item, ground, place)).collect();
    let groups: Vec<Target> = read.into_iter().collect::<Option<_>>()?;
    for (number, group) in groups.iter().enumerate() {
        if let Some(other) = groups[..number].iter().find(|other| other.meets(group)) {
            let reason = format!(
                "`{}` and `{}` share a node, which would be on both sides",
                other.written(),
                group.written()
            );
            place.advise(
                &items[number],
                reason,
                "put each node into one group, or use two [[faults]] tables",
            );
            return None;
        }
    }
    Some(groups)
}

impl Fault for Partition {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        let dice = Dice::new(number, cluster, end, streams);
        let (sides, strikes) = match &self.cut {
            Cut::Groups(groups) => {
                let sides = groups.iter().filter_map(Target::set).map(<[_]>::to_vec).collect();
                (sides, self.timetable.strikes_at_nobody(&dice))
            }
            Cut::Isolate(isolated) => {
                let (set, strikes) = self.timetable.strikes_around(isolated, &dice);
                let side = (!set.is_empty()).then_some(set);
                (side.into_iter().collect(), strikes)
            }
        };
        changes(strikes, &Blow::Wall(Arc::new(Wall { sides, direction: self.direction })))
    }

    /// As many as if each node had a wall of its own: each of them may be doubted.
    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        let nodes: f64 = self.cut.targets().iter().map(|target| f64::from(target.size(cluster))).sum();
        2.0 * nodes * self.timetable.expected_strikes(duration)
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.cut.targets().iter().any(|target| target.includes_observer(cluster))
    }
}
