//! Figures that were computed elsewhere, from scenarios as users write them.

mod answers;

use super::*;
use crate::document::{Document, Shelf};

/// The scenario with this text, after what all have.
pub(super) fn scenario(text: &str) -> Scenario {
    let text = format!("cluster.nodes = 5\n{text}");
    let document = Document::parse("alarms.toml", &text).expect("it is TOML");
    Scenario::read(&document, Shelf::default()).unwrap_or_else(|page| panic!("{text}\n{page}"))
}

fn told(text: &str) -> FalseAlarms {
    false_alarms(&scenario(text)).unwrap_or_else(|reason| panic!("{text}\n{reason}"))
}

/// So many seconds, as a scenario has them.
pub(super) fn s(seconds: f64) -> String {
    format!("\"{}ns\"", (seconds * 1e9).round() as u64)
}

#[track_caller]
pub(super) fn agrees(what: &str, found: f64, known: f64) {
    // Figures are published with seven digits.
    assert!((found - known).abs() <= 1e-6 * known.abs(), "{what}: {found}, not {known}");
}

pub(super) fn exponential(mean: f64) -> String {
    format!("{{ kind = 'exponential', mean = {} }}", s(mean))
}

pub(super) fn constant(delay: f64) -> String {
    format!("{{ kind = 'constant', value = {} }}", s(delay))
}

pub(super) fn uniform(min: f64, max: f64) -> String {
    format!("{{ kind = 'uniform', min = {}, max = {} }}", s(min), s(max))
}

pub(super) fn log_normal(mean: f64, deviation: f64) -> String {
    format!("{{ kind = 'log-normal', mean = {}, deviation = {} }}", s(mean), s(deviation))
}

/// Beats to a monitor.
pub(super) fn pushed(interval: f64, detector: &str, latency: &str, loss: f64) -> String {
    format!(
        "topology = {{ kind = 'centralized', interval = {} }}\ndetector = {{ {detector} }}\n\
         network = {{ latency = {latency}, loss = {loss:?} }}",
        s(interval)
    )
}

/// A monitor that asks.
fn pulled(interval: f64, probe_timeout: f64, detector: &str, latency: &str, loss: f64) -> String {
    format!(
        "topology = {{ kind = 'pull', interval = {}, probe_timeout = {} }}\ndetector = {{ {detector} }}\n\
         network = {{ latency = {latency}, loss = {loss:?} }}",
        s(interval),
        s(probe_timeout)
    )
}

pub(super) fn timeout(seconds: f64) -> String {
    format!("kind = 'timeout', timeout = {}", s(seconds))
}

/// interval, timeout, loss; mistakes per second, their length, accuracy. A silence as long as the timeout is
/// borne.
const FT_08: [(f64, f64, f64, f64, f64, f64); 6] = [
    (1.0, 3.0, 0.1, 0.0009, 1.111111, 0.999),
    (1.0, 2.5, 0.1, 0.009, 0.6111111, 0.9945),
    (1.0, 3.0, 0.3, 0.0189, 1.428571, 0.973),
    (2.0, 8.0, 0.25, 0.001464844, 2.666667, 0.9960938),
    (1.0, 2.0, 0.05, 0.002375, 1.052632, 0.9975),
    (5.0, 15.0, 0.2, 0.00128, 6.25, 0.992),
];

#[test]
fn ft_08_losses_alone() {
    for (interval, after, loss, rate, length, accuracy) in FT_08 {
        for delay in [0.0, 0.01, 0.7, 7.3] {
            let found = told(&pushed(interval, &timeout(after), &constant(delay), loss));
            let label = format!("{interval}, {after}, {loss}, {delay}");
            agrees(&label, found.per_beat, rate * interval);
            agrees(&label, found.recurrence_s, 1.0 / rate);
            agrees(&label, found.mistake_s.expect("there are some"), length);
            agrees(&label, found.accuracy.expect("it is known"), accuracy);
        }
    }
    let found = told(&pushed(1.0, "kind = 'misses', misses = 3", &constant(0.01), 0.1));
    agrees("three misses", found.recurrence_s, 1111.111);
    assert_eq!(
        found.numbers,
        "j = floor(3 s / 1 s) = 3; P = (1 - 0.1) × 0.1^3 = 0.0009; E(T_MR) = 1 s / P = 1111.11 s; \
         E(T_M) = 1 s × (3 + 1 / (1 - 0.1)) - 3 s = 1.11111 s; P_A = 1 - 0.001"
    );
}

