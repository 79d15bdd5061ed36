//! How long it takes until the first follower misses its leader, and until there is another: FT-13, and a
//! leader that its followers leave.

use hbsim::engine::findings::Leadership;
use hbsim::measures::{RunRecord, find, summarise};

use super::experiment::Law::Constant;
use super::experiment::{Experiment, s, simulate, timeout};
use super::sheet::Sheet;

/// Crashes of leaders in each run. Each finds another leader, whose beats have a phase of their own.
const CRASHES: u32 = 100;
const RUNS: u32 = 80;

/// interval, least patience (the greatest is twice as long), followers, latency; mean and deviation
const FT_13: [(f64, f64, u32, f64, f64, f64); 5] = [
    (0.05, 0.15, 4, 0.01, 0.165, 0.028_431_2),
    (0.1, 1.0, 2, 0.02, 1.303_333, 0.237_463_4),
    (0.1, 1.0, 4, 0.02, 1.17, 0.165_831_2),
    (0.05, 0.15, 2, 0.001, 0.176, 0.038_188_13),
    (0.5, 2.0, 9, 0.05, 2.0, 0.231_431_6),
];

/// The `[topology]` table of a leader whose followers are patient for a time between these two.
fn leader(least: f64, greatest: f64, more: &str) -> String {
    format!("kind = \"leader\", election_timeout = [{}, {}]{more}", s(least), s(greatest))
}

#[test]
fn ft_13_the_first_of_several_followers_loses_patience() {
    let mut sheet = Sheet::of("FT-13");
    for (seed, (interval, patience, followers, delay, mean, sd)) in (1301..).zip(FT_13) {
        let (topology, detector) = (leader(patience, 2.0 * patience, ""), timeout(100.0 * patience));
        let experiment =
            Experiment { seed, interval, topology, detector, latency: Constant(delay), loss: 0.0 };
        // Enough for an election, for the old leader to come back, and for all to follow the new one.
        let (every, lasts) = (14.0 * patience, 6.0 * patience);
        let lines = format!(
            "duration = {}\nreplications = {RUNS}\n[[faults]]\nkind = \"crash\"\nnodes = \"leader\"\n\
             at = {{ between = [{}, {}] }}\nevery = {}\nfor = {}",
            s(f64::from(CRASHES + 1) * every),
            s(every),
            s(every + 4.0 * interval),
            s(every),
            s(lasts),
        );
        let records = simulate(&experiment.scenario(followers + 1, &lines));
        let label = format!(
            "interval={interval} patience={patience}..{} followers={followers} latency={delay}",
            2.0 * patience
        );
        let times = first_times(&records);
        assert!(times.len() >= (RUNS * (CRASHES - 1)) as usize, "{label}: {} crashes", times.len());
        let shown =
            find(&summarise(&records), "detection_first_s_mean").expect("crashes were detected").value;
        sheet.mean(&label, "mean (s)", mean, shown, sd, times.len());
        let squares: Vec<f64> = times.iter().map(|time| (time - mean) * (time - mean)).collect();
        let (variance, deviation) = mean_and_deviation(&squares);
        sheet.mean(&label, "variance (s²)", sd * sd, variance, deviation, times.len());
    }
    sheet.close();
}

/// The times after which the first follower held its leader dead.
fn first_times(records: &[RunRecord]) -> Vec<f64> {
    let crashes = records.iter().flat_map(|record| &record.findings.crashes);
    crashes.filter_map(|crash| Some(crash.detection(crash.first)?.seconds())).collect()
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    (mean, (squares / (count - 1.0)).sqrt())
}

/// The last answers of a majority decide. All followers crash at once, which is what a
/// leader sees of being cut off. Of a beat that was sent `age` before the crash, answers come back if it had
/// arrived by then; the newest of those arrived at latency − age after the crash, where age − latency lies
/// anywhere in an interval. One least patience later the leader gives up.
///
/// interval, least patience (the greatest is twice as long), latency
const STEPPING_DOWN: [(f64, f64, f64); 3] = [(0.1, 1.0, 0.02), (1.0, 3.0, 0.05), (0.05, 0.15, 0.001)];

