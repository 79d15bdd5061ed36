//! Everybody tells a few others, chosen at random, what it knows of everybody.
//!
//! Each member counts its own rounds and keeps the highest count that it has heard of every other; counts that
//! rise are signs of life (van Renesse, Minsky and Hayden, "A gossip-style failure detection service", 1998).
//! No node matters more than another, and a lost message hardly matters at all. The price is size: every message
//! carries a whole table, or a digest of it.

mod digests;
mod partners;

use serde::Serialize;

use digests::Entries;
use partners::{Partners, Seeds};

use super::{Awaited, Cost, Discovery, Extra, Plan, Rhythm, Site, Speech, Tick};
use crate::document::{Count, Table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Circle, Context, Opinion, Parcel, Topology, Watches};
use crate::engine::random::{Purpose, Streams};
use crate::engine::time::Time;

/// Members exchange tables of counters.
#[derive(Clone, Debug, Serialize)]
pub struct Gossip {
    #[serde(flatten)]
    rhythm: Rhythm,
    /// To how many others a member turns each round. More spread news in fewer rounds, each costing a table.
    /// Sane: 1 to 4.
    fanout: u32,
    /// Which way tables go.
    exchange: Exchange,
    /// How many members, from the first on, are seeds, to whom all turn now and then. They keep groups together
    /// that would otherwise never hear of one another. Sane: 0 to 3.
    seeds: u32,
    /// To whom members turn no more of their own accord.
    shuns: Shuns,
    #[serde(skip)]
    members: u32,
}

/// Which way tables go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Exchange {
    /// A member sends its table.
    Push,
    /// It asks for the other's.
    Pull,
    /// Both: news goes both ways at once, for twice the messages.
    PushPull,
    /// It sends a digest of its table, and then each sends the other only what is newer.
    Digests,
}

/// To whom members turn no more of their own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Shuns {
    /// Nobody is left out.
    Nobody,
    /// Those whom they hold dead, but for one of them now and then.
    Dead,
}

/// What a member knows.
#[derive(Debug)]
pub struct Knowledge {
    /// The highest count that it has heard of each member; its own is how many rounds it has begun.
    counts: Vec<u32>,
    /// To whom it turned last, and to whom it turns no more.
    partners: Partners,
    /// Where what is newer is written down, to be sent.
    letter: Vec<u32>,
}

/// A table, or the wish for one.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// "This is what I know."
    Table(Parcel),
    /// "This is what I know; and you?"
    Offer(Parcel),
    /// "What do you know?"
    Request,
    /// "These are my counts, so that you see which of yours are newer."
    Digest(Parcel),
    /// "Of these mine are newer, and of those I ask you for yours."
    Answer(Entries, Parcel),
    /// "Here is what you asked for."
    Delta(Entries, Parcel),
}

/// The next round is due.
#[derive(Clone, Copy, Debug)]
pub struct RoundDue(Tick);

/// The names of the kinds of messages. Those that only digests need come last.
const KINDS: &[&str] = &["table", "offer", "request", "digest", "answer", "delta"];
/// How many of them there are without digests.
const WITHOUT_DIGESTS: usize = 3;

/// On the wire an entry is the number of a member and its count, be it told, summed up in a digest or asked for.
const BYTES_PER_ENTRY: u64 = 8;

/// So many entries are compared at once, while they are at hand.
const STRETCH: usize = 1024;

