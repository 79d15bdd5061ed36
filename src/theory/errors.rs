//! How often the living are held dead, and how many such mistakes are to be expected in some runs.

use super::Presence;
use super::claim::{Claim, Seen, Topic, Unit, Value};
use super::false_alarms::false_alarms;
use crate::figures::{seconds, short};
use crate::scenario::Scenario;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// What theory says of mistakes.
pub(super) fn claims(scenario: &Scenario, Presence { up, runs }: Presence) -> Vec<Claim> {
    let claim = |what: &str, unit| Claim::of(Topic::FalseAlarms, what, unit);
    let alarms = match false_alarms(scenario) {
        Ok(alarms) => alarms,
        Err(why) => return vec![claim("held dead while it lives", Unit::Number).unknown(why)],
    };
    let cluster = scenario.cluster();
    let (members, observers) =
        (f64::from(cluster.members), scenario.topology.member().cost(&cluster).watches);
    let rate = 1.0 / alarms.recurrence_s;
    let per_beat = claim("after a beat, probability", Unit::Share).by(
        alarms.formula,
        alarms.numbers,
        Value::Is(alarms.per_beat),
    );
    let per_day = claim("times a node and day", Unit::Number)
        .by(
            "observers × day / time between two of a pair",
            format!("{} × 86,400 s / {}", short(observers), seconds(alarms.recurrence_s)),
            Value::Is(observers * rate * SECONDS_PER_DAY),
        )
        .seen(one_observer(observers, "false_positives_per_node_day"));
    let recurrence = claim("time between two of a pair", Unit::Seconds)
        .by("interval / probability / share of beats that come", "", Value::Is(alarms.recurrence_s))
        .seen(Seen::Measure("mistake_recurrence_s_mean"));
    let counted = (scenario.duration - scenario.warmup).seconds();
    let pairs = members * observers;
    // Two who watch each other must both be up.
    let both = if cluster.nodes() == cluster.members { up * up } else { up };
    let expected = pairs * both * counted * f64::from(runs) * rate;
    let in_runs = claim("mistakes in these runs", Unit::Number)
        .by(
            "pairs × time counted × runs / time between two of a pair",
            format!(
                "{} × {} × {runs} / {}",
                short(pairs * both),
                seconds(counted),
                seconds(alarms.recurrence_s)
            ),
            Value::Is(expected),
        )
        .seen(Seen::Measure("mistakes"));
    let none = claim("probability of seeing none", Unit::Share).by(
        "e ^ −mistakes in these runs",
        format!("e ^ −{}", short(expected)),
        Value::Is(libm::exp(-expected)),
    );
    let mut claims = vec![per_beat, per_day, recurrence, in_runs, none];
    if let Some(lasts) = alarms.mistake_s {
        let claim = claim("a mistake lasts, mean", Unit::Seconds);
        let claim = claim.by("until a beat is heard again", "", Value::Is(lasts));
        claims.push(claim.seen(Seen::Measure("mistake_s_mean")));
    }
    if let Some(accuracy) = alarms.accuracy {
        let claim = claim("right at a random instant", Unit::Accuracy);
        let formula = "1 − how long a mistake lasts / time between two of a pair";
        claims.push(claim.by(formula, "", Value::Is(accuracy)).seen(Seen::Measure("query_accuracy")));
    }
    claims
}

/// Where one observer watches, its mistakes are those of all.
fn one_observer(observers: f64, measure: &'static str) -> Seen {
    if observers == 1.0 {
        return Seen::Measure(measure);
    }
    Seen::Never("several observers may be wrong at once, which counts once".to_owned())
}
