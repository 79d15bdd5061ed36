//! One scenario for each topology. Nobody crashes: it is the traffic that grows with the cluster.

/// A scenario for any number of nodes.
pub struct Scenario {
    pub topology: &'static str,
    /// N, the smallest cluster.
    pub nodes: u32,
    /// All but the network, which is the same for all. `NODES` stands for the number of nodes, `TENTH` for a tenth.
    text: &'static str,
}

const NETWORK: &str = r#"
[network]
latency = { kind = "log-normal", median = "50ms", sigma = 0.4 }
"#;

impl Scenario {
    pub fn text(&self, nodes: u32) -> String {
        let text = self.text.replace("NODES", &nodes.to_string()).replace("TENTH", &(nodes / 10).to_string());
        text + NETWORK
    }
}

/// The durations are such that start-up is little beside the run.
pub const SCENARIOS: [Scenario; 7] = [
    Scenario {
        topology: "centralized",
        nodes: 10_000,
        text: r#"
duration = "600s"

[cluster]
nodes = NODES

[topology]
kind = "centralized"
interval = "1s"

[detector]
kind = "timeout"
timeout = "3s"
"#,
    },
    Scenario {
        topology: "pull",
        nodes: 10_000,
        text: r#"
duration = "300s"

[cluster]
nodes = NODES

[topology]
kind = "pull"
interval = "1s"
probe_timeout = "500ms"

[detector]
kind = "misses"
misses = 3
"#,
    },
    Scenario {
        topology: "peers",
        nodes: 10_000,
        text: r#"
duration = "120s"

[cluster]
nodes = NODES

[topology]
kind = "peers"
interval = "1s"
watchers = 3
pick = "ring"

[detector]
kind = "timeout"
timeout = "3s"
"#,
    },
    Scenario {
        topology: "gossip",
        nodes: 500,
        text: r#"
duration = "120s"

[cluster]
nodes = NODES

[topology]
kind = "gossip"
interval = "1s"
fanout = 3
exchange = "push"

[detector]
kind = "timeout"
timeout = "10s"
"#,
    },
    Scenario {
        topology: "swim",
        nodes: 10_000,
        text: r#"
duration = "120s"

[cluster]
nodes = NODES

[topology]
kind = "swim"
interval = "1s"
probe_timeout = "500ms"
indirect = 3
order = "random"
lifeguard = false
"#,
    },
    Scenario {
        topology: "hierarchical",
        nodes: 10_000,
        text: r#"
duration = "300s"

[cluster]
regions = { r0 = TENTH, r1 = TENTH, r2 = TENTH, r3 = TENTH, r4 = TENTH, r5 = TENTH, r6 = TENTH, r7 = TENTH, r8 = TENTH, r9 = TENTH }

[topology]
kind = "hierarchical"
interval = "1s"
uplink = { interval = "1s" }

[detector]
kind = "timeout"
timeout = "3s"
"#,
    },
    Scenario {
        topology: "leader",
        nodes: 100,
        text: r#"
duration = "600s"

[cluster]
nodes = NODES

[topology]
kind = "leader"
interval = "50ms"
election_timeout = ["300ms", "600ms"]
"#,
    },
];
