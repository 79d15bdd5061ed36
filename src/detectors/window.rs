//! The last so many values, with what is known of all of them together.
//!
//! Sums are kept in whole numbers, of which adding and taking away loses nothing: after ten million beats they are
//! as exact as after ten, and each beat costs the same.

use crate::engine::time::Span;

/// The last so many lengths, in nanoseconds; longer ones than [`Window::LONGEST`] count as that.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    values: Vec<i64>,
    /// Where the oldest is, once there are as many as there may be.
    oldest: u32,
    sum: i128,
    squares: i128,
}

impl Window {
    /// The most values that are kept.
    pub(super) const MOST: u32 = 1 << 20;
    /// The greatest value, about 52 days: of so many of them, the sum of squares is a number of 125 bits.
    const LONGEST: i64 = 1 << 52;
    /// Bytes of one value.
    const BYTES_PER_VALUE: f64 = size_of::<i64>() as f64;

    /// Takes in a value, and drops the oldest if there are `most` already.
    #[inline]
    pub(super) fn push(&mut self, value: i64, most: u32) {
        let value = value.clamp(-Self::LONGEST, Self::LONGEST);
        let (signed, square) = (i128::from(value), product(value.into(), value.into()));
        self.sum += signed;
        self.squares += square;
        if self.len() < most {
            self.make_room(most);
            self.values.push(value);
            return;
        }
        let old = i128::from(std::mem::replace(&mut self.values[self.oldest as usize], value));
        self.sum -= old;
        self.squares -= product(old, old);
        self.oldest = if self.oldest + 1 == most { 0 } else { self.oldest + 1 };
    }

    /// Grows twofold, but never beyond what it may hold: nothing is set aside for pairs that never speak.
    #[inline]
    fn make_room(&mut self, most: u32) {
        const FEWEST: usize = 8;
        let (held, capacity) = (self.values.len(), self.values.capacity());
        if held == capacity {
            self.values.reserve_exact((capacity.max(FEWEST)).min(most as usize - held));
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.values.len() as u32
    }

    /// Their mean; 0 if there are none.
    #[inline]
    pub(super) fn mean(&self) -> f64 {
        if self.values.is_empty() { 0.0 } else { self.sum as f64 / f64::from(self.len()) }
    }

    /// Their variance: the mean square of their distances from their mean.
    #[inline]
    pub(super) fn variance(&self) -> f64 {
        if self.values.is_empty() {
            return 0.0;
        }
        // About a whole number near the mean, so that nothing large is taken from anything large but in whole
        // numbers.
        let count = i128::from(self.len());
        let centre = self.mean() as i128;
        let all_at_centre = product(count, centre);
        let about_centre = self.squares - product(2 * centre, self.sum) + product(all_at_centre, centre);
        let off = (self.sum - all_at_centre) as f64;
        let count = f64::from(self.len());
        ((about_centre as f64 - off * off / count) / count).max(0.0)
    }

    /// Bytes that a window of `most` values takes beside itself once it has taken in so many.
    pub(super) fn bytes(most: u32, taken: f64) -> f64 {
        // It may have just grown twofold.
        (2.0 * taken).min(f64::from(most)) * Self::BYTES_PER_VALUE
    }
}

/// A product that is far too small to wrap round, whatever the window: see [`Window::LONGEST`]. To check it would cost
/// more than all the rest.
#[inline]
fn product(a: i128, b: i128) -> i128 {
    a.wrapping_mul(b)
}

/// A length as a value.
#[inline]
pub(super) fn value_of(span: Span) -> i64 {
    i64::try_from(span.nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean and variance of the last `most` of these, taken one by one.
    fn naive(values: &[i64], most: usize) -> (f64, f64) {
        let last = &values[values.len().saturating_sub(most)..];
        let count = last.len() as f64;
        let mean = last.iter().sum::<i64>() as f64 / count;
        (mean, last.iter().map(|value| (*value as f64 - mean) * (*value as f64 - mean)).sum::<f64>() / count)
    }

    #[test]
    fn the_last_so_many_count_and_no_others() {
        let values: Vec<i64> = (0..100).map(|number| (number * 7919) % 1000 - 300).collect();
        for most in [1, 2, 3, 8, 9, 31, 100, 200] {
            let mut window = Window::default();
            for (number, value) in values.iter().enumerate() {
                window.push(*value, most);
                let (mean, variance) = naive(&values[..=number], most as usize);
                assert!((window.mean() - mean).abs() < 1e-9, "{most}, {number}");
                assert!((window.variance() - variance).abs() < 1e-6 * variance.max(1.0), "{most}, {number}");
            }
            assert!(window.values.capacity() <= most as usize);
        }
    }

    /// A second, give or take a nanosecond: where sums are kept in floating point, nothing is left of the variance.
    #[test]
    fn ten_million_beats_lose_nothing() {
        const SECOND: i64 = 1_000_000_000;
        let mut window = Window::default();
        for beat in 0..10_000_000_i64 {
            // Now and then a long silence passes through.
            let value = if beat % 1_000_003 == 0 { 3_600 * SECOND } else { SECOND + beat % 2 };
            window.push(value, 1000);
        }
        assert_eq!((window.mean(), window.variance()), (SECOND as f64 + 0.5, 0.25));
    }

    #[test]
    fn the_longest_values_are_borne() {
        let mut window = Window::default();
        for _ in 0..2 * Window::MOST {
            window.push(i64::MAX, Window::MOST);
        }
        assert_eq!((window.mean(), window.variance()), (Window::LONGEST as f64, 0.0));
        for _ in 0..Window::MOST / 2 {
            window.push(i64::MIN, Window::MOST);
        }
        assert_eq!((window.mean(), window.variance().sqrt()), (0.0, Window::LONGEST as f64));
    }

    #[test]
    fn what_it_takes_is_foretold() {
        for (most, taken, bytes) in [(1000, 1e6, 8000.0), (1000, 100.0, 1600.0), (10, 0.0, 0.0)] {
            assert_eq!(Window::bytes(most, taken), bytes);
        }
    }
}
