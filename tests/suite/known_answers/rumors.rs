//! How a verdict gets round where members ask each other: by messages of its own (EP-01, EP-02), by riding on
//! questions and answers (EP-03, EP-11), and with all of memberlist's rules.

use std::path::Path;

use hbsim::document::Document;
use hbsim::engine::time::Time;
use hbsim::measures::RunRecord;

use super::calculations::chance::{SplitMix, binomial, estimate};
use super::calculations::memberlist::least_suspicion;
use super::calculations::piggyback_twin::Circle;
use super::calculations::rounds::{Manner, Rounds};
use super::experiment::Law::{Constant, Uniform};
use super::experiment::{Law, s, simulate};
use super::sheet::Sheet;

/// Runs in which one of so many members crashes.
struct Group {
    seed: u64,
    members: usize,
    /// What the `[topology]` table says.
    topology: String,
    latency: Law,
    /// When one crashes, and when the run ends.
    crash: f64,
    end: f64,
}

impl Group {
    fn runs(&self, replications: usize) -> Vec<RunRecord> {
        let Group { seed, members, topology, latency, crash, end } = self;
        let text = format!(
            "name = \"known-answer\"\nseed = {seed}\nreplications = {replications}\nduration = {}\n\
             cluster = {{ nodes = {members} }}\ntopology = {{ kind = \"swim\"{topology} }}\n\
             network = {{ latency = {latency} }}\n\
             [[faults]]\nkind = \"crash\"\nnodes = \"random:1\"\nat = {}",
            s(*end),
            s(*crash)
        );
        let scenario = Document::parse("known-answer.toml", &text)
            .and_then(|document| hbsim::scenario::Scenario::read(&document, Path::new(".")))
            .unwrap_or_else(|complaint| panic!("{text}\n{complaint}"));
        simulate(&scenario)
    }

    /// Seconds from the crash to the first declaration, and from there until half and all of the others hold it
    /// dead.
    fn declared(&self, replications: usize) -> Vec<[f64; 3]> {
        let times = |run: &RunRecord| {
            let crash = run.findings.crashes[0];
            let known = |time: Option<Time>| time.expect("the run is long enough for everybody");
            let [first, half, all] = [crash.first, crash.majority, crash.all].map(known);
            [first - crash.at, half - first, all - first].map(|span| span.seconds())
        };
        self.runs(replications).iter().map(times).collect()
    }
}

fn column(times: &[[f64; 3]], which: usize) -> Vec<f64> {
    times.iter().map(|times| times[which]).collect()
}

/// No suspicion, no Lifeguard, no comparing, and no helpers, to whom news would also come.
const BARE: &str = "order = \"random\", phase = \"aligned\", suspicion_mult = 0, lifeguard = false, \
                    indirect = 0, push_pull_interval = \"0s\"";
/// So many rounds after the first verdict everybody knows.
const SURELY_KNOWN: usize = 25;

/// members, fanout
const PUSHED: [(usize, usize, usize); 5] =
    [(8, 1, 1_500), (32, 1, 800), (32, 3, 1_200), (100, 3, 600), (128, 2, 400)];

/// News sent by itself is pushing in rounds.
///
/// A probe takes a thousand rounds, and the next one begins that long after the end of the one before. So all who
/// had an answer ask again a little after the others gave up: some of them ask one who knows, which is a round of
/// pulling, and then nobody asks again until long after all know.
#[test]
fn ep_01_02_news_sent_by_itself() {
    let mut sheet = Sheet::of("EP-01-swim");
    let (interval, latency) = (1000.0, 0.001);
    for (seed, (members, fanout, replications)) in (3601..).zip(PUSHED) {
        let topology = format!(
            ", interval = {}, probe_timeout = \"500ms\", pace = \"fixed-delay\", gossip_interval = \"1s\", \
             gossip_fanout = {fanout}, retransmit_mult = {}, {BARE}",
            s(interval),
            // For each digit of the number of members.
            SURELY_KNOWN * fanout
        );
        let (crash, end) = (interval / 2.0, 16.0 * interval);
        let group = Group { seed, members, topology, latency: Constant(latency), crash, end };
        let times = group.declared(replications);
        // How many ask the dead one in the first round in which anybody does.
        let mut start = binomial(members - 1, 1.0 / (members - 1) as f64);
        let nobody = std::mem::take(&mut start[0]);
        start.iter_mut().for_each(|probability| *probability /= 1.0 - nobody);
        let asked = Rounds::of(members, Manner::Pull).dead(1).chain().after(&start, 1);
        let rules = Rounds::of(members, Manner::Push).fanout(fanout).dead(1);
        let (chain, live) = (rules.chain(), rules.live());
        let label = format!("members={members} fanout={fanout}");
        for (which, enough) in [(1, live / 2 + 1), (2, live)] {
            let (mean, sd) = chain.rounds_until(&asked, enough);
            let rounds: Vec<f64> = column(&times, which).iter().map(|time| time.round()).collect();
            let (simulated, _) = estimate(&rounds);
            let quantity = format!("mean rounds until {enough} know");
            sheet.mean(&label, &quantity, mean, simulated, sd, rounds.len());
        }
    }
    sheet.close();
}

