//! A trace as a sequence diagram for Mermaid: messages are arrows, and what became of nodes is noted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{LeftOut, Trace, Traced};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Blow, Depth, Office, Opinion};
use crate::engine::onlooker::{Account, Envelope, Hardship, Passage, Seen, Sighting, Verdict};
use crate::engine::time::Time;
use crate::results::numbers::exact_seconds;
use crate::results::story::Clock;
use crate::scenario::Scenario;

/// A line of a diagram.
enum Line {
    /// From whom to whom, by which arrow, and what is written above it.
    Arrow(NodeId, NodeId, &'static str, String),
    /// Over whom, or over everybody, and what.
    Note(Option<NodeId>, String),
}

impl Line {
    /// Over whom it is, or between whom.
    fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let nodes = match self {
            Line::Arrow(from, to, ..) => [Some(*from), Some(*to)],
            Line::Note(node, _) => [*node, None],
        };
        nodes.into_iter().flatten()
    }
}

impl Trace<'_> {
    /// As a sequence diagram of at most so many arrows and notes.
    pub fn mermaid(&self, most: usize) -> Traced {
        let Account { before, sightings, left_out: unseen, left_out_before, .. } = self.account;
        let clock = Clock::new(None, before.iter().chain(sightings).map(|sighting| sighting.at));
        let diagram = Diagram { trace: self, clock, endings: self.endings() };
        let seen = |sighting: &Sighting| Some((sighting.at, diagram.line(sighting)?));
        let mut lines: Vec<(Time, Line)> = sightings.iter().filter_map(seen).collect();
        let share = most / SHARE_BEFORE;
        let nodes = nodes_of(&lines[..lines.len().min(most - share)]);
        let mut notes = diagram.before(&nodes);
        let before = notes.len().saturating_sub(share) as u64 + left_out_before;
        notes.truncate(share);
        let told = lines.len().min(most - notes.len());
        let events = (lines.len() - told) as u64 + unseen;
        lines.truncate(told);
        let after = lines.last().map_or(self.window.0, |(at, _)| *at);
        let told_before = notes.len() as u64;
        let left_out = LeftOut { after, told: told as u64, events, told_before, before };
        let left_out = Some(left_out).filter(|left_out| left_out.events + left_out.before > 0);
        let lines: Vec<Line> = notes.into_iter().chain(lines.into_iter().map(|(_, line)| line)).collect();
        Traced { text: diagram.drawn(&lines, left_out), left_out }
    }

    /// How many of each message come to an end here.
    fn endings(&self) -> BTreeMap<Envelope, usize> {
        let mut endings = BTreeMap::new();
        for sighting in &self.account.sightings {
            if let Seen::Message(envelope, passage) = sighting.what
                && ends(&envelope, passage)
            {
                *endings.entry(envelope).or_default() += 1;
            }
        }
        endings
    }
}

/// Of the lines of a diagram, what held before takes one of so many at most.
const SHARE_BEFORE: usize = 4;
/// So many things that held before are told of a node.
const MOST_OF_ONE: usize = 3;

/// Who has an arrow or a note.
fn nodes_of(lines: &[(Time, Line)]) -> BTreeSet<NodeId> {
    lines.iter().flat_map(|(_, line)| line.nodes()).collect()
}

/// Whether nothing more becomes of a message.
fn ends(envelope: &Envelope, passage: Passage) -> bool {
    match passage {
        Passage::Lost | Passage::Cut => !envelope.is_sent_again,
        Passage::TurnedAway
        | Passage::QueueFull
        | Passage::FindsNobody
        | Passage::Perishes
        | Passage::Read => true,
        Passage::Sent | Passage::SetsOut(_) | Passage::WaitsBehind | Passage::Queues | Passage::ComesBack => {
            false
        }
    }
}

struct Diagram<'a> {
    trace: &'a Trace<'a>,
    clock: Clock,
    endings: BTreeMap<Envelope, usize>,
}

