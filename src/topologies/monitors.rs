//! The monitors of a cluster: how many there are, and how they share the work. What pushing and polling have
//! in common.
//!
//! Either all of them watch all members, and may have to agree, or one watches and the others stand by.

use serde::Serialize;

use super::account::{Discovery, Extra, Speaker, Speech};
use super::capacity::read_capacity;
use super::council::{Ballot, Council, Tally};
use super::succession::{Standing, Succession, Turn};
use crate::document::{Bounds, Count, Table};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Authority, Capacity, Context, Opinion, Topology, Watches};
use crate::engine::time::{Span, Time};

/// How many monitors there are and what each does.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Monitors {
    /// More survive more crashes of monitors. If all watch, each costs as much as the first.
    monitors: u32,
    quorum: Council,
    replication: Replication,
    /// Whether members watch the monitors too, in the same way. Then the death of a monitor is known; it costs as
    /// much again.
    mutual: bool,
    /// Where the others stand by.
    #[serde(flatten)]
    succession: Option<Succession>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<Capacity>,
}

/// Who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Replication {
    /// All monitors do.
    All,
    /// One does, and the others wait for it to fall silent: as cheap as one monitor, but nobody watches while
    /// they wait.
    Standby,
}

/// What monitors say to one another, and members to them about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What the sender holds of a member.
    Opinion(Ballot),
    /// Who is in office, as far as the sender knows.
    Office(NodeId),
    /// "I have just begun and know nothing", or "I do not know any more who is in office".
    Question,
}

/// What one monitor knows.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    tally: Tally,
    /// Nothing, where all watch.
    standing: Option<Standing>,
}

/// What a monitor has to do with members from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// It begins to watch them.
    Begins,
    /// It goes on, and has just told the other monitors so.
    GoesOn,
    /// It watches them no more.
    Ends,
}

/// How a topology sends what monitors say, and what brings it to [`Monitors::on_alarm`].
pub(super) struct Voice<T: Topology> {
    /// A notice as a message.
    pub word: fn(Notice) -> T::Message,
    /// The timer of the line of succession, or of the council.
    pub alarm: T::Timer,
}

impl Monitors {
    /// Reads `monitors`, `quorum`, `replication`, `mutual`, `takeover`, `election_delay` and `capacity`, for signs
    /// of life every `interval`.
    pub(super) fn read(table: &mut Table<'_>, interval: Span) -> Monitors {
        table.bounded("monitors", Bounds::most(f64::from(MOST_MONITORS)));
        let Count(monitors) = table.or("monitors", Count(1));
        let Count(quorum) = table.or("quorum", Count(1));
        let words = [("all", Replication::All), ("standby", Replication::Standby)];
        let replication = table.word("replication", Replication::All, &words);
        let mutual = table.or("mutual", false);
        let capacity = read_capacity(table);
        let stands_by = replication == Replication::Standby;
        if monitors > MOST_MONITORS {
            let reason = format!("{monitors} monitors are more than {MOST_MONITORS}");
            table.complain("monitors", reason, "three or five are plenty");
        } else if table.is_right("monitors") && quorum > monitors {
            let reason = format!("a quorum of {quorum} can never agree: there are {monitors} monitor(s)");
            table.complain("quorum", reason, "make quorum at most monitors; a majority is usual");
        } else if stands_by && quorum > 1 {
            let reason = "with replication = \"standby\" only one monitor watches, so no two can agree";
            table.complain("quorum", reason, "leave quorum out, or write replication = \"all\"");
        }
        if stands_by && mutual {
            let reason = "members cannot watch monitors of which only one is in office at a time";
            table.complain("mutual", reason, "leave mutual out, or write replication = \"all\"");
        }
        if stands_by && table.is_right("monitors") && monitors < 2 {
            let remedy = "write monitors = 2, or leave replication out";
            table.complain("replication", "one monitor has nobody to stand by", remedy);
        }
        if !stands_by && table.is_right("replication") {
            for key in ["takeover", "election_delay"] {
                if table.has(key) {
                    let remedy = "write replication = \"standby\", or leave it out";
                    table.complain(key, format!("`{key}` means nothing where no monitor stands by"), remedy);
                }
            }
        }
        let succession = stands_by.then(|| Succession::read(table, interval));
        let quorum = Council { quorum, repeat: interval };
        Monitors { monitors, quorum, replication, mutual: mutual && !stands_by, succession, capacity }
    }

    /// One, that watches alone and takes no time: for tests.
    #[cfg(test)]
    pub(super) fn one() -> Monitors {
        let (quorum, replication) = (Council { quorum: 1, repeat: Span::SECOND }, Replication::All);
        Monitors { monitors: 1, quorum, replication, mutual: false, succession: None, capacity: None }
    }

