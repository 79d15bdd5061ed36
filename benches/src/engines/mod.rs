//! What the peers on one engine share, whatever the workload.

pub mod agenda;
pub mod clock;
pub mod seconds;