impl Diagram<'_> {
    /// What held before: a note over everybody of each thing that struck the network, and one over each of these nodes
    /// of whom there is something to tell that is between them.
    fn before(&self, nodes: &BTreeSet<NodeId>) -> Vec<Line> {
        let mut notes = Vec::new();
        let mut of_nodes: BTreeMap<NodeId, Vec<String>> = BTreeMap::new();
        for sighting in &self.trace.account.before {
            let is_between = match sighting.what {
                Seen::Thinks(verdict) => nodes.contains(&verdict.pair.subject),
                Seen::Acts(pair) => nodes.contains(&pair.subject),
                _ => true,
            };
            match self.line(sighting).filter(|_| is_between) {
                Some(Line::Note(Some(node), text)) if nodes.contains(&node) => {
                    of_nodes.entry(node).or_default().push(text);
                }
                Some(note @ Line::Note(None, _)) => notes.push(note),
                _ => (),
            }
        }
        notes.extend(of_nodes.into_iter().map(|(node, texts)| {
            let more = texts.len().saturating_sub(MOST_OF_ONE);
            let mut text = texts.into_iter().take(MOST_OF_ONE).collect::<Vec<String>>().join(", ");
            if more > 0 {
                text.push_str(&format!(", and {more} more"));
            }
            Line::Note(Some(node), text)
        }));
        notes
    }

    fn line(&self, Sighting { at, what }: &Sighting) -> Option<Line> {
        let time = self.clock.time(*at);
        let over = |node: NodeId, text: String| Some(Line::Note(Some(node), format!("{time} {text}")));
        match what {
            Seen::Message(envelope, passage) => self.message(*at, envelope, *passage),
            Seen::Struck(Some(node), hardship) => over(*node, struck(*hardship, true)),
            Seen::Mended(Some(node), hardship) => over(*node, struck(*hardship, false)),
            Seen::Worsens(place) | Seen::Heals(place) => {
                self.network(*place, matches!(what, Seen::Worsens(_)), &time)
            }
            Seen::Thinks(verdict) => over(verdict.pair.observer, self.verdict(verdict)),
            Seen::Closed(pair) => {
                over(pair.observer, format!("its connection to {} is closed", self.name(pair.subject)))
            }
            Seen::Acts(pair) => {
                over(pair.observer, format!("declares {} dead in the name of all", self.name(pair.subject)))
            }
            Seen::Retracts(pair) => over(
                pair.observer,
                format!("takes the death of {} back in the name of all", self.name(pair.subject)),
            ),
            Seen::Takes(node, office) => {
                let does = match office {
                    Office::Leader => "leads from now on",
                    Office::Candidate => "starts an election",
                    Office::Follower => "follows another",
                };
                over(*node, does.to_owned())
            }
            Seen::Struck(None, _)
            | Seen::Mended(None, _)
            | Seen::HeldUp(_)
            | Seen::Watches(_)
            | Seen::WatchesNoMore(_)
            | Seen::StandsInLine(_)
            | Seen::Hears(..) => None,
        }
    }

    fn name(&self, node: NodeId) -> String {
        self.trace.name(node)
    }

    /// A message is drawn once, where it ends, or where it is sent if its end is not seen.
    fn message(&self, at: Time, envelope: &Envelope, passage: Passage) -> Option<Line> {
        let Envelope { from, to, sent, kind, .. } = *envelope;
        let time = self.clock.time(at);
        let (arrow, becomes) = match passage {
            Passage::Sent if !self.endings.contains_key(envelope) => ("-)", ""),
            Passage::Read => ("->>", ""),
            Passage::Lost => ("--x", ", lost"),
            Passage::Cut => ("--x", ", cut off"),
            Passage::TurnedAway | Passage::QueueFull => ("--x", ", dropped"),
            Passage::FindsNobody => ("--x", ", finds nobody"),
            Passage::Perishes => ("--x", ", lost unread"),
            _ => return None,
        };
        let by = self.trace.channel(envelope).map_or(String::new(), |channel| format!(" by {channel}"));
        let of = if sent == at { String::new() } else { format!(" of {}", self.clock.time(sent)) };
        Some(Line::Arrow(from, to, arrow, format!("{time} {kind}{of}{by}{becomes}")))
    }

    fn network(&self, place: u32, begins: bool, time: &str) -> Option<Line> {
        let (node, blow) = self.trace.account.blows.get(place as usize)?;
        let is_wall = matches!(blow, Blow::Wall(_));
        let text = match (node, is_wall, begins) {
            (Some(_), true, true) => "is cut off".to_owned(),
            (Some(_), true, false) => "is cut off no more".to_owned(),
            (Some(_), false, true) => "has worse links".to_owned(),
            (Some(_), false, false) => "has its links back".to_owned(),
            (None, true, true) => self.wall(blow),
            (None, true, false) => "the wall falls".to_owned(),
            (None, false, true) => "links get worse".to_owned(),
            (None, false, false) => "links are as before".to_owned(),
        };
        Some(Line::Note(*node, format!("{time} {text}")))
    }

    fn wall(&self, blow: &Blow) -> String {
        let Blow::Wall(wall) = blow else { return String::new() };
        let names = |side: &Vec<Range<u32>>| {
            let names: Vec<String> = side.iter().map(|range| self.trace.names(range)).collect();
            names.join(", ")
        };
        let sides: Vec<String> = wall.sides.iter().map(names).collect();
        format!("a wall around {}", sides.join(" and around "))
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        let Verdict { pair, opinion, silence, hearsay, is_wrong } = verdict;
        let subject = self.name(pair.subject);
        let does = match opinion {
            Opinion::Trusted => format!("trusts {subject}"),
            Opinion::Suspected => format!("suspects {subject}"),
            Opinion::Dead => format!("holds {subject} dead"),
        };
        let wrongly = if *is_wrong && *opinion != Opinion::Trusted { ", wrongly" } else { "" };
        let because = match (silence, hearsay) {
            (Some((since, deadline)), _) if since < deadline => {
                format!(": silent since {}", self.clock.time(*since))
            }
            (_, Some((node, _))) => format!(": {} says so", self.name(*node)),
            _ => String::new(),
        };
        format!("{does}{wrongly}{because}")
    }

    fn drawn(&self, lines: &[Line], left_out: Option<LeftOut>) -> String {
        let cluster = self.trace.scenario.cluster();
        let nodes: BTreeSet<NodeId> = lines.iter().flat_map(Line::nodes).collect();
        let (members, others): (Vec<NodeId>, Vec<NodeId>) =
            nodes.into_iter().partition(|node| cluster.is_member(*node));
        let nodes: Vec<NodeId> = others.into_iter().chain(members).collect();
        let mut text = format!("sequenceDiagram\n    %% {}\n", plain(&self.title()));
        for node in &nodes {
            text.push_str(&format!("    participant p{} as {}\n", node.0, plain(&self.name(*node))));
        }
        let everybody = match nodes[..] {
            [] => {
                text.push_str("    participant nobody as nothing to tell\n");
                "nobody".to_owned()
            }
            [only] => format!("p{}", only.0),
            [first, .., last] => format!("p{},p{}", first.0, last.0),
        };
        let note = |over: &str, words: &str| format!("    Note over {over}: {}\n", plain(words));
        for line in lines {
            text.push_str(&match line {
                Line::Arrow(from, to, arrow, words) => {
                    format!("    p{}{arrow}p{}: {}\n", from.0, to.0, plain(words))
                }
                Line::Note(Some(node), words) => note(&format!("p{}", node.0), words),
                Line::Note(None, words) => note(&everybody, words),
            });
        }
        if let Some(LeftOut { events, before, .. }) = left_out {
            let also = if before > 0 { format!(", and {before} that held before") } else { String::new() };
            text.push_str(&note(&everybody, &format!("… {events} more events are left out{also}")));
        }
        text
    }

    fn title(&self) -> String {
        let Trace { scenario, replication, window, .. } = self.trace;
        let [from, until] = [window.0, window.1].map(|time| exact_seconds(time.since_start()));
        let Scenario { name, seed, .. } = scenario;
        format!("hbsim trace of {name}, seed {seed}, replication {replication}, from {from} s to {until} s")
    }
}

/// A text in which nothing means anything to Mermaid.
fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " .,:-_()…".contains(c);
    text.chars()
        .map(|c| match c {
            '\u{a0}' => " ".to_owned(),
            c if is_plain(c) => c.to_string(),
            c => format!("#{};", c as u32),
        })
        .collect()
}

fn struck(hardship: Hardship, begins: bool) -> String {
    let [begun, over] = match hardship {
        Hardship::Crash => ["crashes", "is back"],
        Hardship::Stop(Depth::Process) => ["stands still", "goes on"],
        Hardship::Stop(Depth::Application) => ["its application stands still", "its application goes on"],
        Hardship::Slow => ["gets slow", "is as fast as before"],
        Hardship::Drift(_) => ["its clock goes wrong", "its clock is right again"],
        Hardship::Wall => ["is cut off", "is cut off no more"],
        Hardship::Damage(..) => ["has worse links", "has its links back"],
    };
    if begins { begun } else { over }.to_owned()
}
