//! What happens next: the event queue, one module behind two verbs.
//!
//! Simultaneous events come in the order in which they were scheduled; the property test below proves it
//! against a naive twin. (What happens at one instant outside the queue is said in [`super::world`].)
//!
//! The queue is a lazy radix sort on the integer time, most significant byte first: eight levels of 256
//! slots. An event waits at the level of the highest byte in which its time differs from the clock's, and a
//! slot is only opened when the clock reaches it: a small slot is sorted and delivered, a large one is dealt
//! out to the level below. So an event is moved two or three times, in sequence, whatever the number of
//! others; a comparison heap would touch log₂ n scattered places. Waiting events lie in chunks of one arena,
//! so that memory follows the number of events that wait and not the most that any slot ever held.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::time::Time;

/// Events that wait for their time.
pub struct Queue<E> {
    /// Start of the slot that is being delivered.
    base: u64,
    /// End of that slot, exclusive. What is scheduled before it goes to `late`.
    opened_until: u64,
    /// The slot that is being delivered, in the order of scheduling.
    opened: Vec<Entry<E>>,
    /// The order of its delivery, from `cursor` on: the time since `base`, then the place in `opened`.
    order: Vec<u64>,
    cursor: usize,
    /// How many low bits of an item of `order` are the place.
    place_bits: u32,
    /// What was scheduled into the opened slot after it was opened.
    late: BinaryHeap<Late<E>>,
    late_pushes: u64,
    /// `LEVELS × SLOTS` slots, lowest level first.
    slots: Vec<Slot>,
    /// One bit for each slot that holds anything.
    occupied: [[u64; SLOTS / 64]; LEVELS],
    arena: Arena<E>,
}

/// Levels of the radix: one for each byte of a time.
const LEVELS: usize = 8;
/// Slots of a level: one for each value of a byte.
const SLOTS: usize = 256;
/// Bits for the place of an event in an opened slot: see [`sortable`].
const PLACE_BITS: u32 = 12;

/// A slot of this level with at most so many events is sorted as a whole; a fuller one is dealt out.
///
/// Sorting thousands of items costs less than dealing them out. But what is scheduled into an opened slot goes
/// through a comparison heap, so a slot that is wide (from the fourth level on, longer than most messages
/// travel) is only opened with few events. In the widest ones a time and a place do not fit into 64 bits.
const fn sortable(level: usize) -> usize {
    match level {
        0..=3 => 1 << PLACE_BITS,
        4..=6 => 1 << 8,
        _ => 0,
    }
}

/// Events in a chunk of the arena.
const CHUNK: usize = 64;

#[derive(Clone, Copy)]
struct Entry<E> {
    time: u64,
    event: E,
}

/// A chain of chunks: the events of one slot in the order in which they were scheduled.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The first chunk.
    first: u32,
    /// The cell that the next event goes to; at the start of a chunk, that chunk is yet to be acquired.
    end: u32,
    len: u32,
}

impl<E: Copy> Queue<E> {
    /// Bytes for each waiting event.
    pub const BYTES_PER_EVENT: usize = size_of::<Entry<E>>();

    /// An empty queue whose clock stands at zero.
    pub fn new() -> Queue<E> {
        Queue {
            base: 0,
            opened_until: 0,
            opened: Vec::new(),
            order: Vec::new(),
            cursor: 0,
            place_bits: PLACE_BITS,
            late: BinaryHeap::new(),
            late_pushes: 0,
            slots: vec![Slot::default(); LEVELS * SLOTS],
            occupied: [[0; SLOTS / 64]; LEVELS],
            arena: Arena { cells: Vec::new(), next: Vec::new(), free: NO_CHUNK },
        }
    }

    /// Schedules `event` at `time`, which must not lie before the last event that was taken.
    #[inline]
    pub fn push(&mut self, time: Time, event: E) {
        let entry = Entry { time: time.nanos(), event };
        if entry.time < self.opened_until {
            self.late_pushes += 1;
            self.late.push(Late { entry, order: self.late_pushes });
        } else {
            self.file(entry);
        }
    }

