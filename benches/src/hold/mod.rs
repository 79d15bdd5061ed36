//! W4, hold: the event queue alone. Some events are pending; the earliest is taken and a new one is put an
//! exponential time later, again and again.

mod table;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hbsim::engine::queue::Queue;
use hbsim::engine::time::Time;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, Exp1};
use serde_json::json;

use crate::measure;
pub use table::compare;

/// The mean time an event is put ahead, in nanoseconds.
const MEAN_AHEAD: f64 = 1e9;

/// Pops and pushes this often on this many pending events, and returns the nanoseconds per hold.
type Hold = fn(pending: u32, holds: u64) -> f64;

/// The queues, by the name of the verb that measures them.
pub const QUEUES: [(&str, Hold); 2] = [("w4-heap", on_heap), ("w4-hbsim", on_hbsim)];

/// Measures one queue and prints the result as one line of JSON.
pub fn run_queue(name: &str, hold: Hold, pending: u32, holds: u64) {
    println!("{}", json!({ "program": name, "pending": pending, "ns_per_hold": hold(pending, holds) }));
}

/// The standard library's heap with entries of sixteen bytes: the time and a number.
fn on_heap(pending: u32, holds: u64) -> f64 {
    let mut ahead = Ahead::new();
    let mut queue: BinaryHeap<Reverse<(u64, u32)>> =
        (0..pending).map(|event| Reverse((ahead.draw(), event))).collect();
    time_holds(pending, holds, || {
        if let Some(Reverse((time, event))) = queue.pop() {
            queue.push(Reverse((time + ahead.draw(), event)));
        }
    })
}

fn on_hbsim(pending: u32, holds: u64) -> f64 {
    let mut ahead = Ahead::new();
    let mut queue = Queue::new();
    for event in 0..pending {
        queue.push(Time::from_nanos(ahead.draw()), event);
    }
    time_holds(pending, holds, || {
        if let Some((time, event)) = queue.pop() {
            queue.push(Time::from_nanos(time.nanos() + ahead.draw()), event);
        }
    })
}

/// Holds once for each pending event first, so that the times measured are those of a queue in its steady state.
fn time_holds(pending: u32, holds: u64, mut hold: impl FnMut()) -> f64 {
    for _ in 0..pending {
        hold();
    }
    let start = measure::own_user_seconds();
    for _ in 0..holds {
        hold();
    }
    (measure::own_user_seconds() - start) * 1e9 / holds as f64
}

/// Draws how far ahead the next event is put.
struct Ahead {
    rng: SmallRng,
}

impl Ahead {
    fn new() -> Self {
        Self { rng: SmallRng::seed_from_u64(1) }
    }

    fn draw(&mut self) -> u64 {
        let unit: f64 = Exp1.sample(&mut self.rng);
        (unit * MEAN_AHEAD) as u64
    }
}
