//! Plain tools of chance: a generator, laws of counts, and the mean of a sample.

/// The generator `SplitMix64`. It has nothing in common with those of the simulator.
#[derive(Clone, Debug)]
pub(crate) struct SplitMix(pub u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to 1, without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }

    /// So many different numbers below `bound`, none of them `except`.
    pub(crate) fn different(&mut self, count: usize, bound: usize, except: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(count);
        while chosen.len() < count {
            let one = self.below(bound);
            if one != except && !chosen.contains(&one) {
                chosen.push(one);
            }
        }
        chosen
    }
}

/// `base` to the power `exponent`.
pub(crate) fn power(base: f64, exponent: usize) -> f64 {
    libm::pow(base, exponent as f64)
}

/// The logarithm of the number of ways to choose `some` of `all`.
pub(crate) fn log_choose(all: usize, some: usize) -> f64 {
    let log_factorial = |count: usize| libm::lgamma(count as f64 + 1.0);
    log_factorial(all) - log_factorial(some) - log_factorial(all - some)
}

/// The probabilities of 0, 1, … successes in so many independent trials.
pub(crate) fn binomial(trials: usize, success: f64) -> Vec<f64> {
    let probability = |hits: usize| {
        if success <= 0.0 || success >= 1.0 {
            let certain = if success <= 0.0 { 0 } else { trials };
            return if hits == certain { 1.0 } else { 0.0 };
        }
        let log_of_one = hits as f64 * libm::log(success) + (trials - hits) as f64 * libm::log1p(-success);
        libm::exp(log_choose(trials, hits) + log_of_one)
    };
    (0..=trials).map(probability).collect()
}

/// The probability of at least `least` successes in so many independent trials.
pub(crate) fn at_least(least: usize, trials: usize, success: f64) -> f64 {
    binomial(trials, success).iter().skip(least).sum()
}

/// The probabilities of 0, 1, … marked ones among `drawn` different ones of `all`, of which `marked` are
/// marked.
pub(crate) fn hypergeometric(all: usize, marked: usize, drawn: usize) -> Vec<f64> {
    let mut law = vec![1.0];
    for before in 0..drawn {
        let mut next = vec![0.0; before + 2];
        for (hits, probability) in law.into_iter().enumerate() {
            let hit = marked.saturating_sub(hits) as f64 / (all - before) as f64;
            next[hits] += probability * (1.0 - hit);
            next[hits + 1] += probability * hit;
        }
        law = next;
    }
    law
}

/// As [`hypergeometric`], where each one that is drawn counts with probability `kept` only.
pub(crate) fn thinned(all: usize, marked: usize, drawn: usize, kept: f64) -> Vec<f64> {
    let mut law = vec![0.0; drawn + 1];
    for (hits, probability) in hypergeometric(all, marked, drawn).into_iter().enumerate() {
        for (left, share) in binomial(hits, kept).into_iter().enumerate() {
            law[left] += probability * share;
        }
    }
    law
}

/// The mean of the law of a count.
pub(crate) fn mean(law: &[f64]) -> f64 {
    law.iter().enumerate().map(|(count, probability)| count as f64 * probability).sum()
}

/// The deviation of the law of a count.
pub(crate) fn deviation(law: &[f64]) -> f64 {
    let middle = mean(law);
    let square = |count: usize| (count as f64 - middle) * (count as f64 - middle);
    law.iter().enumerate().map(|(count, probability)| square(count) * probability).sum::<f64>().sqrt()
}

/// The mean of independent observations, and its standard error.
pub(crate) fn estimate(observations: &[f64]) -> (f64, f64) {
    let count = observations.len() as f64;
    let mean = observations.iter().sum::<f64>() / count;
    let squares: f64 = observations.iter().map(|one| (one - mean) * (one - mean)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[test]
fn laws_of_counts() {
    let draws = hypergeometric(10, 4, 3);
    for (hits, ways) in [20.0, 60.0, 36.0, 4.0].into_iter().enumerate() {
        assert!((draws[hits] - ways / 120.0).abs() < 1e-15, "{draws:?}");
    }
    let kept = thinned(10, 4, 3, 0.5);
    assert!((mean(&kept) - 0.6).abs() < 1e-15 && (kept.iter().sum::<f64>() - 1.0).abs() < 1e-15);
    assert!((at_least(2, 3, 0.5) - 0.5).abs() < 1e-14);
    assert!((deviation(&binomial(10, 0.2)) - 1.6f64.sqrt()).abs() < 1e-13);
    // The first numbers of this generator, as its author gives them.
    let mut generator = SplitMix(1_234_567);
    assert_eq!(generator.next(), 6_457_827_717_110_365_317);
    assert_eq!(generator.next(), 3_203_168_211_198_807_973);
}
