//! Paths that are cut.

use hbsim::engine::findings::Cause::{Partition, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 11] = [
    Story {
        told: "five seconds without a path, three of them before the declaration",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "partition", isolate = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.501000001 15.001 taken-back partition 9 0 3 0 0 -"]),
    },
    Story {
        told: "a wall that stands only while a beat is on its way",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "1500ms" }
            network.latency = { kind = "constant", value = "600ms" }
            faults = [{ kind = "partition", isolate = "n0", at = "10500ms", for = "200ms" }]"#,
        wrong: Rows(&["m0 n0 11.100000001 11.6 taken-back partition 9 0 1 0 0 0.499999999"]),
    },
    Story {
        told: "what is pushed gets out of a wall that lets nothing in",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            [[faults]]
            kind = "partition"
            isolate = "n0"
            direction = "in"
            at = "9500ms"
            for = "5s""#,
        wrong: Rows(&[]),
    },
    Story {
        told: "no question gets in through a wall that lets everything out",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "partition"
            isolate = "n0"
            direction = "in"
            at = "9500ms"
            for = "5s""#,
        wrong: Rows(&["m0 n0 12.500000001 15.002 taken-back partition 9.001 0 3 0 0 -"]),
    },
    Story {
        told: "one against two, each side wrong about the other",
        text: r#"
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "partition", groups = ["n0", "n1..n2"], at = "9500ms", for = "5s" }]"#,
        // Three beats of the subject; what the observer said to it could not have made it speak.
        wrong: Rows(&[
            "n1 n0 12.501000001 15.001 taken-back partition 9 0 3 0 0 -",
            "n2 n0 12.501000001 15.001 taken-back partition 9 0 3 0 0 -",
            "n0 n1 12.501000001 15.001 taken-back partition 9 0 3 0 0 -",
            "n0 n2 12.501000001 15.001 taken-back partition 9 0 3 0 0 -",
        ]),
    },
    Story {
        told: "rumours stop at the wall",
        text: r#"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "partition", isolate = "n0", at = "9500ms", for = "9s" }]"#,
        wrong: Of(&[("n0", Partition), ("n1", Partition), ("n2", Partition)]),
    },
    Story {
        told: "pings stop at the wall",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned" }
            faults = [{ kind = "partition", isolate = "n0", at = "9500ms", for = "12s" }]"#,
        wrong: Of(&[("n0", Partition), ("n1", Partition)]),
    },
    Story {
        told: "a coordinator is cut off from one of its own",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "partition", isolate = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&[
            "c-all-0 n0 12.501000001 15.001 taken-back partition 9 0 3 0 0 -",
            "g0 n0 12.502000001 15.002 taken-back relay - 0 0 0 0 -",
        ]),
    },
    Story {
        told: "a leader behind a wall",
        text: r#"
            cluster.nodes = 5
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [{ kind = "partition", isolate = "leader", at = "10s", for = "3s" }]"#,
        wrong: Of(&[("*", Partition), ("*", Relay)]),
    },
    Story {
        told: "a stream that is cut is late for it, and what was cut is what matters",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network = { transport = "tcp", rto = "500ms" }
            faults = [{ kind = "partition", isolate = "n0", at = "9900ms", for = "3s" }]"#,
        wrong: Rows(&["m0 n0 12.501000001 13.501 taken-back partition 9 0 3 0 0 0.999999999"]),
    },
    Story {
        told: "while a path is cut nothing else matters",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "4500ms" }
            [[faults]]
            kind = "degrade"
            nodes = "n0"
            loss = 1.0
            at = "9500ms"
            for = "1s"
            [[faults]]
            kind = "partition"
            isolate = "n0"
            at = "10500ms"
            for = "1s"
            [[faults]]
            kind = "pause"
            nodes = "n0"
            at = "11500ms"
            for = "3s""#,
        // Lost at 10 s, cut off at 11 s, not sent at 12 s and 13 s; what waited comes at 14.5 s.
        wrong: Rows(&["m0 n0 13.501000001 14.501 taken-back partition 9 1 1 0 2 -"]),
    },
];

#[test]
fn paths_that_are_cut() {
    tell(&STORIES);
}
