//! Every node pushes its beat to one monitor, which watches them all.
//!
//! The cheapest design: one message per node and interval. Its price is the monitor, which is a single place
//! of failure and must take all the traffic.

use serde::Serialize;

use super::{Cost, Plan, Rhythm, Site, Tick};
use crate::document::Table;
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Context, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::Time;

/// Members beat, the monitor listens.
#[derive(Clone, Debug, Serialize)]
pub struct Centralized {
    #[serde(flatten)]
    rhythm: Rhythm,
}

/// "I am alive."
#[derive(Clone, Copy, Debug)]
pub struct Beat;

/// The next beat is due.
#[derive(Clone, Copy, Debug)]
pub struct BeatDue(Tick);

impl Centralized {
    /// Has no keys of its own yet.
    pub fn read(_table: &mut Table<'_>, site: Site<'_>) -> Option<Centralized> {
        Some(Centralized { rhythm: site.rhythm })
    }
}

impl Topology for Centralized {
    type Node = ();
    type Message = Beat;
    type Timer = BeatDue;
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["beat"];

    fn kind_of(_: &Beat) -> usize {
        0
    }

    fn bytes_of(&self, _: &Beat) -> u64 {
        self.rhythm.message_bytes
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        if cluster.is_member(observer) { Watches::Nobody } else { Watches::All(cluster.range(Role::Member)) }
    }

    fn start(&self, context: &mut impl Context<Self>) {
        if context.cluster().is_member(context.me()) {
            let me = context.me();
            self.rhythm.begin(context, me, BeatDue);
        } else {
            for member in context.cluster().all_members() {
                context.watch(member);
            }
        }
    }

    fn on_timer(&self, _: &mut (), context: &mut impl Context<Self>, BeatDue(tick): BeatDue) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, BeatDue);
        for monitor in context.cluster().all_monitors() {
            context.send(monitor, Beat);
        }
        self.rhythm.finished(context, me, BeatDue);
    }

    fn on_message(&self, _: &mut (), context: &mut impl Context<Self>, from: NodeId, sent: Time, _: Beat) {
        context.heard(from, sent);
    }
}

impl Plan for Centralized {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::monitored(members, 1)
    }

    fn is_simple(&self) -> bool {
        true
    }

    fn cost(&self, _: &Cluster) -> Cost {
        Cost { messages: 1.0, events: 2.0, timers: 0.0, bytes: 0.0, watches: 1.0, ..Cost::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Recorder;
    use super::*;
    use crate::engine::time::Span;

    const CLUSTER: Cluster = Cluster::monitored(2, 1);

    fn rules() -> Centralized {
        let rhythm = Rhythm::aligned(Span::from_secs(5));
        Centralized { rhythm }
    }

    #[test]
    fn a_member_beats() {
        let mut member: Recorder = Recorder::new(CLUSTER, NodeId(1));
        rules().start(&mut member);
        assert_eq!(member.heard_saying(), "wake me at 0s and every 5s for BeatDue(Tick(Time(0)))");
        rules().on_timer(&mut (), &mut member, BeatDue(Tick(Time::ZERO)));
        assert_eq!(member.heard_saying(), "to m0: Beat");
    }

    #[test]
    fn the_monitor_watches_and_listens() {
        let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
        rules().start(&mut monitor);
        assert_eq!(monitor.heard_saying(), "watch n0\nwatch n1");
        let sent = Time::ZERO + Span::from_millis(5);
        rules().on_message(&mut (), monitor.at(7), NodeId(1), sent, Beat);
        assert_eq!(monitor.heard_saying(), "heard n1, sent 5ms");
    }
}
