//! Who judges silence in a world: one judge or, over traffic that no verdict changes, a panel of several.

use super::{Judge, Mishap, News, Seats};
use crate::engine::cluster::NodeId;
use crate::engine::findings::Findings;
use crate::engine::model::{Detector, Grounds};
use crate::engine::onlooker::{Account, Onlooker};
use crate::engine::referee::Referee;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::{Span, Time};
use crate::engine::walls::Walls;

/// The number of a judge among those of its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chair(pub u16);

impl Chair {
    /// Where one judge sits alone.
    pub const ONLY: Chair = Chair(0);

    /// As an index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Those who judge one world. What happens in it is told to all of them; each asks for its own looks.
pub(in crate::engine) trait Bench {
    /// Whether there is one judge, who may be told from others by nothing.
    const ALONE: bool;

    /// An observer heard a sign of life. Tells `look` who wants to look at the pair, and when.
    fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        times: (Time, Time),
        now: Time,
        look: impl FnMut(Chair, Time),
    );

    /// A look that a judge had asked for. Returns when it wants to look again.
    fn look(&mut self, seating: &Seating, chair: Chair, at: Seats, now: Time) -> Option<Time>;

    /// The watches of a pair, one judge's or those of all, will be asked about soon.
    fn expect(&self, seating: &Seating, chair: Option<Chair>, at: Seats);

    /// Tells all judges something.
    fn each(&mut self, tell: impl FnMut(Chair, &mut dyn Judging));

    /// One of them.
    fn one(&mut self, chair: Chair) -> &mut dyn Judging;

    /// Any of them, to be asked for what is true and not what is thought.
    fn any(&self) -> &dyn Judging;

    /// Who cannot reach whom.
    fn walls(&self) -> &Walls;

    /// Verdicts that the observers have not been told yet, and turns that were not asked for yet.
    fn news(&mut self) -> &mut Vec<News>;

    /// Who looks on, and at which walls.
    fn onlooker(&mut self) -> Option<(&mut dyn Onlooker, &Walls)>;

    /// The run is over. `circles` are those whose opinions of the nodes that are down count. Returns what each found.
    fn finish(self, end: Time, circles: &[Vec<NodeId>]) -> Vec<(Findings, Account)>;
}

/// A judge, whatever its detector: what it is told, and what it can be asked. [`Judge`] says what each means.
pub(in crate::engine) trait Judging {
    fn begin_observer(&mut self, seating: &Seating, observer: Seat, life: u32, now: Time);
    fn end_observer(&mut self, seating: &Seating, observer: Seat, now: Time);
    fn watch(&mut self, seating: &Seating, at: Seats, now: Time) -> Option<Time>;
    fn watch_all(&mut self, seating: &Seating, observer: Seat, now: Time) -> Option<Time>;
    fn unwatch(&mut self, seating: &Seating, at: Seats, now: Time);
    fn heard_of(
        &mut self,
        seating: &Seating,
        observer: Seat,
        marked: (u32, &[bool]),
        times: (Time, Time),
        look: &mut dyn FnMut(Seats, Time),
    ) -> Option<Time>;
    fn missed(&mut self, seating: &Seating, at: Seats, since: Time, now: Time) -> Option<Time>;
    fn disconnected(&mut self, seating: &Seating, at: Seats, crashed: Time, now: Time) -> Option<Time>;
    fn announced(&mut self, seating: &Seating, at: Seats, beat: (Time, Span), now: Time) -> Option<Time>;
    fn survey(
        &mut self,
        seating: &Seating,
        observer: Seat,
        now: Time,
        look: &mut dyn FnMut(Seats, Time),
    ) -> Option<Time>;
    fn went_missing(&mut self, seating: &Seating, from: Seat, to: Seat, what: Mishap, sent: Time);
    fn held_up(&mut self, node: Seat, due: Time);
    fn woke(&mut self, observer: Seat, since: Time, now: Time);
    fn set_rate(&mut self, seating: &Seating, observer: Seat, rate: f64, now: Time) -> Vec<(Seats, Time)>;
    fn look_at_table(&mut self, observer: Seat, now: Time) -> Option<Time>;
    fn take_turn(&mut self, seating: &Seating, observer: Seat, now: Time);
    fn suspect_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time);
    fn declare_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time);
    fn walls(&mut self) -> &mut Walls;
    fn referee(&mut self) -> &mut Referee;

    fn rate(&self, node: Seat) -> f64;
    fn watchers_of(&self, seating: &Seating, subject: Seat) -> Vec<NodeId>;
    fn leader(&self) -> Option<NodeId>;
    fn open_crashes(&self) -> Vec<NodeId>;
}

impl<D: Detector> Bench for Judge<D> {
    const ALONE: bool = true;

