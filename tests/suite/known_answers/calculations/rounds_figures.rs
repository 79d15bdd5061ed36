//! Figures for news that spread in rounds, computed with another program: EP-01, EP-02, EP-03, EP-06, EP-10,
//! EP-11.

use super::agrees;
use super::chance::mean;
use super::rounds::Manner::{Pull, Push, PushPull};
use super::rounds::{Manner, Rounds};

/// members, loss; mean and deviation of the rounds until all know it, a round, the probability that all know
/// it then
type Speed = (usize, f64, f64, f64, usize, f64);

const EP_01: [Speed; 16] = [
    (2, 0.0, 1.0, 0.0, 1, 1.0),
    (3, 0.0, 2.333333, 0.6666667, 2, 0.75),
    (4, 0.0, 3.190789, 0.9838771, 3, 0.7160494),
    (8, 0.0, 5.377911, 1.224442, 5, 0.6157742),
    (16, 0.0, 7.41381, 1.316125, 7, 0.5934055),
    (32, 0.0, 9.329337, 1.337015, 9, 0.6167197),
    (64, 0.0, 11.15812, 1.336081, 11, 0.665683),
    (100, 0.0, 12.30452, 1.332315, 12, 0.6260023),
    (128, 0.0, 12.93104, 1.330317, 13, 0.724036),
    (256, 0.0, 14.67003, 1.324777, 15, 0.7807116),
    (500, 0.0, 16.33057, 1.3208, 16, 0.6211513),
    (512, 0.0, 16.38915, 1.320675, 16, 0.6036611),
    (1000, 0.0, 18.03835, 1.318486, 18, 0.7011272),
    (1024, 0.0, 18.09668, 1.318355, 18, 0.6863853),
    (100, 0.1, 13.44646, 1.543241, 13, 0.575642),
    (100, 0.3, 16.70715, 2.139981, 17, 0.6929142),
];

const EP_02: [Speed; 12] = [
    (4, 0.0, 2.763158, 1.013585, 3, 0.8148656),
    (8, 0.0, 4.526236, 1.282191, 5, 0.8102741),
    (16, 0.0, 6.140345, 1.364826, 6, 0.6621705),
    (32, 0.0, 7.607917, 1.379672, 8, 0.7809756),
    (64, 0.0, 8.963725, 1.373148, 9, 0.7072915),
    (100, 0.0, 9.793209, 1.366111, 10, 0.7473864),
    (128, 0.0, 10.24067, 1.362165, 10, 0.6384804),
    (256, 0.0, 11.46321, 1.352138, 11, 0.5751323),
    (500, 0.0, 12.60803, 1.344538, 13, 0.7888055),
    (1000, 0.0, 13.76709, 1.338678, 14, 0.7587599),
    (100, 0.1, 11.03667, 1.581211, 11, 0.669991),
    (100, 0.3, 14.4178, 2.171549, 14, 0.5679382),
];

const EP_03: [Speed; 12] = [
    (4, 0.0, 2.016667, 0.4917373, 2, 0.8737997),
    (8, 0.0, 3.120964, 0.6016563, 3, 0.771868),
    (16, 0.0, 4.153022, 0.614004, 4, 0.7458752),
    (32, 0.0, 5.102937, 0.5962836, 5, 0.7784306),
    (64, 0.0, 5.988758, 0.5736946, 6, 0.845629),
    (100, 0.0, 6.528611, 0.5698925, 7, 0.9733817),
    (128, 0.0, 6.826987, 0.5589234, 7, 0.9170569),
    (256, 0.0, 7.62871, 0.5517412, 8, 0.9678009),
    (500, 0.0, 8.38078, 0.5317707, 8, 0.6099473),
    (1000, 0.0, 9.151118, 0.5012201, 9, 0.7895335),
    (100, 0.1, 7.172397, 0.7016986, 7, 0.7210937),
    (100, 0.3, 8.901999, 1.033318, 9, 0.7555788),
];

/// members, loss; how many know it on average after 3 rounds and after 6 rounds. The same for push as for
/// pull.
const EITHER: [(usize, f64, f64, f64); 12] = [
    (16, 0.0, 6.607073, 14.64856),
    (32, 0.0, 7.27659, 24.89596),
    (64, 0.0, 7.631621, 36.81955),
    (100, 0.0, 7.762708, 43.88576),
    (128, 0.0, 7.814152, 47.29094),
    (256, 0.0, 7.906662, 54.60418),
    (500, 0.0, 7.952108, 58.88502),
    (512, 0.0, 7.953228, 58.99718),
    (1000, 0.0, 7.976027, 61.35585),
    (1024, 0.0, 7.976588, 61.41578),
    (100, 0.1, 6.686515, 35.05524),
    (100, 0.3, 4.830167, 20.45793),
];

const BOTH: [(usize, f64, f64, f64); 10] = [
    (16, 0.0, 12.84487, 15.9999),
    (32, 0.0, 17.93186, 31.99287),
    (64, 0.0, 21.76063, 63.74771),
    (100, 0.0, 23.45283, 98.38051),
    (128, 0.0, 24.16562, 124.0311),
    (256, 0.0, 25.52317, 223.8712),
    (500, 0.0, 26.22813, 349.8866),
    (1000, 0.0, 26.60982, 480.3174),
    (100, 0.1, 19.54084, 94.11932),
    (100, 0.3, 12.83452, 73.66901),
];

