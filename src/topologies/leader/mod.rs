//! A leader beats to all others; their silence about it ends in an election. The rules by which Raft elects
//! (Ongaro and Ousterhout, 2014, section 5.2; Ongaro's dissertation, 2014, sections 4.2.3, 6.2 and 9.6),
//! without a log: whoever is alive may lead.
//!
//! Terms number the elections. A node votes once in a term, and whoever has the votes of more than half of
//! **all** members leads in it, so no term has two leaders. What it costs: nobody leads while the followers'
//! patience lasts and they elect another. What it gains over a monitor: any minority may die.
//!
//! The leader watches the others by the scenario's detector and tells them with every beat whom it holds
//! dead.

mod election;
mod leading;
mod memory;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Cost, Discovery, Extra, Plan, Rhythm, Site, Speech, Tick};
use crate::document::{FromValue, Kind, Origin, Place, Positive, Shape, Table, Value};
use crate::engine::cluster::{Cluster, NodeId, Role};
use crate::engine::model::{Authority, Circle, Context, Office, Opinion, Parcel, Topology, Watches};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};
use crate::topologies::rhythm::Phase;
use memory::Memory;

/// The rules of leading and electing.
#[derive(Clone, Debug, Serialize)]
pub struct Leader {
    #[serde(flatten)]
    rhythm: Rhythm,
    election_timeout: Patience,
    /// Whether a node asks who would vote for it before it raises the term. A node that heard nothing for a
    /// while then no longer deposes a leader whom all others hear; it costs one round trip more for each
    /// election.
    pre_vote: bool,
    /// Whether a leader that the majority no longer answers gives up its office, and a follower that hears
    /// its leader ignores candidates. Two nodes then lead at once for a shorter time or not at all; but who
    /// has lost its majority leaves no leader at all.
    check_quorum: bool,
    /// Who beats. If all do, the leader's answers are signs of its life too, and it hears of the others twice as
    /// often; it costs as many messages as there are pairs.
    beats: Beats,
}

/// Who beats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Beats {
    /// Whoever leads.
    Leader,
    /// Everybody, to everybody else.
    All,
}

/// How long a follower bears the silence of its leader: somewhere between these two, drawn anew each time. A
/// least patience close to the interval of beats elects needlessly; a long one leaves a dead leader in
/// office. A narrow range makes candidates rise at once and split the votes; a wide one waits longer. Sane:
/// at least three intervals, and twice as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Patience(Span, Span);

/// What nodes say to one another. The number is the speaker's term, unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// "I lead in this term", and whom I hold dead, if anybody.
    Beat(u32, Option<News>),
    /// "I heard it."
    Reply(u32),
    /// "I am alive, and do not lead", where all beat.
    Sign(u32),
    /// "I heard it, and lead in this term", where all beat.
    LeaderReply(u32),
    /// "I stand in this term: vote for me."
    VoteRequest(u32),
    /// Whether I do.
    Vote(u32, bool),
    /// "If I stood in this term, which I have not reached yet, would you vote for me?"
    PreVoteRequest(u32),
    /// Whether I would; if so, the term is the one that was asked about.
    PreVote(u32, bool),
}

/// Who is dead, and how many that are.
#[derive(Clone, Copy, Debug)]
pub struct News(Parcel, u32);

/// What a node waits for.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// As leader, or where all beat: the next beat is due.
    Beat(Tick),
    /// As follower or candidate: its patience may be at an end.
    Patience,
    /// As leader: perhaps the majority has not answered for too long.
    Quorum,
}

/// How often a leader beats unless the scenario says so: a third of the usual least patience.
const USUAL_INTERVAL: Span = Span::from_millis(50);

/// By so much a beat grows for each member that it says is dead.
const BYTES_PER_NAME: u64 = 8;

impl Leader {
    /// Reads `election_timeout`, `pre_vote`, `check_quorum` and `beats`.
    pub fn read(table: &mut Table<'_>, site: Site<'_>) -> Option<Leader> {
        table.defaults_to("interval", USUAL_INTERVAL);
        let interval = if table.has("interval") { site.rhythm.interval } else { USUAL_INTERVAL };
        let rhythm = Rhythm { interval, ..site.rhythm };
        let election_timeout = table.or("election_timeout", Patience::USUAL);
        let pre_vote = table.or("pre_vote", false);
        let check_quorum = table.or("check_quorum", false);
        let beats = table.word("beats", Beats::Leader, &[("leader", Beats::Leader), ("all", Beats::All)]);
        let Patience(least, _) = election_timeout;
        if table.is_right("interval") && table.is_right("election_timeout") && least <= interval {
            let reason = format!(
                "an election timeout of {least} is not longer than the interval of {interval}: followers would \
                 lose patience between two beats"
            );
            let good = Patience(interval.times(3), interval.times(6));
            table.complain(
                "election_timeout",
                reason,
                format!("write election_timeout = {}", good.written()),
            );
        }
        if rhythm.phase == Phase::Aligned && beats == Beats::Leader && table.is_right("beats") {
            let reason = "a leader begins to beat when it is elected, so beats cannot be aligned";
            table.complain("phase", reason, "leave phase out, or write beats = \"all\"");
        }
        Some(Leader { rhythm, election_timeout, pre_vote, check_quorum, beats })
    }
}

