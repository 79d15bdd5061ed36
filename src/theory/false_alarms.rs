//! How often a living node is held dead, and for how long. (To be replaced when merging: a stub that knows plain
//! timeouts with constant delays and independent losses only.)

use crate::engine::model::Since;
use crate::engine::network::Transport;
use crate::engine::watch::{Check, Stamp};
use crate::figures::seconds;
use crate::scenario::Scenario;

/// What is known of the mistakes of one observer about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct FalseAlarms {
    /// The probability that a beat is followed by one.
    pub per_beat: f64,
    /// The time from one to the next; perhaps infinite.
    pub recurrence_s: f64,
    /// How long one lasts on average.
    pub mistake_s: Option<f64>,
    /// The probability that the observer is right at a random instant.
    pub accuracy: Option<f64>,
    /// The formula in words.
    pub formula: String,
    /// The same with its numbers.
    pub numbers: String,
}

/// What is known of the mistakes of a pair, or why nothing is.
pub fn false_alarms(scenario: &Scenario) -> Result<FalseAlarms, String> {
    let way = &scenario.network.usual;
    let Some(silence) = scenario.silence().filter(|silence| silence.since == Since::Beat) else {
        return Err("the detector is not a timeout since the last beat".to_owned());
    };
    use crate::engine::model::Latency;
    let constant = way.latency.quantile(0.0) == way.latency.quantile(1.0);
    let plain = constant
        && silence.least == silence.most
        && scenario.faults.iter().all(|fault| fault.only_ends_lives())
        && scenario.beats().probe_timeout.is_none()
        && scenario.detector.check == Check::Timer
        && scenario.detector.stamp == Stamp::Arrival
        && scenario.topology.member().is_simple()
        && scenario.topology.member().rhythm().is_steady()
        && scenario
            .verdict
            .rules
            .is_some_and(|rules| !rules.returns_slowly() && rules.confirm_after.nanos() == 0)
        && scenario.network.channels.is_empty()
        && scenario.network.links.is_empty()
        && way.bursts.is_none()
        && way.transport() == Transport::Datagrams;
    if !plain {
        return Err("only plain timeouts, constant delays and independent losses are known here".to_owned());
    }
    let (interval, timeout) = (scenario.beats().interval.seconds(), silence.least.seconds());
    let losses = (silence.least.nanos() / scenario.beats().interval.nanos()) as f64;
    let per_beat = libm::pow(way.loss, losses);
    let rate = (1.0 - way.loss) * per_beat / interval;
    let lasts = interval * (losses + 1.0 / (1.0 - way.loss)) - timeout;
    Ok(FalseAlarms {
        per_beat,
        recurrence_s: 1.0 / rate,
        mistake_s: Some(lasts),
        accuracy: Some(1.0 - rate * lasts),
        formula: "loss ^ (losses in a row that the timeout does not bear)".to_owned(),
        numbers: format!("{} ^ {losses} of a beat every {}", way.loss, seconds(interval)),
    })
}
