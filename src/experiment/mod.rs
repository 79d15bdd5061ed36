//! From a scenario to the records of its runs: replications over the cores, reduced in order.

mod forecast;
mod hearing;
mod replications;
mod simulation;

pub use forecast::{Forecast, memory_available, memory_text};
pub use hearing::Hearing;
pub use replications::{Interrupted, replicate};
pub use simulation::Simulation;
