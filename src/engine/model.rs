//! The contracts, on one page: what a topology, a detector, a fault and a latency law must say.

mod blow;

use std::fmt::Debug;
use std::ops::Range;

use super::cluster::{Cluster, NodeId};
use super::random::{Purpose, Stream, Streams};
use super::time::{Span, Time};
pub use blow::{Blow, Change, Damage, Depth, Direction, Extent, Stop, WakesTo, Wall, Whom};

/// Who speaks to whom and who watches whom: the protocol, and nothing but the protocol.
///
/// `&self` holds the rules, as the scenario's `[topology]` table gives them; `&mut Node` is what one node
/// knows. Time and chance come in through the [`Context`]; counting, losing and judging happen outside.
pub trait Topology: Sync {
    /// What one node remembers. A restart calls [`Topology::start`] again, so loss of memory is right by
    /// construction.
    type Node;
    /// What one node says to another.
    type Message: Copy + Debug;
    /// What a node asks to be woken for.
    type Timer: Copy + Debug;
    /// What a parcel is full of, where messages carry more than a few words; `()` where none do.
    type Item: Copy + Debug;

    /// The names of the kinds of messages, as tables show them.
    const MESSAGES: &'static [&'static str];

    /// Those of [`Topology::MESSAGES`] that are said under these rules: all of them, or a beginning of the list.
    fn kinds(&self) -> &'static [&'static str] {
        Self::MESSAGES
    }

    /// Which of [`Topology::MESSAGES`] a message is.
    fn kind_of(message: &Self::Message) -> usize;

    /// How many bytes a message has on the wire.
    fn bytes_of(&self, message: &Self::Message) -> u64;

    /// When in its interval a member is busy: members of near rank are kept near one another in memory.
    /// Means nothing else.
    fn rank(&self, _member: NodeId, _streams: Streams) -> u64 {
        0
    }

    /// The parcel that a message carries, if it carries one.
    fn parcel_of(_message: &Self::Message) -> Option<Parcel> {
        None
    }

    /// Whose silence a node may watch. The same for all members.
    fn watches(&self, _cluster: Cluster, _observer: NodeId) -> Watches {
        Watches::Nobody
    }

    /// How many nodes, from the first on, are watched so that their deaths count: the members, and perhaps those
    /// that follow them.
    fn subjects(&self, cluster: Cluster) -> u32 {
        cluster.members
    }

    /// Whose opinion of a subject counts. Either whoever watches it, for all subjects, or for none.
    fn circle(&self, _cluster: Cluster, _subject: NodeId) -> Circle {
        Circle::Watchers
    }

    /// Who declares a death in the name of all.
    fn authority(&self) -> Authority {
        Authority::WhoeverIsFirst
    }

    /// Whether what speaks for a node may come through others: then a lost message of any of them may be why it
    /// did not come.
    fn hears_through_others(&self) -> bool {
        false
    }

    /// Whether an observer must ask for signs of life: then it is to blame for those it did not ask for.
    fn asks(&self) -> bool {
        false
    }

    /// Whether what nodes say and do may depend on the verdicts of those who judge silence, so that whoever judges
    /// otherwise has other traffic. Where it does not, one traffic serves many judges, who tell nobody anything.
    fn heeds_verdicts(&self) -> bool {
        true
    }

    /// Whether nodes elect a leader.
    fn elects(&self) -> bool {
        false
    }

    /// Whether it takes the application to handle a message, and not only the thread that beats and listens.
    fn needs_application(&self, _message: &Self::Message) -> bool {
        false
    }

    /// Whether a node that acts by this timer says anything, or asks somebody to: then it is to blame for what was
    /// not said if it stands still when the timer is due.
    fn speaks(&self, _timer: &Self::Timer) -> bool {
        true
    }

    /// How fast a node handles what it receives, if that takes any time.
    fn capacity(&self, _cluster: Cluster, _node: NodeId) -> Option<Capacity> {
        None
    }

    /// A node begins, at the start of the run or after a restart.
    fn start(&self, context: &mut impl Context<Self>) -> Self::Node;

    /// A message arrived. `sent` is its sender's stamp.
    fn on_message(
        &self,
        node: &mut Self::Node,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        message: Self::Message,
    );

    /// A timer that the node had set is due.
    fn on_timer(&self, node: &mut Self::Node, context: &mut impl Context<Self>, timer: Self::Timer);

    /// The silence of a watched subject has become a verdict, or a sign of life has undone it.
    fn on_verdict(
        &self,
        _node: &mut Self::Node,
        _context: &mut impl Context<Self>,
        _subject: NodeId,
        _opinion: Opinion,
    ) {
    }

    /// The process at `to` is gone, but its host answered what was sent to it at `_sent`: connection refused.
    fn on_refusal(
        &self,
        _node: &mut Self::Node,
        _context: &mut impl Context<Self>,
        _to: NodeId,
        _sent: Time,
        _message: Self::Message,
    ) {
    }
}

