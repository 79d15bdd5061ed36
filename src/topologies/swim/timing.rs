//! How long a suspicion lasts, how often news is told, how often states are compared: memberlist's formulas,
//! in its own integer arithmetic (hashicorp/memberlist: util.go, suspicion.go).

use crate::engine::time::Span;

/// Between which limits a suspicion lasts, and how many must share it until it lasts no longer than it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How long it lasts at least.
    pub(super) least: Span,
    /// How long it lasts if nobody shares it.
    pub(super) most: Span,
    /// How many others must share it until it lasts no longer than `least`.
    pub(super) confirmations: u32,
}

impl Patience {
    /// Lasts equally long whoever shares it: SWIM as its paper has it.
    ///
    /// The time grows with the logarithm of the size of the cluster, as the time does that a refutation needs
    /// to get round. The scale is cut after its third decimal.
    pub(super) fn fixed(mult: u32, members: u32, interval: Span) -> Patience {
        let thousandths = (1000.0 * libm::log10(f64::from(members.max(1))).max(1.0)) as u64;
        let nanos = u128::from(interval.nanos()) * u128::from(mult) * u128::from(thousandths) / 1000;
        let scaled = Span::from_nanos(nanos.min(u128::from(Span::LONGEST.nanos())) as u64);
        Patience { least: scaled, most: scaled, confirmations: 0 }
    }

    /// Lasts `max_mult` times as long, and the shorter the more share it: Lifeguard (Dadgar, Phillips and
    /// Currey 2017). Where there are too few who could share it, it lasts as long as a fixed one.
    pub(super) fn shrinking(mult: u32, max_mult: u32, members: u32, interval: Span) -> Patience {
        let fixed = Patience::fixed(mult, members, interval);
        // Two probe intervals less than the multiple: it is used up by then if everybody shares it.
        let confirmations = mult.saturating_sub(2);
        if confirmations == 0 || u64::from(members) < u64::from(confirmations) + 2 {
            return fixed;
        }
        Patience { most: fixed.least.times(u64::from(max_mult)), confirmations, ..fixed }
    }

    /// How long a suspicion lasts that so many others share: max − (max − min) · ln(C + 1) / ln(K + 1),
    /// rounded down to a millisecond.
    pub(super) fn shared_by(self, others: u32) -> Span {
        let Patience { least, most, confirmations } = self;
        if confirmations == 0 {
            return least;
        }
        if others == 0 {
            return most;
        }
        let share = libm::log(f64::from(others) + 1.0) / libm::log(f64::from(confirmations) + 1.0);
        let seconds = most.seconds() - share * (most.seconds() - least.seconds());
        Span::from_millis((1000.0 * seconds).max(0.0) as u64).max(least)
    }
}

/// How often each piece of news is told: `mult` · ⌈log₁₀(n + 1)⌉ times.
#[inline]
pub(super) fn retransmit_limit(mult: u32, members: u32) -> u32 {
    // Of whole numbers, ⌈log₁₀(n + 1)⌉ is the number of digits of n.
    mult.saturating_mul(members.max(1).ilog10() + 1)
}

