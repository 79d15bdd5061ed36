//! hbsim
pub mod cli;
pub mod detectors;
pub mod document;
pub mod engine;
pub mod experiment;
pub mod faults;
pub mod latencies;
pub mod measures;
pub mod results;
pub mod scenario;
pub mod statistics;
pub mod theory;
pub mod topologies;
