//! Answers known without simulation, and whether the simulator finds them.
//!
//! Each test is one table: parameters, what a calculation with paper and pencil gives, what the simulator
//! finds. `docs/validation.md` says what the tables FT-01, FT-02, … stand for, with the formulas. A test writes its
//! comparisons to `target/tmp/known-answers/<table>.csv`, which is where the figures in that page come from.
//!
//! The rule for all of them: an estimate may differ from the known answer by at most four of its standard
//! errors, which happens by bad luck once in 16 000 comparisons. What involves no chance must be exact.

#![expect(clippy::type_complexity, reason = "the rows of a table read best as tuples, under one heading")]

mod accrual;
mod accuracy;
mod beats_of_all;
mod bursts;
mod calculations;
mod channels;
mod clocks;
mod closed_forms;
mod closings;
mod counters;
mod crashing;
mod detection;
mod estimates;
mod experiment;
mod fallback;
mod five_timeouts;
mod freshness;
mod hierarchy;
mod leading;
mod mistaken;
mod monitors;
mod partitions;
mod pauses;
mod polling;
mod probing;
mod queues;
mod rare;
mod rumors;
mod same_blows;
mod same_chances;
mod scans;
mod sheet;
mod short_runs;
mod spreading;
mod streams;
mod systems;
mod traffic;
