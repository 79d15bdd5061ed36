//! For those on desque: its clock, which is the user's choice.

use std::cmp::Ordering;

use desque::serial::{Event, Simulation};
use desque::{SimState, SimTime};

/// A clock that counts nanoseconds.
pub trait Clock: SimTime + Copy + 'static {
    fn from_nanos(nanos: u64) -> Self;
    fn nanos(self) -> u64;
}

/// The clock of the crate's examples: a float with an order. It is exact here, far below 2⁵³ nanoseconds.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Float(f64);

impl Eq for Float {}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.partial_cmp(&other.0).expect("no time is NaN")
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl SimTime for Float {}

impl Clock for Float {
    fn from_nanos(nanos: u64) -> Self {
        Self(nanos as f64)
    }

    fn nanos(self) -> u64 {
        self.0 as u64
    }
}

impl Clock for u64 {
    fn from_nanos(nanos: u64) -> Self {
        nanos
    }

    fn nanos(self) -> u64 {
        self
    }
}

/// Schedules an event for a time in nanoseconds.
pub fn schedule<S: SimState<T>, T: Clock>(
    sim: &mut Simulation<S, T>,
    event: impl Event<S, T> + 'static,
    at: u64,
) {
    sim.schedule(event, T::from_nanos(at)).expect("no event is scheduled in the past");
}
