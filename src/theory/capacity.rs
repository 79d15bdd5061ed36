//! What an observer can bear that needs time for each message.

use super::claim::{Claim, Seen, Topic, Unit, Value};
use crate::engine::cluster::{Cluster, Role};
use crate::engine::model::{Capacity, Latency, Topology};
use crate::figures::{seconds, short};
use crate::scenario::Scenario;
use crate::topologies::{Extra, Speaker, TopologyVisitor};

/// The load of the busiest observer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// How many messages reach it in an interval.
    messages: f64,
    /// How long each takes, in seconds.
    each: f64,
    /// The time between two of the same sender, in seconds.
    interval: f64,
    /// The most that it can hold.
    queue: u32,
}

impl Load {
    /// The share of the time in which it is busy; more than 1 where it cannot bear it.
    fn utilisation(&self) -> f64 {
        self.messages * self.each / self.interval
    }

    /// Whether messages may find no room.
    pub(super) fn may_drop(&self) -> bool {
        self.utilisation() >= 1.0 || self.messages > f64::from(self.queue)
    }
}

/// The load of the busiest observer, if it needs time for each message.
pub(super) fn load(scenario: &Scenario) -> Option<Load> {
    let cluster = scenario.cluster();
    let Capacity { per_message, queue } = scenario.topology.visit(CapacityIn(cluster))?;
    let channels = (scenario.network.channels.len() as f64).max(1.0);
    let messages = scenario.topology.member().speech(&cluster)?.at_observer? * channels;
    let interval = scenario.beats().interval.seconds();
    Some(Load { messages, each: per_message.seconds(), interval, queue })
}

/// The capacity of the first observer that is no member.
struct CapacityIn(Cluster);

impl TopologyVisitor for CapacityIn {
    type Output = Option<Capacity>;

    fn visit<T: Topology>(self, topology: &T) -> Option<Capacity> {
        let roles = [Role::Monitor, Role::Coordinator];
        let first = roles.into_iter().find_map(|role| self.0.all(role).next())?;
        topology.capacity(self.0, first)
    }
}

/// What theory says of the load of an observer; nothing where handling takes no time.
pub(super) fn claims(scenario: &Scenario) -> Vec<Claim> {
    let Some(load) = load(scenario) else { return Vec::new() };
    let claim = |what: &str, unit| Claim::of(Topic::Capacity, what, unit);
    let utilisation = load.utilisation();
    let busy = claim("busy, if all are up", Unit::Share).by(
        "messages of an interval × time for each / interval",
        format!("{} × {} / {}", short(load.messages), seconds(load.each), seconds(load.interval)),
        Value::Is(utilisation),
    );
    let saturated = claim("could bear, each interval", Unit::Number).by(
        "interval / time for each",
        format!("{} / {}", seconds(load.interval), seconds(load.each)),
        Value::Is(load.interval / load.each),
    );
    let mut claims = vec![busy, saturated];
    if utilisation > 1.0 {
        let dropped = claim("dropped at a full queue", Unit::Share);
        let numbers = format!("1 − 1 / {}", short(utilisation));
        claims.push(dropped.by("1 − 1 / how busy it would be", numbers, Value::Is(1.0 - 1.0 / utilisation)));
    }
    claims.extend(waits(scenario, &load));
    claims
}

/// How long messages wait.
fn waits(scenario: &Scenario, load: &Load) -> [Claim; 2] {
    let mean = Claim::of(Topic::Capacity, "a message waits, mean", Unit::Seconds);
    let share = Claim::of(Topic::Capacity, "messages that wait", Unit::Share);
    let (mean, share) = (mean.seen(Seen::Measure("wait_s_mean")), share.seen(Seen::Measure("waiting_share")));
    if let Some(why) = obstacle(scenario, load) {
        return [mean.unknown(why), share.unknown(why)];
    }
    let senders = load.messages as u32;
    let period = load.interval / load.each;
    let others = f64::from(senders) - 1.0;
    if !scenario.topology.member().rhythm().is_plain() {
        let mean = mean.by(
            "(members − 1) / 2 × time for each, as all beat at once",
            format!("{} / 2 × {}", short(others), seconds(load.each)),
            Value::Is(others / 2.0 * load.each),
        );
        let shares = others / (others + 1.0);
        return [mean, share.by("all but the first", format!("1 − 1 / {senders}"), Value::Is(shares))];
    }
    let numbers = format!("{senders} senders, room for {} in an interval", short(period));
    let wait = mean_backlog(senders - 1, period) * load.each;
    let mean =
        mean.by("mean backlog that the others leave: N·D/D/1, random phases", numbers, Value::Is(wait));
    let numbers = format!("{} / {}", short(others), short(period));
    let share = share.by("(members − 1) / messages that it can bear", numbers, Value::Is(others / period));
    match scenario.faults.is_empty() {
        true => [mean, share],
        // Whoever is dead leaves room for the others.
        false => [mean, share].map(|claim| match claim.value {
            Value::Is(value) => Claim { value: Value::AtMost(value), ..claim },
            _ => claim,
        }),
    }
}

