//! One monitor that handles one periodic beat after the other, beat by beat: a twin.

use std::collections::VecDeque;

use super::chance::{SplitMix, estimate};
use super::queueing::{dropped_of_too_many, periodic_wait};
use super::{agrees, agrees_within};

/// Nodes that beat once per period, each with a phase of its own. Times are in units of the handling of one
/// beat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Monitor {
    pub nodes: usize,
    pub period: f64,
    /// How many beats there is room for, with the one in hand.
    pub capacity: usize,
}

/// What became of the beats of some periods.
#[derive(Clone, Debug)]
pub(crate) struct Handled {
    /// How many beats of each node were dropped.
    pub dropped: Vec<usize>,
    /// How long each beat waited that was not dropped.
    pub waits: Vec<f64>,
}

impl Monitor {
    /// The beats of so many periods, after so many that do not count.
    pub(crate) fn watch(&self, chance: &mut SplitMix, before: usize, periods: usize) -> Handled {
        let mut phases: Vec<f64> = (0..self.nodes).map(|_| self.period * chance.unit()).collect();
        phases.sort_by(f64::total_cmp);
        let mut handled = Handled { dropped: vec![0; self.nodes], waits: Vec::new() };
        let mut done_at: VecDeque<f64> = VecDeque::new();
        for round in 0..before + periods {
            for (node, phase) in phases.iter().enumerate() {
                let now = round as f64 * self.period + phase;
                while done_at.front().is_some_and(|done| *done <= now) {
                    done_at.pop_front();
                }
                if done_at.len() == self.capacity {
                    handled.dropped[node] += usize::from(round >= before);
                    continue;
                }
                let begin = done_at.back().copied().unwrap_or(now);
                done_at.push_back(begin + 1.0);
                if round >= before {
                    handled.waits.push(begin - now);
                }
            }
        }
        handled
    }
}

#[test]
fn waits_of_periodic_beats() {
    for (seed, (nodes, period)) in (201..).zip([(10, 20.0), (50, 62.5)]) {
        let mut chance = SplitMix(seed);
        let monitor = Monitor { nodes, period, capacity: usize::MAX };
        let mean = |_| estimate(&monitor.watch(&mut chance, 1, 1).waits).0;
        let means: Vec<f64> = (0..4000).map(mean).collect();
        let label = format!("nodes={nodes} period={period}");
        agrees_within(&label, (periodic_wait(nodes, period).0, 0.0), estimate(&means));
    }
}

/// nodes, period, capacity; share that is dropped
const QU_05: [(usize, f64, usize, f64); 5] = [
    (100, 80.0, 40, 0.2),
    (120, 100.0, 40, 0.1666667),
    (60, 40.0, 30, 0.3333333),
    (200, 100.0, 20, 0.5),
    (110, 100.0, 50, 0.09090909),
];

#[test]
fn qu_05_too_many_periodic_beats() {
    const PERIODS: usize = 40;
    for (seed, (nodes, period, capacity, known)) in (251..).zip(QU_05) {
        let label = format!("nodes={nodes} period={period} capacity={capacity}");
        agrees(&label, known, dropped_of_too_many(nodes as f64 / period));
        let mut chance = SplitMix(seed);
        let monitor = Monitor { nodes, period, capacity };
        for _ in 0..20 {
            // Always the same nodes lose all their beats, and the others none.
            let dropped = monitor.watch(&mut chance, 60, PERIODS).dropped;
            let of_all = dropped.iter().filter(|count| **count == PERIODS).count();
            let of_none = dropped.iter().filter(|count| **count == 0).count();
            assert_eq!((of_all, of_none), (nodes - period as usize, period as usize), "{label}: {dropped:?}");
        }
    }
}
