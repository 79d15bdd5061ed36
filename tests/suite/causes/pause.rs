//! Subjects that stand still.

use hbsim::engine::findings::Cause::{Pause, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 10] = [
    Story {
        told: "five seconds, three of them before the declaration",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.501000001 14.501 taken-back pause 9 0 0 0 3 -"]),
    },
    Story {
        told: "a beat that was only held up",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "1200ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9900ms", for = "400ms" }]"#,
        wrong: Rows(&["m0 n0 10.201000001 10.301 taken-back pause 9 0 0 0 1 -"]),
    },
    Story {
        told: "two pauses that overlap, and a beat that is lost when they are over",
        text: r#"
            topology = { kind = "centralized", phase = "aligned", catch_up = "none" }
            detector = { kind = "timeout", timeout = "3500ms" }
            [[faults]]
            kind = "pause"
            nodes = "n0"
            at = "9500ms"
            for = "1s"
            [[faults]]
            kind = "pause"
            nodes = "n0"
            at = "10s"
            for = "1500ms"
            [[faults]]
            kind = "degrade"
            nodes = "n0"
            loss = 1.0
            at = "11600ms"
            for = "1s""#,
        wrong: Rows(&["m0 n0 12.501000001 13.001 taken-back pause 9 1 0 0 2 -"]),
    },
    Story {
        told: "three questions wait for it",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "5s" }]"#,
        // The answer to the question of 14 s comes at 14.501 s, which is too late.
        wrong: Rows(&["m0 n0 12.500000001 15.002 taken-back pause 9.001 0 0 0 3 -"]),
    },
    Story {
        told: "three questions wait for an application that hangs",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms", depth = "application" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "pause"
            stops = "application"
            nodes = "n0"
            at = "9500ms"
            for = "5s""#,
        wrong: Rows(&["m0 n0 12.500000001 15.002 taken-back pause 9.001 0 0 0 3 -"]),
    },
    Story {
        told: "its watchers notice, and it reads what it missed before it judges",
        text: r#"
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", first = "inbox", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&[
            "n1 n0 12.501000001 14.501 taken-back pause 9 0 0 0 3 -",
            "n2 n0 12.501000001 14.501 taken-back pause 9 0 0 0 3 -",
        ]),
    },
    Story {
        told: "there is no news of it",
        text: r#"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", first = "inbox", at = "9500ms", for = "9s" }]"#,
        wrong: Of(&[("n1", Pause), ("n2", Pause)]),
    },
    Story {
        told: "it does not answer pings",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "12s" }]"#,
        wrong: Of(&[("n1", Pause)]),
    },
    Story {
        told: "its coordinator notices, and tells",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&[
            "c-all-0 n0 12.501000001 14.501 taken-back pause 9 0 0 0 3 -",
            "g0 n0 12.502000001 14.502 taken-back relay - 0 0 0 0 -",
        ]),
    },
    Story {
        told: "one that never began does not answer whoever is elected",
        text: r#"
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [{ kind = "pause", nodes = "n2", first = "inbox", at = "0s", for = "5s" }]"#,
        wrong: Of(&[("*", Pause), ("*", Relay)]),
    },
];

#[test]
fn subjects_that_stand_still() {
    tell(&STORIES);
}