/// interval, timeout, loss, latency; mistakes per beat received, mistakes per second, length, accuracy
#[test]
fn ft_09_losses_and_delays() {
    for (interval, after, loss, latency, per_received, rate, length, accuracy) in [
        (1.0, 2.0, 0.01, exponential(0.02), 0.00505, 0.0049995, 0.03960596, 0.99980199),
        (1.0, 2.0, 0.1, exponential(0.02), 0.055, 0.0495, 0.2183838, 0.98919),
        (1.0, 3.0, 0.1, exponential(0.05), 0.0055, 0.00495, 0.2429293, 0.9987975),
        (1.0, 1.05, 0.01, exponential(0.02), 0.05063207, 0.05012575, 0.205673, 0.9896905),
        (2.0, 4.0, 0.1, log_normal(0.05, 0.02), 0.055, 0.02475, 0.4216065, 0.9895652),
        (1.0, 1.1, 0.02, uniform(0.01, 0.2), 0.1299446, 0.1273457, 0.1670443, 0.9787276),
        (1.0, 1.0, 0.01, exponential(0.02), 0.505, 0.49995, 0.03960596, 0.980199),
        (1.0, 2.03, 0.05, uniform(0.0, 0.1), 0.0141375, 0.01343063, 0.2000439, 0.9973133),
    ] {
        let label = format!("{interval}, {after}, {loss}, {latency}");
        let found = told(&pushed(interval, &timeout(after), &latency, loss));
        agrees(&label, found.per_beat / (1.0 - loss), per_received);
        agrees(&label, 1.0 / found.recurrence_s, rate);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        agrees(&label, found.accuracy.expect("it is known"), accuracy);
    }
}

/// interval, timeout, latency; the logarithm to base ten of the probability that latency alone makes a
/// mistake, if only beats are considered that were sent within the timeout
#[test]
fn ft_10_latency_alone() {
    for (interval, after, latency, known) in [
        (2.0, 10.0, log_normal(0.05, 0.02), -129.8226),
        (2.0, 6.0, log_normal(0.05, 0.02), -53.26367),
        (1.0, 3.0, log_normal(0.05, 0.02), -38.04436),
        (1.0, 2.0, log_normal(0.2, 0.3), -2.044853),
        (0.1, 0.2, log_normal(0.05, 0.02), -2.862305),
    ] {
        let label = format!("{interval}, {after}, {latency}");
        let text = pushed(interval, &timeout(after), &latency, 0.0);
        let way = scenario(&text).network.usual;
        let delays = Delays::of_beats(&way.latency, 0.0);
        let within = 1..=(after / interval).round() as u32;
        let late = |delay| {
            within.clone().map(|beat| delays.beyond(delay + after - f64::from(beat) * interval)).product()
        };
        let few = delays.mean(late);
        agrees(&label, libm::log10(few), known);
        // Where a delay is longer than an interval, one beat more may be in time.
        let (all, overtaking) = (told(&text).per_beat, delays.beyond(interval));
        assert!(
            all <= few * (1.0 + 1e-9) && all >= few * (1.0 - overtaking) - 1e-9 * few,
            "{label}: {all}, not {few}"
        );
    }
    for (loss, per_received, hours) in [
        (0.001, 5.005e-13, 1.111112e9),
        (0.01, 5.05e-9, 111_122.2),
        (0.05, 3.28125e-6, 178.2233),
        (0.1, 5.5e-5, 11.22334),
    ] {
        let found = told(&pushed(2.0, &timeout(10.0), &log_normal(0.05, 0.02), loss));
        agrees(&format!("{loss}"), found.per_beat / (1.0 - loss), per_received);
        agrees(&format!("{loss}"), found.recurrence_s / 3600.0, hours);
    }
}

/// interval, misses, loss, time from an arrival to the next tick; mistakes per second, their length
const FT_16: [(f64, u32, f64, f64, f64, f64); 4] = [
    (1.0, 3, 0.1, 0.5, 0.0009, 0.6111111),
    (5.0, 3, 0.2, 2.5, 0.00128, 3.75),
    (1.0, 2, 0.05, 0.2, 0.002375, 0.8526316),
    (10.0, 4, 0.3, 5.0, 0.000567, 9.285714),
];