    /// The same, which members watch too: for tests.
    #[cfg(test)]
    pub(super) fn mutual(self) -> Monitors {
        Monitors { mutual: true, ..self }
    }

    /// As [`Monitors::one`], but so many of whom so many must agree: for tests.
    #[cfg(test)]
    pub(super) fn agreeing(quorum: u32, monitors: u32) -> Monitors {
        Monitors { monitors, quorum: Council { quorum, repeat: Span::SECOND }, ..Monitors::one() }
    }

    /// As [`Monitors::one`], but so many of whom all but one stand by: for tests.
    #[cfg(test)]
    pub(super) fn standing_by(succession: Succession, monitors: u32) -> Monitors {
        let replication = Replication::Standby;
        Monitors { monitors, replication, succession: Some(succession), ..Monitors::one() }
    }

    /// So many members and these monitors.
    pub(super) fn cluster(&self, members: u32) -> Cluster {
        Cluster::monitored(members, self.monitors)
    }

    /// Whether one watches and the others stand by.
    #[inline]
    pub(super) fn stand_by(&self) -> bool {
        self.succession.is_some()
    }

    /// Whether members watch the monitors too.
    #[inline]
    pub(super) fn are_watched(&self) -> bool {
        self.mutual
    }

    /// By how many nodes, on average over the members, a member and its share of the monitors are watched.
    pub(super) fn watches_of_each(&self) -> f64 {
        f64::from(self.watching()) * if self.mutual { 2.0 } else { 1.0 }
    }

    /// Whether several must agree, and so tell one another what they hold.
    pub(super) fn vote(&self) -> bool {
        self.quorum.votes()
    }

    /// How many watch at a time.
    pub(super) fn watching(&self) -> u32 {
        if self.stand_by() { 1 } else { self.monitors }
    }

    /// How many do not.
    pub(super) fn idle(&self) -> u32 {
        self.monitors - self.watching()
    }

    /// Whether each member is watched by one at a time, who hears its beats as they arrive.
    pub(super) fn are_simple(&self) -> bool {
        self.watching() == 1 && self.capacity.is_none()
    }

