//! The monitor asks every node in turn, and the node answers.
//!
//! Twice the messages of pushing, but the monitor sets the pace and knows at once which answer is missing; a
//! node whose host still answers "connection refused" is found out without waiting.

use serde::Serialize;

use super::{Cost, Plan, Rhythm, Site, Tick};
use crate::document::{Positive, Table};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Context, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// The monitor polls, members answer.
#[derive(Clone, Debug, Serialize)]
pub struct Pull {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// How long an answer may take. Longer forgives a slow network, and detects later by as much.
    probe_timeout: Span,
}

/// What a node knows: a monitor, from when on questions to each member are open. What was asked before is
/// settled, by an answer, a refusal or its timeout, and each question is settled once.
pub type OpenFrom = Vec<Time>;

/// A question or its answer.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// "Are you alive?"
    Request,
    /// "I am", to the question that was asked at this time.
    Reply(Time),
}

/// What the monitor waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// It is time to ask this member.
    Ask(NodeId, Tick),
    /// The answer of this member to the question asked at this time is overdue.
    Overdue(NodeId, Time),
}

impl Pull {
    /// Reads `probe_timeout`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Pull> {
        let rhythm = site.rhythm;
        let default = Span::SECOND.min(rhythm.interval);
        let Positive(probe_timeout) = table.or("probe_timeout", Positive(default));
        if table.is_right("interval") && probe_timeout > rhythm.interval {
            let reason = format!(
                "a probe_timeout of {probe_timeout} is longer than the interval of {}: a question would be \
                 asked before the one before it was given up",
                rhythm.interval
            );
            table.complain("probe_timeout", reason, "make probe_timeout at most interval");
        }
        Some(Pull { rhythm, probe_timeout })
    }

    fn ask(&self, context: &mut impl Context<Self>, member: NodeId) {
        let now = context.now();
        context.send(member, Word::Request);
        // An answer at the very end of the probe timeout is in time.
        context.wake((now + self.probe_timeout).just_after(), Due::Overdue(member, now));
    }
}

impl Topology for Pull {
    type Node = OpenFrom;
    type Message = Word;
    type Timer = Due;
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["request", "reply"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Request => 0,
            Word::Reply(_) => 1,
        }
    }

    fn bytes_of(&self, _: &Word) -> u64 {
        self.rhythm.message_bytes
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        if cluster.is_member(observer) { Watches::Nobody } else { Watches::All(cluster.range(Role::Member)) }
    }

    fn start(&self, context: &mut impl Context<Self>) -> OpenFrom {
        if context.cluster().is_member(context.me()) {
            return Vec::new();
        }
        for member in context.cluster().all_members() {
            context.watch(member);
            self.rhythm.begin(context, member, |tick| Due::Ask(member, tick));
        }
        vec![context.now(); context.cluster().members as usize]
    }

    fn on_timer(&self, open: &mut OpenFrom, context: &mut impl Context<Self>, due: Due) {
        match due {
            Due::Ask(member, tick) => {
                self.rhythm.beat(context, member, tick, |tick| Due::Ask(member, tick));
                self.ask(context, member);
            }
            Due::Overdue(member, asked) => {
                if settle(open, member, asked) {
                    context.missed(member, asked + self.probe_timeout);
                }
            }
        }
    }

    fn on_message(
        &self,
        open: &mut OpenFrom,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        match word {
            Word::Request => context.send(from, Word::Reply(sent)),
            Word::Reply(asked) => {
                if settle(open, from, asked) {
                    context.heard(from, sent);
                }
            }
        }
    }

    fn on_refusal(
        &self,
        open: &mut OpenFrom,
        context: &mut impl Context<Self>,
        to: NodeId,
        asked: Time,
        _: Word,
    ) {
        if settle(open, to, asked) {
            context.missed(to, context.now());
        }
    }
}

/// Settles the question that `member` was asked at `asked`. False if it was settled already.
fn settle(open: &mut OpenFrom, member: NodeId, asked: Time) -> bool {
    let open_from = &mut open[member.index()];
    let settles = asked >= *open_from;
    if settles {
        *open_from = asked.just_after();
    }
    settles
}

