//! What W1 must give, in closed form.

use super::workload::{TIMEOUT, crashes};
use crate::chance::{INTERVAL, Latency, in_seconds};
use crate::comparison::{Expected, Size};

pub fn expected(size: Size) -> Vec<Expected> {
    let seconds = size.seconds as f64;
    let crashes = f64::from(crashes(size));
    let rounds = seconds / in_seconds(INTERVAL);
    // The last beat left half an interval before the crash, and the timeout counts from its arrival.
    let detection_mean_s = in_seconds(TIMEOUT) - in_seconds(INTERVAL) / 2.0 + Latency::mean_s();
    // A crash too close to the end is not detected any more.
    let late = detection_mean_s / seconds;
    let detections = crashes * (1.0 - late);
    // The time of a crash is uniform over the run, and the age of the last beat uniform over an interval; the
    // latency adds next to nothing to the latter.
    let uniform = 1.0 / 12.0_f64.sqrt();
    vec![
        // A node that crashes misses half of its beats. One beat or crash more or less is no deviation.
        Expected::about(
            (f64::from(size.nodes) - crashes / 2.0) * rounds,
            uniform * rounds * crashes.sqrt(),
            1.0,
        ),
        Expected::about(detections, (crashes * late * (1.0 - late)).sqrt(), 1.0),
        Expected::about(detection_mean_s, 1.1 * uniform * in_seconds(INTERVAL) / detections.sqrt(), 0.0),
        Expected::exactly(0.0),
    ]
}
