//! The scenarios that come with hbsim, embedded so that they can be run from any folder.

use crate::document::Stock;

/// A scenario that comes with hbsim.
pub struct Shipped {
    /// Its name: that of its file in `scenarios/`, without the ending.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The files that it names, each with its text.
    files: &'static [(&'static str, &'static str)],
}

macro_rules! shipped {
    ($(#[$meta:meta])* $list:ident: $($name:literal $(with $($file:literal)+)?,)+) => {
        $(#[$meta])*
        pub const $list: &[Shipped] = &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".toml")),
            files: &[$($(($file, include_str!(concat!("../../scenarios/", $file))),)+)?],
        },)+];
    };
}

shipped! {
    /// All scenarios, in the order in which they are best read.
    SHIPPED:
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

shipped! {
    /// The sweeps that come with hbsim: each stands for many scenarios.
    SWEEPS:
    "sweeps/interval-timeout",
    "sweeps/loss",
    "sweeps/pauses",
    "sweeps/phi-threshold",
    "sweeps/judges",
}

impl Shipped {
    /// The name without the folder.
    pub fn stem(&self) -> &'static str {
        self.name.rsplit_once('/').map_or(self.name, |(_, stem)| stem)
    }

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

/// The scenario with this name, or the sweep; that needs no folder before it.
pub fn find(name: &str) -> Option<&'static Shipped> {
    let sweep = || SWEEPS.iter().find(|sweep| sweep.name == name || sweep.stem() == name);
    SHIPPED.iter().find(|shipped| shipped.name == name).or_else(sweep)
}

/// The names by which they are found.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|shipped| shipped.name).chain(SWEEPS.iter().map(Shipped::stem))
}
