//! For those on simcore: its time, which is a float in seconds.

use crate::chance::SECOND;

pub use crate::chance::in_seconds;

/// The nearest nanosecond: sums of floats are off by far less than half of one.
pub fn in_nanoseconds(seconds: f64) -> u64 {
    (seconds * SECOND as f64 + 0.5) as u64
}
