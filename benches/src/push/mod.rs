//! W1, push: every node beats once a second to one monitor, which watches each with a timeout.

mod check;
mod on_desque;
mod on_heap;
mod on_nexosim;
mod on_simcore;
mod table;
mod workload;

pub use table::compare;
use workload::{Outcome, Plan};

type Peer = fn(&Plan) -> Outcome;

/// The peers that run inside this program, by the name of the verb that starts them.
pub const PEERS: [(&str, Peer); 5] = [
    ("w1-heap", on_heap::run),
    ("w1-desque", on_desque::run),
    ("w1-desque-integers", on_desque::run_on_integers),
    ("w1-simcore", on_simcore::run),
    ("w1-nexosim", on_nexosim::run),
];

/// Runs one peer to the horizon and prints its outcome as one line of JSON.
pub fn run_peer(program: &str, run: Peer, nodes: u32, horizon_s: u64) {
    let outcome = run(&Plan::draw(nodes, horizon_s));
    println!("{}", outcome.to_json(program, nodes));
}
