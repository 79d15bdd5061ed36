//! When a follower knows of the crash of its leader.

use super::{claim, unknown};
use crate::engine::model::Latency;
use crate::engine::time::Span;
use crate::figures::short;
use crate::scenario::Scenario;
use crate::theory::claim::{Claim, Seen, Topic, Unit, Value};
use crate::theory::sum::Sum;

/// Where followers bear the silence of their leader, the least patient of them knows first of its crash.
pub(super) fn followed(
    scenario: &Scenario,
    (least, most): (Span, Span),
    (followers, ask_too): (u32, bool),
) -> Vec<Claim> {
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
    } else if ask_too {
        let first = first_of_those_who_ask([least, most].map(|span| span.seconds()), interval, followers);
        let words = "E min over followers (patience − least of the ages of beat and answer) + delay";
        let numbers = format!("{} + {} for {followers} followers", short(first), short(delays[0]));
        mean.by(words, numbers, Value::Is(first + delays[0]))
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

/// The mean time until the first follower loses patience, where each asks too: the beat of the leader is as old for all
/// of them, the last answer is of an age of its own for each, and the younger of the two counts.
fn first_of_those_who_ask([least, most]: [f64; 2], interval: f64, followers: u32) -> f64 {
    const AGES: u32 = 100;
    const ANSWERS: u32 = 50;
    const TIMES: u32 = 300;
    let middles = |count: u32| (0..count).map(move |number| (f64::from(number) + 0.5) / f64::from(count));
    // The probability that patience lasts longer.
    let lasts = |time: f64| match most > least {
        true => ((most - time) / (most - least)).clamp(0.0, 1.0),
        false => f64::from(u8::from(time < most)),
    };
    let (from, width) = (least - interval, most - least + interval);
    let mut mean = 0.0;
    for age in middles(AGES) {
        for time in middles(TIMES).map(|share| from + width * share) {
            let by_answers = middles(ANSWERS).map(|share| lasts(time + interval * age * share)).sum::<f64>();
            let alone = (1.0 - age) * lasts(time + interval * age) + age * by_answers / f64::from(ANSWERS);
            mean += libm::pow(alone, f64::from(followers));
        }
    }
    from + width * mean / f64::from(AGES * TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Patience of 10 to 11.5 s, questions every 2 s.
    #[test]
    fn who_asks_too_knows_later() {
        for (followers, known) in [(2, 9.764), (4, 9.510), (6, 9.392)] {
            let found = first_of_those_who_ask([10.0, 11.5], 2.0, followers);
            assert!((found - known).abs() < 2e-3, "{followers}: {found}, not {known}");
        }
    }
}
