//! Whether a program has run the workload at all: its figures against what theory says.

/// Chance may move a figure by this many standard deviations. At six, not one run in a million is blamed wrongly.
const DEVIATIONS: f64 = 6.0;

/// What theory says of a figure.
pub struct Expected {
    pub mean: f64,
    tolerance: f64,
}

impl Expected {
    /// A figure that chance moves by a standard deviation. It may be off by `slack` besides, because it is a
    /// whole number or the theory an approximation.
    pub fn about(mean: f64, deviation: f64, slack: f64) -> Self {
        Self { mean, tolerance: DEVIATIONS * deviation + slack }
    }

    pub fn exactly(mean: f64) -> Self {
        Self { mean, tolerance: 0.0 }
    }

    /// Whether a figure agrees, which may be off by a part of the mean besides. One that is not a number never does.
    pub fn agrees(&self, figure: f64, slack: f64) -> bool {
        (figure - self.mean).abs() <= self.tolerance + slack * self.mean
    }
}
