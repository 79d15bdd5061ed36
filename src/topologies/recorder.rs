//! A context that only writes down what a node says: topologies are tested without an engine.

use std::fmt::Debug;

use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Context, Topology};
use crate::engine::random::{Purpose, Stream, Streams};
use crate::engine::time::{Span, Time};

/// Writes down, line by line, what one node says.
pub(super) struct Recorder {
    pub(super) me: NodeId,
    pub(super) now: Time,
    cluster: Cluster,
    said: Vec<String>,
}

impl Recorder {
    pub(super) fn new(cluster: Cluster, me: NodeId) -> Recorder {
        Recorder { me, now: Time::ZERO, cluster, said: Vec::new() }
    }

    /// At this many milliseconds after the start.
    pub(super) fn at(&mut self, millis: u64) -> &mut Recorder {
        self.now = Time::ZERO + Span::from_millis(millis);
        self
    }

    /// What was said since the last time, as lines.
    pub(super) fn heard_saying(&mut self) -> String {
        std::mem::take(&mut self.said).join("\n")
    }

    fn say(&mut self, what: String) {
        self.said.push(what);
    }
}

impl<T: Topology> Context<T> for Recorder
where
    T::Message: Debug,
{
    fn me(&self) -> NodeId {
        self.me
    }

    fn cluster(&self) -> Cluster {
        self.cluster
    }

    fn now(&self) -> Time {
        self.now
    }

    fn random(&self, purpose: Purpose, about: NodeId) -> Stream {
        Streams::new(1, 0).of(purpose).at(self.cluster.identity(about), 0)
    }

    fn send(&mut self, to: NodeId, message: T::Message) {
        self.say(format!("to {}: {message:?}", self.cluster.name(to)));
    }

    fn wake(&mut self, at: Time, timer: T::Timer) {
        self.say(format!("wake me at {at} for {timer:?}"));
    }

    fn every(&mut self, first: Time, interval: Span, timer: T::Timer) {
        self.say(format!("wake me at {first} and every {interval} for {timer:?}"));
    }

    fn watch(&mut self, subject: NodeId) {
        self.say(format!("watch {}", self.cluster.name(subject)));
    }

    fn heard(&mut self, subject: NodeId, sent: Time) {
        self.say(format!("heard {}, sent {sent}", self.cluster.name(subject)));
    }

    fn missed(&mut self, subject: NodeId, since: Time) {
        self.say(format!("missed {} since {since}", self.cluster.name(subject)));
    }
}
