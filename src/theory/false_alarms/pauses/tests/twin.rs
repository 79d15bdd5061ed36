//! The same by a second way that shares nothing with the first: one pair is played, beat by beat, with long pauses and
//! losses far more often than they are, and each play counts as much as it is probable.

use super::*;

/// Random numbers that need nothing else (splitmix64).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Beats every second of which a share `loss` is lost, a timeout, and one pause of an exponential length. In plays
/// pauses and losses are those of `often`.
struct Play {
    after: f64,
    loss: f64,
    pause: f64,
    catch_up: Missed,
    often: (f64, f64),
}

impl Play {
    /// When beats are sent, if a pause begins at 0 and lasts for `length`, from before it until after it.
    fn sends(&self, phase: f64, length: f64, reach: f64) -> Vec<f64> {
        let mut sends = Vec::new();
        let mut owed = 0;
        let first = -reach.ceil();
        for number in 0..(2.0 * reach.ceil() + length + 2.0) as u32 {
            let due = first + phase + f64::from(number);
            if due >= 0.0 && due <= length {
                owed += 1;
                continue;
            }
            if due > length && owed > 0 {
                let come = match self.catch_up {
                    Missed::None => 0,
                    Missed::One => 1,
                    Missed::All => owed,
                };
                sends.extend((0..come).map(|_| length));
                owed = 0;
            }
            sends.push(due);
        }
        sends
    }

    /// Mistakes that begin after a beat near the pause, less those that there would be without it; with the standard
    /// error.
    fn mistakes_by_pause(&self, seed: u64, plays: u32) -> (f64, f64) {
        let mut dice = Dice(seed);
        let (mut sum, mut squares) = (0.0, 0.0);
        let (often_pause, often_loss) = self.often;
        let reach = self.after + 2.0;
        for _ in 0..plays {
            let length = -often_pause * libm::log1p(-dice.unit());
            let weight = often_pause / self.pause * libm::exp(length / often_pause - length / self.pause);
            let sends = self.sends(dice.unit(), length, reach);
            let near = |at: f64| at >= -reach && at <= length + 1.0;
            let mut found = 0.0;
            for (number, start) in sends.iter().enumerate().filter(|(_, at)| near(**at)) {
                // The beat arrives, and none of the next within the timeout: so many must be lost.
                let next = sends[number + 1..].iter().take_while(|at| **at <= start + self.after).count();
                let mut share = 1.0 - self.loss;
                for _ in 0..next {
                    let lost = dice.unit() < often_loss;
                    share *= if lost { self.loss / often_loss } else { 0.0 };
                }
                found += share;
            }
            let slots = sends_in(&self.sends_of_nobody(&sends, reach), near);
            let usual = slots * (1.0 - self.loss) * libm::pow(self.loss, self.after.floor());
            let more = weight * (found - usual);
            sum += more;
            squares += more * more;
        }
        let mean = sum / f64::from(plays);
        (mean, ((squares / f64::from(plays) - mean * mean) / f64::from(plays)).sqrt())
    }

    /// The beats in their places, as if there were no pause.
    fn sends_of_nobody(&self, sends: &[f64], reach: f64) -> Vec<f64> {
        let first = sends.first().copied().unwrap_or(-reach);
        let last = sends.last().copied().unwrap_or(reach);
        (0..=(last - first).round() as u32).map(|number| first + f64::from(number)).collect()
    }
}

fn sends_in(sends: &[f64], near: impl Fn(f64) -> bool) -> f64 {
    sends.iter().filter(|at| near(**at)).count() as f64
}

#[test]
fn rates_down_to_a_thousand_millionth_are_those_of_weighted_plays() {
    for (after, loss, pause, catch_up, often) in [
        (4.5, 0.02, 0.3, Missed::One, (1.5, 0.5)),
        (4.5, 0.02, 0.3, Missed::None, (1.5, 0.5)),
        (4.5, 0.03, 0.3, Missed::All, (1.5, 0.5)),
        (6.3, 0.01, 0.3, Missed::One, (2.0, 0.5)),
        (6.3, 0.01, 0.3, Missed::None, (2.0, 0.5)),
        (3.0, 0.001, 0.12, Missed::One, (1.0, 0.4)),
    ] {
        let word = match catch_up {
            Missed::One => "one",
            Missed::None => "none",
            Missed::All => "all",
        };
        let found = told(&paused(1.0, after, loss, word, ONCE, &exponential(pause))).per_pause;
        let play = Play { after, loss, pause, catch_up, often };
        let (known, error) = play.mistakes_by_pause(1, 100_000);
        let label = format!("{after}, {loss}, {pause}, {word}: {found}, not {known} ± {error}");
        assert!(error < 0.05 * known, "{label}");
        assert!((found - known).abs() < 4.0 * error, "{label}");
    }
}
