//! The time between two beats of a node that lives.

use crate::engine::model::Latency;
use crate::faults::Trouble;
use crate::scenario::Scenario;
use crate::topologies::{Awaited, Pace, Phase};

/// The time between two beats, or two questions, in seconds.
///
/// A crash at a random moment strikes long gaps more often than short ones: the mean age of the newest beat is
/// E(G²) / 2 E(G), that is half the mean gap and the variance over twice the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::theory) struct Gap {
    /// The least.
    pub(super) least: f64,
    /// The mean.
    pub(in crate::theory) mean: f64,
    /// The greatest.
    pub(super) most: f64,
    /// Their variance, as far as jitter makes it.
    variance: f64,
    /// Whether all are the interval itself.
    is_interval: bool,
    /// Whether the next beat waits for an answer, and so for the delays of both.
    pub(super) waits: bool,
}

impl Gap {
    /// The gaps in a scenario in which all are up, or why they are not known.
    pub(in crate::theory) fn of(scenario: &Scenario) -> Result<Gap, String> {
        let why = |text: &str| Err(text.to_owned());
        let plan = scenario.topology.member();
        let rhythm = plan.rhythm();
        if rhythm.phase == Phase::Aligned {
            return why("all beat in step, so that a crash is not at a random moment of the interval");
        }
        let interval = scenario.beats().interval.seconds();
        let [low, high] = rhythm.jitter.bounds();
        let (range, is_fixed) = (high - low, low == 0.0 && high == 0.0);
        if rhythm.pace == Pace::FixedRate {
            if range > 1.0 {
                return why("a beat may stray so far that two come at once");
            }
            // Both ends of a gap stray.
            let [least, most] = [-range, range].map(|share| interval * (1.0 + share));
            let variance = interval * interval * range * range / 6.0;
            return Ok(Gap { least, mean: interval, most, variance, is_interval: is_fixed, waits: false });
        }
        let (there_and_back, waits) = match plan.awaited() {
            Awaited::Nothing => ([0.0; 3], false),
            Awaited::LastAnswer(patience) => ([patience.seconds(); 3], false),
            Awaited::Answer(patience) => (answer_within(scenario, patience.seconds())?, true),
            Awaited::Otherwise => return why("beats do not come at a fixed interval"),
        };
        let gap = |share: f64, more: f64| interval * (1.0 + share) + more;
        let [least, mean, most] = there_and_back;
        // Without an answer, the next beat comes after its patience.
        let longest = match plan.awaited() {
            Awaited::Answer(patience) => most.min(patience.seconds()),
            _ => most,
        };
        Ok(Gap {
            least: gap(low, least),
            mean: gap(f64::midpoint(low, high), mean),
            most: gap(high, longest),
            variance: interval * interval * range * range / 12.0,
            is_interval: is_fixed && most == 0.0,
            waits,
        })
    }

    /// Whether a crash may come when some ages of the newest beat are likelier than others, where nodes begin within
    /// an interval of one another and every gap has the same other length.
    pub(in crate::theory) fn is_timed(&self, scenario: &Scenario) -> bool {
        let timed = |fault: &Trouble| fault.member().outage().spread.seconds() < self.mean;
        !self.is_interval && scenario.faults.iter().any(timed)
    }

    /// The mean time between two questions to a node that is dead, which may be over sooner or later than one that is
    /// answered; nothing where some of the dead refuse and others do not.
    pub(in crate::theory) fn after_death(&self, scenario: &Scenario) -> Option<f64> {
        let Some(patience) = scenario.beats().probe_timeout.filter(|_| self.waits) else {
            return Some(self.mean);
        };
        let refusing = scenario.faults.iter().filter(|fault| fault.member().refuses()).count();
        match refusing {
            0 => Some(self.mean - 2.0 * scenario.network.usual.latency.mean() + patience.seconds()),
            // A refusal takes as long as an answer.
            count => (count == scenario.faults.len()).then_some(self.mean),
        }
    }

    /// The greatest.
    pub(in crate::theory) fn longest(&self) -> f64 {
        self.most
    }

    /// Whether beats come at a fixed interval, however long it is.
    pub(in crate::theory) fn is_fixed(&self) -> bool {
        self.least == self.most
    }

    /// Whether that interval is the one which the scenario names.
    pub(in crate::theory) fn is_interval(&self) -> bool {
        self.is_interval
    }

    /// The word for the greatest.
    pub(in crate::theory) fn greatest(&self) -> &'static str {
        match (self.is_interval, self.is_fixed()) {
            (true, _) => "interval",
            (false, true) => "gap",
            (false, false) => "greatest gap",
        }
    }

    /// The words for half the mean.
    pub(super) fn half(&self) -> &'static str {
        match (self.is_interval, self.is_fixed()) {
            (true, _) => "interval / 2",
            (false, true) => "gap / 2",
            (false, false) => "mean gap / 2",
        }
    }

    /// By how much the newest beat is older at a crash than half the mean gap.
    pub(super) fn older(&self) -> f64 {
        self.variance / (2.0 * self.mean)
    }
}

/// The least, the mean and the greatest time until a beat is answered, if it is in time, but for one in a billion.
fn answer_within(scenario: &Scenario, patience: f64) -> Result<[f64; 3], String> {
    const HARDLY: f64 = 1e-9;
    let network = &scenario.network;
    let law = &network.usual.latency;
    if network.loses() {
        return Err("where something is lost, the next beat waits for longer".to_owned());
    }
    if !network.links.is_empty() || network.usual.duplicate > 0.0 {
        return Err("when the next beat comes depends on the link".to_owned());
    }
    if 2.0 * law.quantile(1.0 - HARDLY) > patience {
        return Err("an answer may come too late, and then the next beat does not wait for it".to_owned());
    }
    Ok([law.quantile(0.0), law.mean(), law.quantile(1.0)].map(|delay| 2.0 * delay))
}
