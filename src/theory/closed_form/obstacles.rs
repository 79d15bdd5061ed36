//! What stands in the way of closed forms.

use super::super::limits;
use super::Gap;
use crate::engine::model::{Latency, Outage, Since};
use crate::engine::network::Transport;
use crate::faults::Trouble;
use crate::scenario::Scenario;
use crate::topologies::Discovery;

/// What stands in the way of a closed form, if anything does.
pub(super) fn obstacle(scenario: &Scenario, since: Since) -> Option<String> {
    let of_world = network_obstacle(scenario, since).or_else(|| fault_obstacle(scenario));
    of_world.or_else(|| limits::obstacle(scenario))
}

/// What of the network stands in the way.
fn network_obstacle(scenario: &Scenario, since: Since) -> Option<String> {
    let said = |reason: &str| Some(reason.to_owned());
    let network = &scenario.network;
    let latency = &network.usual.latency;
    let (least, most) = (latency.quantile(0.0), latency.quantile(1.0));
    if !network.links.is_empty() {
        return said("links differ, and crashes are known sooner here than there");
    }
    if !network.channels.is_empty() {
        return said("every beat takes several ways, of which the best count");
    }
    if network.usual.duplicate > 0.0 && least < most {
        return said("of a beat that arrives twice it is the sooner that counts");
    }
    if scenario.detector.cutoff.is_some_and(|cutoff| most > cutoff.seconds()) {
        return said("beats that travel for long are not heard");
    }
    // Where beats overtake one another, which of them counts matters. Where it is not allowed, one waits for
    // another.
    let interval = match Gap::of(scenario) {
        Ok(gap) if gap.waits => f64::INFINITY,
        Ok(gap) => gap.least,
        Err(_) => scenario.beats().interval.seconds(),
    };
    let may_overtake =
        !scenario.detector.count_late_beats && network.usual.transport() == Transport::Datagrams;
    if !may_overtake && most - least > interval {
        return said("a beat may be so late that the next one comes before it or waits for it");
    }
    let timeout = scenario.beats().probe_timeout?.seconds();
    if 2.0 * most > timeout {
        return said("an answer may come too late, which is as good as lost");
    }
    if since != Since::Question && least < most {
        return said("the way of a question moves the answer that follows");
    }
    None
}

/// What of the faults stands in the way: an observer that crashes tells later or never. Whatever else goes wrong
/// delays or loses beats.
fn fault_obstacle(scenario: &Scenario) -> Option<String> {
    let cluster = scenario.cluster();
    scenario.faults.iter().find_map(|fault| {
        if scenario.is_spared(fault) {
            return None;
        }
        if !fault.only_ends_lives() {
            return Some(format!("a fault of kind {} may delay or lose beats", fault.kind()));
        }
        if fault.member().refuses() && scenario.network.closing_counts() {
            return Some("a closed connection tells sooner than any silence".to_owned());
        }
        fault.member().strikes_observers(&cluster).then(|| "those who watch crash too".to_owned())
    })
}

/// Whether whoever is dead refuses what it is asked, where that counts; or why there is no saying.
pub(in crate::theory) fn all_refuse(scenario: &Scenario) -> Result<bool, String> {
    if !scenario.detector.suspicion.member().counts_questions() {
        return Ok(false);
    }
    let refuses = |fault: &Trouble| fault.member().refuses();
    match scenario.faults.iter().filter(|fault| refuses(fault)).count() {
        0 => Ok(false),
        count if count == scenario.faults.len() => Ok(true),
        _ => Err("a refusal tells sooner than any silence, and some crashes leave the one, some the other"
            .to_owned()),
    }
}

/// Why the mean is not that of crashes far apart, if it is not: `latest` is when a crash is known for sure.
pub(in crate::theory) fn return_obstacle(scenario: &Scenario, latest: f64) -> Option<String> {
    let outages = || scenario.faults.iter().map(|fault| fault.member().outage());
    let returns = |outage: &Outage| outage.shortest.is_some();
    if outages().any(|outage| outage.shortest.is_some_and(|shortest| shortest.seconds() <= latest)) {
        return Some("some nodes are back before their crash is known".to_owned());
    }
    let soon = outages().any(|outage| returns(&outage) && outage.by_chance);
    soon.then(|| "a node may crash again before it has been heard again".to_owned())
}

/// Whether those who watch are members, so that a crash may be that of a watcher.
pub(in crate::theory) fn watchers_crash(scenario: &Scenario) -> bool {
    let cluster = scenario.cluster();
    let watched = matches!(scenario.topology.member().discovery(&cluster), Discovery::Watched { .. });
    watched && cluster.nodes() == cluster.members && !scenario.faults.is_empty()
}
