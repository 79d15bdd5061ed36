//! Everybody tells a few others, chosen at random, what it knows of everybody.
//!
//! Each member counts its own rounds and keeps the highest count that it has heard of every other; counts that
//! rise are signs of life (van Renesse, Minsky and Hayden, "A gossip-style failure detection service", 1998).
//! No node matters more than another, and a lost message hardly matters at all. The price is size: every message
//! carries a whole table.

use serde::Serialize;

use super::{Awaited, Cost, Discovery, Plan, Rhythm, Site, Speech, Tick};
use crate::document::{Count, Table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Circle, Context, Parcel, Topology, Watches};
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
}

/// What a member knows.
#[derive(Debug)]
pub struct Knowledge {
    /// The highest count that it has heard of each member; its own is how many rounds it has begun.
    counts: Vec<u32>,
    /// To whom it turned last.
    partners: Vec<u32>,
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
}

/// The next round is due.
#[derive(Clone, Copy, Debug)]
pub struct RoundDue(Tick);

/// On the wire an entry is the number of a member and its count.
const BYTES_PER_ENTRY: u64 = 8;

/// So many entries are compared at once, while they are at hand.
const STRETCH: usize = 1024;

impl Gossip {
    /// Reads `fanout` and `exchange`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Gossip> {
        let Site { rhythm, members, .. } = site;
        let Count(fanout) = table.or("fanout", Count(members.map_or(3, |members| 3.min(members.max(2) - 1))));
        let words = [("push", Exchange::Push), ("pull", Exchange::Pull), ("push-pull", Exchange::PushPull)];
        let exchange = table.word("exchange", Exchange::Push, &words);
        if let Some(members) = members
            && fanout >= members
        {
            let reason =
                format!("a fanout of {fanout} is more than the {} others that there are", members - 1);
            table.complain("fanout", reason, "make fanout smaller than the number of nodes");
        }
        Some(Gossip { rhythm, fanout, exchange, members: members? })
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

/// Draws `count` different numbers below `bound` (Floyd's algorithm: Bentley and Floyd, "Programming pearls", 1987).
fn draw(partners: &mut Vec<u32>, count: u32, bound: u32, mut below: impl FnMut(u32) -> u32) {
    partners.clear();
    for last in bound - count..bound {
        let drawn = below(last + 1);
        partners.push(if partners.contains(&drawn) { last } else { drawn });
    }
}

impl Topology for Gossip {
    type Node = Knowledge;
    type Message = Word;
    type Timer = RoundDue;
    type Item = u32;

