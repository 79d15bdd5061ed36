//! Connections that are closed because a process is gone and its host is not.

use super::land::Land;
use super::{Event, Sent, World};
use crate::engine::model::Topology;
use crate::engine::network::{Attempt, Fate, Moment, Transport};
use crate::engine::seating::Seat;
use crate::engine::time::Span;
use crate::engine::watch::{Bench, Seats};

/// The end of a connection between a process that is gone and one that watched it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closing {
    at: Seats,
    /// When the process was gone.
    crashed: Sent,
    /// How often it was told before.
    before: u8,
    /// Whether it has reached the host of the other end, which stands still.
    waits: bool,
}

/// No message is of this kind, so that what becomes of a closing is drawn by itself.
const KIND: usize = 7;

impl<T: Topology, B: Bench> Land<'_, T, B> {
    /// A host closes the connections of a process that has just crashed, to all who watch it.
    #[cold]
    pub(super) fn close_all(&mut self, subject: Seat) {
        let watchers = self.bench.any().watchers_of(&self.seating, subject);
        for observer in watchers {
            let observer = self.seating.seat_of(observer);
            let at = Seats { observer, subject };
            self.close(Closing { at, crashed: Sent(self.now), before: 0, waits: false });
        }
    }

    /// A host tells the other end of a connection that it is closed. What is lost is sent again, as on any stream.
    #[cold]
    pub(super) fn close(&mut self, closing: Closing) {
        let Closing { at: Seats { observer, subject }, before, .. } = closing;
        let ends = [subject, observer].map(|seat| self.seating.node_at(seat));
        let Transport::Stream { rto } = self.paths.transport(ends, 0) else { return };
        let moment = Moment { time: self.now, kind: KIND, place: 0 };
        let link = self.link(subject, observer);
        let fate = match self.bench.walls().cut(ends[0], ends[1]) {
            true => Fate::Lost,
            false => self.paths.attempt(Attempt { ends, link, channel: 0, before }, moment),
        };
        match fate {
            Fate::Arrives(travel) | Fate::ArrivesTwice(travel, _) => {
                self.schedule(self.now + travel, Event::Closed(closing));
            }
            Fate::Lost => self.close_again(closing, rto),
        }
    }

    fn close_again(&mut self, closing: Closing, rto: Span) {
        let again = self.now.saturating_add(rto.times(1 << closing.before.min(MOST_DOUBLINGS)));
        self.schedule(again, Event::Closing(Closing { before: closing.before.saturating_add(1), ..closing }));
    }
}

/// A host gets no more patient than after so many attempts.
const MOST_DOUBLINGS: u8 = 20;

impl<T: Topology, B: Bench> World<'_, T, B> {
    /// The other end of a connection learns that it is closed.
    #[cold]
    pub(super) fn closed(&mut self, closing: Closing) {
        let land = &mut self.land;
        let Closing { at, crashed: Sent(crashed), .. } = closing;
        let [subject, observer] = [at.subject, at.observer].map(|seat| land.seating.node_at(seat));
        if !closing.waits && land.bench.walls().cut(subject, observer) {
            if let Transport::Stream { rto } = land.paths.transport([subject, observer], 0) {
                land.close_again(closing, rto);
            }
            return;
        }
        let is_up = land.conditions[at.observer.index()].is_up();
        if !is_up || land.puts_off(at.observer, Event::Closed(Closing { waits: true, ..closing })) {
            return;
        }
        let now = land.now;
        let (bench, seating, mut diary) = land.court();
        bench.each(|chair, judge| {
            if let Some(time) = judge.disconnected(seating, at, crashed, now) {
                diary.look(chair, at, time);
            }
        });
        self.tell_news();
    }
}
