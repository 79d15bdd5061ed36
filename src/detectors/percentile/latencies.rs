//! How long messages were under way that arrived within a stretch of time, in order.
//!
//! Percentiles of a window that slides are exact here, and cost little however many values there are: these are kept
//! in ascending order in pieces of bounded length, so that a value is put in or taken out by moving a few hundred.

use std::collections::VecDeque;

use crate::engine::time::{Span, Time};

/// Latencies in nanoseconds, each with the moment at which its message arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Latencies {
    /// In the order of arrival.
    arrivals: VecDeque<(Time, u64)>,
    /// The latencies in ascending order, cut into pieces of which none is empty.
    pieces: Vec<Vec<u64>>,
}

/// A piece that grows to this length is cut in two.
const LONGEST_PIECE: usize = 512;

impl Latencies {
    /// The most values that are kept; beyond, the oldest is forgotten before its time.
    pub(super) const MOST: u32 = 1 << 20;

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Forgets what arrived at `now` less `window`, or earlier.
    pub(super) fn forget_until(&mut self, now: Time, window: Span) {
        while let Some((arrived, latency)) = self.arrivals.front().copied() {
            if arrived.saturating_add(window) > now {
                return;
            }
            self.arrivals.pop_front();
            self.remove(latency);
        }
    }

    /// A message arrived now that was under way for so long.
    pub(super) fn push(&mut self, now: Time, latency: u64) {
        if self.len() == Self::MOST as usize
            && let Some((_, oldest)) = self.arrivals.pop_front()
        {
            self.remove(oldest);
        }
        self.arrivals.push_back((now, latency));
        if self.pieces.is_empty() {
            self.pieces.push(Vec::new());
        }
        let place = self.piece_of(latency).min(self.pieces.len() - 1);
        let piece = &mut self.pieces[place];
        piece.insert(piece.partition_point(|other| *other < latency), latency);
        if piece.len() > LONGEST_PIECE {
            let upper = piece.split_off(LONGEST_PIECE / 2);
            self.pieces.insert(place + 1, upper);
        }
    }

    /// The nearest rank: the least latency that is not exceeded by a share `level` of them. 0 if there are none.
    pub(super) fn at(&self, level: f64) -> u64 {
        /// What multiplying by a decimal fraction may add: 0.07 × 100 is not 7.
        const ROUNDING: f64 = 1e-9;
        let rank = libm::ceil(level * self.len() as f64 - ROUNDING).max(1.0) as usize;
        let mut before = rank - 1;
        for piece in &self.pieces {
            match piece.get(before) {
                Some(latency) => return *latency,
                None => before -= piece.len(),
            }
        }
        0
    }

    /// The first piece that reaches up to `latency`, or as many as there are.
    fn piece_of(&self, latency: u64) -> usize {
        self.pieces.partition_point(|piece| piece.last().is_some_and(|last| *last < latency))
    }

    /// Takes out one of the values that are equal to this one.
    fn remove(&mut self, latency: u64) {
        let place = self.piece_of(latency);
        let Some(piece) = self.pieces.get_mut(place) else { return };
        if let Ok(found) = piece.binary_search(&latency) {
            piece.remove(found);
        }
        if piece.is_empty() && self.pieces.len() > 1 {
            self.pieces.remove(place);
        }
    }

    /// Bytes that are taken by so many values.
    pub(super) fn bytes(values: f64) -> f64 {
        /// Room that has grown twofold, or pieces that are half full.
        const SLACK: f64 = 2.0;
        const EACH: f64 = (size_of::<(Time, u64)>() + size_of::<u64>()) as f64;
        values.min(f64::from(Self::MOST)) * EACH * SLACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, Streams};

    const SECOND: u64 = 1_000_000_000;

    /// What arrived within the window, ascending, found the slow way.
    fn naive(all: &[(u64, u64)], now: u64, window: u64) -> Vec<u64> {
        let inside = all.iter().filter(|(arrived, _)| *arrived + window > now);
        let mut inside: Vec<u64> = inside.map(|(_, latency)| *latency).collect();
        inside.sort_unstable();
        inside
    }