    const MESSAGES: &'static [&'static str] = &["table", "offer", "request"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Table(_) => 0,
            Word::Offer(_) => 1,
            Word::Request => 2,
        }
    }

    fn bytes_of(&self, message: &Word) -> u64 {
        let entries = if matches!(message, Word::Request) { 0 } else { u64::from(self.members) };
        self.rhythm.message_bytes + BYTES_PER_ENTRY * entries
    }

    fn parcel_of(message: &Word) -> Option<Parcel> {
        match *message {
            Word::Table(parcel) | Word::Offer(parcel) => Some(parcel),
            Word::Request => None,
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
        false
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
        Knowledge { counts, partners: Vec::with_capacity(self.fanout as usize) }
    }

    fn on_timer(
        &self,
        knowledge: &mut Knowledge,
        context: &mut impl Context<Self>,
        RoundDue(tick): RoundDue,
    ) {
        let me = context.me();
        self.rhythm.beat(context, me, tick, RoundDue);
        let Knowledge { counts, partners } = knowledge;
        counts[me.index()] += 1;
        let word = match self.exchange {
            Exchange::Push => Word::Table(context.pack(counts)),
            Exchange::PushPull => Word::Offer(context.pack(counts)),
            Exchange::Pull => Word::Request,
        };
        let mut choice = context.random_now(Purpose::Choice, me);
        draw(partners, self.fanout, self.members - 1, |bound| choice.below(bound));
        for partner in partners {
            let other = if *partner < me.0 { *partner } else { *partner + 1 };
            context.send(NodeId(other), word);
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
        let counts = &mut knowledge.counts;
        if let Word::Table(parcel) | Word::Offer(parcel) = word {
            Gossip::merge(counts, context, parcel, sent);
        }
        if let Word::Offer(_) | Word::Request = word {
            let answer = Word::Table(context.pack(counts));
            context.send(from, answer);
        }
    }
}

impl Plan for Gossip {
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
        let fanout = f64::from(self.fanout);
        let messages = if self.exchange == Exchange::Push { fanout } else { 2.0 * fanout };
        let entries = f64::from(cluster.members);
        let bytes = entries * size_of::<u32>() as f64;
        // A look at the table of each member for every few intervals.
        Cost {
            messages,
            events: 1.5 + messages,
            timers: 1.0,
            entries,
            bytes,
            parcel_bytes: bytes,
            ..Cost::default()
        }
    }

    fn speech(&self, _: &Cluster) -> Option<Speech> {
        let answers = if self.exchange == Exchange::Push { 0.0 } else { f64::from(self.fanout) };
        Some(Speech { answers, same_size: false, ..Speech::BEATS })
    }

    fn discovery(&self, _: &Cluster) -> Discovery {
        Discovery::Unknown("how old news is when it comes round is a matter of chance")
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Recorder;
    use super::*;
    use crate::engine::time::Span;

    const CLUSTER: Cluster = Cluster::of_peers(4);
    const ME: NodeId = NodeId(1);

    fn rules(exchange: Exchange) -> Gossip {
        Gossip { rhythm: Rhythm::aligned(Span::SECOND), fanout: 2, exchange, members: 4 }
    }

    /// A member that knows these counts.
    fn knowing(rules: &Gossip, counts: [u32; 4]) -> (Recorder<u32>, Knowledge) {
        let mut member = Recorder::new(CLUSTER, ME);
        let mut knowledge = rules.start(&mut member);
        knowledge.counts.copy_from_slice(&counts);
        member.heard_saying();
        (member, knowledge)
    }

    #[test]
    fn a_member_watches_all_others_and_begins_its_rounds() {
        let mut member = Recorder::<u32>::new(CLUSTER, ME);
        let knowledge = rules(Exchange::Push).start(&mut member);
        let expected = "watch all others\nwake me at 0s and every 1s for RoundDue(Tick(Time(0)))";
        assert_eq!(member.heard_saying(), expected);
        assert_eq!(knowledge.counts, [0; 4]);
    }

    #[test]
    fn a_round_counts_and_turns_to_different_others() {
        for (exchange, word) in [
            (Exchange::Push, "Table(Parcel(0)) with [7, 4, 5, 6]"),
            (Exchange::PushPull, "Offer(Parcel(0)) with [7, 4, 5, 6]"),
            (Exchange::Pull, "Request"),
        ] {
            let rules = rules(exchange);
            let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
            rules.on_timer(&mut knowledge, member.at(3_000), RoundDue(Tick(Time::ZERO)));
            let said = member.heard_saying();
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!(lines.len(), 2);
            assert_ne!(lines[0], lines[1], "two different partners");
            assert!(lines.iter().all(|line| line.ends_with(word) && !line.contains("n1")), "{said}");
        }
    }

    #[test]
    fn what_is_higher_is_taken_over_and_heard_of() {
        let rules = rules(Exchange::Push);
        let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
        let parcel = member.parcel(&[8, 2, 5, 9]);
        rules.on_message(&mut knowledge, member.at(50), NodeId(0), Time::ZERO, Word::Table(parcel));
        assert_eq!(member.heard_saying(), "heard of n0 n3, sent 0s");
        assert_eq!(knowledge.counts, [8, 3, 5, 9]);
    }

    #[test]
    fn an_offer_and_a_request_are_answered_with_what_is_known_by_then() {
        let rules = rules(Exchange::PushPull);
        let (mut member, mut knowledge) = knowing(&rules, [7, 3, 5, 6]);
        let parcel = member.parcel(&[8, 2, 4, 6]);
        rules.on_message(&mut knowledge, member.at(50), NodeId(0), Time::ZERO, Word::Offer(parcel));
        let expected = "heard of n0, sent 0s\nto n0: Table(Parcel(1)) with [8, 3, 5, 6]";
        assert_eq!(member.heard_saying(), expected);
        rules.on_message(&mut knowledge, member.at(60), NodeId(3), Time::ZERO, Word::Request);
        assert_eq!(member.heard_saying(), "to n3: Table(Parcel(2)) with [8, 3, 5, 6]");
    }

    #[test]
    fn who_restarts_counts_on_from_the_clock() {
        let mut member = Recorder::<u32>::new(CLUSTER, ME);
        let knowledge = rules(Exchange::Push).start(member.at(42_500));
        assert_eq!(knowledge.counts, [0, 42, 0, 0]);
    }

    #[test]
    fn partners_are_different_and_all_are_equally_likely() {
        let mut stream = Streams::new(3, 0).of(Purpose::Choice).at(0, 0);
        let (mut partners, mut drawn) = (Vec::new(), [0u32; 5]);
        for _ in 0..10_000 {
            draw(&mut partners, 3, 5, |bound| stream.below(bound));
            let mut sorted = partners.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 3);
            partners.iter().for_each(|partner| drawn[*partner as usize] += 1);
        }
        // Binomial with 10,000 draws at 3/5: a deviation of 49.
        assert!(drawn.iter().all(|count| (5_804..=6_196).contains(count)), "{drawn:?}");
    }
}
