//! How the world turns. Names no particular topology, detector, fault or latency law.

pub mod chronicle;
pub mod cluster;
pub mod conditions;
pub mod desk;
pub mod digest;
pub mod findings;
pub mod model;
pub mod network;
pub mod onlooker;
mod parcels;
pub mod queue;
pub mod random;
pub mod rate;
pub mod referee;
mod rounds;
pub mod seating;
pub mod time;
pub mod traffic;
pub mod walls;
pub mod watch;
mod watchlist;
pub mod witness;
pub mod world;

/// Changes whenever a digest may. The changelog says why, under "Numbers changed".
pub const ENGINE_REVISION: u32 = 4;
