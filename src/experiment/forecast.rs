//! What a run will cost, before it costs anything.

mod judged;
#[cfg(test)]
mod tests;

use super::{Hearing, Simulation};
use crate::engine::findings::Crash;
use crate::engine::model::Latency;
use crate::engine::network::Transport;
use crate::engine::referee::Referee;
use crate::engine::time::Span;
use crate::faults::Trouble;
use crate::latencies::LatencyLaw;
use crate::measures::RunRecord;
use crate::scenario::{NetworkRules, Scenario};
pub(super) use judged::Judged;

/// What the runs of a scenario will cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// Messages of one run when nothing is lost and nobody crashes.
    pub messages: f64,
    /// Events of one run.
    pub events: f64,
    /// Bytes of all parcels that are read in one run.
    pub read: f64,
    /// Bytes of memory of one run while it lasts.
    pub bytes: f64,
    /// Pairs of an observer and whom it watches.
    pub pairs: f64,
    /// Bytes of all that is remembered of one of them.
    pub pair_bytes: f64,
    /// Bytes that are kept of each run until the end.
    pub kept: f64,
}

/// Events a second on an ordinary machine and one core, for a rough guess of the time.
const EVENTS_PER_S: f64 = 15e6;

/// Bytes of parcels that are read a second, and merged into what is known.
const READ_PER_S: f64 = 3e9;

/// More events than this in one run are days of computing: a slip of the finger.
const MOST_EVENTS: f64 = 1e13;

impl Forecast {
    /// The forecast of a simulation.
    pub fn of(simulation: &Simulation<'_>) -> Forecast {
        let scenario = simulation.scenario;
        let cluster = scenario.cluster();
        let plan = scenario.topology.member();
        let interval = scenario.beats().interval.seconds() * (1.0 + plan.rhythm().mean_stray());
        let (members, nodes) = (f64::from(cluster.members), f64::from(cluster.nodes()));
        let cost = plan.cost(&cluster);
        let beats = members * (scenario.duration.seconds() / interval);
        let changes = changes(scenario);
        let footprint = simulation.footprint();
        let kinds = scenario.topology.message_kinds().len() as f64;
        let copies = Copies::of(&scenario.network);
        let travelling = cost.messages * copies.travel_s(scenario.duration) / interval;
        // Among those who speak to a few, each link is used all the time; who speaks to all, uses any of them.
        let spoken = beats * cost.messages;
        let few = members * cost.messages * 2.0;
        let links =
            if plan.judges_itself() || cost.entries > 0.0 { (nodes * nodes).min(spoken) } else { few };
        let waiting = members * (cost.timers + travelling) + changes;
        let seconds = if simulation.by_second { scenario.duration.seconds() } else { 0.0 };
        let judged = Judged::of(simulation);
        let bytes = nodes * (footprint.node - Referee::BYTES_PER_NODE) as f64
            + members * footprint.beat as f64
            + members * cost.bytes
            + members * travelling * cost.parcel_bytes * QUEUE_SLACK
            + waiting * footprint.event as f64 * QUEUE_SLACK
            + copies.bytes(links, nodes)
            + changes * BYTES_PER_CHANGE
            + seconds * (kinds * BYTES_PER_COUNT + size_of::<Vec<u64>>() as f64)
            + FIXED_BYTES
            + judged.bytes;
        Forecast {
            messages: spoken * copies.sent,
            events: beats * (cost.events + cost.messages * (copies.arriving - 1.0)) + judged.looks + changes,
            read: spoken * copies.arriving * cost.parcel_bytes,
            bytes,
            pairs: judged.pairs,
            pair_bytes: judged.pair_bytes,
            kept: changes * size_of::<Crash>() as f64
                + size_of::<RunRecord>() as f64
                + COUNTS_BY_KIND * kinds * BYTES_PER_COUNT,
        }
    }

    /// The forecast of a hearing: the traffic once, and each judge of it.
    pub fn of_hearing(hearing: &Hearing<'_>) -> Forecast {
        let alone =
            |scenario: &&Scenario| Forecast::alone(&Simulation { scenario, by_second: hearing.by_second });
        Forecast::together(hearing.scenarios.iter().map(alone))
    }

    /// What a simulation costs, and what of that is for judging.
    pub(super) fn alone(simulation: &Simulation<'_>) -> (Forecast, Judged) {
        (Forecast::of(simulation), Judged::of(simulation))
    }

    /// What simulations cost together if they share their traffic.
    pub(super) fn together(alone: impl Iterator<Item = (Forecast, Judged)>) -> Forecast {
        let add = |(sum, _): (Forecast, Judged), (one, judged): (Forecast, Judged)| {
            let sum = Forecast {
                events: sum.events + judged.looks,
                bytes: sum.bytes + judged.bytes,
                pair_bytes: sum.pair_bytes + one.pair_bytes,
                kept: sum.kept + one.kept,
                ..sum
            };
            (sum, judged)
        };
        alone.reduce(add).map_or(Forecast::default(), |(sum, _)| sum)
    }

    /// A rough guess of the time that `replications` runs take on `threads` cores.
    pub fn seconds(&self, replications: u32, threads: usize) -> f64 {
        let rounds = f64::from(replications.div_ceil(threads.max(1) as u32));
        (self.events / EVENTS_PER_S + self.read / READ_PER_S) * rounds
    }

    /// How many runs fit into `memory` bytes at once; one, if none does.
    pub fn runs_at_once(&self, replications: u32, memory: f64) -> usize {
        let left = memory - self.kept * f64::from(replications);
        ((left / self.bytes) as usize).max(1)
    }

