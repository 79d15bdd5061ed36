//! The first verdict on a dead member, prober by prober and list by list: a twin.

use super::agrees_within;
use super::chance::{SplitMix, estimate};
use super::probing::{Choice, FirstProbe};

/// A group of which one member has just died. Times are in periods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub members: usize,
    /// How many of the others probe. The rest is dead too, and still in the lists.
    pub probers: usize,
    pub choice: Choice,
    /// From the verdict of a probe, at the end of the prober's period, to the declaration.
    pub suspicion: f64,
}

/// The dead member's number in all lists.
const DEAD: usize = 0;

impl Group {
    /// When the first prober declares it dead.
    pub(crate) fn first_declaration(&self, chance: &mut SplitMix) -> f64 {
        let first = (0..self.probers).map(|_| self.first_probe(chance)).fold(f64::INFINITY, f64::min);
        first + 1.0 + self.suspicion
    }

    /// When one prober, at a random place of its list and at a random moment of its period, asks it.
    fn first_probe(&self, chance: &mut SplitMix) -> f64 {
        let others = self.members - 1;
        let mut time = chance.unit();
        let mut list: Vec<usize> = (0..others).collect();
        chance.shuffle(&mut list);
        let mut place = chance.below(others);
        loop {
            let asked = match self.choice {
                Choice::Random => chance.below(others),
                Choice::Shuffled => list[place],
            };
            if asked == DEAD {
                return time;
            }
            time += 1.0;
            place += 1;
            if place == others {
                chance.shuffle(&mut list);
                place = 0;
            }
        }
    }
}

#[test]
fn the_twin_agrees_with_the_formulas() {
    let cases = [
        (8, 7, Choice::Random),
        (8, 7, Choice::Shuffled),
        (12, 5, Choice::Random),
        (12, 5, Choice::Shuffled),
    ];
    for (seed, (members, probers, choice)) in (801..).zip(cases) {
        let group = Group { members, probers, choice, suspicion: 2.0 };
        let mut chance = SplitMix(seed);
        let times: Vec<f64> = (0..40_000).map(|_| group.first_declaration(&mut chance)).collect();
        let first = FirstProbe { others: members - 1, probers, choice };
        let label = format!("members={members} probers={probers} {choice:?}");
        agrees_within(&label, (first.wait().0 + 3.0, 0.0), estimate(&times));
        for level in [0.05, 0.5, 0.95] {
            let known = first.quantile(level) + 3.0;
            let below: Vec<f64> = times.iter().map(|time| f64::from(*time <= known)).collect();
            agrees_within(&format!("{label} level={level}"), (level, 0.0), estimate(&below));
        }
    }
}
