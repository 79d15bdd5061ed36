//! Of nodes that are asked.

use super::*;

/// interval, probe timeout, misses, loss each way, mean latency each way; mistakes per second, their length
const FT_17: [(f64, f64, u32, f64, f64, f64, f64); 4] = [
    (10.0, 5.0, 3, 0.05, 0.05, 8.364906e-05, 6.180332),
    (2.0, 0.2, 3, 0.02, 0.05, 0.0009052498, 2.17627),
    (1.0, 0.1, 1, 0.01, 0.03, 0.1420293, 1.152805),
    (5.0, 1.0, 2, 0.1, 0.2, 0.007712838, 5.797798),
];

#[test]
fn ft_17_questions() {
    for (interval, patience, count, loss, mean, rate, length) in FT_17 {
        let label = format!("{interval}, {patience}, {count}, {loss}, {mean}");
        let text = pulled(
            interval,
            patience,
            &format!("kind = 'misses', misses = {count}"),
            &exponential(mean),
            loss,
        );
        let found = told(&text);
        agrees(&label, 1.0 / found.recurrence_s, rate);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        // The argument behind timeouts gives the same.
        let way = scenario(&text).network.usual;
        let wait = Wait {
            delays: Delays::of_answers(&way.latency).cut_at(patience),
            losses: Losses::independent(loss * (2.0 - loss)),
            interval,
            start: Start::Due,
            borne: f64::from(count) * interval + patience,
            look: 0.0,
        };
        let alarms = wait.alarms().expect("answers come");
        agrees(&label, alarms.per_beat / interval, rate);
        agrees(&label, alarms.share / rate, length);
    }
}

#[test]
fn hc_01_counters_and_the_way_back() {
    // A question fails with probability 0.1; answers take no time.
    let loss = 1.0 - 0.9f64.sqrt();
    for (on_success, until_down) in [("reset", 1110.0), ("decrement", 1020.0)] {
        for (rise, until_up) in [(1, 1.0 / 0.9), (2, (1.0 - 0.81) / (0.1 * 0.81))] {
            let detector = format!("kind = 'misses', misses = 3, on_success = '{on_success}'");
            let text = pulled(10.0, 2.0, &detector, &constant(0.0), loss);
            let found = told(&format!("verdict.successes = {rise}\n{text}"));
            let label = format!("{on_success}, {rise}");
            agrees(&label, found.recurrence_s, 10.0 * (until_down + until_up));
            agrees(&label, found.mistake_s.expect("there are some"), 10.0 * until_up - 2.0);
        }
    }
}
