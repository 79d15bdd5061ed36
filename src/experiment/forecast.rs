//! What a run will cost, before it costs anything.

use super::Simulation;
use crate::detectors::Beats;
use crate::engine::findings::Crash;
use crate::engine::model::Latency;
use crate::scenario::Scenario;

/// What the runs of a scenario will cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Messages of one run when nothing is lost and nobody crashes.
    pub messages: f64,
    /// Events of one run.
    pub events: f64,
    /// Bytes of memory of one run while it lasts.
    pub bytes: f64,
    /// Bytes that are kept of each run until the end.
    pub kept: f64,
}

/// Events a second on an ordinary machine and one core, for a rough guess of the time.
const EVENTS_PER_S: f64 = 15e6;

/// More events than this in one run are days of computing: a slip of the finger.
const MOST_EVENTS: f64 = 1e13;

impl Forecast {
    /// The forecast of a simulation.
    pub fn of(simulation: &Simulation<'_>) -> Forecast {
        let scenario = simulation.scenario;
        let cluster = scenario.cluster();
        let Beats { interval, .. } = scenario.beats();
        let plan = scenario.topology.member();
        let (members, nodes) = (f64::from(cluster.members), f64::from(cluster.nodes()));
        let pairs = members * f64::from(cluster.monitors);
        let beats = members * (scenario.duration.seconds() / interval.seconds());
        // A watch looks about once in each of its timeouts, and no timeout that makes sense is shorter than
        // an interval; so half a look for each beat is an upper guess.
        let looks = beats * 0.5 * f64::from(cluster.monitors);
        let changes: f64 = scenario
            .faults
            .iter()
            .map(|fault| fault.member().expected_changes(&cluster, scenario.duration))
            .sum();
        let footprint = simulation.footprint();
        let cost = plan.cost();
        let travelling = cost.messages * travel_s(scenario) / interval.seconds();
        let waiting = members * (cost.timers + travelling) + pairs + changes;
        let seconds = if simulation.by_second { scenario.duration.seconds() * 8.0 * KINDS } else { 0.0 };
        let bytes = nodes * footprint.node as f64
            + members * footprint.beat as f64
            + pairs * footprint.pair as f64
            + waiting * footprint.event as f64 * QUEUE_SLACK
            + changes * BYTES_PER_CHANGE
            + seconds
            + FIXED_BYTES;
        Forecast {
            messages: beats * cost.messages,
            events: beats * cost.events + looks + changes,
            bytes,
            kept: changes * size_of::<Crash>() as f64,
        }
    }

    /// A rough guess of the time that `replications` runs take on `threads` cores.
    pub fn seconds(&self, replications: u32, threads: usize) -> f64 {
        let rounds = f64::from(replications.div_ceil(threads.max(1) as u32));
        self.events * rounds / EVENTS_PER_S
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

/// How long a message travels on average before it arrives or the run ends. Taken over a thousand equal shares
/// of all delays, because a mean may be infinite where most delays are short.
fn travel_s(scenario: &Scenario) -> f64 {
    const SHARES: u32 = 1000;
    let longest = scenario.duration.seconds();
    let share = |number| (f64::from(number) + 0.5) / f64::from(SHARES);
    let delay = |number| scenario.network.latency.quantile(share(number)).min(longest);
    (0..SHARES).map(delay).sum::<f64>() / f64::from(SHARES)
}

/// What chunks that are not full add to the waiting events.
const QUEUE_SLACK: f64 = 1.25;
/// A planned change, while it is sorted and once more as an event.
const BYTES_PER_CHANGE: f64 = 160.0;
/// More kinds of messages than any topology has.
const KINDS: f64 = 8.0;
/// What an empty world needs.
const FIXED_BYTES: f64 = 4e6;

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
