//! Mistakes in what the command line sets are shown with the argument, as it was written.

use super::refused;

#[test]
fn a_mistake_in_an_argument_shows_the_argument() {
    for (arguments, shown, words) in [
        (
            &["--set", "topology.interval=5"][..],
            "error: --set topology.interval=5: ",
            "a duration is a text with a unit",
        ),
        (
            &["--set", "topology.interval=0s"],
            "error: --set topology.interval=0s: ",
            "interval must be longer than zero",
        ),
        (
            &["--set", "topology.intervall=5s"],
            "error: --set topology.intervall=5s: ",
            "did you mean `interval`?",
        ),
        (&["--set", "topology.kind=gosip"], "error: --set topology.kind=gosip: ", "is not a topology kind"),
        (&["--set", "topology"], "error: --set topology: ", "write --set path=value"),
        (&["--set", "=3"], "error: --set =3: ", "is not a path"),
        (&["--set", "topology..interval=3s"], "error: --set topology..interval=3s: ", "is not a path"),
        (&["--set", "duration.minutes=3"], "error: --set duration.minutes=3: ", "which has no keys"),
        (&["--set", "faults.7.at=1m"], "error: --set faults.7.at=1m: ", "is not one of the 1 items"),
        (&["--set", "faults.first.at=1m"], "error: --set faults.first.at=1m: ", "they are counted from 0"),
        (&["--set", "detector={ kind ="], "error: --set detector={ kind =: ", "is not a TOML value"),
        (&["--set", "detector=misses"], "error: --set detector=misses: ", "[detector] must be a table"),
        (&["--set", "network.loss=2"], "error: --set network.loss=2: ", "a probability lies between 0 and 1"),
        (&["--set", "network.latency=5ms"], "error: --set network.latency=5ms: ", "expected a latency law"),
        (&["--set", "cluster.nodes=1e3"], "error: --set cluster.nodes=1e3: ", "expected a whole number"),
        (&["--set", "name=\u{1b}[2J"], "error: --set name=\u{fffd}[2J: ", "control characters"),
        (&["--set", "a.b.c=1"], "error: --set a.b.c=1: ", "`a` is not a key of the scenario"),
        (&["--replications", "0"], "error: --replications 0: ", "from 1 to"),
        (&["--replications", "2000000"], "error: --replications 2000000: ", "are more than 1000000"),
        (&["--seed", "18446744073709551615"], "error: --seed 18446744073709551615: ", "too many digits"),
    ] {
        let arguments: Vec<&str> = ["run", "first"].into_iter().chain(arguments.iter().copied()).collect();
        let err = refused(shown, &arguments).err;
        assert!(err.contains(shown) && err.contains(words), "{arguments:?}: wanted {shown}… {words}\n{err}");
    }
}

#[test]
fn mistakes_in_the_file_and_in_arguments_are_told_together() {
    let set = ["--set", "network.loss=2", "--set", "colour=red", "--seed", "18446744073709551615"];
    let arguments: Vec<&str> = ["run", "tests/bad/nodes-is-zero.toml"].into_iter().chain(set).collect();
    let err = refused("three places", &arguments).err;
    for words in [
        "nodes-is-zero.toml:4:9: ",
        "--set network.loss=2: ",
        "--set colour=red: ",
        "--seed 18446744073709551615: ",
        "4 mistakes",
    ] {
        assert!(err.contains(words), "{words}\n{err}");
    }
}

#[test]
fn wrong_usage_is_wrong_input_too() {
    for arguments in [
        &[][..],
        &["fly"],
        &["run"],
        &["run", "first", "--format", "xml"],
        &["run", "first", "--threads", "0"],
        &["run", "first", "--threads", "1000000"],
        &["run", "first", "--memory", "much"],
        &["run", "first", "--memory", "-1GB"],
        &["run", "first", "--seed", "-1"],
        &["run", "first", "--replications", "many"],
        &["run", "first", "--traffic"],
        &["run", "first", "second"],
        &["run", "no-such-scenario"],
        &["run", "frist"],
        &["show", "first", "--set", "seed=2"],
        &["completions", "clam"],
    ] {
        let err = refused(&format!("{arguments:?}"), arguments).err;
        assert!(!err.is_empty(), "{arguments:?}");
    }
    assert!(refused("frist", &["run", "frist"]).err.contains("did you mean first?"));
}
