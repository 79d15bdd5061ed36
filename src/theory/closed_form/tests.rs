//! Detection times calculated by hand.

use super::*;
use crate::document::{Document, Shelf};

fn scenario(lines: &str) -> Scenario {
    let document = Document::parse("closed", lines).expect("it is TOML");
    Scenario::read(&document, Shelf::default()).unwrap_or_else(|page| panic!("{page}"))
}

#[test]
fn a_closed_form_is_about_crashes_of_members_and_nothing_else() {
    for (fault, known) in [
        ("kind = 'crash', nodes = 'each', for = '1m'", true),
        ("kind = 'crash', nodes = 'each', leaves = 'refusal'", true),
        ("kind = 'crash', nodes = 'm0'", false),
        ("kind = 'pause', nodes = 'n1'", false),
        ("kind = 'slow', nodes = 'm0', adds = '1ms'", false),
        ("kind = 'partition', isolate = 'n1'", false),
        ("kind = 'degrade', nodes = 'n1', latency_factor = 2", false),
        ("kind = 'clock', nodes = 'n1', drift = 100", false),
    ] {
        let scenario = scenario(&format!(
            "cluster.nodes = 5\ntopology = {{ kind = 'centralized' }}\ndetector = {{ kind = 'misses' }}\n\
             faults = [{{ kind = 'crash', nodes = 'n0', at = '1m' }}, {{ at = '2m', {fault} }}]"
        ));
        assert_eq!(ClosedForm::of(&scenario).is_some(), known, "{fault}");
    }
}

fn push(interval: &str, detector: &str, latency: &str) -> Scenario {
    scenario(&format!(
        "cluster.nodes = 5\ntopology = {{ kind = 'centralized', interval = '{interval}' }}\n\
         detector = {{ {detector} }}\nnetwork.latency = {{ {latency} }}"
    ))
}

/// FT-01, FT-03 and FT-05: interval, detector, latency; least, mean, greatest.
#[test]
fn how_long_detection_takes_when_nothing_is_lost() {
    let endless = f64::INFINITY;
    for (interval, detector, latency, known) in [
        ("1s", "kind='timeout', timeout='3s'", "kind='constant', value='100ms'", [2.1, 2.6, 3.1]),
        ("5s", "kind='misses', misses=3", "kind='constant', value='100ms'", [10.1, 12.6, 15.1]),
        ("10s", "kind='timeout', timeout='40s'", "kind='exponential', mean='50ms'", [30.0, 35.05, endless]),
        ("2s", "kind='timeout', timeout='6s'", "kind='uniform', min='50ms', max='100ms'", [4.05, 5.075, 6.1]),
        (
            "10s",
            "kind='timeout', timeout='40s', check={ every='5s' }",
            "kind='constant', value='10ms'",
            [30.01, 37.51, 45.01],
        ),
        ("5s", "kind='misses', counted='ticks'", "kind='constant', value='100ms'", [10.1, 15.1, 20.1]),
        ("1s", "kind='timeout', timeout='3s', stamp='sent'", "kind='constant', value='1s'", [2.0, 2.5, 3.0]),
    ] {
        let scenario = push(interval, detector, latency);
        let form = ClosedForm::of(&scenario).expect("a closed form");
        for (found, known) in [form.earliest, form.mean, form.latest].into_iter().zip(known) {
            assert!(found == known || (found - known).abs() < 1e-9, "{detector}: {form:?}");
        }
    }
}

/// FT-06: answers to questions. interval, timeout, misses, latency; mean, greatest.
#[test]
fn how_long_it_takes_where_nodes_are_asked() {
    for (interval, timeout, misses, latency, mean, greatest) in [
        ("10s", "5s", 3, "10ms", 29.99, 34.99),
        ("10s", "3s", 3, "20ms", 27.98, 32.98),
        ("2s", "2s", 3, "1ms", 6.999, 7.999),
        ("5s", "1s", 1, "50ms", 3.45, 5.95),
    ] {
        let scenario = scenario(&format!(
            "cluster.nodes = 5\ntopology = {{ kind = 'pull', interval = '{interval}', probe_timeout = \
             '{timeout}' }}\ndetector = {{ kind = 'misses', misses = {misses} }}\n\
             network.latency = {{ kind = 'constant', value = '{latency}' }}"
        ));
        let form = ClosedForm::of(&scenario).expect("a closed form");
        assert!((form.mean - mean).abs() < 1e-9 && (form.latest - greatest).abs() < 1e-9, "{form:?}");
    }
}

