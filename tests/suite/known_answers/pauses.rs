//! Processes that stand still: GC-01 and GC-02, where it is the one that beats; GC-03, where it is the
//! monitor.

use hbsim::engine::findings::{Cause, Ending};
use hbsim::measures::RunRecord;

use super::experiment::Law::{Constant, Exponential, LogNormal, Uniform, Written};
use super::experiment::{Experiment, Law, push, s, simulate, timeout};
use super::sheet::Sheet;

const LATENCY: f64 = 0.01;

/// Beats to one monitor, each node with a phase of its own.
fn beats(seed: u64, interval: f64, after: f64, more: &str) -> Experiment {
    let topology = format!("{}{more}", push());
    Experiment { seed, interval, topology, detector: timeout(after), latency: Constant(LATENCY), loss: 0.0 }
}

/// interval, timeout, length of the pause; chance of a mistake and its mean length where the missed beats are
/// skipped, and where one comes on waking; thousands of nodes, and seconds until pauses are over
const GC_01: [(f64, f64, Law, (f64, f64), (f64, f64), u32, f64); 8] = [
    (1.0, 3.0, Exponential(1.0), (0.08554821, 1.581977), (0.08554821, 1.0), 50, 20.0),
    (2.0, 6.0, Exponential(2.0), (0.08554821, 3.163953), (0.08554821, 2.0), 50, 40.0),
    (1.0, 3.0, LogNormal(0.5, 1.0), (0.02940359, 2.635907), (0.02940359, 2.075651), 100, 60.0),
    (1.0, 3.0, Constant(2.5), (0.5, 1.0), (0.5, 0.25), 40, 5.0),
    (2.0, 10.0, LogNormal(1.0, 3.0), (0.01378457, 9.967168), (0.01378457, 8.904656), 40, 200.0),
    (1.0, 2.5, Exponential(0.5), (0.05850982, 0.6565176), (0.02152456, 0.5), 100, 10.0),
    (1.0, 2.5, Uniform(0.0, 4.0), (0.625, 1.3), (0.5, 1.020833), 40, 6.0),
    // A Lomax law is this one less its scale, which the timeout is longer for it. The length of so heavy a
    // tail is not compared.
    (1.0, 6.0, PARETO, (0.01426756, f64::NAN), (0.01426756, f64::NAN), 100, 20.0),
];

const PARETO: Law = Written("{ kind = \"pareto\", scale = \"1s\", shape = 2.5 }");

#[test]
fn gc_01_a_pause_of_the_one_that_beats() {
    const NODES: u32 = 1000;
    let mut sheet = Sheet::of("GC-01");
    for (seed, (interval, after, law, skipped, at_once, thousands, patience)) in (5101..).zip(GC_01) {
        for (catch_up, (chance, length)) in [("none", skipped), ("one", at_once), ("all", at_once)] {
            let experiment = beats(seed, interval, after, &format!(", catch_up = \"{catch_up}\""));
            // A pause begins at any point between two beats.
            let (from, to) = (10.0 * interval, 14.0 * interval);
            let lines = format!(
                "duration = {}\nreplications = {thousands}\n[[faults]]\nkind = \"pause\"\nnodes = \"each\"\n\
                 at = {{ between = [{}, {}] }}\nfor = {law}",
                s(to + patience + after),
                s(from),
                s(to)
            );
            let records = simulate(&experiment.scenario(NODES, &lines));
            let lengths: Vec<f64> = records.iter().flat_map(taken_back).collect();
            let label = format!("interval={interval} timeout={after} pause={law:?} catch_up={catch_up}");
            let label = label.replace(['"', '\\'], "");
            let mistakes = records.iter().map(|run| run.findings.mistakes.len()).sum();
            let pauses = (NODES * thousands) as usize;
            sheet.share(&label, "chance of a mistake", chance, mistakes, pauses);
            if !length.is_nan() {
                compare_mean(&mut sheet, &label, "length (s)", length, &lengths);
            }
        }
    }
    sheet.close();
}