#[test]
fn ft_16_ticks() {
    for (interval, count, loss, offset, rate, length) in FT_16 {
        let label = format!("{interval}, {count}, {loss}, {offset}");
        let ticks = format!("kind = 'misses', misses = {count}, counted = 'ticks'");
        let aligned = |ticks: &str, latency: &str| {
            pushed(interval, ticks, latency, loss)
                .replace("'centralized'", "'centralized', phase = 'aligned'")
        };
        let phase = format!("{ticks}, phase = {}", s(0.01 + offset));
        let found = told(&aligned(&phase, &constant(0.01)));
        agrees(&label, 1.0 / found.recurrence_s, rate);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        // Delays that hardly vary, and never across a tick, do not change how often; the mean length is as it
        // was.
        let found = told(&aligned(&phase, &uniform(0.005, 0.015)));
        agrees(&label, 1.0 / found.recurrence_s, rate);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        // By chance, it is half an interval to the next tick.
        let found = told(&pushed(interval, &ticks, &constant(0.01), loss));
        agrees(&label, 1.0 / found.recurrence_s, rate);
        agrees(&label, found.mistake_s.expect("there are some"), length + offset - interval / 2.0);
    }
}

/// interval, delta, loss, latency; recurrence, length, accuracy
#[test]
fn ch_01_freshness_points() {
    for (interval, delta, loss, latency, recurrence, length, accuracy) in [
        (1.0, 1.5, 0.1, exponential(0.02), 111.1111, 0.6311111, 0.99432),
        (0.5, 1.2, 0.05, exponential(0.1), 1158.753, 0.187412, 0.999838264),
        (2.0, 3.0, 0.2, constant(0.05), 62.5, 1.55, 0.9752),
        (1.0, 0.7, 0.05, exponential(0.6), 3.233967, 0.5048272, 0.8438985),
        (1.0, 2.0, 0.1, log_normal(0.05, 0.02), 111.1111, 0.1611111, 0.99855),
        (0.2, 0.5, 0.1, exponential(0.15), 13.62093, 0.09498425, 0.9930266),
        (1.0, 0.0, 0.01, exponential(0.02), 1.010101, 0.03010101, 0.9702),
        (1.0, 0.02, 0.01, exponential(0.02), 2.699357, 0.04645909, 0.9827888),
        (1.0, 0.05, 0.01, exponential(0.02), 11.06788, 0.1252002, 0.988688),
        (1.0, 0.1, 0.01, exponential(0.02), 60.59188, 0.5659328, 0.9906599),
        (1.0, 0.25, 0.01, exponential(0.02), 100.9728, 0.7798207, 0.9922769),
        (1.0, 0.5, 0.01, exponential(0.02), 101.0101, 0.530101, 0.994752),
        (1.0, 1.0, 0.01, exponential(0.02), 101.0101, 0.03010101, 0.999702),
        (1.0, 1.02, 0.01, exponential(0.02), 269.9357, 0.04645909, 0.9998278883),
        (1.0, 1.05, 0.01, exponential(0.02), 1106.788, 0.1252002, 0.9998868797),
        (1.0, 1.1, 0.01, exponential(0.02), 6059.188, 0.5659328, 0.9999065992),
        (1.0, 1.5, 0.01, exponential(0.02), 10101.01, 0.530101, 0.99994752),
        (1.0, 2.0, 0.01, exponential(0.02), 10101.01, 0.03010101, 0.99999702),
        (1.0, 2.02, 0.01, exponential(0.02), 26993.57, 0.04645909, 0.9999982789),
        (1.0, 2.05, 0.01, exponential(0.02), 110678.8, 0.1252002, 0.9999988688),
        (1.0, 2.1, 0.01, exponential(0.02), 605918.8, 0.5659328, 0.999999066),
        (1.0, 2.5, 0.01, exponential(0.02), 1010101.0, 0.530101, 0.9999994752),
    ] {
        let label = format!("{interval}, {delta}, {loss}, {latency}");
        let detector = format!("{}, stamp = 'sent'", timeout(delta + interval));
        let found = told(&pushed(interval, &detector, &latency, loss));
        agrees(&label, found.recurrence_s, recurrence);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        agrees(&label, found.accuracy.expect("it is known"), accuracy);
    }
}

