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
        ("kind = 'crash', nodes = 'each', leaves = 'refusal'", false),
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
