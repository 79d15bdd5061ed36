//! How soon one observer knows of a crash.

mod borne;
mod curve;
mod gaps;
mod obstacles;
#[cfg(test)]
mod tests;

use super::sum::Sum;
use crate::detectors::Suspicion;
use crate::engine::model::Latency;
use crate::engine::time::Span;
use crate::engine::watch::Check;
use crate::latencies::LatencyLaw;
use crate::scenario::Scenario;
use borne::Borne;
pub(super) use gaps::Gap;
pub(super) use obstacles::{all_refuse, return_obstacle, watchers_crash};

/// The detection time of a crash at a random moment of the interval, when no message is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosedForm {
    /// The least, in seconds.
    pub earliest: f64,
    /// The mean, in seconds.
    pub mean: f64,
    /// The greatest, in seconds; perhaps infinite.
    pub latest: f64,
    /// Whether every value between is equally likely.
    pub uniform: bool,
    /// Whether the detector learns from beats that are not all alike: then the mean is that of one that has learnt, and
    /// there are no bounds.
    pub is_learnt: bool,
}

impl ClosedForm {
    /// The closed form for a scenario, if one is known: where one observer alone watches a member.
    pub fn of(scenario: &Scenario) -> Option<ClosedForm> {
        let parts = Parts::of(scenario).ok().filter(|_| scenario.topology.member().is_simple())?;
        let earliest = parts.earliest().value();
        (earliest >= 0.0).then(|| ClosedForm {
            earliest,
            mean: parts.mean().value(),
            latest: parts.latest().value(),
            is_learnt: learns_from_chance(scenario),
            uniform: parts.look == 0.0
                && parts.least == parts.most
                && parts.delay[0] == parts.delay[2]
                && parts.gap.is_fixed(),
        })
    }
}

/// Whether what the detector has learnt is not the same for all nodes and moments.
pub(super) fn learns_from_chance(scenario: &Scenario) -> bool {
    let steady = scenario.steady();
    scenario.detector.suspicion.learns() && (steady.deviation > 0.0 || steady.loss > 0.0)
}

/// What the detection time of one observer is made of: T_D = silence + D − U + V, with U the age of the newest beat
/// at the crash, D its delay and V the wait for the next look.
///
/// Counted from the sender's stamp, D drops out; counted from a question, it is the question's own delay that is
/// subtracted, because the node must have been alive to hear it.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    /// What the silence is made of that is borne.
    silence: String,
    /// How long it is borne at least, in seconds.
    pub(super) least: f64,
    /// And at most; anything between is equally likely.
    pub(super) most: f64,
    /// The least, the mean and the greatest of what delays add, or take if they are below zero.
    pub(super) delay: [f64; 3],
    /// The law of the delays.
    pub(super) law: &'a LatencyLaw,
    /// What becomes of it: added, left out or subtracted.
    pub(super) sign: f64,
    /// The time between two beats.
    pub(super) gap: Gap,
    /// The time between two looks; 0 where a timer looks at once.
    pub(super) look: f64,
    /// How long a suspicion lasts before it is a verdict.
    pub(super) confirmed: f64,
    /// How many times the gap that was announced with the newest beat are borne, where that is announced.
    announced: Option<f64>,
}

