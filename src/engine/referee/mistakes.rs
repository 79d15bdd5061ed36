//! Mistakes: who is held dead or suspected though it is up, why, and for how long.

use super::{Evidence, Held, Referee};
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Cause, Ending, MISTAKES_KEPT, Mistake};
use crate::engine::model::Authority;
use crate::engine::time::Time;

impl Referee {
    /// An observer suspects a subject.
    pub fn suspect(&mut self, pair: Pair, now: Time, evidence: Evidence) {
        if self.counts(pair.subject) && !self.down[pair.subject.index()] && now >= self.count_from {
            let cause = self.cause(pair.subject, evidence);
            self.findings.false_suspicions_by_cause[cause as usize] += 1;
        }
    }

    /// An observer declares a subject dead.
    pub fn declare(&mut self, pair: Pair, now: Time, evidence: Evidence) {
        if !self.counts(pair.subject) {
            return; // Who watches the watchers is the protocol's own affair.
        }
        self.accusers.insert(pair.observer);
        let fresh = Held { dead_since: Time::NEVER, trusted_at: Time::NEVER };
        let held = self.subjects.entry(pair.subject).or_default().by.entry(pair.observer).or_insert(fresh);
        if held.dead_since != Time::NEVER {
            return; // It did so already.
        }
        held.dead_since = now;
        let trusted_at = held.trusted_at;
        if trusted_at != Time::NEVER && now - trusted_at <= self.flap_within && now >= self.count_from {
            self.findings.flaps += 1;
        }
        if self.authority == Authority::WhoeverIsFirst {
            self.act(pair, now);
        }
        if self.down[pair.subject.index()] {
            return;
        }
        let cause = self.cause(pair.subject, evidence);
        let Evidence { heard: last_heard, missing, .. } = evidence;
        let (start, end, ending, late) = (now, Time::NEVER, Ending::RunEnded, None);
        let known = self.subjects.entry(pair.subject).or_default();
        if known.mistakes.is_empty() && now >= self.count_from {
            self.findings.false_positives += 1;
        }
        let mistake = Mistake { pair, start, end, ending, cause, last_heard, missing, late };
        known.mistakes.insert(pair.observer, mistake);
    }

    fn cause(&self, subject: NodeId, evidence: Evidence) -> Cause {
        let Evidence { heard, missing, hearsay } = evidence;
        if hearsay {
            return Cause::Relay;
        }
        // A beat of an earlier life says nothing about this one.
        let heard = heard.is_some_and(|heard| heard >= self.born(subject));
        missing.cause().unwrap_or(if heard { Cause::Latency } else { Cause::StartUp })
    }

    /// An observer heard of a subject that it holds dead: a beat sent at `sent`.
    pub fn heard_of_dead(&mut self, pair: Pair, sent: Time, now: Time) {
        let Some(known) = self.subjects.get_mut(&pair.subject) else { return };
        if let Some(mistake) = known.mistakes.get_mut(&pair.observer)
            && mistake.late.is_none()
            && sent < mistake.start
        {
            mistake.late = Some(now - mistake.start);
        }
    }

    /// An observer trusts a subject again.
    pub fn trust(&mut self, pair: Pair, now: Time) {
        let Some(known) = self.subjects.get_mut(&pair.subject) else { return };
        let Some(held) = known.by.get_mut(&pair.observer) else { return };
        if held.dead_since == Time::NEVER {
            return; // It was suspected only.
        }
        *held = Held { dead_since: Time::NEVER, trusted_at: now };
        self.end_mistake(pair, now, Ending::TakenBack);
        if self.authority == Authority::WhoeverIsFirst {
            self.act_no_more(pair, now);
        }
    }

    pub(super) fn end_mistake(&mut self, pair: Pair, now: Time, ending: Ending) {
        let Some(known) = self.subjects.get_mut(&pair.subject) else { return };
        let Some(mut mistake) = known.mistakes.remove(&pair.observer) else { return };
        mistake.end = now;
        mistake.ending = ending;
        let (is_old, is_known) = (mistake.start < self.count_from, ending.is_known());
        if is_old && now <= self.count_from {
            return;
        }
        let wrong = self.counted(mistake.start, now);
        self.findings.wrong_nanos += u128::from(wrong.nanos());
        self.findings.wrong_ended += u64::from(is_known);
        self.ledger.end_mistake(pair, wrong, is_old, is_known);
        if is_old {
            return;
        }
        self.findings.mistakes_by_cause[mistake.cause as usize] += 1;
        if is_known {
            self.findings.mistakes_ended += 1;
            self.findings.mistake_nanos += u128::from((now - mistake.start).nanos());
        }
        mistake.add_to(&mut self.findings.digest);
        if self.findings.mistakes.len() < MISTAKES_KEPT {
            self.findings.mistakes.push(mistake);
        }
    }
}
