//! The clock of a node, which may run fast or slow.

use super::time::{Span, Time};

/// A clock that runs at a rate of its own since a moment at which it showed a time of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    rate: f64,
    since: Time,
    showed: Time,
}

impl Clock {
    /// A clock that is right.
    pub const RIGHT: Clock = Clock { rate: 1.0, since: Time::ZERO, showed: Time::ZERO };

    /// The same clock, which runs at another rate from `now` on.
    pub fn at_rate(self, rate: f64, now: Time) -> Clock {
        Clock { rate, since: now, showed: self.shows(now) }
    }

    /// What it shows at a moment; before it had its rate, as a clock would that was right then.
    pub fn shows(&self, now: Time) -> Time {
        if now < self.since {
            let before = (self.since - now).nanos();
            return Time::from_nanos(self.showed.nanos().saturating_sub(before));
        }
        let passed = libm::floor((now - self.since).nanos() as f64 * self.rate) as u64;
        self.showed.saturating_add(Span::from_nanos(passed))
    }

    /// When it shows that time, or has just passed it. What it showed before it had its rate is taken for the time
    /// of a clock that was right then.
    pub fn when(&self, shown: Time) -> Time {
        if shown < self.showed {
            let before = (self.showed - shown).nanos();
            return Time::from_nanos(self.since.nanos().saturating_sub(before));
        }
        let wait = (shown - self.showed).at_rate(self.rate);
        let mut when = self.since.saturating_add(wait);
        while self.shows(when) < shown && when < Time::BEYOND {
            when = when.just_after();
        }
        when
    }
}

impl Span {
    /// How long this length of a clock that runs at `rate` really takes: no length takes no time at all.
    pub fn at_rate(self, rate: f64) -> Span {
        if self == Span::ZERO {
            return Span::ZERO;
        }
        let nanos = libm::round(self.nanos() as f64 / rate) as u64;
        Span::from_nanos(nanos.max(1)).min(Span::LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    #[test]
    fn a_clock_shows_what_its_rates_add_up_to() {
        let fast = Clock::RIGHT.at_rate(2.0, at(100));
        assert_eq!([fast.shows(at(100)), fast.shows(at(130))], [at(100), at(160)]);
        let slow = fast.at_rate(0.5, at(200));
        assert_eq!([slow.shows(at(200)), slow.shows(at(210))], [at(300), at(305)]);
        let right = slow.at_rate(1.0, at(300));
        assert_eq!(right.shows(at(400)), at(450), "it runs right, and is wrong by what it has gained");
    }

    #[test]
    fn it_is_never_asked_too_early() {
        for rate in [0.01, 0.37, 0.9999, 1.0, 1.0001, 1.7, 9.9] {
            let clock = Clock::RIGHT.at_rate(rate, at(1_000));
            for shown in (1_000..20_000).step_by(37) {
                let when = clock.when(at(shown));
                assert!(clock.shows(when) >= at(shown), "rate {rate}");
                let before = Time::from_nanos(when.nanos() - 1);
                assert!(
                    before < at(1_000) || clock.shows(before) <= at(shown),
                    "rate {rate}: and hardly too late"
                );
            }
        }
        let clock = Clock::RIGHT.at_rate(3.0, at(50));
        assert_eq!((clock.when(at(20)), clock.shows(at(20))), (at(20), at(20)));
    }

    #[test]
    fn no_wait_is_so_short_that_it_takes_no_time() {
        assert_eq!(Span::from_nanos(1).at_rate(10.0), Span::from_nanos(1));
        assert_eq!(Span::ZERO.at_rate(10.0), Span::ZERO);
    }
}
