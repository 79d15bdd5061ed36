//! What happens every interval: the beats of all nodes, in the order of their phases.
//!
//! A beat that comes at a fixed interval needs no queue. The nodes that begin with the run, sorted by phase
//! once, are a ring that is walked round after round, in sequence, whatever their number. A node that begins
//! later (after a restart) has a series of its own, which the queue carries from beat to beat.

use super::model::Missed;
use super::seating::Seat;
use super::time::{Span, Time};

/// All standing orders for a timer at a fixed interval.
pub(super) struct Rounds<K> {
    interval: Span,
    /// What becomes of beats of the ring that fall due while their process stands still.
    missed: Missed,
    /// Whether places in the ring keep their numbers, because some of them are remembered.
    pub(super) keeps_places: bool,
    /// The ring; in the order of phases once it turns.
    ring: Vec<Beat<K>>,
    turning: bool,
    /// Beats of the ring whose node is gone for good; dropped at the end of a round.
    gone: usize,
    cursor: usize,
    /// When the round began.
    round: Time,
    /// Series outside the ring, and the places among them that are free.
    series: Vec<Series<K>>,
    free: Vec<u32>,
}

/// A place in the ring.
#[derive(Clone, Copy)]
struct Beat<K> {
    phase: Span,
    /// `None` once the node that began it is gone.
    seat: Option<Seat>,
    timer: K,
}

/// A standing order outside the ring.
#[derive(Clone, Copy)]
pub(super) struct Series<K> {
    pub(super) seat: Seat,
    /// The life of the node in which it was given.
    pub(super) life: u32,
    pub(super) interval: Span,
    pub(super) missed: Missed,
    pub(super) timer: K,
}

