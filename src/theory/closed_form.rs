//! How soon one observer knows of a crash.

use super::limits;
use super::sum::Sum;
use crate::engine::model::{Latency, Outage, Silence, Since};
use crate::engine::network::Transport;
use crate::engine::watch::{Check, Stamp};
use crate::latencies::LatencyLaw;
use crate::scenario::Scenario;
use crate::topologies::Discovery;

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
            uniform: parts.look == 0.0 && parts.least == parts.most && parts.delay[0] == parts.delay[2],
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    /// How long silence is borne at least, in seconds.
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
    pub(super) interval: f64,
    /// The time between two looks; 0 where a timer looks at once.
    pub(super) look: f64,
    /// How long a suspicion lasts before it is a verdict.
    pub(super) confirmed: f64,
}

impl Parts<'_> {
    /// The parts of the detection time of whoever watches a member, or why they are not known.
    pub(super) fn of(scenario: &Scenario) -> Result<Parts<'_>, String> {
        let why = |reason: &str| Err(reason.to_owned());
        let Some(silence) = scenario.silence() else {
            return why("the detector learns from what it hears how long it waits");
        };
        if let Some(reason) = obstacle(scenario, silence.since) {
            return Err(reason);
        }
        let law = &scenario.network.usual.latency;
        let sign = match (silence.since, scenario.detector.stamp) {
            (Since::Question, _) => -1.0,
            (Since::Beat, Stamp::Sent) => 0.0,
            (Since::Beat, Stamp::Arrival) => 1.0,
            (Since::Beat, Stamp::Noticed) => {
                return why(
                    "silence counts from the scan that noticed a beat, and how scans and beats keep \
                            step decides",
                );
            }
        };
        if !law.mean().is_finite() {
            return why("the delays have no mean");
        }
        let [least, mean, most] = [law.quantile(0.0), law.mean(), law.quantile(1.0)];
        let delay = match sign {
            0.0 => [0.0; 3],
            1.0 => [least, mean, most],
            _ => [-most, -mean, -least],
        };
        let look = match scenario.detector.check {
            Check::Timer => 0.0,
            Check::Every { every, .. } => every.seconds(),
            Check::Bucket(width) => width.seconds(),
        };
        let Some(verdict) = scenario.verdict.rules else {
            return why("the protocol judges silence by rules of its own");
        };
        let Silence { least, most, .. } = silence;
        Ok(Parts {
            least: least.seconds(),
            most: most.seconds(),
            delay,
            law,
            sign,
            interval: scenario.beats().interval.seconds(),
            look,
            confirmed: verdict.confirm_after.seconds(),
        })
    }

    /// The least.
    pub(super) fn earliest(&self) -> Sum {
        let sum = self.with_delay(Sum::of("silence", self.least), "delay", self.delay[0]);
        sum.minus("interval", self.interval).plus("confirmation", self.confirmed)
    }

    /// The greatest.
    pub(super) fn latest(&self) -> Sum {
        let sum = self.with_delay(Sum::of("silence", self.most), "delay", self.delay[2]);
        sum.plus("scan", self.look).plus("confirmation", self.confirmed)
    }

    /// What hardly any takes longer than.
    pub(super) fn nearly_latest(&self) -> f64 {
        const HARDLY: f64 = 1e-9;
        let late = if self.sign > 0.0 { self.law.quantile(1.0 - HARDLY) } else { self.delay[2] };
        self.most + late.min(self.delay[2]) + self.look + self.confirmed
    }

    /// The mean.
    pub(super) fn mean(&self) -> Sum {
        let sum = Sum::of("silence", f64::midpoint(self.least, self.most));
        let sum = self.with_delay(sum, "delay", self.delay[1]).minus("interval / 2", self.interval / 2.0);
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
            shift += self.interval;
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
        libm::pow(failing, (reach.max(0.0) / self.interval).ceil())
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
                    let least = (most - self.interval).max(0.0);
                    sum += (most * most - least * least) / (2.0 * self.interval);
                    weight += 1.0;
                }
            }
        }
        sum / weight
    }
}

/// What stands in the way of a closed form, if anything does.
fn obstacle(scenario: &Scenario, since: Since) -> Option<String> {
    let said = |reason: &str| Some(reason.to_owned());
    let of_world = network_obstacle(scenario, since).or_else(|| fault_obstacle(scenario));
    of_world.or_else(|| limits::obstacle(scenario)).or_else(|| {
        let rhythm = scenario.topology.member().rhythm();
        if !rhythm.is_steady() {
            return said("beats do not come at a fixed interval");
        }
        if !rhythm.is_plain() {
            return said("all beat in step, so that a crash is not at a random moment of the interval");
        }
        None
    })
}

