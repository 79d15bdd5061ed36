//! Streams: what is lost comes late instead, and what was sent after it waits for it.

use hbsim::engine::findings::Ending;
use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, push, s, simulate, timeout};
use super::sheet::Sheet;

const TICK: f64 = 1e-9;
const LATENCY: f64 = 0.01;
const RUNS: u32 = 40;

/// A silence counts from the newest stamp, and is too long if the next beat does not come at its usual time,
/// or `forgiven` seconds later.
fn beats(seed: u64, interval: f64, loss: f64, forgiven: f64) -> Experiment {
    let detector = format!("{}, stamp = \"sent\"", timeout(interval + LATENCY + forgiven));
    Experiment { seed, interval, topology: push(), detector, latency: Constant(LATENCY), loss }
}

fn tcp(rto: f64) -> String {
    format!("network.transport = \"tcp\"\nnetwork.rto = {}", s(rto))
}

fn watched(experiment: &Experiment, rto: f64, horizon: f64) -> Vec<RunRecord> {
    let (lines, warmup) = (tcp(rto), 100.0);
    let lines =
        format!("{lines}\nduration = {}\nwarmup = {}\nreplications = {RUNS}", s(warmup + horizon), s(warmup));
    simulate(&experiment.scenario(5, &lines))
}

/// A beat that was lost n times, which it is with probability (1 − p) pⁿ, comes (2ⁿ − 1) rto late. So it is
/// late by rto p / (1 − 2p) on average, and more than j time-outs late with probability pʲ⁺¹.
#[test]
fn a_lost_beat_is_late_by_time_outs_that_double() {
    const INTERVAL: f64 = 10.0;
    const RTO: f64 = 0.01;
    const BEATS: f64 = 1000.0;
    let mut sheet = Sheet::of("tcp-delay");
    for (seed, loss) in (5901..).zip([0.05, 0.1, 0.2f64]) {
        for lost in 0..3 {
            let late = |lost: f64| RTO * (libm::exp2(lost) - 1.0);
            let experiment = beats(seed, INTERVAL, loss, late(f64::from(lost)));
            let records = watched(&experiment, RTO, BEATS * INTERVAL);
            let beats = records.len() * 5 * BEATS as usize;
            let label = format!("loss={loss} rto={RTO} timeout allows for {lost}");
            let mistakes = records.iter().map(|run| run.findings.mistakes.len()).sum();
            let chance = libm::pow(loss, f64::from(lost) + 1.0);
            sheet.share(&label, "mistakes for each beat", chance, mistakes, beats);
            if lost > 0 {
                continue;
            }
            for mistake in records.iter().flat_map(|run| &run.findings.mistakes) {
                let length = (mistake.end - mistake.start).seconds() + TICK;
                let times = libm::log2(length / RTO + 1.0).round();
                assert!((length - late(times)).abs() < TICK / 2.0, "{label}: {length} s is no time-out");
                assert!(times > 0.0 && mistake.ending == Ending::TakenBack, "{label}: {mistake:?}");
            }
            let nanos: u128 = records.iter().map(|run| run.findings.mistake_nanos).sum();
            let mean = nanos as f64 / 1e9 / beats as f64 + LATENCY;
            let known = LATENCY + RTO * loss / (1.0 - 2.0 * loss);
            let squares = (1.0 - loss) / (1.0 - 4.0 * loss) - 2.0 * (1.0 - loss) / (1.0 - 2.0 * loss) + 1.0;
            let extra = known - LATENCY;
            let deviation = (RTO * RTO * squares - extra * extra).sqrt();
            sheet.mean(&label, "mean time on the way (s)", known, mean, deviation, beats);
        }
    }
    sheet.close();
}

/// interval, time-out, loss; the first two are whole numbers of hundredths of a second
const CROWDED: [(f64, f64, f64); 3] = [(0.15, 0.2, 0.05), (0.1, 0.2, 0.2), (0.25, 0.1, 0.3)];

