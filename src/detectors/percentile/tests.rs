//! When the timeout is raised, when it is lowered, and how often chance does either.

use super::*;
use crate::document::{Complaints, Document, Shelf, read_table};
use crate::engine::model::Latency;
use crate::engine::random::{Purpose, Streams};
use crate::latencies::LatencyLaw;

const INTERVAL: Span = Span::from_secs(2);

/// A timeout of 6 s, adapted every minute by the latencies of the last minute, up to 30 s.
fn minutely() -> Percentile {
    Percentile {
        timeout: Span::from_secs(6),
        min: Span::from_secs(4),
        max: Span::from_secs(30),
        window: Span::from_secs(60),
        hold: Span::from_secs(60),
        percentile: 0.95,
        raise_above: 2.0,
        raise_by: 0.5,
        lower_below: 1.5,
        lower_by: 0.25,
        interval: INTERVAL,
    }
}

fn at(nanos: u64) -> Time {
    Time::from_nanos(nanos)
}

/// A beat that arrives then after so many milliseconds.
fn beat(second: f64, millis: u64) -> Arrival {
    let arrived = Time::ZERO + Span::from_seconds(second);
    let sent = at(arrived.nanos() - millis * 1_000_000);
    Arrival { sent, arrived, counted: arrived, since: sent }
}

/// The timeout after each minute of beats, every tenth of which takes so many milliseconds and all others 100.
fn timeouts(detector: &Percentile, minutes: &[u64]) -> Vec<f64> {
    let mut memory = detector.begin(at(0));
    let mut found = Vec::new();
    for (minute, slow) in minutes.iter().enumerate() {
        for beat_of_minute in 1..=30_u64 {
            let millis = if beat_of_minute % 10 == 0 { *slow } else { 100 };
            detector.heard(&mut memory, beat(minute as f64 * 60.0 + 2.0 * beat_of_minute as f64, millis));
        }
        found.push(detector.deadline(&memory).seconds() - memory.last.seconds());
    }
    found
}

#[test]
fn ad_01_the_timeout_is_raised_by_half_and_lowered_by_a_quarter() {
    for (what, minutes, known) in [
        ("a network that strays", &[300, 300, 300, 300, 300][..], &[9.0, 13.5, 20.25, 30.0, 30.0][..]),
        ("one that keeps step", &[300, 100, 100, 100], &[9.0, 6.75, 5.0625, 4.0]),
        ("one between the two", &[300, 170, 200, 150], &[9.0, 9.0, 9.0, 9.0]),
        ("one that is just below", &[149, 100, 300], &[4.5, 4.0, 6.0]),
    ] {
        assert_eq!(timeouts(&minutely(), minutes), known, "{what}");
    }
}

/// A detector as a scenario writes it.
fn written(keys: &str) -> Percentile {
    let text = format!("timeout = '6s'\nwindow = '60s'\nhold = '60s'\n{keys}");
    let document = Document::parse("detector", &text).expect("it is TOML");
    let beats = Beats { interval: INTERVAL, probe_timeout: None, announced: None };
    read_table(document.root(), "detector", &Complaints::default(), |table| Percentile::read(table, &beats))
        .expect("it is a detector")
}

#[test]
fn each_figure_of_the_rule_counts() {
    for (keys, slow, known) in [
        ("", 300, 9.0),
        ("raise_by = 1.0", 300, 12.0),
        ("raise_above = 4.0", 300, 6.0),
        ("percentile = 0.8", 300, 4.5),
        ("max = '8s'", 300, 8.0),
        ("", 100, 4.5),
        ("lower_by = 0.1", 100, 5.4),
        ("lower_below = 1.0", 100, 6.0),
        ("min = '5s'", 100, 5.0),
    ] {
        let found = timeouts(&written(keys), &[slow])[0];
        assert!((found - known).abs() < 1e-9, "{keys}, {slow}: {found}, not {known}");
    }
}

#[test]
fn it_is_changed_at_most_once_a_hold() {
    let detector = Percentile { hold: Span::from_secs(150), ..minutely() };
    // From 150 s on, and then from 300 s on, which is the last beat of the fifth minute.
    assert_eq!(timeouts(&detector, &[300; 6]), [6.0, 6.0, 9.0, 9.0, 13.5, 13.5]);
    let detector = Percentile { hold: Span::ZERO, window: Span::from_secs(4), ..minutely() };
    assert_eq!(timeouts(&detector, &[100]), [4.0], "at every beat");
}

