//! How often a node that lives is held dead, and for how long, where it is known without simulating.
//!
//! Chance makes these mistakes: beats are lost, or late. What is said here is exact for the protocol as it is
//! simulated, in the long run, for any one pair of an observer and a subject that both live; where a detector
//! learns, in the limit of a long window, and the formula says so. What else can go wrong (processes that
//! stand still, walls, overload) has causes of its own, and no formula here is about it.

mod answers;
mod arrivals;
mod channels;
mod counters;
mod integral;
mod pauses;
mod reasons;
mod silence;
#[cfg(test)]
mod tests;
mod words;

use crate::detectors::Suspicion;
use crate::detectors::phi::{Phi, Promise};
use crate::engine::model::{Silence, Since};
use crate::engine::time::Span;
use crate::engine::watch::{Check, Stamp};
use crate::scenario::Scenario;
use crate::topologies::Layout;
use arrivals::{Delays, Losses};
use integral::{MOST, within_reason};
use silence::{Alarms, Start, Wait};
use words::{figure, seconds};

pub(super) use pauses::alarms_of_pauses_within;
pub use pauses::{AlarmsOfPauses, alarms_of_pauses};

/// How often a living node is held dead, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct FalseAlarms {
    /// The probability that a beat's silence becomes a declared death: mistakes for each beat that is sent,
    /// or for each question that is asked.
    pub per_beat: f64,
    /// The mean time from one mistake of a pair of observer and subject to the next, E(T_MR); may be
    /// infinite.
    pub recurrence_s: f64,
    /// The mean length of a mistake, E(T_M).
    pub mistake_s: Option<f64>,
    /// The probability of a right answer at a random instant, P_A.
    pub accuracy: Option<f64>,
    /// Whether it is what a detector that learns comes to when it has learnt for long, and not what one with this
    /// window does.
    pub is_limit: bool,
    /// The formula.
    pub formula: String,
    /// The same with its numbers.
    pub numbers: String,
}

/// The closed form for a scenario; otherwise, in a short phrase, why none is known.
pub fn false_alarms(scenario: &Scenario) -> Result<FalseAlarms, String> {
    false_alarms_within(scenario, MOST)
}

/// The same in so many steps.
pub(super) fn false_alarms_within(scenario: &Scenario, steps: u64) -> Result<FalseAlarms, String> {
    let found = within_reason(steps, || closed_form(scenario));
    found.unwrap_or_else(|| Err("it takes too long to compute".to_owned()))
}

fn closed_form(scenario: &Scenario) -> Result<FalseAlarms, String> {
    let suspicion = &scenario.detector.suspicion;
    reasons::none_against(scenario)?;
    // What is learnt, where something is.
    let learnt = match suspicion {
        Suspicion::Timeout(_) | Suspicion::Misses(_) => None,
        Suspicion::Chen(_) if scenario.detector.stamp == Stamp::Sent => None,
        Suspicion::Chen(_) => Some(
            "for a long window: counted from when a beat is expected, which is its mean delay after it is due"
                .to_owned(),
        ),
        Suspicion::Phi(phi) => Some(what_is_learnt(phi, scenario)?),
        _ => return Err(format!("{} adapts: no closed form is known", suspicion.kind())),
    };
    match scenario.beats().probe_timeout {
        Some(_) if suspicion.learns() => Err("answers come in steps, of which less is known".to_owned()),
        Some(probe_timeout) => answers::of_answers(scenario, probe_timeout),
        None if scenario.network.channels.is_empty() => {
            let delays = delays_of_beats(scenario);
            let silence = silence_of(scenario, &delays).ok_or(UNKNOWN_SILENCE)?;
            let told = of_beats(scenario, delays, &silence)?;
            Ok(match learnt {
                Some(limit) => told.said_of(&limit),
                None => told,
            })
        }
        None if suspicion.learns() => Err("it learns from each channel by itself".to_owned()),
        None => channels::of_channels(scenario),
    }
}

const UNKNOWN_SILENCE: &str = "how much is borne depends on what was heard";

/// What phi makes of steady beats: a timeout.
fn what_is_learnt(phi: &Phi, scenario: &Scenario) -> Result<String, String> {
    let borne = scenario.silence().ok_or(UNKNOWN_SILENCE)?.least;
    let Promise { threshold, kept } = phi.promise();
    Ok(format!(
        "for a long window, in which phi {} is a silence of {} (if gaps followed its law, P would be {}, or {} with a \
         window as short as this one)",
        figure(threshold),
        seconds(borne.seconds()),
        figure(libm::exp(-threshold * core::f64::consts::LN_10)),
        figure(kept),
    ))
}

/// A formula in words.
struct Told {
    formula: String,
    /// What P is, with numbers.
    chance: String,
    /// What the length of a mistake is, with numbers, where that is short.
    length: Option<String>,
}

