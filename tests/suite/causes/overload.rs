//! Queues that are long or full.

use hbsim::engine::findings::Cause::{Overload, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 8] = [
    Story {
        told: "of three beats at a time one finds room",
        text: r#"
            [topology]
            kind = "centralized"
            phase = "aligned"
            capacity = { per_message = "10ms", queue = 1 }
            [detector]
            kind = "timeout"
            timeout = "3500ms""#,
        wrong: Rows(&[
            "m0 n1 3.500000001 30 run-ended overload - 0 0 4 0 -",
            "m0 n2 3.500000001 30 run-ended overload - 0 0 4 0 -",
        ]),
    },
    Story {
        told: "five seconds of work come each second",
        text: r#"
            cluster.nodes = 50
            topology = { kind = "centralized", phase = "aligned", capacity = { per_message = "100ms" } }
            detector = { kind = "timeout", timeout = "3500ms" }"#,
        wrong: Of(&[("m0", Overload)]),
    },
    Story {
        told: "questions wait at a node that is slow",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            faults = [{ kind = "slow", nodes = "n0", adds = "800ms", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.500000001 15.002 taken-back overload 9.001 0 0 3 0 -"]),
    },
    Story {
        told: "beats wait at a watcher that is slow",
        text: r#"
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "slow", nodes = "n1", adds = "5s", at = "9500ms", for = "10s" }]"#,
        wrong: Of(&[("n1", Overload)]),
    },
    Story {
        told: "tables wait at a member that is slow",
        text: r#"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "slow", nodes = "n1", adds = "5s", at = "9500ms", for = "10s" }]"#,
        wrong: Of(&[("n1", Overload)]),
    },
    Story {
        told: "pings wait at a member that is slow",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned", suspicion_mult = 0 }
            faults = [{ kind = "slow", nodes = "n1", adds = "5s", at = "9500ms", for = "10s" }]"#,
        wrong: Of(&[("n0", Overload), ("n1", Overload)]),
    },
    Story {
        told: "a coordinator that can take one beat at a time",
        text: r#"
            [topology]
            kind = "hierarchical"
            phase = "aligned"
            capacity = { per_message = "10ms", queue = 1 }
            [detector]
            kind = "timeout"
            timeout = "3500ms""#,
        wrong: Of(&[("c-all-0", Overload), ("g0", Relay)]),
    },
    Story {
        told: "all take half a second for each beat of the leader",
        text: r#"
            duration = "20s"
            topology = { kind = "leader", election_timeout = ["2s", "4s"] }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [{ kind = "slow", nodes = "n0..n2", adds = "500ms", at = "10s", for = "1s" }]"#,
        wrong: Of(&[("*", Overload), ("*", Relay)]),
    },
];

#[test]
fn queues_that_are_long_or_full() {
    tell(&STORIES);
}
