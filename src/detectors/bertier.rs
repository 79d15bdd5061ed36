//! Bertier's estimate: the next beat is expected where the last ones say, as under [`super::chen`], and the margin is
//! learnt as TCP learns how long to wait for an acknowledgement (Bertier, Marin and Sens, "Implementation and
//! performance evaluation of an adaptable failure detector", 2002; Jacobson, "Congestion avoidance and control", 1988).
//!
//! The margin is as long as beats stray: short in a quiet network, longer in a busy one. It forgives late beats and
//! hardly ever a lost one. `phi` trades as a margin does: larger forgives later beats, and detects later by as much.
//! `beta` counts the part by which beats have become late lately. `gamma` trades steadiness for learning: larger
//! follows a network that has changed within fewer beats, and lets single late ones widen the margin more. `window`
//! is that of the estimate.
//!
//! Where all beats travel equally long there is nothing to learn: the margin goes to nothing, and each beat comes at
//! its deadline, which is in time here. Where beats come sooner than they used to, the margin may be negative.

use serde::Serialize;

use super::bounds::number;
use super::chen::read_window;
use super::expected::{Expected, later};
use super::{Beats, Lever, Setting};
use crate::document::Table;
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};

/// Expected arrival + a margin that is learnt.
#[derive(Clone, Debug, Serialize)]
pub struct Bertier {
    /// How much of the bias of the estimate is added. Sane: 1.
    beta: f64,
    /// How much each beat teaches: the share of the newest error in what is known of errors. Sane: 0.1.
    gamma: f64,
    /// How many mean errors are borne. Sane: 2 to 4.
    phi: f64,
    /// Over how many beats the mean is taken. Sane: 1000.
    window: u32,
    #[serde(skip)]
    interval: Span,
}

/// What is remembered of a subject. Errors are in nanoseconds; each beat makes the older ones matter less, so that
/// floating point loses nothing that counts.
#[derive(Clone, Debug)]
pub struct Memory {
    expected: Expected,
    /// By how much beats come later than expected; the paper's *delay*.
    bias: f64,
    /// How far they are from what bias makes of that; the paper's *var*.
    spread: f64,
}

impl Bertier {
    /// Reads `beta`, `gamma`, `phi` and `window`.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Bertier> {
        let beta = number(table, "beta", 1.0, (0.0, 1000.0));
        let gamma = number(table, "gamma", 0.1, (1e-6, 1.0));
        let phi = number(table, "phi", 4.0, (1e-6, 1000.0));
        let window = read_window(table, 1000);
        Some(Bertier { beta: beta?, gamma: gamma?, phi: phi?, window: window?, interval: beats.interval })
    }

    /// How much later than expected a beat may come, in nanoseconds.
    fn margin(&self, memory: &Memory) -> f64 {
        self.beta * memory.bias + self.phi * memory.spread
    }
}

impl Detector for Bertier {
    type Memory = Memory;

    fn begin(&self, now: Time) -> Memory {
        Memory { expected: Expected::begin(now), bias: 0.0, spread: 0.0 }
    }

    fn heard(&self, memory: &mut Memory, arrival: Arrival) {
        let Some(late) = memory.expected.heard(arrival, self.interval, self.window) else { return };
        let error = late - memory.bias;
        memory.bias += self.gamma * error;
        memory.spread += self.gamma * (error.abs() - memory.spread);
    }

    fn hastens(&self) -> bool {
        true
    }

    fn learns_by_life(&self) -> bool {
        true
    }

    fn history(&self, beats: f64) -> f64 {
        Expected::bytes(self.window, beats)
    }

    fn last(&self, memory: &Memory) -> Time {
        memory.expected.last
    }

    fn deadline(&self, memory: &Memory) -> Time {
        let expected = memory.expected.next(self.interval);
        if memory.expected.is_unheard() {
            // Nothing is known of the margin: an interval more than the longest that a first beat is due to take.
            return expected.saturating_add(self.interval);
        }
        later(expected, libm::round(self.margin(memory)) as i64)
    }

    /// Where beats travel equally long there is no margin; otherwise it depends on what was heard.
    fn silence(&self, steady: &Steady) -> Option<Silence> {
        let borne = self.interval;
        (steady.deviation == 0.0).then_some(Silence { since: Since::Beat, least: borne, most: borne })
    }
}

