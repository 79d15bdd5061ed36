//! Which setting meets the goals at least traffic: what is asked for, where to look next, and what is worth showing.
//!
//! Nothing here simulates. A *setting* is one value for each key that is searched; the [`Search`] says which settings
//! to try next from what is known of those that were tried; [`Tried`] is one of these with how it stands to the
//! [`Goals`]; the [`front`] is what no other beats in everything.

mod choice;
mod found;
mod front;
mod goals;
mod ranges;
mod search;
mod tried;

pub use choice::{Doubts, alike, best_of, nearest};
pub use found::{Found, Tally};
pub use front::{front, knee};
pub use goals::{DetectionGoal, Goals, MistakesGoal, Per, Status};
pub use ranges::{Ranges, usual_ranges};
pub use search::{Dial, Point, Score, Search};
pub use tried::{Candidate, Finding, Tried};
