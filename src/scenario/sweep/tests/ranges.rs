//! Ranges to values.

use super::Dice;
use crate::document::Kind;
use crate::scenario::sweep::Sweep;
use crate::scenario::sweep::range::{self, Wrong};

/// The values of a range where nobody searches between them.
fn values(text: &str) -> Result<Vec<Kind>, Wrong> {
    range::values(text, 0).map(|values| values.kinds)
}

/// The values as TOML, with commas between them.
fn listed(range: &str) -> String {
    let kinds = values(range).unwrap_or_else(|wrong| panic!("{range}: {wrong:?}"));
    let texts: Vec<String> = kinds.iter().map(Kind::to_string).collect();
    texts.join(" ").replace('"', "")
}

#[test]
fn a_range_is_its_values() {
    for (range, values) in [
        ("1..5", "1 2 3 4 5"),
        (" 1 .. 5 step 2 ", "1 3 5"),
        ("-3..3 step 3", "-3 0 3"),
        ("1s..4s step 1s", "1s 2s 3s 4s"),
        ("1s..1.5s step 250ms", "1s 1.25s 1.5s"),
        ("0s..2m step 45s", "0s 45s 1m 30s"),
        // The end is there where steps lead to it.
        ("1s..10s step 4s", "1s 5s 9s"),
        ("0..1 step 2", "0"),
        // Decimals are exact, though floats are not.
        ("0.1..0.5 step 0.1", "0.1 0.2 0.3 0.4 0.5"),
        ("0.01..0.1 step 0.03", "0.01 0.04 0.07 0.1"),
        ("0..1 step 0.25", "0.0 0.25 0.5 0.75 1.0"),
        ("-0.1..0.1 step 1e-1", "-0.1 0.0 0.1"),
        ("1e-6..3e-6 step 1e-6", "1e-6 2e-6 3e-6"),
        ("1.0..3 step 1", "1.0 2.0 3.0"),
        // Equal ratios read well, and end where they say.
        ("1s..100s log 3", "1s 10s 1m 40s"),
        ("100ms..10s log 5", "100ms 316ms 1s 3.16s 10s"),
        ("100ms..10s log 9", "100ms 178ms 316ms 562ms 1s 1.78s 3.16s 5.62s 10s"),
        ("0.001..1 log 4", "0.001 0.01 0.1 1.0"),
        ("1..100.0 log 3", "1.0 10.0 100.0"),
        ("1e-9..1e-7 log 2", "1e-9 1e-7"),
        ("1.2345s..9.8765s log 3", "1.2345s 3.49s 9.8765s"),
        // Whole numbers stay whole, each there once.
        ("1..16 log 5", "1 2 4 8 16"),
        ("1..10 log 9", "1 2 3 4 6 7 10"),
        ("1..10000 log 6", "1 6 40 251 1580 10000"),
        ("3ns..9ns log 12", "3ns 4ns 5ns 6ns 7ns 8ns 9ns"),
        // More digits where three would not tell them apart.
        ("1s..1.01s log 4", "1s 1.003s 1.007s 1.01s"),
        ("0.9999..1 log 3", "0.9999 0.99995 1.0"),
    ] {
        assert_eq!(listed(range), values, "{range}");
    }
}