/// The whole world of a node: all that it can learn and all that it can do.
pub trait Context<T: Topology + ?Sized> {
    /// Who I am.
    fn me(&self) -> NodeId;
    /// Who there is.
    fn cluster(&self) -> Cluster;
    /// What time it is.
    fn now(&self) -> Time;
    /// The stream of draws for one purpose that belongs to `about` in my present life.
    fn random(&self, purpose: Purpose, about: NodeId) -> Stream;
    /// The stream of draws for one purpose that belongs to `about` at this instant.
    fn random_now(&self, purpose: Purpose, about: NodeId) -> Stream;
    /// The stream of draws for one purpose that belongs to `about` at another instant, for whoever must find the same.
    fn random_at(&self, purpose: Purpose, about: NodeId, at: Time) -> Stream;
    /// The stream of draws for one purpose that all nodes share for the whole run.
    fn random_for_all(&self, purpose: Purpose) -> Stream;
    /// Sends a message.
    fn send(&mut self, to: NodeId, message: T::Message);
    /// Asks to be woken once, at `at` by its own clock. Returns when that really is, which is another time if the
    /// clock runs fast or slow. Whoever stands still then is woken later.
    fn wake(&mut self, at: Time, timer: T::Timer) -> Time;
    /// Asks to be woken at `first` and every `interval` from then on, for as long as this life lasts. `missed` says
    /// what becomes of what falls due while the process stands still.
    fn every(&mut self, first: Time, interval: Span, missed: Missed, timer: T::Timer);
    /// Packs a parcel, for messages that are sent before this act ends.
    fn pack(&mut self, items: &[T::Item]) -> Parcel;
    /// Opens a parcel that came with the message that is being handled.
    fn open(&self, parcel: Parcel) -> &[T::Item];

    /// Begins to watch `subject`: from now on its silence counts against it.
    fn watch(&mut self, subject: NodeId);
    /// Begins to watch all other members.
    fn watch_all(&mut self);
    /// Watches `subject` no more.
    fn unwatch(&mut self, subject: NodeId);
    /// Says that a sign of life of `subject`, sent at `sent`, was heard.
    fn heard(&mut self, subject: NodeId, sent: Time);
    /// The same of an answer, to a question that was asked at `asked`.
    fn answered(&mut self, subject: NodeId, asked: Time, sent: Time);
    /// Says that the next sign of life of `subject` is due so long after the one, sent at `sent`, that was just heard.
    fn announced(&mut self, subject: NodeId, sent: Time, period: Span);
    /// Says of which members, from number `first` on, a sign of life was heard, all in one message sent at `sent`.
    fn heard_of(&mut self, first: u32, members: &[bool], sent: Time);
    /// Says that `subject` failed to answer in time what it was asked, and since when that is certain.
    fn missed(&mut self, subject: NodeId, since: Time);

    /// Says that I suspect `subject`, and why, where the protocol itself judges silence.
    fn suspect(&mut self, subject: NodeId, grounds: Grounds);
    /// Says that I hold `subject` dead, and why.
    fn declare(&mut self, subject: NodeId, grounds: Grounds);
    /// Says that I trust `subject` again.
    fn trust(&mut self, subject: NodeId);
    /// Declares the death of `subject` in the name of all.
    fn act(&mut self, subject: NodeId);
    /// Takes that back.
    fn retract(&mut self, subject: NodeId);
    /// Says which office I hold myself to have from now on.
    fn office(&mut self, office: Office);
}

/// What becomes of the beats of a series that fall due while the process stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// One comes at once when it wakes, as from a ticker that remembers one tick.
    One,
    /// None of them comes, as from a loop that computes the next time itself.
    None,
    /// All of them come at once when it wakes, as from a scheduler that catches up.
    All,
}

/// What is too large for a message travels beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel(pub u32);

/// Whose silence a node may watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watches {
    /// Nobody's.
    Nobody,
    /// That of all nodes with these numbers.
    All(Range<u32>),
    /// That of at most so many nodes.
    Some(u32),
    /// That of all other members, most of whom are heard of at once, in tables.
    Table,
}

/// Whose opinion of a subject counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Circle {
    /// That of whoever watches its silence at present.
    Watchers,
    /// That of all nodes with these numbers but the subject itself.
    Nodes([Range<u32>; 2]),
}

/// Who declares a death in the name of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Nobody in particular: whoever declares it first.
    WhoeverIsFirst,
    /// Those who say so: [`Context::act`].
    Named,
}

/// Why a node holds another dead, where the protocol itself judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// Nothing was heard of it since then.
    Silence(Time),
    /// Another node said so.
    Hearsay,
}

/// What a node holds itself to be, where there is a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// It follows.
    Follower,
    /// It starts an election.
    Candidate,
    /// It leads.
    Leader,
}

/// What an observer thinks of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// All is well.
    Trusted,
    /// It has been silent for too long.
    Suspected,
    /// It was declared dead.
    Dead,
}

/// How fast a node handles what it receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Capacity {
    /// How long each message takes.
    pub per_message: Span,
    /// The most messages in the house, the one that is being handled included. What comes beyond is dropped.
    pub queue: u32,
}

