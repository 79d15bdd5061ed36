//! A coordinator: it watches its region and reports to the globals.

use super::uplink::Reporting;
use super::{Hierarchical, List, Word};
use crate::engine::cluster::{NodeId, Role};
use crate::engine::model::{Context, Opinion};
use crate::engine::time::Time;
use crate::topologies::council::Ballot;

/// What a coordinator remembers.
#[derive(Clone, Debug)]
pub struct Coordinator {
    /// The number of the first member of its region.
    first: u32,
    /// The members that it holds dead, in ascending order.
    dead: Vec<NodeId>,
    /// Which members it has neither heard of nor held dead in this life; empty once there are none.
    unknown: Vec<bool>,
    unknowns: u32,
}

impl Coordinator {
    /// It begins to watch its region.
    pub(super) fn start(rules: &Hierarchical, context: &mut impl Context<Hierarchical>) -> Coordinator {
        let members = rules.region_of_coordinator(context.cluster(), context.me());
        for member in members.clone().map(NodeId) {
            context.watch(member);
        }
        let unknowns = members.end - members.start;
        Coordinator {
            first: members.start,
            dead: Vec::new(),
            unknown: vec![true; unknowns as usize],
            unknowns,
        }
    }

    /// A member of its region beat.
    #[inline]
    pub(super) fn hear(&mut self, context: &mut impl Context<Hierarchical>, member: NodeId, sent: Time) {
        if !self.unknown.is_empty() {
            self.meet(member);
        }
        context.heard(member, sent);
    }

    /// The silence of a member became a verdict, or is over.
    pub(super) fn judge(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        member: NodeId,
        opinion: Opinion,
    ) {
        self.meet(member);
        let dead = opinion == Opinion::Dead;
        match self.dead.binary_search(&member) {
            Err(place) if dead => self.dead.insert(place, member),
            Ok(place) if !dead => drop(self.dead.remove(place)),
            _ => return,
        }
        if rules.uplink.report == Reporting::Event {
            for global in context.cluster().all(Role::Global) {
                context.send(global, Word::News(Ballot { subject: member, dead }));
            }
        }
    }

    /// It is time to report.
    pub(super) fn report(&self, context: &mut impl Context<Hierarchical>) {
        // A list of one who has only begun says nothing of those whom it does not know yet.
        let complete = self.unknown.is_empty();
        let list = List { dead: context.pack(&self.dead), count: self.dead.len() as u32, complete };
        for global in context.cluster().all(Role::Global) {
            context.send(global, Word::Report(list));
        }
    }

    /// From now on it knows of this member.
    fn meet(&mut self, member: NodeId) {
        let place = (member.0 - self.first) as usize;
        if self.unknown.get(place).copied().unwrap_or_default() {
            self.unknown[place] = false;
            self.unknowns -= 1;
            if self.unknowns == 0 {
                self.unknown = Vec::new();
            }
        }
    }
}
