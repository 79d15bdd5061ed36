//! A trace for Perfetto, in the trace event format of Chrome: each node is a process with a track of the messages that it
//! handles, tracks of what it was, and tracks of what others thought of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{LeftOut, Trace, Traced};
use crate::engine::cluster::{NodeId, Pair, Role};
use crate::engine::onlooker::{Envelope, Passage, Seen};
use crate::engine::time::Time;
use crate::page::chart::Condition;
use crate::results::json::quoted;
use crate::results::timeline::{Doubt, Lives, Plight, Stretch};

impl Trace<'_> {
    /// For Perfetto.
    pub fn perfetto(&self) -> Traced {
        let nodes = self.nodes_seen();
        let mut score = Score { trace: self, events: Vec::new(), numbers: 0 };
        score.titles(&nodes);
        score.messages();
        score.lives(&nodes);
        score.marks();
        score.events.sort_by_key(|(at, rank, _)| (*at, *rank));
        let left_out = self.left_out();
        let mut facts = self.facts();
        if let Some(LeftOut { events, before, .. }) = left_out {
            facts.push(("left_out", events.to_string()));
            facts.extend((before > 0).then(|| ("left_out_before", before.to_string())));
        }
        let facts: Vec<String> =
            facts.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        let events: Vec<String> = score.events.into_iter().map(|(_, _, event)| event).collect();
        let text = format!(
            "{{\"displayTimeUnit\": \"ms\", \"otherData\": {{{}}}, \"traceEvents\": [\n{}\n]}}\n",
            facts.join(", "),
            events.join(",\n")
        );
        Traced { text, left_out }
    }

    /// All nodes that have a part in anything.
    fn nodes_seen(&self) -> BTreeSet<NodeId> {
        let mut nodes = BTreeSet::new();
        for sighting in self.account.before.iter().chain(&self.account.sightings) {
            match sighting.what {
                Seen::Message(envelope, _) => nodes.extend([envelope.from, envelope.to]),
                Seen::HeldUp(node) | Seen::Takes(node, _) => _ = nodes.insert(node),
                Seen::Struck(node, _) | Seen::Mended(node, _) => nodes.extend(node),
                Seen::Worsens(_) | Seen::Heals(_) => (),
                Seen::Watches(pair)
                | Seen::WatchesNoMore(pair)
                | Seen::Closed(pair)
                | Seen::StandsInLine(pair)
                | Seen::Hears(pair, _)
                | Seen::Acts(pair)
                | Seen::Retracts(pair) => nodes.extend([pair.observer, pair.subject]),
                Seen::Thinks(verdict) => nodes.extend([verdict.pair.observer, verdict.pair.subject]),
            }
        }
        nodes
    }
}

/// What comes first of what happens at one moment: slices must be there when arrows are bound to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Title,
    Ends,
    Begins,
    Slice,
    Mark,
    Leaves,
    Arrives,
}

/// Handling a message takes no time in a simulation; it is drawn so long, or until the next one.
const DRAWN_NANOS: u64 = 100_000;

/// A trace while it is written down.
struct Score<'s, 'a> {
    trace: &'s Trace<'a>,
    events: Vec<(Time, Rank, String)>,
    /// How many arrows and stretches there are.
    numbers: u64,
}

impl Score<'_, '_> {
    /// An event of a node: its phase, its name, and whatever else belongs to it.
    fn event(&mut self, (at, rank): (Time, Rank), node: NodeId, (phase, name): (&str, &str), more: &str) {
        let (ts, pid, name) = (micros(at.nanos()), process(node), quoted(name));
        let event = format!(
            "{{\"ph\": \"{phase}\", \"ts\": {ts}, \"pid\": {pid}, \"tid\": 1, \"name\": {name}{more}}}"
        );
        self.events.push((at, rank, event));
    }

    fn titles(&mut self, nodes: &BTreeSet<NodeId>) {
        let cluster = self.trace.scenario.cluster();
        for node in nodes {
            let watches = cluster.role(*node) != Role::Member;
            let place = if watches { node.0 - cluster.members } else { node.0 + cluster.others() };
            let name = quoted(&self.trace.name(*node));
            for (what, argument) in [
                ("process_name", format!("\"name\": {name}")),
                ("process_sort_index", format!("\"sort_index\": {place}")),
                ("thread_name", "\"name\": \"messages\"".to_owned()),
            ] {
                let more = format!(", \"args\": {{{argument}}}");
                self.event((Time::ZERO, Rank::Title), *node, ("M", what), &more);
            }
        }
    }

