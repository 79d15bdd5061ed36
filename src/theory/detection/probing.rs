//! When a dead member is first asked, where all ask one another in turn.

use super::{claim, unknown};
use crate::engine::model::Latency;
use crate::engine::network::Transport;
use crate::engine::time::Span;
use crate::figures::short;
use crate::scenario::Scenario;
use crate::theory::claim::{Claim, Value};
use crate::theory::closed_form::return_obstacle;
use crate::theory::sum::Sum;

/// The first probe of a dead member, by so many who each probe one other in an interval, with phases of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstProbe {
    /// How many others each probes, and how many probe.
    pub(super) others: u32,
    /// Whether each probes all of them once before any of them again.
    pub(super) in_turns: bool,
}

impl FirstProbe {
    /// The mean time until it, in intervals.
    ///
    /// Between whole intervals the chance that one prober has not asked falls steadily, so the power of it, for all
    /// of them, can be integrated.
    pub(super) fn mean(&self) -> f64 {
        const NEGLIGIBLE: f64 = 1e-15;
        let probers = f64::from(self.others);
        let (mut mean, mut probes) = (0.0, 0);
        loop {
            let (now, next) = (self.not_asked(probes), self.not_asked(probes + 1));
            if libm::pow(now, probers) < NEGLIGIBLE {
                return mean;
            }
            let powers = libm::pow(now, probers + 1.0) - libm::pow(next, probers + 1.0);
            mean += powers / ((probers + 1.0) * (now - next));
            probes += 1;
        }
    }

    /// The probability that a certain prober has not asked it in so many probes.
    ///
    /// In turns: of n others c are done when it dies, c being any number; r of the n − c left are asked, or all of
    /// them and the first of the next round.
    fn not_asked(&self, probes: u32) -> f64 {
        let (all, probes) = (f64::from(self.others), f64::from(probes));
        if !self.in_turns {
            return libm::pow(1.0 - 1.0 / all, probes);
        }
        let after = |done: u32| {
            let (done, left) = (f64::from(done), all - f64::from(done));
            if probes <= left {
                return 1.0 - probes / all;
            }
            done / all * (1.0 - (probes - left).min(all) / all)
        };
        (0..self.others).map(after).sum::<f64>() / all
    }
}

/// Where all probe one another: whoever is first to ask gets no answer, and then suspects for a while.
pub(super) fn probed(scenario: &Scenario, first: FirstProbe, (least, most): (Span, Span)) -> Vec<Claim> {
    if first.others == 0 {
        return unknown("there is nobody else to ask");
    }
    let rhythm = scenario.topology.member().rhythm();
    let interval = rhythm.interval.seconds();
    let latency = &scenario.network.usual.latency;
    if let Some(why) = probing_obstacle(scenario) {
        return unknown(&why);
    }
    let periods = first.mean();
    let sum = Sum::of("first probe", periods * interval).minus("delay", latency.mean());
    let sum = sum.plus("interval", interval).plus("suspicion", least.seconds());
    let strikes: f64 = scenario
        .faults
        .iter()
        .map(|fault| fault.member().expected_changes(&scenario.cluster(), scenario.duration) / 2.0)
        .sum();
    // Where several are dead fewer ask, and where few share a suspicion it lasts longer.
    let value =
        if least == most && strikes <= 1.0 { Value::Is(sum.value()) } else { Value::AtLeast(sum.value()) };
    let numbers = format!("{}; after {} probes of all", sum.numbers(), short(periods));
    let mean = claim(1).by(sum.words(), numbers, value);
    let delay = latency.quantile(1.0);
    let sum = Sum::of("interval", interval).plus("suspicion", least.seconds()).minus("delay", delay);
    let earliest = match delay.is_finite() {
        true => claim(0).by(sum.words(), sum.numbers(), Value::AtLeast(sum.value())),
        false => claim(0).unknown("the delays have no greatest"),
    };
    let latest = claim(2).unknown("it is a matter of chance when it is first asked, and who agrees");
    let mean = match return_obstacle(scenario, most.seconds()) {
        Some(why) => mean.unknown(why),
        None => mean,
    };
    vec![earliest, mean, latest]
}

/// What stands in the way where all probe one another.
fn probing_obstacle(scenario: &Scenario) -> Option<String> {
    let said = |text: &str| Some(text.to_owned());
    let way = &scenario.network.usual;
    if scenario.network.loses() {
        return said("where messages are lost, a node may be suspected before it crashes");
    }
    if !scenario.network.links.is_empty() || way.transport() != Transport::Datagrams {
        return said("links differ, or messages wait for one another");
    }
    if !scenario.topology.member().rhythm().is_plain() {
        return said("members do not probe at a fixed interval, each at moments of its own");
    }
    let other = scenario.faults.iter().find(|fault| !fault.only_ends_lives() || fault.member().refuses());
    other.map(|fault| format!("a fault of kind {} may change what is heard", fault.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SW-02 and SW-03: members, in turns; mean in intervals.
    #[test]
    fn how_long_a_dead_member_waits() {
        for (members, in_turns, known) in [
            (4, false, 0.8552632),
            (8, false, 0.93937),
            (32, false, 0.9864708),
            (128, false, 0.9967058),
            (500, false, 0.9991621079),
            (4, true, 0.7743611),
            (8, true, 0.8841314),
            (32, true, 0.9695403),
            (128, true, 0.9922418),
        ] {
            let found = FirstProbe { others: members - 1, in_turns }.mean();
            assert!((found - known).abs() < 1e-6, "{members} {in_turns}: {found}, not {known}");
        }
    }
}
