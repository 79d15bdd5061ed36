//! A coordinator: while it is in office it watches its region and reports, to the globals and to the
//! coordinators that stand by; while it stands by, it believes these reports.

use std::collections::BTreeSet;
use std::ops::Range;

use super::bulletin::Bulletin;
use super::uplink::Reporting;
use super::{Due, Hierarchical, List, Word};
use crate::engine::cluster::{NodeId, Role};
use crate::engine::model::{Context, Grounds, Opinion};
use crate::engine::time::Time;
use crate::topologies::council::Ballot;
use crate::topologies::succession::{Standing, Turn};

/// What a coordinator remembers.
#[derive(Clone, Debug)]
pub struct Coordinator {
    /// The numbers of the members of its region.
    region: Range<u32>,
    /// Where it stands among the coordinators of its region. One that is alone is always in office.
    standing: Option<Standing>,
    /// In office: the members that it holds dead, in ascending order.
    dead: Vec<NodeId>,
    /// Those of them whom it holds dead only because its predecessor did.
    inherited: BTreeSet<NodeId>,
    roll: Roll,
    /// As a stand-by: whom the coordinator in office holds dead.
    bulletin: Bulletin,
    /// Whether members must be told that it is in office: they know who begins.
    succeeded: bool,
}

/// Which members a coordinator has met since it took office.
#[derive(Clone, Debug, Default)]
struct Roll {
    /// Of each member; empty once all were heard.
    marks: Vec<Mark>,
    unheard: u32,
    /// How many of them are not held dead either.
    unknown: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Unknown,
    Dead,
    Heard,
}

impl Coordinator {
    /// It begins: in office, or as a stand-by.
    pub(super) fn start(rules: &Hierarchical, context: &mut impl Context<Hierarchical>) -> Coordinator {
        let (me, cluster) = (context.me(), context.cluster());
        let region = rules.regions[rules.region_number(cluster, me)].clone();
        let line = rules.line_of(cluster, NodeId(region.start));
        let (standing, turn) = match &rules.succession {
            None => (None, Some(Turn::TookOffice)),
            Some(succession) => {
                let (standing, turn) = succession.begin(context, line, Due::Alarm);
                (Some(standing), turn)
            }
        };
        let mut coordinator = Coordinator {
            region,
            standing,
            dead: Vec::new(),
            inherited: BTreeSet::new(),
            roll: Roll::default(),
            bulletin: Bulletin::new(),
            succeeded: false,
        };
        if turn == Some(Turn::TookOffice) {
            coordinator.take_office(context);
            coordinator.tell(context);
        }
        coordinator
    }

    /// A member beats. `asks` is whether it asks who is in office.
    #[inline]
    pub(super) fn on_beat(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        member: NodeId,
        sent: Time,
        asks: bool,
    ) {
        if let Some(standing) = self.standing.as_ref().filter(|standing| !standing.is_in_office()) {
            // Whoever asks has asked the one in office too.
            if let Some(holder) = standing.holder().filter(|_| !asks) {
                context.send(member, Word::InOffice(holder));
            }
            return;
        }
        self.roll.mark(&self.region, member, Mark::Heard);
        context.heard(member, sent);
        if !self.inherited.is_empty() && self.inherited.remove(&member) {
            context.trust(member);
            self.change_mind(rules, context, member, false);
        }
        if asks {
            context.send(member, Word::InOffice(context.me()));
        }
    }

    /// The silence of a member became a verdict, or is over.
    pub(super) fn on_verdict(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        member: NodeId,
        opinion: Opinion,
    ) {
        let dead = opinion == Opinion::Dead;
        self.inherited.remove(&member);
        if dead {
            self.roll.mark(&self.region, member, Mark::Dead);
        }
        self.change_mind(rules, context, member, dead);
    }

    fn change_mind(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        subject: NodeId,
        dead: bool,
    ) {
        match self.dead.binary_search(&subject) {
            Err(place) if dead => self.dead.insert(place, subject),
            Ok(place) if !dead => drop(self.dead.remove(place)),
            _ => return,
        }
        if rules.uplink.report == Reporting::Event {
            self.send(context, Word::News(Ballot { subject, dead }));
        }
    }

    /// It is time to report.
    pub(super) fn report(&self, context: &mut impl Context<Hierarchical>) {
        if self.is_stand_by() {
            return;
        }
        // The list of one who took office only now says nothing of those whom it does not know yet.
        let complete = self.roll.unknown == 0;
        let list = List { dead: context.pack(&self.dead), count: self.dead.len() as u32, complete };
        self.send(context, Word::Report(list));
        if self.succeeded {
            self.announce(context);
        }
    }

