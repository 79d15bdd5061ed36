//! The whole distribution of the time after which one observer knows of a crash.

use super::{ClosedForm, Parts, learns_from_chance};
use crate::engine::model::Latency;
use crate::scenario::Scenario;

/// Places of a line that is not straight.
const PLACES: u32 = 200;
/// Delays, each as likely as any other, that stand for all.
const DELAYS: u32 = 200;
/// Lengths of silence, and waits for the next look, that do.
const SHARES: u32 = 20;

impl ClosedForm {
    /// The share of crashes that are known after so many seconds, where beats come at a fixed interval and nothing is
    /// lost: times and shares, both rising. Nothing where no more is known than the mean and the bounds.
    ///
    /// The age of the newest beat is uniform, and integrated exactly; delays, silences and looks by equal shares.
    pub fn curve(scenario: &Scenario) -> Option<Vec<[f64; 2]>> {
        let form = ClosedForm::of(scenario)?;
        let parts = Parts::of(scenario).ok()?;
        let varies = parts.delay[0] < parts.delay[2];
        // There gaps and delays go together.
        let is_tangled = parts.announced.is_some() || (parts.gap.waits && varies);
        if is_tangled || !parts.gap.is_fixed() || learns_from_chance(scenario) {
            return None;
        }
        if form.uniform {
            return Some(vec![[form.earliest, 0.0], [form.latest, 1.0]]);
        }
        let waits = parts.waits();
        let latest = form.latest.min(parts.nearly_latest());
        let width = (latest - form.earliest) / f64::from(PLACES);
        let place = |number: u32| {
            let time = form.earliest + f64::from(number) * width;
            [time, parts.known_by(time, &waits)]
        };
        Some((0..=PLACES).map(place).collect())
    }
}

impl Parts<'_> {
    /// All that a newest beat of no age may take, each as likely as any other.
    fn waits(&self) -> Vec<f64> {
        let middles = |width: f64, from: f64| {
            let count = if width > 0.0 { SHARES } else { 1 };
            (0..count).map(move |number| from + width * (f64::from(number) + 0.5) / f64::from(count))
        };
        let delays = if self.delay[0] == self.delay[2] { 1 } else { DELAYS };
        let mut waits = Vec::new();
        for number in 0..delays {
            let level = (f64::from(number) + 0.5) / f64::from(delays);
            let delay = if delays == 1 { self.delay[1] } else { self.sign * self.law.quantile(level) };
            for silence in middles(self.most - self.least, self.least) {
                let looks = middles(self.look, 0.0);
                waits.extend(looks.map(|look| silence + delay + look + self.confirmed));
            }
        }
        waits
    }

    /// The probability that a crash is known after `time`.
    fn known_by(&self, time: f64, waits: &[f64]) -> f64 {
        let early = |wait: &f64| (1.0 - (wait - time) / self.gap.mean).clamp(0.0, 1.0);
        waits.iter().map(early).sum::<f64>() / waits.len() as f64
    }
}
