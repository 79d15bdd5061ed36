//! A table is nothing but many watches: the naive twin keeps one for each pair, and both must find the same.

use super::*;
use crate::engine::cluster::Cluster;
use crate::engine::findings::Findings;
use crate::engine::model::{Authority, Watches};
use crate::engine::random::{Purpose, Stream, Streams};
use crate::engine::referee::Terms;
use crate::engine::time::Span;
use crate::engine::watch::{Alarm, Check, Limit, News, Pace, Rules, Stamp, Tie, Verdict};

/// Ten seconds of silence, or less: the stamp of the beat shortens it, so that deadlines move both ways.
#[derive(Clone)]
struct Fickle {
    hastens: bool,
}

impl Detector for Fickle {
    /// When something was heard last, and the deadline.
    type Memory = (Time, Time);

    fn begin(&self, now: Time) -> (Time, Time) {
        (now, now + Span::from_secs(10))
    }

    fn heard(&self, memory: &mut (Time, Time), arrival: Arrival) {
        let shorter = if self.hastens { arrival.sent.nanos() % 8 } else { 0 };
        *memory = (arrival.counted, arrival.counted + Span::from_secs(10 - shorter));
    }

    fn deadline(&self, memory: &(Time, Time)) -> Time {
        memory.1
    }

    fn last(&self, memory: &(Time, Time)) -> Time {
        memory.0
    }

    fn forgets(&self) -> bool {
        !self.hastens
    }

    fn hastens(&self) -> bool {
        self.hastens
    }
}

const CLUSTER: Cluster = Cluster::of_peers(4);

/// A judge and the looks that are pending, in the order in which they were promised.
struct Scene {
    judge: Judge<Fickle>,
    seating: Seating,
    looks: Vec<(Time, Seats)>,
    surveys: Vec<(Time, Seat)>,
    turns: Vec<(Time, Seat)>,
}

impl Scene {
    fn new(rules: &Rules<Fickle>, watches: Watches) -> Scene {
        let (authority, flap_within) = (Authority::WhoeverIsFirst, Span::from_secs(60));
        let terms = Terms {
            authority,
            flap_within,
            count_from: Time::ZERO,
            subjects: CLUSTER.members,
            pairs: Some(12),
            elects: false,
            asks: false,
        };
        let judge = Judge::new(rules, CLUSTER, |_| watches.clone(), true, (1, 1), Streams::new(1, 0), terms);
        let seating = Seating::new(CLUSTER, |_| 0);
        Scene { judge, seating, looks: Vec::new(), surveys: Vec::new(), turns: Vec::new() }
    }

    /// Lets time pass until `now`, looking whenever a look is due.
    fn pass(&mut self, now: Time) {
        loop {
            self.turns.extend(self.judge.news.drain(..).filter_map(|news| match news {
                News::Turn { observer, time, .. } => Some((time, observer)),
                News::Verdict(..) => None,
            }));
            let look = (0..self.looks.len()).min_by_key(|i| self.looks[*i].0);
            let survey = (0..self.surveys.len()).min_by_key(|i| self.surveys[*i].0);
            let look_at = look.map_or(Time::NEVER, |i| self.looks[i].0);
            let survey_at = survey.map_or(Time::NEVER, |i| self.surveys[i].0);
            let turn = (0..self.turns.len()).min_by_key(|i| self.turns[*i].0);
            let turn_at = turn.map_or(Time::NEVER, |i| self.turns[i].0);
            if look_at.min(survey_at).min(turn_at) > now {
                return;
            }
            if let Some(place) = turn.filter(|_| turn_at < look_at.min(survey_at)) {
                let (due, seat) = self.turns.remove(place);
                self.judge.take_turn(&self.seating, seat, due);
            } else if let Some(place) = look.filter(|_| look_at <= survey_at) {
                let (due, seats) = self.looks.swap_remove(place);
                let again = self.judge.look(&self.seating, seats, due);
                self.looks.extend(again.map(|time| (time, seats)));
            } else if let Some(place) = survey {
                let (due, seat) = self.surveys.swap_remove(place);
                let Scene { judge, seating, looks, surveys, .. } = self;
                let again = judge.survey(seating, seat, due, |seats, time| looks.push((time, seats)));
                surveys.extend(again.map(|time| (time, seat)));
            }
        }
    }

    fn finish(mut self, end: Time) -> Findings {
        self.pass(end);
        let mut findings = self.judge.referee.finish(end, &[]);
        findings.mistakes.sort_by_key(|mistake| (mistake.start, mistake.pair.observer, mistake.pair.subject));
        findings.mistakes.iter_mut().for_each(|mistake| mistake.last_heard = None);
        findings
    }
}

