//! From a scenario to the records of its runs: replications over the cores, reduced in order.

mod forecast;
pub mod parts;
mod replications;
mod simulation;

pub use forecast::{Forecast, memory_available, memory_text};
pub use replications::{Interrupted, replicate};
pub use simulation::Simulation;
