//! hbsim simulates how a cluster learns that a node has died.
//!
//! # In five sentences
//!
//! A [`scenario`] stands for many runs; a run is simulated to one outcome; outcomes become tables and a
//! report. A simulation is a [`world`](engine::world) that takes the next event from the
//! [`queue`](engine::queue) and lets one node act through its [`Context`](engine::model::Context). A
//! [topology](topologies) says who speaks to whom and who watches whom, a [detector](detectors) when silence
//! becomes suspicion, a [fault](faults) what goes wrong, a [latency law](latencies) how long a message
//! travels. The [`referee`](engine::referee) compares what was believed with what was true. The same words
//! are tables of the scenario file, folders of the source, types and columns: whoever knows one knows all.
//!
//! # A tour, in the order of reading
//!
//! | read | to learn |
//! |---|---|
//! | [`engine::model`] | the contracts, on one page |
//! | [`topologies`], [`detectors`], [`faults`], [`latencies`] | the four families: a list each, one file for each member |
//! | [`engine::world`] | the loop, and the order of simultaneous events |
//! | [`engine::watch`], [`engine::referee`] | opinions, and the truth that they are compared with |
//! | [`engine::queue`], [`engine::seating`] | why it is fast |
//! | [`engine::random`], [`engine::time`], [`engine::digest`] | why it is the same everywhere |
//! | [`document`], [`scenario`] | from a TOML text to a valid experiment, with every mistake shown in its place |
//! | [`experiment`] | replications over the cores, handed over in order; the forecast of their cost; in [`parts`](experiment::parts) the records of what is finished |
//! | [`measures`], [`statistics`], [`theory`] | what is measured, how surely, and what a closed form says beside it |
//! | [`results`], [`cli`] | tables, files, the report; the command line |
//!
//! # A run in a few lines
//!
//! ```
//! use std::path::Path;
//!
//! use hbsim::document::Document;
//! use hbsim::engine::world::Meter;
//! use hbsim::experiment::Simulation;
//! use hbsim::scenario::Scenario;
//!
//! let text = r#"
//!     duration = "10m"
//!     cluster = { nodes = 50 }
//!     topology = { kind = "centralized", interval = "5s" }
//!     detector = { kind = "misses", misses = 3 }
//!
//!     [[faults]]
//!     kind = "crash"
//!     nodes = "n7"
//!     at = "5m"
//! "#;
//! let document = Document::parse("example.toml", text)?;
//! let scenario = Scenario::read(&document, Path::new("."))?;
//! let simulation = Simulation { scenario: &scenario, by_second: false };
//! let run = simulation.replication(0, &Meter::default()).expect("nobody says stop");
//! let crash = run.findings.crashes[0];
//! let detection = crash.detection(crash.acting).expect("it is noticed").seconds();
//! assert!((10.0..15.1).contains(&detection));
//! # Ok::<(), String>(())
//! ```

pub mod cli;
pub mod detectors;
pub mod document;
pub mod engine;
pub mod experiment;
pub mod faults;
pub mod figures;
pub mod latencies;
pub mod measures;
pub mod page;
pub mod results;
pub mod scenario;
pub mod schema;
pub mod statistics;
pub mod theory;
pub mod topologies;
pub mod tuning;
