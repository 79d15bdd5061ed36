//! How often the living are held dead, and how many such mistakes are to be expected in some runs.

use super::claim::{Claim, Seen, Topic, Unit, Value};
use super::false_alarms::{AlarmsOfPauses, alarms_of_pauses};
use super::{Alarms, Presence};
use crate::faults::Trouble;
use crate::figures::{seconds, short};
use crate::scenario::Scenario;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// What is known of mistakes.
struct Known {
    /// How often, of each chance to be wrong.
    each: Claim,
    recurrence_s: f64,
    mistake_s: Option<f64>,
    accuracy: Option<f64>,
    /// Whether each comes by chance, whatever others do.
    by_chance: bool,
    /// Why runs say nothing for it or against it, if they do not.
    not_compared: Option<&'static str>,
    /// By how much of its size a figure may be off because runs begin and end.
    edges: f64,
}

impl Known {
    fn of(scenario: &Scenario, alarms: Alarms) -> Result<Known, String> {
        if scenario.faults.iter().any(|fault| matches!(fault, Trouble::Pause(_))) {
            return alarms_of_pauses(scenario).map(|alarms| Known::of_pauses(scenario, alarms));
        }
        let alarms = alarms?;
        let not_compared = if returns(scenario) {
            Some("whoever comes back may be held dead until it is heard of for the first time")
        } else {
            alarms.is_limit.then_some("it is what a detector comes to that has learnt for very long")
        };
        let each = claim("after a beat, probability", Unit::Number);
        Ok(Known {
            each: each.by(alarms.formula, alarms.numbers, Value::Is(alarms.per_beat)),
            recurrence_s: alarms.recurrence_s,
            mistake_s: alarms.mistake_s,
            accuracy: alarms.accuracy,
            by_chance: true,
            not_compared,
            edges: 0.0,
        })
    }

    fn of_pauses(scenario: &Scenario, alarms: AlarmsOfPauses) -> Known {
        let several = scenario.topology.member().cost(&scenario.cluster()).watches != 1.0;
        let each = claim("a pause adds mistakes", Unit::Number);
        let counted = (scenario.duration - scenario.warmup).seconds();
        let edges = if alarms.by_chance && scenario.warmup.seconds() < alarms.settles_s {
            alarms.settles_s / counted
        } else {
            0.0
        };
        Known {
            each: each.by(alarms.formula, alarms.numbers, Value::Is(alarms.per_pause)),
            recurrence_s: alarms.recurrence_s,
            mistake_s: alarms.mistake_s,
            accuracy: None,
            by_chance: alarms.by_chance,
            not_compared: several.then_some("a pause makes several observers wrong at once"),
            edges,
        }
    }
}

fn claim(what: &str, unit: Unit) -> Claim {
    Claim::of(Topic::FalseAlarms, what, unit)
}

/// What theory says of mistakes.
pub(super) fn claims(scenario: &Scenario, Presence { up, runs }: Presence, alarms: Alarms) -> Vec<Claim> {
    let known = match Known::of(scenario, alarms) {
        Ok(known) => known,
        Err(why) => return vec![claim("held dead while it lives", Unit::Number).unknown(why)],
    };
    let cluster = scenario.cluster();
    let (members, observers) =
        (f64::from(cluster.members), scenario.topology.member().cost(&cluster).watches);
    let rate = 1.0 / known.recurrence_s;
    let between = seconds(known.recurrence_s);
    let edges = |claim: Claim, value: f64| Claim { slack: known.edges * value, ..claim };
    let counted = (scenario.duration - scenario.warmup).seconds();
    let pairs = members * observers;
    // Two who watch each other must both be up.
    let both = if cluster.nodes() == cluster.members { up * up } else { up };
    let expected = pairs * both * counted * f64::from(runs) * rate;
    let numbers = format!("{} × {} × {runs} / {between}", short(pairs * both), seconds(counted));
    let in_runs = claim("mistakes in these runs", Unit::Number)
        .by("pairs × time counted × runs / time between two of a pair", numbers, Value::Is(expected))
        .seen(Seen::Measure("mistakes"));
    let mut claims = vec![known.each, edges(in_runs, expected)];
    if rate > 0.0 {
        if known.by_chance {
            let none = Value::Is(libm::exp(-expected));
            let numbers = format!("e ^ −{}", short(expected));
            let claim = claim("probability of seeing none", Unit::Share);
            claims.push(claim.by("e ^ −mistakes", numbers, none));
        }
        let watching = observers * both / up.max(f64::MIN_POSITIVE);
        let numbers = format!("{} × 86,400 s / {between}", short(watching));
        let per_day = watching * rate * SECONDS_PER_DAY;
        let a_day = claim("times a node and day", Unit::Number)
            .by("observers × day / time between two of a pair", numbers, Value::Is(per_day))
            .seen(one_observer(observers, "false_positives_per_node_day"));
        claims.push(edges(a_day, per_day));
        let recurrence = claim("time between two of a pair", Unit::Seconds)
            .by("one mistake of one observer to its next", "", Value::Is(known.recurrence_s))
            .seen(Seen::Measure("mistake_recurrence_s_mean"));
        claims.push(edges(recurrence, known.recurrence_s));
        claims.extend(known.mistake_s.map(|lasts| {
            let claim = claim("a mistake lasts, mean", Unit::Seconds);
            let claim = claim.by("until a beat is heard again", "", Value::Is(lasts));
            claim.seen(Seen::Measure("mistake_s_mean"))
        }));
        claims.extend(known.accuracy.map(|accuracy| {
            let claim = claim("right at a random instant", Unit::Accuracy);
            let formula = "1 − how long a mistake lasts / time between two of a pair";
            claim.by(formula, "", Value::Is(accuracy)).seen(Seen::Measure("query_accuracy"))
        }));
    }
    match known.not_compared {
        Some(why) => claims.into_iter().map(|claim| claim.not_judged(why)).collect(),
        None => claims,
    }
}

/// Whether nodes come back: until they are heard of for the first time, mistakes are of another kind.
pub(super) fn returns(scenario: &Scenario) -> bool {
    scenario.faults.iter().any(|fault| fault.only_ends_lives() && fault.member().outage().shortest.is_some())
}

/// Where one observer watches, its mistakes are those of all.
fn one_observer(observers: f64, measure: &'static str) -> Seen {
    if observers == 1.0 {
        return Seen::Measure(measure);
    }
    Seen::Never("several observers may be wrong at once, which counts once".to_owned())
}
