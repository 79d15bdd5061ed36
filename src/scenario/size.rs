//! A scenario for another number of nodes.

use std::collections::BTreeMap;

use crate::document::{Document, Entry, Kind};

/// What is to be set so that a document has so many members: a path and a value. Where it has regions, they keep their
/// proportions as well as whole nodes can, and each has one at least.
pub fn setting_of_size(document: &Document, nodes: u32) -> Result<(&'static str, String), String> {
    let regions = ["cluster", "regions"].map(str::to_owned);
    let counts = match document.root().at(&regions).map(|value| &value.kind) {
        Some(Kind::Table(regions)) => counts(regions),
        _ => None,
    };
    let Some(counts) = counts else { return Ok(("cluster.nodes", nodes.to_string())) };
    if (nodes as usize) < counts.len() {
        let count = counts.len();
        return Err(format!("each of the {count} regions needs a node\n  = ask for {count} nodes at least"));
    }
    let sizes: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    let shared = shares(u64::from(nodes), &sizes);
    let entries: Vec<String> =
        counts.iter().zip(shared).map(|((name, _), count)| format!("\"{name}\" = {count}")).collect();
    Ok(("cluster.regions", format!("{{ {} }}", entries.join(", "))))
}

/// How many nodes each region has, if that can be understood; if not, whoever reads the scenario says why.
fn counts(regions: &BTreeMap<String, Entry>) -> Option<Vec<(&str, u64)>> {
    const MOST: i64 = u32::MAX as i64;
    let count = |(name, entry): (&'_ String, &Entry)| match entry.value.kind {
        Kind::Integer(Some(count @ 1..=MOST)) if super::regions::is_name(name) => Some(count as u64),
        _ => None,
    };
    let counts = regions.iter().map(|entry| Some((entry.0.as_str(), count(entry)?)));
    counts.collect::<Option<Vec<_>>>().filter(|counts| !counts.is_empty())
}

/// `total` shared out in these proportions: by whole shares, one at least, then to whoever is farthest from its part.
fn shares(total: u64, sizes: &[u64]) -> Vec<u64> {
    let all: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
    let part = |size: u64| u128::from(total) * u128::from(size);
    let mut shares: Vec<u64> = sizes.iter().map(|size| ((part(*size) / all) as u64).max(1)).collect();
    // How far it is from its part, in units that are whole numbers.
    let lacking = |place: usize, share: u64| part(sizes[place]) as i128 - (u128::from(share) * all) as i128;
    loop {
        let given: u64 = shares.iter().sum();
        let places = 0..shares.len();
        // Of several that are as far, the first.
        let next = match given.cmp(&total) {
            std::cmp::Ordering::Equal => return shares,
            std::cmp::Ordering::Less => {
                places.min_by_key(|place| -lacking(*place, shares[*place])).map(|place| (place, 1))
            }
            std::cmp::Ordering::Greater => {
                let can_give = places.filter(|place| shares[*place] > 1);
                can_give.min_by_key(|place| lacking(*place, shares[*place])).map(|place| (place, -1))
            }
        };
        let Some((place, step)) = next else { return shares };
        shares[place] = shares[place].saturating_add_signed(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_keep_their_proportions_and_each_has_a_node() {
        for (total, sizes, shared) in [
            (500, &[100, 250, 150][..], &[100, 250, 150][..]),
            (100, &[100, 250, 150], &[20, 50, 30]),
            (1000, &[100, 250, 150], &[200, 500, 300]),
            (10, &[1, 1, 1], &[4, 3, 3]),
            (3, &[1, 1, 998], &[1, 1, 1]),
            (100, &[1, 1, 998], &[1, 1, 98]),
            (5, &[1, 1, 1, 1, 1], &[1, 1, 1, 1, 1]),
            (4_000_000_000, &[1, 4_000_000_000], &[1, 3_999_999_999]),
        ] {
            assert_eq!(shares(total, sizes), shared, "{total} in {sizes:?}");
        }
    }

    #[test]
    fn a_document_is_set_to_another_size() {
        let set = |text: &str, nodes| {
            let document = Document::parse("a.toml", text).expect("TOML");
            setting_of_size(&document, nodes).map(|(path, value)| format!("{path}={value}"))
        };
        assert_eq!(set("cluster.nodes = 3", 100).as_deref(), Ok("cluster.nodes=100"));
        assert_eq!(set("", 100).as_deref(), Ok("cluster.nodes=100"));
        let regions = "cluster.regions = { eu = 3, us = 1 }";
        assert_eq!(set(regions, 100).as_deref(), Ok("cluster.regions={ \"eu\" = 75, \"us\" = 25 }"));
        assert_eq!(set(regions, 2).as_deref(), Ok("cluster.regions={ \"eu\" = 1, \"us\" = 1 }"));
        assert!(set(regions, 1).is_err_and(|why| why.contains("each of the 2 regions needs a node")));
    }
}