impl Patience {
    const USUAL: Patience = Patience(Span::from_millis(150), Span::from_millis(300));

    fn written(self) -> String {
        format!("[\"{}\", \"{}\"]", self.0, self.1)
    }
}

impl FromValue for Patience {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Patience> {
        let remedy = format!("write {} = {}", place.key(), Patience::USUAL.written());
        let Kind::List(items) = &value.kind else {
            let found = value.kind.described();
            place.advise(
                value,
                format!("expected the least and the greatest patience, found {found}"),
                remedy,
            );
            return None;
        };
        let bounds: Vec<Span> = items
            .iter()
            .filter_map(|item| Positive::from_value(item, place))
            .map(|Positive(span)| span)
            .collect();
        if bounds.len() < items.len() {
            return None; // That was said already.
        }
        match bounds[..] {
            [least, greatest] if least > greatest => {
                let reason = format!("the least patience {least} is longer than the greatest, {greatest}");
                place.advise(value, reason, "write the shorter one first");
                None
            }
            [least, greatest] => Some(Patience(least, greatest)),
            _ => {
                place.advise(value, format!("expected two durations, found {}", bounds.len()), remedy);
                None
            }
        }
    }

    fn shape() -> Shape {
        Positive::<Span>::shape().list_of(2, Some(2))
    }

    fn written(&self) -> Option<Kind> {
        let Patience(least, most) = self;
        let texts =
            [least, most].map(|span| Value { kind: Kind::Text(span.to_string()), origin: Origin::Whole });
        Some(Kind::List(texts.to_vec()))
    }
}

/// All members but `me`.
fn others(cluster: Cluster, me: NodeId) -> impl Iterator<Item = NodeId> {
    cluster.all_members().filter(move |node| *node != me)
}

/// How many are more than half of all members.
fn majority(cluster: Cluster) -> usize {
    cluster.members as usize / 2 + 1
}

impl Topology for Leader {
    type Node = Memory;
    type Message = Word;
    type Timer = Due;
    type Item = NodeId;