impl Plan for Pull {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::monitored(members, 1)
    }

    fn is_simple(&self) -> bool {
        true
    }

    fn probe_timeout(&self) -> Option<Span> {
        Some(self.probe_timeout)
    }

    fn cost(&self, _: &Cluster) -> Cost {
        Cost { messages: 2.0, events: 4.0, timers: 1.0, bytes: 8.0, watches: 1.0, ..Cost::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Recorder;
    use super::*;

    const CLUSTER: Cluster = Cluster::monitored(2, 1);
    const N1: NodeId = NodeId(1);

    fn rules() -> Pull {
        let rhythm = Rhythm::aligned(Span::from_secs(5));
        Pull { rhythm, probe_timeout: Span::from_secs(1) }
    }

    fn time(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    /// A monitor that has just asked n1 at five seconds.
    fn asking() -> (Recorder, OpenFrom) {
        let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
        let mut open = rules().start(&mut monitor);
        monitor.heard_saying();
        rules().on_timer(&mut open, monitor.at(5_000), Due::Ask(N1, Tick(time(5_000))));
        (monitor, open)
    }

    #[test]
    fn the_monitor_watches_and_asks_each_member() {
        let mut monitor: Recorder = Recorder::new(CLUSTER, CLUSTER.monitor(0));
        rules().start(&mut monitor);
        let expected = "watch n0\nwake me at 0s and every 5s for Ask(NodeId(0), Tick(Time(0)))\n\
                        watch n1\nwake me at 0s and every 5s for Ask(NodeId(1), Tick(Time(0)))";
        assert_eq!(monitor.heard_saying(), expected);
        let (mut monitor, _) = asking();
        let expected = "to n1: Request\nwake me at 6.000000001s for Overdue(NodeId(1), Time(5000000000))";
        assert_eq!(monitor.heard_saying(), expected);
    }

    #[test]
    fn a_member_answers_the_question_that_it_was_asked() {
        let mut member: Recorder = Recorder::new(CLUSTER, N1);
        let mut memory = rules().start(&mut member);
        let monitor = CLUSTER.monitor(0);
        rules().on_message(&mut memory, member.at(5_100), monitor, time(5_000), Word::Request);
        assert_eq!(member.heard_saying(), "to m0: Reply(Time(5000000000))");
    }

    #[test]
    fn an_answer_counts_until_its_question_is_overdue_and_not_after() {
        for (overdue, arrives, says) in [(false, 5_300, "heard n1, sent 5.1s"), (true, 6_001, "")] {
            let (mut monitor, mut open) = asking();
            if overdue {
                rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
            }
            monitor.heard_saying();
            let reply = Word::Reply(time(5_000));
            rules().on_message(&mut open, monitor.at(arrives), N1, time(5_100), reply);
            assert_eq!(monitor.heard_saying(), says, "arriving at {arrives} ms");
        }
    }

    #[test]
    fn a_question_without_an_answer_is_missed_once_its_timeout_has_passed() {
        for (answers, says) in [(true, ""), (false, "missed n1 since 6s")] {
            let (mut monitor, mut open) = asking();
            if answers {
                let reply = Word::Reply(time(5_000));
                rules().on_message(&mut open, monitor.at(5_200), N1, time(5_100), reply);
            }
            monitor.heard_saying();
            rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
            assert_eq!(monitor.heard_saying(), says);
        }
    }

    #[test]
    fn a_refusal_is_a_miss_at_once_and_only_once() {
        let (mut monitor, mut open) = asking();
        monitor.heard_saying();
        rules().on_refusal(&mut open, monitor.at(5_020), N1, time(5_000), Word::Request);
        assert_eq!(monitor.heard_saying(), "missed n1 since 5.02s");
        rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
        assert_eq!(monitor.heard_saying(), "");
    }

    #[test]
    fn a_refusal_that_comes_too_late_or_belongs_to_an_earlier_life_settles_nothing() {
        let (mut monitor, mut open) = asking();
        rules().on_timer(&mut open, monitor.at(6_000), Due::Overdue(N1, time(5_000)));
        rules().on_timer(&mut open, monitor.at(10_000), Due::Ask(N1, Tick(time(10_000))));
        monitor.heard_saying();
        rules().on_refusal(&mut open, monitor.at(10_100), N1, time(5_000), Word::Request);
        assert_eq!(monitor.heard_saying(), "", "that question was given up already");
        rules().on_timer(&mut open, monitor.at(11_000), Due::Overdue(N1, time(10_000)));
        assert_eq!(monitor.heard_saying(), "missed n1 since 11s", "and the newer one still counts");
        let mut reborn = rules().start(monitor.at(20_000));
        monitor.heard_saying();
        rules().on_refusal(&mut reborn, monitor.at(20_100), N1, time(19_900), Word::Request);
        rules().on_message(&mut reborn, monitor.at(20_100), N1, time(20_000), Word::Reply(time(19_900)));
        assert_eq!(monitor.heard_saying(), "", "it never asked");
    }
}
