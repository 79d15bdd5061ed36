//! Members watch one another: each beats to a few others, or is asked by them.
//!
//! No monitor to lose and none to overload. Each member does a small share of the watching; what it costs is
//! that a member is lost from sight when all of those who watch it die together.

use serde::{Serialize, Serializer};

use super::council::{Ballot, Council, Tally};
use super::{Awaited, Cost, Discovery, Extra, Plan, Rhythm, Site, Speech, Tick};
use crate::document::{Count, FromValue, Kind, Place, Positive, Shape, Table, Value};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Authority, Context, Opinion, Topology, Watches};
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::{Span, Time};

/// Members watch one another.
#[derive(Clone, Debug, Serialize)]
pub struct Peers {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// How many watch each member. More see more deaths and cost as many messages more. Sane: 2 to 5.
    watchers: Watchers,
    /// Which ones, where not all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pick: Option<Pick>,
    /// Who begins.
    direction: Direction,
    /// How many of those who watch a member must agree that it is dead.
    quorum: Council,
    /// How long an answer may take, where members ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    probe_timeout: Option<Span>,
    #[serde(skip)]
    members: u32,
}

/// How many watch each member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watchers {
    Some(u32),
    All,
}

/// Which members watch a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Pick {
    /// Those that follow it on the ring of all members.
    Ring,
    /// Those at random distances from it on that ring, drawn once for the whole run.
    Random,
}

/// Who begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Direction {
    /// A member beats to those who watch it.
    Push,
    /// Those who watch a member ask it.
    Pull,
}

/// What a member knows.
#[derive(Debug)]
pub struct Neighbour {
    /// How far on the ring from each member its watchers are, where they are not all that follow it.
    distances: Box<[u32]>,
    /// From when on questions to each of those whom it watches are open: see [`super::pull`].
    open_from: Box<[Time]>,
    tally: Tally,
}

/// What a member says.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// "I am alive."
    Beat,
    /// "Are you alive?"
    Request,
    /// "I am", to the question that was asked at this time.
    Reply(Time),
    /// "I hold it dead", or no more.
    Ballot(Ballot),
}

/// What a member waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// It is time to beat, or to ask.
    Beat(Tick),
    /// Answers to the questions asked at this time are overdue.
    Overdue(Time),
    /// It is time to review what all who watch the same members hold of them.
    Review,
}

impl Peers {
    /// Reads `watchers`, `pick`, `direction`, `quorum` and `probe_timeout`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Peers> {
        let Site { rhythm, members, .. } = site;
        let usual = members.map_or(3, |members| 3.min(members.max(2) - 1));
        let watchers = table.or("watchers", Watchers::Some(usual));
        let pick = table.word("pick", Pick::Ring, &[("ring", Pick::Ring), ("random", Pick::Random)]);
        let directions = [("push", Direction::Push), ("pull", Direction::Pull)];
        let direction = table.word("direction", Direction::Push, &directions);
        let Count(quorum) = table.or("quorum", Count(1));
        let probe_timeout = match direction {
            Direction::Pull => {
                let Positive(timeout) =
                    table.or("probe_timeout", Positive(Span::SECOND.min(rhythm.interval)));
                Some(timeout)
            }
            Direction::Push => None,
        };
        if direction == Direction::Push && table.has("probe_timeout") {
            let remedy = "write direction = \"pull\", or leave probe_timeout out";
            table.complain("probe_timeout", "nobody asks where members push their beats", remedy);
        }
        if probe_timeout.is_some_and(|timeout| timeout > rhythm.interval) && table.is_right("interval") {
            let reason = "a probe_timeout longer than the interval: a question would be asked before the one \
                          before it was given up";
            table.complain("probe_timeout", reason, "make probe_timeout at most interval");
        }
        let members = members?;
        check_numbers(table, members, watchers, quorum);
        if watchers == Watchers::All && table.has("pick") {
            table.complain("pick", "there is nothing to pick where all watch", "leave pick out");
        }
        let quorum = Council { quorum, repeat: rhythm.interval };
        let pick = (watchers != Watchers::All).then_some(pick);
        Some(Peers { rhythm, watchers, pick, direction, quorum, probe_timeout, members })
    }

    /// How many watch each member, and how many each member watches.
    fn degree(&self) -> u32 {
        match self.watchers {
            Watchers::Some(count) => count,
            Watchers::All => self.members - 1,
        }
    }

    /// How far on the ring from each member its watchers are; nothing where these are the next ones.
    fn distances(&self, context: &impl Context<Self>) -> Box<[u32]> {
        if self.pick != Some(Pick::Random) {
            return Box::default();
        }
        let mut choice = context.random_for_all(Purpose::Choice);
        let mut distances: Vec<u32> = Vec::new();
        while distances.len() < self.degree() as usize {
            let distance = 1 + choice.below(self.members - 1);
            if !distances.contains(&distance) {
                distances.push(distance);
            }
        }
        distances.into_boxed_slice()
    }

    /// The watcher number `number` of `node`.
    fn watcher(&self, neighbour: &Neighbour, node: NodeId, number: u32) -> NodeId {
        self.around(node, neighbour.distance(number))
    }

    /// The member number `number` of those whom `node` watches.
    fn subject(&self, neighbour: &Neighbour, node: NodeId, number: u32) -> NodeId {
        self.around(node, self.members - neighbour.distance(number))
    }

    fn around(&self, node: NodeId, distance: u32) -> NodeId {
        NodeId(((u64::from(node.0) + u64::from(distance)) % u64::from(self.members)) as u32)
    }

    /// Asks all whom it watches.
    fn ask(&self, neighbour: &Neighbour, context: &mut impl Context<Self>, timeout: Span) {
        let (me, now) = (context.me(), context.now());
        for number in 0..self.degree() {
            context.send(self.subject(neighbour, me, number), Word::Request);
        }
        // An answer at the very end of the probe timeout is in time.
        context.wake((now + timeout).just_after(), Due::Overdue(now));
    }

    /// Tells the others who watch the same member what it holds of it.
    fn vote(&self, neighbour: &Neighbour, context: &mut impl Context<Self>, ballot: Ballot) {
        for number in 0..self.degree() {
            let watcher = self.watcher(neighbour, ballot.subject, number);
            if watcher != context.me() {
                context.send(watcher, Word::Ballot(ballot));
            }
        }
    }

    /// Settles the question that `subject` was asked at `asked`. False if it was settled already.
    fn settle(&self, neighbour: &mut Neighbour, me: NodeId, subject: NodeId, asked: Time) -> bool {
        let number = (0..self.degree()).find(|number| self.subject(neighbour, me, *number) == subject);
        let Some(open_from) = number.and_then(|number| neighbour.open_from.get_mut(number as usize)) else {
            return false;
        };
        let settles = asked >= *open_from;
        if settles {
            *open_from = asked.just_after();
        }
        settles
    }
}

