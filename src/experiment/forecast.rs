//! What a run will cost, before it costs anything.

use super::Simulation;
use crate::detectors::{Beats, HistoryOf};
use crate::engine::findings::{Crash, PAIRS_KEPT, PairFindings};
use crate::engine::model::{Latency, Since};
use crate::engine::network::Transport;
use crate::engine::time::{Span, Time};
use crate::engine::watch::Check;
use crate::latencies::LatencyLaw;
use crate::measures::RunRecord;
use crate::scenario::{NetworkRules, Scenario};

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
        let Beats { interval, .. } = scenario.beats();
        let plan = scenario.topology.member();
        let (members, nodes) = (f64::from(cluster.members), f64::from(cluster.nodes()));
        let cost = plan.cost(&cluster);
        let pairs = members * cost.watches;
        let places = pairs + members * cost.free_places;
        let beats = members * (scenario.duration.seconds() / interval.seconds());
        let looks = beats * looks_per_beat(scenario) * cost.watches;
        let changes: f64 = scenario
            .faults
            .iter()
            .map(|fault| fault.member().expected_changes(&cluster, scenario.duration))
            .sum();
        let footprint = simulation.footprint();
        // Of the pairs, each hears at most one beat an interval.
        let heard = scenario.duration.seconds() / interval.seconds();
        let history = scenario.detector.suspicion.visit(HistoryOf(heard));
        let kinds = scenario.topology.message_kinds().len() as f64;
        let copies = Copies::of(&scenario.network);
        let travelling = cost.messages * copies.travel_s(scenario.duration) / interval.seconds();
        // Among those who speak to a few, each link is used all the time; who speaks to all, uses any of them.
        let spoken = beats * cost.messages;
        let few = members * cost.messages * 2.0;
        let links =
            if plan.judges_itself() || cost.entries > 0.0 { (nodes * nodes).min(spoken) } else { few };
        let pending_looks = if looks > 0.0 { pairs } else { 0.0 };
        let waiting = members * (cost.timers + travelling) + pending_looks + changes;
        let seconds = if simulation.by_second { scenario.duration.seconds() } else { 0.0 };
        let observers = simulation.observers().unwrap_or(cost.watches);
        // An observer that is cut off, or wakes late, may doubt everybody.
        let blinds = scenario
            .faults
            .iter()
            .any(|fault| !fault.only_ends_lives() && fault.member().strikes_observers(&cluster));
        let doubted = if blinds { members } else { changes.min(members) };
        let opinions = doubted * observers;
        let own_words = if plan.judges_itself() { BYTES_PER_OWN_WORD } else { 0.0 };
        let bytes = nodes * footprint.node as f64
            + members * footprint.beat as f64
            + places * footprint.pair as f64
            + members * (cost.entries * footprint.entry as f64 + cost.bytes)
            + (places + members * cost.entries) * history
            + copies.of_memories() * places * (footprint.pair as f64 + history)
            + members * travelling * cost.parcel_bytes * QUEUE_SLACK
            + waiting * footprint.event as f64 * QUEUE_SLACK
            // All watches begin at once, so their first looks are due, and made ready, at once.
            + pending_looks * (footprint.event + size_of::<u64>()) as f64
            + judging_bytes(scenario, places, nodes)
            + copies.bytes(links, nodes)
            + opinions * (footprint.opinion as f64 + own_words)
            + opinions.min(PAIRS_KEPT as f64) * BYTES_PER_ROW
            + opinions.min(changes * cost.entries) * footprint.doubt as f64
            + changes * BYTES_PER_CHANGE
            + seconds * (kinds * BYTES_PER_COUNT + size_of::<Vec<u64>>() as f64)
            + FIXED_BYTES;
        Forecast {
            messages: spoken * copies.sent,
            events: beats * (cost.events + cost.messages * (copies.arriving - 1.0)) + looks + changes,
            read: spoken * copies.arriving * cost.parcel_bytes,
            bytes,
            pairs: pairs + members * cost.entries,
            pair_bytes: history + if cost.entries > 0.0 { footprint.entry } else { footprint.pair } as f64,
            kept: changes * size_of::<Crash>() as f64
                + size_of::<RunRecord>() as f64
                + COUNTS_BY_KIND * kinds * BYTES_PER_COUNT,
        }
    }

    /// What a pass costs in which several judge the same traffic, of each of whom it is known what it costs alone.
    pub fn of_panel(alone: &[Forecast]) -> Forecast {
        let Some((first, others)) = alone.split_first() else { return Forecast::default() };
        let more = |of: fn(&Forecast) -> f64| others.iter().map(of).sum::<f64>();
        Forecast {
            events: first.events + more(|one| one.events - one.messages).max(0.0) / 2.0,
            bytes: first.bytes + more(|one| one.pairs * one.pair_bytes),
            kept: first.kept + more(|one| one.kept),
            ..*first
        }
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

/// How often a watch looks in one interval. A look finds the newest beat, and comes again when its silence is over:
/// as many intervals later as there are whole ones in that silence, or one less where a beat may be late. Where
/// every beat is a mistake there is a look for each, and where the bearable silence is not known beforehand this is
/// a guess for one that hardly bears a loss.
fn looks_per_beat(scenario: &Scenario) -> f64 {
    const MOST: f64 = 1.5;
    const GUESS: f64 = 1.0;
    match scenario.silence() {
        None => GUESS,
        Some(silence) if silence.since == Since::Question => 0.0,
        Some(silence) => {
            let intervals = silence.least.seconds() / scenario.beats().interval.seconds();
            if intervals > 1.0 { 1.0 / (intervals.ceil() - 1.0) } else { MOST }
        }
    }
}

/// What is remembered of pairs and nodes only under some rules: the way back of the dead, when scans begin, and
/// which messages went missing.
fn judging_bytes(scenario: &Scenario, places: f64, nodes: f64) -> f64 {
    const BYTES_PER_TIME: f64 = size_of::<Time>() as f64;
    let slow_return = scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly());
    let scans = matches!(scenario.detector.check, Check::Every { .. });
    let recoveries = if slow_return { places * 2.0 * BYTES_PER_TIME } else { 0.0 };
    let phases = if scans { nodes * BYTES_PER_TIME } else { 0.0 };
    // A list for each pair, or each node, and in it mostly one message.
    let lists = (size_of::<Vec<Time>>() + 2 * size_of::<Time>()) as f64;
    let mishaps = if something_goes_missing(scenario) { places.max(nodes) * lists } else { 0.0 };
    recoveries + phases + mishaps
}

