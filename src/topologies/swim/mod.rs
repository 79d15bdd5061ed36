//! Every member pings one other each interval, asks a few to help if there is no answer, and what it finds
//! out rides on the pings: SWIM (Das, Gupta and Motivala 2002), with suspicion, and with the rules that
//! memberlist adds to it (Lifeguard: Dadgar, Phillips and Currey 2017; hashicorp/memberlist).
//!
//! The load on each member does not depend on their number, and there is no monitor that could fail. Its
//! price is that nobody decides: an opinion takes a while to get round, and a false one does too.

mod memory;
mod opinions;
mod probing;
mod rumors;
mod shuffle;
mod speech;
mod spreading;
#[cfg(test)]
mod tests;
mod timing;

use serde::Serialize;

use super::{Cost, Discovery, Extra, Plan, Rhythm, Site, Speech};
use crate::document::{Bounds, Count, Positive, Table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Circle, Context, Parcel, Topology};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
use memory::{Memory, Probe};
use rumors::Rumors;
use shuffle::Shuffle;
pub use speech::{Due, Message, Update};
use speech::{Standing, Word};

/// Members probe one another in turn, and gossip about it.
#[derive(Clone, Debug, Serialize)]
pub struct Swim {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// How long the direct answer to a ping may take before others are asked to help. Longer needs less help
    /// in a slow network, and leaves less time for it: what was not answered at the end of the interval has
    /// failed. A third to a half of the interval, and more than a round trip takes.
    probe_timeout: Span,
    /// How many are asked to help. More forgive more loss, and cost up to four messages each where an answer
    /// is missing. One to five; three let one probe in a million fail where one message in a hundred is lost.
    indirect: u32,
    /// In which order a member pings the others.
    order: Order,
    /// How often news is sent by itself, besides what rides on other messages; zero for never. Shorter
    /// spreads faster, and sends more messages while there is news; there are none while there is not. A
    /// fifth of the interval or so.
    gossip_interval: Span,
    /// To how many it is sent. More spreads faster. Two to five.
    gossip_fanout: u32,
    /// How often each member tells each piece of news: this times the number of digits of the number of
    /// members. Too few, and some never hear of it; more cost messages. Three or four.
    retransmit_mult: u32,
    /// How long a suspicion lasts at least: so many intervals, times the decimal logarithm of the number of
    /// members. Longer leaves more time to contradict, and detects later by as much; zero declares dead at
    /// once, without a suspicion. Three to six.
    suspicion_mult: u32,
    /// How many times as long it lasts while nobody shares it, with `lifeguard`. More protects better from a
    /// member that is itself in trouble and accuses all others. Six; one takes away what Lifeguard adds.
    suspicion_max_mult: u32,
    /// Whether a member doubts itself first: local health, nacks, suspicions that shrink when others share
    /// them, and accused members that are told so.
    lifeguard: bool,
    /// How often a member compares all that it knows with one other; zero for never. Heals what gossip
    /// missed; costs two messages with an entry for every member.
    push_pull_interval: Span,
    /// How long the dead are still sent news, and counted as members: whoever is not dead can contradict. Longer
    /// finds those again who were cut off for long, and counts more members than there are.
    dead_gossip: Span,
    /// Whether a member that got no direct answer in time also pings over a stream, on which what is lost is sent
    /// again. Forgives loss; costs two messages or more where an answer is missing.
    fallback: bool,
    /// After how long what is lost on that stream is sent again for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_rto: Option<Span>,
    /// How many members there are, and how their lists are shuffled.
    #[serde(skip)]
    members: u32,
    #[serde(skip)]
    shuffle: Shuffle,
}

/// In which order a member pings the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    /// All of them once, in random order; then again, in another. Bounds how long a crash can stay unseen.
    Shuffled,
    /// Any of them, each time.
    Random,
}

/// How long the dead are sent news unless the scenario says so.
const USUAL_DEAD_GOSSIP: Span = Span::from_secs(30);
/// After how long what is lost on a stream is sent again unless the scenario says so.
const USUAL_RTO: Span = Span::from_millis(200);
/// The worst that a member can think of its own health.
const WORST_SCORE: u8 = 7;
/// What one update adds to a message.
const UPDATE_BYTES: u64 = 12;
/// More than this many at once are no help.
const MOST_PICKED: u32 = 64;
/// A multiple beyond this is a slip of the finger.
const MOST_MULT: u32 = 10_000;

