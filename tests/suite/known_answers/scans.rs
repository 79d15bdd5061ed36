//! How long a crash stays unknown when silence is looked at from time to time only: FT-03, FT-04, FT-05.

use hbsim::engine::time::Time;

use super::experiment::Law::{Constant, Exponential, LogNormal};
use super::experiment::{Experiment, Law, misses, push, push_together, s, simulate, timeout};
use super::sheet::Sheet;

/// interval, timeout, time between scans, latency; mean, deviation, quantiles at 5, 50 and 95 %
const FT_03: [(f64, f64, f64, Law, f64, f64, [f64; 3]); 6] = [
    (2.0, 6.0, 1.0, Constant(0.05), 5.55, 0.6454972, [4.497214, 5.55, 6.602786]),
    (10.0, 40.0, 5.0, Constant(0.01), 37.51, 3.227486, [32.24607, 37.51, 42.77393]),
    (10.0, 50.0, 5.0, Constant(0.01), 47.51, 3.227486, [42.24607, 47.51, 52.77393]),
    (5.0, 15.0, 2.5, Exponential(0.1), 13.85, 1.616838, [11.21355, 13.85, 16.48645]),
    (1.0, 3.0, 0.5, LogNormal(0.05, 0.02), 2.8, 0.3233677, [2.272711, 2.8, 3.327289]),
    (2.0, 10.0, 1.0, LogNormal(0.05, 0.02), 9.55, 0.645807, [8.496766, 9.55, 10.60323]),
];

#[test]
fn ft_03_a_scan_with_a_random_phase() {
    let mut sheet = Sheet::of("FT-03");
    for (seed, (interval, after, every, latency, mean, sd, quantiles)) in (301..).zip(FT_03) {
        // All nodes of a run share one scan. Their beats do not share a phase, and an interval is a whole number
        // of scans, so that the waits for the scan are independent all the same.
        let detector = format!("{}, check = {{ every = {} }}", timeout(after), s(every));
        let experiment = Experiment { seed, interval, topology: push(), detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(10, after + 10.0);
        let label = format!("interval={interval} timeout={after} scan={every} latency={latency:?}");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, sd, crashes.count());
        for (level, expected) in [0.05, 0.5, 0.95].into_iter().zip(quantiles) {
            sheet.quantile(&label, level, expected, &crashes.times);
        }
    }
    sheet.close();
}

/// interval, timeout, time between scans, latency, phase of the scans; from the last beat to the detection when a
/// silence as long as the timeout is still trusted, and when it is not
const FT_04: [(f64, f64, f64, f64, f64, f64, f64); 7] = [
    (2.0, 6.0, 1.0, 0.0, 0.0, 7.0, 6.0),
    (2.0, 6.0, 1.0, 0.05, 0.0, 7.0, 7.0),
    (2.0, 6.0, 1.0, 0.05, 0.5, 6.5, 6.5),
    (2.0, 6.0, 1.0, 0.5, 0.5, 7.5, 6.5),
    (5.0, 15.0, 5.0, 0.1, 0.0, 20.0, 20.0),
    (10.0, 40.0, 5.0, 0.01, 0.0, 45.0, 45.0),
    (10.0, 40.0, 5.0, 0.0, 0.0, 45.0, 40.0),
];

