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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use std::path::Path;

    fn text(more: &str) -> String {
        format!(
            "duration = '1h'\ncluster.nodes = 10\ntopology = {{ kind = 'centralized', interval = '5s' }}\n\
             faults = [{{ kind = 'crash', nodes = 'random:1', at = {{ between = ['10m', '50m'] }} }}]\n{more}"
        )
    }

    fn read(document: &Document) -> Scenario {
        Scenario::read(document, Path::new("")).unwrap_or_else(|page| panic!("{page}"))
    }

    fn scenario(more: &str) -> Scenario {
        read(&Document::parse("a.toml", &text(more)).expect("TOML"))
    }

    /// What lies above a rising curve of shares is its mean.
    fn mean(curve: &[[f64; 2]]) -> f64 {
        let above = curve.windows(2).map(|pair| {
            let ([from, low], [until, high]) = (pair[0], pair[1]);
            (until - from) * (1.0 - f64::midpoint(low, high))
        });
        curve[0][0] + above.sum::<f64>()
    }

    #[test]
    fn the_curve_rises_from_the_earliest_to_the_latest_and_has_the_mean() {
        for more in [
            "detector = { kind = 'misses', misses = 3 }\nnetwork.latency = { kind = 'constant', value = '100ms' }",
            "detector = { kind = 'timeout', timeout = '12s' }\n\
             network.latency = { kind = 'uniform', min = '0s', max = '2s' }",
            "detector = { kind = 'timeout', timeout = '12s' }\n\
             network.latency = { kind = 'exponential', mean = '200ms' }",
            "detector = { kind = 'timeout', timeout = '12s', check = { every = '2s' } }",
            "detector = { kind = 'timeout', timeout = '12s' }\nverdict.confirm_after = '3s'",
        ] {
            let scenario = scenario(more);
            let form = ClosedForm::of(&scenario).expect(more);
            let curve = ClosedForm::curve(&scenario).expect(more);
            let ([first, none], [_, all]) = (curve[0], curve[curve.len() - 1]);
            assert!((first - form.earliest).abs() < 1e-9 && none < 1e-3 && all > 0.999, "{more}");
            assert!(
                curve.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] <= pair[1][1]),
                "{more}"
            );
            assert!((mean(&curve) - form.mean).abs() < 0.01, "{more}: {} is not {}", mean(&curve), form.mean);
        }
    }

    #[test]
    fn no_curve_is_drawn_where_only_the_mean_is_known() {
        let detector = "detector = { kind = 'timeout', timeout = '12s' }";
        let mut strays = Document::parse("a.toml", &text(detector)).expect("TOML");
        strays.set("topology.jitter=[-0.1, 0.1]").expect("a jitter");
        let strays = read(&strays);
        assert!(ClosedForm::of(&strays).is_some());
        assert_eq!(ClosedForm::curve(&strays), None, "gaps of several lengths");
    }
}
