//! When enough of several observers know, where each asks or looks at moments of its own.

/// Several observers, each of whom knows at `−age + wait` after what is the same for all: the age of the last sign of
/// life that it has, and its wait for the next look, both equally likely to be anything from zero to their greatest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Several {
    /// How many there are.
    pub(super) count: u32,
    /// How many must agree.
    pub(super) agree: u32,
    /// The greatest age; 0 where all have the same sign of life.
    pub(super) ages: f64,
    /// The greatest wait; 0 where all look at the same moments.
    pub(super) waits: f64,
    /// How long a vote is under way. Of so many as must agree, all but one must have come.
    pub(super) vote: f64,
}

impl Several {
    /// The mean of when the first of them knows of enough votes, its own among them.
    ///
    /// It is the last to vote who knows first, if the others' votes have come by then. So the time is the greater of
    /// T of the k-th and T of the one before it + a vote's delay, which is later than x with a probability that
    /// binomial laws tell.
    pub(super) fn mean(&self) -> f64 {
        const STEPS: u32 = 20_000;
        let (from, to) = (-self.ages, self.waits + self.vote);
        let width = (to - from) / f64::from(STEPS);
        let later = |step: u32| 1.0 - self.by(from + (f64::from(step) + 0.5) * width);
        from + (0..STEPS).map(later).sum::<f64>() * width
    }

    /// The mean of one of them alone.
    pub(super) fn mean_of_one(&self) -> f64 {
        (self.waits - self.ages) / 2.0
    }

    /// The probability that enough votes are known at `time`.
    fn by(&self, time: f64) -> f64 {
        let own = self.one_by(time);
        if self.agree == 1 {
            return 1.0 - libm::pow(1.0 - own, f64::from(self.count));
        }
        let heard = self.one_by(time - self.vote);
        let before = self.agree - 1;
        let rest = f64::from(self.count - before);
        let exactly = self.choose(before) * libm::pow(heard, f64::from(before));
        // So many were early enough to be heard of; one more at least has a vote of its own.
        let and_own = exactly * (libm::pow(1.0 - heard, rest) - libm::pow(1.0 - own, rest));
        self.at_least(self.agree, heard) + and_own
    }

    /// The probability that one of them knows at `time`.
    fn one_by(&self, time: f64) -> f64 {
        let Several { ages, waits, .. } = *self;
        // The integral of the probability that an age is at least as much as it is before `limit`.
        let old_enough = |limit: f64| {
            let limit = limit + ages;
            if limit <= 0.0 {
                0.0
            } else if limit < ages {
                limit * limit / (2.0 * ages)
            } else {
                limit - ages / 2.0
            }
        };
        if waits > 0.0 {
            return ((old_enough(time) - old_enough(time - waits)) / waits).clamp(0.0, 1.0);
        }
        if ages > 0.0 {
            return ((time + ages) / ages).clamp(0.0, 1.0);
        }
        if time >= 0.0 { 1.0 } else { 0.0 }
    }

    /// The probability that at least `many` do what each does with this probability.
    fn at_least(&self, many: u32, chance: f64) -> f64 {
        let exactly = |number: u32| {
            let (did, not) = (f64::from(number), f64::from(self.count - number));
            self.choose(number) * libm::pow(chance, did) * libm::pow(1.0 - chance, not)
        };
        (many..=self.count).map(exactly).sum()
    }

    /// How many sets of so many there are among them.
    fn choose(&self, number: u32) -> f64 {
        let (all, number) = (f64::from(self.count), f64::from(number));
        let ways = libm::lgamma(all + 1.0) - libm::lgamma(number + 1.0) - libm::lgamma(all - number + 1.0);
        libm::exp(ways)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(several: Several, known: f64) {
        let found = several.mean();
        assert!((found - known).abs() < 1e-6, "{several:?}: {found}, not {known}");
    }

    /// count, agree; the mean of the so-manieth of so many numbers between 0 and 1.
    #[test]
    fn the_places_of_uniform_numbers_are_equally_far_apart() {
        for (count, agree) in [(1, 1), (3, 1), (3, 2), (3, 3), (9, 1), (9, 5), (40, 21)] {
            let place = f64::from(agree) / (f64::from(count) + 1.0);
            let alike = Several { count, agree, ages: 0.0, waits: 0.0, vote: 0.0 };
            agrees(Several { waits: 5.0, ..alike }, 5.0 * place);
            agrees(Several { ages: 2.0, ..alike }, 2.0 * (place - 1.0));
        }
    }

    /// The difference of two numbers with triangular laws has the mean size 7 / 15.
    #[test]
    fn ages_and_waits_together_make_a_triangle() {
        let two = Several { count: 2, agree: 1, ages: 1.0, waits: 1.0, vote: 0.0 };
        agrees(two, -7.0 / 30.0);
        agrees(Several { agree: 2, ..two }, 7.0 / 30.0);
        agrees(Several { count: 1, ..two }, 0.0);
        assert_eq!(two.mean_of_one(), 0.0);
    }

    /// Two wait up to 1 s for their looks, W apart: the later knows at once if the vote of the other takes no longer,
    /// which is with probability (1 − v)², and else at the earlier + v: E = 1/3 + v + (1 − v)³ / 3.
    #[test]
    fn a_vote_is_waited_for_where_it_is_the_last_to_come() {
        for vote in [0.0, 0.1, 0.5, 1.0] {
            let two = Several { count: 2, agree: 2, ages: 0.0, waits: 1.0, vote };
            agrees(two, 1.0 / 3.0 + vote + (1.0 - vote) * (1.0 - vote) * (1.0 - vote) / 3.0);
        }
    }
}