/// What of the network stands in the way.
fn network_obstacle(scenario: &Scenario, since: Since) -> Option<String> {
    let said = |reason: &str| Some(reason.to_owned());
    let network = &scenario.network;
    let latency = &network.usual.latency;
    let (least, most) = (latency.quantile(0.0), latency.quantile(1.0));
    if !network.links.is_empty() {
        return said("links differ, and crashes are known sooner here than there");
    }
    if !network.channels.is_empty() {
        return said("every beat takes several ways, of which the best count");
    }
    if network.usual.duplicate > 0.0 && least < most {
        return said("of a beat that arrives twice it is the sooner that counts");
    }
    if scenario.detector.cutoff.is_some_and(|cutoff| most > cutoff.seconds()) {
        return said("beats that travel for long are not heard");
    }
    // Where beats overtake one another, which of them counts matters. Where it is not allowed, one waits for
    // another.
    let interval = scenario.beats().interval.seconds();
    let may_overtake =
        !scenario.detector.count_late_beats && network.usual.transport() == Transport::Datagrams;
    if !may_overtake && most - least > interval {
        return said("a beat may be so late that the next one comes before it or waits for it");
    }
    let timeout = scenario.beats().probe_timeout?.seconds();
    if 2.0 * most > timeout {
        return said("an answer may come too late, which is as good as lost");
    }
    if since != Since::Question && least < most {
        return said("the way of a question moves the answer that follows");
    }
    None
}

/// What of the faults stands in the way: a refusal tells sooner than any timeout, and an observer that crashes tells
/// later or never. Whatever else goes wrong delays or loses beats.
fn fault_obstacle(scenario: &Scenario) -> Option<String> {
    let cluster = scenario.cluster();
    scenario.faults.iter().find_map(|fault| {
        if !fault.only_ends_lives() {
            return Some(format!("a fault of kind {} may delay or lose beats", fault.kind()));
        }
        let member = fault.member();
        if member.refuses() {
            return Some("a refusal tells sooner than any silence".to_owned());
        }
        member.strikes_observers(&cluster).then(|| "those who watch crash too".to_owned())
    })
}

/// Why the mean is not that of crashes far apart, if it is not: `latest` is when a crash is known for sure.
pub(super) fn return_obstacle(scenario: &Scenario, latest: f64) -> Option<String> {
    let outages = || scenario.faults.iter().map(|fault| fault.member().outage());
    let returns = |outage: &Outage| outage.shortest.is_some();
    if outages().any(|outage| outage.shortest.is_some_and(|shortest| shortest.seconds() <= latest)) {
        return Some("some nodes are back before their crash is known".to_owned());
    }
    let soon = outages().any(|outage| returns(&outage) && outage.by_chance);
    soon.then(|| "a node may crash again before it has been heard again".to_owned())
}

