//! Which number a link got when it was first used.
//!
//! What is kept of links is kept in lists, in the order in which the links came up. The way there is a table
//! of hashes, which is only ever asked for one link, so its order means nothing to anybody.

use crate::engine::random::mix;

/// Numbers of links, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// Key and number, at the first free place from the one that the key says on. A power of two of them.
    places: Vec<(u64, u32)>,
    count: u32,
}

/// Marks a free place. No link has this number.
const FREE: u32 = u32::MAX;

impl Register {
    /// The number of `key`, and whether it is new.
    pub(super) fn number(&mut self, key: u64) -> (usize, bool) {
        // At most seven eighths full.
        if self.places.len() * 7 <= self.count as usize * 8 {
            self.grow();
        }
        let place = self.place(key);
        let (_, number) = self.places[place];
        if number != FREE {
            return (number as usize, false);
        }
        self.places[place] = (key, self.count);
        self.count += 1;
        (self.count as usize - 1, true)
    }

    /// Where `key` is, or would be.
    fn place(&self, key: u64) -> usize {
        let last = self.places.len() - 1;
        let mut place = mix(key) as usize & last;
        while self.places[place].1 != FREE && self.places[place].0 != key {
            place = (place + 1) & last;
        }
        place
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(16);
        let before = std::mem::replace(&mut self.places, vec![(0, FREE); size]);
        for (key, number) in before.into_iter().filter(|(_, number)| *number != FREE) {
            let place = self.place(key);
            self.places[place] = (key, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Register;

    #[test]
    fn every_link_keeps_the_number_that_it_got() {
        let mut register = Register::default();
        let key = |link: u64| ((link % 7) << 32) + link / 7;
        for link in 0..10_000 {
            assert_eq!(register.number(key(link)), (link as usize, true));
            assert_eq!(register.number(key(link / 2)), (link as usize / 2, false));
        }
    }
}
