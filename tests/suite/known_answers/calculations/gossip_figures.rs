//! What another simulation found for random phases, EP-05; and special cases that can be calculated.

use super::agrees_within;
use super::chance::{SplitMix, estimate, mean};
use super::gossip::{Gossip, Source};
use super::rounds::Manner::{Pull, Push, PushPull};
use super::rounds::{Manner, Rounds};

/// members, latency; mean time until all know it, its deviation, replications
const EP_05: [(usize, Manner, f64, f64, f64, f64); 18] = [
    (10, Push, 0.0, 4.604318, 1.293636, 20000.0),
    (10, PushPull, 0.0, 2.118832, 0.5297683, 20000.0),
    (32, Push, 0.0, 7.297892, 1.354469, 20000.0),
    (32, PushPull, 0.0, 3.321649, 0.5113624, 20000.0),
    (100, Push, 0.0, 9.736604, 1.341623, 20000.0),
    (100, PushPull, 0.0, 4.36295, 0.4810089, 20000.0),
    (128, Push, 0.0, 10.27686, 1.354861, 20000.0),
    (128, PushPull, 0.0, 4.580795, 0.4727672, 20000.0),
    (500, Push, 0.0, 13.08499, 1.374938, 8000.0),
    (500, PushPull, 0.0, 5.697261, 0.4479333, 8000.0),
    (1000, Push, 0.0, 14.46866, 1.377212, 4000.0),
    (1000, PushPull, 0.0, 6.246698, 0.4267728, 4000.0),
    (128, Push, 0.005, 10.30596, 1.370238, 20000.0),
    (128, Push, 0.02, 10.37173, 1.351708, 20000.0),
    (128, Push, 0.1, 10.82024, 1.350641, 20000.0),
    (128, PushPull, 0.005, 4.592995, 0.4693848, 20000.0),
    (128, PushPull, 0.02, 4.675793, 0.4766214, 20000.0),
    (128, PushPull, 0.1, 5.036999, 0.4756162, 20000.0),
];

/// Deliveries in all, over each row. More of them take longer and test harder.
const WORK: usize = 60_000;

#[test]
fn ep_05_random_phases() {
    for (seed, (members, manner, latency, known, deviation, count)) in (501..).zip(EP_05) {
        let gossip = Gossip { latency, ..Gossip::of(members, manner) };
        let mut chance = SplitMix(seed);
        let all = |_| gossip.spread(&mut chance, Source::Appears).all().expect("nothing is lost");
        let times: Vec<f64> = (0..WORK / members).map(all).collect();
        let label = format!("{manner:?} members={members} latency={latency}");
        agrees_within(&label, (known, deviation / count.sqrt()), estimate(&times));
    }
}

#[test]
fn two_nodes() {
    let mut chance = SplitMix(521);
    let mut mean_of = |manner, source, latency| {
        let gossip = Gossip { latency, ..Gossip::of(2, manner) };
        let times: Vec<Option<f64>> = (0..40_000).map(|_| gossip.spread(&mut chance, source).all()).collect();
        let known: Vec<f64> = times.iter().filter_map(|time| *time).collect();
        (known.len() as f64 / times.len() as f64, estimate(&known))
    };
    // The next round of the one; the earlier of two rounds; at once.
    agrees_within("push", (0.5, 0.0), mean_of(Push, Source::Appears, 0.0).1);
    agrees_within("push-pull", (1.0 / 3.0, 0.0), mean_of(PushPull, Source::Appears, 0.0).1);
    assert_eq!(mean_of(Push, Source::Crashes, 0.25), (1.0, (0.25, 0.0)));
    // Asked before the crash in half of all cases, then a third of a period after the last count on average.
    let (share, time) = mean_of(Pull, Source::Crashes, 0.0);
    agrees_within("share", (0.5, 0.5 / 200.0), (share, 0.0));
    agrees_within("pull", (1.0 / 3.0, 0.0), time);
    // A question asked up to a latency before is answered with the last count all the same.
    let (share, time) = mean_of(Pull, Source::Crashes, 0.25);
    agrees_within("share, late", (0.5, 0.5 / 200.0), (share, 0.0));
    agrees_within("pull, late", (1.0 / 3.0 + 0.25, 0.0), time);
    agrees_within("pull, alive", (0.75, 0.0), mean_of(Pull, Source::CountsUp, 0.25).1);
}

/// members, dead besides the source, fanout, loss
const LAST_ROUNDS: [(usize, usize, usize, f64); 4] =
    [(20, 0, 1, 0.0), (20, 5, 1, 0.2), (20, 0, 3, 0.1), (30, 10, 3, 0.3)];

#[test]
fn who_hears_of_the_last_round() {
    for (seed, (members, dead, fanout, loss)) in (541..).zip(LAST_ROUNDS) {
        let label = format!("members={members} dead={dead} fanout={fanout} loss={loss}");
        let gossip = Gossip { members, dead, manner: Push, fanout, latency: 0.0, loss };
        let rounds = Rounds::of(members, Push).dead(dead + 1).fanout(fanout).loss(loss);
        let start = rounds.last_count();
        let mut chance = SplitMix(seed);
        let spreads: Vec<_> = (0..4000).map(|_| gossip.spread(&mut chance, Source::Crashes)).collect();
        let nobody: Vec<f64> = spreads.iter().map(|spread| f64::from(spread.times.is_empty())).collect();
        let error = (start[0] * (1.0 - start[0]) / nobody.len() as f64).sqrt();
        agrees_within(&format!("{label} nobody"), (start[0], error), (estimate(&nobody).0, 0.0));
        let at_once = |times: &[f64]| times.iter().filter(|time| **time == 0.0).count() as f64;
        let first: Vec<f64> = spreads.iter().map(|spread| at_once(&spread.times)).collect();
        agrees_within(&format!("{label} at once"), (mean(&start), 0.0), estimate(&first));
        let ever = spreads.iter().filter(|spread| !spread.times.is_empty());
        let (half, all): (Vec<f64>, Vec<f64>) =
            ever.map(|spread| (spread.half().expect("half"), spread.all().expect("all"))).unzip();
        // With random phases, news that arrive can be passed on in the same round: faster than in step.
        let chain = rounds.chain();
        assert!(estimate(&half).0 < chain.rounds_until(&start, rounds.live().div_ceil(2)).0, "{label}");
        assert!(estimate(&all).0 < chain.rounds_until_all(&start).0, "{label}");
        // The crash comes at a uniform moment of the period after.
        let crashes: Vec<f64> = spreads.iter().filter_map(|spread| spread.crash).collect();
        agrees_within(&format!("{label} crash"), (0.5, 0.0), estimate(&crashes));
    }
}

#[test]
fn who_has_asked_before_the_crash() {
    const OTHERS: usize = 19;
    let mut chance = SplitMix(561);
    for manner in [Pull, PushPull] {
        let gossip = Gossip::of(OTHERS + 1, manner);
        let spreads: Vec<_> = (0..8000).map(|_| gossip.spread(&mut chance, Source::Crashes)).collect();
        // Each of the others has asked within a time u with probability u / OTHERS, and nobody with the
        // product; the mean of it over all u. What is told arrives.
        let others = OTHERS as f64;
        let missed = 1.0 - 1.0 / others;
        let nobody = others / (others + 1.0) * (1.0 - libm::pow(missed, others + 1.0));
        let nobody = if manner == Pull { nobody } else { 0.0 };
        let empty: Vec<f64> = spreads.iter().map(|spread| f64::from(spread.times.is_empty())).collect();
        agrees_within(&format!("{manner:?}"), (nobody, 1e-9), estimate(&empty));
    }
}
