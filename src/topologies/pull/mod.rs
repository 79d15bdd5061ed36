//! The monitors ask every node in turn, and the node answers.
//!
//! Twice the messages of pushing, but the monitor sets the pace and knows at once which answer is missing; a
//! node whose host still answers "connection refused" is found out without waiting.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::monitors::{Monitor, Monitors, Notice, Voice, Work};
use super::rhythm::Pace;
use super::{Awaited, Cost, Discovery, Extra, Plan, Rhythm, Site, Speaker, Speech, Tick};
use crate::document::{Positive, Table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Authority, Capacity, Context, Opinion, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// Monitors poll, members answer.
#[derive(Clone, Debug, Serialize)]
pub struct Pull {
    #[serde(flatten)]
    rhythm: Rhythm,
    #[serde(flatten)]
    monitors: Monitors,
    /// How long an answer may take. Longer forgives a slow network, and detects later by as much.
    probe_timeout: Span,
    depth: Depth,
}

/// Who answers a question. A deeper question finds more of what can be wrong, and more that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// The process, by a thread that does nothing else: it answers even where the application hangs.
    Process,
    /// The application itself, so that no answer comes where it hangs.
    Application,
}

/// What a node remembers: whoever asks something, whoever only answers nothing.
pub type Memory = Option<Box<Asker>>;

/// What a node remembers that asks others: a monitor, or a member that watches the monitors.
#[derive(Debug)]
pub struct Asker {
    /// What it knows as a monitor.
    monitor: Option<Monitor>,
    /// Whether its rhythms run. Once begun they do so for life, and it asks while it watches.
    runs: bool,
    /// The number of the first node that it asks.
    first: u32,
    /// From when on questions to each of them are open. What was asked before is settled, by an answer, a
    /// refusal or its timeout, and each question is settled once.
    open: Vec<Time>,
}

/// What is said.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// "Are you alive?"
    Request(Depth),
    /// "I am", to the question that was asked at this time.
    Reply(Time),
    /// What monitors say to one another.
    Notice(Notice),
}

/// What a monitor waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// It is time to ask this node.
    Ask(NodeId, Tick),
    /// The answer of this node to the question asked at this time is overdue.
    Overdue(NodeId, Time),
    /// The line of succession.
    Alarm,
}

const VOICE: Voice<Pull> = Voice { word: Word::Notice, alarm: Due::Alarm };

