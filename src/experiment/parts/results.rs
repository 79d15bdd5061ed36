//! The records in a folder of results: those of one scenario.

use super::{Kept, PartError, Parts, Unit};
use crate::measures::RunRecord;
use crate::scenario::Scenario;

impl Parts {
    /// The scenario that these are the runs of, as it was then.
    pub fn scenario(&self) -> Result<Scenario, PartError> {
        let identity = self.identity();
        let scenario = identity.document().and_then(|document| Scenario::read(&document, identity.stock()));
        scenario.map_err(PartError::Unfit)
    }

    /// The scenario and the records of all its runs, where these are the runs of one scenario and not of many.
    pub fn of_one_scenario(&mut self) -> Result<(Scenario, Vec<RunRecord>), PartError> {
        self.identity().must_be_of_this_engine()?;
        let scenario = self.scenario()?;
        let kinds = scenario.topology.message_kinds();
        let unfit = |text: &str| PartError::Unfit(format!("{}: {text}", scenario.name));
        if self.units().any(|unit| unit.group > 0) || !self.identity().sweeps.is_empty() {
            return Err(unfit("these are the runs of a sweep, not of one scenario"));
        }
        let mut records = Vec::new();
        for replication in 0..scenario.replications {
            let unit = Unit { group: 0, replication };
            if !self.has(unit) {
                return Err(unfit(&format!("replication {replication} is missing")));
            }
            match &mut self.read_all(unit, kinds)?[..] {
                [record] => records.push(record.clone()),
                _ => return Err(unfit("these are the runs of a sweep, not of one scenario")),
            }
        }
        Ok((scenario, records))
    }
}