impl<K: Copy> Rounds<K> {
    /// No orders yet.
    pub(super) fn new() -> Rounds<K> {
        Rounds {
            interval: Span::ZERO,
            missed: Missed::One,
            keeps_places: false,
            ring: Vec::new(),
            turning: false,
            gone: 0,
            cursor: 0,
            round: Time::ZERO,
            series: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Bytes for each place in the ring.
    pub(super) const BYTES_PER_BEAT: usize = size_of::<Beat<K>>();

    /// Takes a standing order. The ring takes what begins with the run, all at the same interval; anything
    /// else becomes a series, whose number is returned for the queue.
    pub(super) fn join(&mut self, first: Time, order: Series<K>) -> Option<u32> {
        let phase = first.since_start();
        let is_alike = self.interval == order.interval && self.missed == order.missed;
        let fits = self.ring.is_empty() || is_alike;
        if !self.turning && fits && phase < order.interval {
            (self.interval, self.missed) = (order.interval, order.missed);
            self.ring.push(Beat { phase, seat: Some(order.seat), timer: order.timer });
            return None;
        }
        if let Some(number) = self.free.pop() {
            self.series[number as usize] = order;
            return Some(number);
        }
        self.series.push(order);
        Some((self.series.len() - 1) as u32)
    }

    /// The run begins: no more places in the ring.
    pub(super) fn begin(&mut self) {
        self.turning = true;
        // Stable: equal phases keep the order in which they joined.
        self.ring.sort_by_key(|beat| beat.phase);
    }

    /// When the next beat of the ring is due.
    #[inline]
    pub(super) fn next_time(&self) -> Time {
        self.ring.get(self.cursor).map_or(Time::NEVER, |beat| self.round + beat.phase)
    }

    /// Takes the next beat of the ring: whose it is, if the node is not gone, and what it asked for.
    #[inline]
    pub(super) fn take(&mut self) -> Option<(Seat, K)> {
        let beat = self.ring.get(self.cursor)?;
        let taken = beat.seat.map(|seat| (seat, beat.timer));
        self.cursor += 1;
        if self.cursor == self.ring.len() {
            self.next_round();
        }
        taken
    }

    /// The node of the beat that was taken last has lost the life in which it joined.
    pub(super) fn leave(&mut self, seat: Seat) {
        let last = self.last_place();
        if self.ring[last].seat == Some(seat) {
            self.ring[last].seat = None;
            self.gone += 1;
        }
    }

    /// The place in the ring of the beat that was taken last.
    pub(super) fn last_place(&self) -> usize {
        self.cursor.checked_sub(1).unwrap_or(self.ring.len() - 1)
    }

    /// The standing order of the beat that was taken last, as one outside the ring.
    pub(super) fn last_order(&self) -> Option<Series<K>> {
        let Beat { seat, timer, .. } = self.ring[self.last_place()];
        Some(Series { seat: seat?, life: 0, interval: self.interval, missed: self.missed, timer })
    }

    /// The series with this number.
    pub(super) fn series(&self, number: u32) -> Series<K> {
        self.series[number as usize]
    }

    /// A series is over.
    pub(super) fn end_series(&mut self, number: u32) {
        self.free.push(number);
    }

    fn next_round(&mut self) {
        self.cursor = 0;
        self.round += self.interval;
        if self.gone > 0 && !self.keeps_places {
            self.ring.retain(|beat| beat.seat.is_some());
            self.gone = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(node: u32, interval: u64) -> Series<char> {
        Series {
            seat: Seat(node),
            life: 0,
            interval: Span::from_nanos(interval),
            missed: Missed::One,
            timer: 'b',
        }
    }

    fn taken(rounds: &mut Rounds<char>, count: usize) -> Vec<(u64, Option<u32>)> {
        (0..count).map(|_| (rounds.next_time().nanos(), rounds.take().map(|(seat, _)| seat.0))).collect()
    }

    #[test]
    fn the_ring_turns_in_the_order_of_phases_and_of_joining() {
        let mut rounds = Rounds::new();
        for (node, phase) in [(0, 7), (1, 3), (2, 7), (3, 0)] {
            assert_eq!(rounds.join(Time::from_nanos(phase), order(node, 10)), None);
        }
        rounds.begin();
        let expected = [
            (0, Some(3)),
            (3, Some(1)),
            (7, Some(0)),
            (7, Some(2)),
            (10, Some(3)),
            (13, Some(1)),
            (17, Some(0)),
        ];
        assert_eq!(taken(&mut rounds, 7), expected);
    }

    #[test]
    fn who_leaves_is_dropped_even_if_last_in_the_round() {
        let mut rounds = Rounds::new();
        for (node, phase) in [(0, 1), (1, 5)] {
            rounds.join(Time::from_nanos(phase), order(node, 10));
        }
        rounds.begin();
        taken(&mut rounds, 2);
        rounds.leave(Seat(1)); // Taken last, and the round is over already.
        assert_eq!(taken(&mut rounds, 4), [(11, Some(0)), (15, None), (21, Some(0)), (31, Some(0))]);
    }

    #[test]
    fn what_does_not_fit_the_ring_becomes_a_series_and_its_number_is_used_again() {
        let mut rounds = Rounds::new();
        assert_eq!(rounds.join(Time::from_nanos(1), order(0, 10)), None);
        assert_eq!(rounds.join(Time::from_nanos(1), order(1, 20)), Some(0), "another interval");
        assert_eq!(rounds.join(Time::from_nanos(10), order(2, 10)), Some(1), "not in the first interval");
        rounds.begin();
        assert_eq!(rounds.join(Time::from_nanos(1), order(3, 10)), Some(2), "after the start");
        rounds.end_series(1);
        assert_eq!(rounds.join(Time::from_nanos(1), order(4, 10)), Some(1));
        assert_eq!(rounds.series(1).seat, Seat(4));
    }

    #[test]
    fn an_empty_ring_is_never_due() {
        let mut rounds: Rounds<char> = Rounds::new();
        rounds.begin();
        assert_eq!((rounds.next_time(), rounds.take()), (Time::NEVER, None));
    }
}
