//! How long silence is borne, and from when it counts.

use super::Gap;
use crate::detectors::Suspicion;
use crate::detectors::misses::Misses;
use crate::engine::model::{Latency, Silence, Since};
use crate::engine::watch::{Check, Stamp};
use crate::scenario::Scenario;
use crate::topologies::{Awaited, Pace};

/// How long silence is borne.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Borne {
    /// What it is made of, in words.
    pub(super) words: String,
    /// At least, in seconds.
    pub(super) least: f64,
    /// And at most; anything between is equally likely.
    pub(super) most: f64,
    /// What becomes of the delay of the newest beat: added, left out or subtracted.
    pub(super) sign: f64,
}

impl Borne {
    /// How long silence is borne in a scenario, where questions come so often, and `refused` says whether the dead
    /// refuse what they are asked.
    pub(super) fn of(
        scenario: &Scenario,
        silence: Silence,
        (gap, refused): (&Gap, bool),
    ) -> Result<Borne, String> {
        let Silence { since, least, most } = silence;
        let plain = |sign| Ok(Borne::always("silence", [least.seconds(), most.seconds()], sign));
        match (since, scenario.detector.stamp, scenario.detector.check) {
            (Since::Question, ..) => match &scenario.detector.suspicion {
                Suspicion::Misses(misses) => of_questions(scenario, misses, silence, (gap, refused)),
                _ => plain(-1.0),
            },
            (Since::Beat, Stamp::Sent, _) => plain(0.0),
            (Since::Beat, Stamp::Arrival, _) => plain(1.0),
            (Since::Beat, Stamp::Noticed, Check::Every { every, .. }) if least == most => {
                // The next scan but so many is the first that is later than the deadline.
                let scans = every.times(least.nanos() / every.nanos() + 1).seconds();
                Ok(Borne::always("silence in whole scans", [scans; 2], 1.0))
            }
            (Since::Beat, Stamp::Noticed, _) => {
                Err("silence counts from the scan that noticed a beat, and ends with a tick".to_owned())
            }
        }
    }

    fn always(words: impl Into<String>, [least, most]: [f64; 2], sign: f64) -> Borne {
        Borne { words: words.into(), least, most, sign }
    }
}

/// How long it is borne where so many questions in a row have no answer.
///
/// The first of them comes a gap after the last that was answered, and each of the others when the one before is
/// done with: by its timeout, or by a refusal, which takes as long as an answer.
fn of_questions(
    scenario: &Scenario,
    misses: &Misses,
    silence: Silence,
    (gap, refused): (&Gap, bool),
) -> Result<Borne, String> {
    let topology = scenario.topology.member();
    let rhythm = topology.rhythm();
    if rhythm.pace == Pace::FixedRate && !refused && gap.is_interval() {
        let all = [silence.least, silence.most].map(|span| span.seconds());
        return Ok(Borne::always("silence", all, -1.0));
    }
    if rhythm.jitter.bounds() != [0.0; 2] {
        return Err("questions stray from the moments at which they are due".to_owned());
    }
    let law = &scenario.network.usual.latency;
    if refused && (scenario.network.loses() || law.quantile(0.0) < law.quantile(1.0)) {
        return Err("a refusal may be lost, or late".to_owned());
    }
    let count = f64::from(misses.misses);
    let patience = scenario.beats().probe_timeout.unwrap_or_default().seconds();
    let margin = silence.least.seconds() - count * scenario.beats().interval.seconds() - patience;
    let Some(each) = gap.after_death(scenario) else {
        return Err("some of the dead refuse what they are asked, and others do not".to_owned());
    };
    let each_in_words = match (rhythm.pace, topology.awaited(), refused) {
        (Pace::FixedRate, ..) => "interval",
        (_, Awaited::Answer(_), true) => "(interval + there and back)",
        _ => "(interval + probe timeout)",
    };
    // Where all wait for the last answer that may come, the last question is given up later than the next could be
    // asked that waits for this one alone.
    let is_last = matches!(topology.awaited(), Awaited::LastAnswer(_)) && !refused;
    let (last, sign) = if is_last { (patience, -1.0) } else { (0.0, 1.0) };
    let mut words = format!("misses × {each_in_words}");
    if is_last {
        words.push_str(" + probe timeout");
    }
    if margin > 1e-6 {
        words.push_str(" + margin");
    }
    Ok(Borne::always(words, [count * each + last + margin; 2], sign))
}
