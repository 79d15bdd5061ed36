//! How fast an observer handles what it receives: what every topology with observers of their own takes.

use crate::document::{Count, Positive, Table};
use crate::engine::model::Capacity;

/// Reads `capacity`; without it, handling takes no time.
///
/// `per_message` sets how many messages a second can be handled: with more nodes than fit into an interval
/// the same ones are dropped for ever. Sane are 1 µs (one packet) to 10 ms (a write to a database). A longer
/// `queue` drops less in a burst, and lets what it holds grow older: once it never empties, every beat is
/// late by `queue × per_message`.
pub(super) fn read_capacity(table: &mut Table<'_>) -> Option<Capacity> {
    const USUAL_QUEUE: Count = Count(10_000);
    table.table("capacity", "capacity", |table| {
        let per_message = table.needed("per_message", "\"50us\"");
        let Count(queue) = table.or("queue", USUAL_QUEUE);
        per_message.map(|Positive(per_message)| Capacity { per_message, queue })
    })
}
