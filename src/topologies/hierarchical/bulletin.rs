//! What a node knows of whom others hold dead: single news, and now and then the whole list.
//!
//! Messages get lost and overtake one another. The newest word on each subject wins, by the stamp of its
//! sender, in whatever order words arrive; so a list makes good all news that was lost before it was sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::cluster::NodeId;
use crate::engine::time::Time;

/// Whom others hold dead, as far as they said so.
#[derive(Clone, Debug)]
pub(super) struct Bulletin {
    dead: BTreeSet<NodeId>,
    /// When the newest complete list was sent, if one ever came.
    listed: Option<Time>,
    /// News since then: when the newest word on each subject was sent.
    news: BTreeMap<NodeId, Time>,
}

/// Whose death became known, or turned out not to be one.
pub(super) type Changes = Vec<(NodeId, bool)>;

impl Bulletin {
    /// Nobody said anything yet.
    pub(super) fn new() -> Bulletin {
        Bulletin { dead: BTreeSet::new(), listed: None, news: BTreeMap::new() }
    }

    /// A word on one subject, sent at `sent`. Says whether that changes anything.
    pub(super) fn news(&mut self, sent: Time, subject: NodeId, dead: bool) -> bool {
        let newest = self.news.get(&subject).copied().or(self.listed);
        if newest.is_some_and(|newest| sent < newest) {
            return false;
        }
        self.news.insert(subject, sent);
        if dead { self.dead.insert(subject) } else { self.dead.remove(&subject) }
    }

    /// The list of all who were held dead at `sent`, in ascending order. Whoever is not on it is alive, if it
    /// is `complete`. Says what that changes.
    pub(super) fn list(&mut self, sent: Time, list: &[NodeId], complete: bool) -> Changes {
        if self.listed.is_some_and(|listed| sent < listed) {
            return Changes::new(); // A newer one was quicker.
        }
        let unheard = |subject: &NodeId| self.news.get(subject).is_none_or(|newest| *newest < sent);
        let is_risen =
            |subject: &NodeId| complete && list.binary_search(subject).is_err() && unheard(subject);
        let mut changes: Changes =
            self.dead.iter().copied().filter(is_risen).map(|subject| (subject, false)).collect();
        let is_new = |subject: &NodeId| !self.dead.contains(subject) && unheard(subject);
        changes.extend(list.iter().copied().filter(is_new).map(|subject| (subject, true)));
        for (subject, dead) in &changes {
            if *dead {
                self.dead.insert(*subject)
            } else {
                self.dead.remove(subject)
            };
            self.news.insert(*subject, sent);
        }
        if complete {
            self.listed = Some(sent);
            self.news.retain(|_, newest| *newest > sent);
        }
        changes
    }

    /// Whether a complete list ever came.
    pub(super) fn is_listed(&self) -> bool {
        self.listed.is_some()
    }

    /// All who are held dead.
    pub(super) fn dead(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.dead.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: NodeId = NodeId(1);
    const B: NodeId = NodeId(2);

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    #[test]
    fn the_newest_word_on_a_subject_wins_in_whatever_order_words_arrive() {
        let mut bulletin = Bulletin::new();
        assert!(bulletin.news(at(10), A, true));
        assert!(!bulletin.news(at(10), A, true), "that is known");
        assert!(!bulletin.news(at(9), A, false), "that is old");
        assert_eq!(bulletin.list(at(8), &[B], true), [(B, true)], "what is said of A there is old too");
        assert_eq!(bulletin.list(at(10), &[A], true), [(B, false)]);
        assert!(!bulletin.news(at(9), B, true), "the list was newer");
        assert_eq!(bulletin.list(at(9), &[B], true), [], "an older list says nothing");
        assert!(bulletin.news(at(10), A, false), "of one moment, what comes last");
        assert_eq!(
            bulletin.list(at(11), &[A, B], true),
            [(A, true), (B, true)],
            "what was lost is made good"
        );
        assert_eq!(bulletin.dead().collect::<Vec<_>>(), [A, B]);
    }

    #[test]
    fn a_list_that_is_not_complete_says_nothing_of_those_who_are_not_on_it() {
        let mut bulletin = Bulletin::new();
        bulletin.news(at(1), A, true);
        assert_eq!(bulletin.list(at(5), &[B], false), [(B, true)]);
        assert_eq!(bulletin.list(at(6), &[B], true), [(A, false)]);
    }
}