#[test]
fn what_is_no_range_is_refused_with_a_remedy() {
    for (range, words, remedy) in [
        ("", "`` is not a range", ""),
        ("10s", "`10s` is not a range", "write [\"10s\"]"),
        ("n0..n9", "`n0` is neither a number nor a duration", "write it as a list: [\"n0..n9\"]"),
        ("1s..", "a range without an end", "1s..10s step 1s"),
        ("..5", "a range without an end", ""),
        ("1s..10s", "not said how to get", "\"1s..10s step …\""),
        ("0.1..0.5", "not said how to get", "log 5"),
        ("1s..10 step 1s", "of a duration and a number", "give both ends a unit"),
        ("1..10s", "of a duration and a number", ""),
        ("5..1", "1 is not above 5", "smaller end first"),
        ("10s..1s step 1s", "1s is not above 10s", ""),
        ("1s..1000ms step 1s", "1s is not above 1s", ""),
        ("1..5 step 0", "a step of 0 never arrives", "above zero"),
        ("1..5 step -1", "a step of -1 never arrives", ""),
        ("1s..5s step 0s", "a step of 0s never arrives", ""),
        ("1s..5s step 1", "from duration to duration is a duration", "step 1s"),
        ("1..5 step 1s", "from number to number is a number", "no unit"),
        ("1..5 step", "without an end", ""),
        ("1s..5s step 1 parsec", "`parsec` is not a unit of time", ""),
        ("1s..5S step 1s", "`S` is not a unit of time", ""),
        ("1s..10s log", "is not how many values", "after log"),
        ("1s..10s log 1", "`1` is not how many values, from 2 to 100000", ""),
        ("1s..10s log 2.5", "is not how many", ""),
        ("1s..10s log 100001", "is not how many", ""),
        ("0s..10s log 3", "equal ratios never lead from 0s to 10s", "begin above zero"),
        ("-1..10 log 3", "equal ratios never lead from -1 to 10", ""),
        ("0..100000", "100001 values are more than 100000", "longer steps"),
        ("0s..3650d step 1ns", "values are more than 100000", ""),
        ("1..1000000000000000000000", "neither a number nor a duration", ""),
        ("1..1e300", "neither a number nor a duration", ""),
        ("1..inf", "`inf` is neither", ""),
        ("1..nan", "`nan` is neither", ""),
        ("1..5..9", "`5..9`", ""),
        ("\u{1b}..9", "`\u{fffd}` is neither", ""),
    ] {
        let (reason, said) = values(range).expect_err(range);
        assert!(reason.contains(words) && said.contains(remedy), "{range}: {reason} = {said}");
    }
}

#[test]
fn a_range_of_any_size_goes_up_from_end_to_end() {
    let mut dice = Dice(7);
    for _ in 0..60 {
        let (low, more) = (1 + dice.below(100_000), 1 + dice.below(100_000_000));
        let count = 2 + dice.below(300);
        for unit in ["", "ms", ".0"] {
            let range = format!("{low}{unit}..{}{unit} log {count}", low + more);
            let kinds = values(&range).expect(&range);
            assert!((2..=count).contains(&kinds.len()), "{range}");
            assert!(unit.is_empty() || kinds.len() == count, "{range}: all {count} are there");
            assert_eq!(listed(&format!("{low}{unit}..{}{unit} log 2", low + more)), {
                let all = listed(&range);
                let kinds = values(&range).expect(&range);
                let end = kinds[kinds.len() - 1].to_string().replace('"', "");
                let first = kinds[0].to_string().replace('"', "");
                assert!(all.starts_with(&first));
                format!("{first} {end}")
            });
        }
        let range = format!("{low}..{} step {}", low + more, 1 + more / count);
        let kinds = values(&range).expect(&range);
        let numbers = kinds.iter().map(|kind| match kind {
            Kind::Integer(Some(number)) => number,
            other => panic!("{range}: {other:?}"),
        });
        assert!(numbers.clone().zip(numbers.skip(1)).all(|(a, b)| b - a == (1 + more / count) as i64));
    }
}

#[test]
fn the_longest_range_is_still_read() {
    assert_eq!(values("1..100000").map(|kinds| kinds.len()), Ok(Sweep::MOST_VALUES));
    assert_eq!(values("1ms..1h log 100000").map(|kinds| kinds.len()), Ok(Sweep::MOST_VALUES));
}

#[test]
fn no_text_is_a_panic() {
    let pieces = [
        "1",
        "2",
        "9",
        "30",
        ".",
        "s",
        "ms",
        "0",
        "-",
        "+",
        "..",
        "e",
        "E",
        "d",
        " ",
        "step",
        " step ",
        " log ",
        "log",
        "ä",
        "\u{202e}",
        "999999999999999999",
        "1e18",
        "1e-18",
        "0.000000000000000001",
        "3650d",
        "inf",
        "\0",
    ];
    let mut dice = Dice(3);
    let mut read = 0;
    for case in 0..20_000 {
        let text = match case % 2 {
            0 => dice.text(&pieces, 10),
            _ => {
                let mut part = || dice.text(&pieces[..10], 4);
                let (first, last, step) = (part(), part(), part());
                format!("{first}..{last}{}{step}", ["", " step ", " log "][case / 2 % 3])
            }
        };
        match values(&text) {
            Ok(kinds) => {
                read += 1;
                assert!((1..=Sweep::MOST_VALUES).contains(&kinds.len()), "{text}");
                assert!(kinds.iter().all(|kind| !matches!(kind, Kind::Integer(None))), "{text}");
            }
            Err((reason, remedy)) => assert!(!reason.is_empty() && !remedy.is_empty(), "{text}"),
        }
    }
    assert!(read > 50, "the cases are worth something: {read}");
}
