//! Questions that are answered or not, and counters that make them a verdict.

use super::silence::Alarms;

/// A counter of questions that were not answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter {
    /// The probability that a question is not answered in time.
    pub(super) fails: f64,
    /// How many it takes to be held dead.
    pub(super) fall: u32,
    /// How many answers in a row it takes to be trusted again.
    pub(super) rise: u32,
    /// Whether an answer forgives all, or one.
    pub(super) forgives_all: bool,
}

impl Counter {
    /// The mean number of questions from trust to death.
    pub(super) fn until_down(&self) -> f64 {
        if self.forgives_all {
            return in_a_row(self.fails, self.fall);
        }
        // From one count to the next: a failure gets there, an answer goes back one, of which nothing has
        // none.
        let answered = 1.0 - self.fails;
        let (mut sum, mut step) = (0.0, 0.0);
        for _ in 0..self.fall {
            step = (1.0 + answered * step) / self.fails;
            sum += step;
        }
        sum
    }

    /// The mean number of questions from death to trust.
    pub(super) fn until_up(&self) -> f64 {
        in_a_row(1.0 - self.fails, self.rise)
    }

    /// How often, and for how long, where questions are asked every `interval`. A death is declared `after`
    /// its last question was asked, and the answers that end it take `trip` on average.
    pub(super) fn alarms(&self, interval: f64, after: f64, trip: f64) -> Alarms {
        let (down, up) = (self.until_down(), self.until_up());
        let share = (up * interval - after + trip) / (interval * (down + up));
        Alarms { per_beat: 1.0 / (down + up), share: if share.is_finite() { share } else { 0.0 } }
    }
}

/// The mean number of trials until so many in a row have come out as they do with this probability each.
fn in_a_row(probability: f64, count: u32) -> f64 {
    let all = libm::pow(probability, f64::from(count));
    if probability >= 1.0 { f64::from(count) } else { (1.0 - all) / ((1.0 - probability) * all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// probability that a question fails, failures until down; questions until down where an answer forgives
    /// all, and where it forgives one
    const HC_01: [(f64, u32, f64, f64); 6] = [
        (0.1, 3, 1110.0, 1020.0),
        (0.05, 3, 8420.0, 8040.0),
        (0.2, 2, 30.0, 30.0),
        (0.01, 2, 10_100.0, 10_100.0),
        (0.3, 5, 586.4609, 285.7202),
        (0.5, 3, 14.0, 12.0),
    ];

    #[test]
    fn hc_01_questions_until_down() {
        for (fails, fall, reset, decrement) in HC_01 {
            for (forgives_all, known) in [(true, reset), (false, decrement)] {
                let found = Counter { fails, fall, rise: 1, forgives_all }.until_down();
                assert!((found - known).abs() < 1e-6 * known, "{fails}, {fall}: {found}, not {known}");
            }
        }
    }

    #[test]
    fn where_nothing_fails_nobody_is_held_dead() {
        for forgives_all in [true, false] {
            let alarms = Counter { fails: 0.0, fall: 3, rise: 2, forgives_all }.alarms(10.0, 1.0, 0.5);
            assert_eq!((alarms.per_beat, alarms.share), (0.0, 0.0));
        }
    }
}