/// When silence becomes suspicion. A detector is a deadline: a pure function of what was heard.
///
/// Nothing polls and nothing is cancelled. The subject is suspected at the first instant that is *later*
/// than the deadline, if nothing moved the deadline meanwhile.
pub trait Detector: Clone + Sync {
    /// What is remembered of one pair of observer and subject.
    type Memory;

    /// Watching begins. Before the first beat the deadline counts from here.
    fn begin(&self, now: Time) -> Self::Memory;

    /// A sign of life counts from `arrival.counted`.
    fn heard(&self, memory: &mut Self::Memory, arrival: Arrival);

    /// The next sign of life is due so long after the last one counts.
    fn announced(&self, _memory: &mut Self::Memory, _period: Span) {}

    /// Whether nothing matters but the last sign of life, so that no more needs to be remembered.
    fn forgets(&self) -> bool {
        false
    }

    /// Whether hearing something can bring the deadline forward.
    fn hastens(&self) -> bool {
        false
    }

    /// Whether what it learns of a subject holds for one life of it only, so that it begins anew with the first
    /// sign of the next.
    fn learns_by_life(&self) -> bool {
        false
    }

    /// Bytes that it keeps of one pair beside its memory once it has heard so many beats.
    fn history(&self, _beats: f64) -> f64 {
        0.0
    }

    /// From when silence counts at present.
    fn last(&self, memory: &Self::Memory) -> Time;

    /// A question was not answered in time. Most detectors listen to answers only.
    fn missed(&self, _memory: &mut Self::Memory, _since: Time) {}

    /// The verdict lets a subject that was suspected or dead be trusted again: the sign of life that did it has
    /// just been heard. What was held against the subject before can be forgiven here.
    fn trusted_again(&self, _memory: &mut Self::Memory) {}

    /// The last instant at which the subject is still trusted if nothing more is heard.
    fn deadline(&self, memory: &Self::Memory) -> Time;

    /// How long a crashed subject stays trusted when beats have come for long as `steady` says and the last one
    /// before the crash came too, for closed forms; `None` where that depends on what was heard.
    fn silence(&self, _steady: &Steady) -> Option<Silence> {
        None
    }
}

/// How beats come when nothing befalls anybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    /// The time between two of them.
    pub interval: Span,
    /// The mean of their delays, in seconds.
    pub delay: f64,
    /// The standard deviation of their delays, in seconds; infinite where it is not known.
    pub deviation: f64,
    /// The share of them that never comes.
    pub loss: f64,
}

/// The stretch between the last sign of life and suspicion, when nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// From what it is counted.
    pub since: Since,
    /// Its least length.
    pub least: Span,
    /// Its greatest length; anything between is equally likely.
    pub most: Span,
}

/// From what a stretch of silence is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the last beat.
    Beat,
    /// From the moment at which the last question that was answered had been asked.
    Question,
}

/// A sign of life, as a detector sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The sender's stamp.
    pub sent: Time,
    /// When it arrived.
    pub arrived: Time,
    /// From when silence is counted: what `stamp` makes of the two.
    pub counted: Time,
    /// Since when it was under way: since it was sent, or since the question was that it answers.
    pub since: Time,
}

/// What goes wrong: planned before the run, as changes of the world at given times.
pub trait Fault {
    /// All changes from the start to `end`. `number` is the fault's place in the scenario, which names its
    /// streams, so that the plan depends on nothing else of the scenario.
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)>;

    /// About how many changes a run of this length has, so that a plan too large for the machine is refused
    /// before it is made.
    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64;

    /// Whether it strikes those who watch.
    fn strikes_observers(&self, _cluster: &Cluster) -> bool {
        false
    }

    /// Whether it leaves hosts that answer "connection refused".
    fn refuses(&self) -> bool {
        false
    }

    /// What closed forms must know of how it strikes.
    fn outage(&self) -> Outage {
        Outage::default()
    }
}

/// How a fault strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outage {
    /// How long it lasts at least; nothing if it lasts to the end of the run.
    pub shortest: Option<Span>,
    /// Whether it may strike a node again that has only just recovered.
    pub by_chance: bool,
    /// Whether it strikes whoever leads, and nobody else.
    pub of_leader: bool,
    /// Within which time the moment of a strike is left to chance.
    pub spread: Span,
}

/// How long a message travels.
pub trait Latency: Debug + Send + Sync {
    /// One delay.
    fn sample(&self, stream: &mut Stream) -> Span;
    /// The probability that a delay is at most `seconds`.
    fn cdf(&self, seconds: f64) -> f64;
    /// The probability that a delay is longer than `seconds`. What is rarer than 10⁻¹⁶ is nothing as 1 − `cdf`, so
    /// laws that know their tail say it here.
    fn beyond(&self, seconds: f64) -> f64 {
        1.0 - self.cdf(seconds)
    }
    /// The delay in seconds that a share `level` of delays does not exceed. Level 0 is the least possible
    /// delay, level 1 the greatest, which may be infinite.
    fn quantile(&self, level: f64) -> f64;
    /// The mean delay in seconds, which may be infinite.
    fn mean(&self) -> f64;
}