    /// Sends a word to the globals and to those who stand by.
    fn send(&self, context: &mut impl Context<Hierarchical>, word: Word) {
        let (me, globals) = (context.me(), context.cluster().all(Role::Global));
        for receiver in globals.chain(self.standing.iter().flat_map(|standing| standing.others(me))) {
            context.send(receiver, word);
        }
    }

    /// A stand-by hears the list of the coordinator in office.
    pub(super) fn read_report(&mut self, context: &mut impl Context<Hierarchical>, sent: Time, list: List) {
        if self.is_stand_by() {
            for (subject, dead) in self.bulletin.list(sent, context.open(list.dead), list.complete) {
                believe(context, subject, dead);
            }
        }
    }

    /// A stand-by hears that the coordinator in office changed its mind.
    pub(super) fn read_news(&mut self, context: &mut impl Context<Hierarchical>, sent: Time, news: Ballot) {
        if self.is_stand_by() && self.bulletin.news(sent, news.subject, news.dead) {
            believe(context, news.subject, news.dead);
        }
    }

    fn is_stand_by(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| !standing.is_in_office())
    }

    /// Another coordinator of the region says that it is in office.
    pub(super) fn on_word(
        &mut self,
        rules: &Hierarchical,
        context: &mut impl Context<Hierarchical>,
        holder: NodeId,
    ) {
        let Some((succession, standing)) = rules.succession.as_ref().zip(self.standing.as_mut()) else {
            return;
        };
        let turn = succession.on_word(standing, context, holder, Due::Alarm);
        self.take(turn, context);
    }

    /// It is time to tell that it is in office, or to take over.
    pub(super) fn on_alarm(&mut self, rules: &Hierarchical, context: &mut impl Context<Hierarchical>) {
        let Some((succession, standing)) = rules.succession.as_ref().zip(self.standing.as_mut()) else {
            return;
        };
        let turn = succession.on_alarm(standing, context, Due::Alarm);
        self.take(turn, context);
    }

    fn take(&mut self, turn: Option<Turn>, context: &mut impl Context<Hierarchical>) {
        match turn {
            Some(Turn::TookOffice) => {
                self.succeeded = true;
                self.take_office(context);
                self.tell(context);
                self.announce(context);
            }
            Some(Turn::LeftOffice) => {
                self.region.clone().for_each(|member| context.unwatch(NodeId(member)));
                self.dead.clear();
                self.inherited.clear();
                self.roll = Roll::default();
            }
            Some(Turn::Tell) => self.tell(context),
            None => (),
        }
    }

    fn take_office(&mut self, context: &mut impl Context<Hierarchical>) {
        self.region.clone().for_each(|member| context.watch(NodeId(member)));
        // Whom its predecessor held dead is dead until it beats.
        self.inherited = self.bulletin.dead().collect();
        self.dead = self.bulletin.dead().collect();
        self.dead.iter().for_each(|member| context.declare(*member, Grounds::Hearsay));
        self.bulletin = Bulletin::new();
        self.roll = Roll::of(&self.region);
    }

    /// Tells the other coordinators of the region that it is in office.
    fn tell(&self, context: &mut impl Context<Hierarchical>) {
        let me = context.me();
        for other in self.standing.iter().flat_map(|standing| standing.others(me)) {
            context.send(other, Word::InOffice(me));
        }
    }

    /// Tells all members that have not beaten to it yet to do so.
    fn announce(&self, context: &mut impl Context<Hierarchical>) {
        let me = context.me();
        for (member, mark) in self.region.clone().zip(&self.roll.marks) {
            if *mark != Mark::Heard {
                context.send(NodeId(member), Word::InOffice(me));
            }
        }
    }
}

/// Takes over what another holds.
pub(super) fn believe(context: &mut impl Context<Hierarchical>, subject: NodeId, dead: bool) {
    if dead {
        context.declare(subject, Grounds::Hearsay);
    } else {
        context.trust(subject);
    }
}

impl Roll {
    fn of(region: &Range<u32>) -> Roll {
        let count = region.end - region.start;
        Roll { marks: vec![Mark::Unknown; count as usize], unheard: count, unknown: count }
    }

    #[inline]
    fn mark(&mut self, region: &Range<u32>, member: NodeId, mark: Mark) {
        if !self.marks.is_empty() {
            self.mark_anew(region, member, mark);
        }
    }

    fn mark_anew(&mut self, region: &Range<u32>, member: NodeId, mark: Mark) {
        let place = member.0.wrapping_sub(region.start) as usize;
        let Some(known) = self.marks.get_mut(place).filter(|known| **known != Mark::Heard) else { return };
        self.unknown -= u32::from(*known == Mark::Unknown);
        self.unheard -= u32::from(mark == Mark::Heard);
        *known = mark;
        if self.unheard == 0 {
            self.marks = Vec::new();
        }
    }
}