    /// Takes the earliest event; among equals the one that was scheduled first.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_before(Time::NEVER, |_| ())
    }

    /// Takes the earliest event if it lies before `limit`. Many events at once are made ready for delivery;
    /// `announce` is told of each of them then.
    #[inline(always)]
    pub fn pop_before(&mut self, limit: Time, announce: impl FnMut(&E)) -> Option<(Time, E)> {
        if self.cursor < self.order.len() && self.late.is_empty() {
            return self.pop_opened(limit);
        }
        self.pop_elsewhere(limit, announce)
    }

    /// Takes the next event of the opened slot, which must hold one.
    #[inline(always)]
    fn pop_opened(&mut self, limit: Time) -> Option<(Time, E)> {
        let time = Time::from_nanos(self.next_opened_time());
        if time >= limit {
            return None;
        }
        let place = self.order[self.cursor] & ((1 << self.place_bits) - 1);
        self.cursor += 1;
        Some((time, self.opened[place as usize].event))
    }

    fn next_opened_time(&self) -> u64 {
        self.base + (self.order[self.cursor] >> self.place_bits)
    }

    /// Takes the earliest event where the opened slot is not all there is to look at.
    #[inline(never)]
    fn pop_elsewhere(&mut self, limit: Time, announce: impl FnMut(&E)) -> Option<(Time, E)> {
        if self.late.is_empty() {
            if !self.open_next_slot(limit.nanos()) {
                return None;
            }
            self.opened.iter().map(|entry| &entry.event).for_each(announce);
        }
        match self.late.peek().map(|late| late.entry.time) {
            // What was scheduled late was scheduled after everything in the opened slot, so it comes first
            // only if it is strictly earlier.
            Some(late) if self.cursor == self.order.len() || late < self.next_opened_time() => {
                self.pop_late(limit)
            }
            _ => self.pop_opened(limit),
        }
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.cursor == self.order.len() && self.late.is_empty() && self.earliest_slot().is_none()
    }

    fn pop_late(&mut self, limit: Time) -> Option<(Time, E)> {
        let late = self.late.peek().filter(|late| late.entry.time < limit.nanos())?;
        let taken = (Time::from_nanos(late.entry.time), late.entry.event);
        self.late.pop();
        Some(taken)
    }

    /// Puts an event into the slot of the highest byte in which its time differs from the clock's.
    #[inline]
    fn file(&mut self, entry: Entry<E>) {
        let differing = (entry.time ^ self.base) | 1;
        let level = differing.ilog2() as usize / 8;
        let index = (entry.time >> (8 * level)) as usize % SLOTS;
        self.occupied[level][index / 64] |= 1 << (index % 64);
        self.arena.append(&mut self.slots[level * SLOTS + index], entry);
    }

    /// Moves the clock to the earliest slot that holds anything and makes it ready for delivery, unless it
    /// begins at `limit` or later: the clock must not run ahead of what may still be scheduled before.
    fn open_next_slot(&mut self, limit: u64) -> bool {
        loop {
            // Every slot of a lower level lies before every slot of a higher one.
            let Some((level, index)) = self.earliest_slot() else { return false };
            let shift = 8 * level;
            let above = if level + 1 == LEVELS { 0 } else { self.base >> (shift + 8) << (shift + 8) };
            let start = above | (index as u64) << shift;
            if start >= limit {
                return false;
            }
            self.base = start;
            self.occupied[level][index / 64] &= !(1 << (index % 64));
            let slot = std::mem::take(&mut self.slots[level * SLOTS + index]);
            if level == 0 || slot.len as usize <= sortable(level) {
                self.open(slot, level);
                return true;
            }
            self.deal_out(slot);
        }
    }

    fn earliest_slot(&self) -> Option<(usize, usize)> {
        self.occupied.iter().enumerate().find_map(|(level, words)| {
            let word = words.iter().position(|word| *word != 0)?;
            Some((level, word * 64 + words[word].trailing_zeros() as usize))
        })
    }

    /// Makes the events of a slot ready for delivery.
    fn open(&mut self, slot: Slot, level: usize) {
        self.opened_until = self.base + (1 << (8 * level));
        self.opened.clear();
        self.arena.drain(slot, &mut self.opened);
        // In a slot of the lowest level all times are equal, so its items need no bits for the time.
        self.place_bits = if level == 0 { u32::BITS } else { PLACE_BITS };
        self.cursor = 0;
        self.order.clear();
        let (base, bits) = (self.base, self.place_bits);
        // With the place in the low bits, equal times keep the order in which they were scheduled.
        self.order.extend(
            self.opened.iter().enumerate().map(|(place, entry)| (entry.time - base) << bits | place as u64),
        );
        if level > 0 {
            self.order.sort_unstable();
        }
    }

    /// Files the events of a large slot again, now that the clock stands at its start.
    fn deal_out(&mut self, slot: Slot) {
        let mut chunk = slot.first;
        let mut left = slot.len as usize;
        while left > 0 {
            for place in 0..left.min(CHUNK) {
                self.file(self.arena.cells[chunk as usize * CHUNK + place]);
            }
            left -= left.min(CHUNK);
            chunk = self.arena.release(chunk);
        }
    }
}

impl<E: Copy> Default for Queue<E> {
    fn default() -> Self {
        Queue::new()
    }
}

/// All chunks of all slots, and the chain of those that are free.
struct Arena<E> {
    cells: Vec<Entry<E>>,
    next: Vec<u32>,
    free: u32,
}

const NO_CHUNK: u32 = u32::MAX;

impl<E: Copy> Arena<E> {
    #[inline]
    fn append(&mut self, slot: &mut Slot, entry: Entry<E>) {
        if (slot.end as usize).is_multiple_of(CHUNK) {
            self.lengthen(slot, entry);
        }
        self.cells[slot.end as usize] = entry;
        slot.end += 1;
        slot.len += 1;
    }

    /// Adds a chunk to a slot whose chunks are full.
    #[cold]
    fn lengthen(&mut self, slot: &mut Slot, filler: Entry<E>) {
        let chunk = self.acquire(filler);
        if slot.len == 0 {
            slot.first = chunk;
        } else {
            self.next[slot.end as usize / CHUNK - 1] = chunk;
        }
        slot.end = chunk * CHUNK as u32;
    }