#[test]
fn what_arrived_before_the_window_does_not_count_and_a_silence_that_empties_it_begins_anew() {
    let detector = minutely();
    for (what, silence, known) in [
        // The slow ones have left the window, the others not yet; and the hold is over.
        ("a short silence", 45.0, 4.5),
        // One latency is left, of which nothing can be said.
        ("a long silence", 300.0, 6.0),
    ] {
        let mut memory = detector.begin(at(0));
        for second in 1..=20 {
            detector.heard(&mut memory, beat(f64::from(second), 300));
        }
        for second in 21..=40 {
            detector.heard(&mut memory, beat(f64::from(second), 100));
        }
        detector.heard(&mut memory, beat(40.0 + silence, 100));
        assert_eq!(memory.timeout.seconds(), known, "{what}");
        assert_eq!(detector.deadline(&memory), memory.last + memory.timeout);
    }
}

#[test]
fn under_polling_the_round_trip_counts() {
    let detector = Percentile { hold: Span::ZERO, ..minutely() };
    let mut memory = detector.begin(at(0));
    let answer = beat(10.0, 20);
    detector.heard(&mut memory, Arrival { since: beat(10.0, 60).sent, ..answer });
    assert_eq!(memory.latencies.at(0.5), 60_000_000);
}

#[test]
fn no_latency_is_neither_steady_nor_straying() {
    let detector = Percentile { hold: Span::ZERO, ..minutely() };
    let mut memory = detector.begin(at(0));
    detector.heard(&mut memory, beat(1.0, 0));
    assert_eq!(memory.timeout, detector.timeout);
}

#[test]
fn who_is_looked_at_elsewhere_is_never_overdue() {
    let detector = minutely();
    assert!(detector.deadline(&detector.begin(Time::BEYOND)) >= Time::BEYOND);
}

#[test]
fn memory_is_that_of_the_beats_in_the_window() {
    let detector = minutely();
    for (beats, values) in [(0.0, 0.0), (10.0, 10.0), (1e9, 31.0)] {
        assert_eq!(detector.history(beats), Latencies::bytes(values));
    }
    assert_eq!(Percentile { max: detector.min, ..detector }.history(1e9), 0.0, "nothing is learnt");
}

/// The law with this mean and deviation in milliseconds.
fn log_normal(mean: f64, deviation: f64) -> LatencyLaw {
    let text = format!("kind = 'log-normal'\nmean = '{mean}ms'\ndeviation = '{deviation}ms'");
    let document = Document::parse("law", &text).expect("it is TOML");
    read_table(document.root(), "law", &Complaints::default(), |table| {
        LatencyLaw::read(table, &Shelf::default())
    })
    .expect("it is a law")
}

/// beats in the window, mean and deviation of latencies in milliseconds; how often one look raises, and lowers
const AD_01: [(u32, (f64, f64), f64, f64); 6] = [
    (30, (50.0, 20.0), 0.334_538_5, 0.044_216_59),
    (60, (50.0, 20.0), 0.197_967_6, 0.015_245_07),
    (600, (50.0, 20.0), 0.037_826_95, 3.799_244e-14),
    (30, (50.0, 10.0), 6.679_457e-5, 0.845_018_6),
    (30, (50.0, 30.0), 0.857_888_8, 0.001_819_335),
    (60, (50.0, 12.5), 4.475_534e-5, 0.619_550_4),
];

#[test]
fn ad_01_how_often_chance_changes_the_timeout() {
    const VALUES: u32 = 1_200_000;
    for (row, (beats, (mean, deviation), raised, lowered)) in (0..).zip(AD_01) {
        let law = log_normal(mean, deviation);
        let window = INTERVAL.times(u64::from(beats));
        let detector = Percentile { window, hold: window, ..minutely() };
        let source = Streams::new(1, 0).of(Purpose::Latency);
        let windows = VALUES / beats;
        let (mut raises, mut lowers) = (0_u32, 0_u32);
        for number in 0..windows {
            let mut stream = source.at(row, u64::from(number));
            let mut memory = detector.begin(at(0));
            for beat in 1..=u64::from(beats) {
                let arrived = at(0) + INTERVAL.times(beat);
                let since = at(arrived.nanos() - law.sample(&mut stream).nanos());
                detector.heard(&mut memory, Arrival { sent: since, arrived, counted: arrived, since });
            }
            raises += u32::from(memory.timeout > detector.timeout);
            lowers += u32::from(memory.timeout < detector.timeout);
        }
        for (what, known, found) in [("raised", raised, raises), ("lowered", lowered, lowers)] {
            let count = f64::from(windows);
            // Of rare events a handful may come by chance.
            let allowed =
                4.0 * (known * (1.0 - known) * count).sqrt() + if known * count < 25.0 { 4.0 } else { 0.0 };
            let off = (f64::from(found) - known * count).abs();
            assert!(
                off <= allowed,
                "{beats} of {mean} ± {deviation} ms: {what} {found} of {windows}, not {known}"
            );
        }
    }
}