impl Parts<'_> {
    /// The parts of the detection time of whoever watches a member, or why they are not known.
    pub(super) fn of(scenario: &Scenario) -> Result<Parts<'_>, String> {
        let why = |reason: &str| Err(reason.to_owned());
        let Some(silence) = scenario.silence() else {
            return why("the detector learns from what it hears how long it waits");
        };
        if let Some(reason) = obstacles::obstacle(scenario, silence.since) {
            return Err(reason);
        }
        let gap = Gap::of(scenario)?;
        if gap.is_timed(scenario) {
            return why("crashes come at moments that are set, when some ages of the last beat are likelier");
        }
        if scenario.detector.suspicion.learns() && !gap.is_interval() {
            return why("the detector learns from beats that do not come at a fixed interval");
        }
        let borne = Borne::of(scenario, silence, (&gap, all_refuse(scenario)?))?;
        let law = &scenario.network.usual.latency;
        if !law.mean().is_finite() {
            return why("the delays have no mean");
        }
        if borne.sign == 0.0 && gap.waits && law.quantile(0.0) < law.quantile(1.0) {
            return why("beats that were long under way are followed later");
        }
        let look = match scenario.detector.check {
            Check::Timer => 0.0,
            Check::Every { every, .. } => every.seconds(),
            Check::Bucket(width) => width.seconds(),
        };
        let Some(verdict) = scenario.verdict.rules else {
            return why("the protocol judges silence by rules of its own");
        };
        let confirmed = verdict.confirm_after.seconds();
        let announced = match &scenario.detector.suspicion {
            Suspicion::Misses(misses) if scenario.beats().announced.is_some() => {
                Some(f64::from(misses.misses))
            }
            _ => None,
        };
        Ok(Parts { announced, ..Parts::from(borne, gap, law, [look, confirmed]) })
    }

    fn from(borne: Borne, gap: Gap, law: &LatencyLaw, [look, confirmed]: [f64; 2]) -> Parts<'_> {
        let Borne { words: silence, least, most, sign } = borne;
        let delays = [law.quantile(0.0), law.mean(), law.quantile(1.0)];
        let delay = match sign {
            0.0 => [0.0; 3],
            1.0 => delays,
            _ => [-delays[2], -delays[1], -delays[0]],
        };
        Parts { silence, least, most, delay, law, sign, gap, look, confirmed, announced: None }
    }

    /// How long silence is borne, at least and at most.
    pub(super) fn borne(&self) -> (Span, Span) {
        (Span::from_seconds(self.least), Span::from_seconds(self.most))
    }

    /// The least.
    pub(super) fn earliest(&self) -> Sum {
        if self.announced.is_some() {
            // The shortest gap is borne the shortest time, and no beat before a crash in it is older but for the reply.
            let [least, late] = [0.0, 1.0].map(|level| self.law.quantile(level));
            let late = if late.is_finite() { late } else { self.gap.most };
            let sum = Sum::of("least silence", self.least).minus("least gap", self.gap.least - 2.0 * least);
            return sum.minus("delay of the reply", late).plus("confirmation", self.confirmed);
        }
        let silence = Sum::of(&self.silence, self.least);
        // The greatest gap is that in which all were long under way: the last beat too.
        let delay = self.delay[if self.gap.waits { 2 } else { 0 }];
        let sum = if delay.is_finite() { self.with_delay(silence, "delay", delay) } else { silence };
        sum.minus(self.gap.greatest(), self.gap.most).plus("confirmation", self.confirmed)
    }

    /// The greatest.
    pub(super) fn latest(&self) -> Sum {
        let sum = self.with_delay(Sum::of(&self.silence, self.most), "delay", self.delay[2]);
        sum.plus("scan", self.look).plus("confirmation", self.confirmed)
    }

    /// What hardly any takes longer than.
    pub(super) fn nearly_latest(&self) -> f64 {
        const HARDLY: f64 = 1e-9;
        let late = if self.sign > 0.0 { self.law.quantile(1.0 - HARDLY) } else { self.delay[2] };
        self.most + late.min(self.delay[2]) + self.look + self.confirmed
    }

    /// The mean.
    ///
    /// Where a beat waits for an answer, gaps and delays go together, and what their variance changes is the same on
    /// both sides.
    pub(super) fn mean(&self) -> Sum {
        let sum = Sum::of(&self.silence, f64::midpoint(self.least, self.most));
        let sum = self.with_delay(sum, "delay", self.delay[1]).minus(self.gap.half(), self.gap.mean / 2.0);
        let sum = sum.minus("variance of gaps / (2 × mean gap)", self.gap.older());
        // Long gaps are struck more often, and borne for longer.
        let longer = self.announced.map_or(0.0, |misses| 2.0 * misses * self.gap.older());
        let sum = sum.plus("misses × variance of gaps / mean gap", longer);
        sum.plus("scan / 2", self.look / 2.0).plus("confirmation", self.confirmed)
    }

    fn with_delay(&self, sum: Sum, words: &str, delay: f64) -> Sum {
        if delay < 0.0 { sum.minus(words, -delay) } else { sum.plus(words, delay) }
    }

    /// The mean where each beat before the crash fails with this probability, of its own, and whoever is held dead
    /// already when it crashes is known at once: E (T_D − K · interval)⁺, with K the failures in a row (Chen, Toueg
    /// and Aguilera 2002, for delays of any law).
    pub(super) fn mean_despite(&self, failing: f64) -> f64 {
        const NEGLIGIBLE: f64 = 1e-15;
        let (mut mean, mut chance, mut shift) = (0.0, 1.0 - failing, 0.0);
        let latest = self.latest().value();
        while chance > NEGLIGIBLE && shift < latest {
            mean += chance * self.positive_part(shift);
            chance *= failing;
            shift += self.gap.mean;
        }
        mean
    }

    /// The probability that a node is held dead already when it crashes.
    pub(super) fn dead_already(&self, failing: f64) -> f64 {
        let reach = self.earliest().value();
        if reach >= 0.0 && failing == 0.0 {
            return 0.0;
        }
        // At least so many beats in a row must have failed.
        libm::pow(failing, (reach.max(0.0) / self.gap.mean).ceil())
    }

    /// E (T_D − shift)⁺. The age of the newest beat is integrated exactly, the others by equal shares.
    fn positive_part(&self, shift: f64) -> f64 {
        if self.earliest().value() >= shift {
            return self.mean().value() - shift;
        }
        const SHARES: u32 = 500;
        const FEW: u32 = 40;
        let middles = |width: f64, from: f64, count: u32| {
            let count = if width > 0.0 { count } else { 1 };
            (0..count).map(move |number| from + width * (f64::from(number) + 0.5) / f64::from(count))
        };
        let (mut sum, mut weight) = (0.0, 0.0);
        let delays = if self.delay[0] == self.delay[2] { 1 } else { SHARES };
        for number in 0..delays {
            let level = (f64::from(number) + 0.5) / f64::from(delays);
            let delay = if delays == 1 { self.delay[1] } else { self.sign * self.law.quantile(level) };
            for silence in middles(self.most - self.least, self.least, FEW) {
                for look in middles(self.look, 0.0, FEW) {
                    let most = (silence + delay + look + self.confirmed - shift).max(0.0);
                    let least = (most - self.gap.mean).max(0.0);
                    sum += (most * most - least * least) / (2.0 * self.gap.mean);
                    weight += 1.0;
                }
            }
        }
        sum / weight
    }
}