fn taken_back(run: &RunRecord) -> Vec<f64> {
    let length = |mistake: &hbsim::engine::findings::Mistake| {
        assert_eq!(mistake.cause, Cause::Pause);
        (mistake.ending == Ending::TakenBack).then(|| (mistake.end - mistake.start).seconds())
    };
    run.findings.mistakes.iter().filter_map(length).collect()
}

/// The mean of a sample, by its own deviation.
fn compare_mean(sheet: &mut Sheet, label: &str, quantity: &str, expected: f64, sample: &[f64]) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let squares: f64 = sample.iter().map(|one| (one - mean) * (one - mean)).sum();
    let deviation = (squares / (count - 1.0)).sqrt();
    if deviation < 1e-6 {
        // Begun one tick of the clock after its deadline.
        return sheet.within(label, quantity, expected, mean, (mean, mean + 1.5e-9), sample.len());
    }
    sheet.mean(label, quantity, expected, mean, deviation, sample.len());
}

/// interval, timeout, length of the pause, mean time from a pause to the next; mistakes per second and share
/// of time where the beats count from the one on waking; nodes, and seconds of each run
const GC_02: [(f64, f64, Law, f64, (f64, f64), u32, f64); 4] = [
    (1.0, 3.0, Exponential(1.0), 60.0, (0.001400514, 0.001400514), 50, 2500.0),
    (2.0, 6.0, Exponential(2.0), 120.0, (0.0007002571, 0.001400514), 50, 5000.0),
    (1.0, 3.0, LogNormal(0.5, 1.0), 30.0, (0.0009621168, 0.001998391), 50, 2500.0),
    (1.0, 2.0, Exponential(0.5), 5.0, (0.01030751, 0.005153755), 50, 1500.0),
];

/// Beats that are counted from the one on waking begin anew with each pause. Beats that keep to a grid do
/// not, and a pause in which none was due makes none come on waking: see [`on_a_grid`].
#[test]
fn gc_02_pauses_that_come_by_chance() {
    const RUNS: u32 = 40;
    let mut sheet = Sheet::of("GC-02");
    for (seed, (interval, after, law, mtbf, from_waking, nodes, horizon)) in (5201..).zip(GC_02) {
        for (pace, known) in
            [("fixed-delay", Some(from_waking)), ("fixed-rate", on_a_grid(interval, after, law, mtbf))]
        {
            let Some((rate, share)) = known else { continue };
            let experiment = beats(seed, interval, after, &format!(", pace = \"{pace}\""));
            let warmup = 10.0 * mtbf;
            let lines = format!(
                "duration = {}\nwarmup = {}\nreplications = {RUNS}\n[[faults]]\nkind = \"pause\"\n\
                 nodes = \"each\"\nmtbf = {}\nfor = {law}",
                s(warmup + horizon),
                s(warmup),
                s(mtbf)
            );
            let records = simulate(&experiment.scenario(nodes, &lines));
            let seconds = |run: &RunRecord| run.findings.pair_nanos as f64 / 1e9;
            let label =
                format!("interval={interval} timeout={after} pause={law:?} running={mtbf} pace={pace}");
            let mistakes: f64 = records.iter().map(|run| run.findings.mistakes_total() as f64).sum();
            let per_second = mistakes / records.iter().map(seconds).sum::<f64>();
            sheet.mean(&label, "mistakes per second", rate, per_second, per_second, mistakes as usize);
            let wrong = |run: &RunRecord| (run.findings.wrong_nanos as f64 / 1e9, seconds(run));
            let wrong: Vec<(f64, f64)> = records.iter().map(wrong).collect();
            sheet.ratio(&label, "share of time", share, &wrong);
        }
    }
    sheet.close();
}

