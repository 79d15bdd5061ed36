//! Cells put together again from the units that are stored: the same whoever stored them, and in which order.

use super::execution::Stopped;
use super::parts::{Kept, Unit};
use super::{Plan, Precision};
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// A cell and its runs.
pub struct Assembled {
    /// What was simulated.
    pub scenario: Scenario,
    /// All runs that count.
    pub records: Vec<RunRecord>,
    /// Whether there should be more, because some are missing or the precision is not reached.
    pub is_short_of_runs: bool,
}

impl Assembled {
    /// Reads the runs of a cell: as many as its scenario says and, while these are not precise enough, those of the
    /// next round. What was simulated beyond that for the sake of other cells does not count.
    pub fn read(
        plan: &Plan,
        cell: u32,
        precision: Option<&Precision>,
        kept: &mut impl Kept,
    ) -> Result<Assembled, Stopped> {
        let scenario = plan.scenario(cell).map_err(Stopped::Scenario)?;
        let kinds = scenario.topology.message_kinds();
        let (group, seat) = plan.seat(cell);
        let (mut records, mut wanted) = (Vec::new(), scenario.replications);
        loop {
            for replication in records.len() as u32..wanted {
                let unit = Unit { group, replication };
                if !kept.has(unit) {
                    return Ok(Assembled { scenario, records, is_short_of_runs: true });
                }
                records.push(kept.read(unit, seat, kinds)?);
            }
            match precision
                .and_then(|precision| precision.next_round(wanted).filter(|_| !precision.is_met(&records)))
            {
                Some(next) => wanted = next,
                None => return Ok(Assembled { scenario, records, is_short_of_runs: false }),
            }
        }
    }
}
