//! A global monitor: it knows of members what coordinators report, and of coordinators that they report.

use super::bulletin::Bulletin;
use super::{Due, Hierarchical, List, Word};
use crate::engine::cluster::{NodeId, Role};
use crate::engine::model::{Context, Grounds};
use crate::engine::time::Time;
use crate::topologies::council::{Ballot, Tally};

/// What a global remembers.
#[derive(Clone, Debug)]
pub struct Global {
    /// Of each coordinator, in the order of their numbers.
    coordinators: Vec<Reporter>,
    /// Of each region, whom its coordinators hold dead.
    regions: Vec<Bulletin>,
    /// Of each global, whom it holds dead; empty where nobody needs to know.
    votes: Vec<Bulletin>,
    tally: Tally,
}

/// What a global knows of a coordinator itself.
#[derive(Clone, Copy, Debug)]
struct Reporter {
    /// When it was heard last.
    heard: Time,
    dead: bool,
}

impl Global {
    /// Bytes for each coordinator and its region.
    pub(super) const BYTES_PER_LINE: f64 = (size_of::<Reporter>() + size_of::<Bulletin>()) as f64;

    /// It begins to wait for reports.
    pub(super) fn start(rules: &Hierarchical, context: &mut impl Context<Hierarchical>) -> Global {
        let (now, cluster) = (context.now(), context.cluster());
        let overdue = (now + rules.uplink.patience()).just_after();
        for coordinator in cluster.all(Role::Coordinator) {
            context.wake(overdue, Due::Overdue(coordinator));
        }
        let votes = if rules.quorum.votes() { cluster.globals } else { 0 };
        Global {
            coordinators: vec![Reporter { heard: now, dead: false }; cluster.coordinators as usize],
            regions: vec![Bulletin::new(); rules.regions.len()],
            votes: vec![Bulletin::new(); votes as usize],
            tally: Tally::default(),
        }
    }

    /// A coordinator said something, so it is alive.
    pub(super) fn hear(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        coordinator: NodeId,
    ) {
        let now = context.now();
        let reporter = &mut self.coordinators[context.cluster().number(coordinator) as usize];
        reporter.heard = now;
        if std::mem::take(&mut reporter.dead) {
            context.trust(coordinator);
            context.wake((now + rules.uplink.patience()).just_after(), Due::Overdue(coordinator));
        }
    }

    /// A coordinator may have been silent for too long. Its members are not dead for that: nobody sees them.
    pub(super) fn suspect(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        coordinator: NodeId,
    ) {
        let reporter = &mut self.coordinators[context.cluster().number(coordinator) as usize];
        let deadline = reporter.heard + rules.uplink.patience();
        if context.now() > deadline {
            reporter.dead = true;
            context.declare(coordinator, Grounds::Silence(reporter.heard));
        } else {
            context.wake(deadline.just_after(), Due::Overdue(coordinator));
        }
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
        let changes = self.regions[region].list(sent, context.open(list.dead), list.complete);
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
        if self.regions[region].news(sent, news.subject, news.dead) {
            self.believe(rules, context, news);
        }
    }

    /// It takes over what a coordinator holds, and tells the other globals if they must agree.
    fn believe(&mut self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>, news: Ballot) {
        let me = context.me();
        if news.dead {
            context.declare(news.subject, Grounds::Hearsay);
        } else {
            context.trust(news.subject);
        }
        rules.quorum.count(&mut self.tally, context, me, news);
        if rules.quorum.votes() {
            for other in context.cluster().all(Role::Global).filter(|other| *other != me) {
                context.send(other, Word::Vote(news));
            }
        }
    }

    /// It is time to repeat to the other globals whom it holds dead.
    pub(super) fn vote(&self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>) {
        let (me, cluster) = (context.me(), context.cluster());
        let dead: Vec<NodeId> = self.regions.iter().flat_map(Bulletin::dead).collect();
        let complete = (0..self.regions.len()).all(|region| self.knows(rules, region));
        let list = List { dead: context.pack(&dead), count: dead.len() as u32, complete };
        for other in cluster.all(Role::Global).filter(|other| *other != me) {
            context.send(other, Word::Votes(list));
        }
    }

    /// Whether it knows how a region is, as far as anybody does.
    fn knows(&self, rules: &Hierarchical, region: usize) -> bool {
        let of_region = region * rules.coordinators as usize..(region + 1) * rules.coordinators as usize;
        self.regions[region].is_listed() || self.coordinators[of_region].iter().all(|reporter| reporter.dead)
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
        let changes = self.votes[number].list(sent, context.open(list.dead), list.complete);
        for (subject, dead) in changes {
            rules.quorum.count(&mut self.tally, context, voter, Ballot { subject, dead });
        }
    }
}
