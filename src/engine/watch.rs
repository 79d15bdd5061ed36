//! Watching: one watch per pair of observer and subject, each with a deadline that is looked at lazily.
//!
//! A watch has one pending look. If it comes too early, because something was heard meanwhile, it re-arms at
//! the deadline of that moment: one look per deadline, not one timer per beat. A deadline may also move
//! *earlier* than the pending look; then one more look is scheduled, and a look that is no longer the next
//! does nothing.
//!
//! Where everybody hears of everybody, a watch each would not fit into memory: there a row of a table holds the
//! memories of those who are trusted, and only who is doubted gets a watch of its own.

mod bench;
mod evidence;
mod line;
mod looks;
mod mishaps;
mod panel;
mod recovery;
mod rules;
mod special;
mod tables;
mod testimony;
mod verdict;

use super::cluster::{Cluster, NodeId, Pair};
use super::model::{Arrival, Detector, Opinion, Watches};
use super::onlooker::Onlooker;
use super::random::{Purpose, Streams};
use super::referee::{Referee, Terms};
use super::seating::{Seat, Seating};
use super::time::{Span, Time};
use super::walls::Walls;
use super::watchlist::Watchlist;
pub(super) use bench::Bench;
pub use bench::Chair;
use line::Lines;
pub use line::{BYTES_PER_LINE, BYTES_PER_PLACE_IN_LINE};
pub use mishaps::Mishap;
use mishaps::Mishaps;
pub(super) use panel::Panel;
use recovery::{NOT_RECOVERING, Recovery};
pub use rules::{Check, Rules, Stamp, Tie, grid_at_or_after};
use special::Special;
use tables::Tables;
pub use verdict::{Alarm, Limit, Pace, PauseGuard, Verdict};

/// What an observer knows of a subject.
struct Watch<M> {
    memory: M,
    /// The sender's stamp of the newest beat, or when watching began if there was none yet.
    newest: Time,
    /// The one look that counts.
    next_look: Time,
    opinion: Opinion,
    heard: bool,
    /// Whether the observer watches at all at present.
    watching: bool,
}

/// Judges all silence of a run by one set of rules.
pub struct Judge<D: Detector> {
    rules: Rules<D>,
    cluster: Cluster,
    list: Watchlist,
    watches: Vec<Watch<D::Memory>>,
    /// Where members keep tables of all others.
    tables: Tables<D::Memory>,
    /// Empty where a single beat is enough to be trusted again.
    recoveries: Vec<Recovery>,
    /// When each observer's scans begin; empty where nothing scans.
    scan_phases: Vec<Span>,
    mishaps: Mishaps,
    special: Special<D::Memory>,
    /// Who cannot reach whom.
    pub(super) walls: Walls,
    streams: Streams,
    /// Looks on, where the story of something is to be told, or everything.
    pub(super) onlooker: Option<Box<dyn Onlooker>>,
    /// Where deaths are declared at a limited rate, who waits for that.
    lines: Option<Box<Lines>>,
    /// Verdicts that the observers have not been told yet, and turns that were not asked for yet.
    pub news: Vec<News>,
    /// Whether verdicts never are told.
    is_hushed: bool,
    /// Where it sits among those who judge.
    chair: Chair,
    /// Compares the opinions with the truth.
    pub referee: Referee,
}

/// What is to be done about what a judge concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// An observer is to be told of a verdict.
    Verdict(Pair, Opinion),
    /// A judge wants to declare deaths in the name of an observer then.
    Turn {
        /// Which judge.
        chair: Chair,
        /// In whose name.
        observer: Seat,
        /// When.
        time: Time,
    },
}

/// Two seats: who watches, and who is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seats {
    /// Who watches.
    pub observer: Seat,
    /// Who is watched.
    pub subject: Seat,
}

impl Seats {
    fn pair(self, seating: &Seating) -> Pair {
        Pair { observer: seating.node_at(self.observer), subject: seating.node_at(self.subject) }
    }
}

