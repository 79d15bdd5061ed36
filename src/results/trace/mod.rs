//! The event log of one run: as lines of JSON, for Perfetto, or as a sequence diagram. The same trace has the same
//! bytes everywhere.

mod lines;
mod mermaid;
mod perfetto;

use std::ops::Range;

use super::numbers::exact_seconds;
use crate::engine::ENGINE_REVISION;
use crate::engine::cluster::NodeId;
use crate::engine::onlooker::{Account, Envelope};
use crate::engine::time::Time;
use crate::scenario::Scenario;

/// What is told of a run.
#[derive(Clone, Copy)]
pub struct Trace<'a> {
    /// Of which scenario it is a run.
    pub scenario: &'a Scenario,
    /// Which of its runs.
    pub replication: u32,
    /// From when until when.
    pub window: (Time, Time),
    /// Of which nodes, as it was asked for, if not of all.
    pub nodes: Option<&'a str>,
    /// What was seen.
    pub account: &'a Account,
}

/// A trace as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// The text.
    pub text: String,
    /// How much of it was left out; nothing if nothing was.
    pub left_out: Option<LeftOut>,
}

/// What did not fit into a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The last moment of which anything is told.
    pub after: Time,
    /// How many events are told.
    pub told: u64,
    /// How many are not, all of them later.
    pub events: u64,
    /// How much is told of what held before.
    pub told_before: u64,
    /// How much of that is not.
    pub before: u64,
}

impl Trace<'_> {
    fn name(&self, node: NodeId) -> String {
        self.scenario.name_of(node)
    }

    /// Consecutive nodes: `n3`, or `n0..n9`.
    fn names(&self, range: &Range<u32>) -> String {
        let [first, last] = [range.start, range.end.saturating_sub(1)].map(|node| self.name(NodeId(node)));
        if first == last { first } else { format!("{first}..{last}") }
    }

    /// By which of several channels a message travels.
    fn channel(&self, envelope: &Envelope) -> Option<&str> {
        let channels = &self.scenario.network.channels;
        let channel = channels.get(usize::from(envelope.channel)).filter(|_| channels.len() > 1);
        channel.map(|channel| channel.name.as_str())
    }

    /// The last moment of which everything is told.
    fn told_until(&self) -> Time {
        let (_, until) = self.window;
        let last = self.account.sightings.last().map_or(until, |last| last.at);
        if self.account.left_out == 0 { until } else { last }
    }

    /// What the chronicle itself left out.
    fn left_out(&self) -> Option<LeftOut> {
        let Account { before, sightings, left_out: events, left_out_before, .. } = self.account;
        let left_out = LeftOut {
            after: self.told_until(),
            told: sightings.len() as u64,
            events: *events,
            told_before: before.len() as u64,
            before: *left_out_before,
        };
        (left_out.events + left_out.before > 0).then_some(left_out)
    }

    /// What makes the trace: names and their values, as JSON.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let seconds = |time: Time| exact_seconds(time.since_start());
        let mut facts = vec![
            ("scenario", super::json::quoted(&self.scenario.name)),
            ("seed", self.scenario.seed.to_string()),
            ("replication", self.replication.to_string()),
            ("engine", ENGINE_REVISION.to_string()),
            ("from_s", seconds(self.window.0)),
            ("until_s", seconds(self.window.1)),
        ];
        facts.extend(self.nodes.map(|nodes| ("nodes", super::json::quoted(nodes))));
        facts
    }
}

#[cfg(test)]
mod tests;
