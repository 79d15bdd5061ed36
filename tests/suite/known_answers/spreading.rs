//! How the last count of a member that crashed comes round: EP-01, EP-02, EP-05, EP-06, and RG-01 for those
//! whom nobody is left to watch.
//!
//! A member's last count is news like any other. An observer declares it dead a timeout after it has heard that
//! count, so that the time from the last round to a declaration, less the timeout, is when the news arrived: the
//! first observer's, that of half of them and of all.

use hbsim::measures::RunRecord;

use super::calculations::chance::SplitMix;
use super::calculations::councils::unwatched;
use super::calculations::gossip::{Gossip, Source};
use super::calculations::rounds::{Manner, Rounds};
use super::experiment::Law::Constant;
use super::experiment::{Experiment, s, simulate, timeout};
use super::sheet::Sheet;

/// Longer than any count takes to come round.
const TIMEOUT: f64 = 30.0;
/// When news are no longer those of the start.
const WARM: f64 = 20.0;

fn exchange(manner: Manner) -> &'static str {
    match manner {
        Manner::Push => "push",
        Manner::Pull => "pull",
        Manner::PushPull => "push-pull",
    }
}

/// Runs in which one member crashes after its round at [`WARM`].
struct Spreading {
    members: usize,
    manner: Manner,
    fanout: usize,
    aligned: bool,
    latency: f64,
    loss: f64,
}

impl Spreading {
    fn label(&self) -> String {
        let Spreading { members, manner, fanout, latency, loss, .. } = self;
        let manner = exchange(*manner);
        format!("nodes={members} exchange={manner} fanout={fanout} latency={latency} loss={loss}")
    }

    fn runs(&self, seed: u64, replications: usize, at: &str) -> Vec<RunRecord> {
        let phase = if self.aligned { "aligned" } else { "random" };
        let topology = format!(
            "kind = \"gossip\", fanout = {}, exchange = \"{}\", phase = \"{phase}\"",
            self.fanout,
            exchange(self.manner)
        );
        let (latency, detector) = (Constant(self.latency), timeout(TIMEOUT));
        let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss: self.loss };
        let duration = s(WARM + 2.0 * TIMEOUT + 1.0);
        let lines = format!(
            "replications = {replications}\nduration = {duration}\n\
             [[faults]]\nkind = \"crash\"\nnodes = \"random:1\"\nat = {at}"
        );
        simulate(&experiment.scenario(self.members as u32, &lines))
    }

    /// When the first, half and all of the others had heard the last count, in seconds after the crash.
    fn heard(&self, seed: u64, replications: usize, at: &str) -> Vec<[f64; 3]> {
        let times = |run: RunRecord| {
            let crash = run.findings.crashes[0];
            [crash.first, crash.majority, crash.all].map(|declared| {
                let declared = declared.expect("the run is long enough for everybody");
                // A look comes one tick of the clock after the deadline.
                (declared - crash.at).seconds() - 1e-9 - TIMEOUT
            })
        };
        self.runs(seed, replications, at).into_iter().map(times).collect()
    }
}

/// nodes, manner, fanout, loss each way
const ROUNDS: [(usize, Manner, usize, f64); 9] = [
    (4, Manner::Push, 1, 0.0),
    (16, Manner::Push, 1, 0.0),
    (64, Manner::Push, 1, 0.0),
    (128, Manner::Push, 1, 0.0),
    (32, Manner::Push, 3, 0.0),
    (100, Manner::Push, 3, 0.0),
    (64, Manner::Push, 4, 0.0),
    (100, Manner::Push, 3, 0.1),
    (100, Manner::Push, 2, 0.0),
];

/// All act at whole seconds, and the member crashes half a second after its last round: the chains of EP-01 and
/// EP-06, with one dead member in all lists.
#[test]
fn ep_01_06_rounds_until_all_have_heard() {
    let mut sheet = Sheet::of("EP-01-06");
    let latency = 0.01;
    for (seed, (members, manner, fanout, loss)) in (2101..).zip(ROUNDS) {
        let rules = Rounds::of(members, manner).fanout(fanout).dead(1).loss_each_way(loss);
        let (chain, last) = (rules.chain(), rules.last_count());
        let spreading = Spreading { members, manner, fanout, aligned: true, latency, loss };
        let crash = s(WARM + 0.5);
        let replications = 600;
        let times = spreading.heard(seed, replications, &crash);
        let label = spreading.label();
        // Where a message may be lost, all those of the last round may be, and then the last but one decides.
        let unknown = last[0];
        if unknown > 0.0 {
            let missing = times.iter().filter(|[first, _, _]| *first < -0.5).count();
            sheet.share(&label, "share of last counts that nobody hears", unknown, missing, times.len());
        }
        let known: Vec<&[f64; 3]> = times.iter().filter(|[first, _, _]| *first > -0.5).collect();
        // The last round itself is the first; news of round k arrive k − 1 seconds and a latency after it.
        let rounds = |time: f64| time + 0.5 - latency + 1.0;
        let live = rules.live();
        // With an even number of others, the majority is the one after the half.
        for (class, enough) in [(1, live / 2 + 1), (2, live)] {
            let (mean, sd) = chain.rounds_until(&last, enough);
            let simulated: Vec<f64> = known.iter().map(|times| rounds(times[class])).collect();
            let average = simulated.iter().sum::<f64>() / simulated.len() as f64;
            let quantity = format!("mean rounds until {enough} have heard");
            sheet.mean(&label, &quantity, mean + 1.0, average, sd, simulated.len());
        }
    }
    sheet.close();
}

