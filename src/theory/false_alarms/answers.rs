//! Signs of life that are answers to questions.

use super::arrivals::{Delays, Losses};
use super::counters::Counter;
use super::silence::Wait;
use super::words::{self, figure, seconds};
use super::{
    FOR_EVER, FalseAlarms, Patience, Told, alarms_of, confirm_after, patience, returns_slowly, silence_of,
};
use crate::detectors::Suspicion;
use crate::engine::time::Span;
use crate::engine::watch::Stamp;
use crate::scenario::Scenario;

/// How often and for how long a node is held dead that answers.
pub(super) fn of_answers(scenario: &Scenario, probe_timeout: Span) -> Result<FalseAlarms, String> {
    let way = &scenario.network.usual;
    if way.bursts.is_some() {
        return Err("questions and answers are lost in bursts of their own".to_owned());
    }
    if way.duplicate > 0.0 {
        return Err("a question that arrives twice is answered twice".to_owned());
    }
    if scenario.detector.cutoff.is_some_and(|cutoff| cutoff < probe_timeout) {
        return Err("answers may be in time, but not heard".to_owned());
    }
    let interval = scenario.beats().interval.seconds();
    let delays = Delays::of_answers(&way.latency).cut_at(probe_timeout.seconds());
    let losses = Losses::independent(way.loss * (2.0 - way.loss));
    let silence = silence_of(scenario, &delays).ok_or("how much is borne depends on what was heard")?;
    let Patience { start, borne, look } = patience(scenario, &silence)?;
    let borne = borne + confirm_after(scenario);
    let fails = losses.lost[0] + (1.0 - losses.lost[0]) * (1.0 - delays.heard());
    if fails >= 1.0 {
        return Err(FOR_EVER.to_owned());
    }
    let Suspicion::Misses(misses) = &scenario.detector.suspicion else {
        if scenario.detector.stamp != Stamp::Arrival || returns_slowly(scenario) {
            return Err(
                "answers are stamped when they are sent, or it takes several to be trusted".to_owned()
            );
        }
        return of_wait(scenario, probe_timeout, Wait { delays, losses, interval, start, borne, look });
    };
    let rise = scenario.verdict.rules.map_or(1, |rules| rules.successes);
    let counter = Counter { fails, fall: misses.misses, rise, forgives_all: misses.forgives_all() };
    // From when the question was asked that made it too many, until the death is declared.
    let after = borne - f64::from(misses.misses) * interval;
    if after <= interval && look == 0.0 {
        let alarms = counter.alarms(interval, after, delays.mean_heard());
        let told = of_counter(&counter, &way.latency.to_string(), way.loss, probe_timeout);
        return Ok(FalseAlarms::of(alarms, interval, told));
    }
    if rise > 1 || !counter.forgives_all {
        return Err("an answer may come before the death is declared, and is counted".to_owned());
    }
    of_wait(scenario, probe_timeout, Wait { delays, losses, interval, start, borne, look })
}

/// What a wait for answers comes to.
fn of_wait(scenario: &Scenario, probe_timeout: Span, wait: Wait<'_>) -> Result<FalseAlarms, String> {
    let way = &scenario.network.usual;
    let looks = wait.look > 0.0;
    let formula = words::of_wait(wait.start, false, looks);
    let told = Told {
        formula: format!("p and delay are those of a question and its answer together: {formula}"),
        chance: format!(
            "p = 1 - (1 - {})^2, delay twice {} and never more than {probe_timeout}, silence {}, interval {}{}: P",
            figure(way.loss),
            way.latency,
            seconds(wait.borne),
            seconds(wait.interval),
            if looks {
                format!(", wait for the next look up to {}", seconds(wait.look))
            } else {
                String::new()
            },
        ),
        length: None,
    };
    let interval = wait.interval;
    Ok(FalseAlarms::of(alarms_of(wait)?, interval, told))
}

/// The words where unanswered questions are counted.
fn of_counter(counter: &Counter, latency: &str, loss: f64, probe_timeout: Span) -> Told {
    let Counter { fails, fall, rise, forgives_all } = *counter;
    let (f, p) = (figure(fails), figure(loss));
    let until_down = match forgives_all {
        true => "H = (1 - f^k) / ((1 - f) × f^k) questions until k fail in a row",
        false => {
            "H = d_1 + ... + d_k questions until k more fail than are answered, with d_1 = 1 / f and \
                  d_i = (1 + (1 - f) × d_(i-1)) / f"
        }
    };
    Told {
        formula: format!(
            "P = 1 / (H + U); {until_down}; U = (1 - s^r) / (f × s^r) until r are answered in a row, with s = 1 - f; \
             f = 1 - (1 - p)^2 × P(there and back within the probe's timeout); E(T_MR) = interval / P; \
             E(T_M) = interval × U - time from the last question to the death + mean time of an answer"
        ),
        chance: format!(
            "f = 1 - (1 - {p})^2 × P(twice {latency} ≤ {probe_timeout}) = {f}; k = {fall}, r = {rise}; \
             P = 1 / ({} + {})",
            figure(counter.until_down()),
            figure(counter.until_up()),
        ),
        length: None,
    }
}
