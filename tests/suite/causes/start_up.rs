//! First beats that are still to come.

use hbsim::engine::findings::Cause::{Latency, Relay, StartUp};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 7] = [
    Story {
        told: "the first beat takes longer than patience lasts",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network.latency = { kind = "constant", value = "5s" }"#,
        wrong: Rows(&["m0 n0 3.500000001 5 taken-back start-up - 0 0 0 0 1.499999999"]),
    },
    Story {
        told: "the first beat after a restart is on its way",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "centralized", phase = "aligned" }
            detector = { kind = "timeout", timeout = "1500ms" }
            network.latency = { kind = "constant", value = "1s" }
            faults = [{ kind = "crash", nodes = "n0", at = "10500ms", for = "1500ms" }]"#,
        wrong: Rows(&["m0 n0 12.500000001 13 taken-back start-up 10 0 0 0 0 0.499999999"]),
    },
    Story {
        told: "no answer was ever in time",
        text: r#"
            cluster.nodes = 1
            topology = { kind = "pull", phase = "aligned", probe_timeout = "500ms" }
            detector = { kind = "misses", misses = 3 }
            network.latency = { kind = "constant", value = "1s" }"#,
        wrong: Rows(&["m0 n0 2.500000001 30 run-ended start-up - 0 0 0 0 -"]),
    },
    Story {
        told: "peers that hear of one another late",
        text: r#"
            cluster.nodes = 2
            topology = { kind = "peers", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network.latency = { kind = "constant", value = "5s" }"#,
        wrong: Rows(&[
            "n1 n0 3.500000001 5 taken-back start-up - 0 0 0 0 1.499999999",
            "n0 n1 3.500000001 5 taken-back start-up - 0 0 0 0 1.499999999",
        ]),
    },
    Story {
        told: "no table has come yet",
        text: r#"
            duration = "4900ms"
            topology = { kind = "gossip", fanout = 2, phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network.latency = { kind = "constant", value = "5s" }"#,
        wrong: Of(&[("n0", StartUp), ("n1", StartUp), ("n2", StartUp)]),
    },
    Story {
        told: "a coordinator is impatient",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned" }
            detector = { kind = "timeout", timeout = "3500ms" }
            network.latency = { kind = "constant", value = "5s" }"#,
        wrong: Of(&[("c-all-0", StartUp), ("g0", Relay)]),
    },
    Story {
        told: "the first answers to a new leader take longer than its patience lasts",
        text: r#"
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "60ms" }
            network.latency = { kind = "constant", value = "40ms" }"#,
        // Whoever voted for it has been heard by then.
        wrong: Of(&[("*", StartUp), ("*", Latency)]),
    },
];

#[test]
fn first_beats_that_are_still_to_come() {
    tell(&STORIES);
}
