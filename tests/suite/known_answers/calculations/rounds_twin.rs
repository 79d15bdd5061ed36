//! News that spread in rounds, node by node: a twin, for rules that nobody has published figures for.

use super::agrees_within;
use super::chance::{SplitMix, estimate, mean};
use super::rounds::Manner::{self, Pull, Push, PushPull};
use super::rounds::Rounds;

/// The rules for single messages, each of which is lost with probability `loss`. Who is dead has the last
/// numbers.
#[derive(Clone, Copy, Debug)]
struct Group {
    members: usize,
    dead: usize,
    manner: Manner,
    fanout: usize,
    loss: f64,
}

impl Group {
    /// Who knows it after a round, if these knew it before.
    fn round(&self, chance: &mut SplitMix, knew: &[bool]) -> Vec<bool> {
        let live = self.members - self.dead;
        let mut knows = knew.to_vec();
        for node in 0..live {
            for other in chance.different(self.fanout, self.members, node) {
                let arrives = !chance.happens(self.loss);
                if knew[node] {
                    knows[other] |= self.manner != Pull && arrives && other < live;
                } else if knew[other] && self.manner != Push {
                    knows[node] |= arrives && !chance.happens(self.loss);
                }
            }
        }
        knows
    }
}

/// members, dead, manner, fanout, loss
const GROUPS: [(usize, usize, Manner, usize, f64); 6] = [
    (12, 4, Push, 1, 0.0),
    (12, 4, Push, 3, 0.2),
    (12, 3, Pull, 1, 0.1),
    (12, 3, Pull, 2, 0.2),
    (12, 4, PushPull, 1, 0.2),
    (12, 2, PushPull, 3, 0.4),
];

fn number(knows: &[bool]) -> f64 {
    knows.iter().filter(|knows| **knows).count() as f64
}

#[test]
fn the_chain_agrees_with_nodes() {
    for (seed, (members, dead, manner, fanout, loss)) in (101..).zip(GROUPS) {
        let group = Group { members, dead, manner, fanout, loss };
        let rules = Rounds::of(members, manner).dead(dead).fanout(fanout).loss_each_way(loss);
        let (chain, live) = (rules.chain(), rules.live());
        let mut chance = SplitMix(seed);
        let (mut until_half, mut until_all, mut after_2) = (vec![], vec![], vec![]);
        for _ in 0..8000 {
            // Two know it at first.
            let mut knows: Vec<bool> = (0..members).map(|node| node < 2).collect();
            let mut numbers = vec![number(&knows)];
            while numbers.len() < 3 || numbers.last() < Some(&(live as f64)) {
                knows = group.round(&mut chance, &knows);
                numbers.push(number(&knows));
            }
            let until =
                |enough: usize| numbers.iter().filter(|number| **number < enough as f64).count() as f64;
            until_half.push(until(live / 2));
            until_all.push(until(live));
            after_2.push(numbers[2]);
        }
        let start = chain.start(2);
        let label = format!("{group:?}");
        let (all, spread) = chain.rounds_until_all(&start);
        agrees_within(&format!("{label} all"), (all, 0.0), estimate(&until_all));
        let squares: Vec<f64> = until_all.iter().map(|time| (time - all) * (time - all)).collect();
        agrees_within(&format!("{label} spread"), (spread * spread, 0.0), estimate(&squares));
        let half = chain.rounds_until(&start, live / 2).0;
        agrees_within(&format!("{label} half"), (half, 0.0), estimate(&until_half));
        agrees_within(&format!("{label} 2 rounds"), (mean(&chain.after(&start, 2)), 0.0), estimate(&after_2));
    }
}

#[test]
fn the_last_count_agrees_with_nodes() {
    for (seed, (members, dead, manner, fanout, loss)) in (121..).zip(GROUPS) {
        let start = Rounds::of(members, manner).dead(dead).fanout(fanout).loss_each_way(loss).last_count();
        let group = Group { members, dead: dead - 1, manner, fanout, loss };
        let mut chance = SplitMix(seed);
        let source: Vec<bool> = (0..members).map(|node| node == 0).collect();
        let heard = |_| number(&group.round(&mut chance, &source)) - 1.0;
        let numbers: Vec<f64> = (0..20_000).map(heard).collect();
        for (count, known) in start.into_iter().enumerate().take(3) {
            let share = numbers.iter().filter(|number| **number == count as f64).count() as f64 / 20_000.0;
            let error = (known * (1.0 - known) / 20_000.0).sqrt();
            agrees_within(&format!("{group:?} {count}"), (known, error + 1e-12), (share, 0.0));
        }
    }
}
