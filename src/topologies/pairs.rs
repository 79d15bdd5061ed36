//! Members watch one another two by two, as the machines of a high-availability pair do.

use serde::Serialize;

use super::{Awaited, Cost, Discovery, Plan, Rhythm, Site, Speech, Tick};
use crate::document::Table;
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Context, Topology, Watches};
use crate::engine::time::Time;
/// Each member beats to its partner.
#[derive(Clone, Debug, Serialize)]
pub struct Pairs(Rhythm);

#[rustfmt::skip] // So that the whole of it fits on a page.
impl Pairs {
    /// Has no keys of its own; who is left over has no partner.
    pub fn read(_: &mut Table<'_>, site: Site<'_>) -> Option<Pairs> { Some(Pairs(site.rhythm)) }
}

#[rustfmt::skip]
fn partner(context: &impl Context<Pairs>) -> Option<NodeId> { Some(NodeId(context.me().0 ^ 1)).filter(|partner| context.cluster().is_member(*partner)) }

#[rustfmt::skip]
impl Topology for Pairs {
    type Node = ();
    type Message = ();
    type Timer = Tick;
    type Item = ();
    const MESSAGES: &'static [&'static str] = &["beat"];
    fn kind_of((): &()) -> usize { 0 }
    fn bytes_of(&self, (): &()) -> u64 { self.0.message_bytes }
    fn watches(&self, _: Cluster, _: NodeId) -> Watches { Watches::Some(1) }
    fn heeds_verdicts(&self) -> bool { false }

    fn start(&self, context: &mut impl Context<Self>) {
        self.0.begin(context, context.me(), |tick| tick);
        partner(context).into_iter().for_each(|partner| context.watch(partner));
    }

    fn on_timer(&self, (): &mut (), context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.0.beat(context, me, tick, |tick| tick);
        if let Some(partner) = partner(context) { context.send(partner, ()); }
        self.0.finished(context, me, |tick| tick);
    }

    fn on_message(&self, (): &mut (), context: &mut impl Context<Self>, from: NodeId, sent: Time, (): ()) { context.heard(from, sent); }
}
#[rustfmt::skip]
impl Plan for Pairs {
    fn rhythm(&self) -> &Rhythm { &self.0 }
    fn cluster(&self, members: u32) -> Cluster { Cluster::of_peers(members) }
    fn awaited(&self) -> Awaited { Awaited::Nothing }
    fn speech(&self, _: &Cluster) -> Option<Speech> { Some(Speech::BEATS) }
    fn discovery(&self, _: &Cluster) -> Discovery { Discovery::Watched { watchers: 1, agree: 1, in_own_time: false, queues: false } }
    fn cost(&self, Cluster { members, .. }: &Cluster) -> Cost {
        let paired = f64::from(members & !1) / f64::from(*members); // Whoever is left over has no partner.
        Cost { messages: paired, events: 2.0, watches: paired, ..Cost::default() } }
}

#[cfg(test)]
mod tests;