    #[test]
    fn percentiles_are_those_of_what_arrived_within_the_window() {
        for (row, window, distinct) in [(0, 7, 1 << 30), (1, 7, 3), (2, 2000, 1 << 30), (3, 2000, 40)] {
            let mut stream = Streams::new(1, 0).of(Purpose::Latency).at(row, 0);
            let (mut latencies, mut all, mut now) = (Latencies::default(), Vec::new(), 0);
            for beat in 0..5000 {
                // Now and then a silence empties the window.
                now += if stream.happens(0.001) { 2 * window } else { u64::from(stream.below(3)) };
                let latency = u64::from(stream.below(distinct));
                all.push((now, latency));
                let at = Time::from_nanos(now * SECOND);
                latencies.forget_until(at, Span::from_secs(window));
                latencies.push(at, latency);
                if beat % 7 > 0 {
                    continue;
                }
                let expected = naive(&all, now, window);
                assert_eq!(latencies.len(), expected.len());
                assert!(latencies.pieces.iter().all(|piece| piece.len() <= LONGEST_PIECE));
                for level in [0.01, 0.5, 0.9, 0.95, 0.99, 1.0] {
                    let rank = ((level * expected.len() as f64 - 1e-9).ceil() as usize).max(1);
                    assert_eq!(latencies.at(level), expected[rank - 1], "{level} of {}", expected.len());
                }
            }
        }
    }

    #[test]
    fn the_nearest_rank_is_as_on_paper() {
        let of = |count: u64| {
            let mut latencies = Latencies::default();
            (1..=count).rev().for_each(|latency| latencies.push(Time::ZERO, latency));
            latencies
        };
        for (count, level, rank) in [
            (1, 0.5, 1),
            (2, 0.5, 1),
            (3, 0.5, 2),
            (20, 0.95, 19),
            (30, 0.95, 29),
            (100, 0.07, 7),
            (9, 1.0, 9),
        ] {
            assert_eq!(of(count).at(level), rank, "{level} of {count}");
        }
        assert_eq!(of(0).at(0.95), 0);
    }

    #[test]
    fn memory_is_bounded_and_none_is_taken_before_the_first_beat() {
        let mut latencies = Latencies::default();
        assert_eq!((latencies.arrivals.capacity(), latencies.pieces.capacity()), (0, 0));
        for beat in 0..u64::from(Latencies::MOST) + 1000 {
            latencies.push(Time::ZERO, (beat * 7919) % 100_003);
        }
        assert_eq!(latencies.len(), Latencies::MOST as usize);
        let values: usize = latencies.pieces.iter().map(Vec::len).sum();
        assert_eq!(values, latencies.len());
        let taken: usize = latencies.pieces.iter().map(|piece| piece.capacity() * 8).sum::<usize>()
            + latencies.arrivals.capacity() * 16;
        assert!((taken as f64) < 1.1 * Latencies::bytes(f64::from(Latencies::MOST)), "{taken}");
    }

    /// AP-01: how often the next value exceeds a percentile of the last `count`, whatever its law.
    #[test]
    fn ap_01_a_percentile_of_few_is_exceeded_more_often_than_it_says() {
        const WINDOWS: u64 = 60_000;
        for (row, count, level, known) in [
            (0, 100, 0.99, 0.019_801_98),
            (1, 100, 0.95, 0.059_405_94),
            (2, 20, 0.95, 0.095_238_1),
            (3, 10, 0.9, 0.181_818_2),
            (4, 100, 1.0, 0.009_900_99),
        ] {
            assert!(
                (known - (1.0 - f64::ceil(level * f64::from(count)) / f64::from(count + 1))).abs() < 1e-7
            );
            let source = Streams::new(1, 0).of(Purpose::Latency);
            let exceeds = |window: &u64| {
                let mut stream = source.at(row, *window);
                let mut draw = || (-1e9 * libm::log1p(-stream.unit())) as u64;
                let mut latencies = Latencies::default();
                (0..count).for_each(|_| latencies.push(Time::ZERO, draw()));
                draw() > latencies.at(level)
            };
            let share = (0..WINDOWS).filter(exceeds).count() as f64 / WINDOWS as f64;
            let allowed = 4.0 * (known * (1.0 - known) / WINDOWS as f64).sqrt();
            assert!((share - known).abs() < allowed, "{level} of {count}: {share}, not {known} ± {allowed}");
        }
    }
}
