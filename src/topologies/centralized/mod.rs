//! Every node pushes its beat to the monitors, which watch.
//!
//! The cheapest design: one message per node, interval and monitor. Its price is the monitor: a single place
//! of failure that must take all the traffic, unless there are several.

#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::monitors::{Monitor, Monitors, Notice, Voice, Work};
use super::rhythm::Pace;
use super::{Awaited, Cost, Discovery, Plan, Rhythm, Site, Speaker, Speech, Tick};
use crate::document::{Positive, Table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Authority, Capacity, Context, Opinion, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
use words::{KINDS, MOST_BEATS, Packed, Word};

/// Members beat, monitors listen.
#[derive(Clone, Debug, Serialize)]
pub struct Centralized {
    #[serde(flatten)]
    rhythm: Rhythm,
    #[serde(flatten)]
    monitors: Monitors,
    /// Whether each beat is answered, as the renewal of a lease is: twice the messages, and a node learns
    /// whether it was heard.
    acknowledge: bool,
    /// How long an answer may take before the next beat is sent instead, where it waits for one. Shorter
    /// mends a loss sooner, and sends more where the network is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    ack_timeout: Option<Span>,
    /// Whether the monitor draws when the next beat is due, and says so in its reply.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    announce: bool,
}

/// What a node remembers; a member whose beats are not answered, and go to all, nothing.
pub type Memory = Option<Box<Recollection>>;

/// What a node remembers, by what it is there for.
#[derive(Debug)]
pub enum Recollection {
    /// A member.
    Member(Sender),
    /// A monitor.
    Monitor(Listener),
}

/// What a monitor remembers.
#[derive(Debug)]
pub struct Listener {
    monitor: Monitor,
    /// Whom it told that it took office, and has not heard of since.
    told: BTreeSet<NodeId>,
}

/// What a member remembers.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// To whom it beats, where one monitor watches and the others stand by.
    holder: NodeId,
    /// Which of its beats was the last.
    number: u32,
    /// Whether that was answered.
    answered: bool,
    /// Which of its timers counts, where the next beat waits for an answer.
    next: Tick,
}

/// The next beat; or the alarm of a monitor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Due(Tick);

/// For a monitor, the line of succession or the council.
const ALARM: Due = Due(Tick(Time::NEVER));

const VOICE: Voice<Centralized> = Voice { word: |notice| Packed::of(Word::Notice(notice)), alarm: ALARM };

impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == ALARM { f.write_str("Alarm") } else { f.debug_tuple("Due").field(&self.0).finish() }
    }
}

