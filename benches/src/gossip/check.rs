//! What W2 must give, in closed form.

use super::workload::{CRASHES, CRASHES_FROM_S, CRASHES_UNTIL_S, FANOUT, TIMEOUT};
use crate::chance::{INTERVAL, Latency, MEDIAN_LATENCY, SIGMA, in_seconds};
use crate::comparison::{Expected, Size};

/// The mean of the least of three standard normal variables, −3 / (2 √π).
const LEAST_OF_THREE: f64 = -0.846_284;
/// The mean of a standard Gumbel variable, by which the last of many exponential times exceeds their logarithm.
const EULER_GAMMA: f64 = 0.577_216;
/// The standard deviation of the same.
const GUMBEL_DEVIATION: f64 = 1.282_550;

pub fn expected(size: Size) -> Vec<Expected> {
    let nodes = f64::from(size.nodes);
    let crashes = f64::from(CRASHES);
    let interval = in_seconds(INTERVAL);
    let fanout = FANOUT as f64;
    let uniform = 1.0 / 12.0_f64.sqrt();

    let crash_mean = (CRASHES_FROM_S + CRASHES_UNTIL_S) as f64 / 2.0;
    let crash_deviation = (CRASHES_UNTIL_S - CRASHES_FROM_S) as f64 * uniform;
    let rounds = nodes * size.seconds as f64 - crashes * (size.seconds as f64 - crash_mean);

    // The last beat left half an interval before the crash, to three others. The first of them to hear of it hears
    // of nothing newer any more.
    let first_arrival = in_seconds(MEDIAN_LATENCY) * libm::exp(SIGMA * LEAST_OF_THREE);
    let first_s = in_seconds(TIMEOUT) - interval / 2.0 + first_arrival;
    let all_s = first_s + spread_s(nodes);
    // Where the crash falls between two beats, and when the last of the nodes hears: the start and the end of the
    // spread are each about as uncertain as a Gumbel variable.
    let first_deviation = uniform * interval / crashes.sqrt();
    let end_deviation = GUMBEL_DEVIATION * interval / fanout;
    let all_deviation = (uniform * uniform * interval * interval + 2.0 * end_deviation * end_deviation)
        .sqrt()
        / crashes.sqrt();
    vec![
        Expected::about(
            rounds / interval * fanout,
            crash_deviation / interval * fanout * crashes.sqrt(),
            // One round of each node that crashes, more or less than the mean.
            fanout * crashes,
        ),
        Expected::exactly(crashes * (nodes - crashes)),
        Expected::about(first_s, first_deviation, 0.0),
        // A quarter of a second is what the approximation of the spread may cost.
        Expected::about(all_s, all_deviation, 0.25),
        Expected::exactly(0.0),
    ]
}

/// How long a counter takes from the first arrivals to the last node.
///
/// Those who have heard grow like exp(λt), where λ solves the equation of Euler and Lotka: everybody sends `FANOUT`
/// messages in each interval, each of which is on its way for the latency. Once nearly all have heard, the others
/// get `FANOUT` messages in each interval, so their number falls like exp(−FANOUT t).
fn spread_s(nodes: f64) -> f64 {
    let rate = FANOUT as f64 / in_seconds(INTERVAL);
    let mut growth = rate;
    for _ in 0..50 {
        growth = rate * libm::exp(-growth * Latency::mean_s());
    }
    libm::log(nodes / FANOUT as f64) / growth + (libm::log(nodes) + EULER_GAMMA) / rate
}