impl<D: Detector> Judge<D> {
    /// Bytes for each pair of observer and subject that has a place.
    pub const BYTES_PER_PAIR: usize = size_of::<Watch<D::Memory>>();
    /// Bytes for each entry whose subject is doubted, in a tree that is two thirds full.
    pub const BYTES_PER_DOUBT: usize = size_of::<(Seats, Watch<D::Memory>, Recovery)>() * 3 / 2;

    /// A judge who watches nobody yet.
    pub fn new(
        rules: &Rules<D>,
        cluster: Cluster,
        watches: impl Fn(NodeId) -> Watches,
        hears_through_others: bool,
        channels: (u8, u32),
        streams: Streams,
        terms: Terms,
    ) -> Judge<D> {
        let list = Watchlist::new(cluster, watches);
        let places = list.places();
        let referee = Referee::new(cluster, terms, places > 0);
        let slow_return = rules.verdict.returns_slowly();
        let scans = matches!(rules.check, Check::Every { .. });
        Judge {
            rules: rules.clone(),
            cluster,
            watches: (0..places).map(|_| Watch::unbegun(&rules.detector)).collect(),
            tables: Tables::new(if list.has_tables() { cluster.members } else { 0 }),
            recoveries: if slow_return { vec![NOT_RECOVERING; places] } else { Vec::new() },
            scan_phases: if scans { vec![Span::ZERO; cluster.nodes() as usize] } else { Vec::new() },
            mishaps: Mishaps::new(hears_through_others, terms.asks, cluster.nodes() as usize, places),
            walls: Walls::default(),
            special: Special::new(rules, channels, places),
            list,
            streams,
            onlooker: None,
            lines: rules.verdict.limit.map(|limit| Box::new(Lines::new(limit, cluster.nodes()))),
            news: Vec::new(),
            is_hushed: false,
            chair: Chair::ONLY,
            referee,
        }
    }

    /// Those who watch a subject at present.
    pub fn watchers_of(&self, seating: &Seating, subject: Seat) -> Vec<NodeId> {
        let watches = |observer: &Seat| {
            self.list.place(seating, *observer, subject).is_some_and(|place| self.watches[place].watching)
        };
        self.list.observers().filter(watches).map(|observer| seating.node_at(observer)).collect()
    }

    /// A node begins its life number `life`: its scans get their phase.
    pub fn begin_observer(&mut self, seating: &Seating, observer: Seat, life: u32, now: Time) {
        self.special.forget_guard(observer);
        let Check::Every { every, phase } = self.rules.check else { return };
        let offset = phase.unwrap_or_else(|| {
            let identity = seating.identity_at(observer);
            every.share(self.streams.of(Purpose::Scan).at(identity, u64::from(life)).unit())
        });
        let start = if phase.is_some() { Time::ZERO } else { now };
        self.scan_phases[observer.index()] = (start + offset).since_start();
    }

    /// An observer crashed: it looks no more. Its opinions stand as it left them.
    pub fn end_observer(&mut self, seating: &Seating, observer: Seat, now: Time) {
        let Judge { list, watches, referee, .. } = self;
        for (place, subject) in list.places_of(seating, observer) {
            watches[place].next_look = Time::NEVER;
            if std::mem::take(&mut watches[place].watching) {
                referee.unwatched(Seats { observer, subject }.pair(seating), now);
            }
        }
        self.tables.end(observer);
        if let Some(lines) = &mut self.lines {
            lines.begin(observer, 0);
        }
    }

    /// A watch will be asked about soon. Reading it now, with others, lets the memory fetch many at once
    /// instead of one after the other; with a million nodes that is most of what an event costs.
    #[inline]
    pub fn expect(&self, seating: &Seating, at: Seats) {
        if let Some(place) = self.place(seating, at) {
            self.expect_at(place);
        }
    }

    #[inline(always)]
    fn expect_at(&self, place: usize) {
        std::hint::black_box(self.watches[place].next_look);
    }

    /// Where the watch of a pair is kept, if it has one. Who judges the same traffic keeps it at the same place.
    #[inline(always)]
    fn place(&self, seating: &Seating, at: Seats) -> Option<usize> {
        self.list.place(seating, at.observer, at.subject)
    }

