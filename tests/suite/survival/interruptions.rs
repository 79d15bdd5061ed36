//! Ctrl-C, and a polite request to terminate.
#![cfg(unix)]

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::{Bench, Chance, GO_ON, UNITS, assert_same};
use crate::program::said;

/// Sends a signal to a process.
pub(super) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    assert!(sent.expect("kill can be started").success());
}

#[test]
fn what_is_finished_is_kept_and_the_message_says_how_to_go_on() {
    let bench = Bench::new("interruptions");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    for (name, arguments, journal) in [
        ("INT", "sweep small.toml --out out --threads 1", "out.journal"),
        ("TERM", "sweep small.toml --out out", "out.journal"),
        ("INT", "sweep small.toml --shard 1/1 --out parts", "parts/1-of-1.journal"),
    ] {
        let mut kept = 0;
        // The machine may be so busy that the sweep is over before the signal comes.
        while kept == 0 {
            bench.clear();
            let child = bench.hbsim(arguments).spawn().expect("hbsim can be started");
            let folder = if journal == "out.journal" { "." } else { "parts" };
            while bench.units(folder) < 3 && !bench.path("out").exists() {
                sleep(Duration::from_millis(1));
            }
            signal(name, child.id());
            let said = said(child.wait_with_output().expect("it ends"));
            if said.code == Some(0) {
                continue;
            }
            assert_eq!(said.code, Some(130), "{}", said.err);
            assert!(!bench.path("out").exists());
            kept = bench.units(folder);
            let expected =
                format!("interrupted; {kept} of {UNITS} runs are kept in {journal}: go on with --resume\n");
            assert_eq!(said.err, expected);
        }
        bench.done(&format!("{arguments} --resume --quiet"));
        if journal != "out.journal" {
            bench.done("merge parts --quiet --out out");
        }
        assert_same(&bench.results("out"), &expected, arguments);
    }
}

#[test]
fn while_results_are_put_together_they_are_there_or_not_and_nothing_is_beside_them() {
    let bench = Bench::new("interruptions-late");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    let kept = bench.0.with_file_name("survival-interruptions-kept");
    let _ = std::fs::remove_dir_all(&kept);
    std::fs::rename(bench.path("out"), &kept).expect("the results can be put aside");
    let mut chance = Chance(3);
    let mut interrupted = 0;
    for _ in 0..20 {
        bench.clear();
        bench.leave_journal(&kept, None);
        let child = bench.hbsim(GO_ON).spawn().expect("hbsim can be started");
        sleep(Duration::from_millis(5).mul_f64(1.0 + 4.0 * chance.share()));
        signal("TERM", child.id());
        let said = said(child.wait_with_output().expect("it ends"));
        match said.code {
            Some(0) => assert_eq!(bench.names(), ["out", "small.toml"]),
            // Before it was ready to be asked politely.
            None => assert!(!bench.path("out").exists()),
            Some(code) => {
                assert_eq!(code, 130, "{}", said.err);
                assert!(said.err.ends_with("are kept in out.journal: go on with --resume\n"), "{}", said.err);
                assert_eq!(bench.names(), ["out.journal", "small.toml"]);
                interrupted += 1;
            }
        }
        bench.done(GO_ON);
        assert_same(&bench.results("out"), &expected, "afterwards");
    }
    println!("{interrupted} of 20 were interrupted");
    let _ = std::fs::remove_dir_all(&kept);
}
