//! Connections that are closed when a process dies and its host does not: known one delay later; each time that it is
//! lost, after the next time-out, which is twice as long as the last.
//!
//! With a probability p of loss and a first time-out r, k losses in a row cost (2ᵏ − 1) r, so the mean is
//! D + r p / (1 − 2 p), and the probability of no loss at all is 1 − p.

use super::experiment::{read, simulate};
use super::sheet::Sheet;

/// How long after each crash of a scenario it was known.
fn known(text: &str) -> Vec<f64> {
    let records = simulate(&read(text));
    let crashes = records.iter().flat_map(|record| &record.findings.crashes);
    crashes.filter_map(|crash| crash.detection(crash.acting)).map(|span| span.seconds()).collect()
}

/// The detection times of crashes of processes on hosts that live, with so much loss, under more lines.
fn times(seed: u32, loss: f64, lines: &str) -> Vec<f64> {
    known(&format!(
        "seed = {seed}\nreplications = 40\nduration = '2m'\ncluster.nodes = 200\n\
         topology = {{ kind = 'centralized', interval = '10s' }}\ndetector = {{ kind = 'misses' }}\n\
         network = {{ latency = {{ kind = 'constant', value = '10ms' }}, transport = 'tcp', rto = '100ms', \
         disconnect = 'suspected', loss = {loss:?} }}\n\
         faults = [{{ kind = 'crash', nodes = 'each', at = {{ between = ['20s', '60s'] }}, leaves = 'refusal' }}]\n{lines}"
    ))
}

#[test]
fn a_closed_connection_is_known_as_soon_as_a_message_of_a_stream() {
    let mut sheet = Sheet::of("closed-connections");
    for (seed, loss) in (1..).zip([0.0, 0.05, 0.2]) {
        let found = times(seed, loss, "");
        let (count, parameters) = (found.len(), format!("loss={loss}"));
        let at_once = found.iter().filter(|time| **time < 0.0101).count();
        sheet.share(&parameters, "known after one delay", 1.0 - loss, at_once, count);
        // What is rarer than a loss in twenty times twenty has an infinite variance at a loss of a quarter.
        let again = 0.1 * loss / (1.0 - 2.0 * loss);
        let square =
            0.01 * (1.0 - loss) * (1.0 / (1.0 - 4.0 * loss) - 2.0 / (1.0 - 2.0 * loss) + 1.0 / (1.0 - loss));
        let mean = found.iter().sum::<f64>() / count as f64;
        let deviation = (square - again * again).max(1e-18).sqrt();
        sheet.mean(&parameters, "mean (s)", 0.01 + again, mean, deviation, count);
    }
    sheet.close();
}

#[test]
fn a_suspicion_by_a_closed_connection_is_confirmed_like_any_other() {
    let found = times(4, 0.0, "verdict.confirm_after = '3s'");
    assert!(!found.is_empty() && found.iter().all(|time| (time - 3.01).abs() < 1e-9), "{found:?}");
}

/// When the crash of `n0` at 30 s is known, where the monitor stands still from 25 s to 35 s.
fn known_to_one_who_stood_still(lines: &str) -> Vec<f64> {
    known(&format!(
        "seed = 5\nduration = '2m'\ncluster.nodes = 4\n\
         topology = {{ kind = 'centralized', interval = '10s' }}\ndetector = {{ kind = 'timeout', timeout = '60s' }}\n\
         network = {{ latency = {{ kind = 'constant', value = '10ms' }}, transport = 'tcp', disconnect = 'suspected' }}\n\
         [[faults]]\nkind = 'crash'\nnodes = 'n0'\nat = '30s'\nleaves = 'refusal'\n\
         [[faults]]\nkind = 'pause'\nnodes = 'm0'\nat = '25s'\nfor = '10s'\n{lines}"
    ))
}

#[test]
fn who_stands_still_learns_of_it_on_waking_and_holds_it_while_on_guard() {
    let wall = "[[faults]]\nkind = 'partition'\nisolate = 'n0'\nat = '32s'\n";
    let guard = "[verdict]\nlocal_pause_guard = { over = '5s', hold = '20s' }\n";
    for (lines, known) in [("", 5.0), (wall, 5.0), (guard, 25.0)] {
        assert_eq!(known_to_one_who_stood_still(lines), [known], "{lines}");
    }
}

#[test]
fn what_was_sent_before_does_not_redeem_it() {
    for late in ["ignore", "count"] {
        let found = known(&format!(
            "seed = 6\nreplications = 10\nduration = '40s'\ncluster.nodes = 100\n\
             topology = {{ kind = 'centralized', interval = '100ms' }}\n\
             detector = {{ kind = 'timeout', timeout = '10s', late_beats = '{late}' }}\n\
             network = {{ latency = {{ kind = 'uniform', min = '1ms', max = '900ms' }}, transport = 'tcp', \
             disconnect = 'suspected' }}\n\
             faults = [{{ kind = 'crash', nodes = 'each', at = {{ between = ['10s', '20s'] }}, leaves = 'refusal' }}]"
        ));
        assert!(found.len() == 1000 && found.iter().all(|time| *time <= 0.9), "{late}: {found:?}");
    }
}