    /// An observer begins to watch a subject, knowing nothing. Returns when to look.
    pub fn watch(&mut self, seating: &Seating, at: Seats, now: Time) -> Option<Time> {
        let place = self.list.place_for(seating, at.observer, at.subject)?;
        let pair = at.pair(seating);
        self.referee.forget(pair, now);
        self.see_watching(pair, now, true);
        let was_watching = self.watches[place].watching;
        self.count_watch((at.observer, pair.subject), place, true, now);
        self.watches[place] = Watch::begun(&self.rules.detector, now);
        self.special.begin(&self.rules.detector, place, now);
        if !was_watching {
            self.referee.watched(pair, now);
        }
        self.end_recovery(at, Some(place));
        self.look_by_deadline(at, Some(place), now)
    }

    /// An observer watches a subject no more, and has no opinion of it.
    pub fn unwatch(&mut self, seating: &Seating, at: Seats, now: Time) {
        let Some(place) = self.list.place(seating, at.observer, at.subject) else { return };
        let pair = at.pair(seating);
        self.referee.forget(pair, now);
        self.see_watching(pair, now, false);
        self.count_watch((at.observer, pair.subject), place, false, now);
        if std::mem::take(&mut self.watches[place].watching) {
            self.referee.unwatched(pair, now);
        }
        self.watches[place] = Watch::unbegun(&self.rules.detector);
    }

    /// Where deaths are declared at a limited rate, whom an observer watches counts, and whom it doubts.
    fn count_watch(&mut self, (observer, subject): (Seat, NodeId), place: usize, watches: bool, now: Time) {
        let Some(lines) = &mut self.lines else { return };
        let Watch { watching, opinion, .. } = self.watches[place];
        lines.watches((observer, subject), (watching, watches), watching && opinion != Opinion::Trusted);
        self.ask_for_turn(observer, now);
    }

