//! No terminal, no progress bar.

use std::sync::Arc;

use crate::engine::world::Meter;
use crate::experiment::Pace;

/// Shows nothing.
pub(super) struct Progress;

impl Progress {
    /// Follows nobody.
    pub(super) fn show(_meter: &Arc<Meter>, _expected: u64, _wanted: bool) -> Progress {
        Progress
    }

    /// Follows nobody.
    pub(super) fn show_units(_meter: &Arc<Meter>, _units: &Arc<Pace>, _wanted: bool) -> Progress {
        Progress
    }
}
