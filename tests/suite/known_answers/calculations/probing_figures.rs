//! Figures for members that ask each other, computed with another program: SW-01 to SW-05, SW-08, SW-09.

use super::agrees;
use super::probing::Choice::{Random, Shuffled};
use super::probing::{
    Choice, FirstProbe, false_suspicion, gap, messages, messages_to_the_dead, suspected_by_any,
};

/// members; mean and deviation of the rounds, probability of the first round
const SW_01: [(usize, f64, f64, f64); 8] = [
    (4, 1.421053, 0.7735231, 0.7037037),
    (8, 1.51496, 0.8832578, 0.6600833),
    (16, 1.551023, 0.9244728, 0.6447356),
    (32, 1.567066, 0.9426718, 0.6381352),
    (64, 1.574655, 0.9512537, 0.6350597),
    (128, 1.578348, 0.9554241, 0.6335737),
    (500, 1.581054, 0.9584767, 0.6324895),
    (1000, 1.581516, 0.9589977, 0.6323048),
];

#[test]
fn sw_01_all_probe_at_once() {
    for (members, known, spread, at_once) in SW_01 {
        let label = format!("members={members}");
        let first = FirstProbe::of(members, Random);
        let (calculated, deviation) = first.rounds();
        agrees(&label, known, calculated);
        agrees(&format!("{label} deviation"), spread, deviation);
        agrees(&format!("{label} first"), at_once, 1.0 - libm::pow(first.missed(1), (members - 1) as f64));
    }
    let many = FirstProbe::of(100_000_000, Random);
    agrees("without end", 1.581977, many.rounds().0);
}

/// members, probers; mean, deviation in a sample and its size, quantiles at 50 and 99 %
const SW_02: [(usize, usize, f64, f64, usize, [f64; 2]); 8] = [
    (4, 3, 0.8552632, 0.817544, 100_000, [0.6188984, 3.818635]),
    (8, 7, 0.93937, 0.9274167, 100_000, [0.6599344, 4.283069]),
    (32, 31, 0.9864708, 0.9724427, 100_000, [0.6854554, 4.534569]),
    (128, 127, 0.9967058, 0.9994333793, 100_000, [0.6912591, 4.587974]),
    (500, 499, 0.9991621079, 0.9934919, 40_080, [0.692666, 4.600795]),
    (128, 124, 1.020805, 1.015465, 100_000, [0.7079364, 4.698825]),
    (128, 96, 1.318354, 1.315366, 100_000, [0.9136735, 6.068491]),
    (10, 5, 1.707805, 1.7083, 100_000, [1.185676, 7.828342]),
];

/// Fails unless a deviation is like that of a sample of this size. The tails are those of an exponential law.
fn like_sample(label: &str, sampled: f64, size: usize, deviation: f64) {
    let fits = (deviation / sampled - 1.0).abs() < 4.0 * f64::sqrt(2.0 / size as f64);
    assert!(fits, "{label}: {sampled} in a sample of {size}, {deviation} is calculated");
}

#[test]
fn sw_02_each_with_a_phase() {
    for (members, probers, known, sampled, size, quantiles) in SW_02 {
        let label = format!("members={members} probers={probers}");
        let first = FirstProbe { probers, ..FirstProbe::of(members, Random) };
        let (calculated, deviation) = first.wait();
        agrees(&label, known, calculated);
        like_sample(&label, sampled, size, deviation);
        for (level, known) in [0.5, 0.99].into_iter().zip(quantiles) {
            agrees(&format!("{label} level={level}"), known, first.quantile(level));
            agrees(&format!("{label} beyond {level}"), 1.0 - level, first.unasked(first.quantile(level)));
        }
    }
}

/// members; mean, deviation and greatest of the gap; mean of the first probe and deviation in a sample, all
/// at the same instants; and each with a phase; the size of the samples
const SW_03: [(usize, (f64, f64, usize), [f64; 4], usize); 4] = [
    (4, (3.0, 1.154701, 5), [1.350404, 0.5837379, 0.7743611, 0.6311569], 60_000),
    (8, (7.0, 2.828427, 13), [1.465278, 0.7509451, 0.8841314, 0.7877315], 53_571),
    (32, (31.0, 12.64911, 61), [1.551566, 0.8972242, 0.9695403, 0.938927], 12_096),
    (128, (127.0, 51.84593, 253), [1.574244, 0.9601646, 0.9922418, 0.9553128], 3_000),
];

