//! Who leads: the truth of it, whatever each node believes.

use std::collections::BTreeMap;

use crate::engine::cluster::NodeId;
use crate::engine::findings::Leadership;
use crate::engine::model::Office;
use crate::engine::time::Time;

/// The offices that nodes hold themselves to have.
pub(super) struct Offices {
    count_from: Time,
    /// Those who are up and hold themselves to lead, and since when.
    leaders: BTreeMap<NodeId, Time>,
    counted_until: Time,
    found: Leadership,
}

impl Offices {
    /// Nobody leads yet.
    pub(super) fn new(count_from: Time) -> Offices {
        let (leaders, found) = (BTreeMap::new(), Leadership::default());
        Offices { count_from, leaders, counted_until: Time::ZERO, found }
    }

    /// Of those who lead, the one who took office last.
    pub(super) fn leader(&self) -> Option<NodeId> {
        self.leaders.iter().max_by_key(|(_, since)| **since).map(|(node, _)| *node)
    }

    /// A node holds itself to have an office from now on.
    pub(super) fn take(&mut self, node: NodeId, office: Office, now: Time) {
        if office == Office::Candidate && now >= self.count_from {
            self.found.elections += 1;
            self.found.needless_elections += u64::from(!self.leaders.is_empty());
        }
        let leads = self.leaders.contains_key(&node);
        match (leads, office == Office::Leader) {
            (false, true) => {
                self.count_time(now);
                self.leaders.insert(node, now);
            }
            (true, false) => self.leave(node, now),
            _ => (),
        }
    }

    /// A node crashed.
    pub(super) fn leave(&mut self, node: NodeId, now: Time) {
        self.count_time(now);
        self.leaders.remove(&node);
    }

    /// The run is over.
    pub(super) fn finish(mut self, end: Time) -> Leadership {
        self.count_time(end);
        self.found
    }

    fn count_time(&mut self, now: Time) {
        let from = self.counted_until.max(self.count_from);
        self.counted_until = now;
        if now <= from {
            return;
        }
        let nanos = u128::from((now - from).nanos());
        match self.leaders.len() {
            0 => self.found.leaderless_nanos += nanos,
            1 => (),
            _ => self.found.two_leaders_nanos += nanos,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::time::Span;

    #[test]
    fn a_history_of_leaders() {
        let at = |seconds| Time::ZERO + Span::from_secs(seconds);
        let nanos = |seconds: u64| u128::from(Span::from_secs(seconds).nanos());
        let mut offices = Offices::new(at(10));
        let history = [
            (1, 0, Office::Candidate), // Before anything counts.
            (4, 0, Office::Leader),
            (12, 1, Office::Candidate), // Needless: n0 leads.
            (13, 1, Office::Leader),
            (15, 0, Office::Follower), // Two leaders for two seconds.
        ];
        for (time, node, office) in history {
            offices.take(NodeId(node), office, at(time));
        }
        assert_eq!(offices.leader(), Some(NodeId(1)));
        offices.leave(NodeId(1), at(20));
        offices.take(NodeId(2), Office::Candidate, at(23));
        offices.take(NodeId(2), Office::Leader, at(24));
        let found = Leadership {
            leaderless_nanos: nanos(4),
            two_leaders_nanos: nanos(2),
            elections: 2,
            needless_elections: 1,
        };
        assert_eq!(offices.finish(at(30)), found);
    }
}
