//! `hbsim merge`: parts that belong together make a whole, and nothing else does.

use std::fs;
use std::process::Command;

use super::{Bench, Chance, assert_same};
use crate::program::said;

fn shard(bench: &Bench, number: u32, of: u32, more: &str) {
    bench.done(&format!("sweep small.toml --quiet --shard {number}/{of} --out parts {more}"));
}

/// The commands in a message, as a shell takes them.
fn commands(message: &str) -> Vec<&str> {
    message.lines().skip(1).map(str::trim).collect()
}

/// Runs a command as it was printed.
fn run_as_printed(bench: &Bench, line: &str) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_hbsim"));
    let path = format!(
        "{}:{}",
        program.parent().expect("a folder").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let ended = Command::new("sh").args(["-c", line]).env("PATH", path).current_dir(&bench.0).output();
    let said = said(ended.expect("there is a shell"));
    assert_eq!(said.code, Some(0), "{line}: {}", said.err);
}

#[test]
#[cfg(unix)]
fn what_is_missing_is_named_with_the_commands_that_do_just_that() {
    let bench = Bench::new("merging");
    // Words that a shell would take apart.
    let more = "--set name=\"it's$HOME\" --where detector.timeout>=2*topology.interval";
    bench.done(&format!("sweep small.toml --quiet --out out {more}"));
    let expected = bench.results("out");
    bench.clear();
    shard(&bench, 2, 4, more);
    shard(&bench, 3, 4, more);
    let said = bench.say("merge parts --out out");
    assert_eq!(said.code, Some(4), "{}", said.err);
    assert!(
        said.err.starts_with("incomplete: 2 shards are not finished; this does what is missing:\n"),
        "{}",
        said.err
    );
    assert!(!bench.path("out").exists());
    assert_eq!(commands(&said.err).len(), 2, "{}", said.err);
    commands(&said.err).iter().for_each(|command| run_as_printed(&bench, command));
    bench.done("merge parts --quiet --out out");
    assert_same(&bench.results("out"), &expected, "with what was missing");
}

#[test]
#[cfg(unix)]
fn parts_that_are_unfinished_damaged_or_there_twice() {
    let bench = Bench::new("merging-damage");
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    bench.clear();
    (1..=3).for_each(|number| shard(&bench, number, 3, ""));
    let part = bench.path("parts/2-of-3.part");
    let whole = fs::read(&part).expect("a part");
    let merge_as_told = |what: &str| {
        let said = bench.say("merge parts --out out");
        assert_eq!(said.code, Some(4), "{what}: {}", said.err);
        let command = "hbsim sweep small.toml --shard 2/3 --out parts --resume";
        assert!(commands(&said.err).contains(&command), "{what}: {}", said.err);
        assert!(!bench.path("out").exists());
        run_as_printed(&bench, command);
        assert!(fs::read(&part).expect("a part").len() == whole.len(), "{what}");
        bench.done("merge parts --quiet --out out");
        assert_same(&bench.results("out"), &expected, what);
        fs::remove_dir_all(bench.path("out")).expect("it can be removed");
        fs::write(&part, &whole).expect("a part");
    };
    // A journal whose writer was stopped.
    fs::write(bench.path("parts/2-of-3.journal"), &whole[..whole.len() * 2 / 3]).expect("a journal");
    fs::remove_file(&part).expect("it can be removed");
    merge_as_told("a journal");
    // A byte that is not what it was, somewhere behind the head.
    let mut chance = Chance(7);
    for _ in 0..10 {
        let mut changed = whole.clone();
        let place = whole.len() - 1 - chance.below(whole.len() * 2 / 3);
        changed[place] ^= 0x10;
        fs::write(&part, &changed).expect("a part");
        let is_close = place >= whole.len() - 21;
        if is_close {
            // All units are there; that it ends there is known from the plan.
            bench.done("merge parts --quiet --out out");
            assert_same(&bench.results("out"), &expected, "the close is damaged");
            fs::remove_dir_all(bench.path("out")).expect("it can be removed");
            fs::write(&part, &whole).expect("a part");
            continue;
        }
        merge_as_told(&format!("byte {place} of {}", whole.len()));
    }
    // The same once more, under another name.
    fs::copy(&part, bench.path("parts/again.part")).expect("a copy");
    bench.done("merge parts --quiet --out out");
    assert_same(&bench.results("out"), &expected, "a part twice");
    assert_eq!(super::names_in(&bench.path("parts")).len(), 4, "what is merged is left as it is");
}

#[test]
fn parts_of_different_experiments_are_refused_with_the_difference() {
    let bench = Bench::new("merging-foreign");
    for (more, difference) in [
        ("--shard 2/3 --seed 9", "do not belong together: --seed not given in the one, 9 in the other"),
        ("--shard 2/4", "not of the same whole"),
    ] {
        bench.clear();
        shard(&bench, 1, 3, "");
        bench.done(&format!("sweep small.toml --quiet --out parts {more}"));
        let said = bench.say("merge parts --out out");
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.starts_with("error: parts/") && said.err.contains(difference), "{}", said.err);
    }
    bench.clear();
    fs::create_dir(bench.path("parts")).expect("a folder");
    let said = bench.say("merge parts --out out");
    assert_eq!((said.code, &said.err[..]), (Some(2), "error: there are no parts in parts\n"));
    let said = bench.say("merge nowhere --out out");
    assert_eq!(said.code, Some(3), "{}", said.err);
}
