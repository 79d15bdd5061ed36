//! Observers that stand still.

use hbsim::engine::findings::Cause::{Observer, Pause, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 10] = [
    Story {
        told: "five beats wait for a monitor that looks at its clock first",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "m0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 14.5 14.5 taken-back observer 9 0 0 5 0 0"]),
    },
    Story {
        told: "two beats wait and three find no room",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "m0", inbox = 2, at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 14.5 14.5 taken-back observer 9 0 0 5 0 0"]),
    },
    Story {
        told: "no beat finds room, so the next is the first",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "m0", inbox = 0, at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 14.5 15.001 taken-back observer 9 0 0 5 0 -"]),
    },
    Story {
        told: "what waits is read first, and a guard holds verdicts back",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            verdict.local_pause_guard = "1s"
            [[faults]]
            kind = "pause"
            nodes = "m0"
            first = "inbox"
            at = "9500ms"
            for = "5s"
            [[faults]]
            kind = "pause"
            nodes = "m0"
            at = "19500ms"
            for = "5s""#,
        wrong: Rows(&[]),
    },
    Story {
        told: "nothing waits for a monitor that did not ask",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "m0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 14.5 14.502 taken-back observer 9.001 0 0 0 0 -"]),
    },
    Story {
        told: "a peer that stands still is accused, and accuses when it wakes",
        text: r#"
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Of(&[("n0", Observer), ("n1", Pause), ("n2", Pause)]),
    },
    Story {
        told: "a member that stands still is given up, and gives up all others when it wakes",
        text: r#"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "9s" }]"#,
        wrong: Of(&[("n0", Observer), ("n1", Pause), ("n2", Pause)]),
    },
    Story {
        told: "ping and ack find no room",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned", suspicion_mult = 0, indirect = 0 }
            network.latency = { kind = "constant", value = "100ms" }
            faults = [{ kind = "pause", nodes = "n0", inbox = 0, at = "10050ms", for = "200ms" }]"#,
        wrong: Of(&[("n0", Observer), ("n1", Pause)]),
    },
    Story {
        told: "a coordinator wakes, accuses, and takes it back",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "coordinators", at = "9500ms", for = "5s" }]"#,
        wrong: Of(&[("c-all-0", Observer), ("g0", Relay)]),
    },
    Story {
        told: "a leader that nobody gives up has not asked for signs of life",
        text: r#"
            duration = "60s"
            topology = { kind = "leader", interval = "50ms", election_timeout = ["10s", "20s"] }
            detector = { kind = "timeout", timeout = "500ms" }
            faults = [{ kind = "pause", nodes = "leader", at = "40s", for = "2s" }]"#,
        wrong: Of(&[("*", Observer), ("*", Relay)]),
    },
];

#[test]
fn observers_that_stand_still() {
    tell(&STORIES);
}
