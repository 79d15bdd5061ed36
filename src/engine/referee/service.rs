//! Whose word keeps whom out of service, and who does so to each other.

use super::Referee;
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::time::Time;

/// Nodes that are up and keep each other out of service: the sides of a cluster that fell apart.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// Pairs of such nodes.
    pairs: u64,
    counted_until: Time,
}

impl Referee {
    /// An observer declares a death in the name of all. It is declared for as long as anybody's word stands:
    /// whoever succeeds a leader who has done so takes over its word.
    pub fn act(&mut self, pair: Pair, now: Time) {
        self.accusers.insert(pair.observer);
        let known = self.subjects.entry(pair.subject).or_default();
        if known.acting.is_empty() {
            known.acted_since = now;
        }
        if known.acting.insert(pair.observer) && self.is_returned(pair) {
            self.count_sides(now);
            self.sides.pairs += 1;
        }
        if !self.down[pair.subject.index()] {
            self.out_of_service(pair.subject, now);
        }
    }

    /// An observer takes that back, and overrules those who cannot because they crashed since.
    pub fn retract(&mut self, pair: Pair, now: Time) {
        if let Some(known) = self.subjects.get_mut(&pair.subject) {
            known.acting.retain(|observer| !self.down[observer.index()]);
        }
        self.act_no_more(pair, now);
    }

    /// The word of an observer keeps a subject out of service no more.
    pub(super) fn act_no_more(&mut self, pair: Pair, now: Time) {
        let Some(known) = self.subjects.get_mut(&pair.subject) else { return };
        let acted = known.acting.remove(&pair.observer);
        if known.acting.is_empty() {
            self.back_in_service(pair.subject, now);
        }
        if acted && self.is_returned(pair) {
            self.count_sides(now);
            self.sides.pairs -= 1;
        }
    }

    /// Whether both are up and the subject, for its part, keeps the observer out of service.
    fn is_returned(&self, Pair { observer, subject }: Pair) -> bool {
        let both_up = !self.down[observer.index()] && !self.down[subject.index()];
        both_up && self.subjects.get(&observer).is_some_and(|known| known.acting.contains(&subject))
    }

    /// A node that is up until now crashes: it is on no side any more.
    pub(super) fn leave_sides(&mut self, node: NodeId, now: Time) {
        let Some(known) = self.subjects.get(&node) else { return };
        let against = known
            .acting
            .iter()
            .filter(|observer| self.subjects.get(observer).is_some_and(|known| known.acting.contains(&node)));
        let pairs = against.filter(|observer| !self.down[observer.index()]).count() as u64;
        self.count_sides(now);
        self.sides.pairs -= pairs;
    }

    /// Adds up the time with two sides until `now`.
    pub(super) fn count_sides(&mut self, now: Time) {
        let since = std::mem::replace(&mut self.sides.counted_until, now);
        let nanos = u128::from(self.counted(since, now).nanos());
        if let Some(two_sides) = &mut self.findings.two_sides_nanos
            && self.sides.pairs > 0
        {
            *two_sides += nanos;
        }
    }

    /// What those who are down declared in the name of all holds no more.
    pub(super) fn silence_the_dead(&mut self, now: Time) {
        let mut back = Vec::new();
        for (subject, known) in &mut self.subjects {
            let acted = !known.acting.is_empty();
            known.acting.retain(|observer| !self.down[observer.index()]);
            if acted && known.acting.is_empty() {
                back.push(*subject);
            }
        }
        back.into_iter().for_each(|subject| self.back_in_service(subject, now));
    }

    fn out_of_service(&mut self, subject: NodeId, now: Time) {
        self.subjects.entry(subject).or_default().out_since.get_or_insert(now);
    }

    pub(super) fn back_in_service(&mut self, subject: NodeId, now: Time) {
        let Some(since) = self.subjects.get_mut(&subject).and_then(|known| known.out_since.take()) else {
            return;
        };
        self.findings.healthy_out_of_service_nanos += u128::from(self.counted(since, now).nanos());
    }
}