impl Pull {
    /// Reads what monitors take, `probe_timeout` and `depth`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Pull> {
        let rhythm = site.rhythm;
        let monitors = Monitors::read(table, rhythm.interval);
        let default = Span::SECOND.min(rhythm.interval);
        let Positive(probe_timeout) = table.or("probe_timeout", Positive(default));
        let depths = [("process", Depth::Process), ("application", Depth::Application)];
        let depth = table.word("depth", Depth::Process, &depths);
        let overlaps = rhythm.pace == Pace::FixedRate && probe_timeout > rhythm.interval;
        if overlaps && table.is_right("interval") && table.is_right("pace") {
            let reason = format!(
                "a probe_timeout of {probe_timeout} is longer than the interval of {}: a question would be \
                 asked before the one before it was given up",
                rhythm.interval
            );
            let remedy = "make probe_timeout at most interval, or write pace = \"fixed-delay\"";
            table.complain("probe_timeout", reason, remedy);
        }
        Some(Pull { rhythm, monitors, probe_timeout, depth })
    }

    fn ask(&self, context: &mut impl Context<Self>, member: NodeId) {
        let now = context.now();
        context.send(member, Word::Request(self.depth));
        // An answer at the very end of the probe timeout is in time.
        context.wake((now + self.probe_timeout).just_after(), Due::Overdue(member, now));
    }

    /// Settles the question that `member` was asked at `asked`, which ended at `end`: the next may be asked.
    /// False if it was settled already.
    fn settle(
        &self,
        asker: &mut Asker,
        context: &mut impl Context<Self>,
        member: NodeId,
        (asked, end): (Time, Time),
    ) -> bool {
        let open_from = &mut asker.open[(member.0 - asker.first) as usize];
        let settles = asked >= *open_from;
        if settles {
            *open_from = asked.just_after();
            let keeper = keeper(context, member);
            self.rhythm.finished_at(context, keeper, end, |tick| Due::Ask(member, tick));
        }
        settles
    }

    /// A member that watches the monitors begins to ask them.
    fn begin_asking_monitors(&self, context: &mut impl Context<Self>) -> Memory {
        let (me, cluster) = (context.me(), context.cluster());
        for (number, monitor) in (0..).zip(cluster.all_monitors()) {
            context.watch(monitor);
            // Beside the questions that the monitors ask this member, each in a phase of its own.
            let others = cluster.monitors + number;
            self.rhythm.begin_beside(context, me, others, |tick| Due::Ask(monitor, tick));
        }
        let open = vec![context.now(); cluster.monitors as usize];
        Some(Box::new(Asker { monitor: None, runs: true, first: cluster.members, open }))
    }

    /// A monitor begins to watch the members, or ends.
    fn turn_to(&self, asker: &mut Asker, context: &mut impl Context<Self>, work: Option<Work>) {
        let others = context.cluster().number(context.me());
        match work {
            None | Some(Work::GoesOn) => (),
            Some(Work::Begins) => {
                let runs = std::mem::replace(&mut asker.runs, true);
                for member in context.cluster().all_members() {
                    context.watch(member);
                    if !runs {
                        self.rhythm.begin_beside(context, member, others, |tick| Due::Ask(member, tick));
                    }
                }
            }
            Some(Work::Ends) => context.cluster().all_members().for_each(|member| context.unwatch(member)),
        }
    }
}

/// Whose phase and jitter the questions to a node follow: a member's, whoever asks.
fn keeper(context: &impl Context<Pull>, asked: NodeId) -> NodeId {
    if context.cluster().is_member(asked) { asked } else { context.me() }
}

