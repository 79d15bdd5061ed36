//! The scenarios that come with hbsim, embedded so that they can be run from any folder.

/// A scenario that comes with hbsim.
pub struct Shipped {
    /// Its name: the stem of its file in `scenarios/`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal,)+) => {
        /// All of them, in the order in which they are best read.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) },)+];
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
    "rare-mistakes",
    "restarting-nodes",
    "monitor-dies",
    "standby",
    "replicated-monitors",
    "lease",
    "overload",
    "peers",
    "gossip",
    "swim",
    "swim-lifeguard",
    "hierarchical",
    "coordinator-dies",
    "leader",
    "leader-tight",
    "same-crashes/centralized",
    "same-crashes/pull",
    "same-crashes/peers",
    "same-crashes/gossip",
    "same-crashes/swim",
    "same-crashes/hierarchical",
}

/// The scenario with this name.
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
