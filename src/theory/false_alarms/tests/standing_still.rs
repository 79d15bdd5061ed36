//! Of processes that stand still.

use super::*;

/// interval, timeout, pause; chance of a mistake and its mean length where missed beats are skipped, and
/// where one comes on waking
#[test]
fn gc_01_a_pause() {
    use pauses::{Resumes, of_one_pause};
    let pareto = "{ kind = 'pareto', scale = '1s', shape = 2.5 }".to_owned();
    for (interval, after, law, skipped, at_once) in [
        (1.0, 3.0, exponential(1.0), (0.08554821, 1.581977), (0.08554821, 1.0)),
        (2.0, 6.0, exponential(2.0), (0.08554821, 3.163953), (0.08554821, 2.0)),
        (1.0, 3.0, log_normal(0.5, 1.0), (0.02940359, 2.635907), (0.02940359, 2.075651)),
        (1.0, 3.0, constant(2.5), (0.5, 1.0), (0.5, 0.25)),
        (2.0, 10.0, log_normal(1.0, 3.0), (0.01378457, 9.967168), (0.01378457, 8.904656)),
        (1.0, 2.5, exponential(0.5), (0.05850982, 0.6565176), (0.02152456, 0.5)),
        (1.0, 2.5, uniform(0.0, 4.0), (0.625, 1.3), (0.5, 1.020833)),
        // A Lomax law is this one less its scale, which the timeout is longer for it.
        (1.0, 6.0, pareto, (0.01426756, 4.179304), (0.01426756, 3.64139)),
    ] {
        let text = pushed(1.0, &timeout(2.0), &law, 0.0);
        let pause = scenario(&text).network.usual.latency;
        for (resumes, (chance, length)) in [(Resumes::OnTheGrid, skipped), (Resumes::AtOnce, at_once)] {
            let found = of_one_pause(&pause, interval, after, resumes);
            let label = format!("{interval}, {after}, {law}, {resumes:?}");
            agrees(&label, found.alarms, chance);
            agrees(&label, found.mistake_s, length);
        }
    }
}

/// interval, timeout, pause, mean time between pauses; mistakes per second, share of time
#[test]
fn gc_02_pauses_that_come_by_chance() {
    for (interval, after, law, gap, rate, share) in [
        (1.0, 3.0, exponential(1.0), 60.0, 0.001400514, 0.001400514),
        (2.0, 6.0, exponential(2.0), 120.0, 0.0007002571, 0.001400514),
        (1.0, 3.0, log_normal(0.5, 1.0), 30.0, 0.0009621168, 0.001998391),
        (1.0, 2.0, exponential(0.5), 5.0, 0.01030751, 0.005153755),
    ] {
        let text = pushed(1.0, &timeout(2.0), &law, 0.0);
        let pause = scenario(&text).network.usual.latency;
        let found = pauses::of_many_pauses(&pause, interval, after, gap);
        let label = format!("{interval}, {after}, {law}, {gap}");
        agrees(&label, found.alarms, rate);
        agrees(&label, found.alarms * found.mistake_s, share);
    }
}
