//! The timers of memberlist, SW-06, and the suspicion time of Lifeguard, SW-07, from their rules.
//!
//! Where memberlist rounds a logarithm, the whole number is found here without any logarithm: 1000 log10 N,
//! rounded down, is one less than the number of digits of N to the power 1000.

/// The number of decimal digits of `base` to the power `exponent`.
fn digits_of_power(base: u64, exponent: usize) -> usize {
    const LIMB: u64 = 1_000_000_000;
    let mut limbs = vec![1_u64];
    for _ in 0..exponent {
        let mut carry = 0;
        for limb in &mut limbs {
            let product = *limb * base + carry;
            (*limb, carry) = (product % LIMB, product / LIMB);
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let top = limbs.last().map_or(0, |limb| limb.to_string().len());
    9 * (limbs.len() - 1) + top
}

/// How long a suspicion lasts at least, in ms: the logarithm counts with three decimals, and at least as 1.
pub(crate) fn least_suspicion(members: u64, factor: u64, probe_interval: u64) -> u64 {
    let scale = (digits_of_power(members.max(1), 1000) as u64 - 1).max(1000);
    factor * scale * probe_interval / 1000
}

/// How many confirmations shorten a suspicion to its least: none where there are too few members to give
/// them.
pub(crate) fn wanted_confirmations(members: u64, factor: u64) -> u64 {
    let wanted = factor.saturating_sub(2);
    if members < wanted + 2 { 0 } else { wanted }
}

/// How long a suspicion lasts after so many confirmations, in ms; without any wanted, the least time.
pub(crate) fn suspicion(confirmations: u64, wanted: u64, least: u64, most: u64) -> u64 {
    if wanted == 0 {
        return least;
    }
    let share = libm::log((confirmations + 1) as f64) / libm::log((wanted + 1) as f64);
    let (low, high) = (least as f64 / 1000.0, most as f64 / 1000.0);
    let rounded_down = (1000.0 * (high - share * (high - low))).floor();
    // What is negative becomes 0.
    (rounded_down as u64).max(least)
}

/// How often a piece of news is sent on: `factor` times the logarithm of N + 1, rounded up, which is the
/// number of digits of N.
pub(crate) fn transmissions(members: u64, factor: u64) -> u64 {
    factor * members.to_string().len() as u64
}

/// The time between two exchanges of all that is known, in ms: as many times longer as N > 32 needs binary
/// digits more.
pub(crate) fn exchange_interval(members: u64, interval: u64) -> u64 {
    if members <= 32 {
        return interval;
    }
    let binary_digits = u64::from((members - 1).ilog2()) + 1;
    interval * (binary_digits - 4)
}

/// Lifeguard's suspicion time, without rounding, after so many independent suspicions besides the first.
pub(crate) fn lifeguard(suspicions: u64, wanted: u64, least: f64, most: f64) -> f64 {
    let share = libm::log((suspicions + 1) as f64) / libm::log((wanted + 1) as f64);
    (most - (most - least) * share).max(least)
}

/// confirmations, elapsed; remaining, in ms, with a least of 2 s, a greatest of 30 s and 3 confirmations
/// wanted
const REMAINING: [(u64, i64, i64); 6] =
    [(0, 0, 30000), (1, 2000, 14000), (2, 3000, 4810), (3, 4000, -2000), (4, 5000, -3000), (5, 10000, -8000)];

/// members, factor, factor of the greatest, probe interval; least, greatest, wanted; times after 0, 1, …
/// confirmations
const SUSPICIONS: [((u64, u64, u64, u64), (u64, u64, u64), &[u64]); 11] = [
    ((5, 4, 6, 1000), (4000, 24000, 2), &[24000, 11381, 4000]),
    ((10, 4, 6, 1000), (4000, 24000, 2), &[24000, 11381, 4000]),
    ((100, 4, 6, 1000), (8000, 48000, 2), &[48000, 22762, 8000]),
    ((128, 4, 6, 1000), (8428, 50568, 2), &[50568, 23980, 8428]),
    ((128, 5, 6, 1000), (10535, 63210, 3), &[63210, 36872, 21466, 10535]),
    ((128, 5, 1, 1000), (10535, 10535, 3), &[10535, 10535, 10535, 10535]),
    ((128, 2, 2, 1000), (4214, 8428, 0), &[4214]),
    ((1000, 4, 6, 1000), (12000, 72000, 2), &[72000, 34144, 12000]),
    ((6000, 4, 6, 1000), (15112, 90672, 2), &[90672, 42998, 15112]),
    ((128, 6, 6, 5000), (63210, 379260, 4), &[379260, 243144, 163522, 107029, 63210]),
    // Two others cannot confirm three times.
    ((4, 5, 6, 1000), (5000, 30000, 0), &[5000, 5000]),
];

#[test]
fn sw_06_timers_of_memberlist() {
    for (confirmations, elapsed, remaining) in REMAINING {
        let lasts = suspicion(confirmations, 3, 2000, 30000) as i64;
        assert_eq!(lasts - elapsed, remaining, "after {confirmations} confirmations");
    }
    for ((members, factor, most_factor, interval), (least, most, wanted), times) in SUSPICIONS {
        let label = format!("members={members} factor={factor} interval={interval}");
        let lowest = least_suspicion(members, factor, interval);
        assert_eq!((lowest, lowest * most_factor), (least, most), "{label}");
        assert_eq!(wanted_confirmations(members, factor), wanted, "{label}");
        for (confirmations, known) in (0..).zip(times) {
            let calculated = suspicion(confirmations, wanted, least, most);
            assert_eq!(calculated, *known, "{label} confirmations={confirmations}");
        }
    }
    let limits = [(5, 4), (9, 4), (10, 8), (99, 8), (100, 12), (128, 12), (1000, 16), (6000, 16)];
    for (members, known) in limits {
        assert_eq!(transmissions(members, 4), known, "members={members}");
    }
    let intervals = [(10, 30), (32, 30), (33, 60), (64, 60), (65, 90), (128, 90), (1000, 180)];
    for (members, known) in intervals {
        assert_eq!(exchange_interval(members, 30_000), known * 1000, "members={members}");
    }
}

/// least, greatest; after 0 to 4 suspicions besides the first, of which 3 are wanted
const SW_07: [(f64, f64, [f64; 5]); 2] = [
    (10.536, 63.216, [63.216, 36.876, 21.46809, 10.536, 10.536]),
    (4.2144, 8.4288, [8.4288, 6.3216, 5.088967, 4.2144, 4.2144]),
];

#[test]
fn sw_07_suspicion_time_of_lifeguard() {
    for (least, most, times) in SW_07 {
        for (suspicions, known) in (0..).zip(times) {
            super::agrees(&format!("suspicions={suspicions}"), known, lifeguard(suspicions, 3, least, most));
        }
    }
    // The least time is a factor times the logarithm of the number of members, without rounding.
    super::agrees("members=128", 10.53605, 5.0 * libm::log10(128.0));
}
