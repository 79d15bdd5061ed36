//! How long pauses are.

use super::super::integral::integral;
use crate::engine::model::Latency;
use crate::latencies::LatencyLaw;

/// The law of the lengths of pauses, in seconds.
pub(super) struct Lengths {
    law: LatencyLaw,
    /// Where what is beyond may jump or bend.
    marks: Vec<f64>,
}

impl Lengths {
    pub(super) fn of(law: LatencyLaw) -> Lengths {
        const LEVELS: [f64; 9] = [0.0, 1e-6, 0.02, 0.25, 0.5, 0.75, 0.98, 1.0 - 1e-6, 1.0];
        let marks = LEVELS.iter().map(|level| law.quantile(*level)).filter(|mark| mark.is_finite()).collect();
        Lengths { law, marks }
    }

    /// The mean; may be infinite.
    pub(super) fn mean(&self) -> f64 {
        self.law.mean()
    }

    /// The probability that a pause is longer.
    pub(super) fn beyond(&self, seconds: f64) -> f64 {
        self.law.beyond(seconds)
    }

    /// The probability that a pause is longer than something between the two that is as likely as anything else.
    pub(super) fn beyond_between(&self, from: f64, to: f64) -> f64 {
        if to <= from {
            return self.law.beyond(from);
        }
        if let Some(mean) = self.law.mean_beyond(from, to) {
            return mean;
        }
        self.integral_of_beyond(from, to) / (to - from)
    }

    /// The same of each of so many stretches of this width, one after the other.
    pub(super) fn beyond_each(&self, from: f64, width: f64, count: usize) -> Vec<f64> {
        let at = |number: usize| from + width * number as f64;
        (0..count).map(|number| self.beyond_between(at(number), at(number + 1))).collect()
    }

    /// By how much a pause is longer on average, if one that is not counts as nothing; may be infinite.
    pub(super) fn excess(&self, seconds: f64) -> f64 {
        const DOUBLINGS: i32 = 60;
        const NEARLY_ALL: f64 = 1.0 - 1e-12;
        if !self.mean().is_finite() {
            return f64::INFINITY;
        }
        // Beyond nearly all there is a tail, which may be long.
        let far = seconds.max(self.law.quantile(NEARLY_ALL)).max(1e-9);
        let tail = (0..DOUBLINGS).map(|doublings| {
            let from = far * libm::ldexp(1.0, doublings);
            integral(|x| self.law.beyond(x), &[from, 2.0 * from])
        });
        self.integral_of_beyond(seconds, far) + tail.take_while(|part| *part > 0.0).sum::<f64>()
    }

    fn integral_of_beyond(&self, from: f64, to: f64) -> f64 {
        let within = self.marks.iter().copied().filter(|mark| (from..to).contains(mark));
        let marks: Vec<f64> = within.chain([from, to]).collect();
        integral(|x| self.law.beyond(x), &marks)
    }
}