#[test]
fn ft_04_scans_in_step_with_the_beats() {
    const NODES: u32 = 16;
    const NANOSECOND: f64 = 1e-9;
    let mut sheet = Sheet::of("FT-04");
    for (interval, after, every, latency, phase, strict, not_strict) in FT_04 {
        // A timeout is exceeded by longer silences only. "At least as long" is a timeout one tick of the clock
        // shorter.
        for (reading, after, known_after) in [(">", after, strict), (">=", after - NANOSECOND, not_strict)] {
            let check = format!("check = {{ every = {}, phase = {} }}", s(every), s(phase));
            let experiment = Experiment {
                seed: 401,
                interval,
                topology: push_together(),
                detector: format!("{}, {check}", timeout(after)),
                latency: Constant(latency),
                loss: 0.0,
            };
            // The crashes are spread evenly over the interval after the tenth beat.
            let last_beat = 10.0 * interval;
            let mut lines = format!("duration = {}\n", s(last_beat + 10.0 * after));
            for node in 0..NODES {
                let at = last_beat + interval * (f64::from(node) + 0.5) / f64::from(NODES);
                lines += &format!("[[faults]]\nkind = \"crash\"\nnodes = \"n{node}\"\nat = {}\n", s(at));
            }
            let records = simulate(&experiment.scenario(NODES, &lines));
            let crashes = &records[0].findings.crashes;
            let label = format!(
                "interval={interval} timeout={:.0} scan={every} latency={latency} phase={phase} reading {reading}",
                after
            );
            assert_eq!(crashes.len(), NODES as usize);
            let known: Vec<f64> = crashes
                .iter()
                .map(|crash| crash.acting.map_or(f64::NAN, Time::seconds) - last_beat)
                .collect();
            assert!(known.iter().all(|after| *after == known[0]), "all crashes between two beats: {known:?}");
            sheet.exact(&label, "known after last beat (s)", known_after, known[0]);
            let times = crashes.iter().filter_map(|crash| crash.detection(crash.acting));
            let mean = times.map(|time| time.seconds()).sum::<f64>() / f64::from(NODES);
            sheet.exact(&label, "mean (s)", known_after - interval / 2.0, mean);
        }
    }
    sheet.close();
}

/// interval, misses, latency; mean, quantiles at 5 and 95 %
const FT_05_RANDOM: [(f64, u32, f64, f64, [f64; 2]); 4] = [
    (1.0, 3, 0.1, 3.1, [2.416228, 3.783772]),
    (5.0, 3, 0.1, 15.1, [11.68114, 18.51886]),
    (2.0, 5, 0.05, 10.05, [8.682456, 11.41754]),
    (10.0, 4, 0.01, 40.01, [33.17228, 46.84772]),
];

/// interval, misses, latency, time from an arrival to the next tick; mean, quantiles at 5 and 95 %
const FT_05_FIXED: [(f64, u32, f64, f64, f64, [f64; 2]); 2] =
    [(5.0, 3, 0.1, 0.5, 13.1, [10.85, 15.35]), (1.0, 3, 0.05, 0.2, 2.75, [2.3, 3.2])];

#[test]
fn ft_05_ticks_that_count_misses() {
    let mut sheet = Sheet::of("FT-05");
    for (seed, (interval, count, latency, mean, quantiles)) in (501..).zip(FT_05_RANDOM) {
        let detector = format!("{}, counted = \"ticks\"", misses(count));
        let latency = Constant(latency);
        let experiment = Experiment { seed, interval, topology: push(), detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(10, f64::from(count + 3) * interval);
        let label = format!("interval={interval} misses={count} latency={latency:?} tick anywhere");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, interval / 6f64.sqrt(), crashes.count());
        for (level, expected) in [0.05, 0.95].into_iter().zip(quantiles) {
            sheet.quantile(&label, level, expected, &crashes.times);
        }
    }
    for (seed, (interval, count, latency, offset, mean, quantiles)) in (521..).zip(FT_05_FIXED) {
        // Beats are sent at multiples of the interval, so they arrive a latency later.
        let phase = s(latency + offset);
        let detector = format!("{}, counted = \"ticks\", phase = {phase}", misses(count));
        let latency = Constant(latency);
        let experiment =
            Experiment { seed, interval, topology: push_together(), detector, latency, loss: 0.0 };
        let crashes = experiment.crashes(10, f64::from(count + 3) * interval);
        let label = format!("interval={interval} misses={count} latency={latency:?} tick after={offset}");
        sheet.mean(&label, "mean (s)", mean, crashes.mean, interval / 12f64.sqrt(), crashes.count());
        for (level, expected) in [0.05, 0.95].into_iter().zip(quantiles) {
            sheet.quantile(&label, level, expected, &crashes.times);
        }
    }
    sheet.close();
}
