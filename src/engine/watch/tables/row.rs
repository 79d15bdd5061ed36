//! What an observer remembers of everybody, side by side.

use std::collections::VecDeque;

use crate::engine::cluster::NodeId;
use crate::engine::model::{Arrival, Detector};
use crate::engine::time::Time;

/// What one observer remembers, by the number of the subject.
///
/// Where the deadline follows from the last arrival alone, a row holds the number of that arrival, which is half
/// the size of an instant: a table of ten thousand is as large as the memory is fast.
pub(super) enum Row<M> {
    /// What the detector remembers of each.
    Memories(Vec<M>),
    /// In which arrival each was heard of last.
    Arrivals(Arrivals),
}

/// The last arrivals, and in which of them each subject was heard of last.
pub(super) struct Arrivals {
    last: Vec<u32>,
    log: VecDeque<Arrival>,
    /// The number of the first arrival in the log; earlier ones are no longer asked for.
    first: u32,
    begun: Time,
}

/// Nothing was heard yet.
const NONE_YET: u32 = 0;
/// Whoever is looked at elsewhere.
const ELSEWHERE: u32 = u32::MAX;

impl<M> Row<M> {
    /// Bytes for each subject.
    pub(super) fn bytes_per_entry(forgets: bool) -> usize {
        if forgets { size_of::<u32>() } else { size_of::<M>() }
    }

    /// Watching begins; `members` of them, all but `me`.
    pub(super) fn begin<D: Detector<Memory = M>>(
        detector: &D,
        in_order: bool,
        (members, me): (u32, usize),
        now: Time,
    ) -> Row<M> {
        let mut row = if in_order && detector.forgets() {
            let last = vec![NONE_YET; members as usize];
            Row::Arrivals(Arrivals { last, log: VecDeque::new(), first: 1, begun: now })
        } else {
            Row::Memories((0..members).map(|_| detector.begin(now)).collect())
        };
        row.take(detector, me);
        row
    }

    /// Of those who are marked, from `first` on, and have begun a new life since they were last heard of, what was
    /// learnt holds no more.
    pub(super) fn begin_anew<D: Detector<Memory = M>>(
        &mut self,
        detector: &D,
        reborn: impl Iterator<Item = (NodeId, Time)>,
        (first, marked): (usize, &[bool]),
        now: Time,
    ) {
        let Row::Memories(memories) = self else { return };
        for (node, born) in reborn {
            let is_marked =
                node.index().checked_sub(first).and_then(|place| marked.get(place)) == Some(&true);
            let memory = &mut memories[node.index()];
            if is_marked && detector.last(memory) < born {
                *memory = detector.begin(now);
            }
        }
    }

    /// Those who are marked, from `first` on, were heard of. Returns the earliest of their deadlines where it may
    /// be earlier than before.
    #[inline]
    pub(super) fn hear<D: Detector<Memory = M>>(
        &mut self,
        detector: &D,
        first: usize,
        marked: &[bool],
        arrival: Arrival,
    ) -> Option<Time> {
        let mut earliest = None;
        match self {
            Row::Memories(memories) => {
                let subjects = memories[first..first + marked.len()].iter_mut().zip(marked);
                for (memory, _) in subjects.filter(|(_, marked)| **marked) {
                    detector.heard(memory, arrival);
                    if detector.hastens() {
                        let deadline = detector.deadline(memory);
                        earliest = Some(earliest.map_or(deadline, |earliest: Time| earliest.min(deadline)));
                    }
                }
            }
            Row::Arrivals(arrivals) => {
                let number = arrivals.number_of(arrival);
                for (last, marked) in arrivals.last[first..first + marked.len()].iter_mut().zip(marked) {
                    let mask = u32::from(*marked).wrapping_neg();
                    *last ^= (*last ^ number) & mask;
                }
            }
        }
        earliest
    }

    /// The earliest deadline. What is earlier than all that anybody was heard of by is forgotten.
    pub(super) fn earliest<D: Detector<Memory = M>>(&mut self, detector: &D) -> Option<Time> {
        match self {
            Row::Memories(memories) => memories.iter().map(|memory| detector.deadline(memory)).min(),
            Row::Arrivals(arrivals) => {
                let earliest = arrivals.last.iter().copied().min().filter(|number| *number != ELSEWHERE)?;
                arrivals.forget_before(earliest);
                Some(detector.deadline(&arrivals.memory(detector, earliest)))
            }
        }
    }

    /// Those whose deadline has passed.
    pub(super) fn overdue<D: Detector<Memory = M>>(&self, detector: &D, now: Time) -> Vec<usize> {
        match self {
            Row::Memories(memories) => numbers(memories.iter().map(|memory| detector.deadline(memory) < now)),
            Row::Arrivals(arrivals) => {
                // Arrivals are in order of time, so deadlines are too.
                let late = |number: u32| detector.deadline(&arrivals.memory(detector, number)) < now;
                let logged = arrivals.log.len() as u32;
                let in_time = (0..logged).find(|place| !late(arrivals.first + place)).unwrap_or(logged);
                let bound = if late(NONE_YET) { arrivals.first + in_time } else { NONE_YET };
                numbers(arrivals.last.iter().map(|last| *last < bound))
            }
        }
    }

    /// What is remembered of a subject, which is looked at elsewhere from now on.
    pub(super) fn take<D: Detector<Memory = M>>(&mut self, detector: &D, subject: usize) -> M {
        match self {
            Row::Memories(memories) => {
                std::mem::replace(&mut memories[subject], detector.begin(Time::BEYOND))
            }
            Row::Arrivals(arrivals) => {
                let number = std::mem::replace(&mut arrivals.last[subject], ELSEWHERE);
                arrivals.memory(detector, number)
            }
        }
    }

    /// A subject comes back, with what is remembered of it. It was heard of in the last arrival.
    pub(super) fn put_back(&mut self, subject: usize, memory: M) {
        match self {
            Row::Memories(memories) => memories[subject] = memory,
            Row::Arrivals(arrivals) => {
                arrivals.last[subject] = arrivals.first + arrivals.log.len() as u32 - 1
            }
        }
    }
}

impl Arrivals {
    /// The number of the present arrival.
    fn number_of(&mut self, arrival: Arrival) -> u32 {
        if self.log.back() != Some(&arrival) {
            self.log.push_back(arrival);
        }
        self.first + self.log.len() as u32 - 1
    }

    fn memory<D: Detector>(&self, detector: &D, number: u32) -> D::Memory {
        if number == ELSEWHERE {
            return detector.begin(Time::BEYOND);
        }
        let mut memory = detector.begin(self.begun);
        if let Some(arrival) = number.checked_sub(self.first).and_then(|place| self.log.get(place as usize)) {
            detector.heard(&mut memory, *arrival);
        }
        memory
    }

    fn forget_before(&mut self, number: u32) {
        let gone = (number.saturating_sub(self.first) as usize).min(self.log.len());
        self.log.drain(..gone);
        self.first += gone as u32;
    }
}

fn numbers(marks: impl Iterator<Item = bool>) -> Vec<usize> {
    marks.enumerate().filter(|(_, mark)| *mark).map(|(number, _)| number).collect()
}