#[test]
fn sw_03_shuffled_lists() {
    for (members, gaps, [slots, slots_spread, phases, phases_spread], size) in SW_03 {
        let (mean, deviation, greatest) = gaps;
        let label = format!("members={members}");
        let (calculated, spread, most) = gap(members - 1);
        agrees(&format!("{label} gap"), mean, calculated);
        agrees(&format!("{label} deviation of gap"), deviation, spread);
        assert_eq!(greatest, most, "{label}");
        let first = FirstProbe::of(members, Shuffled);
        assert_eq!(first.missed(most), 0.0, "{label}: after the greatest gap");
        assert!(first.missed(most - 1) > 0.0, "{label}: after one probe less");
        agrees(&format!("{label} slots"), slots, first.rounds().0);
        like_sample(&format!("{label} slots"), slots_spread, size, first.rounds().1);
        agrees(&format!("{label} phases"), phases, first.wait().0);
        like_sample(&format!("{label} phases"), phases_spread, size, first.wait().1);
    }
}

/// loss, relays; probability that a probe raises a suspicion, that anybody suspects a member in a period;
/// messages of a probe
const SW_04_AND_05: [(f64, usize, f64, f64, f64, f64); 9] = [
    (0.01, 3, 1.217513e-06, 1.217512e-06, 2.225242, 1.584958),
    (0.05, 3, 0.0006222895, 0.0006220959, 3.035138, 3.182063),
    (0.1, 3, 0.007727698, 0.007697916, 3.86023, 3.923362),
    (0.2, 3, 0.07408692, 0.07140902, 4.98816, 4.18748),
    (0.05, 1, 0.01808564, 0.01792308, 2.311713, 0.9898403),
    (0.05, 0, 0.0975, 0.09289766, 1.95, 0.2178706),
    (0.3, 3, 0.2237894, 0.2005165, 5.57549, 3.839912),
    (0.1, 5, 0.0009139333, 0.0009135157, 5.16705, 6.616191),
    (0.0, 3, 0.0, 0.0, 2.0, 0.0),
];

#[test]
fn sw_04_and_05_suspicions_and_messages_under_loss() {
    for (loss, relays, suspicion, by_any, sent, sampled) in SW_04_AND_05 {
        let label = format!("loss={loss} relays={relays}");
        agrees(&label, suspicion, false_suspicion(loss, relays));
        agrees(&format!("{label} by any"), by_any, suspected_by_any(loss, relays));
        let (mean, deviation) = messages(loss, relays);
        agrees(&format!("{label} messages"), sent, mean);
        // From a sample of three million.
        assert!((deviation - sampled).abs() <= 5e-3 * sampled, "{label}: {deviation}");
    }
    agrees("messages to the dead", 7.0, messages_to_the_dead(0.0, 3));
    agrees("messages to the dead under loss", 4.8, messages_to_the_dead(0.1, 2));
}

/// members, period, suspicion, choice; mean, deviation in a sample and its size, quantiles at 50 and 99 %
const SW_08: [(usize, f64, f64, Choice, f64, f64, usize, [f64; 2]); 5] = [
    (128, 1.0, 10.535, Random, 12.53171, 1.006831, 15_625, [12.22626, 16.12297]),
    (128, 1.0, 10.535, Shuffled, 12.52724, 0.9760805, 15_625, [12.22626, 16.05862]),
    (128, 1.0, 8.428, Shuffled, 10.42024, 0.9760805, 15_625, [10.11926, 13.95162]),
    (64, 1.0, 5.0, Random, 6.993354, 0.9894178, 31_250, [6.689348, 10.57049]),
    (32, 2.0, 6.0, Shuffled, 9.939081, 1.89471, 40_000, [9.370911, 16.58579]),
];

#[test]
fn sw_08_first_declaration() {
    for (members, period, suspicion, choice, known, sampled, size, quantiles) in SW_08 {
        let label = format!("members={members} period={period} suspicion={suspicion} {choice:?}");
        let first = FirstProbe::of(members, choice);
        let declared = |probed: f64| (probed + 1.0) * period + suspicion;
        let (mean, deviation) = first.wait();
        agrees(&label, known, declared(mean));
        like_sample(&label, sampled, size, deviation * period);
        for (level, known) in [0.5, 0.99].into_iter().zip(quantiles) {
            agrees(&format!("{label} level={level}"), known, declared(first.quantile(level)));
        }
    }
}

/// members, blocked, suspicion, length of the block; probability that one of the blocked is declared dead
const SW_09: [(usize, usize, f64, f64, f64); 7] = [
    (128, 1, 10.535, 8.192, 0.0),
    (128, 1, 10.535, 12.0, 0.3724007),
    (128, 1, 10.535, 13.0, 0.7700311),
    (128, 1, 10.535, 16.384, 0.9923088),
    (128, 32, 10.535, 13.0, 0.6707831),
    (128, 32, 10.535, 16.384, 0.9747646),
    (128, 16, 4.214, 8.192, 0.9283947),
];

#[test]
fn sw_09_blocked_members() {
    for (members, blocked, suspicion, block, known) in SW_09 {
        let label = format!("members={members} blocked={blocked} suspicion={suspicion} block={block}");
        let first = FirstProbe { probers: members - blocked, ..FirstProbe::of(members, Random) };
        agrees(&label, known, 1.0 - first.unasked(block - 1.0 - suspicion));
    }
}
