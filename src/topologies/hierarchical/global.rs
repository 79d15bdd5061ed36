//! A global monitor: it knows of members what coordinators report, and of coordinators that they report.

use super::bulletin::Bulletin;
use super::coordinator::believe;
use super::{Due, Hierarchical, List, Word};
use crate::engine::cluster::{NodeId, Role};
use crate::engine::model::{Context, Grounds};
use crate::engine::time::Time;
use crate::topologies::council::{Ballot, Tally};

/// What a global remembers.
#[derive(Clone, Debug)]
pub struct Global {
    regions: Vec<Region>,
    /// Of each coordinator, whether it is held dead.
    fallen: Vec<bool>,
    /// Of each global, whom it holds dead; empty where nobody needs to know.
    votes: Vec<Bulletin>,
    /// When it last heard of each of them.
    voted: Vec<Time>,
    tally: Tally,
}

/// A global that has said nothing for so many intervals of the uplink has no vote any more.
const SILENT_INTERVALS: u64 = 3;

/// What a global knows of a region.
#[derive(Clone, Debug)]
struct Region {
    /// The coordinator that it heard last.
    reporter: NodeId,
    /// When that was.
    heard: Time,
    /// Whether it waits for more: it does not where that coordinator is held dead.
    waits: bool,
    /// Whom the coordinators of the region hold dead.
    bulletin: Bulletin,
}

impl Global {
    /// Bytes for each region.
    pub(super) const BYTES_PER_REGION: f64 = size_of::<Region>() as f64;

    /// It begins to wait for reports.
    pub(super) fn start(rules: &Hierarchical, context: &mut impl Context<Hierarchical>) -> Global {
        let (now, cluster) = (context.now(), context.cluster());
        let overdue = (now + rules.uplink.patience()).just_after();
        let mut regions = Vec::with_capacity(rules.regions.len());
        for (number, members) in (0..).zip(&rules.regions) {
            let reporter = NodeId(rules.line_of(cluster, NodeId(members.start)).start);
            context.wake(overdue, Due::Overdue(number));
            regions.push(Region { reporter, heard: now, waits: true, bulletin: Bulletin::new() });
        }
        let votes = if rules.quorum.votes() { cluster.globals } else { 0 };
        Global {
            regions,
            fallen: vec![false; cluster.coordinators as usize],
            votes: vec![Bulletin::new(); votes as usize],
            voted: vec![now; votes as usize],
            tally: Tally::default(),
        }
    }

    /// A coordinator said something, so it is alive, and in office.
    pub(super) fn hear(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        coordinator: NodeId,
    ) {
        let (now, cluster) = (context.now(), context.cluster());
        let number = rules.region_number(cluster, coordinator);
        let region = &mut self.regions[number];
        (region.reporter, region.heard) = (coordinator, now);
        if !std::mem::replace(&mut region.waits, true) {
            context.wake((now + rules.uplink.patience()).just_after(), Due::Overdue(number as u32));
        }
        if std::mem::take(&mut self.fallen[cluster.number(coordinator) as usize]) {
            context.trust(coordinator);
        }
    }

    /// A region may have been silent for too long. Its members are not dead for that: nobody sees them.
    pub(super) fn look(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        number: u32,
    ) {
        let region = &mut self.regions[number as usize];
        let deadline = region.heard + rules.uplink.patience();
        if context.now() <= deadline {
            context.wake(deadline.just_after(), Due::Overdue(number));
            return;
        }
        region.waits = false;
        self.fallen[context.cluster().number(region.reporter) as usize] = true;
        context.declare(region.reporter, Grounds::Silence(region.heard));
    }

    /// A coordinator sent the list of all whom it holds dead.
    pub(super) fn read_report(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        coordinator: NodeId,
        sent: Time,
        list: List,
    ) {
        let region = rules.region_number(context.cluster(), coordinator);
        let changes = self.regions[region].bulletin.list(sent, context.open(list.dead), list.complete);
        for (subject, dead) in changes {
            self.believe(rules, context, Ballot { subject, dead });
        }
    }

    /// A coordinator changed its mind.
    pub(super) fn read_news(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        coordinator: NodeId,
        sent: Time,
        news: Ballot,
    ) {
        let region = rules.region_number(context.cluster(), coordinator);
        if self.regions[region].bulletin.news(sent, news.subject, news.dead) {
            self.believe(rules, context, news);
        }
    }

    /// It takes over what a coordinator holds, and tells the other globals if they must agree.
    fn believe(&mut self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>, news: Ballot) {
        let me = context.me();
        believe(context, news.subject, news.dead);
        rules.quorum.count(&mut self.tally, context, me, news);
        if rules.quorum.votes() {
            for other in context.cluster().all(Role::Global).filter(|other| *other != me) {
                context.send(other, Word::Vote(news));
            }
        }
    }

    /// It is time to repeat to the other globals whom it holds dead.
    pub(super) fn vote(&mut self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>) {
        let (me, cluster) = (context.me(), context.cluster());
        self.forget_the_silent(rules, context);
        let dead: Vec<NodeId> = self.regions.iter().flat_map(|region| region.bulletin.dead()).collect();
        // Nobody knows more of a region whose coordinator is dead.
        let complete = self.regions.iter().all(|region| region.bulletin.is_listed() || !region.waits);
        let list = List { dead: context.pack(&dead), count: dead.len() as u32, complete };
        for other in cluster.all(Role::Global).filter(|other| *other != me) {
            context.send(other, Word::Votes(list));
        }
    }

    /// Who has said nothing for long has no vote any more.
    fn forget_the_silent(&mut self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>) {
        let (now, patience) = (context.now(), rules.uplink.interval.times(SILENT_INTERVALS));
        for (voter, heard) in context.cluster().all(Role::Global).zip(self.voted.clone()) {
            if voter != context.me() && now > heard + patience {
                self.votes[context.cluster().number(voter) as usize] = Bulletin::new();
                rules.quorum.forget(&mut self.tally, context, voter);
            }
        }
    }

    /// Another global changed its mind.
    pub(super) fn read_vote(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        voter: NodeId,
        sent: Time,
        vote: Ballot,
    ) {
        let number = context.cluster().number(voter) as usize;
        self.voted[number] = context.now();
        if self.votes[number].news(sent, vote.subject, vote.dead) {
            rules.quorum.count(&mut self.tally, context, voter, vote);
        }
    }

    /// Another global sent the list of all whom it holds dead.
    pub(super) fn read_votes(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        voter: NodeId,
        sent: Time,
        list: List,
    ) {
        let number = context.cluster().number(voter) as usize;
        self.voted[number] = context.now();
        let changes = self.votes[number].list(sent, context.open(list.dead), list.complete);
        for (subject, dead) in changes {
            rules.quorum.count(&mut self.tally, context, voter, Ballot { subject, dead });
        }
    }
}
