//! Words that were taken from others.

use hbsim::engine::findings::Cause::{Loss, Pause, Relay};

use super::Wrong::{Of, Rows};
use super::{Story, tell};

const STORIES: [Story; 5] = [
    Story {
        told: "two globals believe a coordinator that lost three beats",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned", globals = 2 }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "degrade", nodes = "n0", loss = 1.0, at = "9500ms", for = "3s" }]"#,
        wrong: Rows(&[
            "c-all-0 n0 12.501000001 13.001 taken-back loss 9 3 0 0 0 -",
            "g0 n0 12.502000001 13.002 taken-back relay - 0 0 0 0 -",
            "g1 n0 12.502000001 13.002 taken-back relay - 0 0 0 0 -",
        ]),
    },
    Story {
        told: "a stand-by is told what the coordinator in office holds",
        text: r#"
            topology = { kind = "hierarchical", phase = "aligned", coordinators = 2 }
            detector = { kind = "timeout", timeout = "3500ms" }
            faults = [{ kind = "pause", nodes = "n0", at = "9500ms", for = "5s" }]"#,
        wrong: Of(&[("c-all-0", Pause), ("c-all-1", Relay), ("g0", Relay)]),
    },
    Story {
        told: "of four, two lose what the one says to the other, and the others believe them",
        text: r#"
            cluster.nodes = 4
            topology = { kind = "swim", phase = "aligned", suspicion_mult = 0, indirect = 0 }
            faults = [{ kind = "degrade", links = { from = "n0", to = "n3" }, loss = 1.0, at = "0s", for = "20s" }]"#,
        wrong: Of(&[("n0", Loss), ("n3", Loss), ("n1", Relay), ("n2", Relay)]),
    },
    Story {
        told: "the same with suspicion, which the accused hears of too late",
        text: r#"
            cluster.nodes = 4
            topology = { kind = "swim", phase = "aligned", indirect = 0, suspicion_mult = 1, suspicion_max_mult = 1 }
            faults = [{ kind = "degrade", links = { from = "n0..n2", to = "n3" }, loss = 1.0, at = "10s", for = "9s" }]"#,
        wrong: Of(&[("*", Loss), ("*", Relay)]),
    },
    Story {
        told: "followers believe their leader, which gets no answers from one of them",
        text: r#"
            cluster.nodes = 5
            topology = { kind = "leader" }
            detector = { kind = "timeout", timeout = "400ms" }
            faults = [{ kind = "pause", nodes = "n4", first = "inbox", at = "0s", for = "5s" }]"#,
        wrong: Of(&[("*", Pause), ("*", Relay)]),
    },
];

#[test]
fn words_that_were_taken_from_others() {
    tell(&STORIES);
}
