//! What each pair found out, and for how long it had the chance to.
//!
//! Only mistakes, crashes and restarts are written down. For how long two nodes were both up is worked out from
//! their lives when the run is over, and only for pairs of which there is something to tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Crash, Outcome, PAIRS_KEPT, PairFindings};
use crate::engine::time::{Span, Time};

/// The pairs of which there is something to tell.
#[derive(Default)]
pub(super) struct Ledger {
    rows: BTreeMap<(NodeId, NodeId), PairFindings>,
    /// When nodes were down: from when to when.
    down: BTreeMap<NodeId, Vec<(Time, Time)>>,
    /// Observers that began or gave up watching in the midst of a life.
    fickle: BTreeSet<NodeId>,
    left_out: u64,
}

impl Ledger {
    /// A node went down.
    pub(super) fn crash(&mut self, node: NodeId, now: Time) {
        self.down.entry(node).or_default().push((now, Time::NEVER));
    }

    /// A node that was down is up again.
    pub(super) fn restart(&mut self, node: NodeId, now: Time) {
        if let Some((_, until)) = self.down.get_mut(&node).and_then(|times| times.last_mut()) {
            *until = now;
        }
    }

    /// An observer began or gave up watching somebody, and not because its life began or ended.
    pub(super) fn changes_its_mind(&mut self, observer: NodeId) {
        self.fickle.insert(observer);
    }

    /// A mistake ended that had lasted for so long since the warm-up. It `is_old` if it began before that.
    pub(super) fn end_mistake(&mut self, pair: Pair, wrong: Span, is_old: bool, is_known: bool) {
        self.note(pair, |row| {
            row.wrong += wrong;
            row.wrong_ended += u64::from(is_known);
            row.mistakes += u64::from(!is_old);
            row.censored += u64::from(!is_old && !is_known);
        });
    }

    /// A crash is over, or the run is. The observer declared it at `declared`, if it did, not to take it back.
    pub(super) fn close_crash(&mut self, observer: NodeId, crash: &Crash, declared: Option<Time>) {
        let outcome = crash.outcome(declared);
        self.note(Pair { observer, subject: crash.node }, |row| {
            row.crashes += 1;
            row.detected += u64::from(outcome == Outcome::Detected);
            row.missed += u64::from(outcome == Outcome::Missed);
            row.detection += crash.detection(declared).unwrap_or_default();
        });
    }

    /// Something is to be told of a pair.
    fn note(&mut self, pair: Pair, told: impl FnOnce(&mut PairFindings)) {
        let name = (pair.observer, pair.subject);
        if self.rows.len() < PAIRS_KEPT {
            told(self.rows.entry(name).or_insert(PairFindings::of(pair)));
        } else if let Some(row) = self.rows.get_mut(&name) {
            told(row);
        } else {
            self.left_out += 1;
        }
    }

    /// All pairs of which there is something to tell, and how much there is of others. What counts is the stretch
    /// `from..end`; `by_circle` says that opinions count whether or not their observer watches.
    pub(super) fn finish(mut self, (from, end): (Time, Time), by_circle: bool) -> (Vec<PairFindings>, u64) {
        let mut rows: Vec<PairFindings> = std::mem::take(&mut self.rows).into_values().collect();
        for row in &mut rows {
            let whole_lives = by_circle || !self.fickle.contains(&row.pair.observer);
            row.watched = whole_lives.then(|| self.both_up(row.pair, from, end));
        }
        (rows, self.left_out)
    }

    /// For how long of a stretch both nodes of a pair were up.
    fn both_up(&self, pair: Pair, from: Time, end: Time) -> Span {
        let of = |node| self.down.get(&node).map_or(&[][..], Vec::as_slice);
        let mut down = [of(pair.observer), of(pair.subject)].concat();
        down.sort_unstable();
        let (mut up, mut since) = (Span::ZERO, from);
        for (crash, restart) in down.into_iter().chain([(end, end)]) {
            let crash = crash.min(end);
            if crash > since {
                up += crash - since;
            }
            since = since.max(restart);
        }
        up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: Pair = Pair { observer: NodeId(7), subject: NodeId(1) };

    fn at(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn a_pair_has_the_time_that_both_are_up_after_the_warm_up() {
        // Of the observer, of the subject: from when to when it is down; how many of the seconds 10 to 100 are left.
        type Down = &'static [(u64, u64)];
        let table: [(Down, Down, u64); 8] = [
            (&[], &[], 90),
            (&[(20, 30)], &[], 80),
            (&[(20, 30)], &[(50, 55)], 75),
            (&[(20, 30)], &[(25, 40)], 70),
            (&[(20, 50)], &[(25, 40)], 60),
            (&[(1, 5)], &[(2, 14)], 86),
            (&[(90, 200)], &[(95, 98)], 80),
            (&[(1, 200)], &[], 0),
        ];
        for (observer, subject, left) in table {
            let mut ledger = Ledger::default();
            for (node, times) in [(PAIR.observer, observer), (PAIR.subject, subject)] {
                for (crash, restart) in times {
                    ledger.crash(node, at(*crash));
                    if *restart < 100 {
                        ledger.restart(node, at(*restart));
                    }
                }
            }
            ledger.note(PAIR, |row| row.mistakes += 1);
            let (rows, _) = ledger.finish((at(10), at(100)), false);
            assert_eq!(rows[0].watched, Some(Span::from_secs(left)), "{observer:?} {subject:?}");
        }
    }

    #[test]
    fn who_begins_to_watch_in_the_midst_of_a_life_has_no_time_of_its_own() {
        for (by_circle, watched) in [(false, None), (true, Some(Span::from_secs(9)))] {
            let mut ledger = Ledger::default();
            ledger.note(PAIR, |row| row.mistakes += 1);
            ledger.changes_its_mind(PAIR.observer);
            let (rows, _) = ledger.finish((at(0), at(9)), by_circle);
            assert_eq!(rows[0].watched, watched);
        }
    }

    #[test]
    fn no_more_pairs_are_kept_than_there_is_room_for_and_the_rest_is_counted() {
        let mut ledger = Ledger::default();
        for _twice in 0..2 {
            for subject in 0..PAIRS_KEPT as u32 + 3 {
                ledger.note(Pair { observer: NodeId(0), subject: NodeId(subject) }, |row| row.mistakes += 1);
            }
        }
        let (rows, left_out) = ledger.finish((at(0), at(9)), false);
        assert_eq!((rows.len(), left_out), (PAIRS_KEPT, 6));
        assert!(rows.iter().all(|row| row.mistakes == 2), "those that are kept are kept in full");
    }
}
