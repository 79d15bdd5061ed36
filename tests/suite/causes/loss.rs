//! Messages that the network loses.

use hbsim::engine::findings::Cause::{Loss, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 13] = [
    Story {
        told: "exactly three beats are lost",
        text: r#"
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "3s" }]"#,
        wrong: Rows(&["m0 n0 12.501000001 13.001 taken-back loss 9 3 0 0 0 -"]),
    },
    Story {
        told: "three answers are lost",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "degrade"
            links = { from = "n0", to = "m0" }
            loss = 1.0
            at = "9500ms"
            for = "3s""#,
        wrong: Rows(&["m0 n0 12.500000001 13.002 taken-back loss 9.001 3 0 0 0 -"]),
    },
    Story {
        told: "three answers are lost, and who asked stands still only when it would find that out",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "degrade"
            links = { from = "n0", to = "m0" }
            loss = 1.0
            at = "9500ms"
            for = "3s"
            [[faults]]
            kind = "pause"
            nodes = "m0"
            at = "12400ms"
            for = "200ms""#,
        wrong: Rows(&["m0 n0 12.6 13.002 taken-back loss 9.001 3 0 0 0 -"]),
    },
    Story {
        told: "the same among peers",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "peers", direction = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "degrade"
            links = { from = "n0", to = "n1" }
            loss = 1.0
            at = "9600ms"
            for = "3s"
            [[faults]]
            kind = "pause"
            nodes = "n1"
            at = "12400ms"
            for = "200ms""#,
        wrong: Of(&[("n0", Loss), ("n1", Loss)]),
    },
    Story {
        told: "two questions and one answer are lost",
        text: r#"
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            [[faults]]
            kind = "degrade"
            links = { from = "m0", to = "n0" }
            loss = 1.0
            at = "9500ms"
            for = "2s"
            [[faults]]
            kind = "degrade"
            links = { from = "n0", to = "m0" }
            loss = 1.0
            at = "11500ms"
            for = "1s""#,
        wrong: Rows(&["m0 n0 12.500000001 13.002 taken-back loss 9.001 3 0 0 0 -"]),
    },
    Story {
        told: "one of two watchers gets no beats",
        text: r#"
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            [[faults]]
            kind = "degrade"
            links = { from = "n0", to = "n1" }
            loss = 1.0
            at = "9500ms"
            for = "3s""#,
        wrong: Rows(&["n1 n0 12.501000001 13.001 taken-back loss 9 3 0 0 0 -"]),
    },
    Story {
        told: "the tables of one node are lost, and those that are sent to it",
        text: r#"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "9s" }]"#,
        wrong: Of(&[("n0", Loss), ("n1", Loss), ("n2", Loss)]),
    },
    Story {
        told: "two of a pair lose their pings",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "12s" }]"#,
        wrong: Of(&[("n0", Loss), ("n1", Loss)]),
    },
    Story {
        told: "a coordinator misses three beats, and tells",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "3s" }]"#,
        wrong: Rows(&[
            "c-all-0 n0 12.501000001 13.001 taken-back loss 9 3 0 0 0 -",
            "g0 n0 12.502000001 13.002 taken-back relay - 0 0 0 0 -",
        ]),
    },
    Story {
        told: "nobody gets what the leader says, nor it what they say",
        text: r#"
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [{ kind = "degrade", nodes = "leader", loss = 1.0, at = "10s", for = "3s" }]"#,
        wrong: Of(&[("*", Loss), ("*", Relay)]),
    },
    Story {
        told: "of two channels that both must be trusted, one loses everything",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network = { alive_if = 2, channels = [{ name = "one" }, { name = "two", loss = 1.0 }] }"#,
        wrong: Rows(&["m0 n0 3.500000001 30 run-ended loss 3 4 0 0 0 -"]),
    },
    Story {
        told: "both channels lose three beats",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network = { channels = [{ name = "one" }, { name = "two" }] }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "3s" }]"#,
        wrong: Rows(&["m0 n0 12.501000001 13.001 taken-back loss 9 6 0 0 0 -"]),
    },
    Story {
        told: "one beat is lost three times, and those behind it wait until it comes",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network = { transport = "tcp", rto = "500ms" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9900ms", for = "3s" }]"#,
        // Sent at 10 s, and again at 10.5 s, 11.5 s and 13.5 s. Those of 11 s and 12 s were lost too.
        wrong: Rows(&["m0 n0 12.501000001 13.501 taken-back loss 9 3 0 0 0 0.999999999"]),
    },
];

#[test]
fn what_the_network_loses() {
    tell(&STORIES);
}