    /// Why the runs cannot be done with `threads` of them at once in `memory` bytes, if they cannot.
    pub fn refusal(&self, replications: u32, threads: usize, memory: f64) -> Option<String> {
        if self.events > MOST_EVENTS {
            return Some(format!(
                "one run would take about {:.1e} events, more than {MOST_EVENTS:.0e}; use fewer nodes, a longer \
                 interval or a shorter duration",
                self.events
            ));
        }
        let needed = self.bytes * threads as f64 + self.kept * f64::from(replications);
        (needed > memory).then(|| {
            format!(
                "{threads} run(s) at once need about {}, and {} are free; use fewer nodes or --threads 1, or \
                 allow more with --memory",
                memory_text(needed),
                memory_text(memory)
            )
        })
    }
}

/// Changes that faults plan.
fn changes(scenario: &Scenario) -> f64 {
    let cluster = scenario.cluster();
    let of = |fault: &Trouble| fault.member().expected_changes(&cluster, scenario.duration);
    scenario.faults.iter().map(of).sum()
}

/// What becomes of one message on its way.
struct Copies<'a> {
    /// How many are sent: one on each channel.
    sent: f64,
    /// How many arrive.
    arriving: f64,
    network: &'a NetworkRules,
}

impl Copies<'_> {
    /// Where links differ, as on the one where most arrive.
    fn of(network: &NetworkRules) -> Copies<'_> {
        let arriving = network.ways().map(|way| 1.0 + way.duplicate);
        let (sent, arriving) = match network.channels.len() {
            0 => (1.0, arriving.fold(0.0, f64::max)),
            channels => (channels as f64, arriving.sum()),
        };
        Copies { sent, arriving, network }
    }

    /// How many memories a pair has besides its own: one for each channel, if there are several.
    fn of_memories(&self) -> f64 {
        self.network.channels.len() as f64
    }

    /// How long all copies together travel on average. Where links differ, as on the one where that is longest.
    fn travel_s(&self, duration: Span) -> f64 {
        let ways = self.network.ways();
        let travels = ways.map(|way| (1.0 + way.duplicate) * travel_s(&way.latency, duration));
        if self.network.channels.is_empty() { travels.fold(0.0, f64::max) } else { travels.sum() }
    }

    /// What is remembered of links: how they are, and what waits on them to be delivered; and of nodes, which of them
    /// have links with rules of their own.
    fn bytes(&self, links: f64, nodes: f64) -> f64 {
        let network = self.network;
        const BYTES_PER_NAME: f64 = 48.0;
        const BYTES_PER_CHAIN: f64 = 2.0 + BYTES_PER_NAME;
        const BYTES_PER_STREAM: f64 = 40.0 + BYTES_PER_NAME;
        const BYTES_PER_NODE: f64 = 16.0;
        let has_chains = network.ways().any(|way| way.bursts.is_some());
        let has_streams = network.ways().any(|way| way.transport() != Transport::Datagrams);
        let each =
            if has_chains { BYTES_PER_CHAIN } else { 0.0 } + if has_streams { BYTES_PER_STREAM } else { 0.0 };
        let exceptions = if network.links.is_empty() { 0.0 } else { nodes * BYTES_PER_NODE };
        links * self.sent * each + exceptions
    }
}

/// How long a message travels on average before it arrives or the run ends. Taken over a thousand equal shares
/// of all delays, because a mean may be infinite where most delays are short.
fn travel_s(latency: &LatencyLaw, duration: Span) -> f64 {
    const SHARES: u32 = 1000;
    let longest = duration.seconds();
    let share = |number| (f64::from(number) + 0.5) / f64::from(SHARES);
    let delay = |number| latency.quantile(share(number)).min(longest);
    (0..SHARES).map(delay).sum::<f64>() / f64::from(SHARES)
}

/// What chunks and boxes that are not full add to what waits or is on its way.
const QUEUE_SLACK: f64 = 1.4;
/// A planned change, while it is sorted and once more as an event, and what the referee keeps of who crashed.
const BYTES_PER_CHANGE: f64 = 400.0;
/// A count of messages.
const BYTES_PER_COUNT: f64 = 8.0;
/// Counts of messages by kind of one record: sent, delivered, lost, dropped.
const COUNTS_BY_KIND: f64 = 4.0;
/// What an empty world needs.
const FIXED_BYTES: f64 = 6e6;

/// Bytes of memory that are free on this machine, as far as it tells; else a modest four gigabytes.
pub fn memory_available() -> f64 {
    const MODEST: f64 = 4e9;
    let Ok(report) = std::fs::read_to_string("/proc/meminfo") else { return MODEST };
    let line = report.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kibibytes = line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kibibytes.map_or(MODEST, |kibibytes| kibibytes * 1024.0)
}

/// A number of bytes as a person reads it.
pub fn memory_text(bytes: f64) -> String {
    let (mut amount, mut units) = (bytes, ["bytes", "KB", "MB", "GB", "TB", "PB"].iter());
    let mut unit = units.next();
    while amount >= 1000.0 {
        let Some(larger) = units.next() else { break };
        unit = Some(larger);
        amount /= 1000.0;
    }
    let unit = unit.copied().unwrap_or_default();
    if amount >= 100.0 || unit == "bytes" {
        format!("{amount:.0} {unit}")
    } else {
        format!("{amount:.1} {unit}")
    }
}