impl Topology for Pull {
    type Node = Memory;
    type Message = Word;
    type Timer = Due;
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["request", "reply", "opinion", "office", "question"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Request(_) => 0,
            Word::Reply(_) => 1,
            Word::Notice(Notice::Opinion(_)) => 2,
            Word::Notice(Notice::Office(_)) => 3,
            Word::Notice(Notice::Question) => 4,
        }
    }

    fn bytes_of(&self, _: &Word) -> u64 {
        self.rhythm.message_bytes
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn watches(&self, cluster: Cluster, observer: NodeId) -> Watches {
        self.monitors.watches(cluster, observer)
    }

    fn subjects(&self, cluster: Cluster) -> u32 {
        self.monitors.subjects(cluster)
    }

    fn asks(&self) -> bool {
        true
    }

    fn heeds_verdicts(&self) -> bool {
        self.monitors.vote()
    }

    fn authority(&self) -> Authority {
        self.monitors.authority()
    }

    fn needs_application(&self, word: &Word) -> bool {
        matches!(word, Word::Request(Depth::Application))
    }

    fn capacity(&self, _: Cluster, _: NodeId) -> Option<Capacity> {
        self.monitors.capacity()
    }

    fn speaks(&self, due: &Due) -> bool {
        matches!(due, Due::Ask(..))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Memory {
        if context.cluster().is_member(context.me()) {
            return if self.monitors.are_watched() { self.begin_asking_monitors(context) } else { None };
        }
        let (monitor, work) = self.monitors.begin(context, &VOICE);
        let open = vec![context.now(); context.cluster().members as usize];
        let mut asker = Box::new(Asker { monitor: Some(monitor), runs: false, first: 0, open });
        self.turn_to(&mut asker, context, work);
        Some(asker)
    }

    fn on_timer(&self, memory: &mut Memory, context: &mut impl Context<Self>, due: Due) {
        let Some(asker) = memory else { return };
        match due {
            Due::Ask(member, tick) => {
                let keeper = keeper(context, member);
                self.rhythm.beat(context, keeper, tick, |tick| Due::Ask(member, tick));
                if asker.monitor.as_ref().is_none_or(Monitor::watches) {
                    self.ask(context, member);
                } else {
                    self.rhythm.finished(context, keeper, |tick| Due::Ask(member, tick));
                }
            }
            Due::Overdue(member, asked) => {
                let end = asked + self.probe_timeout;
                if self.settle(asker, context, member, (asked, end)) {
                    context.missed(member, end);
                }
            }
            Due::Alarm => {
                let Some(monitor) = &mut asker.monitor else { return };
                let work = self.monitors.on_alarm(monitor, context, &VOICE);
                self.turn_to(asker, context, work);
            }
        }
    }

    fn on_message(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        match (word, memory) {
            (Word::Request(_), _) => context.send(from, Word::Reply(sent)),
            (Word::Reply(asked), Some(asker)) => {
                let now = context.now();
                if self.settle(asker, context, from, (asked, now)) {
                    context.answered(from, asked, sent);
                }
            }
            (Word::Notice(notice), Some(asker)) => {
                let Some(monitor) = &mut asker.monitor else { return };
                let work = self.monitors.on_notice(monitor, context, &VOICE, from, notice);
                self.turn_to(asker, context, work);
            }
            _ => (),
        }
    }

    fn on_verdict(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        let Some(asker) = memory else { return };
        match &mut asker.monitor {
            Some(monitor) => self.monitors.on_verdict(monitor, context, &VOICE, subject, opinion),
            None => self.monitors.on_verdict_of_member(context, subject, opinion),
        }
    }

    fn on_refusal(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        to: NodeId,
        asked: Time,
        word: Word,
    ) {
        let (Word::Request(_), Some(asker)) = (word, memory) else { return };
        let now = context.now();
        if self.settle(asker, context, to, (asked, now)) {
            context.missed(to, now);
        }
    }
}

impl Plan for Pull {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        self.monitors.cluster(members)
    }

    fn is_watched_by_one(&self) -> bool {
        self.monitors.watching() == 1 && !self.monitors.are_watched()
    }

    fn is_simple(&self) -> bool {
        self.monitors.are_simple()
    }

    fn asks_application(&self) -> bool {
        self.depth == Depth::Application
    }

    fn probe_timeout(&self) -> Option<Span> {
        Some(self.probe_timeout)
    }

    fn awaited(&self) -> Awaited {
        Awaited::Answer(self.probe_timeout)
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let members = f64::from(cluster.members);
        // Where members ask too, all of it is there twice.
        let (watching, idle) = (self.monitors.watches_of_each(), f64::from(self.monitors.idle()));
        let arriving = members * watching / f64::from(self.monitors.watching());
        let handled = self.monitors.handled(arriving, self.rhythm.interval).unwrap_or(0.0);
        // What the one in office says to the others.
        let words = idle / members;
        Cost {
            messages: 2.0 * watching + words,
            events: (4.0 + handled) * watching + 2.0 * words,
            timers: watching,
            bytes: 8.0 * (watching + idle),
            watches: watching,
            free_places: idle,
            ..Cost::default()
        }
    }

    fn speech(&self, cluster: &Cluster) -> Option<Speech> {
        let answers = self.monitors.watches_of_each();
        let speech = self.monitors.speech(cluster, Speaker::Observer);
        if !self.monitors.are_watched() {
            return Some(Speech { answers, ..speech });
        }
        let at_observer = speech.at_observer.map(|messages| 2.0 * messages);
        let extra = Extra::Other("members ask too, as long as they are up");
        Some(Speech { answers, at_observer, extra, ..speech })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        self.monitors.discovery(true)
    }
}
