//! A trace as lines of JSON: one object for each event, in the order in which they happened.

use std::ops::Range;

use super::{LeftOut, Trace, Traced};
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::model::{Blow, Damage, Depth, Direction, Extent, Office, Opinion, Wall};
use crate::engine::onlooker::{Envelope, Hardship, Passage, Seen, Sighting, Verdict};
use crate::engine::time::Time;
use crate::figures::{exact_seconds, number};
use crate::results::json::quoted;

impl Trace<'_> {
    /// As lines of JSON.
    pub fn lines(&self) -> Traced {
        let mut text = String::new();
        let mut head = Line::new("trace");
        self.facts().into_iter().for_each(|(key, value)| head.raw(key, &value));
        head.end(&mut text);
        for sighting in &self.account.before {
            let mut line = self.line(sighting);
            line.raw("before", "true");
            line.end(&mut text);
        }
        self.account.sightings.iter().for_each(|sighting| self.line(sighting).end(&mut text));
        let left_out = self.left_out();
        if let Some(LeftOut { after, events, before, .. }) = left_out {
            let mut line = Line::new("left-out");
            line.seconds("after_s", after);
            line.raw("events", &events.to_string());
            if before > 0 {
                line.raw("events_before", &before.to_string());
            }
            line.end(&mut text);
        }
        Traced { text, left_out }
    }

    fn line(&self, Sighting { at, what }: &Sighting) -> Line {
        let mut line = Line::at(*at);
        match what {
            Seen::Message(envelope, passage) => self.message(&mut line, *at, envelope, *passage),
            Seen::HeldUp(node) => self.of_node(&mut line, "held-up", *node),
            Seen::Struck(node, hardship) => self.struck(&mut line, *node, *hardship, true),
            Seen::Mended(node, hardship) => self.struck(&mut line, *node, *hardship, false),
            Seen::Worsens(place) => self.network(&mut line, *place, true),
            Seen::Heals(place) => self.network(&mut line, *place, false),
            Seen::Watches(pair) => self.of_pair(&mut line, "watches", *pair),
            Seen::WatchesNoMore(pair) => self.of_pair(&mut line, "unwatches", *pair),
            Seen::Closed(pair) => self.of_pair(&mut line, "connection-closed", *pair),
            Seen::Thinks(verdict) => self.verdict(&mut line, verdict),
            Seen::StandsInLine(pair) => self.of_pair(&mut line, "held-back", *pair),
            Seen::Hears(pair, sent) => {
                self.of_pair(&mut line, "hears", *pair);
                line.seconds("sent_s", *sent);
            }
            Seen::Acts(pair) => self.of_pair(&mut line, "acts", *pair),
            Seen::Retracts(pair) => self.of_pair(&mut line, "retracts", *pair),
            Seen::Takes(node, office) => {
                let what = match office {
                    Office::Leader => "leads",
                    Office::Candidate => "stands-for-election",
                    Office::Follower => "follows",
                };
                self.of_node(&mut line, what, *node);
            }
        }
        line
    }

    fn of_node(&self, line: &mut Line, what: &str, node: NodeId) {
        line.text("what", what);
        line.text("node", &self.name(node));
    }

    fn of_pair(&self, line: &mut Line, what: &str, pair: Pair) {
        line.text("what", what);
        line.text("observer", &self.name(pair.observer));
        line.text("subject", &self.name(pair.subject));
    }

    fn message(&self, line: &mut Line, at: Time, envelope: &Envelope, passage: Passage) {
        let again = envelope.is_sent_again;
        let (what, why) = match passage {
            Passage::Sent => ("sent", None),
            Passage::SetsOut(_) if at == envelope.sent && !again => ("copied", None),
            Passage::SetsOut(_) => ("sent-again", None),
            Passage::Lost if again => ("attempt-lost", None),
            Passage::Cut if again => ("attempt-cut", None),
            Passage::Lost => ("lost", Some("network")),
            Passage::FindsNobody => ("lost", Some("receiver-down")),
            Passage::Perishes => ("lost", Some("unread")),
            Passage::Cut => ("cut", None),
            Passage::WaitsBehind => ("waits", Some("receiver-paused")),
            Passage::Queues => ("waits", Some("queue")),
            Passage::TurnedAway => ("dropped", Some("receiver-paused")),
            Passage::QueueFull => ("dropped", Some("queue-full")),
            Passage::ComesBack => ("refused", None),
            Passage::Read => ("delivered", None),
        };
        line.text("what", what);
        line.text("from", &self.name(envelope.from));
        line.text("to", &self.name(envelope.to));
        line.text("kind", envelope.kind);
        if let Some(channel) = self.channel(envelope) {
            line.text("channel", channel);
        }
        line.seconds("sent_s", envelope.sent);
        if let Passage::SetsOut(arrives) = passage {
            line.seconds("arrives_s", arrives);
        }
        if let Some(why) = why {
            line.text("why", why);
        }
    }

    fn struck(&self, line: &mut Line, node: Option<NodeId>, hardship: Hardship, begins: bool) {
        let [what, over] = match hardship {
            Hardship::Crash => ["crash", "restart"],
            Hardship::Stop(_) => ["pause", "resume"],
            Hardship::Slow => ["slow", "slow-over"],
            Hardship::Drift(_) => ["clock", "clock-over"],
            Hardship::Wall => PARTITION,
            Hardship::Damage(..) => DEGRADE,
        };
        line.text("what", if begins { what } else { over });
        if let Some(node) = node {
            line.text("node", &self.name(node));
        }
        match hardship {
            Hardship::Stop(Depth::Process) => line.text("scope", "process"),
            Hardship::Stop(Depth::Application) => line.text("scope", "application"),
            Hardship::Drift(ppm) => line.raw("drift_ppm", &number(ppm)),
            Hardship::Crash | Hardship::Slow | Hardship::Wall | Hardship::Damage(..) => (),
        }
    }

    fn network(&self, line: &mut Line, place: u32, begins: bool) {
        let word = |words: [&'static str; 2]| if begins { words[0] } else { words[1] };
        match self.account.blows.get(place as usize) {
            Some((node, Blow::Wall(wall))) => {
                line.text("what", word(PARTITION));
                self.wall(line, *node, wall);
            }
            Some((node, Blow::Damage(damage))) => {
                line.text("what", word(DEGRADE));
                self.damage(line, *node, damage);
            }
            _ => (),
        }
    }

    fn wall(&self, line: &mut Line, node: Option<NodeId>, wall: &Wall) {
        match node.filter(|_| wall.sides.is_empty()) {
            Some(node) => line.text("node", &self.name(node)),
            None => {
                let sides: Vec<String> = wall.sides.iter().map(|side| self.list(side)).collect();
                line.raw("sides", &format!("[{}]", sides.join(", ")));
            }
        }
        let cuts = match wall.direction {
            Direction::Both => "both",
            Direction::In => "in",
            Direction::Out => "out",
        };
        line.text("direction", cuts);
    }

    fn damage(&self, line: &mut Line, node: Option<NodeId>, damage: &Damage) {
        match (&damage.extent, node) {
            (Extent::Around(ranges), Some(node)) if ranges.is_empty() => line.text("node", &self.name(node)),
            (Extent::Around(ranges), _) => line.raw("nodes", &self.list(ranges)),
            (Extent::Between(from, to), _) => {
                line.raw("from", &self.list(from));
                line.raw("to", &self.list(to));
            }
        }
        line.raw("loss", &number(damage.loss));
        line.raw("latency_factor", &number(damage.latency_factor));
    }

    fn list(&self, ranges: &[Range<u32>]) -> String {
        let names: Vec<String> = ranges.iter().map(|range| quoted(&self.names(range))).collect();
        format!("[{}]", names.join(", "))
    }

    fn verdict(&self, line: &mut Line, verdict: &Verdict) {
        let Verdict { pair, opinion, silence, hearsay, is_wrong } = verdict;
        let what = match opinion {
            Opinion::Trusted => "trusts",
            Opinion::Suspected => "suspects",
            Opinion::Dead => "declares-dead",
        };
        self.of_pair(line, what, *pair);
        line.raw("wrong", &is_wrong.to_string());
        if let Some((since, deadline)) = silence {
            line.seconds("silent_since_s", *since);
            line.seconds("deadline_s", *deadline);
        }
        if let Some((node, kind)) = hearsay {
            line.text("told_by", &self.name(*node));
            line.text("told_in", kind);
        }
    }
}

const PARTITION: [&str; 2] = ["partition", "partition-over"];
const DEGRADE: [&str; 2] = ["degrade", "degrade-over"];

/// An object on a line of its own.
struct Line(String);

impl Line {
    fn new(what: &str) -> Line {
        let mut line = Line("{".to_owned());
        line.text("what", what);
        line
    }

    fn at(at: Time) -> Line {
        let mut line = Line("{".to_owned());
        line.seconds("t_s", at);
        line
    }

    fn raw(&mut self, key: &str, value: &str) {
        let comma = if self.0.len() > 1 { ", " } else { "" };
        self.0.push_str(&format!("{comma}\"{key}\": {value}"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn seconds(&mut self, key: &str, time: Time) {
        self.raw(key, &exact_seconds(time.since_start()));
    }

    fn end(self, text: &mut String) {
        text.push_str(&self.0);
        text.push_str("}\n");
    }
}