/// interval, timeout, cut-off; recurrence, length, accuracy. Loss 1 %, delays exponential with mean 20 ms.
const CH_04: [(f64, f64, f64, f64, f64); 18] = [
    (0.92, 0.08, 1.028947, 0.1089468, 0.8941181),
    (1.02, 0.08, 5.259944, 0.1583519, 0.9698948),
    (1.17, 0.08, 36.57505, 0.8589468, 0.9765155),
    (1.42, 0.08, 36.57505, 0.6089468, 0.9833508),
    (1.92, 0.08, 36.57505, 0.1089468, 0.9970213),
    (2.02, 0.08, 186.9705, 0.1583519, 0.9991530648),
    (2.42, 0.08, 1300.1, 0.6089468, 0.9995316155),
    (2.92, 0.08, 1300.1, 0.1089468, 0.9999162012),
    (3.42, 0.08, 46213.49, 0.6089468, 0.9999868232),
    (0.84, 0.16, 1.01044, 0.17044, 0.831321),
    (0.94, 0.16, 1.035628, 0.07266718, 0.9298328),
    (1.09, 0.16, 65.1657, 0.6189171, 0.9905024),
    (1.34, 0.16, 97.79611, 0.67044, 0.9931445),
    (1.84, 0.16, 97.79611, 0.17044, 0.9982572),
    (1.94, 0.16, 100.234, 0.07266718, 0.9992750245),
    (2.34, 0.16, 9465.262, 0.67044, 0.9999291684),
    (2.84, 0.16, 9465.262, 0.17044, 0.9999819931),
    (3.34, 0.16, 916101.7, 0.67044, 0.9999992682),
];

#[test]
fn ch_04_a_cut_off() {
    for (after, cutoff, recurrence, length, accuracy) in CH_04 {
        let label = format!("{after}, {cutoff}");
        let detector = format!("{}, cutoff = {}", timeout(after), s(cutoff));
        let found = told(&pushed(1.0, &detector, &exponential(0.02), 0.01));
        agrees(&label, found.recurrence_s, recurrence);
        agrees(&label, found.mistake_s.expect("there are some"), length);
        agrees(&label, found.accuracy.expect("it is known"), accuracy);
    }
}

#[test]
fn ch_07_expected_arrivals_over_a_long_window() {
    for (margin, loss, mean, recurrence, length) in [
        (0.98, 0.01, 0.02, 101.0101, 0.03010101),
        (1.03, 0.01, 0.02, 1106.788, 0.1252002),
        (0.1, 0.05, 0.05, 10.8187, 0.51385),
    ] {
        let found =
            told(&pushed(1.0, &format!("kind = 'chen', margin = {}", s(margin)), &exponential(mean), loss));
        let near = |found: f64, known: f64| {
            assert!((found / known - 1.0).abs() < 1e-5, "{margin}: {found}, not {known}")
        };
        near(found.recurrence_s, recurrence);
        near(found.mistake_s.expect("there are some"), length);
        assert!(found.formula.starts_with("for a long window: "), "{}", found.formula);
    }
}

/// good to bad, bad to good, loss while good, loss while bad, beats in a row; mistakes per second, their
/// length
const GE_02: [(f64, f64, f64, f64, u32, f64, f64); 5] = [
    (0.01, 0.3, 0.0, 1.0, 3, 0.004741935, 2.833333),
    (0.01, 0.3, 0.001, 0.5, 3, 0.001286491, 1.038471),
    (0.02, 0.2, 0.0, 1.0, 4, 0.009309091, 4.5),
    (0.05, 0.5, 0.01, 0.8, 2, 0.01795318, 1.165696),
    (0.005, 0.1, 0.0, 0.9, 5, 0.003505233, 4.763158),
];

