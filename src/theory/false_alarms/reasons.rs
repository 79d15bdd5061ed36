//! Why no closed form is known.

use crate::engine::cluster::NodeId;
use crate::engine::model::Topology;
use crate::engine::network::Transport;
use crate::scenario::Scenario;
use crate::topologies::{Layout, TopologyVisitor};

/// Fails with the reason if what the scenario asks for is beyond all formulas.
pub(super) fn none_against(scenario: &Scenario) -> Result<(), String> {
    none_but_faults(scenario)?;
    of_rhythm(scenario)?;
    let cluster = scenario.cluster();
    for fault in scenario.faults.iter().filter(|fault| !scenario.is_spared(fault)) {
        if !fault.only_ends_lives() {
            return Err(format!("a {} makes mistakes of its own", fault.kind()));
        }
        if fault.member().strikes_observers(&cluster) {
            return Err("observers crash".to_owned());
        }
    }
    Ok(())
}

/// The same whatever faults there are, and however beats keep time.
pub(super) fn none_but_faults(scenario: &Scenario) -> Result<(), String> {
    of_topology(scenario)?;
    of_network(scenario)?;
    let rules = scenario.verdict.rules.ok_or("the protocol judges silence itself")?;
    if rules.limit.is_some() {
        return Err("deaths are declared at a limited rate".to_owned());
    }
    if rules.probation > crate::engine::time::Span::ZERO {
        return Err("the way back takes a probation".to_owned());
    }
    Ok(())
}

fn of_topology(scenario: &Scenario) -> Result<(), String> {
    match scenario.topology {
        Layout::Centralized(_) | Layout::Pull(_) | Layout::Peers(_) | Layout::Pairs(_) => (),
        Layout::Gossip(_) => return Err("beats come through others".to_owned()),
        Layout::Hierarchical(_) => return Err("silence is judged in two places".to_owned()),
        Layout::Leader(_) => return Err("every timeout is drawn anew".to_owned()),
        Layout::Swim(_) => return Err("the protocol judges silence itself".to_owned()),
    }
    let plan = scenario.topology.member();
    let cluster = scenario.cluster();
    if cluster.monitors > 1 && plan.is_watched_by_one() {
        return Err("monitors stand by for one another".to_owned());
    }
    if scenario.topology.visit(HasCapacity(scenario)) {
        return Err("beats wait for their turn at the observer".to_owned());
    }
    Ok(())
}

/// Fails with the reason if beats keep to no grid.
pub(super) fn of_rhythm(scenario: &Scenario) -> Result<(), String> {
    if !scenario.topology.member().rhythm().is_steady() {
        return Err("beats do not keep to a grid: they have jitter, or wait for one another".to_owned());
    }
    Ok(())
}

fn of_network(scenario: &Scenario) -> Result<(), String> {
    let network = &scenario.network;
    if !network.links.is_empty() {
        return Err("links differ".to_owned());
    }
    if network.ways().any(|way| way.transport() != Transport::Datagrams) {
        return Err("what was lost is sent again".to_owned());
    }
    Ok(())
}

/// Whether some observer takes time for what it hears.
struct HasCapacity<'a>(&'a Scenario);

impl TopologyVisitor for HasCapacity<'_> {
    type Output = bool;

    fn visit<T: Topology>(self, topology: &T) -> bool {
        let cluster = self.0.cluster();
        (0..cluster.nodes()).any(|node| topology.capacity(cluster, NodeId(node)).is_some())
    }
}
