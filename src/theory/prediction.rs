//! What theory says of a scenario in a few values: for tables, which have no room for formulas.

use super::claim::{Claim, Moment, Topic, Value};
use super::claims;
use super::closed_form::Parts;
use crate::engine::time::Span;
use crate::scenario::Scenario;
use crate::topologies::Discovery;

/// How soon a crash is known if nothing goes wrong but what the scenario says, and what that costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The shortest detection, in seconds; under a leader, that of its own crash by a follower.
    pub earliest: Value,
    /// The mean of all.
    pub mean: Value,
    /// The longest.
    pub latest: Value,
    /// How many messages a second are sent while all are up.
    pub messages_per_s: Value,
}

impl Prediction {
    /// How long silence is borne, at least and at most, from the last sign of life on.
    pub fn borne(scenario: &Scenario) -> Option<(Span, Span)> {
        match scenario.topology.member().discovery(&scenario.cluster()) {
            // There it takes what becomes of each question.
            Discovery::Watched { .. } => Parts::of(scenario).ok().map(|parts| parts.borne()),
            _ => None,
        }
        .or_else(|| scenario.borne())
    }

    /// What theory says of a scenario.
    pub fn of(scenario: &Scenario) -> Prediction {
        let claims = claims(scenario, None);
        let first = |topic: Topic| claims.iter().find(move |claim| claim.topic == topic);
        let unknown = || Value::Unknown(String::new());
        let value = |claim: Option<&Claim>| claim.map_or_else(unknown, |claim| claim.value.clone());
        let detection = |moment: Moment| {
            let claim = claims.iter().find(|claim| claim.moment == Some(moment));
            // Where nothing at all is known, one claim says why.
            value(claim.or_else(|| first(Topic::Detection)))
        };
        Prediction {
            earliest: detection(Moment::Earliest),
            mean: detection(Moment::Mean),
            latest: detection(Moment::Latest),
            messages_per_s: value(first(Topic::Messages)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Shelf};

    fn prediction(lines: &str) -> Prediction {
        let document = Document::parse("predicted", lines).expect("it is TOML");
        let scenario = Scenario::read(&document, Shelf::default()).unwrap_or_else(|page| panic!("{page}"));
        Prediction::of(&scenario)
    }

    #[test]
    fn a_prediction_is_three_times_and_a_rate() {
        let found = prediction(
            "cluster.nodes = 100\ntopology = { kind = 'centralized', interval = '5s' }\n\
             detector = { kind = 'misses' }\nnetwork.latency = { kind = 'constant', value = '100ms' }",
        );
        assert_eq!((found.mean, found.messages_per_s), (Value::Is(12.6), Value::Is(20.0)));
        let bound = |value: &Value, known: f64| (value.number().expect("a bound") - known).abs() < 1e-9;
        assert!(matches!(found.earliest, Value::AtLeast(_)) && bound(&found.earliest, 10.1));
        assert!(matches!(found.latest, Value::AtMost(_)) && bound(&found.latest, 15.1));
    }

    #[test]
    fn what_is_not_known_says_why_each_time() {
        let found = prediction(
            "cluster.nodes = 5\ntopology = { kind = 'gossip' }\ndetector = { kind = 'phi', threshold = 8 }",
        );
        for value in [&found.earliest, &found.mean, &found.latest] {
            assert!(matches!(value, Value::Unknown(why) if !why.is_empty()), "{value:?}");
        }
    }
}