impl Swim {
    /// Reads all keys; their defaults are those of memberlist in a local network.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Swim> {
        let rhythm = site.rhythm;
        let default = Span::from_millis(500).min(rhythm.interval.share(0.5)).max(Span::NANOSECOND);
        let Positive(probe_timeout) = table.or("probe_timeout", Positive(default));
        if table.is_right("interval") && probe_timeout > rhythm.interval {
            let reason = format!(
                "a probe_timeout of {probe_timeout} is longer than the interval of {}: nobody would be asked to \
                 help before the probe is over",
                rhythm.interval
            );
            table.complain("probe_timeout", reason, "make probe_timeout at most interval, better half of it");
        }
        let orders = [("shuffled", Order::Shuffled), ("random", Order::Random)];
        let order = table.word("order", Order::Shuffled, &orders);
        let gossip_interval = table.or("gossip_interval", Span::from_millis(200));
        let lifeguard = table.or("lifeguard", true);
        let push_pull_interval = table.or("push_pull_interval", Span::from_secs(30));
        let dead_gossip = table.or("dead_gossip", USUAL_DEAD_GOSSIP);
        let fallback = table.or("fallback", false);
        table.goes_with("fallback_rto", "fallback");
        table.defaults_to("fallback_rto", USUAL_RTO);
        let fallback_rto = table.given("fallback_rto");
        if fallback_rto.is_some() && !fallback && table.is_right("fallback") {
            let reason = "`fallback_rto` means something only where members ping over a stream too";
            table.complain("fallback_rto", reason, "write fallback = true, or leave fallback_rto out");
        }
        let Positive(fallback_rto) = fallback_rto.unwrap_or(Positive(USUAL_RTO));
        for key in ["gossip_fanout", "indirect"] {
            table.bounded(key, Bounds::most(f64::from(MOST_PICKED)));
        }
        for key in ["retransmit_mult", "suspicion_mult", "suspicion_max_mult"] {
            table.bounded(key, Bounds::most(f64::from(MOST_MULT)));
        }
        let Count(gossip_fanout) = table.or("gossip_fanout", Count(3));
        let Count(retransmit_mult) = table.or("retransmit_mult", Count(4));
        let Count(suspicion_max_mult) = table.or("suspicion_max_mult", Count(6));
        let suspicion_mult = table.or("suspicion_mult", 4);
        let indirect = table.or("indirect", 3);
        let at_most = |key, value: u64, most: u32, remedy| {
            if value > u64::from(most) {
                table.complain(key, format!("a value of {value} for {key} is more than {most}"), remedy);
            }
            value.min(u64::from(most)) as u32
        };
        let fanout = u64::from(gossip_fanout);
        let gossip_fanout = at_most("gossip_fanout", fanout, MOST_PICKED, "write gossip_fanout = 3");
        let indirect = at_most("indirect", indirect, MOST_PICKED, "write indirect = 3, or 0 for no help");
        let multiple =
            |key, value| at_most(key, value, MOST_MULT, "it is a multiple, not a time: 3 to 6 are usual");
        let retransmit_mult = multiple("retransmit_mult", u64::from(retransmit_mult));
        let suspicion_mult = multiple("suspicion_mult", suspicion_mult);
        let suspicion_max_mult = multiple("suspicion_max_mult", u64::from(suspicion_max_mult));
        let members = site.members.unwrap_or(1);
        Some(Swim {
            rhythm,
            probe_timeout,
            indirect,
            order,
            gossip_interval,
            gossip_fanout,
            retransmit_mult,
            suspicion_mult,
            suspicion_max_mult,
            lifeguard,
            push_pull_interval,
            dead_gossip,
            fallback,
            fallback_rto: fallback.then_some(fallback_rto),
            members,
            shuffle: Shuffle::of(members.max(2) - 1),
        })
    }
}

impl Topology for Swim {
    type Node = Memory;
    type Message = Message;
    type Timer = Due;
    type Item = Update;

