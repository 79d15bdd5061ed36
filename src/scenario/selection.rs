//! Nodes that are chosen on the command line, as faults choose theirs.

use std::ops::Range;

use super::Scenario;
use crate::document::{Complaints, Document, Shelf, read_table};
use crate::faults::{Ground, Target};

impl Scenario {
    /// The nodes that selectors such as `n3,n0..n9,monitors` choose, which were written after `option`.
    pub fn chosen(&self, option: &str, selectors: &str) -> Result<Vec<Range<u32>>, String> {
        let shelf = Shelf::from(std::path::Path::new(""));
        let regions = Some(&self.members.regions[..]);
        let (cluster, has_leader, duration) = (self.cluster(), self.topology.elects(), self.duration);
        let ground = Ground { cluster, regions, has_leader, duration, shelf: &shelf };
        let written = format!("{option} {selectors}");
        let mut ranges = Vec::new();
        for selector in selectors.split(',') {
            let mut document = Document::parse(option, "")?;
            document.put(&written, "nodes", &format!("{:?}", selector.trim()))?;
            let complaints = Complaints::default();
            let target = read_table(document.root(), option, &complaints, |table| {
                let place = table.place(option);
                Target::read_set(table.value("nodes")?, &ground, &place, "nodes")
            });
            match target.as_ref().and_then(Target::set).filter(|_| complaints.count() == 0) {
                Some(set) => ranges.extend_from_slice(set),
                None => {
                    return Err(document
                        .render(complaints)
                        .replace(&format!("{option} = "), &format!("{option} ")));
                }
            }
        }
        Ok(ranges)
    }
}
