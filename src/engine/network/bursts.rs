//! Losses that come in bursts: every link has a chain of its own, which takes a step with each message.

use super::Bursts;
use super::register::Register;
use crate::engine::random::{Purpose, Source, Streams};

/// How all links are that carried a message.
pub(super) struct Chains {
    source: Source,
    register: Register,
    /// By the numbers of the register: whether the link is bad.
    bad: Vec<bool>,
}

impl Bursts {
    /// The share of messages that find the link bad, in the long run.
    pub fn share_bad(&self) -> f64 {
        let changes = self.good_to_bad + self.bad_to_good;
        if changes > 0.0 { self.good_to_bad / changes } else { 0.0 }
    }

    /// The share of messages that are lost.
    pub fn mean_loss(&self) -> f64 {
        let bad = self.share_bad();
        bad * self.loss_bad + (1.0 - bad) * self.loss_good
    }
}

impl Chains {
    /// No link has carried anything.
    pub(super) fn new(streams: Streams) -> Chains {
        Chains { source: streams.of(Purpose::Bursts), register: Register::default(), bad: Vec::new() }
    }

    /// Whether a link, as it is, loses the message that `entity` and `index` name; then it changes, or does
    /// not.
    pub(super) fn lose(&mut self, bursts: &Bursts, link: u64, entity: u64, index: u64) -> bool {
        let mut stream = self.source.at(entity, index);
        let (link, is_new) = self.register.number(link);
        if is_new {
            self.bad.push(stream.happens(bursts.share_bad()));
        }
        let bad = &mut self.bad[link];
        let (loss, change) = match *bad {
            false => (bursts.loss_good, bursts.good_to_bad),
            true => (bursts.loss_bad, bursts.bad_to_good),
        };
        let lost = stream.happens(loss);
        *bad ^= stream.happens(change);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(`run` losses in a row) = π L (P L)^(run − 1) 1, by hand.
    fn in_a_row(bursts: &Bursts, run: u32) -> f64 {
        let Bursts { good_to_bad, bad_to_good, loss_good, loss_bad } = *bursts;
        let bad = bursts.share_bad();
        let (mut good, mut bad) = ((1.0 - bad) * loss_good, bad * loss_bad);
        for _ in 1..run {
            let to_good = good * (1.0 - good_to_bad) + bad * bad_to_good;
            let to_bad = good * good_to_bad + bad * (1.0 - bad_to_good);
            (good, bad) = (to_good * loss_good, to_bad * loss_bad);
        }
        good + bad
    }

    const CASES: [(f64, f64, f64, f64, u32, f64); 5] = [
        (0.01, 0.3, 0.0, 1.0, 3, 0.015_806_45),
        (0.01, 0.3, 0.001, 0.5, 3, 0.001_979_23),
        (0.02, 0.2, 0.0, 1.0, 4, 0.046_545_45),
        (0.05, 0.5, 0.01, 0.8, 2, 0.029_904_55),
        (0.005, 0.1, 0.0, 0.9, 5, 0.018_448_59),
    ];

    #[test]
    fn the_formula_gives_the_known_figures() {
        for (good_to_bad, bad_to_good, loss_good, loss_bad, run, known) in CASES {
            let bursts = Bursts { good_to_bad, bad_to_good, loss_good, loss_bad };
            assert!((in_a_row(&bursts, run) - known).abs() < 1e-8, "{bursts:?}");
            assert!((in_a_row(&bursts, 1) - bursts.mean_loss()).abs() < 1e-15);
        }
    }

    /// Each link is a run of its own, so the runs of losses of different links are independent: that tells
    /// how far the share of all windows that are lost may be from its expectation.
    #[test]
    fn losses_in_a_row_come_as_often_as_the_formula_says() {
        const LINKS: u64 = 200;
        const MESSAGES: u64 = 2000;
        for (good_to_bad, bad_to_good, loss_good, loss_bad, run, known) in CASES {
            let bursts = Bursts { good_to_bad, bad_to_good, loss_good, loss_bad };
            let mut chains = Chains::new(Streams::new(7, 0));
            let (mut sum, mut squares, mut first) = (0.0, 0.0, 0.0);
            for link in 0..LINKS {
                let (mut row, mut windows) = (0, 0.0);
                for message in 0..MESSAGES {
                    let lost = chains.lose(&bursts, link, link, message);
                    row = if lost { row + 1 } else { 0 };
                    windows += f64::from(u8::from(row >= run));
                    first += f64::from(u8::from(lost && message == 0));
                }
                let share = windows / (MESSAGES - u64::from(run) + 1) as f64;
                sum += share;
                squares += share * share;
            }
            let links = LINKS as f64;
            let (mean, loss) = (sum / links, bursts.mean_loss());
            let error = f64::sqrt((squares / links - mean * mean) / links);
            assert!((mean - known).abs() < 4.0 * error, "{bursts:?}: {mean} ± {error}, not {known}");
            let error = f64::sqrt(loss * (1.0 - loss) / links);
            assert!((first / links - loss).abs() < 4.0 * error, "a link begins as it goes on: {bursts:?}");
        }
    }

    #[test]
    fn links_change_on_their_own() {
        let bursts = Bursts { good_to_bad: 0.1, bad_to_good: 0.2, loss_good: 0.0, loss_bad: 1.0 };
        let alone: Vec<bool> = {
            let mut chains = Chains::new(Streams::new(1, 0));
            (0..500).map(|message| chains.lose(&bursts, 3, 3, message)).collect()
        };
        let mut chains = Chains::new(Streams::new(1, 0));
        for (message, lost) in (0..).zip(alone) {
            for other in [1, 2, 4] {
                chains.lose(&bursts, other, other, message);
            }
            assert_eq!(chains.lose(&bursts, 3, 3, message), lost);
        }
    }
}
