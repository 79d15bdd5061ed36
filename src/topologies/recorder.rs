//! A context that only writes down what a node says: topologies are tested without an engine.

use std::fmt::Debug;

use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Context, Grounds, Missed, Office, Parcel, Topology};
use crate::engine::random::{Purpose, Stream, Streams};
use crate::engine::time::{Span, Time};

/// Writes down, line by line, what one node says.
pub(super) struct Recorder<I = ()> {
    pub(super) me: NodeId,
    pub(super) now: Time,
    cluster: Cluster,
    said: Vec<String>,
    parcels: Vec<Vec<I>>,
}

impl<I: Copy + Debug> Recorder<I> {
    pub(super) fn new(cluster: Cluster, me: NodeId) -> Recorder<I> {
        Recorder { me, now: Time::ZERO, cluster, said: Vec::new(), parcels: Vec::new() }
    }

    /// A parcel as it would come with a message.
    #[allow(dead_code, reason = "not every topology sends parcels")]
    pub(super) fn parcel(&mut self, items: &[I]) -> Parcel {
        self.parcels.push(items.to_vec());
        Parcel((self.parcels.len() - 1) as u32)
    }

    /// At this many milliseconds after the start.
    pub(super) fn at(&mut self, millis: u64) -> &mut Recorder<I> {
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

impl<T: Topology> Context<T> for Recorder<T::Item> {
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

    fn random_now(&self, purpose: Purpose, about: NodeId) -> Stream {
        Streams::new(1, 0).of(purpose).at(self.cluster.identity(about), self.now.nanos())
    }

    fn random_at(&self, purpose: Purpose, about: NodeId, at: Time) -> Stream {
        Streams::new(1, 0).of(purpose).at(self.cluster.identity(about), at.nanos())
    }

    fn send(&mut self, to: NodeId, message: T::Message) {
        let content =
            T::parcel_of(&message).map(|parcel| format!(" with {:?}", self.parcels[parcel.0 as usize]));
        let content = content.unwrap_or_default();
        self.say(format!("to {}: {message:?}{content}", self.cluster.name(to)));
    }

    fn wake(&mut self, at: Time, timer: T::Timer) -> Time {
        self.say(format!("wake me at {at} for {timer:?}"));
        at
    }

    fn every(&mut self, first: Time, interval: Span, _: Missed, timer: T::Timer) {
        self.say(format!("wake me at {first} and every {interval} for {timer:?}"));
    }

    fn watch(&mut self, subject: NodeId) {
        self.say(format!("watch {}", self.cluster.name(subject)));
    }

    fn heard(&mut self, subject: NodeId, sent: Time) {
        self.say(format!("heard {}, sent {sent}", self.cluster.name(subject)));
    }

    fn answered(&mut self, subject: NodeId, asked: Time, sent: Time) {
        self.say(format!("heard {}, asked {asked}, sent {sent}", self.cluster.name(subject)));
    }

    fn announced(&mut self, subject: NodeId, sent: Time, period: Span) {
        self.say(format!("{} beats {period} after that of {sent}", self.cluster.name(subject)));
    }

    fn missed(&mut self, subject: NodeId, since: Time) {
        self.say(format!("missed {} since {since}", self.cluster.name(subject)));
    }

    fn pack(&mut self, items: &[T::Item]) -> Parcel {
        self.parcel(items)
    }

    fn open(&self, parcel: Parcel) -> &[T::Item] {
        &self.parcels[parcel.0 as usize]
    }

    fn watch_all(&mut self) {
        self.say("watch all others".to_owned());
    }

    fn unwatch(&mut self, subject: NodeId) {
        self.say(format!("watch {} no more", self.cluster.name(subject)));
    }

    fn random_for_all(&self, purpose: Purpose) -> Stream {
        Streams::new(1, 0).of(purpose).at(u64::MAX, 0)
    }

    fn heard_of(&mut self, first: u32, members: &[bool], sent: Time) {
        let heard = (first..).zip(members).filter(|(_, heard)| **heard);
        let names: Vec<String> = heard.map(|(node, _)| self.cluster.name(NodeId(node)).to_string()).collect();
        self.say(format!("heard of {}, sent {sent}", names.join(" ")));
    }

    fn suspect(&mut self, subject: NodeId, grounds: Grounds) {
        let why = if grounds == Grounds::Hearsay { ", by hearsay" } else { "" };
        self.say(format!("suspect {}{why}", self.cluster.name(subject)));
    }

    fn declare(&mut self, subject: NodeId, grounds: Grounds) {
        let why = match grounds {
            Grounds::Silence(since) => format!("silent since {since}"),
            Grounds::Hearsay => "by hearsay".to_owned(),
        };
        self.say(format!("declare {} dead, {why}", self.cluster.name(subject)));
    }

    fn trust(&mut self, subject: NodeId) {
        self.say(format!("trust {}", self.cluster.name(subject)));
    }

    fn act(&mut self, subject: NodeId) {
        self.say(format!("declare {} dead in the name of all", self.cluster.name(subject)));
    }

    fn retract(&mut self, subject: NodeId) {
        self.say(format!("take back in the name of all that {} is dead", self.cluster.name(subject)));
    }

    fn office(&mut self, office: Office) {
        self.say(format!("I am {office:?}"));
    }
}