/// FT-02: interval, timeout, loss, latency; mean, where whoever is held dead already counts as known at once.
#[test]
fn lost_beats_make_detection_sooner() {
    for (interval, timeout, loss, latency, known) in [
        ("1s", "3500ms", 0.01, "kind='constant', value='50ms'", 3.039899),
        ("1s", "3500ms", 0.1, "kind='constant', value='50ms'", 2.939086),
        ("2s", "10s", 0.05, "kind='log-normal', mean='50ms', deviation='20ms'", 8.944737),
        ("1s", "2500ms", 0.3, "kind='exponential', mean='20ms'", 1.63673),
        ("5s", "15s", 0.2, "kind='constant', value='100ms'", 11.37921),
        ("1s", "2s", 0.5, "kind='exponential', mean='50ms'", 0.9128125),
    ] {
        let scenario = push(interval, &format!("kind='timeout', timeout='{timeout}'"), latency);
        let found = Parts::of(&scenario).expect("it is known").mean_despite(loss);
        assert!((found - known).abs() < 2e-5 * known, "{timeout} {loss}: {found}, not {known}");
    }
}

/// What is told of `topology`, `detector` and constant `latency`, and what else is written.
fn told(topology: &str, detector: &str, latency: &str, more: &str) -> [f64; 3] {
    let scenario = scenario(&format!(
        "cluster.nodes = 5\ntopology = {{ {topology} }}\ndetector = {{ {detector} }}\n\
         network.latency = {{ kind = 'constant', value = '{latency}' }}\n{more}"
    ));
    let form = ClosedForm::of(&scenario).expect("a closed form");
    [form.earliest, form.mean, form.latest]
}

fn agrees(name: &str, found: [f64; 3], known: [f64; 3]) {
    let close = |(found, known): (f64, f64)| (found - known).abs() < 1e-8;
    assert!(found.into_iter().zip(known).all(close), "{name}: {found:?}, not {known:?}");
}

const REFUSAL: &str =
    "faults = [{ kind = 'crash', nodes = 'n0', leaves = 'refusal', at = { between = ['1m', '2m'] } }]";

/// Beats whose gaps have jitter, or the way there and back of an answer. The mean age of the newest beat is
/// (gap² + variance) / (2 × gap).
#[test]
fn beats_that_stray_or_wait_for_an_answer() {
    let lease = "kind='centralized', interval='10s', jitter=[0, 0.04], acknowledge=true, pace='fixed-delay'";
    let noticed =
        |grace: &str| format!("kind='timeout', timeout='{grace}', stamp='noticed', check={{ every='5s' }}");
    let age = (10.2 * 10.2 + 0.16 / 12.0) / 20.4;
    // What is exactly eight scans is borne, so it takes a ninth.
    for (grace, scans) in [("40s", 9.0), ("39.999999999s", 8.0), ("50s", 11.0), ("36s", 8.0)] {
        let known = [5.0 * scans - 10.4, 5.0 * scans - age + 2.5, 5.0 * scans + 5.0];
        agrees(grace, told(lease, &noticed(grace), "0s", ""), known);
    }
    let kept = "kind='centralized', interval='3500ms', acknowledge=true, pace='fixed-delay'";
    let timeout = "kind='timeout', timeout='10s', check={ every='500ms' }";
    agrees("there and back", told(kept, timeout, "50ms", ""), [6.45, 10.05 - 1.8 + 0.25, 10.55]);
    let shorter = "kind='centralized', interval='300ms', jitter=[-0.25, 0], pace='fixed-delay'";
    let age = (0.2625 * 0.2625 + 0.075 * 0.075 / 12.0) / 0.525;
    agrees("shorter", told(shorter, "kind='timeout', timeout='900ms'", "0s", ""), [0.6, 0.9 - age, 0.9]);
    // On a grid both ends of a gap stray.
    let grid = "kind='centralized', interval='1s', jitter=[-0.25, 0.25]";
    let age = 0.5 + 2.0 * 0.25 / 12.0 / 2.0;
    agrees("grid", told(grid, "kind='timeout', timeout='3s'", "100ms", ""), [1.6, 3.1 - age, 3.1]);
}

