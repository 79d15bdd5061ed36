//! Phi accrual: how improbable is a silence as long as this one, by what was learnt of the gaps between
//! beats? (Hayashibara, Défago, Yared and Katayama, "The φ accrual failure detector", 2004.)
//!
//! φ is the number of nines: at φ = 3, one gap in a thousand is as long as this, if gaps come as `model` says
//! and if what was learnt of them is right. The subject is suspected when φ gets above `threshold`. Since φ
//! only grows while nothing is heard, that instant is known beforehand, so this is a deadline like any other:
//!
//! - normal and logistic: last beat + mean gap + `acceptable_pause` + factor × deviation of the gaps;
//! - exponential: last beat + `acceptable_pause` + factor × mean gap.
//!
//! The factor follows from `threshold` alone ([`Model::factor`]). The deviation is that of the gaps in the
//! window (their mean square distance from the mean is divided by their number), but never less than
//! `min_deviation`. Deadlines are rounded to the nearest nanosecond.
//!
//! All keys trade mistakes against time, one way each: see the fields of [`Phi`].

#[cfg(test)]
mod chance;
mod model;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::chen::read_window;
use super::expected::nanos_of;
use super::window::{Window, value_of};
use super::{Beats, Lever, Setting, rounded_up};
use crate::document::{Bounds, Positive, Table};
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};
pub use model::Model;

/// The instant at which φ gets to `threshold`.
#[derive(Clone, Debug, Serialize)]
pub struct Phi {
    /// By which law gaps are taken to come. The exponential one is by far the most patient, and the logistic
    /// one a little less patient than the normal.
    pub model: Model,
    /// How improbable a silence must be: 10 to the power of minus this. Higher forgives longer silences and
    /// is later, by so many deviations (normal, logistic) or mean gaps (exponential). Sane: 8; from 5 to 16.
    pub threshold: f64,
    /// From how many gaps mean and deviation are learnt. More makes better estimates, and so fewer mistakes;
    /// fewer follow a network that has changed sooner. Sane: 1000; with 10, a threshold of 3 keeps a tenth of
    /// its promise.
    pub window: u32,
    /// The least deviation that is believed; `None` where no deviation is. Longer forgives jitter that was
    /// not there before, and is later by the factor for each second, but only where gaps are more regular
    /// than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_deviation: Option<Span>,
    /// Added to the deadline: room for pauses that no gap has shown yet. Every second more is a second later.
    acceptable_pause: Span,
    /// What gaps are taken to be like before any was seen. Longer forgives a slow start.
    first_estimate: Span,
    /// Longer gaps are not learnt. Shorter keeps outages and losses from making it patient, but then those
    /// that belong to everyday life are held against everybody for ever. Sane: two intervals, or left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_interval: Option<Span>,
    /// Whether a gap that made the subject suspect is learnt. Learning makes it more patient after each
    /// mistake.
    outages: Outages,
    /// By what the deviation, or the mean, is multiplied.
    #[serde(skip)]
    factor: f64,
}

/// What becomes of a gap at the end of which the subject was suspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outages {
    /// It is learnt like any other.
    Learn,
    /// It teaches nothing.
    Skip,
}

/// How improbable a silence must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// As φ says.
    pub threshold: f64,
    /// How probable it is indeed, after gaps of the law that the model supposes: they are learnt from a window of them.
    pub kept: f64,
}

/// What is remembered of the gaps between the beats of a subject.
#[derive(Clone, Debug)]
pub struct Gaps {
    /// From when silence counts: the last beat, or when watching began.
    last: Time,
    /// In nanoseconds; empty until the first beat, and from then on never again.
    window: Window,
}

