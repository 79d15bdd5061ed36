//! A shuffled list that is never written down: the place of each item is computed from a key.
//!
//! Where every node walks a list of all others in an order of its own, lists would take N² places. A keyed
//! permutation takes none: a Feistel network over the pairs (left, right) of a × b ≥ n, with addition modulo
//! a and b in the place of exclusive or, applied again to whatever falls outside the list (Black and Rogaway,
//! "Ciphers with Arbitrary Finite Domains", 2002: the generalised Feistel cipher and cycle walking).

use crate::engine::random::mix;

/// An order of the numbers below `len`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shuffle {
    len: u32,
    left: u32,
    right: u32,
    /// Pairs of rounds, one for each side.
    turns: u64,
}

/// Lists up to this length are short.
const SHORT: u32 = 64;
/// Rounds for a short list. With fewer it shows that some of its few orders come more often than others.
const ROUNDS_IF_SHORT: u64 = 20;
/// Rounds for a long list, which has more orders than can ever be counted.
const ROUNDS: u64 = 10;

impl Shuffle {
    /// Orders of so many items, at least one.
    pub(super) fn of(len: u32) -> Shuffle {
        // The right side is even, else all rounds would be even permutations of a square, and only half of
        // the orders could ever come.
        let mut right = 2;
        while u64::from(right) * u64::from(right) < u64::from(len) {
            right += 2;
        }
        let rounds = if len <= SHORT { ROUNDS_IF_SHORT } else { ROUNDS };
        Shuffle { len, left: len.div_ceil(right), right, turns: rounds / 2 }
    }

    /// The item at `place` in the order that `key` names. `place` lies below the length.
    #[inline]
    pub(super) fn item(self, key: u64, place: u32) -> u32 {
        let mut item = place;
        loop {
            item = self.encipher(key, item);
            if item < self.len {
                return item;
            }
        }
    }

    #[inline]
    fn encipher(self, key: u64, item: u32) -> u32 {
        let (mut left, mut right) = (item / self.right, item % self.right);
        for round in 0..self.turns {
            left = turned(left, self.left, mix(key ^ (round << 33 | u64::from(right))));
            right = turned(right, self.right, mix(key ^ (round << 33 | 1 << 32 | u64::from(left))));
        }
        left * self.right + right
    }
}

/// `value` moved on along a ring of `size` places, by a share of it that `bits` draw.
#[inline]
fn turned(value: u32, size: u32, bits: u64) -> u32 {
    let moved = value + (((bits >> 32) * u64::from(size)) >> 32) as u32;
    if moved < size { moved } else { moved - size }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::random::{Purpose, Streams};

    fn chi2<'a>(counts: impl Iterator<Item = &'a u32>, expected: f64) -> f64 {
        let beyond = counts.map(|count| f64::from(*count) - expected);
        beyond.map(|beyond| beyond * beyond / expected).sum()
    }

    fn order(len: u32, key: u64) -> Vec<u32> {
        (0..len).map(|place| Shuffle::of(len).item(key, place)).collect()
    }

    #[test]
    fn every_order_has_every_item_once() {
        for len in (1..200).chain([255, 256, 257, 999, 1000, 4095, 9_999, 65_537]) {
            for key in [0, 1, mix(u64::from(len))] {
                let mut items = order(len, key);
                items.sort_unstable();
                assert!(items.into_iter().eq(0..len), "{len} items with key {key}");
            }
        }
    }

    /// Every order of a short list is as likely as any other: chi² over all of them stays within five
    /// deviations.
    #[test]
    fn all_orders_of_a_short_list_are_equally_likely() {
        for (len, orders) in [(2, 2), (3, 6), (4, 24), (5, 120), (6, 720)] {
            let mut keys = Streams::new(7, 0).of(Purpose::Choice).at(u64::from(len), 0);
            let mut seen: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
            let each = 300;
            for _ in 0..each * orders {
                *seen.entry(order(len, keys.bits())).or_default() += 1;
            }
            assert_eq!(seen.len(), orders as usize, "orders of {len} items that came");
            let chi2 = chi2(seen.values(), f64::from(each));
            let freedom = f64::from(orders - 1);
            let deviations = (chi2 - freedom) / f64::sqrt(2.0 * freedom);
            assert!(deviations.abs() < 5.0, "{len} items: chi² {chi2} with {freedom} degrees of freedom");
        }
    }

    /// In a long list too, each item comes to each place equally often.
    #[test]
    fn each_item_comes_to_each_place_equally_often() {
        const LEN: u32 = SHORT + 7;
        let mut cells = vec![0_u32; (LEN * LEN) as usize];
        let mut keys = Streams::new(8, 0).of(Purpose::Choice).at(0, 0);
        let each = 400;
        for _ in 0..each * LEN {
            for (place, item) in (0..).zip(order(LEN, keys.bits())) {
                cells[(place * LEN + item) as usize] += 1;
            }
        }
        let expected = f64::from(each);
        let chi2 = chi2(cells.iter(), expected);
        let freedom = f64::from((LEN - 1) * (LEN - 1));
        assert!((chi2 - freedom).abs() < 5.0 * f64::sqrt(2.0 * freedom), "chi² {chi2} of {freedom}");
    }
}
