//! Losses that come in bursts: GE-02. How often so many are lost in a row, GE-01, is tested with the chain
//! alone.

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, timeout};
use super::sheet::Sheet;

/// good to bad, bad to good, loss while good, loss while bad, beats that must be lost in a row; mistakes per
/// second, their length
const GE_02: [(f64, f64, f64, f64, u32, f64, f64); 5] = [
    (0.01, 0.3, 0.0, 1.0, 3, 0.004741935, 2.833333),
    (0.01, 0.3, 0.001, 0.5, 3, 0.001286491, 1.038471),
    (0.02, 0.2, 0.0, 1.0, 4, 0.009309091, 4.5),
    (0.05, 0.5, 0.01, 0.8, 2, 0.01795318, 1.165696),
    (0.005, 0.1, 0.0, 0.9, 5, 0.003505233, 4.763158),
];

#[test]
fn ge_02_a_timeout_when_beats_are_lost_in_bursts() {
    let mut sheet = Sheet::of("GE-02");
    for (seed, (worse, better, good, bad, row, rate, length)) in (5601..).zip(GE_02) {
        let (interval, after) = (1.0, f64::from(row) + 0.5);
        let (topology, detector, latency) = (push(), timeout(after), Constant(0.01));
        let experiment = Experiment { seed, interval, topology, detector, latency, loss: 0.0 };
        let bursts = format!(
            "network.bursts = {{ good_to_bad = {worse:?}, bad_to_good = {better:?}, loss_good = {good:?}, \
             loss_bad = {bad:?} }}"
        );
        let mistakes = experiment.mistakes_where(&bursts, after + 20.0, 300.0 / rate);
        let label = format!(
            "good_to_bad={worse} bad_to_good={better} loss_good={good} loss_bad={bad} timeout={after}"
        );
        // Where a bad link lets something through, a mistake is likely after a mistake: so runs are compared,
        // not mistakes.
        sheet.ratio(&label, "mistakes per second", rate, &mistakes.by_run());
        let deviation = mistakes.length_deviation();
        sheet.mean(&label, "length (s)", length, mistakes.length, deviation, mistakes.count());
    }
    sheet.close();
}
