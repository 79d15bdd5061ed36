//! What may be written, what may not, and that a law reads back from what it prints.

use super::{LAWS, folder, law, read_in};
use crate::engine::model::Latency;

/// Keys; the complaint; what to write instead.
const WRONG: &[(&str, &str, &str)] = &[
    ("value = \"1ms\"", "latency needs `kind`", "it can be constant, uniform, normal, log-normal"),
    ("kind = \"lognormal\"", "\"lognormal\" is not a latency kind", "did you mean \"log-normal\"?"),
    ("kind = \"constant\"", "latency kind \"constant\" needs `value`", "write value = \"10ms\""),
    ("kind = \"constant\"\nvalue = 10", "a duration is a text with a unit", "write value = \"10s\""),
    (
        "kind = \"constant\"\nvalue = \"1ms\"\nflor = \"1ms\"",
        "`flor` is not a key of",
        "did you mean `floor`?",
    ),
    ("kind = \"constant\"\nvalue = \"1ms\"\ncap = \"0s\"", "cap 0s must exceed floor 0s", "raise cap"),
    (
        "kind = \"constant\"\nvalue = \"1ms\"\nfloor = \"2ms\"\ncap = \"2ms\"",
        "cap 2ms must exceed floor 2ms",
        "raise cap or lower floor",
    ),
    (
        "kind = \"uniform\"\nmin = \"2ms\"\nmax = \"2ms\"",
        "max 2ms must exceed min 2ms",
        "kind = \"constant\"",
    ),
    ("kind = \"uniform\"\nmin = \"2ms\"", "needs `max`", "write max = \"15ms\""),
    ("kind = \"normal\"\nmean = \"2ms\"\ndeviation = \"0s\"", "deviation must be longer than zero", ""),
    ("kind = \"exponential\"\nmean = \"0s\"", "mean must be longer than zero", ""),
    (
        "kind = \"gamma\"\nmean = \"1s\"\nshape = 0.001",
        "shape must lie between 0.01 and 1000; this is 0.001",
        "",
    ),
    ("kind = \"gamma\"\nmean = \"1s\"\nshape = -1", "shape must lie between 0.01 and 1000; this is -1", ""),
    (
        "kind = \"weibull\"\nscale = \"1s\"\nshape = 1001",
        "shape must lie between 0.01 and 1000; this is 1001",
        "",
    ),
    ("kind = \"pareto\"\nscale = \"1s\"\nshape = inf", "infinite or not a number", ""),
    ("kind = \"pareto\"\nscale = \"1s\"", "needs `shape`", "write shape = 2.0"),
    (
        "kind = \"log-normal\"",
        "needs a pair of keys that set middle and tail; it has neither",
        "median and p99, or",
    ),
    ("kind = \"log-normal\"\nmedian = \"1ms\"", "it has only median", "median and p99, or median and sigma"),
    ("kind = \"log-normal\"\nmean = \"1ms\"\nsigma = 1", "exactly one pair of keys; found sigma, mean", "or"),
    (
        "kind = \"log-normal\"\nmedian = \"1ms\"\np99 = \"2ms\"\nsigma = 1",
        "exactly one pair of keys; found median, p99, sigma",
        "write median and p99, or median and sigma, or mean and deviation",
    ),
    ("kind = \"log-normal\"\nmedian = \"1ms\"\np99 = \"1ms\"", "p99 1ms must exceed median 1ms", "raise p99"),
    ("kind = \"log-normal\"\nmedian = \"0s\"\nsigma = 1", "median must be longer than zero", ""),
    (
        "kind = \"log-normal\"\nmedian = \"1ms\"\nsigma = 0",
        "sigma must lie between 0.000001 and 20; this is 0",
        "",
    ),
    (
        "kind = \"log-normal\"\nmedian = \"1ms\"\nsigma = 21",
        "sigma must lie between 0.000001 and 20; this is 21",
        "",
    ),
    (
        "kind = \"log-normal\"\nmean = \"1s\"\ndeviation = \"1ns\"",
        "this deviation implies a sigma of 1e-9; it must lie between 0.000001 and 20",
        "kind = \"constant\"",
    ),
    ("kind = \"empirical\"", "needs `file`", "write file = \"delays.txt\""),
    ("kind = \"empirical\"\nfile = 3", "expected a text in quotes, found the number 3", ""),
    ("kind = \"mixture\"", "latency kind \"mixture\" needs `parts`", "write parts = [{ weight = 9, kind ="),
    ("kind = \"mixture\"\nparts = []", "a mixture needs at least one part", "write parts = [{"),
    (
        "kind = \"mixture\"\nparts = { weight = 1 }",
        "parts must be a list of laws, found a table",
        "write parts = [{",
    ),
    ("kind = \"mixture\"\nparts = [1]", "a part of a mixture must be a table, found the number 1", ""),
    (
        "kind = \"mixture\"\nparts = [{ kind = \"constant\", value = \"1s\" }]",
        "a part of a mixture needs `weight`",
        "write weight = 1",
    ),
    (
        "kind = \"mixture\"\nparts = [{ weight = 0, kind = \"constant\", value = \"1s\" }]",
        "weight must lie between 0.000000001 and 1000000000; this is 0",
        "weight = 1",
    ),
    (
        "kind = \"mixture\"\nparts = [{ weight = 1, kind = \"mixture\", parts = [{ weight = 1, kind = \"gama\" }] }]",
        "\"gama\" is not a latency kind",
        "did you mean \"gamma\"?",
    ),
];