    /// Moves the events of a slot to `opened` in the order in which they were filed, and frees its chunks.
    fn drain(&mut self, slot: Slot, opened: &mut Vec<Entry<E>>) {
        let mut chunk = slot.first;
        let mut left = slot.len as usize;
        while left > 0 {
            let count = left.min(CHUNK);
            let start = chunk as usize * CHUNK;
            opened.extend_from_slice(&self.cells[start..start + count]);
            left -= count;
            chunk = self.release(chunk);
        }
    }

    fn acquire(&mut self, filler: Entry<E>) -> u32 {
        if self.free == NO_CHUNK {
            self.cells.resize(self.cells.len() + CHUNK, filler);
            self.next.push(NO_CHUNK);
            return (self.next.len() - 1) as u32;
        }
        let chunk = self.free;
        self.free = self.next[chunk as usize];
        chunk
    }

    /// Frees a chunk and returns the one that followed it.
    #[inline]
    fn release(&mut self, chunk: u32) -> u32 {
        let following = std::mem::replace(&mut self.next[chunk as usize], self.free);
        self.free = chunk;
        following
    }
}

/// An event that was scheduled into the slot that is being delivered.
struct Late<E> {
    entry: Entry<E>,
    order: u64,
}

impl<E> Ord for Late<E> {
    /// Reversed, because `BinaryHeap` gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.entry.time, other.order).cmp(&(self.entry.time, self.order))
    }
}

impl<E> PartialOrd for Late<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Late<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Late<E> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, Streams};

    /// The naive twin: keeps everything in one list and looks for the earliest, first scheduled.
    #[derive(Default)]
    struct Twin(Vec<(u64, u32)>);

    impl Twin {
        fn pop(&mut self) -> Option<(u64, u32)> {
            let earliest = self.0.iter().map(|(time, _)| *time).min()?;
            let place = self.0.iter().position(|(time, _)| *time == earliest)?;
            Some(self.0.remove(place))
        }
    }

    /// Plays a random script of pushes and pops against the twin. `spread` gives the distance into the
    /// future of the next event: zero often, so that many times are equal.
    fn agree_with_twin(script: u64, steps: u32, spread: impl Fn(u64) -> u64) {
        let mut chance = Streams::new(script, 0).of(Purpose::Phase).at(0, 0);
        let (mut queue, mut twin) = (Queue::new(), Twin::default());
        let mut now = 0;
        for step in 0..steps {
            if chance.bits() % 5 < 3 {
                let time = now + spread(chance.bits());
                queue.push(Time::from_nanos(time), step);
                twin.0.push((time, step));
            } else {
                let expected = twin.pop();
                assert_eq!(queue.pop().map(|(time, event)| (time.nanos(), event)), expected);
                now = expected.map_or(now, |(time, _)| time);
            }
            assert_eq!(queue.is_empty(), twin.0.is_empty());
        }
        while let Some(expected) = twin.pop() {
            assert_eq!(queue.pop().map(|(time, event)| (time.nanos(), event)), Some(expected));
        }
        assert!(queue.pop().is_none() && queue.is_empty());
    }

    #[test]
    fn delivers_like_the_naive_twin() {
        for script in 0..60 {
            agree_with_twin(script, 800, |bits| bits % 3); // nearly everything at once
            agree_with_twin(script, 800, |bits| bits % 1_000);
            agree_with_twin(script, 800, |bits| (bits % 4) * 256); // on the borders of slots
            agree_with_twin(script, 800, |bits| bits % 5_000_000_000);
            agree_with_twin(script, 800, |bits| (bits % 3) * 1_000_000_000); // seconds: many equal times
            agree_with_twin(script, 800, |bits| 1 << (bits % 60)); // every level
            agree_with_twin(script, 800, |bits| if bits % 7 == 0 { 1 << 58 } else { bits % 100 });
        }
    }

    #[test]
    fn equal_times_come_in_the_order_of_scheduling_even_when_one_slot_overflows() {
        let mut queue = Queue::new();
        let many = (sortable(3) * 5) as u32;
        for event in 0..many {
            queue.push(Time::from_nanos(77_000_000_000), event);
        }
        for event in 0..many {
            assert_eq!(queue.pop().map(|(_, event)| event), Some(event));
            if event < 3 {
                queue.push(Time::from_nanos(77_000_000_000), many + event);
            }
        }
        assert_eq!(queue.pop().map(|(_, event)| event), Some(many));
    }

    #[test]
    fn memory_follows_what_waits() {
        let mut queue = Queue::new();
        for round in 0..50u64 {
            for event in 0..1_000u64 {
                queue.push(Time::from_nanos(round * 1_000_000_000 + event * 1_000_003), event);
            }
            for _ in 0..1_000 {
                queue.pop();
            }
        }
        assert!(queue.arena.cells.len() <= 1_000 + SLOTS * CHUNK, "{}", queue.arena.cells.len());
    }
}
