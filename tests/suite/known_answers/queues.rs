//! A monitor that needs time for each beat: QU-02, QU-03, QU-05, QU-06.
//!
//! QU-01 and QU-04 are about beats that come as a Poisson process. Nodes that beat every interval are none,
//! however far each beat strays: of one node there is one beat in each interval. So there is nothing to
//! compare with.

use hbsim::engine::findings::Ending;
use hbsim::engine::time::Time;
use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, push_together, s, simulate, timeout};
use super::sheet::Sheet;

/// Beats every second to a monitor that needs `service` seconds for each.
fn queue(seed: u64, topology: &str, service: f64, queue: u32) -> Experiment {
    let capacity = format!("capacity = {{ per_message = {}, queue = {queue} }}", s(service));
    let topology = format!("{topology}, {capacity}");
    Experiment { seed, interval: 1.0, topology, detector: timeout(1.9), latency: Constant(0.001), loss: 0.0 }
}

/// nodes, services in an interval; mean wait in services and its deviation over phases, share that waits and
/// its deviation
const QU_02: [(u32, f64, f64, f64, f64, f64); 7] = [
    (10, 20.0, 0.3588633, 0.2474101, 0.45, 0.1504601),
    (50, 100.0, 0.4634612, 0.1821649, 0.49, 0.07030588),
    (50, 62.5, 1.454438, 0.6047609, 0.784, 0.05585132),
    (100, 111.111, 2.830974, 1.073185, 0.8910009, 0.0298525),
    (100, 125.0, 1.657025, 0.6124918, 0.792, 0.0399985),
    (480, 500.0, 7.220675, 2.468276, 0.958, 0.008787803),
    (450, 500.0, 3.820532, 1.150489, 0.898, 0.01399798),
];

/// Of one run, the mean wait in services and the share that waits.
fn waits(run: &RunRecord, service: f64) -> (f64, f64) {
    let waiting = run.traffic.waiting.expect("handling takes time");
    let begun = waiting.begun as f64;
    (waiting.nanos as f64 / 1e9 / service / begun, waiting.waited as f64 / begun)
}

#[test]
fn qu_02_beats_of_random_phases_wait() {
    let mut sheet = Sheet::of("QU-02");
    for (seed, (nodes, services, wait, wait_sd, share, share_sd)) in (201..).zip(QU_02) {
        // One run has one set of phases.
        let runs = if nodes < 200 { 1000 } else { 300 };
        let experiment = queue(seed, &push(), 1.0 / services, 100_000);
        let lines = format!("warmup = \"5s\"\nduration = \"25s\"\nreplications = {runs}");
        let records = simulate(&experiment.scenario(nodes, &lines));
        let found: Vec<(f64, f64)> = records.iter().map(|run| waits(run, 1.0 / services)).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| found.iter().map(of).sum::<f64>() / found.len() as f64;
        let label = format!("nodes={nodes} services in an interval={services}");
        sheet.mean(&label, "mean wait (services)", wait, mean(|(wait, _)| *wait), wait_sd, found.len());
        sheet.mean(&label, "share that waits", share, mean(|(_, share)| *share), share_sd, found.len());
    }
    sheet.close();
}

#[test]
fn qu_03_beats_that_come_together_wait_for_one_another() {
    let mut sheet = Sheet::of("QU-03");
    for (seed, (nodes, services, ..)) in (301..).zip(QU_02) {
        let service = (1e9 / services).round() / 1e9;
        let experiment = queue(seed, &push_together(), service, 100_000);
        let run = &simulate(&experiment.scenario(nodes, "duration = \"5990ms\""))[0];
        let label = format!("nodes={nodes} services in an interval={services}");
        let (mean, share) = waits(run, service);
        let others = f64::from(nodes) - 1.0;
        sheet.exact(&label, "mean wait (services)", others / 2.0, mean);
        sheet.exact(&label, "share that waits", others / f64::from(nodes), share);
        let longest = run.traffic.waiting.expect("handling takes time").longest;
        sheet.exact(&label, "longest wait (services)", others, longest.seconds() / service);
    }
    sheet.close();
}

/// nodes, services in an interval, room in the queue; share of beats that are dropped
const QU_05: [(u32, u32, u32, f64); 5] = [
    (100, 80, 40, 0.2),
    (120, 100, 40, 0.1666667),
    (60, 40, 30, 0.3333333),
    (200, 100, 20, 0.5),
    (110, 100, 50, 0.09090909),
];

/// The same nodes lose every beat, and the others none: who comes when the queue is full comes so every time.
#[test]
fn qu_05_too_many_beats() {
    const RUNS: u32 = 20;
    const SETTLED: u64 = 60;
    let mut sheet = Sheet::of("QU-05");
    for (seed, (nodes, services, room, dropped)) in (501..).zip(QU_05) {
        let experiment = queue(seed, &push(), 1.0 / f64::from(services), room);
        let label = format!("nodes={nodes} services in an interval={services} queue={room}");
        let lines = |warmup: u64| {
            format!("warmup = \"{warmup}s\"\nduration = \"{}s\"\nreplications = {RUNS}", SETTLED + 40)
        };
        for run in simulate(&experiment.scenario(nodes, &lines(SETTLED))) {
            let (lost, sent) = (run.traffic.dropped[0], run.sent());
            let share = lost as f64 / sent as f64;
            // One beat more or less at the ends, and the seven digits of what is known.
            let allowed = 1.0 / sent as f64 + 1e-7;
            let limits = (share - allowed, share + allowed);
            sheet.within(&label, "share that is dropped", dropped, share, limits, sent as usize);
        }
        for run in simulate(&experiment.scenario(nodes, &lines(0))) {
            let for_ever = |ending| ending == Ending::RunEnded;
            let victims = run.findings.mistakes.iter().filter(|mistake| for_ever(mistake.ending)).count();
            sheet.exact(&label, "nodes held dead for ever", f64::from(nodes - services), victims as f64);
            let settled = Time::from_nanos(SETTLED * 1_000_000_000);
            let changes = run.findings.mistakes.iter().filter(|mistake| {
                mistake.start > settled || !for_ever(mistake.ending) && mistake.end > settled
            });
            sheet.exact(&label, "mistakes that begin or end later", 0.0, changes.count() as f64);
        }
    }
    sheet.close();
}

/// milliseconds for a beat, interval; nodes at which a monitor is saturated
const QU_06: [(f64, f64, u32); 5] =
    [(1.0, 1.0, 1000), (0.5, 1.0, 2000), (1.0, 0.5, 500), (0.1, 2.0, 20_000), (2.0, 5.0, 2500)];

#[test]
fn qu_06_as_many_nodes_as_a_monitor_can_bear() {
    let mut sheet = Sheet::of("QU-06");
    for (seed, (millis, interval, most)) in (601..).zip(QU_06) {
        let experiment = Experiment { interval, ..queue(seed, &push(), millis / 1000.0, most / 10) };
        let lines = format!("warmup = {}\nduration = {}", s(20.0 * interval), s(40.0 * interval));
        for (nodes, known) in [(most, 0.0), (most + most / 10, 1.0 / 11.0)] {
            let run = &simulate(&experiment.scenario(nodes, &lines))[0];
            let (lost, sent) = (run.traffic.dropped[0] as f64, run.sent() as f64);
            let label = format!("per_message={millis}ms interval={interval} nodes={nodes}");
            let allowed = 1.0 / sent;
            let limits = (lost / sent - allowed, lost / sent + allowed);
            sheet.within(&label, "share that is dropped", known, lost / sent, limits, sent as usize);
        }
    }
    sheet.close();
}