/// A minute in which every observer hears of some others every second or so.
fn minute(rules: &Rules<Fickle>, seed: u64) -> [Findings; 2] {
    let mut table = Scene::new(rules, Watches::Table);
    let mut twin = Scene::new(rules, Watches::All(0..CLUSTER.members));
    for observer in (0..CLUSTER.members).map(Seat) {
        let look = table.judge.watch_all(&table.seating, observer, Time::ZERO);
        table.surveys.extend(look.map(|time| (time, observer)));
        for subject in (0..CLUSTER.members).map(Seat).filter(|subject| *subject != observer) {
            let seats = Seats { observer, subject };
            let look = twin.judge.watch(&twin.seating, seats, Time::ZERO);
            twin.looks.extend(look.map(|time| (time, seats)));
        }
    }
    let mut stream: Stream = Streams::new(seed, 0).of(Purpose::Choice).at(0, 0);
    let mut now = Time::ZERO;
    while now < Time::ZERO + Span::from_secs(120) {
        now += Span::from_millis(u64::from(stream.below(1_500)));
        let observer = Seat(stream.below(CLUSTER.members));
        // Seldom enough that many deadlines pass.
        let marked: Vec<bool> =
            (0..CLUSTER.members).map(|n| n != observer.0 && stream.happens(0.15)).collect();
        let sent = Time::from_nanos(now.nanos() - u64::from(stream.below(8)).min(now.nanos()));
        table.pass(now);
        let Scene { judge, seating, looks, surveys, .. } = &mut table;
        let push = |seats, time| looks.push((time, seats));
        let again = judge.heard_of(seating, observer, (0, &marked), (sent, now), push);
        surveys.extend(again.map(|time| (time, observer)));
        twin.pass(now);
        for subject in (0..CLUSTER.members).filter(|n| marked[*n as usize]).map(Seat) {
            let seats = Seats { observer, subject };
            let look = twin.judge.heard(&twin.seating, seats, 0, (sent, sent), now);
            twin.looks.extend(look.map(|time| (time, seats)));
        }
    }
    let end = now + Span::SECOND;
    [table.finish(end), twin.finish(end)]
}

#[test]
fn a_table_finds_what_a_watch_for_each_pair_finds() {
    let (s, verdict) = (Span::from_secs, Verdict::AT_ONCE);
    let scan = Check::Every { every: s(2), phase: Some(Span::from_millis(700)) };
    let mut mistakes = 0;
    let rate = |text: &str| text.parse().expect("a rate");
    let pace = Some(Pace { rate: rate("10/m"), burst: 2 });
    let alarm = Some(Alarm { share: 0.6, least: 2, rate: rate("3/m") });
    let limited = |pace, alarm| Verdict { limit: Some(Limit { pace, alarm }), ..verdict };
    for (hastens, check, tie, verdict) in
        [(false, Check::Timer, Tie::Late, verdict), (true, scan, Tie::Late, verdict)].into_iter().chain(
            [
                (false, Check::Timer, verdict),
                (true, Check::Timer, verdict),
                (false, scan, verdict),
                (true, Check::Bucket(s(3)), verdict),
                (true, Check::Timer, Verdict { confirm_after: s(2), ..verdict }),
                (false, Check::Timer, Verdict { successes: 2, ..verdict }),
                (false, Check::Timer, limited(pace, None)),
                (true, Check::Timer, Verdict { successes: 2, ..limited(pace, alarm) }),
                (true, Check::Timer, limited(None, alarm.map(|alarm| Alarm { rate: rate("0/s"), ..alarm }))),
                (true, scan, Verdict { probation: s(4), confirm_after: s(1), ..verdict }),
            ]
            .map(|(hastens, check, verdict)| (hastens, check, Tie::InTime, verdict)),
        )
    {
        let detector = Fickle { hastens };
        let rules = Rules {
            detector,
            check,
            tie,
            stamp: Stamp::Arrival,
            count_late_beats: true,
            cutoff: Span::LONGEST,
            verdict,
        };
        for seed in 0..30 {
            let [table, twin] = minute(&rules, seed);
            assert_eq!(table.mistakes, twin.mistakes, "{hastens} {check:?} {tie:?} {verdict:?} seed {seed}");
            assert_eq!(table.false_suspicions_by_cause, twin.false_suspicions_by_cause);
            assert_eq!((table.flaps, table.wrong_nanos), (twin.flaps, twin.wrong_nanos));
            mistakes += table.mistakes.len();
        }
    }
    assert!(mistakes > 1_000, "only {mistakes} mistakes: nothing was put to the test");
}