impl Centralized {
    /// Reads what monitors take, `acknowledge`, `ack_timeout` and `announce`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Centralized> {
        let rhythm = site.rhythm;
        let monitors = Monitors::read(table, rhythm.interval);
        let acknowledge = table.or("acknowledge", false);
        let waits = acknowledge && rhythm.pace == Pace::FixedDelay;
        let ack_timeout = table.given("ack_timeout");
        if ack_timeout.is_some() && !waits && table.is_right("acknowledge") && table.is_right("pace") {
            let reason = "`ack_timeout` means something only where the next beat waits for an answer";
            let remedy = "write acknowledge = true and pace = \"fixed-delay\", or leave it out";
            table.complain("ack_timeout", reason, remedy);
        }
        let Positive(ack_timeout) = ack_timeout.unwrap_or(Positive(rhythm.interval));
        let announce = table.or("announce", false);
        let are_right = ["acknowledge", "pace", "jitter"].iter().all(|key| table.is_right(key));
        if announce && are_right && (!waits || rhythm.is_regular()) {
            let reason =
                "`announce` means something only where the next beat waits for an answer, and strays";
            let remedy =
                "write acknowledge = true, pace = \"fixed-delay\" and jitter = [-0.1, 0.1], or leave it out";
            table.complain("announce", reason, remedy);
        } else if announce && monitors.watching() > 1 {
            let reason = "several monitors would each announce another beat";
            let remedy = "write monitors = 1, or replication = \"standby\"";
            table.complain("announce", reason, remedy);
        }
        Some(Centralized {
            rhythm,
            monitors,
            acknowledge,
            ack_timeout: waits.then_some(ack_timeout),
            announce,
        })
    }

    /// A member begins to beat.
    fn begin_beats(&self, context: &mut impl Context<Self>) -> Memory {
        let me = context.me();
        if self.monitors.are_watched() {
            context.cluster().all_monitors().for_each(|monitor| context.watch(monitor));
        }
        let mut next = Tick(Time::ZERO);
        self.rhythm.begin(context, me, |tick| {
            next = tick;
            Due(tick)
        });
        if !self.members_remember() {
            return None;
        }
        let first = context.cluster().monitor(0);
        if self.monitors.stand_by() && context.now() > Time::ZERO {
            ask_who_is_in_office(context);
        }
        let sender = Sender { holder: first, number: 0, answered: true, next };
        Some(Box::new(Recollection::Member(sender)))
    }

    /// The beat is due of a member that remembers nothing: most of what there is to do in most runs.
    #[inline]
    fn beat(&self, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, Due);
        for monitor in context.cluster().all_monitors() {
            context.send(monitor, Packed::of(Word::Beat(0)));
        }
        self.rhythm.finished(context, me, Due);
    }

    /// The beat is due of a monitor that members watch.
    #[inline(never)]
    fn beat_to_members(&self, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, Due);
        context.cluster().all_members().for_each(|member| tell(context, member, Word::Beat(0)));
        self.rhythm.finished(context, me, Due);
    }

    /// The beat is due of a member that waits for replies, or beats to whoever is in office.
    #[inline(never)]
    fn beat_with_memory(&self, sender: &mut Sender, context: &mut impl Context<Self>, tick: Tick) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, Due);
        if self.ack_timeout.is_some() && tick != sender.next {
            return; // It was put off, or brought forward.
        }
        if self.monitors.stand_by() && !sender.answered {
            ask_who_is_in_office(context);
        }
        sender.number = (sender.number + 1) & MOST_BEATS;
        sender.answered = !self.acknowledge;
        let beat = Word::Beat(sender.number);
        if self.monitors.stand_by() {
            tell(context, sender.holder, beat);
        } else {
            context.cluster().all_monitors().for_each(|monitor| tell(context, monitor, beat));
        }
        match self.ack_timeout {
            None => self.rhythm.finished(context, me, Due),
            Some(patience) => {
                // A reply at the very end is in time.
                let again = (context.now() + patience).just_after();
                sender.next = Tick(again);
                context.wake(again, Due(sender.next));
            }
        }
    }

    /// A member is told something.
    fn on_told(&self, sender: &mut Sender, context: &mut impl Context<Self>, sent: Time, word: Word) {
        match word {
            Word::Notice(Notice::Office(holder)) => sender.holder = holder,
            Word::Reply(number) if number == sender.number && !sender.answered => {
                sender.answered = true;
                let me = context.me();
                if self.announce {
                    // It was drawn when the reply set out, and comes with it.
                    let next = context.now() + self.rhythm.drawn_period(context, me, sent);
                    sender.next = Tick(next);
                    context.wake(next, Due(sender.next));
                } else if self.ack_timeout.is_some() {
                    self.rhythm.finished(context, me, |tick| {
                        sender.next = tick;
                        Due(tick)
                    });
                }
            }
            _ => (),
        }
    }

    /// A beat is heard where one monitor watches and the others stand by, or where it is to be answered.
    #[inline(never)]
    fn on_beat(
        &self,
        listener: &mut Listener,
        context: &mut impl Context<Self>,
        (from, sent): (NodeId, Time),
        number: u32,
    ) {
        if let Some(holder) = listener.monitor.stands_by_for() {
            if let Some(holder) = holder {
                tell(context, from, Word::Notice(Notice::Office(holder)));
            }
            return;
        }
        listener.told.remove(&from);
        context.heard(from, sent);
        if self.announce {
            let period = self.rhythm.drawn_period(context, from, context.now());
            context.announced(from, sent, period);
        }
        if self.acknowledge {
            tell(context, from, Word::Reply(number));
        }
    }

    /// Anything is said but a beat that only wants to be heard.
    #[inline(never)]
    fn on_word(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        (from, sent): (NodeId, Time),
        word: Word,
    ) {
        match (memory.as_deref_mut(), word) {
            (Some(Recollection::Monitor(listener)), Word::Beat(number)) => {
                self.on_beat(listener, context, (from, sent), number);
            }
            (Some(Recollection::Monitor(listener)), Word::Notice(notice)) => {
                let work = self.monitors.on_notice(&mut listener.monitor, context, &VOICE, from, notice);
                self.turn_to(&mut listener.told, context, work);
            }
            // That of a monitor which members watch.
            (Some(Recollection::Member(_)), Word::Beat(_)) => context.heard(from, sent),
            (Some(Recollection::Member(sender)), word) => self.on_told(sender, context, sent, word),
            _ => (),
        }
    }

    /// The line of succession asks for something.
    #[inline(never)]
    fn on_alarm(&self, listener: &mut Listener, context: &mut impl Context<Self>) {
        let work = self.monitors.on_alarm(&mut listener.monitor, context, &VOICE);
        self.turn_to(&mut listener.told, context, work);
    }

    /// Whether members remember anything: to whom they beat, or whether that was answered.
    #[inline]
    fn members_remember(&self) -> bool {
        self.acknowledge || self.monitors.stand_by()
    }

    /// A monitor begins to watch the members, goes on, or ends.
    fn turn_to(&self, told: &mut BTreeSet<NodeId>, context: &mut impl Context<Self>, work: Option<Work>) {
        match work {
            None => (),
            Some(Work::Begins) => {
                context.cluster().all_members().for_each(|member| context.watch(member));
                // Who is in office at the start is known to all.
                if self.monitors.stand_by() && context.now() > Time::ZERO {
                    told.extend(context.cluster().all_members());
                    tell_of_office(context, told.iter().copied());
                }
            }
            Some(Work::GoesOn) => tell_of_office(context, told.iter().copied()),
            Some(Work::Ends) => {
                told.clear();
                context.cluster().all_members().for_each(|member| context.unwatch(member));
            }
        }
    }
}

