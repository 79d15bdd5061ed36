//! Who tells whom at the instants of Poisson processes, or one at a time: formulas and chains in the number
//! who know.

/// The sum of the reciprocals of 1 to `count`.
pub(crate) fn harmonic(count: usize) -> f64 {
    (1..=count).map(|term| 1.0 / term as f64).sum()
}

/// The number who know something only grows, by one at a time, at rates that depend on it alone.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    /// How often the next one learns it, per period, if 1, 2, … know it.
    rates: Vec<f64>,
}

impl Growth {
    /// Each of the `members` acts at the instants of a Poisson process, once per period on average, and
    /// chooses one other. `dead` are dead and stay in the lists; what is sent arrives with probability
    /// `arrives`.
    ///
    /// If i of n live ones know it, the next learns it at the rate i (n − i) / (members − 1), by push or by
    /// pull; at twice that rate by push-pull.
    pub(crate) fn poisson(members: usize, dead: usize, arrives: f64, both_ways: bool) -> Growth {
        let live = members - dead;
        let ways = if both_ways { 2.0 } else { 1.0 };
        let rate = |informed: usize| (informed * (live - informed)) as f64 / (members - 1) as f64;
        Growth { rates: (1..live).map(|informed| ways * arrives * rate(informed)).collect() }
    }

    /// Mean and deviation of the time until all know it, if one does.
    pub(crate) fn until_all(&self) -> (f64, f64) {
        let waits = self.rates.iter().map(|rate| 1.0 / rate);
        (waits.clone().sum(), waits.map(|wait| wait * wait).sum::<f64>().sqrt())
    }

    /// Mean and deviation of the time until a certain other one knows it.
    ///
    /// As all is symmetric, it is equally likely to be the first, second, … to learn it. Turned round in
    /// time, this is also the age of what this one knows of a source whose news are always fresh. If the
    /// source counts up at intervals instead, half an interval more.
    pub(crate) fn until_one(&self) -> (f64, f64) {
        let (mut mean, mut variance) = (0.0, 0.0);
        let (mut first, mut second) = (0.0, 0.0);
        for rate in &self.rates {
            mean += 1.0 / rate;
            variance += 1.0 / (rate * rate);
            first += mean;
            second += variance + mean * mean;
        }
        let others = self.rates.len() as f64;
        let mean = first / others;
        (mean, (second / others - mean * mean).sqrt())
    }

    /// The law of how many know it after a time, if one knows it at first: by its number, from 0.
    ///
    /// Uniformised: jumps at the instants of a Poisson process as fast as the fastest rate, many of which
    /// lead nowhere. In steps short enough for the probability of no jump to be a number.
    pub(crate) fn after(&self, time: f64) -> Vec<f64> {
        let fastest = self.rates.iter().copied().fold(0.0, f64::max);
        let steps = (fastest * time / 50.0).ceil().max(1.0);
        let jumps = fastest * time / steps;
        let mut law = vec![0.0; self.rates.len() + 2];
        law[1] = 1.0;
        for _ in 0..steps as usize {
            let mut weight = libm::exp(-jumps);
            let mut next: Vec<f64> = law.iter().map(|p| weight * p).collect();
            for jump in 1..300 {
                for informed in (1..=self.rates.len()).rev() {
                    let moved = law[informed] * self.rates[informed - 1] / fastest;
                    law[informed] -= moved;
                    law[informed + 1] += moved;
                }
                weight *= jumps / f64::from(jump);
                for (sum, p) in next.iter_mut().zip(&law) {
                    *sum += weight * p;
                }
            }
            law = next;
        }
        law
    }
}

/// How many know it after a time if the mean followed the logistic curve. It does not: the curve is above it.
pub(crate) fn logistic(members: usize, time: f64) -> f64 {
    let (all, others) = (members as f64, (members - 1) as f64);
    all / (1.0 + others * libm::exp(-time * all / others))
}

/// One member after the other, drawn at random, tells one other; `members` steps are a round.
///
/// `failed` stay in the lists. With k who know it, one more learns it in a step with probability
/// k / n · (n − f − k) / (n − 1) · `arrives`.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    chances: Vec<f64>,
}

impl Steps {
    pub(crate) fn of(members: usize, failed: usize, arrives: f64) -> Steps {
        let (all, live) = (members as f64, members - failed);
        let chance = |knowing: usize| knowing as f64 / all * (live - knowing) as f64 / (all - 1.0) * arrives;
        Steps { chances: (1..live).map(chance).collect() }
    }

    /// Mean and deviation of the number of steps until all live ones know it.
    pub(crate) fn until_all(&self) -> (f64, f64) {
        let mean = self.chances.iter().map(|chance| 1.0 / chance).sum();
        let variance: f64 = self.chances.iter().map(|chance| (1.0 - chance) / (chance * chance)).sum();
        (mean, variance.sqrt())
    }

    /// The least number of steps after which somebody does not know it with at most this probability.
    pub(crate) fn enough(&self, bound: f64) -> usize {
        let mut unfinished = vec![0.0; self.chances.len()];
        unfinished[0] = 1.0;
        let mut steps = 0;
        while unfinished.iter().sum::<f64>() > bound {
            for knowing in (0..unfinished.len()).rev() {
                let moved = unfinished[knowing] * self.chances[knowing];
                unfinished[knowing] -= moved;
                if let Some(next) = unfinished.get_mut(knowing + 1) {
                    *next += moved;
                }
            }
            steps += 1;
        }
        steps
    }
}

/// The share who never learn it in a large group if each one passes it on once only, to `fanout` others.
///
/// The least solution of s = exp(−fanout (1 − loss) (1 − s)), given that it did not die out at the start.
pub(crate) fn residue(fanout: usize, loss: f64) -> f64 {
    let reach = fanout as f64 * (1.0 - loss);
    (0..2000).fold(0.0, |share, _| libm::exp(-reach * (1.0 - share)))
}
