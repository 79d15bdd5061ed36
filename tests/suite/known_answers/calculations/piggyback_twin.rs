//! News of a death that rides on questions and answers, message by message: a twin.
//!
//! In each round every live member asks another one. What it knows goes with the question, what the other one
//! knows comes with the answer: also what another question brought just before. So news can go further within a
//! round than the chains of [`super::rounds`] allow, which know only what was known when the round began. And
//! whoever asks the dead one finds out by itself, at the end of the round.

use super::chance::{SplitMix, estimate};
use super::rounds::{Manner, Rounds};

/// A group of which one member has just died, which the others have yet to find out. Times are in rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circle {
    pub members: usize,
    /// The least and the greatest time that a message takes. Question and answer take less than a round.
    pub latency: (f64, f64),
}

/// The dead member's number.
const DEAD: usize = 0;

/// A message of a round: when it arrives, from whom it comes, to whom it goes.
#[derive(Clone, Copy)]
struct Message {
    arrives: f64,
    from: usize,
    to: usize,
    answer: bool,
    news: bool,
}

impl Circle {
    /// The rounds from the first verdict until more than half of the others know, and until all do.
    pub(crate) fn rounds(&self, chance: &mut SplitMix) -> [f64; 2] {
        let mut knows = vec![false; self.members];
        let (mut first, mut half) = (None, None);
        for round in 0_u32.. {
            let count = knows.iter().filter(|knows| **knows).count();
            if count > 0 {
                let since = *first.get_or_insert(round);
                let passed = f64::from(round - since);
                if 2 * count >= self.members {
                    half.get_or_insert(passed);
                }
                if count == self.members - 1 {
                    return [half.unwrap_or(passed), passed];
                }
            }
            self.round(&mut knows, chance);
        }
        unreachable!("rounds go on for ever")
    }

    fn round(&self, knows: &mut [bool], chance: &mut SplitMix) {
        let (least, most) = self.latency;
        let mut under_way = Vec::new();
        let mut found = Vec::new();
        for (from, news) in knows.iter().copied().enumerate().skip(1) {
            let to = self.whom(from, news, chance);
            if to == DEAD {
                found.push(from);
            } else {
                let arrives = least + (most - least) * chance.unit();
                under_way.push(Message { arrives, from, to, answer: false, news });
            }
        }
        while !under_way.is_empty() {
            let sooner =
                |one: &usize, other: &usize| under_way[*one].arrives.total_cmp(&under_way[*other].arrives);
            let next = (0..under_way.len()).min_by(sooner).unwrap_or(0);
            let Message { arrives, from, to, answer, news } = under_way.swap_remove(next);
            knows[to] |= news;
            if !answer {
                let arrives = arrives + least + (most - least) * chance.unit();
                under_way.push(Message { arrives, from: to, to: from, answer: true, news: knows[to] });
            }
        }
        found.into_iter().for_each(|member| knows[member] = true);
    }

    /// Any other; not the dead one, if one knows better.
    fn whom(&self, me: usize, knows: bool, chance: &mut SplitMix) -> usize {
        loop {
            let other = chance.below(self.members);
            if other != me && !(knows && other == DEAD) {
                return other;
            }
        }
    }
}

/// What a question brings rides on the next answer, so the twin is faster than the chain, by about one round.
#[test]
fn the_twin_is_a_little_faster_than_the_chain() {
    for (seed, members) in (851..).zip([8, 32]) {
        let circle = Circle { members, latency: (0.1, 0.2) };
        let mut chance = SplitMix(seed);
        let rounds: Vec<f64> = (0..4_000).map(|_| circle.rounds(&mut chance)[1]).collect();
        let rules = Rounds::of(members, Manner::PushPull).dead(1);
        let chain = rules.chain();
        let (slower, _) = chain.rounds_until_all(&chain.start(1));
        let (mean, error) = estimate(&rounds);
        let fits = mean + 4.0 * error < slower && slower < mean + 1.5;
        assert!(fits, "members={members}: {mean} ± {error} by the twin, {slower} by the chain");
    }
}
