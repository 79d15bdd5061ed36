//! One number for everything that a run found out.
//!
//! A digest is taken over result records in their canonical order, as integers: never over formatted text or
//! floating point, so it is the same wherever the simulation is the same.

use std::fmt;

use super::random::mix;
use super::referee::{Crash, Findings, Mistake};
use super::time::Time;
use super::traffic::Traffic;

/// A running hash of 128 bits, as two lanes of 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    fn add_wide(&mut self, wide: u128) {
        self.add(wide as u64);
        self.add((wide >> 64) as u64);
    }

    fn add_time(&mut self, time: Option<Time>) {
        self.add(time.unwrap_or(Time::NEVER).nanos());
    }

    /// Adds a mistake.
    pub fn add_mistake(&mut self, mistake: &Mistake) {
        self.add(u64::from(mistake.pair.observer.0) << 32 | u64::from(mistake.pair.subject.0));
        self.add_time(Some(mistake.start));
        self.add_time(Some(mistake.end));
        self.add((mistake.cause as u64) << 8 | mistake.ending as u64);
        self.add_time(mistake.last_heard);
    }

    fn add_crash(&mut self, crash: &Crash) {
        self.add(u64::from(crash.node.0) << 1 | u64::from(crash.already_dead));
        for time in [Some(crash.at), crash.restarted, crash.first, crash.majority, crash.all, crash.acting] {
            self.add_time(time);
        }
    }

    /// Adds all counts of messages.
    pub fn add_traffic(&mut self, traffic: &Traffic) {
        for counts in [&traffic.sent, &traffic.delivered, &traffic.lost] {
            counts.iter().for_each(|count| self.add(*count));
        }
        for count in [traffic.bytes, traffic.busiest_node_load, traffic.total_load, traffic.peak_per_s] {
            self.add(count);
        }
    }
}

impl Findings {
    /// Adds to the digest what was not added while it was found.
    pub(super) fn seal(&mut self) {
        let mut digest = self.digest;
        self.crashes.iter().for_each(|crash| digest.add_crash(crash));
        self.mistakes_by_cause.iter().for_each(|count| digest.add(*count));
        for count in [self.false_positives, self.false_suspicions, self.mistakes_ended, self.flaps] {
            digest.add(count);
        }
        for nanos in [
            self.mistake_nanos,
            self.wrong_nanos,
            self.pair_nanos,
            self.node_nanos,
            self.dead_in_service_nanos,
            self.healthy_out_of_service_nanos,
        ] {
            digest.add_wide(nanos);
        }
        self.digest = digest;
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.lanes[0], self.lanes[1])
    }
}
