//! What is searched where nobody says what: the interval, and that key of the detector which trades speed for mistakes.

use super::goals::Goals;
use crate::detectors::in_one_unit;
use crate::engine::time::Span;
use crate::scenario::Scenario;

/// What to search, as the command line would have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// A path and its values each.
    pub overs: Vec<String>,
    /// What must hold between them.
    pub conditions: Vec<String>,
}

/// The ranges that a goal suggests: intervals from a hundredth of the time in which crashes must be known to half of
/// it, and as much patience as that time can take.
pub fn usual_ranges(scenario: &Scenario, goals: &Goals) -> Ranges {
    let interval = scenario.beats().interval;
    let reach = goals.detection.as_ref().map_or(interval.times(20), |goal| goal.limit);
    let part = |share: f64| in_one_unit(readable(reach.share(share)));
    let mut overs = vec![format!("topology.interval={}..{}", part(0.01), part(0.5))];
    let mut conditions = Vec::new();
    let mut over = |path: &str, from: &str, to: &str| overs.push(format!("{path}={from}..{to}"));
    if scenario.detector.is_idle() {
        if scenario.topology.kind() == "swim" {
            over("topology.suspicion_mult", "1", "8");
        }
        return Ranges { overs, conditions };
    }
    match scenario.detector.suspicion.kind() {
        kind @ ("timeout" | "percentile") => {
            over("detector.timeout", &part(0.02), &part(1.0));
            if kind == "timeout" {
                conditions.push("detector.timeout >= topology.interval".to_owned());
            }
        }
        "misses" => over("detector.misses", "1", "12"),
        "phi" => over("detector.threshold", "1.0", "64.0"),
        "bertier" => over("detector.phi", "1.0", "16.0"),
        "chen" => over("detector.margin", &part(0.01), &part(1.0)),
        _ => {}
    }
    Ranges { overs, conditions }
}

/// A length with no more than two significant digits, at least a microsecond.
fn readable(span: Span) -> Span {
    let mut unit = 1;
    while span.nanos() / unit >= 100 {
        unit *= 10;
    }
    Span::from_nanos((span.nanos() / unit * unit).max(1_000))
}
