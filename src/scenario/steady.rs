//! How beats come when nothing befalls anybody, and how long silence is borne then.

use super::Scenario;
use crate::detectors::{Beats, SilenceWith};
use crate::engine::model::{Latency, Silence, Steady};
use crate::engine::time::Span;
use crate::faults::Trouble;
use crate::topologies::Discovery;

impl Scenario {
    /// How beats come when nothing befalls anybody, on the links that are as usual. An answer takes the way of the
    /// question and its own, and is lost with either.
    pub fn steady(&self) -> Steady {
        let way = &self.network.usual;
        let Beats { interval, probe_timeout, .. } = self.beats();
        let (delay, deviation, loss) = (way.latency.mean(), deviation(&way.latency), way.mean_loss());
        match probe_timeout {
            None => Steady { interval, delay, deviation, loss },
            Some(_) => Steady {
                interval,
                delay: 2.0 * delay,
                deviation: core::f64::consts::SQRT_2 * deviation,
                loss: 1.0 - (1.0 - loss) * (1.0 - loss),
            },
        }
    }

    /// Whether a fault changes nothing: it stops the application only, and nobody asks that for a sign of life.
    pub fn is_spared(&self, fault: &Trouble) -> bool {
        let spares_beats = matches!(fault, Trouble::Pause(pause) if pause.spares_beats());
        spares_beats && !self.topology.member().asks_application()
    }

    /// How long the silence of a node that has crashed is borne, where that is known beforehand.
    pub fn silence(&self) -> Option<Silence> {
        let Silence { since, least, most } = self.detector.suspicion.visit(SilenceWith(self.steady()))?;
        let borne = |span| self.detector.tie.borne(span);
        Some(Silence { since, least: borne(least), most: borne(most) })
    }

    /// How long silence is borne, at least and at most: by the detector, or where the protocol itself judges it, by that:
    /// how long followers have patience with their leader, or a suspicion lasts after a probe has failed.
    pub fn borne(&self) -> Option<(Span, Span)> {
        match self.topology.member().discovery(&self.cluster()) {
            Discovery::Followed { least, most, .. } => Some((least, most)),
            Discovery::Probed { suspicion, .. } => Some(suspicion),
            _ => self.silence().map(|silence| (silence.least, silence.most)),
        }
    }
}

/// The standard deviation of a law, in seconds: infinite where the longest of a billion delays still matter.
///
/// The variance is an integral of squared distances of quantiles from the mean over shares of all delays, from the
/// median outwards, taken in equal steps of the logarithm of what is left, because what matters may be rare.
fn deviation(latency: &impl Latency) -> f64 {
    const DECADES: i32 = 12;
    const STEPS: i32 = 200;
    const MATTERS: f64 = 1e-3;
    if latency.quantile(0.0) == latency.quantile(1.0) {
        return 0.0;
    }
    let mean = latency.mean();
    if !mean.is_finite() {
        return f64::INFINITY;
    }
    let step = core::f64::consts::LN_10 / f64::from(STEPS);
    let (mut square, mut decade) = (0.0, 0.0);
    for number in 0..DECADES * STEPS {
        if number % STEPS == 0 {
            decade = 0.0;
        }
        let share = 0.5 * libm::exp(-step * (f64::from(number) + 0.5));
        let (short, long) = (latency.quantile(share) - mean, latency.quantile(1.0 - share) - mean);
        decade += long * long * share * step;
        square += (short * short + long * long) * share * step;
    }
    if decade > MATTERS * square { f64::INFINITY } else { square.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Shelf};

    #[test]
    fn the_deviation_of_a_law_is_that_of_the_books() {
        for (law, known) in [
            ("kind = 'constant', value = '50ms'", 0.0),
            ("kind = 'uniform', min = '0s', max = '120ms'", 0.120 / 12.0_f64.sqrt()),
            ("kind = 'exponential', mean = '20ms'", 0.020),
            ("kind = 'log-normal', mean = '50ms', deviation = '20ms'", 0.020),
            ("kind = 'normal', mean = '100ms', deviation = '10ms'", 0.010),
            ("kind = 'exponential', mean = '20ms', floor = '1s'", 0.020),
            ("kind = 'pareto', scale = '1ms', shape = 1.5", f64::INFINITY),
        ] {
            let text = format!(
                "cluster.nodes = 2\ntopology.kind = 'centralized'\ndetector = {{ kind = 'misses' }}\n\
                 network.latency = {{ {law} }}"
            );
            let document = Document::parse("law", &text).expect("it is TOML");
            let scenario = Scenario::read(&document, Shelf::default()).expect("it is valid");
            let found = scenario.steady().deviation;
            assert!(found == known || (found - known).abs() < 1e-3 * known, "{law}: {found}, not {known}");
        }
    }
}
