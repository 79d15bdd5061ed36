//! How news spreads when all nodes act at the same instants: exact, by the chain of the number who know it.
//!
//! Of `members` nodes, each with all others in its list, `dead` are dead and stay in the lists. At each
//! round, what is told was known when the round began, so that what one hears can be passed on from the next
//! round on.
//!
//! - *Push*: who knows it tells `fanout` different ones of its list. From i who know it come i draws; the
//!   k-th new one of a draw is hit with hypergeometric probability, since those who were hit already are hit
//!   in vain.
//! - *Pull*: who does not know it asks `fanout` different ones of its list. The news come with a probability
//!   c that depends on i alone, so the number of new ones is binomial.
//! - *Push-pull*: both, on what was known when the round began. Asking and being told are independent, and
//!   who asked is nobody special: first the binomial number of those who learn by asking, then the draws on
//!   the others.
//!
//! What is sent to a dead member is wasted, and a dead member answers nothing.

use super::chance::{binomial, hypergeometric, power, thinned};

/// Below this, a probability is left out.
const NOTHING: f64 = 1e-60;

/// Who speaks to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Push,
    Pull,
    PushPull,
}

/// The rules of the rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounds {
    /// All nodes in the lists, dead or alive.
    pub members: usize,
    /// How many of them are dead.
    pub dead: usize,
    pub manner: Manner,
    /// How many different others a node speaks to in a round.
    pub fanout: usize,
    /// The probability that what is told arrives.
    pub told: f64,
    /// The probability that a question to a live node brings an answer.
    pub answered: f64,
}

impl Rounds {
    /// Nobody is dead, nothing is lost, and each node speaks to one other in a round.
    pub(crate) fn of(members: usize, manner: Manner) -> Rounds {
        Rounds { members, dead: 0, manner, fanout: 1, told: 1.0, answered: 1.0 }
    }

    pub(crate) fn fanout(self, fanout: usize) -> Rounds {
        Rounds { fanout, ..self }
    }

    pub(crate) fn dead(self, dead: usize) -> Rounds {
        Rounds { dead, ..self }
    }

    /// Something told is lost with this probability; so is a question together with its answer.
    pub(crate) fn loss(self, loss: f64) -> Rounds {
        Rounds { told: 1.0 - loss, answered: 1.0 - loss, ..self }
    }

    /// Each message is lost with this probability. A question and its answer are two messages.
    pub(crate) fn loss_each_way(self, loss: f64) -> Rounds {
        Rounds { told: 1.0 - loss, answered: (1.0 - loss) * (1.0 - loss), ..self }
    }

    /// Those who can know it.
    pub(crate) fn live(&self) -> usize {
        self.members - self.dead
    }

    fn others(&self) -> usize {
        self.members - 1
    }

    /// The probabilities that one who tells hits 0, 1, … of those who do not know it, by their number.
    fn hits(&self) -> Vec<Vec<f64>> {
        let most = self.live();
        (0..most).map(|unknowing| thinned(self.others(), unknowing, self.fanout, self.told)).collect()
    }

    /// The probability to learn it by asking, if `informed` know it.
    fn learns(&self, informed: usize) -> f64 {
        let asked = hypergeometric(self.others(), informed, self.fanout).into_iter().enumerate();
        asked.map(|(knowing, probability)| probability * (1.0 - power(1.0 - self.answered, knowing))).sum()
    }

    /// The probabilities that 0, 1, … learn it in a round at whose begin `informed` know it.
    fn newcomers(&self, informed: usize, hits: &[Vec<f64>]) -> Vec<f64> {
        let unknowing = self.live() - informed;
        let asking = self.manner != Manner::Push;
        let chance = if asking { self.learns(informed) } else { 0.0 };
        let mut law = binomial(unknowing, chance);
        if self.manner == Manner::Pull {
            return law;
        }
        // Only from `low` to `high` is anything probable.
        let (mut low, mut high) = (0, if asking { unknowing } else { 0 });
        for _ in 0..informed {
            let top = (high + self.fanout).min(unknowing);
            let mut next = vec![0.0; unknowing + 1];
            for (new, probability) in law.iter().enumerate().take(high + 1).skip(low) {
                for (further, hit) in hits_on(hits, unknowing - new).iter().enumerate() {
                    if *hit > 0.0 {
                        next[new + further] += probability * hit;
                    }
                }
            }
            (law, high) = (next, top);
            while low < high && law[low] < NOTHING {
                low += 1;
            }
            while low < high && law[high] < NOTHING {
                high -= 1;
            }
        }
        law
    }

