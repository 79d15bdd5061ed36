//! How often the living are held dead, and how many such mistakes are to be expected in some runs.

use super::claim::{Claim, Seen, Topic, Unit, Value};
use super::{Alarms, Presence};
use crate::figures::{seconds, short};
use crate::scenario::Scenario;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// What theory says of mistakes.
pub(super) fn claims(scenario: &Scenario, Presence { up, runs }: Presence, alarms: Alarms) -> Vec<Claim> {
    let claim = |what: &str, unit| Claim::of(Topic::FalseAlarms, what, unit);
    let alarms = match alarms {
        Ok(alarms) => alarms,
        Err(why) => return vec![claim("held dead while it lives", Unit::Number).unknown(why)],
    };
    let cluster = scenario.cluster();
    let (members, observers) =
        (f64::from(cluster.members), scenario.topology.member().cost(&cluster).watches);
    let rate = 1.0 / alarms.recurrence_s;
    let between = seconds(alarms.recurrence_s);
    let per_beat = claim("after a beat, probability", Unit::Number);
    let per_beat = per_beat.by(alarms.formula, alarms.numbers, Value::Is(alarms.per_beat));
    let counted = (scenario.duration - scenario.warmup).seconds();
    let pairs = members * observers;
    // Two who watch each other must both be up.
    let both = if cluster.nodes() == cluster.members { up * up } else { up };
    let expected = pairs * both * counted * f64::from(runs) * rate;
    let numbers = format!("{} × {} × {runs} / {between}", short(pairs * both), seconds(counted));
    let in_runs = claim("mistakes in these runs", Unit::Number)
        .by("pairs × time counted × runs / time between two of a pair", numbers, Value::Is(expected))
        .seen(Seen::Measure("mistakes"));
    let mut claims = vec![per_beat, in_runs];
    if rate > 0.0 {
        let none = Value::Is(libm::exp(-expected));
        let numbers = format!("e ^ −{}", short(expected));
        claims.push(claim("probability of seeing none", Unit::Share).by("e ^ −mistakes", numbers, none));
        let watching = observers * both / up.max(f64::MIN_POSITIVE);
        let numbers = format!("{} × 86,400 s / {between}", short(watching));
        let per_day = Value::Is(watching * rate * SECONDS_PER_DAY);
        claims.push(
            claim("times a node and day", Unit::Number)
                .by("observers × day / time between two of a pair", numbers, per_day)
                .seen(one_observer(observers, "false_positives_per_node_day")),
        );
        claims.push(
            claim("time between two of a pair", Unit::Seconds)
                .by("one mistake of one observer to its next", "", Value::Is(alarms.recurrence_s))
                .seen(Seen::Measure("mistake_recurrence_s_mean")),
        );
        claims.extend(alarms.mistake_s.map(|lasts| {
            let claim = claim("a mistake lasts, mean", Unit::Seconds);
            let claim = claim.by("until a beat is heard again", "", Value::Is(lasts));
            claim.seen(Seen::Measure("mistake_s_mean"))
        }));
        claims.extend(alarms.accuracy.map(|accuracy| {
            let claim = claim("right at a random instant", Unit::Accuracy);
            let formula = "1 − how long a mistake lasts / time between two of a pair";
            claim.by(formula, "", Value::Is(accuracy)).seen(Seen::Measure("query_accuracy"))
        }));
    }
    let not_compared = if returns(scenario) {
        Some("whoever comes back may be held dead until it is heard of for the first time")
    } else {
        alarms.is_limit.then_some("it is what a detector comes to that has learnt for very long")
    };
    match not_compared {
        Some(why) => claims.into_iter().map(|claim| claim.not_judged(why)).collect(),
        None => claims,
    }
}

/// Whether nodes come back: until they are heard of for the first time, mistakes are of another kind.
fn returns(scenario: &Scenario) -> bool {
    scenario.faults.iter().any(|fault| fault.only_ends_lives() && fault.member().outage().shortest.is_some())
}

/// Where one observer watches, its mistakes are those of all.
fn one_observer(observers: f64, measure: &'static str) -> Seen {
    if observers == 1.0 {
        return Seen::Measure(measure);
    }
    Seen::Never("several observers may be wrong at once, which counts once".to_owned())
}
