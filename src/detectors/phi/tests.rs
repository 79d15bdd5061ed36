//! Deadlines after what was heard, as tables.

use core::f64::consts::LN_10;

use super::*;
use crate::document::{Complaints, Document, read_table};

/// The detector that is written like this, where beats come every second.
pub(super) fn phi(keys: &str) -> Phi {
    let document = Document::parse("phi.toml", keys).expect("TOML");
    let complaints = Complaints::default();
    let beats = Beats { interval: Span::SECOND, probe_timeout: None, announced: None };
    let read = read_table(document.root(), "[detector]", &complaints, |table| Phi::read(table, &beats));
    assert_eq!(complaints.count(), 0, "{keys}");
    read.expect("it is valid")
}

fn at(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

fn arriving(at: Time) -> Arrival {
    Arrival { sent: at, arrived: at, counted: at, since: at }
}

/// The deadline in seconds after beats that arrived at these milliseconds.
fn deadline(phi: &Phi, beats: &[u64]) -> f64 {
    let mut memory = phi.begin(Time::ZERO);
    for millis in beats {
        phi.heard(&mut memory, arriving(at(*millis)));
    }
    phi.deadline(&memory).seconds()
}

/// One beat a second.
fn regular(count: u64) -> Vec<u64> {
    (1..=count).map(|beat| beat * 1000).collect()
}

/// interval, acceptable pause, least deviation; then in milliseconds the timeout after a regular history and
/// after the first beat
const PH_03: [(&str, u64, [f64; 2]); 6] = [
    ("threshold = 8, acceptable_pause = '3s'", 1000, [4522.599, 5306.497]),
    ("threshold = 10, acceptable_pause = '3s'", 1000, [4579.902, 5449.756]),
    ("threshold = 12, acceptable_pause = '3s'", 1000, [4629.212, 5573.031]),
    ("threshold = 8", 1000, [1522.599, 2306.497]),
    ("threshold = 8, acceptable_pause = '10s'", 1000, [11522.6, 12306.5]),
    (
        "threshold = 12, acceptable_pause = '4s', min_deviation = '200ms', first_estimate = '2s'",
        2000,
        [7258.425, 9146.062],
    ),
];

#[test]
fn ph_03_what_akka_waits_for() {
    for (keys, interval, [regular, first]) in PH_03 {
        let phi = phi(&format!("model = 'logistic'\n{}", keys.replace(", ", "\n")));
        for (beats, known) in [(1, first), (50, regular)] {
            let heard: Vec<u64> = (1..=beats).map(|beat| beat * interval).collect();
            let found = deadline(&phi, &heard) * 1e3 - (beats * interval) as f64;
            // The table has seven digits.
            assert!((found - known).abs() < 0.005, "{keys} after {beats}: {found}, not {known}");
        }
    }
}

/// The window of 2 holds what was heard last, so that every figure can be checked by hand. With a threshold
/// of log 2 a normal silence is borne for the mean gap; the exponential factor is chosen as 1.
#[test]
fn what_is_learnt_and_what_is_not() {
    const MEAN: &str = "threshold = 0.3010299956639812\nwindow = 2";
    const ONE: &str = "model = 'exponential'\nthreshold = 0.4342944819032518\nwindow = 2";
    let table: [(&str, &str, &str, &[u64], f64); 17] = [
        ("before the first beat, the estimate", MEAN, "", &[], 1.0),
        ("before the first beat, the estimate", ONE, "first_estimate = '2s'", &[], 2.0),
        ("the first beat shows no gap", MEAN, "", &[700], 1.7),
        ("the first beat shows no gap", ONE, "", &[700], 1.7),
        ("the estimates are gaps: 1.25 and 1.4", MEAN, "", &[600, 2000], 2.0 + 1.325),
        ("the estimate is one gap: 1 and 1.4", ONE, "", &[600, 2000], 2.0 + 1.2),
        ("they are pushed out", MEAN, "", &[600, 2000, 2800], 2.8 + 1.1),
        ("they are pushed out", ONE, "", &[600, 2000, 2800], 2.8 + 1.1),
        ("a pause comes on top", MEAN, "acceptable_pause = '3s'", &[600, 2000, 2800], 2.8 + 4.1),
        ("a pause comes on top, not multiplied", ONE, "acceptable_pause = '3s'", &[600, 2000], 2.0 + 4.2),
        ("long gaps are learnt", ONE, "", &[1000, 2000, 6000], 6.0 + 2.5),
        ("unless too long", ONE, "max_interval = '3999ms'", &[1000, 2000, 6000], 6.0 + 1.0),
        ("as long as allowed is not too long", ONE, "max_interval = '4s'", &[1000, 2000, 6000], 6.0 + 2.5),
        (
            "the next gap begins after the long one",
            ONE,
            "max_interval = '2s'",
            &[1000, 5000, 6400],
            6.4 + 1.2,
        ),
        ("mistakes are skipped on demand", ONE, "outages = 'skip'", &[1000, 2000, 6000], 6.0 + 1.0),
        ("at the deadline is in time", ONE, "outages = 'skip'", &[1000, 2000, 3000], 3.0 + 1.0),
        ("a little earlier is learnt too", ONE, "outages = 'skip'", &[1000, 2000, 2600], 2.6 + 0.8),
    ];
    for (what, base, keys, beats, known) in table {
        let found = deadline(&phi(&format!("{base}\n{keys}")), beats);
        assert!((found - known).abs() < 1e-9, "{what}: {base} {keys}: {found}, not {known}");
    }
}

#[test]
fn akka_skips_outages_and_the_others_learn_them() {
    for (model, skips) in [("normal", false), ("logistic", true), ("exponential", false)] {
        for (asked, skips) in [("", skips), ("outages = 'skip'", true), ("outages = 'learn'", false)] {
            let phi = phi(&format!("model = '{model}'\n{asked}"));
            let mut beats = regular(100);
            beats.push(400_000);
            let mut memory = phi.begin(Time::ZERO);
            beats.iter().for_each(|millis| phi.heard(&mut memory, arriving(at(*millis))));
            assert_eq!(memory.window.mean() < 1.1e9, skips, "{model} {asked}");
        }
    }
}

#[test]
fn a_deviation_counts_from_the_least_one_on() {
    for (keys, off, deviation) in [
        ("", 400, 0.4),
        ("", 100, 0.1),
        ("", 10, 0.1),
        ("min_deviation = '50ms'", 10, 0.05),
        ("min_deviation = '0s'", 10, 0.01),
        ("min_deviation = '0s'", 0, 0.0),
        ("min_deviation = '2s'", 400, 2.0),
    ] {
        let phi = phi(&format!("window = 10\n{keys}"));
        let heard: Vec<u64> = (1..=50).map(|beat| beat * 1000 + (beat % 2) * off).collect();
        // Gaps are a second plus or minus `off`.
        let known = 50.0 + 1.0 + Model::Normal.factor(8.0) * deviation;
        let found = deadline(&phi, &heard);
        assert!((found - known).abs() < 1e-6, "{keys} {off}: {found}, not {known}");
    }
}

#[test]
fn a_deadline_is_rounded_to_a_nanosecond_and_never_overflows() {
    let exponential = phi("model = 'exponential'\nwindow = 3");
    // The mean of the gaps 1 s, 1 s, 1.0001 s is 1 000 033 333.3 ns.
    let mut memory = exponential.begin(Time::ZERO);
    for nanos in [1_000_000_000, 2_000_000_000, 3_000_000_000, 4_000_100_000] {
        exponential.heard(&mut memory, arriving(Time::from_nanos(nanos)));
    }
    let borne = exponential.deadline(&memory) - Time::from_nanos(4_000_100_000);
    assert_eq!(borne.nanos(), libm::round(8.0 * LN_10 * 1_000_033_333.333_333_3) as u64);

    for model in ["normal", "logistic", "exponential"] {
        let forever = phi(&format!("model = '{model}'\nthreshold = 1e300"));
        assert_eq!(forever.deadline(&forever.begin(Time::ZERO)), Time::ZERO + Span::LONGEST, "{model}");
        assert!(forever.deadline(&forever.begin(Time::BEYOND)) >= Time::BEYOND, "{model}");
        let never = phi(&format!("model = '{model}'\nthreshold = 1e-300"));
        let borne = never.deadline(&never.begin(Time::ZERO));
        assert_eq!(borne, Time::ZERO, "{model}: no silence is too short, but none is shorter than none");
    }
}

/// Where a beat counts from its stamp though it was overtaken, the gaps before and after it still make the
/// mean.
#[test]
fn gaps_of_beats_that_were_overtaken_add_up() {
    let phi = phi("threshold = 0.3010299956639812\nwindow = 4");
    let mut memory = phi.begin(Time::ZERO);
    for (sent, arrived) in [(0, 10), (1000, 1010), (3000, 3010), (2000, 3020), (4000, 4010)] {
        let (sent, arrived) = (at(sent), at(arrived));
        phi.heard(&mut memory, Arrival { sent, arrived, counted: sent, since: sent });
    }
    // 1, 2, −1 and 2 seconds.
    assert_eq!((memory.last, phi.deadline(&memory)), (at(4000), at(5000)));
}

#[test]
fn nothing_is_set_aside_before_the_first_beat() {
    for (keys, beats, bytes) in [
        ("", 0.0, 0.0),
        ("", 1e9, 8000.0),
        ("window = 100", 9.0, 160.0),
        ("model = 'exponential'", 10.0, 160.0),
    ] {
        assert_eq!(phi(keys).history(beats), bytes, "{keys} {beats}");
    }
}

#[test]
fn a_long_memory_settles_at_what_is_foretold() {
    let steady = |deviation, loss| Steady { interval: Span::SECOND, delay: 0.05, deviation, loss };
    let z = Model::Normal.factor(8.0);
    for (keys, deviation, loss, known) in [
        ("", 0.0, 0.0, Some(1.0 + 0.1 * z)),
        ("", 0.05, 0.0, Some(1.0 + 0.1 * z)),
        ("", 0.1, 0.0, Some(1.0 + 0.1 * 2f64.sqrt() * z)),
        ("acceptable_pause = '3s'", 0.0, 0.0, Some(4.0 + 0.1 * z)),
        ("", 0.0, 0.2, Some(1.25 + (0.2_f64 / 0.64).sqrt() * z)),
        ("model = 'exponential'", 0.1, 0.2, Some(1.25 * 8.0 * LN_10)),
        ("model = 'logistic'", 0.1, 0.0, Some(1.0 + 0.1 * 2f64.sqrt() * Model::Logistic.factor(8.0))),
        // Not known: beats that overtake one another, and gaps that are not learnt.
        ("", f64::INFINITY, 0.0, None),
        ("", 0.3, 0.0, None),
        ("", 0.0, 1.0, None),
        ("model = 'logistic'", 0.0, 0.1, None),
        ("model = 'logistic'\noutages = 'learn'\nmax_interval = '2s'", 0.0, 0.1, None),
        ("threshold = 1\nmin_deviation = '1ms'\noutages = 'skip'", 0.1, 0.0, None),
        ("max_interval = '1100ms'", 0.1, 0.0, None),
        ("max_interval = '2s'", 0.1, 0.0, Some(1.0 + 0.1 * 2f64.sqrt() * z)),
    ] {
        let found = phi(keys).silence(&steady(deviation, loss));
        let known = known.map(Span::from_seconds);
        assert_eq!(
            found.map(|silence| (silence.since, silence.least)),
            known.map(|span| (Since::Beat, span)),
            "{keys}"
        );
    }
}

#[test]
fn more_patience_is_a_pause_and_less_a_lower_threshold() {
    let given = phi("acceptable_pause = '3s'");
    let setting = given.later_by(Span::SECOND, Span::from_millis(420), Span::SECOND);
    assert_eq!(setting.words, "an acceptable pause of at least 3.42s instead of 3s");
    assert_eq!(setting.remedy.as_deref(), Some("detector.acceptable_pause=3.42s"));
    for (keys, sooner) in [
        ("", "half the threshold saves 1.9 deviations of the gaps, 190ms or more"),
        ("min_deviation = '1s'", "half the threshold saves 1.9 deviations of the gaps, 1.893s or more"),
        ("min_deviation = '0s'", "half the threshold saves 1.9 deviations of the gaps"),
        ("model = 'exponential'", "half the threshold saves 9.2 mean gaps"),
        (
            "acceptable_pause = '3s'",
            "a shorter acceptable_pause saves as much as it is shorter, and half the threshold saves 1.9 deviations \
             of the gaps, 190ms or more",
        ),
    ] {
        assert_eq!(phi(keys).sooner(Span::SECOND), sooner);
    }
}