impl Gossip {
    /// Reads `fanout`, `exchange`, `seeds` and `shuns`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Gossip> {
        let Site { rhythm, members, .. } = site;
        let Count(fanout) = table.or("fanout", Count(members.map_or(3, |members| 3.min(members.max(2) - 1))));
        let words = [
            ("push", Exchange::Push),
            ("pull", Exchange::Pull),
            ("push-pull", Exchange::PushPull),
            ("digests", Exchange::Digests),
        ];
        let exchange = table.word("exchange", Exchange::Push, &words);
        let seeds: u64 = table.or("seeds", 0);
        let shuns = table.word("shuns", Shuns::Nobody, &[("nobody", Shuns::Nobody), ("dead", Shuns::Dead)]);
        if let Some(members) = members
            && fanout >= members
        {
            let reason =
                format!("a fanout of {fanout} is more than the {} others that there are", members - 1);
            table.complain("fanout", reason, "make fanout smaller than the number of nodes");
        }
        if let Some(members) = members
            && seeds > u64::from(members)
        {
            let reason = format!("{seeds} seeds are more than the {members} members that there are");
            table.complain("seeds", reason, "seeds are members: make seeds at most the number of nodes");
        }
        let members = members?;
        let seeds = seeds.min(u64::from(members)) as u32;
        Some(Gossip { rhythm, fanout, exchange, seeds, shuns, members })
    }

    /// The seeds among the members.
    fn seeds(&self) -> Seeds {
        Seeds { seeds: self.seeds, members: self.members }
    }

    /// To how many others a member turns in a round, on average.
    fn turns(&self) -> f64 {
        f64::from(self.fanout) + self.seeds().chance_besides(self.fanout)
    }

    /// How many messages follow the first, if nothing is lost and everything has news.
    fn answers_to_each(&self) -> f64 {
        match self.exchange {
            Exchange::Push => 0.0,
            Exchange::Pull | Exchange::PushPull => 1.0,
            Exchange::Digests => 2.0,
        }
    }

    /// What a member says first to whom it turns to.
    fn opening(&self, context: &mut impl Context<Self>, counts: &[u32]) -> Word {
        match self.exchange {
            Exchange::Push => Word::Table(context.pack(counts)),
            Exchange::PushPull => Word::Offer(context.pack(counts)),
            Exchange::Pull => Word::Request,
            Exchange::Digests => Word::Digest(context.pack(counts)),
        }
    }

    /// Takes over every count that is higher than its own, and says of whom it heard by that.
    fn merge(counts: &mut [u32], context: &mut impl Context<Self>, parcel: Parcel, sent: Time) {
        let me = context.me().index();
        let mut newer = [false; STRETCH];
        for (stretch, mine) in counts.chunks_mut(STRETCH).enumerate() {
            let first = stretch * STRETCH;
            let theirs = &context.open(parcel)[first..first + mine.len()];
            let newer = &mut newer[..mine.len()];
            for ((mine, theirs), newer) in mine.iter_mut().zip(theirs).zip(newer.iter_mut()) {
                *newer = *theirs > *mine;
                *mine = (*mine).max(*theirs);
            }
            // A count of mine that is higher than mine is from an earlier life, and I go on from there.
            if let Some(mine) = me.checked_sub(first).and_then(|place| newer.get_mut(place)) {
                *mine = false;
            }
            context.heard_of(first as u32, newer, sent);
        }
    }
}

impl Topology for Gossip {
    type Node = Knowledge;
    type Message = Word;
    type Timer = RoundDue;
    type Item = u32;