/// Sends a word, where that is not what a run consists of.
#[inline(never)]
fn tell(context: &mut impl Context<Centralized>, to: NodeId, word: Word) {
    context.send(to, Packed::of(word));
}

/// Tells members that I am in office.
fn tell_of_office(context: &mut impl Context<Centralized>, members: impl Iterator<Item = NodeId>) {
    let me = context.me();
    for member in members {
        tell(context, member, Word::Notice(Notice::Office(me)));
    }
}

fn ask_who_is_in_office(context: &mut impl Context<Centralized>) {
    for monitor in context.cluster().all_monitors() {
        tell(context, monitor, Word::Notice(Notice::Question));
    }
}

impl Topology for Centralized {
    type Node = Memory;
    type Message = Packed;
    type Timer = Due;
    type Item = ();

    const MESSAGES: &'static [&'static str] = KINDS;

    #[inline]
    fn kind_of(message: &Packed) -> usize {
        message.kind()
    }

    fn bytes_of(&self, _: &Packed) -> u64 {
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

    fn heeds_verdicts(&self) -> bool {
        self.monitors.vote() || self.monitors.stand_by()
    }

    fn authority(&self) -> Authority {
        self.monitors.authority()
    }

    fn capacity(&self, _: Cluster, _: NodeId) -> Option<Capacity> {
        self.monitors.capacity()
    }

    fn start(&self, context: &mut impl Context<Self>) -> Memory {
        if context.cluster().is_member(context.me()) {
            return self.begin_beats(context);
        }
        let (monitor, work) = self.monitors.begin(context, &VOICE);
        let mut told = BTreeSet::new();
        self.turn_to(&mut told, context, work);
        if self.monitors.are_watched() {
            self.rhythm.begin(context, context.me(), Due);
        }
        Some(Box::new(Recollection::Monitor(Listener { monitor, told })))
    }

    fn on_timer(&self, memory: &mut Memory, context: &mut impl Context<Self>, Due(tick): Due) {
        match memory.as_deref_mut() {
            None => self.beat(context, tick),
            Some(Recollection::Member(sender)) => self.beat_with_memory(sender, context, tick),
            Some(Recollection::Monitor(_)) if self.monitors.are_watched() && Due(tick) != ALARM => {
                self.beat_to_members(context, tick);
            }
            Some(Recollection::Monitor(listener)) => self.on_alarm(listener, context),
        }
    }

    fn on_message(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        message: Packed,
    ) {
        match message.word() {
            Word::Beat(_) if !self.members_remember() => context.heard(from, sent),
            word => self.on_word(memory, context, (from, sent), word),
        }
    }

    fn on_verdict(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        let Some(Recollection::Monitor(listener)) = memory.as_deref_mut() else {
            return self.monitors.on_verdict_of_member(context, subject, opinion);
        };
        self.monitors.on_verdict(&mut listener.monitor, context, &VOICE, subject, opinion);
        if opinion == Opinion::Dead && listener.told.remove(&subject) {
            // Perhaps it lives, and beats to somebody else: that is said once more.
            tell_of_office(context, [subject].into_iter());
        }
    }
}

