//! How signs of life come: how late, and which of them never.

use super::integral::integral;
use crate::engine::model::Latency;
use crate::engine::network::Bursts;

/// Delays are whole nanoseconds. Half of one tells apart what arrives at an instant from what arrives after
/// it, however the sums of seconds were rounded.
pub(super) const HALF_TICK: f64 = 0.5e-9;

/// How late a sign of life is that is not lost.
#[derive(Clone, Copy)]
pub(super) struct Delays<'a> {
    latency: &'a dyn Latency,
    /// Whether it is the answer to a question, which takes the way twice.
    answers: bool,
    /// The probability that it comes twice; the sooner counts.
    twice: f64,
    /// What came later is not heard, in seconds; may be infinite.
    cut: f64,
    /// The least and the greatest delay of one way; the latter may be infinite.
    ends: [f64; 2],
    /// After so long one is heard or never will be; may be infinite.
    settled: f64,
}

impl<'a> Delays<'a> {
    /// Of what takes one way.
    pub(super) fn of_beats(latency: &'a dyn Latency, twice: f64) -> Delays<'a> {
        Delays::of(latency, false, twice)
    }

    /// Of questions until their answers.
    pub(super) fn of_answers(latency: &'a dyn Latency) -> Delays<'a> {
        Delays::of(latency, true, 0.0)
    }

    fn of(latency: &'a dyn Latency, answers: bool, twice: f64) -> Delays<'a> {
        let ends = [latency.quantile(0.0), latency.quantile(1.0)];
        let settled = if answers { 2.0 * ends[1] } else { ends[1] };
        Delays { latency, answers, twice, cut: f64::INFINITY, ends, settled }
    }

    /// The same beside losses, the rarest of which has this probability: later than when lateness is nothing
    /// beside it, nothing comes.
    pub(super) fn beside_losses(self, rarest: f64) -> Delays<'a> {
        const NOTHING: f64 = 1e-16;
        const ALMOST_ALL: f64 = 1.0 - 1e-16;
        const DOUBLINGS: u32 = 200;
        let mut settled = self.ways() * self.latency.quantile(ALMOST_ALL);
        for _ in 0..DOUBLINGS {
            if self.settled <= settled || self.beyond(settled) <= NOTHING * rarest {
                break;
            }
            settled *= 2.0;
        }
        Delays { settled: self.settled.min(settled), ..self }
    }

    /// The same where what takes longer than `seconds` counts for nothing.
    pub(super) fn cut_at(self, seconds: f64) -> Delays<'a> {
        Delays { cut: self.cut.min(seconds), settled: self.settled.min(seconds), ..self }
    }

    /// The probability that a sign that is not lost is heard within so many seconds.
    pub(super) fn within(&self, seconds: f64) -> f64 {
        let seconds = seconds.min(self.cut) + HALF_TICK;
        match self.answers {
            false => {
                let sooner = self.latency.cdf(seconds);
                sooner * (1.0 + self.twice * (1.0 - sooner))
            }
            true => 1.0 - self.both_ways_beyond(seconds),
        }
    }

    /// The probability that it is not.
    pub(super) fn beyond(&self, seconds: f64) -> f64 {
        let seconds = seconds.min(self.cut) + HALF_TICK;
        match self.answers {
            false => {
                let later = self.latency.beyond(seconds);
                later * (1.0 - self.twice * (1.0 - later))
            }
            true => self.both_ways_beyond(seconds),
        }
    }

    /// The probability that both ways together take longer.
    fn both_ways_beyond(&self, seconds: f64) -> f64 {
        let [least, most] = self.ends;
        if seconds >= 2.0 * most {
            return 0.0;
        }
        if seconds <= 2.0 * least {
            return 1.0;
        }
        // By how long the first way takes: longer than leaves time for the second, or not.
        let share = self.latency.cdf(seconds - least);
        let second = |level: f64| self.latency.beyond(seconds - self.latency.quantile(level));
        let enough = self.latency.cdf(seconds - most);
        let marks: Vec<f64> = LEVELS.iter().map(|level| level * share).chain([enough]).collect();
        self.latency.beyond(seconds - least) + integral(second, &marks)
    }

    /// The probability that it is heard at all.
    pub(super) fn heard(&self) -> f64 {
        if self.cut == f64::INFINITY { 1.0 } else { self.within(self.cut) }
    }

    /// The least delay.
    pub(super) fn least(&self) -> f64 {
        self.ways() * self.ends[0]
    }

    /// The greatest of one that is heard; may be infinite.
    pub(super) fn most(&self) -> f64 {
        self.cut.min(self.ways() * self.ends[1])
    }

    /// After so long it is heard or never will be, as far as a double can tell; may be infinite.
    pub(super) fn settled(&self) -> f64 {
        self.settled
    }

    /// Whether all take equally long.
    pub(super) fn are_constant(&self) -> bool {
        self.ends[0] == self.ends[1]
    }

    /// Whether an earlier sign can come after a later one.
    pub(super) fn may_overtake(&self, interval: f64) -> bool {
        self.most() - self.least() > interval
    }

    /// Delays at which what depends on them may jump or bend, or changes much.
    pub(super) fn marks(&self) -> Vec<f64> {
        let levels = LEVELS.iter().map(|level| self.ways() * self.latency.quantile(*level));
        levels
            .chain([self.cut, self.settled])
            .filter(|delay| *delay <= self.cut && delay.is_finite())
            .collect()
    }

    /// The mean of `f` over all delays, with nothing where a sign is not heard. `f` falls where delays grow,
    /// or does not change much.
    pub(super) fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        if self.are_constant() {
            return if self.heard() > 0.0 { f(self.least()) } else { 0.0 };
        }
        if self.answers {
            return self.mean_by_steps(f);
        }
        let heard = self.heard();
        let marks: Vec<f64> = LEVELS.iter().map(|level| level * heard).collect();
        integral(|level| f(self.latency.quantile(self.level_of_one(level)).min(self.cut)), &marks)
    }

