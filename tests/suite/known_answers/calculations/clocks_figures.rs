//! Figures for Poisson clocks and single steps, computed with another program: EP-04, EP-07, EP-08, EP-09,
//! EP-12.

use super::agrees;
use super::chance::{deviation, mean};
use super::clocks::{Growth, Steps, harmonic, logistic, residue};

/// members, push-pull; mean and deviation of the periods until all know it
const EP_04: [(usize, bool, f64, f64); 14] = [
    (4, false, 2.75, 1.600781),
    (4, true, 1.375, 0.8003905),
    (10, false, 5.092143, 1.846892),
    (10, true, 2.546071, 0.9234459),
    (32, false, 7.802788, 1.870914),
    (32, true, 3.901394, 0.9354568),
    (100, false, 10.25121, 1.845988),
    (100, true, 5.125604, 0.9229942),
    (128, false, 10.7659, 1.841229),
    (128, true, 5.382949, 0.9206147),
    (500, false, 13.55448, 1.823964),
    (500, true, 6.777242, 0.9119818),
    (1000, false, 14.95397, 1.819663),
    (1000, true, 7.476986, 0.9098314),
];

#[test]
fn ep_04_poisson_clocks() {
    for (members, both_ways, known, spread) in EP_04 {
        let label = format!("members={members} push-pull={both_ways}");
        let (calculated, deviation) = Growth::poisson(members, 0, 1.0, both_ways).until_all();
        agrees(&label, known, calculated);
        agrees(&format!("{label} deviation"), spread, deviation);
        let (all, ways) = (members as f64, if both_ways { 2.0 } else { 1.0 });
        agrees(&label, known, 2.0 * (all - 1.0) / all * harmonic(members - 1) / ways);
    }
}

/// members, failed, share that arrives; mean and deviation of the steps until all know it; rounds after which
/// somebody does not know it with probability 1e-3, and with 1e-3 over all who live, 1e-6, 1e-6, 1e-9, 1e-9
const EP_07: [(usize, usize, f64, f64, f64, [f64; 6]); 8] = [
    (10, 0, 1.0, 50.92143, 17.03466, [12.7, 15.1, 19.8, 22.1, 26.7, 29.0]),
    (50, 0, 1.0, 438.9621, 90.6828, [16.68, 20.94, 24.12, 28.22, 31.34, 35.36]),
    (100, 0, 1.0, 1025.121, 181.801, [18.18, 23.21, 25.66, 30.5, 32.9, 37.67]),
    (150, 0, 1.0, 1664.185, 272.7331, [19.03333, 24.50667, 26.52667, 31.8, 33.78, 38.96667]),
    (200, 0, 1.0, 2337.466, 363.592, [19.63, 25.415, 27.13, 32.705, 34.385, 39.88]),
    (50, 25, 1.0, 740.0878, 189.4049, [31.18, 38.42, 46.48, 53.42, 61.28, 68.08]),
    (100, 0, 0.9, 1139.023, 202.3142, [20.21, 25.8, 28.53, 33.91, 36.58, 41.87]),
    (100, 10, 0.9, 1239.69, 225.6956, [22.22, 28.31, 31.48, 37.33, 40.44, 46.2]),
];

#[test]
fn ep_07_one_member_after_the_other() {
    for (members, failed, arrives, known, spread, times) in EP_07 {
        let label = format!("members={members} failed={failed} arrives={arrives}");
        let steps = Steps::of(members, failed, arrives);
        let (calculated, deviation) = steps.until_all();
        agrees(&label, known, calculated);
        agrees(&format!("{label} deviation"), spread, deviation);
        let live = (members - failed) as f64;
        let bounds = [1e-3, 1e-3 / live, 1e-6, 1e-6 / live, 1e-9, 1e-9 / live];
        for (bound, rounds) in bounds.into_iter().zip(times) {
            let calculated = steps.enough(bound) as f64 / members as f64;
            agrees(&format!("{label} bound={bound}"), rounds, calculated);
        }
    }
}

/// members, push-pull; mean age, and the deviation in a sample
const EP_08: [(usize, bool, f64, f64, f64); 14] = [
    (4, false, 1.833333, 1.483012, 40000.0),
    (4, true, 0.9166667, 0.7497047, 40000.0),
    (10, false, 2.828968, 1.827811, 40000.0),
    (10, true, 1.414484, 0.9181389, 40000.0),
    (32, false, 4.027245, 2.046794, 31250.0),
    (32, true, 2.013623, 1.02518, 31250.0),
    (100, false, 5.177378, 2.151808, 10000.0),
    (100, true, 2.588689, 1.066172, 10000.0),
    (128, false, 5.425335, 2.138857, 7812.0),
    (128, true, 2.712667, 1.088353, 7812.0),
    (500, false, 6.790823, 2.150956, 2000.0),
    (500, true, 3.395412, 1.087747, 2000.0),
    (1000, false, 7.484471, 2.199548, 2000.0),
    (1000, true, 3.742235, 1.107858, 2000.0),
];

#[test]
fn ep_08_the_age_of_what_one_knows() {
    for (members, both_ways, known, sampled, size) in EP_08 {
        let label = format!("members={members} push-pull={both_ways}");
        let (calculated, deviation) = Growth::poisson(members, 0, 1.0, both_ways).until_one();
        agrees(&label, known, calculated);
        agrees(&label, known, harmonic(members - 1) / if both_ways { 2.0 } else { 1.0 });
        // The deviation in a sample from a law that has not much heavier tails than the normal law.
        assert!((deviation / sampled - 1.0).abs() < 6.0 / f64::sqrt(2.0 * size), "{label}: {deviation}");
    }
}

/// fanout, loss; the share who never learn it
const EP_09: [(usize, f64, f64); 6] = [
    (2, 0.0, 0.2031879),
    (3, 0.0, 0.05952021),
    (4, 0.0, 0.0198274),
    (5, 0.0, 0.006977154),
    (3, 0.1, 0.08440742),
    (3, 0.3, 0.1779351),
];

#[test]
fn ep_09_each_passes_it_on_once() {
    for (fanout, loss, known) in EP_09 {
        agrees(&format!("fanout={fanout} loss={loss}"), known, residue(fanout, loss));
    }
}

/// members, periods; how many know it on average, the same by the logistic curve, the deviation in a sample
/// of this size
const EP_12: [(usize, f64, f64, f64, f64, f64); 6] = [
    (10, 2.0, 4.378196, 5.062491, 2.407028, 60000.0),
    (100, 2.0, 6.818547, 7.077022, 5.80608, 60000.0),
    (100, 4.0, 30.52386, 36.4771, 19.49761, 50000.0),
    (100, 6.0, 67.79243, 81.23703, 23.564, 33333.0),
    (1000, 6.0, 244.163, 288.8966, 162.6173, 3333.0),
    (1000, 8.0, 614.8739, 750.4948, 237.1311, 3000.0),
];

#[test]
fn ep_12_the_mean_is_not_the_logistic_curve() {
    for (members, time, known, curve, spread, size) in EP_12 {
        let label = format!("members={members} time={time}");
        let law = Growth::poisson(members, 0, 1.0, false).after(time);
        assert!((law.iter().sum::<f64>() - 1.0).abs() < 1e-10, "{label}");
        agrees(&label, known, mean(&law));
        agrees(&format!("{label} logistic"), curve, logistic(members, time));
        let deviation = deviation(&law);
        assert!((deviation / spread - 1.0).abs() < 4.0 / f64::sqrt(size), "{label}: {deviation}");
    }
}
