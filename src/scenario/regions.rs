//! Regions: `regions = { us = 400, eu = 200 }` names consecutive members.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::document::{Count, Entry, FromValue, Kind, Shape, Table, printable};

/// Reads `regions`: members are numbered region after region, in the order of the regions' names.
pub(super) fn read<'a>(table: &mut Table<'a>) -> Option<Vec<(String, Range<u32>)>> {
    table.shaped("regions", || Shape::Named { pattern: NAME, of: Box::new(Count::shape()), most: None });
    let value = table.value("regions")?;
    let place = table.place("regions");
    let Kind::Table(entries) = &value.kind else {
        let found = value.kind.described();
        place.advise(
            value,
            format!("expected a table of regions, found {found}"),
            "write regions = { us = 400, eu = 200 }",
        );
        return None;
    };
    if entries.is_empty() {
        place.advise(value, "there is no region", "write regions = { us = 400, eu = 200 }");
        return None;
    }
    let read = |(name, entry): (&'a String, &'a Entry)| {
        let count = Count::from_value(&entry.value, &place);
        if !is_name(name) {
            let reason = format!("`{}` is not a name for a region", printable(name));
            place.complaints().add(&entry.key, reason, Some("use letters, digits, - and _".to_owned()));
            return (name, None);
        }
        (name, count)
    };
    let counts: Vec<(&String, Option<Count>)> = entries.iter().map(read).collect();
    let mut regions = Vec::new();
    let mut first = 0u32;
    for (name, count) in counts {
        let Count(count) = count?;
        let end = first.checked_add(count).filter(|end| *end <= MOST_NODES);
        let Some(end) = end else {
            place.complain(value, format!("all regions together have more than {MOST_NODES} nodes"));
            return None;
        };
        regions.push((name.clone(), first..end));
        first = end;
    }
    Some(regions)
}

/// Regions are named in selectors, in the names of nodes and in tables of results, channels in the latter.
pub(super) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// What a name is, in letters that every editor knows.
pub(super) const NAME: &str = r"^[^\x00-,./:-@\[-^`{-\x7f]{1,64}$";

/// As many as `nodes` may be.
const MOST_NODES: u32 = 100_000_000;

/// The name of coordinator number `number` of all, of whom each region has as many: its region's, and its
/// number there. Without regions all members are in one, which is called that.
pub(super) fn coordinator_name(regions: &[(String, Range<u32>)], coordinators: u32, number: u32) -> String {
    let each = coordinators / (regions.len() as u32).max(1);
    let region = regions.get((number / each) as usize).map_or("all", |(name, _)| name.as_str());
    format!("c-{region}-{}", number % each)
}

pub(super) fn write<S: Serializer>(
    regions: &[(String, Range<u32>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let counts: BTreeMap<&str, u32> =
        regions.iter().map(|(name, members)| (name.as_str(), members.end - members.start)).collect();
    counts.serialize(serializer)
}