impl Neighbour {
    fn distance(&self, number: u32) -> u32 {
        self.distances.get(number as usize).copied().unwrap_or(number + 1)
    }
}

/// There must be enough members for the watchers, and enough watchers for the quorum.
fn check_numbers(table: &Table<'_>, members: u32, watchers: Watchers, quorum: u32) {
    let most = members - 1;
    if members < 2 {
        let reason = "a single node has no peers";
        table.complain("kind", reason, "use at least two nodes, or another kind of topology");
        return;
    }
    let count = match watchers {
        Watchers::Some(count) if count > most => {
            let reason = format!("{count} watchers are more than the {most} others that there are");
            table.complain("watchers", reason, "write watchers = \"all\", or a smaller number");
            return;
        }
        Watchers::Some(count) => count,
        Watchers::All => most,
    };
    if quorum > count {
        let reason = format!("a quorum of {quorum} is more than the {count} who watch each node");
        table.complain("quorum", reason, "make quorum at most watchers");
    }
}

impl Topology for Peers {
    type Node = Neighbour;
    type Message = Word;
    type Timer = Due;
    type Item = ();

    const MESSAGES: &'static [&'static str] = &["beat", "request", "reply", "opinion"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Beat => 0,
            Word::Request => 1,
            Word::Reply(_) => 2,
            Word::Ballot(_) => 3,
        }
    }

    fn bytes_of(&self, _: &Word) -> u64 {
        self.rhythm.message_bytes
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn watches(&self, cluster: Cluster, _: NodeId) -> Watches {
        match self.watchers {
            Watchers::Some(count) => Watches::Some(count),
            Watchers::All => Watches::All(0..cluster.members),
        }
    }

    fn asks(&self) -> bool {
        self.direction == Direction::Pull
    }

    fn heeds_verdicts(&self) -> bool {
        self.quorum.votes()
    }

    fn authority(&self) -> Authority {
        self.quorum.authority()
    }

    fn speaks(&self, due: &Due) -> bool {
        matches!(due, Due::Beat(_))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Neighbour {
        let me = context.me();
        let distances = self.distances(context);
        let asks = if self.direction == Direction::Pull { self.degree() as usize } else { 0 };
        let open_from = vec![context.now(); asks].into_boxed_slice();
        let neighbour = Neighbour { distances, open_from, tally: Tally::default() };
        for number in 0..self.degree() {
            context.watch(self.subject(&neighbour, me, number));
        }
        self.rhythm.begin(context, me, Due::Beat);
        neighbour
    }

    fn on_timer(&self, neighbour: &mut Neighbour, context: &mut impl Context<Self>, due: Due) {
        let me = context.me();
        match due {
            Due::Beat(tick) => {
                self.rhythm.beat(context, me, tick, Due::Beat);
                match self.probe_timeout {
                    Some(timeout) => self.ask(neighbour, context, timeout),
                    None => {
                        for number in 0..self.degree() {
                            context.send(self.watcher(neighbour, me, number), Word::Beat);
                        }
                        self.rhythm.finished(context, me, Due::Beat);
                    }
                }
            }
            Due::Overdue(asked) => {
                let since = context.now();
                for number in 0..self.degree() {
                    let subject = self.subject(neighbour, me, number);
                    if self.settle(neighbour, me, subject, asked) {
                        context.missed(subject, since);
                    }
                }
                self.rhythm.finished(context, me, Due::Beat);
            }
            Due::Review => {
                for ballot in self.quorum.review(&mut neighbour.tally, context, Due::Review) {
                    self.vote(neighbour, context, ballot);
                }
            }
        }
    }

    fn on_message(
        &self,
        neighbour: &mut Neighbour,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        match word {
            Word::Beat => context.heard(from, sent),
            Word::Request => context.send(from, Word::Reply(sent)),
            Word::Reply(asked) => {
                if self.settle(neighbour, context.me(), from, asked) {
                    context.answered(from, asked, sent);
                }
            }
            Word::Ballot(ballot) => {
                self.quorum.count_for_a_while(&mut neighbour.tally, context, from, ballot);
                self.quorum.await_review(&mut neighbour.tally, context, Due::Review);
            }
        }
    }

    fn on_verdict(
        &self,
        neighbour: &mut Neighbour,
        context: &mut impl Context<Self>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        if let Some(ballot) = self.quorum.own(&mut neighbour.tally, context, subject, opinion) {
            self.vote(neighbour, context, ballot);
            self.quorum.await_review(&mut neighbour.tally, context, Due::Review);
        }
    }

    fn on_refusal(
        &self,
        neighbour: &mut Neighbour,
        context: &mut impl Context<Self>,
        to: NodeId,
        asked: Time,
        word: Word,
    ) {
        if matches!(word, Word::Request) && self.settle(neighbour, context.me(), to, asked) {
            context.missed(to, context.now());
        }
    }
}

impl Plan for Peers {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::of_peers(members)
    }

    fn probe_timeout(&self) -> Option<Span> {
        self.probe_timeout
    }

    fn is_watched_by_one(&self) -> bool {
        self.degree() == 1
    }

    fn takes_channels(&self) -> bool {
        self.direction == Direction::Push
    }

    fn awaited(&self) -> Awaited {
        self.probe_timeout.map_or(Awaited::Nothing, Awaited::LastAnswer)
    }

    fn cost(&self, _: &Cluster) -> Cost {
        let watches = f64::from(self.degree());
        let (messages, timers) = match self.direction {
            Direction::Push => (watches, 0.0),
            Direction::Pull => (2.0 * watches, 1.0),
        };
        let all = if self.watchers == Watchers::All { watches + 1.0 } else { watches };
        // Whom it watches is written down for each watch.
        Cost {
            messages,
            events: 1.0 + timers + messages,
            timers,
            watches: all,
            bytes: 20.0 * watches,
            ..Cost::default()
        }
    }

    fn speech(&self, _: &Cluster) -> Option<Speech> {
        let answers = match self.direction {
            Direction::Push => 0.0,
            Direction::Pull => f64::from(self.degree()),
        };
        let extra = match self.quorum.votes() {
            true => Extra::More("watchers tell one another whom they hold dead, which is more messages"),
            false => Extra::Nothing,
        };
        Some(Speech { answers, extra, ..Speech::BEATS })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        Discovery::Watched {
            watchers: self.degree(),
            agree: self.quorum.quorum,
            in_own_time: self.direction == Direction::Pull,
            queues: false,
        }
    }
}

impl FromValue for Watchers {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Watchers> {
        if let Kind::Text(text) = &value.kind {
            if text == "all" {
                return Some(Watchers::All);
            }
            place.advise(
                value,
                "watchers is a number or \"all\"",
                "write watchers = 3, or watchers = \"all\" for a full mesh",
            );
            return None;
        }
        Count::from_value(value, place).map(|Count(count)| Watchers::Some(count))
    }

    fn shape() -> Shape {
        Shape::Either(vec![Count::shape(), Shape::words(["all"])])
    }

    fn written(&self) -> Option<Kind> {
        match self {
            Watchers::All => Some(Kind::Text("all".to_owned())),
            Watchers::Some(count) => Count(*count).written(),
        }
    }
}

impl Serialize for Watchers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Watchers::Some(count) => serializer.serialize_u32(*count),
            Watchers::All => serializer.serialize_str("all"),
        }
    }
}

#[cfg(test)]
mod tests;