    /// The chain of the number who know it.
    pub(crate) fn chain(&self) -> Chain {
        let hits = self.hits();
        let live = self.live();
        let steps = (0..=live).map(|informed| match informed {
            0 => vec![1.0],
            _ => self.newcomers(informed, &hits),
        });
        Chain { steps: steps.collect() }
    }

    /// The law of how many live nodes have the last count of a node that crashes after its last round.
    ///
    /// That node is one of the `dead`. It counted up as its last round began and crashed before the next, so
    /// in that one round its news went out from it alone: it told `fanout` others, thinned by loss and by
    /// those already dead; and who asked it in that round, with probability `fanout` / (`members` − 1) each,
    /// was answered. From then on it answers nobody. If nobody heard of the last count, which under pull is
    /// so with a probability near 1/e and under push only through loss, nobody ever will: state 0.
    pub(crate) fn last_count(&self) -> Vec<f64> {
        let with_source = self.dead(self.dead - 1);
        let mut start = with_source.newcomers(1, &with_source.hits());
        start.resize(self.live() + 1, 0.0);
        start
    }
}

/// If all know it, nobody is hit.
fn hits_on(hits: &[Vec<f64>], unknowing: usize) -> &[f64] {
    if unknowing == 0 { &[1.0] } else { &hits[unknowing] }
}

/// The chain: how many more will know it after the next round.
#[derive(Debug)]
pub(crate) struct Chain {
    /// By the number who know it: the probabilities that 0, 1, … learn it.
    steps: Vec<Vec<f64>>,
}

impl Chain {
    /// Exactly so many know it.
    pub(crate) fn start(&self, informed: usize) -> Vec<f64> {
        let mut law = vec![0.0; self.steps.len()];
        law[informed] = 1.0;
        law
    }

    /// The law of how many know it so many rounds later.
    pub(crate) fn after(&self, start: &[f64], rounds: usize) -> Vec<f64> {
        let mut law = start.to_vec();
        for _ in 0..rounds {
            let mut next = vec![0.0; law.len()];
            for (informed, probability) in law.iter().enumerate().filter(|(_, p)| **p > NOTHING) {
                for (new, step) in self.steps[informed].iter().enumerate() {
                    next[informed + new] += probability * step;
                }
            }
            law = next;
        }
        law
    }

    /// The probability that all know it so many rounds later.
    pub(crate) fn all_know(&self, start: &[f64], rounds: usize) -> f64 {
        *self.after(start, rounds).last().expect("somebody is alive")
    }

    /// Mean and deviation of the number of further rounds until `enough` know it, given that somebody does.
    pub(crate) fn rounds_until(&self, start: &[f64], enough: usize) -> (f64, f64) {
        let (mut first, mut second) = (vec![0.0; self.steps.len()], vec![0.0; self.steps.len()]);
        for informed in (1..enough).rev() {
            let step = &self.steps[informed];
            let further = |values: &[f64]| -> f64 {
                step.iter().enumerate().skip(1).map(|(new, p)| p * values[informed + new]).sum()
            };
            let leaves = 1.0 - step[0];
            let mean = (1.0 + further(&first)) / leaves;
            let square = (1.0 + 2.0 * (further(&first) + step[0] * mean) + further(&second)) / leaves;
            (first[informed], second[informed]) = (mean, square);
        }
        let somebody: f64 = start.iter().skip(1).sum();
        let over = |values: &[f64]| -> f64 {
            start.iter().zip(values).skip(1).map(|(p, value)| p * value).sum::<f64>() / somebody
        };
        let mean = over(&first);
        (mean, (over(&second) - mean * mean).max(0.0).sqrt())
    }

    /// Mean and deviation of the number of further rounds until all know it, given that somebody does.
    pub(crate) fn rounds_until_all(&self, start: &[f64]) -> (f64, f64) {
        self.rounds_until(start, self.steps.len() - 1)
    }
}
