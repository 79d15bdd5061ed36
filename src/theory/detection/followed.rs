//! When a follower knows of the crash of its leader.

use super::{claim, unknown};
use crate::engine::model::Latency;
use crate::engine::time::Span;
use crate::scenario::Scenario;
use crate::theory::claim::{Claim, Seen, Topic, Unit, Value};
use crate::theory::sum::Sum;

/// Where followers bear the silence of their leader, the least patient of them knows first of its crash.
pub(super) fn followed(scenario: &Scenario, (least, most): (Span, Span), followers: u32) -> Vec<Claim> {
    let outages = || scenario.faults.iter().map(|fault| fault.member().outage());
    if scenario.faults.is_empty() || !outages().all(|outage| outage.of_leader) {
        return unknown(
            "a leader knows of its followers by their answers to its beats, and may crash itself",
        );
    }
    if scenario.network.loses() || !scenario.network.links.is_empty() {
        return unknown("where beats are lost, a leader may be deposed before it crashes");
    }
    if !scenario.topology.member().rhythm().is_plain() {
        return unknown("the leader does not beat at a fixed interval");
    }
    let latency = &scenario.network.usual.latency;
    let (delays, interval) =
        ([latency.quantile(0.0), latency.quantile(1.0)], scenario.beats().interval.seconds());
    let first = |claim: Claim| Claim { what: format!("by a follower, {}", claim.what), ..claim };
    let sum = Sum::of("least patience", least.seconds()).plus("delay", delays[0]).minus("interval", interval);
    let earliest = first(claim(0)).by(sum.words(), sum.numbers(), Value::AtLeast(sum.value().max(0.0)));
    let count = f64::from(followers) + 1.0;
    let sum = Sum::of("least patience", least.seconds())
        .plus("range of patience / (followers + 1)", (most.seconds() - least.seconds()) / count)
        .plus("delay", latency.mean())
        .minus("interval / 2", interval / 2.0);
    let mean = first(claim(1)).seen(Seen::Measure("detection_first_s_mean"));
    let mean = if delays[0] < delays[1] {
        mean.unknown("each follower hears the last beat at another moment")
    } else {
        let numbers = format!("{} for {followers} followers", sum.numbers());
        mean.by(sum.words(), numbers, Value::Is(sum.value()))
    };
    let earliest = earliest.seen(Seen::FirstShortest);
    let latest = first(claim(2)).seen(Seen::FirstLongest);
    let sum = Sum::of("greatest patience", most.seconds()).plus("delay", delays[1]);
    let latest = match delays[1].is_finite() {
        true => latest.by(sum.words(), sum.numbers(), Value::AtMost(sum.value())),
        false => latest.unknown("the delays have no greatest"),
    };
    let rest = Claim::of(Topic::Detection, "until another leads", Unit::Seconds);
    let rest = rest.unknown("votes may be split, again and again");
    vec![earliest, mean, latest, rest]
}
