//! What comes with hbsim: scenarios, sweeps, and conditions for comparing, embedded so that they can be run from any
//! folder.

use crate::document::Stock;

/// A scenario, a sweep or conditions that come with hbsim.
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
    /// The scenarios that ask a question, in the order in which they are best read.
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
    /// Real systems with their defaults.
    SYSTEMS:
    "systems/kubernetes-node",
    "systems/kubernetes-node-40s",
    "systems/kubernetes-eviction",
    "systems/kubernetes-liveness",
    "systems/kubernetes-readiness",
    "systems/docker-swarm",
    "systems/docker-swarm-managers",
    "systems/aws-target",
    "systems/aws-ec2-status",
    "systems/eureka",
    "systems/hdfs-stale",
    "systems/hdfs-datanode",
    "systems/yarn",
    "systems/cassandra",
    "systems/akka-cluster",
    "systems/akka-remote",
    "systems/memberlist-lan",
    "systems/memberlist-wan",
    "systems/memberlist-local",
    "systems/jgroups",
    "systems/infinispan",
    "systems/orleans",
    "systems/zookeeper-session",
    "systems/zookeeper-quorum",
    "systems/etcd-lease",
    "systems/etcd-raft",
    "systems/raft-paper",
    "systems/kafka-broker-kraft",
    "systems/kafka-broker-kraft-3",
    "systems/kafka-broker-zk",
    "systems/kafka-broker-zk-6s",
    "systems/kafka-consumer",
    "systems/kafka-consumer-10s",
    "systems/elasticsearch",
    "systems/redis-sentinel",
    "systems/mongodb",
    "systems/ceph-osd",
    "systems/cockroachdb",
    "systems/tikv-region",
    "systems/tikv-store",
    "systems/haproxy",
    "systems/consul-check",
    "systems/bfd",
    "systems/vrrp",
    "systems/memcache-pool",
    "systems/replicated-monitor",
    "systems/three-regions",
    "systems/two-of-three",
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

shipped! {
    /// The conditions that come with hbsim: under which scenarios are compared.
    CONDITIONS:
    "conditions/systems",
}

impl Shipped {
    /// The name without the folder.
    pub fn stem(&self) -> &'static str {
        self.name.rsplit_once('/').map_or(self.name, |(_, stem)| stem)
    }

    /// Whether it is called that, with its folder or without.
    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.stem() == name
    }

    /// Where its files are found, and those that the command line makes it name.
    pub fn stock(&self) -> Stock {
        Stock::shipped(self.files)
    }
}

/// All that are one scenario each: those that ask a question, and the real systems.
pub fn scenarios() -> impl Iterator<Item = &'static Shipped> {
    SHIPPED.iter().chain(SYSTEMS)
}

/// The scenarios of this folder, in the order of their list.
pub fn scenarios_in(folder: &str) -> impl Iterator<Item = &'static Shipped> {
    let is_in = move |name: &str| name.rsplit_once('/').is_some_and(|(parent, _)| parent == folder);
    scenarios().filter(move |shipped| is_in(shipped.name))
}

/// The text of the file that a scenario names by this name.
pub fn find_file(name: &str) -> Option<&'static str> {
    let mut files = scenarios().flat_map(|shipped| shipped.files);
    files.find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// The scenario with this name, or the sweep; the real systems and the sweeps need no folder before it.
pub fn find(name: &str) -> Option<&'static Shipped> {
    let others = || SYSTEMS.iter().chain(SWEEPS).find(|shipped| shipped.is_called(name));
    SHIPPED.iter().find(|shipped| shipped.name == name).or_else(others)
}

/// The conditions with this name, which needs no folder before it.
pub fn find_conditions(name: &str) -> Option<&'static Shipped> {
    CONDITIONS.iter().find(|conditions| conditions.is_called(name))
}

/// The names by which scenarios and sweeps are found.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|shipped| shipped.name).chain(SYSTEMS.iter().chain(SWEEPS).map(Shipped::stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever names one of them means that one, and no other list has it too.
    #[test]
    fn every_name_is_that_of_one() {
        let mut names: Vec<&str> = names().collect();
        names.extend(SYSTEMS.iter().chain(SWEEPS).map(|shipped| shipped.name));
        names.extend(CONDITIONS.iter().map(|conditions| conditions.name));
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
        for name in names {
            let found = find(name).or_else(|| find_conditions(name)).expect("it is found by its name");
            assert!(found.is_called(name), "{name}: {}", found.name);
        }
    }

    #[test]
    fn a_folder_stands_for_those_in_it() {
        let named = |folder| scenarios_in(folder).map(|shipped| shipped.name).collect::<Vec<_>>();
        assert_eq!(named("systems").len(), SYSTEMS.len());
        assert_eq!(named("same-crashes").len(), 6);
        assert!(named("sweeps").is_empty() && named("conditions").is_empty() && named("").is_empty());
        for conditions in CONDITIONS {
            assert!(!named(conditions.stem()).is_empty(), "{} belong to a folder", conditions.name);
        }
    }
}
