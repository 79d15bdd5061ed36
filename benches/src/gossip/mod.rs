//! W2, gossip: every node keeps a table of everybody's heartbeat counters, sends it to three others each second and
//! watches everybody by it.

mod check;
mod on_desque;
mod on_heap;
mod on_simcore;
mod workload;

use crate::comparison::{Column, Figure, Peer, Scenario, Script, Size, Target, Workload};

/// The large one takes every peer a minute or two, most of it waiting for memory, so once must do.
const SIZES: [Size; 2] = [
    Size { nodes: 1_000, seconds: 120, rounds: 3 }, //
    Size { nodes: 10_000, seconds: 120, rounds: 1 },
];

const QUICK: [Size; 1] = [Size { nodes: 1_000, seconds: 120, rounds: 1 }];

pub const GOSSIP: Workload = Workload {
    title: "W2, gossip",
    unit: "message",
    sizes: &SIZES,
    quick: &QUICK,
    figures: &[
        Figure {
            head: "messages",
            key: "messages",
            hbsim: Some(Column::exactly("messages_sent")),
            decimals: 0,
        },
        Figure { head: "detections", key: "detections", hbsim: None, decimals: 0 },
        Figure {
            head: "first detection (s)",
            key: "detection_first_s_mean",
            hbsim: Some(Column::exactly("detection_first_s_mean")),
            decimals: 3,
        },
        Figure {
            head: "detection by all (s)",
            key: "detection_all_s_mean",
            hbsim: Some(Column::exactly("detection_all_s_mean")),
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
    hbsim: Scenario { file: "w2.toml", settings: |_| Vec::new() },
    peers: &[
        Peer {
            name: "std BinaryHeap",
            verb: "w2-heap",
            run: |size| on_heap::run(&workload::plan(size)),
            largest: u32::MAX,
        },
        Peer {
            name: "desque",
            verb: "w2-desque",
            run: |size| on_desque::run(&workload::plan(size)),
            largest: u32::MAX,
        },
        Peer {
            name: "desque, merge in vectors",
            verb: "w2-desque-vectors",
            run: |size| on_desque::run_in_vectors(&workload::plan(size)),
            largest: u32::MAX,
        },
        Peer {
            name: "simcore",
            verb: "w2-simcore",
            run: |size| on_simcore::run(&workload::plan(size)),
            largest: u32::MAX,
        },
    ],
    python: Script { name: "SimPy + NumPy", file: "peers/w2_simpy.py", largest: 1_000 },
    // They were set on desque with a plain merge.
    targets: &[
        Target::Faster { than: "SimPy + NumPy", nodes: 1_000, times: 15.0 },
        Target::Faster { than: "desque", nodes: 1_000, times: 3.0 },
    ],
};