    /// A few delays with the shares of signs that they stand for, by which a mean is known to some digits.
    pub(super) fn few(&self) -> Vec<(f64, f64)> {
        /// The points of Gauss, of two, on one half of −1 to 1.
        const HALF: f64 = 0.577_350_269_189_625_8;
        let heard = self.heard();
        let delay = |level: f64| self.latency.quantile(self.level_of_one(level * heard)).min(self.cut);
        let of_stretch = |ends: &[f64]| {
            let (middle, half) = (f64::midpoint(ends[0], ends[1]), 0.5 * (ends[1] - ends[0]));
            [middle - HALF * half, middle + HALF * half].map(|level| (half * heard, delay(level)))
        };
        FEW_LEVELS.windows(2).flat_map(of_stretch).collect()
    }

    /// The level that one delay of perhaps two must have for the sooner to have this one.
    fn level_of_one(&self, level: f64) -> f64 {
        if self.twice == 0.0 {
            return level;
        }
        // later · (1 − twice · (1 − later)) = 1 − level, solved for `later`.
        let (once, left) = (1.0 - self.twice, 1.0 - level);
        let later = 2.0 * left / (once + (once * once + 4.0 * self.twice * left).sqrt());
        1.0 - later
    }

    /// The same where no quantiles are known: over small steps of the delay.
    fn mean_by_steps(&self, f: impl Fn(f64) -> f64) -> f64 {
        const STEPS: u32 = 200;
        let mut marks = self.marks();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup();
        let (mut sum, mut before) = (0.0, 0.0);
        for ends in marks.windows(2) {
            let step = (ends[1] - ends[0]) / f64::from(STEPS);
            for number in 0..STEPS {
                let to = ends[0] + step * f64::from(number + 1);
                let within = self.within(to);
                sum += (within - before) * f(to - 0.5 * step);
                before = within;
            }
        }
        sum
    }

    /// The mean delay of those that are heard, in seconds.
    pub(super) fn mean_heard(&self) -> f64 {
        if self.cut == f64::INFINITY && self.twice == 0.0 {
            return self.ways() * self.latency.mean();
        }
        if !self.answers {
            return self.mean(|delay| delay) / self.heard();
        }
        let marks: Vec<f64> = self.marks().into_iter().chain([self.least()]).collect();
        self.cut - integral(|delay| self.within(delay), &marks) / self.heard()
    }