impl Phi {
    /// Reads `model`, `threshold`, `window`, `min_deviation`, `acceptable_pause`, `first_estimate`,
    /// `max_interval` and `outages`.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Phi> {
        let words =
            [("normal", Model::Normal), ("logistic", Model::Logistic), ("exponential", Model::Exponential)];
        let model = table.word("model", Model::Normal, &words);
        let threshold = read_threshold(table);
        let window = read_window(table, 1000);
        let min_deviation = table.or("min_deviation", Span::from_millis(100));
        let acceptable_pause = table.or("acceptable_pause", Span::ZERO);
        let Positive(first_estimate) = table.or("first_estimate", Positive(beats.interval));
        let max_interval = table.given("max_interval").map(|Positive(longest)| longest);
        // As Akka does, and as Cassandra does, which knows of no deviation.
        let usual = if model == Model::Logistic { Outages::Skip } else { Outages::Learn };
        let outages = table.word("outages", usual, &[("learn", Outages::Learn), ("skip", Outages::Skip)]);
        if table.is_right("model") {
            complain_about_deviations(table, model, window);
        }
        if let Some(longest) = max_interval.filter(|longest| *longest < beats.interval) {
            let reason = format!(
                "beats come every {}, and longer gaps than {longest} are not learnt: nothing ever is",
                beats.interval
            );
            let remedy = format!("write max_interval = \"{}\", or leave it out", beats.interval.times(2));
            table.complain("max_interval", reason, remedy);
        }
        let threshold = threshold?;
        Some(Phi {
            model,
            threshold,
            window: window?,
            min_deviation: model.has_deviation().then_some(min_deviation),
            acceptable_pause,
            first_estimate,
            max_interval,
            outages,
            factor: model.factor(threshold),
        })
    }

    /// What its threshold promises.
    pub fn promise(&self) -> Promise {
        let Phi { threshold, window, .. } = *self;
        Promise { threshold, kept: self.model.false_alarm(threshold, window) }
    }

    /// How long a silence is borne after gaps of this mean and deviation, in seconds.
    pub fn patience(&self, mean: f64, deviation: f64) -> Span {
        self.patience_in_nanos(mean * 1e9, deviation * 1e9)
    }

    #[inline]
    fn patience_in_nanos(&self, mean: f64, deviation: f64) -> Span {
        let borne = match self.min_deviation {
            Some(least) => mean + self.factor * deviation.max(least.nanos() as f64),
            None => self.factor * mean,
        };
        let nanos = borne + self.acceptable_pause.nanos() as f64;
        // The cast saturates: below zero becomes 0.
        Span::from_nanos((nanos + 0.5) as u64).min(Span::LONGEST)
    }

    /// The gaps that nobody has seen: two a quarter of an interval off, or a single one, as Akka and
    /// Cassandra have them.
    fn first_gaps(&self) -> [i64; 2] {
        let off = if self.model.has_deviation() { self.first_estimate.nanos() / 4 } else { 0 };
        let usual = self.first_estimate;
        [value_of(usual - Span::from_nanos(off)), value_of(usual + Span::from_nanos(off))]
    }

    /// Whether a gap that ends with this arrival is to be learnt.
    #[inline]
    fn teaches(&self, memory: &Gaps, gap: i64, arrival: &Arrival) -> bool {
        let too_long = self.max_interval.is_some_and(|longest| gap > value_of(longest));
        let skipped = || self.outages == Outages::Skip && arrival.arrived > self.deadline(memory);
        !too_long && !skipped()
    }
}

/// Reads `threshold`.
fn read_threshold(table: &mut Table<'_>) -> Option<f64> {
    table.bounded("threshold", Bounds::above(0.0));
    let threshold = table.or("threshold", 8.0);
    if threshold > 0.0 {
        return Some(threshold);
    }
    let reason = format!("phi is above 0 from the first instant of a silence; this is {threshold}");
    table.complain("threshold", reason, "write threshold = 8.0");
    None
}

/// Complains about keys that want deviations where there are none.
fn complain_about_deviations(table: &mut Table<'_>, model: Model, window: Option<u32>) {
    if !model.has_deviation() {
        if table.has("min_deviation") {
            let remedy = "leave it out, or write model = \"normal\"";
            table.complain("min_deviation", "model \"exponential\" knows the mean gap only", remedy);
        }
    } else if window == Some(1) {
        table.complain("window", "of a single gap there is no deviation", "write window = 1000");
    }
}