impl Plan for Centralized {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        self.monitors.cluster(members)
    }

    fn announced(&self) -> Option<(Span, Span)> {
        self.announce.then(|| self.rhythm.periods())
    }

    fn is_watched_by_one(&self) -> bool {
        self.monitors.watching() == 1 && !self.monitors.are_watched()
    }

    fn is_simple(&self) -> bool {
        self.monitors.are_simple()
    }

    fn takes_channels(&self) -> bool {
        // A member asks stand-bys who is in office, and is told.
        !self.acknowledge && !self.monitors.stand_by()
    }

    fn awaited(&self) -> Awaited {
        self.ack_timeout.map_or(Awaited::Nothing, Awaited::Answer)
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let members = f64::from(cluster.members);
        let (watching, idle) = (f64::from(self.monitors.watching()), f64::from(self.monitors.idle()));
        let handled = self.monitors.handled(members, self.rhythm.interval);
        let answers = if self.acknowledge { watching * handled.unwrap_or(1.0) } else { 0.0 };
        // What the one in office says to the others.
        let words = idle / members;
        let watches = self.monitors.watches_of_each();
        // What monitors beat to members.
        let back = watches - watching;
        // A beat that waits for its reply also has a timer in case that none comes.
        let beats = if self.ack_timeout.is_some() { 2.0 } else { 1.0 };
        Cost {
            messages: watches + answers + words,
            events: beats + watching * (1.0 + handled.unwrap_or(0.0)) + back + answers + 2.0 * words,
            timers: if self.ack_timeout.is_some() { 2.0 } else { 0.0 },
            bytes: if self.members_remember() { size_of::<Recollection>() as f64 } else { 0.0 },
            watches,
            free_places: idle,
            ..Cost::default()
        }
    }

    fn speech(&self, cluster: &Cluster) -> Option<Speech> {
        let watching = f64::from(self.monitors.watching());
        let answers = if self.acknowledge { watching } else { 0.0 };
        let speech = self.monitors.speech(cluster, Speaker::Subject);
        // A monitor beats to all members, whether they are up or not.
        let besides = speech.besides + self.monitors.watches_of_each() - watching;
        Some(Speech { answers, besides, ..speech })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        self.monitors.discovery(false)
    }
}
