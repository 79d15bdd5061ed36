//! One number for everything that a run found out.
//!
//! A digest is taken over result records in their canonical order, as integers: never over formatted text or
//! floating point, so it is the same wherever the simulation is the same.

use std::fmt;

use super::random::mix;
use super::time::Time;

/// A running hash of 128 bits, as two lanes of 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    lanes: [u64; 2],
}

impl Default for Digest {
    fn default() -> Self {
        // The fractional parts of the square roots of 2 and 3: nothing up the sleeve.
        Digest { lanes: [0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b] }
    }
}

impl Digest {
    /// A digest that was written down, from its two halves.
    pub fn of_lanes(lanes: [u64; 2]) -> Digest {
        Digest { lanes }
    }

    /// Its two halves, to be written down.
    pub fn lanes(self) -> [u64; 2] {
        self.lanes
    }

    /// The digest of a text.
    pub fn of_text(text: &str) -> Digest {
        let mut digest = Digest::default();
        digest.add(text.len() as u64);
        for bytes in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            digest.add(u64::from_le_bytes(word));
        }
        digest
    }

    /// Adds one number.
    pub fn add(&mut self, word: u64) {
        self.lanes = [
            mix(self.lanes[0] ^ word),
            mix(self.lanes[1].rotate_left(32) ^ word).wrapping_add(self.lanes[0]),
        ];
    }

    /// Adds another digest.
    pub fn add_digest(&mut self, other: Digest) {
        self.add(other.lanes[0]);
        self.add(other.lanes[1]);
    }

    /// Adds a number of twice the width.
    pub fn add_wide(&mut self, wide: u128) {
        self.add(wide as u64);
        self.add((wide >> 64) as u64);
    }

    /// Adds an instant that may not have come.
    pub fn add_time(&mut self, time: Option<Time>) {
        self.add(time.unwrap_or(Time::NEVER).nanos());
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.lanes[0], self.lanes[1])
    }
}