    fn ways(&self) -> f64 {
        if self.answers { 2.0 } else { 1.0 }
    }
}

/// Shares of delays at which to divide an integral over them.
const LEVELS: [f64; 15] =
    [0.0, 1e-12, 1e-6, 1e-3, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0 - 1e-3, 1.0 - 1e-6, 1.0 - 1e-12, 1.0];

/// The same for a few delays.
const FEW_LEVELS: [f64; 10] = [0.0, 0.02, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0 - 1e-3, 1.0 - 1e-6, 1.0];

/// Which signs of life are lost: the link is good or bad, and changes with each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Losses {
    /// The shares that find the link good and bad.
    pub(super) shares: [f64; 2],
    /// The probability that the link is the other way for the next.
    changes: [f64; 2],
    /// The probability that one is lost.
    pub(super) lost: [f64; 2],
}

/// How probable each state of the link is, together with something else.
type Row = [f64; 2];

impl Losses {
    /// Each on its own, with this probability.
    pub(super) fn independent(loss: f64) -> Losses {
        Losses { shares: [1.0, 0.0], changes: [0.0, 1.0], lost: [loss, loss] }
    }

    /// In bursts, and besides each on its own.
    pub(super) fn in_bursts(bursts: &Bursts, loss: f64) -> Losses {
        let bad = bursts.share_bad();
        let with = |lost: f64| lost + loss * (1.0 - lost);
        Losses {
            shares: [1.0 - bad, bad],
            changes: [bursts.good_to_bad, bursts.bad_to_good],
            lost: [with(bursts.loss_good), with(bursts.loss_bad)],
        }
    }

    /// The rarest loss, among the states that are met.
    pub(super) fn rarest(&self) -> f64 {
        let met = self.lost.iter().zip(self.shares).filter(|(_, share)| *share > 0.0);
        met.map(|(lost, _)| *lost).fold(1.0, f64::min)
    }

    /// The probability that one arrives, by the state that it finds.
    pub(super) fn arrives(&self) -> Row {
        [0, 1].map(|state| self.shares[state] * (1.0 - self.lost[state]))
    }

    /// The link takes a step, and then the next does not come, if `beyond` is the probability that it is late
    /// where it is not lost.
    pub(super) fn silent(&self, row: Row, beyond: f64) -> Row {
        let [good, bad] = row;
        let [worse, better] = self.changes;
        let next = [good * (1.0 - worse) + bad * better, good * worse + bad * (1.0 - better)];
        [0, 1].map(|state| next[state] * (self.lost[state] + (1.0 - self.lost[state]) * beyond))
    }

    /// The same so many times.
    pub(super) fn silent_times(&self, mut row: Row, beyond: f64, times: f64) -> Row {
        // One step takes each of the two states to a row of its own; steps are squared.
        let mut power = [self.silent([1.0, 0.0], beyond), self.silent([0.0, 1.0], beyond)];
        let through = |row: Row, power: [Row; 2]| {
            [0, 1].map(|state| row[0] * power[0][state] + row[1] * power[1][state])
        };
        let mut times = times as u64;
        while times > 0 {
            if times % 2 == 1 {
                row = through(row, power);
            }
            power = power.map(|from| through(from, power));
            times /= 2;
        }
        row
    }

    /// The sum of what [`Losses::silent_times`] gives for none, one, two, … times, for ever. `None` where
    /// silence may last for ever.
    pub(super) fn silent_any_times(&self, row: Row, beyond: f64) -> Option<Row> {
        let [[a, b], [c, d]] = [self.silent([1.0, 0.0], beyond), self.silent([0.0, 1.0], beyond)];
        // Only states that can be met count: with independent losses, there is no bad link.
        if self.shares[1] == 0.0 && row[1] == 0.0 && b == 0.0 {
            return (a < 1.0).then(|| [row[0] / (1.0 - a), 0.0]);
        }
        let determinant = (1.0 - a) * (1.0 - d) - b * c;
        (determinant > 0.0).then(|| {
            [(row[0] * (1.0 - d) + row[1] * c) / determinant, (row[0] * b + row[1] * (1.0 - a)) / determinant]
        })
    }
}