/// Where beats come faster than time-outs end, one waits for all before it: it is late by more than x unless
/// each beat k before it was at most x + kη late, so with probability 1 − Π F(x + kη). At any moment the
/// newest beat that should be there is not with the mean of that over x from 0 to η.
#[test]
fn a_beat_waits_for_all_that_were_sent_before() {
    const STEP: f64 = 0.01;
    const HORIZON: f64 = 1000.0;
    let mut sheet = Sheet::of("tcp-order");
    for (seed, (interval, rto, loss)) in (5951..).zip(CROWDED) {
        // Nothing changes within a hundredth of a second.
        let in_time = |x: f64| 1.0 - libm::pow(loss, libm::log2(x / rto + 1.0).floor() + 1.0);
        let steps = (interval / STEP).round() as u32;
        let all_in_time =
            |x: f64| (0..5000).map(|before| in_time(x + f64::from(before) * interval)).product::<f64>();
        let waits = |step: u32| 1.0 - all_in_time((f64::from(step) + 0.5) * STEP);
        let known = (0..steps).map(waits).sum::<f64>() / f64::from(steps);
        let records = watched(&beats(seed, interval, loss, 0.0), rto, HORIZON);
        let wrong = |run: &RunRecord| (run.findings.wrong_nanos as f64, run.findings.pair_nanos as f64);
        let wrong: Vec<(f64, f64)> = records.iter().map(wrong).collect();
        let label = format!("interval={interval} rto={rto} loss={loss}");
        sheet.ratio(&label, "share of time in which the newest beat is late", known, &wrong);
    }
    sheet.close();
}

/// time-out, when a partition that began at 10.5 s is over
const WALLS: [(f64, f64); 4] = [(0.2, 15.0), (1.0, 20.0), (0.3, 13.7), (5.0, 40.2)];

/// Beats are sent at whole seconds. The first that the wall cut is sent again and again; those behind it wait
/// for it, though they are there before, and none is lost.
#[test]
fn what_a_partition_held_up_comes_in_order_when_it_heals() {
    const TIMEOUT: f64 = 1.5;
    let mut sheet = Sheet::of("tcp-partition");
    for (rto, heals) in WALLS {
        for transport in ["tcp", "udp"] {
            let topology = format!("{}, phase = \"aligned\"", push());
            let (detector, latency) = (timeout(TIMEOUT), Constant(LATENCY));
            let experiment = Experiment { seed: 1, interval: 1.0, topology, detector, latency, loss: 0.0 };
            let network = if transport == "tcp" { tcp(rto) } else { String::new() };
            let lines = format!(
                "{network}\nduration = \"119.5s\"\n[[faults]]\nkind = \"partition\"\ngroups = [\"n0\", \"m0\"]\n\
                 at = \"10.5s\"\nfor = {}",
                s(heals - 10.5)
            );
            let run = simulate(&experiment.scenario(1, &lines)).remove(0);
            let attempts = (0..).map(|attempt| 11.0 + rto * (libm::exp2(f64::from(attempt)) - 1.0));
            let back = match transport {
                "tcp" => attempts.into_iter().find(|attempt| *attempt >= heals - TICK),
                _ => Some(heals.ceil()),
            };
            let back = back.expect("it is tried again for ever") + LATENCY;
            let label = format!("{transport} rto={rto} heals={heals}");
            let first = run.findings.mistakes[0];
            sheet.exact(
                &label,
                "begin (ns)",
                (10.0 + LATENCY + TIMEOUT) * 1e9 + 1.0,
                first.start.nanos() as f64,
            );
            sheet.exact(&label, "end (ns)", (back * 1e9).round(), first.end.nanos() as f64);
            let kept = if transport == "tcp" { 120.0 } else { 120.0 - (heals.ceil() - 11.0) };
            sheet.exact(&label, "messages delivered", kept, run.traffic.delivered[0] as f64);
        }
    }
    sheet.close();
}