    /// An observer heard a sign of life. Returns when to look, if that is earlier than the pending look.
    #[inline(always)]
    pub fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        (since, sent): (Time, Time),
        now: Time,
    ) -> Option<Time> {
        let place = self.place(seating, at)?;
        self.heard_of_one(seating, at, (place, channel), (since, sent), now)
    }

    /// The same of the pair at `place`.
    #[inline(always)]
    fn heard_of_one(
        &mut self,
        seating: &Seating,
        at: Seats,
        (place, channel): (usize, u8),
        (since, sent): (Time, Time),
        now: Time,
    ) -> Option<Time> {
        if !self.watches[place].watching || now > sent.saturating_add(self.rules.cutoff) {
            return None;
        }
        if self.special.has_channels() {
            return self.heard_on(seating, at, (place, channel), (since, sent), now);
        }
        self.heard_at(seating, at, Some(place), (since, sent), now)
    }

    /// A sign of life was heard on one of several channels.
    #[cold]
    fn heard_on(
        &mut self,
        seating: &Seating,
        at: Seats,
        (place, channel): (usize, u8),
        (since, sent): (Time, Time),
        now: Time,
    ) -> Option<Time> {
        let counted = self.counted(at.observer, sent, now);
        let arrival = Arrival { sent, arrived: now, counted, since };
        let rules = &self.rules;
        let born = self.referee.born(seating.node_at(at.subject));
        if !self.special.hear(&rules.detector, (place, channel), (rules.count_late_beats, born), arrival) {
            return None;
        }
        let watch = &mut self.watches[place];
        watch.newest = if watch.heard { watch.newest.max(sent) } else { sent };
        watch.heard = true;
        match watch.opinion {
            Opinion::Trusted => self.look_by_deadline(at, Some(place), now),
            _ => self.reconsider(seating, at, Some(place), (sent, now)),
        }
    }

    #[inline(always)]
    fn heard_at(
        &mut self,
        seating: &Seating,
        at: Seats,
        place: Option<usize>,
        (since, sent): (Time, Time),
        now: Time,
    ) -> Option<Time> {
        let counted = self.counted(at.observer, sent, now);
        let count_late_beats = self.rules.count_late_beats;
        let detector = &self.rules.detector;
        let born = if detector.learns_by_life() {
            self.referee.born(seating.node_at(at.subject))
        } else {
            Time::ZERO
        };
        let watch = Self::watch_at(&mut self.watches, &mut self.tables, at, place);
        if watch.heard && sent <= watch.newest {
            if !count_late_beats || self.special.closed_since(at, sent) {
                return None;
            }
        } else {
            if watch.newest < born && sent >= born {
                watch.memory = detector.begin(counted); // A new life begins to speak.
            }
            watch.newest = sent;
            watch.heard = true;
        }
        detector.heard(&mut watch.memory, Arrival { sent, arrived: now, counted, since });
        match watch.opinion {
            Opinion::Trusted => self.look_by_deadline(at, place, now),
            _ => self.reconsider(seating, at, place, (sent, now)),
        }
    }

    /// From when a sign of life counts.
    #[inline]
    fn counted(&self, observer: Seat, sent: Time, now: Time) -> Time {
        match self.rules.stamp {
            Stamp::Arrival => now,
            Stamp::Sent => sent,
            Stamp::Noticed => self.scan_at_or_after(observer, now),
        }
    }

    /// A question to a subject was not answered in time. Returns when to look, if earlier than pending.
    pub fn missed(&mut self, seating: &Seating, at: Seats, since: Time, now: Time) -> Option<Time> {
        let place = self.list.place(seating, at.observer, at.subject)?;
        if !self.watches[place].watching {
            return None;
        }
        self.rules.detector.missed(&mut self.watches[place].memory, since);
        match self.watches[place].opinion {
            Opinion::Trusted => self.look_by_deadline(at, Some(place), now),
            Opinion::Suspected => None,
            Opinion::Dead => {
                self.end_recovery(at, Some(place));
                None
            }
        }
    }

    /// The next sign of life of a subject was announced together with the one, sent at `sent`, that was just heard.
    /// Returns when to look, if earlier than pending. Where that one did not count, nor does this.
    pub fn announced(
        &mut self,
        seating: &Seating,
        at: Seats,
        (sent, period): (Time, Span),
        now: Time,
    ) -> Option<Time> {
        let place = self.list.place(seating, at.observer, at.subject)?;
        let counted = self.counted(at.observer, sent, now);
        let Watch { memory, newest, opinion, watching, .. } = &mut self.watches[place];
        let detector = &self.rules.detector;
        if !*watching || *newest != sent || detector.last(memory) != counted {
            return None;
        }
        detector.announced(memory, period);
        match opinion {
            Opinion::Suspected => None,
            Opinion::Trusted | Opinion::Dead => self.look_by_deadline(at, Some(place), now),
        }
    }

    /// The last instant at which the subject that `memory` is of is still trusted if nothing more is heard.
    #[inline(always)]
    fn deadline(
        rules: &Rules<D>,
        special: &Special<D::Memory>,
        at: Seats,
        place: Option<usize>,
        memory: &D::Memory,
    ) -> Time {
        if special.is_plain() {
            return rules.detector.deadline(memory);
        }
        special.deadline(&rules.detector, at.observer, place, memory)
    }

    /// The watch of a pair: at its place, or that of somebody whom a table doubts.
    #[inline]
    fn watch_at<'w>(
        watches: &'w mut [Watch<D::Memory>],
        tables: &'w mut Tables<D::Memory>,
        at: Seats,
        place: Option<usize>,
    ) -> &'w mut Watch<D::Memory> {
        match place {
            Some(place) => &mut watches[place],
            None => tables.doubted(at),
        }
    }
}

impl<M> Watch<M> {
    /// From when on a message could have told more than what was heard.
    fn silent_from(&self) -> Time {
        if self.heard { self.newest.just_after() } else { self.newest }
    }

    fn unbegun(detector: &impl Detector<Memory = M>) -> Watch<M> {
        Watch::of(detector.begin(Time::ZERO))
    }

    fn begun(detector: &impl Detector<Memory = M>, now: Time) -> Watch<M> {
        Watch { watching: true, newest: now, ..Watch::of(detector.begin(now)) }
    }

    fn of(memory: M) -> Watch<M> {
        let (newest, next_look, opinion) = (Time::ZERO, Time::NEVER, Opinion::Trusted);
        Watch { memory, newest, next_look, opinion, heard: false, watching: false }
    }
}

#[cfg(test)]
mod tests;