impl Lever for Bertier {
    /// As many more errors as make up for it, if that is not out of all proportion.
    fn later_by(&self, borne: Span, extra: Span, interval: Span) -> Setting {
        const MOST: f64 = 20.0;
        let margin = borne.seconds() - interval.seconds();
        let enough = 1.25 * (1.0 + extra.seconds() / margin);
        if !(1.0..=MOST).contains(&enough) {
            return Setting { words: "a larger phi".to_owned(), remedy: None };
        }
        let phi = libm::ceil(10.0 * self.phi * enough) / 10.0;
        Setting {
            words: format!("a phi of at least {phi} instead of {}", self.phi),
            remedy: Some(format!("detector.phi={phi}")),
        }
    }

    fn sooner(&self, _: Span) -> String {
        "a smaller phi makes the margin smaller in proportion".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, Stream, Streams};

    fn bertier(interval: u64, window: u32, phi: f64) -> Bertier {
        Bertier { beta: 1.0, gamma: 0.1, phi, window, interval: Span::from_secs(interval) }
    }

    fn at(seconds: f64) -> Time {
        Time::from_nanos((seconds * 1e9).round() as u64)
    }

    /// A beat that was sent and arrived then.
    fn beat(sent: f64, arrived: f64) -> Arrival {
        Arrival { sent: at(sent), arrived: at(arrived), counted: at(arrived), since: at(sent) }
    }

    /// Expected arrival of the next, margin, deadline.
    type After = [f64; 3];
    /// Arrivals, and what holds after each of them.
    type History = (&'static [f64], &'static [After]);

    /// interval, window, phi, history
    const BE_01: [(u64, u32, f64, History); 3] = [
        (
            1,
            1000,
            4.0,
            (
                &[0.1, 1.12, 2.08, 3.3, 4.11, 5.1, 6.45, 7.09],
                &[
                    [1.1, 0.0, 1.1],
                    [2.11, 0.01, 2.12],
                    [3.1, 0.0188, 3.1188],
                    [4.15, 0.1174, 4.2674],
                    [5.142, 0.125_228, 5.267_228],
                    [6.135, 0.130_516_4, 6.265_516_4],
                    [7.18, 0.271_954_68, 7.451_954_68],
                    [8.168_75, 0.287_068_284, 8.455_818_284],
                ],
            ),
        ),
        (
            1,
            1000,
            4.0,
            (
                &[0.1, 1.1, 2.1, 3.1, 4.1, 5.1],
                &[
                    [1.1, 0.0, 1.1],
                    [2.1, 0.0, 2.1],
                    [3.1, 0.0, 3.1],
                    [4.1, 0.0, 4.1],
                    [5.1, 0.0, 5.1],
                    [6.1, 0.0, 6.1],
                ],
            ),
        ),
        (
            2,
            3,
            2.0,
            (
                &[0.05, 2.05, 4.25, 6.05, 8.05],
                &[
                    [2.05, 0.0, 2.05],
                    [4.05, 0.0, 4.05],
                    [6.116_666_667, 0.06, 6.176_666_667],
                    [8.116_666_667, 0.064_666_667, 8.181_333_333],
                    [10.116_666_667, 0.067_133_333, 10.183_8],
                ],
            ),
        ),
    ];

    #[test]
    fn be_01_the_margin_follows_the_errors() {
        for (interval, window, phi, (arrivals, known)) in BE_01 {
            let detector = bertier(interval, window, phi);
            let mut memory = detector.begin(Time::ZERO);
            for (number, (arrived, [expected, margin, deadline])) in arrivals.iter().zip(known).enumerate() {
                detector.heard(&mut memory, beat(number as f64 * interval as f64, *arrived));
                for (what, known, found) in [
                    ("expected", expected, memory.expected.next(detector.interval).seconds()),
                    ("margin", margin, detector.margin(&memory) / 1e9),
                    ("deadline", deadline, detector.deadline(&memory).seconds()),
                ] {
                    assert!((known - found).abs() < 1.5e-9, "{what} after {arrived}: {found}, not {known}");
                }
            }
        }
    }

    /// Draws a delay in seconds.
    type Law = fn(&mut Stream) -> f64;

