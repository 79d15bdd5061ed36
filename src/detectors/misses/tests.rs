//! Answers and misses under polling, as tables.

use super::*;
use OnSuccess::{Decrement, Reset};

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

fn polled(misses: u32, margin: u64, on_success: OnSuccess) -> Misses {
    Misses {
        misses,
        margin: Span::from_secs(margin),
        counted: None,
        phase: None,
        on_success: Some(on_success),
        interval: Span::SECOND,
        probe_timeout: Some(Span::SECOND),
        announced: None,
    }
}

/// The deadline after one probe a second, of which `story` says whether it was answered (`+`), missed (`-`),
/// or answered so that the verdict trusts again (`!`). `None` if silence may last.
fn deadline(detector: &Misses, story: &str) -> Option<Time> {
    let mut memory = detector.begin(Time::ZERO);
    for (second, what) in (1..).zip(story.chars()) {
        let now = at(second);
        match what {
            '-' => detector.missed(&mut memory, now),
            _ => detector.heard(&mut memory, Arrival { sent: now, arrived: now, counted: now, since: now }),
        }
        if what == '!' {
            detector.trusted_again(&mut memory);
        }
    }
    Some(detector.deadline(&memory)).filter(|deadline| *deadline < Time::BEYOND)
}

#[test]
fn an_answer_forgives_all_misses_or_one() {
    for (story, reset, decrement) in [
        ("", None, None),
        ("--", None, None),
        ("---", Some(3), Some(3)),
        ("--+-", None, None),
        ("--+--", None, Some(5)),
        ("-+-+-+-+-+", None, None),
        ("+++---", Some(6), Some(6)), // Nobody saves up for bad times.
        ("-+--+--", None, Some(7)),
        ("--++--", None, None),
    ] {
        for (on_success, expected) in [(Reset, reset), (Decrement, decrement)] {
            let found = deadline(&polled(3, 0, on_success), story);
            assert_eq!(found, expected.map(at), "{on_success:?} after {story}");
        }
    }
}

#[test]
fn one_answer_is_heard_however_long_the_silence_was() {
    for on_success in [Reset, Decrement] {
        for story in ["---", "-----------------------------"] {
            let found = deadline(&polled(3, 0, on_success), &format!("{story}+"));
            assert_eq!(found, None, "{on_success:?} after {story}: the verdict decides about the return");
        }
    }
}

#[test]
fn who_is_trusted_again_has_a_clean_slate() {
    for (story, decrement) in [("---+-", Some(5)), ("---!-", None), ("---!--", None), ("---!---", Some(7))] {
        assert_eq!(deadline(&polled(3, 0, Decrement), story), decrement.map(at), "after {story}");
    }
}

#[test]
fn the_margin_counts_from_the_miss_that_was_one_too_many() {
    for (story, reset, decrement) in [
        ("---", Some(13), Some(13)),
        ("-----", Some(13), Some(13)),
        ("---+", None, None),
        ("---+-", None, Some(15)),
    ] {
        for (on_success, expected) in [(Reset, reset), (Decrement, decrement)] {
            let found = deadline(&polled(3, 10, on_success), story);
            assert_eq!(found, expected.map(at), "{on_success:?} after {story}");
        }
    }
}

#[test]
fn what_was_announced_stands_for_the_interval() {
    let announced = Some((Span::from_secs(4), Span::from_secs(6)));
    let (counted, on_success, probe_timeout) = (Some(Counted::Announced), None, None);
    let interval = Span::from_secs(5);
    let detector = Misses { counted, on_success, probe_timeout, announced, interval, ..polled(3, 1, Reset) };
    let mut memory = detector.begin(at(100));
    assert_eq!(detector.deadline(&memory), at(116), "until something is announced");
    for (now, period, known) in [(103, 4, 116), (107, 6, 126), (110, 5, 126)] {
        let now = at(now);
        detector.heard(&mut memory, Arrival { sent: now, arrived: now, counted: now, since: now });
        detector.announced(&mut memory, Span::from_secs(period));
        assert_eq!((detector.last(&memory), detector.deadline(&memory)), (now, at(known)));
    }
    let steady = Steady { interval, delay: 0.0, deviation: 0.0, loss: 0.0 };
    let silence = detector.silence(&steady).expect("it is known");
    assert_eq!((silence.least, silence.most), (Span::from_secs(13), Span::from_secs(19)));
}
