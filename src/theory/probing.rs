//! When a dead member is first asked, where all ask one another in turn.

/// The first probe of a dead member, by so many who each probe one other in an interval, with phases of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstProbe {
    /// How many others each probes, and how many probe.
    pub(super) others: u32,
    /// Whether each probes all of them once before any of them again.
    pub(super) in_turns: bool,
}

impl FirstProbe {
    /// The mean time until it, in intervals.
    ///
    /// Between whole intervals the chance that one prober has not asked falls steadily, so the power of it, for all
    /// of them, can be integrated.
    pub(super) fn mean(&self) -> f64 {
        const NEGLIGIBLE: f64 = 1e-15;
        let probers = f64::from(self.others);
        let (mut mean, mut probes) = (0.0, 0);
        loop {
            let (now, next) = (self.not_asked(probes), self.not_asked(probes + 1));
            if libm::pow(now, probers) < NEGLIGIBLE {
                return mean;
            }
            let powers = libm::pow(now, probers + 1.0) - libm::pow(next, probers + 1.0);
            mean += powers / ((probers + 1.0) * (now - next));
            probes += 1;
        }
    }

    /// The probability that a certain prober has not asked it in so many probes.
    ///
    /// In turns: of n others c are done when it dies, c being any number; r of the n − c left are asked, or all of
    /// them and the first of the next round.
    fn not_asked(&self, probes: u32) -> f64 {
        let (all, probes) = (f64::from(self.others), f64::from(probes));
        if !self.in_turns {
            return libm::pow(1.0 - 1.0 / all, probes);
        }
        let after = |done: u32| {
            let (done, left) = (f64::from(done), all - f64::from(done));
            if probes <= left {
                return 1.0 - probes / all;
            }
            done / all * (1.0 - (probes - left).min(all) / all)
        };
        (0..self.others).map(after).sum::<f64>() / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SW-02 and SW-03: members, in turns; mean in intervals.
    #[test]
    fn how_long_a_dead_member_waits() {
        for (members, in_turns, known) in [
            (4, false, 0.8552632),
            (8, false, 0.93937),
            (32, false, 0.9864708),
            (128, false, 0.9967058),
            (500, false, 0.9991621079),
            (4, true, 0.7743611),
            (8, true, 0.8841314),
            (32, true, 0.9695403),
            (128, true, 0.9922418),
        ] {
            let found = FirstProbe { others: members - 1, in_turns }.mean();
            assert!((found - known).abs() < 1e-6, "{members} {in_turns}: {found}, not {known}");
        }
    }
}