    const MESSAGES: &'static [&'static str] = Word::KINDS;

    fn kinds(&self) -> &'static [&'static str] {
        if self.fallback { Word::KINDS } else { &Word::KINDS[..Word::KINDS_WITHOUT_STREAMS] }
    }

    fn kind_of(message: &Message) -> usize {
        message.word.kind()
    }

    fn bytes_of(&self, message: &Message) -> u64 {
        let updates = match message.word {
            // All members, the many included of which there is nothing to say.
            Word::Push | Word::Pull => u64::from(self.members),
            _ => u64::from(message.updates()),
        };
        self.rhythm.message_bytes + updates * UPDATE_BYTES
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn parcel_of(message: &Message) -> Option<Parcel> {
        message.parcel()
    }

    fn circle(&self, cluster: Cluster, _: NodeId) -> Circle {
        Circle::Nodes([0..cluster.members, 0..0])
    }

    fn hears_through_others(&self) -> bool {
        true
    }

    fn asks(&self) -> bool {
        true
    }

    fn speaks(&self, due: &Due) -> bool {
        !matches!(due, Due::Verdict(_) | Due::Expiry(_))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Memory {
        let (me, now) = (context.me(), context.now());
        let members = context.cluster().members;
        let mut memory = Memory {
            probe: Probe::none(now),
            pass: self.anywhere(context),
            // Nobody contradicts once in a nanosecond, so no earlier life has come so far.
            incarnation: now.nanos(),
            score: 0,
            members,
            rumors: Rumors::default(),
            will_gossip: false,
            gossip_phase: now.since_start(),
            known: Vec::new(),
            errands: Vec::new(),
        };
        self.rhythm.begin(context, me, Due::Probe);
        self.begin_spreading(&mut memory, context);
        if now > Time::ZERO {
            let standing = Standing::Alive;
            let alive = Update { member: me, from: me, standing, incarnation: memory.incarnation };
            self.spread(&mut memory, context, alive);
            self.push_pull(&mut memory, context);
        }
        memory
    }

    fn on_timer(&self, memory: &mut Memory, context: &mut impl Context<Self>, due: Due) {
        match due {
            Due::Probe(tick) => self.probe_due(memory, context, tick),
            Due::Overdue(number) => self.overdue(memory, context, number),
            Due::Verdict(number) => {
                if memory.probe.is_running(number) {
                    self.fail(memory, context);
                }
            }
            Due::Again(number, wait) => self.ping_by_stream(memory, context, number, wait),
            Due::Fruitless(origin, number) => self.fruitless(memory, context, origin, number),
            Due::Expiry(member) => self.expire(memory, context, member),
            Due::Gossip => self.gossip(memory, context),
            Due::PushPull => {
                self.push_pull(memory, context);
                self.await_push_pull(memory, context, context.now());
            }
        }
    }

    fn on_message(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        _sent: Time,
        message: Message,
    ) {
        let Message { word, about, number, .. } = message;
        let parcel = message.parcel();
        match word {
            Word::Push => {
                // What I know before I learn what the other does, as the other told me.
                self.tell_all(memory, context, from, Word::Pull);
                self.merge(memory, context, parcel);
                return;
            }
            Word::Pull => return self.merge(memory, context, parcel),
            // The news first: whoever is accused in a ping contradicts in the answer.
            _ => self.read_news(memory, context, parcel),
        }
        match word {
            Word::Ping => self.say(memory, context, from, Message::new(Word::Ack, from, number)),
            Word::PingFor => self.say(memory, context, from, Message::new(Word::AckFor, about, number)),
            Word::PingReq => self.help(memory, context, from, about, number),
            Word::AckFor => self.relay(memory, context, about, number),
            // A stream carries no news.
            Word::StreamPing => context.send(from, Message::new(Word::StreamAck, from, number)),
            Word::Ack | Word::StreamAck => self.succeed(memory, context, number),
            Word::Nack => memory.probe.count_nack(number),
            Word::Gossip | Word::Push | Word::Pull => (),
        }
    }
}

impl Plan for Swim {
    fn keeps_connections(&self) -> bool {
        false
    }

    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn takes_hearsay(&self) -> bool {
        true
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::of_peers(members)
    }

    fn judges_itself(&self) -> bool {
        true
    }

    /// An answer counts until the probe is over, which it is an interval after it began.
    fn probe_timeout(&self) -> Option<Span> {
        Some(self.rhythm.interval)
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        if cluster.members < 2 {
            return Cost { events: 1.0, ..Cost::default() };
        }
        let interval = self.rhythm.interval.seconds();
        let comparing = match self.push_pull_interval {
            Span::ZERO => 0.0,
            every => interval / timing::push_pull_scaled(every, cluster.members).seconds(),
        };
        Cost {
            messages: 2.0 + 2.0 * comparing,
            // A probe that is due, a ping, an ack, and the look whether it came.
            events: 4.0 + 3.0 * comparing,
            timers: self.probe_timeout.seconds() / interval + f64::from(u8::from(comparing > 0.0)),
            bytes: BYTES_OF_A_RUMOR,
            ..Cost::default()
        }
    }

    fn speech(&self, cluster: &Cluster) -> Option<Speech> {
        let extra = Extra::More(
            "whoever gets no answer asks others to help, and news is told, which is more messages",
        );
        Some(Speech { answers: self.cost(cluster).messages / 2.0, extra, same_size: false, ..Speech::BEATS })
    }

    fn discovery(&self, cluster: &Cluster) -> Discovery {
        let timing::Patience { least, most, .. } = self.patience(cluster.members);
        let (others, in_turns) = (cluster.members.saturating_sub(1), self.order == Order::Shuffled);
        Discovery::Probed { others, in_turns, suspicion: (least, most) }
    }
}

/// What a member needs to remember its first suspect, and to tell others of it.
const BYTES_OF_A_RUMOR: f64 = 4.0 * (size_of::<memory::Known>() + 40) as f64;
