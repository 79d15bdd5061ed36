//! A disk that fails, or a program that ends, at each operation by which anything is changed, one after the other.
//! `disk.c` stands between the program and the system; where it cannot, this says so and goes on.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Bench, Files, assert_same, files_in};
use crate::program::{Said, project, said, scratch};

/// Two groups of two cells, two runs of each.
const TINY: &str = r#"
name = "small"
duration = "1m"
replications = 2
cluster = { nodes = 5 }
topology = { kind = "centralized", interval = "1s" }
detector = { kind = "timeout", timeout = "5s" }
network = { loss = 0.1 }
faults = [{ kind = "crash", nodes = "n1", at = "20s" }]

[sweep]
topology.interval = ["1s", "2s"]
detector.timeout = ["5s", "9s"]
"#;

/// The library that stands in between, made of `disk.c`; `None` where it cannot be made or does not work.
fn in_between() -> Option<PathBuf> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        println!("only under Linux with glibc can one stand between a program and its disk; left out");
        return None;
    }
    // Tests run at the same time, and each makes its own.
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let library = scratch(&format!("survival-disk-{name}")).join("disk.so");
    let made = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(project().join("tests/suite/survival/disk.c"))
        .arg("-ldl")
        .status();
    if made.is_ok_and(|status| status.success()) {
        return Some(library);
    }
    println!("there is no C compiler cc to stand between a program and its disk; left out");
    None
}

/// A verb that leaves something on the disk.
struct Deed<'a> {
    bench: Bench,
    library: &'a Path,
    /// What makes it ready: commands, one after the other.
    prepare: &'a [&'a str],
    arguments: &'a str,
    /// What is gone on with afterwards.
    again: &'a str,
    /// What it leaves, and what it may leave if it fails.
    target: &'a str,
    journal: Option<&'a str>,
}

impl Deed<'_> {
    fn prepare(&self) {
        self.bench.clear();
        for arguments in self.prepare {
            self.bench.done(arguments);
        }
    }

    /// Does it with trouble at an operation. `None` if there was no trouble, because it does less.
    fn attempt(&self, how: &str, at: usize) -> Option<Said> {
        self.prepare();
        let mark = self.library.with_file_name("mark");
        let _ = std::fs::remove_file(&mark);
        let mut command = self.bench.hbsim(self.arguments);
        command.env("LD_PRELOAD", self.library).env("FAULT_AT", at.to_string());
        command.env("FAULT_HOW", how).env("FAULT_MARK", &mark);
        let said = said(command.output().expect("hbsim can be started"));
        if mark.exists() {
            return Some(said);
        }
        assert_eq!(said.code, Some(0), "{}: {}", self.arguments, said.err);
        None
    }

    /// What there is of the target, but for the manifest, which tells of the execution.
    fn target(&self) -> Option<Files> {
        let path = self.bench.path(self.target);
        if path.is_file() {
            return Some(Files::from([(String::new(), std::fs::read(path).expect("a file"))]));
        }
        path.exists().then(|| files_in(&path))
    }

    /// Lets each operation fail, in all ways; returns how many there are.
    fn suffer(&self) -> usize {
        self.prepare();
        let (before, there) = (self.target(), self.bench.names());
        self.bench.done(self.arguments);
        let (expected, done) = (self.target(), self.bench.names());
        assert!(expected.is_some());
        let mut operations = 0;
        for how in ["fail", "full", "torn", "kill", "torn-kill"] {
            for at in 1.. {
                let Some(said) = self.attempt(how, at) else { break };
                operations = operations.max(at);
                let what = format!("{}: operation {at}: {how}: {:?} {}", self.arguments, said.code, said.err);
                match how {
                    "kill" | "torn-kill" => {
                        assert_eq!(said.code, None, "{what}");
                        // Earlier results may have been put aside for a moment.
                        let now = self.target();
                        let is_whole = now.is_none() || now == before || now == expected;
                        assert!(is_whole, "{what}: {now:?}");
                    }
                    "full" if said.err.contains("; the earlier results are in ./.out.") => {
                        // They could not be put back either. They will be.
                        assert_eq!((said.code, self.target()), (Some(3), None), "{what}");
                        assert!(before.is_some(), "{what}");
                    }
                    _ => {
                        assert_eq!(said.code, Some(3), "{what}");
                        assert!(said.err.starts_with("error: cannot "), "{what}");
                        assert!(said.err.ends_with(": No space left on device (os error 28)\n"), "{what}");
                        assert!(said.err.contains(self.target) || said.err.contains("parts/"), "{what}");
                        assert!(!said.err.contains(".partial"), "{what}");
                        assert!(self.target() == before, "{what}");
                        let mut names = self.bench.names();
                        names.retain(|name| self.journal != Some(name) && name != "parts");
                        let mut there = there.clone();
                        there.retain(|name| name != "parts");
                        assert_eq!(names, there, "{what}");
                    }
                }
                self.bench.done(self.again);
                assert!(self.target() == expected, "{what}");
                assert_eq!(self.bench.names(), done, "{what}");
            }
        }
        println!("{}: {operations} operations", self.arguments);
        operations
    }
}

