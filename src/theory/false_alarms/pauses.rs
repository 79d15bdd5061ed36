//! Processes that stand still: how often a pause is taken for a death, and for how long.
//!
//! Nothing is lost, and all beats take equally long. A pause of length X that begins U after a beat is a
//! silence of U + X, or longer if the beats that fell due meanwhile are left out. So all that matters is how
//! rare long pauses are.

use super::arrivals::HALF_TICK;
use super::integral::integral;
use crate::engine::model::Latency;

/// What pauses do to a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standstill {
    /// The probability that a pause is taken for a death; or, where pauses come by chance, mistakes per
    /// second.
    pub alarms: f64,
    /// The mean length of a mistake in seconds; infinite where that of pauses is.
    pub mistake_s: f64,
}

/// What becomes of the beats that fell due during a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumes {
    /// One comes at once.
    AtOnce,
    /// None does: the next is the next of the grid.
    OnTheGrid,
}

/// One pause that begins at any moment of the interval, under a timeout from the last arrival.
pub fn of_one_pause(pause: &impl Latency, interval: f64, timeout: f64, resumes: Resumes) -> Standstill {
    match resumes {
        Resumes::AtOnce => {
            let from = timeout - interval;
            let alarms = area_beyond(pause, from, timeout) / interval;
            let silent = ramp_beyond(pause, from, interval) / interval;
            Standstill { alarms, mistake_s: silent / alarms }
        }
        Resumes::OnTheGrid => {
            // Y = U + X decides which beat of the grid is the first: a death if that is later than the
            // timeout.
            let whole = ((timeout + HALF_TICK) / interval).floor() * interval;
            let alarms = area_beyond(pause, whole - interval, whole) / interval;
            let silent = (whole + interval - timeout) * alarms + area_beyond(pause, whole, f64::INFINITY);
            Standstill { alarms, mistake_s: silent / alarms }
        }
    }
}

/// Pauses that begin by chance, on average so long after the end of the one before, where beats begin anew at
/// the end of each: alarms per second.
pub fn of_many_pauses(pause: &impl Latency, interval: f64, timeout: f64, mean_gap: f64) -> Standstill {
    // The time since the last beat, at the start of a pause, is exponential, cut to an interval.
    let all = -libm::expm1(-interval / mean_gap);
    let density = |age: f64| libm::exp(-age / mean_gap) / (mean_gap * all);
    let cycle = mean_gap + pause.mean();
    let mut ages: Vec<f64> =
        marks(pause, timeout - interval, timeout).iter().map(|mark| timeout - mark).collect();
    ages.extend([0.0, interval]);
    let alarms = integral(|age| density(age) * beyond(pause, timeout - age), &ages) / cycle;
    let silent =
        integral(|age| density(age) * area_beyond(pause, timeout - age, f64::INFINITY), &ages) / cycle;
    Standstill { alarms, mistake_s: silent / alarms }
}

/// The probability that a pause is longer; where all of them are equally long, a pause of just `seconds` is
/// not.
fn beyond(pause: &impl Latency, seconds: f64) -> f64 {
    if seconds < 0.0 { 1.0 } else { pause.beyond(seconds) }
}

/// ∫ P(X > x) dx.
fn area_beyond(pause: &impl Latency, from: f64, to: f64) -> f64 {
    integral(|x| beyond(pause, x), &marks(pause, from, to))
}

/// ∫ P(X > x) · min(x − from, width) dx from `from` on: the area above x, for all x from `from` to `from +
/// width`.
fn ramp_beyond(pause: &impl Latency, from: f64, width: f64) -> f64 {
    let mut marks = marks(pause, from, f64::INFINITY);
    marks.push(from + width);
    integral(|x| beyond(pause, x) * (x - from).min(width), &marks)
}

/// Where an integral over pauses may bend; an infinite one ends where nothing is left.
fn marks(pause: &impl Latency, from: f64, to: f64) -> Vec<f64> {
    const DOUBLINGS: i32 = 80;
    let quantiles = [0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0].map(|level| pause.quantile(level));
    let mut marks = vec![from];
    marks.extend(quantiles.iter().copied().filter(|mark| from < *mark && *mark < to));
    if to.is_finite() {
        marks.push(to);
        return marks;
    }
    let unit = from.max(pause.quantile(0.5)).max(f64::MIN_POSITIVE);
    let far = (0..DOUBLINGS).map(|power| libm::ldexp(unit, power));
    let end = quantiles[6];
    marks.extend(far.filter(|mark| from < *mark && *mark < end));
    marks
}
