//! To whom a member turns.

use crate::engine::cluster::NodeId;
use crate::engine::random::Stream;

/// To whom a member turned last, and to whom it turns no more.
#[derive(Debug)]
pub(super) struct Partners {
    drawn: Vec<u32>,
    /// Itself and those whom it shuns, in the order of their numbers.
    left_out: Vec<u32>,
}

/// The members, the first of whom are seeds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seeds {
    pub(super) seeds: u32,
    pub(super) members: u32,
}

impl Partners {
    /// Those of a member that shuns nobody yet.
    pub(super) fn of(me: NodeId, fanout: u32) -> Partners {
        Partners { drawn: Vec::with_capacity(fanout as usize), left_out: vec![me.0] }
    }

    /// From now on a member is shunned, or no longer.
    pub(super) fn hold(&mut self, member: NodeId, shunned: bool) {
        match (self.left_out.binary_search(&member.0), shunned) {
            (Err(place), true) => self.left_out.insert(place, member.0),
            (Ok(place), false) => _ = self.left_out.remove(place),
            _ => {}
        }
    }

    /// Draws `fanout` different others, or as many as are not shunned.
    pub(super) fn draw(&mut self, fanout: u32, members: u32, below: impl FnMut(u32) -> u32) {
        let others = members - self.left_out.len() as u32;
        draw(&mut self.drawn, fanout.min(others), others, below);
        for partner in &mut self.drawn {
            for left_out in &self.left_out {
                *partner += u32::from(*left_out <= *partner);
            }
        }
    }

    /// Those who were drawn.
    pub(super) fn drawn(&self) -> impl Iterator<Item = NodeId> {
        self.drawn.iter().map(|partner| NodeId(*partner))
    }

    /// To whom it turns besides those who were drawn: one of those it shuns, the more likely the more they are, so
    /// that whoever comes back is noticed; and a seed, unless one was drawn (Lakshman and Malik, "Cassandra", 2010).
    pub(super) fn besides(&self, all: Seeds, me: NodeId, chance: &mut Stream) -> [Option<NodeId>; 2] {
        let Seeds { seeds, members } = all;
        // Always four draws, so that the ones do not depend on the others.
        let [to_shunned, which_shunned, to_seed, which_seed] = [(); 4].map(|()| chance.unit());
        let shunned = self.left_out.len() as u32 - 1;
        let trusted = members - 1 - shunned;
        let one_of = |number: u32, unit: f64| ((f64::from(number) * unit) as u32).min(number - 1);
        let turns_to_shunned = to_shunned * f64::from(trusted + 1) < f64::from(shunned);
        let one_shunned = turns_to_shunned.then(|| {
            let place = one_of(shunned, which_shunned);
            let others = self.left_out.iter().filter(|member| **member != me.0);
            others.copied().nth(place as usize).map(NodeId)
        });
        let others = seeds - u32::from(me.0 < seeds);
        let has_seed = self.drawn.iter().any(|partner| *partner < seeds) && trusted >= seeds;
        let turns_to_seed = others > 0 && !has_seed && (trusted == 0 || to_seed < all.chance());
        let one_seed = turns_to_seed.then(|| {
            let seed = one_of(others, which_seed);
            NodeId(seed + u32::from(me.0 <= seed))
        });
        [one_shunned.flatten(), one_seed]
    }
}

impl Seeds {
    /// How likely a member turns to a seed when it turned to none.
    fn chance(self) -> f64 {
        f64::from(self.seeds) / f64::from(self.members - 1)
    }

    /// To how many seeds a member turns in a round besides `fanout` others, on average over all members.
    pub(super) fn chance_besides(self, fanout: u32) -> f64 {
        let Seeds { seeds, members } = self;
        if seeds == 0 {
            return 0.0;
        }
        let others = members - 1;
        // The chance that none of the partners is one of so many seeds.
        let none_of = |seeds: u32| {
            let missed = |drawn: u32| {
                let left = others - drawn;
                f64::from(left.saturating_sub(seeds)) / f64::from(left)
            };
            if others < self.seeds { 1.0 } else { (0..fanout).map(missed).product() }
        };
        let of_seed = if seeds > 1 { none_of(seeds - 1) } else { 0.0 };
        let share = f64::from(seeds) / f64::from(members);
        (share * of_seed + (1.0 - share) * none_of(seeds)) * self.chance().min(1.0)
    }
}