    const MESSAGES: &'static [&'static str] =
        &["beat", "reply", "vote_request", "vote", "pre_vote_request", "pre_vote"];

    fn kind_of(message: &Word) -> usize {
        match message {
            Word::Beat(..) => 0,
            Word::Sign(_) => 0,
            Word::Reply(_) | Word::LeaderReply(_) => 1,
            Word::VoteRequest(_) => 2,
            Word::Vote(..) => 3,
            Word::PreVoteRequest(_) => 4,
            Word::PreVote(..) => 5,
        }
    }

    fn bytes_of(&self, word: &Word) -> u64 {
        let named = match word {
            Word::Beat(_, Some(News(_, count))) => u64::from(*count),
            _ => 0,
        };
        self.rhythm.message_bytes + BYTES_PER_NAME * named
    }

    fn parcel_of(message: &Word) -> Option<Parcel> {
        match message {
            Word::Beat(_, news) => news.map(|News(parcel, _)| parcel),
            _ => None,
        }
    }

    fn rank(&self, member: NodeId, streams: Streams) -> u64 {
        if self.beats == Beats::All { self.rhythm.rank(member, streams) } else { 0 }
    }

    /// Only a leader watches, but any member may come to lead.
    fn watches(&self, cluster: Cluster, _: NodeId) -> Watches {
        Watches::All(cluster.range(Role::Member))
    }

    fn circle(&self, cluster: Cluster, _: NodeId) -> Circle {
        Circle::Nodes([cluster.range(Role::Member), 0..0])
    }

    fn elects(&self) -> bool {
        true
    }

    /// Followers only answer, unless they beat too.
    fn asks(&self) -> bool {
        self.beats == Beats::Leader
    }

    fn authority(&self) -> Authority {
        Authority::Named
    }

    fn speaks(&self, due: &Due) -> bool {
        matches!(due, Due::Beat(_))
    }

    fn start(&self, context: &mut impl Context<Self>) -> Memory {
        let now = context.now();
        let Patience(_, greatest) = self.election_timeout;
        // Raft keeps term and vote on disk. Here a restart forgets both, so it waits until whoever it may
        // have voted for leads or has given up, and holds its vote in every term of which it hears meanwhile
        // to be spent.
        let abstains_until = if now == Time::ZERO { now } else { now + greatest };
        let mut memory = Memory::new(abstains_until);
        self.be_patient(&mut memory, context);
        if self.beats == Beats::All {
            self.rhythm.begin(context, context.me(), Due::Beat);
        }
        memory
    }

    fn on_message(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        from: NodeId,
        sent: Time,
        word: Word,
    ) {
        if !self.leaves_it_to_the_leader(memory, word) {
            self.notice(memory, context, from, sent);
        }
        match word {
            Word::Beat(term, news) => self.on_beat(memory, context, (from, sent), term, news),
            Word::Reply(term) => self.on_reply(memory, context, from, term),
            Word::Sign(term) => self.on_sign(memory, context, from, term),
            Word::LeaderReply(term) => self.on_leader_reply(memory, context, (from, sent), term),
            Word::VoteRequest(term) => self.on_vote_request(memory, context, from, term),
            Word::Vote(term, yes) => self.on_vote(memory, context, from, (term, yes)),
            Word::PreVoteRequest(term) => self.on_pre_vote_request(memory, context, from, term),
            Word::PreVote(term, yes) => self.on_pre_vote(memory, context, from, (term, yes)),
        }
    }

    fn on_timer(&self, memory: &mut Memory, context: &mut impl Context<Self>, due: Due) {
        match due {
            Due::Beat(tick) if self.beats == Beats::All => self.beat_as_all_do(memory, context, tick),
            Due::Beat(tick) if memory.office == Office::Leader && memory.next_beat == Some(tick) => {
                self.beat(memory, context, tick);
            }
            Due::Beat(_) => (), // Of an office that it has lost.
            Due::Patience => self.on_patience(memory, context),
            Due::Quorum => self.on_quorum(memory, context),
        }
    }

    fn on_verdict(
        &self,
        memory: &mut Memory,
        context: &mut impl Context<Self>,
        subject: NodeId,
        opinion: Opinion,
    ) {
        if memory.office != Office::Leader {
            return;
        }
        if opinion == Opinion::Dead {
            memory.dead.add(subject);
            memory.judged.add(subject);
            context.act(subject);
        } else {
            memory.dead.remove(subject);
            memory.judged.remove(subject);
            context.retract(subject);
        }
    }
}

impl Plan for Leader {
    fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    fn takes_hearsay(&self) -> bool {
        true
    }

    fn cluster(&self, members: u32) -> Cluster {
        Cluster::of_peers(members)
    }

    fn cost(&self, cluster: &Cluster) -> Cost {
        let members = f64::from(cluster.members);
        let followers = (members - 1.0) / members;
        // How many beats there are for each member.
        let (beats, timers) = match self.beats {
            Beats::Leader => (followers, 1.0 / members),
            Beats::All => (members - 1.0, 1.0),
        };
        // A sign of the leader moves the end of a follower's patience, now forwards, now backwards; about so often
        // it looks.
        let Patience(least, _) = self.election_timeout;
        let looks = (1.5 * self.rhythm.interval.seconds() / least.seconds()).min(1.0);
        Cost {
            messages: 2.0 * beats,
            events: 2.0 * beats + looks * followers + timers,
            timers: 2.0,
            watches: followers,
            free_places: members - followers,
            bytes: 64.0,
            parcel_bytes: BYTES_PER_NAME as f64,
            ..Cost::default()
        }
    }

    fn speech(&self, cluster: &Cluster) -> Option<Speech> {
        let answers = self.cost(cluster).messages / 2.0;
        let extra = match self.beats {
            Beats::Leader => {
                Extra::Other("nobody beats while nobody leads, and elections are messages of their own")
            }
            Beats::All => Extra::More("elections are messages of their own"),
        };
        Some(Speech { answers, extra, same_size: false, ..Speech::BEATS })
    }

    fn discovery(&self, cluster: &Cluster) -> Discovery {
        let Patience(least, most) = self.election_timeout;
        Discovery::Followed { least, most, followers: cluster.members - 1, ask_too: self.beats == Beats::All }
    }
}
