//! The scenarios that come with hbsim, embedded so that they can be run from any folder.

use crate::document::Stock;

/// A scenario that comes with hbsim.
pub struct Shipped {
    /// Its name: the stem of its file in `scenarios/`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The files that it names, each with its text.
    files: &'static [(&'static str, &'static str)],
}

macro_rules! shipped {
    ($($name:literal $(with $($file:literal)+)?,)+) => {
        /// All of them, in the order in which they are best read.
        pub const SHIPPED: &[Shipped] = &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".toml")),
            files: &[$($(($file, include_str!(concat!("../../scenarios/", $file))),)+)?],
        },)+];
    };
}

shipped! {
    "first",
    "timeout-or-misses",
    "scan",
    "pull",
    "refused",
    "fall-and-rise",
    "lossy-network",
    "ties",
    "too-eager",
    "heavy-tail",
    "measured-network" with "measured/ping.log",
    "bursts",
    "tcp",
    "three-channels",
    "rare-mistakes",
    "steps",
    "phi-learns",
    "adaptive",
    "restarting-nodes",
    "flapping",
    "gc-pauses",
    "measured-pauses" with "measured/gc.log",
    "drifting-clocks",
    "monitor-dies",
    "paused-monitor",
    "standby",
    "replicated-monitors",
    "lease",
    "overload",
    "backlog",
    "peers",
    "split-brain",
    "one-way",
    "gossip",
    "swim",
    "swim-lifeguard",
    "hierarchical",
    "coordinator-dies",
    "leader",
    "leader-tight",
    "isolated-leader",
    "bad-hour",
    "same-crashes/centralized",
    "same-crashes/pull",
    "same-crashes/peers",
    "same-crashes/gossip",
    "same-crashes/swim",
    "same-crashes/hierarchical",
    "same-beats/timeout",
    "same-beats/misses",
    "same-beats/phi-normal",
    "same-beats/phi-logistic",
    "same-beats/phi-exponential",
    "same-beats/chen",
    "same-beats/bertier",
    "same-beats/percentile",
}

impl Shipped {
    /// Where its files are found, and those that the command line makes it name.
    pub fn stock(&self) -> Stock {
        Stock::shipped(self.files)
    }
}

/// The text of the file that a scenario names by this name.
pub fn find_file(name: &str) -> Option<&'static str> {
    let mut files = SHIPPED.iter().flat_map(|shipped| shipped.files);
    files.find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// The scenario with this name.
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