impl FalseAlarms {
    fn of(alarms: Alarms, interval: f64, told: Told) -> FalseAlarms {
        let Alarms { per_beat, share } = alarms;
        let Told { formula, chance, length } = told;
        let recurrence_s = interval / per_beat;
        let mistake_s = (per_beat > 0.0).then_some(share * recurrence_s);
        let sum = length.map(|sum| format!("{sum} = ")).unwrap_or_default();
        let lengths = mistake_s.map(|length| format!("; E(T_M) = {sum}{}", seconds(length)));
        let numbers = format!(
            "{chance} = {}; E(T_MR) = {} / P = {}{}; P_A = 1 - {}",
            figure(per_beat),
            seconds(interval),
            seconds(recurrence_s),
            lengths.unwrap_or_default(),
            figure(share),
        );
        let accuracy = Some(1.0 - share);
        FalseAlarms { per_beat, recurrence_s, mistake_s, accuracy, is_limit: false, formula, numbers }
    }

    /// The same, of what has learnt for long.
    fn said_of(self, what: &str) -> FalseAlarms {
        FalseAlarms { is_limit: true, formula: format!("{what}: {}", self.formula), ..self }
    }
}

/// Why nobody is ever trusted.
const FOR_EVER: &str = "no sign of life ever arrives in time, so all are held dead for ever";

/// The delays of the beats of a scenario, if they are heard.
fn delays_of_beats(scenario: &Scenario) -> Delays<'_> {
    let way = &scenario.network.usual;
    let delays = Delays::of_beats(&way.latency, way.duplicate);
    match scenario.detector.cutoff {
        Some(cutoff) => delays.cut_at(cutoff.seconds()),
        None => delays,
    }
}

/// How much silence the detector bears once beats have come like this for long.
fn silence_of(scenario: &Scenario, delays: &Delays<'_>) -> Option<Silence> {
    let silence = scenario.silence()?;
    if !expects(scenario) || scenario.detector.stamp == Stamp::Sent {
        return Some(silence); // What is counted from the sender's stamp has no delay.
    }
    let late = Span::from_seconds(delays.mean_heard());
    let Silence { since, least, most } = silence;
    Some(Silence { since, least: least + late, most: most + late })
}

/// Whether silence counts from when a beat was due, and not from when the one before came.
fn expects(scenario: &Scenario) -> bool {
    matches!(scenario.detector.suspicion, Suspicion::Chen(_))
}

/// Of beats that nobody asks for.
fn of_beats(scenario: &Scenario, delays: Delays<'_>, silence: &Silence) -> Result<FalseAlarms, String> {
    let wait = wait_of(scenario, delays, silence)?;
    let (way, interval) = (&scenario.network.usual, wait.interval);
    let constant = wait.delays.are_constant().then(|| wait.delays.least());
    let told = match constant.filter(|_| wait.look == 0.0 && way.bursts.is_none()) {
        Some(delay) => of_losses_alone(&wait, delay, way.loss),
        None => Told {
            formula: words::of_wait(wait.start, way.bursts.is_some(), wait.look > 0.0),
            chance: format!("{}: P", circumstances(scenario, &wait)),
            length: None,
        },
    };
    Ok(FalseAlarms::of(alarms_of(wait)?, interval, told))
}

/// What is waited for, and how.
fn wait_of<'a>(scenario: &'a Scenario, delays: Delays<'a>, silence: &Silence) -> Result<Wait<'a>, String> {
    let detector = &scenario.detector;
    let way = &scenario.network.usual;
    let interval = scenario.beats().interval.seconds();
    if returns_slowly(scenario) {
        return Err("the way back takes several beats".to_owned());
    }
    let may_overtake = delays.may_overtake(interval);
    if detector.count_late_beats && (may_overtake || way.duplicate > 0.0) {
        return Err("beats that come late count".to_owned());
    }
    // What is counted from the sender's stamp has nothing to learn.
    let learns = expects(scenario) && detector.stamp != Stamp::Sent;
    if learns && may_overtake && delays.beyond(interval) > NEGLIGIBLE {
        return Err("beats overtake one another, so some are not learnt from".to_owned());
    }
    let several =
        matches!(scenario.topology, Layout::Peers(_)) && !scenario.topology.member().is_watched_by_one();
    if way.bursts.is_some() && several {
        return Err("losses come in bursts, and votes take the same links as beats".to_owned());
    }
    let losses = match &way.bursts {
        Some(bursts) => Losses::in_bursts(bursts, way.loss),
        None => Losses::independent(way.loss),
    };
    let Patience { start, borne, look } = patience(scenario, silence)?;
    let delays = if start == Start::Due {
        if look > 0.0 && delays.most() > borne {
            return Err(
                "beats may be too old when they arrive, and silence is looked at now and then".to_owned()
            );
        }
        delays.cut_at(borne)
    } else {
        delays
    };
    let borne = borne + confirm_after(scenario);
    Ok(Wait { delays, losses, interval, start, borne, look })
}

