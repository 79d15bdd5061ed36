//! Members that ask each other, one per period: when a dead one is asked first, and what loss does to the
//! living.

use super::chance::power;

/// How a prober chooses whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Any of the others, whatever came before.
    Random,
    /// The next of a shuffled list of the others, which is shuffled again after each pass.
    Shuffled,
}

/// The first probe of a member that is dead. All times are in periods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstProbe {
    /// The length of each list: all members but the prober.
    pub others: usize,
    /// How many probe.
    pub probers: usize,
    pub choice: Choice,
}

impl FirstProbe {
    /// One of so many members is dead, and all others probe.
    pub(crate) fn of(members: usize, choice: Choice) -> FirstProbe {
        FirstProbe { others: members - 1, probers: members - 1, choice }
    }

    /// The probability that a certain prober has not asked it in so many probes.
    ///
    /// At random, (1 − 1/n)^r. With a shuffled list of n, of which c are done when the member dies, c
    /// uniform: r of the n − c left are asked, and it is any of the n; or all n − c are asked, it was not
    /// among them, and not among the first r − (n − c) of the next pass.
    pub(crate) fn missed(&self, probes: usize) -> f64 {
        let all = self.others as f64;
        match self.choice {
            Choice::Random => power(1.0 - 1.0 / all, probes),
            Choice::Shuffled => {
                let after = |done: usize| match (probes + done).checked_sub(self.others) {
                    None | Some(0) => 1.0 - probes as f64 / all,
                    Some(next) => done as f64 / all * (1.0 - next.min(self.others) as f64 / all),
                };
                (0..self.others).map(after).sum::<f64>() / all
            }
        }
    }

    /// The probability that nobody has asked it in so many rounds of all.
    fn unseen(&self, rounds: usize) -> f64 {
        power(self.missed(rounds), self.probers)
    }

    /// All probe at the same instants, and the member dies between two: mean and deviation of the number of
    /// rounds to the one in which it is asked.
    pub(crate) fn rounds(&self) -> (f64, f64) {
        let (mut mean, mut square, mut rounds) = (0.0, 0.0, 0);
        loop {
            let unseen = self.unseen(rounds);
            if unseen < 1e-20 {
                return (mean, (square - mean * mean).sqrt());
            }
            mean += unseen;
            square += (2 * rounds + 1) as f64 * unseen;
            rounds += 1;
        }
    }

    /// Each prober has a phase of its own: the probability that nobody has asked it by this time.
    ///
    /// In a time of j + x periods a prober has asked j times, and once more with probability x.
    pub(crate) fn unasked(&self, time: f64) -> f64 {
        if time <= 0.0 {
            return 1.0;
        }
        let (whole, part) = (time.floor(), time - time.floor());
        let (now, next) = (self.missed(whole as usize), self.missed(whole as usize + 1));
        power((1.0 - part) * now + part * next, self.probers)
    }

    /// Each prober has a phase of its own: mean and deviation of the time to the first probe.
    ///
    /// Between whole periods the chance of one prober is linear in time, so its powers can be integrated.
    pub(crate) fn wait(&self) -> (f64, f64) {
        let probers = self.probers as f64;
        let (mut mean, mut square, mut period) = (0.0, 0.0, 0);
        loop {
            let (now, next) = (self.missed(period), self.missed(period + 1));
            if power(now, self.probers) < 1e-20 {
                return (mean, (square - mean * mean).sqrt());
            }
            let fall = now - next;
            let first = (power(now, self.probers + 1) - power(next, self.probers + 1)) / (probers + 1.0);
            let second = (power(now, self.probers + 2) - power(next, self.probers + 2)) / (probers + 2.0);
            mean += first / fall;
            square += 2.0 * (period as f64 * first / fall + (now * first - second) / (fall * fall));
            period += 1;
        }
    }

    /// Each prober has a phase of its own: the time by which it has been asked with this probability.
    pub(crate) fn quantile(&self, level: f64) -> f64 {
        let missed = libm::pow(1.0 - level, 1.0 / self.probers as f64);
        let mut period = 0;
        while self.missed(period + 1) > missed {
            period += 1;
        }
        let (now, next) = (self.missed(period), self.missed(period + 1));
        period as f64 + (now - missed) / (now - next)
    }
}

/// A shuffled list of so many others: mean, deviation and greatest of the number of probes from one of a
/// member to its next.
pub(crate) fn gap(others: usize) -> (f64, f64, usize) {
    let all = others as f64;
    (all, ((all * all - 1.0) / 6.0).sqrt(), 2 * others - 1)
}

/// The probability that a live member is suspected after a probe. Its answer fails if one of two messages is
/// lost, and each of the relays fails if one of four is.
pub(crate) fn false_suspicion(loss: f64, relays: usize) -> f64 {
    let arrives = 1.0 - loss;
    (1.0 - arrives * arrives) * power(1.0 - power(arrives, 4), relays)
}

/// The probability that a member of a large group is suspected by anybody in a period.
pub(crate) fn suspected_by_any(loss: f64, relays: usize) -> f64 {
    -libm::expm1(-false_suspicion(loss, relays))
}

/// Mean and deviation of the messages of one probe of a live member, counted as they are sent: question and
/// answer; if either is lost, four messages for each relay, each of which is sent if the one before has
/// arrived.
pub(crate) fn messages(loss: f64, relays: usize) -> (f64, f64) {
    let arrives = 1.0 - loss;
    let relays = relays as f64;
    // The number of messages of one relay is at least 1, 2, 3, 4.
    let at_least = [1.0, arrives, arrives * arrives, arrives * arrives * arrives];
    let mean: f64 = at_least.iter().sum();
    let square: f64 = at_least.iter().zip([1.0, 3.0, 5.0, 7.0]).map(|(share, step)| share * step).sum();
    let (all, variance) = (relays * mean, relays * (square - mean * mean));
    // Question lost, answer lost, neither.
    let cases = [(loss, 1.0, true), (arrives * loss, 2.0, true), (arrives * arrives, 2.0, false)];
    let (mut first, mut second) = (0.0, 0.0);
    for (share, direct, fails) in cases {
        let (sum, spread) = if fails { (direct + all, variance) } else { (direct, 0.0) };
        first += share * sum;
        second += share * (sum * sum + spread);
    }
    (first, (second - first * first).max(0.0).sqrt())
}

/// The mean number of messages of one probe of a dead member: a question, and for each relay a request and,
/// if that arrives, a question.
pub(crate) fn messages_to_the_dead(loss: f64, relays: usize) -> f64 {
    1.0 + relays as f64 * (1.0 + (1.0 - loss))
}
