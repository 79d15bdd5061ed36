//! Threads, shards and interruptions change nothing but the time that it takes.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use super::{Bench, Chance, assert_same, of_manifest};

#[test]
fn the_same_bytes_and_digest_for_all_threads_shards_and_interruptions() {
    let mut chance = Chance(6);
    let mut kills = 0;
    for precision in ["", " --precision 30%"] {
        let bench = Bench::new("sameness");
        bench.done(&format!("sweep small.toml --quiet --out out{precision}"));
        let (expected, digest) = (bench.results("out"), of_manifest(&bench.path("out"), "digest"));
        let runs = of_manifest(&bench.path("out"), "runs");
        assert_eq!(runs != "runs = 72", !precision.is_empty(), "{runs}: the precision asks for more");
        for threads in [1, 2, 5] {
            for shards in [1, 3, 16] {
                for interrupted in [false, true] {
                    bench.clear();
                    let what = format!("{precision} {threads} threads, {shards} shards, {interrupted}");
                    for number in 1..=shards {
                        let arguments = format!(
                            "sweep small.toml --quiet{precision} --threads {threads} --shard {number}/{shards} \
                             --out parts --resume"
                        );
                        // Twice at most: it shall be over some day.
                        for _ in 0..if interrupted { 2 } else { 0 } {
                            let mut child = bench.hbsim(&arguments).spawn().expect("hbsim can be started");
                            sleep(Duration::from_millis(chance.below(20) as u64));
                            child.kill().expect("it can be killed");
                            kills += usize::from(child.wait().expect("it ends").code().is_none());
                        }
                        bench.done(&arguments);
                    }
                    bench.done("merge parts --quiet --out out");
                    assert_same(&bench.results("out"), &expected, &what);
                    assert_eq!(of_manifest(&bench.path("out"), "digest"), digest, "{what}");
                    assert_eq!(of_manifest(&bench.path("out"), "runs"), runs, "{what}");
                }
            }
        }
        for threads in [1, 2, 5] {
            bench.clear();
            let arguments =
                format!("sweep small.toml --quiet{precision} --threads {threads} --out out --resume");
            let mut child = bench.hbsim(&arguments).spawn().expect("hbsim can be started");
            sleep(Duration::from_millis(20));
            child.kill().expect("it can be killed");
            let _ = child.wait();
            bench.done(&arguments);
            assert_same(&bench.results("out"), &expected, &format!("{precision} {threads} threads"));
        }
        let _ = fs::remove_dir_all(bench.path("parts"));
    }
    println!("{kills} kills");
}