    #[inline(always)]
    fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        times: (Time, Time),
        now: Time,
        mut look: impl FnMut(Chair, Time),
    ) {
        if let Some(time) = self.heard(seating, at, channel, times, now) {
            look(Chair::ONLY, time);
        }
    }

    #[inline(always)]
    fn look(&mut self, seating: &Seating, _: Chair, at: Seats, now: Time) -> Option<Time> {
        self.look(seating, at, now)
    }

    #[inline(always)]
    fn expect(&self, seating: &Seating, _: Option<Chair>, at: Seats) {
        self.expect(seating, at);
    }

    #[inline(always)]
    fn each(&mut self, mut tell: impl FnMut(Chair, &mut dyn Judging)) {
        tell(Chair::ONLY, self);
    }

    #[inline(always)]
    fn one(&mut self, _: Chair) -> &mut dyn Judging {
        self
    }

    #[inline(always)]
    fn any(&self) -> &dyn Judging {
        self
    }

    #[inline(always)]
    fn walls(&self) -> &Walls {
        &self.walls
    }

    #[inline(always)]
    fn news(&mut self) -> &mut Vec<News> {
        &mut self.news
    }

    #[inline(always)]
    fn onlooker(&mut self) -> Option<(&mut dyn Onlooker, &Walls)> {
        Some((self.onlooker.as_deref_mut()?, &self.walls))
    }

    fn finish(self, end: Time, circles: &[Vec<NodeId>]) -> Vec<(Findings, Account)> {
        let account = self.onlooker.map_or_else(Account::default, |onlooker| onlooker.account());
        vec![(self.referee.finish(end, circles), account)]
    }
}

impl<D: Detector> Judging for Judge<D> {
    fn begin_observer(&mut self, seating: &Seating, observer: Seat, life: u32, now: Time) {
        self.begin_observer(seating, observer, life, now);
    }

    fn end_observer(&mut self, seating: &Seating, observer: Seat, now: Time) {
        self.end_observer(seating, observer, now);
    }

    fn watch(&mut self, seating: &Seating, at: Seats, now: Time) -> Option<Time> {
        self.watch(seating, at, now)
    }

    fn watch_all(&mut self, seating: &Seating, observer: Seat, now: Time) -> Option<Time> {
        self.watch_all(seating, observer, now)
    }

    fn unwatch(&mut self, seating: &Seating, at: Seats, now: Time) {
        self.unwatch(seating, at, now);
    }

    fn heard_of(
        &mut self,
        seating: &Seating,
        observer: Seat,
        marked: (u32, &[bool]),
        times: (Time, Time),
        look: &mut dyn FnMut(Seats, Time),
    ) -> Option<Time> {
        self.heard_of(seating, observer, marked, times, look)
    }

    fn missed(&mut self, seating: &Seating, at: Seats, since: Time, now: Time) -> Option<Time> {
        self.missed(seating, at, since, now)
    }

    fn disconnected(&mut self, seating: &Seating, at: Seats, crashed: Time, now: Time) -> Option<Time> {
        self.disconnected(seating, at, crashed, now)
    }

    fn announced(&mut self, seating: &Seating, at: Seats, beat: (Time, Span), now: Time) -> Option<Time> {
        self.announced(seating, at, beat, now)
    }

    fn survey(
        &mut self,
        seating: &Seating,
        observer: Seat,
        now: Time,
        look: &mut dyn FnMut(Seats, Time),
    ) -> Option<Time> {
        self.survey(seating, observer, now, look)
    }

    fn went_missing(&mut self, seating: &Seating, from: Seat, to: Seat, what: Mishap, sent: Time) {
        self.went_missing(seating, from, to, what, sent);
    }

    fn held_up(&mut self, node: Seat, due: Time) {
        self.held_up(node, due);
    }

    fn woke(&mut self, observer: Seat, since: Time, now: Time) {
        self.woke(observer, since, now);
    }

    fn set_rate(&mut self, seating: &Seating, observer: Seat, rate: f64, now: Time) -> Vec<(Seats, Time)> {
        self.set_rate(seating, observer, rate, now)
    }

    fn look_at_table(&mut self, observer: Seat, now: Time) -> Option<Time> {
        self.look_at_table(observer, now)
    }

    fn take_turn(&mut self, seating: &Seating, observer: Seat, now: Time) {
        self.take_turn(seating, observer, now);
    }

    fn suspect_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time) {
        self.suspect_by_protocol(seating, at, grounds, now);
    }

    fn declare_by_protocol(&mut self, seating: &Seating, at: Seats, grounds: Grounds, now: Time) {
        self.declare_by_protocol(seating, at, grounds, now);
    }

    fn walls(&mut self) -> &mut Walls {
        &mut self.walls
    }

    fn referee(&mut self) -> &mut Referee {
        &mut self.referee
    }

    fn rate(&self, node: Seat) -> f64 {
        self.rate(node)
    }

    fn watchers_of(&self, seating: &Seating, subject: Seat) -> Vec<NodeId> {
        self.watchers_of(seating, subject)
    }

    fn leader(&self) -> Option<NodeId> {
        self.referee.leader()
    }

    fn open_crashes(&self) -> Vec<NodeId> {
        self.referee.open_crashes()
    }
}
