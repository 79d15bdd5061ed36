//! What is random in the same way in every workload: how long a message travels, and whom a node picks.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};

/// Nanoseconds, the unit of all times here.
pub const SECOND: u64 = 1_000_000_000;
/// Every node acts once in this time.
pub const INTERVAL: u64 = SECOND;
pub const MEDIAN_LATENCY: u64 = SECOND / 20;
pub const SIGMA: f64 = 0.4;

const SEED: u64 = 1;

/// A generator for whatever a workload draws itself.
pub fn generator() -> SmallRng {
    SmallRng::seed_from_u64(SEED)
}

/// The one-way latency of a message.
pub struct Latency {
    law: LogNormal<f64>,
    rng: SmallRng,
}

impl Latency {
    pub fn seeded(seed: u64) -> Self {
        let law = LogNormal::new(0.0, SIGMA).expect("the deviation is finite and positive");
        Self { law, rng: SmallRng::seed_from_u64(seed) }
    }

    pub fn sample(&mut self) -> u64 {
        (self.law.sample(&mut self.rng) * MEDIAN_LATENCY as f64) as u64
    }

    /// The mean, in seconds: that of a log-normal law is its median times exp(σ²/2).
    pub fn mean_s() -> f64 {
        in_seconds(MEDIAN_LATENCY) * libm::exp(SIGMA * SIGMA / 2.0)
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::seeded(SEED)
    }
}

/// Picks `COUNT` distinct nodes out of `nodes`, none of them in `but`. There must be as many.
pub fn pick<const COUNT: usize>(rng: &mut SmallRng, nodes: u32, but: &[u32]) -> [u32; COUNT] {
    let mut picked = [0; COUNT];
    for index in 0..COUNT {
        // So few are picked out of so many that drawing anew is cheaper than any bookkeeping.
        picked[index] = loop {
            let node = rng.random_range(0..nodes);
            if !but.contains(&node) && !picked[..index].contains(&node) {
                break node;
            }
        };
    }
    picked
}

pub fn in_seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / SECOND as f64
}
