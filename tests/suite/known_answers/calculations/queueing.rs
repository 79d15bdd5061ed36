//! One monitor that handles one beat after the other: how long beats wait, and how many are dropped.
//!
//! Times are in units of the time that it takes to handle one beat.

use super::agrees;
use super::chance::log_choose;

/// Beats come at the instants of a Poisson process, `load` of them in the time of one: the mean wait.
pub(crate) fn poisson_wait(load: f64) -> f64 {
    load / (2.0 * (1.0 - load))
}

/// Each of `nodes` beats once per `period` with a phase of its own, uniform and for ever the same: the
/// probability that more than `level` is still to be done at a random instant.
///
/// The sum runs over how many beats came since the last moment at which that was so and n beats came within
/// n less the level; what is left of the period then has to be without such a moment, by the ballot theorem.
pub(crate) fn periodic_backlog(nodes: usize, period: f64, level: f64) -> f64 {
    let all = nodes as f64;
    let term = |count: usize| {
        let beats = count as f64;
        let share = (beats - level) / period;
        let rest = if count == nodes { 0.0 } else { (all - beats) * libm::log1p(-share) };
        let arrive = log_choose(nodes, count) + beats * libm::log(share) + rest;
        libm::exp(arrive) * (period - all + level) / (period - beats + level)
    };
    (level.floor() as usize + 1..=nodes).map(term).sum()
}

/// Nodes and weights of Gauss and Legendre on both sides of the middle of an interval from −1 to 1.
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Each of `nodes` beats once per `period` with a phase of its own: the mean wait, and the probability of
/// any.
///
/// A beat finds what the other nodes have left to do: the backlog of one node less.
pub(crate) fn periodic_wait(nodes: usize, period: f64) -> (f64, f64) {
    let exceeds = |level: f64| periodic_backlog(nodes - 1, period, level);
    let over_unit = |start: usize| -> f64 {
        let middle = start as f64 + 0.5;
        let pair = |(place, weight): (f64, f64)| {
            weight * (exceeds(middle - place / 2.0) + exceeds(middle + place / 2.0)) / 2.0
        };
        GAUSS.into_iter().map(pair).sum()
    };
    let mean = (0..nodes - 1).map(over_unit).take_while(|part| *part > 1e-18).sum();
    (mean, exceeds(0.0))
}

/// All of `nodes` beat at the same instants: mean and greatest wait.
pub(crate) fn wait_in_step(nodes: usize) -> (f64, f64) {
    ((nodes - 1) as f64 / 2.0, (nodes - 1) as f64)
}

/// Beats come at the instants of a Poisson process and find room for `capacity`, with the one in hand: the
/// share that is dropped.
///
/// The chain of how many are left when one is done. As often as it passes from at most j to more than j, it
/// passes back, which it does one at a time: π(j+1) a(0) = π(0) P(A > j) + Σ π(i) P(A > j − i + 1), with A
/// beats in the time of one.
pub(crate) fn dropped_of_poisson(load: f64, capacity: usize) -> f64 {
    let beats =
        |count: usize| libm::exp(count as f64 * libm::log(load) - load - libm::lgamma(count as f64 + 1.0));
    let more_than = |count: usize| (count + 1..count + 200).map(beats).sum::<f64>();
    let mut left = vec![1.0];
    for up_to in 0..capacity - 1 {
        let others = left.iter().enumerate().skip(1);
        let up: f64 = others.map(|(at, weight)| weight * more_than(up_to + 1 - at)).sum();
        left.push((left[0] * more_than(up_to) + up) / beats(0));
    }
    let empty = left[0] / left.iter().sum::<f64>();
    1.0 - 1.0 / (empty + load)
}

/// More beats come than can be handled, and the buffer is never empty: the share that is dropped.
pub(crate) fn dropped_of_too_many(load: f64) -> f64 {
    1.0 - 1.0 / load
}

/// How many nodes keep the monitor just busy.
pub(crate) fn most_nodes(interval: f64, handling: f64) -> f64 {
    interval / handling
}

/// load; mean wait
const QU_01: [(f64, f64); 5] = [(0.3, 0.2142857), (0.5, 0.5), (0.8, 2.0), (0.9, 4.5), (0.95, 9.5)];

/// nodes, period; mean wait, probability of any, mean wait at the same load of a Poisson process, mean wait
/// in step
const QU_02_AND_03: [(usize, f64, f64, f64, f64, f64); 7] = [
    (10, 20.0, 0.3588633, 0.45, 0.5, 4.5),
    (50, 100.0, 0.4634612, 0.49, 0.5, 24.5),
    (50, 62.5, 1.454438, 0.784, 2.0, 24.5),
    (100, 111.111, 2.830974, 0.8910009, 4.500045, 49.5),
    (100, 125.0, 1.657025, 0.792, 2.0, 49.5),
    (480, 500.0, 7.220675, 0.958, 12.0, 239.5),
    (450, 500.0, 3.820532, 0.898, 4.5, 224.5),
];

#[test]
fn qu_01_to_03_waits() {
    for (load, known) in QU_01 {
        agrees(&format!("load={load}"), known, poisson_wait(load));
    }
    for (nodes, period, wait, any, poisson, in_step) in QU_02_AND_03 {
        let label = format!("nodes={nodes} period={period}");
        let (mean, probability) = periodic_wait(nodes, period);
        agrees(&label, wait, mean);
        agrees(&format!("{label} any"), any, probability);
        agrees(&format!("{label} any, in short"), any, (nodes - 1) as f64 / period);
        agrees(&format!("{label} Poisson"), poisson, poisson_wait(nodes as f64 / period));
        assert_eq!(wait_in_step(nodes), (in_step, 2.0 * in_step), "{label}");
    }
}

/// load, capacity; share that is dropped
const QU_04: [(f64, usize, f64); 8] = [
    (0.5, 2, 0.09627448),
    (0.8, 5, 0.0352904),
    (0.95, 10, 0.03059559),
    (1.0, 10, 0.05084746),
    (1.2, 10, 0.1709108),
    (1.5, 5, 0.3384488),
    (2.0, 50, 0.5),
    (0.9, 1, 0.4736842),
];

#[test]
fn qu_04_a_buffer_of_limited_size() {
    for (load, capacity, known) in QU_04 {
        agrees(&format!("load={load} capacity={capacity}"), known, dropped_of_poisson(load, capacity));
    }
}

/// handling in ms, interval in s; nodes
const QU_06: [(f64, f64, f64); 5] =
    [(1.0, 1.0, 1000.0), (0.5, 1.0, 2000.0), (1.0, 0.5, 500.0), (0.1, 2.0, 20000.0), (2.0, 5.0, 2500.0)];

#[test]
fn qu_06_the_most_nodes() {
    for (handling, interval, known) in QU_06 {
        agrees(&format!("{handling} ms"), known, most_nodes(interval, handling / 1000.0));
    }
}
