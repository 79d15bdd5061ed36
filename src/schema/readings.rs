//! The documents that are read to learn what a scenario can hold.
//!
//! A table says what it is asked for only where it is read, and some keys are asked for only beside others. So each
//! member of each family is read once with nothing but its `kind`, and once in another scenario, so that what stands
//! for a key where it is not given is told from what merely follows from others; and a few more are read in which what
//! is optional is there. A key that no document was asked for is unknown to the schema, and that is what its test would
//! find.

use crate::detectors::Suspicion;
use crate::document::{Document, Reading};
use crate::faults::Trouble;
use crate::latencies::Law;
use crate::scenario::{Conditions, Scenario};
use crate::topologies::Layout;

/// The least in which everything else can be.
const BASE: &str = "cluster.nodes = 10\ntopology.kind = 'centralized'\ndetector = { kind = 'misses' }";

/// What makes defaults that depend on others differ from what they are in the base.
const ELSEWHERE: [&str; 2] = ["cluster.nodes=2", "topology.interval=7s"];

/// What is set, each time, so that optional tables and keys are asked for. Where a table has several forms, each is
/// there once.
const VARIANTS: &[&[&str]] = &[
    &["cluster={}"],
    &["cluster={ regions = { eu = 3 } }"],
    &["topology.monitors=2", "topology.replication=standby"],
    &["topology={ kind = 'pull', monitors = 2, replication = 'standby' }"],
    &["topology={ kind = 'pull', monitors = 2, replication = 'standby' }", "topology.interval=7s"],
    &["topology.monitors=2", "topology.replication=standby", "topology.interval=7s"],
    &["topology={ kind = 'peers', direction = 'pull' }"],
    &["topology={ kind = 'peers', direction = 'pull' }", "topology.interval=100ms"],
    &["topology={ kind = 'pull', interval = '100ms' }"],
    &["topology={ kind = 'swim', interval = '100ms' }"],
    &["topology={ kind = 'hierarchical', coordinators = 2 }"],
    &["topology={ kind = 'hierarchical', coordinators = 2, interval = '7s' }"],
    &["topology={ kind = 'hierarchical', uplink = {}, interval = '7s' }"],
    &["topology={ kind = 'hierarchical', uplink = {} }"],
    &["topology={ kind = 'hierarchical', uplink = { detector = {} } }"],
    &["topology={ kind = 'hierarchical', uplink = { detector = { kind = 'misses' } } }"],
    &["topology={ kind = 'hierarchical', uplink = { detector = { kind = 'timeout' } } }"],
    &["topology.capacity={}"],
    &["detector.check={}"],
    &["detector={ kind = 'phi', model = 'logistic' }"],
    &["verdict={}"],
    &["verdict.limit={}"],
    &["verdict.local_pause_guard={}"],
    &["network={}"],
    &["network={ transport = 'tcp', loss = 0.5, duplicate = 0.5, links = [{}], channels = [{}] }"],
    &["network={ links = [{}], channels = [{}] }"],
    &["network.bursts={}"],
    &["network.links=[{ bursts = {}, latency = {} }]"],
    &["faults=[{}]"],
    &["faults=[{ kind = 'crash', at = {} }]"],
    &["faults=[{ kind = 'degrade', links = {} }]"],
    &["faults=[{ kind = 'degrade', nodes = 'n1' }]"],
    &["faults=[{ kind = 'partition', isolate = 'n1' }]"],
    &["faults=[{ kind = 'crash', for = {} }]"],
    &["expect=[{}]"],
];

/// What all tables of a scenario are asked for, in the order in which they were.
pub(super) fn of_scenarios() -> Result<Vec<Reading>, String> {
    let mut documents = vec![vec![]];
    let mut add = |settings: &[String]| {
        documents.push(settings.to_vec());
        documents.push([settings, &ELSEWHERE.map(str::to_owned)].concat());
    };
    for kind in Layout::KINDS {
        add(&[format!("topology={{ kind = '{kind}' }}")]);
    }
    for kind in Suspicion::KINDS {
        add(&[format!("detector={{ kind = '{kind}' }}")]);
        add(&[format!("detector={{ kind = '{kind}' }}"), "topology.kind=pull".to_owned()]);
    }
    for kind in Trouble::KINDS {
        add(&[format!("faults=[{{ kind = '{kind}' }}]")]);
    }
    for kind in Law::KINDS {
        add(&[format!("network.latency={{ kind = '{kind}' }}")]);
        add(&[format!("network.latency={{ kind = 'mixture', parts = [{{ kind = '{kind}' }}] }}")]);
    }
    let variants = VARIANTS.iter().map(|settings| settings.iter().map(|set| (*set).to_owned()).collect());
    documents.extend(variants);
    let mut readings = Scenario::outline(&Document::parse("nothing", "")?);
    for settings in documents {
        let mut document = Document::parse("base", BASE)?;
        settings.iter().try_for_each(|set| document.set(set))?;
        readings.extend(Scenario::outline(&document));
    }
    Ok(readings)
}

/// What a file of conditions is asked for.
pub(super) fn of_conditions() -> Result<Vec<Reading>, String> {
    Ok(Conditions::outline(&Document::parse("nothing", "")?))
}