#[test]
fn ge_02_bursts() {
    for (worse, better, good, bad, row, rate, length) in GE_02 {
        // Delays that are bounded by half an interval change nothing, but for the mean of what a mistake
        // gains and loses.
        for latency in [constant(0.01), uniform(0.1, 0.3)] {
            let text = pushed(1.0, &timeout(f64::from(row) + 0.5), &latency, 0.0);
            let found = told(&format!(
                "network.bursts = {{ good_to_bad = {worse}, bad_to_good = {better}, loss_good = {good}, loss_bad = {bad} }}\n{}",
                text.replace("network = { latency =", "network.latency =").replace(", loss = 0.0 }", "")
            ));
            let label = format!("{worse}, {better}, {good}, {bad}, {row}, {latency}");
            agrees(&label, 1.0 / found.recurrence_s, rate);
            agrees(&label, found.mistake_s.expect("there are some"), length);
        }
    }
}

/// good to bad, bad to good, loss while good, loss while bad, beats in a row; the probability that all are
/// lost
const GE_01: [(f64, f64, f64, f64, u32, f64); 5] = [
    (0.01, 0.3, 0.0, 1.0, 3, 0.01580645),
    (0.01, 0.3, 0.001, 0.5, 3, 0.00197923),
    (0.02, 0.2, 0.0, 1.0, 4, 0.04654545),
    (0.05, 0.5, 0.01, 0.8, 2, 0.02990455),
    (0.005, 0.1, 0.0, 0.9, 5, 0.01844859),
];

#[test]
fn ge_01_losses_in_a_row() {
    for (good_to_bad, bad_to_good, loss_good, loss_bad, row, known) in GE_01 {
        let bursts = crate::engine::network::Bursts { good_to_bad, bad_to_good, loss_good, loss_bad };
        let losses = Losses::in_bursts(&bursts, 0.0);
        // In the long run, a step of the chain changes nothing.
        let [good, bad] = losses.silent_times(losses.shares, 0.0, f64::from(row));
        agrees(&format!("{bursts:?}, {row}"), good + bad, known);
    }
}

#[test]
fn what_else_changes_how_long_silence_is_borne() {
    let with = |detector: &str, lines: &str| {
        told(&format!("{lines}\n{}", pushed(1.0, detector, &constant(0.01), 0.1)))
    };
    let plain = |after: f64| with(&timeout(after), "");
    for (what, found, known) in [
        ("it must last", with(&timeout(2.0), "verdict.confirm_after = '1s'"), plain(3.0)),
        ("a margin", with("kind = 'misses', misses = 2, margin = '500ms'", ""), plain(2.5)),
        ("by the sender's stamp", with(&format!("{}, stamp = 'sent'", timeout(3.01)), ""), plain(3.0)),
        ("the mean of a constant", with("kind = 'chen', margin = '2s'", ""), plain(3.0)),
    ] {
        agrees(what, found.per_beat, known.per_beat);
        agrees(what, found.recurrence_s, known.recurrence_s);
        agrees(what, found.accuracy.expect("it is known"), known.accuracy.expect("it is known"));
    }
    // A look every so often: half an interval later on average, and half of the time one loss more.
    for check in ["check = { every = '1s' }", "check = { bucket = '1s' }"] {
        let found = with(&format!("{}, {check}", timeout(2.5)), "");
        agrees(check, found.per_beat, 0.9 * 0.5 * (0.01 + 0.001));
        // P_A: from 2.5 s on 0.01, less for each second that passes; ∫ over looks of ∫ over time.
        let silent = |from: f64| {
            let whole = from.floor();
            (whole + 1.0 - from) * libm::pow(0.1, whole) + libm::pow(0.1, whole + 1.0) / 0.9
        };
        let mean = 0.9 * integral::integral(|late| silent(2.5 + late), &[0.0, 0.5, 1.0]);
        agrees(check, 1.0 - found.accuracy.expect("it is known"), mean);
    }
    // Noticed by a scan, and found too long by another: from the next one on, whole scans are counted.
    let found = with(&format!("{}, stamp = 'noticed', check = {{ every = '1s' }}", timeout(2.5)), "");
    agrees("noticed", found.per_beat, 0.9 * 0.001);
    // Where the deadline itself is late, whole intervals bear one loss less, and whole scans are one scan less.
    for (detector, known) in [
        (format!("{}, tie = 'in-time'", timeout(3.0)), 0.9 * 0.001),
        (format!("{}, tie = 'late'", timeout(3.0)), 0.9 * 0.01),
        (format!("{}, tie = 'late'", timeout(2.5)), 0.9 * 0.01),
        (format!("{}, stamp = 'noticed', check = {{ every = '1s' }}", timeout(3.0)), 0.9 * 0.0001),
        (
            format!("{}, stamp = 'noticed', check = {{ every = '1s' }}, tie = 'late'", timeout(3.0)),
            0.9 * 0.001,
        ),
    ] {
        agrees(&detector, with(&detector, "").per_beat, known);
    }
}