/// FT-06 with questions that wait for the end of the one before; refusals; who waits for the last answer of all.
#[test]
fn questions_one_after_the_other_and_refusals() {
    let pull = |keys: &str| format!("kind='pull', pace='fixed-delay', {keys}");
    let misses = "kind='misses', misses=3";
    for (keys, latency, known) in [
        ("interval='2s', probe_timeout='2s'", "0s", [10.0, 11.0, 12.0]),
        ("interval='1s', probe_timeout='10s'", "0s", [32.0, 32.5, 33.0]),
        ("interval='10s', probe_timeout='5s'", "10ms", [34.99, 40.0, 45.01]),
        ("interval='2s', probe_timeout='2s'", "1ms", [9.999, 11.0, 12.001]),
    ] {
        agrees(keys, told(&pull(keys), misses, latency, ""), known);
    }
    let checks = "interval='2s', probe_timeout='2s'";
    // The first refusal comes after a wait and the way there and back; each of the two others after as much again.
    agrees("refused", told(&pull(checks), misses, "0s", REFUSAL), [4.0, 5.0, 6.0]);
    agrees("refused", told(&pull(checks), misses, "10ms", REFUSAL), [4.05, 5.06, 6.07]);
    let rate = "kind='pull', interval='10s', probe_timeout='1s'";
    agrees("on a grid", told(rate, misses, "0s", REFUSAL), [20.0, 25.0, 30.0]);
    agrees("on a grid", told(rate, misses, "10ms", REFUSAL), [20.01, 25.01, 30.01]);
    // A refusal is no answer to a detector that listens to answers only.
    let deaf = "kind='timeout', timeout='30s'";
    agrees("deaf", told(rate, deaf, "10ms", REFUSAL), told(rate, deaf, "10ms", ""));
    let peers =
        "kind='peers', watchers=1, direction='pull', interval='1s', probe_timeout='1s', pace='fixed-delay'";
    agrees("last answer", told(peers, misses, "10ms", ""), [4.99, 5.99, 6.99]);
    agrees("last answer", told(peers, misses, "10ms", REFUSAL), [4.01, 5.01, 6.01]);
}

#[test]
fn what_is_not_known_of_gaps_and_refusals() {
    let pull = "kind='pull', interval='2s', probe_timeout='2s', pace='fixed-delay'";
    let lease = "kind='centralized', interval='10s', acknowledge=true, pace='fixed-delay'";
    let silent = "{ kind = 'crash', nodes = 'n1', at = { between = ['1m', '2m'] } }";
    for (topology, detector, more) in [
        (format!("{pull}, jitter=[0, 0.1]"), "kind='misses'", String::new()),
        (
            pull.to_owned(),
            "kind='misses'",
            "faults = [{ kind = 'crash', nodes = 'n0', at = '1m' }]".to_owned(),
        ),
        (pull.to_owned(), "kind='misses'", format!("{}, {silent}]", REFUSAL.trim_end_matches(']'))),
        (pull.to_owned(), "kind='phi'", String::new()),
        (lease.to_owned(), "kind='chen', margin='1s'", String::new()),
        (lease.to_owned(), "kind='timeout', timeout='40s'", "network.loss = 0.01".to_owned()),
        ("kind='centralized', jitter=[-0.6, 0.6]".to_owned(), "kind='timeout', timeout='9s'", String::new()),
        (format!("{lease}, phase='aligned'"), "kind='timeout', timeout='40s'", String::new()),
    ] {
        let scenario = scenario(&format!(
            "cluster.nodes = 5\ntopology = {{ {topology} }}\ndetector = {{ {detector} }}\n\
             network.latency = {{ kind = 'constant', value = '10ms' }}\n{more}"
        ));
        assert!(ClosedForm::of(&scenario).is_none(), "{topology}, {detector}, {more}");
    }
}
