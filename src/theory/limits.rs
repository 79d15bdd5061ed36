//! Whether a death may have to wait for its turn to be declared.

use super::closed_form::Gap;
use crate::engine::model::Latency;
use crate::scenario::Scenario;

/// Why a verdict may be later than its suspicion is old enough, where an observer declares only so many deaths in so
/// long: more nodes may be down than it declares dead at once, or the living may have taken their turns.
pub(super) fn obstacle(scenario: &Scenario) -> Option<String> {
    let cluster = scenario.cluster();
    let watched = if scenario.topology.member().is_watched_by_one() { cluster.members } else { 1 };
    let at_once = scenario.verdict.rules?.limit?.at_once(watched);
    let faults = || scenario.faults.iter().map(|fault| fault.member());
    // Each begins and ends.
    let strikes: f64 = faults().map(|fault| fault.expected_changes(&cluster, scenario.duration) / 2.0).sum();
    let by_chance = faults().any(|fault| fault.outage().by_chance);
    let may_wait = by_chance || scenario.network.loses() || strikes > f64::from(at_once) || may_err(scenario);
    may_wait.then(|| "deaths are declared at a limited rate".to_owned())
}

/// Whether the living may be held dead because what speaks for them comes late.
fn may_err(scenario: &Scenario) -> bool {
    let law = &scenario.network.usual.latency;
    let strays = law.quantile(1.0) - law.quantile(0.0);
    let borne =
        scenario.silence().map(|silence| (silence.least, silence.most)).map(|(least, _)| least.seconds());
    let gap = Gap::of(scenario).map(|gap| gap.longest() + strays);
    !matches!((borne, gap), (Some(borne), Ok(gap)) if gap <= borne)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Shelf};

    #[test]
    fn a_limit_matters_where_more_crash_than_are_declared_dead_at_once() {
        let each = "{ kind = 'crash', nodes = 'each', at = '1m' }";
        let one = "{ kind = 'crash', nodes = 'n1', at = { between = ['1m', '2m'] } }";
        for (limit, fault, more, matters) in [
            ("rate = '6/m'", one, "", false),
            ("rate = '6/m'", each, "", true),
            ("rate = '6/m', burst = 4", each, "", true),
            ("rate = '6/m', burst = 5", each, "", false),
            ("rate = '6/m', burst = 5, alarm = 0.5", each, "", true),
            ("rate = '6/m', burst = 5, alarm = 0.5, alarm_least = 6", each, "", false),
            ("alarm = 0.5", one, "", false),
            ("alarm = 0.5, alarm_least = 1", one, "", false),
            ("alarm = 0.2, alarm_least = 1", one, "", true),
            ("rate = '6/m'", one, "network.loss = 0.01", true),
            ("rate = '6/m'", "{ kind = 'crash', nodes = 'n1', every = '1m', for = '1s' }", "", true),
            ("rate = '6/m'", "{ kind = 'crash', nodes = 'n1', mtbf = '1d', for = '1s' }", "", true),
        ] {
            let text = format!(
                "cluster.nodes = 5\ntopology.kind = 'centralized'\ndetector.kind = 'misses'\nverdict.limit = {{ \
                 {limit} }}\nfaults = [{fault}]\n{more}"
            );
            let document = Document::parse("limited", &text).expect("it is TOML");
            let scenario =
                Scenario::read(&document, Shelf::default()).unwrap_or_else(|page| panic!("{page}"));
            assert_eq!(obstacle(&scenario).is_some(), matters, "{limit}, {fault}, {more}");
        }
    }
}