#[test]
fn a_leader_gives_up_one_patience_after_the_last_answers_of_a_majority() {
    let mut sheet = Sheet::of("stepping-down");
    for (seed, (interval, patience, delay)) in (1351..).zip(STEPPING_DOWN) {
        let topology = leader(patience, 2.0 * patience, ", check_quorum = true");
        let detector = timeout(100.0 * patience);
        let experiment =
            Experiment { seed, interval, topology, detector, latency: Constant(delay), loss: 0.0 };
        let (warmup, end) = (20.0 * patience, 40.0 * patience);
        let (mut runs, mut gave_up) = (0, Vec::new());
        for leads in 0..3 {
            let others: Vec<String> = (0..3).filter(|n| *n != leads).map(|n| format!("\"n{n}\"")).collect();
            let lines = format!(
                "duration = {}\nwarmup = {}\nreplications = 1500\n[[faults]]\nkind = \"crash\"\nnodes = [{}]\n\
                 at = {{ between = [{}, {}] }}",
                s(end),
                s(warmup),
                others.join(", "),
                s(warmup),
                s(warmup + 4.0 * interval),
            );
            for record in simulate(&experiment.scenario(3, &lines)) {
                let leadership = record.findings.leadership.expect("there was an election");
                let leaderless = leadership.leaderless_nanos as f64 / 1e9;
                let crashed = record.findings.crashes[0].at.seconds();
                runs += 1;
                // Where another led, it crashed itself, and nobody leads from then on.
                let led = end - crashed - leaderless;
                if led > 1e-6 {
                    gave_up.push(led);
                }
            }
        }
        assert!(gave_up.len() * 3 > runs - runs / 5, "one of three leads: {} of {runs}", gave_up.len());
        let label = format!("interval={interval} patience={patience} latency={delay}");
        let sd = interval / 12f64.sqrt();
        let mean = gave_up.iter().sum::<f64>() / gave_up.len() as f64;
        sheet.mean(&label, "mean (s)", patience + delay - interval / 2.0, mean, sd, gave_up.len());
        gave_up.sort_unstable_by(f64::total_cmp);
        let (least, greatest) = (gave_up[0], gave_up[gave_up.len() - 1]);
        // A look comes a tick of the clock after the deadline.
        let bounds = (patience + delay - interval, patience + delay + 2e-9);
        assert!(bounds.0 - 1e-9 <= least && greatest <= bounds.1, "{label}: {least} to {greatest}");
    }
    sheet.close();
}

#[test]
fn where_nothing_goes_wrong_there_is_one_election_and_no_needless_one() {
    for pre_vote in [false, true] {
        let more = format!(", pre_vote = {pre_vote}, check_quorum = true");
        let (topology, detector) = (leader(0.15, 0.3, &more), timeout(1.0));
        let latency = super::experiment::Law::Uniform(0.001, 0.02);
        let experiment = Experiment { seed: 1390, interval: 0.05, topology, detector, latency, loss: 0.0 };
        let lines = |warmup| format!("duration = \"10m\"\nwarmup = \"{warmup}\"\nreplications = 20");
        for record in simulate(&experiment.scenario(5, &lines("0s"))) {
            let leadership = record.findings.leadership.expect("there is an election");
            // Votes may be split, and cast again.
            assert!((1..=6).contains(&leadership.elections), "{leadership:?}");
            assert!(leadership.leaderless_nanos < 2_000_000_000, "{leadership:?}");
            assert_eq!(record.findings.mistakes_total(), 0);
        }
        for record in simulate(&experiment.scenario(5, &lines("3s"))) {
            let leadership = record.findings.leadership.expect("there was an election");
            assert_eq!(leadership, Leadership::default());
        }
    }
}