#[test]
fn formulas_are_said_in_words() {
    let found = told(&pushed(1.0, &format!("{}, stamp = 'sent'", timeout(3.0)), &exponential(0.02), 0.01));
    assert_eq!(
        found.formula,
        "P = (1 - p) × P(delay ≤ silence) × u_1 × u_2 × ..., with u_j = p + (1 - p) × P(delay > silence - j × interval); \
         E(T_MR) = interval / P; P_A = 1 - share of time in which the last beat heard is too old; \
         E(T_M) = (1 - P_A) × E(T_MR)"
    );
    assert_eq!(
        found.numbers,
        "p = 0.01, delay exponential, mean 20ms, silence 3 s, interval 1 s: P = 9.9e-5; E(T_MR) = 1 s / P = 10101 s; \
         E(T_M) = 0.030101 s; P_A = 1 - 2.98e-6"
    );
}

#[test]
fn where_nothing_is_lost_and_nothing_late_nobody_is_held_dead() {
    for text in [
        pushed(1.0, &timeout(1.5), &constant(0.2), 0.0),
        pushed(1.0, &timeout(1.5), &uniform(0.2, 0.6), 0.0),
        pulled(1.0, 0.5, "kind = 'misses', misses = 1", &constant(0.2), 0.0),
    ] {
        let found = told(&text);
        assert_eq!(
            (found.per_beat, found.recurrence_s, found.mistake_s),
            (0.0, f64::INFINITY, None),
            "{text}"
        );
        assert_eq!(found.accuracy, Some(1.0), "{text}");
    }
}

#[test]
fn a_phi_detector_that_has_learnt_is_a_timeout() {
    // The deviation of gaps is √2 times that of delays.
    let logistic = "kind = 'phi', model = 'logistic', min_deviation = '10ms'";
    let borne = 1.0 + 5.225_987 * 0.02 * core::f64::consts::SQRT_2;
    let found = told(&pushed(1.0, logistic, &exponential(0.02), 0.0));
    let known = told(&pushed(1.0, &timeout(borne), &exponential(0.02), 0.0));
    let relative = found.per_beat / known.per_beat - 1.0;
    assert!(relative.abs() < 1e-2, "{} is not {}", found.per_beat, known.per_beat);
    assert!(
        found.formula.starts_with("for a long window, in which phi 8 is a silence of 1.14781 s"),
        "{}",
        found.formula
    );
}

#[test]
fn where_no_closed_form_is_known_it_says_why() {
    for (text, reason) in [
        ("topology = { kind = 'centralized', jitter = [0.0, 0.1] }", "jitter"),
        ("topology = { kind = 'gossip' }", "through others"),
        ("topology = { kind = 'centralized', capacity = { per_message = '1ms', queue = 5 } }", "their turn"),
        ("topology = { kind = 'centralized', monitors = 2, replication = 'standby' }", "stand by"),
        ("topology.kind = 'centralized'\nnetwork.transport = 'tcp'", "sent again"),
        ("topology.kind = 'centralized'\nnetwork.loss = 1.0", "for ever"),
        ("topology.kind = 'centralized'\nverdict.probation = '5s'", "probation"),
        ("topology.kind = 'centralized'\nverdict.successes = 2", "several beats"),
        ("topology.kind = 'centralized'\nfaults = [{ kind = 'pause', nodes = 'n1', at = '1m' }]", "a pause"),
        (
            "topology.kind = 'centralized'\nfaults = [{ kind = 'crash', nodes = 'm0', at = '1m' }]",
            "observers",
        ),
    ] {
        let found = false_alarms(&scenario(&format!("{text}\ndetector = {{ kind = 'misses' }}")));
        let said = found.expect_err(text);
        assert!(said.contains(reason), "{text}: {said}");
    }
}
