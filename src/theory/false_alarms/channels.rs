//! Several channels at once, of which so many must be trusted: beats take all of them at the same moment,
//! each with its own loss and a delay that never changes.
//!
//! Channels fail independently, but not at independent moments: what each has lost is known at its own
//! arrivals, and all have one schedule. So the interval is walked through from deadline to arrival; between
//! two such moments the probability of a death is that of so many coins.

use super::arrivals::Delays;
use super::silence::Alarms;
use super::words::figure;
use super::{FOR_EVER, FalseAlarms, Told, confirm_after, returns_slowly};
use crate::engine::model::{Silence, Since};
use crate::engine::time::Span;
use crate::engine::watch::{Check, Stamp};
use crate::scenario::Scenario;

/// How often and for how long a node is held dead that is heard on several channels.
pub(super) fn of_channels(scenario: &Scenario) -> Result<FalseAlarms, String> {
    let detector = &scenario.detector;
    let interval = scenario.beats().interval;
    let silence = scenario.silence();
    let borne = silence.filter(|silence| silence.since == Since::Beat && silence.least == silence.most);
    let simple = detector.check == Check::Timer
        && detector.stamp == Stamp::Arrival
        && !returns_slowly(scenario)
        && confirm_after(scenario) == 0.0;
    let Some(Silence { least: borne, .. }) = borne.filter(|_| simple) else {
        return Err("several channels are judged by more than a timeout".to_owned());
    };
    let network = &scenario.network;
    let mut channels = Vec::new();
    for channel in &network.channels {
        let delays = Delays::of_beats(&channel.way.latency, 0.0);
        if !delays.are_constant() || channel.way.bursts.is_some() {
            return Err("on several channels, delays vary or losses come in bursts".to_owned());
        }
        let delay = Span::from_seconds(delays.least());
        let is_heard = detector.cutoff.is_none_or(|cutoff| delay <= cutoff);
        channels.push(Channel { delay, loss: if is_heard { channel.way.loss } else { 1.0 }, borne });
    }
    let alive_if = network.alive_if.unwrap_or(1);
    let alarms = alarms(&channels, alive_if, interval);
    if alarms.share >= 1.0 {
        return Err(FOR_EVER.to_owned());
    }
    let each: Vec<String> =
        channels.iter().map(|channel| format!("{} ({})", figure(channel.loss), channel.delay)).collect();
    let told = Told {
        formula: "P = how much P(fewer than a channels are trusted) rises at the deadlines of an interval, where channel \
                  i is not with probability p_i^j, j being its beats that should have come within the silence; E(T_MR) = \
                  interval / P; P_A = 1 - mean of that probability over an interval; E(T_M) = (1 - P_A) × E(T_MR)"
            .to_owned(),
        chance: format!("a = {alive_if}, p (delay) = {}, silence {borne}: P", each.join(", ")),
        length: None,
    };
    Ok(FalseAlarms::of(alarms, interval.seconds(), told))
}

/// One of the channels.
#[derive(Clone, Copy, Debug)]
struct Channel {
    /// How long every message takes on it.
    delay: Span,
    loss: f64,
    /// How long after its arrival a beat is good for.
    borne: Span,
}

/// How often, and for how long, fewer than `alive_if` channels are trusted.
fn alarms(channels: &[Channel], alive_if: u32, interval: Span) -> Alarms {
    let needed = channels.len() + 1 - alive_if as usize;
    let width = interval.nanos();
    let deadline = |channel: &Channel| (channel.delay + channel.borne).nanos() % width;
    // Where in the interval something changes.
    let mut moments: Vec<u64> =
        channels.iter().flat_map(|channel| [channel.delay.nanos() % width, deadline(channel)]).collect();
    moments.sort_unstable();
    moments.dedup();
    let dead = |at: u64, beyond: bool| {
        let silent = channels.iter().map(|channel| channel.silent(at, width, beyond));
        at_least(needed, silent)
    };
    let (mut per_beat, mut share) = (0.0, 0.0);
    for (number, at) in moments.iter().enumerate() {
        // At its very deadline a beat is still good, so what arrives then comes first.
        let after = dead(*at, true);
        if channels.iter().any(|channel| deadline(channel) == *at) {
            per_beat += after - dead(*at, false);
        }
        let next = moments.get(number + 1).copied().unwrap_or(moments[0] + width);
        share += after * (next - at) as f64 / width as f64;
    }
    Alarms { per_beat, share }
}

impl Channel {
    /// The probability that it is silent so long after a beat was due: at that instant, or just `beyond` it.
    fn silent(&self, at: u64, width: u64, beyond: bool) -> f64 {
        let (delay, borne) = (self.delay.nanos(), self.borne.nanos());
        // The age of its youngest beat that could have come by then.
        let youngest = (at + width - delay % width) % width;
        let still_good = borne + u64::from(!beyond);
        let good = if youngest < still_good { (still_good - youngest).div_ceil(width) } else { 0 };
        libm::pow(self.loss, good as f64)
    }
}

/// The probability that at least so many of independent things happen.
fn at_least(count: usize, chances: impl Iterator<Item = f64>) -> f64 {
    let mut happen = vec![1.0];
    for chance in chances {
        happen.push(0.0);
        for number in (0..happen.len()).rev() {
            let one_less = if number > 0 { happen[number - 1] } else { 0.0 };
            happen[number] = happen[number] * (1.0 - chance) + one_less * chance;
        }
    }
    happen.iter().skip(count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chance of silence on each of three channels; share of time in which fewer than two are trusted, and in
    /// which none is
    const MC_01: [([f64; 3], f64, f64); 5] = [
        ([0.01, 0.01, 0.01], 0.000_298, 1e-6),
        ([0.1, 0.1, 0.1], 0.028, 0.001),
        ([0.05, 0.1, 0.2], 0.033, 0.001),
        ([0.01, 0.001, 0.02], 0.000_229_6, 2e-7),
        ([0.3, 0.3, 0.3], 0.216, 0.027),
    ];

    #[test]
    fn mc_01_shares_of_time() {
        for (chances, two_of_three, one_of_three) in MC_01 {
            for (alive_if, known) in [(2, two_of_three), (1, one_of_three)] {
                // Silent when two in a row are lost, at every instant of the interval.
                let borne = Span::from_secs(2);
                let channels = chances.map(|chance| Channel {
                    delay: Span::from_millis(10),
                    loss: chance.sqrt(),
                    borne,
                });
                let found = alarms(&channels, alive_if, Span::SECOND);
                assert!((found.share - known).abs() < 1e-6 * known, "{chances:?}: {found:?}, not {known}");
            }
        }
    }

    #[test]
    fn one_channel_is_a_timeout() {
        for (delay, millis, losses) in [(10, 3000, 3), (10, 2500, 2), (700, 3400, 3), (2700, 3000, 3)] {
            let (delay, borne) = (Span::from_millis(delay), Span::from_millis(millis));
            let found = alarms(&[Channel { delay, loss: 0.1, borne }], 1, Span::SECOND);
            let per_beat = 0.9 * libm::pow(0.1, f64::from(losses));
            let length = f64::from(losses) + 1.0 / 0.9 - borne.seconds();
            assert!((found.per_beat - per_beat).abs() < 1e-12, "{found:?}, not {per_beat}");
            assert!((found.share - per_beat * length).abs() < 1e-12, "{found:?}, not {length} s");
        }
    }
}