/// Draws `count` different numbers below `bound` (Floyd's algorithm: Bentley and Floyd, "Programming pearls", 1987).
fn draw(partners: &mut Vec<u32>, count: u32, bound: u32, mut below: impl FnMut(u32) -> u32) {
    partners.clear();
    for last in bound - count..bound {
        let drawn = below(last + 1);
        partners.push(if partners.contains(&drawn) { last } else { drawn });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, Streams};

    fn stream() -> Stream {
        Streams::new(3, 0).of(Purpose::Choice).at(0, 0)
    }

    #[test]
    fn partners_are_different_and_all_are_equally_likely() {
        let mut stream = stream();
        let (mut partners, mut drawn) = (Vec::new(), [0u32; 5]);
        for _ in 0..10_000 {
            draw(&mut partners, 3, 5, |bound| stream.below(bound));
            let mut sorted = partners.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 3);
            partners.iter().for_each(|partner| drawn[*partner as usize] += 1);
        }
        // Binomial with 10,000 draws at 3/5: a deviation of 49.
        assert!(drawn.iter().all(|count| (5_804..=6_196).contains(count)), "{drawn:?}");
    }

    /// How often each of six members is drawn by member 2, and turned to besides, in 10,000 rounds.
    fn turned_to(partners: &mut Partners, seeds: u32, fanout: u32) -> ([u32; 6], [u32; 6]) {
        let (mut drawn, mut besides, mut stream) = ([0; 6], [0; 6], stream());
        for _ in 0..10_000 {
            partners.draw(fanout, 6, |bound| stream.below(bound));
            partners.drawn().for_each(|partner| drawn[partner.index()] += 1);
            let others = partners.besides(Seeds { seeds, members: 6 }, NodeId(2), &mut stream);
            others.into_iter().flatten().for_each(|other| besides[other.index()] += 1);
        }
        (drawn, besides)
    }

    /// Whether so many of 10,000 are what is expected, but for four deviations.
    fn is_near(count: u32, expected: f64) -> bool {
        let deviation = (expected * (1.0 - expected) / 10_000.0).sqrt();
        (f64::from(count) / 10_000.0 - expected).abs() <= 4.0 * deviation
    }

    #[test]
    fn whoever_turned_to_no_seed_turns_to_one_with_the_share_of_seeds() {
        let mut partners = Partners::of(NodeId(2), 1);
        let (_, besides) = turned_to(&mut partners, 2, 1);
        // Three of five partners are no seed, and then two times of five it turns to either.
        assert!(is_near(besides[0], 0.12) && is_near(besides[1], 0.12), "{besides:?}");
        assert_eq!(besides[2..], [0; 4]);
        // A seed among three: the others are two of five partners.
        let (_, besides) = turned_to(&mut partners, 3, 1);
        assert!(is_near(besides[0], 0.18) && is_near(besides[1], 0.18), "{besides:?}");
        assert_eq!(besides[2..], [0; 4]);
    }

    #[test]
    fn the_only_seed_does_not_turn_to_itself() {
        let mut partners = Partners::of(NodeId(0), 1);
        let mut stream = stream();
        partners.draw(1, 6, |bound| stream.below(bound));
        for _ in 0..100 {
            assert_eq!(
                partners.besides(Seeds { seeds: 1, members: 6 }, NodeId(0), &mut stream),
                [None, None]
            );
        }
    }

    #[test]
    fn the_shunned_are_turned_to_now_and_then() {
        let mut partners = Partners::of(NodeId(2), 1);
        [1, 4].iter().for_each(|dead| partners.hold(NodeId(*dead), true));
        let (drawn, besides) = turned_to(&mut partners, 0, 1);
        // Three are trusted: two dead of three and one more.
        assert!([0, 3, 5].iter().all(|other| is_near(drawn[*other], 1.0 / 3.0)), "{drawn:?}");
        assert!([1, 4].iter().all(|other| is_near(besides[*other], 0.25)), "{besides:?}");
        assert_eq!([drawn[1], drawn[2], drawn[4]], [0; 3]);
        partners.hold(NodeId(1), false);
        partners.hold(NodeId(4), false);
        let (drawn, besides) = turned_to(&mut partners, 0, 1);
        assert!([0, 1, 3, 4, 5].iter().all(|other| is_near(drawn[*other], 0.2)), "{drawn:?}");
        assert_eq!(besides, [0; 6]);
    }

    #[test]
    fn whoever_trusts_nobody_turns_to_a_seed_and_to_the_dead() {
        let mut partners = Partners::of(NodeId(2), 3);
        [0, 1, 3, 4, 5].iter().for_each(|dead| partners.hold(NodeId(*dead), true));
        let (drawn, besides) = turned_to(&mut partners, 1, 3);
        assert_eq!(drawn, [0; 6]);
        assert_eq!(besides.iter().sum::<u32>(), 20_000);
        assert!(besides[0] > 10_000, "the seed, and one of five dead");
        let (_, besides) = turned_to(&mut partners, 0, 3);
        assert_eq!(besides.iter().sum::<u32>(), 10_000);
    }

    #[test]
    fn how_often_seeds_are_turned_to() {
        for (seeds, members, fanout, known) in [
            (0, 10, 1, 0.0),
            // Fewer others than seeds: always.
            (3, 3, 1, 1.0),
            (2, 6, 1, (2.0 / 6.0 * 0.8 + 4.0 / 6.0 * 0.6) * 0.4),
            (1, 6, 2, 5.0 / 6.0 * (0.8 * 0.75) * 0.2),
        ] {
            let found = Seeds { seeds, members }.chance_besides(fanout);
            assert!((found - known).abs() < 1e-12, "{seeds} of {members}: {found}, not {known}");
        }
    }
}