/// What stands in the way of a closed form.
fn obstacle(scenario: &Scenario, load: &Load) -> Option<&'static str> {
    let plan = scenario.topology.member();
    let Some(speech) = plan.speech(&scenario.cluster()) else {
        return Some("nobody has worked out who speaks in this topology");
    };
    let way = &scenario.network.usual;
    let same_ways = scenario.network.links.is_empty() && scenario.network.channels.is_empty();
    // More are beyond what the sum is exact for, and take long.
    const MOST: f64 = 20_000.0;
    let plain_protocol = speech.extra == Extra::Nothing
        && !(speech.answers > 0.0 && speech.speaker == Speaker::Subject)
        && speech.besides == 0.0;
    if load.utilisation() >= 1.0 {
        Some("the queue is always full")
    } else if !plain_protocol {
        Some("other messages than beats wait in the same queue")
    } else if way.latency.quantile(0.0) < way.latency.quantile(1.0) || scenario.network.loses() || !same_ways
    {
        Some("losses and delays of different lengths change who waits for whom")
    } else if way.duplicate > 0.0 {
        Some("what arrives twice waits twice")
    } else if !plan.rhythm().is_steady() {
        Some("messages do not come at a fixed interval")
    } else if scenario.faults.iter().any(|fault| {
        !fault.only_ends_lives()
            || fault.member().strikes_observers(&scenario.cluster())
            || fault.member().outage().shortest.is_some()
    }) {
        Some("faults other than lasting crashes of members change who waits for whom")
    } else if load.messages > MOST || load.may_drop() {
        Some("there are too many senders, or too little room")
    } else {
        None
    }
}

/// The mean of what is still to be done, in messages, where each of so many senders has one in a period of this many
/// messages, at a moment of its own that is for ever the same.
///
/// P(V > x) = Σ C(N, n) ((n − x) / D)ⁿ (1 − (n − x) / D)^(N − n) (D − N + x) / (D − n + x) over x < n ≤ N, by the
/// ballot theorem; its integral over x is the mean.
fn mean_backlog(senders: u32, period: f64) -> f64 {
    /// Places and weights of Gauss and Legendre on one side of the middle of an interval from −1 to 1.
    const GAUSS: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
    ];
    const NEGLIGIBLE: f64 = 1e-12;
    let mut mean = 0.0;
    for start in 0..senders {
        let middle = f64::from(start) + 0.5;
        let pair = |(place, weight): (f64, f64)| {
            let above = backlog_exceeds(senders, period, middle + place / 2.0);
            weight * (backlog_exceeds(senders, period, middle - place / 2.0) + above) / 2.0
        };
        let part: f64 = GAUSS.into_iter().map(pair).sum();
        mean += part;
        if part < NEGLIGIBLE {
            break;
        }
    }
    mean
}

fn backlog_exceeds(senders: u32, period: f64, level: f64) -> f64 {
    let all = f64::from(senders);
    let choose = libm::lgamma(all + 1.0);
    let term = |count: u32| {
        let sent = f64::from(count);
        let share = (sent - level) / period;
        let rest = if count == senders { 0.0 } else { (all - sent) * libm::log1p(-share) };
        let ways = choose - libm::lgamma(sent + 1.0) - libm::lgamma(all - sent + 1.0);
        let chance = libm::exp(ways + sent * libm::log(share) + rest);
        chance * (period - all + level) / (period - sent + level)
    };
    (level as u32 + 1..=senders).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QU-02: senders, period in messages; the mean wait, in messages.
    #[test]
    fn how_long_a_beat_waits_for_the_others() {
        for (senders, period, known) in [
            (10, 20.0, 0.3588633),
            (50, 100.0, 0.4634612),
            (50, 62.5, 1.454438),
            (100, 125.0, 1.657025),
            (480, 500.0, 7.220675),
            (450, 500.0, 3.820532),
        ] {
            let found = mean_backlog(senders - 1, period);
            assert!((found - known).abs() < 1e-6 * known, "{senders} {period}: {found}, not {known}");
        }
    }
}