/// Whether messages may fail to arrive though nobody crashes.
fn something_goes_missing(scenario: &Scenario) -> bool {
    scenario.network.loses() || !scenario.faults.iter().all(|fault| fault.kind() == "crash")
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
/// What is written down of a pair that was wrong or had a crash to find out, in a tree and once more in a list.
const BYTES_PER_ROW: f64 = 2.5 * size_of::<PairFindings>() as f64;
/// What a protocol that judges silence itself remembers of each node that it holds dead, and has to say of it.
const BYTES_PER_OWN_WORD: f64 = 160.0;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Shelf};
    use crate::engine::world::Meter;
    use crate::scenario::shipped::SHIPPED;

    fn scenario(name: &str, text: &str, sets: &[&str]) -> Scenario {
        scenario_with(Shelf::default(), name, text, sets)
    }

    fn scenario_with(shelf: impl Into<Shelf>, name: &str, text: &str, sets: &[&str]) -> Scenario {
        let mut document = Document::parse(name, text).expect("it is TOML");
        sets.iter().for_each(|set| document.set(set).expect("it can be set"));
        Scenario::read(&document, shelf).expect("it is valid")
    }

    #[test]
    fn what_is_foretold_is_what_happens_for_every_shipped_scenario() {
        for shipped in SHIPPED {
            let mut scenario = scenario_with(shipped.stock(), shipped.name, shipped.text, &["warmup=0s"]);
            let is_cut = scenario.faults.iter().any(|fault| fault.kind() == "partition");
            if is_cut || scenario.topology.member().judges_itself() || scenario.network.loses() {
                // Where something is lost it is asked or said again, and what was found out is told; behind a wall
                // a second may lead. A forecast is for when nothing is lost and nobody crashes.
                scenario.network.usual.loss = 0.0;
                scenario.faults.clear();
            }
            let simulation = Simulation { scenario: &scenario, by_second: false };
            let forecast = Forecast::of(&simulation);
            let run = simulation.replication(0, &Meter::default()).expect("nobody says stop");
            let messages = run.sent() as f64 / forecast.messages;
            let events = run.events as f64 / forecast.events;
            // Who is down says nothing, and not every beat needs a look. Elections that nobody needed come on top.
            assert!((0.4..=1.02).contains(&messages), "{}: {messages} of the messages", shipped.name);
            assert!((0.35..=1.05).contains(&events), "{}: {events} of the events", shipped.name);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_figure() {
        let small = "cluster = { nodes = 1000 }\ntopology = { kind = \"centralized\" }\n\
                     detector = { kind = \"timeout\", timeout = \"3s\" }";
        for (sets, memory, said) in [
            (&[][..], 1e9, None),
            (&["cluster.nodes=50000000"][..], 1e9, Some("need about 9.7 GB")),
            (&["cluster.nodes=50000000"][..], 1e11, None),
            // Each of 20,000 keeps a table of all.
            (&["topology.kind=gossip", "cluster.nodes=20000"][..], 1e9, Some("need about 3.2 GB")),
            // An hour on the way means 3600 messages in flight for each node.
            (
                &["network.latency={kind=\"constant\",value=\"1h\"}", "duration=2h", "cluster.nodes=10000"][..],
                1e9,
                Some("need about 1.6 GB"),
            ),
            (&["topology.interval=1ns"][..], 1e9, Some("1.2e15 events")),
        ] {
            let scenario = scenario("small", small, sets);
            let forecast = Forecast::of(&Simulation { scenario: &scenario, by_second: false });
            let refusal = forecast.refusal(1, 1, memory);
            match said {
                None => assert_eq!(refusal, None, "{sets:?}"),
                Some(said) => {
                    assert!(refusal.as_ref().is_some_and(|text| text.contains(said)), "{refusal:?}")
                }
            }
        }
    }

    #[test]
    fn what_only_some_rules_need_is_counted_where_they_need_it() {
        let plain = "cluster = { nodes = 100000 }\ntopology = { kind = \"centralized\" }\n\
                     detector = { kind = \"timeout\", timeout = \"3s\" }";
        let forecast = |sets: &[&str], by_second| {
            Forecast::of(&Simulation { scenario: &scenario("plain", plain, sets), by_second })
        };
        let more = |sets: &[&str]| (forecast(sets, false).bytes - forecast(&[], false).bytes) / 1e5;
        for (set, bytes) in [
            ("network.loss=0.1", 40.0),
            ("verdict.successes=2", 16.0),
            ("detector.check={every=\"1s\"}", 8.0),
        ] {
            assert!((more(&[set]) - bytes).abs() < 0.1, "{set}: {} bytes for each node", more(&[set]));
        }
        for kind in ["centralized", "gossip"] {
            let set = format!("topology.kind={kind}");
            let sets = [set.as_str(), "cluster.nodes=1000"];
            let second = (forecast(&sets, true).bytes - forecast(&sets, false).bytes) / 600.0;
            let kinds = scenario("plain", plain, &sets).topology.message_kinds().len();
            assert!((second - (24.0 + 8.0 * kinds as f64)).abs() < 0.01, "{kind}: {second} bytes a second");
        }
        let dead = "faults=[{ kind = \"crash\", nodes = \"random:100\", at = \"1m\" }]";
        let small = "topology={ kind = \"gossip\" }";
        let opinions = forecast(&[small, "cluster.nodes=1000", dead], false).bytes
            - forecast(&[small, "cluster.nodes=1000"], false).bytes;
        assert!(opinions > 100.0 * 1000.0 * 100.0, "a thousand opinions of each of the dead: {opinions}");
    }

    #[test]
    fn whoever_may_be_doubted_is_counted() {
        let plain = "cluster = { nodes = 1000 }\ntopology = { kind = \"centralized\" }\n\
                     detector = { kind = \"timeout\", timeout = \"3s\" }";
        let forecast = |faults: &str| {
            let fault = format!("faults=[{{ at = \"1m\", {faults} }}]");
            Forecast::of(&Simulation { scenario: &scenario("plain", plain, &[&fault]), by_second: false })
        };
        let crash = forecast("kind = \"crash\", nodes = \"n0..n99\"");
        for alike in [
            "kind = \"pause\", nodes = \"n0..n99\"",
            "kind = \"partition\", isolate = \"n0..n99\"",
            "kind = \"degrade\", nodes = \"n0..n99\", loss = 0.5",
            "kind = \"partition\", groups = [\"n0..n49\", \"n50..n99\"]",
        ] {
            let forecast = forecast(alike);
            let work = |forecast: &Forecast| (forecast.messages, forecast.events, forecast.kept);
            assert_eq!(work(&forecast), work(&crash), "{alike}");
            let lists = forecast.bytes - crash.bytes;
            assert!((lists / 1000.0 - 40.0).abs() < 0.1, "{alike}: {lists} bytes for what goes missing");
        }
        let one = forecast("kind = \"pause\", nodes = \"n0\"").bytes;
        for (blinds, faults) in [
            (false, "kind = \"crash\", nodes = \"m0\""),
            (true, "kind = \"pause\", nodes = \"m0\""),
            (true, "kind = \"partition\", isolate = \"m0\""),
        ] {
            let more = forecast(faults).bytes - one;
            assert_eq!(more > 998.0 * 40.0, blinds, "{faults}: {more} bytes more");
        }
    }

    #[test]
    fn fewer_runs_at_once_where_memory_is_short() {
        let forecast = Forecast {
            messages: 0.0,
            events: 0.0,
            read: 0.0,
            bytes: 1e9,
            pairs: 0.0,
            pair_bytes: 0.0,
            kept: 1e6,
        };
        for (memory, runs) in [(5.5e9, 5), (1.0e9, 1), (0.0, 1)] {
            assert_eq!(forecast.runs_at_once(100, memory), runs);
        }
    }

    #[test]
    fn memory_reads_well() {
        for (bytes, text) in [
            (0.0, "0 bytes"),
            (999.0, "999 bytes"),
            (1_000.0, "1.0 KB"),
            (2.5e9, "2.5 GB"),
            (1.2e14, "120 TB"),
        ] {
            assert_eq!(memory_text(bytes), text);
        }
    }
}
