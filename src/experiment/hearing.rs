//! stub
use super::{Forecast, Simulation};
use crate::engine::world::Meter;
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// stub
pub struct Hearing<'a> {
    /// stub
    pub scenarios: &'a [&'a Scenario],
    /// stub
    pub by_second: bool,
}

/// stub
pub const MOST_JUDGES: usize = 64;

impl Hearing<'_> {
    /// stub
    pub fn replication(&self, number: u32, meter: &Meter) -> Option<Vec<RunRecord>> {
        let one = |scenario: &&Scenario| {
            Simulation { scenario, by_second: self.by_second }.replication(number, meter)
        };
        self.scenarios.iter().map(one).collect()
    }
    /// stub
    pub fn forecast(&self) -> Forecast {
        Forecast::of(&Simulation { scenario: self.scenarios[0], by_second: false })
    }
}
