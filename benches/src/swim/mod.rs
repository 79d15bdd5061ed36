//! W3, SWIM-like: every node pings one other each second and asks three more to help where no ack comes.

mod check;
mod on_desque;
mod on_heap;
mod on_simcore;
mod workload;

use crate::comparison::{Column, Figure, Peer, Scenario, Script, Size, Target, Workload};

const SIZES: [Size; 1] = [Size { nodes: 10_000, seconds: 120, rounds: 3 }];

const QUICK: [Size; 1] = [Size { nodes: 1_000, seconds: 120, rounds: 1 }];

pub const SWIM: Workload = Workload {
    title: "W3, SWIM-like",
    unit: "message",
    sizes: &SIZES,
    quick: &QUICK,
    figures: &[
        Figure {
            head: "messages",
            key: "messages",
            // It runs the whole protocol, so its rare suspicions cause messages that the workload does not have.
            hbsim: Some(Column { name: "messages_sent", slack: 0.03 }),
            decimals: 0,
        },
        Figure { head: "probes", key: "probes", hbsim: None, decimals: 0 },
        Figure { head: "indirect rounds", key: "indirect_rounds", hbsim: None, decimals: 0 },
        Figure { head: "suspicions", key: "suspicions", hbsim: None, decimals: 0 },
    ],
    expected: check::expected,
    hbsim: Scenario { file: "w3.toml", settings: |_| Vec::new() },
    peers: &[
        Peer {
            name: "std BinaryHeap",
            verb: "w3-heap",
            run: |size| on_heap::run(&workload::plan(size)),
            largest: u32::MAX,
        },
        Peer {
            name: "desque",
            verb: "w3-desque",
            run: |size| on_desque::run(&workload::plan(size)),
            largest: u32::MAX,
        },
        Peer {
            name: "simcore",
            verb: "w3-simcore",
            run: |size| on_simcore::run(&workload::plan(size)),
            largest: u32::MAX,
        },
    ],
    python: Script { name: "SimPy", file: "peers/w3_simpy.py", largest: u32::MAX },
    targets: &[
        Target::Faster { than: "SimPy", nodes: 10_000, times: 35.0 },
        Target::Faster { than: "desque", nodes: 10_000, times: 2.2 },
    ],
};
