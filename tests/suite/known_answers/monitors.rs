//! Several monitors: QM-01, QM-02, and how long nobody watches where one takes over from another.

use hbsim::engine::cluster::NodeId;
use hbsim::engine::time::Time;
use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, s, simulate, timeout};
use super::sheet::Sheet;

const RUNS: usize = 200;
const HORIZON: f64 = 4000.0;

/// For each run, the seconds during which at least `quorum` monitors held the one node dead, and all seconds.
fn agreed(experiment: &Experiment, quorum: u32) -> Vec<(f64, f64)> {
    let lines = format!("warmup = \"20s\"\nduration = {}\nreplications = {RUNS}", s(20.0 + HORIZON));
    simulate(&experiment.scenario(1, &lines)).iter().map(|run| (overlap(run, quorum), HORIZON)).collect()
}

/// The seconds during which at least `quorum` mistakes of a run were held at once.
fn overlap(run: &RunRecord, quorum: u32) -> f64 {
    let mut steps: Vec<(Time, i32)> = Vec::new();
    for mistake in &run.findings.mistakes {
        assert_eq!(mistake.pair.subject, NodeId(0));
        steps.extend([(mistake.start, 1), (mistake.end, -1)]);
    }
    steps.sort_unstable();
    let (mut holding, mut since, mut seconds) = (0, Time::ZERO, 0.0);
    for (time, step) in steps {
        if holding >= quorum as i32 {
            seconds += (time - since).seconds();
        }
        (holding, since) = (holding + step, time);
    }
    seconds
}

/// monitors, quorum, share of time at which one of them suspects; share at which so many do
const QM_01: [(u32, u32, f64, f64); 4] =
    [(3, 2, 0.1, 0.028), (5, 3, 0.1, 0.00856), (5, 5, 0.3, 0.00243), (3, 3, 0.2, 0.008)];

/// Monitors that each ask at moments of their own are independent.
#[test]
fn qm_01_monitors_with_phases_of_their_own() {
    const TIMEOUT: f64 = 1.5;
    let mut sheet = Sheet::of("QM-01");
    for (seed, (monitors, quorum, one, known)) in (101..).zip(QM_01) {
        // One and a half intervals of silence: half of the time one failure is enough, half of the time it
        // takes two, so one = (p + p²) / 2. A question fails if it is lost, or its reply.
        let failing = ((1.0f64 + 8.0 * one).sqrt() - 1.0) / 2.0;
        let loss = 1.0 - (1.0 - failing).sqrt();
        let topology = format!("kind = \"pull\", monitors = {monitors}, quorum = {quorum}");
        let (detector, latency) = (timeout(TIMEOUT), Constant(0.001));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss };
        let label = format!("monitors={monitors} quorum={quorum} each={one}");
        sheet.ratio(&label, "share of time", known, &agreed(&experiment, quorum));
    }
    sheet.close();
}

/// timeout, loss, monitors, quorum; share of time at which so many suspect
const QM_02: [(f64, f64, u32, u32, f64); 5] = [
    (2.5, 0.3, 3, 2, 0.01249482),
    (2.5, 0.3, 3, 3, 0.0003743415),
    (2.2, 0.3, 5, 3, 0.005110812),
    (1.5, 0.2, 3, 2, 0.054336),
    (3.9, 0.4, 3, 2, 0.002915644),
];

/// Monitors to which one beat goes are not: what is true for one of the time since the beat is true for all.
#[test]
fn qm_02_monitors_that_hear_the_same_beat() {
    let mut sheet = Sheet::of("QM-02");
    for (seed, (after, loss, monitors, quorum, known)) in (201..).zip(QM_02) {
        let topology = format!("kind = \"centralized\", monitors = {monitors}, quorum = {quorum}");
        let (detector, latency) = (timeout(after), Constant(0.001));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss };
        let label = format!("timeout={after} loss={loss} monitors={monitors} quorum={quorum}");
        sheet.ratio(&label, "share of time", known, &agreed(&experiment, quorum));
    }
    sheet.close();
}

/// interval, takeover, election delay, latency
const STAND_BY: [(f64, f64, f64, f64); 4] =
    [(1.0, 3.0, 0.0, 0.01), (1.0, 3.0, 2.0, 0.05), (5.0, 10.0, 1.0, 0.1), (2.0, 2.0, 0.5, 0.0)];

/// The one in office told the stand-by last at some moment of the interval before it crashed. From when that
/// was heard the takeover counts, and then the election: T = L + takeover + election − U, with U uniform in
/// an interval.
#[test]
fn nobody_watches_until_the_stand_by_takes_over() {
    const NODES: u32 = 3;
    let mut sheet = Sheet::of("takeover");
    for (seed, (interval, takeover, election, latency)) in (901..).zip(STAND_BY) {
        for kind in ["centralized", "pull"] {
            let topology = format!(
                "kind = \"{kind}\", monitors = 3, replication = \"standby\", takeover = {}, election_delay = {}",
                s(takeover),
                s(election)
            );
            let (detector, latency_law) = (timeout(3.0 * interval), Constant(latency));
            let experiment =
                Experiment { seed, interval, topology, detector, latency: latency_law, loss: 0.0 };
            let (from, to) = (10.0 * interval, 14.0 * interval);
            let lines = format!(
                "duration = {}\nreplications = 2000\n[[faults]]\nkind = \"crash\"\nnodes = \"m0\"\n\
                 at = {{ between = [{}, {}] }}",
                s(to + takeover + election + 10.0 * interval),
                s(from),
                s(to)
            );
            let records = simulate(&experiment.scenario(NODES, &lines));
            let blind = |run: &RunRecord| {
                let nanos = run.findings.unwatched_nanos.expect("somebody is to watch");
                nanos as f64 / 1e9 / f64::from(NODES)
            };
            let windows: Vec<f64> = records.iter().map(blind).collect();
            let label = format!(
                "{kind} interval={interval} takeover={takeover} election_delay={election} latency={latency}"
            );
            let longest = latency + takeover + election;
            let mean = windows.iter().sum::<f64>() / windows.len() as f64;
            let deviation = interval / 12f64.sqrt();
            sheet.mean(&label, "mean (s)", longest - interval / 2.0, mean, deviation, windows.len());
            let (least, greatest) = windows
                .iter()
                .fold((f64::MAX, 0.0f64), |(least, most), one| (least.min(*one), most.max(*one)));
            let (below, above) = (longest - interval, longest);
            // A word that is on its way when the one in office crashes is heard all the same.
            sheet.within(&label, "least (s)", below, least, (f64::NEG_INFINITY, least), windows.len());
            sheet.within(
                &label,
                "greatest (s)",
                above,
                greatest,
                (greatest - 2e-9, f64::INFINITY),
                windows.len(),
            );
        }
    }
    sheet.close();
}
