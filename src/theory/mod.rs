//! What theory says beside the simulation: the closed form of the detection time, where one is known.

pub mod false_alarms;

use crate::engine::model::{Latency, Silence, Since};
use crate::engine::network::Transport;
use crate::engine::watch::{Check, Stamp};
use crate::scenario::Scenario;

/// The detection time of a crash at a random moment of the interval, when no message is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosedForm {
    /// The least, in seconds.
    pub earliest: f64,
    /// The mean, in seconds.
    pub mean: f64,
    /// The greatest, in seconds; perhaps infinite.
    pub latest: f64,
    /// Whether every value between is equally likely.
    pub uniform: bool,
}

impl ClosedForm {
    /// The closed form for a scenario, if one is known.
    ///
    /// With U the age of the newest beat at the crash, D its delay and V the wait for the next look:
    /// T_D = silence + D − U + V. Counted from the sender's stamp, D drops out; counted from a question, it
    /// is the question's own delay that is subtracted, because the node must have been alive to hear it.
    pub fn of(scenario: &Scenario) -> Option<ClosedForm> {
        let silence = scenario.silence()?;
        if !applies(scenario, silence.since) {
            return None;
        }
        let interval = scenario.beats().interval.seconds();
        let latency = &scenario.network.usual.latency;
        let delay = [latency.quantile(0.0), latency.mean(), latency.quantile(1.0)];
        let delay = match (silence.since, scenario.detector.stamp) {
            (Since::Question, _) => [-delay[2], -delay[1], -delay[0]],
            (Since::Sending, _) | (Since::Beat, Stamp::Sent) => [0.0; 3],
            (Since::Beat, Stamp::Arrival) => delay,
            (Since::Beat, Stamp::Noticed) => return None,
        };
        let look = match scenario.detector.check {
            Check::Timer => 0.0,
            Check::Every { every, .. } => every.seconds(),
            Check::Bucket(width) => width.seconds(),
        };
        let Silence { least, most, .. } = silence;
        let (least, most) = (least.seconds(), most.seconds());
        let confirmed = scenario.verdict.rules?.confirm_after.seconds();
        let earliest = least + delay[0] - interval + confirmed;
        if !delay[1].is_finite() || earliest < 0.0 {
            return None;
        }
        Some(ClosedForm {
            earliest,
            mean: f64::midpoint(least, most) + delay[1] - interval / 2.0 + look / 2.0 + confirmed,
            latest: most + delay[2] + look + confirmed,
            uniform: look == 0.0 && least == most && delay[0] == delay[2],
        })
    }
}

/// Whether the scenario is one that the closed form is about.
fn applies(scenario: &Scenario, since: Since) -> bool {
    let network = &scenario.network;
    let latency = &network.usual.latency;
    let (least, most) = (latency.quantile(0.0), latency.quantile(1.0));
    // Where links or channels differ, crashes are known sooner here than there, or by the best of several ways.
    let alike = network.links.is_empty() && network.channels.is_empty();
    // Of a message that arrives twice, it is the sooner that counts.
    let once = network.usual.duplicate == 0.0 || least == most;
    let interval = scenario.beats().interval.seconds();
    // Beats that keep step with the crashes or the looks are not at a random moment of the interval.
    let topology = scenario.topology.member();
    let random = topology.rhythm().is_plain() && topology.is_simple();
    // Where beats overtake one another, which of them counts matters.
    // Where it is not allowed, one waits for another.
    let may_overtake =
        !scenario.detector.count_late_beats && network.usual.transport() == Transport::Datagrams;
    let in_order = may_overtake || most - least <= interval;
    // An answer that is too late is as good as lost, and the way of a question moves the one that follows.
    let answers = match scenario.beats().probe_timeout {
        None => true,
        Some(timeout) => 2.0 * most <= timeout.seconds() && (since == Since::Question || least == most),
    };
    // A refusal tells sooner than any timeout, and an observer that crashes tells later or never. Whatever else goes
    // wrong delays or loses beats.
    let cluster = scenario.cluster();
    let plain = scenario.faults.iter().all(|fault| {
        let member = fault.member();
        fault.only_ends_lives() && !member.refuses() && !member.strikes_observers(&cluster)
    });
    random && alike && once && in_order && answers && plain
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::document::Document;

    #[test]
    fn a_closed_form_is_about_crashes_of_members_and_nothing_else() {
        for (fault, known) in [
            ("kind = 'crash', nodes = 'each', for = '1m'", true),
            ("kind = 'crash', nodes = 'each', leaves = 'refusal'", false),
            ("kind = 'crash', nodes = 'm0'", false),
            ("kind = 'pause', nodes = 'n1'", false),
            ("kind = 'slow', nodes = 'm0', adds = '1ms'", false),
            ("kind = 'partition', isolate = 'n1'", false),
            ("kind = 'degrade', nodes = 'n1', latency_factor = 2", false),
            ("kind = 'clock', nodes = 'n1', drift = 100", false),
        ] {
            let text = format!(
                "cluster.nodes = 5\ntopology = {{ kind = 'centralized' }}\ndetector = {{ kind = 'misses' }}\n\
                 faults = [{{ kind = 'crash', nodes = 'n0', at = '1m' }}, {{ at = '2m', {fault} }}]"
            );
            let document = Document::parse("closed", &text).expect("it is TOML");
            let scenario = Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}"));
            assert_eq!(ClosedForm::of(&scenario).is_some(), known, "{fault}");
        }
    }
}