    /// Messages: a slice at each moment at which a node sends or reads any, and an arrow for each that is read.
    fn messages(&mut self) {
        let mut acts: BTreeMap<(NodeId, Time), Vec<String>> = BTreeMap::new();
        let mut sent: BTreeSet<Envelope> = BTreeSet::new();
        let mut arrows: Vec<(Envelope, Time)> = Vec::new();
        for sighting in &self.trace.account.sightings {
            let Seen::Message(envelope, passage) = sighting.what else { continue };
            let (at, kind) = (sighting.at, envelope.kind);
            let [from, to] = [envelope.from, envelope.to].map(|node| self.trace.name(node));
            match passage {
                Passage::Sent => {
                    acts.entry((envelope.from, at)).or_default().push(format!("sends {kind} to {to}"));
                    sent.insert(envelope);
                }
                Passage::Read => {
                    acts.entry((envelope.to, at)).or_default().push(format!("reads {kind} of {from}"));
                    if sent.contains(&envelope) {
                        arrows.push((envelope, at));
                    }
                }
                _ => self.mishap(at, &envelope, passage),
            }
        }
        let all: Vec<(NodeId, Time)> = acts.keys().copied().collect();
        for (place, ((node, at), texts)) in acts.iter().enumerate() {
            let next = all.get(place + 1).filter(|(other, _)| other == node);
            let length = next.map_or(DRAWN_NANOS, |(_, next)| (*next - *at).nanos().min(DRAWN_NANOS));
            let [first] = &texts[..] else {
                let list: Vec<String> = texts.iter().take(MOST_TOLD).map(|text| quoted(text)).collect();
                let more = format!(
                    ", \"dur\": {}, \"args\": {{\"messages\": [{}]}}",
                    micros(length),
                    list.join(", ")
                );
                let name = format!("{} messages", texts.len());
                self.event((*at, Rank::Slice), *node, ("X", &name), &more);
                continue;
            };
            self.event((*at, Rank::Slice), *node, ("X", first), &format!(", \"dur\": {}", micros(length)));
        }
        for (envelope, at) in arrows {
            let id = self.number();
            let more = format!(", \"cat\": \"message\", \"id\": {id}");
            self.event((envelope.sent, Rank::Leaves), envelope.from, ("s", envelope.kind), &more);
            let more = format!("{more}, \"bp\": \"e\"");
            self.event((at, Rank::Arrives), envelope.to, ("f", envelope.kind), &more);
        }
    }

    /// A message goes wrong, at its sender as long as it has not left, and else at its receiver.
    fn mishap(&mut self, at: Time, envelope: &Envelope, passage: Passage) {
        let [from, to] = [envelope.from, envelope.to].map(|node| self.trace.name(node));
        let kind = envelope.kind;
        let (node, name) = match passage {
            Passage::Lost => (envelope.from, format!("{kind} to {to} is lost")),
            Passage::Cut if at == envelope.sent => (envelope.from, format!("{kind} to {to} is cut off")),
            Passage::SetsOut(_) => (envelope.from, format!("{kind} to {to} is sent once more")),
            Passage::ComesBack => (envelope.from, format!("{kind} to {to} is refused")),
            Passage::Cut => (envelope.to, format!("{kind} of {from} is cut off")),
            Passage::WaitsBehind | Passage::Queues => (envelope.to, format!("{kind} of {from} waits")),
            Passage::TurnedAway | Passage::QueueFull => (envelope.to, format!("{kind} of {from} is dropped")),
            Passage::FindsNobody => (envelope.to, format!("{kind} of {from} finds nobody")),
            Passage::Perishes => (envelope.to, format!("{kind} of {from} is lost unread")),
            Passage::Sent | Passage::Read => return,
        };
        self.mark(at, node, &name);
    }

    fn mark(&mut self, at: Time, node: NodeId, name: &str) {
        self.event((at, Rank::Mark), node, ("i", name), ", \"s\": \"t\"");
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// What nodes were, and what was thought of them.
    fn lives(&mut self, nodes: &BTreeSet<NodeId>) {
        let trace = self.trace;
        let window = (trace.window.0, trace.told_until());
        let lives = Lives::of(trace.scenario, trace.account, nodes, window);
        for Stretch { from, until, what: Plight { node, condition, note } } in &lives.plights {
            let word = match condition {
                Condition::Crashed => "crashed",
                Condition::Paused => "paused",
                Condition::Cut => "cut off",
                Condition::Hindered => "hindered",
            };
            let more = format!(", \"args\": {{\"note\": {}}}", quoted(note));
            self.stretch((*from, *until), *node, ("state", word), &more);
        }
        for Stretch { from, until, what: Doubt { pair, dead, wrong, told_by } } in &lives.doubts {
            let Pair { observer, subject } = *pair;
            let does = if *dead { "holds it dead" } else { "suspects it" };
            let name = format!("{} {does}", trace.name(observer));
            let told_by = told_by.map(|node| format!(", \"told_by\": {}", quoted(&trace.name(node))));
            let more = format!(", \"args\": {{\"wrong\": {wrong}{}}}", told_by.unwrap_or_default());
            self.stretch((*from, *until), subject, ("opinion", &name), &more);
        }
        for Stretch { from, until, what: node } in &lives.terms {
            self.stretch((*from, *until), *node, ("office", "leads"), "");
        }
    }

    /// A stretch of time, on a track of its own: stretches of one node may overlap.
    fn stretch(
        &mut self,
        (from, until): (Time, Time),
        node: NodeId,
        (category, name): (&str, &str),
        more: &str,
    ) {
        if from >= until {
            return;
        }
        let id = format!(", \"cat\": \"{category}\", \"id\": {}", self.number());
        self.event((from, Rank::Begins), node, ("b", name), &format!("{id}{more}"));
        self.event((until, Rank::Ends), node, ("e", name), &id);
    }

    /// What is decided in the name of all.
    fn marks(&mut self) {
        let trace = self.trace;
        for sighting in &trace.account.sightings {
            let (Pair { observer, subject }, does) = match sighting.what {
                Seen::Acts(pair) => (pair, "declares it dead in the name of all"),
                Seen::Retracts(pair) => (pair, "takes its death back in the name of all"),
                _ => continue,
            };
            self.mark(sighting.at, subject, &format!("{} {does}", trace.name(observer)));
        }
    }
}

/// So many messages of one moment are told one by one.
const MOST_TOLD: usize = 20;

/// Nodes are processes, numbered from 1: 0 means something else to some readers.
fn process(node: NodeId) -> u64 {
    u64::from(node.0) + 1
}

/// Nanoseconds in microseconds, exactly.
fn micros(nanos: u64) -> String {
    format!("{}.{:03}", nanos / 1000, nanos % 1000)
}