/// nodes, manner, fanout, latency in intervals
const PHASES: [(usize, Manner, usize, f64); 5] = [
    (10, Manner::Push, 1, 0.02),
    (32, Manner::Push, 1, 0.005),
    (100, Manner::Push, 1, 0.02),
    (64, Manner::Push, 3, 0.1),
    (32, Manner::PushPull, 1, 0.02),
];

/// Each member at its own moment of the interval: against the naive twin, because no closed form is known.
#[test]
fn ep_05_news_among_members_that_keep_no_step() {
    let mut sheet = Sheet::of("EP-05");
    for (seed, (members, manner, fanout, latency)) in (2201..).zip(PHASES) {
        let spreading = Spreading { members, manner, fanout, aligned: false, latency, loss: 0.0 };
        let at = format!("{{ between = [{}, {}] }}", s(WARM), s(WARM + 1.0));
        let times = spreading.heard(seed, 1_000, &at);
        let twin = Gossip { fanout, latency, ..Gossip::of(members, manner) };
        let mut chance = SplitMix(seed);
        let spread: Vec<_> = (0..4_000).map(|_| twin.spread(&mut chance, Source::Crashes)).collect();
        let since_crash = |at: Option<f64>, crash: Option<f64>| Some(at? - crash?);
        let all: Vec<f64> =
            spread.iter().filter_map(|spread| since_crash(spread.all(), spread.crash)).collect();
        let (mean, error) = super::calculations::chance::estimate(&all);
        let simulated: Vec<f64> = times.iter().map(|times| times[2]).collect();
        let (average, own_error) = super::calculations::chance::estimate(&simulated);
        // Two samples: both may err.
        let sd = libm::hypot(error, own_error) * (simulated.len() as f64).sqrt();
        let quantity = "mean time until all have heard (s)";
        sheet.mean(&spreading.label(), quantity, mean, average, sd, simulated.len());
    }
    sheet.close();
}

/// nodes, watchers, crashes at once, runs
const RG_01: [(u32, u32, u32, usize); 5] =
    [(100, 2, 5, 4_000), (100, 2, 10, 2_000), (100, 3, 10, 4_000), (20, 1, 4, 1_000), (500, 2, 50, 400)];

/// A member whose watchers all crash with it is never declared dead.
#[test]
fn rg_01_members_whom_nobody_is_left_to_watch() {
    let mut sheet = Sheet::of("RG-01");
    for (seed, (nodes, watchers, crashes, replications)) in (2301..).zip(RG_01) {
        for pick in ["ring", "random"] {
            let topology = format!("kind = \"peers\", watchers = {watchers}, pick = \"{pick}\"");
            let (latency, detector) = (Constant(0.001), timeout(3.5));
            let experiment = Experiment { seed, interval: 1.0, topology, detector, latency, loss: 0.0 };
            let lines = format!(
                "replications = {replications}\nduration = \"10s\"\n\
                 [[faults]]\nkind = \"crash\"\nnodes = \"random:{crashes}\"\nat = \"5s\""
            );
            let runs = simulate(&experiment.scenario(nodes, &lines));
            let unseen: Vec<f64> = runs.iter().map(|run| run.pending() as f64).collect();
            let expected = unwatched(nodes as usize, watchers as usize, crashes as usize);
            let label = format!("nodes={nodes} watchers={watchers} pick={pick} crashes={crashes}");
            let quantity = "crashed members whom nobody is left to watch";
            // Seldom more than one in a run: a count of rare events.
            let seen: f64 = unseen.iter().sum();
            let all = expected * replications as f64;
            if all < 25.0 {
                let limits = hbsim::statistics::special::poisson_limits(seen, 3.167e-5);
                let per_run = |count: f64| count / replications as f64;
                let limits = (per_run(limits.low), per_run(limits.high));
                sheet.within(&label, quantity, expected, per_run(seen), limits, replications);
            } else {
                let (mean, error) = super::calculations::chance::estimate(&unseen);
                let sd = error * (replications as f64).sqrt();
                sheet.mean(&label, quantity, expected, mean, sd, replications);
            }
        }
    }
    sheet.close();
}