#[test]
fn a_sweep_survives_failure_at_each_operation() {
    let Some(library) = in_between() else { return };
    let whole = Deed {
        bench: Bench::with("disk-sweep", TINY),
        library: &library,
        prepare: &[],
        arguments: "sweep small.toml --quiet --threads 1 --out out",
        again: "sweep small.toml --quiet --threads 1 --out out --resume",
        target: "out",
        journal: Some("out.journal"),
    };
    assert!(whole.suffer() > 10);
    let again = Deed {
        bench: Bench::with("disk-sweep-again", TINY),
        prepare: &["sweep small.toml --quiet --seed 2 --out out"],
        ..whole
    };
    assert!(again.suffer() > 10);
}

#[test]
fn a_shard_survives_failure_at_each_operation() {
    let Some(library) = in_between() else { return };
    let shard = Deed {
        bench: Bench::with("disk-shard", TINY),
        library: &library,
        prepare: &[],
        arguments: "sweep small.toml --quiet --threads 1 --shard 1/2 --out parts",
        again: "sweep small.toml --quiet --threads 1 --shard 1/2 --out parts --resume",
        target: "parts/1-of-2.part",
        journal: None,
    };
    assert!(shard.suffer() > 5);
}

#[test]
fn going_on_survives_failure_at_each_operation() {
    let Some(library) = in_between() else { return };
    let bench = Bench::with("disk-resume", TINY);
    bench.done("sweep small.toml --quiet --out out");
    let records = std::fs::read(bench.path("out/records.part")).expect("records");
    // Its last frame is torn, and another is missing altogether.
    let torn = bench.0.with_file_name("survival-disk-torn.journal");
    std::fs::write(&torn, &records[..records.len() - 400]).expect("a journal");
    bench.clear();
    let expected = {
        bench.done("sweep small.toml --quiet --out out");
        bench.results("out")
    };
    let mut operations = 0;
    for at in 1.. {
        bench.clear();
        std::fs::copy(&torn, bench.path("out.journal")).expect("a journal");
        let deed = Deed {
            bench: Bench(bench.0.clone()),
            library: &library,
            prepare: &[],
            arguments: "",
            again: "",
            target: "out",
            journal: Some("out.journal"),
        };
        let mark = library.with_file_name("mark");
        let _ = std::fs::remove_file(&mark);
        let mut command = deed.bench.hbsim("sweep small.toml --quiet --threads 1 --out out --resume");
        command.env("LD_PRELOAD", &library).env("FAULT_AT", at.to_string());
        command.env("FAULT_HOW", "full").env("FAULT_MARK", &mark);
        let said = said(command.output().expect("hbsim can be started"));
        if !mark.exists() {
            break;
        }
        operations = at;
        assert_eq!(said.code, Some(3), "operation {at}: {}", said.err);
        assert_eq!(bench.names(), ["out.journal", "small.toml"], "operation {at}");
        bench.done("sweep small.toml --quiet --out out --resume");
        assert_same(&bench.results("out"), &expected, &format!("operation {at}"));
    }
    assert!(operations > 5);
}