/// Mistakes per second and share of time in them where beats keep to their grid, running times are
/// exponential with mean m and pauses with mean g.
///
/// At a point of the grid the node stands still with probability π = g / (m + g). If it runs, the last beat
/// before a pause that begins x later is of age x. If it stands still, it wakes w later, which is exponential
/// too, and the beat is of age x − w. In both cases it must run until then, or again: r(x) = (1 − π) + π
/// exp(−x (1/m + 1/g)). A pause that finds a beat of age a is a mistake with probability exp(−(T − a) / g).
fn on_a_grid(interval: f64, after: f64, law: Law, mtbf: f64) -> Option<(f64, f64)> {
    let Exponential(mean) = law else { return None };
    const STEPS: u32 = 2000;
    let still = mean / (mtbf + mean);
    let chance = |x: f64| {
        let forgets = libm::exp(-x / mtbf - x / mean);
        let runs = (1.0 - still) + still * forgets;
        let twice = libm::exp(-2.0 * x / mean);
        let wakes = (1.0 - still) / 2.0 * (1.0 - twice)
            + still / mean * (twice - forgets) / (1.0 / mtbf - 1.0 / mean);
        libm::exp((x - after) / mean) * ((1.0 - still) * runs + still * wakes)
    };
    let at = |step: u32| chance((f64::from(step) + 0.5) / f64::from(STEPS) * interval);
    let rate = (0..STEPS).map(at).sum::<f64>() / f64::from(STEPS) / mtbf;
    Some((rate, rate * mean))
}

/// nodes, interval, timeout, length of the monitor's pause; nodes accused when it wakes
const GC_03: [(u32, f64, f64, f64, f64); 4] = [
    (100, 1.0, 3.0, 2.5, 50.0),
    (100, 1.0, 3.0, 3.5, 100.0),
    (1000, 2.0, 6.0, 5.0, 500.0),
    (50, 1.0, 3.0, 1.9, 0.0),
];

#[test]
fn gc_03_a_pause_of_the_monitor() {
    const RUNS: u32 = 40;
    let mut sheet = Sheet::of("GC-03");
    for (seed, (nodes, interval, after, length, known)) in (5301..).zip(GC_03) {
        let accused = |first: &str, guard: String| {
            let from = 4.0 * interval + after;
            let lines = format!(
                "duration = {}\nreplications = {RUNS}\nverdict = {{ local_pause_guard = {guard} }}\n\
                 [[faults]]\nkind = \"pause\"\nnodes = \"m0\"\nfirst = \"{first}\"\n\
                 at = {{ between = [{}, {}] }}\nfor = {}",
                s(from + 4.0 * interval + length + 2.0 * after),
                s(from),
                s(from + 4.0 * interval),
                s(length)
            );
            let records = simulate(&beats(seed, interval, after, "").scenario(nodes, &lines));
            assert!(
                records.iter().flat_map(|run| &run.findings.mistakes).all(|mistake| {
                    // All at the moment of waking, and until the monitor reads what waits.
                    mistake.cause == Cause::Observer && mistake.start == mistake.end
                }),
                "an accusation has another cause, or lasts"
            );
            records.iter().map(|run| run.findings.mistakes_total()).sum::<u64>() as f64 / f64::from(RUNS)
        };
        let label = format!("nodes={nodes} interval={interval} timeout={after} pause={length}");
        let share = known / f64::from(nodes);
        let deviation = (f64::from(nodes) * share * (1.0 - share)).sqrt();
        let off = "\"off\"".to_owned();
        let found = accused("clock", off.clone());
        sheet.mean(&label, "accused; clock first", known, found, deviation, RUNS as usize);
        sheet.exact(&label, "accused; inbox first", 0.0, accused("inbox", off));
        let guarded = |guard| accused("clock", s(guard));
        sheet.exact(&label, "accused; guard shorter than the pause", 0.0, guarded(length / 2.0));
        let quantity = "accused; guard as long as the pause: more than without";
        sheet.exact(&label, quantity, 0.0, guarded(length) - found);
    }
    sheet.close();
}
