//! From a scenario to the records of its runs, and from a sweep to those of all its cells: units of work over the
//! cores, stored as they come, put together in order.

mod assembly;
mod bundle;
mod execution;
mod forecast;
mod hearing;
pub mod parts;
mod plan;
mod precision;
mod replications;
mod simulation;
mod tuning;

pub use assembly::Assembled;
pub use bundle::{Bundle, Heard};
pub use execution::{Execution, Pace, Stopped};
pub use forecast::{Forecast, memory_available, memory_text};
pub use hearing::Hearing;
pub use plan::Plan;
pub use precision::Precision;
pub use replications::{Interrupted, Repeated, replicate};
pub use simulation::Simulation;
pub use tuning::Tuning;
