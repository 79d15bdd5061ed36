//! Whether a program has run W1 at all: its counts against what the workload must give.

use serde::Deserialize;

use super::workload::{INTERVAL, MEDIAN_LATENCY, NODES_PER_CRASH, SECOND, SIGMA, TIMEOUT};

/// What a program has counted.
#[derive(Deserialize)]
pub struct Counts {
    pub beats: u64,
    pub detections: u64,
    pub detection_mean_s: f64,
    pub false_positives: u64,
}

/// What theory says the counts are on average.
pub struct Expected {
    pub beats: f64,
    pub detections: f64,
    pub detection_mean_s: f64,
    crashes: f64,
    seconds: f64,
}

/// Chance may move a count by this many standard deviations. At six, not one run in a million is blamed wrongly.
const DEVIATIONS: f64 = 6.0;

impl Expected {
    pub fn of(nodes: u32, seconds: u64) -> Self {
        let seconds = seconds as f64;
        let crashes = f64::from(nodes / NODES_PER_CRASH);
        // The last beat left half an interval before the crash, and the timeout counts from its arrival. The mean
        // of a log-normal law is its median times exp(σ²/2); three terms of the series are exact to 0.01 %.
        let half_variance = SIGMA * SIGMA / 2.0;
        let mean_latency =
            in_seconds(MEDIAN_LATENCY) * (1.0 + half_variance + half_variance * half_variance / 2.0);
        let detection_mean_s = in_seconds(TIMEOUT) - in_seconds(INTERVAL) / 2.0 + mean_latency;
        Self {
            // A node that crashes at a uniformly random time misses half of its beats.
            beats: (f64::from(nodes) - crashes / 2.0) * seconds / in_seconds(INTERVAL),
            // A crash too close to the end is not detected any more.
            detections: crashes * (1.0 - detection_mean_s / seconds),
            detection_mean_s,
            crashes,
            seconds,
        }
    }

    pub fn agrees(&self, counts: &Counts) -> bool {
        // The time of a crash is uniform over the run, and the age of the last beat uniform over an interval;
        // the latency adds next to nothing.
        let uniform = 1.0 / 12.0_f64.sqrt();
        let beats = uniform * self.seconds / in_seconds(INTERVAL) * self.crashes.sqrt();
        let late = self.detection_mean_s / self.seconds;
        let detections = (self.crashes * late * (1.0 - late)).sqrt();
        let detection_mean = 1.1 * uniform * in_seconds(INTERVAL) / self.detections.sqrt();
        // One beat or crash more or less than the mean is no deviation.
        near(counts.beats as f64, self.beats, 1.0 + DEVIATIONS * beats)
            && near(counts.detections as f64, self.detections, 1.0 + DEVIATIONS * detections)
            && near(counts.detection_mean_s, self.detection_mean_s, DEVIATIONS * detection_mean)
            && counts.false_positives == 0
    }
}

fn in_seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / SECOND as f64
}

fn near(value: f64, expected: f64, tolerance: f64) -> bool {
    (value - expected).abs() <= tolerance
}
