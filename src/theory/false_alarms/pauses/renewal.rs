//! Beats of which each waits for the one before, so that all begins anew with each: nothing is lost, all delays are
//! alike, and pauses come by chance.

use super::lengths::Lengths;

/// Beats that begin anew.
pub(super) struct Renewal<'a> {
    /// From one to the next, if the sender runs.
    pub(super) interval: f64,
    /// How long after one the next must come.
    pub(super) borne: f64,
    /// How long the sender runs from one pause to the next, on average.
    pub(super) running: f64,
    pub(super) lengths: &'a Lengths,
    /// Whether something is sent on waking even if nothing was due. No sender here does; it is known elsewhere.
    pub(super) always_sends: bool,
}

impl Renewal<'_> {
    /// How often the next comes too late, in each second.
    ///
    /// With v left until a beat is due, a sender that runs is as if it had never stood still. A pause of x begins by
    /// chance: if x exceeds v, the beat comes on waking, and else v − x is left.
    pub(super) fn rate(&self) -> f64 {
        const CELLS: usize = 200;
        let width = self.interval / CELLS as f64;
        let within = self.lengths.beyond_each(0.0, width, CELLS);
        let too_long = self.lengths.beyond_each(self.borne - self.interval, width, CELLS);
        let stops = -libm::expm1(-width / self.running);
        // The share of the mean over a cell that is due to pauses in it.
        let due = 1.0 - stops / (width / self.running);
        let pause = self.lengths.mean();
        // The probability that the next beat is too late, and the mean time until it comes: at v, and over each cell.
        let mut at = [0.0; 2];
        let mut over: Vec<[f64; 2]> = Vec::with_capacity(CELLS);
        for (cell, too_long) in too_long.into_iter().enumerate() {
            let ends_at = |other: usize| match cell - other {
                _ if self.always_sends => 0.0,
                0 => 1.0 - within[0],
                cells => within[cells - 1] - within[cells],
            };
            // While it runs, so long passes until the next pause.
            let mut after = [too_long, pause + self.running];
            for (other, mean) in over.iter().enumerate() {
                (0..2).for_each(|what| after[what] += ends_at(other) * mean[what]);
            }
            let same = ends_at(cell);
            let mean = [0, 1].map(|what| (after[what] * due + at[what] * (1.0 - due)) / (1.0 - same * due));
            at = [0, 1].map(|what| at[what] * (1.0 - stops) + stops * (after[what] + same * mean[what]));
            over.push(mean);
        }
        at[0] / at[1]
    }
}