/// Whether those who watch are members, so that a crash may be that of a watcher.
pub(super) fn watchers_crash(scenario: &Scenario) -> bool {
    let cluster = scenario.cluster();
    let watched = matches!(scenario.topology.member().discovery(&cluster), Discovery::Watched { .. });
    watched && cluster.nodes() == cluster.members && !scenario.faults.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Shelf};

    fn scenario(lines: &str) -> Scenario {
        let document = Document::parse("closed", lines).expect("it is TOML");
        Scenario::read(&document, Shelf::default()).unwrap_or_else(|page| panic!("{page}"))
    }

    #[test]
    fn a_closed_form_is_about_crashes_of_members_and_nothing_else() {
        for (fault, known) in [
            ("kind = 'crash', nodes = 'each', for = '1m'", true),
            ("kind = 'crash', nodes = 'each', leaves = 'refusal'", false),
            ("kind = 'crash', nodes = 'm0'", false),
            ("kind = 'pause', nodes = 'n1'", false),
            ("kind = 'slow', nodes = 'm0', adds = '1ms'", false),
            ("kind = 'partition', isolate = 'n1'", false),
            ("kind = 'degrade', nodes = 'n1', latency_factor = 2", false),
            ("kind = 'clock', nodes = 'n1', drift = 100", false),
        ] {
            let scenario = scenario(&format!(
                "cluster.nodes = 5\ntopology = {{ kind = 'centralized' }}\ndetector = {{ kind = 'misses' }}\n\
                 faults = [{{ kind = 'crash', nodes = 'n0', at = '1m' }}, {{ at = '2m', {fault} }}]"
            ));
            assert_eq!(ClosedForm::of(&scenario).is_some(), known, "{fault}");
        }
    }

    fn push(interval: &str, detector: &str, latency: &str) -> Scenario {
        scenario(&format!(
            "cluster.nodes = 5\ntopology = {{ kind = 'centralized', interval = '{interval}' }}\n\
             detector = {{ {detector} }}\nnetwork.latency = {{ {latency} }}"
        ))
    }

    /// FT-01, FT-03 and FT-05: interval, detector, latency; least, mean, greatest.
    #[test]
    fn how_long_detection_takes_when_nothing_is_lost() {
        let endless = f64::INFINITY;
        for (interval, detector, latency, known) in [
            ("1s", "kind='timeout', timeout='3s'", "kind='constant', value='100ms'", [2.1, 2.6, 3.1]),
            ("5s", "kind='misses', misses=3", "kind='constant', value='100ms'", [10.1, 12.6, 15.1]),
            (
                "10s",
                "kind='timeout', timeout='40s'",
                "kind='exponential', mean='50ms'",
                [30.0, 35.05, endless],
            ),
            (
                "2s",
                "kind='timeout', timeout='6s'",
                "kind='uniform', min='50ms', max='100ms'",
                [4.05, 5.075, 6.1],
            ),
            (
                "10s",
                "kind='timeout', timeout='40s', check={ every='5s' }",
                "kind='constant', value='10ms'",
                [30.01, 37.51, 45.01],
            ),
            ("5s", "kind='misses', counted='ticks'", "kind='constant', value='100ms'", [10.1, 15.1, 20.1]),
            (
                "1s",
                "kind='timeout', timeout='3s', stamp='sent'",
                "kind='constant', value='1s'",
                [2.0, 2.5, 3.0],
            ),
        ] {
            let scenario = push(interval, detector, latency);
            let form = ClosedForm::of(&scenario).expect("a closed form");
            for (found, known) in [form.earliest, form.mean, form.latest].into_iter().zip(known) {
                assert!(found == known || (found - known).abs() < 1e-9, "{detector}: {form:?}");
            }
        }
    }

    /// FT-06: answers to questions. interval, timeout, misses, latency; mean, greatest.
    #[test]
    fn how_long_it_takes_where_nodes_are_asked() {
        for (interval, timeout, misses, latency, mean, greatest) in [
            ("10s", "5s", 3, "10ms", 29.99, 34.99),
            ("10s", "3s", 3, "20ms", 27.98, 32.98),
            ("2s", "2s", 3, "1ms", 6.999, 7.999),
            ("5s", "1s", 1, "50ms", 3.45, 5.95),
        ] {
            let scenario = scenario(&format!(
                "cluster.nodes = 5\ntopology = {{ kind = 'pull', interval = '{interval}', probe_timeout = \
                 '{timeout}' }}\ndetector = {{ kind = 'misses', misses = {misses} }}\n\
                 network.latency = {{ kind = 'constant', value = '{latency}' }}"
            ));
            let form = ClosedForm::of(&scenario).expect("a closed form");
            assert!((form.mean - mean).abs() < 1e-9 && (form.latest - greatest).abs() < 1e-9, "{form:?}");
        }
    }

    /// FT-02: interval, timeout, loss, latency; mean, where whoever is held dead already counts as known at once.
    #[test]
    fn lost_beats_make_detection_sooner() {
        for (interval, timeout, loss, latency, known) in [
            ("1s", "3500ms", 0.01, "kind='constant', value='50ms'", 3.039899),
            ("1s", "3500ms", 0.1, "kind='constant', value='50ms'", 2.939086),
            ("2s", "10s", 0.05, "kind='log-normal', mean='50ms', deviation='20ms'", 8.944737),
            ("1s", "2500ms", 0.3, "kind='exponential', mean='20ms'", 1.63673),
            ("5s", "15s", 0.2, "kind='constant', value='100ms'", 11.37921),
            ("1s", "2s", 0.5, "kind='exponential', mean='50ms'", 0.9128125),
        ] {
            let scenario = push(interval, &format!("kind='timeout', timeout='{timeout}'"), latency);
            let found = Parts::of(&scenario).expect("it is known").mean_despite(loss);
            assert!((found - known).abs() < 2e-5 * known, "{timeout} {loss}: {found}, not {known}");
        }
    }
}
