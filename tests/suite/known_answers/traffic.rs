//! How many messages are sent: FT-07.

use super::experiment::Law::Constant;
use super::experiment::{Experiment, misses, pull, push, push_and_reply, push_together, s, simulate};
use super::sheet::Sheet;

/// nodes, interval; messages a second when nodes push, and when the monitor asks, or answers each beat
const FT_07: [(u32, f64, f64, f64); 7] = [
    (1000, 0.5, 2000.0, 4000.0),
    (1000, 1.0, 1000.0, 2000.0),
    (100, 2.0, 50.0, 100.0),
    (100, 0.1, 1000.0, 2000.0),
    (500, 2.0, 250.0, 500.0),
    (500, 1.0, 500.0, 1000.0),
    (128, 1.0, 128.0, 256.0),
];

/// Messages that are sent in `horizon` seconds after a `warmup`.
fn sent(topology: String, nodes: u32, interval: f64, warmup: f64, horizon: f64) -> f64 {
    let (detector, latency) = (misses(3), Constant(0.001));
    let experiment = Experiment { seed: 701, interval, topology, detector, latency, loss: 0.0 };
    let lines = format!("warmup = {}\nduration = {}", s(warmup), s(warmup + horizon));
    simulate(&experiment.scenario(nodes, &lines))[0].sent() as f64
}

#[test]
fn ft_07_messages_a_second() {
    let mut sheet = Sheet::of("FT-07");
    for (nodes, interval, pushed, pulled) in FT_07 {
        let (warmup, horizon) = (10.0 * interval, 60.0 * interval);
        let designs = [
            ("push", push(), pushed),
            ("push and reply", push_and_reply(), pulled),
            ("pull", pull(interval / 2.0), pulled),
        ];
        for (design, topology, per_s) in designs {
            let simulated = sent(topology, nodes, interval, warmup, horizon) / horizon;
            sheet.exact(
                &format!("{design} nodes={nodes} interval={interval}"),
                "messages/s",
                per_s,
                simulated,
            );
        }
    }
    sheet.close();
}

/// A sender that begins at the start of the run also sends at the very end of it, if that falls on a beat.
#[test]
fn ft_07_messages_until_a_horizon() {
    let mut sheet = Sheet::of("FT-07-horizon");
    for (nodes, interval, _, _) in FT_07 {
        for (intervals, beats) in [(60.0, 61.0), (60.25, 61.0), (60.999, 61.0)] {
            let simulated = sent(push_together(), nodes, interval, 0.0, intervals * interval);
            let label = format!("nodes={nodes} interval={interval} horizon={intervals} intervals");
            sheet.exact(&label, "messages", f64::from(nodes) * beats, simulated);
        }
    }
    sheet.close();
}

/// Once nothing is on the way any more, what was sent was delivered, lost, cut off or dropped, kind by kind.
#[test]
fn the_books_balance() {
    let capacity = "acknowledge = true, capacity = { per_message = \"10ms\", queue = 12 }";
    let topology = format!("{}, {capacity}", push_together());
    let (detector, latency) = (misses(3), Constant(0.001));
    let experiment = Experiment { seed: 702, interval: 1.0, topology, detector, latency, loss: 0.2 };
    let faults = "{ kind = \"crash\", nodes = \"n1..n5\", at = \"5s\", for = \"3s\" }, \
                  { kind = \"crash\", nodes = \"m0\", at = \"10.05s\", for = \"2s\" }";
    let lines = format!("warmup = \"0s\"\nduration = \"20.5s\"\nreplications = 5\nfaults = [{faults}]");
    for run in simulate(&experiment.scenario(20, &lines)) {
        let traffic = &run.traffic;
        for (kind, name) in traffic.kinds.iter().enumerate() {
            let ends = [&traffic.delivered, &traffic.lost, &traffic.cut, &traffic.dropped];
            let ended: u64 = ends.iter().map(|counts| counts[kind]).sum();
            assert_eq!(traffic.sent[kind], ended, "{name}: {traffic:?}");
        }
        let dropped: u64 = traffic.dropped.iter().sum();
        assert!(traffic.sent[0] > 0 && dropped > 0, "{traffic:?}");
    }
}
