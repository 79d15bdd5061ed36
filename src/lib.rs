//! hbsim
pub mod detectors;
pub mod document;
pub mod engine;
pub mod experiment;
pub mod faults;
pub mod latencies;
pub mod measures;
pub mod scenario;
pub mod statistics;
pub mod topologies;
