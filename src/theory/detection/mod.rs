//! How soon a crash is known.

mod followed;
mod probing;
mod several;
mod step;

use super::Alarms;
use super::claim::{Claim, Moment, Seen, Topic, Unit, Value};
use super::closed_form::{Parts, learns_from_chance, return_obstacle};
use crate::engine::model::Latency;
use crate::scenario::Scenario;
use crate::topologies::Discovery;
use followed::followed;
use probing::{FirstProbe, probed};
use step::{Step, failing};

/// What theory says of the detection of a crash in the name of all.
pub(super) fn claims(scenario: &Scenario, alarms: &Alarms) -> Vec<Claim> {
    match scenario.topology.member().discovery(&scenario.cluster()) {
        Discovery::Watched { queues: true, .. } => unknown("beats wait in a queue before they are heard"),
        Discovery::Watched { watchers, agree, in_own_time, .. } => {
            by_parts(scenario, alarms, |parts| Step::watched(scenario, parts, (watchers, agree), in_own_time))
        }
        Discovery::Reported { .. } if !scenario.topology.member().rhythm().is_plain() => {
            unknown("beats and reports do not come at a fixed interval, each at moments of its own")
        }
        Discovery::Reported { every, waits } => {
            by_parts(scenario, alarms, |parts| Step::reported(scenario, parts, every, waits))
        }
        Discovery::Probed { others, in_turns, suspicion } => {
            probed(scenario, FirstProbe { others, in_turns }, suspicion)
        }
        Discovery::Followed { least, most, followers, ask_too } => {
            followed(scenario, (least, most), (followers, ask_too))
        }
        Discovery::Unknown(why) => unknown(why),
    }
}

/// The three claims, in words.
const NAMES: [&str; 3] = ["at the earliest", "on average", "at the latest"];

fn claim(place: usize) -> Claim {
    let seen = [Seen::Shortest, Seen::Measure("detection_s_mean"), Seen::Longest][place].clone();
    let moment = Some([Moment::Earliest, Moment::Mean, Moment::Latest][place]);
    Claim { moment, ..Claim::of(Topic::Detection, NAMES[place], Unit::Seconds).seen(seen) }
}

fn unknown(why: &str) -> Vec<Claim> {
    vec![Claim::of(Topic::Detection, "known after", Unit::Seconds).unknown(why)]
}

/// The three claims, where an observer's own verdict is known and `step` leads from there to that of all.
fn by_parts(scenario: &Scenario, alarms: &Alarms, step: impl Fn(&Parts<'_>) -> Step) -> Vec<Claim> {
    let parts = match Parts::of(scenario) {
        Ok(parts) => parts,
        Err(why) => return unknown(&why),
    };
    let step = step(&parts);
    if let Some(why) = &step.no_bounds {
        return unknown(why);
    }
    let latest = parts.latest().plus("report", step.most);
    let soon = return_obstacle(scenario, parts.nearly_latest());
    let earliest = parts.earliest().plus("report", step.least);
    let early = match failing(scenario) {
        Ok(0.0) if soon.is_none() => earliest.value() < 0.0 || errs_by_delays(scenario, alarms),
        _ => true,
    };
    let earliest = if early {
        let words = "0, as a node may be held dead already when it crashes";
        claim(0).by(words, "", Value::AtLeast(0.0))
    } else {
        claim(0).by(earliest.words(), earliest.numbers(), Value::AtLeast(earliest.value()))
    };
    let mean = match (soon, step.mean) {
        (Some(why), _) | (None, Err(why)) => claim(1).unknown(why),
        (None, Ok(mean)) => claim(1).by(mean.words, mean.numbers, Value::Is(mean.value)),
    };
    let latest = match latest.value().is_finite() {
        true => claim(2).by(latest.words(), latest.numbers(), Value::AtMost(latest.value())),
        false if scenario.network.usual.latency.quantile(1.0).is_finite() => {
            claim(2).unknown("a report may be lost again and again")
        }
        false => claim(2).unknown("the delays have no greatest"),
    };
    settled(scenario, vec![earliest, mean, latest])
}

/// Whether beats that are only late may make mistakes that outlast them: votes take their time, and so does the way
/// back.
fn errs_by_delays(scenario: &Scenario, alarms: &Alarms) -> bool {
    let law = &scenario.network.usual.latency;
    let slow = scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly());
    let alone = scenario.topology.member().is_watched_by_one() && !slow;
    !alone
        && law.quantile(0.0) < law.quantile(1.0)
        && !alarms.as_ref().is_ok_and(|alarms| alarms.per_beat == 0.0)
}

/// The same, but what is only true once detectors have learnt is held against nothing where they never learn the same.
fn settled(scenario: &Scenario, claims: Vec<Claim>) -> Vec<Claim> {
    if !learns_from_chance(scenario) {
        return claims;
    }
    let why = "what the detector has learnt is not the same for all nodes and moments";
    claims.into_iter().map(|claim| claim.not_judged(why)).collect()
}
