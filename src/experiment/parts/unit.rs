//! A unit, and its records as the content of a frame.

use super::codec::{Stored, take_bytes};
use crate::measures::RunRecord;

/// What is simulated in one go: a group of cells that share one traffic, in one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// The number of the group in the plan, from 0.
    pub group: u32,
    /// The number of the replication, from 0.
    pub replication: u32,
}

impl Unit {
    /// Writes down the unit and its records, in the order of the cells: of each, how long it is and what it says.
    pub(super) fn put(self, records: &[RunRecord], to: &mut Vec<u8>) {
        self.group.put(to);
        self.replication.put(to);
        (records.len() as u64).put(to);
        let mut written = Vec::new();
        for record in records {
            written.clear();
            record.put(&mut written);
            (written.len() as u64).put(to);
            to.extend(&written);
        }
    }

    /// Which unit some content is of.
    pub(super) fn take(content: &mut &[u8]) -> Option<Unit> {
        Some(Unit { group: Stored::take(content)?, replication: Stored::take(content)? })
    }

    /// The records of this unit that some content holds; only that of one `cell`, if one is named. `None` if it is
    /// not that of this unit, or holds no such thing.
    pub(super) fn take_records(
        self,
        mut content: &[u8],
        cell: Option<usize>,
        kinds: &'static [&'static str],
    ) -> Option<Vec<RunRecord>> {
        let content = &mut content;
        Unit::take(content).filter(|found| *found == self)?;
        let count = u64::take(content)?;
        let mut records = Vec::new();
        for place in 0..count {
            let length = usize::try_from(u64::take(content)?).ok()?;
            let mut written = take_bytes(content, length)?;
            if cell.is_some_and(|cell| cell as u64 != place) {
                continue;
            }
            let mut record = RunRecord::take(&mut written).filter(|_| written.is_empty())?;
            record.traffic.kinds = kinds;
            records.push(self.accept(record)?);
        }
        let complete = content.is_empty() && (cell.is_none() || records.len() == 1);
        complete.then_some(records)
    }

    /// The record, if it can be one of this unit.
    fn accept(self, record: RunRecord) -> Option<RunRecord> {
        let traffic = &record.traffic;
        let counts = [&traffic.sent, &traffic.delivered, &traffic.lost, &traffic.dropped, &traffic.cut];
        let fits = counts.iter().all(|counts| counts.len() == traffic.kinds.len());
        (fits && record.replication == self.replication).then_some(record)
    }
}
