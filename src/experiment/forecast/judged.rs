//! What a judge costs: the part of a run that is there once more for each other judge of the same traffic.

use super::{Copies, QUEUE_SLACK, changes};
use crate::detectors::HistoryOf;
use crate::engine::findings::{PAIRS_KEPT, PairFindings};
use crate::engine::model::Since;
use crate::engine::referee::Referee;
use crate::engine::time::Time;
use crate::engine::watch::{BYTES_PER_LINE, BYTES_PER_PLACE_IN_LINE, Check};
use crate::experiment::Simulation;
use crate::scenario::Scenario;

/// What of a run belongs to whoever judges it, and is there once more for each other judge.
#[derive(Clone, Copy)]
pub(in crate::experiment) struct Judged {
    /// Looks at deadlines.
    pub(super) looks: f64,
    /// Bytes of memory while the run lasts.
    pub(super) bytes: f64,
    /// Pairs of an observer and whom it watches.
    pub(super) pairs: f64,
    /// Bytes of all that is remembered of one of them.
    pub(super) pair_bytes: f64,
}

impl Judged {
    /// What the judge of a simulation costs.
    pub(super) fn of(simulation: &Simulation<'_>) -> Judged {
        let scenario = simulation.scenario;
        let cluster = scenario.cluster();
        let plan = scenario.topology.member();
        let (members, nodes) = (f64::from(cluster.members), f64::from(cluster.nodes()));
        let cost = plan.cost(&cluster);
        let pairs = members * cost.watches;
        let places = pairs + members * cost.free_places;
        // Of the pairs, each hears at most one beat an interval.
        let heard = scenario.duration.seconds() / scenario.beats().interval.seconds();
        let looks = members * heard * looks_per_beat(scenario) * cost.watches;
        let changes = changes(scenario);
        let footprint = simulation.footprint();
        let history = scenario.detector.suspicion.visit(HistoryOf(heard));
        let copies = Copies::of(&scenario.network);
        let pending_looks = if looks > 0.0 { pairs } else { 0.0 };
        let observers = simulation.observers().unwrap_or(cost.watches);
        // An observer that is cut off, or wakes late, may doubt everybody.
        let blinds = scenario
            .faults
            .iter()
            .any(|fault| !fault.only_ends_lives() && fault.member().strikes_observers(&cluster));
        let doubted = if blinds { members } else { changes.min(members) };
        let opinions = doubted * observers;
        let own_words = if plan.judges_itself() { BYTES_PER_OWN_WORD } else { 0.0 };
        let bytes = nodes * Referee::BYTES_PER_NODE as f64
            + places * footprint.pair as f64
            + members * cost.entries * footprint.entry as f64
            + (places + members * cost.entries) * history
            + copies.of_memories() * places * (footprint.pair as f64 + history)
            + pending_looks * footprint.event as f64 * QUEUE_SLACK
            // All watches begin at once, so their first looks are due, and made ready, at once.
            + pending_looks * (footprint.event + size_of::<u64>()) as f64
            + judging_bytes(scenario, places, nodes)
            + line_bytes(scenario, nodes, opinions)
            + opinions * (footprint.opinion as f64 + own_words)
            + opinions.min(PAIRS_KEPT as f64) * BYTES_PER_ROW
            + opinions.min(changes * cost.entries) * footprint.doubt as f64;
        let entry = if cost.entries > 0.0 { footprint.entry } else { footprint.pair };
        let (pairs, pair_bytes) = (pairs + members * cost.entries, history + entry as f64);
        Judged { looks, bytes, pairs, pair_bytes }
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

/// Where an observer declares only so many deaths in so long, it keeps a line, in which all of them may stand.
fn line_bytes(scenario: &Scenario, nodes: f64, opinions: f64) -> f64 {
    match scenario.verdict.rules.and_then(|rules| rules.limit) {
        Some(_) => nodes * BYTES_PER_LINE as f64 + opinions * BYTES_PER_PLACE_IN_LINE as f64,
        None => 0.0,
    }
}

/// Whether messages may fail to arrive though nobody crashes.
fn something_goes_missing(scenario: &Scenario) -> bool {
    scenario.network.loses() || !scenario.faults.iter().all(|fault| fault.kind() == "crash")
}

/// What is written down of a pair that was wrong or had a crash to find out, in a tree and once more in a list.
const BYTES_PER_ROW: f64 = 2.5 * size_of::<PairFindings>() as f64;
/// What a protocol that judges silence itself remembers of each node that it holds dead, and has to say of it.
const BYTES_PER_OWN_WORD: f64 = 160.0;