    /// Whose silence a node may watch: monitors that of all members, and members that of all monitors if at all.
    pub(super) fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        match (cluster.is_member(observer), self.mutual) {
            (true, false) => Watches::Nobody,
            (true, true) => Watches::All(cluster.range(Role::Monitor)),
            (false, _) => Watches::All(cluster.range(Role::Member)),
        }
    }

    /// Whose death counts: that of members, and of monitors that are watched.
    pub(super) fn subjects(&self, cluster: Cluster) -> u32 {
        if self.mutual { cluster.range(Role::Monitor).end } else { cluster.members }
    }

    /// A member changed its opinion of a monitor. Where monitors must agree about members, there is nobody with
    /// whom a member could: its word counts alone.
    pub(super) fn on_verdict_of_member<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        match opinion {
            _ if !self.quorum.votes() => (),
            Opinion::Dead => context.act(subject),
            Opinion::Trusted => context.retract(subject),
            Opinion::Suspected => (),
        }
    }

    /// Who declares deaths in the name of all.
    pub(super) fn authority(&self) -> Authority {
        self.quorum.authority()
    }

    /// How fast each handles what it receives.
    pub(super) fn capacity(&self) -> Option<Capacity> {
        self.capacity
    }

    /// What share of so many messages in an interval can be handled; `None` where that takes no time.
    pub(super) fn handled(&self, messages: f64, interval: Span) -> Option<f64> {
        let capacity = self.capacity?;
        Some((interval.seconds() / (capacity.per_message.seconds() * messages)).min(1.0))
    }

    /// What is said to monitors and among them, where `speaker` begins.
    pub(super) fn speech(&self, cluster: &Cluster, speaker: Speaker) -> Speech {
        let members = f64::from(cluster.members);
        let extra = match (self.stand_by(), self.quorum.votes()) {
            (true, _) => Extra::More("whoever loses its monitor asks for another, which is more messages"),
            (false, true) => {
                Extra::More("monitors tell one another whom they hold dead, which is more messages")
            }
            (false, false) => Extra::Nothing,
        };
        Speech {
            speaker,
            besides: f64::from(self.idle()) / members,
            extra,
            hubs: (extra == Extra::Nothing && !self.mutual).then_some(self.watching()),
            at_observer: Some(members),
            ..Speech::BEATS
        }
    }

    /// How a death becomes known, where monitors ask `in_own_time` or all hear the same beats.
    pub(super) fn discovery(&self, in_own_time: bool) -> Discovery {
        Discovery::Watched {
            watchers: self.watching(),
            agree: self.quorum.quorum,
            in_own_time,
            queues: self.capacity.is_some(),
        }
    }

    /// A monitor begins.
    pub(super) fn begin<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        voice: &Voice<T>,
    ) -> (Monitor, Option<Work>) {
        let mut monitor = Monitor { tally: Tally::default(), standing: None };
        let Some(succession) = &self.succession else {
            if self.quorum.votes() && context.now() > Time::ZERO {
                Self::tell_others(context, voice, Notice::Question);
            }
            return (monitor, Some(Work::Begins));
        };
        let line = context.cluster().range(Role::Monitor);
        let (standing, turn) = succession.begin(context, line, voice.alarm);
        let work = Self::take(&standing, context, voice, turn);
        monitor.standing = Some(standing);
        (monitor, work)
    }

    /// A notice came from `from`, monitor or member.
    pub(super) fn on_notice<T: Topology>(
        &self,
        monitor: &mut Monitor,
        context: &mut impl Context<T>,
        voice: &Voice<T>,
        from: NodeId,
        notice: Notice,
    ) -> Option<Work> {
        match (notice, &self.succession, &mut monitor.standing) {
            (Notice::Opinion(ballot), ..) => {
                self.quorum.count_for_a_while(&mut monitor.tally, context, from, ballot);
                self.quorum.await_review(&mut monitor.tally, context, voice.alarm);
            }
            (Notice::Office(holder), Some(succession), Some(standing)) => {
                let turn = succession.on_word(standing, context, holder, voice.alarm);
                return Self::take(standing, context, voice, turn);
            }
            (Notice::Question, _, Some(standing)) if standing.is_in_office() => {
                let me = context.me();
                context.send(from, (voice.word)(Notice::Office(me)));
            }
            (Notice::Question, _, None) => {
                self.quorum.forget(&mut monitor.tally, context, from);
                for subject in monitor.tally.held_by(context.me()) {
                    context.send(from, (voice.word)(Notice::Opinion(Ballot { subject, dead: true })));
                }
            }
            _ => (),
        }
        None
    }

    /// The alarm is due: of the line of succession, or of the next review of what all hold.
    pub(super) fn on_alarm<T: Topology>(
        &self,
        monitor: &mut Monitor,
        context: &mut impl Context<T>,
        voice: &Voice<T>,
    ) -> Option<Work> {
        let (Some(succession), Some(standing)) = (&self.succession, &mut monitor.standing) else {
            for ballot in self.quorum.review(&mut monitor.tally, context, voice.alarm) {
                Self::tell_others(context, voice, Notice::Opinion(ballot));
            }
            return None;
        };
        let turn = succession.on_alarm(standing, context, voice.alarm);
        Self::take(standing, context, voice, turn)
    }

    /// A monitor changed its opinion of a member.
    pub(super) fn on_verdict<T: Topology>(
        &self,
        monitor: &mut Monitor,
        context: &mut impl Context<T>,
        voice: &Voice<T>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        if let Some(ballot) = self.quorum.own(&mut monitor.tally, context, subject, opinion) {
            Self::tell_others(context, voice, Notice::Opinion(ballot));
            self.quorum.await_review(&mut monitor.tally, context, voice.alarm);
        }
    }

    /// What is to be done about an office.
    fn take<T: Topology>(
        standing: &Standing,
        context: &mut impl Context<T>,
        voice: &Voice<T>,
        turn: Option<Turn>,
    ) -> Option<Work> {
        let me = context.me();
        let turn = turn?;
        if turn == Turn::LeftOffice {
            return Some(Work::Ends);
        }
        for other in standing.others(me) {
            context.send(other, (voice.word)(Notice::Office(me)));
        }
        Some(if turn == Turn::TookOffice { Work::Begins } else { Work::GoesOn })
    }

    fn tell_others<T: Topology>(context: &mut impl Context<T>, voice: &Voice<T>, notice: Notice) {
        let me = context.me();
        for other in context.cluster().all_monitors().filter(|other| *other != me) {
            context.send(other, (voice.word)(notice));
        }
    }
}

/// More monitors than this are a slip of the finger: each hears every member.
const MOST_MONITORS: u32 = 1000;

impl Monitor {
    /// Who is in office instead of this monitor, as far as it knows; `None` if this one watches.
    pub(super) fn stands_by_for(&self) -> Option<Option<NodeId>> {
        self.standing.as_ref().filter(|standing| !standing.is_in_office()).map(Standing::holder)
    }

    /// Whether this one watches.
    pub(super) fn watches(&self) -> bool {
        self.standing.as_ref().is_none_or(Standing::is_in_office)
    }
}
