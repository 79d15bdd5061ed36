//! A TOML text as a tree that remembers where everything was written.
//!
//! Serde would stop at the first mistake and forget lines and columns inside `kind = …` tables. Here a
//! [`Document`] is read through [`Table`]s that know which keys were asked for, so every mistake is found in
//! one go, each with its place, its reason and what to write instead.

mod complaint;
mod family;
mod inline;
mod outline;
mod shelf;
mod spelling;
mod table;
mod tree;
mod values;

pub use complaint::{Complaint, Complaints, Origin, Page, printable};
pub use inline::in_reading_order;
pub use outline::{Asked, Bounds, Reading, Shape};
pub use shelf::{NamedFile, Shelf, Stock, Unreadable};
pub use spelling::nearest;
pub use table::{Place, Table, read_table, word_of};
pub use tree::{Document, Entry, Kind, Value, steps_of};
pub use values::{Count, FromValue, Positive, Probability};