#[test]
fn run_compare_and_merge_survive_failure_at_each_operation() {
    let Some(library) = in_between() else { return };
    let plain = TINY.split("[sweep]").next().unwrap_or(TINY);
    let run = Deed {
        bench: Bench::with("disk-run", plain),
        library: &library,
        prepare: &[],
        arguments: "run small.toml --quiet --threads 1 --traffic --out out",
        again: "run small.toml --quiet --threads 1 --traffic --out out",
        target: "out",
        journal: None,
    };
    assert!(run.suffer() > 10);
    let run_again = Deed {
        bench: Bench::with("disk-run-again", plain),
        prepare: &["run small.toml --quiet --seed 2 --out out"],
        ..run
    };
    assert!(run_again.suffer() > 10);
    let compare = Deed {
        bench: Bench::with("disk-compare", plain),
        prepare: &[],
        arguments: "compare small.toml small.toml --quiet --threads 1 --out out",
        again: "compare small.toml small.toml --quiet --threads 1 --out out",
        ..run_again
    };
    assert!(compare.suffer() > 5);
    let merge = Deed {
        bench: Bench::with("disk-merge", TINY),
        prepare: &[
            "sweep small.toml --quiet --shard 1/2 --out parts",
            "sweep small.toml --quiet --shard 2/2 --out parts",
        ],
        arguments: "merge parts --quiet --out out",
        again: "merge parts --quiet --out out",
        ..compare
    };
    assert!(merge.suffer() > 5);
}

/// A folder in which nothing can be made, whoever asks.
#[test]
#[cfg(target_os = "linux")]
fn where_nothing_can_be_written_the_code_is_3_and_the_reason_is_told() {
    let bench = Bench::with("disk-read-only", TINY);
    std::fs::write(bench.path("file"), "").expect("a file");
    for place in ["/proc/1/task", "file", "/dev/null"] {
        for (arguments, words) in [
            (format!("sweep small.toml --quiet --out {place}/out"), "cannot "),
            (
                format!("sweep small.toml --quiet --shard 1/2 --out {place}/parts"),
                "cannot make the folder of ",
            ),
        ] {
            let said = bench.say(&arguments);
            assert_eq!(said.code, Some(3), "{arguments}: {}", said.err);
            assert!(said.err.starts_with(&format!("error: {words}")), "{arguments}: {}", said.err);
            assert!(said.err.contains(place) && said.err.contains("(os error "), "{arguments}: {}", said.err);
            assert_eq!(bench.names(), ["file", "small.toml"]);
        }
    }
}

/// A disk of 8 KiB, where one may be mounted.
#[test]
#[cfg(target_os = "linux")]
fn on_a_disk_that_is_really_full_all_that_was_finished_is_kept() {
    let bench = Bench::new("disk-full");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    bench.clear();
    let disk = bench.path("disk");
    std::fs::create_dir(&disk).expect("a folder");
    let size = |size: &str| {
        let option = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o"])
            .arg(if size == "8k" { option } else { format!("remount,{option}") })
            .arg("none")
            .arg(&disk)
            .output();
        mounted.is_ok_and(|output| output.status.success())
    };
    if !size("8k") {
        println!("no small disk can be mounted here; left out");
        return;
    }
    let full = bench.say("sweep small.toml --quiet --out disk/out");
    let kept = bench.units("disk");
    let names = super::names_in(&disk);
    let grown = size("4m");
    let after = bench.say("sweep small.toml --quiet --out disk/out --resume");
    let results = disk.join("out").exists().then(|| bench.results("disk/out"));
    let _ = Command::new("umount").arg(&disk).status();
    assert_eq!(full.code, Some(3), "{}", full.err);
    assert!(full.err.contains("No space left on device"), "{}", full.err);
    assert_eq!(names, ["out.journal"]);
    assert!(grown && kept > 0, "{kept} units");
    assert_eq!(after.code, Some(0), "{}", after.err);
    let results = results.expect("the results are there");
    assert_same(&results, &expected, "after room was made");
    println!("{kept} units were on the full disk");
}