#[test]
fn what_is_wrong_is_said_once_with_a_remedy() {
    for (keys, reason, remedy) in WRONG {
        let page = read_in(&folder(), keys).expect_err(keys);
        assert!(page.contains(reason) && page.contains(remedy), "expected {reason} … {remedy} in\n{page}");
        assert!(page.contains("1 mistake in"), "one mistake is one complaint\n{page}");
    }
}

#[test]
fn all_mistakes_are_found_in_one_go() {
    let page =
        read_in(&folder(), "kind = \"gamma\"\nmean = 1\nshape = 0\nfloor = \"x\"\ncap = true\nbase = 1");
    assert!(page.as_ref().is_err_and(|page| page.contains("5 mistakes in")), "{page:?}");
}

#[test]
fn a_law_reads_back_from_what_it_prints() {
    for (keys, _) in LAWS {
        let law = law(keys);
        let printed = toml::to_string(&law).unwrap();
        let again = self::law(&printed);
        assert_eq!(format!("{again:?}"), format!("{law:?}"), "{printed}");
        let (mut written, mut kept): (Vec<&str>, Vec<&str>) = (sorted(keys), sorted(&printed));
        if !keys.contains("parts") {
            written.retain(|line| !line.is_empty());
            kept.retain(|line| !line.is_empty());
            assert_eq!(kept, written, "nothing is added and nothing lost");
        }
    }
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_law_within_a_scenario_reads_back_too() {
    #[derive(serde::Serialize)]
    struct Scenario {
        latency: super::LatencyLaw,
        seed: u64,
    }
    for (keys, _) in LAWS {
        let printed = toml::to_string(&Scenario { latency: law(keys), seed: 1 }).unwrap();
        let document = crate::document::Document::parse("resolved.toml", &printed).unwrap();
        let complaints = crate::document::Complaints::default();
        let again = crate::document::read_table(document.root(), "scenario", &complaints, |table| {
            let _: Option<u64> = table.given("seed");
            table.table("latency", "[latency]", |table| {
                super::LatencyLaw::read(table, &folder().as_path().into())
            })
        });
        assert_eq!(complaints.count(), 0, "{printed}");
        assert_eq!(again.map(|law| law.to_string()), Some(law(keys).to_string()), "{printed}");
    }
}

#[test]
fn a_law_describes_itself_in_one_line() {
    for (keys, line) in [
        ("kind = \"constant\"\nvalue = \"10ms\"", "constant 10ms"),
        ("kind = \"uniform\"\nmin = \"5ms\"\nmax = \"15ms\"", "uniform from 5ms to 15ms"),
        ("kind = \"normal\"\nmean = \"5ms\"\ndeviation = \"1ms\"", "normal, mean 5ms, deviation 1ms"),
        ("kind = \"log-normal\"\nmedian = \"50ms\"\nsigma = 0.4", "log-normal, median 50ms, sigma 0.4"),
        (
            "kind = \"exponential\"\nmean = \"5ms\"\nfloor = \"1ms\"\ncap = \"1s\"",
            "exponential, mean 5ms, floor 1ms, cap 1s",
        ),
        ("kind = \"gamma\"\nmean = \"5ms\"\nshape = 2", "gamma, mean 5ms, shape 2"),
        ("kind = \"weibull\"\nscale = \"5ms\"\nshape = 2", "weibull, scale 5ms, shape 2"),
        ("kind = \"pareto\"\nscale = \"5ms\"\nshape = 2", "pareto, scale 5ms, shape 2"),
        ("kind = \"empirical\"\nfile = \"durations.txt\"", "empirical, 5 delays from durations.txt"),
        (
            "kind = \"mixture\"\nparts = [{ weight = 2, kind = \"constant\", value = \"1ms\" }, \
             { weight = 1, kind = \"exponential\", mean = \"1s\" }]",
            "mixture of 66.66666667% (constant 1ms), 33.33333333% (exponential, mean 1s)",
        ),
    ] {
        assert_eq!(law(keys).to_string(), line);
    }
}

#[test]
fn mixtures_nest_as_deep_as_the_reader_of_toml_allows() {
    let nested = |depth: usize| {
        let inner = "kind = \"constant\", value = \"1ms\"".to_owned();
        let table =
            (0..depth).fold(inner, |law, _| format!("kind = \"mixture\", parts = [{{ weight = 1, {law} }}]"));
        table.replacen("kind = \"mixture\", ", "kind = \"mixture\"\n", 1)
    };
    assert_eq!(law(&nested(20)).quantile(0.5), 0.001);
    // Deeper is refused by the reader, or read; never an overflow of the stack.
    for depth in [50, 500, 5_000] {
        let _ = read_in(&folder(), &nested(depth));
    }
}
