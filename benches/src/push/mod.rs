//! W1, push: every node beats once a second to one monitor, which watches each with a timeout.

mod check;
mod on_desque;
mod on_heap;
mod on_nexosim;
mod on_simcore;
mod workload;

use serde_json::Value;

use crate::comparison::{Column, Figure, Peer, Scenario, Script, Size, Target, Workload};
use crate::plan::Plan;
use workload::Outcome;

/// At a given size all programs have the same horizon; it is shorter for the large ones, which the slow programs
/// could not finish otherwise.
const SIZES: [Size; 4] = [
    Size { nodes: 1_000, seconds: 600, rounds: 3 },
    Size { nodes: 10_000, seconds: 600, rounds: 3 },
    Size { nodes: 100_000, seconds: 60, rounds: 3 },
    Size { nodes: 1_000_000, seconds: 20, rounds: 3 },
];

const QUICK: [Size; 2] = [
    Size { nodes: 1_000, seconds: 600, rounds: 1 }, //
    Size { nodes: 10_000, seconds: 600, rounds: 1 },
];

pub const PUSH: Workload = Workload {
    title: "W1, push",
    unit: "beat",
    sizes: &SIZES,
    quick: &QUICK,
    figures: &[
        Figure { head: "beats", key: "beats", hbsim: Some(Column::exactly("messages_sent")), decimals: 0 },
        Figure {
            head: "detections",
            key: "detections",
            hbsim: Some(Column::exactly("detected")),
            decimals: 0,
        },
        Figure {
            head: "mean detection (s)",
            key: "detection_mean_s",
            hbsim: Some(Column::exactly("detection_s_mean")),
            decimals: 3,
        },
        Figure {
            head: "false positives",
            key: "false_positives",
            hbsim: Some(Column::exactly("mistakes")),
            decimals: 0,
        },
    ],
    expected: check::expected,
    hbsim: Scenario {
        file: "w1.toml",
        settings: |size| vec![format!("faults.0.at={{ between = [\"0s\", \"{}s\"] }}", size.seconds)],
    },
    peers: &[
        Peer {
            name: "std BinaryHeap",
            verb: "w1-heap",
            run: |size| run(on_heap::run, size),
            largest: u32::MAX,
        },
        Peer { name: "desque", verb: "w1-desque", run: |size| run(on_desque::run, size), largest: u32::MAX },
        Peer {
            name: "desque, integer clock",
            verb: "w1-desque-integers",
            run: |size| run(on_desque::run_on_integers, size),
            largest: u32::MAX,
        },
        Peer {
            name: "simcore",
            verb: "w1-simcore",
            run: |size| run(on_simcore::run, size),
            largest: u32::MAX,
        },
        Peer {
            name: "nexosim",
            verb: "w1-nexosim",
            run: |size| run(on_nexosim::run, size),
            largest: 100_000,
        },
    ],
    python: Script { name: "SimPy", file: "peers/w1_simpy.py", largest: 100_000 },
    // They were set on desque with the clock of its examples.
    targets: &[
        Target::Faster { than: "desque", nodes: 1_000, times: 2.5 },
        Target::Faster { than: "desque", nodes: 10_000, times: 3.0 },
        Target::Faster { than: "desque", nodes: 100_000, times: 6.0 },
        Target::Faster { than: "desque", nodes: 1_000_000, times: 8.0 },
        Target::Faster { than: "SimPy", nodes: 1_000, times: 25.0 },
        Target::Faster { than: "SimPy", nodes: 10_000, times: 40.0 },
        Target::Growth { nodes: 100_000, times: 1.5 },
        Target::Growth { nodes: 1_000_000, times: 3.0 },
        Target::Memory { nodes: 1_000_000, bytes: 250.0 },
    ],
};

fn run(peer: fn(&Plan) -> Outcome, size: Size) -> Value {
    peer(&workload::plan(size)).figures()
}
