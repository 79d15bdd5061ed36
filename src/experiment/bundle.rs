//! Hearings that have nothing to do with one another, as one piece of work: no core waits for the last run of one of
//! them before it begins the next.

use super::{Hearing, Repeated};
use crate::engine::world::Meter;
use crate::measures::RunRecord;

/// Hearings, ready to be simulated one after the other, each with all its replications.
#[derive(Clone, Copy)]
pub struct Bundle<'a> {
    /// What is simulated.
    pub hearings: &'a [Hearing<'a>],
}

/// What came of one replication of a hearing.
pub struct Heard {
    /// Which of the hearings.
    pub hearing: usize,
    /// A record for each of its scenarios.
    pub records: Vec<RunRecord>,
}

impl Repeated for Bundle<'_> {
    type Yield = Heard;

    fn replications(&self) -> u32 {
        self.hearings.iter().map(Repeated::replications).fold(0, u32::saturating_add)
    }

    /// Replication number `number` of all: those of the first hearing come first.
    fn replication(&self, number: u32, meter: &Meter) -> Option<Heard> {
        let mut left = number;
        for (hearing, one) in self.hearings.iter().enumerate() {
            match left.checked_sub(Repeated::replications(one)) {
                None => return Some(Heard { hearing, records: one.replication(left, meter)? }),
                Some(rest) => left = rest,
            }
        }
        None
    }
}
