//! What known systems promise with their default settings: FT-14.

use super::experiment::Law::Constant;
use super::experiment::{Experiment, announced, misses, pull, pull_with_fixed_delay, push, s, timeout};
use super::sheet::Sheet;

/// A known system: how it beats, and how it judges.
struct System {
    name: &'static str,
    interval: f64,
    topology: String,
    detector: String,
    /// Least, mean and greatest detection time when messages take no time.
    known: [f64; 3],
    /// The deviation of the detection time.
    deviation: f64,
}

fn systems() -> [System; 15] {
    let scanned = |after, every| format!("{}, check = {{ every = {} }}", timeout(after), s(every));
    let bucketed = |after, width| format!("{}, check = {{ bucket = {} }}", timeout(after), s(width));
    let noticed = |tie| format!("{}, stamp = \"noticed\", tie = \"{tie}\"", scanned(40.0, 5.0));
    let uniform = |width: f64| width / 12f64.sqrt();
    let lease = both(uniform(10.0), uniform(5.0));
    [
        System {
            name: "Kubernetes node: lease 10 s, grace 40 s, scan 5 s",
            interval: 10.0,
            topology: push(),
            detector: scanned(40.0, 5.0),
            known: [30.0, 37.5, 45.0],
            deviation: lease,
        },
        System {
            name: "Kubernetes node: lease 10 s, grace 50 s, scan 5 s",
            interval: 10.0,
            topology: push(),
            detector: scanned(50.0, 5.0),
            known: [40.0, 47.5, 55.0],
            deviation: lease,
        },
        System {
            name: "Kubernetes liveness: period 10 s, timeout 5 s, 3 failures",
            interval: 10.0,
            topology: pull(5.0),
            detector: misses(3),
            known: [25.0, 30.0, 35.0],
            deviation: uniform(10.0),
        },
        System {
            name: "push 5 s, timeout 15 s",
            interval: 5.0,
            topology: push(),
            detector: timeout(15.0),
            known: [10.0, 12.5, 15.0],
            deviation: uniform(5.0),
        },
        System {
            name: "pull 10 s, probe timeout 3 s, 3 in a row",
            interval: 10.0,
            topology: pull(3.0),
            detector: misses(3),
            known: [23.0, 28.0, 33.0],
            deviation: uniform(10.0),
        },
        System {
            name: "HAProxy: inter 2 s, check timeout 2 s, fall 3",
            interval: 2.0,
            topology: pull(2.0),
            detector: misses(3),
            known: [6.0, 7.0, 8.0],
            deviation: uniform(2.0),
        },
        System {
            name: "ZooKeeper: session 6 s, tick 2 s, ping 2 s",
            interval: 2.0,
            topology: push(),
            detector: bucketed(6.0, 2.0),
            known: [4.0, 6.0, 8.0],
            deviation: both(uniform(2.0), uniform(2.0)),
        },
        System {
            name: "etcd lease: 10 s, keep-alive every third of it",
            interval: 10.0 / 3.0,
            topology: push(),
            detector: timeout(10.0),
            known: [20.0 / 3.0, 25.0 / 3.0, 10.0],
            deviation: uniform(10.0 / 3.0),
        },
        System {
            name: "Kafka: heartbeat 3 s, session 10 s",
            interval: 3.0,
            topology: push(),
            detector: timeout(10.0),
            known: [7.0, 8.5, 10.0],
            deviation: uniform(3.0),
        },
        System {
            name: "Elasticsearch: follower check 1 s, timeout 10 s, 3 retries",
            interval: 1.0,
            topology: pull_with_fixed_delay(10.0),
            detector: misses(3),
            known: [32.0, 32.5, 33.0],
            deviation: uniform(1.0),
        },
        System {
            name: "Cassandra: phi 8 of a mean gap of 1 s, looked at every 1 s",
            interval: 1.0,
            topology: push(),
            detector: "kind = \"phi\", model = \"exponential\", check = { every = \"1s\" }".to_owned(),
            known: [17.420_680_743, 18.420_680_744, 19.420_680_744],
            deviation: both(uniform(1.0), uniform(1.0)),
        },
        System {
            name: "Akka: phi 8, beats every 1 s, pause 3 s, after a regular history",
            interval: 1.0,
            topology: push(),
            detector: "kind = \"phi\", model = \"logistic\", acceptable_pause = \"3s\"".to_owned(),
            known: [3.522_598_664, 4.022_598_664, 4.522_598_665],
            deviation: uniform(1.0),
        },
        System {
            name: "Kubernetes node: grace 40 s from the scan that noticed, scans exactly 5 s apart",
            interval: 10.0,
            topology: push(),
            detector: noticed("in-time"),
            known: [35.0, 42.5, 50.0],
            deviation: lease,
        },
        System {
            name: "Kubernetes node: the same, scans a little further apart",
            interval: 10.0,
            topology: push(),
            detector: noticed("late"),
            known: [30.0, 37.5, 45.0],
            deviation: lease,
        },
        // A crash finds a gap G the likelier the longer it is, anywhere in it: 3 G less a uniform share of G. So the
        // mean is 2.5 E G² / E G, and E T² = (2.5² + 1/12) E G³ / E G.
        System {
            name: "Docker Swarm: 5 s ± 10 %, drawn by who hears, three of what was drawn last",
            interval: 5.0,
            topology: announced(0.1),
            detector: misses(3),
            known: [9.0, 2.5 * (25.0 + 1.0 / 12.0) / 5.0, 16.5],
            deviation: ((6.25 + 1.0 / 12.0) * 126.25 / 5.0 - 12.541_667_f64 * 12.541_667).sqrt(),
        },
    ]
}

/// The deviation of a sum of two independent terms.
fn both(one: f64, other: f64) -> f64 {
    (one * one + other * other).sqrt()
}

#[test]
fn ft_14_known_systems() {
    // The interval of a third of ten seconds is rounded, and a look comes a tick of the clock after the deadline.
    const TICKS: f64 = 2e-9;
    let mut sheet = Sheet::of("FT-14");
    for (seed, system) in (1401..).zip(systems()) {
        let System { name, interval, topology, detector, known, deviation } = system;
        // A detector that learns must have forgotten what it took beats to be like before it heard any.
        let history = if detector.contains("phi") { 20 } else { 10 };
        let experiment = Experiment { seed, interval, topology, detector, latency: Constant(0.0), loss: 0.0 };
        let [least, mean, greatest] = known;
        let crashes = experiment.crashes(history, greatest + 2.0 * interval);
        let (count, seen) = (crashes.count(), (crashes.least(), crashes.greatest()));
        // Hard bounds: no crash may leave them.
        sheet.within(name, "least (s)", least, seen.0, (f64::NEG_INFINITY, seen.0 + TICKS), count);
        sheet.mean(name, "mean (s)", mean, crashes.mean, deviation, count);
        sheet.within(name, "greatest (s)", greatest, seen.1, (seen.1 - TICKS, f64::INFINITY), count);
    }
    sheet.close();
}