    const MESSAGES: &'static [&'static str] = KINDS;

    fn kinds(&self) -> &'static [&'static str] {
        if self.exchange == Exchange::Digests { KINDS } else { &KINDS[..WITHOUT_DIGESTS] }
    }

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Table(_) => 0,
            Word::Offer(_) => 1,
            Word::Request => 2,
            Word::Digest(_) => 3,
            Word::Answer(..) => 4,
            Word::Delta(..) => 5,
        }
    }

    fn bytes_of(&self, message: &Word) -> u64 {
        let entries = match message {
            Word::Request => 0,
            Word::Table(_) | Word::Offer(_) | Word::Digest(_) => u64::from(self.members),
            Word::Answer(entries, _) | Word::Delta(entries, _) => entries.number(),
        };
        self.rhythm.message_bytes + BYTES_PER_ENTRY * entries
    }

    fn parcel_of(message: &Word) -> Option<Parcel> {
        match *message {
            Word::Request => None,
            Word::Table(parcel) | Word::Offer(parcel) | Word::Digest(parcel) => Some(parcel),
            Word::Answer(_, parcel) | Word::Delta(_, parcel) => Some(parcel),
        }
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        self.rhythm.rank(member, streams)
    }

    fn watches(&self, _: Cluster, _: NodeId) -> Watches {
        Watches::Table
    }

    fn circle(&self, cluster: Cluster, _: NodeId) -> Circle {
        Circle::Nodes([0..cluster.members, 0..0])
    }

    fn heeds_verdicts(&self) -> bool {
        self.shuns == Shuns::Dead
    }

    fn hears_through_others(&self) -> bool {
        true
    }

    fn asks(&self) -> bool {
        self.exchange == Exchange::Pull
    }

    fn start(&self, context: &mut impl Context<Self>) -> Knowledge {
        let (me, members) = (context.me(), context.cluster().members);
        context.watch_all();
        self.rhythm.begin(context, me, RoundDue);
        let mut counts = vec![0; members as usize];
        // Whoever restarts goes on from the clock, so that its counts are news to those who knew its earlier life.
        counts[me.index()] = (context.now().nanos() / self.rhythm.interval.nanos()) as u32;
        Knowledge { counts, partners: Partners::of(me, self.fanout), letter: Vec::new() }
    }

    fn on_timer(
        &self,
        knowledge: &mut Knowledge,
        context: &mut impl Context<Self>,
        RoundDue(tick): RoundDue,
    ) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, RoundDue);
        let Knowledge { counts, partners, .. } = knowledge;
        counts[me.index()] += 1;
        let word = self.opening(context, counts);
        let mut choice = context.random_now(Purpose::Choice, me);
        partners.draw(self.fanout, self.members, |bound| choice.below(bound));
        for partner in partners.drawn() {
            context.send(partner, word);
        }
        if self.seeds > 0 || self.shuns == Shuns::Dead {
            let mut chance = context.random_now(Purpose::Exchange, me);
            for other in partners.besides(self.seeds(), me, &mut chance).into_iter().flatten() {
                context.send(other, word);
            }
        }
        self.rhythm.finished(context, me, RoundDue);
    }

    fn on_message(
        &self,
        knowledge: &mut Knowledge,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        let Knowledge { counts, letter, .. } = knowledge;
        match word {
            Word::Digest(theirs) => return digests::answer(counts, letter, context, from, theirs),
            Word::Answer(_, parcel) => {
                let asked = digests::take_over(counts, context, parcel, sent);
                return digests::bring(counts, letter, context, from, (parcel, asked));
            }
            Word::Delta(_, parcel) => _ = digests::take_over(counts, context, parcel, sent),
            Word::Table(parcel) | Word::Offer(parcel) => Gossip::merge(counts, context, parcel, sent),
            Word::Request => {}
        }
        if let Word::Offer(_) | Word::Request = word {
            let answer = Word::Table(context.pack(counts));
            context.send(from, answer);
        }
    }

    fn on_verdict(
        &self,
        knowledge: &mut Knowledge,
        _: &mut impl Context<Self>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        if self.shuns == Shuns::Dead {
            knowledge.partners.hold(subject, opinion == Opinion::Dead);
        }
    }
}

impl Plan for Gossip {
    fn keeps_connections(&self) -> bool {
        false
    }

    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::of_peers(members)
    }

    fn awaited(&self) -> Awaited {
        Awaited::Nothing
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let turns = self.turns();
        let messages = turns * (1.0 + self.answers_to_each());
        let entries = f64::from(cluster.members);
        let bytes = entries * size_of::<u32>() as f64;
        // What is newer on one side or the other is told with the number of the member.
        let parcel_bytes = if self.exchange == Exchange::Digests { 2.0 * bytes } else { bytes };
        // A look at the table of each member for every few intervals.
        Cost {
            messages,
            events: 1.5 + messages,
            timers: 1.0,
            entries,
            bytes,
            parcel_bytes,
            ..Cost::default()
        }
    }

    fn speech(&self, _: &Cluster) -> Option<Speech> {
        let answers = self.turns() * self.answers_to_each();
        let extra = match (self.shuns, self.exchange) {
            (Shuns::Dead, _) => Extra::Fewer("those who are held dead are turned to now and then only"),
            (Shuns::Nobody, Exchange::Digests) => {
                Extra::Fewer("whoever gets no answer, or is asked for nothing, has no more to say")
            }
            _ => Extra::Nothing,
        };
        Some(Speech { answers, extra, same_size: false, ..Speech::BEATS })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        Discovery::Unknown("how old news is when it comes round is a matter of chance")
    }
}

#[cfg(test)]
mod tests;
