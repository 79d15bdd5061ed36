//! Whoever stood still, or whose clock runs fast or slow, goes on with what it was to do: crashes are found as ever.

use super::{run, scenario};

/// What happens; a scenario in which members crash, and all of them must be found.
const STORIES: [(&str, &str); 9] = [
    (
        "a stand-by stands still when it was to look whether somebody is in office",
        r#"
            topology = { kind = "centralized", monitors = 2, replication = "standby" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [
                { kind = "pause", nodes = "m1", at = "2s", for = "8s" },
                { kind = "crash", nodes = "m0", at = "20s" },
                { kind = "crash", nodes = "n0", at = "40s" },
            ]"#,
    ),
    (
        "the monitor in office stands still",
        r#"
            topology = { kind = "pull", monitors = 2, replication = "standby", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            faults = [
                { kind = "pause", nodes = "monitors", at = "2s", for = "8s" },
                { kind = "crash", nodes = "m0", at = "20s" },
                { kind = "crash", nodes = "n0", at = "40s" },
            ]"#,
    ),
    (
        "a coordinator that stands by stands still",
        r#"
            topology = { kind = "hierarchical", coordinators = 2 }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [
                { kind = "pause", nodes = "c-all-1", at = "2s", for = "8s" },
                { kind = "crash", nodes = "c-all-0", at = "20s" },
                { kind = "crash", nodes = "n0", at = "40s" },
            ]"#,
    ),
    (
        "all stand still for longer than anybody is patient, and then the leader crashes",
        r#"
            topology = { kind = "leader", check_quorum = true, pre_vote = true }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [
                { kind = "pause", nodes = "all", at = "5s", for = "2s" },
                { kind = "crash", nodes = "leader", at = "20s" },
            ]"#,
    ),
    (
        "the clocks of all run fast, and the leader crashes",
        r#"
            topology = { kind = "leader", check_quorum = true }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [
                { kind = "clock", nodes = "all", drift = 500000, at = "5s" },
                { kind = "crash", nodes = "leader", at = "20s" },
            ]"#,
    ),
    (
        "suspicions end by fast clocks",
        r#"
            cluster.nodes = 5
            topology = { kind = "swim" }
            faults = [
                { kind = "clock", nodes = "all", drift = 500000, at = "5s" },
                { kind = "crash", nodes = "n0", at = "20s" },
            ]"#,
    ),
    (
        "a stand-by by a slow clock, and globals by a very fast one",
        r#"
            topology = { kind = "hierarchical", coordinators = 2 }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [
                { kind = "clock", nodes = "c-all-1", drift = -300000, at = "1s" },
                { kind = "clock", nodes = "globals", drift = 9000000, at = "1s" },
                { kind = "crash", nodes = "c-all-0", at = "20s" },
                { kind = "crash", nodes = "n0", at = "40s" },
            ]"#,
    ),
    (
        "a monitor that asks again when an answer is overdue stands still for longer than that",
        r#"
            topology = { kind = "pull", pace = "fixed-delay", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            faults = [
                { kind = "pause", nodes = "n0..n2", at = "4s", for = "7s" },
                { kind = "pause", nodes = "m0", at = "5s", for = "8s" },
                { kind = "crash", nodes = "n0", at = "40s" },
            ]"#,
    ),
    (
        "an observer stands still when it was to look at a deadline",
        r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [
                { kind = "pause", nodes = "m0", first = "inbox", at = "9500ms", for = "5s" },
                { kind = "crash", nodes = "n0", at = "30s" },
            ]"#,
    ),
];

#[test]
fn whoever_stood_still_goes_on() {
    let mut pending = Vec::new();
    for (told, text) in STORIES {
        let runs = run(&scenario(&format!("duration = \"60s\"\n{text}")), 1);
        let crashes = &runs[0].findings.crashes;
        if crashes.is_empty() || crashes.iter().any(|crash| crash.acting.is_none()) {
            pending.push((told, crashes.clone()));
        }
    }
    assert!(pending.is_empty(), "{pending:#?}");
}