/// News that rides on questions and answers: against a twin, and never slower than the chain of pushing and
/// pulling in rounds, in which nothing goes on in the round in which it came.
#[test]
fn ep_03_11_news_on_questions_and_answers() {
    const SAMPLE: usize = 3_000;
    let mut sheet = Sheet::of("EP-03-swim");
    for (seed, (members, replications)) in (3651..).zip([(8, 2_500), (32, 1_200), (100, 400)]) {
        let topology = format!(", gossip_interval = \"0s\", retransmit_mult = {}, {BARE}", 10 * SURELY_KNOWN);
        let latency = Uniform(0.1, 0.2);
        let group = Group { seed, members, topology, latency, crash: 2.5, end: 2.5 + 26.0 };
        let times = group.declared(replications);
        let circle = Circle { members, latency: (0.1, 0.2) };
        let mut chance = SplitMix(seed);
        let twins: Vec<[f64; 2]> = (0..SAMPLE).map(|_| circle.rounds(&mut chance)).collect();
        let label = format!("members={members}");
        for (which, quantity) in [(1, "mean rounds until half know"), (2, "mean rounds until all know")] {
            let rounds: Vec<f64> = column(&times, which).iter().map(|time| time.ceil()).collect();
            let twin: Vec<f64> = twins.iter().map(|rounds| rounds[which - 1]).collect();
            let ((known, error), (simulated, own_error)) = (estimate(&twin), estimate(&rounds));
            // Two samples: both may err.
            let sd = libm::hypot(error, own_error) * (rounds.len() as f64).sqrt();
            sheet.mean(&label, quantity, known, simulated, sd, rounds.len());
            if which == 2 {
                let chain = Rounds::of(members, Manner::PushPull).dead(1).chain();
                let (slower, _) = chain.rounds_until_all(&chain.start(1));
                let limits = (simulated, f64::INFINITY);
                sheet.within(&label, "chain without going on", slower, simulated, limits, rounds.len());
            }
        }
    }
    sheet.close();
}

/// members; first declaration by another simulation of memberlist: least, mean, 99 % quantile if known
const MEMBERLIST: [(usize, f64, f64, Option<f64>); 3] =
    [(10, 5.0, 5.9, None), (100, 9.0, 10.1, Some(14.0)), (1000, 13.0, 14.0, Some(16.6))];

/// memberlist's defaults. The other simulation is known to one decimal and without its size, so a mean may differ
/// by half of the last digit and by the chance of as many runs as are made here; a quantile likewise.
fn check_memberlist(table: &'static str, sizes: &[(usize, f64, f64, Option<f64>)], replications: &[usize]) {
    let mut sheet = Sheet::of(table);
    for (seed, ((members, least, mean, quantile), replications)) in
        (3701..).zip(sizes.iter().copied().zip(replications))
    {
        let (crash, latency, topology) = (3.5, Constant(0.001), String::new());
        let group = Group { seed, members, topology, latency, crash, end: crash + 3.0 * mean };
        let times = group.declared(*replications);
        let label = format!("members={members}");
        let mut first = column(&times, 0);
        first.sort_unstable_by(f64::total_cmp);
        // A probe that fails at once, and the least suspicion: a hard bound.
        let bound = 1.0 + least_suspicion(members as u64, 4, 1000) as f64 / 1000.0;
        assert!((bound - least).abs() < 1e-9, "{label}: at least {bound} s");
        sheet.within(&label, "least (s)", least, first[0], (0.0, first[0]), first.len());
        let rounding = 0.05;
        let (simulated, error) = estimate(&first);
        let allowed = rounding + 4.0 * error * f64::sqrt(2.0);
        let limits = (simulated - allowed, simulated + allowed);
        sheet.within(&label, "mean (s)", mean, simulated, limits, first.len());
        let count = first.len() as f64;
        let at = |rank: f64| first[(rank.clamp(1.0, count)) as usize - 1];
        if let Some(known) = quantile {
            let allowed = 4.0 * (2.0 * count * 0.99 * 0.01).sqrt();
            let rank = 0.99 * count;
            let limits = (at(rank - allowed) - rounding, at(rank + allowed + 1.0) + rounding);
            sheet.within(&label, "99% quantile (s)", known, at(rank), limits, first.len());
        }
        let (later, _) = estimate(&column(&times, 2));
        // The other simulation says 0.3 to 0.7 s, without saying for which sizes. Ten members are faster: their
        // own suspicions, begun within a few gossips of one another, end before the news comes.
        let fastest = if members < 100 { 0.0 } else { 0.3 };
        for (quantity, bound, limits) in [
            ("mean until all know: at least (s)", fastest, (0.0, later + rounding)),
            ("mean until all know: at most (s)", 0.7, (later - rounding, f64::INFINITY)),
        ] {
            sheet.within(&label, quantity, bound, later, limits, first.len());
        }
    }
    sheet.close();
}

#[test]
fn memberlist_in_a_local_network() {
    check_memberlist("memberlist", &MEMBERLIST[..2], &[2_000, 500]);
}

#[test]
#[ignore = "several seconds; run with: cargo test --release -- --ignored"]
fn memberlist_with_a_thousand_members() {
    check_memberlist("memberlist-1000", &MEMBERLIST[2..], &[200]);
}