fn check(manner: Manner, speeds: &[Speed], counts: &[(usize, f64, f64, f64)]) {
    for &(members, loss, rounds, spread, round, probability) in speeds {
        let label = format!("{manner:?} members={members} loss={loss}");
        let chain = Rounds::of(members, manner).loss(loss).chain();
        let start = chain.start(1);
        let (calculated, deviation) = chain.rounds_until_all(&start);
        agrees(&label, rounds, calculated);
        agrees(&format!("{label} deviation"), spread, deviation);
        agrees(&format!("{label} P(all)"), probability, chain.all_know(&start, round));
        for &(_, _, after_3, after_6) in counts.iter().filter(|row| (row.0, row.1) == (members, loss)) {
            let three = chain.after(&start, 3);
            agrees(&format!("{label} after 3"), after_3, mean(&three));
            agrees(&format!("{label} after 6"), after_6, mean(&chain.after(&three, 3)));
        }
    }
}

#[test]
fn ep_01_push() {
    check(Push, &EP_01, &EITHER);
}

#[test]
fn ep_02_pull() {
    check(Pull, &EP_02, &EITHER);
}

#[test]
fn ep_03_push_pull() {
    check(PushPull, &EP_03, &BOTH);
}

/// members, fanout, loss; mean and deviation of the rounds until all know it, a round, the probability that
/// all know it then
const EP_06: [(usize, usize, f64, f64, f64, Option<(usize, f64)>); 7] = [
    (100, 2, 0.0, 7.350046, 0.6955927, Some((8, 0.9452053))),
    (100, 3, 0.0, 5.636633, 0.5719677, Some((6, 0.9566367))),
    (128, 3, 0.0, 5.966222, 0.4987955, Some((6, 0.9025555))),
    (64, 4, 0.0, 4.286437, 0.464354, Some((5, 0.9945651))),
    (100, 3, 0.1, 6.061734, 0.5594011, Some((7, 0.9880581))),
    (200, 3, 0.0, 6.384783, 0.5347353, Some((7, 0.9780703))),
    (1000, 3, 0.0, 8.173175, 0.4513423, None),
];

#[test]
fn ep_06_push_to_several() {
    for (members, fanout, loss, rounds, spread, by) in EP_06 {
        let label = format!("members={members} fanout={fanout} loss={loss}");
        let chain = Rounds::of(members, Push).fanout(fanout).loss(loss).chain();
        let (calculated, deviation) = chain.rounds_until_all(&chain.start(1));
        agrees(&label, rounds, calculated);
        agrees(&format!("{label} deviation"), spread, deviation);
        if let Some((round, probability)) = by {
            agrees(&format!("{label} P(all)"), probability, chain.all_know(&chain.start(1), round));
        }
    }
}

/// members; how many know it on average after 2, 4, 6, 8 rounds, whether by push or by pull
const EP_10: [(usize, [f64; 4]); 3] = [
    (16, [3.804444, 9.988849, 14.648565, 15.805309]),
    (100, [3.969799, 14.749087, 43.885762, 81.000761]),
    (500, [3.993992, 15.738847, 58.885016, 184.292561]),
];

#[test]
fn ep_10_push_and_pull_inform_as_many() {
    for (members, known) in EP_10 {
        let (push, pull) = (Rounds::of(members, Push).chain(), Rounds::of(members, Pull).chain());
        for (round, known) in (2..).step_by(2).zip(known) {
            let label = format!("members={members} round={round}");
            let (push, pull) =
                (mean(&push.after(&push.start(1), round)), mean(&pull.after(&pull.start(1), round)));
            agrees(&label, known, push);
            assert!((push - pull).abs() < 1e-12 * push, "{label}: {push} and {pull}");
        }
    }
}

/// members, rounds; how many do not know it on average, by push-pull and by push. What is below 2e-6 was
/// calculated with 32 digits; as a difference from the number of members it would have too few left. 0 is
/// anything below 1e-20.
const EP_11: [(usize, usize, f64, f64); 12] = [
    (32, 4, 4.074309, 19.50054),
    (32, 6, 0.007128656, 7.104039),
    (32, 7, 2.327394e-05, 3.231458),
    (32, 11, 2.789499e-19, 0.06621886),
    (128, 5, 27.75234, 100.3588),
    (128, 8, 0.0004361515, 31.5741),
    (128, 10, 3.068028e-12, 6.131525),
    (128, 15, 0.0, 0.04388595),
    (500, 7, 29.32601, 391.9922),
    (500, 10, 1.976472e-06, 124.2668),
    (500, 13, 1.077884e-23, 9.361471),
    (500, 19, 0.0, 0.02377458),
];

#[test]
fn ep_11_who_is_left_out() {
    for (members, rounds, both, push) in EP_11 {
        for (manner, known) in [(PushPull, both), (Push, push)] {
            let chain = Rounds::of(members, manner).chain();
            let law = chain.after(&chain.start(1), rounds);
            let left_out = law.iter().rev().enumerate().map(|(missing, p)| missing as f64 * p).sum::<f64>();
            let label = format!("{manner:?} members={members} rounds={rounds}");
            if known == 0.0 {
                assert!(left_out < 1e-20, "{label}: {left_out}");
            } else {
                agrees(&label, known, left_out);
            }
        }
    }
}
