//! `kill -9` at any moment: when it is over is asked of a clock here, and of each operation in [`super::disk`].

#![allow(clippy::disallowed_types, reason = "when to kill is a question to the clock")]

use std::collections::BTreeMap;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Bench, Chance, GO_ON, SWEEP, UNITS, assert_same, files_in};

/// Kills that count: those of a program that had not ended by itself.
const KILLS: usize = 200;
/// Of these, at least so many in the midst of the runs, and so many while the results are put together.
const AMID_RUNS: usize = 60;
const AMID_RESULTS: usize = 20;

/// How far a program had come when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    BeforeTheFirstRun,
    AmidRuns,
    AmidResults,
    ResultsInPlace,
}

/// What is done again and again until it is finished.
struct Task<'a> {
    bench: &'a Bench,
    arguments: &'a str,
    /// Where its units are stored, and how many there will be.
    journals: &'a str,
    units: usize,
    /// What is there when it is finished.
    target: &'a str,
}

impl Task<'_> {
    /// Starts it, and kills it after a while. False if it had ended by itself; then it was successful.
    fn attempt(&self, moment: Duration, kills: &mut BTreeMap<Phase, usize>) -> bool {
        let Task { bench, arguments, journals, .. } = *self;
        let before = bench.units(journals);
        let mut child = bench.hbsim(arguments).spawn().expect("hbsim can be started");
        sleep(moment);
        let seen = bench.units(journals);
        child.kill().expect("a child that was not waited for can be killed");
        let said = crate::program::said(child.wait_with_output().expect("it ends"));
        if let Some(code) = said.code {
            assert_eq!(code, 0, "{arguments}: {}", said.err);
            return false;
        }
        let phase = self.phase();
        if phase != Phase::ResultsInPlace {
            let left = bench.units(journals);
            assert!(before <= left && seen <= left, "{before} and {seen} units were stored, {left} are left");
        }
        *kills.entry(phase).or_default() += 1;
        true
    }

    fn phase(&self) -> Phase {
        match self.bench.units(self.journals) {
            _ if self.bench.path(self.target).exists() => Phase::ResultsInPlace,
            0 => Phase::BeforeTheFirstRun,
            units if units < self.units => Phase::AmidRuns,
            _ => Phase::AmidResults,
        }
    }

    /// How long it takes, if nobody is in its way.
    fn pace(&self, prepare: impl Fn()) -> Duration {
        let time = || {
            prepare();
            let begun = Instant::now();
            self.bench.done(self.arguments);
            begun.elapsed()
        };
        let shortest = (0..3).map(|_| time()).min();
        self.bench.clear();
        shortest.unwrap_or_default()
    }
}

#[test]
fn two_hundred_kills_at_random_moments_lose_nothing() {
    let mut kills = BTreeMap::new();
    let mut chance = Chance(1);
    // The runs shall take longer than putting the results together.
    let bench = Bench::with("kills", &SWEEP.replace("4m", "40m"));
    bench.done("sweep small.toml --quiet --out out");
    let kept = bench.0.with_file_name("survival-kills-expected");
    let _ = fs::remove_dir_all(&kept);
    fs::rename(bench.path("out"), &kept).expect("the results can be put aside");
    let expected = files_in(&kept);
    let commands = [format!("{GO_ON} --threads 1"), format!("{GO_ON} --threads 2")];
    let whole = commands.each_ref().map(|arguments| Task {
        bench: &bench,
        arguments,
        journals: ".",
        units: UNITS,
        target: "out",
    });
    let paces = [
        whole[0].pace(|| bench.clear()),
        whole[1].pace(|| bench.clear()),
        whole[0].pace(|| bench.leave_journal(&kept, None)),
    ];
    let finish = |what: &str| {
        assert_same(&bench.results("out"), &expected, what);
        assert_eq!(bench.names(), ["out", "small.toml"], "{what}");
        bench.clear();
    };
    let mut rounds = 0;
    loop {
        let count = |phase| kills.get(&phase).copied().unwrap_or(0);
        let (amid_runs, amid_results) = (count(Phase::AmidRuns), count(Phase::AmidResults));
        let all: usize = kills.values().sum();
        if all >= KILLS && amid_runs >= AMID_RUNS && amid_results >= AMID_RESULTS {
            break;
        }
        rounds += 1;
        assert!(rounds < 20 * KILLS, "programs end too soon to be killed: {kills:?}");
        // Of three sweeps one is killed while all that is left to do is to put the results together.
        let which = rounds % 3;
        if which == 2 {
            bench.leave_journal(&kept, None);
        }
        let task = &whole[which % 2];
        // With a little more time from kill to kill, it is over some day.
        let mut patience = 1.0;
        while task.attempt(paces[which].mul_f64(patience * chance.share()), &mut kills) {
            patience += 0.2;
        }
        finish(&format!("round {rounds}"));
    }
    println!("kills of sweeps: {kills:?} in {rounds} sweeps; alone they take {paces:?}");
    let _ = fs::remove_dir_all(&kept);
}

#[test]
fn shards_are_killed_and_their_parts_are_what_they_are_otherwise() {
    let bench = Bench::new("kills-shards");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    let mut kills = BTreeMap::new();
    let mut chance = Chance(2);
    let commands =
        [1, 2, 3].map(|number| format!("sweep small.toml --quiet --shard {number}/3 --out parts --resume"));
    let targets = [1, 2, 3].map(|number| format!("parts/{number}-of-3.part"));
    let journals = [1, 2, 3].map(|number| format!("parts/{number}-of-3.journal"));
    for _ in 0..10 {
        bench.clear();
        for ((arguments, target), journal) in commands.iter().zip(&targets).zip(&journals) {
            let (bench, arguments) = (&bench, &arguments[..]);
            let task = Task { bench, arguments, journals: "parts", units: UNITS, target };
            let mut pace = Duration::from_millis(1);
            while task.attempt(pace.mul_f64(chance.share()), &mut kills) {
                pace = (pace * 2).min(Duration::from_millis(50));
            }
            assert!(bench.path(target).exists() && !bench.path(journal).exists());
        }
        bench.done("merge parts --quiet --out out");
        assert_same(&bench.results("out"), &expected, "the merged parts");
        assert_eq!(super::names_in(&bench.path("parts")).len(), 3);
    }
    println!("kills of shards: {kills:?}");
}