impl Detector for Phi {
    type Memory = Gaps;

    fn begin(&self, now: Time) -> Gaps {
        Gaps { last: now, window: Window::default() }
    }

    fn heard(&self, memory: &mut Gaps, arrival: Arrival) {
        if memory.window.len() == 0 {
            let [shorter, longer] = self.first_gaps();
            memory.window.push(shorter, self.window);
            if self.model.has_deviation() {
                memory.window.push(longer, self.window);
            }
        } else {
            // Below zero where a beat counts that was overtaken and is counted from its stamp: then the gap
            // before was too long by as much.
            let gap = nanos_of(arrival.counted) - nanos_of(memory.last);
            if self.teaches(memory, gap, &arrival) {
                memory.window.push(gap, self.window);
            }
        }
        memory.last = arrival.counted;
    }

    fn hastens(&self) -> bool {
        true
    }

    fn learns_by_life(&self) -> bool {
        true
    }

    fn history(&self, beats: f64) -> f64 {
        // A gap for each beat but the first, and the one or two that nobody has seen.
        let unseen = if self.model.has_deviation() { 1.0 } else { 0.0 };
        Window::bytes(self.window, if beats > 0.0 { beats + unseen } else { 0.0 })
    }

    fn last(&self, memory: &Gaps) -> Time {
        memory.last
    }

    fn deadline(&self, memory: &Gaps) -> Time {
        let (mean, deviation) = if memory.window.len() == 0 {
            let [shorter, longer] = self.first_gaps();
            (self.first_estimate.nanos() as f64, (longer - shorter) as f64 / 2.0)
        } else if self.model.has_deviation() {
            (memory.window.mean(), memory.window.variance().sqrt())
        } else {
            (memory.window.mean(), 0.0)
        };
        memory.last.saturating_add(self.patience_in_nanos(mean, deviation))
    }

    /// What a long memory settles at. A gap is as many intervals as it takes for a beat to come through, and
    /// the delay of the beat at its end less that of the one before.
    fn silence(&self, steady: &Steady) -> Option<Silence> {
        /// Beats that are overtaken, and gaps that are not learnt, are so rare from here on that they do not
        /// matter.
        const OVERTAKING: f64 = 3.0;
        const CUT: f64 = 5.0;
        let (interval, arriving) = (steady.interval.seconds(), 1.0 - steady.loss);
        let by_delay = core::f64::consts::SQRT_2 * steady.deviation;
        let (mean, by_loss) = (interval / arriving, interval * steady.loss.sqrt() / arriving);
        if !mean.is_finite() || !steady.delay.is_finite() || OVERTAKING * by_delay > interval {
            return None;
        }
        let deviation = (by_loss * by_loss + by_delay * by_delay).sqrt();
        let borne = self.patience(mean, deviation);
        let cuts = [self.max_interval, (self.outages == Outages::Skip).then_some(borne)];
        let learns_all = |cut: Span| steady.loss == 0.0 && cut.seconds() >= mean + CUT * deviation;
        let is_known = cuts.into_iter().flatten().all(learns_all);
        is_known.then_some(Silence { since: Since::Beat, least: borne, most: borne })
    }
}

impl Lever for Phi {
    fn later_by(&self, _: Span, extra: Span, _: Span) -> Setting {
        Setting::of_length("acceptable_pause", self.acceptable_pause, extra)
    }

    fn sooner(&self, _: Span) -> String {
        let saved = self.factor - self.model.factor(self.threshold / 2.0);
        let of = if self.model.has_deviation() { "deviations of the gaps" } else { "mean gaps" };
        let mut threshold = format!("half the threshold saves {saved:.1} {of}");
        if let Some(least) = self.min_deviation.filter(|least| *least > Span::ZERO) {
            threshold.push_str(&format!(", {} or more", rounded_up(least.stretched(saved))));
        }
        if self.acceptable_pause == Span::ZERO {
            return threshold;
        }
        format!("a shorter acceptable_pause saves as much as it is shorter, and {threshold}")
    }
}