/// The words where all beats take equally long, so that only losses matter, each on its own.
fn of_losses_alone(wait: &Wait<'_>, delay: f64, loss: f64) -> Told {
    let (interval, silence) = (wait.interval, wait.after_arrival(delay));
    let losses = ((silence + arrivals::HALF_TICK) / interval).floor();
    let (p, eta, silence) = (figure(loss), seconds(interval), seconds(silence));
    Told {
        formula: "P = (1 - p) × p^j: a beat comes, and the next j = floor(silence / interval) are lost; \
                  E(T_MR) = interval / P; E(T_M) = interval × (j + 1 / (1 - p)) - silence"
            .to_owned(),
        chance: format!("j = floor({silence} / {eta}) = {losses}; P = (1 - {p}) × {p}^{losses}"),
        length: Some(format!("{eta} × ({losses} + 1 / (1 - {p})) - {silence}")),
    }
}

/// What matters, with its numbers.
fn circumstances(scenario: &Scenario, wait: &Wait<'_>) -> String {
    let way = &scenario.network.usual;
    let mut words = format!(
        "p = {}, delay {}, silence {}, interval {}",
        figure(way.mean_loss()),
        way.latency,
        seconds(wait.borne),
        seconds(wait.interval),
    );
    if let Some(cutoff) = scenario.detector.cutoff {
        words += &format!(", not heard after {cutoff}");
    }
    if wait.look > 0.0 {
        words += &format!(", wait for the next look up to {}", seconds(wait.look));
    }
    words
}

/// Rarer than this, overtaking changes nothing that is learnt.
const NEGLIGIBLE: f64 = 1e-6;

fn alarms_of(wait: Wait<'_>) -> Result<Alarms, String> {
    /// So many beats in a row are not waited for by anybody.
    const MOST_INTERVALS: f64 = 1e6;
    if wait.borne + wait.look > MOST_INTERVALS * wait.interval {
        return Err("silence is borne for more than a million intervals".to_owned());
    }
    wait.alarms().ok_or_else(|| FOR_EVER.to_owned())
}

/// What a detector makes of silence.
struct Patience {
    start: Start,
    borne: f64,
    look: f64,
}

/// From when silence is counted, how long it is borne, and until when somebody looks.
fn patience(scenario: &Scenario, silence: &Silence) -> Result<Patience, String> {
    let detector = &scenario.detector;
    let Silence { since, least, most } = *silence;
    let start = match (since, detector.stamp) {
        (Since::Beat, Stamp::Noticed) if expects(scenario) => {
            return Err("it learns from when a scan noticed beats".to_owned());
        }
        (Since::Beat, Stamp::Arrival) if expects(scenario) => Start::Due,
        (Since::Beat, Stamp::Arrival | Stamp::Noticed) => Start::Arrival,
        (Since::Beat, Stamp::Sent) | (Since::Question, _) => Start::Due,
    };
    let in_step = !scenario.topology.member().rhythm().is_plain();
    let ticks = most > least;
    let look = match detector.check {
        Check::Timer => 0.0,
        Check::Every { phase: None, every } => every.seconds(),
        Check::Every { .. } | Check::Bucket(_) if in_step => {
            return Err("beats and looks keep step".to_owned());
        }
        Check::Every { every: width, .. } | Check::Bucket(width) => width.seconds(),
    };
    let borne = least.seconds();
    match (ticks, detector.stamp, detector.check) {
        (false, Stamp::Noticed, Check::Every { every, .. }) => {
            // The next look but so many is the first that finds the silence too long.
            let borne = every.times(least.nanos() / every.nanos() + 1).seconds();
            Ok(Patience { start, borne, look })
        }
        (false, ..) => Ok(Patience { start, borne, look }),
        (true, Stamp::Arrival, Check::Timer) if in_step => {
            let first = first_tick(&detector.suspicion).ok_or("ticks come at times that are not known")?;
            let interval = scenario.beats().interval;
            let phase = Span::from_nanos(first.nanos() % interval.nanos()).seconds();
            Ok(Patience { start: Start::Tick(phase), borne, look })
        }
        // From an arrival to the next tick it is anything up to an interval.
        (true, Stamp::Arrival, Check::Timer) => Ok(Patience { start, borne, look: (most - least).seconds() }),
        (true, ..) => Err("ticks are counted, and looked at by another rhythm".to_owned()),
    }
}

fn first_tick(suspicion: &Suspicion) -> Option<Span> {
    match suspicion {
        Suspicion::Misses(misses) => misses.first_tick(),
        _ => None,
    }
}

fn confirm_after(scenario: &Scenario) -> f64 {
    scenario.verdict.rules.map_or(0.0, |rules| rules.confirm_after.seconds())
}

fn returns_slowly(scenario: &Scenario) -> bool {
    scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly())
}
