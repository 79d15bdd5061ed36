//! Several processes that do the same at the same time: one does it, the others wait.

use super::{Bench, GO_ON, assert_same};
use crate::program::said;

#[test]
fn whoever_comes_second_waits_and_both_succeed() {
    let bench = Bench::new("company");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    let shard = "sweep small.toml --shard 1/1 --out parts --resume --threads 1";
    let whole = GO_ON.replace("--quiet", "--threads 1");
    for round in 0..10 {
        for (arguments, results) in [(&whole[..], "out"), (shard, "merged")] {
            bench.clear();
            let start = |_| bench.hbsim(arguments).spawn().expect("hbsim can be started");
            let children: Vec<_> = (0..3).map(start).collect();
            for child in children {
                let said = said(child.wait_with_output().expect("it ends"));
                assert_eq!(said.code, Some(0), "{arguments}: {}", said.err);
            }
            if results == "merged" {
                assert_eq!(super::names_in(&bench.path("parts")), ["1-of-1.part"]);
                bench.done("merge parts --quiet --out merged");
            }
            assert_same(&bench.results(results), &expected, &format!("{arguments}, round {round}"));
        }
    }
}

#[test]
fn whoever_waits_says_so_and_may_be_interrupted() {
    let bench = Bench::new("company-waits");
    // Long enough to be met at work.
    let long = "sweep small.toml --out out --resume --threads 1 --set duration=4h --replications 200";
    let mut first = bench.hbsim(long).spawn().expect("hbsim can be started");
    while bench.units(".") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let refused = bench.say(&long.replace(" --resume", ""));
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(refused.err.contains("go on with --resume, or remove it"), "{}", refused.err);
    let second = bench.hbsim(long).spawn().expect("hbsim can be started");
    std::thread::sleep(std::time::Duration::from_millis(300));
    super::interruptions::signal("INT", second.id());
    let second = said(second.wait_with_output().expect("it ends"));
    assert_eq!(second.code, Some(130), "{}", second.err);
    assert!(
        second.err.contains("another process is writing out.journal; waiting until it has ended"),
        "{}",
        second.err
    );
    first.kill().expect("it can be killed");
    let _ = first.wait();
    assert!(bench.units(".") > 0, "the journal is what it was");
}
