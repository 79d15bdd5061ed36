//! A panel: several judges of one traffic. Each keeps the memories of its own detector, asks for its own looks and
//! finds what it would find alone; nobody is told of verdicts, so that nobody can act by them.

use super::bench::{Bench, Chair, Judging};
use super::{Judge, News, Seats};
use crate::engine::cluster::NodeId;
use crate::engine::findings::Findings;
use crate::engine::model::Detector;
use crate::engine::onlooker::{Account, Onlooker};
use crate::engine::seating::Seating;
use crate::engine::time::Time;
use crate::engine::walls::Walls;

/// Several judges of one traffic.
#[derive(Default)]
pub(in crate::engine) struct Panel<'a> {
    sections: Vec<Box<dyn Section + 'a>>,
    /// In which section each judge sits, and which of them it is there.
    places: Vec<(usize, usize)>,
    /// Turns that were asked for. Nobody is told any verdict.
    news: Vec<News>,
    /// Whether any of them declares deaths at a limited rate.
    is_limited: bool,
}

/// Those of a panel whose detectors have one type: what happens at every beat is told to them in one go.
trait Section {
    fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        times: (Time, Time),
        now: Time,
        look: &mut dyn FnMut(Chair, Time),
    );
    fn look(&mut self, seating: &Seating, place: usize, at: Seats, now: Time) -> Option<Time>;
    fn expect(&self, seating: &Seating, place: Option<usize>, at: Seats);
    fn each(&mut self, tell: &mut dyn FnMut(Chair, &mut dyn Judging));
    fn one(&mut self, place: usize) -> &mut dyn Judging;
    fn any(&self) -> &dyn Judging;
    fn walls(&self) -> &Walls;
    fn gather(&mut self, news: &mut Vec<News>);
    fn finish(self: Box<Self>, end: Time, circles: &[Vec<NodeId>]) -> Vec<(Chair, Findings)>;
}

/// Judges, and where each sits.
struct Alike<D: Detector> {
    judges: Vec<(Chair, Judge<D>)>,
    /// Whether all their watches together are too large for what is near the processor.
    reads_ahead: bool,
}

/// Watches of so many bytes are better read before they are asked for. Fewer are at hand anyway.
const BYTES_AT_HAND: usize = 1 << 20;

impl<'a> Panel<'a> {
    /// Judges whose detectors have one type, at least one, take their chairs.
    pub(in crate::engine) fn seat<D: Detector + 'a>(&mut self, judges: Vec<(Chair, Judge<D>)>) {
        for (place, (chair, _)) in judges.iter().enumerate() {
            if self.places.len() <= chair.index() {
                self.places.resize(chair.index() + 1, (0, 0));
            }
            self.places[chair.index()] = (self.sections.len(), place);
        }
        let watches: usize = judges.iter().map(|(_, judge)| judge.watches.len()).sum();
        let reads_ahead = watches * Judge::<D>::BYTES_PER_PAIR > BYTES_AT_HAND;
        self.is_limited |= judges.iter().any(|(_, judge)| judge.has_lines());
        let hushed =
            judges.into_iter().map(|(chair, judge)| (chair, Judge { is_hushed: true, chair, ..judge }));
        self.sections.push(Box::new(Alike { judges: hushed.collect(), reads_ahead }));
    }
}

impl Bench for Panel<'_> {
    const ALONE: bool = false;

    fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        times: (Time, Time),
        now: Time,
        mut look: impl FnMut(Chair, Time),
    ) {
        for section in &mut self.sections {
            section.heard(seating, at, channel, times, now, &mut look);
        }
    }

    fn look(&mut self, seating: &Seating, chair: Chair, at: Seats, now: Time) -> Option<Time> {
        let (section, place) = self.places[chair.index()];
        self.sections[section].look(seating, place, at, now)
    }

    fn expect(&self, seating: &Seating, chair: Option<Chair>, at: Seats) {
        match chair {
            Some(chair) => {
                let (section, place) = self.places[chair.index()];
                self.sections[section].expect(seating, Some(place), at);
            }
            None => self.sections.iter().for_each(|section| section.expect(seating, None, at)),
        }
    }

    fn each(&mut self, mut tell: impl FnMut(Chair, &mut dyn Judging)) {
        self.sections.iter_mut().for_each(|section| section.each(&mut tell));
    }

    fn one(&mut self, chair: Chair) -> &mut dyn Judging {
        let (section, place) = self.places[chair.index()];
        self.sections[section].one(place)
    }

    fn any(&self) -> &dyn Judging {
        self.sections[0].any()
    }

    fn walls(&self) -> &Walls {
        self.sections[0].walls()
    }

    fn news(&mut self) -> &mut Vec<News> {
        if self.is_limited {
            self.sections.iter_mut().for_each(|section| section.gather(&mut self.news));
        }
        &mut self.news
    }

    fn onlooker(&mut self) -> Option<(&mut dyn Onlooker, &Walls)> {
        None
    }

    fn finish(self, end: Time, circles: &[Vec<NodeId>]) -> Vec<(Findings, Account)> {
        let found = self.sections.into_iter().flat_map(|section| section.finish(end, circles));
        let mut found: Vec<(Chair, Findings)> = found.collect();
        found.sort_by_key(|(chair, _)| *chair);
        found.into_iter().map(|(_, findings)| (findings, Account::default())).collect()
    }
}

impl<D: Detector> Alike<D> {
    #[inline(always)]
    fn place(&self, seating: &Seating, at: Seats) -> Option<usize> {
        self.judges[0].1.place(seating, at)
    }
}

impl<D: Detector> Section for Alike<D> {
    fn heard(
        &mut self,
        seating: &Seating,
        at: Seats,
        channel: u8,
        times: (Time, Time),
        now: Time,
        look: &mut dyn FnMut(Chair, Time),
    ) {
        let Some(place) = self.place(seating, at) else { return };
        for (chair, judge) in &mut self.judges {
            if let Some(time) = judge.heard_of_one(seating, at, (place, channel), times, now) {
                look(*chair, time);
            }
        }
    }

    fn look(&mut self, seating: &Seating, place: usize, at: Seats, now: Time) -> Option<Time> {
        self.judges[place].1.look(seating, at, now)
    }

    fn expect(&self, seating: &Seating, place: Option<usize>, at: Seats) {
        match place {
            _ if !self.reads_ahead => (),
            Some(place) => self.judges[place].1.expect(seating, at),
            None => {
                let Some(place) = self.place(seating, at) else { return };
                self.judges.iter().for_each(|(_, judge)| judge.expect_at(place));
            }
        }
    }

    fn each(&mut self, tell: &mut dyn FnMut(Chair, &mut dyn Judging)) {
        self.judges.iter_mut().for_each(|(chair, judge)| tell(*chair, judge));
    }

    fn one(&mut self, place: usize) -> &mut dyn Judging {
        &mut self.judges[place].1
    }

    fn any(&self) -> &dyn Judging {
        &self.judges[0].1
    }

    fn walls(&self) -> &Walls {
        &self.judges[0].1.walls
    }

    fn gather(&mut self, news: &mut Vec<News>) {
        self.judges.iter_mut().for_each(|(_, judge)| news.append(&mut judge.news));
    }

    fn finish(self: Box<Self>, end: Time, circles: &[Vec<NodeId>]) -> Vec<(Chair, Findings)> {
        let finish = |(chair, judge): (Chair, Judge<D>)| (chair, judge.referee.finish(end, circles));
        self.judges.into_iter().map(finish).collect()
    }
}
