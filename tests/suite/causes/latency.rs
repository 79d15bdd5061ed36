//! Signs of life that come too late, or were not due yet.

use hbsim::engine::findings::Cause::{Latency, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 14] = [
    Story {
        told: "a beat that takes five seconds",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network.latency = { kind = "constant", value = "100ms" }
            faults = [{ kind = "degrade", nodes = "n0", latency_factor = 50.0, at = "9500ms" }]"#,
        wrong: Rows(&["m0 n0 12.600000001 15 taken-back latency 9 0 0 0 0 2.399999999"]),
    },
    Story {
        told: "patience that is shorter than the interval",
        text: r#"
            duration = "3500ms"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "800ms" }"#,
        wrong: Rows(&[
            "m0 n0 0.801000001 1.001 taken-back latency 0 0 0 0 0 -",
            "m0 n0 1.801000001 2.001 taken-back latency 1 0 0 0 0 -",
            "m0 n0 2.801000001 3.001 taken-back latency 2 0 0 0 0 -",
        ]),
    },
    Story {
        told: "answers that come after half a second",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            network.latency = { kind = "constant", value = "10ms" }
            faults = [{ kind = "degrade", nodes = "n0", latency_factor = 30.0, at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.500000001 15.02 taken-back latency 9.01 0 0 0 0 -"]),
    },
    Story {
        told: "a slow clock",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "clock", nodes = "n0", drift = -800000, at = "9500ms" }]"#,
        wrong: Of(&[("n1", Latency)]),
    },
    Story {
        told: "rumours take longer than patience lasts",
        text: r#"
            warmup = "10s"
            cluster.nodes = 8
            topology = { kind = "gossip", fanout = 1 }
            detector = { kind = "timeout", timeout = "1200ms" }"#,
        wrong: Of(&[("*", Latency)]),
    },
    Story {
        told: "acks take longer than a probe lasts",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "swim", phase = "aligned", suspicion_mult = 0, indirect = 0, lifeguard = false }
            network.latency = { kind = "constant", value = "600ms" }"#,
        wrong: Of(&[("n0", Latency), ("n1", Latency)]),
    },
    Story {
        told: "a coordinator whose patience is shorter than the interval",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "800ms" }"#,
        wrong: Of(&[("c-all-0", Latency), ("g0", Relay)]),
    },
    Story {
        told: "a leader whose patience is shorter than the interval",
        text: r#"
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "30ms" }"#,
        wrong: Of(&[("*", Latency), ("*", Relay)]),
    },
    Story {
        told: "of two channels that both must be trusted, one is late",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            [network]
            alive_if = 2
            [[network.channels]]
            name = "late"
            latency = { kind = "constant", value = "5s" }
            [[network.channels]]
            name = "prompt""#,
        wrong: Rows(&["m0 n0 3.500000001 5 taken-back latency 3 0 0 0 0 1.499999999"]),
    },
    Story {
        told: "beats that travel for exactly as long as the cut-off",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms", cutoff = "100ms" }
            network.latency = { kind = "constant", value = "100ms" }"#,
        wrong: Rows(&[]),
    },
    Story {
        told: "beats that come after the cut-off",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms", cutoff = "200ms" }
            network.latency = { kind = "constant", value = "100ms" }
            faults = [{ kind = "degrade", nodes = "n0", latency_factor = 5.0, at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.600000001 15.1 taken-back latency 9 0 0 0 0 -"]),
    },
    Story {
        told: "answers that come in time, but after the cut-off",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "pull", phase = "aligned", probe_timeout = "900ms" }
            detector = { kind = "timeout", timeout = "3500ms", cutoff = "200ms" }
            network.latency = { kind = "constant", value = "10ms" }
            faults = [{ kind = "degrade", nodes = "n0", latency_factor = 30.0, at = "9500ms", for = "5s" }]"#,
        wrong: Rows(&["m0 n0 12.520000001 15.02 taken-back latency 9.01 0 0 0 0 -"]),
    },
    Story {
        told: "rumours whose last leg takes longer than the cut-off",
        text: r#"
            cluster.nodes = 8
            topology = { kind = "gossip" }
            detector = { kind = "timeout", timeout = "4s", cutoff = "200ms" }
            network.latency = { kind = "constant", value = "100ms" }
            faults = [{ kind = "degrade", nodes = "all", latency_factor = 3.0, at = "9500ms", for = "8s" }]"#,
        wrong: Of(&[("*", Latency)]),
    },
    Story {
        told: "of two channels that both must be trusted, one is slower than the cut-off",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms", cutoff = "200ms" }
            [network]
            alive_if = 2
            [[network.channels]]
            name = "slow"
            latency = { kind = "constant", value = "300ms" }
            [[network.channels]]
            name = "prompt""#,
        wrong: Rows(&["m0 n0 3.500000001 30 run-ended latency 3 0 0 0 0 -"]),
    },
];

#[test]
fn signs_of_life_that_come_too_late() {
    tell(&STORIES);
}