/// The time between two comparisons of states: above 32 members it grows with each doubling, so that a large
/// cluster is not busy with comparing.
pub(super) fn push_pull_scaled(interval: Span, members: u32) -> Span {
    const SMALL: u32 = 32;
    let doublings = if members <= SMALL { 0 } else { ((members - 1) / SMALL).ilog2() + 1 };
    interval.times(u64::from(doublings) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Span {
        Span::from_millis(millis)
    }

    /// The table of memberlist's own unit test: what is left of a suspicion of 2 to 30 s that three may
    /// share.
    #[test]
    fn what_is_left_of_a_suspicion() {
        let patience = Patience { least: ms(2_000), most: ms(30_000), confirmations: 3 };
        for (others, elapsed, left) in [
            (0, 0, 30_000),
            (1, 2_000, 14_000),
            (2, 3_000, 4_810),
            (3, 4_000, -2_000),
            (4, 5_000, -3_000),
            (5, 10_000, -8_000),
        ] {
            let lasts = (patience.shared_by(others).nanos() / 1_000_000) as i64;
            assert_eq!(lasts - elapsed, left, "shared by {others} others");
        }
    }

    #[test]
    fn how_long_a_suspicion_lasts() {
        for (members, mult, max_mult, interval, lasts) in [
            (5, 4, 6, 1_000, &[24_000, 11_381, 4_000][..]),
            (10, 4, 6, 1_000, &[24_000, 11_381, 4_000]),
            (100, 4, 6, 1_000, &[48_000, 22_762, 8_000]),
            (128, 4, 6, 1_000, &[50_568, 23_980, 8_428]),
            (128, 5, 6, 1_000, &[63_210, 36_872, 21_466, 10_535]),
            (128, 5, 1, 1_000, &[10_535, 10_535, 10_535, 10_535]),
            (1_000, 4, 6, 1_000, &[72_000, 34_144, 12_000]),
            (6_000, 4, 6, 1_000, &[90_672, 42_998, 15_112]),
            (128, 6, 6, 5_000, &[379_260, 243_144, 163_522, 107_029, 63_210]),
        ] {
            let patience = Patience::shrinking(mult, max_mult, members, ms(interval));
            let each: Vec<Span> =
                (0..=patience.confirmations).map(|others| patience.shared_by(others)).collect();
            let expected: Vec<Span> = lasts.iter().map(|millis| ms(*millis)).collect();
            assert_eq!(each, expected, "{members} members, multiples {mult} and {max_mult}");
        }
    }

    #[test]
    fn nobody_is_waited_for_who_is_not_there() {
        let two = Patience::shrinking(2, 2, 128, ms(1_000));
        assert_eq!((two.least, two.confirmations, two.shared_by(0)), (ms(4_214), 0, ms(4_214)));
        for (members, confirmations) in [(1, 0), (2, 0), (3, 0), (4, 2), (5, 2)] {
            let patience = Patience::shrinking(4, 6, members, ms(1_000));
            assert_eq!(patience.confirmations, confirmations, "{members} members");
            assert_eq!(patience.least, ms(4_000));
        }
    }

    /// The paper's formula, of which memberlist takes whole milliseconds.
    #[test]
    fn the_decay_is_that_of_lifeguard() {
        for (others, least, most, lasts) in [
            (0, 10.536, 63.216, 63.216),
            (1, 10.536, 63.216, 36.876),
            (2, 10.536, 63.216, 21.468_09),
            (3, 10.536, 63.216, 10.536),
            (4, 10.536, 63.216, 10.536),
            (0, 4.2144, 8.4288, 8.4288),
            (1, 4.2144, 8.4288, 6.3216),
            (2, 4.2144, 8.4288, 5.088_967),
            (3, 4.2144, 8.4288, 4.2144),
        ] {
            let [shortest, longest] = [least, most].map(Span::from_seconds);
            let patience = Patience { least: shortest, most: longest, confirmations: 3 };
            let short = lasts - patience.shared_by(others).seconds();
            assert!(
                (-1e-9..0.001).contains(&short),
                "shared by {others} others: {short} s less than {lasts}"
            );
        }
    }

    #[test]
    fn how_often_news_is_told() {
        for (members, times) in
            [(5, 4), (9, 4), (10, 8), (99, 8), (100, 12), (128, 12), (999, 12), (1_000, 16), (6_000, 16)]
        {
            assert_eq!(retransmit_limit(4, members), times, "{members} members");
        }
    }

    #[test]
    fn how_often_states_are_compared() {
        for (members, seconds) in
            [(1, 30), (10, 30), (32, 30), (33, 60), (64, 60), (65, 90), (128, 90), (1_000, 180)]
        {
            let scaled = push_pull_scaled(Span::from_secs(30), members);
            assert_eq!(scaled, Span::from_secs(seconds), "{members} members");
        }
    }
}