    /// A law of delays, phi; the mean of `phi` × spread, and its standard error
    const BE_02: [(Law, f64, f64, f64); 3] = [
        (|stream| -0.02 * libm::log1p(-stream.unit()), 4.0, 0.060_436_06, 0.000_12),
        (|stream| -0.02 * libm::log1p(-stream.unit()), 2.0, 0.030_218_03, 0.000_061),
        (|stream| 0.1 * stream.unit(), 4.0, 0.101_808_4, 0.000_094),
    ];

    /// The window is so large that the estimate is as good as exact.
    #[test]
    fn be_02_the_margin_in_the_long_run() {
        const RUNS: u64 = 40;
        const BEATS: u64 = 30_000;
        const WARMUP: u64 = 10_000;
        for (row, (delay, phi, known, error)) in (0..).zip(BE_02) {
            let detector = bertier(1, 1 << 20, phi);
            let (mut spreads, mut biases) = (Vec::new(), Vec::new());
            for run in 0..RUNS {
                let mut memory = detector.begin(Time::ZERO);
                let (mut spread, mut bias) = (0.0, 0.0);
                let mut stream = Streams::new(1, run).of(Purpose::Latency).at(row, 0);
                for number in 0..BEATS {
                    detector.heard(&mut memory, beat(number as f64, number as f64 + delay(&mut stream)));
                    if number >= WARMUP {
                        spread += phi * memory.spread * 1e-9;
                        bias += memory.bias * 1e-9;
                    }
                }
                spreads.push(spread / (BEATS - WARMUP) as f64);
                biases.push(bias / (BEATS - WARMUP) as f64);
            }
            for (what, runs, known, error) in [("margin", spreads, known, error), ("bias", biases, 0.0, 0.0)]
            {
                let mean = runs.iter().sum::<f64>() / RUNS as f64;
                let variance =
                    runs.iter().map(|run| (run - mean) * (run - mean)).sum::<f64>() / (RUNS - 1) as f64;
                let allowed = 4.0 * (error * error + variance / RUNS as f64).sqrt();
                assert!(
                    (mean - known).abs() < allowed,
                    "{what} of row {row}: {mean}, not {known} ± {allowed}"
                );
            }
        }
    }

    /// The deadline after beats that were sent each second but for those that are missing, and arrived when `late`
    /// says after their time.
    fn deadline(beats: &[(f64, f64)]) -> f64 {
        let detector = bertier(1, 100, 4.0);
        let mut memory = detector.begin(at(0.0));
        for (sent, late) in beats {
            detector.heard(&mut memory, beat(*sent, sent + late));
        }
        detector.deadline(&memory).seconds()
    }

    #[test]
    fn a_beat_is_as_late_as_it_comes_after_its_own_time() {
        for (what, beats, known) in [
            ("nothing was heard", &[][..], 2.0),
            ("after an outage", &[(0.0, 0.1), (1.0, 0.1), (60.0, 0.1)], 61.1),
            // The mean is 2/30 s above, and the error of 0.2 s makes a bias of 20 ms and a spread of 20 ms.
            ("late after an outage", &[(0.0, 0.1), (1.0, 0.1), (60.0, 0.3)], 61.1 + 0.2 / 3.0 + 0.02 + 0.08),
            // An older beat that counts has an error of its own: 1.2 s, and the next is expected as before.
            ("overtaken", &[(0.0, 0.1), (2.0, 0.1), (1.0, 1.3)], 3.1 + 1.2 / 3.0 + 0.12 + 0.48),
        ] {
            let found = deadline(beats);
            assert!((found - known).abs() < 1e-8, "{what}: {found}, not {known}");
        }
    }

    /// With nothing but bias, beats that come ever sooner than expected bring the deadline forward, even to before
    /// the last of them.
    #[test]
    fn a_margin_may_be_negative() {
        let detector = Bertier { beta: 1000.0, gamma: 1.0, phi: 1e-6, ..bertier(1, 100, 4.0) };
        let mut memory = detector.begin(at(0.0));
        for number in 0..50_u32 {
            let sent = f64::from(number);
            detector.heard(&mut memory, beat(sent, sent + 5.0 - 0.1 * sent));
        }
        assert!(detector.margin(&memory) < 0.0);
        assert_eq!(detector.deadline(&memory), Time::ZERO, "long ago, but not before the start");
    }
}
